package reports_test

import (
	"fmt"
	"testing"

	"paxscore/reports"
)

// BenchmarkDrivers asks for drivers, weights and explanation of the study, and of a million responses drawn from it.
func BenchmarkDrivers(b *testing.B) {
	rows := studyRows(b, 10_000)
	for _, n := range []int{10_000, 1_000_000} {
		d := reports.NewDataset(studySurvey())
		for i := range n {
			if err := d.Append(rows[i%len(rows)]); err != nil {
				b.Fatal(err)
			}
		}
		q := reports.Query{AllRows: true}
		for _, tt := range []struct {
			name string
			ask  func() error
		}{
			{"dimensions", func() error { _, err := d.Drivers(reports.DriverQuery{Query: q}); return err }},
			{"items", func() error { _, err := d.Drivers(reports.DriverQuery{Query: q, Items: true}); return err }},
			{"weights", func() error { _, err := d.Importance(reports.ImportanceQuery{Query: q}); return err }},
			{"explanation", func() error { _, err := d.Explain(reports.ExplanationQuery{Query: q}); return err }},
		} {
			b.Run(fmt.Sprintf("%s/%d", tt.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := tt.ask(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
