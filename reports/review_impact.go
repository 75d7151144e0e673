package reports

import (
	"fmt"
	"slices"

	"paxscore/scoring"
)

// initiatives asks of every declared initiative whether what it was to move moved: difference-in-differences, as Impact has it, on the
// responses of the review.
func (r *reviewer) initiatives() {
	const topic, key = "impact", "acted_on_drivers"
	if len(r.survey.Initiatives) == 0 {
		r.notMade(topic, key, "", "The survey declares no initiative: it is not known which drivers were acted on.")
		return
	}
	r.position()
	known := r.measureKeys(r.builder.q.model)
	warnings := slices.Clip(r.report.Warnings) // those of an impact are not about the review
	defer func() { r.report.Warnings = warnings }()
	r.report.Warnings = warnings
	for _, x := range r.survey.Initiatives {
		q := ImpactQuery{Query: r.q.Query, Initiative: string(x.Key), Period: Monthly}
		name := r.words(x.Label, string(x.Key))
		for _, m := range x.Measures {
			if slices.Contains(known, m) {
				q.Measures = append(q.Measures, m)
			} else {
				r.notMade(topic, key, string(x.Key)+": "+m, fmt.Sprintf("%s was to move %s, which model %s does not have.", name, m, r.builder.q.model.Key))
			}
		}
		if len(q.Measures) == 0 {
			continue
		}
		from := began{moment: x.Began, text: x.Began.Format("2006-01-02")}
		if x.After != nil {
			from = began{where: []Where{whereOf(*x.After)}}
		}
		for _, t := range x.Treated {
			q.Treated = append(q.Treated, whereOf(t))
		}
		for _, m := range r.builder.impact(q, from).Measures {
			r.out = append(r.out, r.moved(string(x.Key)+": "+m.Key, name, m, len(q.Treated) > 0))
		}
	}
}

// moved judges one measure of an initiative: it passes where the effect is surely above 0 and nothing speaks against trusting it, and
// fails where it is surely below 0, or surely smaller than what matters.
func (r *reviewer) moved(about, name string, m ImpactMeasure, controlled bool) Check {
	zero, e := 0.0, m.Effect
	places := 2
	if m.share() {
		places = 4
	}
	c := Check{Key: "acted_on_drivers", Topic: "impact", About: about, Value: e.Difference, Limit: &zero, FailLimit: &zero}
	if e.Verdict == scoring.NotTested || !e.Difference.Valid() {
		c.Value, c.Result = None(), CheckNotMade
		c.Reason = fmt.Sprintf("Whether %s moved %s cannot be tested. %s", name, m.Label, reasonOf(m.Warnings, "There is too little to rest on."))
		return c
	}
	p := "p " + Format(float64(e.PAdjusted), 3)
	if e.PAdjusted < .001 {
		p = "p below 0.001"
	}
	c.Reason = fmt.Sprintf("%s moved %s by %s (%s, SE %s; %s would have been found with probability 0.8).", name, m.Label,
		Format(float64(e.Difference), places), p, Format(float64(e.SE), places), Format(float64(e.MinDetect), places))
	doubt := ""
	switch {
	case !controlled:
		doubt = "There is no control group: something else may have moved it."
	case m.Placebo == nil:
		doubt = "The time before is too short for a placebo."
	case m.Placebo.P < .05:
		doubt = "But the placebo before it finds an effect too: the groups may not be comparable."
	case m.PreTrend != nil && m.PreTrend.P < .05:
		doubt = "But the gap between the groups was moving before it."
	}
	switch {
	case e.Verdict == scoring.Same:
		c.Result = CheckFail
		c.Reason += " That is surely less than what matters: it did not work."
	case e.Difference < 0 && e.PAdjusted < .05:
		c.Result = CheckFail
		c.Reason += " It went the wrong way."
	case e.PAdjusted >= .05 || !e.PAdjusted.Valid():
		c.Result = CheckWarn
		c.Reason += " It is not sure that it moved at all."
	case doubt != "":
		c.Result = CheckWarn
	default:
		c.Result = CheckPass
	}
	if doubt != "" {
		c.Reason += " " + doubt
	}
	return c
}
