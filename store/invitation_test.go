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

func TestInvitationsAreCounted(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		_, err := s.CountInvitations(ctx, "trip", day)
		want(t, err, surveys.ErrNotFound)
		publish(t, s)
		got, err := s.CountInvitations(ctx, "trip", day)
		must(t, err)
		if len(got) != 0 {
			t.Errorf("of no invitation: %+v", got)
		}
		must(t, s.CreateWave(ctx, surveys.Wave{Survey: "trip", Key: "spring", OpensAt: day}))
		var in []surveys.Invitation
		add := func(n int, wave surveys.WaveKey, used bool, expires time.Time) {
			for range n {
				in = append(in, surveys.Invitation{Token: surveys.NewToken().Hash(), Survey: "trip", Wave: wave, Used: used, ExpiresAt: expires})
			}
		}
		add(2, "", false, time.Time{})                      // never expires
		add(3, "", true, day.Add(-time.Hour))               // used in time
		add(5, "spring", false, day)                        // expires this moment
		add(7, "spring", false, day.Add(time.Microsecond))  // has a microsecond left
		add(11, "spring", false, day.Add(-time.Nanosecond)) // over
		add(13, "spring", true, time.Time{})
		must(t, s.CreateInvitations(ctx, in))
		got, err = s.CountInvitations(ctx, "trip", day)
		must(t, err)
		if diff := cmp.Diff([]surveys.InvitationCount{{Used: 3, Open: 2}, {Wave: "spring", Used: 13, Expired: 16, Open: 7}}, got); diff != "" {
			t.Error(diff)
		}
		if got[1].Sent() != 36 {
			t.Errorf("%d sent", got[1].Sent())
		}
	})
}
