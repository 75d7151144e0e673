package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"paxscore/surveys"
)

// DB is the pool that writes, for tests that look into tables.
func (s *Store) DB() *sql.DB { return s.pools[len(s.pools)-1] }

// Exec runs a statement, again where another program writes at that moment, as the store does.
func (s *Store) Exec(ctx context.Context, statement string) error {
	return s.repeat(ctx, func() error {
		_, err := s.DB().ExecContext(ctx, statement)
		return err
	})
}

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

// LimitQueue sets how many submissions may wait.
func (s *Store) LimitQueue(n int) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.limit = n
}

// Waiting is how many submissions wait for a committer.
func (s *Store) Waiting() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return len(s.queue.waiting)
}

// Taken is how many submissions the committer has taken so far.
func (s *Store) Taken() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.taken
}

// Closing reports whether nothing can be submitted any more.
func (s *Store) Closing() bool {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.closed
}

// IsSQLite tells the databases apart.
func (s *Store) IsSQLite() bool { return s.dialect.folder() == "sqlite" }

// SpreadTable is one of spreadTables.
type SpreadTable struct{ Name, Column string }

// SpreadTables is what Distribute spreads, by which column, or keeps whole everywhere: "".
func SpreadTables() (all []SpreadTable) {
	for _, t := range spreadTables() {
		all = append(all, SpreadTable{t.name, t.column})
	}
	return all
}

// SetClock sets the clock by which what is in force grows old.
func (s *Store) SetClock(clock func() time.Time) { s.inForce.clock = clock }

// LookInForce begins a look at what is in force and returns how it ends: with what it saw at the beginning.
func (s *Store) LookInForce(ctx context.Context, key surveys.SurveyKey) (end func(), err error) {
	began, changes := s.inForce.look()
	p, err := s.findVersion(ctx, key, 0)
	if err != nil {
		return nil, err
	}
	waves, err := s.ListWaves(ctx, key)
	return func() { s.inForce.keep(key, &surveys.InForce{Survey: p.survey, Waves: waves}, began, changes) }, err
}

// MustLook reports whether one who asks what is in force has to look.
func (s *Store) MustLook(key surveys.SurveyKey) bool {
	_, look := s.inForce.find(key)
	return look
}

// Foresees reports whether the next transaction is sent at once.
func (s *Store) Foresees() bool {
	d, ok := s.dialect.(postgresDialect)
	return ok && d.counter.look() == lookAhead
}

// Answering tells the queue that n submissions are about to be answered after a transaction that took so long.
func (s *Store) Answering(n int, took time.Duration) { s.queue.answering(n, took) }

// Lingered is how often submissions waited for others to join them.
func (s *Store) Lingered() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.lingered
}
