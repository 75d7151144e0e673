package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"paxscore/api"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

func TestFilesAgreeWithTheScores(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		loadStudy(t, s, 600)
		const query = "?where=route%3Ddomestic&by=cabin"
		var r reports.Report
		s.get(t, "/api/v1/surveys/default/scores"+query).into(t, &r)

		a := s.get(t, "/api/v1/surveys/default/responses.csv"+query)
		a.wants(t, 200, "")
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="default-responses-2026-03-04.csv"` {
			t.Errorf("%s", got)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(a.body, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows)-1 != r.Responses.Read {
			t.Errorf("%d rows, %d responses in the scores", len(rows)-1, r.Responses.Read)
		}
		if route := slices.Index(rows[0], "route"); route < 0 || rows[1][route] != "domestic" {
			t.Errorf("%v", rows[:2])
		}

		for _, name := range []string{"report.xlsx", "responses.xlsx"} {
			a := s.get(t, "/api/v1/surveys/default/"+name+query)
			a.wants(t, 200, "")
			if a.ContentLength != int64(len(a.body)) {
				t.Errorf("%s: %d bytes announced, %d sent", name, a.ContentLength, len(a.body))
			}
			book, err := excelize.OpenReader(bytes.NewReader(a.body))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(book.GetSheetList()) == 0 {
				t.Errorf("%s: no sheets", name)
			}
			if err := book.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestFilesOfNothing(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	a := s.get(t, "/api/v1/surveys/default/responses.csv")
	a.wants(t, 200, "")
	if n := strings.Count(strings.TrimSpace(string(a.body)), "\n"); n != 0 {
		t.Errorf("%d rows: %s", n, a.body)
	}
	s.get(t, "/api/v1/surveys/default/report.xlsx").wants(t, 200, "")
	s.get(t, "/api/v1/surveys/default/responses.xlsx").wants(t, 200, "")
}

// overtaken is a Reporter after whose answer another response comes in.
type overtaken struct {
	api.Reporter
	then func()
}

func (o overtaken) Report(ctx context.Context, key surveys.SurveyKey, q reports.Query) (*reports.Report, error) {
	r, err := o.Reporter.Report(ctx, key, q)
	o.then()
	return r, err
}

func TestFilesListWhatTheReportHasSeen(t *testing.T) {
	st, err := store.Open(t.Context(), testdb.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	service := surveys.NewService(st)
	live := overtaken{Reporter: reports.NewLive(st)}
	var s *site
	live.then = func() { s.submit(t, submission().with("seconds", 60)).wants(t, 201, "") }
	s = siteOn(t, service, &live)
	if _, err := service.Publish(t.Context(), surveyfile.Default()); err != nil {
		t.Fatal(err)
	}
	for want := range 3 {
		a := s.get(t, "/api/v1/surveys/default/responses.csv?all_rows=true")
		if rows := bytes.Count(a.body, []byte("\n")) - 1; a.StatusCode != 200 || rows != want {
			t.Errorf("answered %d with %d rows, want %d: %.300s", a.StatusCode, rows, want, a.body)
		}
	}
}

// breaking is a store whose stream of responses fails after some rows.
type breaking struct {
	surveys.Store
	after int
	err   error
}

func (b breaking) ListResponses(ctx context.Context, f surveys.ResponseFilter) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		n := 0
		for r, err := range b.Store.ListResponses(ctx, f) {
			if n == b.after {
				yield(nil, b.err)
				return
			}
			if n++; !yield(r, err) {
				return
			}
		}
	}
}

func TestAFailureDoesNotLookLikeSuccess(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	st, err := store.Open(t.Context(), testdb.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	service := surveys.NewService(st)
	s := siteOn(t, service, reports.NewLive(st))
	if _, err := service.Publish(t.Context(), surveyfile.Default()); err != nil {
		t.Fatal(err)
	}
	loadStudy(t, s, 10_000)

	internal := errors.New("internal words")
	tests := []struct {
		name   string
		after  int
		err    error
		status int // 0: cut off
	}{
		{"responses.csv", 10, internal, 500},
		{"responses.csv", 10, fmt.Errorf("x: %w", surveys.ErrUnavailable), 503},
		{"responses.csv", 10_290, internal, 0},
		{"report.xlsx", 10_290, internal, 500},
		{"responses.xlsx", 10_290, fmt.Errorf("x: %w", surveys.ErrUnavailable), 503},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s fails after %d rows", tt.name, tt.after), func(t *testing.T) {
			service.Store = breaking{st, tt.after, tt.err}
			path := "/api/v1/surveys/default/" + tt.name
			if tt.status > 0 {
				a := s.get(t, path)
				if a.StatusCode != tt.status || a.Header.Get("Content-Disposition") != "" || bytes.Contains(a.body, []byte("internal words")) {
					t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
				}
				return
			}
			r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+environmentKey)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if body, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0 {
				t.Errorf("read %d bytes, then %v", len(body), err)
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "paxscore-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	service.Store = st
	if err := os.Remove(temp); err != nil {
		t.Fatal(err)
	}
	s.get(t, "/api/v1/surveys/default/report.xlsx").wants(t, 500, "internal")
}
