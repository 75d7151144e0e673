package exports_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"paxscore/exports"
	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// noon is when the files of the tests are made.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// drawn returns the simulated study for the default survey.
func drawn(t testing.TB, n int) (*surveys.Survey, []*surveys.Response) {
	t.Helper()
	s := surveyfile.Default()
	s.Version = 1
	var out []*surveys.Response
	for r, err := range study.Responses(s, n, 42) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return s, out
}

// stream makes rows of a list.
func stream(list []*surveys.Response) exports.Rows {
	return func(yield func(*surveys.Response, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// asked answers a query about responses.
func asked(t testing.TB, s *surveys.Survey, list []*surveys.Response, q reports.Query) *reports.Report {
	t.Helper()
	d := reports.NewDataset(s)
	for _, r := range list {
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	q.Listed = true
	r, err := d.Report(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// everyone is what a listing needs to know of a report: all responses of the list are valid.
func everyone(s *surveys.Survey, list []*surveys.Response) *reports.Report {
	return &reports.Report{Head: reports.Head{Survey: string(s.Key), Title: "Test", Model: string(s.Models[0].Key),
		Responses: reports.Responses{Read: len(list), Valid: len(list)}}, Verdicts: make([]reports.Verdict, len(list))}
}

// opened reads a workbook back, after checking that every part of it is well-formed.
func opened(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		f, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(f); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", part.Name, err)
			}
		}
		f.Close()
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// grid is a sheet as stored: numbers with all their digits.
func grid(t testing.TB, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// cell is a cell of a grid by row and column from 0, "" beyond its end.
func cell(g [][]string, row, column int) string {
	if row >= len(g) || column >= len(g[row]) {
		return ""
	}
	return g[row][column]
}

// find returns the first row from a row on whose first cells are as given.
func find(t testing.TB, g [][]string, from int, first ...string) int {
	t.Helper()
	for i := from; i < len(g); i++ {
		same := true
		for k, w := range first {
			same = same && cell(g, i, k) == w
		}
		if same {
			return i
		}
	}
	t.Fatalf("no row %q", first)
	return 0
}

var errFull = errors.New("no space left on device")

// full is a writer that fails after n bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n := f.left
		f.left = 0
		return n, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

// failing is a stream that breaks after n responses.
func failing(list []*surveys.Response, n int) exports.Rows {
	return func(yield func(*surveys.Response, error) bool) {
		for _, r := range list[:n] {
			if !yield(r, nil) {
				return
			}
		}
		yield(nil, fmt.Errorf("connection lost: %w", surveys.ErrUnavailable))
	}
}

func contains(t testing.TB, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error %v does not say %q", err, w)
		}
	}
}
