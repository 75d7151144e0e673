package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"paxscore/store"
	"paxscore/surveys"
)

// sqlite makes a SQLite database in a folder of its own, which goes with it.
func (b *run) sqlite(ctx context.Context) (*database, error) {
	folder, err := os.MkdirTemp(b.Folder, "paxscore-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the SQLite database: %w", err)
	}
	d := &database{name: "SQLite", drop: func() error { return os.RemoveAll(folder) }}
	if err := d.openSQLite(ctx, filepath.Join(folder, "bench.db")); err != nil {
		return nil, errors.Join(fmt.Errorf("SQLite: %w", err), d.drop())
	}
	return d, nil
}

func (d *database) openSQLite(ctx context.Context, file string) (err error) {
	if _, _, err := store.Migrate(ctx, "sqlite:"+file); err != nil {
		return err
	}
	if d.store, err = store.Open(ctx, "sqlite:"+file); err != nil {
		return err
	}
	remove := d.drop
	d.drop = func() error { return errors.Join(d.store.Close(), remove()) }

	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(file)+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_busy_timeout=10000")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	drop := d.drop
	d.drop = func() error { return errors.Join(db.Close(), drop()) }
	if err := db.QueryRowContext(ctx, "SELECT 'SQLite ' || sqlite_version() || ', WAL, synchronous FULL'").Scan(&d.version); err != nil {
		return err
	}
	for _, statement := range []string{
		`CREATE TABLE plain (id BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL PRIMARY KEY, received_at INTEGER NOT NULL, submitted_at INTEGER,
			response_weight REAL NOT NULL, seconds REAL, version INTEGER NOT NULL, survey TEXT NOT NULL, wave TEXT, mode TEXT NOT NULL,
			language TEXT NOT NULL, respondent TEXT, ratings BLOB NOT NULL, attributes TEXT NOT NULL, comments TEXT, digest BLOB NOT NULL) STRICT`,
		"CREATE INDEX plain_survey_seq ON plain (survey, seq)",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	insert, err := db.PrepareContext(ctx, "INSERT INTO plain VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	d.baselines = []baseline{{what: "one transaction per response", target: "at least 12", rows: 5_000,
		row: func(r *surveys.Response, attributes string, id surveys.ResponseID, seq int64) []any {
			return []any{id[:], seq, r.ReceivedAt.UnixMicro(), r.SubmittedAt.UnixMicro(), r.ResponseWeight, r.Seconds, r.Version, string(r.Survey), nil,
				string(r.Mode), r.Language, r.Respondent, r.Ratings, attributes, nil, r.Digest[:]}
		},
		store: func(ctx context.Context, rows [][]any) error {
			for _, row := range rows {
				if _, err := insert.ExecContext(ctx, row...); err != nil {
					return err
				}
			}
			return nil
		}}}
	return nil
}
