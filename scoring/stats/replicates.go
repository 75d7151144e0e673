package stats

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Replicates are k estimates from all rows and with each of G groups of rows left out, for delete-a-group jackknife errors. A
// group holds every G-th sampling unit or so, drawn by chance.
type Replicates struct {
	// Estimate has k values, Left[g] the same without group g.
	Estimate []float64
	Left     [][]float64
}

// LeaveGroupsOut calls estimate for all rows (left = −1) and for the rows without group left = 0 … groups−1, several at the same time. It is an error
// below two groups, when estimate fails or when the numbers of values differ.
func LeaveGroupsOut(groups int, estimate func(left int) ([]float64, error)) (Replicates, error) {
	if groups < 2 {
		return Replicates{}, fmt.Errorf("jackknife needs two groups or more: there are %d", groups)
	}
	values, errs := make([][]float64, 1+groups), make([]error, 1+groups)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(values)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(values); i = int(next.Add(1)) - 1 {
				values[i], errs[i] = estimate(i - 1)
			}
		})
	}
	all.Wait()
	if errs[0] != nil {
		return Replicates{}, fmt.Errorf("jackknife: %w", errs[0])
	}
	out := Replicates{Estimate: values[0], Left: values[1:]}
	for left, v := range out.Left {
		switch err := errs[1+left]; {
		case err != nil:
			return Replicates{}, fmt.Errorf("jackknife without group %d: %w", left, err)
		case len(v) != len(out.Estimate):
			return Replicates{}, fmt.Errorf("jackknife without group %d: %d values, %d with it", left, len(v), len(out.Estimate))
		}
	}
	return out, nil
}

// LeaveSumsOut is LeaveGroupsOut for estimates from cross sums: those of all groups together, then less each group in turn. It is
// also an error when the groups do not hold the same variables.
func LeaveSumsOut(groups []CrossSums, estimate func(CrossSums) ([]float64, error)) (Replicates, error) {
	var whole CrossSums
	for g, s := range groups {
		if !whole.Merge(s) {
			return Replicates{}, fmt.Errorf("jackknife: group %d has %d variables, not %d", g, s.Variables(), whole.Variables())
		}
	}
	return LeaveGroupsOut(len(groups), func(left int) ([]float64, error) {
		if left < 0 {
			return estimate(whole)
		}
		rest, ok := whole.Without(groups[left])
		if !ok {
			return nil, fmt.Errorf("group %d cannot be taken away", left)
		}
		return estimate(rest)
	})
}

// Covariance is (G−1)/G·Σ_g(θ_(g)−θ)(θ_(g)−θ)′, centred at the full estimate.
func (r Replicates) Covariance() [][]float64 {
	return r.covariance(r.Estimate)
}

// CovarianceAboutMean is Covariance centred at the mean of the replicates.
func (r Replicates) CovarianceAboutMean() [][]float64 {
	centre := make([]float64, len(r.Estimate))
	for i := range centre {
		var s Sum
		for _, v := range r.Left {
			s.Add(v[i])
		}
		centre[i] = s.Value() / float64(len(r.Left))
	}
	return r.covariance(centre)
}

func (r Replicates) covariance(centre []float64) [][]float64 {
	out := zeros(len(centre), len(centre))
	g := float64(len(r.Left))
	for i := range out {
		for j := range i + 1 {
			var s Sum
			for _, v := range r.Left {
				s.Add((v[i] - centre[i]) * (v[j] - centre[j]))
			}
			v := math.NaN()
			if g >= 2 {
				v = (g - 1) / g * s.Value()
			}
			out[i][j], out[j][i] = v, v
		}
	}
	return out
}

// StandardErrors are the square roots of a covariance matrix's diagonal.
func StandardErrors(covariance [][]float64) []float64 {
	out := make([]float64, len(covariance))
	for i := range out {
		out[i] = math.NaN()
		if i < len(covariance[i]) {
			out[i] = math.Sqrt(covariance[i][i])
		}
	}
	return out
}
