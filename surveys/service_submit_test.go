package surveys_test

import (
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

func TestSubmit(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		sub := web()
		first, err := s.Submit(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		want := surveys.Receipt{ID: sub.ID, Survey: "default", Version: 1, ReceivedAt: now.Truncate(time.Microsecond)}
		if diff := cmp.Diff(want, first); diff != "" {
			t.Errorf("receipt (-want +got):\n%s", diff)
		}
		c.pass(48 * time.Hour)
		repeat, err := s.Submit(t.Context(), sub)
		if want.Repeat = true; err != nil || !cmp.Equal(want, repeat) {
			t.Errorf("repeat: %v, %s", err, cmp.Diff(want, repeat))
		}
		other := web()
		other.ID = sub.ID
		other.Answers["overall"] = rating(1)
		_, err = s.Submit(t.Context(), other)
		is(t, err, surveys.ErrConflict)

		missing := web()
		missing.Survey = "nothing"
		_, err = s.Submit(t.Context(), missing)
		is(t, err, surveys.ErrNotFound)
		missing = web()
		missing.Version = 7
		_, err = s.Submit(t.Context(), missing)
		is(t, err, surveys.ErrNotFound)
		missing.Version = -1
		_, err = s.Submit(t.Context(), missing)
		is(t, err, surveys.ErrNotFound)
		nowhere := web()
		nowhere.Survey = ""
		_, err = s.Submit(t.Context(), nowhere)
		if diff := cmp.Diff([]string{"survey required"}, problems(t, err)); diff != "" {
			t.Error(diff)
		}
		wrong := web()
		wrong.Answers["overall"] = rating(11)
		_, err = s.Submit(t.Context(), wrong)
		if diff := cmp.Diff([]string{"answers.overall range"}, problems(t, err)); diff != "" {
			t.Error(diff)
		}
		if got := responses(t, s); len(got) != 1 || got[0].SubmittedAt != now.Truncate(time.Microsecond) || got[0].Digest != sub.Digest() {
			t.Errorf("stored %+v", got)
		}
	})
}

// renamed is the default survey with another key for one item.
func renamed(t *testing.T, item, key string) *surveys.Survey {
	t.Helper()
	src := regexp.MustCompile(`(?m)^      - key: `+item+`\n`).ReplaceAll(surveyfile.Default().Source, []byte("      - key: "+key+"\n"))
	src = regexp.MustCompile(`\b`+item+`,`).ReplaceAll(src, []byte(key+","))
	next, err := surveyfile.Read("next", src)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestSubmitRepeatAfterNewVersion(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		sub := web()
		first, err := s.Submit(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Publish(t.Context(), renamed(t, "baggage", "luggage")); err != nil {
			t.Fatal(err)
		}
		repeat, err := s.Submit(t.Context(), sub)
		if first.Repeat = true; err != nil || !cmp.Equal(first, repeat) {
			t.Errorf("repeat: %v, %s", err, cmp.Diff(first, repeat))
		}
		late := web()
		_, err = s.Submit(t.Context(), late)
		if diff := cmp.Diff([]string{"answers.baggage unknown"}, problems(t, err)); diff != "" {
			t.Error(diff)
		}
		late.Version = 1
		if r, err := s.Submit(t.Context(), late); err != nil || r.Version != 1 {
			t.Errorf("to the version seen: %+v, %v", r, err)
		}
	})
}

func TestInvitation(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		tokens, err := s.Invite(t.Context(), []surveys.Invitation{
			{Survey: "default", Attributes: map[surveys.AttributeKey]string{"flight": "U2 1", "cabin": "first", "tier": ""}, ExpiresAt: now.Add(72 * time.Hour)},
			{Survey: "default", ExpiresAt: now.Add(time.Hour)},
		})
		if err != nil || len(tokens) != 2 || tokens[0] == tokens[1] {
			t.Fatal(tokens, err)
		}
		form, err := s.FindForm(t.Context(), string(tokens[0]))
		if err != nil {
			t.Fatal(err)
		}
		if form.Token != tokens[0] || form.Survey.Key != "default" || form.Survey.Version != 1 ||
			!cmp.Equal(form.Attributes, map[surveys.AttributeKey]string{"flight": "U2 1", "cabin": "first"}) {
			t.Errorf("form %+v", form)
		}

		sub := submission() // says economy
		sub.Token = tokens[0]
		first, err := s.Submit(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		if got := responses(t, s)[0].Attributes; got[0] != "U2 1" || got[9] != "first" {
			t.Errorf("attributes %q: the invitation's must win", got)
		}
		_, err = s.FindForm(t.Context(), string(tokens[0]))
		is(t, err, surveys.ErrTokenUsed)
		repeat, err := s.Submit(t.Context(), sub)
		if first.Repeat = true; err != nil || !cmp.Equal(first, repeat) {
			t.Errorf("repeat: %v, %s", err, cmp.Diff(first, repeat))
		}
		second := submission()
		second.Token = tokens[0]
		_, err = s.Submit(t.Context(), second)
		is(t, err, surveys.ErrTokenUsed)
		changed := submission()
		changed.ID, changed.Token = sub.ID, tokens[0]
		changed.Answers["overall"] = rating(2)
		_, err = s.Submit(t.Context(), changed)
		is(t, err, surveys.ErrConflict)

		c.pass(100 * time.Hour)
		late := submission()
		late.Token = tokens[1]
		_, err = s.Submit(t.Context(), late)
		is(t, err, surveys.ErrTokenExpired)
		_, err = s.FindForm(t.Context(), string(tokens[1]))
		is(t, err, surveys.ErrTokenExpired)
		repeat, err = s.Submit(t.Context(), sub)
		if err != nil || !cmp.Equal(first, repeat) {
			t.Errorf("repeat after expiry: %v, %s", err, cmp.Diff(first, repeat))
		}
		for _, token := range []surveys.Token{surveys.NewToken(), "x"} {
			unknown := submission()
			unknown.Token = token
			_, err = s.Submit(t.Context(), unknown)
			is(t, err, surveys.ErrNotFound)
		}
		if n := len(responses(t, s)); n != 1 {
			t.Errorf("%d responses are stored", n)
		}
	})
}

func TestInvitationOfAnotherSurvey(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		tokens, err := s.Invite(t.Context(), []surveys.Invitation{{Survey: "default"}})
		if err != nil {
			t.Fatal(err)
		}
		sub := submission()
		sub.Token, sub.Survey = tokens[0], "other"
		_, err = s.Submit(t.Context(), sub)
		if diff := cmp.Diff([]string{"survey mismatch"}, problems(t, err)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWaves(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		open := func(key surveys.WaveKey, from, to time.Duration) {
			t.Helper()
			w := surveys.Wave{Survey: "default", Key: key, OpensAt: now.Add(from)}
			if to != 0 {
				w.ClosesAt = now.Add(to)
			}
			if err := s.OpenWave(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		submit := func(wave surveys.WaveKey) (surveys.Submission, error) {
			sub := web()
			sub.Wave = wave
			_, err := s.Submit(t.Context(), sub)
			return sub, err
		}
		if _, err := submit(""); err != nil {
			t.Fatalf("a survey without waves is open: %v", err)
		}
		if _, err := submit("spring"); !slices.Contains(problems(t, err), "wave unknown") {
			t.Errorf("unknown wave: %v", err)
		}
		open("spring", -time.Hour, time.Hour)
		open("summer", 30*time.Minute, 3*time.Hour)
		open("past", -3*time.Hour, -2*time.Hour)
		is(t, s.OpenWave(t.Context(), surveys.Wave{Survey: "default", Key: "spring"}), surveys.ErrExists)
		is(t, s.OpenWave(t.Context(), surveys.Wave{Survey: "nothing", Key: "spring"}), surveys.ErrNotFound)
		err := s.OpenWave(t.Context(), surveys.Wave{Survey: "default", Key: "X", OpensAt: now, ClosesAt: now})
		if diff := cmp.Diff([]string{"key key", "closes_at range"}, problems(t, err)); diff != "" {
			t.Error(diff)
		}

		spring, err := submit("")
		if err != nil {
			t.Fatal(err)
		}
		_, err = submit("summer")
		is(t, err, surveys.ErrWaveClosed)
		_, err = submit("past")
		is(t, err, surveys.ErrWaveClosed)
		c.pass(45 * time.Minute) // both are open: the one opened last
		if _, err := submit(""); err != nil {
			t.Fatal(err)
		}
		if _, err := submit("spring"); err != nil {
			t.Fatal(err)
		}
		form, err := s.FindForm(t.Context(), "default")
		if err != nil || form.Wave != "summer" {
			t.Errorf("form of wave %q, %v", form.Wave, err)
		}
		if err := s.CloseWave(t.Context(), "default", "summer"); err != nil {
			t.Fatal(err)
		}
		is(t, s.CloseWave(t.Context(), "default", "winter"), surveys.ErrNotFound)
		c.pass(time.Hour)
		_, err = submit("")
		is(t, err, surveys.ErrWaveClosed)
		_, err = s.FindForm(t.Context(), "default")
		is(t, err, surveys.ErrWaveClosed)
		if r, err := s.Submit(t.Context(), spring); err != nil || !r.Repeat {
			t.Errorf("a repeat after the wave has closed: %+v, %v", r, err)
		}
		spring.Answers["overall"] = rating(0)
		_, err = s.Submit(t.Context(), spring)
		is(t, err, surveys.ErrConflict)

		var waves []surveys.WaveKey
		for _, r := range responses(t, s) {
			waves = append(waves, r.Wave)
		}
		if diff := cmp.Diff([]surveys.WaveKey{"", "spring", "summer", "spring"}, waves); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTokenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		tokens, err := s.Invite(t.Context(), []surveys.Invitation{{Survey: "default"}})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		errs := make([]error, 16)
		for i := range errs {
			sub := submission()
			sub.Token = tokens[0]
			wg.Go(func() { _, errs[i] = s.Submit(t.Context(), sub) })
		}
		wg.Wait()
		stored := 0
		for _, err := range errs {
			if err == nil {
				stored++
			} else {
				is(t, err, surveys.ErrTokenUsed)
			}
		}
		if stored != 1 || len(responses(t, s)) != 1 {
			t.Errorf("%d submissions were accepted, %d are stored", stored, len(responses(t, s)))
		}
	})
}
