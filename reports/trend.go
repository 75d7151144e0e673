package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Lengths of a period.
const (
	Daily     = "day"
	Weekly    = "week" // ISO 8601: from Monday
	Monthly   = "month"
	Quarterly = "quarter"
)

// Limits of one answer.
const (
	maxPeriods = 1500
	maxEvents  = 100
)

// TrendQuery asks for measures period by period.
type TrendQuery struct {
	Query             // By is not answered
	Period   string   // day, week, month, quarter; "" for month
	Along    string   // an attribute whose levels, in their order, are the periods in place of time; "" for none
	Measures []string // keys of measures; none for all and the top box
	Baseline int      // periods from the first that the control limits rest on; 0 for 12
	Events   []Event
}

// Event is something to be marked on a chart.
type Event struct {
	Date   time.Time `json:"date"`
	Label  string    `json:"label"`
	Period string    `json:"period"` // "" where no period of the answer has the date
}

// Trends answers a TrendQuery. It is the JSON of the trend command and of GET /api/v1/surveys/{survey}/trend. Times are in UTC.
type Trends struct {
	Head
	Period   string         `json:"period"` // "" along an attribute
	Along    string         `json:"along"`  // attribute whose levels are the periods, "" for time
	Baseline int            `json:"baseline"`
	Periods  []TrendPeriod  `json:"periods"` // without a gap, the first and last with a valid response
	Undated  *int           `json:"undated"` // valid responses of unknown time or level, in no period; null where suppressed
	Breaks   []VersionBreak `json:"breaks"`
	Events   []Event        `json:"events"`
	Series   []TrendSeries  `json:"series"`
}

// TrendPeriod is a period with what was answered in it.
type TrendPeriod struct {
	Key      string     `json:"key"`  // 2025-07-01, 2025-W27, 2025-07, 2025-Q3, or the level
	From     *time.Time `json:"from"` // null along an attribute
	To       *time.Time `json:"to"`   // exclusive
	N        *int       `json:"n"`    // valid responses; null where suppressed
	Status   Status     `json:"status"`
	Versions []int      `json:"versions"` // questionnaire versions among the responses; empty where suppressed
}

// VersionBreak marks a period whose responses are to other questionnaire versions than those of the last period before it that has any.
type VersionBreak struct {
	Period  string `json:"period"`
	Before  []int  `json:"before"`
	After   []int  `json:"after"`
	Overlap bool   `json:"overlap"` // a version is in both
}

// TrendSeries is one measure over the periods.
type TrendSeries struct {
	Measure
	Points      []TrendPoint `json:"points"`       // as Periods
	Limits      *Limits      `json:"limits"`       // XmR; null for shares and where there are none
	ShareLimits *ShareLimits `json:"share_limits"` // p or p′ chart, of shares
	Line        TrendLine    `json:"line"`
	Ranks       MannKendall  `json:"mann_kendall"`
	TheilSen    Number       `json:"theil_sen"` // median change per period
	Warnings    []string     `json:"warnings"`
}

// TrendPoint is a measure in one period, its change from the one before, and its place on the chart.
type TrendPoint struct {
	Period string `json:"period"`
	Estimate
	Change      *Comparison `json:"change"` // null without a period before; Holm within the series
	MovingRange Number      `json:"moving_range"`
	LimitLow    Number      `json:"limit_low"`
	LimitHigh   Number      `json:"limit_high"`
	EWMA        Number      `json:"ewma"`
	EWMALow     Number      `json:"ewma_low"`
	EWMAHigh    Number      `json:"ewma_high"`
	Signals     []string    `json:"signals"` // rule_1, rule_2, rule_5, rule_6, moving_range, ewma: patterns that this point completes
}

// Limits are those of individual values and moving ranges.
type Limits struct {
	Periods     int    `json:"periods"` // of the baseline, with a figure
	Provisional bool   `json:"provisional"`
	Centre      Number `json:"centre"`
	MovingRange Number `json:"moving_range"`
	Sigma       Number `json:"sigma"`
	Low         Number `json:"low"`
	High        Number `json:"high"`
	RangeHigh   Number `json:"moving_range_high"`
}

// ShareLimits are those of shares.
type ShareLimits struct {
	Chart       string `json:"chart"` // p, laney
	Periods     int    `json:"periods"`
	Provisional bool   `json:"provisional"`
	Centre      Number `json:"centre"`
	SigmaZ      Number `json:"sigma_z"`
	ChiSquare   Number `json:"overdispersion_chi_square"`
	DF          int    `json:"overdispersion_df"`
	P           Number `json:"overdispersion_p"`
}

// TrendLine is the straight line through the estimates, weighted by 1/variance.
type TrendLine struct {
	Periods    int    `json:"periods"`
	Slope      Number `json:"slope"` // change per period
	SE         Number `json:"se"`
	Z          Number `json:"z"`
	P          Number `json:"p"`
	LackOfFitP Number `json:"lack_of_fit_p"`
}

// MannKendall is the rank test of a trend.
type MannKendall struct {
	Periods int    `json:"periods"`
	S       int    `json:"s"`
	Z       Number `json:"z"`
	P       Number `json:"p"`
	TauB    Number `json:"tau_b"`
}

// ParseEvent reads an event as every surface takes it: DATE=label.
func ParseEvent(text string) (Event, error) {
	date, label, ok := strings.Cut(text, "=")
	label = strings.TrimSpace(label)
	at, err := time.Parse(time.DateOnly, strings.TrimSpace(date))
	if !ok || err != nil || label == "" {
		return Event{}, fmt.Errorf("%q is not of the form 2025-07-01=label", clip(text))
	}
	return Event{Date: at, Label: label}, nil
}

// Trend answers a question about periods. Errors: *surveys.InvalidError.
func (d *Dataset) Trend(q TrendQuery) (*Trends, error) {
	bad := &surveys.InvalidError{Input: "query"}
	switch {
	case q.Along != "" && q.Period != "":
		bad.Add("along", "range", "a trend is along an attribute or by period, not both")
	case q.Along != "" && d.layout.attributeAt(q.Along) < 0:
		bad.Add("along", "unknown", "there is no attribute %q; there are %s", clip(q.Along), list(d.layout.attributeKeys()))
	case q.Along == "" && q.Period == "":
		q.Period = Monthly
	}
	if q.Baseline == 0 {
		q.Baseline = scoring.BaselinePeriods
	}
	if q.Along == "" && !slices.Contains([]string{Daily, Weekly, Monthly, Quarterly}, q.Period) {
		bad.Add("period", "unknown", "%q is no length of a period; there are day, week, month and quarter", clip(q.Period))
	}
	if q.Baseline < 2 || q.Baseline > maxPeriods {
		bad.Add("baseline", "range", "the baseline has 2 to %d periods, not %d", maxPeriods, q.Baseline)
	}
	if len(q.Events) > maxEvents {
		bad.Add("event", "length", "%d events are given, at most %d can be marked", len(q.Events), maxEvents)
	}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "a trend is not divided; select a segment with where")
	}
	m, _ := d.layout.survey.Model(surveys.ModelKey(q.Model))
	d.layout.resolveMeasures(m, q.Measures, bad)
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	var out *Trends
	err := d.ask(q.Query, func(b *builder) (err error) {
		out, err = b.trend(q)
		return err
	})
	return out, err
}

func (b *builder) trend(q TrendQuery) (*Trends, error) {
	out := &Trends{Period: q.Period, Along: q.Along, Baseline: q.Baseline, Periods: []TrendPeriod{}, Breaks: []VersionBreak{}, Events: []Event{}, Series: []TrendSeries{}}
	t, err := b.timeline(q)
	if err != nil {
		return nil, err
	}
	c := t.cells(b.q.model.Base.Suppress)
	responses := t.bases(b, nil)
	hidden := c.hide(responses)
	b.describe(out, t, responses, hidden)
	for _, e := range q.Events {
		for _, p := range out.Periods {
			if p.From != nil && !e.Date.Before(*p.From) && e.Date.Before(*p.To) {
				e.Period = p.Key
			}
		}
		out.Events = append(out.Events, e)
	}
	slices.SortStableFunc(out.Events, func(a, b Event) int { return a.Date.Compare(b.Date) })
	wanted := q.Measures
	if len(wanted) == 0 {
		wanted = b.measureKeys(b.q.model)
	}
	for _, m := range b.measures(wanted...) {
		bases := t.bases(b, &m.values)
		out.Series = append(out.Series, b.series(m, t, bases, c.hide(responses, bases), q.Baseline))
	}
	out.Head = b.report.Head
	return out, nil
}

// describe fills the periods, the responses of unknown time and the version breaks.
func (b *builder) describe(out *Trends, t *timeline, responses []scoring.Base, hidden []bool) {
	var before []int
	for k, key := range t.keys {
		p := TrendPeriod{Key: key, Status: b.statusOf(responses[k], hidden[k]), Versions: []int{}}
		if t.starts != nil {
			p.From, p.To = &t.starts[k], &t.starts[k+1]
		}
		if p.Status != StatusSuppressed {
			n := len(t.members[k])
			p.N = &n
			p.Versions = b.versionsAmong(t.members[k])
		}
		if len(p.Versions) > 0 {
			if before != nil && !slices.Equal(before, p.Versions) {
				out.Breaks = append(out.Breaks, VersionBreak{Period: key, Before: before, After: p.Versions,
					Overlap: slices.ContainsFunc(before, func(v int) bool { return slices.Contains(p.Versions, v) })})
				b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("The questionnaire changes in %s: levels before and after it may differ for that alone.", key))
			}
			before = p.Versions
		}
		out.Periods = append(out.Periods, p)
	}
	last := len(t.keys)
	n := len(t.members[last])
	if s := b.statusOf(responses[last], hidden[last]); s != StatusSuppressed {
		out.Undated = &n
	}
	what := "time of submission"
	if out.Along != "" {
		what = out.Along
	}
	switch {
	case n > 0 && out.Undated != nil:
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("%s of unknown %s are in no period.", plural(n, "valid response", "valid responses"), what))
	case n > 0:
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("Some responses of unknown %s are in no period.", what))
	}
}

func (b *builder) versionsAmong(positions []uint32) []int {
	a := b.table.Attribute(b.attributeAt(attributeVersion))
	met := make([]bool, len(a.Levels()))
	for _, i := range positions {
		met[a.At(b.sample.Row(i))] = true
	}
	out := []int{}
	for k, name := range a.Levels() {
		if n, err := strconv.Atoi(name); met[k] && err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// series makes one measure over the periods.
func (b *builder) series(m Measure, t *timeline, bases []scoring.Base, hidden []bool, baseline int) TrendSeries {
	out := TrendSeries{Measure: m, Points: []TrendPoint{}, Warnings: []string{}}
	points := make([]scoring.SeriesPoint, len(t.keys))
	shares, effective := make([]float64, len(t.keys)), make([]float64, len(t.keys))
	for k, key := range t.keys {
		e := b.figure(m, t.members[k], bases[k], hidden[k])
		points[k] = scoring.NoPoint()
		shares[k], effective[k] = math.NaN(), math.NaN()
		if e.Status.shown() {
			points[k] = b.sample.Mean(m.values, t.members[k]).Point()
			shares[k], effective[k] = points[k].Estimate, bases[k].NEffective()
		}
		out.Points = append(out.Points, TrendPoint{Period: key, Estimate: e, MovingRange: None(), LimitLow: None(), LimitHigh: None(),
			EWMA: None(), EWMALow: None(), EWMAHigh: None(), Signals: []string{}})
	}
	b.changes(m, t, out.Points)
	c := scoring.NewChart(points, baseline)
	out.Line = TrendLine{Periods: c.Line.N, Slope: number(c.Line.Slope), SE: number(c.Line.SlopeSE), Z: number(c.Line.Z), P: number(c.Line.P), LackOfFitP: number(c.Line.LackOfFitP)}
	out.Ranks = MannKendall{Periods: c.MannKendall.N, S: c.MannKendall.S, Z: number(c.MannKendall.Z), P: number(c.MannKendall.P), TauB: number(c.MannKendall.TauB)}
	out.TheilSen = number(c.TheilSen)
	if m.share() {
		b.placeShares(&out, shares, effective, baseline)
	} else {
		b.place(&out, c)
	}
	return out
}

// changes sets each period against the one before it, with the variance of the contrast.
func (b *builder) changes(m Measure, t *timeline, points []TrendPoint) {
	differences, test, margins := make([]scoring.Difference, len(points)), make([]bool, len(points)), make([]float64, len(points))
	for k := range points {
		margins[k] = m.Margin
		if k == 0 || !points[k].Status.shown() || !points[k-1].Status.shown() {
			continue
		}
		c := b.sample.Contrasts(m.values, [][]uint32{t.members[k], t.members[k-1]})
		differences[k] = c.Between(0, 1)
		test[k] = b.enough(c.Means[0]) && b.enough(c.Means[1])
	}
	scoring.JudgeBy(differences, test, margins, false)
	for k := range points {
		if differences[k].Verdict != "" {
			points[k].Change = b.comparison(differences[k])
		}
	}
}

// comparison is a difference as it is told.
func (b *builder) comparison(d scoring.Difference) *Comparison {
	c := &Comparison{Difference: number(d.Estimate), SE: None(), Low: None(), High: None(), P: number(d.P), PAdjusted: number(d.PAdjusted), Verdict: d.Verdict}
	if !math.IsNaN(d.Variance) {
		low, high := d.Interval(b.confidence())
		c.SE, c.Low, c.High = Number(d.SE()), number(low), number(high)
	}
	return c
}

// place puts the points on the XmR and EWMA charts.
func (b *builder) place(s *TrendSeries, c scoring.Chart) {
	if c.Limits == nil {
		s.Warnings = append(s.Warnings, "No control limits: "+strings.TrimPrefix(c.Reason.Error(), "control limits: ")+".")
		return
	}
	l := c.Limits
	s.Limits = &Limits{Periods: l.Periods, Provisional: l.Provisional(), Centre: Number(l.Centre), MovingRange: Number(l.MovingRange), Sigma: Number(l.Sigma),
		Low: Number(l.Lower), High: Number(l.Upper), RangeHigh: Number(l.RangeUpper)}
	if l.Provisional() {
		s.Warnings = append(s.Warnings, tooFew(l.Periods))
	}
	for k := range s.Points {
		p := &s.Points[k]
		p.MovingRange, p.LimitLow, p.LimitHigh = number(c.MovingRanges[k]), s.Limits.Low, s.Limits.High
		p.EWMA, p.EWMALow, p.EWMAHigh = number(c.EWMA[k].Value), number(c.EWMA[k].Lower), number(c.EWMA[k].Upper)
	}
	s.signal(c.Signals)
	for _, k := range c.RangesBeyond {
		s.Points[k].Signals = append(s.Points[k].Signals, "moving_range")
	}
	for k := range s.Points {
		if c.EWMA[k].Signal && s.Points[k].Status.shown() {
			s.Points[k].Signals = append(s.Points[k].Signals, "ewma")
		}
	}
}

func tooFew(periods int) string {
	return fmt.Sprintf("Too few periods: control limits rest on %d, less than %d, and are provisional.", periods, scoring.BaselinePeriods)
}

// placeShares puts shares on the p or p′ chart.
func (b *builder) placeShares(s *TrendSeries, shares, effective []float64, baseline int) {
	c, err := scoring.NewShareChart(shares, effective, baseline)
	if err != nil {
		s.Warnings = append(s.Warnings, "No control limits: "+strings.TrimPrefix(err.Error(), "share chart: ")+".")
		return
	}
	s.ShareLimits = &ShareLimits{Chart: "p", Periods: c.Periods, Provisional: c.Provisional(), Centre: Number(c.P), SigmaZ: number(c.SigmaZ),
		ChiSquare: number(c.ChiSquare), DF: c.DF, P: number(c.OverdispersionP)}
	if c.Laney {
		s.ShareLimits.Chart = "laney"
	}
	if c.Provisional() {
		s.Warnings = append(s.Warnings, tooFew(c.Periods))
	}
	for k := range s.Points {
		s.Points[k].LimitLow, s.Points[k].LimitHigh = number(c.Points[k].Lower), number(c.Points[k].Upper)
	}
	s.signal(c.Signals)
}

// signal marks the points that complete a pattern.
func (s *TrendSeries) signal(signals []scoring.Signal) {
	for _, x := range signals {
		p := &s.Points[x.At]
		p.Signals = append(p.Signals, fmt.Sprintf("rule_%d", x.Rule))
	}
}
