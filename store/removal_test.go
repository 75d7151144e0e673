package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// TestRemoveResponse: what is left is the trace, readers find it in order, and nothing brings the response back.
func TestRemoveResponse(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		invite(t, s, "A")
		token := surveys.Token("A").Hash()
		for i := range 3 {
			_, err := s.SubmitResponse(ctx, answer(id('r', i+1)), nil)
			must(t, err)
		}
		wish := surveys.Removal{Response: id('r', 2), Survey: "trip", RemovedAt: day, Reason: "asked for it"}
		for _, wrong := range []surveys.Removal{{Response: id('r', 9), Survey: "trip", RemovedAt: day}, {Response: id('r', 2), Survey: "tour", RemovedAt: day}} {
			_, err := s.RemoveResponse(ctx, wrong)
			want(t, err, surveys.ErrNotFound)
		}
		done, err := s.RemoveResponse(ctx, wish)
		must(t, err)
		wanted := wish
		wanted.Seq, wanted.ResponseSeq, wanted.RemovedAt = 4, 2, day.UTC().Truncate(time.Microsecond)
		if diff := cmp.Diff(wanted, done); diff != "" {
			t.Error(diff)
		}
		_, err = s.RemoveResponse(ctx, wish)
		want(t, err, surveys.ErrRemoved)
		_, _, err = s.FindReceipt(ctx, id('r', 2))
		want(t, err, surveys.ErrNotFound)

		for _, r := range []*surveys.Response{answer(id('r', 2)), otherContent(answer(id('r', 2)))} {
			_, err = s.SubmitResponse(ctx, r, &token)
			want(t, err, surveys.ErrRemoved)
		}
		outcomes := s.SubmitResponses(ctx, []surveys.Prepared{{Response: answer(id('r', 2))}, {Response: answer(id('r', 4))}})
		want(t, outcomes[0].Err, surveys.ErrRemoved)
		must(t, outcomes[1].Err)
		added, err := s.ImportResponses(ctx, []*surveys.Response{answer(id('r', 2)), answer(id('r', 5))})
		if err != nil || added != 1 {
			t.Errorf("imported %d, %v", added, err)
		}
		if inv, err := s.FindInvitation(ctx, token); err != nil || inv.Used {
			t.Errorf("%+v, %v: a refused response used its token", inv, err)
		}

		var seqs []int64
		for _, r := range mustList(t, s) {
			seqs = append(seqs, r.Seq)
		}
		if diff := cmp.Diff([]int64{1, 3, 5, 6}, seqs); diff != "" { // 4 is the removal
			t.Error(diff)
		}
		_, err = s.RemoveResponse(ctx, surveys.Removal{Response: id('r', 5), Survey: "trip", RemovedAt: day, Reason: "test"})
		must(t, err)
		for after, n := range map[int64]int{0: 2, 3: 2, 4: 1, 7: 0} {
			got, err := s.ListRemovals(ctx, "trip", after)
			must(t, err)
			if len(got) != n || n == 2 && cmp.Diff(wanted, got[0]) != "" || n > 0 && got[n-1].Seq != 7 {
				t.Errorf("removals after %d: %+v", after, got)
			}
		}
		if none, err := s.ListRemovals(ctx, "tour", 0); err != nil || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
	})
}

// TestRemovedWhileSubmitting: a submission that looked for its id before another program stored and removed it is refused, too.
func TestRemovedWhileSubmitting(t *testing.T) {
	s, ctx := open(t, testdb.Postgres(t)), t.Context()
	publish(t, s)
	tx, err := s.DB().BeginTx(ctx, nil)
	must(t, err)
	defer tx.Rollback()
	_, err = tx.ExecContext(ctx, "SELECT last FROM response_seq FOR UPDATE")
	must(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
		done <- err
	}()
	until(t, func() bool { // it has looked, and waits for the counter
		var waiting int
		must(t, s.DB().QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
			AND wait_event_type = 'Lock' AND query LIKE 'begin; select%'`).Scan(&waiting))
		return waiting == 1
	})
	for _, statement := range []string{
		"UPDATE response_seq SET last = last + 2",
		"INSERT INTO removals VALUES ('" + id('r', 1).String() + "', 2, 'trip', 1, now(), 'test')",
	} {
		_, err := tx.ExecContext(ctx, statement)
		must(t, err)
	}
	must(t, tx.Commit())
	want(t, <-done, surveys.ErrRemoved)
}
