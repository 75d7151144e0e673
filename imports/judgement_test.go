package imports_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/imports"
	"paxscore/surveys"
)

// threeDimensions is a model of as much as judgements need.
func threeDimensions() *surveys.Model {
	return &surveys.Model{Key: "m", Dimensions: []surveys.Dimension{{Key: "crew"}, {Key: "time"}, {Key: "food"}}}
}

const judgementsText = `random_index: 1980
experts:
  - name: Head of cabin service
    voice: 2
    judgements:
      crew/time: 1/3
      food/crew: 0.5
      time/food: 4
  - name: Quality board
    judgements: {crew/time: 1, crew/food: "1/2", time/food: 2/3}
points: {crew: 30, time: 50, food: 0}
`

func TestReadJudgements(t *testing.T) {
	m := threeDimensions()
	got, err := imports.ReadJudgements("panel.yaml", []byte(judgementsText), m)
	if err != nil {
		t.Fatal(err)
	}
	c := func(of, over surveys.DimensionKey, times float64) surveys.Comparison {
		return surveys.Comparison{Of: of, Over: over, Times: times}
	}
	want := &surveys.Judgements{RandomIndex: 1980,
		Experts: []surveys.Expert{
			{Name: "Head of cabin service", Voice: 2, Comparisons: []surveys.Comparison{c("crew", "time", 1./3), c("food", "crew", .5), c("time", "food", 4)}},
			{Name: "Quality board", Voice: 1, Comparisons: []surveys.Comparison{c("crew", "time", 1), c("crew", "food", .5), c("time", "food", 2./3)}},
		},
		Points: []surveys.DimensionPoints{{Dimension: "crew", Points: 30}, {Dimension: "time", Points: 50}, {Dimension: "food", Points: 0}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Above the diagonal, a pair that is written the other way round is turned.
	if diff := cmp.Diff([]float64{1. / 3, 2, 4}, got.Experts[0].Upper(m)); diff != "" {
		t.Error(diff)
	}
	// JSON is the same file.
	json := `{"random_index": 1980, "experts": [
	  {"name": "Head of cabin service", "voice": 2, "judgements": {"crew/time": "1/3", "food/crew": 0.5, "time/food": 4}},
	  {"name": "Quality board", "judgements": {"crew/time":1,"crew/food":"1/2","time/food":"2/3"}}],
	 "points": {"crew": 30, "time": 50, "food": 0}}`
	again, err := imports.ReadJudgements("body", []byte(strings.ReplaceAll(json, "\t", " ")), m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, again); diff != "" {
		t.Error(diff)
	}
}

// Every mistake of a file is told together, by line and column.
func TestReadJudgementsMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"empty":   {"", "1:1 empty"},
		"nothing": {"random_index: 2005\n", "1:1 experts required"},
		"several": {"random_index: 1999\nexpert: []\nexperts:\n  - name: A\n    voice: 0\n    judgements:\n      crew/time: 10\n      time/crew: 2\n      crew/crew: 1\n      crew/foot: 3\n      time/food: x\n" +
			"  - name: A\n    judgements: {crew/time: 2, crew/food: 3}\n",
			`1:1 random_index unknown|2:1 expert unknown|5:5 experts[0].voice range|7:7 experts[0].judgements["crew/time"] range|8:7 experts[0].judgements["time/crew"] duplicate|` +
				`9:7 experts[0].judgements["crew/crew"] pair|10:7 experts[0].judgements["crew/foot"] unknown|11:18 experts[0].judgements["time/food"] type|12:5 experts[1].name duplicate|13:5 experts[1].judgements required`},
		"no name":     {"experts:\n  - judgements: {crew/time: 1, crew/food: 1, time/food: 1}\n", "2:5 experts[0].name required"},
		"not a pair":  {"experts:\n  - name: A\n    judgements: {crew: 1, crew/time: 1, crew/food: 1, time/food: 1}\n", "3:18 experts[0].judgements.crew pair"},
		"division":    {"experts:\n  - name: A\n    judgements: {crew/time: 1/0, crew/food: -1, time/food: 1e1}\n", `3:29 experts[0].judgements["crew/time"] type|3:45 experts[0].judgements["crew/food"] type|3:60 experts[0].judgements["time/food"] type`},
		"points":      {"points: {crew: -1, time: .5, tea: 1}\n", "1:1 points required|1:10 points.crew range|1:30 points.tea unknown"},
		"all 0":       {"points: {crew: 0, time: 0, food: 0}\n", "1:1 points sum"},
		"not numbers": {"points: {crew: a, time: 1, food: 1}\n", "1:16 points.crew type"},
		"shapes":      {"experts: 3\npoints: 4\n", "1:10 experts type|2:9 points type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := imports.ReadJudgements("panel.yaml", []byte(c.text), threeDimensions())
			if got := placesOf(t, err); got != c.want {
				t.Errorf("%v\n got %s\nwant %s", err, got, c.want)
			}
		})
	}
	// A table of random indices has an end.
	wide := &surveys.Model{Key: "wide"}
	for i := range 11 {
		wide.Dimensions = append(wide.Dimensions, surveys.Dimension{Key: surveys.DimensionKey(rune('a' + i))})
	}
	_, err := imports.ReadJudgements("panel.yaml", []byte("random_index: 1980\nexperts:\n  - name: A\n    judgements: {}\n"), wide)
	if got := placesOf(t, err); got != "1:1 random_index range|4:5 experts[0].judgements required" {
		t.Errorf("%s: %v", got, err)
	}
}

func placesOf(t *testing.T, err error) string {
	t.Helper()
	var invalid *surveys.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("error %v", err)
	}
	var out []string
	for _, f := range invalid.Fields {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d:%d %s", f.Line, f.Column, strings.TrimSpace(f.Field+" "+f.Rule))))
	}
	return strings.Join(out, "|")
}

// FuzzReadJudgements: what is accepted is a positive judgement of every pair or points of every dimension; what is refused says where.
func FuzzReadJudgements(f *testing.F) {
	for _, seed := range []string{judgementsText, "", "experts:\n  - name: A\n    judgements: {crew/time: 1/3, crew/food: 9, food/time: 0.2}\n",
		`{"points":{"crew":1,"time":2,"food":0}}`, "experts: [{name: A, judgements: {a/b/c: 1, /: 2, crew/time: 1/}}]", "points: {crew: 1e9}\nrandom_index: x"} {
		f.Add([]byte(seed))
	}
	m := threeDimensions()
	f.Fuzz(func(t *testing.T, src []byte) {
		j, err := imports.ReadJudgements("x", src, m)
		if err != nil {
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
				t.Fatalf("refused with %v", err)
			}
			for _, p := range invalid.Fields {
				if p.Rule == "" || p.Message == "" || p.Line < 1 || p.Column < 1 {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		if len(j.Experts)+len(j.Points) == 0 {
			t.Fatal("nothing was accepted")
		}
		for i := range j.Experts {
			upper := j.Experts[i].Upper(m)
			for _, x := range upper {
				if !(x >= 1./9-1e-9 && x <= 9+1e-6) {
					t.Fatalf("%v", upper)
				}
			}
			if len(upper) != 3 || !(j.Experts[i].Voice > 0) {
				t.Fatalf("%+v", j.Experts[i])
			}
		}
		sum := 0.0
		for _, p := range j.Points {
			sum += p.Points
		}
		if len(j.Points) > 0 && (len(j.Points) != 3 || !(sum > 0) || math.IsInf(sum, 0)) {
			t.Fatalf("%+v", j.Points)
		}
	})
}
