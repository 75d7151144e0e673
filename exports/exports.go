// Package exports writes reports and responses as files: Excel workbooks and CSV, streamed.
package exports

import (
	"context"
	"errors"
	"io"
	"iter"

	"paxscore/reports"
	"paxscore/surveys"
)

// Rows is a stream of responses in the order of Report.Verdicts; a value is valid until the next iteration.
type Rows = iter.Seq2[*surveys.Response, error]

// Workbook writes the report and the responses behind it as an Excel workbook.
func Workbook(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows) error {
	return errors.New("not written yet")
}

// ResponsesCSV writes the responses of a report's filter in our own CSV and returns how many.
func ResponsesCSV(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows) (n int, err error) {
	return 0, errors.New("not written yet")
}

// ResponsesXLSX writes the responses of a report's filter as one sheet and returns how many.
func ResponsesXLSX(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows) (n int, err error) {
	return 0, errors.New("not written yet")
}

// ScoresCSV writes every figure of a report as one row of a flat table.
func ScoresCSV(w io.Writer, r *reports.Report) error { return errors.New("not written yet") }
