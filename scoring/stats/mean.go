package stats

import "math"

// MeanSums holds what a weighted mean and its weights-only variance need, for rows of values x with sampling weight w. Sums
// of parts merge by addition. Values are kept as x − Shift; a Shift near the mean keeps every digit, 0 is right for values
// that are small or few. The zero value is empty, with Shift 0.
type MeanSums struct {
	// Shift is the constant taken from every x before it is summed; set it before the first Add.
	Shift float64
	// N counts rows.
	N int
	// W, WX, WXX are Σw, Σw(x−Shift), Σw(x−Shift)².
	W, WX, WXX Sum
	// W2, W2X, W2XX are Σw², Σw²(x−Shift), Σw²(x−Shift)².
	W2, W2X, W2XX Sum
}

// Add takes one row.
func (m *MeanSums) Add(x, w float64) {
	m.AddGroup(x, 1, w, w*w)
}

// AddGroup takes n rows that share the value x, with their sums of weights w = Σw and squared weights w2 = Σw².
func (m *MeanSums) AddGroup(x float64, n int, w, w2 float64) {
	x -= m.Shift
	m.N += n
	m.W.Add(w)
	m.WX.Add(w * x)
	m.WXX.Add(w * x * x)
	m.W2.Add(w2)
	m.W2X.Add(w2 * x)
	m.W2XX.Add(w2 * x * x)
}

// Merge takes the rows of another set of sums; its values are moved to this Shift. An empty m takes over o's Shift.
func (m *MeanSums) Merge(o MeanSums) {
	if o.N == 0 {
		return
	}
	if m.N == 0 {
		*m = o
		return
	}
	if d := o.Shift - m.Shift; d != 0 {
		o.WX, o.WXX = shifted(o.W, o.WX, o.WXX, d)
		o.W2X, o.W2XX = shifted(o.W2, o.W2X, o.W2XX, d)
	}
	m.N += o.N
	m.W.Merge(o.W)
	m.WX.Merge(o.WX)
	m.WXX.Merge(o.WXX)
	m.W2.Merge(o.W2)
	m.W2X.Merge(o.W2X)
	m.W2XX.Merge(o.W2XX)
}

// shifted are Σw(x+d) and Σw(x+d)² from Σw, Σwx and Σwx².
func shifted(w, wx, wxx Sum, d float64) (Sum, Sum) {
	wxx.Merge(wx.Scaled(2 * d))
	wxx.Merge(w.Scaled(d * d))
	wx.Merge(w.Scaled(d))
	return wx, wxx
}

// Scaled are the sums with every weight multiplied by f, as when a cell of rows is re-weighted.
func (m MeanSums) Scaled(f float64) MeanSums {
	m.W, m.WX, m.WXX = m.W.Scaled(f), m.WX.Scaled(f), m.WXX.Scaled(f)
	m.W2, m.W2X, m.W2XX = m.W2.Scaled(f*f), m.W2X.Scaled(f*f), m.W2XX.Scaled(f*f)
	return m
}

// Mean is Σwx/Σw; NaN when Σw is not positive.
func (m MeanSums) Mean() float64 {
	return m.Shift + m.centre()
}

// centre is the mean of x − Shift.
func (m MeanSums) centre() float64 {
	w := m.W.Value()
	if !(w > 0) {
		return math.NaN()
	}
	return m.WX.Value() / w
}

// VarianceWeightsOnly is the variance of Mean when every row is its own sampling unit, in one stratum:
//
//	V = n/(n−1)·[Σw²x² − 2x̄Σw²x + x̄²Σw²]/W²
//
// the linearised variance (Binder 1983) with the influence zero outside the domain; n = designN counts the rows of the whole
// design, not only those summed here. NaN when designN < 2, designN < N or W is not positive.
func (m MeanSums) VarianceWeightsOnly(designN int) float64 {
	w := m.W.Value()
	if designN < 2 || designN < m.N || !(w > 0) {
		return math.NaN()
	}
	c := m.centre()
	var q Sum
	q.Merge(m.W2XX)
	q.Merge(m.W2X.Scaled(-2 * c))
	q.Merge(m.W2.Scaled(c * c))
	return factor(designN) * spread(q.Value(), m.W2XX.Value()) / (w * w)
}

// SimpleVariance is the weighted variance of the values themselves, s²_w = n/(n−1)·Σw(x−x̄)²/W. NaN below two rows.
func (m MeanSums) SimpleVariance() float64 {
	w := m.W.Value()
	if m.N < 2 || !(w > 0) {
		return math.NaN()
	}
	c := m.centre()
	var q Sum
	q.Merge(m.WXX)
	q.Merge(m.WX.Scaled(-2 * c))
	q.Merge(m.W.Scaled(c * c))
	return factor(m.N) * spread(q.Value(), m.WXX.Value()) / w
}

// spread is a sum of squared deviations q that was taken as a difference from the sum of squares about the shift. What is left by
// rounding alone, where all values are equal, becomes 0.
func spread(q, squares float64) float64 {
	if q < 1e-14*squares {
		return 0
	}
	return q
}

// Deff is the design effect v/(s²_w/n) of a variance v of the mean (Kish 1965): how many times a simple random sample of as
// many rows would have varied. NaN when the values do not vary.
func (m MeanSums) Deff(v float64) float64 {
	s := m.SimpleVariance()
	if !(s > 0) {
		return math.NaN()
	}
	return v / (s / float64(m.N))
}

// factor is n/(n−1).
func factor(n int) float64 {
	return float64(n) / float64(n-1)
}

// PairSums holds what the weights-only covariance of two means needs: sums over the rows where both values are valid. Values are
// kept as x − ShiftX and y − ShiftY.
type PairSums struct {
	ShiftX, ShiftY float64
	// W2, W2X, W2Y, W2XY are Σw², Σw²x, Σw²y, Σw²xy.
	W2, W2X, W2Y, W2XY Sum
}

// Add takes one row where both values are valid.
func (p *PairSums) Add(x, y, w float64) {
	p.AddGroup(x, y, w*w)
}

// AddGroup takes rows that share both values, with the sum of their squared weights.
func (p *PairSums) AddGroup(x, y, w2 float64) {
	x -= p.ShiftX
	y -= p.ShiftY
	p.W2.Add(w2)
	p.W2X.Add(w2 * x)
	p.W2Y.Add(w2 * y)
	p.W2XY.Add(w2 * x * y)
}

// Merge takes the rows of another set of sums, which must have the same shifts; NaN sums come of others.
func (p *PairSums) Merge(o PairSums) {
	if o.ShiftX != p.ShiftX || o.ShiftY != p.ShiftY {
		o.W2XY.Add(math.NaN())
	}
	p.W2.Merge(o.W2)
	p.W2X.Merge(o.W2X)
	p.W2Y.Merge(o.W2Y)
	p.W2XY.Merge(o.W2XY)
}

// CovarianceWeightsOnly is the covariance of two weighted means when every row is its own sampling unit:
//
//	Cov(x̄,ȳ) = n/(n−1)·[Σw²xy − x̄Σw²y − ȳΣw²x + x̄ȳΣw²]/(W_x·W_y)
//
// where x and y hold the sums of each value over its own rows, p those over the rows with both, and n = designN the rows of
// the whole design. NaN when designN < 2 or a W is not positive.
func (p PairSums) CovarianceWeightsOnly(x, y MeanSums, designN int) float64 {
	wx, wy := x.W.Value(), y.W.Value()
	if designN < 2 || !(wx > 0) || !(wy > 0) {
		return math.NaN()
	}
	cx := x.centre() + (x.Shift - p.ShiftX)
	cy := y.centre() + (y.Shift - p.ShiftY)
	var q Sum
	q.Merge(p.W2XY)
	q.Merge(p.W2Y.Scaled(-cx))
	q.Merge(p.W2X.Scaled(-cy))
	q.Merge(p.W2.Scaled(cx * cy))
	return factor(designN) * q.Value() / (wx * wy)
}
