package surveys

import (
	"crypto/sha256"
	"time"
)

// Token is what an invitation link carries: 26 upper case characters of Crockford's base 32, 130 random bits. It is
// shown once and never stored.
type Token string

// TokenHash is what is stored of a token.
type TokenHash [sha256.Size]byte

// Hash returns the stored form of a token.
func (t Token) Hash() TokenHash { return sha256.Sum256([]byte(t)) }

// Invitation lets one passenger answer once and carries what is known of the journey. It is not linked to the response.
type Invitation struct {
	Token      TokenHash
	Survey     SurveyKey
	Wave       WaveKey
	Attributes map[AttributeKey]string
	ExpiresAt  time.Time // zero: never
	Used       bool      // the time of use is not kept: it would link the passenger to a response
}
