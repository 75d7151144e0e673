package surveys

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// LeaseStore says who of several programs on one database does a background job.
type LeaseStore interface {
	// TakeLease gives a job to a holder for a time from now, or extends the holder's own lease, and reports whether the
	// holder has it now. A lease that is not extended ends by itself; the clock is the database's.
	TakeLease(ctx context.Context, job, holder string, d time.Duration) (held bool, err error)
	// ReleaseLease ends a lease of the holder. What somebody else holds stays.
	ReleaseLease(ctx context.Context, job, holder string) error
}

// ErrLeaseLost ends a job whose lease could not be extended in time: somebody else may have begun it.
var ErrLeaseLost = errors.New("the lease of the job was lost")

// Jobs runs background work so that, of all programs on one database, one does it at a time.
type Jobs struct {
	Store  LeaseStore
	Holder string        // tells this program from the others
	Time   time.Duration // for how long a job is kept for a program that has vanished; extended at every third of it
	Retry  time.Duration // how often to ask for a job that somebody else does
}

// NewJobs returns jobs for this program, with a name drawn for it, leases of 15 seconds and a question every 200 ms.
func NewJobs(store LeaseStore) Jobs {
	return Jobs{Store: store, Holder: string(NewToken()), Time: 15 * time.Second, Retry: 200 * time.Millisecond}
}

// Do waits until no other program does the job, and does it. Those who come second must find it done: f asks what is left
// to do, and since a program can lose its lease without noticing at once, doing a part twice must be harmless. The context of
// f ends when the lease is lost. Errors: that of f, ErrLeaseLost, ErrUnavailable, that of ctx.
func (j Jobs) Do(ctx context.Context, job string, f func(context.Context) error) error {
	if err := j.take(ctx, job); err != nil {
		return fmt.Errorf("begin job %s: %w", job, err)
	}
	working, lose := context.WithCancelCause(ctx)
	done, kept := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(kept)
		j.keep(working, job, done, lose)
	}()
	err := f(working)
	close(done)
	<-kept
	lost := errors.Is(context.Cause(working), ErrLeaseLost)
	lose(nil)
	if lost && err != nil {
		return fmt.Errorf("job %s: %w: %w", job, ErrLeaseLost, err)
	}
	// A lease that cannot be released ends by itself.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), j.Time)
	defer cancel()
	_ = j.Store.ReleaseLease(last, job, j.Holder)
	return err
}

func (j Jobs) take(ctx context.Context, job string) error {
	tick := time.NewTicker(j.Retry)
	defer tick.Stop()
	for {
		held, err := j.Store.TakeLease(ctx, job, j.Holder, j.Time)
		if held || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// keep extends a lease until the job is done, and calls lose when it could not be extended for as long as it lasts.
func (j Jobs) keep(ctx context.Context, job string, done <-chan struct{}, lose context.CancelCauseFunc) {
	tick := time.NewTicker(j.Time / 3)
	defer tick.Stop()
	for sure := time.Now().Add(j.Time); ; {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := time.Now()
		patience, cancel := context.WithDeadline(ctx, sure)
		held, err := j.Store.TakeLease(patience, job, j.Holder, j.Time)
		cancel()
		switch {
		case err == nil && held:
			sure = asked.Add(j.Time)
		case err == nil, !time.Now().Before(sure):
			lose(ErrLeaseLost)
			return
		}
	}
}
