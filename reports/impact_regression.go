package reports

import (
	"errors"
	"fmt"
	"slices"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// PanelRespondent is the panel of passengers, followed by their reference.
const PanelRespondent = "respondent"

// maxCovariates is the number of attributes that one effect can be adjusted for.
const maxCovariates = 10

// ImpactRegression is the effect by regression: adjusted for covariates, or of those who answered before and after.
type ImpactRegression struct {
	Effect Effect `json:"effect"` // P-values are adjusted by Holm over the regressions of the answer
	// Rows that were used, in the order of the groups: responses, or units of the panel. Null where it would tell of few.
	Rows      []*int   `json:"rows"`
	Cluster   string   `json:"cluster"`   // the attribute, respondent, or "" where each response is its own
	Clusters  *int     `json:"clusters"`  // by which the standard error is robust (CR1)
	Variables *int     `json:"variables"` // of the covariates: their levels that occur, less one each
	Unknown   *int     `json:"unknown"`   // responses left out since a covariate or the unit of the panel is unknown
	Unpaired  *int     `json:"unpaired"`  // responses of units that did not answer on both sides, or were treated in part
	Warnings  []string `json:"warnings"`
}

// checkRegression checks what an effect is adjusted for.
func (l *layout) checkRegression(q *ImpactQuery, bad *surveys.InvalidError) {
	if n := len(q.Covariates); n > maxCovariates {
		bad.Add("covariate", "length", "%d covariates are given, at most %d can be taken", n, maxCovariates)
		return
	}
	for i, key := range q.Covariates {
		switch place := fmt.Sprintf("covariate[%d]", i); {
		case l.attributeAt(key) < 0:
			bad.Add(place, "unknown", "there is no attribute %q; there are %s", clip(key), list(l.attributeKeys()))
		case slices.Contains(q.Covariates[:i], key):
			bad.Add(place, "duplicate", "%q is named twice", key)
		}
	}
	if q.Panel != "" && q.Panel != PanelRespondent && l.attributeAt(q.Panel) < 0 {
		bad.Add("panel", "unknown", "there is no attribute %q; a panel is of %s, or of an attribute: %s", clip(q.Panel), PanelRespondent, list(l.attributeKeys()))
	}
}

// effectPlan is how the question wants effects by regression; nil where it does not.
func (b *builder) effectPlan(q ImpactQuery, c impactCells) *scoring.EffectPlan {
	if len(q.Covariates) == 0 && q.Panel == "" {
		return nil
	}
	p := &scoring.EffectPlan{}
	for _, k := range c.cells {
		p.Domains = append(p.Domains, c.members[k])
	}
	for _, key := range q.Covariates {
		p.Covariates = append(p.Covariates, b.covariate(b.attributeAt(key)))
	}
	switch q.Panel {
	case "":
	case PanelRespondent:
		number := map[columns.Respondent]int{}
		p.Panel = make([]int32, b.sample.Room())
		for _, i := range b.domain {
			p.Panel[i] = scoring.None
			if who := b.table.Respondent(b.sample.Row(i)); who != 0 {
				n, ok := number[who]
				if !ok {
					n = len(number)
					number[who] = n
				}
				p.Panel[i] = int32(n)
			}
		}
		p.Units = len(number)
	default:
		unit := b.covariate(b.attributeAt(q.Panel))
		p.Panel, p.Units = b.covered(unit), unit.Levels
	}
	return p
}

// covariate numbers the levels of an attribute in the order shown.
func (b *builder) covariate(at int) scoring.Covariate {
	a := b.table.Attribute(at)
	out := scoring.Covariate{Attribute: at, Number: b.ranks(at)}
	out.Levels = len(out.Number)
	if blank, ok := a.Level(""); ok { // unknown ranks last
		out.Levels--
		out.Number[blank] = scoring.None
	}
	return out
}

// covered is the covariate's number at each position, scoring.None where it is unknown.
func (b *builder) covered(c scoring.Covariate) []int32 {
	a := b.table.Attribute(c.Attribute)
	out := make([]int32, b.sample.Room())
	for _, i := range b.domain {
		out[i] = int32(c.Number[a.At(b.sample.Row(i))])
	}
	return out
}

// regress makes the effect by regression; tested tells whether it rests on enough.
func (b *builder) regress(x *ImpactMeasure, m Measure, q ImpactQuery, plan *scoring.EffectPlan) (d scoring.Difference, tested bool) {
	out := &ImpactRegression{Cluster: q.Panel, Rows: make([]*int, len(plan.Domains)), Warnings: []string{}}
	if q.Panel == "" && b.sample.Clustered() {
		out.Cluster = string(b.survey.Design.Cluster)
	}
	x.Regression = out
	for _, f := range x.Figures {
		if !f.Status.shown() {
			out.Warnings = append(out.Warnings, "No effect by regression: the figure of a cell is not shown.")
			return noDifference(), false
		}
	}
	r, err := b.sample.EffectRegression(m.values(), *plan)
	what := "responses"
	if q.Panel != "" {
		what = "responses of units that answered before and after"
	}
	policy, few := b.q.model.Base, false
	least := slices.Min(r.Responses)
	if b.tellsOfFew(r, plan, m) {
		out.Warnings = append(out.Warnings, "Numbers of rows are not shown: they would tell of few.")
	} else {
		for i := range r.Rows {
			out.Rows[i] = &r.Rows[i]
		}
		out.Unknown, out.Unpaired = &r.Unknown, &r.Unpaired
	}
	var collinear scoring.CollinearError
	switch {
	case least < policy.Show:
		few = true
		out.Warnings = append(out.Warnings, fmt.Sprintf("No effect by regression: a group has fewer than %d %s.", policy.Show, what))
	case errors.As(err, &collinear):
		out.Warnings = append(out.Warnings, "No effect by regression: the covariates, or one of them and the treatment, cannot be told apart.")
	case err != nil:
		out.Warnings = append(out.Warnings, fmt.Sprintf("No effect by regression: the covariates have more than %d levels, or the score does not vary.", scoring.MaxEffectVariables))
	}
	if few || err != nil {
		return noDifference(), false
	}
	out.Variables = &r.Variables
	if out.Unknown != nil {
		out.Clusters = &r.Clusters
	}
	if tested = least >= policy.Test && r.Clusters > fewUnits; !tested {
		out.Warnings = append(out.Warnings, fmt.Sprintf("The effect by regression is not tested: fewer than %d %s in a group, or too few clusters.", policy.Test, what))
	}
	if w := b.q.model.Weighting; w != nil && w.Errors == surveys.ResidualErrors && !b.q.Unweighted {
		out.Warnings = append(out.Warnings, "The standard error by regression takes weights as fixed.")
	}
	if r.Unknown > 0 && out.Unknown != nil {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s left out of the regression: a covariate, or the unit of the panel, is unknown.", plural(r.Unknown, "response is", "responses are")))
	}
	return r.Difference, tested
}

// effect is the effect as it is told: degrees of freedom count clusters, and are not given where these are not.
func (r *ImpactRegression) effect(b *builder, d scoring.Difference) Effect {
	e := b.effect(d, "")
	if r.Clusters == nil {
		e.DF = None()
	}
	return e
}

// tellsOfFew reports whether what a regression uses, or leaves out, would tell of few responses.
func (b *builder) tellsOfFew(r scoring.EffectRegression, plan *scoring.EffectPlan, m Measure) bool {
	few := func(n int) bool { return n > 0 && n < b.q.model.Base.Suppress }
	if few(r.Unknown) || few(r.Unpaired) || slices.ContainsFunc(r.Responses, few) {
		return true
	}
	for i, n := range r.Responses {
		if few(b.sample.Base(m.values(), plan.Domains[i]).N - n) {
			return true
		}
	}
	return false
}
