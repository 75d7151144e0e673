package exports_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

func workbook(t testing.TB, s *surveys.Survey, r *reports.Report, list []*surveys.Response, o exports.Options) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := exports.Workbook(context.Background(), &b, s, r, stream(list), o); err != nil {
		t.Fatal(err)
	}
	return opened(t, b.Bytes())
}

// segmentations are those of the demonstration.
var segmentations = [][]string{{"age"}, {"occupation"}, {"spend"}, {"cabin"}, {"route"}, {"cabin", "route"}}

func TestWorkbookSheets(t *testing.T) {
	s, list := drawn(t, 1000)
	r := asked(t, s, list, reports.Query{By: segmentations})
	f := workbook(t, s, r, list, exports.Options{Now: noon, Version: "1.2.3"})
	if d := cmp.Diff([]string{"Summary", "Dimensions", "Items", "Segments", "Responses", "Method", "Filters", "Checks"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	items := []string{"Key", "Question", "Dimension", "Touchpoint", "Owner", "Weight", "Scale", "Mean", "SE of mean", "Index", "Standard error", "from", "to", "n",
		"Top box", "Top box from", "Top box to", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "Not applic.", "Skipped", "Not asked", "Status", "Remarks"}
	for sheet, want := range map[string]struct {
		row  int // from 0
		head []string
	}{
		"Dimensions": {3, []string{"Key", "Dimension", "Weight", "Index", "Standard error", "from", "to", "n", "Effective n", "Design effect", "Contribution", "Target", "To target", "Status", "Remarks"}},
		"Items":      {3, items},
		"Responses":  {0, header(s, false)},
		"Checks":     {4, []string{"Of", "Figure", "Report", "Recount", "Difference", "Result", "Live", "Live result"}},
	} {
		if d := cmp.Diff(want.head, grid(t, f, sheet)[want.row]); d != "" {
			t.Errorf("%s: %s", sheet, d)
		}
	}
	p, err := f.GetDocProps()
	if err != nil || p.Title != r.Title || p.Creator != "paxscore" || p.Created != "2026-03-01T12:00:00Z" {
		t.Errorf("properties %+v (%v)", p, err)
	}
	for _, sheet := range f.GetSheetList() {
		o, err := f.GetPageLayout(sheet)
		if err != nil || o.FitToHeight == nil || *o.FitToHeight != 0 {
			t.Errorf("%s: page %+v (%v)", sheet, o, err)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || (sheet != "Summary") != panes.Freeze {
			t.Errorf("%s: panes %+v (%v)", sheet, panes, err)
		}
	}
	defined := map[string]bool{}
	for _, n := range f.GetDefinedName() {
		defined[n.Scope+" "+n.Name] = true
	}
	for _, want := range []string{"Items _xlnm.Print_Titles", "Items _xlnm._FilterDatabase", "Responses _xlnm._FilterDatabase", "Responses _xlnm.Print_Titles", "Checks _xlnm.Print_Titles"} {
		if !defined[want] {
			t.Errorf("no %s", want)
		}
	}
	noFormulas(t, f, "Responses")
	for _, word := range []string{"1.2.3", r.ModelVersion, "Net Promoter", "NR", "NA", "Holm"} {
		if !strings.Contains(everyText(t, f, "Method"), word) {
			t.Errorf("the Method sheet does not say %q", word)
		}
	}
	if !strings.Contains(everyText(t, f, "Filters"), "2026-03-01 12:00:00 UTC") {
		t.Error("the Filters sheet does not say when it was made")
	}
}

func everyText(t testing.TB, f *excelize.File, sheet string) string {
	var all []string
	for _, row := range grid(t, f, sheet) {
		all = append(all, strings.Join(row, "\t"))
	}
	return strings.Join(all, "\n")
}

func TestWorkbookSuppressed(t *testing.T) {
	s, list := drawn(t, 300)
	for i, r := range list {
		r.Attributes[s.Questionnaire.AttributeAt("cabin")] = map[bool]string{true: "first", false: "economy"}[i < 7]
	}
	r := asked(t, s, list, reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"first"}}}, By: [][]string{{"age"}, {"gender"}}})
	var b bytes.Buffer
	if err := exports.Workbook(context.Background(), &b, s, r, stream(list)); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	for _, sheet := range f.GetSheetList() {
		text := everyText(t, f, sheet)
		for _, x := range list[:7] {
			if strings.Contains(text, x.ID.String()) {
				t.Errorf("%s lists a response", sheet)
			}
		}
	}
	if text := everyText(t, f, "Responses"); !strings.Contains(text, "Not listed") {
		t.Errorf("the Responses sheet says %q", text)
	}
	for _, sheet := range []string{"Summary", "Dimensions", "Items", "Segments", "Checks"} {
		for i, row := range grid(t, f, sheet) {
			for c, v := range row {
				if x, err := strconv.ParseFloat(v, 64); err == nil && !(x >= 0 && x <= 1) && !(sheet == "Items" && i == 3) {
					t.Errorf("%s: row %d, column %d shows %s", sheet, i+1, c+1, v) // weights of the model are 0..1
				}
			}
		}
	}
}

// TestHiddenStaysHidden marks figures as hidden without taking them out of the report.
func TestHiddenStaysHidden(t *testing.T) {
	s, list := drawn(t, 300)
	r := asked(t, s, list, reports.Query{By: [][]string{{"age"}}})
	secret := reports.Number(0.987654321987)
	n := 77777771
	hide := func(e *reports.Estimate) {
		e.Estimate, e.SE, e.Low, e.High, e.NEffective, e.Deff, e.Native, e.N, e.Status = secret, secret, secret, secret, secret, secret, secret, &n, reports.StatusSuppressed
	}
	hide(&r.Dimensions[0].Estimate)
	r.Dimensions[0].Contribution = secret
	it := &r.Items[0]
	hide(&it.Estimate)
	it.Mean, it.MeanSE, it.TopBox.Share, it.NotApplicable = secret, secret, secret, &n
	for i := range it.Histogram {
		it.Histogram[i].N = n
	}
	g := &r.Segments[0]
	g.Status, g.N = reports.StatusSuppressed, &n
	g.Overall.Estimate, g.Dimensions[1].Estimate.Estimate, g.OverallItem.Mean, g.Recommend.NPS = secret, secret, secret, secret
	if g.VersusRest != nil {
		g.VersusRest.Difference = secret
	}
	var b bytes.Buffer
	if err := exports.Workbook(context.Background(), &b, s, r, stream(list)); err != nil && !errors.Is(err, exports.ErrChecksFailed) {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	for _, sheet := range f.GetSheetList() {
		for _, line := range strings.Split(everyText(t, f, sheet), "\n") {
			if strings.Contains(line, "0.98765432") || strings.Contains(line, "77777771") {
				t.Errorf("%s shows a hidden figure: %s", sheet, line)
			}
		}
	}
	b.Reset()
	if err := exports.ScoresCSV(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if strings.Contains(line, "0.98765432") || strings.Contains(line, "77777771") {
			t.Errorf("ScoresCSV shows a hidden figure: %s", line)
		}
	}
}

func TestWorkbookEmpty(t *testing.T) {
	s, _ := drawn(t, 1)
	r := asked(t, s, nil, reports.Query{By: segmentations})
	f := workbook(t, s, r, nil, exports.Options{})
	if !strings.Contains(everyText(t, f, "Summary"), "checks passed") {
		t.Error("checks failed")
	}
}

func TestWorkbookHostile(t *testing.T) {
	s, list := tricky(t)
	s.Questionnaire.Sections[0].Items[0].Text = surveys.Text{"en": "=HYPERLINK(\"http://example.org\")\x00 </t>"}
	r := asked(t, s, list, reports.Query{By: segmentations})
	r.Title = "=cmd|' /C calc'!A0 & <b> \x07" + strings.Repeat("long ", 10_000)
	r.Warnings = append(r.Warnings, hostile...)
	r.Segments[0].Label = "@SUM(1)\x00"
	var b bytes.Buffer
	if err := exports.Workbook(context.Background(), &b, s, r, stream(list), exports.Options{Version: "=1"}); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	for _, sheet := range f.GetSheetList() {
		if sheet != "Checks" {
			noFormulas(t, f, sheet)
		}
	}
	g := grid(t, f, "Checks")
	for i := range g {
		for c := range 6 { // the columns of the formulas are G and H
			name, _ := excelize.CoordinatesToCellName(c+1, i+1)
			if formula, _ := f.GetCellFormula("Checks", name); formula != "" {
				t.Errorf("Checks!%s holds %q", name, formula)
			}
		}
	}
	if !strings.Contains(everyText(t, f, "Checks"), "characters of a cell: 1.") {
		t.Error("the Checks sheet does not count the text that was cut")
	}
}

func TestWorkbookFail(t *testing.T) {
	s, list := drawn(t, 300)
	r := asked(t, s, list, reports.Query{})
	t.Run("disk full", func(t *testing.T) {
		for _, room := range []int{0, 1000, 50_000} {
			if err := exports.Workbook(context.Background(), &full{left: room}, s, r, stream(list)); !errors.Is(err, errFull) {
				t.Errorf("room for %d bytes: error %v", room, err)
			}
		}
	})
	t.Run("stream breaks", func(t *testing.T) {
		err := exports.Workbook(context.Background(), io.Discard, s, r, failing(list, 100))
		if !errors.Is(err, surveys.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
		contains(t, err, "write workbook", "read response 101")
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := exports.Workbook(ctx, io.Discard, s, r, stream(list)); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("cancelled while writing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		err := exports.Workbook(ctx, writes(func(p []byte) (int, error) { cancel(); return len(p), nil }), s, r, stream(list))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("unknown model", func(t *testing.T) {
		other := *r
		other.Model = "elsewhere"
		if err := exports.Workbook(context.Background(), io.Discard, s, &other, stream(list)); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("error %v", err)
		}
	})
}

type writes func([]byte) (int, error)

func (w writes) Write(p []byte) (int, error) { return w(p) }

func TestWorkbookContinues(t *testing.T) {
	s, list := drawn(t, 300)
	r := asked(t, s, list, reports.Query{})
	f := workbook(t, s, r, list, exports.Options{}.WithSheetRows(100))
	want := []string{"Summary", "Dimensions", "Items", "Segments", "Responses", "Responses 2", "Responses 3", "Responses 4", "Method", "Filters", "Checks"}
	if d := cmp.Diff(want, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	checksPass(t, f)
	g := grid(t, f, "Checks")
	i := find(t, g, 5, "Rows", "written to the Responses sheets")
	name, _ := excelize.CoordinatesToCellName(7, i+1)
	if formula, _ := f.GetCellFormula("Checks", name); strings.Count(formula, "COUNTA") != 4 {
		t.Errorf("the formula is %q", formula)
	}
}
