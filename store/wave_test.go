package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

func TestWaves(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		utc := day.UTC().Truncate(time.Microsecond)
		spring := surveys.Wave{Survey: "trip", Key: "spring", OpensAt: utc.AddDate(0, 0, 1)}
		winter := surveys.Wave{Survey: "trip", Key: "winter", OpensAt: utc, ClosesAt: utc.Add(time.Hour)}
		want(t, s.CreateWave(ctx, spring), surveys.ErrNotFound)
		publish(t, s)
		must(t, s.CreateWave(ctx, spring))
		must(t, s.CreateWave(ctx, winter))
		want(t, s.CreateWave(ctx, winter), surveys.ErrExists)

		check := func(waves ...surveys.Wave) {
			t.Helper()
			got, err := s.ListWaves(ctx, "trip")
			must(t, err)
			if diff := cmp.Diff(waves, got); diff != "" {
				t.Error(diff)
			}
		}
		check(winter, spring)
		must(t, s.CloseWave(ctx, "trip", "spring", day.AddDate(0, 1, 0)))
		spring.ClosesAt = utc.AddDate(0, 1, 0)
		check(winter, spring)
		want(t, s.CloseWave(ctx, "trip", "none", day), surveys.ErrNotFound)
		want(t, s.CloseWave(ctx, "none", "spring", day), surveys.ErrNotFound)
		none, err := s.ListWaves(ctx, "none")
		if err != nil || len(none) != 0 {
			t.Errorf("waves of no survey: %v, %v", none, err)
		}
	})
}
