package testdb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindPostgres(t *testing.T) {
	root := t.TempDir()
	t.Setenv("PATH", filepath.Join(root, "path"))
	debian := filepath.Join(root, "*", "bin")
	_, err := findPostgres(debian)
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("without PostgreSQL: %v", err)
	}
	install := func(folder string, programs ...string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, p := range programs {
			if err := os.WriteFile(filepath.Join(root, folder, p), nil, 0o700); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, step := range []struct {
		install  string
		programs []string
		found    string
	}{
		{"9/bin", []string{"initdb", "pg_ctl", "postgres"}, "9/bin"},
		{"17/bin", []string{"initdb", "pg_ctl", "postgres"}, "17/bin"}, // by number, not by text
		{"18/bin", []string{"initdb"}, "17/bin"},                       // the server is not installed
		{"path", []string{"initdb", "pg_ctl", "postgres"}, "path"},
	} {
		install(step.install, step.programs...)
		found, err := findPostgres(debian)
		if err != nil || found != filepath.Join(root, step.found) {
			t.Errorf("with %s: found %s, %v; want %s", step.install, found, err, step.found)
		}
	}
}
