package reports

import (
	"context"
	"errors"

	"paxscore/surveys"
)

// Store is what Live reads.
type Store interface {
	surveys.SurveyStore
	surveys.ResponseStore
}

// Live answers questions about stored responses. It keeps a Dataset per survey and brings it up to date by seq before
// each answer, so a question costs reading only what is new.
type Live struct {
	store Store
}

// NewLive returns a Live that reads from the store.
func NewLive(store Store) *Live { return &Live{store: store} }

// Report answers a question about a survey's stored responses. Errors: surveys.ErrNotFound, *surveys.InvalidError.
func (l *Live) Report(ctx context.Context, key surveys.SurveyKey, q Query) (*Report, error) {
	return nil, errors.New("not written yet")
}
