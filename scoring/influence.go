package scoring

import (
	"paxscore/scoring/lanes"
	"paxscore/scoring/stats"
)

// influence is the linearised value of an estimate: its total per sampling unit, and of the responses that are units of their own the
// sum and the sum of squares of U per stratum. Either is nil where there is nothing of the kind.
type influence struct {
	totals       []float64
	sum, squares []float64
}

// unitMemory is that of sums and totals by sampling unit. A report of some segments has hundreds, most of which nobody uses any more once a mean is had
// of them.
var unitMemory lanes.Scratch[float64]

// release gives back the memory of an influence that nobody uses any more.
func (u influence) release() { unitMemory.Give(u.totals) }

func (q sums) influence(f *frame) influence {
	w := q.all.W.Value()
	centre := q.all.WX.Value() / w
	var out influence
	if q.w != nil {
		out.totals = unitMemory.Use(len(q.w))
		for u := range out.totals {
			out.totals[u] = (q.wx[u] - centre*q.w[u]) / w
		}
		if f.residual != nil {
			f.residual.take(out.totals, q.joint, centre, w)
		}
	}
	if q.strata == nil {
		return out
	}
	out.sum, out.squares = make([]float64, f.strata), make([]float64, f.strata)
	for h := range q.strata {
		m := &q.strata[h]
		var one, two stats.Sum
		one.Merge(m.WX)
		one.Merge(m.W.Scaled(-centre))
		two.Merge(m.W2XX)
		two.Merge(m.W2X.Scaled(-2 * centre))
		two.Merge(m.W2.Scaled(centre * centre))
		out.sum[h] = one.Value() / w
		if v := two.Value(); !negligible(v, m.W2XX.Value()+centre*centre*m.W2.Value()) {
			out.squares[h] = v / (w * w)
		}
	}
	return out
}

// less is the influence of the difference of two estimates over domains without a common response.
func (u influence) less(v influence) influence {
	v = v.scaled(-1)
	defer v.release()
	return u.plus(v)
}

// plus is the influence of the sum of two estimates over domains without a common response.
func (u influence) plus(v influence) influence {
	return influence{totals: added(u.totals, v.totals), sum: added(u.sum, v.sum), squares: added(u.squares, v.squares)}
}

func added(x, y []float64) []float64 {
	if x == nil {
		return nil
	}
	out := unitMemory.Use(len(x))
	for i := range x {
		out[i] = x[i] + y[i]
	}
	return out
}

// scaled is the influence of a multiple of an estimate.
func (u influence) scaled(a float64) influence {
	return influence{totals: times(u.totals, a), sum: times(u.sum, a), squares: times(u.squares, a*a)}
}

func times(x []float64, a float64) []float64 {
	if x == nil {
		return nil
	}
	out := unitMemory.Use(len(x))
	for i := range x {
		out[i] = a * x[i]
	}
	return out
}

// variance is V = Σ_h n_h/(n_h−1)·Σ_c (T_hc−T̄_h)²; a stratum of one unit adds T².
func (u influence) variance(f *frame) float64 {
	if u.sum == nil {
		return f.design.Variance(u.totals)
	}
	one, units := make([]stats.Sum, f.strata), make([]int, f.strata)
	for i, t := range u.totals {
		h := f.unitStratum(i)
		one[h].Add(t)
		units[h]++
	}
	about := make([]stats.Sum, f.strata) // Σ(T−T̄)²
	middle := make([]float64, f.strata)
	for h, n := range f.sizes {
		one[h].Add(u.sum[h])
		if n > 1 {
			middle[h] = one[h].Value() / float64(n)
		}
	}
	for i, t := range u.totals {
		h := f.unitStratum(i)
		about[h].Add((t - middle[h]) * (t - middle[h]))
	}
	var v stats.Sum
	for h, n := range f.sizes {
		if n == 0 {
			continue
		}
		// Of the responses that are units, Σ(U−T̄)² = ΣU² − 2T̄ΣU + nT̄².
		singles := float64(n - units[h])
		if rest := u.squares[h] - 2*middle[h]*u.sum[h] + singles*middle[h]*middle[h]; !negligible(rest, u.squares[h]) {
			about[h].Add(rest)
		}
		correction := 1.0
		if n > 1 {
			correction = float64(n) / float64(n-1)
		}
		v.Add(correction * about[h].Value())
	}
	return v.Value()
}

// covariance is that of two estimates over domains without a common response; see variance.
func (u influence) covariance(v influence, f *frame) float64 {
	if u.sum == nil {
		return f.design.Covariance(u.totals, v.totals)
	}
	x, y, xy := make([]stats.Sum, f.strata), make([]stats.Sum, f.strata), make([]stats.Sum, f.strata)
	for i, t := range u.totals {
		h := f.unitStratum(i)
		x[h].Add(t)
		y[h].Add(v.totals[i])
		xy[h].Add(t * v.totals[i])
	}
	var out stats.Sum
	for h, n := range f.sizes {
		if n > 1 {
			x[h].Add(u.sum[h])
			y[h].Add(v.sum[h])
			xy[h].Add(-x[h].Value() * y[h].Value() / float64(n))
			out.Add(float64(n) / float64(n-1) * xy[h].Value())
		} else {
			out.Add(xy[h].Value())
		}
	}
	return out.Value()
}
