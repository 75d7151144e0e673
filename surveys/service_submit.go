package surveys

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// Submit checks a submission against the published questionnaire and stores it. The first submission of an id stores; a
// repeat returns the same receipt, even where a first try would be refused by now because the token is used, the wave
// closed or the questionnaire changed. What an invitation says of the journey stands above what the client says.
//
// Errors: *InvalidError, ErrNotFound (survey, token), ErrConflict, ErrTokenUsed, ErrTokenExpired, ErrWaveClosed,
// ErrOverloaded, ErrUnavailable.
func (s *Service) Submit(ctx context.Context, sub Submission) (Receipt, error) {
	if err := s.Store.Room(); err != nil {
		return Receipt{}, fmt.Errorf("submit response %s: %w", sub.ID, err)
	}
	now := s.Now()
	r, token, err := s.prepare(ctx, sub, now, &terms{store: s.Store})
	if err != nil {
		if receipt, found, e := s.stored(ctx, sub, err); found {
			return receipt, e
		}
		return Receipt{}, fmt.Errorf("submit response: %w", err)
	}
	receipt, err := s.Store.SubmitResponse(ctx, r, token)
	if err != nil {
		return Receipt{}, fmt.Errorf("submit response %s: %w", r.ID, err)
	}
	return receipt, nil
}

// prepare turns a submission into the response to store, and says which token it uses up.
func (s *Service) prepare(ctx context.Context, sub Submission, now time.Time, t *terms) (r *Response, token *TokenHash, err error) {
	digest := sub.Digest()
	var known map[AttributeKey]string
	if sub.Token != "" {
		inv, err := s.invitation(ctx, sub.Token, now)
		if err != nil {
			return nil, nil, err
		}
		if sub.Survey != "" && sub.Survey != inv.Survey {
			e := &InvalidError{Input: "response"}
			e.Add("survey", "mismatch", "the invitation is to another survey")
			return nil, nil, e
		}
		token, known, sub.Survey = &inv.Token, inv.Attributes, inv.Survey
		if inv.Wave != "" {
			sub.Wave = inv.Wave
		}
	}
	if sub.Survey == "" {
		e := &InvalidError{Input: "response"}
		e.Add("survey", "required", "a survey or a token is needed")
		return nil, nil, e
	}
	if sub.Version < 0 {
		return nil, nil, fmt.Errorf("survey %q, version %d: %w", sub.Survey, sub.Version, ErrNotFound)
	}
	err = t.judge(ctx, sub.Survey, func(in *InForce) (err error) {
		survey := in.Survey
		if sub.Version != 0 && sub.Version != survey.Version {
			if survey, err = s.Store.FindSurvey(ctx, sub.Survey, sub.Version); err != nil {
				return fmt.Errorf("survey %q: %w", sub.Survey, err)
			}
		}
		given := sub
		given.Attributes = overlay(&survey.Questionnaire, sub.Attributes, known)
		if r, err = check(survey, given, now); err != nil {
			return err
		}
		r.Wave, err = openWave(in.Waves, sub.Wave, now)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	r.Digest = digest
	return r, token, nil
}

// stored answers for a submission that cannot be taken: found is false unless its id is stored already.
func (s *Service) stored(ctx context.Context, sub Submission, refused error) (r Receipt, found bool, err error) {
	if sub.ID.IsZero() || errors.Is(refused, ErrUnavailable) || ctx.Err() != nil {
		return Receipt{}, false, nil
	}
	r, digest, err := s.Store.FindReceipt(ctx, sub.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		return Receipt{}, false, nil
	case err != nil:
		return Receipt{}, true, fmt.Errorf("submit response %s: %w", sub.ID, err)
	case digest == sub.Digest():
		r.Repeat = true
		return r, true, nil
	}
	var invalid *InvalidError
	if errors.As(refused, &invalid) {
		return Receipt{}, false, nil // what is wrong with the submission says more than that its id is taken
	}
	return Receipt{}, true, fmt.Errorf("submit response %s: %w", sub.ID, ErrConflict)
}

// invitation returns the invitation of a token that can still be used.
func (s *Service) invitation(ctx context.Context, t Token, now time.Time) (Invitation, error) {
	if !t.Valid() {
		return Invitation{}, fmt.Errorf("invitation: %w", ErrNotFound)
	}
	inv, err := s.Store.FindInvitation(ctx, t.Hash())
	switch {
	case err != nil:
		return Invitation{}, fmt.Errorf("invitation: %w", err)
	case inv.Used:
		return Invitation{}, ErrTokenUsed
	case !inv.ExpiresAt.IsZero() && !now.Before(inv.ExpiresAt):
		return Invitation{}, ErrTokenExpired
	}
	return inv, nil
}

// overlay returns given with the values known from the invitation on top. A value that the questionnaire does not allow
// any more is left out: the passenger could do nothing about it.
func overlay(q *Questionnaire, given, known map[AttributeKey]string) map[AttributeKey]string {
	if len(known) == 0 {
		return given
	}
	out := maps.Clone(given)
	if out == nil {
		out = make(map[AttributeKey]string, len(known))
	}
	for k, v := range known {
		if i := q.AttributeAt(k); i >= 0 && v != "" && q.Attributes[i].Has(v) {
			out[k] = v
		}
	}
	return out
}

// openWave returns the wave that a response belongs to: the named one, or the open one opened last. A survey without
// waves is always open.
func openWave(waves []Wave, named WaveKey, now time.Time) (WaveKey, error) {
	exists := false
	var open *Wave
	for i := range waves {
		w := &waves[i]
		if named != "" && w.Key != named {
			continue
		}
		exists = true
		if w.OpenAt(now) && (open == nil || !w.OpensAt.Before(open.OpensAt)) {
			open = w
		}
	}
	switch {
	case open != nil:
		return open.Key, nil
	case named != "" && !exists:
		e := &InvalidError{Input: "response"}
		e.Add("wave", "unknown", "the survey has no wave %s", quoted(string(named)))
		return "", e
	case len(waves) == 0:
		return "", nil
	}
	return "", ErrWaveClosed
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
func (s *Service) FindForm(ctx context.Context, ref string) (*Form, error) {
	now := s.Now()
	f := &Form{}
	key := SurveyKey(ref)
	switch {
	case Token(ref).Valid():
		inv, err := s.invitation(ctx, Token(ref), now)
		if err != nil {
			return nil, fmt.Errorf("find form: %w", err)
		}
		f.Token, f.Wave, key = Token(ref), inv.Wave, inv.Survey
		f.Attributes = inv.Attributes
	case !key.Valid():
		return nil, fmt.Errorf("find form: %w", ErrNotFound)
	}
	var err error
	if f.Survey, err = s.Store.FindSurvey(ctx, key, 0); err != nil {
		return nil, fmt.Errorf("find form of survey %q: %w", key, err)
	}
	waves, err := s.Store.ListWaves(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("find form: waves of survey %q: %w", key, err)
	}
	if f.Wave, err = openWave(waves, f.Wave, now); err != nil {
		return nil, fmt.Errorf("find form of survey %q: %w", key, err)
	}
	f.Attributes = overlay(&f.Survey.Questionnaire, nil, f.Attributes)
	return f, nil
}
