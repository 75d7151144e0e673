// Package testdb gives tests a database of their own: a SQLite file, or a database in a PostgreSQL server that is started
// on first use and ends with the test process, however that ends.
//
// If PAXSCORE_TEST_POSTGRES holds the URL of an administrator of a running server, that server is used instead; its
// database template, paxscore_template_…, stays there for the next test process. Nothing is skipped: where PostgreSQL
// cannot be found, the test fails and says what to install.
//
// If PAXSCORE_TEST_CITUS, too, holds the addresses of the nodes of a Citus cluster, HOST:PORT separated by commas with the server's own
// first, every database is spread over them.
package testdb

import (
	"path/filepath"
	"testing"

	"paxscore/store"
)

// Each runs f once for each kind of database, as the subtests sqlite and postgres, on a fresh migrated database.
func Each(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite returns the URL of a fresh migrated SQLite database. It goes when the test ends.
func SQLite(t testing.TB) string {
	t.Helper()
	url := EmptySQLite(t)
	if _, _, err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	return url
}

// EmptySQLite returns the URL of a SQLite database that does not exist yet.
func EmptySQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}
