package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// Division is a domain of valid responses divided into groups without a common response, with what every figure of a group, of the whole, or of
// a group against the others needs.
type Division struct {
	// Levels are the levels of each group, one for each attribute that the domain is divided by.
	Levels [][]uint32

	model *Model
	frame *frame
	from  divided
}

// Whole stands for all groups of a division together, Nobody for a group without responses.
const (
	Whole  = -1
	Nobody = -2
)

// divided is where the sums of a division come from.
type divided interface {
	kish(group int) Kish
	base(f Figure, group int) Base
	sums(f Figure, group int) sums
	tally(item, group int) *Tally
	n(item, group int) []int
	// combined is the influence of Σω_d·D̄_d over the whole, from the sums of each dimension.
	combined(parts []sums) influence
}

// Kish is what the weights of a group's responses cost.
func (d *Division) Kish(group int) Kish { return d.from.kish(group) }

// Base counts the valid values of a figure.
func (d *Division) Base(f Figure, group int) Base { return d.from.base(f, group) }

// Mean estimates the mean of a figure; see Sample.Mean.
func (d *Division) Mean(f Figure, group int) Mean {
	q := d.from.sums(f, group)
	defer q.release()
	return q.mean(d.frame)
}

// N counts the answers with each rating of an item, from the low end of its scale: what its Tally knows, at less cost.
func (d *Division) N(item, group int) []int { return d.from.n(item, group) }

// Tally counts how an item was answered.
func (d *Division) Tally(item, group int) *Tally { return d.from.tally(item, group) }

// VersusRest sets the mean of a figure in each wanted group against that in all other groups; see Sample.VersusRest.
func (d *Division) VersusRest(f Figure, wanted []bool) []Difference {
	return versusRest(d.frame, wanted, d.from.sums(f, Whole), func(g int) sums { return d.from.sums(f, g) })
}

// IndexOfMeans estimates I* = Σω_d·D̄_d over the whole domain, each dimension's mean on its own base, with V(I*) = ω′Cov(D̄)ω by the
// combined influence Σω_d·U_d (METHOD sections 4 and 6). N and NEffective are the smallest of the dimensions', DF that of the
// design within the domain.
func (d *Division) IndexOfMeans() Mean {
	out := Mean{Variance: math.NaN(), Deff: math.NaN(), Estimate: math.NaN()}
	dimensions := d.model.Dimensions
	if len(dimensions) == 0 {
		return out
	}
	parts := make([]sums, len(dimensions))
	var estimate stats.Sum
	for k := range dimensions {
		parts[k] = d.from.sums(Figure(k), Whole)
		m := parts[k].mean(d.frame)
		if k == 0 || m.N < out.N {
			out.N = m.N
		}
		if k == 0 || m.NEffective < out.NEffective {
			out.NEffective = m.NEffective
		}
		if k == 0 || m.DF < out.DF {
			out.DF = m.DF
		}
		if m.N == 0 {
			out.NEffective, out.DF = math.NaN(), 0
			return out
		}
		estimate.Add(dimensions[k].DimensionWeight * m.Estimate)
	}
	out.Estimate = estimate.Value()
	if out.DF > 0 {
		out.Variance = d.from.combined(parts).variance(d.frame)
	}
	return out
}

// positioned are the groups of a division by the positions of their responses in a sample.
type positioned struct {
	*Sample
	domain  []uint32
	members [][]uint32
}

// Divide divides positions of the sample; the members of each group are among those of the domain.
func (s *Sample) Divide(domain []uint32, members, levels [][]uint32) *Division {
	s.fill()
	return &Division{Levels: levels, model: s.model, frame: &s.frame, from: &positioned{s, domain, members}}
}

func (p *positioned) of(group int) []uint32 {
	switch group {
	case Whole:
		return p.domain
	case Nobody:
		return nil
	}
	return p.members[group]
}

func (p *positioned) values(f Figure) Values {
	return p.valuesOf(f)
}

func (p *positioned) kish(group int) Kish             { return p.Kish(p.of(group)) }
func (p *positioned) base(f Figure, group int) Base   { return p.Base(p.values(f), p.of(group)) }
func (p *positioned) sums(f Figure, group int) sums   { return p.Sample.sums(p.values(f), p.of(group)) }
func (p *positioned) tally(item, group int) *Tally    { return p.Tally(item, p.of(group)) }
func (p *positioned) n(item, group int) []int         { return p.tally(item, group).N() }
func (p *positioned) combined(parts []sums) influence { return p.Sample.combined(parts, p.domain) }
