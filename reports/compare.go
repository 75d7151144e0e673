package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// maxCompared is the number of groups that are compared pair by pair in one answer.
const maxCompared = 40

// What is compared, and how many tests count together.
const (
	CompareSegments = "segments"
	ComparePair     = "pair"
	ComparePeriods  = "periods"

	AdjustHolm              = "holm"
	AdjustBenjaminiHochberg = "benjamini_hochberg"
)

// CompareQuery asks for differences between groups of responses in one of three ways: every pair of the segments of By; Segment
// against Against; or the period From..To against VersusFrom..VersusTo.
type CompareQuery struct {
	Query                          // By: one segmentation, or none
	Segment, Against     []Where   // conditions that hold in the two groups, beside those of Where
	VersusFrom, VersusTo time.Time // as From and To
	Measures             []string  // keys of measures; none for all but the top box
	Scan                 bool      // adjust for every test of the answer by Benjamini and Hochberg, not for each measure by Holm
}

// Comparisons answers a CompareQuery. It is the JSON of the compare command and of GET /api/v1/surveys/{survey}/comparisons. The
// head is about all responses that the conditions common to the groups select.
type Comparisons struct {
	Head
	Compared   string            `json:"compared"`   // segments, pair, periods
	Adjustment string            `json:"adjustment"` // holm, within each measure; benjamini_hochberg, over the whole answer
	Groups     []ComparedGroup   `json:"groups"`
	Measures   []ComparedMeasure `json:"measures"`
}

// ComparedGroup is a group of responses.
type ComparedGroup struct {
	Label  string            `json:"label"`
	By     map[string]string `json:"by"`    // level of each attribute, of segments
	Where  []Where           `json:"where"` // conditions, of a pair
	From   *time.Time        `json:"from"`  // of periods
	To     *time.Time        `json:"to"`
	N      *int              `json:"n"` // valid responses; null where suppressed
	Status Status            `json:"status"`
}

// ComparedMeasure is one measure in every group, with the differences between them.
type ComparedMeasure struct {
	Measure
	Method  string     `json:"method"`  // design: by sampling unit, as for standard errors; welch: each response is one, unweighted
	Figures []Estimate `json:"figures"` // in the order of the groups
	Equal   EqualTest  `json:"equal"`   // all tested groups alike?
	Pairs   []Pair     `json:"pairs"`
}

// EqualTest tests that all groups have one mean.
type EqualTest struct {
	Groups int    `json:"groups"` // that are tested
	F      Number `json:"f"`
	DF1    Number `json:"df1"`
	DF2    Number `json:"df2"`
	P      Number `json:"p"`
	Eta2   Number `json:"eta2"` // share of variance between the groups; null where responses are weighted
	Omega2 Number `json:"omega2"`
}

// Pair is the difference of two groups, by their places.
type Pair struct {
	Group     int    `json:"group"`
	Against   int    `json:"against"`
	HedgesG   Number `json:"hedges_g"` // the difference in standard deviations of the responses
	DF        Number `json:"df"`
	Reason    string `json:"reason"` // why it is not tested, "" where it is
	Label     string `json:"label"`  // the group's less the other's
	MinDetect Number `json:"minimum_detectable"`
	// Shares is the difference as of independent samples, null but for shares that are shown.
	Shares *ShareDifference `json:"shares"`
	Comparison
}

// compared is a group before its figures.
type compared struct {
	shown  ComparedGroup
	of     domain
	hidden bool
}

// Compare answers a question about differences. Errors: *surveys.InvalidError.
func (d *Dataset) Compare(q CompareQuery) (*Comparisons, error) {
	common := q.Query
	periods := !q.VersusFrom.IsZero() || !q.VersusTo.IsZero()
	if periods {
		common.From, common.To = time.Time{}, time.Time{}
	}
	if err := d.layout.checkCompare(q, periods); err != nil {
		return nil, err
	}
	var out *Comparisons
	err := d.askSums(common, func(b *builder) (err error) {
		out, err = b.compared(q, periods)
		return err
	})
	return out, err
}

func (l *layout) checkCompare(q CompareQuery, periods bool) error {
	bad := &surveys.InvalidError{Input: "query"}
	ways := 0
	for _, asked := range []bool{len(q.By) > 0, len(q.Segment)+len(q.Against) > 0, periods} {
		if asked {
			ways++
		}
	}
	switch {
	case ways != 1:
		bad.Add("by", "required", "name what to compare in one way: by one attribute, a segment against another, or from and to against versus_from and versus_to")
	case len(q.By) > 1:
		bad.Add("by", "length", "%d segmentations are asked for; one answer compares one", len(q.By))
	case periods && q.From.IsZero() && q.To.IsZero():
		bad.Add("from", "required", "name the period to compare, by from, to or both")
	case periods && !q.VersusFrom.IsZero() && !q.VersusTo.IsZero() && !q.VersusFrom.Before(q.VersusTo):
		bad.Add("versus_to", "range", "the period ends before it begins")
	case periods && (q.To.IsZero() || q.VersusFrom.IsZero() || q.VersusFrom.Before(q.To)) && (q.VersusTo.IsZero() || q.From.IsZero() || q.From.Before(q.VersusTo)):
		bad.Add("versus_from", "range", "the periods overlap")
	case len(q.Segment) > 0 && len(q.Against) == 0:
		bad.Add("against", "required", "name what to compare the segment with, like cabin=economy")
	case len(q.Against) > 0 && len(q.Segment) == 0:
		bad.Add("segment", "required", "name the segment to compare, like cabin=business")
	}
	l.checkConditions("segment", q.Segment, bad)
	l.checkConditions("against", q.Against, bad)
	m, _ := l.survey.Model(surveys.ModelKey(q.Model))
	l.resolveMeasures(m, q.Measures, bad)
	return bad.OrNil()
}

// checkConditions checks conditions that are asked under another name than where.
func (l *layout) checkConditions(name string, conditions []Where, bad *surveys.InvalidError) {
	found := &surveys.InvalidError{}
	l.resolveWhere(conditions, found)
	for _, f := range found.Fields {
		f.Field = name + strings.TrimPrefix(f.Field, "where")
		bad.Fields = append(bad.Fields, f)
	}
}

func (b *builder) compared(q CompareQuery, periods bool) (*Comparisons, error) {
	out := &Comparisons{Compared: ComparePair, Adjustment: AdjustHolm, Groups: []ComparedGroup{}, Measures: []ComparedMeasure{}}
	if q.Scan {
		out.Adjustment = AdjustBenjaminiHochberg
	}
	var groups []compared
	hide := func([]scoring.Base) []bool { return make([]bool, len(groups)) }
	var err error
	switch {
	case periods:
		out.Compared = ComparePeriods
		groups, err = b.comparedSelections([]Query{withPeriod(b.q.Query, q.From, q.To), withPeriod(b.q.Query, q.VersusFrom, q.VersusTo)})
		for i, p := range [][2]time.Time{{q.From, q.To}, {q.VersusFrom, q.VersusTo}} {
			if err == nil {
				g := &groups[i].shown
				g.From, g.To, g.Label = timePointer(p[0]), timePointer(p[1]), periodLabel(p[0], p[1])
			}
		}
	case len(q.By) > 0:
		out.Compared = CompareSegments
		groups, hide, err = b.comparedSegments(b.q.by[0])
	default:
		groups, err = b.comparedSelections([]Query{withWhere(b.q.Query, q.Segment), withWhere(b.q.Query, q.Against)})
		for i, w := range [][]Where{q.Segment, q.Against} {
			if err == nil {
				groups[i].shown.Where, groups[i].shown.Label = w, conditionLabel(w)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if b.hidden {
		groups, hide = nil, func([]scoring.Base) []bool { return nil }
	}
	for _, g := range groups {
		out.Groups = append(out.Groups, g.shown)
	}
	var all []scoring.Difference
	var test []bool
	var margins []float64
	for _, m := range b.measures(q.Measures...) {
		c, differences, tested := b.compareMeasure(m, groups, hide)
		margin := make([]float64, len(differences))
		for i := range margin {
			margin[i] = m.Margin
		}
		if !q.Scan {
			scoring.JudgeBy(differences, tested, margin, false)
		}
		all, test, margins = append(all, differences...), append(test, tested...), append(margins, margin...)
		out.Measures = append(out.Measures, c)
	}
	if q.Scan {
		scoring.JudgeBy(all, test, margins, true)
	}
	for i := range out.Measures {
		pairs := out.Measures[i].Pairs
		for k := range pairs {
			pairs[k].judged(all[k])
		}
		all = all[len(pairs):]
	}
	out.Head = b.report.Head
	return out, nil
}

// judged takes over what the tests say.
func (p *Pair) judged(d scoring.Difference) {
	p.P, p.PAdjusted, p.Verdict = number(d.P), number(d.PAdjusted), d.Verdict
	if d.Verdict != scoring.NotTested {
		p.Reason = ""
	}
}

// compareMeasure makes the figures of one measure and the differences of every pair whose figures are both shown; tested tells which
// rest on enough.
func (b *builder) compareMeasure(m Measure, groups []compared, hide func([]scoring.Base) []bool) (ComparedMeasure, []scoring.Difference, []bool) {
	out := ComparedMeasure{Measure: m, Method: "design", Figures: []Estimate{}, Pairs: []Pair{},
		Equal: EqualTest{F: None(), DF1: None(), DF2: None(), P: None(), Eta2: None(), Omega2: None()}}
	parts := make([]scoring.Part, len(groups))
	for g := range groups {
		parts[g] = b.partOf(m, groups[g].of)
	}
	hidden := hide(partBases(len(groups), func(g int) scoring.Part { return parts[g] }))
	shown := make([]bool, len(groups))
	for g := range groups {
		e := b.figure(m, groups[g].of, parts[g], hidden[g] || groups[g].hidden)
		out.Figures = append(out.Figures, e)
		shown[g] = e.Status.shown()
	}
	c := b.sample.ContrastsOf(parts...)
	if c.Simple() {
		out.Method = "welch"
	}
	var enough []int
	for g := range groups {
		if shown[g] && b.enough(c.Means[g]) {
			enough = append(enough, g)
		}
	}
	out.Equal.Groups = len(enough)
	if len(enough) >= 2 {
		f := c.Equal(enough)
		eta2, omega2 := c.Eta2(enough)
		out.Equal = EqualTest{Groups: len(enough), F: number(f.F), DF1: number(f.DF1), DF2: number(f.DF2), P: number(f.P), Eta2: number(eta2), Omega2: number(omega2)}
	}
	var differences []scoring.Difference
	var tested []bool
	for i := range groups {
		for j := i + 1; j < len(groups); j++ {
			p := Pair{Group: i, Against: j, HedgesG: None(), DF: None(), MinDetect: None(), Label: groups[i].shown.Label + " − " + groups[j].shown.Label,
				Comparison: Comparison{Difference: None(), SE: None(), Low: None(), High: None(), P: None(), PAdjusted: None(), Verdict: scoring.NotTested}}
			p.Reason = "A figure is not shown."
			d := scoring.Difference{Estimate: math.NaN(), Variance: math.NaN(), DF: math.NaN(), P: math.NaN(), PAdjusted: math.NaN(), Verdict: scoring.NotTested}
			ok := false
			if shown[i] && shown[j] {
				d = c.Between(i, j)
				ok = slices.Contains(enough, i) && slices.Contains(enough, j)
				p.Reason = fmt.Sprintf("Fewer than %d responses, or too few sampling units.", b.q.model.Base.Test)
				p.Difference, p.HedgesG = Number(d.Estimate), number(c.HedgesG(i, j))
				if m.share() {
					p.Shares = b.shareDifference(c.Shares(i, j, b.confidence()))
				}
				if !math.IsNaN(d.Variance) {
					low, high := d.Interval(b.confidence())
					p.SE, p.Low, p.High, p.DF, p.MinDetect = Number(d.SE()), number(low), number(high), number(d.DF), number(d.MinimumDetectable())
				}
			}
			out.Pairs, differences, tested = append(out.Pairs, p), append(differences, d), append(tested, ok)
		}
	}
	return out, differences, tested
}

// enough tells whether a mean may be tested: its base, and the sampling units behind it.
func (b *builder) enough(m scoring.Mean) bool {
	least := float64(b.q.model.Base.Test)
	return m.N > 0 && float64(m.N) >= least && m.NEffective+1e-9 >= least && m.DF >= fewUnits
}
