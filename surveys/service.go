package surveys

import (
	"context"
	"errors"
	"time"
)

// Service is the trade: it publishes surveys, opens waves, invites and takes responses, by the rules of this package.
type Service struct {
	Store Store
	Now   func() time.Time
}

// NewService returns a service on the store with the system's clock.
func NewService(store Store) *Service { return &Service{Store: store, Now: time.Now} }

var errNotWritten = errors.New("not written yet")

// Publish stores the survey as its next version; publishing the same source again returns the version it has.
func (s *Service) Publish(ctx context.Context, survey *Survey) (version int, err error) {
	return 0, errNotWritten
}

// Submit checks a submission against the published questionnaire and stores it. The first submission of an id stores, a
// repeat returns the same receipt. Errors: *InvalidError, ErrNotFound (survey, token), ErrConflict, ErrTokenUsed,
// ErrTokenExpired, ErrWaveClosed, ErrUnavailable.
func (s *Service) Submit(ctx context.Context, sub Submission) (Receipt, error) {
	return Receipt{}, errNotWritten
}

// Form is what a passenger is about to answer.
type Form struct {
	Survey     *Survey
	Wave       WaveKey
	Token      Token
	Attributes map[AttributeKey]string // known already, from the invitation
}

// FindForm resolves the last part of a form's address, a survey key or an invitation token. Errors: ErrNotFound,
// ErrTokenUsed, ErrTokenExpired, ErrWaveClosed.
func (s *Service) FindForm(ctx context.Context, ref string) (*Form, error) { return nil, errNotWritten }

// OpenWave creates a wave. Errors: *InvalidError, ErrNotFound, ErrExists.
func (s *Service) OpenWave(ctx context.Context, w Wave) error { return errNotWritten }

// CloseWave ends a wave now. Errors: ErrNotFound.
func (s *Service) CloseWave(ctx context.Context, survey SurveyKey, wave WaveKey) error {
	return errNotWritten
}

// Invite creates one single-use token for each invitation; the Token field of the input is ignored. Errors:
// *InvalidError, ErrNotFound.
func (s *Service) Invite(ctx context.Context, in []Invitation) ([]Token, error) {
	return nil, errNotWritten
}

// CreateKey makes a bearer key and returns it; only its hash is kept. Errors: *InvalidError, ErrExists.
func (s *Service) CreateKey(ctx context.Context, name string) (bearer string, err error) {
	return "", errNotWritten
}

// Authenticate returns the key that a bearer string stands for. Errors: ErrNotFound.
func (s *Service) Authenticate(ctx context.Context, bearer string) (Key, error) {
	return Key{}, errNotWritten
}
