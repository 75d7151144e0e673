package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// eachEmpty is testdb.Each without the migrations.
func eachEmpty(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, testdb.EmptySQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, testdb.EmptyPostgres(t)) })
}

const latest = 7 // migrations/*/00007_…

func TestMigrateTwice(t *testing.T) {
	eachEmpty(t, func(t *testing.T, url string) {
		for i, wanted := range [][2]int64{{0, latest}, {latest, latest}} {
			from, to, err := store.Migrate(t.Context(), url)
			if err != nil || from != wanted[0] || to != wanted[1] {
				t.Errorf("run %d: from %d to %d, %v", i+1, from, to, err)
			}
		}
		must(t, open(t, url).Ping(t.Context()))
	})
}

func TestMigrateAtOnce(t *testing.T) {
	eachEmpty(t, func(t *testing.T, url string) {
		const programs = 4
		results := make(chan string, programs)
		for range programs {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMigrateHere$", "-test.count=1")
			cmd.Env = append(os.Environ(), "MIGRATE_HERE="+url)
			go func() {
				out, err := cmd.CombinedOutput()
				if err != nil {
					results <- err.Error() + "\n" + string(out)
					return
				}
				results <- ""
			}()
		}
		for range programs {
			if failed := <-results; failed != "" {
				t.Error(failed)
			}
		}
		s := open(t, url)
		must(t, s.Ping(t.Context()))
		publish(t, s)
		_, err := s.SubmitResponse(t.Context(), answer(id('r', 1)), nil)
		must(t, err)
	})
}

// TestMigrateHere is one of the programs of TestMigrateAtOnce.
func TestMigrateHere(t *testing.T) {
	url := os.Getenv("MIGRATE_HERE")
	if url == "" {
		return
	}
	if _, to, err := store.Migrate(t.Context(), url); err != nil || to != latest {
		t.Fatal(to, err)
	}
}

func TestMigrateKeepsData(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := open(t, url)
		publish(t, s)
		_, err := s.SubmitResponse(t.Context(), answer(id('r', 1)), nil)
		must(t, err)
		_, _, err = store.Migrate(t.Context(), url)
		must(t, err)
		if n := len(mustList(t, s)); n != 1 {
			t.Errorf("%d responses, want 1", n)
		}
	})
}

func TestPingStateOfMigrations(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		must(t, s.Ping(ctx))
		execute := func(statement string) {
			t.Helper()
			_, err := s.DB().ExecContext(ctx, statement)
			must(t, err)
		}
		execute(fmt.Sprintf("DELETE FROM goose_db_version WHERE version_id >= %d", latest))
		wantText(t, s.Ping(ctx), fmt.Sprintf("migration %d of %d; run the migrations", latest-1, latest))
		execute("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
		wantText(t, s.Ping(ctx), fmt.Sprintf("migration 99, this program knows %d; use a newer program", latest))
		_, _, err := store.Migrate(ctx, url)
		wantText(t, err, fmt.Sprintf("migration 99, this program knows %d; use a newer program", latest))
		execute("DROP TABLE goose_db_version")
		wantText(t, s.Ping(ctx), "no tables yet; run the migrations")
	})
}

// TestMigrateFails: a migration that cannot work leaves what was there, and says so.
func TestMigrateFails(t *testing.T) {
	eachEmpty(t, func(t *testing.T, url string) {
		_, _, err := store.Migrate(t.Context(), url)
		must(t, err)
		s := open(t, url)
		// The table of a migration is in its own way.
		_, err = s.DB().ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id >= 5")
		must(t, err)
		var before int64
		must(t, s.DB().QueryRowContext(t.Context(), "SELECT max(version_id) FROM goose_db_version").Scan(&before))
		from, to, err := store.Migrate(t.Context(), url)
		wantText(t, err, "job_leases")
		if from != before || to != before {
			t.Errorf("from %d to %d, want %d and %d", from, to, before, before)
		}
		wantText(t, s.Ping(t.Context()), fmt.Sprintf("migration %d of %d", before, latest))
	})
}

func TestOpenSQLite(t *testing.T) {
	ctx := t.Context()
	missing := filepath.Join(t.TempDir(), "missing.db")
	_, err := store.Open(ctx, "sqlite:"+missing)
	want(t, err, surveys.ErrUnavailable)
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Errorf("opening made a file: %v", err)
	}
	_, _, err = store.Migrate(ctx, "sqlite:"+filepath.Join(missing, "no", "folder.db"))
	want(t, err, surveys.ErrUnavailable)

	other := filepath.Join(t.TempDir(), "other.db")
	must(t, os.WriteFile(other, []byte(strings.Repeat("this is not a database\n", 100)), 0o600))
	_, err = store.Open(ctx, "sqlite:"+other)
	wantText(t, err, "not a database")

	// Characters with a meaning in the driver's own names of files.
	odd := "sqlite:" + filepath.Join(t.TempDir(), "50% a?b#c&d=e é.db")
	_, _, err = store.Migrate(ctx, odd)
	must(t, err)
	must(t, open(t, odd).Ping(ctx))
	if _, err := os.Stat(strings.TrimPrefix(odd, "sqlite:")); err != nil {
		t.Error(err)
	}
}

func TestURLs(t *testing.T) {
	const secret = "s3cret"
	for _, c := range []struct{ url, says string }{
		{"", "must be sqlite:PATH or postgres://"},
		{"paxscore.db", "must be sqlite:PATH or postgres://"},
		{"mysql://u:s3cret@h/d", "must be sqlite:PATH or postgres://"},
		{"sqlite:", "needs a file"},
		{"sqlite::memory:", "needs a file"},
		{"sqlite://paxscore.db", "without //"},
		{"postgres://u:s3cret%zz@h/d", "cannot be read"},
		{"postgres://u:s3cret@h:port/d", "cannot be read"},
		{"postgres://u:s3cret/x@h:1:2/d", "cannot be read"},
		{"postgres://u@h/d?password=s3cret&sslmode=s3cret", "cannot be read"},
		{"postgres://u:s3cret@127.0.0.1:1/d", "not available"},
		{"postgresql://u:s3cret@127.0.0.1:1/d?connect_timeout=1", "not available"},
	} {
		_, opened := store.Open(context.Background(), c.url)
		_, _, migrated := store.Migrate(context.Background(), c.url)
		for _, err := range []error{opened, migrated} {
			wantText(t, err, c.says)
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error shows the password: %v", c.url, err)
			}
		}
	}
}
