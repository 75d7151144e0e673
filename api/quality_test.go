package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys"
)

func TestQualityOfStoredResponses(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		loadStudy(t, s, 1_000)
		var q reports.Quality
		s.get(t, "/api/v1/surveys/default/quality?model=study").into(t, &q)
		if q.ResponseRates != nil || !strings.Contains(strings.Join(q.Warnings, "\n"), "no invitation to count") {
			t.Errorf("rates %+v, warnings %q", q.ResponseRates, q.Warnings)
		}
		if q.ModelVersion != "study@1" || q.Responses.Read != 1030 || *q.Screening[1].Excluded != 12 || q.Channel != "channel" {
			t.Errorf("%s, %+v, %+v", q.ModelVersion, q.Responses, q.Screening[1])
		}
		d, err := reports.NewLive(s.service.Store).Dataset(t.Context(), "default")
		if err != nil {
			t.Fatal(err)
		}
		want, err := d.Quality(reports.QualityQuery{Query: reports.Query{Model: "study"}, Fieldwork: reports.Fieldwork{Known: true}})
		if err != nil {
			t.Fatal(err)
		}
		a := s.get(t, "/api/v1/surveys/default/quality?model=study")
		body, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(body)+"\n", string(a.body)); diff != "" {
			t.Errorf("store (-) and API (+) differ:\n%s", diff)
		}
		again := s.do(t, request{method: "GET", path: "/api/v1/surveys/default/quality?model=study", key: environmentKey, header: http.Header{"If-None-Match": {a.Header.Get("ETag")}}})
		again.wants(t, 304, "")
	})
}

func TestResponseRatesOfStoredInvitations(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		tokens, err := s.service.Invite(t.Context(), make20(s.clock.Now().Add(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range tokens[:12] {
			s.submit(t, submission().with("token", string(token))).wants(t, 201, "")
		}
		s.clock.Add(2 * time.Hour)
		var q reports.Quality
		s.get(t, "/api/v1/surveys/default/quality?declined=3&undelivered=1").into(t, &q)
		r := q.ResponseRates
		if r == nil || r.Invited != 20 || r.Used != 12 || r.Expired != 8 || r.Open != 0 || r.Unknown != 5 || r.Undelivered != 1 || r.BreakOffs != 12 {
			t.Fatalf("%+v, warnings %q", r, q.Warnings)
		}
		// Rating the overall item alone is a break-off: nobody was interviewed.
		if r.RR1 != 0 || r.RR6 != 0 {
			t.Errorf("%+v", r)
		}
		p := s.get(t, "/api/v1/surveys/default/quality?declined=9").wants(t, 400, "malformed-query")
		if p.Errors[0].Rule != "range" {
			t.Errorf("%+v", p.Errors)
		}
	})
}

// make20 are twenty invitations to the default survey.
func make20(expires time.Time) []surveys.Invitation {
	out := make([]surveys.Invitation, 20)
	for i := range out {
		out[i] = surveys.Invitation{Survey: "default", ExpiresAt: expires}
	}
	return out
}

func TestBadQualityQuestions(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for _, tt := range []struct{ query, field, rule string }{
		{"by=age", "by", "unknown"},
		{"channel=nothing", "channel", "unknown"},
		{"model=nothing", "model", "unknown"},
		{"declined=-1", "declined", "type"},
		{"undelivered=many", "undelivered", "type"},
		{"ineligible=1&ineligible=2", "ineligible", "duplicate"},
		{"where=nothing%3D1", "where", "unknown"},
	} {
		p := s.get(t, "/api/v1/surveys/default/quality?"+tt.query).wants(t, 400, "malformed-query")
		if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, tt.field) || p.Errors[0].Rule != tt.rule || p.Errors[0].Message == "" {
			t.Errorf("%s: %+v", tt.query, p.Errors)
		}
	}
	s.get(t, "/api/v1/surveys/nothing/quality").wants(t, 404, "not-found")
	s.get(t, "/api/v1/surveys/default/quality").wants(t, 200, "") // of no response
}
