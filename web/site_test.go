package web_test

import (
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"paxscore/api"
	"paxscore/internal/middleware"
	"paxscore/internal/study"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
	"paxscore/web"
)

// staffKey opens the scores in tests.
const staffKey = "key-of-the-tests-0123456789"

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// place is a running site on a database of its own with the default survey published.
type place struct {
	URL     string
	Store   *store.Store
	Service *surveys.Service
	Clock   *clock
}

// open starts a site. reporter nil is the real one, fsys nil are the embedded files.
func open(t *testing.T, reporter web.Reporter, fsys fs.FS) *place {
	t.Helper()
	return openOn(t, testdb.SQLite(t), reporter, fsys)
}

// openOn starts a site on the database at a URL.
func openOn(t *testing.T, database string, reporter web.Reporter, fsys fs.FS) *place {
	t.Helper()
	st, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	p := &place{Store: st, Service: surveys.NewService(st), Clock: &clock{now: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}}
	p.Service.Now = p.Clock.Now
	p.publish(t, surveyfile.Default())
	if reporter == nil {
		reporter = reports.NewLive(st)
	}
	logger := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	errorPage := middleware.ErrorPage(web.ErrorPage)
	if fsys != nil {
		if errorPage, err = web.ErrorPageFrom(fsys); err != nil {
			t.Fatal(err)
		}
	}
	engine, err := middleware.NewEngine(middleware.Config{Logger: logger, ErrorPage: errorPage})
	if err != nil {
		t.Fatal(err)
	}
	description, err := api.Description()
	if err != nil {
		t.Fatal(err)
	}
	cfg := web.Config{
		Service: p.Service, Reports: reporter, Auth: middleware.WithEnvironmentKey(p.Service, staffKey),
		OpenAPI: description, Logger: logger, DefaultSurvey: "default",
	}
	if fsys == nil {
		err = web.Mount(engine, cfg)
	} else {
		err = web.MountFrom(engine, cfg, fsys)
	}
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

func (p *place) publish(t *testing.T, s *surveys.Survey) {
	t.Helper()
	if _, err := p.Service.Publish(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}

// publishFile publishes a survey file.
func (p *place) publishFile(t *testing.T, source string) {
	t.Helper()
	s, err := surveyfile.Read("test.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	p.publish(t, s)
}

// responses returns what is stored, oldest first.
func (p *place) responses(t *testing.T, key surveys.SurveyKey) (out []surveys.Response) {
	t.Helper()
	for r, err := range p.Store.ListResponses(t.Context(), surveys.ResponseFilter{Survey: key}) {
		if err != nil {
			t.Fatal(err)
		}
		c := *r
		c.Ratings = append([]byte(nil), r.Ratings...)
		c.Attributes = append([]string(nil), r.Attributes...)
		out = append(out, c)
	}
	return out
}

// answer is what came back over HTTP.
type answer struct {
	Status int
	Header http.Header
	Body   string
	URL    *url.URL
}

// visitor is a browser without a screen: it keeps cookies and does not follow redirects unless told.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
	Header http.Header
}

func (p *place) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: p.URL, Header: http.Header{"Accept": {"text/html,application/xhtml+xml"}}, client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (v *visitor) do(method, path string, form url.Values) answer {
	v.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header = v.Header.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(b), resp.Request.URL}
}

func (v *visitor) get(path string) answer { v.t.Helper(); return v.do(http.MethodGet, path, nil) }

func (v *visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, form)
}

func (v *visitor) signIn() {
	v.t.Helper()
	if a := v.post("/sign-in", url.Values{"key": {staffKey}}); a.Status != http.StatusSeeOther {
		v.t.Fatalf("sign in: status %d", a.Status)
	}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hidden returns the hidden fields of a form.
func (a answer) hidden() url.Values {
	out := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(a.Body, -1) {
		out.Add(m[1], html.UnescapeString(m[2]))
	}
	return out
}

func (a answer) mustHave(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
}

func (a answer) mustLack(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			t.Errorf("the page has %q", text)
		}
	}
}

// loadStudy stores the simulated reference study.
func (p *place) loadStudy(t *testing.T) {
	t.Helper()
	survey, err := p.Store.FindSurvey(t.Context(), "default", 0)
	if err != nil {
		t.Fatal(err)
	}
	var batch []*surveys.Response
	for r, err := range study.Responses(survey, 10000, 42) {
		if err != nil {
			t.Fatal(err)
		}
		r.ReceivedAt = p.Clock.Now()
		batch = append(batch, r)
	}
	if n, err := p.Store.ImportResponses(t.Context(), batch); err != nil || n != 10300 {
		t.Fatalf("imported %d responses: %v", n, err)
	}
}
