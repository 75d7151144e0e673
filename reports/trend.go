package reports

import (
	"fmt"
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
	Rules    []int            // of the control charts, 1 to 8; none for 1, 2, 5 and 6
	Splices  []surveys.Splice // beside those that the survey declares, or in place of one at the same version
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
	Splices  []TrendSplice  `json:"splices"` // those with responses on both sides, by version
	Rules    []int          `json:"rules"`   // of the control charts
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

// VersionBreak marks a period whose responses are to questionnaire versions that do not ask the same as those of the last period before it
// that has any: an item of the model, the overall or the recommend question is asked in one alone, or on another scale, or its levels in
// another order. Wording is not compared. Of a version whose questionnaire is not at hand, as in a file, nothing is known: it does not ask
// the same as any other.
type VersionBreak struct {
	Period  string `json:"period"`
	Before  []int  `json:"before"`
	After   []int  `json:"after"`
	Overlap bool   `json:"overlap"` // a version is in both
	Spliced bool   `json:"spliced"` // splices stand between the versions
}

// TrendSeries is one measure over the periods.
type TrendSeries struct {
	Measure
	Points []TrendPoint `json:"points"` // as Periods; where it is spliced, on the level of the newest versions
	// Splices tell what each splice rests on and did, in the order of the answer; Versions the figures of each level as measured. Both are
	// empty where no splice divides the responses.
	Splices     []SeriesSplice  `json:"splices"`
	Versions    []VersionSeries `json:"versions"`
	Spliced     bool            `json:"spliced"`
	Limits      *Limits         `json:"limits"`       // XmR; null for shares and where there are none
	ShareLimits *ShareLimits    `json:"share_limits"` // p or p′ chart, of shares
	Line        TrendLine       `json:"line"`
	Ranks       MannKendall     `json:"mann_kendall"`
	TheilSen    Number          `json:"theil_sen"` // median change per period
	Warnings    []string        `json:"warnings"`
}

// TrendPoint is a measure in one period, its change from the one before, and its place on the chart.
type TrendPoint struct {
	Period string `json:"period"`
	Estimate
	Offset      Number      `json:"offset"` // what a splice added to the figure; 0 where nothing was
	Change      *Comparison `json:"change"` // null without a period before; Holm within the series
	MovingRange Number      `json:"moving_range"`
	LimitLow    Number      `json:"limit_low"`
	LimitHigh   Number      `json:"limit_high"`
	EWMA        Number      `json:"ewma"`
	EWMALow     Number      `json:"ewma_low"`
	EWMAHigh    Number      `json:"ewma_high"`
	Signals     []string    `json:"signals"` // rule_1 … rule_8, moving_range, ewma: patterns that this point completes
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

// ParseRules reads rules of control charts as every surface takes them: numbers separated by commas.
func ParseRules(text string) (out []int, err error) {
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("%q is not of the form 1,2,5,6", clip(text))
		}
		out = append(out, n)
	}
	return out, nil
}

// resolveRules are the rules asked for, in order.
func resolveRules(asked []int, bad *surveys.InvalidError) []int {
	if len(asked) == 0 {
		for _, r := range scoring.ChartRules() {
			asked = append(asked, int(r))
		}
		return asked
	}
	for i, r := range asked {
		switch {
		case !slices.Contains(scoring.AllChartRules(), scoring.Rule(r)):
			bad.Add("rules", "range", "there is no rule %d; rules are 1 to 8", r)
		case slices.Contains(asked[:i], r):
			bad.Add("rules", "duplicate", "rule %d is named twice", r)
		}
	}
	return slices.Sorted(slices.Values(asked))
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
	q.Rules = resolveRules(q.Rules, bad)
	q.Splices = d.layout.splicesOf(q.Splices, bad)
	m, _ := d.layout.survey.Model(surveys.ModelKey(q.Model))
	d.layout.resolveMeasures(m, q.Measures, bad)
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	var out *Trends
	err := d.askSums(q.Query, func(b *builder) (err error) {
		out, err = b.trend(q)
		return err
	})
	return out, err
}

func (b *builder) trend(q TrendQuery) (*Trends, error) {
	out := &Trends{Period: q.Period, Along: q.Along, Baseline: q.Baseline, Periods: []TrendPeriod{}, Breaks: []VersionBreak{}, Rules: q.Rules,
		Events: []Event{}, Series: []TrendSeries{}}
	t, err := b.timeline(q)
	if err != nil {
		return nil, err
	}
	c := t.cells(b.q.model.Base.Suppress)
	responses := t.bases(b)
	hidden := c.hide(responses)
	sp := b.newSplicing(q.Splices, t)
	out.Splices = sp.told(b)
	b.describe(out, t, sp, responses, hidden)
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
		part := b.partsOf(m, t.domains)
		bases := partBases(len(t.domains), part)
		out.Series = append(out.Series, b.series(m, t, sp, part, bases, c.hide(responses, bases), q))
	}
	out.Head = b.report.Head
	return out, nil
}
