package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

func TestLease(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		take := func(holder string, wanted bool) {
			t.Helper()
			held, err := s.TakeLease(ctx, "job", holder, time.Hour)
			must(t, err)
			if held != wanted {
				t.Errorf("%s asks and holds the job: %v, want %v", holder, held, wanted)
			}
		}
		take("a", true)
		take("b", false)
		take("a", true) // extended
		must(t, s.ReleaseLease(ctx, "job", "b"))
		take("b", false)
		must(t, s.ReleaseLease(ctx, "job", "a"))
		take("b", true)
		take("a", false)
		expire(t, s, "job")
		take("a", true)
		take("b", false)
		held, err := s.TakeLease(ctx, "another job", "b", time.Hour)
		if must(t, err); !held {
			t.Error("another job is not free")
		}
	})
}

// expire lets the time of a lease be over.
func expire(t *testing.T, s *store.Store, job string) {
	t.Helper()
	past := map[bool]string{true: "1", false: "now() - interval '1 second'"}[s.IsSQLite()]
	must(t, s.Exec(t.Context(), "UPDATE job_leases SET expires_at = "+past+" WHERE job = '"+job+"'"))
}

func TestLeaseAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, other := open(t, url), open(t, url)
		for round := range 20 {
			job := fmt.Sprint("job", round)
			if round%2 == 1 { // one whose holder has vanished
				held, err := s.TakeLease(t.Context(), job, "gone", time.Hour)
				if must(t, err); !held {
					t.Fatal("the job is not free")
				}
				expire(t, s, job)
			}
			var asking sync.WaitGroup
			held, errs := make([]bool, 8), make([]error, 8)
			for i := range held {
				st := s
				if i%2 == 1 {
					st = other
				}
				asking.Go(func() { held[i], errs[i] = st.TakeLease(t.Context(), job, fmt.Sprint(i), time.Hour) })
			}
			asking.Wait()
			must(t, errors.Join(errs...))
			n := 0
			for _, h := range held {
				if h {
					n++
				}
			}
			if n != 1 {
				t.Errorf("round %d: %d hold the job", round, n)
			}
		}
	})
}

// TestJobs: of many programs one works at a time, each gets its turn, and a job whose program has vanished goes on.
func TestJobs(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		const programs = 6
		s, ctx := open(t, url), t.Context()
		held, err := s.TakeLease(ctx, "load", "vanished", time.Hour)
		if must(t, err); !held {
			t.Fatal("the job is not free")
		}
		var (
			all           sync.WaitGroup
			mu            sync.Mutex
			working, done int
		)
		waiting := make(chan struct{}, programs)
		for range programs {
			st := open(t, url)
			all.Go(func() {
				jobs := surveys.NewJobs(&asked{LeaseStore: st, waiting: waiting})
				jobs.Retry = time.Millisecond
				err := jobs.Do(ctx, "load", func(context.Context) error {
					mu.Lock()
					defer mu.Unlock() // not held for the work: two at once would both get here
					if working++; working != 1 {
						t.Errorf("%d work at once", working)
					}
					mu.Unlock()
					_, err := st.ListKeys(ctx) // some work
					mu.Lock()
					working--
					done++
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		for range programs {
			<-waiting
		}
		if mu.Lock(); done+working != 0 {
			t.Error("somebody works, though the job is held")
		}
		mu.Unlock()
		expire(t, s, "load")
		all.Wait()
		if done != programs {
			t.Errorf("%d had their turn, want %d", done, programs)
		}
	})
}

// asked tells when a job was asked for.
type asked struct {
	surveys.LeaseStore
	waiting chan<- struct{}
	once    sync.Once
}

func (a *asked) TakeLease(ctx context.Context, job, holder string, d time.Duration) (bool, error) {
	held, err := a.LeaseStore.TakeLease(ctx, job, holder, d)
	a.once.Do(func() { a.waiting <- struct{}{} })
	return held, err
}

// TestJobExtended: a job that takes longer than its lease keeps it, and ends when it is lost nevertheless.
func TestJobExtended(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		extended := make(chan struct{}, 100)
		jobs := surveys.NewJobs(&counted{LeaseStore: s, taken: extended})
		jobs.Time = 300 * time.Millisecond
		patience, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		err := jobs.Do(ctx, "long", func(working context.Context) error {
			for range 5 { // five thirds of its time
				select {
				case <-extended:
				case <-patience.Done():
					t.Error("the lease was not extended")
				}
			}
			if held, err := s.TakeLease(ctx, "long", "other", time.Hour); held || err != nil {
				t.Errorf("the job was taken away: %v, %v", held, err)
			}
			if err := working.Err(); err != nil {
				t.Errorf("the job ended: %v", err)
			}
			_, err := s.DB().ExecContext(ctx, "UPDATE job_leases SET holder = 'other'")
			must(t, err)
			expireLater(t, s)
			select {
			case <-working.Done():
			case <-patience.Done():
				t.Error("the loss of the lease was not noticed")
			}
			return working.Err()
		})
		want(t, err, surveys.ErrLeaseLost)
		want(t, err, context.Canceled)
		if held, err := s.TakeLease(ctx, "long", "third", time.Hour); held || err != nil {
			t.Errorf("the lease of somebody else was released: %v, %v", held, err)
		}
		// What f returns is what the caller gets, and the job is free again.
		wrong := errors.New("wrong")
		want(t, jobs.Do(ctx, "short", func(context.Context) error { return wrong }), wrong)
		if held, err := s.TakeLease(ctx, "short", "other", time.Hour); !held || err != nil {
			t.Errorf("the job is not free after it ended: %v, %v", held, err)
		}
		stopped, stop := context.WithCancel(ctx)
		stop()
		want(t, jobs.Do(stopped, "short", func(context.Context) error { return nil }), context.Canceled)
	})
}

// expireLater gives every lease much time.
func expireLater(t *testing.T, s *store.Store) {
	t.Helper()
	later := map[bool]string{true: "9000000000000000", false: "now() + interval '1 hour'"}[s.IsSQLite()]
	must(t, s.Exec(t.Context(), "UPDATE job_leases SET expires_at = "+later))
}

// counted tells each time that a lease was taken or extended.
type counted struct {
	surveys.LeaseStore
	taken chan<- struct{}
}

func (c *counted) TakeLease(ctx context.Context, job, holder string, d time.Duration) (bool, error) {
	held, err := c.LeaseStore.TakeLease(ctx, job, holder, d)
	select {
	case c.taken <- struct{}{}:
	default:
	}
	return held, err
}
