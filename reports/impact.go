package reports

import (
	"fmt"
	"math"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Designs of an impact study, and how an effect is tested.
const (
	ImpactBeforeAfter             = "before_after"
	ImpactDifferenceInDifferences = "difference_in_differences"
)

// ImpactQuery asks what an initiative changed.
type ImpactQuery struct {
	Query             // By is not answered
	Treated  []Where  // conditions of the treated, all must hold; none compares before with after alone
	After    string   // DATE, or attribute=value: what is after the initiative began
	Measures []string // keys of measures; none for the index, the dimensions, the overall item and the NPS
	Period   string   // length of the periods before that are checked; "" for month
	// Initiative is the key of one that the survey declares, in place of After and Treated, and of Measures where there are none.
	Initiative string
	Covariates []string // attributes that the effect is adjusted for as well, by regression
	Panel      string   // who is followed from before to after, by regression: respondent or an attribute; "" for none
}

// Impact answers an ImpactQuery. It is the JSON of the impact command and of GET /api/v1/surveys/{survey}/impact.
type Impact struct {
	Head
	Design     string          `json:"impact_design"` // before_after, difference_in_differences
	Initiative string          `json:"initiative"`    // key of the declared one; "" for none
	Treated    []Where         `json:"treated"`
	After      string          `json:"after"`
	Covariates []string        `json:"covariates"`
	Panel      string          `json:"panel"` // respondent or an attribute; "" for none
	Period     string          `json:"period"`
	LeftOut    *int            `json:"left_out"` // valid responses in no cell: treatment or time unknown; null where suppressed
	Groups     []ImpactGroup   `json:"groups"`   // the cells: treated and control, before and after
	Measures   []ImpactMeasure `json:"measures"`
}

// ImpactGroup is a cell of the design.
type ImpactGroup struct {
	Treated bool   `json:"treated"`
	After   bool   `json:"after"`
	Label   string `json:"label"`
	N       *int   `json:"n"`
	Status  Status `json:"status"`
}

// ImpactMeasure is what an initiative did to one measure.
type ImpactMeasure struct {
	Measure
	Method  string     `json:"method"`  // design: by sampling unit; welch: each response is one, unweighted
	Figures []Estimate `json:"figures"` // in the order of the groups
	Effect  Effect     `json:"effect"`
	// Regression is the effect adjusted for covariates or within a panel; null where neither is asked for.
	Regression *ImpactRegression `json:"regression"`
	// Placebo is the effect that a treatment half-way through the time before would have had; it should be none. Null with fewer than
	// three periods before.
	Placebo *Effect `json:"placebo"`
	// PreTrend tells whether treated and control moved alike before. Null without a control group and with fewer than three periods that
	// have figures of both.
	PreTrend *PreTrend `json:"pre_trend"`
	Warnings []string  `json:"warnings"`
}

// Effect is an estimated effect. P-values are adjusted by Holm over the measures of the answer, those of placebos over the placebos.
type Effect struct {
	Comparison
	DF        Number `json:"df"`
	MinDetect Number `json:"minimum_detectable"` // 2.8 standard errors: found with probability 0.8 by a test at 0.05
	At        string `json:"at"`                 // of a placebo, the period that the second half begins with
}

// PreTrend is the gap between treated and control over the periods before.
type PreTrend struct {
	Periods []string `json:"periods"`
	Gaps    []Number `json:"gaps"`
	Slope   Number   `json:"slope"` // of the gap, per period
	SE      Number   `json:"se"`
	P       Number   `json:"p"`       // of the slope
	EqualP  Number   `json:"equal_p"` // that all gaps are one
}

// minPrePeriods is how many periods before an initiative are needed to judge it (METHOD section 9).
const minPrePeriods = 3

// Impact answers a question about an initiative. Errors: *surveys.InvalidError.
func (d *Dataset) Impact(q ImpactQuery) (*Impact, error) {
	if q.Period == "" {
		q.Period = Monthly
	}
	bad := &surveys.InvalidError{Input: "query"}
	if !slices.Contains([]string{Daily, Weekly, Monthly, Quarterly}, q.Period) {
		bad.Add("period", "unknown", "%q is no length of a period; there are day, week, month and quarter", clip(q.Period))
	}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "an impact is not divided; select a segment with where")
	}
	d.layout.checkConditions("treated", q.Treated, bad)
	d.layout.checkRegression(&q, bad)
	after := d.layout.after(&q, bad)
	m, _ := d.layout.survey.Model(surveys.ModelKey(q.Model))
	d.layout.resolveMeasures(m, q.Measures, bad)
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	var out *Impact
	err := d.ask(q.Query, func(b *builder) error {
		out = b.impact(q, after)
		return nil
	})
	return out, err
}

func (b *builder) impact(q ImpactQuery, after began) *Impact {
	out := &Impact{Design: ImpactBeforeAfter, Initiative: q.Initiative, Treated: []Where{}, After: after.text, Period: q.Period,
		Covariates: append([]string{}, q.Covariates...), Panel: q.Panel, Groups: []ImpactGroup{}, Measures: []ImpactMeasure{}}
	for _, w := range q.Treated {
		out.Treated = append(out.Treated, Where{Attribute: w.Attribute, Values: slices.Clone(w.Values)})
	}
	controlled := len(q.Treated) > 0
	treated := make([]uint8, len(b.domain))
	for i := range treated {
		treated[i] = sideYes
	}
	if controlled {
		out.Design = ImpactDifferenceInDifferences
		treated = b.sides(q.Treated)
	}
	later := b.sidesOfTime(after.moment)
	if after.where != nil {
		later = b.sides(after.where)
	}
	c := b.impactCells(treated, later, controlled)
	all := cells{levels: c.levels, minimum: b.q.model.Base.Suppress}
	responses := make([]scoring.Base, len(c.members))
	left, leftShown := 0, true
	for k, domain := range c.members {
		if len(domain) > 0 {
			w := b.sample.Kish(domain)
			responses[k] = w.Base()
		}
	}
	hidden := all.hide(responses)
	for k, domain := range c.members {
		if !slices.Contains(c.cells, k) {
			left += len(domain)
			leftShown = leftShown && b.statusOf(responses[k], hidden[k]) != StatusSuppressed
		}
	}
	b.leftOut(out, left, leftShown)
	for i, k := range c.cells {
		g := ImpactGroup{Treated: i < 2, After: i%2 == 1, Label: []string{"treated", "control"}[i/2] + ", " + []string{"before", "after"}[i%2], Status: b.statusOf(responses[k], hidden[k])}
		if !controlled {
			g.Label = []string{"before", "after"}[i]
		}
		if g.Status != StatusSuppressed {
			n := len(c.members[k])
			g.N = &n
		}
		out.Groups = append(out.Groups, g)
	}
	plan, past := b.effectPlan(q, c), b.past(c, q.Period)
	var effects, placebos, adjusted []scoring.Difference
	var test, testPlacebo, testAdjusted []bool
	var margins []float64
	for _, m := range b.measures(q.Measures...) {
		before := past.parts(b, m)
		parts := make([]scoring.Part, len(c.members))
		for k, members := range c.members {
			if side := slices.Index(past.cells, k); side >= 0 {
				parts[k] = before[side].whole()
			} else {
				parts[k] = b.partOf(m, domain{positions: members})
			}
		}
		bases := partBases(len(parts), func(k int) scoring.Part { return parts[k] })
		x, effect, tested := b.impactOn(m, c, parts, all.hide(responses, bases))
		placebo, testedPlacebo := b.before(&x, past, before)
		if plan != nil {
			d, ok := b.regress(&x, m, q, plan)
			adjusted, testAdjusted = append(adjusted, d), append(testAdjusted, ok)
		}
		effects, test, margins = append(effects, effect), append(test, tested), append(margins, m.Margin)
		placebos, testPlacebo = append(placebos, placebo), append(testPlacebo, testedPlacebo)
		out.Measures = append(out.Measures, x)
	}
	scoring.JudgeBy(effects, test, margins, false)
	scoring.JudgeBy(placebos, testPlacebo, margins, false)
	if plan != nil {
		scoring.JudgeBy(adjusted, testAdjusted, margins, false)
	}
	for i := range out.Measures {
		x := &out.Measures[i]
		x.Effect = b.effect(effects[i], "")
		if x.Regression != nil {
			x.Regression.Effect = x.Regression.effect(b, adjusted[i])
		}
		if x.Placebo != nil {
			*x.Placebo = b.effect(placebos[i], x.Placebo.At)
			if placebos[i].P < 0.05 {
				x.Warnings = append(x.Warnings, "The placebo before the initiative finds an effect too (unadjusted p below .05): groups may not be comparable.")
			}
		}
	}
	out.Head = b.report.Head
	return out
}

func (b *builder) leftOut(out *Impact, left int, shown bool) {
	if shown {
		out.LeftOut = &left
	}
	switch {
	case left > 0 && shown:
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("%s are in no cell: whether they were treated, or when they answered, is unknown.", plural(left, "valid response", "valid responses")))
	case left > 0:
		b.report.Warnings = append(b.report.Warnings, "Some responses are in no cell: whether they were treated, or when they answered, is unknown.")
	}
}

func (b *builder) effect(d scoring.Difference, at string) Effect {
	return Effect{Comparison: *b.comparison(d), DF: number(d.DF), MinDetect: number(d.MinimumDetectable()), At: at}
}

// impactOn makes the figures of the cells and the effect; tested tells whether it rests on enough.
func (b *builder) impactOn(m Measure, c impactCells, parts []scoring.Part, hidden []bool) (ImpactMeasure, scoring.Difference, bool) {
	out := ImpactMeasure{Measure: m, Method: "design", Figures: []Estimate{}, Warnings: []string{}}
	var of []scoring.Part
	shown := true
	for _, k := range c.cells {
		e := b.figure(m, domain{positions: c.members[k]}, parts[k], hidden[k])
		out.Figures = append(out.Figures, e)
		shown = shown && e.Status.shown()
		of = append(of, parts[k])
	}
	if !shown {
		out.Warnings = append(out.Warnings, "No effect: the figure of a cell is not shown.")
		return out, noDifference(), false
	}
	contrasts := b.sample.ContrastsOf(of...)
	if contrasts.Simple() {
		out.Method = "welch"
	}
	tested := true
	for _, mean := range contrasts.Means {
		tested = tested && b.enough(mean)
	}
	if !tested {
		out.Warnings = append(out.Warnings, fmt.Sprintf("Not tested: a cell has fewer than %d responses, or too few sampling units.", b.q.model.Base.Test))
	}
	return out, effectOf(contrasts), tested
}

// effectOf is the contrast of two cells, or of four.
func effectOf(c *scoring.Contrasts) scoring.Difference {
	if len(c.Means) == 2 {
		return c.Between(1, 0)
	}
	return c.DifferenceInDifferences()
}

func noDifference() scoring.Difference {
	nan := math.NaN()
	return scoring.Difference{Estimate: nan, Variance: nan, DF: nan, P: nan, PAdjusted: nan, Verdict: scoring.NotTested}
}
