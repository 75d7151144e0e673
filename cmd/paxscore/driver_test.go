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
	"paxscore/surveys/surveyfile"
)

// unversioned leaves out of an answer what a file cannot have: a published version and a place in the order of commits.
func unversioned(t *testing.T, body []byte) map[string]any {
	t.Helper()
	a := decode[map[string]any](t, body)
	for _, of := range []map[string]any{a, asObject(a["change"])} {
		for _, key := range []string{"up_to_seq", "survey_version", "survey_versions", "model_version"} {
			delete(of, key)
		}
	}
	return a
}

func asObject(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// Drivers, weights and explanation are the same from a file, from SQLite, from PostgreSQL and over HTTP.
func TestDriversAreTheSameEverywhere(t *testing.T) {
	file := studyFile(t)
	questions := []struct {
		name, path string
		args       []string
	}{
		{"drivers", "drivers?model=study&what_if=efficiency:3", []string{"drivers", "--model", "study", "--what-if", "efficiency=+3"}},
		{"drivers of items", "drivers?items=true&where=cabin=economy", []string{"drivers", "--items", "--where", "cabin=economy"}},
		{"weights", "weights?cap=0.3", []string{"weights", "--cap", "0.3"}},
		{"explanation", "explanation?model=study&where=route=domestic", []string{"explain", "--model", "study", "--where", "route=domestic"}},
	}
	fromFile := map[string]map[string]any{}
	for _, q := range questions {
		fromFile[q.name] = unversioned(t, []byte(must(t, "", append(q.args, "--format", "json", file)...).out))
	}
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, file)
		s := start(t, t.TempDir(), "--db", url)
		for _, q := range questions {
			stored := unversioned(t, []byte(must(t, "", append(q.args, "--format", "json", "--db", url)...).out))
			if diff := cmp.Diff(fromFile[q.name], stored); diff != "" {
				t.Errorf("%s: stored and file differ (-file +stored):\n%s", q.name, diff)
			}
			status, body := s.get(t, "/api/v1/surveys/default/"+q.path)
			if status != 200 {
				t.Fatalf("%s: %d %s", q.path, status, body)
			}
			if diff := cmp.Diff(fromFile[q.name], unversioned(t, body)); diff != "" {
				t.Errorf("%s: API and file differ (-file +API):\n%s", q.name, diff)
			}
		}
	})

	// METHOD section 9, and the words of the tables.
	r := decode[*reports.DriverReport](t, []byte(must(t, "", "drivers", "--format", "json", file).out))
	for j, want := range []float64{.2665, .3081, .0278, .1990, .1986} {
		if d := r.Drivers[j]; math.Abs(float64(d.Share)-want) > 5e-5 || d.Leading != (d.Key != "content") {
			t.Errorf("%s: share %v, key driver %t", d.Key, d.Share, d.Leading)
		}
	}
	for command, words := range map[string][]string{
		"drivers": {"0.3081", "0.0074", "key driver", "concentrate here", "R² 0.635", "quality and training"},
		"weights": {"0.3011", "0.2423", "not in force"},
		"explain": {"Index of dimension means", "73.", "Baggage"},
	} {
		out := must(t, "", command, file).out
		for _, w := range words {
			if !strings.Contains(out, w) {
				t.Errorf("%s does not say %q:\n%s", command, w, out)
			}
		}
	}
}

// What weights --yaml writes takes the place of a model's dimensions in a survey file that can be published.
func TestSuggestedWeightsFitTheSurveyFile(t *testing.T) {
	file := studyFile(t)
	suggested := must(t, "", "weights", "--yaml", file).out
	source := string(surveyfile.Default().Source)
	from := strings.Index(source, "    dimensions:\n      - key: attitude")
	to := strings.Index(source, "  - key: study")
	if from < 0 || to < from {
		t.Fatal("the default survey has changed")
	}
	name := filepath.Join(t.TempDir(), "survey.yaml")
	if err := os.WriteFile(name, []byte(source[:from]+suggested+source[to:]), 0o600); err != nil {
		t.Fatal(err)
	}
	r := decode[*reports.ImportanceReport](t, []byte(must(t, "", "weights", "--format", "json", "--survey", name, file).out))
	for j, want := range []float64{.2604, .3011, .05, .1945, .194} {
		if d := r.Dimensions[j]; float64(d.WeightInForce) != want || d.Suggested != d.WeightInForce {
			t.Errorf("%s: in force %v, suggested %v, want %v", d.Key, d.WeightInForce, d.Suggested, want)
		}
	}
}

func TestDriverMistakes(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "few.csv"), []byte(must(t, dir, "simulate", "-n", "60", "--seed", "1").out), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"shift":           {[]string{"drivers", "--what-if", "efficiency", "few.csv"}, 2, "--what-if"},
		"dimension":       {[]string{"drivers", "--what-if", "price=1", "few.csv"}, 1, "price"},
		"floor":           {[]string{"weights", "--floor", "0.3", "few.csv"}, 1, "cap"},
		"two formats":     {[]string{"weights", "--yaml", "--format", "json", "few.csv"}, 2, "--yaml"},
		"too few":         {[]string{"weights", "--yaml", "few.csv"}, 1, "100"},
		"by alone":        {[]string{"explain", "--by", "cabin", "few.csv"}, 1, "earlier period"},
		"not a date":      {[]string{"explain", "--versus-to", "spring", "few.csv"}, 2, "--versus-to"},
		"periods overlap": {[]string{"explain", "--versus-to", "2025-01-01", "few.csv"}, 1, "overlap"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := program(t, dir, tt.args...); r.status != tt.status || !strings.Contains(r.err, tt.says) || r.out != "" {
				t.Errorf("status %d, want %d with %q: %s%s", r.status, tt.status, tt.says, r.out, r.err)
			}
		})
	}
	if out := must(t, dir, "drivers", "few.csv").out; !strings.Contains(out, "base too small") || !strings.Contains(out, "100 are needed") {
		t.Errorf("60 responses: %s", out)
	}
}
