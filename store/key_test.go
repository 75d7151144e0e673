package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

func TestKeys(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		utc := day.UTC().Truncate(time.Microsecond)
		a := surveys.Key{Name: "a", Hash: surveys.Token("A").Hash(), CreatedAt: utc}
		b := surveys.Key{Name: "B", Hash: surveys.Token("B").Hash(), CreatedAt: utc}
		must(t, s.CreateKey(ctx, a))
		must(t, s.CreateKey(ctx, b))
		want(t, s.CreateKey(ctx, surveys.Key{Name: "a", Hash: surveys.Token("C").Hash(), CreatedAt: utc}), surveys.ErrExists)

		got, err := s.FindKey(ctx, a.Hash)
		must(t, err)
		if diff := cmp.Diff(a, got); diff != "" {
			t.Error(diff)
		}
		must(t, s.RevokeKey(ctx, "a", utc.Add(time.Hour)))
		want(t, s.RevokeKey(ctx, "a", utc), surveys.ErrNotFound)
		want(t, s.RevokeKey(ctx, "none", utc), surveys.ErrNotFound)
		_, err = s.FindKey(ctx, a.Hash)
		want(t, err, surveys.ErrNotFound)

		a.RevokedAt = utc.Add(time.Hour)
		all, err := s.ListKeys(ctx)
		must(t, err)
		if diff := cmp.Diff([]surveys.Key{b, a}, all); diff != "" {
			t.Error(diff)
		}
	})
}
