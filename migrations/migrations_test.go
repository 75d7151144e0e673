package migrations_test

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/migrations"
)

func TestFoldersHaveTheSameNumbers(t *testing.T) {
	names := func(folder string) (out []string) {
		files, err := fs.ReadDir(migrations.FS, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			out = append(out, f.Name())
		}
		return out
	}
	postgres := names("postgres")
	if diff := cmp.Diff(postgres, names("sqlite")); diff != "" || len(postgres) == 0 {
		t.Errorf("(-postgres +sqlite):\n%s", diff)
	}
}
