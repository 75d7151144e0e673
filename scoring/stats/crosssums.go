package stats

import (
	"math"
	"slices"
)

// CrossSums holds what means, covariances, correlations and regressions of k variables need, for complete rows z =
// (z₁ … z_k) with sampling weight w. Sums of parts merge by addition and a part can be taken away again. Values are kept as
// z − Shift; a Shift near the mean keeps every digit. The zero value is empty: the first row decides k, with Shift 0 where none
// was set.
type CrossSums struct {
	// Shift is the constant taken from each variable before it is summed; set it before the first Add. It is shared with copies
	// and never written to.
	Shift []float64
	// N counts rows.
	N int
	// W is Σw.
	W Sum
	// WZ is Σw(z−Shift) of each variable.
	WZ []Sum
	// WZZ is Σw(z_i−Shift_i)(z_j−Shift_j) for j ≤ i at i(i+1)/2+j.
	WZZ []Sum
}

// Variables is k, the number of variables; 0 when empty.
func (c *CrossSums) Variables() int {
	return len(c.WZ)
}

// Add takes one row. It says whether the row was taken: one with a value missing (NaN) or infinite, of another length, or
// with a weight that is negative or not finite is not.
func (c *CrossSums) Add(z []float64, w float64) bool {
	return c.AddGroup(z, 1, w)
}

// AddGroup takes n rows that share their values, with w the sum of their weights; see Add.
func (c *CrossSums) AddGroup(z []float64, n int, w float64) bool {
	if len(z) == 0 || n < 0 || !(w >= 0) || math.IsInf(w, 0) {
		return false
	}
	for _, v := range z {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	if c.WZ == nil {
		if c.Shift == nil {
			c.Shift = make([]float64, len(z))
		}
		if len(c.Shift) != len(z) {
			return false
		}
		c.WZ = make([]Sum, len(z))
		c.WZZ = make([]Sum, len(z)*(len(z)+1)/2)
	}
	if len(c.WZ) != len(z) {
		return false
	}
	c.N += n
	c.W.Add(w)
	at := 0
	for i, v := range z {
		x := w * (v - c.Shift[i])
		c.WZ[i].Add(x)
		for j, u := range z[:i+1] {
			c.WZZ[at].Add(x * (u - c.Shift[j]))
			at++
		}
	}
	return true
}

// Merge takes the rows of another set of sums; its values are moved to this Shift. An empty c takes over o. It says
// whether it did: sums of another number of variables are left out.
func (c *CrossSums) Merge(o CrossSums) bool {
	if o.N == 0 && o.WZ == nil {
		return true
	}
	if c.WZ == nil {
		*c = o.clone()
		return true
	}
	return c.combine(o, 1)
}

// Without are the sums less those of a part of their rows, as when one group is left out. False when the part has another
// number of variables or more rows than there are.
func (c CrossSums) Without(part CrossSums) (CrossSums, bool) {
	out := c.clone()
	if part.N == 0 && part.WZ == nil {
		return out, true
	}
	if part.N > c.N || !out.combine(part, -1) {
		return CrossSums{}, false
	}
	return out, true
}

// combine adds sign times o, moved to this Shift.
func (c *CrossSums) combine(o CrossSums, sign float64) bool {
	if len(c.WZ) != len(o.WZ) {
		return false
	}
	o = o.about(c.Shift)
	c.N += int(sign) * o.N
	c.W.Merge(o.W.Scaled(sign))
	for i := range c.WZ {
		c.WZ[i].Merge(o.WZ[i].Scaled(sign))
	}
	for i := range c.WZZ {
		c.WZZ[i].Merge(o.WZZ[i].Scaled(sign))
	}
	return true
}

// about are the same rows with another Shift.
func (c CrossSums) about(shift []float64) CrossSums {
	if slices.Equal(c.Shift, shift) {
		return c
	}
	out := c.clone()
	out.Shift = shift
	at := 0
	for i := range c.WZ {
		di := c.Shift[i] - shift[i]
		out.WZ[i].Merge(c.W.Scaled(di))
		for j := range i + 1 {
			dj := c.Shift[j] - shift[j]
			out.WZZ[at].Merge(c.WZ[i].Scaled(dj))
			out.WZZ[at].Merge(c.WZ[j].Scaled(di))
			out.WZZ[at].Merge(c.W.Scaled(di * dj))
			at++
		}
	}
	return out
}

// clone has its own sums.
func (c CrossSums) clone() CrossSums {
	c.WZ, c.WZZ = slices.Clone(c.WZ), slices.Clone(c.WZZ)
	return c
}

// Select are the sums of some of the variables, in the order named, over the same rows. False when a variable is not there
// or none is named.
func (c CrossSums) Select(variables ...int) (CrossSums, bool) {
	out := CrossSums{N: c.N, W: c.W}
	for i, a := range variables {
		if a < 0 || a >= len(c.WZ) {
			return CrossSums{}, false
		}
		out.Shift = append(out.Shift, c.Shift[a])
		out.WZ = append(out.WZ, c.WZ[a])
		for _, b := range variables[:i+1] {
			out.WZZ = append(out.WZZ, c.WZZ[packed(a, b)])
		}
	}
	return out, len(variables) > 0
}

// Scaled are the sums with every weight multiplied by f, as when a cell of rows is re-weighted.
func (c CrossSums) Scaled(f float64) CrossSums {
	out := c.clone()
	out.W = c.W.Scaled(f)
	for i := range out.WZ {
		out.WZ[i] = c.WZ[i].Scaled(f)
	}
	for i := range out.WZZ {
		out.WZZ[i] = c.WZZ[i].Scaled(f)
	}
	return out
}

// packed is the place of the pair (i, j) in WZZ.
func packed(i, j int) int {
	if j > i {
		i, j = j, i
	}
	return i*(i+1)/2 + j
}

// Means are Σwz/Σw; NaN when Σw is not positive, nil when empty.
func (c CrossSums) Means() []float64 {
	if c.WZ == nil {
		return nil
	}
	out := make([]float64, len(c.WZ))
	w := c.W.Value()
	for i := range out {
		out[i] = math.NaN()
		if w > 0 {
			out[i] = c.Shift[i] + c.WZ[i].Value()/w
		}
	}
	return out
}

// products is Σw(z_i−z̄_i)(z_j−z̄_j), with exact zeros for a variable that does not vary; nil when empty, NaN when Σw is not
// positive.
func (c CrossSums) products() [][]float64 {
	k := len(c.WZ)
	if k == 0 {
		return nil
	}
	out := zeros(k, k)
	w := c.W.Value()
	fixed := make([]bool, k)
	for i := range k {
		for j := i; j >= 0; j-- {
			v := math.NaN()
			if w > 0 {
				q := c.WZZ[packed(i, j)]
				q.Merge(c.WZ[i].Scaled(-c.WZ[j].Value() / w))
				v = q.Value()
			}
			if i == j {
				v = spread(v, c.WZZ[packed(i, i)].Value())
				fixed[i] = v == 0
			} else if fixed[i] || fixed[j] {
				v = 0
			}
			out[i][j], out[j][i] = v, v
		}
	}
	return out
}

// Covariance is the k×k matrix n/(n−1)·Σw(z_i−z̄_i)(z_j−z̄_j)/W, which for equal weights is the usual one with n−1 in the
// denominator. NaN below two rows or when W is not positive, nil when empty.
func (c CrossSums) Covariance() [][]float64 {
	out := c.products()
	f := math.NaN()
	if w := c.W.Value(); c.N >= 2 && w > 0 {
		f = factor(c.N) / w
	}
	for i := range out {
		for j := range out[i] {
			out[i][j] *= f
		}
	}
	return out
}

// Correlation is the k×k matrix of correlation coefficients (Pearson 1895, weighted), held to −1 … 1 with exact ones on the
// diagonal. Rows and columns of a variable that does not vary are NaN, all is NaN below two rows or when W is not positive,
// nil when empty.
func (c CrossSums) Correlation() [][]float64 {
	s := c.products()
	if s == nil {
		return nil
	}
	out := zeros(len(s), len(s))
	for i := range s {
		for j := range i + 1 {
			r := s[i][j] / (math.Sqrt(s[i][i]) * math.Sqrt(s[j][j]))
			switch {
			case c.N < 2 || !(s[i][i] > 0) || !(s[j][j] > 0):
				r = math.NaN()
			case i == j:
				r = 1
			default:
				r = min(max(r, -1), 1)
			}
			out[i][j], out[j][i] = r, r
		}
	}
	return out
}
