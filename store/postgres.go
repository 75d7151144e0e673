package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"paxscore/surveys"
)

// postgresConnections is well under PostgreSQL's usual limit of 100, so that a few programs fit beside each other.
const postgresConnections = 20

type postgresDialect struct {
	config  *pgx.ConnConfig
	counter *counter
}

func parsePostgres(url string) (dialect, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		// The driver's error quotes the URL or pieces of it.
		return nil, errors.New("the PostgreSQL URL cannot be read; it should be postgres://USER:PASSWORD@HOST:PORT/DATABASE, with " +
			"special characters of the password written as %XX")
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	if _, set := c.RuntimeParams["idle_in_transaction_session_timeout"]; !set {
		// A client that vanishes from the network must not keep the counter of responses locked.
		c.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	}
	return postgresDialect{config: c, counter: new(counter)}, nil
}

func (postgresDialect) folder() string { return "postgres" }

func (d postgresDialect) open() (reads, writes *sql.DB, err error) {
	db := stdlib.OpenDB(*d.config)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, db, nil
}

func (postgresDialect) gorm(db *sql.DB) gorm.Dialector {
	return postgres.New(postgres.Config{Conn: db})
}

func (postgresDialect) placeholder(n int) string { return fmt.Sprintf("$%d", n) }

func (postgresDialect) id(id surveys.ResponseID) any { return id.String() }

func (postgresDialect) clock() (now, later string) {
	// Not that of the transaction's beginning, after which it may have waited for another.
	return "clock_timestamp()", "clock_timestamp() + ? * interval '1 microsecond'"
}

func (postgresDialect) versionTable() string {
	return "SELECT count(*) FROM pg_class WHERE oid = to_regclass('goose_db_version')"
}

func (d postgresDialect) citus(ctx context.Context, db *sql.DB) (found bool, err error) {
	defer func() { d.counter.citus = found }()
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')").Scan(&found)
	return found, err
}

func (postgresDialect) check() error { return nil }

// classify goes by SQLSTATE (PostgreSQL documentation, appendix A) and by what pgx says of the connection.
func (postgresDialect) classify(err error) cause {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		in := func(class string) bool { return strings.HasPrefix(pg.Code, class) }
		switch {
		case in("40001"), in("40P01"): // serialization failure, deadlock
			return retry
		case in("53100"):
			return full
		case in("22"), in("23"), in("54"): // data, integrity, program limits
			return refused
		case in("08"), in("53"), in("58"), // connection, resources, system
			in("57P"), in("57014"), in("25P03"), // shut down or starting up, cancelled by a timeout of the server
			in("25006"), // read-only: a standby
			in("XX"):    // what it calls internal: damaged files, files that may not grow
			return unavailable
		}
	}
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, pgconn.ErrConnClosed), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), pgconn.SafeToRetry(err), pgconn.Timeout(err):
		return unavailable
	}
	return other
}
