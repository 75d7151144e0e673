package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

func TestPublishSurvey(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		first := source(t, "trip", "")
		for _, step := range []struct {
			edition string
			version int
		}{
			{"", 1},
			{"", 1}, // the same source again
			{"2", 2},
			{"2", 2},
			{"", 3}, // only the latest version counts as the same
		} {
			version, err := s.PublishSurvey(ctx, source(t, "trip", step.edition))
			if err != nil || version != step.version {
				t.Fatalf("edition %q: got version %d, %v; want %d", step.edition, version, err, step.version)
			}
		}
		found, err := s.FindSurvey(ctx, "trip", 1)
		must(t, err)
		first.Version, first.PublishedAt = 1, time.Date(2026, 3, 4, 3, 6, 7, 891_234_000, time.UTC)
		if diff := cmp.Diff(first, found); diff != "" {
			t.Errorf("version 1 (-published +found):\n%s", diff)
		}
		latest, err := s.FindSurvey(ctx, "trip", 0)
		must(t, err)
		if latest.Version != 3 {
			t.Errorf("latest is version %d, want 3", latest.Version)
		}
		_, err = s.FindSurvey(ctx, "trip", 4)
		want(t, err, surveys.ErrNotFound)
		_, err = s.FindSurvey(ctx, "none", 0)
		want(t, err, surveys.ErrNotFound)
	})
}

func TestPublishSurveyRefusesForeignSource(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := open(t, url)
		other := source(t, "trip", "")
		other.Key = "other"
		_, err := s.PublishSurvey(t.Context(), other)
		wantText(t, err, `its source is the survey "trip"`)
		undated := source(t, "trip", "")
		undated.PublishedAt = time.Time{}
		_, err = s.PublishSurvey(t.Context(), undated)
		wantText(t, err, "no time of publication")
		empty := &surveys.Survey{Key: "empty", PublishedAt: day}
		if _, err := s.PublishSurvey(t.Context(), empty); err == nil {
			t.Error("a survey without source was published")
		}
	})
}

func TestPublishSurveyAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		const n = 8
		versions := make([]int, n)
		var all sync.WaitGroup
		for i := range n {
			survey := source(t, "trip", string(rune('a'+i)))
			all.Go(func() {
				v, err := s.PublishSurvey(ctx, survey)
				if err != nil {
					t.Error(err)
				}
				versions[i] = v
			})
		}
		all.Wait()
		seen := map[int]bool{}
		for i, v := range versions {
			seen[v] = true
			found, err := s.FindSurvey(ctx, "trip", v)
			must(t, err)
			if got, want := found.Questionnaire.Title["en"], "Your trip "+string(rune('a'+i)); got != want {
				t.Errorf("version %d is %q, want %q", v, got, want)
			}
		}
		if len(seen) != n || !seen[1] || !seen[n] {
			t.Errorf("versions %v, want each of 1 to %d once", versions, n)
		}
	})
}

func TestListSurveys(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		none, err := s.ListSurveys(ctx)
		if err != nil || len(none) != 0 {
			t.Fatalf("empty store: %v, %v", none, err)
		}
		// By bytes: "a-b" < "a_b" < "ab" in both databases.
		for _, key := range []string{"ab", "a_b", "a-b", "a-b"} {
			_, err := s.PublishSurvey(ctx, source(t, key, time.Now().String()))
			must(t, err)
		}
		all, err := s.ListSurveys(ctx)
		must(t, err)
		type kv struct {
			Key     surveys.SurveyKey
			Version int
		}
		var got []kv
		for _, x := range all {
			got = append(got, kv{x.Key, x.Version})
		}
		if diff := cmp.Diff([]kv{{"a-b", 2}, {"a_b", 1}, {"ab", 1}}, got); diff != "" {
			t.Error(diff)
		}
	})
}
