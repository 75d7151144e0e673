package surveys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Approval says who decided the weights of a model, when, by which method, and how long they stay.
type Approval struct {
	By          string // person or board
	On          Date
	Method      ApprovalMethod
	FrozenUntil Date // from this day on the weights may change; "" where nothing is frozen
}

// Date is a day written 2006-01-02. Dates compare as texts.
type Date string

// DateOf is the day of a time in UTC.
func DateOf(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// Valid reports whether there is such a day.
func (d Date) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// ApprovalMethod is how the approved weights were found.
type ApprovalMethod string

const (
	ApprovedDerived  ApprovalMethod = "derived"  // from influence on the overall question
	ApprovedAHP      ApprovalMethod = "ahp"      // from experts' pairwise judgements
	ApprovedCombined ApprovalMethod = "combined" // from both
	ApprovedDirect   ApprovalMethod = "direct"   // points given by people
	ApprovedEqual    ApprovalMethod = "equal"
	ApprovedOther    ApprovalMethod = "other"
)

// ApprovalMethods are all of them.
func ApprovalMethods() []ApprovalMethod {
	return []ApprovalMethod{ApprovedDerived, ApprovedAHP, ApprovedCombined, ApprovedDirect, ApprovedEqual, ApprovedOther}
}

// Frozen reports whether the weights of the model must not change on a day.
func (m *Model) Frozen(day Date) bool { return m.Approval != nil && m.Approval.FrozenUntil > day }

func (a *Approval) check(r *rules, path string) {
	if a.By == "" || !line(a.By, MaxAttribute) {
		r.Add(path+".by", "length", "who approved has 1 to %d characters of plain text", MaxAttribute)
	}
	if !a.On.Valid() {
		r.Add(path+".on", "date", "%s is not a day of the form 2026-01-31", quoted(string(a.On)))
	}
	if !slices.Contains(ApprovalMethods(), a.Method) {
		r.Add(path+".method", "unknown", "%s is none of derived, ahp, combined, direct, equal and other", quoted(string(a.Method)))
	}
	switch {
	case a.FrozenUntil == "":
	case !a.FrozenUntil.Valid():
		r.Add(path+".frozen_until", "date", "%s is not a day of the form 2026-01-31", quoted(string(a.FrozenUntil)))
	case a.On.Valid() && a.FrozenUntil < a.On:
		r.Add(path+".frozen_until", "range", "the weights are frozen until %s, before they were approved on %s", a.FrozenUntil, a.On)
	}
}

// checkFrozen refuses a version that changes frozen weights of a model, or ends their freeze early. A model of another key may have
// any, and stands beside them.
func (s *Service) checkFrozen(ctx context.Context, next *Survey) error {
	latest, err := s.Store.FindSurvey(ctx, next.Key, 0)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the version in force: %w", err)
	}
	today := DateOf(s.Now())
	bad := &InvalidError{Input: "survey"}
	for i := range next.Models {
		m := &next.Models[i]
		old, err := latest.Model(m.Key)
		if err != nil || m.Key == "" || !old.Frozen(today) {
			continue
		}
		until := old.Approval.FrozenUntil
		if m.Approval == nil || m.Approval.FrozenUntil < until {
			bad.Add(at("models", i)+".approval.frozen_until", "frozen", "version %d freezes the weights of model %s until %s; that cannot be taken back", latest.Version, m.Key, until)
		}
		if !slices.EqualFunc(old.Dimensions, m.Dimensions, sameWeights) {
			bad.Add(at("models", i)+".dimensions", "frozen", "the weights of model %s are frozen until %s; give other weights to a model of another key, beside it", m.Key, until)
		}
	}
	return bad.OrNil()
}

func sameWeights(a, b Dimension) bool {
	return a.Key == b.Key && a.DimensionWeight == b.DimensionWeight && slices.Equal(a.Items, b.Items)
}
