package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"paxscore/surveys"
)

// Bounds of what waits to be stored.
const (
	maxWaiting = 4096 // submissions; with those a server of two cores is busy for a tenth of a second
	maxGroup   = 1024 // submissions committed in one transaction
)

// submission is a response on its way into the database.
type submission struct {
	row     row
	receipt surveys.Receipt // what its first storing is acknowledged with
	digest  [32]byte
	token   *surveys.TokenHash
	place   int // among many submitted at once

	answered chan error // receives once, unless its caller left first; receipt is final then
	group    atomic.Pointer[group]
}

// group is what one committer works on at a time. Its context ends when every caller has left: then nobody hears what
// becomes of it.
type group struct {
	cancel context.CancelFunc
	here   atomic.Int64 // callers that still wait
}

// gone marks a submission whose caller left before a committer took it.
var gone = new(group)

// leave is called by a caller that does not wait any longer.
func (s *submission) leave() {
	if s.group.CompareAndSwap(nil, gone) {
		return
	}
	if g := s.group.Load(); g.here.Add(-1) == 0 {
		g.cancel()
	}
}

// queue holds submissions in the order in which they came.
type queue struct {
	mu       sync.Mutex
	waiting  []*submission
	filled   *sync.Cond    // as many wait as the committer wants, or the queue is closed, or it is time
	wanted   int           // by the committer
	away     int           // were answered and may soon send again
	all      time.Time     // until then it is worth waiting for all of those
	half     time.Time     // for half of all that are known
	room     chan struct{} // closed when something was taken; nil if nobody waits for that
	limit    int
	taken    int // so far
	lingered int // how often so far
	closed   bool
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.filled = sync.NewCond(&q.mu)
	return q
}

// put adds submissions, all or none. Errors: surveys.ErrUnavailable when closed; when there is no room,
// surveys.ErrOverloaded, or if patient that of ctx.
func (q *queue) put(ctx context.Context, patient bool, all ...*submission) error {
	for {
		room, err := q.tryPut(patient, all)
		if room == nil {
			return err
		}
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tryPut returns what to wait for if there is no room and the caller is patient.
func (q *queue) tryPut(patient bool, all []*submission) (room <-chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	err = q.refusal(len(all))
	switch {
	case errors.Is(err, surveys.ErrOverloaded) && patient:
		if q.room == nil {
			q.room = make(chan struct{})
		}
		return q.room, nil
	case err != nil:
		return nil, err
	}
	q.waiting = append(q.waiting, all...)
	q.away = max(0, q.away-len(all))
	if len(q.waiting) >= q.wanted {
		q.filled.Signal()
	}
	return nil, nil
}

// await waits until n submissions wait, the queue is closed, or late returns true. Whoever makes it true signals.
func (q *queue) await(n int, late func() bool) {
	q.wanted = n
	for len(q.waiting) < n && !q.closed && !late() {
		q.filled.Wait()
	}
}

// refusal is why n more may not be put; nil if they may. The caller holds mu.
func (q *queue) refusal(n int) error {
	switch {
	case q.closed:
		return surveys.ErrUnavailable
	case len(q.waiting) > 0 && len(q.waiting)+n > q.limit: // more than ever fits is taken when nothing else waits
		return surveys.ErrOverloaded
	}
	return nil
}

// full is why one more may not be put; nil if it may.
func (q *queue) full() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.refusal(1)
}

// take waits for submissions and returns those that wait, at most n, in the space of into. It returns none when the queue
// is closed and empty. Where clients send again as soon as they are answered, it waits for them, see answering.
func (q *queue) take(into []*submission, n int) []*submission {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.await(1, func() bool { return false })
	known := min(n, len(q.waiting)+q.away)
	q.linger(known, q.all)
	if q.linger(known/2, q.half) {
		q.away = 0 // they do not come
	}
	n = min(n, len(q.waiting))
	q.taken += n
	into = append(into[:0], q.waiting[:n]...)
	rest := copy(q.waiting, q.waiting[n:])
	clear(q.waiting[rest:])
	q.waiting = q.waiting[:rest]
	if q.room != nil && n > 0 {
		close(q.room)
		q.room = nil
	}
	return into
}

// linger waits until n submissions wait, not longer than until a time. It reports whether that came first.
func (q *queue) linger(n int, until time.Time) (late bool) {
	wait := time.Until(until)
	if len(q.waiting) >= n || wait <= 0 {
		return wait <= 0
	}
	q.lingered++
	timer := time.AfterFunc(wait, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		late = true
		q.filled.Signal()
	})
	q.await(n, func() bool { return late })
	timer.Stop()
	return late
}

// maxLinger is how long submissions may wait for others to join them.
const maxLinger = 4 * time.Millisecond

// answering is told that n submissions are about to be answered after a transaction that took so long. Those who sent them may send again at once,
// and a transaction for many costs little more than one for a few. Where they are back in half the time of a transaction, it is worth to wait for
// all. Where they take longer, the processor is what is short: half of them are waited for, and sent while the processor works for the others.
func (q *queue) answering(n int, took time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.away += n
	now := time.Now()
	q.all, q.half = now.Add(min(took/2, maxLinger)), now.Add(min(5*took, maxLinger))
}

// close lets nothing in any more; what waits is still taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Signal()
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
}
