package main_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys/surveyfile"
)

// datedStudy is a small study as a file, with a time of submission in the month of each flight.
func datedStudy(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "study.csv")
	must(t, "", "simulate", "-n", "1500", "-o", file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	month := -1
	for i, name := range strings.Split(lines[0], ",") {
		if name == "month" {
			month = i
		}
	}
	lines[0] += ",submitted_at"
	for i, l := range lines[1:] {
		m := 0
		if _, err := fmt.Sscan(strings.Split(l, ",")[month], &m); err != nil {
			t.Fatal(err)
		}
		lines[i+1] += fmt.Sprintf(",2025-%02d-15T08:00:00Z", m)
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// plain is an answer without what a file cannot have: a published version and a place in the order of commits.
func plain(t *testing.T, body []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	var strip func(v any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range []string{"survey_version", "survey_versions", "model_version", "versions", "up_to_seq"} {
				delete(v, key)
			}
			for _, x := range v {
				strip(x)
			}
		case []any:
			for _, x := range v {
				strip(x)
			}
		}
	}
	strip(v)
	return v
}

// Comparisons, trends and impacts are the same from a file, from the store and over HTTP, and are readable as a table.
func TestAnswersAreTheSameEverywhere(t *testing.T) {
	file := datedStudy(t)
	asked := []struct {
		route string
		args  []string
		query url.Values
		says  []string
	}{
		{"comparisons", []string{"compare", "--model", "study", "--by", "age", "--measure", "index", "--measure", "nps", "--where", "route=domestic", "--scan"},
			url.Values{"model": {"study"}, "by": {"age"}, "measure": {"index", "nps"}, "where": {"route=domestic"}, "scan": {"true"}},
			[]string{"Overall index", "verdict", "Benjamini", "margin 2"}},
		{"comparisons", []string{"compare", "--segment", "purpose=business", "--against", "purpose=leisure"},
			url.Values{"segment": {"purpose=business"}, "against": {"purpose=leisure"}}, []string{"purpose = business", "Holm"}},
		{"comparisons", []string{"compare", "--from", "2025-07-01", "--versus-from", "2025-01-01", "--versus-to", "2025-06-30", "--measure", "attitude"},
			url.Values{"from": {"2025-07-01"}, "versus_from": {"2025-01-01"}, "versus_to": {"2025-06-30"}, "measure": {"attitude"}}, []string{"2025-07-01", "attitude"}},
		{"trend", []string{"trend", "--event", "2025-07-01=crew training", "--unweighted"},
			url.Values{"event": {"2025-07-01=crew training"}, "unweighted": {"true"}, "period": {"month"}}, []string{"2025-07", "crew training", "limits of 12 periods", "p chart"}},
		{"trend", []string{"trend", "--period", "quarter", "--measure", "content", "--baseline", "3"},
			url.Values{"period": {"quarter"}, "measure": {"content"}, "baseline": {"3"}}, []string{"2025-Q4", "Too few"}},
		{"trend", []string{"trend", "--along", "month", "--measure", "index"}, url.Values{"along": {"month"}, "measure": {"index"}}, []string{"limits of 12 periods", "slope"}},
		{"trend", []string{"trend", "--from", "2030-01-01"}, url.Values{"from": {"2030-01-01"}}, []string{"no period has a valid response"}},
		{"impact", []string{"impact", "--after", "2025-07-01", "--treated", "purpose=business", "--all-rows"},
			url.Values{"after": {"2025-07-01"}, "treated": {"purpose=business"}, "all_rows": {"true"}}, []string{"treated, before", "placebo", "detectable"}},
		{"impact", []string{"impact", "--after", "month=7,8,9,10,11,12", "--measure", "attitude"},
			url.Values{"after": {"month=7,8,9,10,11,12"}, "measure": {"attitude"}}, []string{"before after"}},
		{"trend", []string{"trend", "--rules", "1,2,3,4", "--splice", "2=2025-06-01..2025-06-30", "--measure", "index"},
			url.Values{"rules": {"1,2,3,4"}, "splice": {"2=2025-06-01..2025-06-30"}, "measure": {"index"}}, []string{"limits of 12 periods"}},
		{"impact", []string{"impact", "--after", "2025-07-01", "--treated", "purpose=business", "--covariates", "delayed,cabin", "--measure", "index"},
			url.Values{"after": {"2025-07-01"}, "treated": {"purpose=business"}, "covariate": {"delayed", "cabin"}, "measure": {"index"}},
			[]string{"effect by regression, adjusted for delayed, cabin", "clusters"}},
		{"impact", []string{"impact", "--after", "2025-07-01", "--panel", "respondent", "--measure", "index"},
			url.Values{"after": {"2025-07-01"}, "panel": {"respondent"}, "measure": {"index"}}, []string{"panel of respondent"}},
	}
	fromFile := make([]any, len(asked))
	for i, q := range asked {
		fromFile[i] = plain(t, []byte(must(t, "", append([]string{q.args[0], file, "--format", "json"}, q.args[1:]...)...).out))
		table := must(t, "", append([]string{q.args[0], file}, q.args[1:]...)...).out
		for _, s := range q.says {
			if !strings.Contains(table, s) {
				t.Errorf("%v: %q is not in:\n%s", q.args, s, table)
			}
		}
	}
	testdb.Each(t, func(t *testing.T, db string) {
		must(t, "", "import", "--db", db, file)
		s := start(t, t.TempDir(), "--db", db)
		for i, q := range asked {
			stored := plain(t, []byte(must(t, "", append([]string{q.args[0], "--db", db, "--format", "json"}, q.args[1:]...)...).out))
			if diff := cmp.Diff(fromFile[i], stored); diff != "" {
				t.Errorf("%v: store and file differ (-file +store):\n%.2000s", q.args, diff)
			}
			status, body := s.get(t, "/api/v1/surveys/default/"+q.route+"?"+q.query.Encode())
			if status != 200 {
				t.Fatalf("%s: %d %s", q.route, status, body)
			}
			if diff := cmp.Diff(fromFile[i], plain(t, body)); diff != "" {
				t.Errorf("%v: API and file differ (-file +API):\n%.2000s", q.args, diff)
			}
		}
		if status := s.stop(t); status != 0 {
			t.Errorf("the server stopped with status %d:\n%s", status, s.errs)
		}
	})
}

func TestMistakesInAnswers(t *testing.T) {
	file := datedStudy(t)
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"nothing to compare": {[]string{"compare", file}, 1, []string{"by"}},
		"not a condition":    {[]string{"compare", "--segment", "cabin", "--against", "cabin=economy", file}, 2, []string{"--segment"}},
		"not a date":         {[]string{"compare", "--from", "2025-07-01", "--versus-from", "May", file}, 2, []string{"--versus-from", "May"}},
		"not an event":       {[]string{"trend", "--event", "training", file}, 2, []string{"--event", "training"}},
		"not a period":       {[]string{"trend", "--period", "year", file}, 2, []string{"year"}},
		"not a baseline":     {[]string{"trend", "--baseline", "0", file}, 2, []string{"--baseline"}},
		"not a measure":      {[]string{"trend", "--measure", "joy", file}, 1, []string{"joy", "nps"}},
		"no after":           {[]string{"impact", file}, 2, []string{"--after"}},
		"not rules":          {[]string{"trend", "--rules", "x", file}, 2, []string{"--rules"}},
		"no rule":            {[]string{"trend", "--rules", "9", file}, 1, []string{"rules", "1 to 8"}},
		"not a splice":       {[]string{"trend", "--splice", "June", file}, 2, []string{"--splice"}},
		"no initiative":      {[]string{"impact", "--initiative", "seats", file}, 1, []string{"initiative", "seats"}},
		"not a covariate":    {[]string{"impact", "--after", "2025-07-01", "--covariates", "shoe", file}, 1, []string{"covariate", "shoe"}},
		"not an attribute":   {[]string{"impact", "--after", "crew=new", file}, 1, []string{"crew"}},
	} {
		r := program(t, "", tt.args...)
		if r.status != tt.status {
			t.Errorf("%s: status %d, want %d\n%s", name, r.status, tt.status, r.err)
		}
		for _, s := range tt.says {
			if !strings.Contains(r.err, s) {
				t.Errorf("%s: %q is not in: %s", name, s, r.err)
			}
		}
	}
}

// What a survey file declares is answered from it.
func TestDeclaredInitiative(t *testing.T) {
	file := datedStudy(t)
	name := filepath.Join(t.TempDir(), "declared.yaml")
	text := string(surveyfile.Default().Source) + `
initiatives:
  - key: crew_training
    label: {en: Crew training, zh-Hans: a, zh-Hant: a, hy: a, es: a, pt: a}
    began: 2025-07-01
    treated: [{attribute: purpose, in: [business]}]
    measures: [attitude]
`
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	by := must(t, "", "impact", "--survey", name, "--initiative", "crew_training", file).out
	full := must(t, "", "impact", "--survey", name, "--after", "2025-07-01", "--treated", "purpose=business", "--measure", "attitude", file).out
	if by != full || !strings.Contains(by, "placebo") {
		t.Errorf("by its key:\n%s\nin full:\n%s", by, full)
	}
	if out := must(t, "", "review", "--survey", name, file).out; !strings.Contains(out, "Crew training moved") {
		t.Errorf("%s", out)
	}
}
