package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"paxscore/surveys"
)

// committers: while one group is being committed, the other is collected; the lock of the counter puts them in order.
func (postgresDialect) committers() int { return 2 }

// write goes past gorm and database/sql, on a connection of their pool: they have no COPY. A connection that is lost before
// the commit is sent has changed nothing, so the whole is tried again on another: after a restart of the server every
// connection of the pool is dead.
func (d postgresDialect) write(ctx context.Context, db *sql.DB, f func(writing) error) error {
	for tries := 0; ; tries++ {
		lost, err := d.writeOnce(ctx, db, f)
		if err == nil || !lost || tries == postgresConnections || ctx.Err() != nil {
			return err
		}
	}
}

func (postgresDialect) writeOnce(ctx context.Context, db *sql.DB, f func(writing) error) (lost bool, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	err = conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the pool holds a %T", driverConn)
		}
		w := &postgresWriting{conn: c.Conn()}
		err := w.run(ctx, f)
		if err != nil {
			if lost = w.conn.IsClosed() && !w.committing; !w.conn.IsClosed() {
				// Should it fail, the pool drops the connection: it is still within the transaction.
				_, _ = w.conn.PgConn().Exec(ctx, "rollback").ReadAll()
			}
		}
		return err
	})
	return lost, err
}

type postgresWriting struct {
	conn       *pgx.Conn
	last       int64 // seq
	committing bool
}

func (w *postgresWriting) run(ctx context.Context, f func(writing) error) error {
	results, err := w.conn.PgConn().Exec(ctx, "begin; select last from response_seq for update").ReadAll()
	if err != nil {
		return err
	}
	if n := len(results); n == 0 || len(results[n-1].Rows) != 1 {
		return fmt.Errorf("response_seq has no row")
	}
	before, err := strconv.ParseInt(string(results[len(results)-1].Rows[0][0]), 10, 64)
	if err != nil {
		return fmt.Errorf("read response_seq: %w", err)
	}
	w.last = before
	if err := f(w); err != nil {
		return err
	}
	end := "commit"
	if w.last > before {
		end = fmt.Sprintf("update response_seq set last = %d; commit", w.last)
	}
	w.committing = true
	_, err = w.conn.PgConn().Exec(ctx, end).ReadAll()
	return err
}

func (w *postgresWriting) find(ctx context.Context, ids []surveys.ResponseID) (map[surveys.ResponseID]known, error) {
	rows, err := w.conn.Query(ctx, "SELECT id, survey, version, received_at, digest FROM responses WHERE id = ANY($1)", asBytes(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found map[surveys.ResponseID]known
	for rows.Next() {
		var id [16]byte
		var digest []byte
		k := known{receipt: surveys.Receipt{Repeat: true}}
		r := &k.receipt
		if err := rows.Scan(&id, (*string)(&r.Survey), &r.Version, &r.ReceivedAt, &digest); err != nil {
			return nil, err
		}
		r.ID, r.ReceivedAt = id, r.ReceivedAt.UTC()
		copy(k.digest[:], digest)
		if found == nil {
			found = map[surveys.ResponseID]known{}
		}
		found[r.ID] = k
	}
	return found, rows.Err()
}

func asBytes(ids []surveys.ResponseID) [][16]byte {
	out := make([][16]byte, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}

func (w *postgresWriting) consume(ctx context.Context, tokens []surveys.TokenHash) (map[surveys.TokenHash]bool, error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	hashes := make([][]byte, len(tokens))
	for i := range tokens {
		hashes[i] = tokens[i][:]
	}
	const update = "UPDATE invitations SET used = true WHERE token_hash = ANY($1) AND NOT used RETURNING token_hash"
	rows, err := w.conn.Query(ctx, update, hashes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	consumed := make(map[surveys.TokenHash]bool, len(tokens))
	for rows.Next() {
		var hash []byte
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		var token surveys.TokenHash
		copy(token[:], hash)
		consumed[token] = true
	}
	return consumed, rows.Err()
}

func (w *postgresWriting) insert(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	size := len(copyHeader) + 2
	for _, r := range rows {
		size += len(r.tuple)
	}
	data := append(make([]byte, 0, size), copyHeader...)
	for _, r := range rows {
		w.last++
		at := len(data)
		data = append(data, r.tuple...)
		binary.BigEndian.PutUint64(data[at+seqAt:], uint64(w.last))
	}
	data = append(data, 0xff, 0xff)
	_, err := w.conn.PgConn().CopyFrom(ctx, bytes.NewReader(data), "copy responses (seq, "+columnNames+") from stdin (format binary)")
	return err
}

// copyHeader begins a binary COPY, see PostgreSQL's documentation of COPY: signature, no flags, no extension.
const copyHeader = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// seqAt is where seq, the first field, stands in a tuple: behind the number of fields and its own length.
const seqAt = 2 + 4

// encode writes a tuple of binary COPY: for each field its length and its value as the type's receive function reads it.
func (postgresDialect) encode(p *published, r *surveys.Response) (row, error) {
	attributes, comments, err := p.objects(r)
	if err != nil {
		return row{}, err
	}
	t := make(tuple, 0, 256+len(r.Ratings)+len(attributes)+len(comments))
	t = binary.BigEndian.AppendUint16(t, columns+1)
	t = t.int64(0) // seq
	t = t.bytes(r.ID[:])
	t = t.time(r.ReceivedAt)
	t = t.time(r.SubmittedAt)
	t = t.int64(int64(math.Float64bits(r.ResponseWeight)))
	if r.Seconds != 0 {
		t = t.int64(int64(math.Float64bits(r.Seconds)))
	} else {
		t = t.null()
	}
	t = binary.BigEndian.AppendUint32(t, 4)
	t = binary.BigEndian.AppendUint32(t, uint32(int32(r.Version)))
	t = t.bytes([]byte(r.Survey))
	t = t.text(string(r.Wave))
	t = t.bytes([]byte(r.Mode))
	t = t.bytes([]byte(r.Language))
	t = t.text(r.Respondent)
	t = t.bytes(r.Ratings)
	t = t.jsonb(attributes)
	if comments != nil {
		t = t.jsonb(comments)
	} else {
		t = t.null()
	}
	t = t.bytes(r.Digest[:])
	return row{tuple: t}, nil
}

type tuple []byte

func (t tuple) null() tuple { return append(t, 0xff, 0xff, 0xff, 0xff) }

func (t tuple) int64(v int64) tuple {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(t, 8), uint64(v))
}

func (t tuple) bytes(b []byte) tuple {
	return append(binary.BigEndian.AppendUint32(t, uint32(len(b))), b...)
}

// text is null for an empty text.
func (t tuple) text(s string) tuple {
	if s == "" {
		return t.null()
	}
	return append(binary.BigEndian.AppendUint32(t, uint32(len(s))), s...)
}

// time counts microseconds from the year 2000; the zero time is null.
func (t tuple) time(at time.Time) tuple {
	if at.IsZero() {
		return t.null()
	}
	const year2000 = 946_684_800_000_000
	return t.int64(moment(at).UnixMicro() - year2000)
}

// jsonb is its version and the text.
func (t tuple) jsonb(text []byte) tuple {
	t = append(binary.BigEndian.AppendUint32(t, uint32(1+len(text))), 1)
	return append(t, text...)
}
