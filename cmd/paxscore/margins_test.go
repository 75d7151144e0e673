package main_test

import (
	"math"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys/surveyfile"
)

// The population of the study's margins (METHOD section 10), first and business class together.
const populationFile = `variable,level,share
age,under_25,0.16
age,25_34,0.31
age,35_44,0.25
age,45_59,0.19
age,60_plus,0.09
cabin,economy,0.9
cabin,premium_economy,0.045
cabin,business+first,0.055
route,domestic,0.8
route,regional,0.07
route,international,0.13
`

const populationModel = `    weighting:
      method: rake
      margins:
        - attribute: age
          shares: {under_25: 0.16, 25_34: 0.31, 35_44: 0.25, 45_59: 0.19, 60_plus: 0.09}
        - attribute: cabin
          shares: {economy: 0.9, premium_economy: 0.045, "business+first": 0.055}
          merge: {"business+first": [business, first]}
        - attribute: route
          shares: {domestic: 0.8, regional: 0.07, international: 0.13}
`

// A population raked to is the same from a margins file and from the survey file, on a data file, in the database and over HTTP.
func TestRakedScoresAreTheSameEverywhere(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	data := filepath.Join(dir, "study.csv")
	must(t, "", "simulate", "-n", "1500", "--seed", "7", "-o", data)
	population := write("population.csv", populationFile)
	source := string(surveyfile.Default().Source)
	survey := write("raked.yaml", strings.Replace(source, "  - key: study\n", "  - key: study\n"+populationModel, 1))

	asked := []string{"--model", "study", "--by", "cabin", "--format", "json"}
	byFile := decode[*reports.Report](t, []byte(must(t, "", append([]string{"score", data, "--margins", population}, asked...)...).out))
	w := byFile.Weighting
	if w.Method != "raked" || len(w.Margins) != 3 || !(w.MarginError < 1e-12) || w.Limits == nil || !w.Limits.Met {
		t.Fatalf("weighting %+v", w)
	}
	for _, l := range w.Margins[1].Levels {
		if want := map[string]float64{"economy": .9, "premium_economy": .045, "business+first": .055}[l.Level]; math.Abs(float64(l.Achieved)-want) > 1e-12 {
			t.Errorf("cabin %s has %v of the weight, want %v", l.Level, l.Achieved, want)
		}
	}
	byModel := decode[*reports.Report](t, []byte(must(t, "", append([]string{"score", data, "--survey", survey}, asked...)...).out))
	if diff := cmp.Diff(byFile, byModel, sameNumber); diff != "" {
		t.Errorf("margins file and survey file differ (-margins +survey):\n%s", diff)
	}
	table := must(t, "", "score", data, "--margins", population).out
	for _, words := range []string{"raked to the population by age, cabin, route", "weights by cabin", "(business, first)", "limits 0.2 to 5 times the mean, kept"} {
		if !strings.Contains(table, words) {
			t.Errorf("the table does not say %q:\n%s", words, table)
		}
	}
	book := filepath.Join(dir, "raked.xlsx")
	must(t, "", "score", data, "--margins", population, "-o", book)
	unweighted := decode[*reports.Report](t, []byte(must(t, "", append([]string{"score", data, "--margins", population, "--unweighted"}, asked...)...).out))
	if unweighted.Weighting.Method != "none" || len(unweighted.Weighting.Margins) != 0 {
		t.Errorf("unweighted: %+v", unweighted.Weighting)
	}
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, "--survey", survey, data)
		stored := decode[*reports.Report](t, []byte(must(t, "", append([]string{"score", "--db", url}, asked...)...).out))
		s := start(t, t.TempDir(), "--db", url)
		status, body := s.get(t, "/api/v1/surveys/default/scores?model=study&by=cabin")
		if status != 200 {
			t.Fatalf("scores: %d %s", status, body)
		}
		served := decode[*reports.Report](t, body)
		for name, r := range map[string]*reports.Report{"stored": stored, "served": served} {
			likeFile(r, byModel)
			if diff := cmp.Diff(byModel, r, sameNumber); diff != "" {
				t.Errorf("%s and file differ (-file +%s):\n%s", name, name, diff)
			}
		}
	})
}

// Every command that answers questions takes a margins file and the kind of errors, and gives what the same population in the survey file
// gives; so does every route of the API.
func TestMarginsOfEveryQuestion(t *testing.T) {
	dir := t.TempDir()
	data, population, survey := filepath.Join(dir, "study.csv"), filepath.Join(dir, "population.csv"), filepath.Join(dir, "raked.yaml")
	must(t, "", "simulate", "-n", "2000", "--seed", "7", "-o", data)
	residual := strings.Replace(populationModel, "method: rake\n", "method: rake\n      errors: residuals\n", 1)
	for path, text := range map[string]string{population: populationFile,
		survey: strings.Replace(string(surveyfile.Default().Source), "  - key: study\n", "  - key: study\n"+residual, 1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	url := testdb.SQLite(t)
	must(t, "", "import", "--db", url, data)
	s := start(t, t.TempDir(), "--db", url)
	query := "model=study&errors=residuals&margins=" + neturl.QueryEscape(populationFile)
	for _, q := range []struct {
		path string
		args []string
	}{
		{"scores?by=cabin", []string{"score", "--by", "cabin"}},
		{"comparisons?by=cabin", []string{"compare", "--by", "cabin"}},
		{"trend?period=quarter", []string{"trend", "--period", "quarter"}},
		{"impact?after=2025-07-01&treated=trained=yes", []string{"impact", "--after", "2025-07-01", "--treated", "trained=yes"}},
		{"drivers?", []string{"drivers"}},
		{"weights?", []string{"weights"}},
		{"explanation?by=route&from=2025-07-01&versus_to=2025-06-30", []string{"explain", "--by", "route", "--from", "2025-07-01", "--versus-to", "2025-06-30"}},
		{"quality?", []string{"quality"}},
		{"review?", []string{"review"}},
	} {
		args := append(q.args, "--model", "study", "--format", "json")
		byMargins := unversioned(t, []byte(must(t, "", append(args, "--margins", population, "--errors", "residuals", data)...).out))
		bySurvey := unversioned(t, []byte(must(t, "", append(args, "--survey", survey, data)...).out))
		if diff := cmp.Diff(bySurvey, byMargins); diff != "" {
			t.Errorf("%s: margins file and survey file differ (-survey +margins):\n%s", q.args[0], diff)
		}
		if w := asObject(byMargins["weighting"]); w["method"] != "raked" || w["errors"] != "residuals" {
			t.Errorf("%s: weighting %v", q.args[0], w)
		}
		stored := unversioned(t, []byte(must(t, "", append(args, "--margins", population, "--errors", "residuals", "--db", url)...).out))
		status, body := s.get(t, "/api/v1/surveys/default/"+q.path+"&"+query)
		if status != 200 {
			t.Fatalf("%s: %d %s", q.path, status, body)
		}
		if diff := cmp.Diff(stored, unversioned(t, body)); diff != "" {
			t.Errorf("%s: API and command differ (-command +API):\n%s", q.path, diff)
		}
	}
	for path, words := range map[string]string{
		"quality?margins=" + neturl.QueryEscape(strings.Replace(populationFile, "route,regional", "route,orbital", 1)): "orbital",
		"trend?margins=":                       "the file is empty",
		"drivers?errors=some":                  "there are no errors",
		"drivers?errors=residuals&model=equal": "weights responses to no population",
		"scores?errors=":                       "must be fixed or residuals",
	} {
		if status, body := s.get(t, "/api/v1/surveys/default/"+path); status != 400 || !strings.Contains(string(body), words) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _ := s.get(t, "/api/v1/surveys/none/quality?margins=variable"); status != 404 {
		t.Errorf("a survey that is none: %d", status)
	}
	table := must(t, "", "compare", "--by", "cabin", "--margins", population, "--errors", "residuals", data).out
	for _, words := range []string{"raked to the population by age, cabin, route", "of what the margins do not explain"} {
		if !strings.Contains(table, words) {
			t.Errorf("the table does not say %q:\n%s", words, table)
		}
	}
}

// Mistakes in a margins file, and a population that the passengers cannot stand for, are told with what to do.
func TestMarginsThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "study.csv")
	must(t, "", "simulate", "-n", "300", "--seed", "7", "-o", data)
	drawn, err := os.ReadFile(data)
	if err == nil {
		err = os.WriteFile(data, []byte(strings.ReplaceAll(string(drawn), ",first,", ",business,")), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change, to string
		words      []string
	}{
		"unknown level": {"route,regional", "route,orbital", []string{"10:1: route", `"orbital" is not a value of route`}},
		"empty level":   {"business+first,0.055", "business,0.05\ncabin,first,0.005", []string{"no valid response has cabin first", "0.50 %", "merge"}},
	} {
		path := filepath.Join(dir, "population.csv")
		if err := os.WriteFile(path, []byte(strings.Replace(populationFile, c.change, c.to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		r := program(t, "", "score", data, "--margins", path)
		if r.status == 0 {
			t.Errorf("%s: status 0", name)
		}
		for _, w := range c.words {
			if !strings.Contains(r.err, w) {
				t.Errorf("%s: %q does not say %q", name, r.err, w)
			}
		}
	}
}
