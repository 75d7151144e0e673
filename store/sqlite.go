package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"paxscore/surveys"
)

type sqliteDialect struct {
	path   string
	create bool // the file may be missing

	statements *sqliteStatements
}

func parseSQLite(path string) (dialect, error) {
	switch {
	case path == "", path == ":memory:":
		return nil, errors.New("the SQLite URL needs a file: sqlite:PATH")
	case strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///"):
		return nil, errors.New("the SQLite URL has no host: write sqlite:PATH, without //")
	}
	return sqliteDialect{path: path, statements: &sqliteStatements{}}, nil
}

// dsn asks for durable commits (write-ahead log, full synchronisation), foreign keys, and transactions that take the
// writing lock when they begin. SQLite waits for another program's lock without regard to the context, so it waits only
// shortly, and inTx repeats.
func (d sqliteDialect) dsn(readOnly bool) string {
	q := url.Values{
		"mode":          {"rw"},
		"_txlock":       {"immediate"},
		"_busy_timeout": {"100"},
		"_pragma":       {"journal_mode(wal)", "synchronous(full)", "foreign_keys(1)"},
		"_dqs":          {"0"}, // "x" is never a text
		"_error_rc":     {"1"}, // messages that belong to the error
	}
	if d.create {
		q.Set("mode", "rwc")
		q.Set("_busy_timeout", strconv.FormatInt(patience.Milliseconds(), 10))
	}
	if readOnly {
		q.Set("_query_only", "1")
		q.Set("_txlock", "deferred")
	}
	return "file:" + (&url.URL{Path: d.path}).EscapedPath() + "?" + q.Encode()
}

func (sqliteDialect) folder() string { return "sqlite" }

func (d sqliteDialect) open() (reads, writes *sql.DB, err error) {
	// SQLite has one writer at a time: waiting for a connection is fairer and cheaper than waiting for the lock.
	if writes, err = sql.Open("sqlite", d.dsn(false)); err != nil {
		return nil, nil, err
	}
	writes.SetMaxOpenConns(1)
	if reads, err = sql.Open("sqlite", d.dsn(true)); err != nil {
		return nil, nil, err
	}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	reads.SetMaxOpenConns(n)
	reads.SetMaxIdleConns(n)
	return reads, writes, nil
}

// sqliteDialector translates the errors of a driver that gorm's own dialector does not know.
type sqliteDialector struct{ sqlite.Dialector }

func (d sqliteDialector) Translate(err error) error {
	if e, ok := errors.AsType[*modernc.Error](err); ok {
		switch e.Code() {
		case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
			return gorm.ErrDuplicatedKey
		case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
			return gorm.ErrForeignKeyViolated
		}
	}
	return err
}

func (sqliteDialect) gorm(db *sql.DB) gorm.Dialector {
	return sqliteDialector{sqlite.Dialector{Conn: db}}
}

func (sqliteDialect) placeholder(int) string { return "?" }

func (sqliteDialect) id(id surveys.ResponseID) any { return id[:] }

func (sqliteDialect) clock() (now, later string) {
	now = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)" // to the millisecond
	return now, now + " + ?"
}

func (sqliteDialect) versionTable() string {
	return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'"
}

func (sqliteDialect) citus(context.Context, *sql.DB) (bool, error) { return false, nil }

// check looks for the file: SQLite goes on writing to one that was removed, and nobody would find what it writes.
func (d sqliteDialect) check() error {
	if _, err := os.Stat(d.path); err != nil {
		return fmt.Errorf("%w: its file is gone: %w", surveys.ErrUnavailable, err)
	}
	return nil
}

// classify goes by SQLite's primary result codes, https://www.sqlite.org/rescode.html.
func (sqliteDialect) classify(err error) cause {
	e, ok := errors.AsType[*modernc.Error](err)
	if !ok {
		return other
	}
	switch e.Code() & 0xff {
	case codes.SQLITE_FULL:
		return full
	case codes.SQLITE_CONSTRAINT, codes.SQLITE_TOOBIG, codes.SQLITE_MISMATCH:
		return refused
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return busy
	case codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_PROTOCOL, codes.SQLITE_NOMEM:
		return unavailable
	}
	return other
}
