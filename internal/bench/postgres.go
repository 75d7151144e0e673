package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"paxscore/store"
	"paxscore/surveys"
)

// ErrOccupied says that a database holds responses: whoever uses it would be slowed.
var ErrOccupied = errors.New("the database holds responses; name one that nobody uses")

// insufficientPrivilege is what PostgreSQL answers to who may not ask for a checkpoint.
const insufficientPrivilege = "42501"

// connections of the baseline that commits each response by itself.
const connections = 64

// postgres makes a schema of its own in a PostgreSQL database, which goes afterwards.
func (b *run) postgres(ctx context.Context) (*database, error) {
	d := &database{name: "PostgreSQL"}
	admin, err := pgx.Connect(ctx, b.URL)
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL: %w", surveys.ErrUnavailable) // the driver's error repeats parts of the URL
	}
	d.drop = func() error { return admin.Close(context.WithoutCancel(ctx)) }
	if err := d.openPostgres(ctx, admin, b.URL); err != nil {
		return nil, errors.Join(fmt.Errorf("PostgreSQL: %w", err), d.drop())
	}
	return d, nil
}

func (d *database) openPostgres(ctx context.Context, admin *pgx.Conn, address string) error {
	if err := unused(ctx, admin); err != nil {
		return err
	}
	if err := admin.QueryRow(ctx, `SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') ||
		', synchronous_commit ' || current_setting('synchronous_commit')`).Scan(&d.version); err != nil {
		return err
	}
	schema := "paxscore_bench_" + strings.ToLower(rand.Text()[:10])
	if _, err := admin.Exec(ctx, "CREATE SCHEMA "+schema); err != nil {
		return err
	}
	finish := d.drop
	d.drop = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		_, err := admin.Exec(ctx, "DROP SCHEMA "+schema+" CASCADE")
		return errors.Join(err, finish())
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("its URL cannot be read")
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	if _, _, err := store.Migrate(ctx, u.String()); err != nil {
		return err
	}
	if d.store, err = store.Open(ctx, u.String()); err != nil {
		return err
	}
	dropSchema := d.drop
	d.drop = func() error { return errors.Join(d.store.Close(), dropSchema()) }

	config, err := pgxpool.ParseConfig(u.String())
	if err != nil {
		return errors.New("its URL cannot be read")
	}
	config.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	dropStore := d.drop
	d.drop = func() error { pool.Close(); return dropStore() }
	d.pool = pool
	if _, err := pool.Exec(ctx, "CREATE TABLE plain (LIKE responses INCLUDING ALL)"); err != nil {
		return err
	}
	d.baselines = postgresBaselines(pool)
	return nil
}

// unused refuses a database that somebody's responses are in.
func unused(ctx context.Context, conn *pgx.Conn) error {
	var exists, holds bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('responses') IS NOT NULL").Scan(&exists); err != nil || !exists {
		return err
	}
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM responses)").Scan(&holds); err != nil {
		return err
	}
	if holds {
		return ErrOccupied
	}
	return nil
}

// settle has PostgreSQL do what the measurements before left to it, so that the next does not wait for that: it vacuums, and writes out what it holds
// where it may be asked to.
func (d *database) settle(ctx context.Context) error {
	if d.pool == nil {
		return nil
	}
	if _, err := d.pool.Exec(ctx, "VACUUM ANALYZE responses"); err != nil {
		return err
	}
	_, err := d.pool.Exec(ctx, "CHECKPOINT")
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == insufficientPrivilege {
		return nil
	}
	return err
}

func postgresBaselines(pool *pgxpool.Pool) []baseline {
	columns := []string{"id", "seq", "received_at", "submitted_at", "response_weight", "seconds", "version", "survey", "wave", "mode", "language",
		"respondent", "ratings", "attributes", "comments", "digest"}
	values := make([]string, len(columns))
	for i := range values {
		values[i] = fmt.Sprintf("$%d", i+1)
	}
	insert := fmt.Sprintf("INSERT INTO plain (%s) VALUES (%s)", strings.Join(columns, ", "), strings.Join(values, ", "))
	row := func(r *surveys.Response, attributes string, id surveys.ResponseID, seq int64) []any {
		return []any{[16]byte(id), seq, r.ReceivedAt, r.SubmittedAt, r.ResponseWeight, r.Seconds, r.Version, string(r.Survey), nil, string(r.Mode), r.Language,
			r.Respondent, r.Ratings, attributes, nil, r.Digest[:]}
	}
	return []baseline{
		{what: fmt.Sprintf("one transaction per response, pgx, %d connections", connections), target: "at least 5", rows: 20_000, row: row,
			store: func(ctx context.Context, rows [][]any) error {
				return eachOf(ctx, connections, len(rows), func(ctx context.Context, i int) error {
					_, err := pool.Exec(ctx, insert, rows[i]...)
					return err
				})
			}},
		{what: "raw COPY, same indexes", target: "at least 0.4", rows: 100_000, row: row,
			store: func(ctx context.Context, rows [][]any) error {
				_, err := pool.CopyFrom(ctx, pgx.Identifier{"plain"}, columns, pgx.CopyFromRows(rows))
				return err
			}},
	}
}
