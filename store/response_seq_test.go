package store_test

import (
	"errors"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// A response is found under the seq with which ListResponses streams it, and in its own survey only.
func TestFindSeq(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		for n := 1; n <= 5; n++ {
			_, err := s.SubmitResponse(ctx, answer(id('p', n)), nil)
			must(t, err)
		}
		at := 0
		for r, err := range s.ListResponses(ctx, surveys.ResponseFilter{Survey: "trip"}) {
			must(t, err)
			if seq, err := s.FindSeq(ctx, "trip", r.ID); err != nil || seq != r.Seq {
				t.Errorf("%s: seq %d, %v; want %d", r.ID, seq, err, r.Seq)
			}
			if _, err := s.FindSeq(ctx, "other", r.ID); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("another survey: %v", err)
			}
			at++
		}
		if _, err := s.FindSeq(ctx, "trip", id('q', 1)); at != 5 || !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("%d responses, unknown id: %v", at, err)
		}
	})
}
