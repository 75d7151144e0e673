package reports_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/reports"
	"paxscore/surveys"
)

// refHierarchy is a block of ref_weights_mcda.json: judgements of criteria, computed by R.
type refHierarchy struct {
	Lambda    float64 `json:"lambda_max"`
	Weights   []float64
	CI, CR    float64
	CR1980    float64 `json:"cr_1980_table"`
	Published []float64
}

type refWeightsMCDA struct {
	AHP struct {
		City     refHierarchy `json:"city_criteria"`
		Experts  []refHierarchy
		Joined   refHierarchy `json:"aggregated_judgements"`
		Weighted refHierarchy `json:"aggregated_judgements_weighted"`
	}
	Entropy, Critic map[string]struct{ Weights []float64 }
	Bounded         []float64
}

func readMCDA(t *testing.T) (want refWeightsMCDA, experts [][][]float64, voices []float64, city [][]float64) {
	t.Helper()
	readReference(t, "ref_weights_mcda.json", &want)
	var input struct {
		Experts [][][]float64
		Voices  []float64   `json:"expert_weights"`
		City    [][]float64 `json:"city_criteria"`
	}
	readReferenceInput(t, "ref_weights_mcda.json", &input)
	return want, input.Experts, input.Voices, input.City
}

// judged are the judgements of a matrix above its diagonal, over the dimensions of the study.
func judged(name string, voice float64, a [][]float64) surveys.Expert {
	e := surveys.Expert{Name: name, Voice: voice}
	for i, of := range studySurvey().Models[0].Dimensions {
		for j, over := range studySurvey().Models[0].Dimensions[i+1:] {
			e.Comparisons = append(e.Comparisons, surveys.Comparison{Of: of.Key, Over: over.Key, Times: a[i][i+1+j]})
		}
	}
	return e
}

// Judgements of five criteria, as those of the study's dimensions, against R: each expert, the group, the group by voices, both tables of random indices.
func TestJudgementsAgainstR(t *testing.T) {
	want, experts, voices, city := readMCDA(t)
	c := compareWith(t, "ref_weights_mcda.json")
	data := dataset(t, studySurvey(), nil)
	check := func(name string, got reports.GroupJudgement, want refHierarchy, ratio float64) {
		c.near(name+" lambda", got.Lambda, want.Lambda)
		c.near(name+" index", got.ConsistencyIndex, want.CI)
		c.near(name+" ratio", got.ConsistencyRatio, ratio)
		for j, p := range got.Priorities {
			c.near(name+" "+p.Key, p.Weight, want.Weights[j])
		}
		if !got.Consistent || len(got.Priorities) != 5 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, year := range []int{2005, 1980} {
		for _, byVoice := range []bool{false, true} {
			j := &surveys.Judgements{RandomIndex: year}
			group := want.AHP.Joined
			if byVoice {
				group = want.AHP.Weighted
			}
			for e, a := range experts {
				voice := 1.
				if byVoice {
					voice = voices[e]
				}
				j.Experts = append(j.Experts, judged(fmt.Sprint("expert ", e), voice, a))
			}
			r := importance(t, data, reports.ImportanceQuery{Judgements: j})
			ratio := func(h refHierarchy) float64 {
				if year == 1980 {
					return h.CR1980
				}
				return h.CR
			}
			for e, x := range r.Judgements.Experts {
				check(x.Name, x.GroupJudgement, want.AHP.Experts[e], ratio(want.AHP.Experts[e]))
			}
			check("group", *r.Judgements.Group, group, ratio(group))
			// Without responses nothing is suggested, but the voice of policy stands.
			if r.Judgements.Status != "ok" || r.Status != reports.StatusNotComputable || r.Dimensions[0].Suggested.Valid() {
				t.Errorf("%s, %s", r.Judgements.Status, r.Status)
			}
			for j, w := range method(t, r, "ahp").Weights {
				c.near("method "+w.Key, w.Weight, group.Weights[j])
			}
		}
	}
	alone := importance(t, data, reports.ImportanceQuery{Judgements: &surveys.Judgements{RandomIndex: 2005, Experts: []surveys.Expert{judged("city", 1, city)}}})
	check("city", *alone.Judgements.Group, want.AHP.City, want.AHP.City.CR)
}

func method(t *testing.T, r *reports.ImportanceReport, key string) reports.ImportanceMethod {
	t.Helper()
	for _, m := range r.Methods {
		if m.Key == key {
			return m
		}
	}
	t.Fatalf("there is no method %s", key)
	return reports.ImportanceMethod{}
}

// matrixOf are the judgements that follow from priorities without contradiction, within the scale.
func matrixOf(w []float64) [][]float64 {
	a := make([][]float64, len(w))
	for i := range a {
		for j := range w {
			a[i] = append(a[i], w[i]/w[j])
		}
	}
	return a
}

// Derived weights combined with experts': three forms, then floor and cap, as METHOD section 9 has them.
func TestDerivedWeightsAreCombined(t *testing.T) {
	rows := studyRows(t, 1000)
	data := dataset(t, studySurvey(), rows)
	ahp := []float64{.30, .15, .25, .20, .10}
	j := &surveys.Judgements{RandomIndex: 2005, Experts: []surveys.Expert{judged("board", 1, matrixOf(ahp))},
		Points: []surveys.DimensionPoints{{Dimension: "attitude", Points: 30}, {Dimension: "efficiency", Points: 30}, {Dimension: "content", Points: 0}, {Dimension: "safety", Points: 20}, {Dimension: "brand", Points: 20}}}
	plain := importance(t, data, reports.ImportanceQuery{})
	p := func(x float64) *float64 { return &x }
	c := compareWith(t, "combination")
	for _, tt := range []struct {
		form  string
		theta *float64
		of    func(a, b float64) float64
	}{
		{"", nil, func(a, b float64) float64 { return .5*a + .5*b }},
		{"linear", p(.7), func(a, b float64) float64 { return .7*a + .3*b }},
		{"linear", p(0), func(a, b float64) float64 { return b }},
		{"product", nil, func(a, b float64) float64 { return a * b }},
		{"geometric", p(.7), func(a, b float64) float64 { return math.Pow(a, .7) * math.Pow(b, .3) }},
	} {
		r := importance(t, data, reports.ImportanceQuery{Judgements: j, Combination: tt.form, Theta: tt.theta})
		if r.Basis != "combined" || (r.Combination.Theta == nil) != (tt.form == "product") || r.Status != reports.StatusOK {
			t.Fatalf("%s: %s, %+v, %s", tt.form, r.Basis, r.Combination, r.Status)
		}
		want, sum, rounded := make([]float64, 5), 0., 0.
		for k, d := range plain.Dimensions {
			want[k] = tt.of(float64(d.Share), ahp[k])
			sum += want[k]
		}
		for k, w := range method(t, r, "combined").Weights {
			c.near(tt.form+" "+w.Key, w.Weight, want[k]/sum)
			d := r.Dimensions[k]
			if inside := want[k]/sum > .05 && want[k]/sum < .4; inside && d.Bound != "" || !(d.Bounded >= .05 && d.Bounded <= .4) {
				t.Errorf("%s %s: bounded %v, %q", tt.form, d.Key, d.Bounded, d.Bound)
			}
			c.near("drift", d.Drift, float64(d.Suggested-d.WeightInForce))
			rounded += float64(d.Suggested)
		}
		c.near("sum", reports.Number(rounded), 1)
		if tt.theta != nil && *tt.theta == 0 && !(r.Dimensions[0].BoundedSE < 1e-12) {
			t.Errorf("weights without a derived part have the error %v", r.Dimensions[0].BoundedSE)
		}
	}
	// Half of a share of some error has half the error.
	r := importance(t, data, reports.ImportanceQuery{Judgements: j, Floor: p(0), Ceiling: p(1)})
	for k, d := range r.Dimensions {
		c.near("half error "+d.Key, 2*d.BoundedSE, float64(plain.Dimensions[k].ShareSE))
	}
	for k, w := range method(t, r, "direct").Weights {
		c.near("points "+w.Key, w.Weight+1, 1+[]float64{.3, .3, 0, .2, .2}[k])
	}
	for _, x := range plain.Dimensions {
		if x.Key == "content" && x.Bound != "floor" || x.Key != "content" && x.Bound != "" {
			t.Errorf("%s is held at %q", x.Key, x.Bound)
		}
	}
}

// Judgements that contradict themselves are rejected, by name and with the judgement to look at.
func TestInconsistentJudgementsAreRejected(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 300))
	good := judged("Anna", 1, matrixOf([]float64{.3, .15, .25, .2, .1}))
	bad := judged("Ben", 1, matrixOf([]float64{.3, .15, .25, .2, .1}))
	for i := range bad.Comparisons {
		if bad.Comparisons[i].Key() == "attitude/brand" {
			bad.Comparisons[i].Times = 1. / 9
		}
	}
	r := importance(t, data, reports.ImportanceQuery{Judgements: &surveys.Judgements{RandomIndex: 2005, Experts: []surveys.Expert{good, bad}}})
	words := strings.Join(r.Warnings, "\n")
	if r.Judgements.Status != "inconsistent" || r.Judgements.Group != nil || r.Status != reports.StatusNotComputable || r.Dimensions[0].Suggested.Valid() ||
		!strings.Contains(words, "Ben (consistency ratio") || strings.Contains(words, "Anna") || !strings.Contains(words, "attitude/brand") {
		t.Errorf("%s, %s: %s", r.Judgements.Status, r.Status, words)
	}
	if x := r.Judgements.Experts; !x[0].Consistent || x[1].Consistent || !(x[1].ConsistencyRatio >= .1) || x[1].Worst.Of != "attitude" || x[1].Worst.Over != "brand" {
		t.Errorf("%+v", x)
	}
	if m := method(t, r, "ahp"); m.Weights[0].Weight.Valid() || !strings.Contains(m.Reason, "Ben") || !r.Dimensions[0].Share.Valid() {
		t.Errorf("%+v", m)
	}
	r = importance(t, data, reports.ImportanceQuery{Judgements: &surveys.Judgements{RandomIndex: 2005, Experts: []surveys.Expert{good}}})
	if r.Judgements.Status != "ok" || r.Status != reports.StatusOK || !r.Dimensions[0].Suggested.Valid() {
		t.Errorf("%s, %s: %q", r.Judgements.Status, r.Status, r.Warnings)
	}
}

func TestJudgementQueriesAreChecked(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	p := func(x float64) *float64 { return &x }
	whole := &surveys.Judgements{RandomIndex: 2005, Experts: []surveys.Expert{judged("board", 1, matrixOf([]float64{.2, .2, .2, .2, .2}))}}
	half := &surveys.Judgements{RandomIndex: 2005, Experts: []surveys.Expert{{Name: "A", Voice: 1}}}
	for name, tt := range map[string]struct {
		q    reports.ImportanceQuery
		want string
	}{
		"form":            {reports.ImportanceQuery{Judgements: whole, Combination: "sum"}, "combine unknown"},
		"theta":           {reports.ImportanceQuery{Judgements: whole, Theta: p(1.5)}, "theta range"},
		"theta, product":  {reports.ImportanceQuery{Judgements: whole, Theta: p(.5), Combination: "product"}, "theta conflict"},
		"nothing to form": {reports.ImportanceQuery{Combination: "linear"}, "combine conflict"},
		"nothing to part": {reports.ImportanceQuery{Theta: p(.5)}, "theta conflict"},
		"not a number":    {reports.ImportanceQuery{Judgements: whole, Theta: p(math.NaN())}, "theta range"},
		"not compared":    {reports.ImportanceQuery{Judgements: half}, "experts[0].judgements required"},
		"over":            {reports.ImportanceQuery{Over: []string{"planet"}}, "over unknown"},
		"depends":         {reports.ImportanceQuery{Depends: []reports.Dependence{{"price", []string{"brand"}}}}, "depends[0] unknown"},
		"depends on":      {reports.ImportanceQuery{Depends: []reports.Dependence{{"brand", []string{"price"}}}}, "depends[0] unknown"},
		"depends twice":   {reports.ImportanceQuery{Depends: []reports.Dependence{{"brand", []string{"safety", "safety"}}}}, "depends[0] duplicate"},
		"itself":          {reports.ImportanceQuery{Depends: []reports.Dependence{{"brand", []string{"brand"}}}}, "depends circle"},
		"circle":          {reports.ImportanceQuery{Depends: []reports.Dependence{{"brand", []string{"safety"}}, {"safety", []string{"content"}}, {"content", []string{"brand"}}}}, "depends circle"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Importance(tt.q)
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field+" "+invalid.Fields[0].Rule != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// Any priorities on the scale are found again from the judgements that follow from them, whoever joins them, and whichever way a pair is written.
func TestConsistentJudgementsGiveTheirPriorities(t *testing.T) {
	data := dataset(t, studySurvey(), nil)
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.SliceOfN(rapid.Float64Range(1, 3), 5, 5).Draw(rt, "priorities")
		sum := 0.
		for _, x := range w {
			sum += x
		}
		experts := []surveys.Expert{judged("A", 1, matrixOf(w)), judged("B", 3, matrixOf(w))}
		for i, c := range experts[1].Comparisons {
			if rapid.Bool().Draw(rt, "turned") {
				experts[1].Comparisons[i] = surveys.Comparison{Of: c.Over, Over: c.Of, Times: 1 / c.Times}
			}
		}
		r, err := data.Importance(reports.ImportanceQuery{Judgements: &surveys.Judgements{RandomIndex: 1980, Experts: experts}})
		if err != nil {
			rt.Fatal(err)
		}
		for j, p := range r.Judgements.Group.Priorities {
			if math.Abs(float64(p.Weight)-w[j]/sum) > 1e-10 || r.Judgements.Group.ConsistencyRatio > 1e-10 {
				rt.Errorf("%s: %v, not %v", p.Key, p.Weight, w[j]/sum)
			}
		}
	})
}

// The weights in force are told to be frozen, and by whom, until their day.
func TestFrozenWeightsAreTold(t *testing.T) {
	s := studySurvey()
	s.Models[0].Note = surveys.Text{"en": "By influence."}
	s.Models[0].Approval = &surveys.Approval{By: "Board", On: "2026-01-31", Method: surveys.ApprovedDerived, FrozenUntil: "2027-01-31"}
	data := dataset(t, s, studyRows(t, 300))
	until := "2027-01-31"
	for day, frozen := range map[string]bool{"2026-02-01": true, "2027-01-30": true, "2027-01-31": false, "": false} {
		q := reports.ImportanceQuery{}
		if day != "" {
			q.Today = parseDay(t, day)
		}
		r := importance(t, data, q)
		if got := strings.Contains(strings.Join(r.Warnings, "\n"), "frozen until 2027-01-31"); got != frozen {
			t.Errorf("on %s: frozen %t", day, got)
		}
		if diff := cmp.Diff(&reports.Approval{By: "Board", On: "2026-01-31", Method: "derived", FrozenUntil: &until}, r.Approval); diff != "" {
			t.Error(diff)
		}
		if want := "By influence. Weights approved by Board on 2026-01-31 (derived), frozen until 2027-01-31."; r.ModelNote != want {
			t.Errorf("%q", r.ModelNote)
		}
	}
}
