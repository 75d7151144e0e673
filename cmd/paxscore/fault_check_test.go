package main_test

import (
	"database/sql"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"paxscore/reports"
)

// open connects to a database past the program.
func openSQL(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, name := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// checkStored holds the database against what the passengers were told, and the servers' figures against a fresh load by
// another program and against sums by plain SQL.
func checkStored(t *testing.T, url string, l *load, servers ...*server) {
	t.Helper()
	l.finish()
	db := openSQL(t, url)
	id := "CAST(id AS text)"
	if strings.HasPrefix(url, "sqlite:") {
		id = "lower(substr(hex(id),1,8)||'-'||substr(hex(id),9,4)||'-'||substr(hex(id),13,4)||'-'||substr(hex(id),17,4)||'-'||substr(hex(id),21))"
	}
	rows, err := db.QueryContext(t.Context(), "SELECT "+id+", seq FROM responses ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	stored := map[string]bool{}
	for last := int64(0); rows.Next(); last++ {
		var id string
		var seq int64
		if err := rows.Scan(&id, &seq); err != nil {
			t.Fatal(err)
		}
		if seq != last+1 {
			t.Fatalf("after seq %d comes %d", last, seq)
		}
		switch {
		case stored[id]:
			t.Errorf("response %s is stored twice", id)
		case !l.acked[id]:
			t.Errorf("response %s is stored, and nobody was told", id)
		}
		stored[id] = true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	missing := 0
	for id := range l.acked {
		if !stored[id] {
			missing++
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d acknowledged responses are lost", missing, len(l.acked))
	}
	var counter, used int
	one := func(query string, into *int) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), query).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	one("SELECT last FROM response_seq", &counter)
	one("SELECT count(*) FROM invitations WHERE used", &used)
	if counter != len(l.acked) || used != l.used {
		t.Errorf("the counter stands at %d and %d tokens are used; %d responses were acknowledged, %d with a token", counter, used, len(l.acked), l.used)
	}
	t.Logf("%d responses, %d tokens; of the attempts %d lost, %d answered 503 (%d overload), %d repeats", len(l.acked), l.used, l.lost, l.refused, l.overload, l.repeats)

	// --all-rows, since a recount by SQL does not screen.
	fresh := decode[*reports.Report](t, []byte(must(t, "", "score", "--db", url, "--all-rows", "--by", "cabin", "--format", "json").out))
	if n := fresh.Responses.Read; n != len(l.acked) {
		t.Errorf("a fresh load has %d responses, %d were acknowledged", n, len(l.acked))
	}
	for i, s := range servers {
		status, body := s.get(t, "/api/v1/surveys/default/scores?all_rows=true&by=cabin")
		if status != 200 {
			t.Fatalf("scores: %d %s", status, body)
		}
		if diff := cmp.Diff(fresh, decode[*reports.Report](t, body), sameNumber); diff != "" {
			t.Errorf("server %d and a fresh load differ (-fresh +server):\n%s", i, diff)
		}
	}
	checkItems(t, db, fresh)
}

// checkItems recounts every item from the view ratings.
func checkItems(t *testing.T, db *sql.DB, r *reports.Report) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT item, count(rating), CAST(coalesce(sum(rating), 0) AS double precision) FROM ratings GROUP BY item")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	type sums struct {
		n   int
		sum float64
	}
	counted := map[string]sums{}
	for rows.Next() {
		var item string
		var s sums
		if err := rows.Scan(&item, &s.n, &s.sum); err != nil {
			t.Fatal(err)
		}
		counted[item] = s
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(r.Items) == 0 || len(counted) < len(r.Items) {
		t.Fatalf("%d items in the report, %d in the view", len(r.Items), len(counted))
	}
	for _, item := range r.Items {
		c, n := counted[item.Key], 0
		if item.N != nil {
			n = *item.N
		}
		if n != c.n || math.Abs(float64(item.Mean)-c.sum/float64(c.n)) > 1e-12*c.sum/float64(c.n) {
			t.Errorf("item %s: n %d, mean %v; SQL counts %d with mean %v", item.Key, n, item.Mean, c.n, c.sum/float64(c.n))
		}
	}
}
