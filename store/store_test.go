package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// day is the moment of most tests. It has nanoseconds, which the databases drop.
var day = time.Date(2026, 3, 4, 5, 6, 7, 891_234_567, time.FixedZone("", 2*3600))

func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// source is the survey of the tests under a key. Its edition makes another version of it.
func source(t testing.TB, key, edition string) *surveys.Survey {
	t.Helper()
	file, err := os.ReadFile("testdata/trip.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file = bytes.Replace(file, []byte("key: trip"), []byte("key: "+key), 1)
	file = bytes.Replace(file, []byte("title: Your trip"), []byte("title: Your trip "+edition), 1)
	survey, err := surveyfile.Read("trip.yaml", file)
	if err != nil {
		t.Fatal(err)
	}
	survey.PublishedAt = day
	return survey
}

// publish publishes the survey trip as version 1.
func publish(t testing.TB, s *store.Store) {
	t.Helper()
	if _, err := s.PublishSurvey(t.Context(), source(t, "trip", "")); err != nil {
		t.Fatal(err)
	}
}

// id is the n-th response id of a group.
func id(group byte, n int) (id surveys.ResponseID) {
	id[0] = group
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

// answer is a plain response to version 1 of trip.
func answer(id surveys.ResponseID) *surveys.Response {
	return &surveys.Response{
		ID: id, Survey: "trip", Version: 1, ReceivedAt: day, Mode: surveys.ModeWeb, Language: "en", ResponseWeight: 1,
		Ratings: []byte{7, 3, 9}, Attributes: []string{"LX 318", "economy", ""}, Digest: sha256.Sum256(id[:]),
	}
}

func invite(t testing.TB, s *store.Store, tokens ...surveys.Token) {
	t.Helper()
	in := make([]surveys.Invitation, len(tokens))
	for i, token := range tokens {
		in[i] = surveys.Invitation{Token: token.Hash(), Survey: "trip"}
	}
	if err := s.CreateInvitations(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// list returns copies of the responses that a filter selects.
func list(ctx context.Context, s *store.Store, f surveys.ResponseFilter) (out []*surveys.Response, err error) {
	for r, err := range s.ListResponses(ctx, f) {
		if err != nil {
			return out, err
		}
		c := *r
		c.Ratings, c.Attributes = bytes.Clone(r.Ratings), append([]string(nil), r.Attributes...)
		out = append(out, &c)
	}
	return out, nil
}

func mustList(t testing.TB, s *store.Store) []*surveys.Response {
	t.Helper()
	all, err := list(t.Context(), s, surveys.ResponseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func want(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want %v", err, target)
	}
}

func wantText(t testing.TB, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Fatalf("got error %v, want one that says %q", err, text)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
