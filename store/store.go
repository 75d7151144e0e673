package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"paxscore/surveys"
)

// Store is a database of paxscore. It is safe for concurrent use. It implements surveys.Store.
type Store struct {
	dialect  dialect
	reads    *gorm.DB
	writes   *gorm.DB // the same as reads in PostgreSQL; the one writing connection in SQLite
	pools    []*sql.DB
	versions *versionCache
}

var _ surveys.Store = (*Store)(nil)

// dialect is what differs between the databases.
type dialect interface {
	// folder is the name of its migrations.
	folder() string
	// open returns the pools to read from and to write to, which may be the same. It does not touch the network or disk.
	open() (reads, writes *sql.DB, err error)
	// gorm wraps a pool.
	gorm(*sql.DB) gorm.Dialector
	// placeholder is the n-th parameter of a statement, from 1.
	placeholder(n int) string
	id(surveys.ResponseID) any
	time(time.Time) any
	// versionTable counts the tables that hold the migration state: 0 or 1.
	versionTable() string
	// insertNumbered stores one encoded response under the next seq. It reports false, and must be rolled back, if the
	// id is stored already.
	insertNumbered(ctx context.Context, tx gorm.ConnPool, values []any) (stored bool, err error)
	// lockSeq keeps other writers from numbering responses until the transaction ends, and returns the last seq.
	lockSeq(ctx context.Context, tx gorm.ConnPool) (last int64, err error)
	// check finds what the database does not notice itself.
	check() error
	// classify says what a driver's error means.
	classify(error) cause
}

// Open connects to the database at a URL: sqlite:PATH, or postgres://… as PostgreSQL documents it. It does not migrate and
// does not create a SQLite file; see Migrate. Errors: ErrUnavailable if the database does not answer.
func Open(ctx context.Context, url string) (*Store, error) {
	d, err := parseURL(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{dialect: d, versions: newVersionCache(256)}
	reads, writes, err := d.open()
	if err != nil {
		return nil, s.wrap("open database", err)
	}
	s.pools = []*sql.DB{reads}
	if writes != reads {
		s.pools = append(s.pools, writes)
	}
	if err := s.connect(ctx, reads, writes); err != nil {
		return nil, errors.Join(s.wrap("open database", err), s.Close())
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, reads, writes *sql.DB) (err error) {
	for _, p := range s.pools {
		if err := p.PingContext(ctx); err != nil {
			return err
		}
	}
	if s.reads, err = gorm.Open(s.dialect.gorm(reads), gormConfig()); err != nil {
		return err
	}
	if s.writes = s.reads; writes != reads {
		s.writes, err = gorm.Open(s.dialect.gorm(writes), gormConfig())
	}
	return err
}

// gormConfig is without PrepareStmt: pgx keeps prepared statements itself, gorm prepares anew in every transaction, and
// its QueryRow panics where it cannot prepare because the database is away.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // statements carry answers and hashes
	}
}

// Close ends all connections.
func (s *Store) Close() error {
	var errs []error
	for _, p := range s.pools {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

// Ping reports whether the database answers and stands at the migration this program knows. Errors:
// surveys.ErrUnavailable, and a sentence that says what to do about the migrations.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.dialect.check(); err != nil {
		return s.wrap("ping database", err)
	}
	have, err := schemaVersion(ctx, s.pools[0], s.dialect)
	if err != nil {
		return s.wrap("ping database", err)
	}
	want, err := latestMigration(s.dialect)
	if err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	switch {
	case have == 0:
		return errors.New("ping database: it has no tables yet; run the migrations")
	case have < want:
		return fmt.Errorf("ping database: it stands at migration %d of %d; run the migrations", have, want)
	case have > want:
		return fmt.Errorf("ping database: it stands at migration %d, this program knows %d; use a newer program", have, want)
	}
	return nil
}

// patience is how long a transaction waits for another program to finish writing.
const patience = 10 * time.Second

// inTx runs f in a transaction and commits it, or rolls back if f fails. It repeats the whole when the database asks for
// it, so f may run more than once.
func (s *Store) inTx(ctx context.Context, f func(tx *gorm.DB) error) error {
	const attempts = 5
	for start, i := time.Now(), 1; ; i++ {
		err := s.writes.WithContext(ctx).Transaction(f)
		if err == nil || ctx.Err() != nil {
			return err
		}
		switch s.dialect.classify(err) {
		case busy:
			if time.Since(start) > patience {
				return err
			}
		case retry:
			if i == attempts {
				return err
			}
		default:
			return err
		}
	}
}
