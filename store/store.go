package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
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
	inForce  inForce
	citus    bool // the tables may be spread over machines

	queue     *queue
	committer sync.WaitGroup
	closed    atomic.Bool
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
	// clock is SQL for the time by the database's clock, and for that a number of microseconds (a parameter) later.
	clock() (now, later string)
	// versionTable counts the tables that hold the migration state: 0 or 1.
	versionTable() string
	// encode writes a response as a row. Errors: *surveys.InvalidError for what the version or the databases cannot hold.
	encode(*published, *surveys.Response) (row, error)
	// write runs f in one transaction on a connection of the writing pool, and commits it if f does not fail.
	write(ctx context.Context, db *sql.DB, ids []surveys.ResponseID, f func(writing) error) error
	// citus reports whether the database is a Citus coordinator.
	citus(ctx context.Context, db *sql.DB) (bool, error)
	// check finds what the database does not notice itself.
	check() error
	// classify says what a driver's error means.
	classify(error) cause
}

// Option is a setting of Open.
type Option func(*Store)

// Waiting sets how many submissions may wait to be stored, 4096 unless set; the next gets ErrOverloaded.
func Waiting(n int) Option { return func(s *Store) { s.queue.limit = n } }

// Open connects to the database at a URL: sqlite:PATH, or postgres://… as PostgreSQL documents it. It does not migrate and
// does not create a SQLite file; see Migrate. Errors: ErrUnavailable if the database does not answer.
func Open(ctx context.Context, url string, options ...Option) (*Store, error) {
	d, err := parseURL(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{dialect: d, versions: newVersionCache(256), queue: newQueue(maxWaiting)}
	s.inForce.clock = time.Now
	for _, set := range options {
		set(s)
	}
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
	s.committer.Go(s.commitGroups)
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
	if s.citus, err = s.dialect.citus(ctx, reads); err != nil {
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

// writePool is the pool that writes.
func (s *Store) writePool() *sql.DB { return s.pools[len(s.pools)-1] }

// Close stores and answers what waits to be stored, and ends all connections. Later calls return
// surveys.ErrUnavailable.
func (s *Store) Close() error {
	s.queue.close()
	s.committer.Wait()
	s.closed.Store(true)
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
	return s.repeat(ctx, func() error { return s.writes.WithContext(ctx).Transaction(f) })
}

// repeat runs a transaction again as long as the database asks for it.
func (s *Store) repeat(ctx context.Context, transaction func() error) error {
	const attempts = 5
	for start, i := time.Now(), 1; ; i++ {
		err := transaction()
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
