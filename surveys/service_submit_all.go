package surveys

import (
	"context"
	"fmt"
)

// Outcome is what became of one of several submissions: a receipt or, as of Submit, an error.
type Outcome struct {
	Receipt Receipt
	Err     error
}

// SubmitAll takes many submissions at once; each is taken or refused by itself, as Submit would, and outcomes are in the
// order of the submissions. What is published and which waves are open is looked at once for all. It waits where Submit
// would be told ErrOverloaded.
func (s *Service) SubmitAll(ctx context.Context, subs []Submission) []Outcome {
	now := s.Now()
	once := &Service{Store: Glance(s.Store), Now: s.Now}
	out := make([]Outcome, len(subs))
	ready := make([]Prepared, 0, len(subs))
	at := make([]int, 0, len(subs)) // of ready, in subs
	for i, sub := range subs {
		r, token, err := once.prepare(ctx, sub, now)
		if err == nil {
			ready, at = append(ready, Prepared{r, token}), append(at, i)
			continue
		}
		receipt, found, e := s.stored(ctx, sub, err)
		if !found {
			e = fmt.Errorf("submit response: %w", err)
		}
		out[i] = Outcome{receipt, e}
	}
	for j, o := range s.Store.SubmitResponses(ctx, ready) {
		if o.Err != nil {
			o.Err = fmt.Errorf("submit response %s: %w", ready[j].Response.ID, o.Err)
		}
		out[at[j]] = o
	}
	return out
}

// Prepared is a checked response with the token that it uses up, nil for none.
type Prepared struct {
	Response *Response
	Token    *TokenHash
}

// Glance returns the store for one short look: it is asked only once for the latest version and the waves of a survey. It is
// not for concurrent use.
func Glance(s Store) Store {
	if g, ok := s.(*glance); ok {
		return g
	}
	return &glance{Store: s}
}

// glance is a store that is asked only once for the latest version and the waves of a survey.
type glance struct {
	Store
	latest map[SurveyKey]*Survey
	waves  map[SurveyKey][]Wave
}

func (g *glance) FindSurvey(ctx context.Context, key SurveyKey, version int) (*Survey, error) {
	if s := g.latest[key]; s != nil && version == 0 {
		return s, nil
	}
	s, err := g.Store.FindSurvey(ctx, key, version)
	if err == nil && version == 0 {
		if g.latest == nil {
			g.latest = map[SurveyKey]*Survey{}
		}
		g.latest[key] = s
	}
	return s, err
}

func (g *glance) ListWaves(ctx context.Context, survey SurveyKey) ([]Wave, error) {
	if w, ok := g.waves[survey]; ok {
		return w, nil
	}
	w, err := g.Store.ListWaves(ctx, survey)
	if err == nil {
		if g.waves == nil {
			g.waves = map[SurveyKey][]Wave{}
		}
		g.waves[survey] = w
	}
	return w, err
}
