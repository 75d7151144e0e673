package reports_test

import (
	"testing"

	"paxscore/reports"
)

// BenchmarkReport answers the question of the dashboard's first page on the reference study.
func BenchmarkReport(b *testing.B) {
	d := dataset(b, studySurvey(), studyRows(b, 10_000))
	for _, tt := range []struct {
		name string
		q    reports.Query
	}{
		{"total", reports.Query{}},
		{"age,cabin,route", reports.Query{By: by("age", "cabin", "route")}},
		{"five", reports.Query{By: by("age", "occupation", "spend", "cabin", "route")}},
		{"flight", reports.Query{By: by("flight")}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Report(tt.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("first after a new response", func(b *testing.B) {
		rows := studyRows(b, 100)
		b.ReportAllocs()
		for b.Loop() {
			if err := d.Append(rows[0]); err != nil {
				b.Fatal(err)
			}
			if _, err := d.Report(reports.Query{By: by("age", "cabin", "route")}); err != nil {
				b.Fatal(err)
			}
		}
	})
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
