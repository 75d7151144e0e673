package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"paxscore/surveys"
)

// How old what is in force may be when it is told, and from when on one of those who ask looks again.
const (
	inForceAge   = time.Second
	inForceRenew = inForceAge / 2
)

// inForce keeps what is in force of the surveys that exist, so that not every submission asks the database.
type inForce struct {
	clock func() time.Time // its differences must not follow changes of the system's time

	mu      sync.Mutex
	byKey   map[surveys.SurveyKey]lookedAt
	changes int // of anything, through this store; a look that began before the last one is not kept
}

type lookedAt struct {
	*surveys.InForce
	at       time.Time // when the look began
	renewing bool      // somebody looks again
}

// find returns what is kept and not too old. If renew is set, it is for the caller to look again; the others are
// still served with what is kept.
func (f *inForce) find(key surveys.SurveyKey) (in *surveys.InForce, renew bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x, found := f.byKey[key]
	age := f.clock().Sub(x.at)
	switch {
	case !found || age > inForceAge:
		return nil, true
	case age > inForceRenew && !x.renewing:
		x.renewing = true
		f.byKey[key] = x
		return x.InForce, true
	}
	return x.InForce, false
}

// look returns what keep needs to know of the moment before a look.
func (f *inForce) look() (began time.Time, changes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock(), f.changes
}

func (f *inForce) keep(key surveys.SurveyKey, in *surveys.InForce, began time.Time, changes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changes != changes || began.Before(f.byKey[key].at) {
		return
	}
	if f.byKey == nil {
		f.byKey = map[surveys.SurveyKey]lookedAt{}
	}
	f.byKey[key] = lookedAt{InForce: in, at: began}
}

// forget is called after a survey or its waves were changed, even if it is not known whether they were.
func (f *inForce) forget(key surveys.SurveyKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
	delete(f.byKey, key)
}

// InForce returns the latest version of a survey and its waves: as they are now if so asked, else as they were at some
// moment of the last second. Either way it holds what was changed through this store. What it returns is shared and must
// not be changed. Errors: surveys.ErrNotFound, which is always as of now.
func (s *Store) InForce(ctx context.Context, key surveys.SurveyKey, now bool) (*surveys.InForce, error) {
	if !now {
		if in, renew := s.inForce.find(key); !renew {
			return in, nil
		}
	}
	began, changes := s.inForce.look()
	p, err := s.findVersion(ctx, key, 0)
	if err != nil {
		return nil, s.wrap(fmt.Sprintf("find survey %q", key), err)
	}
	waves, err := s.ListWaves(ctx, key)
	if err != nil {
		return nil, err
	}
	in := &surveys.InForce{Survey: p.survey, Waves: waves}
	s.inForce.keep(key, in, began, changes)
	return in, nil
}
