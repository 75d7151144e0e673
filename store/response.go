package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// SubmitResponse stores r, and consumes the token if one is given, in one transaction, together with whatever else waits
// at that moment; it returns when that is committed. A response whose id and digest are stored already is a repeat: it
// returns the first receipt and does not look at the token. After ErrUnavailable, or when ctx ends, the response may or
// may not be stored; submitting it again tells. Errors: surveys.ErrConflict (id used with another digest),
// surveys.ErrRemoved, surveys.ErrTokenUsed, surveys.ErrNotFound (token, survey version), *surveys.InvalidError, surveys.ErrOverloaded
// (nothing is stored), surveys.ErrUnavailable.
func (s *Store) SubmitResponse(ctx context.Context, r *surveys.Response, token *surveys.TokenHash) (surveys.Receipt, error) {
	receipt, err := s.submitResponse(ctx, r, token)
	return receipt, s.wrap("submit response", err)
}

// Room returns surveys.ErrOverloaded where SubmitResponse would, and surveys.ErrUnavailable when the store is closed. It asks
// nothing of the database, so that a server whose database hangs goes on refusing at once.
func (s *Store) Room() error { return s.wrap("submit response", s.queue.full()) }

func (s *Store) submitResponse(ctx context.Context, r *surveys.Response, token *surveys.TokenHash) (surveys.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return surveys.Receipt{}, err
	}
	x, err := s.submission(ctx, r, token)
	if err != nil {
		return surveys.Receipt{}, err
	}
	if err := s.queue.put(ctx, false, x); err != nil {
		return surveys.Receipt{}, err
	}
	return s.await(ctx, x)
}

// SubmitResponses is SubmitResponse for many at once: each is stored or refused by itself, and outcomes are in the order
// of what is given. It waits for room where SubmitResponse would return surveys.ErrOverloaded.
func (s *Store) SubmitResponses(ctx context.Context, all []surveys.Prepared) []surveys.Outcome {
	const operation = "submit response"
	out := make([]surveys.Outcome, len(all))
	queued := make([]*submission, 0, len(all))
	for i, p := range all {
		x, err := s.submission(ctx, p.Response, p.Token)
		if err != nil {
			out[i].Err = s.wrap(operation, err)
			continue
		}
		x.place = i
		queued = append(queued, x)
	}
	for part := range slices.Chunk(queued, bulkPart) {
		if err := s.queue.put(ctx, true, part...); err != nil {
			for _, x := range part {
				out[x.place].Err = s.wrap(operation, err)
				x.group.Store(gone)
			}
		}
	}
	for _, x := range queued {
		if out[x.place].Err == nil {
			receipt, err := s.await(ctx, x)
			out[x.place] = surveys.Outcome{Receipt: receipt, Err: s.wrap(operation, err)}
		}
	}
	return out
}

// bulkPart is how many submissions of many enter the queue at a time, so that single ones get between.
const bulkPart = 256

// submission makes of a response what the queue takes.
func (s *Store) submission(ctx context.Context, r *surveys.Response, token *surveys.TokenHash) (*submission, error) {
	p, err := s.findVersion(ctx, r.Survey, r.Version)
	if err != nil {
		return nil, err
	}
	x := &submission{
		receipt: surveys.Receipt{ID: r.ID, Survey: r.Survey, Version: r.Version, ReceivedAt: moment(r.ReceivedAt)},
		digest:  r.Digest, answered: make(chan error, 1),
	}
	if token != nil {
		t := *token
		x.token = &t
	}
	x.row, err = s.dialect.encode(p, r)
	return x, err
}

// await waits for the answer to a submission that stands in the queue.
func (s *Store) await(ctx context.Context, x *submission) (surveys.Receipt, error) {
	select {
	case err := <-x.answered:
		switch {
		case errors.Is(err, errTokenTaken):
			return surveys.Receipt{}, s.whyTaken(ctx, *x.token)
		case err != nil:
			return surveys.Receipt{}, err
		}
		return x.receipt, nil
	case <-ctx.Done():
		x.leave()
		return surveys.Receipt{}, ctx.Err()
	}
}

// whyTaken says why a token could not be consumed.
func (s *Store) whyTaken(ctx context.Context, token surveys.TokenHash) error {
	if _, err := s.FindInvitation(ctx, token); err != nil {
		return err
	}
	return surveys.ErrTokenUsed
}

// FindReceipt returns the receipt of a stored response, with Repeat set, and the digest of its content. Errors:
// surveys.ErrNotFound.
func (s *Store) FindReceipt(ctx context.Context, id surveys.ResponseID) (r surveys.Receipt, digest [sha256.Size]byte, err error) {
	r, digest, err = s.findReceipt(ctx, id)
	return r, digest, s.wrap("find receipt", err)
}

func (s *Store) findReceipt(ctx context.Context, id surveys.ResponseID) (r surveys.Receipt, digest [sha256.Size]byte, err error) {
	var (
		survey   string
		received instant
		stored   []byte
	)
	query := "SELECT survey, version, received_at, digest FROM responses WHERE id = " + s.dialect.placeholder(1)
	row := s.reads.WithContext(ctx).Statement.ConnPool.QueryRowContext(ctx, query, s.dialect.id(id))
	if err := row.Scan(&survey, &r.Version, &received, &stored); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			err = gorm.ErrRecordNotFound
		}
		return surveys.Receipt{}, digest, err
	}
	r.ID, r.Survey, r.ReceivedAt, r.Repeat = id, surveys.SurveyKey(survey), received.Time, true
	copy(digest[:], stored)
	return r, digest, nil
}

// ImportResponses stores a batch in one transaction, leaving out those whose id is stored already, was removed or stands earlier in the
// batch, and returns how many were added. They are numbered in the order of the batch. The responses are not kept after
// it returns. Errors: surveys.ErrNotFound (survey version), *surveys.InvalidError; nothing is stored then.
func (s *Store) ImportResponses(ctx context.Context, batch []*surveys.Response) (added int, err error) {
	operation := fmt.Sprintf("import %d responses", len(batch))
	if len(batch) == 0 {
		return 0, nil
	}
	versions := map[versionKey]*published{}
	for _, r := range batch {
		k := versionKey{r.Survey, r.Version}
		if versions[k] == nil {
			if versions[k], err = s.findVersion(ctx, r.Survey, r.Version); err != nil {
				return 0, s.wrap(fmt.Sprintf("%s: survey %q version %d", operation, r.Survey, r.Version), err)
			}
		}
	}
	ids, rows := make([]surveys.ResponseID, len(batch)), make([]row, len(batch))
	for i, r := range batch {
		ids[i] = r.ID
		if rows[i], err = s.dialect.encode(versions[versionKey{r.Survey, r.Version}], r); err != nil {
			return 0, s.wrap(operation, err)
		}
	}
	err = s.write(ctx, ids, func(w writing) error {
		stored := w.found()
		fresh, seen := make([]row, 0, len(batch)), make(map[surveys.ResponseID]bool, len(batch))
		for i, id := range ids {
			if _, found := stored[id]; !found && !seen[id] {
				seen[id] = true
				fresh = append(fresh, rows[i])
			}
		}
		added = len(fresh)
		return w.insert(ctx, fresh)
	})
	if err != nil {
		return 0, s.wrap(operation, err)
	}
	return added, nil
}
