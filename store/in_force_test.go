package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// aged gives a store a clock that stands still, and returns how to move it.
func aged(s *store.Store) (pass func(time.Duration)) {
	var since atomic.Int64
	s.SetClock(func() time.Time { return day.Add(time.Duration(since.Load())) })
	return func(d time.Duration) { since.Add(int64(d)) }
}

// inForce fails unless the store tells of trip that version and so many waves.
func inForce(t *testing.T, what string, s *store.Store, now bool, version, waves int) {
	t.Helper()
	in, err := s.InForce(t.Context(), "trip", now)
	must(t, err)
	if in.Survey.Version != version || len(in.Waves) != waves {
		t.Errorf("%s: version %d and %d waves, want %d and %d", what, in.Survey.Version, len(in.Waves), version, waves)
	}
}

// TestInForce: a change made here is seen at once, one made by another server within a second.
func TestInForce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		here, there, ctx := open(t, url), open(t, url), t.Context()
		pass := aged(here)
		_, err := here.InForce(ctx, "trip", false)
		want(t, err, surveys.ErrNotFound)
		publish(t, there)
		inForce(t, "published elsewhere, never found before", here, false, 1, 0)

		_, err = here.PublishSurvey(ctx, source(t, "trip", "two"))
		must(t, err)
		inForce(t, "published here", here, false, 2, 0)
		must(t, here.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "w1", OpensAt: day}))
		inForce(t, "opened here", here, false, 2, 1)
		must(t, here.CloseWave(ctx, "trip", "w1", day.Add(time.Hour)))
		if in, err := here.InForce(ctx, "trip", false); err != nil || in.Waves[0].ClosesAt.IsZero() {
			t.Errorf("closed here: %+v, %v", in, err)
		}

		_, err = there.PublishSurvey(ctx, source(t, "trip", "three"))
		must(t, err)
		must(t, there.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "w2", OpensAt: day}))
		inForce(t, "changed elsewhere, asked at once", here, false, 2, 1)
		pass(time.Second + 1)
		inForce(t, "changed elsewhere, a second later", here, false, 3, 2)
		must(t, there.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "w3", OpensAt: day}))
		inForce(t, "changed elsewhere, asked for now", here, true, 3, 3)
		inForce(t, "after that", here, false, 3, 3)
	})
}

// TestInForceRenewed: of those who ask, one looks again before what is kept is too old, and the others do not wait for it.
func TestInForceRenewed(t *testing.T) {
	s := open(t, testdb.SQLite(t))
	pass := aged(s)
	publish(t, s)
	inForce(t, "first", s, false, 1, 0)
	if looks := looking(t, s, 8); looks != 0 {
		t.Errorf("%d looked again at once", looks)
	}
	pass(600 * time.Millisecond)
	if looks := looking(t, s, 8); looks != 1 {
		t.Errorf("%d looked again after 0.6 seconds", looks)
	}
	pass(600 * time.Millisecond) // the one who looks has not come back
	if looks := looking(t, s, 8); looks != 8 {
		t.Errorf("%d looked again after 1.2 seconds", looks)
	}
}

// looking is how many of n who ask would have to look.
func looking(t *testing.T, s *store.Store, n int) int {
	var looks atomic.Int64
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if s.MustLook("trip") {
				looks.Add(1)
			}
		})
	}
	all.Wait()
	return int(looks.Load())
}

// TestInForceLookOvertaken: a look that began before a change made here is not kept after it.
func TestInForceLookOvertaken(t *testing.T) {
	s, ctx := open(t, testdb.SQLite(t)), t.Context()
	publish(t, s)
	end, err := s.LookInForce(ctx, "trip")
	must(t, err)
	_, err = s.PublishSurvey(ctx, source(t, "trip", "two"))
	must(t, err)
	end()
	inForce(t, "after an overtaken look", s, false, 2, 0)

	pass := aged(s)
	end, err = s.LookInForce(ctx, "trip")
	must(t, err)
	pass(time.Millisecond)
	must(t, s.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "w1", OpensAt: day}))
	inForce(t, "a later look", s, true, 2, 1)
	end()
	inForce(t, "after an earlier look has ended", s, false, 2, 1)
}
