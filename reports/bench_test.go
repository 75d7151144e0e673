package reports_test

import (
	"fmt"
	"testing"
	"time"

	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// question is one that a data set answers.
type question struct {
	name string
	ask  func(*reports.Dataset) error
}

// questions are one of each kind, and of some several.
func questions() []question {
	day := func(m time.Month) time.Time { return time.Date(2025, m, 1, 0, 0, 0, 0, time.UTC) }
	raked := &surveys.Weighting{Method: surveys.Rake, Cap: surveys.DefaultCap, Floor: surveys.DefaultFloor, Margins: []surveys.Margin{ // of the study's recipe
		{Attribute: "age", Shares: map[string]float64{"under_25": .16, "25_34": .31, "35_44": .25, "45_59": .19, "60_plus": .09}},
		{Attribute: "route", Shares: map[string]float64{"domestic": .80, "regional": .07, "international": .13}},
	}}
	return []question{
		{"report", func(d *reports.Dataset) error { _, err := d.Report(reports.Query{}); return err }},
		{"report by five", func(d *reports.Dataset) error {
			_, err := d.Report(reports.Query{By: by("age", "occupation", "spend", "cabin", "route")})
			return err
		}},
		{"report raked", func(d *reports.Dataset) error { _, err := d.Report(reports.Query{Weighting: raked}); return err }},
		{"compare cabins", func(d *reports.Dataset) error {
			_, err := d.Compare(reports.CompareQuery{Query: reports.Query{By: by("cabin")}})
			return err
		}},
		{"compare segments", func(d *reports.Dataset) error {
			_, err := d.Compare(reports.CompareQuery{Segment: []reports.Where{{Attribute: "cabin", Values: []string{"business"}}}, Against: []reports.Where{{Attribute: "cabin", Values: []string{"economy"}}}})
			return err
		}},
		{"compare half-years", func(d *reports.Dataset) error {
			_, err := d.Compare(reports.CompareQuery{Query: reports.Query{From: day(7)}, VersusTo: day(7)})
			return err
		}},
		{"trend by month", func(d *reports.Dataset) error { _, err := d.Trend(reports.TrendQuery{}); return err }},
		{"impact", func(d *reports.Dataset) error {
			_, err := d.Impact(reports.ImpactQuery{After: "2025-07-01", Treated: []reports.Where{{Attribute: "delayed", Values: []string{"no"}}}})
			return err
		}},
		{"drivers", func(d *reports.Dataset) error { _, err := d.Drivers(reports.DriverQuery{}); return err }},
		{"drivers of items", func(d *reports.Dataset) error { _, err := d.Drivers(reports.DriverQuery{Items: true}); return err }},
		{"importance", func(d *reports.Dataset) error { _, err := d.Importance(reports.ImportanceQuery{}); return err }},
		{"explain a change", func(d *reports.Dataset) error {
			_, err := d.Explain(reports.ExplanationQuery{Query: reports.Query{From: day(7), By: by("cabin")}, Versus: &reports.Versus{To: day(7)}})
			return err
		}},
		{"explain a response", func(d *reports.Dataset) error {
			_, err := d.ExplainResponse(reports.ResponseQuery{Row: d.Len() / 2})
			return err
		}},
		{"operations", func(d *reports.Dataset) error {
			_, err := d.Operations(reports.OperationsQuery{Operations: operational()})
			return err
		}},
		{"quality", func(d *reports.Dataset) error { _, err := d.Quality(reports.QualityQuery{}); return err }},
		{"review", func(d *reports.Dataset) error { _, err := d.Review(reports.ReviewQuery{}); return err }},
	}
}

// defaultDataset holds responses of the study by the default survey.
func defaultDataset(tb testing.TB, n int) *reports.Dataset {
	tb.Helper()
	d := reports.NewDataset(surveyfile.Default())
	if n == 0 {
		return d
	}
	for r, err := range study.Responses(surveyfile.Default(), n, 42) {
		if err == nil {
			err = d.Append(r)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return d
}

// BenchmarkQuestions asks every question of 10,000 and of 1,000,000 responses, each time as the first question after the responses were read and
// screened. The metric ns/response is the time over the number of responses; where it is the same or less for the larger set, the cost is at most linear.
func BenchmarkQuestions(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		d := defaultDataset(b, n)
		for _, q := range questions() {
			b.Run(fmt.Sprintf("%s/%d", q.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					d.Forget()
					b.StartTimer()
					if err := q.ask(d); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/response")
			})
		}
	}
}

// BenchmarkFollow answers after one further response.
func BenchmarkFollow(b *testing.B) {
	rows := studyRows(b, 10_000)
	d := dataset(b, studySurvey(), rows)
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Append(rows[0]); err != nil {
			b.Fatal(err)
		}
		if _, err := d.Report(reports.Query{By: by("age", "cabin", "route")}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend takes in the reference study.
func BenchmarkAppend(b *testing.B) {
	s, rows := studySurvey(), studyRows(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		dataset(b, s, rows)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/response")
}
