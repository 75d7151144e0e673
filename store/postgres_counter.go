package store

import (
	"sync"

	"paxscore/surveys"
)

// counter is what this program knows of the counter of responses and of the removed ids. It decides what a transaction has to
// look at; that all was as known is left to the database.
type counter struct {
	citus bool
	order sync.Mutex // held from take until what it is for is sent, so that the lock is asked for in that order

	mu      sync.Mutex
	left    int64                           // what response_seq stands at when all that was sent is committed, if nobody else is at it
	alone   int                             // how many times running it was found there
	repeats int                             // transactions for which ids are looked for before the lock
	removed map[surveys.ResponseID]struct{} // ids
	seen    int64                           // the highest removal_seq among them
}

// How many transactions must have met nobody else before one is sent at once, and for how many ids are looked for after one
// was stored already, as when clients send again what they had no answer to.
const (
	aloneAfter  = 4
	repeatsLast = 64
)

// look chooses how a transaction begins.
func (c *counter) look() look {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.repeats > 0:
		return lookBefore
	case c.alone >= aloneAfter && !c.citus:
		return lookAhead
	}
	return lookNever
}

// known returns those of some ids that were removed.
func (c *counter) known(ids []surveys.ResponseID) (found map[surveys.ResponseID]known) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.removed) == 0 {
		return nil
	}
	for _, id := range ids {
		if _, removed := c.removed[id]; removed {
			if found == nil {
				found = map[surveys.ResponseID]known{}
			}
			found[id] = known{removed: true}
		}
	}
	return found
}

func (c *counter) removedUpTo() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen
}

// learn is told under the lock where response_seq stands and which ids were removed with higher numbers than seen, up to
// which. It reports false if that does not make all of them known, since the database has gone back, as to a backup.
func (c *counter) learn(last, seen int64, removed []surveys.ResponseID, upTo int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if last < c.seen {
		c.removed, c.seen, c.alone = nil, 0, 0
		return false
	}
	if seen > c.seen {
		return false // another transaction met the case above meanwhile
	}
	for _, id := range removed {
		if c.removed == nil {
			c.removed = map[surveys.ResponseID]struct{}{}
		}
		c.removed[id] = struct{}{}
	}
	c.seen = max(c.seen, upTo)
	if c.alone++; last != c.left {
		c.alone = 0
	}
	return true
}

// count is told after a transaction whether it met an id that was stored already.
func (c *counter) count(repeat bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if repeat {
		c.repeats = repeatsLast
	} else if c.repeats > 0 {
		c.repeats--
	}
}

// sent is told where a transaction will leave response_seq.
func (c *counter) sent(last int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = last
}

// take returns where response_seq stands before a transaction of n responses that is sent next.
func (c *counter) take(n int) (last int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last = c.left
	c.left += int64(n)
	return last
}

// failed is told after a transaction that was not committed, as far as is known.
func (c *counter) failed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alone = 0
}
