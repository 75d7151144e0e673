package exports_test

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"paxscore/exports"
	"paxscore/reports"
)

// benchRows is how many valid questionnaires the benchmarks write; their survey gives about 45 columns.
const benchRows = 100_000

// BenchmarkResponses writes the same cells by each writer and by the library under it alone.
func BenchmarkResponses(b *testing.B) {
	s, list := drawn(b, benchRows)
	r := everyone(s, list)
	fieldsOf := func(yield func([]string) bool) {
		for _, x := range list {
			if !yield(fields(s, x, "valid", func(s string) string { return s }, stamp)) {
				return
			}
		}
	}
	report := func(b *testing.B) {
		b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("CSV", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := exports.ResponsesCSV(context.Background(), io.Discard, s, r, stream(list)); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("CSV baseline: encoding/csv, ready strings", func(b *testing.B) {
		var ready [][]string
		for f := range fieldsOf {
			ready = append(ready, f)
		}
		b.ReportAllocs()
		for b.Loop() {
			w := csv.NewWriter(io.Discard)
			if err := w.WriteAll(ready); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("XLSX", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := exports.ResponsesXLSX(context.Background(), io.Discard, s, r, stream(list)); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("XLSX baseline: excelize StreamWriter, ready cells", func(b *testing.B) {
		var ready [][]any
		for f := range fieldsOf {
			row := make([]any, len(f))
			for i, s := range f {
				if x, err := strconv.Atoi(s); err == nil {
					row[i] = x
				} else if s != "" {
					row[i] = s
				}
			}
			ready = append(ready, row)
		}
		b.ReportAllocs()
		for b.Loop() {
			plainStream(b, ready)
		}
		report(b)
	})
	b.Run("Workbook", func(b *testing.B) {
		full := asked(b, s, list, reports.Query{By: segmentations})
		b.ReportAllocs()
		for b.Loop() {
			if err := exports.Workbook(context.Background(), io.Discard, s, full, stream(list)); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
}

// plainStream is excelize as its documentation uses it.
func plainStream(b *testing.B, rows [][]any) {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for i, row := range rows {
		if err := w.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Write(io.Discard); err != nil {
		b.Fatal(err)
	}
}
