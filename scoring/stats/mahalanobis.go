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
	// inverses are those of the factors, by the values present as bits, packed by rows; recent are those last used.
	inverses map[uint64][]float64
	recent   [256]struct {
		present uint64
		inverse []float64
	}
	row []float64
}

// Beyond reports whether the upper tail of chi-square at a row's distance is below p; ok is false where Distance has no p-value. It
// compares D² with the quantile, which it remembers for each number of values, and so costs no tail for each row.
func (m *Mahalanobis) Beyond(x []float64, p float64) (beyond, ok bool) {
	d2, df := m.squared(x)
	if math.IsNaN(d2) {
		return false, false
	}
	return d2 > m.limit(df, p), true
}

// limit is the quantile of chi-square above which its upper tail is below p.
func (m *Mahalanobis) limit(df int, p float64) float64 {
	if m.limits == nil || m.tail != p {
		m.limits, m.tail = make([]float64, len(m.Means)+1), p
	}
	if m.limits[df] == 0 {
		m.limits[df] = ChiSquareQuantile(1-p, float64(df))
	}
	return m.limits[df]
}

// MaxBits is the number of values of a row up to which BeyondBits can tell.
const MaxBits = 64

// BeyondBits is Beyond of a row of up to MaxBits values, of which those are there whose bits present has, the first in the lowest; d are
// these, in order, less their means. It costs about half a square of their number: the same operations on other numbers, so that D² is
// compared by Beyond itself where it comes near the limit.
func (m *Mahalanobis) BeyondBits(present uint64, d []float64, p float64) (beyond, ok bool) {
	r := &m.recent[(present*0x9e3779b97f4a7c15)>>56]
	if r.present != present || r.inverse == nil {
		r.present, r.inverse = present, m.inverse(present)
	}
	w := r.inverse
	if len(w) != len(d)*(len(d)+1)/2 || len(d) == 0 {
		return m.again(present, d, p)
	}
	d2 := 0.0
	k := 0
	for ; k+1 < len(d); k += 2 { // two rows at a time
		x := d[:k+1]
		one, two := w[:len(x)], w[len(x):][:len(x)]
		y, z := 0.0, 0.0
		for j, v := range x {
			y += one[j] * v
			z += two[j] * v
		}
		z += w[2*k+2] * d[k+1]
		w = w[2*k+3:]
		d2 += y*y + z*z
	}
	if k < len(d) {
		y := 0.0
		for j, v := range d {
			y += w[j] * v
		}
		d2 += y * y
	}
	limit := m.limit(len(d), p)
	if math.Abs(d2-limit) > 1e-6*limit {
		return d2 > limit, true
	}
	return m.again(present, d, p)
}

// again is Beyond of the row.
func (m *Mahalanobis) again(present uint64, d []float64, p float64) (beyond, ok bool) {
	if m.row == nil {
		m.row = make([]float64, len(m.Means))
	}
	at := 0
	for i := range m.row {
		m.row[i] = math.NaN()
		if present>>i&1 != 0 && at < len(d) {
			m.row[i] = d[at] + m.Means[i]
			at++
		}
	}
	return m.Beyond(m.row, p)
}

// inverse is that of Cholesky's factor of the covariances of the values present, packed by rows; empty where there is none, or none to rely on.
func (m *Mahalanobis) inverse(present uint64) []float64 {
	if w, ok := m.inverses[present]; ok {
		return w
	}
	m.present = m.present[:0]
	for i := range m.Means {
		if present>>i&1 != 0 {
			m.present = append(m.present, i)
		}
	}
	if len(m.inverses) >= maxPatterns {
		return nil
	}
	w := []float64{}
	if l, ok := m.part(); ok && m.separate(l) {
		k := len(l)
		e := make([]float64, k)
		w = make([]float64, k*(k+1)/2)
		for j := range k {
			clear(e)
			e[j] = 1
			forward(l, e)
			for i := j; i < k; i++ {
				w[i*(i+1)/2+j] = e[i]
			}
		}
	}
	if m.inverses == nil {
		m.inverses = map[uint64][]float64{}
	}
	m.inverses[present] = w
	return w
}

// separate reports whether no value present all but follows from those before it, so that the inverse of their factor keeps its digits.
func (m *Mahalanobis) separate(l [][]float64) bool {
	for i, a := range m.present {
		if l[i][i]*l[i][i] < 1e-6*m.Covariance[a][a] {
			return false
		}
	}
	return true
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
	l, ok := m.part()
	if m.patterns == nil {
		m.patterns = map[string][][]float64{}
	}
	if len(m.patterns) < maxPatterns {
		m.patterns[string(m.pattern)] = l
	}
	return l, ok
}

// part is Cholesky's factor of the covariances of the values present, which is not remembered.
func (m *Mahalanobis) part() ([][]float64, bool) {
	part := zeros(len(m.present), len(m.present))
	for i, a := range m.present {
		for j, b := range m.present[:i+1] {
			part[i][j] = m.Covariance[a][b]
		}
	}
	return Cholesky(part)
}
