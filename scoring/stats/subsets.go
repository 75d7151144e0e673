package stats

import (
	"fmt"
	"math"
	"math/bits"
)

// MaxSubsetPredictors is the largest number of predictors whose subsets are all regressed: 2²⁰ of them.
const MaxSubsetPredictors = 20

// Subsets holds the R² of a response on every subset of its predictors.
type Subsets struct {
	// Predictors is p.
	Predictors int
	// R2 has 2ᵖ values; R2[m] belongs to the predictors j whose bit 1<<j is set in m.
	R2 []float64
}

// AllSubsets regresses the first variable of a correlation matrix on every subset of the others. Subsets share their work:
// predictors are taken in or left out one after the other, and what is left of the correlations after taking one in (a Cholesky
// step) serves every subset below, so that all 2ᵖ cost a few operations each. R² only grows along a path, by squares. Errors
// are those of Standardize, and p above MaxSubsetPredictors.
func AllSubsets(correlation [][]float64) (Subsets, error) {
	if p := len(correlation) - 1; p > MaxSubsetPredictors {
		return Subsets{}, fmt.Errorf("subsets of %d predictors: %d are the most", p, MaxSubsetPredictors)
	}
	if _, err := Standardize(correlation); err != nil {
		return Subsets{}, fmt.Errorf("subsets: %w", err)
	}
	r, rx, _ := splitCorrelation(correlation)
	p := len(r)
	t := subsetTree{r2: make([]float64, 1<<p), left: make([][]float64, p+1), response: make([][]float64, p+1)}
	for k := range p + 1 {
		t.left[k], t.response[k] = make([]float64, k*(k+1)/2), make([]float64, k)
	}
	for i := range rx {
		for j := range i + 1 {
			t.left[p][packed(i, j)] = rx[i][j]
		}
	}
	copy(t.response[p], r)
	t.visit(p, t.left[p], t.response[p], 0, 0)
	return Subsets{Predictors: p, R2: t.r2}, nil
}

// subsetTree walks the subsets depth first with one buffer for each depth.
type subsetTree struct {
	r2 []float64
	// left[k] holds the covariances of the first k predictors given those taken in, in packed lower rows, and response[k]
	// theirs with the response.
	left, response [][]float64
}

// visit settles predictors k−1 … 0 below the subset mask, whose R² is r2; a and c are the covariances given that subset, of which
// the first k predictors are used.
func (t *subsetTree) visit(k int, a, c []float64, r2 float64, mask int) {
	if k == 0 {
		t.r2[mask] = r2
		return
	}
	k--
	row := a[k*(k+1)/2 : (k+1)*(k+2)/2]
	t.visit(k, a, c, r2, mask)
	// Eigenvalues of what is left are no smaller than those of the whole, so the variance row[k] is well above 0.
	gain := c[k] * c[k] / row[k]
	b, d := t.left[k], t.response[k]
	at := 0
	for i := range k {
		f := row[i] / row[k]
		d[i] = c[i] - f*c[k]
		for j := range i + 1 {
			b[at] = a[at] - f*row[j]
			at++
		}
	}
	t.visit(k, b, d, r2+gain, mask|1<<k)
}

// Conditional is the mean R² that each predictor adds to the subsets of s others, [j][s] for s = 0 … p−1: conditional
// dominance (Azen & Budescu 2003). None is negative.
func (s Subsets) Conditional() [][]float64 {
	p := s.Predictors
	out := zeros(p, p)
	sums := make([]Sum, p)
	for j := range p {
		clear(sums)
		low := 1<<j - 1
		for m := range 1 << (p - 1) {
			without := m&^low<<1 | m&low
			sums[bits.OnesCount(uint(m))].Add(s.R2[without|1<<j] - s.R2[without])
		}
		count := 1.0
		for k := range p {
			// A predictor that adds nothing may come out just below 0.
			out[j][k] = max(sums[k].Value()/count, 0)
			count *= float64(p-1-k) / float64(k+1)
		}
	}
	return out
}

// LMG divides the R² of all predictors among them, by the mean of what each adds over all orders of entry (Lindeman, Merenda
// & Gold 1980; the Shapley value, general dominance): Σ_S s!(p−s−1)!/p!·[R²(S∪j)−R²(S)], which is the mean of row j of
// Conditional. The parts are not negative and add to R².
//
// Here R²(S) counts with a = (s−1)!(p−s)!/p! where S holds j, and with −b = −s!(p−s−1)!/p! where it does not: the part is the sum of (a+b)·R² over the
// subsets with j less that of b·R² over all. The former are had for all predictors together by halving: what the upper half of the subsets, which
// hold the last predictor, come to is its sum, and added to the lower half they leave the subsets of the others.
func (s Subsets) LMG() []float64 {
	p := s.Predictors
	with, without := make([]float64, p+1), make([]float64, p+1) // a+b and b by s
	for k, choose := 0, 1.0; k <= p; k++ {
		if k < p {
			without[k] = 1 / (choose * float64(p-k)) // choose is p over k
		}
		if k > 0 {
			with[k] = 1 / (choose * float64(k))
		}
		with[k] += without[k]
		choose *= float64(p-k) / float64(k+1)
	}
	sums, out := make([]float64, len(s.R2)), make([]float64, p)
	weighted := func(weights []float64) {
		for m, r2 := range s.R2 {
			sums[m] = weights[bits.OnesCount(uint(m))] * r2
		}
	}
	weighted(without)
	base := pairwise(sums)
	weighted(with)
	for j := p - 1; j >= 0; j-- {
		low, high := sums[:1<<j], sums[1<<j:][:1<<j]
		// A predictor that adds nothing may come out just below 0.
		out[j] = max(pairwise(high)-base, 0)
		for m, x := range high {
			low[m] += x
		}
	}
	return out
}

// pairwise is the sum of values, of halves of halves, so that rounding grows with the logarithm of their number.
func pairwise(x []float64) (sum float64) {
	if len(x) > 64 {
		return pairwise(x[:len(x)/2]) + pairwise(x[len(x)/2:])
	}
	for _, v := range x {
		sum += v
	}
	return sum
}

// Complete is the share of the subsets with neither i nor j to which i adds more than j, [i][j]; 1 is complete dominance
// (Budescu 1993). Gains within 1e-12 of each other count half. The diagonal is 0.
func (s Subsets) Complete() [][]float64 {
	p := s.Predictors
	out := zeros(p, p)
	for i := range p {
		for j := range i {
			lowJ, lowI := 1<<j-1, 1<<i-1
			wins := 0.0
			for m := range 1 << (p - 2) {
				m = m&^lowJ<<1 | m&lowJ
				m = m&^lowI<<1 | m&lowI
				switch d := s.R2[m|1<<i] - s.R2[m|1<<j]; {
				case d > 1e-12:
					wins++
				case d >= -1e-12:
					wins += 0.5
				}
			}
			out[i][j] = wins / math.Ldexp(1, p-2)
			out[j][i] = 1 - out[i][j]
		}
	}
	return out
}

// Kinds of dominance of one predictor over another, each weaker than the one before.
const (
	CompleteDominance    = "complete"
	ConditionalDominance = "conditional"
	GeneralDominance     = "general"
)

// Dominance names the strongest kind by which predictor i dominates j, [i][j], from Conditional and Complete: complete when i adds
// more to every subset, conditional when more on average at every size of subset, general when more on average over all sizes;
// empty when none. nil when the sizes differ.
func Dominance(conditional, complete [][]float64) [][]string {
	p := len(conditional)
	if !square(conditional) || !square(complete) || len(complete) != p {
		return nil
	}
	out := make([][]string, p)
	for i := range out {
		out[i] = make([]string, p)
		for j := range out[i] {
			if i == j {
				continue
			}
			every := true
			var total Sum
			for k, v := range conditional[i] {
				every = every && v > conditional[j][k]
				total.Add(v - conditional[j][k])
			}
			switch {
			case complete[i][j] == 1:
				out[i][j] = CompleteDominance
			case every:
				out[i][j] = ConditionalDominance
			case total.Value() > 0:
				out[i][j] = GeneralDominance
			}
		}
	}
	return out
}
