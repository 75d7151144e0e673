package reports

import (
	"fmt"
	"math"
	"slices"

	"paxscore/scoring"
)

// splicedSeries is one measure on the level of the newest versions.
type splicedSeries struct {
	domains [][]uint32 // of each period, the responses that its figure is from
	points  []scoring.SeriesPoint
	of      []int // level of each period, scoring.None for no figure
	joints  []scoring.Splice
}

// splice makes the series of every level and joins them; false, with the reason in the warnings, where a joint has too little to rest on.
func (b *builder) splice(out *TrendSeries, m Measure, t *timeline, s *splicing) (*splicedSeries, bool) {
	levels := len(s.splices) + 1
	part := b.partsOf(m, positioned(slices.Concat(s.members...)))
	valued := partBases(len(s.bases), part)
	hidden := s.cells.hide(s.bases, valued)
	points := make([][]scoring.SeriesPoint, levels)
	for l := range levels {
		v := VersionSeries{Figures: []Estimate{}}
		if l > 0 {
			v.From = s.splices[l-1].Version
		}
		for k := range t.keys {
			g := k*levels + l
			of := part(g)
			e := b.figure(m, domain{positions: s.members[k][l]}, of, hidden[g])
			p := scoring.NoPoint()
			if e.Status.shown() {
				p = of.Mean().Point()
			}
			v.Figures, points[l] = append(v.Figures, e), append(points[l], p)
		}
		out.Versions = append(out.Versions, v)
	}
	x := &splicedSeries{points: points[0]}
	for k := range t.keys {
		x.of, x.domains = append(x.of, scoring.None), append(x.domains, s.members[k][0])
		if known(points[0][k]) {
			x.of[k] = 0
		}
	}
	joined := true
	for j := range s.splices {
		joint, ok := b.joint(out, m, t, s, j, points)
		if joined = joined && ok; !joined {
			continue // the others are told all the same
		}
		spliced, err := scoring.SpliceOver(x.points, points[j+1], joint[0], joint[1])
		if err != nil {
			joined = false
			continue
		}
		x.joints, x.points = append(x.joints, spliced), spliced.Points[:len(t.keys)]
		for k := range t.keys {
			if known(points[j+1][k]) {
				x.of[k], x.domains[k] = j+1, s.members[k][j+1]
			}
		}
	}
	return x, joined
}

func known(p scoring.SeriesPoint) bool { return !math.IsNaN(p.Estimate) }

// joint takes both sides of a splice over the time in which both ran.
func (b *builder) joint(out *TrendSeries, m Measure, t *timeline, s *splicing, j int, points [][]scoring.SeriesPoint) (means [2]scoring.SeriesPoint, ok bool) {
	x := s.splices[j]
	r := SeriesSplice{Version: x.Version, Periods: []string{}, Offset: None(), SE: None()}
	var domains [2][]uint32
	beside := [2]int{} // responses of the same periods that were not in the time of both
	from, to := seconds(x.From), seconds(x.To)
	for k, key := range t.keys {
		var in [2][]uint32
		for side := range in {
			for _, i := range s.members[k][j+side] {
				if at := b.table.Submitted(b.sample.Row(i)); x.From.IsZero() || at >= from && at < to && at > 0 {
					in[side] = append(in[side], i)
				}
			}
		}
		if x.From.IsZero() && !(known(points[j][k]) && known(points[j+1][k])) || len(in[0])+len(in[1]) == 0 {
			continue
		}
		if len(in[0]) > 0 && len(in[1]) > 0 {
			r.Periods = append(r.Periods, key)
		}
		for side := range in {
			domains[side] = append(domains[side], in[side]...)
			beside[side] += len(s.members[k][j+side]) - len(in[side])
		}
	}
	figures := [2]Estimate{}
	ok = true
	for side := range domains {
		of := domain{positions: domains[side]}
		few := beside[side] > 0 && beside[side] < b.q.model.Base.Suppress // they would follow by subtraction
		part := b.partOf(m, of)
		figures[side] = b.figure(m, of, part, few)
		if ok = ok && figures[side].Status.shown(); figures[side].Status.shown() {
			means[side] = part.Mean().Point()
		}
	}
	r.Old, r.New = figures[0], figures[1]
	if figures[0].Status == StatusSuppressed || figures[1].Status == StatusSuppressed {
		r.Periods = []string{}
	}
	switch {
	case ok:
		r.Offset, r.SE = Number(means[1].Estimate-means[0].Estimate), number(math.Sqrt(means[1].Variance+means[0].Variance))
	case r.Old.Status == StatusNotComputable || r.New.Status == StatusNotComputable:
		out.Warnings = append(out.Warnings, fmt.Sprintf("Not spliced at version %d: there is no time in which both versions were answered.", x.Version))
	default:
		out.Warnings = append(out.Warnings, fmt.Sprintf("Not spliced at version %d: one of the versions has too few responses in the time in which both ran.", x.Version))
	}
	out.Splices = append(out.Splices, r)
	return means, ok
}

// onNewLevel is the figure of a period on the level of the newest versions, and what was added to it. A period without a figure on any
// level keeps the reason why.
func (b *builder) onNewLevel(s *TrendSeries, x *splicedSeries, whole Estimate, k int) (e Estimate, offset Number) {
	if x.of[k] == scoring.None {
		if e = whole; e.Status.shown() { // on no level by itself
			e = b.missing(StatusBaseTooSmall, scoring.Base{N: *whole.N, W: float64(*whole.N), W2: float64(*whole.N)})
		}
		return e, 0
	}
	e = s.Versions[x.of[k]].Figures[k]
	if x.of[k] == len(s.Versions)-1 {
		return e, 0
	}
	p := x.points[k]
	offset = Number(p.Estimate) - e.Estimate
	e.Estimate, e.SE, e.Native, e.Low, e.High = Number(p.Estimate), number(math.Sqrt(p.Variance)), None(), None(), None()
	if e.DF.Valid() {
		low, high := scoring.Difference{Estimate: p.Estimate, Variance: p.Variance, DF: float64(e.DF)}.Interval(b.confidence())
		e.Low, e.High = number(low), number(high)
	}
	return e, offset
}

// splicedChange is that of a spliced series from the period before: within one level where one has both periods, else over the joint.
func (b *builder) splicedChange(m Measure, x *splicedSeries, s *splicing, versions []VersionSeries, k int) (scoring.Difference, bool) {
	for l := len(versions) - 1; l >= 0; l-- {
		if f := versions[l].Figures; f[k].Status.shown() && f[k-1].Status.shown() {
			c := b.sample.Contrasts(m.values(), [][]uint32{s.members[k][l], s.members[k-1][l]})
			return c.Between(0, 1), b.enough(c.Means[0]) && b.enough(c.Means[1])
		}
	}
	e := x.joints[max(max(x.of[k], x.of[k-1])-1, 0)].Change(k-1, k)
	d := scoring.Difference{Estimate: x.points[k].Estimate - x.points[k-1].Estimate, Variance: e.SE * e.SE, DF: e.DF, P: math.NaN(), PAdjusted: math.NaN(), Verdict: scoring.NotTested}
	return d, b.enough(b.sample.Mean(m.values(), x.domains[k])) && b.enough(b.sample.Mean(m.values(), x.domains[k-1]))
}
