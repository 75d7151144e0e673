package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"paxscore/api"
	"paxscore/internal/middleware"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// environmentKey is the key of the tests' environment.
const environmentKey = "key-from-the-environment"

// clock is a settable clock.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// log is a log that tests read.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// site is the interface on a real database behind a real HTTP server, with a client that holds every request and answer
// against the description.
type site struct {
	url     string
	service *surveys.Service
	engine  *gin.Engine
	clock   *clock
	log     *log
	router  routers.Router
}

// newSite opens the migrated database at a URL, with the default survey published as version 1.
func newSite(t *testing.T, database string) *site {
	t.Helper()
	st, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	s := siteOn(t, surveys.NewService(st), reports.NewLive(st))
	if _, err := s.service.Publish(t.Context(), surveyfile.Default()); err != nil {
		t.Fatal(err)
	}
	return s
}

func siteOn(t *testing.T, service *surveys.Service, live api.Reporter) *site {
	t.Helper()
	s := &site{service: service, clock: &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 123_456_789, time.UTC)}, log: &log{}}
	service.Now = s.clock.Now
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	metrics := middleware.NewMetrics()
	var err error
	if s.engine, err = middleware.NewEngine(middleware.Config{Logger: logger, Metrics: metrics, Timeout: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	err = api.Mount(s.engine, api.Config{
		Service: service, Reports: live, Metrics: metrics, Logger: logger, Version: "1.2.3", EnvKey: environmentKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.engine)
	t.Cleanup(server.Close)
	s.url = server.URL
	if s.router, err = legacy.NewRouter(description(t)); err != nil {
		t.Fatal(err)
	}
	return s
}

// answer is an answer with its body read.
type answer struct {
	*http.Response
	body []byte
}

// request is a request; the zero key is none.
type request struct {
	method, path string
	body         any // string, []byte, io.Reader or what is sent as JSON
	contentType  string
	key          string
	header       http.Header
}

// do sends a request. It fails the test if the answer, or a request that was understood, is not as described, or if an
// error tells internals.
func (s *site) do(t testing.TB, q request) answer {
	t.Helper()
	var body []byte
	var reader io.Reader = http.NoBody
	switch b := q.body.(type) {
	case nil:
	case io.Reader:
		reader = b
	case string:
		body = []byte(b)
	case []byte:
		body = b
	default:
		var err error
		if body, err = json.Marshal(b); err != nil {
			t.Fatal(err)
		}
	}
	if body != nil {
		reader = bytes.NewReader(body)
		if q.contentType == "" {
			q.contentType = "application/json"
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), q.method, s.url+q.path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range q.header {
		r.Header[name] = values
	}
	if q.contentType != "" {
		r.Header.Set("Content-Type", q.contentType)
	}
	if q.key != "" {
		r.Header.Set("Authorization", "Bearer "+q.key)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	a := answer{Response: resp}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatalf("%s %s: read answer: %v", q.method, q.path, err)
	}
	s.check(t, r, body, a)
	return a
}

// check holds a request and its answer against the description.
func (s *site) check(t testing.TB, r *http.Request, body []byte, a answer) {
	t.Helper()
	if a.StatusCode >= 400 {
		for _, word := range []string{"gorm", "sql", "SQL", "pgx", ".go:", "goroutine", "/root", "127.0.0.1", "no such table"} {
			if bytes.Contains(a.body, []byte(word)) {
				t.Errorf("%s %s: the problem tells of %q: %s", r.Method, r.URL.Path, word, a.body)
			}
		}
	}
	sent := r.Clone(t.Context())
	sent.URL.Scheme, sent.URL.Host, sent.Host = "", "", ""
	sent.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := s.router.FindRoute(sent)
	if err != nil {
		if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s %s is not described: %v", r.Method, r.URL.Path, err)
		}
		return
	}
	understood := a.StatusCode < 400 || a.StatusCode == 404 || a.StatusCode == 409 || a.StatusCode == 410 || a.StatusCode == 422
	in := &openapi3filter.RequestValidationInput{
		Request: sent, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
			// text/yaml has no decoder there, and a survey, judgements or operations file that is not of its form is not valid: 422.
			ExcludeRequestBody: strings.HasPrefix(r.Header.Get("Content-Type"), "text/") ||
				a.StatusCode == 422 && (r.URL.Path == "/api/v1/surveys" || strings.HasSuffix(r.URL.Path, "/weights") || strings.HasSuffix(r.URL.Path, "/operations")),
		},
	}
	if understood {
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s %s was answered %d, and is not as described: %v\n%.2000s", r.Method, r.URL, a.StatusCode, err, body)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: a.StatusCode, Header: a.Header, Options: in.Options}
	out.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s %s: the answer %d is not as described: %v\n%.2000s", r.Method, r.URL, a.StatusCode, err, a.body)
	}
}

func (s *site) get(t testing.TB, path string) answer {
	t.Helper()
	return s.do(t, request{method: "GET", path: path, key: environmentKey})
}

func (s *site) post(t testing.TB, path string, body any) answer {
	t.Helper()
	return s.do(t, request{method: "POST", path: path, body: body, key: environmentKey})
}

// submit posts to the default survey as the public does.
func (s *site) submit(t testing.TB, body any) answer {
	t.Helper()
	return s.do(t, request{method: "POST", path: "/api/v1/surveys/default/responses", body: body})
}

// wants fails the test unless the answer has the status and, for an error, the kind of problem, which it returns.
func (a answer) wants(t testing.TB, status int, slug string) middleware.Problem {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("answered %d, want %d: %.2000s", a.StatusCode, status, a.body)
	}
	var p middleware.Problem
	if slug != "" {
		a.into(t, &p)
		if p.Type != middleware.ProblemType+slug || p.RequestID == "" || p.RequestID != a.Header.Get("X-Request-ID") {
			t.Fatalf("the problem is %+v, want %s", p, slug)
		}
	}
	return p
}

func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v: %.500s", err, a.body)
	}
}

// object is a JSON object.
type object map[string]any

// submission is a new response that answers the overall question.
func submission() object {
	return object{"id": uuid.Must(uuid.NewV7()).String(), "answers": object{"overall": 8}}
}

// with returns a copy of the object with a member set.
func (o object) with(key string, v any) object {
	out := object{key: v}
	for k, v := range o {
		if k != key {
			out[k] = v
		}
	}
	return out
}
