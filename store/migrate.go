package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"paxscore/migrations"
)

// Migrate brings the database at a URL (see Open) to the newest migration this program knows, creating a SQLite file
// that is missing, and returns the migration it stood at and stands at now; 0 is an empty database. Several programs may
// migrate at once. Errors: ErrUnavailable.
func Migrate(ctx context.Context, url string) (from, to int64, err error) {
	d, err := parseURL(url)
	if err != nil {
		return 0, 0, fmt.Errorf("migrate database: %w", err)
	}
	if lite, ok := d.(sqliteDialect); ok {
		lite.create = true
		d = lite
	}
	// SQLite does not wait for a lock while it turns a new file into one with a write-ahead log.
	for last := time.Now().Add(patience); ; {
		from, to, err = migrate(ctx, d)
		if err == nil || d.classify(err) != busy || time.Now().After(last) || ctx.Err() != nil {
			return from, to, wrap(d, "migrate database", err)
		}
		time.Sleep(migrateAgain)
	}
}

const migrateAgain = 20 * time.Millisecond

func migrate(ctx context.Context, d dialect) (from, to int64, err error) {
	reads, db, err := d.open()
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, reads.Close(), db.Close()) }()
	if from, err = schemaVersion(ctx, db, d); err != nil {
		return 0, 0, err
	}
	if to, err = latestMigration(d); err != nil {
		return from, from, err
	}
	switch {
	case from > to:
		return from, from, fmt.Errorf("it stands at migration %d, this program knows %d; use a newer program", from, to)
	case from == to:
		return from, to, nil
	}
	for have := from; ; {
		// goose has no lock for SQLite, but a migration and the note that it is done are one transaction there. Who comes
		// second fails on the first statement, looks again, and finds the work done.
		failed := up(ctx, db, d)
		if failed == nil {
			return from, to, nil
		}
		now, err := schemaVersion(ctx, db, d)
		if err != nil || now <= have {
			return from, have, failed
		}
		if have = now; have >= to {
			return from, have, nil
		}
	}
}

func up(ctx context.Context, db *sql.DB, d dialect) error {
	files, err := fs.Sub(migrations.FS, d.folder())
	if err != nil {
		return err
	}
	gooseDialect, options := goose.DialectSQLite3, []goose.ProviderOption(nil)
	if d.folder() == "postgres" {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 30))
		if err != nil {
			return err
		}
		gooseDialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(gooseDialect, db, files, options...)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// schemaVersion returns the last migration that the database has, 0 for none.
func schemaVersion(ctx context.Context, db *sql.DB, d dialect) (version int64, err error) {
	var tables int
	if err := db.QueryRowContext(ctx, d.versionTable()).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version").Scan(&version)
	return version, err
}

// latestMigration returns the highest number among the embedded files.
func latestMigration(d dialect) (latest int64, err error) {
	names, err := fs.ReadDir(migrations.FS, d.folder())
	if err != nil {
		return 0, err
	}
	for _, n := range names {
		number, _, _ := strings.Cut(path.Base(n.Name()), "_")
		v, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %q has no number", n.Name())
		}
		latest = max(latest, v)
	}
	return latest, nil
}
