package surveys_test

import (
	"errors"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// each runs f on a service over each kind of database, with the default survey published.
func each(t *testing.T, f func(t *testing.T, s *surveys.Service, c *clock)) {
	testdb.Each(t, func(t *testing.T, url string) {
		db, err := store.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		c := &clock{at: now}
		s := surveys.NewService(db)
		s.Now = c.now
		if version, err := s.Publish(t.Context(), surveyfile.Default()); err != nil || version != 1 {
			t.Fatalf("published as version %d: %v", version, err)
		}
		f(t, s, c)
	})
}

func responses(t *testing.T, s *surveys.Service) []*surveys.Response {
	t.Helper()
	var out []*surveys.Response
	for r, err := range s.Store.ListResponses(t.Context(), surveys.ResponseFilter{Survey: "default"}) {
		if err != nil {
			t.Fatal(err)
		}
		x := *r
		x.Ratings, x.Attributes = slices.Clone(r.Ratings), slices.Clone(r.Attributes)
		out = append(out, &x)
	}
	return out
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error is %v, want %v", err, want)
	}
}

func web() surveys.Submission {
	sub := submission()
	sub.Survey = "default"
	return sub
}

func TestPublish(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		again, err := s.Publish(t.Context(), surveyfile.Default())
		if err != nil || again != 1 {
			t.Errorf("the same source is version %d: %v", again, err)
		}
		broken := surveyfile.Default()
		broken.Models[0].Dimensions[0].DimensionWeight = .3
		_, err = s.Publish(t.Context(), broken)
		if diff := cmp.Diff([]string{"models[0].dimensions sum"}, problems(t, err)); diff != "" {
			t.Error(diff)
		}
		none := surveyfile.Default()
		none.Source = nil
		if _, err = s.Publish(t.Context(), none); !slices.Contains(problems(t, err), " source") {
			t.Errorf("without source: %v", err)
		}
		next, err := surveyfile.Read("next", append(surveyfile.Default().Source, "# changed\n"...))
		if err != nil {
			t.Fatal(err)
		}
		if version, err := s.Publish(t.Context(), next); err != nil || version != 2 {
			t.Errorf("changed source is version %d: %v", version, err)
		}
	})
}

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

// A repeat has its receipt although the questionnaire has changed so that it would be refused now.
func TestSubmitRepeatAfterNewVersion(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		sub := web()
		first, err := s.Submit(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		src := regexp.MustCompile(`(?m)^      - key: baggage\n`).ReplaceAll(surveyfile.Default().Source, []byte("      - key: luggage\n"))
		src = regexp.MustCompile(`boarding, baggage,`).ReplaceAll(src, []byte("boarding, luggage,"))
		next, err := surveyfile.Read("next", src)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Publish(t.Context(), next); err != nil {
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

func TestInviteRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		_, err := s.Invite(t.Context(), []surveys.Invitation{{Survey: "nothing"}})
		is(t, err, surveys.ErrNotFound)
		_, err = s.Invite(t.Context(), []surveys.Invitation{
			{Survey: "default"},
			{Survey: "default", Wave: "w1", ExpiresAt: now, Attributes: map[surveys.AttributeKey]string{"cabin": "third", "seat": "1A"}},
		})
		want := []string{"invitations[1].wave unknown", "invitations[1].expires_at range", "invitations[1].attributes.cabin unknown", "invitations[1].attributes.seat unknown"}
		if diff := cmp.Diff(want, problems(t, err)); diff != "" {
			t.Error(diff)
		}
		if _, err = s.Invite(t.Context(), nil); len(problems(t, err)) != 1 {
			t.Errorf("no invitations: %v", err)
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

func TestFindForm(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		form, err := s.FindForm(t.Context(), "default")
		if err != nil || form.Survey.Version != 1 || form.Token != "" || form.Wave != "" || len(form.Attributes) != 0 {
			t.Errorf("form %+v, %v", form, err)
		}
		for _, ref := range []string{"", "nothing", "Default", "../default", string(surveys.NewToken()), "default\x00"} {
			_, err := s.FindForm(t.Context(), ref)
			is(t, err, surveys.ErrNotFound)
		}
	})
}

func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		bearer, err := s.CreateKey(t.Context(), " scores to the warehouse ")
		if err != nil || !regexp.MustCompile(`^pxs_[A-Za-z0-9_-]{43}$`).MatchString(bearer) {
			t.Fatalf("%q, %v", bearer, err)
		}
		_, err = s.CreateKey(t.Context(), "scores to the warehouse")
		is(t, err, surveys.ErrExists)
		if _, err := s.CreateKey(t.Context(), "\n"); len(problems(t, err)) != 1 {
			t.Errorf("a name of nothing: %v", err)
		}
		k, err := s.Authenticate(t.Context(), bearer)
		if err != nil || k.Name != "scores to the warehouse" || k.Hash != surveys.Token(bearer).Hash() || !k.CreatedAt.Equal(now.Truncate(time.Microsecond)) {
			t.Errorf("key %+v, %v", k, err)
		}
		for _, other := range []string{"", "pxs_", bearer[:46], bearer + "A", "PXS_" + bearer[4:], bearer[:46] + "!"} {
			_, err := s.Authenticate(t.Context(), other)
			is(t, err, surveys.ErrNotFound)
		}
		if err := s.Store.RevokeKey(t.Context(), k.Name, now); err != nil {
			t.Fatal(err)
		}
		_, err = s.Authenticate(t.Context(), bearer)
		is(t, err, surveys.ErrNotFound)
	})
}

// Whoever comes first with a token is stored, everyone else is refused, and repeats of the first get its receipt.
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
