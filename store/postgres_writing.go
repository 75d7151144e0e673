package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/stdlib"

	"paxscore/surveys"
)

// errRaced says that what was found before the lock does not hold under it; errMoved that the counter, the removals or the
// invitations are not as foreseen.
var (
	errRaced = errors.New("another transaction stored or removed one of the responses meanwhile")
	errMoved = errors.New("another program has stored or removed responses")
)

// look is when a transaction looks for the ids that it is about, and at the counter.
type look int

const (
	lookAhead     look = iota // at neither
	lookNever                 // at the counter under its lock
	lookBefore                // also for the ids, before that
	lookUnderLock             // for the ids under the lock
)

// write goes past gorm and database/sql, on a connection of their pool: they have no COPY.
//
// Where no other program stores responses and no client sends again, the number that the counter stands at, the removed ids and
// that the tokens are unused are known beforehand: then everything from begin to commit is sent at once, and fails as a
// whole if anything is not as foreseen. Else the counter is locked first, and the ids are looked for before that, or,
// should one be stored or removed all the same, under the lock. A connection that is lost before the rows are sent has
// changed nothing, so the whole is tried again on another: after a restart of the server every connection of the pool is dead.
func (d postgresDialect) write(ctx context.Context, db *sql.DB, ids []surveys.ResponseID, f func(writing) error) error {
	look := d.counter.look()
	for tries := 0; ; tries++ {
		lost, err := d.writeOnce(ctx, db, ids, look, f)
		switch {
		case errors.Is(err, errMoved):
			look = lookNever
		case errors.Is(err, errRaced):
			look = lookUnderLock
		case err == nil || !lost || tries == postgresConnections || ctx.Err() != nil:
			return err
		}
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
		w := &postgresWriting{conn: c.Conn(), look: look, counter: d.counter}
		err := w.run(ctx, ids, f)
		d.counter.count(len(w.known) > 0 || errors.Is(err, errRaced))
		if err != nil {
			d.counter.failed()
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
	conn    *pgx.Conn
	look    look
	counter *counter
	seen    int64 // all removals up to it are known
	known   map[surveys.ResponseID]known
	tokens  map[surveys.TokenHash]bool // to consume, if that is not done at once
	rows    []row
	sent    bool // rows and commit
}

// run returns errMoved only if it did not look at the counter, and errRaced only if it did not look for ids under the lock.
func (w *postgresWriting) run(ctx context.Context, ids []surveys.ResponseID, f func(writing) error) (err error) {
	var last int64
	switch w.look {
	case lookAhead:
		w.seen = w.counter.removedUpTo()
		w.known = w.counter.known(ids)
	case lookBefore:
		if err = w.find(ctx, ids); err == nil {
			last, err = w.lock(ctx, ids)
		}
	case lookNever:
		last, err = w.lock(ctx, ids)
	case lookUnderLock:
		if last, err = w.lock(ctx, ids); err == nil {
			err = w.find(ctx, ids)
		}
	}
	if err != nil {
		return err
	}
	if err := f(w); err != nil {
		return err
	}
	switch {
	case len(w.rows) > 0:
		w.sent = true
		err = w.store(ctx, last)
	case w.look != lookAhead:
		_, err = w.conn.PgConn().Exec(ctx, "rollback").ReadAll()
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case w.look == lookAhead && pg.Code == "22012": // division by zero, see foresee
			return errMoved
		case w.look != lookUnderLock && (pg.Code == "23505" || codeless(err)):
			return errRaced
		}
	}
	return err
}

// lock begins the transaction and locks the counter.
func (w *postgresWriting) lock(ctx context.Context, ids []surveys.ResponseID) (last int64, err error) {
	seen := w.counter.removedUpTo()
	removals := fmt.Sprintf("; select response_id, removal_seq from removals where removal_seq > %d order by removal_seq", seen)
	results, err := w.conn.PgConn().Exec(ctx, beginWriting+removals).ReadAll()
	if err != nil {
		return 0, err
	}
	if len(results) != 4 || len(results[2].Rows) != 1 {
		return 0, errors.New("response_seq has no row")
	}
	if last, err = strconv.ParseInt(string(results[2].Rows[0][0]), 10, 64); err != nil {
		return 0, fmt.Errorf("read response_seq: %w", err)
	}
	removed, upTo := make([]surveys.ResponseID, len(results[3].Rows)), seen
	for i, row := range results[3].Rows {
		var id uuid.UUID
		if id, err = uuid.ParseBytes(row[0]); err == nil {
			removed[i] = surveys.ResponseID(id)
			upTo, err = strconv.ParseInt(string(row[1]), 10, 64)
		}
		if err != nil {
			return 0, fmt.Errorf("read removals: %w", err)
		}
	}
	if !w.counter.learn(last, seen, removed, upTo) && w.look != lookUnderLock {
		return 0, errRaced
	}
	// A response that was removed since the look was found as stored, or not at all.
	for id, k := range w.counter.known(ids) {
		w.note(id, k)
	}
	return last, nil
}

func (w *postgresWriting) note(id surveys.ResponseID, k known) {
	if w.known == nil {
		w.known = map[surveys.ResponseID]known{}
	}
	w.known[id] = k
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
		var digest []byte
		k := known{receipt: surveys.Receipt{Repeat: true}}
		r := &k.receipt
		if err := rows.Scan(&id, (*string)(&r.Survey), &r.Version, &r.ReceivedAt, &digest); err != nil {
			return err
		}
		r.ID, r.ReceivedAt, k.removed = id, r.ReceivedAt.UTC(), digest == nil
		copy(k.digest[:], digest)
		w.note(r.ID, k)
	}
	return rows.Err()
}

// findPostgres returns stored responses, and removed ones without a digest.
const findPostgres = `SELECT id, survey, version, received_at, digest FROM responses WHERE id = ANY($1)
	UNION ALL SELECT response_id, survey, 0, removed_at, NULL FROM removals WHERE response_id = ANY($1)`

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
	if w.look == lookAhead {
		w.tokens = make(map[surveys.TokenHash]bool, len(tokens))
		for _, t := range tokens {
			w.tokens[t] = true
		}
		return maps.Clone(w.tokens), nil
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

// store sends the rows, the counter and the commit together, and waits for the end of all: the server does each only if it
// could do what comes before.
func (w *postgresWriting) store(ctx context.Context, last int64) error {
	if w.look != lookAhead {
		next := last + int64(len(w.rows))
		w.counter.sent(next)
		return w.receive(ctx, w.send(ctx, fmt.Sprintf("%s; update response_seq set last = %d; commit", copyRows, next), last))
	}
	w.counter.order.Lock()
	last = w.counter.take(len(w.rows))
	err := w.send(ctx, w.foresee(last), last)
	w.counter.order.Unlock()
	return w.receive(ctx, err)
}

const copyRows = "copy responses (seq, " + columnNames + ") from stdin (format binary)"

// foresee is the transaction for when the counter stands at last and no other programs are at the tables. It divides by zero where anything is
// otherwise: the counter when its lock is there, removals after that, and the tokens.
func (w *postgresWriting) foresee(last int64) string {
	var q strings.Builder
	fmt.Fprintf(&q, "begin; update response_seq set last = last + %d / (last = %d)::int; ", len(w.rows), last)
	fmt.Fprintf(&q, "select 1 / (not exists (select from removals where removal_seq > %d))::int; ", w.seen)
	if len(w.tokens) > 0 {
		q.WriteString("with used as (update invitations set used = true where token_hash = any('{")
		separator := ""
		for t := range w.tokens {
			fmt.Fprintf(&q, `%s"\\x%x"`, separator, t[:])
			separator = ","
		}
		fmt.Fprintf(&q, "}'::bytea[]) and not used returning 1) select 1 / (count(*) = %d)::int from used; ", len(w.tokens))
	}
	q.WriteString(copyRows + "; commit")
	return q.String()
}

// send sends a query that copies the rows, numbered from behind last, and the rows.
func (w *postgresWriting) send(ctx context.Context, query string, last int64) error {
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
	out.SendQuery(&pgproto3.Query{String: query})
	out.Send(&pgproto3.CopyData{Data: data})
	out.Send(&pgproto3.CopyDone{})
	err := out.Flush()
	if !stop() || err != nil {
		_ = pg.Close(ctx)
		return errors.Join(ctx.Err(), err)
	}
	return nil
}

// receive waits for the end of what was sent, unless that failed.
func (w *postgresWriting) receive(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	for {
		message, lost := w.conn.PgConn().ReceiveMessage(ctx)
		if lost != nil {
			return errors.Join(err, lost)
		}
		switch m := message.(type) {
		case *pgproto3.ErrorResponse:
			if err == nil {
				err = pgconn.ErrorResponseToPgError(m)
			}
		case *pgproto3.ReadyForQuery:
			return err
		}
	}
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
