package main_test

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paxscore/internal/testdb"
)

// What people do wrong gets a status, a place and a rule, never a panic, and leaves nothing half done.
func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	study := must(t, dir, "simulate", "-n", "200", "--seed", "1").out
	write := func(name string, content []byte) string {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(study))
	z.Close()

	head, rest, _ := strings.Cut(study, "\n")
	files := map[string]string{
		"study":     write("study.csv", []byte(study)),
		"truncated": write("truncated.csv.gz", zipped.Bytes()[:zipped.Len()/2]),
		"empty":     write("empty.csv", nil),
		"header":    write("header.csv", []byte(head+"\n")),
		"foreign":   write("foreign.csv", []byte("a,b\n1,2\n")),
		"latin":     write("latin.csv", []byte(head+"\n"+strings.Replace(rest, "enterprise", "entrepr\xeeneur", 1))),
		"quote":     write("quote.csv", []byte(head+"\n\""+rest)),
		"picture":   write("picture.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
		"survey":    write("survey.yaml", []byte("key: x\nlanguages: [en]\ntitle: T\nweather: fine\nmodels: 3\n")),
		"mapping":   write("mapping.yaml", []byte("items: {nothing: here}\n")),
	}
	tests := []struct {
		name   string
		args   []string
		status int
		says   []string
	}{
		{"no such command", []string{"sore"}, 2, []string{"sore"}},
		{"no such flag", []string{"score", "--colour", files["study"]}, 2, []string{"--colour"}},
		{"no such file", []string{"score", "nowhere.csv"}, 2, []string{"nowhere.csv"}},
		{"where without a value", []string{"score", "--where", "cabin", files["study"]}, 2, []string{"--where", "cabin"}},
		{"not a date", []string{"score", "--from", "yesterday", files["study"]}, 2, []string{"yesterday", "2025-03-01"}},
		{"period backwards", []string{"score", "--from", "2025-02-01", "--to", "2025-01-01", files["study"]}, 2, []string{"2025-01-01"}},
		{"unknown format", []string{"score", "-o", "scores.doc", files["study"]}, 2, []string{"scores.doc", "xlsx"}},
		{"size out of range", []string{"simulate", "-n", "0"}, 2, []string{"-n"}},
		{"unknown attribute", []string{"score", "--by", "planet", files["study"]}, 1, []string{"planet", "cabin"}},
		{"unknown level", []string{"score", "--where", "cabin=roof", files["study"]}, 1, []string{"roof", "economy"}},
		{"unknown model", []string{"score", "--model", "gut", files["study"]}, 1, []string{"gut", "equal", "study"}},
		{"truncated gzip", []string{"score", files["truncated"]}, 1, []string{"truncated.csv.gz", "row"}},
		{"empty file", []string{"score", files["empty"]}, 1, []string{"empty"}},
		{"header only", []string{"score", files["header"]}, 1, []string{"header.csv"}},
		{"no column of ours", []string{"score", files["foreign"]}, 1, []string{"foreign.csv", "mapping"}},
		{"a quote that is never closed", []string{"score", files["quote"]}, 1, []string{"quote.csv", "quote"}},
		{"not a table", []string{"score", files["picture"]}, 1, []string{"picture.csv"}},
		{"survey file with mistakes", []string{"score", "--survey", files["survey"], files["study"]}, 1, []string{"survey.yaml", "weather", "models", "4:1"}},
		{"mapping file with mistakes", []string{"score", "--mapping", files["mapping"], files["study"]}, 1, []string{"mapping.yaml", "nothing"}},
		{"unknown survey", []string{"score", "--db", "sqlite:x.db", "--survey", "nowhere"}, 1, []string{"nowhere"}},
		{"database of another kind", []string{"migrate", "--db", "mysql://root@localhost/x"}, 1, []string{"sqlite:", "postgres://"}},
		{"database away", []string{"score", "--db", "postgres://paxscore:secret@127.0.0.1:1/x"}, 1, []string{"database"}},
		{"SQLite in no folder", []string{"migrate", "--db", "sqlite:nowhere/x.db"}, 1, []string{"nowhere"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := program(t, dir, tt.args...)
			if r.status != tt.status {
				t.Errorf("status %d, want %d\n%s%s", r.status, tt.status, r.out, r.err)
			}
			for _, s := range tt.says {
				if !strings.Contains(r.err, s) {
					t.Errorf("%q is not in: %s", s, r.err)
				}
			}
			for _, s := range []string{"secret", "goroutine", "SQLSTATE"} {
				if strings.Contains(r.err, s) {
					t.Errorf("%q is in: %s", s, r.err)
				}
			}
		})
	}
	t.Run("wrong encoding", func(t *testing.T) {
		r := program(t, dir, "score", "--refused", "refused.csv", files["latin"])
		if !strings.Contains(r.err, "UTF-8") || !strings.Contains(r.err, "line") {
			t.Errorf("neither the encoding nor the line is named: %s", r.err)
		}
	})
}

// A full disk is an error, and no file of that name appears.
func TestDiskFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, format := range []string{"table", "json", "csv", "xlsx"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "study.csv")
		must(t, dir, "simulate", "-n", "200", "-o", file)
		r := programWith(t, dir, full, "score", "--format", format, file)
		if r.status != 1 || !strings.Contains(r.err, "disk is full") {
			t.Errorf("%s: status %d, %s", format, r.status, r.err)
		}
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	r := program(t, dir, "serve", "--addr", l.Addr().String())
	if r.status != 1 || !strings.Contains(r.err, "--addr") {
		t.Errorf("status %d, %s", r.status, r.err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("a server that could not start left %v behind", entries)
	}
}

// The server outlives its database: it answers 503 while PostgreSQL is away and works again when it is back.
func TestDatabaseAwayWhileServing(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	s := start(t, t.TempDir(), "--db", proxy.URL())
	submit := func() int {
		status, _ := s.do(t, "POST", "/api/v1/surveys/default/responses", "application/json",
			strings.NewReader(`{"id":"01932d5e-7a51-7cc2-9b1f-0d6a4be5a001","answers":{"overall":8,"crew_attitude":9}}`))
		return status
	}
	proxy.Refuse()
	for _, path := range []string{"/readyz", "/api/v1/surveys/default/scores"} {
		if status, body := s.get(t, path); status != 503 || bytes.Contains(body, []byte("127.0.0.1")) {
			t.Errorf("%s without a database: %d %s", path, status, body)
		}
	}
	if status := submit(); status != 503 {
		t.Errorf("submission without a database: %d", status)
	}
	if status, _ := s.get(t, "/healthz"); status != 200 {
		t.Errorf("the process is not alive: %d", status)
	}
	if status, body := s.do(t, "HEAD", "/healthz", "", http.NoBody); status != 200 || len(body) > 0 {
		t.Errorf("asked by HEAD whether it is alive: %d %s", status, body)
	}
	proxy.Resume()
	deadline := time.Now().Add(20 * time.Second)
	for status := 0; status != 200; {
		if status, _ = s.get(t, "/readyz"); time.Now().After(deadline) {
			t.Fatal("the server does not recover")
		}
	}
	if first, second := submit(), submit(); first != 201 || second != 200 {
		t.Errorf("submission and repeat: %d, %d", first, second)
	}
	if status := s.stop(t); status != 0 {
		t.Errorf("stopped with status %d:\n%s", status, s.errs)
	}
}
