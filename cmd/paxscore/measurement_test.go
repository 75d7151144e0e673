package main_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"paxscore/internal/bench"
	"paxscore/internal/testdb"
)

// A small run measures everything on both databases, and leaves nothing behind.
func TestBench(t *testing.T) {
	dir, url := t.TempDir(), testdb.Postgres(t)
	r := must(t, dir, "bench", "--responses", "5000", "--runs", "1", "--format", "json", "--db", url)
	result := decode[bench.Result](t, []byte(r.out))
	rows := map[string]int{}
	for _, x := range result.Rows {
		rows[x.Part]++
		if !(x.Figure > 0 && x.BaselineFigure > 0) || math.Abs(x.Ratio*x.BaselineFigure/x.Figure-1) > 1e-9 {
			t.Errorf("%s: figure %v, baseline %v, ratio %v", x.What, x.Figure, x.BaselineFigure, x.Ratio)
		}
		runs := 1
		if strings.HasPrefix(x.What, "histograms of all items") || strings.HasPrefix(x.What, "storing a response") {
			runs = 3 // what takes little
		}
		if x.Unit == "" || x.Baseline == "" || x.Target == "" || x.Runs != runs {
			t.Errorf("%s: something is not told: %+v", x.What, x)
		}
	}
	// SQLite against one baseline, PostgreSQL against two; three of HTTP for each database; two of a start with each; three of memory;
	// growth of columns, reports and each database
	want := map[string]int{bench.Store: 3, bench.HTTP: 6, bench.Histograms: 2, bench.Report: 7, bench.Drivers: 2, bench.Start: 4, bench.Memory: 3, bench.Growth: 4}
	for _, part := range bench.Parts() {
		if rows[part] != want[part] {
			t.Errorf("%d rows of %s, want %d", rows[part], part, want[part])
		}
	}
	m := result.Machine
	if m.Cores < 1 || m.Go == "" || len(m.Databases) != 2 || !strings.Contains(m.Databases[0], "SQLite") || !strings.Contains(m.Databases[1], "fsync") {
		t.Errorf("machine: %+v", m)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var schemas int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'paxscore_bench%'").Scan(&schemas); err != nil || schemas > 0 {
		t.Errorf("%d schemas are left, %v", schemas, err)
	}
}

func TestBenchTable(t *testing.T) {
	r := must(t, "", "bench", "--responses", "5000", "--runs", "1", "--only", "histograms", "--only", "drivers")
	for _, want := range []string{"cores", "go1", "histograms of all items, 5,000 responses", "plain sum", "at most 2", "drivers of 16 items", "ratio"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in:\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "SQLite") || r.err != "" {
		t.Errorf("more than was asked for:\n%s%s", r.out, r.err)
	}
}

// What somebody uses is not measured.
func TestBenchOccupied(t *testing.T) {
	url := testdb.Postgres(t)
	dir := t.TempDir()
	must(t, dir, "simulate", "-n", "50", "-o", "study.csv")
	s := start(t, dir, "--db", url) // publishes the default survey
	s.stop(t)
	must(t, dir, "import", "--db", url, filepath.Join(dir, "study.csv"))
	for _, tt := range []struct {
		name, says string
		args       []string
	}{
		{"database with responses", "holds responses", []string{"--db", url, "--only", "store"}},
		{"SQLite", "postgres://", []string{"--db", "sqlite:paxscore.db"}},
		{"no such part", "everything", []string{"--only", "everything"}},
		{"too few", "5,000", []string{"--responses", "10"}},
		{"no run", "--runs", []string{"--runs", "0"}},
		{"no folder", "nowhere", []string{"--folder", "nowhere"}},
	} {
		r := program(t, dir, append([]string{"bench", "--responses", "5000", "--runs", "1"}, tt.args...)...)
		if r.status != 2 || !strings.Contains(r.err, tt.says) {
			t.Errorf("%s: status %d, %s", tt.name, r.status, r.err)
		}
	}
	r := must(t, dir, "score", "--db", url, "--format", "json")
	var report struct{ Responses struct{ Read int } }
	if err := json.Unmarshal([]byte(r.out), &report); err != nil || report.Responses.Read != 52 { // 50 and two planted
		t.Errorf("%d responses, %v", report.Responses.Read, err)
	}
}
