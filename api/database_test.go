package api_test

import (
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

func TestDatabaseAway(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	s := newSite(t, proxy.URL())
	sub := submission()
	s.submit(t, sub).wants(t, 201, "")
	ready := request{method: "GET", path: "/readyz"}
	s.do(t, ready).wants(t, 200, "")

	proxy.Refuse()
	late := submission()
	if retry := s.submit(t, late); retry.wants(t, 503, "unavailable").Detail == "" || retry.Header.Get("Retry-After") == "" {
		t.Errorf("%s", retry.body)
	}
	s.do(t, ready).wants(t, 503, "not-ready")
	s.do(t, request{method: "GET", path: "/healthz"}).wants(t, 200, "")
	s.get(t, "/api/v1/surveys").wants(t, 503, "unavailable")
	s.get(t, "/api/v1/surveys/default/scores").wants(t, 503, "unavailable")
	s.get(t, "/api/v1/surveys/default/responses.csv").wants(t, 503, "unavailable")

	proxy.Resume()
	s.do(t, ready).wants(t, 200, "")
	s.submit(t, late).wants(t, 201, "")
	s.submit(t, sub).wants(t, 200, "")

	// The commit arrives and its answer is lost: the client repeats and gets its receipt, nothing is stored twice.
	lost := submission()
	proxy.CutAnswer("COMMIT")
	first := s.submit(t, lost)
	proxy.Resume()
	again := s.submit(t, lost)
	if first.StatusCode != 503 || again.StatusCode != 200 {
		t.Errorf("answered %d, then %d", first.StatusCode, again.StatusCode)
	}

	// A database that takes connections and answers nothing costs a request its time, not for ever.
	proxy.Hang()
	s.do(t, ready).wants(t, 503, "not-ready")
	proxy.Resume()
	s.submit(t, submission()).wants(t, 201, "")
	if log := s.log.String(); !strings.Contains(log, "level=ERROR") {
		t.Errorf("the log says nothing: %s", log)
	}
	if n := countResponses(t, s); n != 4 {
		t.Errorf("%d responses are stored, want 4", n)
	}
}

func countResponses(t *testing.T, s *site) (n int) {
	t.Helper()
	for _, err := range s.service.Store.ListResponses(t.Context(), surveys.ResponseFilter{Survey: "default"}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}
