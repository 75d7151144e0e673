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
}

// Distance is D² = (x−μ)′Σ⁻¹(x−μ) over the values that are there (not NaN), with their part of μ and Σ (Mahalanobis 1936); df is
// their number and p the upper tail of chi-square at D² on df, right for normal values. Without values D² and p are NaN and df is
// 0; all is NaN and 0 when x, means and covariances differ in size. D² and p are NaN when a value is infinite or so far that D²
// is, or the covariances of the values are not positive definite: one does not vary or is a combination of others.
func (m *Mahalanobis) Distance(x []float64) (d2 float64, df int, p float64) {
	nan := math.NaN()
	if len(x) != len(m.Means) || len(x) != len(m.Covariance) || !square(m.Covariance) {
		return nan, 0, nan
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
		return nan, df, nan
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
		return nan, df, nan
	}
	_, p = ChiSquareCDF(d2, float64(df))
	return d2, df, p
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
