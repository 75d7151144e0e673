package reports_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// What the margins explain in full has no error left: answers that follow from the cabin, whose shares are known. Every figure made of
// means knows it, under every design, and says so.
func TestResidualsLeaveNothingOfWhatMarginsExplain(t *testing.T) {
	for name, design := range map[string]surveys.Design{"respondents": {}, "strata": {Stratum: "route"}, "flights": {Cluster: "flight"}, "flights in strata": {Cluster: "flight", Stratum: "route"}} {
		s := sampleSurvey(&surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins(), Cap: 1000})
		s.Design = design
		rows := sampleRows(t, s, true)
		cabin := s.Questionnaire.AttributeAt("cabin")
		for _, r := range rows {
			answer := map[string]byte{"economy": 6, "premium_economy": 8}[r.Attributes[cabin]]
			if answer == 0 {
				answer = 10
			}
			for i := range 18 {
				r.Ratings[i] = answer
			}
		}
		data := dataset(t, s, rows)
		ask := func(e surveys.WeightingErrors) *reports.Report { return report(t, data, reports.Query{Errors: e}) }
		fixed, residual := ask(surveys.FixedErrors), ask(surveys.ResidualErrors)
		if fixed.Overall.Estimate != residual.Overall.Estimate || fixed.Weighting.Errors != "fixed" || residual.Weighting.Errors != "residuals" || fixed.Design != residual.Design {
			t.Errorf("%s: %+v, %+v", name, fixed.Weighting, residual.Weighting)
		}
		pairs := map[string][2]reports.Number{
			"index": {fixed.Overall.SE, residual.Overall.SE}, "dimension": {fixed.Dimensions[2].SE, residual.Dimensions[2].SE}, "index of means": {fixed.IndexOfMeans.SE, residual.IndexOfMeans.SE},
			"overall item": {fixed.OverallItem.SE, residual.OverallItem.SE}, "NPS": {fixed.Recommend.SE, residual.Recommend.SE}, "top box": {fixed.OverallItem.TopBox.SE, residual.OverallItem.TopBox.SE},
		}
		for what, se := range pairs {
			if !(se[0] > 1e-3) || !(se[1] < 1e-6) {
				t.Errorf("%s: SE of the %s is %v with weights fixed and %v by residuals", name, what, se[0], se[1])
			}
		}
	}
}

// A segment against all others is the same by report and by comparison, and an explained change of the index has the error of its means,
// by residuals as with weights fixed.
func TestResidualsAreTheSameEverywhere(t *testing.T) {
	s := sampleSurvey(&surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins(), Cap: 5, Floor: .1, Errors: surveys.ResidualErrors})
	data := dataset(t, s, sampleRows(t, s, true))
	where := func(v string) []reports.Where { return []reports.Where{{Attribute: "purpose", Values: []string{v}}} }
	by := report(t, data, reports.Query{By: by("purpose")})
	r, err := data.Compare(reports.CompareQuery{Segment: where("business"), Against: where("leisure"), Measures: []string{"index", "overall"}})
	if err != nil {
		t.Fatal(err)
	}
	want, got := by.Segments[1].VersusRest, r.Measures[0].Pairs[0]
	if r.Weighting.Errors != "residuals" || !nearly(float64(got.SE), float64(want.SE)) || !nearly(float64(got.Difference), float64(want.Difference)) {
		t.Errorf("compared %+v, the report has %+v", got, want)
	}
	if item := by.Segments[1].OverallItem; !nearly(float64(r.Measures[1].Figures[0].SE), float64(item.SE)) {
		t.Errorf("overall item by its values %v, by its counts %v", r.Measures[1].Figures[0].SE, item.SE)
	}
	fixed, err := data.Compare(reports.CompareQuery{Query: reports.Query{Errors: surveys.FixedErrors}, Segment: where("business"), Against: where("leisure"), Measures: []string{"index"}})
	if err != nil || fixed.Weighting.Errors != "fixed" || fixed.Measures[0].Pairs[0].SE == got.SE || math.Abs(float64(fixed.Measures[0].Pairs[0].SE/got.SE)-1) > .2 {
		t.Errorf("with weights fixed %+v, %v", fixed, err)
	}
	// A change between models, one with residuals and one without a population.
	s.Models[1].Weighting = nil
	july := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	change, err := dataset(t, s, studyRows(t, 2_000)).Explain(reports.ExplanationQuery{Query: reports.Query{Model: "study", From: july},
		Versus: &reports.Versus{Model: "equal", To: july}})
	if err != nil || change.Change == nil || !(change.Change.SE > 0) {
		t.Errorf("explained against a model without a population: %+v, %v", change, err)
	}
}

func TestErrorsThatCannotBe(t *testing.T) {
	s := sampleSurvey(nil)
	d := dataset(t, s, sampleRows(t, s, false))
	_, err := d.Report(reports.Query{Errors: "none"})
	refused(t, err, "errors", "unknown")
	_, err = d.Report(reports.Query{Errors: surveys.ResidualErrors})
	refused(t, err, "errors", "conflict")
	if r := report(t, d, reports.Query{Errors: surveys.FixedErrors}); r.Weighting.Errors != "fixed" {
		t.Errorf("errors %s", r.Weighting.Errors)
	}
	// Every question brings its own population: the memory of them has an end.
	for i := range 40 {
		margins := sampleMargins()
		margins[2].Shares["domestic"] += float64(i)
		w := &surveys.Weighting{Method: surveys.Rake, Margins: margins, Cap: 1000, Errors: surveys.ResidualErrors}
		if r := report(t, d, reports.Query{Weighting: w}); r.Weighting.Errors != "residuals" || r.Weighting.Method != "raked" {
			t.Fatalf("%+v", r.Weighting)
		}
	}
}

func refused(t *testing.T, err error, field, rule string) {
	t.Helper()
	fields := invalidFields(err)
	if len(fields) != 1 || fields[0].Field != field || fields[0].Rule != rule {
		t.Errorf("error %v, want %s %s", err, field, rule)
	}
}

func invalidFields(err error) []surveys.FieldError {
	var bad *surveys.InvalidError
	if errors.As(err, &bad) {
		return bad.Fields
	}
	return nil
}
