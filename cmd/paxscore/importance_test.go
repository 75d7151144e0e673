package main_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys/surveyfile"
)

const panel = `experts:
  - name: Head of cabin service
    voice: 2
    judgements: {attitude/efficiency: 1/2, attitude/content: 5, attitude/safety: 1, attitude/brand: 2, efficiency/content: 7,
      efficiency/safety: 2, efficiency/brand: 4, content/safety: 1/4, content/brand: 1/3, safety/brand: 2}
  - name: Quality board
    judgements: {efficiency/attitude: 1, attitude/content: 4, attitude/safety: 1, attitude/brand: 3, efficiency/content: 5,
      efficiency/safety: 1, efficiency/brand: 3, content/safety: 1/5, content/brand: 1, safety/brand: 4}
points: {attitude: 30, efficiency: 30, content: 10, safety: 20, brand: 10}
`

// A person's way from judgements to weights in force: suggested, approved, published as a new model beside the old one, frozen. The
// suggestion is the same from a file, SQLite, PostgreSQL and HTTP.
func TestWeightsFromJudgementsToForce(t *testing.T) {
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
	judgements := write("panel.yaml", panel)
	asked := []string{"weights", "--judgements", judgements, "--theta", "0.7", "--over", "age,spend", "--depends", "brand=attitude,safety"}
	byFile := unversioned(t, []byte(must(t, "", append(asked, "--format", "json", data)...).out))
	table := must(t, "", append(asked, data)...).out
	for _, words := range []string{"Entropy, segments *", "Head of cabin service", "consistent", "combined (linear, derived 0.7) with the judgements of 2 experts", "path model", "Kendall's W", "floor"} {
		if !strings.Contains(table, words) {
			t.Errorf("the table does not say %q:\n%s", words, table)
		}
	}
	part := filepath.Join(dir, "dimensions.yaml")
	must(t, "", append(asked, "--approved-by", "Quality board", "-o", part, data)...)
	approved, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	model := "  - key: policy\n    label: {en: Policy, zh-Hans: P, zh-Hant: P, hy: P, es: P, pt: P}\n" + string(approved)
	source := strings.Replace(string(surveyfile.Default().Source), "design:", model+"\ndesign:", 1)
	survey := write("survey.yaml", source)
	again := decode[*reports.ImportanceReport](t, []byte(must(t, "", append(asked, "--model", "policy", "--survey", survey, "--format", "json", data)...).out))
	for _, d := range again.Dimensions {
		if d.Drift != 0 {
			t.Errorf("%s: in force %v, suggested %v", d.Key, d.WeightInForce, d.Suggested)
		}
	}
	if a := again.Approval; a == nil || a.By != "Quality board" || a.Method != "combined" || a.FrozenUntil == nil || *a.FrozenUntil <= a.On ||
		!strings.Contains(strings.Join(again.Warnings, " "), "frozen until "+*a.FrozenUntil) || !strings.Contains(again.ModelNote, "approved by Quality board") {
		t.Errorf("%+v, %q, %q", again.Approval, again.Warnings, again.ModelNote)
	}
	// A version that changes frozen weights is refused.
	var weights []string
	for line := range strings.Lines(string(approved)) {
		if strings.Contains(line, " weight: ") {
			weights = append(weights, line)
		}
	}
	if len(weights) != 5 || weights[0] == weights[1] {
		t.Fatalf("weights %q", weights)
	}
	exchanged := strings.NewReplacer(weights[0], weights[1], weights[1], weights[0]).Replace(string(approved))
	changed := strings.Replace(source, string(approved), exchanged, 1)
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, data)
		stored := unversioned(t, []byte(must(t, "", append(asked, "--format", "json", "--db", url)...).out))
		s := start(t, t.TempDir(), "--db", url)
		post := func(path, body string, want int) []byte {
			status, answer := s.do(t, http.MethodPost, path, "application/yaml", strings.NewReader(body))
			if status != want {
				t.Fatalf("%s: %d %s", path, status, answer)
			}
			return answer
		}
		served := unversioned(t, post("/api/v1/surveys/default/weights?theta=0.7&over=age,spend&depends=brand=attitude,safety", panel, 200))
		for name, r := range map[string]map[string]any{"stored": stored, "served": served} {
			if diff := cmp.Diff(byFile, r); diff != "" {
				t.Errorf("%s and file differ (-file +%s):\n%s", name, name, diff)
			}
		}
		post("/api/v1/surveys", source, 201)
		if body := post("/api/v1/surveys", changed, 422); !bytes.Contains(body, []byte("models[2].dimensions")) || !bytes.Contains(body, []byte("frozen")) {
			t.Errorf("%s", body)
		}
		_, body := s.get(t, "/api/v1/surveys/default")
		if !bytes.Contains(body, []byte(`"approval":{"by":"Quality board"`)) {
			t.Errorf("the survey does not tell who approved: %.300s", body)
		}
	})
}

func TestWeightsMistakes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"study.csv": must(t, dir, "simulate", "-n", "300", "--seed", "1").out, "panel.yaml": panel,
		"bad.yaml":     strings.ReplaceAll(strings.Replace(panel, "attitude/brand: 2", "attitude/price: 12", 1), "voice: 2", "voice: -1"),
		"against.yaml": strings.Replace(panel, "attitude/brand: 2", "attitude/brand: 1/9", 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"judgements":          {[]string{"--judgements", "bad.yaml"}, 1, []string{"3:5: experts[0].voice", `"price"`, "attitude/brand", "3 problems"}},
		"inconsistent, yaml":  {[]string{"--judgements", "against.yaml", "--yaml"}, 1, []string{"Head of cabin service", "consistency ratio", "attitude/brand is judged 0.111"}},
		"form":                {[]string{"--judgements", "panel.yaml", "--combine", "sum"}, 1, []string{"combine", "geometric"}},
		"theta alone":         {[]string{"--theta", "0.5"}, 1, []string{"theta", "experts"}},
		"depends":             {[]string{"--depends", "brand"}, 2, []string{"--depends"}},
		"approved, no yaml":   {[]string{"--approved-by", "A"}, 2, []string{"--approved-by"}},
		"frozen, by nobody":   {[]string{"--yaml", "--frozen-until", "2099-01-01"}, 2, []string{"--frozen-until"}},
		"frozen in the past":  {[]string{"--yaml", "--approved-by", "A", "--frozen-until", "2020-01-01"}, 2, []string{"--frozen-until"}},
		"frozen on no day":    {[]string{"--yaml", "--approved-by", "A", "--frozen-until", "2099-02-30"}, 2, []string{"--frozen-until"}},
		"no judgements there": {[]string{"--judgements", "nowhere.yaml"}, 2, []string{"nowhere.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := program(t, dir, append([]string{"weights", "study.csv"}, tt.args...)...)
			if r.status != tt.status || r.out != "" {
				t.Errorf("status %d, want %d: %s", r.status, tt.status, r.out)
			}
			for _, w := range tt.says {
				if !strings.Contains(r.err, w) {
					t.Errorf("%q does not say %q", r.err, w)
				}
			}
		})
	}
	name, err := filepath.Abs("../../examples/judgements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	example := must(t, dir, "weights", "study.csv", "--judgements", name).out
	if strings.Contains(example, "rejected") || !strings.Contains(example, "judgements of 3 experts") || strings.Count(example, "consistent") != 4 {
		t.Errorf("the example: %s", example)
	}
	// The table of inconsistent judgements says whose they are, and the other methods stand.
	out := must(t, dir, "weights", "study.csv", "--judgements", "against.yaml").out
	for _, w := range []string{"rejected", "Judgements are rejected from a consistency ratio of 0.1: those of Head of cabin service", "Derived (LMG)"} {
		if !strings.Contains(out, w) {
			t.Errorf("the table does not say %q:\n%s", w, out)
		}
	}
}
