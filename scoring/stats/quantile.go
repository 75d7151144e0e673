package stats

import (
	"math"
	"slices"
)

// quantileSlack keeps a cumulative share that reaches p but for rounding from slipping to the next value.
const quantileSlack = 1e-12

// WeightedQuantile is the smallest value x with F(x) ≥ p, where F is the share of weight at or below x and shares within 1e-12
// of p count as reached. values and caseWeights are the cells of a histogram or single rows, in any order; cells of weight 0 are left out.
// NaN when lengths differ, p is outside [0,1], a value is NaN, a weight is negative or not finite, or no weight is positive.
func WeightedQuantile(values, caseWeights []float64, p float64) float64 {
	if len(values) != len(caseWeights) || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	order := make([]int, 0, len(values))
	for i, w := range caseWeights {
		if !(w >= 0) || math.IsInf(w, 0) || math.IsNaN(values[i]) {
			return math.NaN()
		}
		if w > 0 {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return math.NaN()
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	var all Sum
	for _, i := range order {
		all.Add(caseWeights[i])
	}
	total := all.Value()
	var below Sum
	for _, i := range order {
		below.Add(caseWeights[i])
		if below.Value()/total >= p-quantileSlack {
			return values[i]
		}
	}
	return values[order[len(order)-1]]
}

// Quantile is the unweighted quantile of x by linear interpolation at 1+(n−1)p, type 7 of Hyndman & Fan (1996). x may be in any order
// and is left as it is. NaN when x is empty or holds NaN, or p is outside [0,1].
func Quantile(x []float64, p float64) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	s := slices.Clone(x)
	slices.Sort(s)
	return SortedQuantile(s, p)
}

// SortedQuantile is Quantile of values in ascending order, NaN first, as slices.Sort leaves them.
func SortedQuantile(s []float64, p float64) float64 {
	if len(s) == 0 || !(p >= 0 && p <= 1) || math.IsNaN(s[0]) {
		return math.NaN()
	}
	h := float64(len(s)-1) * p
	k := int(math.Floor(h))
	if k+1 >= len(s) || h == float64(k) {
		return s[k]
	}
	return s[k] + (h-float64(k))*(s[k+1]-s[k])
}

// Median is the unweighted median: the middle value, or the mean of the two middle ones.
func Median(x []float64) float64 {
	return Quantile(x, 0.5)
}
