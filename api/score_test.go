package api_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"paxscore/internal/study"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys"
)

// loadStudy stores the simulated study of n questionnaires.
func loadStudy(t *testing.T, s *site, n int) {
	t.Helper()
	v, err := s.service.Store.FindSurvey(t.Context(), "default", 0)
	if err != nil {
		t.Fatal(err)
	}
	var batch []*surveys.Response
	flush := func() {
		if _, err := s.service.Store.ImportResponses(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		batch = batch[:0]
	}
	for r, err := range study.Responses(v, n, 42) {
		if err != nil {
			t.Fatal(err)
		}
		r.ReceivedAt = s.clock.Now()
		if batch = append(batch, r); len(batch) == 2000 {
			flush()
		}
	}
	flush()
}

func TestScoresOfTheStudy(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		loadStudy(t, s, 10_000)
		var r reports.Report
		s.get(t, "/api/v1/surveys/default/scores?model=study&by=age&by=cabin,route").into(t, &r)
		want := reports.Responses{Read: 10_300, Valid: 10_000, Duplicates: 120, Careless: 120, BreakOffs: 60}
		got := r.Responses
		got.FlaggedKept, got.MedianSeconds = 0, 0
		if got != want {
			t.Errorf("responses %+v, want %+v", got, want)
		}
		// ref_study, from R.
		near := func(name string, got reports.Number, want, by float64) {
			if math.Abs(float64(got)-want) > by {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		near("index", r.Overall.Estimate, 75.054, .0005)
		near("its standard error", r.Overall.SE, .128, .0005)
		near("overall item", r.OverallItem.Mean, 7.5013, 1e-9)
		near("nps", r.Recommend.NPS, 21.77, 1e-9)
		for i, want := range []float64{79.14, 71.67, 68.56, 78.14, 73.41} {
			near(r.Dimensions[i].Key, r.Dimensions[i].Estimate.Estimate, want, .005)
		}
		for i, want := range []float64{7.462, 7.510, 7.483, 7.503, 7.582} {
			near(fmt.Sprint(r.Segments[i].By), r.Segments[i].OverallItem.Mean, want, .0005)
		}
	})
}

func TestScoresAreAskedAgain(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	loadStudy(t, s, 200)
	const path = "/api/v1/surveys/default/scores"
	ask := func(query, tag string) answer {
		return s.do(t, request{method: "GET", path: path + query, key: environmentKey, header: http.Header{"If-None-Match": {tag}}})
	}
	first := s.get(t, path)
	tag := first.Header.Get("ETag")
	if again := ask("", tag); again.StatusCode != 304 || len(again.body) != 0 || again.Header.Get("ETag") != tag {
		t.Errorf("answered %d %s", again.StatusCode, again.body)
	}
	ask("", `"other", W/`+tag).wants(t, 304, "")
	ask("?by=cabin", tag).wants(t, 200, "")
	s.submit(t, submission()).wants(t, 201, "")
	if next := ask("", tag); next.StatusCode != 200 || next.Header.Get("ETag") == tag {
		t.Errorf("answered %d after a new response", next.StatusCode)
	}
	if cache := first.Header.Get("Cache-Control"); !strings.Contains(cache, "private") || !strings.Contains(strings.Join(first.Header.Values("Vary"), ","), "Authorization") {
		t.Errorf("Cache-Control %q, Vary %v", cache, first.Header.Values("Vary"))
	}
	for accept, want := range map[string]int{
		"": 200, "*/*": 200, "application/*;q=0.1": 200, "text/html, */*;q=0.1": 200, "application/json": 200,
		"text/html": 406, "application/json;q=0, */*": 406, "text/csv": 406, "not a type": 406,
	} {
		a := s.do(t, request{method: "GET", path: path, key: environmentKey, header: http.Header{"Accept": {accept}}})
		if a.StatusCode != want {
			t.Errorf("Accept %q: %d, want %d", accept, a.StatusCode, want)
		}
	}
}

func TestScoresOfNothing(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	a := s.get(t, "/api/v1/surveys/default/scores?by=cabin")
	a.wants(t, 200, "")
	var r reports.Report
	a.into(t, &r)
	if r.Responses.Read != 0 || r.Overall.Estimate.Valid() {
		t.Errorf("%+v", r.Overall)
	}
}

func TestBadQuestions(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	tests := []struct{ query, field, rule string }{
		{"colour=red", "colour", "unknown"},
		{"By=age", "By", "unknown"},
		{"token=x&by=age", "token", "unknown"},
		{"model=nothing", "model", ""},
		{"model=equal&model=study", "model", "duplicate"},
		{"by=nothing", "by", ""},
		{"by=", "by", ""},
		{"by=age,nothing", "by", ""},
		{"where=age", "where", "syntax"},
		{"where=nothing%3D1", "where", ""},
		{"where=cabin%3Dcockpit", "where", ""},
		{"from=yesterday", "from", "syntax"},
		{"to=2026-02-30", "to", "syntax"},
		{"from=2026-03-02&to=2026-03-01", "to", "syntax"},
		{"unweighted=yes", "unweighted", "type"},
		{"all_rows=1", "all_rows", "type"},
		{"a=%zz", "", "syntax"},
		{"a=1;b=2", "", "syntax"},
	}
	for _, path := range []string{"scores", "report.xlsx", "responses.csv", "responses.xlsx"} {
		for _, tt := range tests {
			p := s.get(t, "/api/v1/surveys/default/"+path+"?"+tt.query).wants(t, 400, "malformed-query")
			if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, tt.field) || tt.rule != "" && p.Errors[0].Rule != tt.rule || p.Errors[0].Message == "" {
				t.Errorf("%s?%s: %+v", path, tt.query, p.Errors)
			}
		}
		s.get(t, "/api/v1/surveys/nothing/"+path).wants(t, 404, "not-found")
	}
	// Long questions are answered or refused, never with 500.
	if a := s.get(t, "/api/v1/surveys/default/scores?"+strings.Repeat("by=age&", 200)+"by=cabin"); a.StatusCode != 400 {
		t.Errorf("%d", a.StatusCode)
	}
}
