package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// The explanation of one response is the same from a file, by row or id, from a store, and over HTTP.
func TestOneResponseIsTheSameEverywhere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "study.csv")
	must(t, "", "simulate", "-n", "120", "--seed", "42", "-o", file)
	byRow := []byte(must(t, "", "explain", "--model", "study", "--format", "json", "--response", "17", file).out)
	row := decode[*reports.ResponseExplanation](t, byRow)
	if row.Response.Number != 17 || row.Response.ID != "" || row.Status != "ok" {
		t.Errorf("%+v", row.Response)
	}
	what := func(body []byte) map[string]any { // without what a file does not know
		a := unversioned(t, body)
		for _, key := range []string{"id", "survey_version"} {
			delete(asObject(a["response"]), key)
		}
		return a
	}
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, file)
		listed := filepath.Join(t.TempDir(), "responses.csv")
		must(t, "", "export", "--db", url, "-o", listed)
		b, err := os.ReadFile(listed)
		if err != nil {
			t.Fatal(err)
		}
		id, _, _ := strings.Cut(strings.Split(string(b), "\n")[17], ",")
		s := start(t, t.TempDir(), "--db", url)
		status, served := s.get(t, "/api/v1/surveys/default/responses/"+id+"/explanation?model=study")
		if status != 200 {
			t.Fatalf("%d %s", status, served)
		}
		for name, body := range map[string][]byte{
			"file by id": []byte(must(t, "", "explain", "--model", "study", "--format", "json", "--response", id, file).out),
			"stored":     []byte(must(t, "", "explain", "--model", "study", "--format", "json", "--response", id, "--db", url).out),
			"served":     served,
		} {
			if got := decode[*reports.ResponseExplanation](t, body).Response.ID; got != id {
				t.Errorf("%s: id %s, want %s", name, got, id)
			}
			if diff := cmp.Diff(what(byRow), what(body)); diff != "" {
				t.Errorf("%s and row of the file differ (-row +%s):\n%s", name, name, diff)
			}
		}
	})

	table := must(t, "", "explain", "--response", "17", file).out
	for _, w := range []string{"response 17", "screening: valid", "effective", "Index", "beside the index"} {
		if !strings.Contains(table, w) {
			t.Errorf("the table does not say %q:\n%s", w, table)
		}
	}
	// One row of 120 that belongs to the same respondent as no other, by its reference.
	lines := strings.Split(must(t, "", "simulate", "-n", "120", "--seed", "42").out, "\n")
	reference, _, _ := strings.Cut(lines[17], ",")
	if got := decode[*reports.ResponseExplanation](t, []byte(must(t, "", "explain", "--format", "json", "--response", "id="+reference, file).out)); got.Response.Number != 17 {
		t.Errorf("respondent %s is row %d", reference, got.Response.Number)
	}
	broken := filepath.Join(dir, "broken.csv")
	if err := os.WriteFile(broken, []byte(lines[0]+"\n"+lines[1]+"\n1,2\n"+lines[17]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := decode[*reports.ResponseExplanation](t, []byte(must(t, "", "explain", "--format", "json", "--model", "study", "--response", "3", broken).out)); got.Index != row.Index {
		t.Errorf("after a refused row: %v, want %v", got.Index, row.Index)
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"not a name":  {[]string{"seventeen", file}, 2, "row number"},
		"row 0":       {[]string{"0", file}, 2, "row number"},
		"beyond":      {[]string{"200", file}, 1, "rows"},
		"refused":     {[]string{"2", broken}, 1, "refused"},
		"no such id":  {[]string{"0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b", file}, 1, "no such response"},
		"no such ref": {[]string{"id=nobody", file}, 1, "no such response"},
		"selection":   {[]string{"1", "--where", "cabin=economy", file}, 2, "nothing to select"},
		"comparison":  {[]string{"1", "--versus-to", "2025-01-01", file}, 2, "nothing to select"},
		"stored row":  {[]string{"1", "--db", "sqlite:" + filepath.Join(dir, "none.db")}, 1, ""},
		"model":       {[]string{"1", "--model", "x", file}, 1, "model"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := program(t, dir, append([]string{"explain", "--response"}, tt.args...)...); r.status != tt.status || !strings.Contains(r.err, tt.says) || r.out != "" {
				t.Errorf("status %d, want %d with %q: %s%s", r.status, tt.status, tt.says, r.out, r.err)
			}
		})
	}
}
