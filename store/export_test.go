package store

import (
	"context"
	"database/sql"
	"fmt"
)

// DB is the pool that writes, for tests that look into tables.
func (s *Store) DB() *sql.DB { return s.pools[len(s.pools)-1] }

// LimitSize makes a SQLite database full after some more pages; 0 ends the limit.
func (s *Store) LimitSize(ctx context.Context, more int) error {
	var pages int
	db := s.DB() // its one connection keeps the limit
	if err := db.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	limit := pages + more
	if more == 0 {
		limit = 1 << 30
	}
	var now int
	return db.QueryRowContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", limit)).Scan(&now)
}

// LimitVersions sets how many published versions are kept in memory.
func (s *Store) LimitVersions(n int) { s.versions = newVersionCache(n) }
