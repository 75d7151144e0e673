package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/store"
)

// TestDistributeElsewhere: where there is no Citus, there is nothing to do.
func TestDistributeElsewhere(t *testing.T) {
	for _, url := range []string{testdb.SQLite(t), testdb.EmptyPostgres(t)} {
		spread, err := store.Distribute(t.Context(), url)
		if err != nil || spread != nil {
			t.Errorf("spread %v, %v", spread, err)
		}
	}
	_, err := store.Distribute(t.Context(), "mysql://h/d")
	wantText(t, err, "distribute database: ")
}

// TestSpreadTables holds the schema to what Citus asks of a spread table: whatever is unique in it contains the column that it
// is spread by, and what refers to it, or what it refers to, is whole on every machine.
func TestSpreadTables(t *testing.T) {
	s, ctx := open(t, testdb.Postgres(t)), t.Context()
	spread, whole := map[string]string{}, []string{}
	for _, table := range store.SpreadTables() {
		if table.Column == "" {
			whole = append(whole, table.Name)
		} else {
			spread[table.Name] = table.Column
		}
	}
	if len(spread) != 2 || len(whole) != 3 {
		t.Fatalf("spread %v, whole %v", spread, whole)
	}
	all, err := s.DB().QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
	must(t, err)
	var kept []string
	for all.Next() {
		var table string
		must(t, all.Scan(&table))
		if spread[table] == "" && !slices.Contains(whole, table) {
			kept = append(kept, table)
		}
	}
	must(t, all.Close())
	if diff := cmp.Diff([]string{"api_keys", "goose_db_version", "job_leases", "removals", "response_seq"}, kept); diff != "" {
		t.Errorf("tables on the coordinator alone (-decided +found):\n%s", diff)
	}
	for table, column := range spread {
		rows, err := s.DB().QueryContext(ctx, `SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = $2 AND a.attnum = ANY(i.indkey))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass($1) AND i.indisunique`, table, column)
		must(t, err)
		n := 0
		for ; rows.Next(); n++ {
			var index string
			var has bool
			must(t, rows.Scan(&index, &has))
			if !has {
				t.Errorf("%s of %s is unique without %s, by which the table is spread", index, table, column)
			}
		}
		must(t, rows.Close())
		if n == 0 {
			t.Errorf("%s has no key", table)
		}
	}
	rows, err := s.DB().QueryContext(ctx, "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'")
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var from, to string
		must(t, rows.Scan(&from, &to))
		if spread[to] != "" || spread[from] != "" && !slices.Contains(whole, to) {
			t.Errorf("%s refers to %s, which is not whole on every machine", from, to)
		}
	}
	must(t, rows.Err())
}
