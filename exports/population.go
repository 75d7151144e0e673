package exports

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"paxscore/reports"
	"paxscore/surveys"
)

// population is what the valid responses of a survey are weighted to, with what is needed of them to find their case weights a
// second time: by METHOD section 5 alone, from the sizes that were declared.
type population struct {
	declared *surveys.Weighting
	margins  []margin
	at       map[string]int // levels of the margins, joined -> position in cells
	cells    []cell
	groups   []group
	inGroup  map[groupKey]int // position in groups
	of       []uint32         // group of each valid response
	written  []float64        // the case weight that the report gives it
	key      []byte
}

// margin is the declared size of every level of an attribute.
type margin struct {
	attribute int // position in the questionnaire
	levels    []string
	sizes     []float64
	level     map[string]int // value of the attribute -> position in levels
}

// cell are the valid responses that share their level of every margin.
type cell struct {
	levels []int // per margin, -1 where it is unknown
	n      int
	base   sum // of the base weights
}

// group are the responses of a cell that share their base weight.
type group struct {
	cell int
	base float64
	n    int
}

type groupKey struct {
	cell int
	base float64
}

// newPopulation is nil where the report's responses are not weighted to a population.
func newPopulation(s *surveys.Survey, r *reports.Report) *population {
	if r.Population == nil {
		return nil
	}
	p := &population{declared: r.Population, at: map[string]int{}, inGroup: map[groupKey]int{}}
	for i := range r.Population.Margins {
		of := &r.Population.Margins[i]
		m := margin{attribute: s.Questionnaire.AttributeAt(of.Attribute), level: map[string]int{}}
		values := slices.Sorted(maps.Keys(of.Shares))
		for _, name := range slices.Sorted(maps.Keys(of.Merge)) {
			values = append(values, of.Merge[name]...)
		}
		for _, value := range values {
			name := of.Level(value)
			if _, merged := of.Merge[value]; merged {
				name = value
			}
			l := slices.Index(m.levels, name)
			if size, _ := of.Size(name); l < 0 && size > 0 {
				l = len(m.levels)
				m.levels, m.sizes = append(m.levels, name), append(m.sizes, size)
			}
			if l >= 0 {
				m.level[value] = l
			}
		}
		p.margins = append(p.margins, m)
	}
	return p
}

// add takes a valid response, selected or not, with the case weight that the report gives it.
func (p *population) add(r *surveys.Response, caseWeight float64) {
	levels := make([]int, len(p.margins))
	p.key = p.key[:0]
	for v := range p.margins {
		m := &p.margins[v]
		levels[v] = -1
		if m.attribute >= 0 && m.attribute < len(r.Attributes) {
			if l, ok := m.level[r.Attributes[m.attribute]]; ok {
				levels[v] = l
			}
		}
		p.key = binary.AppendVarint(p.key, int64(levels[v]))
	}
	at, ok := p.at[string(p.key)]
	if !ok {
		at = len(p.cells)
		p.at[string(p.key)] = at
		p.cells = append(p.cells, cell{levels: levels})
	}
	base := responseWeight(r)
	p.cells[at].n++
	p.cells[at].base.add(base)
	g, ok := p.inGroup[groupKey{at, base}]
	if !ok {
		g = len(p.groups)
		p.inGroup[groupKey{at, base}] = g
		p.groups = append(p.groups, group{cell: at, base: base})
	}
	p.groups[g].n++
	p.of = append(p.of, uint32(g))
	p.written = append(p.written, caseWeight)
}

// base is the sum of the base weights; ones tells that each is 1.
func (p *population) base() (total float64, ones bool) {
	var all sum
	ones = true
	for i := range p.cells {
		all.add(p.cells[i].base.value())
	}
	for _, g := range p.groups {
		ones = ones && g.base == 1
	}
	return all.value(), ones
}

// worst finds the response whose case weight in the report is furthest from its recount, in parts of the larger of that and the mean
// weight.
func (p *population) worst(recounted []float64) (report, recount, mean float64) {
	var all sum
	for _, g := range p.of {
		all.add(recounted[g])
	}
	mean = all.value() / float64(len(p.of))
	furthest := -1.0
	for i, g := range p.of {
		d := math.Abs(p.written[i]-recounted[g]) / max(mean, recounted[g])
		if !(d <= furthest) {
			furthest, report, recount = d, p.written[i], recounted[g]
			if math.IsNaN(d) {
				break
			}
		}
	}
	return report, recount, mean
}

// fit is how well the case weights of the report meet a margin.
type fit struct {
	declared, achieved []float64 // share of each level
	off                float64   // largest relative error of a level's total
}

// fits are those of all margins.
func (p *population) fits() []fit {
	total := make([]sum, len(p.groups))
	for i, g := range p.of {
		total[g].add(p.written[i])
	}
	out := make([]fit, len(p.margins))
	for v := range p.margins {
		m := &p.margins[v]
		of, known, people := make([]sum, len(m.levels)), sum{}, sum{}
		for l, size := range m.sizes {
			people.add(size)
			for g := range p.groups {
				if p.cells[p.groups[g].cell].levels[v] == l {
					of[l].add(total[g].value())
				}
			}
			known.add(of[l].value())
		}
		for l, size := range m.sizes {
			declared, achieved := size/people.value(), of[l].value()/known.value()
			out[v].declared, out[v].achieved = append(out[v].declared, declared), append(out[v].achieved, achieved)
			out[v].off = max(out[v].off, math.Abs(achieved/declared-1))
		}
	}
	return out
}

// withinLimits reports whether the case weights of the report are within the limits that were declared.
func (p *population) withinLimits() bool {
	const slack = 1e-9
	switch p.declared.Method {
	case surveys.Rake:
		var s spread
		for _, w := range p.written {
			s.add(w)
		}
		return s.most <= p.declared.Cap*s.mean()*(1+slack) && s.least >= p.declared.Floor*s.mean()*(1-slack)
	case surveys.Calibrate:
		for i, g := range p.of {
			if f := p.written[i] / p.groups[g].base; f < p.declared.Low*(1-slack) || f > p.declared.High*(1+slack) {
				return false
			}
		}
	}
	return true
}
