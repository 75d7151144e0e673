package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// maxSplices is the number of splices that one question can give.
const maxSplices = 20

// TrendSplice is a splice that divides the responses of a trend.
type TrendSplice struct {
	Version int        `json:"version"` // the first on the new level
	From    *time.Time `json:"from"`    // of the time in which both ran; null for all periods that have both
	To      *time.Time `json:"to"`      // exclusive
	Note    string     `json:"note"`
}

// SeriesSplice is what a splice did to one measure: both versions over the time in which both ran, and the difference that the older is
// moved by.
type SeriesSplice struct {
	Version int      `json:"version"`
	Periods []string `json:"periods"` // with responses to both in the time in which both ran
	Old     Estimate `json:"old"`     // over that time, not moved; its base
	New     Estimate `json:"new"`
	Offset  Number   `json:"offset"` // new − old
	SE      Number   `json:"se"`     // √(v_new + v_old)
}

// VersionSeries is a measure over the periods as the responses to some versions have it, not moved.
type VersionSeries struct {
	From    int        `json:"from_version"` // 0 for all before the first splice
	Figures []Estimate `json:"figures"`      // as the periods
}

// ParseSplice reads a splice as every surface takes it: a version, or VERSION=FROM..TO with the first and the last day on which both ran.
func ParseSplice(text string) (surveys.Splice, error) {
	wrong := fmt.Errorf("%q is not of the form 2 or 2=2025-06-01..2025-06-30", clip(text))
	version, days, dated := strings.Cut(text, "=")
	n, err := strconv.Atoi(strings.TrimSpace(version))
	if err != nil {
		return surveys.Splice{}, wrong
	}
	if n < 2 {
		return surveys.Splice{}, fmt.Errorf("a splice is at a version from 2 on, not %d", n)
	}
	out := surveys.Splice{Version: n}
	if !dated {
		return out, nil
	}
	from, to, _ := strings.Cut(days, "..")
	if out.From, err = time.Parse(time.DateOnly, strings.TrimSpace(from)); err != nil {
		return surveys.Splice{}, wrong
	}
	if out.To, err = time.Parse(time.DateOnly, strings.TrimSpace(to)); err != nil {
		return surveys.Splice{}, wrong
	}
	if out.To = out.To.AddDate(0, 0, 1); !out.From.Before(out.To) {
		return surveys.Splice{}, fmt.Errorf("%q ends before it begins", clip(text))
	}
	return out, nil
}

// splicesOf are the declared splices, those given in the place of declared ones, by version.
func (l *layout) splicesOf(given []surveys.Splice, bad *surveys.InvalidError) []surveys.Splice {
	if len(given) > maxSplices {
		bad.Add("splice", "length", "%d splices are given, at most %d can be taken", len(given), maxSplices)
		return nil
	}
	out := slices.Clone(given)
	for i, x := range given {
		if slices.ContainsFunc(given[:i], func(y surveys.Splice) bool { return y.Version == x.Version }) {
			bad.Add(fmt.Sprintf("splice[%d]", i), "duplicate", "there is a splice at version %d already", x.Version)
		}
	}
	for _, x := range l.survey.Splices {
		if !slices.ContainsFunc(given, func(y surveys.Splice) bool { return y.Version == x.Version }) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b surveys.Splice) int { return cmp.Compare(a.Version, b.Version) })
	return out
}

// splicing is a timeline divided by splices.
type splicing struct {
	splices []surveys.Splice
	level   []int        // of each code of the version attribute: how many splices are at it or before
	members [][][]uint32 // of the timeline's members, by level
	bases   []scoring.Base
	cells   cells
}

// levelOf is the level of a version.
func levelOf(splices []surveys.Splice, version int) (level int) {
	for _, x := range splices {
		if version >= x.Version {
			level++
		}
	}
	return level
}

// newSplicing divides a timeline by the splices that have responses on both sides; nil where none has.
func (b *builder) newSplicing(all []surveys.Splice, t *timeline) *splicing {
	if len(all) == 0 {
		return nil
	}
	at := b.attributeAt(attributeVersion)
	var met []int
	for _, domain := range t.members {
		met = append(met, b.versionsAmong(domain)...)
	}
	var s splicing
	for _, x := range all {
		before := func(v int) bool { return v < x.Version && levelOf(s.splices, v) == len(s.splices) }
		if slices.ContainsFunc(met, before) && slices.ContainsFunc(met, func(v int) bool { return v >= x.Version }) {
			s.splices = append(s.splices, x)
		}
	}
	if len(s.splices) == 0 {
		return nil
	}
	for _, name := range b.table.Attribute(at).Levels() {
		n, _ := strconv.Atoi(name)
		s.level = append(s.level, levelOf(s.splices, n))
	}
	s.cells = cells{minimum: b.q.model.Base.Suppress}
	for k, domain := range t.members {
		parts := make([][]uint32, len(s.splices)+1)
		for _, i := range domain {
			l := b.levelAt(&s, i)
			parts[l] = append(parts[l], i)
		}
		s.members = append(s.members, parts)
		for l, part := range parts {
			s.cells.levels = append(s.cells.levels, []uint32{uint32(k), uint32(l)})
			s.bases = append(s.bases, b.kishBase(part))
		}
	}
	return &s
}

func (b *builder) levelAt(s *splicing, position uint32) int {
	return s.level[b.table.Attribute(b.attributeAt(attributeVersion)).At(b.sample.Row(position))]
}

// kishBase counts responses, whatever they answered.
func (b *builder) kishBase(domain []uint32) scoring.Base {
	if len(domain) == 0 {
		return scoring.Base{}
	}
	w := b.sample.Kish(domain)
	return scoring.Base{N: w.N, W: w.Sum, W2: w.Sum * w.Sum / w.NEffective}
}

// told is the splices as an answer has them.
func (s *splicing) told(b *builder) []TrendSplice {
	out := []TrendSplice{}
	if s == nil {
		return out
	}
	for _, x := range s.splices {
		out = append(out, TrendSplice{Version: x.Version, From: timePointer(x.From), To: timePointer(x.To), Note: b.words(x.Note, "")})
	}
	return out
}

// resolves reports whether splices stand between all versions of two periods that differ.
func (s *splicing) resolves(before, after []int) bool {
	if s == nil {
		return false
	}
	for _, u := range before {
		for _, v := range after {
			if u != v && levelOf(s.splices, u) == levelOf(s.splices, v) {
				return false
			}
		}
	}
	return true
}

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
	valued := make([]scoring.Base, len(s.bases))
	for k := range s.members {
		for l, part := range s.members[k] {
			valued[k*levels+l] = b.sample.Base(m.values, part)
		}
	}
	hidden := s.cells.hide(s.bases, valued)
	points := make([][]scoring.SeriesPoint, levels)
	for l := range levels {
		v := VersionSeries{Figures: []Estimate{}}
		if l > 0 {
			v.From = s.splices[l-1].Version
		}
		for k := range t.keys {
			g := k*levels + l
			e := b.figure(m, s.members[k][l], valued[g], hidden[g])
			p := scoring.NoPoint()
			if e.Status.shown() {
				p = b.sample.Mean(m.values, s.members[k][l]).Point()
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
	for side, domain := range domains {
		few := beside[side] > 0 && beside[side] < b.q.model.Base.Suppress // they would follow by subtraction
		figures[side] = b.figure(m, domain, b.sample.Base(m.values, domain), few)
		if ok = ok && figures[side].Status.shown(); figures[side].Status.shown() {
			means[side] = b.sample.Mean(m.values, domain).Point()
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
			c := b.sample.Contrasts(m.values, [][]uint32{s.members[k][l], s.members[k-1][l]})
			return c.Between(0, 1), b.enough(c.Means[0]) && b.enough(c.Means[1])
		}
	}
	e := x.joints[max(max(x.of[k], x.of[k-1])-1, 0)].Change(k-1, k)
	d := scoring.Difference{Estimate: x.points[k].Estimate - x.points[k-1].Estimate, Variance: e.SE * e.SE, DF: e.DF, P: math.NaN(), PAdjusted: math.NaN(), Verdict: scoring.NotTested}
	return d, b.enough(b.sample.Mean(m.values, x.domains[k])) && b.enough(b.sample.Mean(m.values, x.domains[k-1]))
}
