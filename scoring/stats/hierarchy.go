package stats

import (
	"errors"
	"fmt"
	"math"
)

// MaxInconsistency is the consistency ratio from which pairwise judgements are to be made again (Saaty 1980).
const MaxInconsistency = 0.1

// RandomIndices2005 are the mean consistency indices of random judgements of n = 0 … 15 criteria (Saaty 2005, "Theory and
// applications of the analytic network process", p. 31).
func RandomIndices2005() []float64 {
	return []float64{0, 0, 0, .52, .89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59}
}

// RandomIndices1980 are those of the older table for n = 0 … 10 (Saaty 1980), still common.
func RandomIndices1980() []float64 {
	return []float64{0, 0, 0, .58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49}
}

// Hierarchy holds the priorities of n criteria from pairwise judgements.
type Hierarchy struct {
	// Priorities are the principal eigenvector, adding to 1; GeometricMeans and ColumnMeans two approximations of it, from rows'
	// geometric means and from the means of normalised columns.
	Priorities, GeometricMeans, ColumnMeans []float64
	// Lambda is the principal eigenvalue, mean(Aω/ω), at least n.
	Lambda float64
	// Index is CI = (λ−n)/(n−1), Ratio is CR = CI over the random index; both 0 for n ≤ 2.
	Index, Ratio float64
	// Consistent is Ratio < MaxInconsistency; judgements that are not are to be rejected.
	Consistent bool
	// GeometricIndex is 2/((n−1)(n−2))·Σ_{i<j} ln²(a_ij·g_j/g_i) with the geometric means g (Aguarón & Moreno-Jiménez 2003).
	GeometricIndex float64
	// Worst is the judgement that fits the priorities least, row and column, and WorstFit what would fit there, ω_i/ω_j.
	Worst    [2]int
	WorstFit float64
}

// AnalyzeHierarchy finds priorities from a matrix of judgements (analytic hierarchy process, Saaty 1980): a_ij says how many times
// as important criterion i is as j, and a_ji = 1/a_ij to within 1e-12. The eigenvector is iterated to a change below 1e-17, or as
// near as rounding allows. random holds the random index of each number of criteria. It is an error when the matrix is not square,
// positive and reciprocal, has no random index, or does not converge in 100,000 iterations.
func AnalyzeHierarchy(judgements [][]float64, random []float64) (Hierarchy, error) {
	if err := reciprocal(judgements); err != nil {
		return Hierarchy{}, fmt.Errorf("hierarchy: %w", err)
	}
	n := len(judgements)
	if n > 2 && (n >= len(random) || !(random[n] > 0)) {
		return Hierarchy{}, fmt.Errorf("hierarchy: no random index for %d criteria", n)
	}
	x, ok := principal(judgements)
	if !ok {
		return Hierarchy{}, errors.New("hierarchy: priorities do not converge")
	}
	h := Hierarchy{Priorities: x, GeometricMeans: make([]float64, n), ColumnMeans: make([]float64, n), Consistent: true, WorstFit: 1}
	columns := make([]Sum, n)
	for _, row := range judgements {
		for j, a := range row {
			columns[j].Add(a)
		}
	}
	var lambda Sum
	for i, row := range judgements {
		var log, mean, along Sum
		for j, a := range row {
			log.Add(math.Log(a))
			mean.Add(a / columns[j].Value())
			along.Add(a * x[j])
		}
		h.GeometricMeans[i] = math.Exp(log.Value() / float64(n))
		h.ColumnMeans[i] = mean.Value() / float64(n)
		lambda.Add(along.Value() / x[i])
	}
	h.GeometricMeans, h.ColumnMeans = Shares(h.GeometricMeans), Shares(h.ColumnMeans)
	h.Lambda = max(lambda.Value()/float64(n), float64(n)) // but for rounding it is no less
	var off Sum
	worst := -1.0
	for i := range n {
		for j := i + 1; j < n; j++ {
			l := math.Log(judgements[i][j] * h.GeometricMeans[j] / h.GeometricMeans[i])
			off.Add(l * l)
			if m := math.Abs(math.Log(judgements[i][j] * x[j] / x[i])); m > worst {
				worst, h.Worst, h.WorstFit = m, [2]int{i, j}, x[i]/x[j]
			}
		}
	}
	if n > 2 {
		h.Index = (h.Lambda - float64(n)) / float64(n-1)
		h.Ratio = h.Index / random[n]
		h.Consistent = h.Ratio < MaxInconsistency
		h.GeometricIndex = 2 / float64((n-1)*(n-2)) * off.Value()
	}
	for _, v := range append(append([]float64{h.Lambda, h.GeometricIndex, h.WorstFit}, h.GeometricMeans...), h.ColumnMeans...) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Hierarchy{}, errors.New("hierarchy: judgements are too far apart")
		}
	}
	return h, nil
}

func reciprocal(a [][]float64) error {
	if !square(a) {
		return errors.New("judgements are not a square matrix of numbers")
	}
	for i, row := range a {
		for j, v := range row {
			if !(v > 0) || !(math.Abs(v*a[j][i]-1) <= 1e-12) {
				return fmt.Errorf("judgements %v of %d over %d and %v of %d over %d are not reciprocal", v, i, j, a[j][i], j, i)
			}
		}
	}
	return nil
}

// principal is the principal eigenvector of a positive matrix, adding to 1, by power iteration.
func principal(a [][]float64) ([]float64, bool) {
	const (
		enough = 1e-17
		// Rounding alone moves priorities by this; a change that no longer falls is no more than that.
		rounding = 1e-14
		most     = 100_000
		patience = 20
	)
	n := len(a)
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = 1 / float64(n)
	}
	least, since := math.Inf(1), 0
	for range most {
		for i, row := range a {
			y[i] = dot(row, x)
		}
		total := sumOf(y)
		change := 0.0
		for i := range y {
			y[i] /= total
			change = max(change, math.Abs(y[i]-x[i]))
		}
		x, y = y, x
		if math.IsNaN(change) {
			return nil, false
		}
		if change < least {
			least, since = change, 0
		} else {
			since++
		}
		if change < enough || (change < rounding && since >= patience) {
			return x, true
		}
	}
	return x, false
}

// Judgements completes a matrix of pairwise judgements of n criteria from its upper triangle, row by row, with 1/a below and 1 on the
// diagonal. It is an error when there are not n(n−1)/2, or one is not positive and finite.
func Judgements(n int, upper []float64) ([][]float64, error) {
	if n < 1 || n > 1000 || len(upper) != n*(n-1)/2 {
		return nil, fmt.Errorf("judgements: %d judgements for %d criteria", len(upper), n)
	}
	out := zeros(n, n)
	k := 0
	for i := range n {
		out[i][i] = 1
		for j := i + 1; j < n; j++ {
			v := upper[k]
			if !(v > 0) || math.IsInf(v, 0) || math.IsInf(1/v, 0) {
				return nil, fmt.Errorf("judgements: %v of %d over %d is not a positive number", v, i, j)
			}
			out[i][j], out[j][i] = v, 1/v
			k++
		}
	}
	return out, nil
}

// JoinJudgements joins the judgements of several experts entry by entry, by the geometric mean weighted by the experts' voices, which
// need not add to 1; nil voices count alike (Aczél & Saaty 1983). Priorities of the result are those of the group. It is an error
// when a matrix is not reciprocal or of another size, or the voices are not one positive total for as many experts.
func JoinJudgements(experts [][][]float64, voices []float64) ([][]float64, error) {
	if len(experts) == 0 {
		return nil, errors.New("join judgements: no experts")
	}
	if voices == nil {
		voices = make([]float64, len(experts))
		for i := range voices {
			voices[i] = 1
		}
	}
	share := Shares(voices)
	if len(voices) != len(experts) || math.IsNaN(share[0]) {
		return nil, fmt.Errorf("join judgements: voices %v for %d experts", voices, len(experts))
	}
	n := len(experts[0])
	for e, a := range experts {
		if err := reciprocal(a); err != nil {
			return nil, fmt.Errorf("join judgements: expert %d: %w", e, err)
		}
		if len(a) != n {
			return nil, fmt.Errorf("join judgements: expert %d judges %d criteria, not %d", e, len(a), n)
		}
	}
	var upper []float64
	for i := range n {
		for j := i + 1; j < n; j++ {
			var log Sum
			for e, a := range experts {
				log.Add(share[e] * math.Log(a[i][j]))
			}
			upper = append(upper, math.Exp(log.Value()))
		}
	}
	return Judgements(n, upper)
}
