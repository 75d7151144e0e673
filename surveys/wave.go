package surveys

import "time"

// Wave is a period in which a survey is in the field. A survey without waves is always open.
type Wave struct {
	Survey   SurveyKey
	Key      WaveKey
	OpensAt  time.Time
	ClosesAt time.Time // zero: until closed
}

// OpenAt reports whether the wave takes responses at t.
func (w Wave) OpenAt(t time.Time) bool {
	return !t.Before(w.OpensAt) && (w.ClosesAt.IsZero() || t.Before(w.ClosesAt))
}
