package api_test

import (
	"math"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// Drivers, weights and explanation of the stored study, each answer held against the description, with figures of ref_drivers_study.
func TestDriversOfTheStudy(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		loadStudy(t, s, 10_000)
		near := func(name string, got reports.Number, want, by float64) {
			t.Helper()
			if !(math.Abs(float64(got)-want) <= by) {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		var d reports.DriverReport
		s.get(t, "/api/v1/surveys/default/drivers?model=study&what_if=attitude:3&what_if=efficiency:5").into(t, &d)
		near("R²", d.R2, .634911227249682, 1e-12)
		measures := []string{"quality_and_training", "process", "content", "process", "brand"}
		for i, want := range []float64{.2664510259255424, .308120266849402, .02783388251288935, .19902996258759673, .19856486212456956} {
			near(d.Drivers[i].Key, d.Drivers[i].Share, want, 1e-11)
			if d.Drivers[i].Measure != measures[i] {
				t.Errorf("%s is improved by %q", d.Drivers[i].Key, d.Drivers[i].Measure)
			}
		}
		near("expected change", d.WhatIf.NativeChange, .25533255967549534, 1e-11)
		s.get(t, "/api/v1/surveys/default/drivers?items=true&where=cabin=economy").into(t, &d)
		if d.Predictors != "items" || len(d.Drivers) != 16 {
			t.Errorf("%+v", d)
		}
		var w reports.ImportanceReport
		s.get(t, "/api/v1/surveys/default/weights").into(t, &w)
		for i, want := range []float64{.2604, .3011, .05, .1945, .194} {
			near(w.Dimensions[i].Key, w.Dimensions[i].Suggested, want, 1e-12)
		}
		var e reports.Explanation
		s.get(t, "/api/v1/surveys/default/explanation?model=study&from=2025-07-01&versus_to=2025-06-30&versus_model=equal&by=route").into(t, &e)
		near("change", e.Change.FromScores+e.Change.FromWeights, float64(e.Change.Difference), 1e-11)
		near("mix and within", e.Change.Groups.Mix+e.Change.Groups.Within, float64(e.Change.Groups.Difference), 1e-11)
	})
}

// Small bases keep the shape of the answers.
func TestDriversOfFewResponses(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for _, path := range []string{"drivers?what_if=brand=-2", "drivers?items=true", "weights", "explanation", "explanation?from=2025-07-01&versus_to=2025-06-30&by=cabin"} {
		s.get(t, "/api/v1/surveys/default/"+path).wants(t, 200, "")
	}
	loadStudy(t, s, 8)
	for _, path := range []string{"drivers?what_if=brand=-2", "weights", "explanation", "explanation?from=2025-07-01&versus_to=2025-06-30&by=cabin"} {
		s.get(t, "/api/v1/surveys/default/"+path).wants(t, 200, "")
	}
	for path, field := range map[string]string{
		"drivers?what_if=brand":              "what_if",
		"drivers?what_if=brand:x":            "what_if",
		"drivers?what_if=price:1":            "what_if[0]",
		"drivers?items=yes":                  "items",
		"drivers?by=cabin":                   "by",
		"drivers?where=planet=mars":          "where[0].attribute",
		"weights?floor=x":                    "floor",
		"weights?cap=0.1":                    "cap",
		"weights?model=none":                 "model",
		"explanation?by=cabin":               "by",
		"explanation?versus_to=summer":       "versus_to",
		"explanation?versus_model=x":         "versus_from",
		"explanation?what_if=brand:1":        "what_if",
		"explanation?versus_from=2025-01-01": "versus_to",
	} {
		a := s.do(t, request{method: "GET", path: "/api/v1/surveys/default/" + path, key: environmentKey})
		var problem struct {
			Errors []struct{ Field, Rule string }
		}
		a.wants(t, 400, "malformed-query")
		a.into(t, &problem)
		if len(problem.Errors) != 1 || problem.Errors[0].Field != field || problem.Errors[0].Rule == "" {
			t.Errorf("%s: %+v, want %s", path, problem.Errors, field)
		}
	}
}
