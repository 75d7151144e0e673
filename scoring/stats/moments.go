package stats

import "math"

// Moments describe the shape of a weighted histogram. With m_r = Σp(x−x̄)^r of the shares p, n rows: skewness g₁ = m₃/m₂^1.5 and
// excess kurtosis g₂ = m₄/m₂²−3 of the rows themselves; G₁ and G₂ of the population they were drawn from, unbiased for a normal one; b₁ and
// b₂ with the standard deviation on n−1 (Joanes & Gill 1998, types 1, 2 and 3). For unequal weights the corrections by n are
// approximate.
type Moments struct {
	// N counts rows.
	N int
	// Mean is x̄, Population is m₂, Variance is m₂·n/(n−1), SD its root; in units of the values and their squares.
	Mean, Population, Variance, SD float64
	// SkewSmall, Skew and SkewB are g₁, G₁ and b₁. NaN when nothing varies; Skew also below three rows, SkewB below two.
	SkewSmall, Skew, SkewB float64
	// KurtosisSmall, Kurtosis and KurtosisB are g₂, G₂ and b₂. NaN when nothing varies; Kurtosis also below four rows, KurtosisB
	// below two.
	KurtosisSmall, Kurtosis, KurtosisB float64
}

// Moments are those of the weighted values. All but N is NaN when Σw is not positive, the variance below two rows.
func (h Histogram) Moments() Moments {
	nan := math.NaN()
	m := Moments{h.Rows(), nan, nan, nan, nan, nan, nan, nan, nan, nan, nan}
	p := h.Shares()
	m.Mean = h.MeanSums().Mean()
	if math.IsNaN(m.Mean) {
		return m
	}
	var first, second, third, fourth Sum
	for i, x := range h.Values {
		d := x - m.Mean
		first.Add(p[i] * d)
		second.Add(p[i] * d * d)
		third.Add(p[i] * d * d * d)
		fourth.Add(p[i] * d * d * d * d)
	}
	m.Population = second.Value()
	if h.used() < 2 {
		m.Population = 0
	}
	n := float64(m.N)
	if m.N >= 2 {
		m.Variance = m.Population * n / (n - 1)
		m.SD = math.Sqrt(m.Variance)
	}
	if !(m.Population > 0) {
		return m
	}
	g1 := third.Value() / m.Population / math.Sqrt(m.Population)
	g2 := fourth.Value()/m.Population/m.Population - 3
	m.SkewSmall, m.KurtosisSmall = g1, g2
	if m.N >= 2 {
		f := (n - 1) / n
		m.SkewB = g1 * f * math.Sqrt(f)
		m.KurtosisB = (g2+3)*f*f - 3
	}
	if m.N >= 3 {
		m.Skew = g1 * math.Sqrt(n*(n-1)) / (n - 2)
	}
	if m.N >= 4 {
		m.Kurtosis = ((n+1)*g2 + 6) * (n - 1) / ((n - 2) * (n - 3))
	}
	return m
}

// used counts the values that have weight.
func (h Histogram) used() int {
	n := 0
	for _, w := range h.W {
		if w.Value() > 0 {
			n++
		}
	}
	return n
}

// Entropy is −Σp·ln p/ln k of the shares p of the k values of the scale, with 0·ln 0 = 0: 0 when all give one answer, 1 when
// every answer is as frequent (Shannon 1948). NaN when Σw is not positive or the scale has one value.
func (h Histogram) Entropy() float64 {
	if len(h.Values) < 2 {
		return math.NaN()
	}
	var s Sum
	for _, p := range h.Shares() {
		if p != 0 { // NaN passes
			s.Add(-p * math.Log(p))
		}
	}
	return min(max(s.Value()/math.Log(float64(len(h.Values))), 0), 1)
}

// Consensus is 1+Σp·log₂(1−|x−x̄|/d) with the range d of the scale (Tastle & Wierman 2007): 1 when all give one answer, 0 when
// half answer at each end. NaN when Σw is not positive or the scale has one value.
func (h Histogram) Consensus() float64 {
	mean, d := h.MeanSums().Mean(), h.width()
	if !(d > 0) {
		return math.NaN()
	}
	s := Sum{total: 1}
	for i, p := range h.Shares() {
		if p != 0 { // NaN passes
			// |x−x̄| is at most (1−p)d, which rounding may exceed.
			s.Add(p * math.Log2(max(1-math.Abs(h.Values[i]-mean)/d, p)))
		}
	}
	return min(max(s.Value(), 0), 1)
}

// Polarisation is the variance by the largest that the scale allows, 4v/d² with the range d and the population variance v: 0 when all
// give one answer, 1 when half answer at each end. NaN when Σw is not positive or the scale has one value.
func (h Histogram) Polarisation() float64 {
	d := h.width()
	if !(d > 0) {
		return math.NaN()
	}
	return min(4*(h.Moments().Population/d)/d, 1)
}

// width is the distance of the ends of the scale; NaN without values.
func (h Histogram) width() float64 {
	if len(h.Values) == 0 {
		return math.NaN()
	}
	return h.Values[len(h.Values)-1] - h.Values[0]
}

// PopulationStability is the population stability index of two distributions over the same classes, Σ(a−e)·ln(a/e) of their
// shares (the symmetric divergence of Jeffreys 1946; Siddiqi 2006): 0 when alike, above 0.1 some shift, above 0.2 a large one.
// actual and expected are counts or weights. A class with none in both counts nothing; one with none in one of them makes it
// +Inf, so classes should be few enough to be filled. NaN when lengths differ, a number is negative or not finite, or one
// distribution is empty.
func PopulationStability(actual, expected []float64) float64 {
	if len(actual) != len(expected) {
		return math.NaN()
	}
	a, e := Shares(actual), Shares(expected)
	var s Sum
	for i := range a {
		if a[i] != e[i] { // NaN passes
			s.Add((a[i] - e[i]) * math.Log(a[i]/e[i]))
		}
	}
	if len(a) == 0 {
		return math.NaN()
	}
	return s.Value()
}

// GoodnessOfFit tests counts against expected shares: χ² = Σ(n−nπ)²/(nπ) on classes−1 degrees of freedom (Pearson 1900). Shares are
// divided by their sum. NaN when lengths differ, there are fewer than two classes, a number is negative or not finite, a share
// is 0 or there are no counts.
func GoodnessOfFit(counts, shares []float64) (chi2, df, p float64) {
	nan := math.NaN()
	n := sumOf(counts)
	expected := Shares(shares)
	if len(counts) != len(shares) || len(counts) < 2 || !(n > 0) || math.IsInf(n, 0) {
		return nan, nan, nan
	}
	var s Sum
	for i, c := range counts {
		want := n * expected[i]
		if !(c >= 0) || !(want > 0) {
			return nan, nan, nan
		}
		s.Add((c - want) / want * (c - want))
	}
	df = float64(len(counts) - 1)
	_, p = ChiSquareCDF(s.Value(), df)
	return s.Value(), df, p
}

// Independence tests that rows and columns of a table of counts go together only by chance: χ² = Σ(n−e)²/e with e the product of the row's
// and column's totals over all, on (rows−1)(columns−1) degrees of freedom (Pearson 1900). NaN when rows differ in length, there are
// fewer than two rows or columns, a count is negative or not finite, or a row or column is empty.
func Independence(counts [][]float64) (chi2, df, p float64) {
	nan := math.NaN()
	if len(counts) < 2 || len(counts[0]) < 2 {
		return nan, nan, nan
	}
	columns, n := make([]float64, len(counts[0])), 0.0
	for _, row := range counts {
		if len(row) != len(columns) {
			return nan, nan, nan
		}
		for j, c := range row {
			if !(c >= 0) || math.IsInf(c, 0) {
				return nan, nan, nan
			}
			columns[j] += c
			n += c
		}
	}
	var s Sum
	for _, row := range counts {
		total := sumOf(row)
		for j, c := range row {
			want := total * (columns[j] / n)
			if !(want > 0) {
				return nan, nan, nan
			}
			s.Add((c - want) / want * (c - want))
		}
	}
	df = float64((len(counts) - 1) * (len(columns) - 1))
	_, p = ChiSquareCDF(s.Value(), df)
	return s.Value(), df, p
}
