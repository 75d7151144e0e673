package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/stdlib"

	"paxscore/surveys"
)

// committers: while one group is being committed, the other is collected; the lock of the counter puts them in order.
func (postgresDialect) committers() int { return 2 }

// errRaced says that what was found before the lock does not hold under it.
var errRaced = errors.New("another transaction stored or removed one of the responses meanwhile")

// write goes past gorm and database/sql, on a connection of their pool: they have no COPY.
//
// So that the counter is locked shortly, rows and commit are sent together, and the ids are not looked for under the lock: where
// none of the last groups held a stored one, they are not looked for at all, since the primary key refuses those; else they are
// looked for before the lock. Should one be stored or removed all the same, the whole is done again with the look under
// the lock. A connection that is lost before the rows are sent has changed nothing, so the whole is tried again on
// another: after a restart of the server every connection of the pool is dead.
func (d postgresDialect) write(ctx context.Context, db *sql.DB, ids []surveys.ResponseID, f func(writing) error) error {
	look := lookBefore
	if d.repeats.left.Load() == 0 {
		look = lookNever
	}
	for tries := 0; ; tries++ {
		lost, err := d.writeOnce(ctx, db, ids, look, f)
		switch raced := errors.Is(err, errRaced); {
		case raced && look != lookUnderLock:
			look = lookUnderLock
		case err == nil || !lost || tries == postgresConnections || ctx.Err() != nil:
			return err
		}
	}
}

// look is when a transaction looks for the ids that it is about.
type look int

const (
	lookNever look = iota
	lookBefore
	lookUnderLock
)

// repeats counts the groups for which ids are still looked for after one was found, as when clients send again what they
// had no answer to.
type repeats struct{ left atomic.Int64 }

const repeatsLast = 64

func (r *repeats) count(found bool) {
	if found {
		r.left.Store(repeatsLast)
	} else if n := r.left.Load(); n > 0 {
		r.left.CompareAndSwap(n, n-1)
	}
}

func (d postgresDialect) writeOnce(
	ctx context.Context, db *sql.DB, ids []surveys.ResponseID, look look, f func(writing) error,
) (lost bool, err error) {
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
		w := &postgresWriting{conn: c.Conn(), look: look}
		err := w.run(ctx, ids, f)
		d.repeats.count(len(w.known) > 0 || errors.Is(err, errRaced))
		if err != nil {
			if lost = w.conn.IsClosed() && !w.sent; !w.conn.IsClosed() && w.conn.PgConn().TxStatus() != 'I' {
				// Should it fail, the pool drops the connection: it is still within the transaction.
				_, _ = w.conn.PgConn().Exec(ctx, "rollback").ReadAll()
			}
		}
		return err
	})
	return lost, err
}

// beginWriting takes the lock that settled waits for before that of the counter, in the same round trip.
var beginWriting = fmt.Sprintf("begin; select pg_advisory_xact_lock(%d); select last from response_seq for update", commitLock)

type postgresWriting struct {
	conn  *pgx.Conn
	look  look
	known map[surveys.ResponseID]known
	seen  int64 // seq when the ids were looked for
	rows  []row
	sent  bool // rows and commit
}

func (w *postgresWriting) run(ctx context.Context, ids []surveys.ResponseID, f func(writing) error) (err error) {
	if w.look == lookBefore {
		if err := w.find(ctx, ids); err != nil {
			return err
		}
	}
	last, err := w.lock(ctx, ids)
	if err != nil {
		return err
	}
	if w.look == lookUnderLock {
		if err := w.find(ctx, ids); err != nil {
			return err
		}
	}
	if err := f(w); err != nil {
		return err
	}
	if len(w.rows) == 0 {
		_, err := w.conn.PgConn().Exec(ctx, "rollback").ReadAll()
		return err
	}
	w.sent = true
	err = w.store(ctx, last)
	// Citus passes on what a worker says of rows without the code.
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && w.look != lookUnderLock && (pg.Code == "23505" || pg.Code == "XX000") {
		return errRaced
	}
	return err
}

// lock begins the transaction and locks the counter.
func (w *postgresWriting) lock(ctx context.Context, ids []surveys.ResponseID) (last int64, err error) {
	begin := beginWriting
	switch w.look {
	case lookBefore:
		// A response that was removed since the look is neither stored nor was it seen as removed.
		begin += fmt.Sprintf("; select 1 from removals where removal_seq > %d limit 1", w.seen)
	case lookNever:
		begin += "; select 1 from removals where response_id = any('" + arrayOf(ids) + "'::uuid[]) limit 1"
	}
	results, err := w.conn.PgConn().Exec(ctx, begin).ReadAll()
	if err != nil {
		return 0, err
	}
	if len(results) < 3 || len(results[2].Rows) != 1 {
		return 0, errors.New("response_seq has no row")
	}
	if w.look != lookUnderLock && (len(results) < 4 || len(results[3].Rows) > 0) {
		return 0, errRaced
	}
	last, err = strconv.ParseInt(string(results[2].Rows[0][0]), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read response_seq: %w", err)
	}
	return last, nil
}

func (w *postgresWriting) found() map[surveys.ResponseID]known { return w.known }

// find is planned anew each time: a plan kept from when the table was small would read all of it.
func (w *postgresWriting) find(ctx context.Context, ids []surveys.ResponseID) error {
	rows, err := w.conn.Query(ctx, findPostgres, pgx.QueryExecModeCacheDescribe, asBytes(ids))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id [16]byte
		var number int64
		var digest []byte
		k := known{receipt: surveys.Receipt{Repeat: true}}
		r := &k.receipt
		if err := rows.Scan(&id, (*string)(&r.Survey), &number, &r.ReceivedAt, &digest); err != nil {
			return err
		}
		r.ID, r.Version, r.ReceivedAt, k.removed = id, int(number), r.ReceivedAt.UTC(), digest == nil
		if r.ID.IsZero() {
			w.seen = number
			continue
		}
		copy(k.digest[:], digest)
		if w.known == nil {
			w.known = map[surveys.ResponseID]known{}
		}
		w.known[r.ID] = k
	}
	return rows.Err()
}

// findPostgres returns stored responses, removed ones without a digest, and under the zero id how far it saw.
const findPostgres = `SELECT id, survey, version::bigint, received_at, digest FROM responses WHERE id = ANY($1)
	UNION ALL SELECT response_id, survey, 0, removed_at, NULL FROM removals WHERE response_id = ANY($1)
	UNION ALL SELECT '00000000-0000-0000-0000-000000000000', '', last, now(), NULL FROM response_seq`

// arrayOf writes ids as an array of uuid.
func arrayOf(ids []surveys.ResponseID) string {
	b := make([]byte, 0, 2+33*len(ids))
	b = append(b, '{')
	for i := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = hex.AppendEncode(b, ids[i][:])
	}
	return string(append(b, '}'))
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
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if w.look != lookUnderLock && slices.ContainsFunc(tokens, func(t surveys.TokenHash) bool { return !consumed[t] }) {
		return nil, errRaced // it may be a repeat whose first try has used the token up
	}
	return consumed, nil
}

func (w *postgresWriting) insert(_ context.Context, rows []row) error {
	w.rows = rows
	return nil
}

// store sends the rows, the counter and the commit together, and waits for the end of both: the server does the second only if it could
// do the first.
func (w *postgresWriting) store(ctx context.Context, last int64) error {
	size := len(copyHeader) + 2
	for _, r := range w.rows {
		size += len(r.tuple)
	}
	data := append(make([]byte, 0, size), copyHeader...)
	for _, r := range w.rows {
		last++
		at := len(data)
		data = append(data, r.tuple...)
		binary.BigEndian.PutUint64(data[at+seqAt:], uint64(last))
	}
	data = append(data, 0xff, 0xff)

	pg := w.conn.PgConn()
	stop := context.AfterFunc(ctx, func() { _ = pg.Conn().SetWriteDeadline(time.Unix(1, 0)) })
	out := pg.Frontend()
	out.SendQuery(&pgproto3.Query{String: "copy responses (seq, " + columnNames + ") from stdin (format binary)"})
	out.Send(&pgproto3.CopyData{Data: data})
	out.Send(&pgproto3.CopyDone{})
	out.SendQuery(&pgproto3.Query{String: fmt.Sprintf("update response_seq set last = %d; commit", last)})
	err := out.Flush()
	if !stop() || err != nil {
		_ = pg.Close(ctx)
		return errors.Join(ctx.Err(), err)
	}
	for done := 0; done < 2; {
		message, receive := pg.ReceiveMessage(ctx)
		if receive != nil {
			return errors.Join(err, receive)
		}
		switch m := message.(type) {
		case *pgproto3.ErrorResponse:
			if err == nil { // of the first; the second follows from it
				err = pgconn.ErrorResponseToPgError(m)
			}
		case *pgproto3.ReadyForQuery:
			done++
		}
	}
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
