package imports_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paxscore/imports"
	"paxscore/internal/study"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// database is a SQLite store with the default survey published.
func database(t *testing.T) (*store.Store, *surveys.Survey) {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	if _, _, err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s := surveyfile.Default()
	s.PublishedAt = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	if s.Version, err = st.PublishSurvey(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return st, s
}

func studyCSV(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	if err := study.WriteCSV(context.Background(), &b, n, 42); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func write(t testing.TB, name, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// stored lists what the store holds.
func stored(t testing.TB, st surveys.ResponseStore, s *surveys.Survey) []surveys.Response {
	t.Helper()
	var out []surveys.Response
	for r, err := range st.ListResponses(t.Context(), surveys.ResponseFilter{Survey: s.Key}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, clone(r))
	}
	return out
}

func TestImportAddsNothingTwice(t *testing.T) {
	st, s := database(t)
	m := imports.OwnMapping(s)
	data := studyCSV(t, 1000) // 1,030 rows, of which 12 repeat another to the letter
	lines := strings.Split(strings.TrimSuffix(data, "\n"), "\n")
	slices.Reverse(lines[1:])
	for _, c := range []struct {
		name, file, data string
		rows, added      int
	}{
		{"first", "study.csv", data, 1030, 1030},
		{"again", "study.csv", data, 1030, 0},
		{"renamed and compressed", "other.csv.gz", gz(data), 1030, 0},
		{"in another order", "reversed.csv", strings.Join(lines, "\r\n") + "\r\n", 1030, 0},
		{"a part of it", "part.csv", strings.Join(lines[:500], "\n"), 499, 0},
		{"one row more", "more.csv", data + lines[1] + "\n", 1031, 1},
	} {
		var res imports.Result
		added, err := imports.ImportFile(t.Context(), st, write(t, c.file, c.data), s, m, &res, imports.Options{Batch: 300})
		if err != nil {
			t.Fatal(err)
		}
		if added != c.added || res.Rows != c.rows {
			t.Errorf("%s: %d of %d rows added, want %d of %d", c.name, added, res.Rows, c.added, c.rows)
		}
	}
	if n := len(stored(t, st, s)); n != 1031 {
		t.Errorf("%d responses stored, want 1031", n)
	}
}

func TestImportResumes(t *testing.T) {
	st, s := database(t)
	m := imports.OwnMapping(s)
	data := studyCSV(t, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var rows []int
	f, err := imports.Open(write(t, "study.csv", data))
	if err != nil {
		t.Fatal(err)
	}
	added, err := imports.Import(ctx, st, f.Responses(ctx, s, m, &imports.Result{}), imports.Options{Batch: 100, Progress: func(n, added int) {
		if rows = append(rows, n); n == 400 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || added != 400 || !slices.Equal(rows, []int{100, 200, 300, 400}) {
		t.Errorf("%d added, progress %v, error %v", added, rows, err)
	}
	now := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)
	added, err = imports.ImportFile(t.Context(), st, write(t, "study.csv", data), s, m, &imports.Result{}, imports.Options{Now: func() time.Time { return now }})
	if err != nil || added != 630 {
		t.Errorf("%d added, error %v; want 630", added, err)
	}
	all := stored(t, st, s)
	if len(all) != 1030 || !all[1029].ReceivedAt.Equal(now) {
		t.Errorf("%d responses, the last received at %v", len(all), all[len(all)-1].ReceivedAt)
	}
}

func TestImportFileStoresNothingOfABadFile(t *testing.T) {
	st, s := database(t)
	data := gz(studyCSV(t, 1000))
	for name, data := range map[string]string{
		"cut off":            data[:len(data)-100],
		"quote never closed": "crew_attitude,comment\n5,a\n6,b\n7,\"c\n",
	} {
		var res imports.Result
		added, err := imports.ImportFile(t.Context(), st, write(t, "data", data), s, imports.OwnMapping(s), &res, imports.Options{Batch: 1})
		if added != 0 || err == nil || res.Rows == 0 || len(stored(t, st, s)) != 0 {
			t.Errorf("%s: %d added, %d rows read, error %v", name, added, res.Rows, err)
		}
	}
	if _, err := imports.ImportFile(t.Context(), st, filepath.Join(t.TempDir(), "none.csv"), s, imports.OwnMapping(s), &imports.Result{}, imports.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such file: %v", err)
	}
	if _, err := imports.Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: %v", err)
	}
}

// What is stored is what the file says.
func TestImportKeepsTheAnswers(t *testing.T) {
	st, s := database(t)
	f, err := openText(t, "study.csv", studyCSV(t, 500))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := imports.Import(t.Context(), st, f.Responses(t.Context(), s, imports.OwnMapping(s), &imports.Result{}), imports.Options{}); err != nil {
		t.Fatal(err)
	}
	want, _, err := read(t, s, imports.OwnMapping(s), "study.csv", studyCSV(t, 500))
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range stored(t, st, s) {
		w := want[i]
		if got.ID != w.ID || got.Digest != w.Digest || !bytes.Equal(got.Ratings, w.Ratings) || !slices.Equal(got.Attributes, w.Attributes) ||
			got.Seconds != w.Seconds || got.Respondent != w.Respondent || !got.SubmittedAt.IsZero() || got.Seq != int64(i+1) {
			t.Fatalf("response %d is %+v, want %+v", i+1, got, w)
		}
	}
}
