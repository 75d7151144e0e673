package stats

import (
	"errors"
	"fmt"
	"math"
)

// EntropySums holds what the entropy of a column of values x ≥ 0 needs: that of the parts x/Σx. Sums of parts merge by addition.
// Values are kept over Scale, 0 meaning 1; a Scale near the mean keeps every digit of an entropy near its maximum. Set it before
// the first Add.
type EntropySums struct {
	Scale float64
	// N counts values.
	N int
	// X and XLog are Σx and Σx·ln x, of x over Scale.
	X, XLog Sum
}

// Add takes one value. It says whether the value was taken: one that is negative or not finite is not.
func (s *EntropySums) Add(x float64) bool {
	return s.AddGroup(x, 1)
}

// AddGroup takes n rows that share the value x; see Add.
func (s *EntropySums) AddGroup(x float64, n int) bool {
	x /= s.scale()
	if !(x >= 0) || math.IsInf(x, 0) || n < 0 {
		return false
	}
	s.N += n
	s.X.Add(float64(n) * x)
	if x > 0 {
		s.XLog.Add(float64(n) * x * math.Log(x))
	}
	return true
}

// Merge takes the values of another set of sums, moved to this Scale. An empty s takes over o's Scale.
func (s *EntropySums) Merge(o EntropySums) {
	if o.N == 0 {
		return
	}
	if s.N == 0 {
		*s = o
		return
	}
	s.N += o.N
	f := o.scale() / s.scale()
	if f != 1 {
		o.XLog.Merge(o.X.Scaled(math.Log(f)))
		o.XLog, o.X = o.XLog.Scaled(f), o.X.Scaled(f)
	}
	s.X.Merge(o.X)
	s.XLog.Merge(o.XLog)
}

func (s EntropySums) scale() float64 {
	if s.Scale > 0 {
		return s.Scale
	}
	return 1
}

// Divergence is 1 − e, with the entropy e = −Σp·ln p/ln n of the parts p = x/Σx and 0·ln 0 = 0: 0 when all values are
// equal, 1 when one has everything. NaN below two values or when all are 0.
func (s EntropySums) Divergence() float64 {
	x := s.X.Value()
	if s.N < 2 || !(x > 0) || math.IsInf(x, 0) {
		return math.NaN()
	}
	n := float64(s.N)
	d := s.XLog
	d.Add(-x * math.Log(x/n))
	v := d.Value() / x / math.Log(n)
	// Equal values leave rounding only.
	if math.Abs(v) < 1e-16 {
		return 0
	}
	return min(max(v, 0), 1)
}

// EntropyWeights are shares by dispersion: the divergence of each column over the sum of all (entropy method, Shannon 1948; Zeleny
// 1982). Columns that do not vary get 0; where none varies, all get the same. They say how much columns differ among rows, not
// what they matter. It is an error when a column has fewer than two values, or all are 0.
func EntropyWeights(columns []EntropySums) (shares []float64, err error) {
	if len(columns) == 0 {
		return nil, errors.New("entropy weights: no columns")
	}
	d := make([]float64, len(columns))
	for j, c := range columns {
		if d[j] = c.Divergence(); math.IsNaN(d[j]) {
			return nil, fmt.Errorf("entropy weights: column %d has %d values that add to %g", j, c.N, c.X.Value()*c.scale())
		}
	}
	return sharesOrEqual(d), nil
}

// sharesOrEqual are shares, or equal ones when all parts are 0.
func sharesOrEqual(parts []float64) []float64 {
	if sumOf(parts) > 0 {
		return Shares(parts)
	}
	out := make([]float64, len(parts))
	for i := range out {
		out[i] = 1 / float64(len(parts))
	}
	return out
}

// Critic weighs columns by how much they vary and how little they agree.
type Critic struct {
	// Spread is σ_j, the standard deviation over the column's scale; Conflict is Σ_k(1−r_jk); Information is their product.
	Spread, Conflict, Information []float64
	// Shares are Information over its sum.
	Shares []float64
}

// CriticWeights are shares by contrast and conflict, ω_j ∝ σ_j·Σ_k(1−r_jk) (CRITIC, Diakoulaki, Mavrotas & Papayannakis 1995), from the
// sums of complete rows. scale divides each column's standard deviation; it is the range, highest less lowest value, where columns are
// taken min–max, as is usual, and nil leaves them as they are. Columns where lower is better count with their sign turned when lower
// says so; nil says of none. Columns that do not vary, or have scale 0, get 0 and conflict with none; where none varies, all get
// the same. It is an error when lengths differ, a scale is negative or missing, or there are fewer than two rows.
func CriticWeights(sums CrossSums, scale []float64, lower []bool) (Critic, error) {
	k := sums.Variables()
	if k == 0 || (scale != nil && len(scale) != k) || (lower != nil && len(lower) != k) {
		return Critic{}, fmt.Errorf("critic weights: %d columns, %d scales, %d directions", k, len(scale), len(lower))
	}
	if w := sums.W.Value(); sums.N < 2 || !(w > 0) {
		return Critic{}, fmt.Errorf("critic weights: %d rows that weigh %g", sums.N, w)
	}
	c := Critic{Spread: StandardErrors(sums.Covariance()), Conflict: make([]float64, k), Information: make([]float64, k)}
	for j, s := range scale {
		switch {
		case !(s >= 0) || math.IsInf(s, 0):
			return Critic{}, fmt.Errorf("critic weights: column %d has scale %v", j, s)
		case s == 0:
			c.Spread[j] = 0
		default:
			c.Spread[j] /= s
		}
	}
	r := sums.Correlation()
	for j := range k {
		var conflict Sum
		for i := range k {
			if i == j || c.Spread[i] == 0 || c.Spread[j] == 0 {
				continue
			}
			v := r[j][i]
			if lower != nil && lower[i] != lower[j] {
				v = -v
			}
			conflict.Add(1 - v)
		}
		c.Conflict[j] = conflict.Value()
		c.Information[j] = c.Spread[j] * c.Conflict[j]
		if math.IsNaN(c.Information[j]) || math.IsInf(c.Information[j], 0) {
			return Critic{}, fmt.Errorf("critic weights: column %d is beyond numbers", j)
		}
	}
	c.Shares = sharesOrEqual(c.Information)
	return c, nil
}
