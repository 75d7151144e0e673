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

// A repeat has its receipt although the questionnaire has changed so that it would be refused now.
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
