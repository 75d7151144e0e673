package reports

import (
	"fmt"

	"paxscore/surveys"
)

// Approval says who decided the weights in force.
type Approval struct {
	By          string  `json:"by"`
	On          string  `json:"on"`
	Method      string  `json:"method"`
	FrozenUntil *string `json:"frozen_until"` // the day from which they may change; null where nothing is frozen
}

// approval tells who decided the weights in force, and warns of a suggestion while they are frozen.
func (b *builder) approval(r *ImportanceReport, today surveys.Date) {
	a := b.q.model.Approval
	if a == nil {
		return
	}
	r.Approval = &Approval{By: a.By, On: string(a.On), Method: string(a.Method)}
	if a.FrozenUntil != "" {
		until := string(a.FrozenUntil)
		r.Approval.FrozenUntil = &until
	}
	if today != "" && b.q.model.Frozen(today) {
		r.Warnings = append(r.Warnings, fmt.Sprintf("The weights in force are frozen until %s: a version that changes them before is refused. Give others to a model of another key.", a.FrozenUntil))
	}
}

// approvalNote is a model's note, and who approved its weights.
func approvalNote(note string, a *surveys.Approval) string {
	if a == nil {
		return note
	}
	if note != "" {
		note += " "
	}
	note += fmt.Sprintf("Weights approved by %s on %s (%s)", a.By, a.On, a.Method)
	if a.FrozenUntil != "" {
		note += fmt.Sprintf(", frozen until %s", a.FrozenUntil)
	}
	return note + "."
}
