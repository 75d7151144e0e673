package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/bits"
	"sync"

	"paxscore/surveys"
)

// maxRows is the most rows, or ids, that one statement has. Statements are prepared for its parts by powers of two.
const maxRows = 128

// sqliteStatements are the statements that store responses, prepared once for the one connection that writes.
type sqliteStatements struct {
	once     sync.Mutex
	prepared *preparedStatements
}

type preparedStatements struct {
	find, insert [8]*sql.Stmt // by the power of two of ids or rows
}

// on prepares the statements at the first call that succeeds.
func (s *sqliteStatements) on(ctx context.Context, db *sql.DB) (*preparedStatements, error) {
	s.once.Lock()
	defer s.once.Unlock()
	if s.prepared != nil {
		return s.prepared, nil
	}
	p := &preparedStatements{}
	for i := range p.find {
		n := 1 << i
		var err error
		query := "SELECT id, survey, version, received_at, digest FROM responses WHERE id IN " + tuples(1, n)
		if p.find[i], err = db.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
		insert := "INSERT INTO responses (" + columnNames + ", seq) VALUES " + tuples(n, columns+1)
		if p.insert[i], err = db.PrepareContext(ctx, insert); err != nil {
			return nil, err
		}
	}
	s.prepared = p
	return p, nil
}

func (d sqliteDialect) write(ctx context.Context, db *sql.DB, ids []surveys.ResponseID, f func(writing) error) error {
	statements, err := d.statements.on(ctx, db)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	w := &sqliteWriting{tx: tx, statements: statements}
	if err := tx.QueryRowContext(ctx, "SELECT last FROM response_seq").Scan(&w.last); err != nil {
		return fmt.Errorf("read response_seq: %w", err)
	}
	if err := w.find(ctx, ids); err != nil {
		return err
	}
	before := w.last
	if err := f(w); err != nil {
		return err
	}
	if w.last == before {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE response_seq SET last = ?", w.last); err != nil {
		return err
	}
	return tx.Commit()
}

type sqliteWriting struct {
	tx         *sql.Tx
	statements *preparedStatements
	last       int64 // seq
	known      map[surveys.ResponseID]known
}

func (w *sqliteWriting) found() map[surveys.ResponseID]known { return w.known }

func (w *sqliteWriting) find(ctx context.Context, ids []surveys.ResponseID) error {
	var removals bool
	if err := w.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM removals)").Scan(&removals); err != nil {
		return err
	}
	values := make([]any, 0, maxRows)
	for part := range chunks(ids, maxRows) {
		values = values[:0]
		for i := range part {
			values = append(values, part[i][:])
		}
		if removals {
			if err := w.findRemoved(ctx, values); err != nil {
				return err
			}
		}
		statement := w.tx.StmtContext(ctx, w.statements.find[bits.TrailingZeros(uint(len(part)))])
		rows, err := statement.QueryContext(ctx, values...)
		if err != nil {
			return err
		}
		for rows.Next() {
			if w.known == nil {
				w.known = map[surveys.ResponseID]known{}
			}
			if err := scanKnown(rows, w.known); err != nil {
				_ = rows.Close()
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (w *sqliteWriting) findRemoved(ctx context.Context, ids []any) error {
	rows, err := w.tx.QueryContext(ctx, "SELECT response_id FROM removals WHERE response_id IN "+tuples(1, len(ids)), ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id idCell
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if w.known == nil {
			w.known = map[surveys.ResponseID]known{}
		}
		w.known[surveys.ResponseID(id)] = known{removed: true}
	}
	return rows.Err()
}

// scanKnown adds a row of find to what was found.
func scanKnown(rows *sql.Rows, found map[surveys.ResponseID]known) error {
	var id idCell
	var received instant
	var digest []byte
	k := known{receipt: surveys.Receipt{Repeat: true}}
	if err := rows.Scan(&id, (*string)(&k.receipt.Survey), &k.receipt.Version, &received, &digest); err != nil {
		return err
	}
	k.receipt.ID, k.receipt.ReceivedAt = surveys.ResponseID(id), received.Time
	copy(k.digest[:], digest)
	found[k.receipt.ID] = k
	return nil
}

func (w *sqliteWriting) consume(ctx context.Context, tokens []surveys.TokenHash) (map[surveys.TokenHash]bool, error) {
	consumed := make(map[surveys.TokenHash]bool, len(tokens))
	for _, t := range tokens {
		res, err := w.tx.ExecContext(ctx, "UPDATE invitations SET used = 1 WHERE token_hash = ? AND NOT used", t[:])
		if err != nil {
			return nil, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return nil, err
		}
		if n == 1 {
			consumed[t] = true
		}
	}
	return consumed, nil
}

func (w *sqliteWriting) insert(ctx context.Context, rows []row) error {
	values := make([]any, 0, min(len(rows), maxRows)*(columns+1))
	for part := range chunks(rows, maxRows) {
		values = values[:0]
		for _, r := range part {
			w.last++
			values = append(append(values, r.values...), w.last)
		}
		statement := w.tx.StmtContext(ctx, w.statements.insert[bits.TrailingZeros(uint(len(part)))])
		if _, err := statement.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return nil
}

// encode writes the values of columnNames.
func (sqliteDialect) encode(p *published, r *surveys.Response) (row, error) {
	object, remarks, err := p.objects(r)
	if err != nil {
		return row{}, err
	}
	var submitted, seconds, comments any
	if !r.SubmittedAt.IsZero() {
		submitted = moment(r.SubmittedAt).UnixMicro()
	}
	if r.Seconds != 0 {
		seconds = r.Seconds
	}
	if remarks != nil {
		comments = string(remarks)
	}
	id, digest := r.ID, r.Digest
	return row{values: []any{
		id[:], moment(r.ReceivedAt).UnixMicro(), submitted, r.ResponseWeight, seconds, int64(r.Version), string(r.Survey),
		orNull(string(r.Wave)), string(r.Mode), r.Language, orNull(r.Respondent), append([]byte{}, r.Ratings...), string(object), comments, digest[:],
	}}, nil
}
