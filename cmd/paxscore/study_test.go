package main_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// The reference study as a file, checked against the digest that the reference values were computed from
// (ref_synthetic.json, input.sha256).
func studyFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "study.csv")
	must(t, "", "simulate", "-n", "10000", "--seed", "42", "-o", file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const want = "07e6625843eb4237b3ea6c98b9a8f634f76f2876180e24c7fbf810c6f88f1c61"
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != want {
		t.Fatalf("the study has digest %s, want %s", got, want)
	}
	return file
}

// sameNumber takes figures as equal only to the last bit; missing ones are equal.
var sameNumber = cmp.Comparer(func(a, b reports.Number) bool { return a == b || !a.Valid() && !b.Valid() })

// checkStudy looks for figures of ref_study.json, computed by R's survey package from study.csv with model "study" and flights as
// sampling units.
func checkStudy(t *testing.T, r *reports.Report) {
	t.Helper()
	near := func(what string, got reports.Number, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 1e-9*math.Abs(want) || !got.Valid() {
			t.Errorf("%s is %v, R has %v", what, got, want)
		}
	}
	counts := reports.Responses{Read: 10300, Valid: 10000, Duplicates: 120, Careless: 120, BreakOffs: 60, FlaggedKept: 200, MedianSeconds: 259.9}
	if diff := cmp.Diff(counts, r.Responses, sameNumber); diff != "" {
		t.Errorf("responses (-R +got):\n%s", diff)
	}
	near("index", r.Overall.Estimate, 75.0541758660034)
	near("SE of the index by flight", r.Overall.SE, 0.12806323691111254)
	near("lower end", r.Overall.Low, 74.80256626053912)
	near("upper end", r.Overall.High, 75.30578547146769)
	near("index of dimension means", r.IndexOfMeans.Estimate, 75.05523768075867)
	if r.OverallItem == nil || r.Recommend == nil || len(r.Dimensions) != 5 || len(r.Segments) != 5 {
		t.Fatalf("the report lacks parts: %+v", r)
	}
	near("overall item", r.OverallItem.Mean, 7.5013)
	near("SE of the overall item", r.OverallItem.MeanSE, 0.016746722222321094)
	near("top box", r.OverallItem.TopBox.Share, 0.264)
	near("NPS", r.Recommend.NPS, 21.77)
	near("SE of the NPS", r.Recommend.SE, 0.7968049835786115)
	for i, want := range []float64{79.13798852874483, 71.66808404202101, 68.5571566763401, 78.13984520950093, 73.41436925647452} {
		near(r.Dimensions[i].Key, r.Dimensions[i].Estimate.Estimate, want)
	}
	for i, want := range []float64{7.46159122085048, 7.510302197802198, 7.482866043613707, 7.502824858757062, 7.582089552238806} {
		near("overall by age "+r.Segments[i].Label, r.Segments[i].OverallItem.Mean, want)
	}
	for i, want := range []float64{0.28965857407097406, 0.20811396531500473, 0.2250062832710446, 0.24636030301389564, 0.3551670380251033} {
		near("SE of the index by age "+r.Segments[i].Label, r.Segments[i].Overall.SE, want)
	}
}

// The same question gets the same answer from a file, from SQLite, from PostgreSQL, over HTTP and in the workbook.
func TestStudyIsTheSameEverywhere(t *testing.T) {
	file := studyFile(t)
	asked := []string{"--model", "study", "--by", "age"}
	fromFile := decode[*reports.Report](t, []byte(must(t, "", append([]string{"score", "--format", "json", file}, asked...)...).out))
	checkStudy(t, fromFile)

	testdb.Each(t, func(t *testing.T, url string) {
		first := must(t, "", "import", "--db", url, file)
		if !strings.Contains(first.err, "10,300 stored") {
			t.Errorf("import says %q", first.err)
		}
		if again := must(t, "", "import", "--db", url, file); !strings.Contains(again.err, "0 stored") {
			t.Errorf("the second import says %q", again.err)
		}
		stored := decode[*reports.Report](t, []byte(must(t, "", append([]string{"score", "--db", url, "--format", "json"}, asked...)...).out))
		checkStudy(t, stored)
		likeFile(stored, fromFile)
		if diff := cmp.Diff(fromFile, stored, sameNumber); diff != "" {
			t.Errorf("stored and file differ (-file +stored):\n%s", diff)
		}

		s := start(t, t.TempDir(), "--db", url)
		status, body := s.get(t, "/api/v1/surveys/default/scores?model=study&by=age")
		if status != 200 {
			t.Fatalf("scores: %d %s", status, body)
		}
		served := decode[*reports.Report](t, body)
		likeFile(served, fromFile)
		if diff := cmp.Diff(fromFile, served, sameNumber); diff != "" {
			t.Errorf("API and file differ (-file +API):\n%s", diff)
		}
		status, body = s.get(t, "/api/v1/surveys/default/report.xlsx?model=study&by=age")
		if status != 200 {
			t.Fatalf("workbook: %d %s", status, body)
		}
		book := filepath.Join(t.TempDir(), "report.xlsx")
		if err := os.WriteFile(book, body, 0o600); err != nil {
			t.Fatal(err)
		}
		checkWorkbook(t, book, fromFile)
		if status := s.stop(t); status != 0 {
			t.Errorf("the server stopped with status %d:\n%s", status, s.errs)
		}
	})

	book := filepath.Join(t.TempDir(), "report.xlsx")
	must(t, "", append([]string{"score", "-o", book, file}, asked...)...)
	checkWorkbook(t, book, fromFile)
}

// likeFile takes over what a file cannot have: a published version and a place in the order of commits.
func likeFile(stored, file *reports.Report) {
	stored.UpToSeq, stored.Version, stored.Versions, stored.ModelVersion = file.UpToSeq, file.Version, file.Versions, file.ModelVersion
}

// checkWorkbook looks for the report's figures in an opened workbook.
func checkWorkbook(t *testing.T, name string, r *reports.Report) {
	t.Helper()
	f, err := excelize.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := []string{"Summary", "Dimensions", "Items", "Segments", "Responses", "Method", "Filters", "Checks"}
	if diff := cmp.Diff(want, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	has := func(sheet string, x reports.Number) {
		t.Helper()
		if !x.Valid() {
			return
		}
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if v, err := strconv.ParseFloat(cell, 64); err == nil && math.Abs(v-float64(x)) <= 1e-12*math.Abs(float64(x)) {
					return
				}
			}
		}
		t.Errorf("sheet %s lacks %v", sheet, x)
	}
	has("Summary", r.Overall.Estimate)
	has("Summary", r.Recommend.NPS)
	for _, d := range r.Dimensions {
		has("Dimensions", d.Estimate.Estimate)
	}
	for _, i := range r.Items {
		has("Items", i.Mean)
	}
	for _, s := range r.Segments {
		has("Segments", s.Overall.Estimate)
	}
	rows, err := f.GetRows("Responses")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < r.Responses.Read {
		t.Errorf("sheet Responses has %d rows for %d responses", len(rows), r.Responses.Read)
	}
	checks, err := f.GetRows("Checks")
	if err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, row := range checks {
		text := strings.Join(row, " ")
		if strings.Contains(text, "FAIL") {
			t.Errorf("a check failed: %s", text)
		}
		if strings.Contains(text, "PASS") {
			passed++
		}
	}
	if passed < 30 {
		t.Errorf("only %d checks passed", passed)
	}
}
