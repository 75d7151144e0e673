package store_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// TestEveryResponseComesBack: whatever a response holds that the store takes, it gives back, from both databases alike.
func TestEveryResponseComesBack(t *testing.T) {
	lite, pg := open(t, testdb.SQLite(t)), open(t, testdb.Postgres(t))
	publish(t, lite)
	publish(t, pg)
	text := rapid.String().Filter(func(s string) bool { return strings.IndexByte(s, 0) < 0 })
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMicro(rapid.Int64Range(-1e16, 1e17).Draw(t, "microseconds")).UTC()
	})
	response := rapid.Custom(func(t *rapid.T) *surveys.Response {
		r := answer(surveys.ResponseID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")))
		r.ID[15] |= 1 // not zero
		r.ReceivedAt, r.SubmittedAt = moment.Draw(t, "received"), moment.Draw(t, "submitted")
		r.Wave, r.Respondent, r.Language = surveys.WaveKey(text.Draw(t, "wave")), text.Draw(t, "respondent"), text.Draw(t, "language")
		r.Seconds = rapid.Float64Range(-1e6, 1e6).Draw(t, "seconds") + 0 // not the negative zero
		r.ResponseWeight = rapid.Float64Range(0, math.MaxFloat64).Draw(t, "weight")
		r.Ratings = rapid.SliceOfN(rapid.Byte(), 3, 3).Draw(t, "ratings")
		r.Attributes = rapid.SliceOfN(text, 3, 3).Draw(t, "attributes")
		if rapid.Bool().Draw(t, "with comments") {
			r.Comments = rapid.MapOfN(rapid.Map(text, func(s string) surveys.ItemKey { return surveys.ItemKey(s) }), text, 1, 3).Draw(t, "comments")
		}
		return r
	})
	var last int64
	rapid.Check(t, func(t *rapid.T) {
		batch := rapid.SliceOfNDistinct(response, 1, 20, func(r *surveys.Response) surveys.ResponseID { return r.ID }).Draw(t, "batch")
		var added int
		for _, s := range []interface {
			surveys.ResponseStore
		}{lite, pg} {
			n, err := s.ImportResponses(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			var got []*surveys.Response
			for r, err := range s.ListResponses(t.Context(), surveys.ResponseFilter{AfterSeq: last}) {
				if err != nil {
					t.Fatal(err)
				}
				c := *r
				c.Seq, c.Ratings, c.Attributes = 0, slices.Clone(r.Ratings), slices.Clone(r.Attributes)
				got = append(got, &c)
			}
			if len(got) != n {
				t.Fatalf("%d added, %d listed", n, len(got))
			}
			if n == len(batch) { // no id of an earlier batch among them
				if diff := cmp.Diff(batch, got); diff != "" {
					t.Fatalf("(-stored +listed):\n%s", diff)
				}
			}
			added = n
		}
		last += int64(added)
	})
}
