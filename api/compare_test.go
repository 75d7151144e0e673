package api_test

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// Answers of every kind, of much, of little and of nothing, are as described: the client holds each against the description.
func TestComparisonsTrendsAndImpacts(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	ask := func(route string, q url.Values, into any) {
		t.Helper()
		a := s.get(t, "/api/v1/surveys/default/"+route+"?"+q.Encode())
		a.wants(t, 200, "")
		a.into(t, into)
	}
	questions := []struct {
		route string
		query url.Values
	}{
		{"comparisons", url.Values{"by": {"cabin"}}}, {"comparisons", url.Values{"by": {"cabin,route"}, "scan": {"true"}, "measure": {"top_box"}}},
		{"comparisons", url.Values{"segment": {"cabin=first"}, "against": {"cabin=economy"}}},
		{"comparisons", url.Values{"from": {"2025-07-01"}, "versus_to": {"2025-06-30"}, "unweighted": {"true"}}},
		{"trend", url.Values{}}, {"trend", url.Values{"period": {"day"}, "where": {"cabin=first"}}}, {"trend", url.Values{"period": {"week"}, "event": {"2025-07-01=training", "1999-01-01=none"}}},
		{"impact", url.Values{"after": {"2025-07-01"}}}, {"impact", url.Values{"after": {"2025-07-01"}, "treated": {"cabin=first"}}},
		{"impact", url.Values{"after": {"delayed=yes"}, "treated": {"purpose=business"}, "period": {"quarter"}}},
	}
	for _, n := range []int{0, 40, 1000} { // none, few and many
		if n > 0 {
			loadStudy(t, s, n)
		}
		for _, q := range questions {
			var any map[string]any
			ask(q.route, q.query, &any)
		}
	}
	var c reports.Comparisons
	ask("comparisons", url.Values{"by": {"purpose"}, "model": {"study"}}, &c)
	var r reports.Report
	ask("scores", url.Values{"by": {"purpose"}, "model": {"study"}}, &r)
	if p, want := c.Measures[0].Pairs[0], r.Segments[0].VersusRest; math.Abs(float64(p.Difference-want.Difference)) > 1e-9 || math.Abs(float64(p.SE-want.SE)) > 1e-9 {
		t.Errorf("%+v, scores have %+v", p, want)
	}
	a := s.get(t, "/api/v1/surveys/default/trend")
	s.do(t, request{method: "GET", path: "/api/v1/surveys/default/trend", key: environmentKey, header: map[string][]string{"If-None-Match": {a.Header.Get("ETag")}}}).wants(t, 304, "")
	s.do(t, request{method: "GET", path: "/api/v1/surveys/default/impact?after=2025-07-01", key: environmentKey, header: map[string][]string{"Accept": {"text/html"}}}).wants(t, 406, "not-acceptable")
}

func TestBadComparisonsTrendsAndImpacts(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for _, tt := range []struct{ path, field, rule string }{
		{"comparisons", "by", "required"},
		{"comparisons?by=nothing", "by", "unknown"},
		{"comparisons?by=age&by=cabin", "by", "length"},
		{"comparisons?segment=cabin", "segment", "syntax"},
		{"comparisons?segment=cabin%3Droof&against=cabin%3Dfirst", "segment", "unknown"},
		{"comparisons?from=2025-07-01&versus_from=May", "versus_from", "syntax"},
		{"comparisons?from=2025-07-01&versus_from=2025-08-01&versus_to=2025-07-01", "versus_to", "syntax"},
		{"comparisons?from=2025-07-01&versus_to=2025-08-01", "versus_from", "range"},
		{"comparisons?by=age&scan=yes", "scan", "type"},
		{"comparisons?by=age&measure=joy", "measure", "unknown"},
		{"comparisons?by=age&period=day", "period", "unknown"},
		{"trend?by=age", "by", "unknown"},
		{"trend?period=year", "period", "unknown"},
		{"trend?baseline=0", "baseline", "type"},
		{"trend?baseline=1", "baseline", "range"},
		{"trend?event=training", "event", "syntax"},
		{"trend?model=gut", "model", "unknown"},
		{"impact", "after", "required"},
		{"impact?after=July", "after", "syntax"},
		{"impact?after=crew%3Dnew", "after", "unknown"},
		{"impact?after=2025-07-01&treated=cabin", "treated", "syntax"},
		{"impact?after=2025-07-01&after=2025-08-01", "after", "duplicate"},
	} {
		p := s.get(t, "/api/v1/surveys/default/"+tt.path).wants(t, 400, "malformed-query")
		if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, tt.field) || p.Errors[0].Rule != tt.rule || p.Errors[0].Message == "" {
			t.Errorf("%s: %+v", tt.path, p.Errors)
		}
	}
	for _, path := range []string{"comparisons?by=age", "trend", "impact?after=2025-07-01"} {
		s.get(t, "/api/v1/surveys/nothing/"+path).wants(t, 404, "not-found")
	}
}
