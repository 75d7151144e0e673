package testdb

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"paxscore/migrations"
	"paxscore/store"
)

// Postgres returns the URL of a fresh migrated PostgreSQL database. It goes when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	return server(t).migrated(t)
}

// migrated creates a database from the template.
func (s *postgresServer) migrated(t testing.TB) string {
	t.Helper()
	if nodes := os.Getenv("PAXSCORE_TEST_CITUS"); nodes != "" {
		return s.distributed(t, strings.Split(nodes, ","))
	}
	s.template.Do(func() { s.templateName, s.templateErr = makeTemplate(t.Context(), s.admin) })
	if s.templateErr != nil {
		t.Fatalf("make database template: %v", s.templateErr)
	}
	return s.create(t, s.templateName)
}

// DurablePostgres is Postgres on a server with its default settings, which writes every commit through to the disk, as
// benchmarks need it. PAXSCORE_TEST_POSTGRES is not used.
func DurablePostgres(t testing.TB) string {
	t.Helper()
	s, err := startDurable()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return s.migrated(t)
}

// EmptyPostgres returns the URL of a PostgreSQL database without tables. It goes when the test ends.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return server(t).create(t, "template0")
}

// postgresServer is the one server of a test process.
type postgresServer struct {
	admin        string    // URL
	lifeline     io.Closer // kept, since being collected would close it
	template     sync.Once
	templateName string
	templateErr  error
}

var startOnce = sync.OnceValues(func() (*postgresServer, error) {
	if admin := os.Getenv("PAXSCORE_TEST_POSTGRES"); admin != "" {
		return &postgresServer{admin: admin}, nil
	}
	admin, lifeline, err := startPostgres(quick)
	return &postgresServer{admin: admin, lifeline: lifeline}, err
})

var startDurable = sync.OnceValues(func() (*postgresServer, error) {
	admin, lifeline, err := startPostgres("")
	return &postgresServer{admin: admin, lifeline: lifeline}, err
})

func server(t testing.TB) *postgresServer {
	t.Helper()
	s, err := startOnce()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return s
}

func (s *postgresServer) create(t testing.TB, template string) string {
	t.Helper()
	name := "test_" + randomName()
	if err := execute(t.Context(), s.admin, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
		defer cancel()
		if err := execute(ctx, s.admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return databaseURL(s.admin, name)
}

// makeTemplate returns the name of a migrated database, which it makes unless it is there: several test processes may
// share a server.
func makeTemplate(ctx context.Context, admin string) (name string, err error) {
	digest, err := migrationsDigest()
	if err != nil {
		return "", err
	}
	name = "paxscore_template_" + digest
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // releases the lock, too
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('paxscore template'))"); err != nil {
		return "", err
	}
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	if err != nil || exists {
		return name, err
	}
	unfinished := "unfinished_" + randomName()
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+unfinished+" TEMPLATE template0"); err != nil {
		return "", err
	}
	if _, _, err := store.Migrate(ctx, databaseURL(admin, unfinished)); err != nil {
		_, dropped := conn.Exec(ctx, "DROP DATABASE "+unfinished)
		return "", errors.Join(err, dropped)
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+unfinished+" RENAME TO "+name)
	return name, err
}

// migrationsDigest tells one state of the migrations from another.
func migrationsDigest() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, "postgres", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		source, err := migrations.FS.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(source), source)
		return err
	})
	return fmt.Sprintf("%.6x", h.Sum(nil)), err
}

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, statement)
	return err
}

// databaseURL is another database of the same server.
func databaseURL(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin // connecting to it says what is wrong
	}
	u.Path = "/" + name
	return u.String()
}

func randomName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x", b)
}
