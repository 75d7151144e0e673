package reports

import (
	"fmt"
	"slices"
	"time"

	"paxscore/scoring"
)

// before looks at the periods before the initiative: would a treatment half-way have had an effect, and did the groups move alike?
func (b *builder) before(x *ImpactMeasure, m Measure, c impactCells, length string) (placebo scoring.Difference, tested bool) {
	placebo = noDifference()
	if b.hidden {
		return placebo, false
	}
	var sides []*timeline // of treated, and control
	var all []uint32
	for i := 0; i < len(c.cells); i += 2 {
		t, err := b.timelineOf(c.members[c.cells[i]], length)
		if err != nil || !x.Figures[i].Status.shown() {
			return placebo, false
		}
		sides, all = append(sides, t), append(all, c.members[c.cells[i]]...)
	}
	whole, err := b.timelineOf(all, length)
	if err != nil {
		return placebo, false
	}
	if n := len(whole.keys); n < minPrePeriods {
		x.Warnings = append(x.Warnings, fmt.Sprintf("No placebo: %s of time before the initiative, fewer than %d.", plural(n, "period", "periods"), minPrePeriods))
	} else {
		placebo, tested = b.placebo(x, m, sides, whole.keys[n/2], whole.starts[n/2])
	}
	if len(sides) == 2 {
		b.preTrend(x, m, sides)
	}
	return placebo, tested
}

// placebo is the effect of a treatment at a moment before the true one.
func (b *builder) placebo(x *ImpactMeasure, m Measure, sides []*timeline, key string, moment time.Time) (scoring.Difference, bool) {
	halves := cells{minimum: b.q.model.Base.Suppress}
	var domains [][]uint32
	for side, t := range sides {
		cut, _ := slices.BinarySearchFunc(t.starts, moment, time.Time.Compare)
		cut = min(cut, len(t.keys))
		domains = append(domains, slices.Concat(t.members[:cut]...), slices.Concat(t.members[cut:len(t.keys)]...))
		halves.levels = append(halves.levels, []uint32{uint32(side), 0}, []uint32{uint32(side), 1})
	}
	bases := make([]scoring.Base, len(domains))
	for i, domain := range domains {
		bases[i] = b.sample.Base(m.values, domain)
	}
	for i, hidden := range halves.hide(bases) {
		if !b.statusOf(bases[i], hidden).shown() {
			x.Warnings = append(x.Warnings, "No placebo: a half of the time before the initiative has too few responses.")
			return noDifference(), false
		}
	}
	c := b.sample.Contrasts(m.values, domains)
	tested := true
	for _, mean := range c.Means {
		tested = tested && b.enough(mean)
	}
	x.Placebo = &Effect{At: key}
	return effectOf(c), tested
}

// preTrend follows the gap between treated and control over the periods that both have.
func (b *builder) preTrend(x *ImpactMeasure, m Measure, sides []*timeline) {
	periods, points := b.commonPeriods(m, sides)
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
func (b *builder) commonPeriods(m Measure, sides []*timeline) (periods []string, points [][]scoring.SeriesPoint) {
	points = make([][]scoring.SeriesPoint, len(sides))
	hidden, bases := make([][]bool, len(sides)), make([][]scoring.Base, len(sides))
	for s, t := range sides {
		c := t.cells(b.q.model.Base.Suppress)
		bases[s] = t.bases(b, &m.values)
		hidden[s] = c.hide(t.bases(b, nil), bases[s])
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
			points[s] = append(points[s], b.sample.Mean(m.values, t.members[at[s]]).Point())
		}
	}
	return periods, points
}
