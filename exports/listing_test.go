package exports_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

// listings are the two writers of responses.
var listings = map[string]func(context.Context, io.Writer, *surveys.Survey, *reports.Report, exports.Rows, ...exports.Options) (int, error){
	"CSV": exports.ResponsesCSV, "XLSX": exports.ResponsesXLSX,
}

func TestResponsesFail(t *testing.T) {
	s, list := drawn(t, 300)
	for name, write := range listings {
		t.Run(name, func(t *testing.T) {
			r := everyone(s, list)
			t.Run("disk full", func(t *testing.T) {
				_, err := write(context.Background(), &full{left: 5000}, s, r, stream(list))
				if !errors.Is(err, errFull) {
					t.Errorf("error %v", err)
				}
				contains(t, err, "write responses")
			})
			t.Run("stream breaks", func(t *testing.T) {
				n, err := write(context.Background(), io.Discard, s, r, failing(list, 120))
				if !errors.Is(err, surveys.ErrUnavailable) || n != 120 {
					t.Errorf("wrote %d, error %v", n, err)
				}
				contains(t, err, "read response 121")
			})
			t.Run("cancelled while reading", func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				read := 0
				_, err := write(ctx, io.Discard, s, r, func(yield func(*surveys.Response, error) bool) {
					for _, x := range list {
						if read++; read == 10 {
							cancel()
						}
						if !yield(x, nil) {
							return
						}
					}
				})
				if !errors.Is(err, context.Canceled) {
					t.Errorf("error %v", err)
				}
				if read > 10+256 {
					t.Errorf("read %d responses after the end", read-10)
				}
			})
			t.Run("a response less", func(t *testing.T) {
				n, err := write(context.Background(), io.Discard, s, r, stream(list[1:]))
				if !errors.Is(err, exports.ErrChecksFailed) || n != len(list)-1 {
					t.Errorf("wrote %d, error %v", n, err)
				}
			})
			t.Run("a response more", func(t *testing.T) {
				short := everyone(s, list[1:])
				n, err := write(context.Background(), io.Discard, s, short, stream(list))
				if !errors.Is(err, exports.ErrChecksFailed) || n != len(list)-1 {
					t.Errorf("wrote %d, error %v", n, err)
				}
			})
			t.Run("another count in the report", func(t *testing.T) {
				wrong := everyone(s, list)
				wrong.Responses.Read--
				if _, err := write(context.Background(), io.Discard, s, wrong, stream(list)); !errors.Is(err, exports.ErrChecksFailed) {
					t.Errorf("error %v", err)
				}
			})
			t.Run("another shape", func(t *testing.T) {
				odd := *list[5]
				odd.Ratings = odd.Ratings[1:]
				mixed := append(append([]*surveys.Response{}, list[:5]...), &odd)
				_, err := write(context.Background(), io.Discard, s, everyone(s, mixed), stream(mixed))
				contains(t, err, "read response 6", odd.ID.String(), "ratings")
			})
			t.Run("input unchanged", func(t *testing.T) {
				_, fresh := drawn(t, 300)
				if d := cmp.Diff(fresh, list); d != "" {
					t.Error(d)
				}
			})
		})
	}
}
