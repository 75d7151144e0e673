package reports_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

// Histograms of the groups add up to those of the report on the same responses, whichever were selected before.
func TestHistograms(t *testing.T) {
	d := dataset(t, studySurvey(), studyRows(t, 10_000))
	q := reports.Query{By: by("gender")}
	rated := studySurvey().Questionnaire.Rated()
	for _, route := range []string{"international", "domestic"} {
		q.Where = []reports.Where{{Attribute: "route", Values: []string{route}}}
		want, err := d.Report(q)
		if err != nil {
			t.Fatal(err)
		}
		groups, err := d.Histograms(q)
		if err != nil {
			t.Fatal(err)
		}
		if len(groups) != 2 {
			t.Fatalf("%d groups, want 2", len(groups))
		}
		for _, item := range want.Items {
			at := slices.IndexFunc(rated, func(x surveys.Item) bool { return string(x.Key) == item.Key })
			for code, bar := range item.Histogram {
				if n := groups[0][at][code] + groups[1][at][code]; n != bar.N {
					t.Errorf("%s, %s: %d ratings of %d, the report has %d", route, item.Key, n, bar.Value, bar.N)
				}
			}
		}
	}
	for _, segmentations := range [][][]string{nil, by("gender", "route"), by("continent")} {
		q.By = segmentations
		var invalid *surveys.InvalidError
		if _, err := d.Histograms(q); !errors.As(err, &invalid) {
			t.Errorf("%v: %v, want an invalid query", segmentations, err)
		}
	}
}

// A data set that has forgotten earlier questions answers as before.
func TestForget(t *testing.T) {
	d := dataset(t, studySurvey(), studyRows(t, 10_000))
	ask := func() *reports.Report {
		r, err := d.Report(reports.Query{By: by("age", "cabin")})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := ask()
	d.Forget()
	if diff := cmp.Diff(before, ask(), cmp.AllowUnexported(reports.Report{}), cmp.Comparer(sameNumber)); diff != "" {
		t.Error(diff)
	}
}

func sameNumber(a, b reports.Number) bool { return a == b || !a.Valid() && !b.Valid() }

func TestMemory(t *testing.T) {
	d := dataset(t, studySurvey(), studyRows(t, 10_000))
	var n int
	for _, c := range d.Memory() {
		n += len(c)
	}
	if n != d.Bytes() {
		t.Errorf("%d bytes, the data set takes %d", n, d.Bytes())
	}
	rated := len(studySurvey().Questionnaire.Rated())
	columns := d.Memory("cabin", "route", "continent")
	if len(columns) != rated+2 || len(columns[0]) != d.Len() || len(columns[rated]) == 0 {
		t.Errorf("%d columns, want %d items and 2 attributes", len(columns), rated)
	}
}
