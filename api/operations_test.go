package api_test

import (
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// Operational indicators of the example beside the stored study, held against the description. The composite is R's (ref_scoring.json).
func TestOperationsOfTheStudy(t *testing.T) {
	file, err := os.ReadFile("../examples/operations.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// Days in quotes: the decoder that checks requests takes bare ones for times, as YAML 1.1 did.
	file = regexp.MustCompile(`(from|to): (2025-\d\d-\d\d)`).ReplaceAll(file, []byte(`$1: "$2"`))
	const path = "/api/v1/surveys/default/operations"
	ranked := string(file) + "peers:\n  - {label: North, values: {on_time_rate: 79.5}}\n  - {label: South, values: {on_time_rate: 88.1}}\n"
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		for _, n := range []int{0, 8, 1000} { // small bases keep the shape
			if n > 0 {
				loadStudy(t, s, n)
			}
			s.do(t, request{method: "POST", path: path, body: ranked, contentType: "application/yaml", key: environmentKey}).wants(t, 200, "")
		}
		var o reports.Operations
		s.do(t, request{method: "POST", path: path + "?model=study", body: string(file), contentType: "application/yaml", key: environmentKey}).into(t, &o)
		var r reports.Report
		s.get(t, "/api/v1/surveys/default/scores?model=study").into(t, &r)
		g := o.Groups[0]
		if g.Index.Estimate != r.Overall.Estimate || math.Abs(float64(g.Operational)-62.03) > 1e-10 || math.Abs(float64(g.Blend.Estimate-(.8*r.Overall.Estimate+.2*62.03))) > 1e-10 || o.ModelVersion != "study@1" {
			t.Errorf("index %v, operational %v, blend %v", g.Index.Estimate, g.Operational, g.Blend.Estimate)
		}
		s.do(t, request{method: "POST", path: path, body: string(file), contentType: "application/yaml"}).wants(t, 401, "no-key")
		s.do(t, request{method: "POST", path: path, body: object{"operational_share": 0}, key: environmentKey}).wants(t, 415, "unsupported-media-type")
		s.do(t, request{method: "POST", path: "/api/v1/surveys/none/operations", body: string(file), contentType: "application/yaml", key: environmentKey}).wants(t, 404, "not-found")
		for query, field := range map[string]string{"?by=cabin": "by", "?lambda=1": "lambda", "?from=2025-01-01": "from", "?model=x": "model"} {
			var problem struct{ Errors []struct{ Field string } }
			a := s.do(t, request{method: "POST", path: path + query, body: string(file), contentType: "application/yaml", key: environmentKey})
			a.wants(t, 400, "malformed-query")
			if a.into(t, &problem); len(problem.Errors) != 1 || problem.Errors[0].Field != field {
				t.Errorf("%s: %+v", query, problem.Errors)
			}
		}
		var problem struct {
			Errors []struct {
				Field, Rule  string
				Line, Column int
			}
		}
		a := s.do(t, request{method: "POST", path: path, body: strings.Replace(string(file), "score: 30", "score: 130", 1), contentType: "application/yaml", key: environmentKey})
		a.wants(t, 422, "not-valid")
		if a.into(t, &problem); len(problem.Errors) != 1 || problem.Errors[0].Field != "indicators[0].curve[1].score" || problem.Errors[0].Line != 13 {
			t.Errorf("%s", a.body)
		}
		s.do(t, request{method: "POST", path: path, body: "}{", contentType: "application/yaml", key: environmentKey}).wants(t, 422, "not-valid")
	})
}
