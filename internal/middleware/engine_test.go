package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// engine returns an engine with its log, a line of JSON for each record.
func engine(t *testing.T, cfg middleware.Config) (*gin.Engine, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	cfg.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	e, err := middleware.NewEngine(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e, &log
}

func do(e http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func problem(t *testing.T, w *httptest.ResponseRecorder) middleware.Problem {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("content type %q, body %s", got, w.Body)
	}
	var p middleware.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if p.Status != w.Code {
		t.Errorf("status %d in the problem, %d in the answer", p.Status, w.Code)
	}
	return p
}

func TestRequestID(t *testing.T) {
	e, _ := engine(t, middleware.Config{})
	var seen string
	e.GET("/", func(c *gin.Context) { seen = middleware.RequestID(c.Request.Context()) })
	tests := []struct {
		name, in string
		kept     bool
	}{
		{"sane", "abc-DEF_1.2", true},
		{"none", "", false},
		{"too long", strings.Repeat("a", 65), false},
		{"a line break would forge a log line", "a\nb", false},
		{"markup", "<b>", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header[http.CanonicalHeaderKey(middleware.RequestIDHeader)] = []string{tt.in}
			got := do(e, r).Header().Get("X-Request-Id")
			if got == "" || got != seen || (got == tt.in) != tt.kept {
				t.Errorf("answered %q, handler saw %q", got, seen)
			}
		})
	}
}

func TestAccessLogTellsTheRouteAndNoSecrets(t *testing.T) {
	e, log := engine(t, middleware.Config{})
	e.POST("/s/:token", func(c *gin.Context) { c.String(201, "hello") })
	r := httptest.NewRequest("POST", "/s/SECRETTOKEN?q=SECRETQUERY", strings.NewReader("SECRETBODY"))
	r.Header.Set("Authorization", "Bearer SECRETKEY")
	r.Header.Set("X-Request-ID", "id-1")
	do(e, r)
	if strings.Contains(log.String(), "SECRET") {
		t.Errorf("the log tells: %s", log)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"method": "POST", "route": "/s/:token", "status": 201.0, "bytes": 5.0, "request_id": "id-1", "level": "INFO",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	if _, ok := line["duration"]; !ok {
		t.Error("no duration")
	}
}

func TestPanicIsLoggedAndNotTold(t *testing.T) {
	e, log := engine(t, middleware.Config{})
	e.GET("/api/v1/x", func(c *gin.Context) { panic("SECRET cause") })
	w := do(e, httptest.NewRequest("GET", "/api/v1/x", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "SECRET") || strings.Contains(w.Body.String(), ".go") {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	p := problem(t, w)
	if p.RequestID == "" || !strings.Contains(log.String(), p.RequestID) || !strings.Contains(log.String(), "SECRET cause") || !strings.Contains(log.String(), "engine_test.go") {
		t.Errorf("the log has not the id, cause and stack: %s", log)
	}
}

func TestPanicAfterTheFirstByteCutsTheConnection(t *testing.T) {
	e, log := engine(t, middleware.Config{})
	e.GET("/x", func(c *gin.Context) {
		c.String(200, "half")
		c.Writer.Flush()
		panic("late")
	})
	server := httptest.NewServer(e)
	defer server.Close()
	resp, err := http.Get(server.URL + "/x")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("read %q to its end", body)
	}
	server.Close()
	if !strings.Contains(log.String(), `"aborted":true`) {
		t.Errorf("the log says nothing: %s", log)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	e, _ := engine(t, middleware.Config{})
	e.GET("/api/v1/x", func(c *gin.Context) {})
	e.POST("/api/v1/x", func(c *gin.Context) {})
	w := do(e, httptest.NewRequest("GET", "/api/v1/nothing", nil))
	if p := problem(t, w); p.Status != 404 || p.Type != "urn:paxscore:problem:no-such-page" {
		t.Errorf("%+v", p)
	}
	w = do(e, httptest.NewRequest("DELETE", "/api/v1/x", nil))
	if p := problem(t, w); p.Status != 405 || w.Header().Get("Allow") != "GET, HEAD, POST" || p.Detail != "This address takes GET, HEAD or POST." {
		t.Errorf("%+v, Allow %q", p, w.Header().Get("Allow"))
	}
	if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Content-Security-Policy") == "" {
		t.Error("no security headers")
	}
}

func TestErrorPageIsForPeopleOutsideTheAPI(t *testing.T) {
	e, _ := engine(t, middleware.Config{ErrorPage: func(c *gin.Context, p *middleware.Problem) {
		c.Data(p.Status, "text/html", []byte("<p>"+p.Title))
	}})
	tests := []struct {
		path, accept, want string
	}{
		{"/s/nothing", "text/html,*/*", "text/html"},
		{"/s/nothing", "application/json", "application/problem+json"},
		{"/s/nothing", "", "application/problem+json"},
		{"/api/v1/nothing", "text/html,*/*", "application/problem+json"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", tt.path, nil)
		r.Header.Set("Accept", tt.accept)
		if w := do(e, r); w.Code != 404 || w.Header().Get("Content-Type") != tt.want {
			t.Errorf("%+v: %d %s", tt, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

func TestBodyLimit(t *testing.T) {
	e, _ := engine(t, middleware.Config{BodyLimit: 10})
	read := func(c *gin.Context) {
		body, err := middleware.ReadBody(c)
		if err != nil {
			middleware.Fail(c, err)
			return
		}
		c.String(200, "%d", len(body))
	}
	e.POST("/default", read)
	e.POST("/less", middleware.BodyLimit(5), read)
	e.POST("/more", middleware.BodyLimit(20), read)
	for path, limit := range map[string]int{"/default": 10, "/less": 5, "/more": 20} {
		for _, announced := range []bool{true, false} {
			for n, want := range map[int]int{0: 200, limit: 200, limit + 1: 413} {
				r := httptest.NewRequest("POST", path, strings.NewReader(strings.Repeat("x", n)))
				if !announced {
					r.ContentLength = -1
				}
				if w := do(e, r); w.Code != want {
					t.Errorf("%s with %d bytes, announced %t: %d", path, n, announced, w.Code)
				} else if want == 413 && problem(t, w).Detail != fmt.Sprintf("The body of this request may have at most %d bytes.", limit) {
					t.Errorf("%s", w.Body)
				}
			}
		}
	}
}

func TestTimeoutOfTheRouteHolds(t *testing.T) {
	e, _ := engine(t, middleware.Config{Timeout: time.Hour})
	wait := func(c *gin.Context) {
		<-c.Request.Context().Done()
		middleware.Fail(c, fmt.Errorf("ask: %w", c.Request.Context().Err()))
	}
	e.GET("/short", middleware.Timeout(time.Millisecond), wait)
	e.GET("/long", middleware.Timeout(2*time.Hour), func(c *gin.Context) {
		at, _ := c.Request.Context().Deadline()
		if left := time.Until(at); left < 90*time.Minute {
			t.Errorf("%v left", left)
		}
	})
	w := do(e, httptest.NewRequest("GET", "/short", nil))
	if p := problem(t, w); p.Status != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	do(e, httptest.NewRequest("GET", "/long", nil))
}

func TestClientThatLeft(t *testing.T) {
	e, log := engine(t, middleware.Config{})
	e.GET("/x", func(c *gin.Context) { middleware.Fail(c, fmt.Errorf("ask: %w", c.Request.Context().Err())) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	do(e, httptest.NewRequest("GET", "/x", nil).WithContext(ctx))
	if !strings.Contains(log.String(), `"status":499`) || !strings.Contains(log.String(), `"level":"INFO"`) {
		t.Errorf("%s", log)
	}
}

func TestMetrics(t *testing.T) {
	m := middleware.NewMetrics()
	e, _ := engine(t, middleware.Config{Metrics: m})
	e.GET("/s/:token", func(c *gin.Context) {})
	e.GET("/metrics", gin.WrapH(m.Handler()))
	do(e, httptest.NewRequest("GET", "/s/one", nil))
	do(e, httptest.NewRequest("GET", "/s/two", nil))
	do(e, httptest.NewRequest("INVENTED", "/nothing", nil))
	text := do(e, httptest.NewRequest("GET", "/metrics", nil)).Body.String()
	for _, want := range []string{
		`paxscore_http_requests_total{method="GET",route="/s/:token",status="200"} 2`,
		`paxscore_http_requests_total{method="other",route="none",status="404"} 1`,
		`paxscore_http_request_duration_seconds_count{method="GET",route="/s/:token"} 2`,
		`paxscore_http_requests_in_flight 1`, // the question itself
		`go_goroutines`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestProblemForTellsNoInternals(t *testing.T) {
	invalid := &surveys.InvalidError{Input: "response", Fields: []surveys.FieldError{{Field: "a", Rule: "range", Message: "m", Line: 3, Column: 4}}}
	tests := []struct {
		err    error
		status int
		slug   string
	}{
		{surveys.ErrNotFound, 404, "not-found"},
		{surveys.ErrConflict, 409, "id-used"},
		{surveys.ErrTokenUsed, 409, "token-used"},
		{surveys.ErrExists, 409, "exists"},
		{surveys.ErrTokenExpired, 410, "token-expired"},
		{surveys.ErrWaveClosed, 410, "wave-closed"},
		{surveys.ErrUnavailable, 503, "unavailable"},
		{context.DeadlineExceeded, 503, "unavailable"},
		{invalid, 422, "not-valid"},
		{middleware.ErrNoKey, 401, "no-key"},
		{middleware.ErrBadKey, 401, "bad-key"},
		{errors.New("other"), 500, "internal"},
	}
	for _, tt := range tests {
		p := middleware.ProblemFor(fmt.Errorf("select from secret_table: %w", tt.err))
		if p.Status != tt.status || p.Type != middleware.ProblemType+tt.slug || p.Title == "" {
			t.Errorf("%v: %+v", tt.err, p)
		}
		body, _ := json.Marshal(p)
		if strings.Contains(string(body), "secret") {
			t.Errorf("%v: %s", tt.err, body)
		}
	}
	want := middleware.FieldProblem{Field: "a", Rule: "range", Message: "m", Line: 3, Column: 4}
	if p := middleware.ProblemFor(invalid); len(p.Errors) != 1 || p.Errors[0] != want {
		t.Errorf("%+v", p.Errors)
	}
}

func TestUnknownProxyIsAnError(t *testing.T) {
	if _, err := middleware.NewEngine(middleware.Config{TrustedProxies: []string{"nowhere"}}); err == nil {
		t.Error("no error")
	}
}
