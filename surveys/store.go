package surveys

import (
	"context"
	"crypto/sha256"
	"iter"
	"time"
)

// Store keeps everything. One implementation serves PostgreSQL and SQLite. Every method returns ErrUnavailable, wrapped,
// when the database cannot be reached.
type Store interface {
	SurveyStore
	WaveStore
	InvitationStore
	ResponseStore
	RemovalStore
	KeyStore
	LeaseStore
	// Ping reports whether the database answers and its migrations are complete.
	Ping(ctx context.Context) error
	Close() error
}

// SurveyStore keeps published surveys.
type SurveyStore interface {
	// PublishSurvey stores the survey as the next version of its key, or returns the latest version if its source is
	// the same to the byte.
	PublishSurvey(ctx context.Context, s *Survey) (version int, err error)
	// FindSurvey returns a version of a survey; version 0 is the latest. Errors: ErrNotFound.
	FindSurvey(ctx context.Context, key SurveyKey, version int) (*Survey, error)
	// InForce returns the latest version of a survey and its waves: as they are now if so asked, else as they were at some
	// moment of the last second. Either way it holds what was changed through this store. Errors: ErrNotFound, which is
	// always as of now.
	InForce(ctx context.Context, key SurveyKey, now bool) (*InForce, error)
	// ListSurveys returns the latest version of every survey, by key.
	ListSurveys(ctx context.Context) ([]*Survey, error)
}

// WaveStore keeps waves.
type WaveStore interface {
	// CreateWave errors: ErrExists, ErrNotFound for the survey.
	CreateWave(ctx context.Context, w Wave) error
	// CloseWave sets the end of a wave. Errors: ErrNotFound.
	CloseWave(ctx context.Context, survey SurveyKey, wave WaveKey, at time.Time) error
	// ListWaves returns the waves of a survey, first opened first.
	ListWaves(ctx context.Context, survey SurveyKey) ([]Wave, error)
}

// InvitationStore keeps invitations.
type InvitationStore interface {
	CreateInvitations(ctx context.Context, in []Invitation) error
	// FindInvitation errors: ErrNotFound.
	FindInvitation(ctx context.Context, token TokenHash) (Invitation, error)
	// CountInvitations counts a survey's invitations by wave, those of no wave first, as things stand at a moment. Errors:
	// ErrNotFound for the survey.
	CountInvitations(ctx context.Context, survey SurveyKey, at time.Time) ([]InvitationCount, error)
}

// ResponseStore keeps responses.
type ResponseStore interface {
	// SubmitResponse stores r, and consumes the token if one is given, in one transaction. A response whose id and
	// digest are stored already is a repeat: it returns the first receipt and does not look at the token. r is not
	// changed. Errors: ErrConflict (id used with another digest), ErrRemoved, ErrTokenUsed,
	// ErrNotFound (token), ErrOverloaded.
	SubmitResponse(ctx context.Context, r *Response, token *TokenHash) (Receipt, error)
	// Room returns ErrOverloaded where SubmitResponse would, before anything is looked up for a submission.
	Room() error
	// SubmitResponses is SubmitResponse for many at once: each is stored or refused by itself, and outcomes are in the order
	// of what is given. It waits for room where SubmitResponse would return ErrOverloaded.
	SubmitResponses(ctx context.Context, all []Prepared) []Outcome
	// FindReceipt returns the receipt of a stored response, with Repeat set, and the digest of its content. It is asked
	// for when a submission cannot be taken any more, to tell a repeat from a late first try. Errors: ErrNotFound.
	FindReceipt(ctx context.Context, id ResponseID) (r Receipt, digest [sha256.Size]byte, err error)
	// ImportResponses stores a batch in one transaction, leaving out those whose id is stored already, and returns
	// how many were added. The responses are not kept after it returns.
	ImportResponses(ctx context.Context, batch []*Response) (added int, err error)
	// ListResponses streams what a filter selects by ascending seq. The value is valid until the next iteration.
	ListResponses(ctx context.Context, f ResponseFilter) iter.Seq2[*Response, error]
	// FindSeq returns the Seq of a response. Errors: ErrNotFound, for the response of another survey too.
	FindSeq(ctx context.Context, survey SurveyKey, id ResponseID) (int64, error)
}

// ResponseFilter selects responses.
type ResponseFilter struct {
	Survey   SurveyKey
	AfterSeq int64 // only responses committed later
	UpToSeq  int64 // 0: no limit
}

// KeyStore keeps the bearer keys of the API, by hash.
type KeyStore interface {
	// CreateKey errors: ErrExists for the name.
	CreateKey(ctx context.Context, k Key) error
	// FindKey returns a key that is not revoked. Errors: ErrNotFound.
	FindKey(ctx context.Context, hash TokenHash) (Key, error)
	// RevokeKey errors: ErrNotFound.
	RevokeKey(ctx context.Context, name string, at time.Time) error
	ListKeys(ctx context.Context) ([]Key, error)
}

// Key is a bearer key for programs and, until people sign in, for staff.
type Key struct {
	Name      string
	Hash      TokenHash
	CreatedAt time.Time
	RevokedAt time.Time // zero: valid
}
