package reports_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// Rows gives the responses of the report, or none that stands in the place of another: whichever one is removed after the report, before or
// while rows are read.
func TestRowsAfterRemovals(t *testing.T) {
	for _, gone := range []int{0, 3, 9} {
		for _, at := range []int{0, 2, 9} { // rows read before the removal
			s, ctx := openStore(t), context.Background()
			survey := published(t, s, versionOne)
			var rows []*surveys.Response
			for i := range 10 {
				rows = append(rows, &surveys.Response{Version: 1, Ratings: []byte{byte(i), 4, 7}, Attributes: []string{"economy"}})
			}
			stored(t, s, rows...)
			ask := func() *reports.Report {
				r, err := reports.NewLive(s).Report(ctx, "short", reports.Query{Listed: true})
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			remove := func(row int) {
				if _, err := s.RemoveResponse(ctx, surveys.Removal{Response: rows[row].ID, Survey: "short", RemovedAt: time.Unix(1_700_000_000, 0), Reason: "asked for"}); err != nil {
					t.Fatal(err)
				}
			}
			r := ask()
			if at == 0 {
				remove(gone)
			}
			read := 0
			for x, err := range reports.Rows(ctx, s, survey, r) {
				if err != nil {
					if at > 0 || read != gone || !errors.Is(err, reports.ErrChanged) || !errors.Is(err, surveys.ErrUnavailable) {
						t.Errorf("without response %d, after %d rows: %v", gone, read, err)
					}
					read = -1
					break
				}
				if x.ID != rows[read].ID {
					t.Errorf("without response %d, row %d is another", gone, read)
				}
				if read++; read == at {
					remove(gone) // the page is read: the rows are those of the report all the same
				}
			}
			if want := map[bool]int{true: -1, false: 10}[at == 0]; read != want {
				t.Errorf("without response %d: %d rows, want %d", gone, read, want)
			}
			n := 0
			for x, err := range reports.Rows(ctx, s, survey, ask()) {
				if err != nil || x.ID == rows[gone].ID {
					t.Errorf("asked again: %v, %v", x, err)
				}
				n++
			}
			if n != 9 {
				t.Errorf("asked again: %d rows", n)
			}
		}
	}
}

// A response is explained by its number, whatever was removed before it, and not at all once it is removed.
func TestExplainResponseBySeq(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	rows := studyRows(t, 40)
	for i, r := range rows {
		r.Seq = int64(2*i + 1)
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	before := explainResponse(t, d, reports.ResponseQuery{Row: 20})
	d.Remove(1, 5, 7)
	after := explainResponse(t, d, reports.ResponseQuery{Seq: 41})
	if after.Response.Number != 18 || after.Index != before.Index || !after.Response.SubmittedAt.Equal(*before.Response.SubmittedAt) {
		t.Errorf("%+v, was %+v", after.Response, before.Response)
	}
	for _, seq := range []int64{5, 2, -1, 1000} {
		if _, err := d.ExplainResponse(reports.ResponseQuery{Seq: seq}); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("number %d: %v", seq, err)
		}
	}
}
