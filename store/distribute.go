package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// spreadTables says what becomes of the tables on Citus: what grows with passengers is spread by its key, what each machine
// needs for that is kept whole on every one; the rest (keys, leases, the counter of responses, and removals, which are few, take their
// number from that counter and are looked at under its lock) stays on the coordinator. Tables that others refer to come first.
func spreadTables() []struct{ name, column string } {
	return []struct{ name, column string }{
		{"survey_versions", ""},
		{"survey_items", ""},
		{"waves", ""},
		{"responses", "id"},
		{"invitations", "token_hash"},
	}
}

// Distribute spreads the tables of a migrated database over the machines of a Citus cluster, with what they hold, and
// returns the names of those it spread: none if they are spread already, or if the database is no Citus coordinator. It
// goes on where an earlier call ended. Nothing can be written to a table while it is being spread. Errors:
// surveys.ErrUnavailable.
func Distribute(ctx context.Context, url string) (spread []string, err error) {
	const operation = "distribute database"
	d, err := parseURL(url)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	pool, other, err := d.open()
	if err != nil {
		return nil, wrap(d, operation, err)
	}
	defer func() { err = errors.Join(err, pool.Close(), other.Close()) }()
	if citus, err := d.citus(ctx, pool); err != nil || !citus {
		return nil, wrap(d, operation, err)
	}
	spread, err = distribute(ctx, pool)
	return spread, wrap(d, operation, err)
}

func distribute(ctx context.Context, pool *sql.DB) (spread []string, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	const lock = "hashtext('paxscore distribute')"
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+lock+")"); err != nil {
		return nil, err
	}
	defer func() {
		_, unlocked := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+lock+")")
		err = errors.Join(err, unlocked)
	}()
	for _, t := range spreadTables() {
		var done bool
		// A table that a spread one refers to, or is referred to by, may be known to Citus as local.
		err := conn.QueryRowContext(ctx,
			"SELECT EXISTS (SELECT FROM citus_tables WHERE table_name = to_regclass($1) AND citus_table_type <> 'local')", t.name).Scan(&done)
		if err != nil {
			return spread, fmt.Errorf("look at table %s: %w", t.name, err)
		}
		if done {
			continue
		}
		if t.column == "" {
			_, err = conn.ExecContext(ctx, "SELECT create_reference_table($1)", t.name)
		} else if _, err = conn.ExecContext(ctx, "SELECT create_distributed_table($1, $2)", t.name, t.column); err == nil {
			// What was stored before is in the shards now, and still in the coordinator's own file.
			_, err = conn.ExecContext(ctx, "SELECT truncate_local_data_after_distributing_table($1)", t.name)
		}
		if err != nil {
			return spread, fmt.Errorf("spread table %s: %w", t.name, err)
		}
		spread = append(spread, t.name)
	}
	return spread, nil
}

// settled returns the last number up to which every response can be seen, on Citus; elsewhere all that is committed can be, and
// it returns false. On Citus a commit comes to one machine sooner than to another, and a reader between them would pass over
// what comes later. A writer holds the lock commitLock until its commit is everywhere, so whoever has waited for that lock sees
// all that the counter showed before.
func (s *Store) settled(ctx context.Context) (last int64, bounded bool, err error) {
	if !s.citus {
		return 0, false, nil
	}
	query := fmt.Sprintf("SELECT last FROM response_seq, pg_advisory_xact_lock_shared(%d)", commitLock)
	err = s.pools[0].QueryRowContext(ctx, query).Scan(&last)
	return last, true, err
}

// commitLock is the number of the advisory lock that a transaction holds while it stores responses.
const commitLock = 7_298_537

// codeless reports whether an error may be what a worker of Citus said of a row: the coordinator passes on the words without the code.
func codeless(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "XX000"
}
