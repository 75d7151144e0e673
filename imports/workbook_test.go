package imports_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"paxscore/imports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// workbook writes sheets of rows; the first sheet is the first.
func workbook(t testing.TB, sheets ...[][]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, rows := range sheets {
		name := fmt.Sprintf("Sheet%d", i+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		w, err := f.NewStreamWriter(name)
		if err != nil {
			t.Fatal(err)
		}
		for j, row := range rows {
			if row == nil {
				continue
			}
			if err := w.SetRow(fmt.Sprintf("A%d", j+1), row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// repacked copies a workbook, changing or adding the text of parts.
func repacked(t testing.TB, book string, change func(name, text string) string) string {
	t.Helper()
	in, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, change(part.Name, string(text)))
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWorkbook(t *testing.T) {
	s := small()
	m := mapping(t, s, "sheet: Sheet2\nskipped: [none]\nitems: {crew: Crew, comment: Text}\nattributes: {flight: Flight}\nsubmitted_at: {column: When, zone: Europe/Zurich}\nseconds: Secs\n")
	at := time.Date(2025, 6, 1, 14, 30, 0, 0, time.UTC)
	data := workbook(t, [][]any{{"other"}}, [][]any{
		{" Crew ", "Text", "Flight", "When", "Secs", "Unused"},
		{5, "é 中文\nline", "LX1", at, 61.25, "x"},
		nil,
		{"4.0", nil, 16, "2025-06-01 08:00", "12"},
		{"none"},
		{9, "=1+1", "LX2", "soon", -1},
		{1, "", "", "", "", "", "beyond the header"},
		{"", "", ""},
	})
	got, res, err := read(t, s, m, "book", data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || res.Rows != 5 || res.Refused != 1 || res.Reasons[0].String() != "book, line 7: the row has 7 cells, the header 6" || !slices.Equal(res.Ignored, []string{"Unused"}) {
		t.Fatalf("%d responses, %+v", len(got), res)
	}
	first := got[0]
	if first.Ratings[0] != 4 || first.Comments["comment"] != "é 中文\nline" || first.Attributes[1] != "LX1" || first.Seconds != 61.25 ||
		!first.SubmittedAt.Equal(time.Date(2025, 6, 1, 12, 30, 0, 0, time.UTC)) {
		t.Errorf("row 2 is %+v", first)
	}
	if r := got[1]; r.Ratings[0] != 3 || r.Attributes[1] != "16" || r.Seconds != 12 || !r.SubmittedAt.Equal(time.Date(2025, 6, 1, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("row 4 is %+v", r)
	}
	if r := got[2]; r.Ratings[0] != surveys.Skipped || len(r.Comments) != 0 || !r.SubmittedAt.IsZero() {
		t.Errorf("row 5 is %+v", r)
	}
	if r := got[3]; r.Ratings[0] != surveys.Skipped || r.Comments["comment"] != "=1+1" || res.Repaired() != 3 || res.Repairs[0].Places[0].Line != 6 {
		t.Errorf("row 6 is %+v, repairs %+v", r, res.Repairs)
	}
}

// A workbook gives the same responses, with the same ids, as the CSV of the same rows.
func TestWorkbookAndCSVAgree(t *testing.T) {
	s := surveyfile.Default()
	data := studyCSV(t, 300)
	var rows [][]any
	for _, line := range strings.Split(strings.TrimSuffix(data, "\n"), "\n") {
		var row []any
		for _, cell := range strings.Split(line, ",") {
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	want, _, err := read(t, s, imports.OwnMapping(s), "study.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := read(t, s, imports.OwnMapping(s), "study.xlsx", workbook(t, rows))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d responses, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i].ID != want[i].ID || !bytes.Equal(got[i].Ratings, want[i].Ratings) {
			t.Fatalf("row %d: %+v, want %+v", i+1, got[i], want[i])
		}
	}
}

func TestBadWorkbooks(t *testing.T) {
	s := small()
	var rows [][]any
	rows = append(rows, []any{"crew", "comment"})
	for i := range 500 {
		rows = append(rows, []any{1 + i%5, fmt.Sprint("text ", i)})
	}
	whole := workbook(t, rows)
	sheet := func(change func(text string) string) string {
		return repacked(t, whole, func(name, text string) string {
			if name == "xl/worksheets/sheet1.xml" {
				return change(text)
			}
			return text
		})
	}
	for _, c := range []struct{ name, data, want string }{
		{"cut off", whole[:len(whole)-300], "the workbook is damaged or cut off"},
		{"empty sheet", workbook(t, [][]any{}), "the file is empty"},
		{"header only", workbook(t, rows[:1]), "the file holds a header and no rows"},
		{"other columns", workbook(t, [][]any{{"a"}, {1}}), "no column is an item"},
		{"a zip of other things", repacked(t, whole, func(string, string) string { return "" }), "cannot be read"},
		{"sheet breaks off", sheet(func(text string) string { return text[:len(text)/2] }), "the workbook is malformed"},
		{"sheet breaks off between rows", sheet(func(text string) string { return text[:strings.LastIndex(text[:len(text)/2], "<row")] }), "the workbook is malformed"},
		{"malformed in the middle", sheet(func(text string) string { return strings.Replace(text, `<row r="250"`, `<row <r="250"`, 1) }), "the workbook is malformed"},
		{"cell beyond the sheet", sheet(func(text string) string { return strings.Replace(text, `r="A250"`, `r="ZZZZ250"`, 1) }), "cannot be read further"},
		{"sheet unpacks to too much", sheet(func(string) string { return strings.Repeat("<row/>", 20<<20) }), "no genuine workbook"},
		{"part unpacks to too much", repacked(t, whole, func(name, text string) string {
			if name == "xl/theme/theme1.xml" {
				return strings.Repeat("x", 65<<20)
			}
			return text
		}), "the most that is read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := read(t, s, imports.OwnMapping(s), "book", c.data)
			var bad *imports.Error
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) || bad.File != "book" {
				t.Errorf("%d responses, error %v, want one with %q", len(got), err, c.want)
			}
		})
	}
	t.Run("no such sheet", func(t *testing.T) {
		_, _, err := read(t, s, mapping(t, s, "sheet: Data\nitems: {crew: crew}"), "book", whole)
		if err == nil || err.Error() != `book: there is no sheet "Data"; the sheets are Sheet1` {
			t.Error(err)
		}
	})
	t.Run("encrypted", func(t *testing.T) {
		f := excelize.NewFile()
		defer f.Close()
		var b bytes.Buffer
		if err := f.Write(&b, excelize.Options{Password: "secret"}); err != nil {
			t.Fatal(err)
		}
		_, _, err := read(t, s, imports.OwnMapping(s), "book", b.String())
		if err == nil || !strings.Contains(err.Error(), "encrypted workbook") {
			t.Error(err)
		}
	})
	t.Run("bytes changed", func(t *testing.T) {
		for at := 100; at < len(whole); at += len(whole) / 40 {
			b := []byte(whole)
			b[at] ^= 0x40
			got, _, err := read(t, s, imports.OwnMapping(s), "book", string(b))
			if err == nil && len(got) != 500 {
				t.Errorf("byte %d changed: %d of 500 responses and no error", at, len(got))
			}
		}
	})
}
