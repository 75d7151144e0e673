package stats

import (
	"cmp"
	"math"
	"slices"
)

// KendallTau is τ_b, the rank agreement of two lists such as the shares that two methods give: pairs in the same order less pairs in
// the opposite order, over √((n₀−n₁)(n₀−n₂)), n₀ all pairs, n₁ and n₂ those tied in each list (Kendall 1945). NaN when lengths differ, a
// value is missing or a list has no two different values. It compares all pairs.
func KendallTau(x, y []float64) float64 {
	if len(x) != len(y) || slices.ContainsFunc(x, math.IsNaN) || slices.ContainsFunc(y, math.IsNaN) {
		return math.NaN()
	}
	agree, apartX, apartY := 0, 0, 0
	for i := range x {
		for j := range i {
			a, b := cmp.Compare(x[i], x[j]), cmp.Compare(y[i], y[j])
			agree += a * b
			apartX += a * a
			apartY += b * b
		}
	}
	return float64(agree) / (math.Sqrt(float64(apartX)) * math.Sqrt(float64(apartY)))
}

// SpearmanRho is the correlation of the ranks of two lists, ties sharing the mean of their ranks (Spearman 1904). NaN as for KendallTau.
func SpearmanRho(x, y []float64) float64 {
	if len(x) != len(y) || slices.ContainsFunc(x, math.IsNaN) || slices.ContainsFunc(y, math.IsNaN) {
		return math.NaN()
	}
	var sums CrossSums
	rx, ry := sharedRanks(x), sharedRanks(y)
	for i := range x {
		sums.Add([]float64{rx[i], ry[i]}, 1)
	}
	if r := sums.Correlation(); r != nil {
		return r[0][1]
	}
	return math.NaN()
}

// sharedRanks are ranks from 1, equal values sharing the mean of theirs.
func sharedRanks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	out := make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = float64(from+to+1) / 2
		}
		from = to
	}
	return out
}
