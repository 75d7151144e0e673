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
// order of the submissions. It waits where Submit would be told ErrOverloaded.
func (s *Service) SubmitAll(ctx context.Context, subs []Submission) []Outcome {
	now := s.Now()
	t := &terms{store: s.Store}
	out := make([]Outcome, len(subs))
	ready := make([]Prepared, 0, len(subs))
	at := make([]int, 0, len(subs)) // of ready, in subs
	for i, sub := range subs {
		r, token, err := s.prepare(ctx, sub, now, t)
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
