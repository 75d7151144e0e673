package api_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"paxscore/api"
	"paxscore/internal/middleware"
	"paxscore/internal/testdb"
)

// description loads the description as a client gets it and checks it against the OpenAPI rules.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	body, err := api.Description()
	if err != nil {
		t.Fatal(err)
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(body)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(loader.Context); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDescriptionIsValid(t *testing.T) { description(t) }

// TestDescriptionAgreesWithTheRoutes finds every route of the engine in the description, and the other way round.
func TestDescriptionAgreesWithTheRoutes(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	described := map[string]bool{}
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			described[method+" "+path] = true
		}
	}
	served := map[string]bool{}
	parameter := regexp.MustCompile(`/:([a-z]+)`)
	for _, r := range s.engine.Routes() {
		served[r.Method+" "+strings.ReplaceAll(parameter.ReplaceAllString(r.Path, "/{$1}"), `\:`, ":")] = true
	}
	if diff := cmp.Diff(described, served); diff != "" {
		t.Errorf("described (-) and served (+) differ:\n%s", diff)
	}
}

// TestDescriptionSaysWhatIsPublic asks every route without a key: what is described as needing one answers 401, with a
// challenge, and nothing else does.
func TestDescriptionSaysWhatIsPublic(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for path, item := range description(t).Paths.Map() {
		for method, operation := range item.Operations() {
			public := false
			if operation.Security != nil {
				for _, way := range *operation.Security {
					public = public || len(way) == 0
				}
			}
			at := strings.NewReplacer("{survey}", "default", "{wave}", "w", "{id}", "01932d5e-7a51-7cc2-9b1f-0d6a4be5a001").Replace(path)
			a := s.do(t, request{method: method, path: at})
			if (a.StatusCode == 401) == public || a.StatusCode >= 500 {
				t.Errorf("%s %s, described as public %t, answers %d without a key", method, path, public, a.StatusCode)
			}
			if public {
				continue
			}
			if !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s %s: no challenge", method, path)
			}
			s.do(t, request{method: method, path: at, key: "pxs_" + strings.Repeat("A", 43)}).wants(t, 401, "bad-key")
		}
	}
}

// TestDescriptionHasExamples finds one for every JSON body; that they fit their schemas is part of being valid.
func TestDescriptionHasExamples(t *testing.T) {
	for path, item := range description(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			media := operation.RequestBody.Value.Content["application/json"]
			if media == nil {
				continue
			}
			if media.Example == nil && len(media.Examples) == 0 {
				t.Errorf("%s %s has no example", method, path)
			}
		}
	}
}

func TestOperation(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	var health struct{ Status, Version string }
	s.do(t, request{method: "GET", path: "/healthz"}).into(t, &health)
	if health.Status != "alive" || health.Version != "1.2.3" {
		t.Errorf("%+v", health)
	}
	s.do(t, request{method: "GET", path: "/readyz"}).wants(t, 200, "")
	a := s.do(t, request{method: "GET", path: "/openapi.json"})
	a.wants(t, 200, "")
	s.do(t, request{method: "GET", path: "/openapi.json", header: http.Header{"If-None-Match": {a.Header.Get("ETag")}}}).wants(t, 304, "")
	a = s.do(t, request{method: "GET", path: "/metrics"})
	if !bytes.Contains(a.body, []byte(`paxscore_http_requests_total{method="GET",route="/openapi.json",status="304"} 1`)) {
		t.Errorf("%.500s", a.body)
	}
	s.get(t, "/api/v1/nothing").wants(t, 404, "no-such-page")
	s.do(t, request{method: "DELETE", path: "/api/v1/surveys/default", key: environmentKey}).wants(t, 405, "method-not-allowed")
}

func TestStoredKeysAreNamedInTheLog(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	bearer, err := s.service.CreateKey(t.Context(), "reporting")
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, request{method: "GET", path: "/api/v1/surveys", key: bearer}).wants(t, 200, "")
	if log := s.log.String(); !strings.Contains(log, "key=reporting") || strings.Contains(log, bearer) {
		t.Errorf("%s", log)
	}
	cookie := http.Header{"Cookie": {middleware.KeyCookie + "=" + bearer}}
	s.do(t, request{method: "GET", path: "/api/v1/surveys", header: cookie}).wants(t, 200, "")
	s.do(t, request{method: "POST", path: "/api/v1/surveys/default/waves", header: cookie, body: object{"key": "w"}}).wants(t, 401, "no-key")
	if err := s.service.Store.RevokeKey(t.Context(), "reporting", s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	s.do(t, request{method: "GET", path: "/api/v1/surveys", key: bearer}).wants(t, 401, "bad-key")
}
