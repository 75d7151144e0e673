package surveys

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"
)

// Token is what an invitation link carries: 26 upper case characters of Crockford's base 32, 130 random bits. It is
// shown once and never stored.
type Token string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewToken returns a random token.
func NewToken() Token {
	var b [26]byte
	rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return Token(b[:])
}

// Valid reports whether the token has the form of one.
func (t Token) Valid() bool {
	return len(t) == 26 && !strings.ContainsFunc(string(t), func(r rune) bool { return !strings.ContainsRune(crockford, r) })
}

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

// InvitationCount says what became of a wave's invitations. Used, Expired and Open add up to those sent out.
type InvitationCount struct {
	Wave    WaveKey // "" for invitations to no wave
	Used    int
	Expired int // not used, and too late now
	Open    int // not used yet
}

// Sent is the number of invitations.
func (c InvitationCount) Sent() int { return c.Used + c.Expired + c.Open }
