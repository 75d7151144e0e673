package surveys

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Service is the trade: it publishes surveys, opens waves, invites and takes responses, by the rules of this package.
type Service struct {
	Store Store
	Now   func() time.Time
}

// NewService returns a service on the store with the system's clock.
func NewService(store Store) *Service { return &Service{Store: store, Now: time.Now} }

// Publish stores the survey as its next version; publishing the same source again returns the version it has. The survey
// is not changed. Frozen weights of the version in force stay. Errors: *InvalidError, ErrUnavailable.
func (s *Service) Publish(ctx context.Context, survey *Survey) (version int, err error) {
	if err := survey.Validate(); err != nil {
		return 0, fmt.Errorf("publish survey: %w", err)
	}
	if len(survey.Source) == 0 {
		e := &InvalidError{Input: "survey"}
		e.Add("", "source", "a survey is published with its source, by which a later version is told from this one")
		return 0, fmt.Errorf("publish survey: %w", e)
	}
	if err := s.checkFrozen(ctx, survey); err != nil {
		return 0, fmt.Errorf("publish survey %q: %w", survey.Key, err)
	}
	next := *survey
	next.PublishedAt = s.Now().UTC().Truncate(time.Microsecond)
	version, err = s.Store.PublishSurvey(ctx, &next)
	if err != nil {
		return 0, fmt.Errorf("publish survey %q: %w", survey.Key, err)
	}
	return version, nil
}

// OpenWave creates a wave; one without an opening time opens now. Errors: *InvalidError, ErrNotFound, ErrExists.
func (s *Service) OpenWave(ctx context.Context, w Wave) error {
	e := &InvalidError{Input: "wave"}
	if !w.Key.Valid() {
		e.Add("key", "key", "%s cannot be a wave: %s", quoted(string(w.Key)), keyForm)
	}
	if w.OpensAt.IsZero() {
		w.OpensAt = s.Now()
	}
	w.OpensAt = w.OpensAt.UTC().Truncate(time.Microsecond)
	if !w.ClosesAt.IsZero() {
		w.ClosesAt = w.ClosesAt.UTC().Truncate(time.Microsecond)
		if !w.ClosesAt.After(w.OpensAt) {
			e.Add("closes_at", "range", "a wave closes after it opens")
		}
	}
	if err := e.OrNil(); err != nil {
		return fmt.Errorf("open wave: %w", err)
	}
	if _, err := s.Store.FindSurvey(ctx, w.Survey, 0); err != nil {
		return fmt.Errorf("open wave %q of survey %q: %w", w.Key, w.Survey, err)
	}
	if err := s.Store.CreateWave(ctx, w); err != nil {
		return fmt.Errorf("open wave %q of survey %q: %w", w.Key, w.Survey, err)
	}
	return nil
}

// CloseWave ends a wave now. Errors: ErrNotFound.
func (s *Service) CloseWave(ctx context.Context, survey SurveyKey, wave WaveKey) error {
	if err := s.Store.CloseWave(ctx, survey, wave, s.Now().UTC().Truncate(time.Microsecond)); err != nil {
		return fmt.Errorf("close wave %q of survey %q: %w", wave, survey, err)
	}
	return nil
}

// Invite creates one single-use token for each invitation, all or none; the Token and Used fields of the input are
// ignored. Errors: *InvalidError, ErrNotFound for a survey.
func (s *Service) Invite(ctx context.Context, in []Invitation) ([]Token, error) {
	e := &InvalidError{Input: "invitations"}
	if len(in) == 0 {
		e.Add("", "required", "there is no invitation")
	}
	surveys, waves := map[SurveyKey]*Survey{}, map[SurveyKey][]Wave{}
	for _, inv := range in {
		if surveys[inv.Survey] != nil {
			continue
		}
		survey, err := s.Store.FindSurvey(ctx, inv.Survey, 0)
		if err != nil {
			return nil, fmt.Errorf("invite to survey %q: %w", inv.Survey, err)
		}
		surveys[inv.Survey] = survey
		if waves[inv.Survey], err = s.Store.ListWaves(ctx, inv.Survey); err != nil {
			return nil, fmt.Errorf("invite to survey %q: %w", inv.Survey, err)
		}
	}
	tokens, stored := make([]Token, len(in)), make([]Invitation, len(in))
	for i, inv := range in {
		path := at("invitations", i)
		if inv.Wave != "" && !slices.ContainsFunc(waves[inv.Survey], func(w Wave) bool { return w.Key == inv.Wave }) {
			e.Add(path+".wave", "unknown", "survey %s has no wave %s", inv.Survey, quoted(string(inv.Wave)))
		}
		if !inv.ExpiresAt.IsZero() && !inv.ExpiresAt.After(s.Now()) {
			e.Add(path+".expires_at", "range", "the invitation would have expired already")
		}
		inv.Attributes = invited(e, path, &surveys[inv.Survey].Questionnaire, inv.Attributes)
		tokens[i] = NewToken()
		inv.Token, inv.Used = tokens[i].Hash(), false
		stored[i] = inv
	}
	if err := e.OrNil(); err != nil {
		return nil, fmt.Errorf("invite: %w", err)
	}
	if err := s.Store.CreateInvitations(ctx, stored); err != nil {
		return nil, fmt.Errorf("invite: %w", err)
	}
	return tokens, nil
}

// invited returns the attributes of an invitation without those that are unknown, and reports what is wrong.
func invited(e *InvalidError, path string, q *Questionnaire, in map[AttributeKey]string) map[AttributeKey]string {
	out := make(map[AttributeKey]string, len(in))
	for _, k := range slices.Sorted(maps.Keys(in)) {
		v := strings.TrimSpace(in[k])
		place := path + ".attributes." + plain(string(k))
		switch i := q.AttributeAt(k); {
		case i < 0:
			e.Add(place, "unknown", "the survey has no attribute %s", quoted(string(k)))
		case v == "":
		case !q.Attributes[i].Has(v):
			e.Add(place, "unknown", "%s is not a value of %s", quoted(v), k)
		default:
			out[k] = v
		}
	}
	return out
}

const bearerPrefix = "pxs_"

// CreateKey makes a bearer key and returns it; only its hash is kept. Errors: *InvalidError, ErrExists.
func (s *Service) CreateKey(ctx context.Context, name string) (bearer string, err error) {
	if name = strings.TrimSpace(name); name == "" || !line(name, 100) {
		e := &InvalidError{Input: "key"}
		e.Add("name", "length", "a name has 1 to 100 characters of plain text")
		return "", fmt.Errorf("create key: %w", e)
	}
	var b [32]byte
	rand.Read(b[:]) // never fails
	bearer = bearerPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	k := Key{Name: name, Hash: Token(bearer).Hash(), CreatedAt: s.Now().UTC().Truncate(time.Microsecond)}
	if err := s.Store.CreateKey(ctx, k); err != nil {
		return "", fmt.Errorf("create key %q: %w", name, err)
	}
	return bearer, nil
}

// Authenticate returns the key that a bearer string stands for. Errors: ErrNotFound, for a revoked key too.
func (s *Service) Authenticate(ctx context.Context, bearer string) (Key, error) {
	if len(bearer) != len(bearerPrefix)+43 || !strings.HasPrefix(bearer, bearerPrefix) {
		return Key{}, fmt.Errorf("authenticate: %w", ErrNotFound)
	}
	k, err := s.Store.FindKey(ctx, Token(bearer).Hash())
	if err != nil {
		return Key{}, fmt.Errorf("authenticate: %w", err)
	}
	return k, nil
}
