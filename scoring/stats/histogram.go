package stats

import (
	"math"
	"slices"
)

// FloorCeilingLimit is the share of answers at an end of the scale above which it holds answers that the scale should tell
// apart (McHorney & Tarlov 1995).
const FloorCeilingLimit = 0.15

// Histogram (S1) counts rows and sampling weight at each value of a scale. Parts merge by addition. Make one with NewHistogram.
type Histogram struct {
	// Values are all values of the scale, ascending, also those that no row has.
	Values []float64
	// N counts rows, W and W2 are Σw and Σw², at each value.
	N     []int
	W, W2 []Sum
}

// NewHistogram is empty, over the values of a scale in any order. Values that are not finite are left out.
func NewHistogram(values []float64) Histogram {
	v := slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	slices.Sort(v)
	v = slices.Compact(v)
	return Histogram{Values: v, N: make([]int, len(v)), W: make([]Sum, len(v)), W2: make([]Sum, len(v))}
}

// Add takes one row. It says whether the row was taken: one with a value that is not on the scale, or with a weight that is
// negative or not finite, is not.
func (h *Histogram) Add(x, w float64) bool {
	return h.AddGroup(x, 1, w, w*w)
}

// AddGroup takes n rows that share the value x, with w = Σw and w2 = Σw²; see Add.
func (h *Histogram) AddGroup(x float64, n int, w, w2 float64) bool {
	at, ok := slices.BinarySearch(h.Values, x)
	if !ok || n < 0 || !(w >= 0) || !(w2 >= 0) || math.IsInf(w, 0) || math.IsInf(w2, 0) {
		return false
	}
	h.N[at] += n
	h.W[at].Add(w)
	h.W2[at].Add(w2)
	return true
}

// Merge takes the rows of another histogram of the same values. It says whether it did.
func (h *Histogram) Merge(o Histogram) bool {
	if !slices.Equal(h.Values, o.Values) {
		return false
	}
	for i := range h.Values {
		h.N[i] += o.N[i]
		h.W[i].Merge(o.W[i])
		h.W2[i].Merge(o.W2[i])
	}
	return true
}

// Scaled is the histogram with every weight multiplied by f, as when a cell of rows is re-weighted.
func (h Histogram) Scaled(f float64) Histogram {
	out := Histogram{Values: h.Values, N: slices.Clone(h.N)}
	for i := range h.Values {
		out.W = append(out.W, h.W[i].Scaled(f))
		out.W2 = append(out.W2, h.W2[i].Scaled(f*f))
	}
	return out
}

// Rows is n, the number of rows.
func (h Histogram) Rows() int {
	n := 0
	for _, c := range h.N {
		n += c
	}
	return n
}

// MeanSums are the sums for the weighted mean and its variances; Shift is the middle of the scale.
func (h Histogram) MeanSums() MeanSums {
	var m MeanSums
	if k := len(h.Values); k > 0 {
		m.Shift = h.Values[0] + (h.Values[k-1]-h.Values[0])/2
	}
	for i, x := range h.Values {
		if h.N[i] > 0 || h.W[i].Value() > 0 {
			m.AddGroup(x, h.N[i], h.W[i].Value(), h.W2[i].Value())
		}
	}
	return m
}

// Shares are the shares of the weight at each value; NaN when Σw is not positive.
func (h Histogram) Shares() []float64 {
	return Shares(h.weights())
}

// Top is the share of the weight at the k highest values of the scale, top-2 for k = 2; NaN when Σw is not positive or k is
// not between 1 and the number of values.
func (h Histogram) Top(k int) float64 {
	if k < 1 || k > len(h.Values) {
		return math.NaN()
	}
	return sumOf(h.Shares()[len(h.Values)-k:])
}

// Bottom is the share of the weight at the k lowest values; see Top.
func (h Histogram) Bottom(k int) float64 {
	if k < 1 || k > len(h.Values) {
		return math.NaN()
	}
	return sumOf(h.Shares()[:k])
}

// FloorCeiling are the shares at the lowest and the highest value, and whether one exceeds FloorCeilingLimit; NaN when Σw is not positive.
func (h Histogram) FloorCeiling() (floor, ceiling float64, flagged bool) {
	floor, ceiling = h.Bottom(1), h.Top(1)
	return floor, ceiling, floor > FloorCeilingLimit || ceiling > FloorCeilingLimit
}

// Quantile is the unweighted quantile of the rows by linear interpolation at 1+(n−1)p, type 7 of Hyndman & Fan (1996). NaN without
// rows or when p is outside [0,1].
func (h Histogram) Quantile(p float64) float64 {
	n := h.Rows()
	if n == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	at := float64(n-1) * p
	k := int(math.Floor(at))
	low := h.nth(k)
	if at == float64(k) {
		return low
	}
	return low + (at-float64(k))*(h.nth(k+1)-low)
}

// nth is the value of row k = 0 … n−1 in ascending order.
func (h Histogram) nth(k int) float64 {
	for i, c := range h.N {
		if k < c {
			return h.Values[i]
		}
		k -= c
	}
	return math.NaN()
}

// WeightedQuantile is the smallest value with a share of at least p of the weight at or below it; see the function of that name.
func (h Histogram) WeightedQuantile(p float64) float64 {
	return WeightedQuantile(h.Values, h.weights(), p)
}

// AveragedQuantile is WeightedQuantile, but the mean of the value and the next one that has weight where the share at or below
// is p exactly (within 1e-12): type 2 of Hyndman & Fan (1996), whose median is the usual one.
func (h Histogram) AveragedQuantile(p float64) float64 {
	w := h.weights()
	low := WeightedQuantile(h.Values, w, p)
	all := sumOf(w)
	var below Sum
	for i, x := range h.Values {
		if x > low && w[i] > 0 {
			if math.Abs(below.Value()/all-p) <= quantileSlack {
				return low + (x-low)/2
			}
			break
		}
		below.Add(w[i])
	}
	return low
}

func (h Histogram) weights() []float64 {
	w := make([]float64, len(h.Values))
	for i := range w {
		w[i] = h.W[i].Value()
	}
	return w
}

// MedianDeviation is the unweighted median of |x−median|; NaN without rows.
func (h Histogram) MedianDeviation() float64 {
	median := h.Quantile(0.5)
	if math.IsNaN(median) {
		return median
	}
	distances := make([]float64, len(h.Values))
	for i, x := range h.Values {
		distances[i] = math.Abs(x - median)
	}
	d := NewHistogram(distances)
	for i, x := range distances {
		d.AddGroup(x, h.N[i], 0, 0)
	}
	return d.Quantile(0.5)
}

// InterquartileRange is the distance of the unweighted quartiles, by Quantile.
func (h Histogram) InterquartileRange() float64 {
	return h.Quantile(0.75) - h.Quantile(0.25)
}
