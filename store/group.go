package store

import (
	"context"
	"errors"
	"time"

	"paxscore/surveys"
)

// groupTime is how long a group may take. It is longer than patience, so that a file locked by another program is waited for.
const groupTime = 30 * time.Second

// commitGroups stores what is submitted: whatever waits at a moment is committed in one transaction. It ends when the queue is closed
// and empty.
func (s *Store) commitGroups() {
	var space, taken []*submission
	for {
		if taken = s.queue.take(space, maxGroup); len(taken) == 0 {
			return
		}
		space = taken
		ctx, cancel := context.WithTimeout(context.Background(), groupTime)
		g := &group{cancel: cancel}
		g.here.Store(int64(len(taken)))
		here := taken[:0]
		for _, x := range taken {
			if x.group.CompareAndSwap(nil, g) {
				here = append(here, x)
			} else if g.here.Add(-1) == 0 {
				cancel()
			}
		}
		s.commit(ctx, here)
		cancel()
		clear(taken)
	}
}

// commit stores submissions and answers each. What the database refuses for the sake of one of them is tried again in
// halves, so that only that one fails.
func (s *Store) commit(ctx context.Context, all []*submission) {
	for len(all) > 0 {
		later, err := s.commitOnce(ctx, all)
		if err == nil {
			all = later
			continue
		}
		if cause := s.dialect.classify(err); len(all) == 1 || cause != refused && cause != full && !(s.citus && codeless(err)) {
			for _, x := range all {
				x.answered <- err
			}
			return
		}
		half := len(all) / 2
		s.commit(ctx, all[:half:half])
		all = all[half:]
	}
}

// commitOnce stores submissions in one transaction and answers them, except those it returns: their id occurs earlier
// among them, so what they are depends on what becomes of that one. After an error it has answered none.
func (s *Store) commitOnce(ctx context.Context, all []*submission) (later []*submission, err error) {
	ids := make([]surveys.ResponseID, len(all))
	for i, x := range all {
		ids[i] = x.receipt.ID
	}
	start := time.Now()
	var outcomes []error
	var stored map[surveys.ResponseID]known
	err = s.write(ctx, ids, func(w writing) error {
		later, outcomes = later[:0], make([]error, len(all))
		stored = w.found()
		fresh := make([]int, 0, len(all))
		first := make(map[surveys.ResponseID]bool, len(all))
		var tokens []surveys.TokenHash
		for i, x := range all {
			switch k, found := stored[ids[i]]; {
			case k.removed:
				outcomes[i] = surveys.ErrRemoved
			case found && k.digest == x.digest:
				outcomes[i] = errRepeat
			case found:
				outcomes[i] = surveys.ErrConflict
			case first[ids[i]]:
				outcomes[i] = errLater
				later = append(later, x)
			default:
				first[ids[i]] = true
				fresh = append(fresh, i)
				if x.token != nil {
					tokens = append(tokens, *x.token)
				}
			}
		}
		consumed, err := w.consume(ctx, tokens)
		if err != nil {
			return err
		}
		rows := make([]row, 0, len(fresh))
		for _, i := range fresh {
			if t := all[i].token; t != nil {
				if !consumed[*t] {
					outcomes[i] = errTokenTaken
					continue
				}
				delete(consumed, *t) // for one response only
			}
			rows = append(rows, all[i].row)
		}
		return w.insert(ctx, rows)
	})
	if err != nil {
		return nil, err
	}
	s.queue.answering(len(all)-len(later), time.Since(start))
	for i, x := range all {
		switch outcome := outcomes[i]; outcome {
		case errLater:
			continue
		case errRepeat:
			x.receipt = stored[x.receipt.ID].receipt
			x.answered <- nil
		default:
			x.answered <- outcome
		}
	}
	return later, nil
}

var (
	errRepeat = errors.New("the response is stored already")
	errLater  = errors.New("another response of this id comes first")
)
