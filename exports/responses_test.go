package exports_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

// hostile are texts that break files.
var hostile = []string{
	"=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "-2+3", "@SUM(A1)", "\t=1", "'", "''=1", "＝1+1",
	"a,b;c\"d\"", "line\nfeed", "nul\x00bell\x07", "</t></is></c>&amp;<![CDATA[", "]]>", "_x0041_ _x005F_x0041_",
	"broken\xff\xfe", "😀👨‍👩‍👧", "שלום عليكم", "   spaces   ", "NA", "NR", strings.Repeat("very long 漢字 ", 20_000),
}

// written is what comes back of a hostile text.
func written(s string) string { return exports.Clean(s) }

// tricky gives responses of every state and text.
func tricky(t *testing.T) (*surveys.Survey, []*surveys.Response) {
	s, list := drawn(t, 400)
	comment := commentKey(t, s)
	for i, text := range hostile {
		r := list[i]
		r.Comments = map[surveys.ItemKey]string{comment: text}
		r.Ratings[i%len(r.Ratings)] = []byte{surveys.NotRouted, surveys.NotApplicable, surveys.Skipped}[i%3]
		r.Wave, r.Language, r.Mode = "spring", "zh-Hant", surveys.ModeKiosk
		r.ReceivedAt = r.SubmittedAt.Add(1500 * time.Millisecond)
		r.ResponseWeight = 0.1 + float64(i)
	}
	list[30].SubmittedAt = time.Time{}
	list[31].Seconds = 0
	return s, list
}

func commentKey(t testing.TB, s *surveys.Survey) surveys.ItemKey {
	for _, i := range s.Questionnaire.Items() {
		if !i.Closed() {
			return i.Key
		}
	}
	t.Fatal("the survey has no comment")
	return ""
}

// header is that of the listings of the default survey.
func header(s *surveys.Survey, respondents bool) []string {
	out := []string{"response_id"}
	if respondents {
		out = append(out, "id")
	}
	out = append(out, "survey_version", "wave", "submitted_at", "received_at", "mode", "language", "seconds", "response_weight", "case_weight", "verdict")
	for _, a := range s.Questionnaire.Attributes {
		out = append(out, string(a.Key))
	}
	for _, closed := range []bool{true, false} {
		for _, i := range s.Questionnaire.Items() {
			if i.Closed() == closed {
				out = append(out, string(i.Key))
			}
		}
	}
	return out
}

// fields are the texts that a response should be written as, for texts and times as the format has them.
func fields(s *surveys.Survey, r *surveys.Response, verdict string, text func(string) string, at func(time.Time) string) []string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	counted := ""
	if verdict == "valid" {
		counted = number(r.ResponseWeight)
	}
	out := []string{r.ID.String(), strconv.Itoa(r.Version), text(string(r.Wave)), at(r.SubmittedAt), at(r.ReceivedAt), string(r.Mode), r.Language, number(r.Seconds),
		number(r.ResponseWeight), counted, verdict}
	if r.Seconds == 0 {
		out[7] = ""
	}
	for _, a := range r.Attributes {
		out = append(out, text(a))
	}
	for i, it := range s.Questionnaire.Rated() {
		sc, _ := s.Questionnaire.Scale(it.Scale)
		switch c := r.Ratings[i]; c {
		case surveys.Skipped:
			out = append(out, "")
		case surveys.NotApplicable:
			out = append(out, "NA")
		case surveys.NotRouted:
			out = append(out, "NR")
		default:
			out = append(out, strconv.Itoa(sc.Low+int(c)))
		}
	}
	for _, i := range s.Questionnaire.Items() {
		if !i.Closed() {
			out = append(out, text(r.Comments[i.Key]))
		}
	}
	return out
}

func TestResponsesCSV(t *testing.T) {
	s, list := tricky(t)
	r := everyone(s, list)
	r.Verdicts[2], r.Verdicts[3], r.Verdicts[4], r.Verdicts[5] = reports.Duplicate, reports.Careless, reports.BreakOff, reports.Outside
	r.Responses = reports.Responses{Read: len(list) - 1, Valid: len(list) - 4, Duplicates: 1, Careless: 1, BreakOffs: 1, Outside: 1}
	var b bytes.Buffer
	n, err := exports.ResponsesCSV(context.Background(), &b, s, r, stream(list))
	if err != nil || n != len(list)-1 {
		t.Fatalf("wrote %d (%v), want %d", n, err, len(list)-1)
	}
	if bytes.Contains(bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), nil), []byte("\r")) || !bytes.HasSuffix(b.Bytes(), []byte("\r\n")) {
		t.Error("lines do not end in CR LF")
	}
	got, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{header(s, false)}
	for i, x := range list {
		if r.Verdicts[i] != reports.Outside {
			want = append(want, fields(s, x, r.Verdicts[i].String(), func(s string) string { return exports.Guard(written(s)) }, stamp))
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for i, row := range got[1:] {
		last := exports.Unguard(row[len(row)-1])
		if i < 4 && last != written(hostile[i]) {
			t.Errorf("comment %q comes back as %q", hostile[i], last)
		}
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func TestResponsesCSVRespondents(t *testing.T) {
	s, list := drawn(t, 20)
	list[0].Respondent = "=A1"
	r := everyone(s, list)
	var b bytes.Buffer
	if _, err := exports.ResponsesCSV(context.Background(), &b, s, r, stream(list), exports.Options{Respondents: true}); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(header(s, true), got[0]); d != "" {
		t.Error(d)
	}
	if got[1][1] != "'=A1" || got[2][1] != list[1].Respondent {
		t.Errorf("respondents %q, %q", got[1][1], got[2][1])
	}
}

func TestResponsesXLSX(t *testing.T) {
	s, list := tricky(t)
	r := everyone(s, list)
	var b bytes.Buffer
	n, err := exports.ResponsesXLSX(context.Background(), &b, s, r, stream(list), exports.Options{Now: noon})
	if err != nil || n != len(list) {
		t.Fatalf("wrote %d (%v), want %d", n, err, len(list))
	}
	f := opened(t, b.Bytes())
	if d := cmp.Diff([]string{"Responses"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	got := grid(t, f, "Responses")
	if d := cmp.Diff(header(s, false), got[0]); d != "" {
		t.Error(d)
	}
	if len(got) != len(list)+1 {
		t.Fatalf("%d rows, want %d", len(got), len(list)+1)
	}
	text := func(s string) string { s, _ = exports.Cut(written(s)); return s }
	for i, x := range list {
		want := fields(s, x, "valid", text, func(at time.Time) string { return "" })
		for c := range want {
			have := cell(got, i+1, c)
			if h := got[0][c]; h == "submitted_at" || h == "received_at" {
				sameTime(t, have, map[bool]time.Time{true: x.SubmittedAt, false: x.ReceivedAt}[h == "submitted_at"])
				continue
			}
			if have != want[c] {
				t.Errorf("response %d, %s: %.60q, want %.60q", i, got[0][c], have, want[c])
			}
		}
	}
	noFormulas(t, f, "Responses")
}

// sameTime compares a day number with a time to the millisecond that it can hold.
func sameTime(t *testing.T, have string, want time.Time) {
	t.Helper()
	if want.IsZero() {
		if have != "" {
			t.Errorf("time %q, want none", have)
		}
		return
	}
	days, err := strconv.ParseFloat(have, 64)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(days * 24 * float64(time.Hour)))
	if d := at.Sub(want); d < -time.Millisecond || d > time.Millisecond {
		t.Errorf("time %v, want %v", at, want)
	}
}

func noFormulas(t *testing.T, f *excelize.File, sheet string) {
	t.Helper()
	rows := grid(t, f, sheet)
	for i := range rows {
		for c := range rows[i] {
			name, _ := excelize.CoordinatesToCellName(c+1, i+1)
			if formula, err := f.GetCellFormula(sheet, name); err != nil || formula != "" {
				t.Fatalf("%s!%s holds the formula %q (%v)", sheet, name, formula, err)
			}
		}
		if i > 60 {
			return
		}
	}
}

func TestResponsesContinue(t *testing.T) {
	s, list := drawn(t, 50)
	for _, c := range []struct{ responses, rows, sheets int }{{9, 10, 1}, {10, 10, 2}, {18, 10, 2}, {19, 10, 3}, {0, 10, 1}} {
		t.Run(fmt.Sprintf("%d responses in sheets of %d rows", c.responses, c.rows), func(t *testing.T) {
			some := list[:c.responses]
			var b bytes.Buffer
			n, err := exports.ResponsesXLSX(context.Background(), &b, s, everyone(s, some), stream(some), exports.Options{}.WithSheetRows(c.rows))
			if err != nil || n != c.responses {
				t.Fatalf("wrote %d (%v)", n, err)
			}
			f := opened(t, b.Bytes())
			var ids []string
			for i, name := range f.GetSheetList() {
				if want := map[bool]string{true: "Responses", false: fmt.Sprintf("Responses %d", i+1)}[i == 0]; name != want {
					t.Errorf("sheet %q, want %q", name, want)
				}
				g := grid(t, f, name)
				if g[0][0] != "response_id" || len(g) > c.rows {
					t.Errorf("sheet %s: %d rows under %q", name, len(g), g[0][0])
				}
				for _, row := range g[1:] {
					ids = append(ids, row[0])
				}
			}
			if len(f.GetSheetList()) != c.sheets {
				t.Errorf("%d sheets, want %d", len(f.GetSheetList()), c.sheets)
			}
			var want []string
			for _, r := range some {
				want = append(want, r.ID.String())
			}
			if d := cmp.Diff(want, ids); d != "" {
				t.Error(d)
			}
		})
	}
}
