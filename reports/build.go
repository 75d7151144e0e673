package reports

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// builder makes one report. The data set does not change while it works.
type builder struct {
	*layout
	table    *columns.Table
	q        *question
	sample   *scoring.Sample
	model    *scoring.Model
	screened *screened
	sel      *scoring.Selection
	tab      *scoring.Tabulation // nil where figures are found response by response
	tallies  map[tallyKey]*scoring.Tally
	measured map[domainKey][]scoring.Part // by place among scores
	scores   []Measure                    // those of scores among the measures that are asked for
	domain   []uint32                     // positions of the sample that the filter selects; see position
	hidden   bool                         // the selected base must not be shown
	filtered bool                         // the filter leaves responses out
	report   *Report
	d        *Dataset
}

func (d *Dataset) newBuilder(q *question) (*builder, error) {
	s := d.screening()
	sample, err := d.sample(q, s)
	if err != nil {
		return nil, err
	}
	m, err := d.layout.model(q.model)
	if err != nil {
		return nil, err
	}
	return &builder{layout: d.layout, table: d.table, q: q, sample: sample, model: m, screened: s, d: d, report: &Report{}}, nil
}

// begin selects the responses and fills the head of the report.
func (b *builder) begin() {
	b.filter()
	b.head()
	b.count()
	b.weighting()
	b.warn()
}

// build fills the rest of a report that has begun.
func (b *builder) build() *Report {
	parts, of := []func(){b.figures}, make([][]Segment, len(b.q.by))
	if !b.hidden { // even the names of the levels would tell
		for i, by := range b.q.by {
			parts = append(parts, func() { of[i] = b.segments(by) })
		}
	}
	var all sync.WaitGroup
	for _, part := range parts {
		if b.tab == nil { // responses are looked at one by one, on all cores
			part()
		} else {
			all.Go(part)
		}
	}
	all.Wait()
	b.report.Segments = append([]Segment{}, slices.Concat(of...)...)
	return b.report
}

// filter finds the selected responses and whether their figures may be shown: a base that is too small, or all but a
// few of what one condition divides, is hidden whole.
func (b *builder) filter() {
	b.sel = b.d.selection(b.q.filter())
	read := b.sel.Total()
	b.filtered = read < b.d.stored()
	few := func(n int) bool { return n > 0 && n < b.q.model.Base.Suppress }
	if b.filtered {
		b.hidden = few(read) || slices.ContainsFunc(b.sel.LeftOut, few)
	}
	b.hidden = b.hidden || few(b.sel.Valid())
}

// position finds the selected responses one by one, for figures that need them so.
func (b *builder) position() {
	if b.domain == nil {
		b.domain = b.sample.Within(b.sel)
	}
}

// head fills what does not depend on the responses selected.
func (b *builder) head() {
	s, m, r := b.survey, b.q.model, b.report
	r.Survey, r.Title = string(s.Key), b.words(s.Questionnaire.Title, string(s.Key))
	r.Version, r.Versions = s.Version, b.versions()
	r.Model, r.ModelLabel, r.ModelNote = string(m.Key), b.words(m.Label, string(m.Key)), approvalNote(b.words(m.Note, ""), m.Approval)
	r.ModelVersion = fmt.Sprintf("%s@%s", m.Key, VersionName(s.Version))
	r.Filter = Filter{Where: []Where{}, From: timePointer(b.q.From), To: timePointer(b.q.To), Unweighted: b.q.Unweighted, AllRows: b.q.AllRows}
	for _, w := range b.q.Where {
		r.Filter.Where = append(r.Filter.Where, Where{Attribute: w.Attribute, Values: slices.Clone(w.Values)})
	}
	r.Design = Design{Clusters: b.sample.Units(), Strata: b.sample.Strata(), DF: b.sample.DF(), Confidence: b.confidence()}
	if b.sample.Clustered() {
		r.Design.Cluster = string(s.Design.Cluster)
	}
	r.Design.Stratum = string(s.Design.Stratum)
	r.Policy = Policy{MinItemShare: m.Missing.MinItemShare, MinDimensions: m.Missing.MinDimensions, MinDimensionShare: m.Missing.MinDimensionShare,
		SuppressBelow: m.Base.Suppress, ShowFrom: m.Base.Show, TestFrom: m.Base.Test, FlagBelow: m.Base.Flag, Margin: m.Margin}
	r.Warnings = []string{}
	r.UpToSeq = b.d.upToSeq
}

func (b *builder) confidence() float64 {
	if c := b.q.model.Confidence; c > 0 && c < 1 {
		return c
	}
	return 0.95
}

func timePointer(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (b *builder) versions() []int {
	out := []int{}
	for _, v := range b.table.Attribute(b.attributeAt(attributeVersion)).Levels() {
		if n, err := strconv.Atoi(v); err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// count fills the fates of the responses. Of a hidden selection nothing is told: everything counts as outside.
func (b *builder) count() {
	r := &b.report.Responses
	r.MedianSeconds = Number(b.screened.milliseconds / 1000)
	r.Suppressed = b.hidden && b.filtered
	if b.q.Listed {
		b.list()
	}
	if r.Suppressed {
		r.Outside = b.d.stored()
		return
	}
	r.Read, r.Valid, r.FlaggedKept = b.sel.Total(), b.sel.Valid(), b.sel.Straight
	r.Outside = b.d.stored() - r.Read
	if !b.q.AllRows {
		r.Duplicates, r.Careless, r.BreakOffs = b.sel.Read[scoring.Duplicate], b.sel.Read[scoring.Careless], b.sel.Read[scoring.BreakOff]
	}
}

// list fills the verdict on every response.
func (b *builder) list() {
	b.report.Verdicts, b.report.Seqs = make([]Verdict, b.table.Len()), b.table.Seqs()
	for row, in := range b.sel.Matching() {
		switch {
		case !in || b.report.Responses.Suppressed:
			b.report.Verdicts[row] = Outside
		case b.q.AllRows:
			b.report.Verdicts[row] = Valid
		default:
			b.report.Verdicts[row] = verdictOf(b.screened.fates[row])
		}
	}
}

func verdictOf(f scoring.Fate) Verdict {
	switch f {
	case scoring.Duplicate:
		return Duplicate
	case scoring.Careless:
		return Careless
	case scoring.BreakOff:
		return BreakOff
	}
	return Valid
}

// warn writes what concerns the report as a whole.
func (b *builder) warn() {
	add := func(format string, args ...any) {
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf(format, args...))
	}
	m, s := b.q.model, b.sample
	if b.hidden {
		add("Nothing is shown: the filter selects, or leaves out, fewer than %d responses, and figures of so few would tell about persons.", m.Base.Suppress)
	} else if b.sel.Valid() == 0 {
		add("No valid response is selected.")
	}
	b.report.Warnings = append(b.report.Warnings, b.d.versionNotes()...)
	if n := len(b.d.outside) + b.d.outsideElsewhere; n > 0 {
		add("%s outside the scale of their item count as skipped.", plural(n, "rating", "ratings"))
	}
	if n := b.sel.Untimed; (b.sel.Period || b.sel.Nothing) && n > 0 {
		add("%s of unknown time of submission are in no period and are left out.", plural(n, "response", "responses"))
	}
	switch n := s.Unclustered; {
	case n > 0 && n == s.Len():
		add("The %s of no response is known: each response counts as a sampling unit of its own, so standard errors may be too small.", b.survey.Design.Cluster)
	case n > 0:
		add("The %s of %s is unknown: each of these counts as a sampling unit of its own.", b.survey.Design.Cluster, plural(n, "response", "responses"))
	}
	if n := s.Unstratified; n > 0 {
		add("The %s of %s is unknown: together they count as one more stratum.", b.survey.Design.Stratum, plural(n, "response", "responses"))
	}
	if df := s.DF(); s.Len() > 0 && df < fewUnits {
		add("There are few sampling units (%d, in %s): standard errors are themselves uncertain.", s.Units(), plural(s.Strata(), "stratum", "strata"))
	}
	b.warnWeighting(add)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
