package api_test

import (
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys/surveyfile"
)

const rakedModel = `  - key: study
    weighting:
      method: rake
      cap: 4
      margins:
        - attribute: cabin
          shares: {economy: 0.9, premium_economy: 0.045, upper: 0.055}
          merge: {upper: [business, first]}
        - attribute: route
          shares: {domestic: 80, regional: 7, international: 13}
`

// A model's weighting stands in the survey and in the scores; a population that nobody stands for is refused by name.
func TestWeightedScores(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	publish := func(model string) {
		t.Helper()
		survey, err := surveyfile.Read("raked.yaml", []byte(strings.Replace(string(surveyfile.Default().Source), "  - key: study\n", model, 1)))
		if err == nil {
			_, err = s.service.Publish(t.Context(), survey)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	publish(rakedModel)
	s.get(t, "/api/v1/surveys/default").wants(t, 200, "")
	loadStudy(t, s, 1000)
	var r reports.Report
	s.get(t, "/api/v1/surveys/default/scores?model=study&where=route%3Ddomestic").wants(t, 200, "")
	s.get(t, "/api/v1/surveys/default/scores?model=study").into(t, &r)
	w := r.Weighting
	if w.Method != "raked" || len(w.Margins) != 2 || w.Limits == nil || w.Limits.High != 4 || !(w.MarginError < 1e-9) {
		t.Errorf("weighting %+v", w)
	}
	if said := strings.Join(r.Warnings, " "); !strings.Contains(said, "population of route adds up to 100, not to that of cabin") {
		t.Errorf("warnings %q", r.Warnings)
	}
	s.get(t, "/api/v1/surveys/default/scores?model=study&where=cabin%3Dfirst").into(t, &r) // hidden: the schema holds of null figures, too

	publish(strings.Replace(rakedModel, "rake\n      cap: 4", "calibrate\n      bounds: [0.99, 1.01]", 1))
	p := s.get(t, "/api/v1/surveys/default/scores?model=study").wants(t, 400, "malformed-query")
	if len(p.Errors) != 1 || p.Errors[0].Field != "model.weighting.bounds" || p.Errors[0].Rule != "infeasible" || !strings.Contains(p.Errors[0].Message, "Widen the bounds") {
		t.Errorf("errors %+v", p.Errors)
	}
	s.get(t, "/api/v1/surveys/default/scores?model=study&unweighted=true").into(t, &r)
	if r.Weighting.Method != "none" {
		t.Errorf("unweighted: %+v", r.Weighting)
	}
	s.get(t, "/api/v1/surveys/default").wants(t, 200, "")
}
