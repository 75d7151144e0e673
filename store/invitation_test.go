package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

func TestInvitations(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		full := surveys.Invitation{
			Token: surveys.Token("A").Hash(), Survey: "trip", Wave: "spring", ExpiresAt: day,
			Attributes: map[surveys.AttributeKey]string{"flight": "LX 318", "note": "\"Zürich\" \\ 東京\n", "cabin": ""},
		}
		bare := surveys.Invitation{Token: surveys.Token("B").Hash(), Survey: "trip"}
		want(t, s.CreateInvitations(ctx, []surveys.Invitation{full}), surveys.ErrNotFound) // no survey
		publish(t, s)
		want(t, s.CreateInvitations(ctx, []surveys.Invitation{bare, full}), surveys.ErrNotFound) // no wave
		must(t, s.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "spring", OpensAt: day}))
		must(t, s.CreateInvitations(ctx, nil))
		must(t, s.CreateInvitations(ctx, []surveys.Invitation{bare, full}))
		want(t, s.CreateInvitations(ctx, []surveys.Invitation{{Token: surveys.Token("C").Hash(), Survey: "trip"}, bare}), surveys.ErrExists)

		got, err := s.FindInvitation(ctx, full.Token)
		must(t, err)
		full.ExpiresAt = day.UTC().Truncate(time.Microsecond)
		full.Attributes = map[surveys.AttributeKey]string{"flight": "LX 318", "note": "\"Zürich\" \\ 東京\n"}
		if diff := cmp.Diff(full, got); diff != "" {
			t.Error(diff)
		}
		got, err = s.FindInvitation(ctx, bare.Token)
		must(t, err)
		bare.Attributes = map[surveys.AttributeKey]string{}
		if diff := cmp.Diff(bare, got); diff != "" {
			t.Error(diff)
		}
		_, err = s.FindInvitation(ctx, surveys.Token("C").Hash())
		want(t, err, surveys.ErrNotFound)
	})
}

func TestCreateManyInvitations(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		in := make([]surveys.Invitation, 2500)
		for i := range in {
			in[i] = surveys.Invitation{Token: surveys.Token(string(rune('0' + i))).Hash(), Survey: "trip"}
		}
		must(t, s.CreateInvitations(ctx, in))
		for _, i := range []int{0, 999, 1000, 2499} {
			_, err := s.FindInvitation(ctx, in[i].Token)
			must(t, err)
		}
	})
}
