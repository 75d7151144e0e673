package surveys

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// Submission is a response as it comes in, before it is checked against a questionnaire.
type Submission struct {
	ID          ResponseID
	Survey      SurveyKey // required unless Token is given
	Version     int       // the questionnaire the passenger saw; 0 is the latest
	Token       Token     // of the invitation; "" for none
	Wave        WaveKey   // "" is the open one
	Mode        Mode      // "" is web
	Language    string    // "" is the questionnaire's first
	Seconds     float64   // 0: unknown
	StartedAt   time.Time // by our clock, when the form was shown: gives Seconds where that is 0; zero: unknown
	SubmittedAt time.Time // by the client's clock; zero: now
	Respondent  string
	Answers     map[ItemKey]Answer
	Attributes  map[AttributeKey]string
}

// Answer is the answer to one item. The zero value is a skipped item.
type Answer struct {
	Rating        *int
	NotApplicable bool
	Comment       string
}

// Digest returns the SHA-256 of what the client said: everything it gave except the token. It does not depend on the
// time, on the questionnaire or on what stands in for things not given, so a repeat has the digest of the first try
// however much later it comes. Skipped answers and unknown attributes count as not given.
func (s Submission) Digest() [sha256.Size]byte {
	var space [1024]byte // keeps short submissions off the heap, as do the keys below
	b := space[:0]
	word := func(w string) { b = append(binary.AppendUvarint(b, uint64(len(w))), w...) }
	word("paxscore submission 1")
	b = append(b, s.ID[:]...)
	word(string(s.Survey))
	b = binary.AppendVarint(b, int64(s.Version))
	word(string(s.Wave))
	word(string(cmp.Or(s.Mode, ModeWeb)))
	word(s.Language)
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(s.Seconds))
	if s.SubmittedAt.IsZero() {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		b = binary.AppendVarint(b, s.SubmittedAt.Unix())
		b = binary.AppendVarint(b, int64(s.SubmittedAt.Nanosecond()/1000))
	}
	word(s.Respondent)
	var itemSpace [64]ItemKey
	items := itemSpace[:0]
	for k, a := range s.Answers {
		if a != (Answer{}) {
			items = append(items, k)
		}
	}
	slices.Sort(items)
	b = binary.AppendUvarint(b, uint64(len(items)))
	for _, k := range items {
		a := s.Answers[k]
		word(string(k))
		switch {
		case a.Rating != nil && a.NotApplicable:
			b = append(b, 3)
		case a.Rating != nil:
			b = append(b, 2)
		case a.NotApplicable:
			b = append(b, 1)
		default:
			b = append(b, 0)
		}
		if a.Rating != nil {
			b = binary.AppendVarint(b, int64(*a.Rating))
		}
		word(a.Comment)
	}
	var attributeSpace [32]AttributeKey
	attributes := attributeSpace[:0]
	for k, v := range s.Attributes {
		if v != "" {
			attributes = append(attributes, k)
		}
	}
	slices.Sort(attributes)
	b = binary.AppendUvarint(b, uint64(len(attributes)))
	for _, k := range attributes {
		word(string(k))
		word(s.Attributes[k])
	}
	// A client that cannot measure gives the start instead of the seconds: unlike them, it is the same in every repeat.
	if !s.StartedAt.IsZero() {
		b = binary.AppendVarint(b, s.StartedAt.Unix())
	}
	return sha256.Sum256(b)
}
