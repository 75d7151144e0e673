package main_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// Operational indicators beside the index are the same from a file and from a store, and the index is that of score.
func TestOperationsAreTheSameEverywhere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "study.csv")
	must(t, "", "simulate", "-n", "1500", "--seed", "42", "-o", file)
	example, err := filepath.Abs("../../examples/operations.yaml")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"operations", "--indicators", example, "--model", "study", "--format", "json"}
	fromFile := []byte(must(t, "", append(args, file)...).out)
	r := decode[*reports.Operations](t, fromFile)
	score := decode[*reports.Report](t, []byte(must(t, "", "score", "--model", "study", "--format", "json", file).out))
	if g := r.Groups[0]; g.Index.Estimate != score.Overall.Estimate || g.Index.SE != score.Overall.SE || math.Abs(float64(g.Operational)-62.03) > 1e-10 {
		t.Errorf("index %v, score has %v; operational %v", g.Index.Estimate, score.Overall.Estimate, g.Operational)
	}
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, file)
		stored := []byte(must(t, "", append(args, "--db", url)...).out)
		if diff := cmp.Diff(unversioned(t, fromFile), unversioned(t, stored)); diff != "" {
			t.Errorf("stored and file differ (-file +stored):\n%s", diff)
		}
	})
	table := must(t, "", "operations", "--indicators", example, file).out
	for _, w := range []string{"Departures within 15 minutes", "69.75", "62.03", "Blend, 20.0 % operational", "90.0 % of the weight measured", "lower is better", "beside it"} {
		if !strings.Contains(table, w) {
			t.Errorf("the table does not say %q:\n%s", w, table)
		}
	}
	source, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	peers := write("peers.yaml", string(source)+"peers:\n  - {label: North, values: {on_time_rate: 79.5}}\n  - {label: South, values: {on_time_rate: 88.1}}\n")
	if out := must(t, "", "operations", "--indicators", peers, file).out; !strings.Contains(out, "50+10z") || !strings.Contains(out, "South") {
		t.Errorf("%s", out)
	}
	wrong := write("wrong.yaml", strings.Replace(string(source), "operational_share: 0.2", "operational_share: 0.5", 1))
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no indicators": {[]string{file}, 2, "--indicators"},
		"no such file":  {[]string{"--indicators", filepath.Join(dir, "none.yaml"), file}, 2, "none.yaml"},
		"not valid":     {[]string{"--indicators", wrong, file}, 1, "operational_share: operational indicators are from 0 to 0.3"},
		"two periods":   {[]string{"--indicators", example, "--from", "2025-01-01", file}, 1, "First half-year"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := program(t, "", append([]string{"operations"}, tt.args...)...); r.status != tt.status || !strings.Contains(r.err, tt.says) || r.out != "" {
				t.Errorf("status %d, want %d with %q: %s%s", r.status, tt.status, tt.says, r.out, r.err)
			}
		})
	}
}
