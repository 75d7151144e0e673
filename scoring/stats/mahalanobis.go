package stats

import "math"

// maxPatterns is how many patterns of missing values a Mahalanobis remembers.
const maxPatterns = 4096

// Mahalanobis measures how far rows of k values lie from the centre of all, given their means and covariances, as CrossSums gives
// them; these may not change after the first Distance. It remembers what a pattern of missing values needs, at most 4096
// patterns of up to 8k² bytes, so that a row costs about k² operations; one serves one goroutine at a time.
type Mahalanobis struct {
	Means      []float64
	Covariance [][]float64

	// patterns are Cholesky's factors of the covariances of the values present, nil where there is none.
	patterns map[string][][]float64
	// present and pattern are where the values of the last row are, as positions and as bytes; moved is room for k numbers.
	present []int
	pattern []byte
	moved   []float64
	// limits are quantiles of chi-square at tail, by degrees of freedom; 0 where not yet needed.
	limits []float64
	tail   float64
}

// Beyond reports whether the upper tail of chi-square at a row's distance is below p; ok is false where Distance has no p-value. It
// compares D² with the quantile, which it remembers for each number of values, and so costs no tail for each row.
func (m *Mahalanobis) Beyond(x []float64, p float64) (beyond, ok bool) {
	d2, df := m.squared(x)
	if math.IsNaN(d2) {
		return false, false
	}
	if m.limits == nil || m.tail != p {
		m.limits, m.tail = make([]float64, len(m.Means)+1), p
	}
	if m.limits[df] == 0 {
		m.limits[df] = ChiSquareQuantile(1-p, float64(df))
	}
	return d2 > m.limits[df], true
}

// Distance is D² = (x−μ)′Σ⁻¹(x−μ) over the values that are there (not NaN), with their part of μ and Σ (Mahalanobis 1936); df is
// their number and p the upper tail of chi-square at D² on df, right for normal values. Without values D² and p are NaN and df is
// 0; all is NaN and 0 when x, means and covariances differ in size. D² and p are NaN when a value is infinite or so far that D²
// is, or the covariances of the values are not positive definite: one does not vary or is a combination of others.
func (m *Mahalanobis) Distance(x []float64) (d2 float64, df int, p float64) {
	if d2, df = m.squared(x); math.IsNaN(d2) {
		return d2, df, d2
	}
	_, p = ChiSquareCDF(d2, float64(df))
	return d2, df, p
}

// squared is D² and the number of values; see Distance.
func (m *Mahalanobis) squared(x []float64) (d2 float64, df int) {
	nan := math.NaN()
	if len(x) != len(m.Means) || len(x) != len(m.Covariance) || !square(m.Covariance) {
		return nan, 0
	}
	m.present, m.pattern = m.present[:0], m.pattern[:0]
	for i, v := range x {
		bit := byte(0)
		if !math.IsNaN(v) {
			m.present = append(m.present, i)
			bit = 1 << (i % 8)
		}
		if i%8 == 0 {
			m.pattern = append(m.pattern, 0)
		}
		m.pattern[i/8] |= bit
	}
	df = len(m.present)
	l, ok := m.factor()
	if df == 0 || !ok {
		return nan, df
	}
	d := m.moved[:0]
	for _, a := range m.present {
		d = append(d, x[a]-m.Means[a])
	}
	m.moved = d
	forward(l, d)
	for _, v := range d {
		d2 += v * v
	}
	if math.IsNaN(d2) || math.IsInf(d2, 0) {
		return nan, df
	}
	return d2, df
}

// factor is Cholesky's of the covariances of the values present.
func (m *Mahalanobis) factor() ([][]float64, bool) {
	if l, ok := m.patterns[string(m.pattern)]; ok {
		return l, l != nil
	}
	part := zeros(len(m.present), len(m.present))
	for i, a := range m.present {
		for j, b := range m.present[:i+1] {
			part[i][j] = m.Covariance[a][b]
		}
	}
	l, ok := Cholesky(part)
	if m.patterns == nil {
		m.patterns = map[string][][]float64{}
	}
	if len(m.patterns) < maxPatterns {
		m.patterns[string(m.pattern)] = l
	}
	return l, ok
}
