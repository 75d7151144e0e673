package stats

import (
	"cmp"
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
	order := ascending(values, caseWeights)
	if len(order) == 0 {
		return math.NaN()
	}
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

// ascending are the places of the values with positive weight in ascending order of value, alike values of weight; nil when a value is NaN or a weight negative
// or not finite.
func ascending(values, caseWeights []float64) []int {
	order := make([]int, 0, len(values))
	for i, w := range caseWeights {
		if !(w >= 0) || math.IsInf(w, 0) || math.IsNaN(values[i]) {
			return nil
		}
		if w > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return cmp.Compare(caseWeights[a], caseWeights[b])
	})
	return order
}

// InterpolatedQuantile is type 7 of Hyndman & Fan (1996) carried over to weights, of single rows: value x_(i) stands at
// W_(i−1)/W_(n−1), the weight of the rows before it over that of all but the last, and values between are interpolated. With equal
// weights it is Quantile. Alike values stand in ascending order of weight. NaN as for WeightedQuantile.
func InterpolatedQuantile(values, caseWeights []float64, p float64) float64 {
	if len(values) != len(caseWeights) || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	order := ascending(values, caseWeights)
	if len(order) == 0 {
		return math.NaN()
	}
	last := order[len(order)-1]
	var others, before Sum
	for _, i := range order[:len(order)-1] {
		others.Add(caseWeights[i])
	}
	at, total := 0.0, others.Value()
	for k, i := range order[:len(order)-1] {
		before.Add(caseWeights[i])
		if next := before.Value() / total; next > p {
			x, y := values[i], values[order[k+1]]
			return x + (p-at)/(next-at)*(y-x)
		} else {
			at = next
		}
	}
	return values[last]
}

// ShahVaishQuantile is the value with the greatest place at or below p, of single rows: x_(i) stands at (S_i + ½ − w_i/2)/(n+1) with weights
// scaled to mean 1 and S_i their sum up to x_(i), alike values in ascending order of weight (Shah & Vaish 2006, "Confidence intervals for quantile estimation from complex survey
// data"). NaN as for WeightedQuantile.
func ShahVaishQuantile(values, caseWeights []float64, p float64) float64 {
	if len(values) != len(caseWeights) {
		return math.NaN()
	}
	order := ascending(values, caseWeights)
	var all, before Sum
	for _, i := range order {
		all.Add(caseWeights[i])
	}
	n := float64(len(order))
	scale := n / all.Value()
	var sorted, places []float64
	for _, i := range order {
		sorted, places = append(sorted, values[i]), append(places, (scale*(before.Value()+caseWeights[i]/2)+0.5)/(n+1))
		before.Add(caseWeights[i])
	}
	return PlaceQuantile(sorted, places, p)
}

// PlaceQuantile is the value with the greatest place at or below p, or with the least place of all where none is; of equal places the
// later counts. NaN when lengths differ, there is no value, p is outside [0,1] or a value or place is NaN.
func PlaceQuantile(values, places []float64, p float64) float64 {
	if len(values) != len(places) || len(values) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	least, found := 0, -1
	for i, at := range places {
		if math.IsNaN(at) || math.IsNaN(values[i]) {
			return math.NaN()
		}
		if at < places[least] {
			least = i
		}
		if at <= p && (found < 0 || at >= places[found]) {
			found = i
		}
	}
	if found < 0 {
		found = least
	}
	return values[found]
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
