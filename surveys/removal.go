package surveys

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Removal is the trace that a removed response leaves: nothing of what it said, nor who gave it.
type Removal struct {
	Seq         int64 // of the removal, from the same counter as those of responses
	Response    ResponseID
	Survey      SurveyKey
	ResponseSeq int64 // that the response had
	RemovedAt   time.Time
	Reason      string
}

// RemovalStore removes responses.
type RemovalStore interface {
	// RemoveResponse removes a response of a survey and keeps r, with the numbers set, in one transaction. From then on its
	// id is refused with ErrRemoved. Errors: ErrNotFound, ErrRemoved if that was done before.
	RemoveResponse(ctx context.Context, r Removal) (Removal, error)
	// ListRemovals returns the removals of a survey behind a seq, in their order.
	ListRemovals(ctx context.Context, survey SurveyKey, afterSeq int64) ([]Removal, error)
}

// Remove erases a response, for a reason of 1 to 200 characters that goes into the audit trail. A late repeat of the submission does
// not bring it back. Errors: *InvalidError, ErrNotFound (the survey has no such response), ErrRemoved (done before),
// ErrUnavailable.
func (s *Service) Remove(ctx context.Context, survey SurveyKey, id ResponseID, reason string) (Removal, error) {
	if reason = strings.TrimSpace(reason); reason == "" || !line(reason, 200) {
		e := &InvalidError{Input: "removal"}
		e.Add("reason", "length", "a reason has 1 to 200 characters of plain text")
		return Removal{}, fmt.Errorf("remove response: %w", e)
	}
	r := Removal{Response: id, Survey: survey, RemovedAt: s.Now().UTC().Truncate(time.Microsecond), Reason: reason}
	done, err := s.Store.RemoveResponse(ctx, r)
	if err != nil {
		return Removal{}, fmt.Errorf("remove response %s: %w", id, err)
	}
	return done, nil
}

// ErrRemoved is the error of submitting, or removing again, a response that was removed.
var ErrRemoved = errors.New("the response was removed")
