package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// errIDTaken rolls a submission back whose id is stored already.
var errIDTaken = errors.New("the id is stored already")

// SubmitResponse stores r, and consumes the token if one is given, in one transaction. A response whose id and digest are
// stored already is a repeat: it returns the first receipt and does not look at the token. After ErrUnavailable the
// response may or may not be stored; submitting it again tells. Errors: surveys.ErrConflict (id used with another
// digest), surveys.ErrTokenUsed, surveys.ErrNotFound (token, survey version), *surveys.InvalidError,
// surveys.ErrUnavailable.
func (s *Store) SubmitResponse(ctx context.Context, r *surveys.Response, token *surveys.TokenHash) (surveys.Receipt, error) {
	receipt, err := s.submitResponse(ctx, r, token)
	return receipt, s.wrap("submit response", err)
}

func (s *Store) submitResponse(ctx context.Context, r *surveys.Response, token *surveys.TokenHash) (surveys.Receipt, error) {
	p, err := s.findVersion(ctx, r.Survey, r.Version)
	if err != nil {
		return surveys.Receipt{}, err
	}
	values := make([]any, 0, len(responseColumns)+1)
	if values, err = p.encode(s.dialect, values, r); err != nil {
		return surveys.Receipt{}, err
	}
	for {
		err = s.inTx(ctx, func(tx *gorm.DB) error {
			if token != nil {
				if err := consume(tx, *token); err != nil {
					return err
				}
			}
			stored, err := s.dialect.insertNumbered(ctx, tx.Statement.ConnPool, values)
			if err == nil && !stored {
				return errIDTaken
			}
			return err
		})
		if err == nil {
			return surveys.Receipt{ID: r.ID, Survey: r.Survey, Version: r.Version, ReceivedAt: moment(r.ReceivedAt)}, nil
		}
		taken := errors.Is(err, errIDTaken)
		if !taken && !errors.Is(err, errTokenTaken) {
			return surveys.Receipt{}, err
		}
		receipt, digest, found := s.findReceipt(ctx, r.ID)
		switch {
		case found == nil && digest == r.Digest:
			return receipt, nil
		case found == nil:
			return surveys.Receipt{}, surveys.ErrConflict
		case !errors.Is(found, gorm.ErrRecordNotFound):
			return surveys.Receipt{}, found
		case !taken:
			return surveys.Receipt{}, s.whyTaken(ctx, *token)
		}
		// The response that was in the way has been removed meanwhile: try again.
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

// ImportResponses stores a batch in one transaction, leaving out those whose id is stored already or stands earlier in the
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
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		conn := tx.Statement.ConnPool
		last, err := s.dialect.lockSeq(ctx, conn)
		if err != nil {
			return err
		}
		fresh, err := s.leaveOutStored(ctx, conn, batch)
		if err != nil {
			return err
		}
		if added = len(fresh); added == 0 {
			return nil
		}
		if err := s.insertMany(ctx, conn, versions, fresh, last); err != nil {
			return err
		}
		return tx.Exec("UPDATE response_seq SET last = ?", last+int64(added)).Error
	})
	if err != nil {
		return 0, s.wrap(operation, err)
	}
	return added, nil
}

// leaveOutStored returns the responses of a batch whose id is neither stored nor seen before in it.
func (s *Store) leaveOutStored(ctx context.Context, conn gorm.ConnPool, batch []*surveys.Response) ([]*surveys.Response, error) {
	seen := make(map[surveys.ResponseID]bool, len(batch))
	ids := make([]any, len(batch))
	for i, r := range batch {
		ids[i] = s.dialect.id(r.ID)
	}
	for part := range chunks(ids, 512) {
		rows, err := conn.QueryContext(ctx, "SELECT id FROM responses WHERE id IN "+s.tuple(1, len(part)), part...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var id idCell
			if err := rows.Scan(&id); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			seen[surveys.ResponseID(id)] = true
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	fresh := make([]*surveys.Response, 0, len(batch))
	for _, r := range batch {
		if !seen[r.ID] {
			seen[r.ID] = true
			fresh = append(fresh, r)
		}
	}
	return fresh, nil
}

// insertMany stores responses under the numbers after last, many rows to a statement.
func (s *Store) insertMany(
	ctx context.Context, conn gorm.ConnPool, versions map[versionKey]*published, fresh []*surveys.Response, last int64,
) error {
	width := len(responseColumns) + 1
	values := make([]any, 0, 256*width)
	for part := range chunks(fresh, 256) {
		values = values[:0]
		for _, r := range part {
			var err error
			if values, err = versions[versionKey{r.Survey, r.Version}].encode(s.dialect, values, r); err != nil {
				return err
			}
			last++
			values = append(values, last)
		}
		if _, err := conn.ExecContext(ctx, s.insertRows(len(part)), values...); err != nil {
			return err
		}
	}
	return nil
}
