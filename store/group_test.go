package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// hold keeps every transaction that stores responses waiting until release is called.
func hold(t *testing.T, s *store.Store) (release func()) {
	t.Helper()
	tx, err := s.DB().BeginTx(context.Background(), nil) // in SQLite the one connection that writes
	must(t, err)
	if !s.IsSQLite() {
		_, err := tx.ExecContext(t.Context(), "SELECT last FROM response_seq FOR UPDATE")
		must(t, err)
	}
	return sync.OnceFunc(func() { must(t, tx.Rollback()) })
}

// busyCommitter gives the committer a group of one response, which waits as long as hold does.
func busyCommitter(t *testing.T, s *store.Store) (answered *sync.WaitGroup) {
	t.Helper()
	answered = &sync.WaitGroup{}
	taken := s.Taken()
	answered.Go(func() {
		if _, err := s.SubmitResponse(t.Context(), answer(id('h', 1)), nil); err != nil {
			t.Error(err)
		}
	})
	until(t, func() bool { return s.Taken() == taken+1 })
	return answered
}

// until waits for what other goroutines do.
func until(t *testing.T, true func() bool) {
	t.Helper()
	for !true() {
		if t.Context().Err() != nil {
			t.Fatal("the test has ended")
		}
		runtime.Gosched()
	}
}

// submitted is one of the submissions of a group, in their order.
type submitted struct {
	name   string
	r      *surveys.Response
	token  *surveys.TokenHash
	repeat bool
	err    error
}

func otherContent(r *surveys.Response) *surveys.Response {
	r.Digest = sha256.Sum256([]byte("other"))
	return r
}

// TestGroup: what waits is stored by one transaction, and each submission is answered as if it were alone, in the order in
// which they came.
func TestGroup(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		invite(t, s, "A", "B", "C", "D", "used")
		hash := func(name surveys.Token) *surveys.TokenHash { h := name.Hash(); return &h }
		_, err := s.SubmitResponse(ctx, answer(id('s', 1)), hash("used"))
		must(t, err)

		group := []submitted{
			{name: "fresh", r: answer(id('r', 1))},
			{name: "stored before", r: answer(id('s', 1)), token: hash("A"), repeat: true},
			{name: "stored before with other content", r: otherContent(answer(id('s', 1))), token: hash("A"), err: surveys.ErrConflict},
			{name: "twice in the group, first", r: answer(id('r', 2)), token: hash("B")},
			{name: "twice in the group, second", r: answer(id('r', 2)), token: hash("B"), repeat: true},
			{name: "twice in the group, other content", r: otherContent(answer(id('r', 2))), token: hash("C"), err: surveys.ErrConflict},
			{name: "token used before", r: answer(id('r', 3)), token: hash("used"), err: surveys.ErrTokenUsed},
			{name: "the same id with a good token", r: answer(id('r', 3)), token: hash("C")},
			{name: "token unknown", r: answer(id('r', 4)), token: hash("none"), err: surveys.ErrNotFound},
			{name: "token used in the group", r: answer(id('r', 5)), token: hash("B"), err: surveys.ErrTokenUsed},
			{name: "caller gone", r: answer(id('r', 6)), token: hash("D"), err: context.Canceled},
			{name: "last", r: everything(1)},
		}
		commits := noteCommits(t, s)
		release := hold(t, s)
		defer release()
		before := busyCommitter(t, s)
		var answered sync.WaitGroup
		for i, x := range group {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			left := make(chan struct{})
			answered.Go(func() {
				defer close(left)
				receipt, err := s.SubmitResponse(ctx, x.r, x.token)
				if !errors.Is(err, x.err) || (err == nil) != (x.err == nil) || receipt.Repeat != x.repeat {
					t.Errorf("%s: receipt %+v, error %v; want repeat %t, error %v", x.name, receipt, err, x.repeat, x.err)
				}
			})
			until(t, func() bool { return s.Waiting() == i+1 })
			if x.name == "caller gone" {
				cancel()
				<-left
			}
		}
		release()
		answered.Wait()
		before.Wait()

		all := mustList(t, s)
		var got []surveys.ResponseID
		for i, r := range all {
			if r.Seq != int64(i+1) {
				t.Errorf("response %d has seq %d", i+1, r.Seq)
			}
			if r.ID[0] != 'h' { // where those stand is open
				got = append(got, r.ID)
			}
		}
		wanted := []surveys.ResponseID{id('s', 1), id('r', 1), id('r', 2), id('e', 1), id('r', 3)}
		if diff := cmp.Diff(wanted, got); diff != "" || len(all) != len(wanted)+1 {
			t.Errorf("%d responses are stored:\n%s", len(all), diff)
		}
		for token, used := range map[surveys.Token]bool{"A": false, "B": true, "C": true, "D": false} {
			if inv, err := s.FindInvitation(ctx, token.Hash()); err != nil || inv.Used != used {
				t.Errorf("token %s: %+v, %v; want used %t", token, inv, err, used)
			}
		}
		ends := commits()
		var stored []int64 // the ends of the transactions of three responses of the group
		for _, r := range all {
			if slices.Contains([]surveys.ResponseID{id('r', 1), id('r', 2), id('e', 1)}, r.ID) {
				at, _ := slices.BinarySearch(ends, r.Seq)
				stored = append(stored, ends[at])
			}
		}
		if slices.Sort(stored); len(stored) != 3 || stored[0] != stored[2] {
			t.Errorf("transactions ended at %d, those of the group at %d", ends, stored)
		}
	})
}

// noteCommits notes the last seq of each transaction that stores responses from then on: each moves the counter once.
func noteCommits(t *testing.T, s *store.Store) func() []int64 {
	t.Helper()
	statements := []string{"CREATE TABLE commits (last bigint)"}
	if !s.IsSQLite() {
		statements = append(statements, "CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO commits VALUES (new.last); RETURN NULL; END'",
			"CREATE TRIGGER note_commit AFTER UPDATE ON response_seq FOR EACH ROW EXECUTE FUNCTION note_commit()")
	} else {
		statements = append(statements, "CREATE TRIGGER note_commit AFTER UPDATE ON response_seq BEGIN INSERT INTO commits VALUES (new.last); END")
	}
	for _, statement := range statements {
		_, err := s.DB().ExecContext(t.Context(), statement)
		must(t, err)
	}
	return func() (ends []int64) {
		rows, err := s.DB().QueryContext(t.Context(), "SELECT last FROM commits ORDER BY last")
		must(t, err)
		defer rows.Close()
		for rows.Next() {
			var last int64
			must(t, rows.Scan(&last))
			ends = append(ends, last)
		}
		must(t, rows.Err())
		return ends
	}
}

// TestGroupWithRefused: what the database itself refuses fails alone.
func TestGroupWithRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		invite(t, s, "A")
		token := surveys.Token("A").Hash()
		rule := "CREATE TRIGGER no_xx BEFORE INSERT ON responses WHEN new.language = 'xx' BEGIN SELECT raise(ABORT, 'no xx'); END"
		if !s.IsSQLite() {
			rule = "ALTER TABLE responses ADD CHECK (language <> 'xx')"
		}
		_, err := s.DB().ExecContext(ctx, rule)
		must(t, err)
		release := hold(t, s)
		defer release()
		before := busyCommitter(t, s)
		const n = 37
		bad := map[int]bool{0: true, 17: true, 18: true, 36: true}
		var answered sync.WaitGroup
		for i := range n {
			answered.Go(func() {
				r, tok := answer(id('r', i+1)), (*surveys.TokenHash)(nil)
				if bad[i] {
					r.Language, tok = "xx", &token
				}
				if _, err := s.SubmitResponse(ctx, r, tok); (err == nil) == bad[i] {
					t.Errorf("response %d: %v", i, err)
				}
			})
			until(t, func() bool { return s.Waiting() == i+1 })
		}
		release()
		answered.Wait()
		before.Wait()
		all := mustList(t, s)
		if want := n - len(bad) + 1; len(all) != want {
			t.Fatalf("%d responses are stored, want %d", len(all), want)
		}
		for i, r := range all {
			if r.Seq != int64(i+1) {
				t.Fatalf("response %d has seq %d", i+1, r.Seq)
			}
		}
		if inv, err := s.FindInvitation(ctx, token); err != nil || inv.Used {
			t.Errorf("%+v, %v: a refused response used its token", inv, err)
		}
	})
}

func TestQueueFull(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		s.LimitQueue(2)
		release := hold(t, s)
		defer release()
		answered := busyCommitter(t, s)
		for i := range 2 {
			answered.Go(func() {
				if _, err := s.SubmitResponse(ctx, answer(id('r', i+1)), nil); err != nil {
					t.Error(err)
				}
			})
		}
		until(t, func() bool { return s.Waiting() == 2 })
		_, err := s.SubmitResponse(ctx, answer(id('r', 3)), nil)
		want(t, err, surveys.ErrOverloaded)
		want(t, s.Room(), surveys.ErrOverloaded)
		if errors.Is(err, surveys.ErrUnavailable) || !strings.HasPrefix(err.Error(), "submit response: ") {
			t.Error(err)
		}
		release()
		answered.Wait()
		_, err = s.SubmitResponse(ctx, answer(id('r', 3)), nil)
		must(t, err)
		if n := len(mustList(t, s)); n != 3+1 {
			t.Errorf("%d responses are stored", n)
		}
	})
}

// TestClose: what waits is stored and answered, and every later call says that the store is not available.
func TestClose(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, err := store.Open(t.Context(), url)
		must(t, err)
		publish(t, s)
		release := hold(t, s)
		defer release()
		answered := busyCommitter(t, s)
		const n = 50
		for i := range n {
			answered.Go(func() {
				if _, err := s.SubmitResponse(t.Context(), answer(id('r', i+1)), nil); err != nil {
					t.Error(err)
				}
			})
		}
		until(t, func() bool { return s.Waiting() == n })
		closed := make(chan error)
		go func() { closed <- s.Close() }()
		until(t, s.Closing)
		_, err = s.SubmitResponse(t.Context(), answer(id('r', n+1)), nil)
		want(t, err, surveys.ErrUnavailable)
		release()
		answered.Wait()
		must(t, <-closed)
		for name, err := range operations(t.Context(), t, s) {
			if !errors.Is(err, surveys.ErrUnavailable) {
				t.Errorf("%s after Close: %v", name, err)
			}
		}
		must(t, s.Close())
		if got := len(mustList(t, open(t, url))); got != n+1 {
			t.Errorf("%d responses are stored, want %d", got, n+1)
		}
	})
}
