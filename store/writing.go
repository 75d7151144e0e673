package store

import (
	"context"
	"crypto/sha256"

	"paxscore/surveys"
)

// writing is a transaction that stores responses. It holds the counter of responses until it is committed: no other
// transaction stores any meanwhile, and numbers become visible in their order.
type writing interface {
	// found is what the database holds of the ids that the transaction is about.
	found() map[surveys.ResponseID]known
	// consume marks invitations as used and returns those that were not used before. A token may be given twice.
	consume(ctx context.Context, tokens []surveys.TokenHash) (map[surveys.TokenHash]bool, error)
	// insert stores rows under the next numbers, in their order. It is called once, at the end; some errors may appear only
	// at the commit. Without rows, the transaction is rolled back.
	insert(ctx context.Context, rows []row) error
}

// known is what the database holds of an id.
type known struct {
	receipt surveys.Receipt // with Repeat set
	digest  [sha256.Size]byte
	removed bool // it was stored once; there is no receipt
}

// row is a response as the dialect at hand writes it; it shares no memory with the response.
type row struct {
	tuple  []byte // PostgreSQL: a tuple of binary COPY, with room for seq
	values []any  // SQLite: the values of columnNames
}

// write runs f in a transaction about the responses of some ids and commits it, or rolls back if f fails. It repeats the
// whole when the database asks for it, so f may run more than once.
func (s *Store) write(ctx context.Context, ids []surveys.ResponseID, f func(writing) error) error {
	return s.repeat(ctx, func() error { return s.dialect.write(ctx, s.writePool(), ids, f) })
}
