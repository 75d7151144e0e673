package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/uuid"

	"paxscore/api"
	"paxscore/internal/testdb"
)

const bulkPath = "/api/v1/surveys/default/responses:bulk"

// bulk sends lines and returns the answers, each held against the description.
func (s *site) bulk(t *testing.T, lines ...string) []api.BulkAnswer {
	t.Helper()
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.FileBodyDecoder)
	a := s.do(t, request{method: "POST", path: bulkPath, body: strings.Join(lines, "\n"), contentType: "application/x-ndjson", key: environmentKey})
	a.wants(t, 200, "")
	schema := description(t).Components.Schemas["BulkAnswer"].Value
	var out []api.BulkAnswer
	for line := range bytes.Lines(a.body) {
		var v any
		var b api.BulkAnswer
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if err := schema.VisitJSON(v); err != nil {
			t.Errorf("not as described: %v\n%s", err, line)
		}
		if err := json.Unmarshal(line, &b); err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBulk(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		before := submission()
		s.submit(t, before).wants(t, 201, "")
		var made struct{ Invitations []struct{ Token string } }
		s.post(t, "/api/v1/surveys/default/invitations", object{"invitations": []object{{}}}).into(t, &made)
		token := made.Invitations[0].Token
		fresh := submission()
		unknownToken := submission().with("token", strings.Repeat("0", 26))
		cases := []struct {
			line, status, slug, field string
		}{
			{text(t, fresh), "created", "", ""},
			{text(t, before), "repeat", "", ""},
			{text(t, before.with("seconds", 9)), "conflict", "id-used", ""},
			{"", "", "", ""},
			{`{"id": oops}`, "invalid", "malformed-body", "id"},
			{text(t, submission().with("answers", object{"overall": 11})), "invalid", "not-valid", "answers.overall"},
			{"  \t\r", "", "", ""},
			{text(t, fresh), "repeat", "", ""},
			{text(t, fresh.with("seconds", 9)), "conflict", "id-used", ""},
			{text(t, submission().with("answers", object{"overall": 8, "comment": strings.Repeat("x", 64<<10)})), "invalid", "body-too-large", ""},
			{strings.Repeat("y", 300<<10), "invalid", "body-too-large", ""},
			{"\xff\xfe", "invalid", "malformed-body", ""},
			{text(t, submission().with("token", token).with("respondent", "P-1").with("answers", object{"overall": 8, "catering": "NA", "comment": "NA"})), "created", "", ""},
			{text(t, submission().with("token", token)), "conflict", "token-used", ""},
			{text(t, unknownToken), "refused", "not-found", ""},
			{text(t, submission().with("version", 99)), "refused", "not-found", ""},
			{text(t, submission().with("mode", "telephone")) + "\r", "created", "", ""},
		}
		var lines []string
		for _, c := range cases {
			lines = append(lines, c.line)
		}
		answers := s.bulk(t, lines...)
		for i, c := range cases {
			if c.status == "" {
				continue
			}
			a := answers[0]
			answers = answers[1:]
			ok := a.Line == i+1 && a.Status == c.status && (a.Receipt != nil) == (c.slug == "") && strings.HasSuffix(a.Type, c.slug)
			if ok && c.field != "" {
				ok = len(a.Errors) > 0 && a.Errors[0].Field == c.field
			}
			if !ok {
				t.Errorf("line %d: %+v, want %+v", i+1, a, c)
			}
		}
		if len(answers) != 0 {
			t.Errorf("more answers than lines: %+v", answers)
		}
		if n := countResponses(t, s); n != 4 {
			t.Errorf("%d responses are stored, want 4", n)
		}
		for range 50 { // on one connection, which each leaves as it found it
			if got := s.bulk(t); got != nil {
				t.Errorf("an empty body is answered %+v", got)
			}
		}
	})
}

func TestBulkRefused(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	q := request{method: "POST", path: bulkPath, body: text(t, submission()), contentType: "application/x-ndjson"}
	s.do(t, q).wants(t, 401, "no-key")
	q.key = environmentKey
	q.path = "/api/v1/surveys/nothing/responses:bulk"
	s.do(t, q).wants(t, 404, "not-found")
	q.path, q.contentType = bulkPath, "application/json"
	s.do(t, q).wants(t, 415, "unsupported-media-type")
	for _, path := range []string{"responses:other", "responsesbulk", "responses:bulk2"} {
		q.path = "/api/v1/surveys/default/" + path
		s.do(t, q).wants(t, 404, "no-such-page")
	}
	if n := countResponses(t, s); n != 0 {
		t.Errorf("%d responses are stored", n)
	}
}

// manyLines is a body of n submissions, made as it is read.
type manyLines struct {
	n       int
	pending []byte
	sent    atomic.Int64
}

func (m *manyLines) Read(p []byte) (int, error) {
	if len(m.pending) == 0 {
		if m.n == 0 {
			return 0, io.EOF
		}
		m.n--
		m.sent.Add(1)
		m.pending = fmt.Appendf(nil, `{"id":%q,"answers":{"overall":%d,"comment":%q}}`+"\n", uuid.Must(uuid.NewV7()), m.n%11, strings.Repeat("z", 300))
	}
	n := copy(p, m.pending)
	m.pending = m.pending[n:]
	return n, nil
}

func (s *site) startBulk(t *testing.T, body io.Reader) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.url+bulkPath, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+environmentKey)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// TestBulkInBoundedMemory sends 100,000 lines, 40 MB, and looks at the heap while they are answered.
func TestBulkInBoundedMemory(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	const n = 100_000
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	resp := s.startBulk(t, &manyLines{n: n})
	defer resp.Body.Close()
	answers := bufio.NewScanner(resp.Body)
	line, grown := 0, uint64(0)
	for answers.Scan() {
		line++
		if want := fmt.Sprintf(`{"line":%d,"status":"created"`, line); !strings.HasPrefix(answers.Text(), want) {
			t.Fatalf("answer %d is %s", line, answers.Text())
		}
		if line%10_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			grown = max(grown, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
	}
	if err := answers.Err(); err != nil || line != n {
		t.Fatalf("%d answers, %v", line, err)
	}
	if grown > 24<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
	if got := countResponses(t, s); got != n {
		t.Errorf("%d responses are stored", got)
	}
}

// TestBulkClientGone: what was answered is stored, the server reads no further, and its goroutines end.
func TestBulkClientGone(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	s.submit(t, submission()).wants(t, 201, "")
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	body := &manyLines{n: 1 << 40}
	resp := s.startBulk(t, body)
	answers := bufio.NewScanner(resp.Body)
	for range 1000 {
		if !answers.Scan() {
			t.Fatal(answers.Err())
		}
	}
	resp.Body.Close() // in HTTP/1 this ends the connection
	deadline := time.Now().Add(20 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines before, %d now", before, n)
	}
	if n := countResponses(t, s); n < 1001 || n > int(body.sent.Load())+1 {
		t.Errorf("%d responses are stored, %d sent", n, body.sent.Load())
	}
}

// TestBulkBrokenOff ends the sending in the middle of a line, and goes on listening.
func TestBulkBrokenOff(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	whole, half := text(t, submission())+"\n", text(t, submission())
	sent := whole + half[:len(half)/2]
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n",
		bulkPath, environmentKey, len(sent), sent)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	heard, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if created := bytes.Contains(heard, []byte(`{"line":1,"status":"created"`)); created != (countResponses(t, s) == 1) {
		t.Errorf("%d responses are stored; heard %s", countResponses(t, s), heard)
	}
	if bytes.Contains(heard, []byte(`{"line":2,"status":"`)) && !bytes.Contains(heard, []byte(`{"line":2,"status":"stopped"`)) {
		t.Errorf("half a line is answered: %s", heard)
	}
}

func TestBulkDatabaseAway(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	s := newSite(t, proxy.URL())
	line := text(t, submission())
	proxy.CutAnswer("COMMIT")
	if a := s.bulk(t, line); len(a) != 1 || a[0].Status != "unavailable" || !strings.HasSuffix(a[0].Type, ":unavailable") {
		t.Errorf("%+v", a)
	}
	proxy.Resume()
	if a := s.bulk(t, line); len(a) != 1 || a[0].Status != "repeat" {
		t.Errorf("sent again: %+v", a)
	}
}
