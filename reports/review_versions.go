package reports

import (
	"fmt"
	"strings"

	"paxscore/surveys"
)

// breaks looks for questionnaire versions that do not ask the same, and for the splices that bring their figures together.
func (r *reviewer) breaks() {
	const topic, key = "versions", "version_breaks"
	zero := 0.0
	c := Check{Key: key, Topic: topic, Limit: &zero, Result: CheckPass}
	if r.valid.Len() == 0 || r.hidden {
		r.notMade(topic, key, "", "No response can be looked at.")
		return
	}
	met := r.versionsIn(r.valid)
	differing, about := r.differing(met)
	splices := r.splicesOf(nil, nil)
	var open []string
	for _, v := range differing {
		if levelOf(splices, v) == levelOf(splices, r.survey.Version) {
			open = append(open, fmt.Sprint(v))
		}
	}
	c.Value = Number(len(open))
	switch {
	case len(met) == 1:
		c.Value, c.Reason = 0, "All responses are to one version of the questionnaire."
	case len(differing) == 0:
		c.Reason = fmt.Sprintf("The responses are to %d versions of the questionnaire, which ask what is scored on the same scales; their wording is not compared.", len(met))
	case len(open) > 0:
		c.Result = CheckWarn
		c.Reason = fmt.Sprintf("The responses are to %d versions of the questionnaire that differ: %s Report both over a period in which both run, and declare the splice of the series.",
			len(met), strings.Join(about, " "))
	default:
		c.Reason = fmt.Sprintf("The responses are to %d versions of the questionnaire that differ, and splices are declared between them.", len(met))
	}
	if s, t := r.monthlySplicing(splices); s != nil {
		var series TrendSeries
		_, joined := r.splice(&series, r.measures(MeasureIndex)[0], t, s)
		for _, x := range series.Splices {
			if x.Offset.Valid() {
				c.Reason += fmt.Sprintf(" At version %d the index is moved by %s (SE %s), from %s.", x.Version, Format(float64(x.Offset), 2), Format(float64(x.SE), 2), list(x.Periods))
			}
		}
		if !joined {
			c.Value, c.Result = Number(max(len(open), 1)), CheckWarn
			c.Reason += " " + strings.Join(series.Warnings, " ")
		}
	}
	r.out = append(r.out, c)
}

// monthlySplicing joins the months of the responses; nil where no splice is declared or there are too many months.
func (r *reviewer) monthlySplicing(splices []surveys.Splice) (*splicing, *timeline) {
	if len(splices) == 0 {
		return nil, nil
	}
	t, err := r.timeline(TrendQuery{Period: Monthly, Splices: splices})
	if err != nil {
		return nil, nil
	}
	return r.newSplicing(splices, t), t
}

// differing are the versions met that do not ask the same as the one in force, and in which respect.
func (r *reviewer) differing(met []int) (versions []int, about []string) {
	for _, v := range met {
		if r.asks(v) == "" {
			continue
		}
		versions = append(versions, v)
		if known := r.d.versions[v]; known != nil {
			about = append(about, known.warnings...)
			if items := known.reordered(); len(items) > 0 {
				about = append(about, fmt.Sprintf("Questionnaire version %d showed the levels of %s in another order.", v, list(items)))
			}
		} else {
			about = append(about, fmt.Sprintf("What questionnaire version %d asks is not known.", v))
		}
	}
	return versions, about
}
