package store_test

import (
	"fmt"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// foreseeing stores single responses until the store sends transactions at once, without looking at anything before.
func foreseeing(t *testing.T, s *store.Store, stored map[surveys.ResponseID]bool) {
	t.Helper()
	for n := 0; !s.Foresees(); n++ {
		r := answer(id('f', s.Taken()+1))
		if _, err := s.SubmitResponse(t.Context(), r, nil); err != nil || n > 100 {
			t.Fatalf("after %d responses: %v", n, err)
		}
		stored[r.ID] = true
	}
}

// TestForeseen: what is sent at once, in the belief that nobody else is at the database, is taken, refused and numbered as
// what is looked at before, whatever another program has done meanwhile.
func TestForeseen(t *testing.T) {
	url := oneMachine(t)
	here, there, ctx := open(t, url), open(t, url), t.Context()
	publish(t, here)
	invite(t, here, "A", "B", "C")
	hash := func(name surveys.Token) *surveys.TokenHash { h := name.Hash(); return &h }
	stored := map[surveys.ResponseID]bool{}
	submit := func(s *store.Store, r *surveys.Response, token *surveys.TokenHash) {
		t.Helper()
		_, err := s.SubmitResponse(ctx, r, token)
		must(t, err)
		stored[r.ID] = true
	}
	remove := func(s *store.Store, r surveys.ResponseID) {
		t.Helper()
		_, err := s.RemoveResponse(ctx, surveys.Removal{Response: r, Survey: "trip", RemovedAt: day, Reason: "asked"})
		must(t, err)
		delete(stored, r)
	}
	steps := []struct {
		name      string
		meanwhile func()
		r         *surveys.Response
		token     *surveys.TokenHash
		repeat    bool
		err       error
	}{
		{name: "nothing has happened", r: answer(id('r', 1))},
		{name: "with a token", r: answer(id('r', 2)), token: hash("A")},
		{name: "stored before", r: answer(id('r', 1)), repeat: true},
		{name: "stored before with a token", r: answer(id('r', 2)), token: hash("A"), repeat: true},
		{name: "stored before with other content", r: otherContent(answer(id('r', 1))), err: surveys.ErrConflict},
		{name: "token used before", r: answer(id('r', 3)), token: hash("A"), err: surveys.ErrTokenUsed},
		{name: "token unknown", r: answer(id('r', 3)), token: hash("none"), err: surveys.ErrNotFound},
		{name: "stored elsewhere", meanwhile: func() { submit(there, answer(id('t', 1)), nil) }, r: answer(id('t', 1)), repeat: true},
		{name: "another stored elsewhere", meanwhile: func() { submit(there, answer(id('t', 2)), nil) }, r: answer(id('r', 4))},
		{name: "token used elsewhere", meanwhile: func() { submit(there, answer(id('t', 3)), hash("B")) }, r: answer(id('r', 5)), token: hash("B"),
			err: surveys.ErrTokenUsed},
		{name: "removed here", meanwhile: func() { remove(here, id('r', 1)) }, r: answer(id('r', 1)), err: surveys.ErrRemoved},
		{name: "removed elsewhere", meanwhile: func() { remove(there, id('r', 2)) }, r: answer(id('r', 2)), token: hash("C"), err: surveys.ErrRemoved},
		{name: "removed long ago", r: answer(id('r', 1)), err: surveys.ErrRemoved},
		{name: "removed elsewhere, and the counter where it was", meanwhile: func() {
			remove(there, id('r', 4))
			_, err := here.DB().ExecContext(ctx, "UPDATE response_seq SET last = last - 1")
			must(t, err)
		}, r: answer(id('r', 4)), err: surveys.ErrRemoved},
		{name: "after all that", r: answer(id('r', 6)), token: hash("C")},
	}
	for _, x := range steps {
		foreseeing(t, here, stored)
		if x.meanwhile != nil {
			x.meanwhile()
		}
		receipt, err := here.SubmitResponse(ctx, x.r, x.token)
		want(t, err, x.err)
		if receipt.Repeat != x.repeat {
			t.Errorf("%s: %+v", x.name, receipt)
		}
		if err == nil {
			stored[x.r.ID] = true
		}
		if t.Failed() {
			t.Fatal(x.name)
		}
	}
	last := int64(0)
	for _, r := range mustList(t, here) {
		if r.Seq <= last || !stored[r.ID] {
			t.Errorf("response %s has seq %d behind %d", r.ID, r.Seq, last)
		}
		last = r.Seq
		delete(stored, r.ID)
	}
	if len(stored) > 0 {
		t.Errorf("%d responses are lost", len(stored))
	}
}

// TestForeseenAfterBackup: a database that was set back to an earlier state, with other removals since, is not taken for
// the one that was known.
func TestForeseenAfterBackup(t *testing.T) {
	s, ctx := open(t, oneMachine(t)), t.Context()
	publish(t, s)
	stored := map[surveys.ResponseID]bool{}
	foreseeing(t, s, stored)
	for i := range 3 {
		_, err := s.SubmitResponse(ctx, answer(id('r', i+1)), nil)
		must(t, err)
	}
	remove := func(r surveys.ResponseID) {
		t.Helper()
		_, err := s.RemoveResponse(ctx, surveys.Removal{Response: r, Survey: "trip", RemovedAt: day, Reason: "asked"})
		must(t, err)
	}
	remove(id('r', 1))
	_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
	want(t, err, surveys.ErrRemoved)
	for _, statement := range []string{"DELETE FROM removals", "DELETE FROM responses WHERE seq > 1", "UPDATE response_seq SET last = 1"} {
		_, err := s.DB().ExecContext(ctx, statement)
		must(t, err)
	}
	_, err = s.SubmitResponse(ctx, answer(id('r', 2)), nil)
	must(t, err)
	remove(id('r', 2))
	for range 3 {
		_, err = s.SubmitResponse(ctx, answer(id('r', 2)), nil)
		want(t, err, surveys.ErrRemoved)
	}
	_, err = s.SubmitResponse(ctx, answer(id('r', 1)), nil)
	must(t, err)
}

// TestForeseenRefused: of a group that is sent at once, only the response that the database refuses fails.
func TestForeseenRefused(t *testing.T) {
	s := open(t, oneMachine(t))
	publish(t, s)
	_, err := s.DB().ExecContext(t.Context(), "ALTER TABLE responses ADD CHECK (language <> 'bad')")
	must(t, err)
	stored := map[surveys.ResponseID]bool{}
	foreseeing(t, s, stored)
	release := hold(t, s)
	defer release()
	before := busyCommitter(t, s)
	const n = 20
	errs := make([]error, n)
	for i := range n {
		r := answer(id('r', i+1))
		if i == 7 {
			r.Language = "bad"
		}
		before.Go(func() { _, errs[i] = s.SubmitResponse(t.Context(), r, nil) })
		until(t, func() bool { return s.Waiting() == i+1 })
	}
	release()
	before.Wait()
	for i, err := range errs {
		if (err != nil) != (i == 7) {
			t.Errorf("response %d: %v", i, err)
		}
	}
	if all := mustList(t, s); len(all) != len(stored)+1+n-1 || all[len(all)-1].Seq != int64(len(all)) {
		t.Errorf("%d responses, last %d", len(all), all[len(all)-1].Seq)
	}
}

// TestForeseenBySeveral: several programs that each believe to be alone number without gaps, and all that they
// acknowledge is stored once.
func TestForeseenBySeveral(t *testing.T) {
	url := testdb.Postgres(t)
	publish(t, open(t, url))
	const programs, writers, each = 3, 16, 40
	done := make(chan error, programs*writers)
	for p := range programs {
		s := open(t, url)
		for w := range writers {
			go func() {
				var err error
				for i := range each {
					if err == nil {
						// Every response is sent to two programs.
						_, err = s.SubmitResponse(t.Context(), answer(id(byte('a'+(p+i%2)%programs), w*each+i+1)), nil)
					}
				}
				done <- err
			}()
		}
	}
	for range programs * writers {
		must(t, <-done)
	}
	all := mustList(t, open(t, url))
	for i, r := range all {
		if r.Seq != int64(i+1) {
			t.Fatalf("response %d has seq %d", i+1, r.Seq)
		}
	}
	if len(all) != programs*writers*each {
		t.Error(fmt.Sprint(len(all), " responses, want ", programs*writers*each))
	}
}

// TestGroupWaitsForOthers: who sends alone does not wait; where many send again at once, they are waited for, but not long.
func TestGroupWaitsForOthers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := open(t, url)
		publish(t, s)
		for range 20 {
			_, err := s.SubmitResponse(t.Context(), answer(id('r', s.Taken()+1)), nil)
			must(t, err)
		}
		if s.Lingered() > 0 {
			t.Error("one who sends alone waits")
		}
		s.Answering(2, time.Hour)
		_, err := s.SubmitResponse(t.Context(), answer(id('r', s.Taken()+1)), nil)
		must(t, err)
		if n := s.Lingered(); n != 1 {
			t.Errorf("%d times was waited for others, want 1", n)
		}
	})
}

// oneMachine returns the URL of a migrated database that is not spread, whichever the others are: on Citus nothing is foreseen.
func oneMachine(t *testing.T) string {
	t.Helper()
	url := testdb.EmptyPostgres(t)
	_, _, err := store.Migrate(t.Context(), url)
	must(t, err)
	return url
}
