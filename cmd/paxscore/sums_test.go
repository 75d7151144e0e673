package main_test

import (
	"strings"
	"testing"

	"paxscore/internal/testdb"
)

// Wherever sums are taken, the answer is the same, byte for byte; what the database does not sum up is said.
func TestSumsInTheDatabase(t *testing.T) {
	file, db := datedStudy(t), testdb.Postgres(t)
	must(t, "", "import", "--db", db, file)
	asked := []string{"score", "--db", db, "--format", "json", "--model", "study", "--by", "age", "--by", "cabin,route", "--where", "purpose=business,leisure"}
	memory, database := must(t, "", asked...), must(t, "", append(asked, "--sums", "database")...)
	if memory.out != database.out || !strings.Contains(memory.out, `"segments"`) {
		t.Errorf("in memory:\n%.1500s\nin the database:\n%.1500s", memory.out, database.out)
	}
	if strings.Contains(database.err, "memory") {
		t.Errorf("answered from memory: %s", database.err)
	}
	listed := must(t, t.TempDir(), "score", "--db", db, "--sums", "database", "-o", "scores.xlsx")
	if !strings.Contains(listed.err, "sums taken in memory: every response is listed") {
		t.Errorf("a workbook lists responses, and this is not told: %q", listed.err)
	}
	const route = "/api/v1/surveys/default/scores?by=age&by=cabin,route"
	ask := func(args ...string) string {
		s := start(t, t.TempDir(), append([]string{"--db", db}, args...)...)
		status, body := s.get(t, route)
		if status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		if status := s.stop(t); status != 0 {
			t.Errorf("the server stopped with status %d:\n%s", status, s.errs)
		}
		return string(body)
	}
	if m, d := ask(), ask("--sums", "database"); m != d {
		t.Errorf("over HTTP, in memory:\n%.1500s\nin the database:\n%.1500s", m, d)
	}
}

func TestSumsInTheDatabaseMistakes(t *testing.T) {
	file := datedStudy(t)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"score", file, "--sums", "database"}, "are in no database"},
		{[]string{"score", "--db", testdb.SQLite(t), "--survey", "default", "--sums", "database"}, "SQLite does not sum responses up itself"},
		{[]string{"serve", "--db", testdb.SQLite(t), "--addr", "127.0.0.1:0", "--sums", "database"}, "SQLite does not sum responses up itself"},
		{[]string{"serve", "--sums", "disk"}, "memory"},
	} {
		got := program(t, t.TempDir(), tt.args...)
		if got.status != 2 || !strings.Contains(got.err, tt.says) {
			t.Errorf("%v: status %d, %q", tt.args[:1], got.status, got.err)
		}
	}
}
