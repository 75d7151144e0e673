package main_test

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// A removed response is in no figure and no file any more, and importing it again does not bring it back.
func TestRemove(t *testing.T) {
	file := filepath.Join(t.TempDir(), "study.csv")
	must(t, "", "simulate", "-n", "30", "--seed", "1", "-o", file)
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, file)
		export := func() [][]string {
			rows, err := csv.NewReader(strings.NewReader(must(t, "", "export", "--db", url, "--format", "csv", "-o", "-").out)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			return rows[1:]
		}
		counted := func() int {
			r := decode[*reports.Report](t, []byte(must(t, "", "score", "--db", url, "--all-rows", "--format", "json").out))
			return *r.Overall.N
		}
		remove := func(args ...string) result {
			return program(t, "", append([]string{"remove", "--db", url}, args...)...)
		}
		before, n := export(), counted()
		id := before[7][0]
		const other = "0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b"
		for name, tt := range map[string]struct {
			args   []string
			status int
			says   string
		}{
			"not an id":       {[]string{"--survey", "default", "--id", "7", "--reason", "x"}, 1, "is not a UUID"},
			"no such":         {[]string{"--survey", "default", "--id", other, "--reason", "x"}, 1, "not found"},
			"another survey":  {[]string{"--survey", "other", "--id", id, "--reason", "x"}, 1, "not found"},
			"no reason":       {[]string{"--survey", "default", "--id", id}, 2, "--reason"},
			"an empty reason": {[]string{"--survey", "default", "--id", id, "--reason", " "}, 1, "reason"},
		} {
			if r := remove(tt.args...); r.status != tt.status || !strings.Contains(r.err, tt.says) || r.out != "" {
				t.Errorf("%s: status %d, want %d with %q: %s%s", name, r.status, tt.status, tt.says, r.out, r.err)
			}
		}
		if got := export(); len(got) != len(before) {
			t.Fatalf("%d responses after refusals, want %d", len(got), len(before))
		}
		args := []string{"--survey", "default", "--id", strings.ToUpper(id), "--reason", "asked for by the passenger"}
		if r := remove(args...); r.status != 0 || !strings.Contains(r.out, id) || !strings.Contains(r.out, "asked for by the passenger") {
			t.Fatalf("status %d: %s%s", r.status, r.out, r.err)
		}
		if r := remove(args...); r.status != 1 || !strings.Contains(r.err, "was removed") {
			t.Errorf("again: status %d: %s%s", r.status, r.out, r.err)
		}
		if r := must(t, "", "import", "--db", url, file); !strings.Contains(r.out+r.err, " 0 stored, 30 stored already") {
			t.Errorf("imported again: %s%s", r.out, r.err)
		}
		after := export()
		for _, row := range after {
			if row[0] == id {
				t.Errorf("response %s is still there", id)
			}
		}
		if m := counted(); len(after) != len(before)-1 || m != n-1 {
			t.Errorf("%d responses and an index of %d; before %d and %d", len(after), m, len(before), n)
		}
	})
}
