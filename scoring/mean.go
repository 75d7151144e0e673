package scoring

import (
	"math"
	"runtime"

	"paxscore/scoring/stats"
)

// Base is what an estimate rests on.
type Base struct {
	N     int     // responses with a valid value
	W, W2 float64 // Σw, Σw²
}

// NEffective is Kish's effective number (Σw)²/Σw²; NaN without responses.
func (b Base) NEffective() float64 { return b.W * b.W / b.W2 }

// Plus is the base of two domains without a common response.
func (b Base) Plus(o Base) Base { return Base{N: b.N + o.N, W: b.W + o.W, W2: b.W2 + o.W2} }

// Base counts the valid values in a domain.
func (s *Sample) Base(v Values, domain []uint32) Base {
	var all stats.KishSums
	for _, part := range inChunks(domain, leastChunk, func(part []uint32) stats.KishSums { return s.valid(v, part) }) {
		all.N += part.N
		all.W.Merge(part.W)
		all.W2.Merge(part.W2)
	}
	if s.Even() {
		return Base{N: all.N, W: float64(all.N), W2: float64(all.N)}
	}
	return Base{N: all.N, W: all.W.Value(), W2: all.W2.Value()}
}

// valid counts the valid values, and their weights where they differ.
func (s *Sample) valid(v Values, domain []uint32) (out stats.KishSums) {
	r := newReading(len(domain))
	eachBlock(domain, func(positions []uint32) {
		weights := s.readWeights(r, positions)
		for i, x := range v.read(r, positions) {
			switch {
			case x != x:
			case weights == nil:
				out.N++
			default:
				out.Add(weights[i])
			}
		}
	})
	return out
}

// Mean is an estimated mean, or another estimate that is linear in means.
type Mean struct {
	N          int     // responses with a valid value
	NEffective float64 // Kish: (Σw)²/Σw²
	Estimate   float64 // Σwx/Σw; NaN without responses
	Variance   float64 // design based; NaN where the domain has fewer than two sampling units
	DF         float64 // sampling units that hold a valid value, less their strata
	Deff       float64 // Variance/(s²_w/n); NaN where the values do not vary
}

// SE is the standard error.
func (m Mean) SE() float64 { return math.Sqrt(m.Variance) }

// Interval is Estimate ± t_df·SE at a confidence between 0 and 1.
func (m Mean) Interval(confidence float64) (low, high float64) {
	return stats.Interval(m.Estimate, m.Variance, m.DF, confidence)
}

// Transformed is the mean of a + b·x.
func (m Mean) Transformed(a, b float64) Mean {
	m.Estimate = a + b*m.Estimate
	m.Variance *= b * b
	return m
}

// Mean estimates the mean of values over the positions of a domain:
//
//	x̄ = Σwx/W, U = w(x−x̄)/W, V = Σ_h n_h/(n_h−1)·Σ_c (T_hc−T̄_h)², T = ΣU per sampling unit
//
// with U = 0 outside the domain and n_h the units of the whole design (Binder 1983). Degrees of freedom are those of the units
// and strata that the domain reaches: a domain on three flights has not the certainty of five hundred.
func (s *Sample) Mean(v Values, domain []uint32) Mean {
	return s.sums(v, domain).mean(&s.frame)
}

// sums is what a mean and its influence need: by sampling unit where responses come in clusters, and by stratum of the responses that are
// sampling units of their own.
type sums struct {
	all    stats.MeanSums
	w, wx  []float64        // per unit: Σw, Σw(x−shift); nil without clusters
	strata []stats.MeanSums // per stratum; nil where no response is a unit of its own
	joint  jointSums        // with residual errors
}

func (s *Sample) sums(v Values, domain []uint32) sums { return s.sumsOf([]Values{v}, domain)[0] }

// sumsOf are the sums of several values over one domain, whose sampling units are looked up once.
func (s *Sample) sumsOf(values []Values, domain []uint32) []sums {
	// So many positions that sums by unit cost little beside them.
	size := max(leastChunk, 16*s.strata)
	if s.units != nil {
		size = max(size, 16*s.n)
	}
	parts := inChunks(domain, size, func(part []uint32) []sums {
		if s.units != nil {
			return s.clusterSums(values, part)
		}
		return s.stratumSums(values, part)
	})
	out := parts[0]
	for k, v := range values {
		q := &out[k]
		for _, part := range parts[1:] {
			q.all.Merge(part[k].all)
			for u, w := range part[k].w {
				q.w[u] += w
				q.wx[u] += part[k].wx[u]
			}
			for h := range part[k].strata {
				q.strata[h].Merge(part[k].strata[h])
			}
		}
		if q.strata != nil {
			q.all = stats.MeanSums{Shift: v.shift}
			for h := range q.strata {
				q.all.Merge(q.strata[h])
			}
		}
		if s.residual != nil {
			q.joint = s.residual.sums(v, domain)
		}
	}
	return out
}

// stratumSums are those of responses that are units of their own, without the sums over all.
func (s *Sample) stratumSums(values []Values, domain []uint32) []sums {
	out, plain := make([]sums, len(values)), make([]plainSums, len(values))
	for k, v := range values {
		out[k].strata, plain[k].shift = make([]stats.MeanSums, s.strata), v.shift
		for h := range out[k].strata {
			out[k].strata[h].Shift = v.shift
		}
	}
	r, even := newReading(len(domain)), s.Even()
	eachBlock(domain, func(positions []uint32) {
		strata, weights := s.stratum.read(r, positions), s.readWeights(r, positions)
		for k, v := range values {
			x := v.read(r, positions)
			if s.strata == 1 {
				if even {
					plain[k].add(x)
				} else {
					addWeighted(&out[k].strata[0], x, weights)
				}
				continue
			}
			for i, x := range x {
				if x != x {
					continue
				}
				h, w := uint32(0), 1.0
				if strata != nil {
					h = strata[i]
				}
				if weights != nil {
					w = weights[i]
				}
				out[k].strata[h].Add(x, w)
			}
		}
	})
	if even && s.strata == 1 {
		for k := range out {
			out[k].strata[0] = plain[k].sums()
		}
	}
	return out
}

func (s *Sample) clusterSums(values []Values, domain []uint32) []sums {
	out, plain := make([]sums, len(values)), make([]plainSums, len(values))
	for k, v := range values {
		out[k] = sums{w: make([]float64, s.n), wx: make([]float64, s.n)}
		out[k].all.Shift, plain[k].shift = v.shift, v.shift
	}
	r := newReading(len(domain))
	eachBlock(domain, func(positions []uint32) {
		units, weights := s.units.read(r, positions), s.readWeights(r, positions)
		for k, v := range values {
			q, x := &out[k], v.read(r, positions)
			if weights == nil {
				plain[k].add(x)
				for i, x := range x {
					if x == x {
						u := units[i]
						q.w[u]++
						q.wx[u] += x - v.shift
					}
				}
				continue
			}
			addWeighted(&q.all, x, weights)
			for i, x := range x {
				if x == x {
					w, u := weights[i], units[i]
					q.w[u] += w
					q.wx[u] += w * (x - v.shift)
				}
			}
		}
	})
	if s.Even() {
		for k := range out {
			out[k].all = plain[k].sums()
		}
	}
	return out
}

// leastChunk is the number of positions that one core sums up for itself. Chunks have fixed borders and are taken together in one order, so that
// no sum depends on the number of cores.
const leastChunk = 1 << 16

// inChunks does f for each chunk of a domain, for all of it where it is small.
func inChunks[T any](domain []uint32, size int, f func(part []uint32) T) []T {
	out := make([]T, max(1, (len(domain)+size-1)/size))
	workers := min(runtime.GOMAXPROCS(0), len(out))
	parallel(workers, func(i int) {
		for c := i; c < len(out); c += workers {
			out[c] = f(domain[c*size : min((c+1)*size, len(domain))])
		}
	})
	return out
}

// sumBlock is the number of values that are added up plainly before the total takes them with compensation: enough for
// speed, too few to lose a digit that matters.
const sumBlock = 32

// plainSums are sums where every weight is 1.
type plainSums struct {
	shift  float64
	n      int
	x1, x2 stats.Sum
}

func (p *plainSums) add(values []float64) {
	for len(values) > 0 {
		block := values[:min(sumBlock, len(values))]
		values = values[len(block):]
		var one, two float64
		for _, x := range block {
			if x == x {
				p.n++
				x -= p.shift
				one += x
				two += x * x
			}
		}
		p.x1.Add(one)
		p.x2.Add(two)
	}
}

// addWeighted adds values that have a weight each, as plainSums adds those that have none.
func addWeighted(m *stats.MeanSums, values, weights []float64) {
	for len(values) > 0 {
		block := values[:min(sumBlock, len(values))]
		values = values[len(block):]
		var w1, wx, wxx, w2, w2x, w2xx float64
		for i, x := range block {
			if x == x {
				m.N++
				x -= m.Shift
				w := weights[i]
				w1, wx, wxx = w1+w, wx+w*x, wxx+w*x*x
				w2, w2x, w2xx = w2+w*w, w2x+w*w*x, w2xx+w*w*x*x
			}
		}
		weights = weights[len(block):]
		m.W.Add(w1)
		m.WX.Add(wx)
		m.WXX.Add(wxx)
		m.W2.Add(w2)
		m.W2X.Add(w2x)
		m.W2XX.Add(w2xx)
	}
}

func (p *plainSums) sums() stats.MeanSums {
	var w stats.Sum
	w.Add(float64(p.n))
	return stats.MeanSums{Shift: p.shift, N: p.n, W: w, WX: p.x1, WXX: p.x2, W2: w, W2X: p.x1, W2XX: p.x2}
}

// release gives back the memory of sums that nobody uses any more.
func (q sums) release() {
	unitMemory.Give(q.w)
	unitMemory.Give(q.wx)
}

func (q sums) mean(f *frame) Mean {
	m := Mean{N: q.all.N, Estimate: q.all.Mean(), Variance: math.NaN(), Deff: math.NaN()}
	w := q.all.W.Value()
	m.NEffective = w * w / q.all.W2.Value()
	m.DF = q.df(f)
	if m.DF > 0 {
		u := q.influence(f)
		m.Variance = u.variance(f)
		u.release()
		if !negligible(q.all.SimpleVariance(), q.all.WXX.Value()/w) {
			m.Deff = q.all.Deff(m.Variance)
		}
	}
	return m
}

// negligible reports whether a sum of squares about a mean is no more than rounding leaves of one about another point.
func negligible(about, of float64) bool { return about <= 1e-13*of }

// df counts the units, less the strata, that hold a valid value.
func (q sums) df(f *frame) float64 {
	units := 0
	reached := make([]bool, f.strata)
	for u, w := range q.w {
		if w > 0 {
			units++
			reached[f.unitStratum(u)] = true
		}
	}
	for h := range q.strata {
		units += q.strata[h].N
		reached[h] = reached[h] || q.strata[h].N > 0
	}
	for _, r := range reached {
		if r {
			units--
		}
	}
	return float64(units)
}
