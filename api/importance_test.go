package api_test

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

const judgementsJSON = `{
	"experts": [{"name": "Board", "voice": 2, "judgements": {"attitude/efficiency": "1/2", "attitude/content": 5, "attitude/safety": 1, "attitude/brand": 2, "efficiency/content": 7,
		"efficiency/safety": 2, "efficiency/brand": 4, "content/safety": "1/4", "content/brand": "1/3", "safety/brand": 2}}],
	"points": {"attitude": 30, "efficiency": 30, "content": 10, "safety": 20, "brand": 10}
}`

const judgementsYAML = `experts:
  - name: Board
    voice: 2
    judgements:
      attitude/efficiency: 1/2
      attitude/content: 5
      attitude/safety: 1
      attitude/brand: 2
      efficiency/content: 7
      efficiency/safety: 2
      efficiency/brand: 4
      content/safety: 1/4
      content/brand: 1/3
      safety/brand: 2
points: {attitude: 30, efficiency: 30, content: 10, safety: 20, brand: 10}
`

// Judgements in the body, as JSON or YAML, are combined with what the responses say; nothing is kept of them.
func TestJudgedWeights(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	loadStudy(t, s, 1000)
	post := func(query, contentType, body string) answer {
		return s.do(t, request{method: "POST", path: "/api/v1/surveys/default/weights" + query, key: environmentKey, contentType: contentType, body: body})
	}
	var byJSON, byYAML, plain reports.ImportanceReport
	post("?theta=0.7&combine=geometric&over=age,spend&depends=brand=attitude,safety", "application/json", judgementsJSON).into(t, &byJSON)
	post("?theta=0.7&combine=geometric&over=age,spend&depends=brand=attitude,safety", "application/yaml", judgementsYAML).into(t, &byYAML)
	if diff := cmp.Diff(byJSON, byYAML, cmp.Comparer(func(a, b reports.Number) bool { return a == b || a != a && b != b })); diff != "" {
		t.Errorf("JSON and YAML differ:\n%s", diff)
	}
	s.get(t, "/api/v1/surveys/default/weights?over=age,spend&depends=brand=attitude").into(t, &plain)
	if byJSON.Basis != "combined" || byJSON.Judgements.Status != "ok" || plain.Judgements != nil || plain.Basis != "derived" || len(byJSON.Methods) != len(plain.Methods)+3 {
		t.Errorf("%s, %+v; %s, %+v", byJSON.Basis, byJSON.Judgements, plain.Basis, plain.Judgements)
	}
	sum := 0.
	for j, d := range byJSON.Dimensions {
		sum += float64(d.Suggested)
		if d.Share != plain.Dimensions[j].Share {
			t.Errorf("%s: judgements change the derived share", d.Key)
		}
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("weights add up to %v", sum)
	}
	inconsistent := strings.Replace(judgementsJSON, `"attitude/brand": 2`, `"attitude/brand": "1/9"`, 1)
	var rejected reports.ImportanceReport
	post("", "application/json", inconsistent).into(t, &rejected)
	if rejected.Judgements.Status != "inconsistent" || rejected.Status != reports.StatusNotComputable || !strings.Contains(strings.Join(rejected.Warnings, " "), "Board") {
		t.Errorf("%+v", rejected.Judgements)
	}
}

func TestJudgedWeightsMistakes(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for name, tt := range map[string]struct {
		query, contentType, body string
		status                   int
		field                    string
		line                     int
	}{
		"not JSON":       {"", "application/json", `{"experts": [`, 400, "experts", 1},
		"twice":          {"", "application/json", `{"points": {}, "points": {}}`, 400, "points", 1},
		"unknown member": {"", "application/json", "{\n\t\"points\": {\"attitude\": 1, \"efficiency\": 1, \"content\": 1, \"safety\": 1, \"brand\": 1},\n\t\"expert\": []}", 422, "expert", 3},
		"dimension":      {"", "application/yaml", strings.Replace(judgementsYAML, "safety/brand", "safety/price", 1), 422, `experts[0].judgements`, 4},
		"media type":     {"", "text/plain", judgementsYAML, 415, "", 0},
		"model":          {"?model=none", "application/yaml", judgementsYAML, 400, "model", 0},
		"theta":          {"?theta=2", "application/yaml", judgementsYAML, 400, "theta", 0},
		"form":           {"?combine=sum", "application/yaml", judgementsYAML, 400, "combine", 0},
		"over":           {"?over=planet", "application/yaml", judgementsYAML, 400, "over", 0},
		"depends":        {"?depends=brand", "application/yaml", judgementsYAML, 400, "depends", 0},
		"a tab":          {"", "application/yaml", "\t", 422, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.do(t, request{method: "POST", path: "/api/v1/surveys/default/weights" + tt.query, key: environmentKey, contentType: tt.contentType, body: tt.body})
			if a.StatusCode != tt.status {
				t.Fatalf("status %d: %s", a.StatusCode, a.body)
			}
			var problem struct {
				Errors []struct {
					Field, Rule string
					Line        int
				}
			}
			a.into(t, &problem)
			if tt.status == http.StatusUnsupportedMediaType {
				return
			}
			if len(problem.Errors) == 0 || problem.Errors[0].Field != tt.field || problem.Errors[0].Line != tt.line {
				t.Errorf("%+v", problem.Errors)
			}
		})
	}
	s.do(t, request{method: "GET", path: "/api/v1/surveys/default/weights?theta=0.5", key: environmentKey}).wants(t, 400, "malformed-query")
	s.do(t, request{method: "POST", path: "/api/v1/surveys/none/weights", key: environmentKey, contentType: "application/yaml", body: judgementsYAML}).wants(t, 404, "not-found")
}
