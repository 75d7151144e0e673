package exports_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
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

// same compares a cell with a figure; what is not shown has the text of its status.
func same(t *testing.T, where, have string, want reports.Number, st reports.Status) {
	t.Helper()
	switch {
	case st == reports.StatusSuppressed:
		if have != "n<10" {
			t.Errorf("%s: %q of a suppressed figure", where, have)
		}
	case st == reports.StatusBaseTooSmall:
		if have != "n only" {
			t.Errorf("%s: %q of a figure of which only n is shown", where, have)
		}
	case !want.Valid():
		if have != "–" {
			t.Errorf("%s: %q without a figure", where, have)
		}
	default:
		x, err := strconv.ParseFloat(have, 64)
		if err != nil || math.Abs(x-float64(want)) > 1e-12*max(1, math.Abs(float64(want))) {
			t.Errorf("%s: %q, want %v", where, have, float64(want))
		}
	}
}

func sameCount(t *testing.T, where, have string, want *int, st reports.Status) {
	t.Helper()
	if st == reports.StatusSuppressed {
		if have != "n<10" {
			t.Errorf("%s: %q of a suppressed base", where, have)
		}
		return
	}
	if want == nil {
		if have != "–" {
			t.Errorf("%s: %q without a base", where, have)
		}
		return
	}
	if have != strconv.Itoa(*want) {
		t.Errorf("%s: %q, want %d", where, have, *want)
	}
}

// TestWorkbookFigures compares what every sheet shows with the report, for the questions that change how figures come about.
func TestWorkbookFigures(t *testing.T) {
	s, list := drawn(t, 1000)
	weighted := clone(list)
	for i, r := range weighted {
		r.ResponseWeight = 0.5 + float64(i%7)/4
	}
	post := *s
	post.Models = append([]surveys.Model{}, s.Models...)
	post.Models[0].Weighting = &surveys.PostStratification{Attribute: "age",
		Shares: map[string]float64{"under_25": .16, "25_34": .31, "35_44": .25, "45_59": .19, "60_plus": .09}}
	few := clone(list)
	for i, r := range few {
		if i > 80 {
			r.Ratings[5] = surveys.NotApplicable
		}
		if i > 20 {
			r.Ratings[6] = surveys.NotRouted
		}
		if i%5 == 0 { // attitude, efficiency and content do not apply: too few dimensions are left
			for k := range 10 {
				r.Ratings[k] = surveys.NotApplicable
			}
		}
		if i%5 == 1 { // one item of three answered: too little of attitude
			r.Ratings[0], r.Ratings[1] = surveys.Skipped, surveys.Skipped
		}
	}
	for name, c := range map[string]struct {
		s    *surveys.Survey
		list []*surveys.Response
		q    reports.Query
	}{
		"everything":          {s, list, reports.Query{By: segmentations}},
		"model study":         {s, list, reports.Query{Model: "study", By: [][]string{{"age"}}}},
		"filtered":            {s, list, reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"business", "economy"}}}, By: segmentations}},
		"without screening":   {s, list, reports.Query{AllRows: true}},
		"base weights":        {s, weighted, reports.Query{By: segmentations}},
		"weights left out":    {s, weighted, reports.Query{Unweighted: true}},
		"post-stratified":     {&post, weighted, reports.Query{By: segmentations}},
		"post, filtered":      {&post, weighted, reports.Query{Where: []reports.Where{{Attribute: "route", Values: []string{"domestic"}}}, By: [][]string{{"cabin"}}}},
		"items of small base": {s, few, reports.Query{By: segmentations}},
		"a small group":       {s, list[:60], reports.Query{By: segmentations}},
		"a tiny group":        {s, list[:22], reports.Query{By: segmentations}},
	} {
		t.Run(name, func(t *testing.T) {
			r := asked(t, c.s, c.list, c.q)
			f := workbook(t, c.s, r, c.list, exports.Options{Now: noon})
			summaryFigures(t, grid(t, f, "Summary"), r)
			dimensionFigures(t, grid(t, f, "Dimensions"), r)
			itemFigures(t, grid(t, f, "Items"), r)
			segmentFigures(t, c.s, grid(t, f, "Segments"), r)
			if n := len(grid(t, f, "Responses")) - 1; n != r.Responses.Read {
				t.Errorf("%d rows, want %d", n, r.Responses.Read)
			}
			checksPass(t, f)
		})
	}
}

func clone(list []*surveys.Response) []*surveys.Response {
	out := make([]*surveys.Response, len(list))
	for i, r := range list {
		c := *r
		c.Ratings = append([]byte{}, r.Ratings...)
		c.Attributes = append([]string{}, r.Attributes...)
		out[i] = &c
	}
	return out
}

func summaryFigures(t *testing.T, g [][]string, r *reports.Report) {
	t.Helper()
	if g[0][0] != r.Title {
		t.Errorf("title %q", g[0][0])
	}
	row := g[find(t, g, 0, "Satisfaction index (0–100)")]
	o := r.Overall
	for i, want := range []reports.Number{o.Estimate, o.Low, o.High, o.SE} {
		same(t, "summary, index", row[1+i], want, o.Status)
	}
	sameCount(t, "summary, n", row[5], o.N, o.Status)
	same(t, "summary, native", g[find(t, g, 0, "in the units of the answers")][1], o.Native, o.Status)
	nps := g[find(t, g, 0, "Net Promoter Score (−100 to 100)")]
	for i, want := range []reports.Number{r.Recommend.NPS, r.Recommend.Low, r.Recommend.High, r.Recommend.SE} {
		same(t, "summary, NPS", nps[1+i], want, r.Recommend.Status)
	}
	overall := g[find(t, g, 0, "Overall satisfaction, single question (0–10)")]
	same(t, "summary, overall", overall[1], r.OverallItem.Mean, r.OverallItem.Status)
	if it := r.OverallItem; it.Status == reports.StatusOK {
		same(t, "summary, overall from", overall[2], it.Estimate.Low/10, it.Status) // scale 0..10
		same(t, "summary, overall to", overall[3], it.Estimate.High/10, it.Status)
	}
	for label, want := range map[string]int{"Selected by the filter": r.Responses.Read, "Valid, in the figures above": r.Responses.Valid, "Left out: duplicates": r.Responses.Duplicates,
		"Left out: careless": r.Responses.Careless, "Left out: broken off": r.Responses.BreakOffs, "Valid, all answers the same": r.Responses.FlaggedKept, "Outside the filter": r.Responses.Outside} {
		sameCount(t, "summary, "+label, g[find(t, g, 0, label)][1], &want, reports.StatusOK)
	}
	all := ""
	for _, row := range g {
		all += strings.Join(row, "\t") + "\n"
	}
	for _, w := range r.Warnings {
		if !strings.Contains(all, w) {
			t.Errorf("the summary does not pass the warning %q on", w)
		}
	}
}

func dimensionFigures(t *testing.T, g [][]string, r *reports.Report) {
	t.Helper()
	total := 0.0
	for _, d := range r.Dimensions {
		row := g[find(t, g, 4, d.Key)]
		same(t, d.Key+" weight", row[2], reports.Number(d.DimensionWeight), reports.StatusOK)
		for column, want := range map[int]reports.Number{3: d.Estimate.Estimate, 4: d.SE, 5: d.Low, 6: d.High, 8: d.NEffective, 9: d.Deff, 10: d.Contribution} {
			same(t, "dimension "+d.Key, row[column], want, d.Status)
		}
		sameCount(t, "dimension "+d.Key, row[7], d.N, d.Status)
		if x, err := strconv.ParseFloat(row[10], 64); err == nil {
			total += x
		}
		for _, w := range d.Warnings {
			if !strings.Contains(cell(g, find(t, g, 4, d.Key), 14), w) {
				t.Errorf("dimension %s does not pass %q on", d.Key, w)
			}
		}
	}
	row := g[find(t, g, 4, "", "Index of the means")]
	same(t, "index of the means", row[10], r.IndexOfMeans.Estimate, r.IndexOfMeans.Status)
	if r.IndexOfMeans.Status == reports.StatusOK && math.Abs(total-float64(r.IndexOfMeans.Estimate)) > 1e-9 {
		t.Errorf("contributions add up to %v, the index of the means is %v", total, r.IndexOfMeans.Estimate)
	}
	same(t, "gap", g[find(t, g, 4, "", "Missing data gap")][3], r.MissingDataGap, r.Overall.Status)
}

func itemFigures(t *testing.T, g [][]string, r *reports.Report) {
	t.Helper()
	head := map[string]int{}
	for i, h := range g[3] {
		head[h] = i
	}
	items := append([]reports.ItemEstimate{}, r.Items...)
	if r.OverallItem != nil {
		items = append(items, *r.OverallItem)
	}
	for _, it := range items {
		i := find(t, g, 4, it.Key)
		row := g[i]
		st := it.Status
		if row[1] != it.Label || row[2] != it.Dimension || row[3] != it.Touchpoint || row[4] != it.Owner {
			t.Errorf("item %s is %q", it.Key, row[:5])
		}
		for name, want := range map[string]reports.Number{"Mean": it.Mean, "SE of mean": it.MeanSE, "Index": it.Estimate.Estimate, "Standard error": it.SE, "from": it.Estimate.Low, "to": it.Estimate.High} {
			same(t, it.Key+" "+name, cell(g, i, head[name]), want, st)
		}
		sameCount(t, it.Key+" n", row[head["n"]], it.N, st)
		if it.TopBox != nil {
			same(t, it.Key+" top box", row[head["Top box"]], it.TopBox.Share, st)
			same(t, it.Key+" top box", row[head["Top box from"]], it.TopBox.Low, st)
			same(t, it.Key+" top box", row[head["Top box to"]], it.TopBox.High, st)
		}
		for _, b := range it.Histogram {
			same(t, it.Key+" histogram", row[head[strconv.Itoa(b.Value)]], reports.Number(b.N), st)
		}
		for name, want := range map[string]*int{"Not applic.": it.NotApplicable, "Skipped": it.Skipped, "Not asked": it.NotRouted} {
			sameCount(t, it.Key+" "+name, row[head[name]], want, st)
		}
	}
}

func segmentFigures(t *testing.T, s *surveys.Survey, g [][]string, r *reports.Report) {
	t.Helper()
	at, before := 0, ""
	for _, x := range r.Segments {
		if by := strings.Join(x.Attributes, ","); by != before {
			before = by
			at = find(t, g, at, "By "+blockName(s, x.Attributes)) + 1
		}
		at = find(t, g, at, x.Label)
		row := g[at]
		st := x.Overall.Status
		if x.Status == reports.StatusSuppressed {
			st = x.Status
		}
		sameCount(t, x.Label+" n", row[1], x.N, x.Status)
		same(t, x.Label+" index", row[2], x.Overall.Estimate, st)
		same(t, x.Label+" from", row[3], x.Overall.Low, st)
		same(t, x.Label+" to", row[4], x.Overall.High, st)
		if x.OverallItem != nil && x.Status != reports.StatusSuppressed {
			same(t, x.Label+" overall", row[5], x.OverallItem.Mean, x.OverallItem.Status)
		}
		if x.Recommend != nil && x.Status != reports.StatusSuppressed {
			same(t, x.Label+" NPS", row[6], x.Recommend.NPS, x.Recommend.Status)
		}
		for i, d := range x.Dimensions {
			dst := d.Status
			if x.Status == reports.StatusSuppressed {
				dst = x.Status
			}
			same(t, x.Label+" "+d.Key, row[7+i], d.Estimate.Estimate, dst)
		}
		if v := x.VersusRest; v != nil && st == reports.StatusOK {
			k := 7 + len(r.Dimensions)
			same(t, x.Label+" difference", row[k], v.Difference, st)
			same(t, x.Label+" p", row[k+1], v.PAdjusted, st)
			if row[k+2] != strings.ReplaceAll(v.Verdict, "_", " ") {
				t.Errorf("%s: verdict %q, want %q", x.Label, row[k+2], v.Verdict)
			}
		}
	}
}

func blockName(s *surveys.Survey, attributes []string) string {
	var out []string
	for _, a := range attributes {
		out = append(out, s.Questionnaire.Attributes[s.Questionnaire.AttributeAt(surveys.AttributeKey(a))].Label["en"])
	}
	return strings.Join(out, " × ")
}

// checksPass wants every check to pass, and every live formula to give what is stored as its result.
func checksPass(t *testing.T, f *excelize.File) {
	t.Helper()
	g := grid(t, f, "Checks")
	if !strings.HasPrefix(g[1][0], "All ") || !strings.HasSuffix(g[1][0], " checks passed") {
		t.Errorf("verdict %q", g[1][0])
	}
	for i := 5; i < len(g); i++ {
		if cell(g, i, 5) != "PASS" {
			t.Errorf("check %q", g[i])
		}
	}
	if !strings.Contains(everyText(t, f, "Summary"), g[1][0]) {
		t.Error("the summary does not pass the verdict of the checks on")
	}
}

// TestLiveFormulas computes the formulas of the Checks sheet with excelize's engine, but for those with SUMPRODUCT, which in
// excelize stumbles over text that Excel and LibreOffice take for 0.
func TestLiveFormulas(t *testing.T) {
	s, list := drawn(t, 60)
	for i, r := range list {
		r.ResponseWeight = 1 + float64(i%3)
	}
	for name, q := range map[string]reports.Query{"weighted": {}, "unweighted": {Unweighted: true}} {
		t.Run(name, func(t *testing.T) {
			f := workbook(t, s, asked(t, s, list, q), list, exports.Options{}.WithSheetRows(40))
			g := grid(t, f, "Checks")
			formulas := 0
			for i := 5; i < len(g); i++ {
				for _, column := range []string{"G", "H"} {
					at := column + strconv.Itoa(i+1)
					formula, err := f.GetCellFormula("Checks", at)
					if err != nil || formula == "" || strings.Contains(formula, "SUMPRODUCT") {
						continue
					}
					if sum, _ := f.GetCellFormula("Checks", "G"+strconv.Itoa(i+1)); strings.Contains(sum, "SUMPRODUCT") {
						continue
					}
					formulas++
					stored, err := f.GetCellValue("Checks", at, excelize.Options{RawCellValue: true})
					if err != nil {
						t.Fatal(err)
					}
					got, err := f.CalcCellValue("Checks", at, excelize.Options{RawCellValue: true})
					if err != nil {
						t.Errorf("%s %s: %v", at, formula, err)
					}
					if x, err := strconv.ParseFloat(got, 64); err == nil {
						same(t, at+" "+formula, stored, reports.Number(x), reports.StatusOK)
					} else if got != stored {
						t.Errorf("%s %s gives %q, stored is %q", at, formula, got, stored)
					}
				}
			}
			if formulas < 150 {
				t.Errorf("only %d formulas", formulas)
			}
		})
	}
}

// TestWorkbookStudy finds the figures of the reference study on the sheets; they were computed with R (survey 4.1.1).
func TestWorkbookStudy(t *testing.T) {
	s, list := drawn(t, 10000)
	f := workbook(t, s, asked(t, s, list, reports.Query{Model: "study", By: [][]string{{"age"}}}), list, exports.Options{})
	near := func(where, have string, want, tolerance float64) {
		t.Helper()
		if x, err := strconv.ParseFloat(have, 64); err != nil || math.Abs(x-want) > tolerance {
			t.Errorf("%s: %q, want %v", where, have, want)
		}
	}
	g := grid(t, f, "Summary")
	index := g[find(t, g, 0, "Satisfaction index (0–100)")]
	near("index", index[1], 75.054, 5e-4)
	near("standard error", index[4], 0.128, 5e-4)
	overall := g[find(t, g, 0, "Overall satisfaction, single question (0–10)")]
	near("overall", overall[1], 7.5013, 1e-12)
	near("overall from", overall[2], 7.4683972226470985, 1e-9)
	near("overall to", overall[3], 7.534202777352901, 1e-9)
	near("NPS", g[find(t, g, 0, "Net Promoter Score (−100 to 100)")][1], 21.77, 1e-12)
	for label, n := range map[string]float64{"Selected by the filter": 10300, "Valid, in the figures above": 10000, "Left out: duplicates": 120, "Left out: careless": 120, "Left out: broken off": 60} {
		near(label, g[find(t, g, 0, label)][1], n, 0)
	}
	g = grid(t, f, "Dimensions")
	for key, want := range map[string]float64{"attitude": 79.14, "efficiency": 71.67, "content": 68.56, "safety": 78.14, "brand": 73.41} {
		near(key, g[find(t, g, 4, key)][3], want, 5e-3)
	}
	g = grid(t, f, "Segments")
	at := find(t, g, 0, "By Age") + 2
	for i, want := range []float64{7.4616, 7.5103, 7.4829, 7.5028, 7.5821} {
		near("overall by age", g[at+i][5], want, 5e-5)
	}
	if n := len(grid(t, f, "Responses")); n != 10301 {
		t.Errorf("%d rows", n)
	}
	checksPass(t, f)
}

// TestChecksFail tampers with one row, or one figure, at a time.
func TestChecksFail(t *testing.T) {
	s, list := drawn(t, 300)
	valid := func(r *reports.Report) int {
		for i, v := range r.Verdicts {
			if v == reports.Valid && list[i].Ratings[0] <= 9 && list[i].Ratings[0] > 0 && list[i].Ratings[16] <= 9 && list[i].Ratings[16] > 0 {
				return i
			}
		}
		t.Fatal("no valid response")
		return 0
	}
	for name, c := range map[string]struct {
		rows   func(r *reports.Report, list []*surveys.Response) []*surveys.Response
		report func(r *reports.Report)
		want   string
	}{
		"one rating by one": {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response { l[valid(r)].Ratings[0]++; return l }, want: "crew_attitude"},
		"one rating lost": {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response {
			l[valid(r)].Ratings[0] = surveys.Skipped
			return l
		}, want: "crew_attitude"},
		"overall": {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response {
			l[valid(r)].Ratings[16]--
			return l
		}, want: "overall"},
		"a row lost":  {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response { return l[:len(l)-1] }, want: "responses of the data set"},
		"a row twice": {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response { return append(l, l[0]) }, want: "responses of the data set"},
		"a group of others": {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response {
			l[valid(r)].Attributes[ageAt(s)] = "60_plus"
			return l
		}, want: "Segment"},
		"two rows exchanged": {rows: func(r *reports.Report, l []*surveys.Response) []*surveys.Response {
			for i := range l {
				if r.Verdicts[i] == reports.Duplicate {
					l[i], l[valid(r)] = l[valid(r)], l[i]
					return l
				}
			}
			return nil
		}, want: "Item"},
		"index":         {report: func(r *reports.Report) { r.Overall.Estimate += 1e-6 }, want: "Overall index"},
		"dimension":     {report: func(r *reports.Report) { r.Dimensions[2].Estimate.Estimate -= 1e-6 }, want: "Dimension content"},
		"n":             {report: func(r *reports.Report) { *r.Items[3].N++ }, want: "Item checkin"},
		"histogram":     {report: func(r *reports.Report) { r.Items[3].Histogram[5].N++ }, want: "Item checkin"},
		"mean":          {report: func(r *reports.Report) { r.Items[3].Mean += 1e-6 }, want: "Item checkin"},
		"promoters":     {report: func(r *reports.Report) { *r.Recommend.Promoters--; *r.Recommend.Passives++ }, want: "promoters"},
		"NPS":           {report: func(r *reports.Report) { r.Recommend.NPS += 0.001 }, want: "NPS"},
		"verdict":       {report: func(r *reports.Report) { r.Verdicts[valid(r)] = reports.Careless }, want: "verdict careless"},
		"not a number":  {report: func(r *reports.Report) { r.Overall.Estimate = reports.None() }, want: "Overall index"},
		"duplicates":    {report: func(r *reports.Report) { r.Responses.Duplicates-- }, want: "verdict duplicate"},
		"contributions": {report: func(r *reports.Report) { r.IndexOfMeans.Estimate++ }, want: "contributions"},
	} {
		t.Run(name, func(t *testing.T) {
			r := asked(t, s, list, reports.Query{By: [][]string{{"age"}}})
			rows := clone(list)
			if c.rows != nil {
				rows = c.rows(r, rows)
			}
			if c.report != nil {
				c.report(r)
			}
			var b bytes.Buffer
			err := exports.Workbook(context.Background(), &b, s, r, stream(rows))
			if !errors.Is(err, exports.ErrChecksFailed) {
				t.Fatalf("error %v", err)
			}
			f := opened(t, b.Bytes())
			text := everyText(t, f, "Checks")
			if !strings.Contains(text, "FAILED") || !strings.Contains(everyText(t, f, "Summary"), "FAILED") {
				t.Error("the workbook does not say that checks failed")
			}
			found := false
			for _, line := range strings.Split(text, "\n") {
				found = found || strings.Contains(line, c.want) && strings.Contains(line, "FAIL")
			}
			if !found {
				t.Errorf("no failed check names %q", c.want)
			}
		})
	}
}

func ageAt(s *surveys.Survey) int { return s.Questionnaire.AttributeAt("age") }

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
