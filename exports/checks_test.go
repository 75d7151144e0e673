package exports_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

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
