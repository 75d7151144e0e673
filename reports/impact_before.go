package reports

import (
	"fmt"
	"slices"
	"time"

	"paxscore/scoring"
)

// past is the time before an initiative by periods.
type past struct {
	cells []int       // of the design, those before: of the treated, and of the control
	sides []*timeline // of these; nil where they have too many periods, and of a hidden selection
	whole *timeline   // periods of all sides together
}

// pastSide is one measure of a cell before, by the domains of its timeline.
type pastSide struct {
	*timeline
	part func(k int) scoring.Part
}

func (b *builder) past(c impactCells, length string) past {
	out := past{}
	if b.hidden {
		return out
	}
	var all []uint32
	for i := 0; i < len(c.cells); i += 2 {
		t, err := b.periodsOf(c.members[c.cells[i]], length)
		if err != nil {
			return past{}
		}
		out.cells, out.sides = append(out.cells, c.cells[i]), append(out.sides, t)
		all = append(all, b.ends(t)...)
	}
	var err error
	if out.whole, err = b.periodsOf(all, length); err != nil {
		return past{}
	}
	return out
}

// ends are members of the first and of the last period.
func (b *builder) ends(t *timeline) (out []uint32) {
	for k := range t.keys {
		if m := t.domains[k].positions; (k == 0 || k == len(t.keys)-1) && len(m) > 0 {
			out = append(out, m[0])
		}
	}
	return out
}

// parts are those of each side.
func (p *past) parts(b *builder, m Measure) (out []pastSide) {
	for _, t := range p.sides {
		out = append(out, pastSide{t, b.partsOf(m, t.domains)})
	}
	return out
}

// whole is the part of all domains, of unknown time too.
func (s *pastSide) whole() scoring.Part { return s.within(0, len(s.domains)) }

// within is the part of the domains from … to−1; without any it is empty.
func (s *pastSide) within(from, to int) scoring.Part {
	if from == to {
		return s.part(0).None()
	}
	out := s.part(from)
	for k := from + 1; k < to; k++ {
		out = out.Plus(s.part(k))
	}
	return out
}

// before looks at the periods before the initiative: would a treatment half-way have had an effect, and did the groups move alike?
func (b *builder) before(x *ImpactMeasure, p past, sides []pastSide) (placebo scoring.Difference, tested bool) {
	placebo = noDifference()
	if p.whole == nil {
		return placebo, false
	}
	for i := range sides {
		if !x.Figures[2*i].Status.shown() {
			return placebo, false
		}
	}
	if n := len(p.whole.keys); n < minPrePeriods {
		x.Warnings = append(x.Warnings, fmt.Sprintf("No placebo: %s of time before the initiative, fewer than %d.", plural(n, "period", "periods"), minPrePeriods))
	} else {
		placebo, tested = b.placebo(x, sides, p.whole.keys[n/2], p.whole.starts[n/2])
	}
	if len(sides) == 2 {
		b.preTrend(x, sides)
	}
	return placebo, tested
}

// placebo is the effect of a treatment at a moment before the true one.
func (b *builder) placebo(x *ImpactMeasure, sides []pastSide, key string, moment time.Time) (scoring.Difference, bool) {
	halves := cells{minimum: b.q.model.Base.Suppress}
	var parts []scoring.Part
	for i := range sides {
		s := &sides[i]
		cut, _ := slices.BinarySearchFunc(s.starts, moment, time.Time.Compare)
		cut = min(cut, len(s.keys))
		parts = append(parts, s.within(0, cut), s.within(cut, len(s.keys)))
		halves.levels = append(halves.levels, []uint32{uint32(i), 0}, []uint32{uint32(i), 1})
	}
	bases := partBases(len(parts), func(k int) scoring.Part { return parts[k] })
	for i, hidden := range halves.hide(bases) {
		if !b.statusOf(bases[i], hidden).shown() {
			x.Warnings = append(x.Warnings, "No placebo: a half of the time before the initiative has too few responses.")
			return noDifference(), false
		}
	}
	c := b.sample.ContrastsOf(parts...)
	tested := true
	for _, mean := range c.Means {
		tested = tested && b.enough(mean)
	}
	x.Placebo = &Effect{At: key}
	return effectOf(c), tested
}

// preTrend follows the gap between treated and control over the periods that both have.
func (b *builder) preTrend(x *ImpactMeasure, sides []pastSide) {
	periods, points := b.commonPeriods(sides)
	if len(periods) < minPrePeriods {
		x.Warnings = append(x.Warnings, fmt.Sprintf("%s before the initiative with figures of both groups, fewer than %d: whether they moved alike is not known.", plural(len(periods), "period", "periods"), minPrePeriods))
		return
	}
	pre, err := scoring.NewPreTrend(points[0], points[1])
	if err != nil {
		return
	}
	x.PreTrend = &PreTrend{Periods: periods, Gaps: []Number{}, Slope: number(pre.Trend.Slope), SE: number(pre.Trend.SlopeSE), P: number(pre.Trend.P), EqualP: number(pre.P)}
	for _, g := range pre.Gaps {
		x.PreTrend.Gaps = append(x.PreTrend.Gaps, number(g.Estimate))
	}
	if pre.Trend.P < 0.05 {
		x.Warnings = append(x.Warnings, "Before the initiative the gap between the groups was already moving (p below .05).")
	}
}

// commonPeriods are the periods in which the figure of every side may be shown, with the sides' points.
func (b *builder) commonPeriods(sides []pastSide) (periods []string, points [][]scoring.SeriesPoint) {
	points = make([][]scoring.SeriesPoint, len(sides))
	hidden, bases := make([][]bool, len(sides)), make([][]scoring.Base, len(sides))
	for s, t := range sides {
		c := t.cells(b.q.model.Base.Suppress)
		bases[s] = partBases(len(t.domains), t.part)
		hidden[s] = c.hide(t.bases(b), bases[s])
	}
	for _, key := range sides[0].keys {
		at := make([]int, len(sides))
		ok := true
		for s, t := range sides {
			at[s] = slices.Index(t.keys, key)
			ok = ok && at[s] >= 0 && b.statusOf(bases[s][at[s]], hidden[s][at[s]]).shown()
		}
		if !ok {
			continue
		}
		periods = append(periods, key)
		for s, t := range sides {
			points[s] = append(points[s], t.part(at[s]).Mean().Point())
		}
	}
	return periods, points
}
