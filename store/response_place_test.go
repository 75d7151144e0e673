package store_test

import (
	"errors"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// The place of a response is where ListResponses streams it, whatever other surveys hold.
func TestPlaceResponse(t *testing.T) {
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
			if before, err := s.PlaceResponse(ctx, "trip", r.ID); err != nil || before != at {
				t.Errorf("%s: %d before, %v; want %d", r.ID, before, err, at)
			}
			if _, err := s.PlaceResponse(ctx, "other", r.ID); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("another survey: %v", err)
			}
			at++
		}
		if _, err := s.PlaceResponse(ctx, "trip", id('q', 1)); at != 5 || !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("%d responses, unknown id: %v", at, err)
		}
	})
}
