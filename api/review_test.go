package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

func TestReviewOfStoredResponses(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		loadStudy(t, s, 1_000)
		a := s.get(t, "/api/v1/surveys/default/review?model=study&worse=delayed%3Dyes&against=trained%3Dno")
		a.wants(t, 200, "")
		d, err := reports.NewLive(s.service.Store).Dataset(t.Context(), "default")
		if err != nil {
			t.Fatal(err)
		}
		want, err := d.Review(reports.ReviewQuery{
			QualityQuery: reports.QualityQuery{Query: reports.Query{Model: "study"}, Fieldwork: reports.Fieldwork{Known: true}},
			Worse:        []reports.Where{{Attribute: "delayed", Values: []string{"yes"}}},
			Against:      []reports.Where{{Attribute: "trained", Values: []string{"no"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(body)+"\n", string(a.body)); diff != "" {
			t.Errorf("store (-) and API (+) differ:\n%s", diff)
		}
		if len(want.Checks) < 20 || want.Passed == 0 {
			t.Errorf("%s", body)
		}
	})
}

func TestBadReviewQuestions(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for _, tt := range []struct{ query, field, rule string }{
		{"by=age", "by", "unknown"},
		{"worse=delayed", "worse", "syntax"},
		{"worse=nothing%3D1", "worse", "unknown"},
		{"against=cabin%3Dcockpit", "against", "unknown"},
		{"versus_from=yesterday", "versus_from", "syntax"},
		{"versus_from=2026-03-02&versus_to=2026-03-01", "versus_to", "syntax"},
		{"declined=x", "declined", "type"},
	} {
		p := s.get(t, "/api/v1/surveys/default/review?"+tt.query).wants(t, 400, "malformed-query")
		if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, tt.field) || p.Errors[0].Rule != tt.rule || p.Errors[0].Message == "" {
			t.Errorf("%s: %+v", tt.query, p.Errors)
		}
	}
	s.get(t, "/api/v1/surveys/nothing/review").wants(t, 404, "not-found")
	s.get(t, "/api/v1/surveys/default/review").wants(t, 200, "") // of no response
}
