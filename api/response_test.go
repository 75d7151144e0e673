package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"paxscore/internal/middleware"
	"paxscore/internal/testdb"
	"paxscore/surveys"
)

func TestSubmitAndRepeat(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		sub := object{
			"id": uuid.Must(uuid.NewV7()).String(), "version": 1, "mode": "kiosk", "language": "es", "seconds": 74.5,
			"submitted_at": "2026-03-04T06:00:00+02:00",
			"answers": object{
				"overall": 8, "recommend": 9.0, "crew_attitude": 0, "catering": "NA", "entertainment": nil, "comment": "NA",
			},
			"attributes": object{"cabin": "business", "flight": "120", "age": nil},
		}
		first := s.submit(t, sub)
		first.wants(t, http.StatusCreated, "")
		s.clock.Add(time.Hour)
		for range 2 {
			again := s.submit(t, sub)
			again.wants(t, http.StatusOK, "")
			if diff := cmp.Diff(string(first.body), string(again.body)); diff != "" {
				t.Errorf("the receipt of the repeat differs: %s", diff)
			}
		}
		s.submit(t, sub.with("seconds", 75)).wants(t, http.StatusConflict, "id-used")

		var stored []surveys.Response
		for r, err := range s.service.Store.ListResponses(t.Context(), surveys.ResponseFilter{Survey: "default"}) {
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, *r)
		}
		if len(stored) != 1 {
			t.Fatalf("%d responses are stored", len(stored))
		}
		r := stored[0]
		want := time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)
		if r.Mode != surveys.ModeKiosk || r.Language != "es" || r.Seconds != 74.5 || !r.SubmittedAt.Equal(want) || r.Comments["comment"] != "NA" {
			t.Errorf("stored %+v", r)
		}
	})
}

func TestConcurrentSubmissionsOfOneID(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		// Half of the clients say one thing under the id and half another.
		id := uuid.Must(uuid.NewV7()).String()
		const clients = 16
		var answers [clients]answer
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				answers[i] = s.submit(t, object{"id": id, "answers": object{"overall": 1 + i%2}})
			})
		}
		wg.Wait()
		count := map[int]int{}
		receipts := map[string]bool{}
		for _, a := range answers {
			count[a.StatusCode]++
			if a.StatusCode < 300 {
				receipts[string(a.body)] = true
			}
		}
		if want := map[int]int{201: 1, 200: clients/2 - 1, 409: clients / 2}; !cmp.Equal(count, want) || len(receipts) != 1 {
			t.Errorf("answers %v, want %v; receipts %v", count, want, receipts)
		}
	})
}

func TestPublicMayNotClaim(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	for field, value := range map[string]string{"respondent": "P-1", "mode": "interview"} {
		sub := submission().with(field, value)
		p := s.submit(t, sub).wants(t, 401, "no-key")
		if len(p.Errors) != 1 || p.Errors[0].Field != field {
			t.Errorf("%+v", p.Errors)
		}
		s.post(t, "/api/v1/surveys/default/responses", sub).wants(t, 201, "")
	}
	s.do(t, request{method: "POST", path: "/api/v1/surveys/default/responses", body: submission(), key: "wrong"}).wants(t, 401, "bad-key")
	// A browser's cookie counts for nothing here: another site could send the form.
	s.do(t, request{
		method: "POST", path: "/api/v1/surveys/default/responses", body: submission().with("mode", "telephone"),
		header: http.Header{"Cookie": {middleware.KeyCookie + "=" + environmentKey}},
	}).wants(t, 401, "no-key")
}

func TestBadSubmissions(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	const id = `"id":"01932d5e-7a51-7cc2-9b1f-0d6a4be5a001"`
	tests := []struct {
		name, body         string
		status             int
		slug, field, rule  string
		line, column, more int // place; problems beside the first
	}{
		{name: "empty", body: "", status: 400, slug: "malformed-body", rule: "required"},
		{name: "blank", body: " \n", status: 400, slug: "malformed-body", rule: "required"},
		{name: "not JSON", body: `{"id": oops}`, status: 400, slug: "malformed-body", field: "id", rule: "syntax", line: 1, column: 8},
		{name: "cut off", body: `{` + id + `,"answers":{"overall"`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "syntax"},
		{name: "comma too many", body: "{" + id + ",\n\"answers\":{\"overall\":7,}}", status: 400, slug: "malformed-body", field: "answers", rule: "syntax", line: 2, column: 24},
		{name: "single quotes", body: `{'id':1}`, status: 400, slug: "malformed-body", rule: "syntax"},
		{name: "trailing value", body: `{` + id + `,"answers":{"overall":7}} {}`, status: 400, slug: "malformed-body", rule: "trailing"},
		{name: "trailing junk", body: `{` + id + `,"answers":{"overall":7}}x`, status: 400, slug: "malformed-body", rule: "trailing"},
		{name: "an array", body: `[]`, status: 400, slug: "malformed-body", rule: "type"},
		{name: "null", body: `null`, status: 400, slug: "malformed-body", rule: "type"},
		{name: "invalid UTF-8", body: "{" + id + `,"answers":{"comment":"` + "\xff" + `"}}`, status: 400, slug: "malformed-body", rule: "encoding"},
		{name: "byte order mark of UTF-16", body: "\xfe\xff\x00{\x00}", status: 400, slug: "malformed-body", rule: "encoding", line: 1, column: 1},
		{name: "deep", body: strings.Repeat("[", 30_000), status: 400, slug: "malformed-body", rule: "depth"},
		{name: "deep object", body: strings.Repeat(`{"a":`, 10_000), status: 400, slug: "malformed-body", rule: "depth"},
		{name: "unknown field", body: `{` + id + `,"answers":{"overall":7},"rating":7}`, status: 400, slug: "malformed-body", field: "rating", rule: "unknown"},
		{name: "name in other case", body: `{` + id + `,"Answers":{"overall":7}}`, status: 400, slug: "malformed-body", field: "Answers", rule: "unknown", more: 1},
		{name: "duplicate field", body: `{` + id + `,` + id + `,"answers":{"overall":7}}`, status: 400, slug: "malformed-body", field: "id", rule: "duplicate"},
		{name: "duplicate answer", body: `{` + id + `,"answers":{"overall":7,"overall":8}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "duplicate"},
		{name: "no id", body: `{"answers":{"overall":7}}`, status: 400, slug: "malformed-body", field: "id", rule: "required"},
		{name: "id without hyphens", body: `{"id":"01932d5e7a517cc29b1f0d6a4be5a001","answers":{"overall":7}}`, status: 400, slug: "malformed-body", field: "id", rule: "type"},
		{name: "nil id", body: `{"id":"00000000-0000-0000-0000-000000000000","answers":{"overall":7}}`, status: 400, slug: "malformed-body", field: "id", rule: "type"},
		{name: "id is a number", body: `{"id":1,"answers":{"overall":7}}`, status: 400, slug: "malformed-body", field: "id", rule: "type"},
		{name: "no answers", body: `{` + id + `}`, status: 400, slug: "malformed-body", field: "answers", rule: "required"},
		{name: "answers are a list", body: `{` + id + `,"answers":[7]}`, status: 400, slug: "malformed-body", field: "answers", rule: "type"},
		{name: "answer is an object", body: `{` + id + `,"answers":{"overall":{"rating":7}}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "type"},
		{name: "answer is a boolean", body: `{` + id + `,"answers":{"overall":true}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "type"},
		{name: "half a point", body: `{` + id + `,"answers":{"overall":7.5}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "type"},
		{name: "1e400", body: `{` + id + `,"answers":{"overall":1e400}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "range"},
		{name: "1e300", body: `{` + id + `,"answers":{"overall":1e300}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "range"},
		{name: "NaN", body: `{` + id + `,"answers":{"overall":NaN}}`, status: 400, slug: "malformed-body", field: "answers.overall", rule: "syntax"},
		{name: "infinite seconds", body: `{` + id + `,"answers":{"overall":7},"seconds":1e309}`, status: 400, slug: "malformed-body", field: "seconds", rule: "range"},
		{name: "seconds as text", body: `{` + id + `,"answers":{"overall":7},"seconds":"74"}`, status: 400, slug: "malformed-body", field: "seconds", rule: "type"},
		{name: "time of no zone", body: `{` + id + `,"answers":{"overall":7},"submitted_at":"2026-03-04T05:06:07"}`, status: 400, slug: "malformed-body", field: "submitted_at", rule: "type"},
		{name: "attribute is a number", body: `{` + id + `,"answers":{"overall":7},"attributes":{"flight":120}}`, status: 400, slug: "malformed-body", field: "attributes.flight", rule: "type"},
		{name: "two mistakes together", body: `{"id":1,"answers":{"overall":true},"x":1}`, status: 400, slug: "malformed-body", field: "x", rule: "unknown", more: 2},

		{name: "rating out of range", body: `{` + id + `,"answers":{"overall":11}}`, status: 422, slug: "not-valid", field: "answers.overall", rule: "range"},
		{name: "negative rating", body: `{` + id + `,"answers":{"overall":-1}}`, status: 422, slug: "not-valid", field: "answers.overall", rule: "range"},
		{name: "text for a rating", body: `{` + id + `,"answers":{"overall":"7"}}`, status: 422, slug: "not-valid", field: "answers.overall"},
		{name: "unknown item", body: `{` + id + `,"answers":{"overal":7}}`, status: 422, slug: "not-valid", field: "answers.overal", rule: "unknown"},
		{name: "unknown attribute", body: `{` + id + `,"answers":{"overall":7},"attributes":{"seat":"12A"}}`, status: 422, slug: "not-valid", field: "attributes.seat", rule: "unknown"},
		{name: "unknown value", body: `{` + id + `,"answers":{"overall":7},"attributes":{"cabin":"cockpit"}}`, status: 422, slug: "not-valid", field: "attributes.cabin", rule: "unknown"},
		{name: "unknown language", body: `{` + id + `,"answers":{"overall":7},"language":"xx"}`, status: 422, slug: "not-valid", field: "language", rule: "unknown"},
		{name: "negative seconds", body: `{` + id + `,"answers":{"overall":7},"seconds":-1}`, status: 422, slug: "not-valid", field: "seconds", rule: "range"},
		{name: "control character", body: `{` + id + `,"answers":{"comment":"a\u0000b"}}`, status: 422, slug: "not-valid", field: "answers.comment"},
		{name: "unknown wave", body: `{` + id + `,"answers":{"overall":7},"wave":"w"}`, status: 422, slug: "not-valid", field: "wave", rule: "unknown"},
		{name: "unknown token", body: `{` + id + `,"answers":{"overall":7},"token":"nonsense"}`, status: 404, slug: "not-found"},
		{name: "unknown version", body: `{` + id + `,"answers":{"overall":7},"version":99}`, status: 404, slug: "not-found"},
		{name: "negative version", body: `{` + id + `,"answers":{"overall":7},"version":-1}`, status: 400, slug: "malformed-body", field: "version", rule: "range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := s.submit(t, tt.body).wants(t, tt.status, tt.slug)
			if tt.field == "" && tt.rule == "" {
				return
			}
			found := -1
			for i, e := range p.Errors {
				if (tt.field == "" || e.Field == tt.field) && (tt.rule == "" || e.Rule == tt.rule) {
					found = i
				}
			}
			if found < 0 || tt.status == 400 && len(p.Errors) != 1+tt.more {
				t.Fatalf("errors %+v", p.Errors)
			}
			if e := p.Errors[found]; e.Message == "" || tt.line > 0 && (e.Line != tt.line || e.Column != tt.column) {
				t.Errorf("%+v, want place %d:%d", e, tt.line, tt.column)
			}
		})
	}
	for range s.service.Store.ListResponses(t.Context(), surveys.ResponseFilter{Survey: "default"}) {
		t.Error("something was stored")
	}
	s.do(t, request{method: "POST", path: "/api/v1/surveys/nothing/responses", body: submission()}).wants(t, 404, "not-found")
}

func TestBodySizeAndType(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	long := submission().with("answers", object{"overall": 7, "comment": strings.Repeat("x", 64<<10)})
	s.submit(t, long).wants(t, 413, "body-too-large")
	path := "/api/v1/surveys/default/responses"
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/jsonp", ";"} {
		s.do(t, request{method: "POST", path: path, body: submission(), contentType: contentType}).wants(t, 415, "unsupported-media-type")
	}
	s.do(t, request{method: "POST", path: path, body: strings.NewReader("{}")}).wants(t, 415, "unsupported-media-type")
	s.do(t, request{method: "POST", path: path, body: submission(), header: http.Header{"Content-Encoding": {"gzip"}}}).wants(t, 415, "unsupported-media-type")
	s.do(t, request{method: "POST", path: path, body: submission(), contentType: "application/json; charset=UTF-8"}).wants(t, 201, "")
}

// endless is a body of n bytes that counts what was taken of it.
type endless struct {
	n     int64
	taken atomic.Int64 // the transport may still read when the answer is there
}

func (e *endless) Read(p []byte) (int, error) {
	if e.taken.Load() >= e.n {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	e.taken.Add(int64(len(p)))
	return len(p), nil
}

func TestHundredMegabytes(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	const size = 100 << 20
	for _, announced := range []bool{true, false} {
		body := &endless{n: size}
		r, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/api/v1/surveys/default/responses", body)
		if err != nil {
			t.Fatal(err)
		}
		if announced {
			r.ContentLength = size
		}
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answered, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 413 || !bytes.Contains(answered, []byte("body-too-large")) {
			t.Errorf("announced %t: %d %s", announced, resp.StatusCode, answered)
		}
		if body.taken.Load() > size/4 {
			t.Errorf("announced %t: the server took %d bytes", announced, body.taken.Load())
		}
	}
	s.submit(t, submission()).wants(t, 201, "")
}

func TestTokens(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		var made struct {
			Invitations []struct{ Token, Path string }
		}
		s.post(t, "/api/v1/surveys/default/invitations", object{"invitations": []object{
			{"attributes": object{"flight": "7", "cabin": "first"}},
			{"expires_at": "2026-03-05T00:00:00Z"},
		}}).into(t, &made)
		if len(made.Invitations) != 2 || made.Invitations[0].Path != "/s/"+made.Invitations[0].Token {
			t.Fatalf("%+v", made)
		}
		first := submission().with("token", made.Invitations[0].Token)
		s.submit(t, first.with("answers", object{"overall": 11})).wants(t, 422, "not-valid") // does not use it up
		s.submit(t, first).wants(t, 201, "")
		s.submit(t, first).wants(t, 200, "")
		s.submit(t, submission().with("token", made.Invitations[0].Token)).wants(t, 409, "token-used")
		s.clock.Add(48 * time.Hour)
		s.submit(t, submission().with("token", made.Invitations[1].Token)).wants(t, 410, "token-expired")
		s.submit(t, first).wants(t, 200, "")
		if strings.Contains(s.log.String(), made.Invitations[0].Token) {
			t.Error("the log tells the token")
		}
	})
}

func TestOneTokenManyClients(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		var made struct{ Invitations []struct{ Token string } }
		s.post(t, "/api/v1/surveys/default/invitations", object{"invitations": []object{{}}}).into(t, &made)
		const clients = 8
		var status [clients]int
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() { status[i] = s.submit(t, submission().with("token", made.Invitations[0].Token)).StatusCode })
		}
		wg.Wait()
		count := map[int]int{}
		for _, c := range status {
			count[c]++
		}
		if want := map[int]int{201: 1, 409: clients - 1}; !cmp.Equal(count, want) {
			t.Errorf("%v, want %v", count, want)
		}
	})
}

func TestManyProblemsAreBounded(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	var b strings.Builder
	b.WriteString("{")
	for i := range 5000 {
		fmt.Fprintf(&b, `"x%d":0,`, i)
	}
	b.WriteString(`"y":0}`)
	if p := s.submit(t, b.String()).wants(t, 400, "malformed-body"); len(p.Errors) != 100 {
		t.Errorf("%d problems", len(p.Errors))
	}
}
