package scoring

import "paxscore/scoring/stats"

// Part is values summed up over a domain of a sample, by sampling unit where responses come in clusters: what its mean rests on, and what sets it
// against the means of other domains.
type Part struct {
	frame *frame
	sums  sums
}

// Part sums values up over a domain.
func (s *Sample) Part(v Values, domain []uint32) Part {
	s.fill()
	return Part{frame: &s.frame, sums: s.sums(v, domain)}
}

// Parts are those of several values over one domain, at less than the cost of one after the other.
func (s *Sample) Parts(values []Values, domain []uint32) []Part {
	s.fill()
	out := make([]Part, len(values))
	for k, q := range s.sumsOf(values, domain) {
		out[k] = Part{frame: &s.frame, sums: q}
	}
	return out
}

// Part sums a figure up over a group.
func (d *Division) Part(f Figure, group int) Part {
	return Part{frame: d.frame, sums: d.from.sums(f, group)}
}

// Part is what Sample.Part gives of a value for each rating, from the low end of the scale, over the answers.
func (t *Tally) Part(values []float64) Part { return Part{frame: t.frame, sums: t.sums(values)} }

// Base counts the valid values.
func (p Part) Base() Base {
	return Base{N: p.sums.all.N, W: p.sums.all.W.Value(), W2: p.sums.all.W2.Value()}
}

// Mean estimates their mean; see Sample.Mean.
func (p Part) Mean() Mean { return p.sums.mean(p.frame) }

// Plus is the part of two domains of a sample without a common response.
func (p Part) Plus(o Part) Part { return Part{frame: p.frame, sums: p.sums.plus(o.sums)} }

// None is the part of no response.
func (p Part) None() Part { return Part{frame: p.frame, sums: p.sums.less(p.sums)} }

// ContrastsOf sets parts of the sample against each other, all of them of positions or all of divisions of tabulations; see Contrasts.
func (s *Sample) ContrastsOf(parts ...Part) *Contrasts {
	c := &Contrasts{sample: s}
	for _, p := range parts {
		c.frame = p.frame
		c.sums = append(c.sums, p.sums)
		c.Means = append(c.Means, p.Mean())
		var u influence
		if p.sums.all.N > 0 {
			u = p.sums.influence(p.frame)
		}
		c.influence = append(c.influence, u)
	}
	return c
}

// plus are the sums over two domains without a common response.
func (q sums) plus(o sums) sums {
	out := sums{all: q.all, w: added(q.w, o.w), wx: added(q.wx, o.wx), joint: jointSums{b: added(q.joint.b, o.joint.b), bx: added(q.joint.bx, o.joint.bx)}}
	out.all.Merge(o.all)
	if q.strata != nil {
		out.strata = make([]stats.MeanSums, len(q.strata))
		for h := range q.strata {
			out.strata[h] = q.strata[h]
			out.strata[h].Merge(o.strata[h])
		}
	}
	return out
}
