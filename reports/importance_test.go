package reports_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"paxscore/reports"
	"paxscore/surveys"
)

func importance(t *testing.T, d *reports.Dataset, q reports.ImportanceQuery) *reports.ImportanceReport {
	t.Helper()
	r, err := d.Importance(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The weights that the study suggests are those of its model "study", whichever model asks.
func TestImportanceOfTheStudy(t *testing.T) {
	var ref refDrivers
	readReference(t, "ref_drivers_study.json", &ref)
	want := ref.Study
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	c := compareWith(t, "ref_drivers_study.json")
	r := importance(t, data, reports.ImportanceQuery{Query: reports.Query{Model: "equal"}})
	if r.Status != reports.StatusOK || r.Method != "lmg" || r.Floor != .05 || r.Ceiling != .4 || r.Decimals != 4 || r.LeastN != 100 {
		t.Fatalf("%+v", r)
	}
	c.equal("n", *r.N, want.N)
	c.near("condition", r.Condition, want.Unweighted.Condition)
	var sum float64
	for j, d := range r.Dimensions {
		c.near(d.Key+" share", d.Share, want.Unweighted.LMG[j])
		c.near(d.Key+" share se", d.ShareSE, want.Jackknife.LMG[j])
		c.near(d.Key+" bounded", d.Bounded, want.Bounded[j])
		c.near(d.Key+" suggested", d.Suggested, want.Rounded[j])
		c.near(d.Key+" in force", d.WeightInForce, .2)
		sum += float64(d.Suggested)
	}
	c.near("sum", reports.Number(sum), 1)
	var study struct {
		Index struct {
			Index float64
			Fixed float64 `json:"se_weights_fixed"`
			Anew  float64 `json:"se_weights_reestimated"`
		} `json:"index_unrounded_weights_jackknife50"`
	}
	readReference(t, "ref_study.json", &study)
	c.near("index by the suggested weights", r.Index.Estimate, study.Index.Index)
	c.near("its error, weights fixed", r.Index.SE, study.Index.Fixed)
	c.near("its error, weights anew", r.Index.SENew, study.Index.Anew)
	// METHOD section 1: at the level of respondents content, which matters least, varies most.
	c.rounded("entropy of content", r.Dimensions[2].Entropy, 3, .277)
	c.rounded("CRITIC of content", r.Dimensions[2].Critic, 3, .242)
	// Content is held at the floor in every replicate, so its weight has no error.
	if r.Dimensions[2].BoundedSE != 0 || !(r.Dimensions[0].BoundedSE > 0) {
		t.Errorf("errors of weights: %v, %v", r.Dimensions[2].BoundedSE, r.Dimensions[0].BoundedSE)
	}
	if n := len(slices.DeleteFunc(slices.Clone(r.Warnings), func(w string) bool { return !strings.Contains(w, "differs from that in force") })); n != 3 {
		t.Errorf("three weights move by more than .05: %q", r.Warnings)
	}
	if r := importance(t, data, reports.ImportanceQuery{}); len(r.Warnings) != 0 {
		t.Errorf("the weights in force are those suggested: %q", r.Warnings)
	}

	none, one := 0., 1.
	free := importance(t, data, reports.ImportanceQuery{Floor: &none, Ceiling: &one})
	for j, d := range free.Dimensions {
		c.near(d.Key+" without limits", d.Bounded, want.Unweighted.LMG[j])
		c.near(d.Key+" without limits, se", d.BoundedSE, want.Jackknife.LMG[j])
	}
}

// The index by weights that bounds leave no choice of is that of the model with these weights, weighted or not, whatever is missing.
func TestIndexBySuggestedWeights(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 3000))
	fifth := .2
	for name, w := range map[string]*surveys.Weighting{"unweighted": nil,
		"raked": {Method: surveys.Rake, Cap: 5, Floor: .2, Margins: []surveys.Margin{{Attribute: "route", Shares: map[string]float64{"domestic": .70, "regional": .10, "international": .20}}}}} {
		q := reports.Query{Model: "equal", Weighting: w}
		got := importance(t, data, reports.ImportanceQuery{Query: q, Floor: &fifth, Ceiling: &fifth}).Index
		want, err := data.Report(q)
		if err != nil {
			t.Fatal(err)
		}
		if got.N != *want.Overall.N || math.Abs(float64(got.Estimate-want.Overall.Estimate)) > 1e-9 || got.SE != got.SENew || !(got.SE > 0) {
			t.Errorf("%s: %+v, the model's %v of %d", name, *got, want.Overall.Estimate, *want.Overall.N)
		}
	}
}

func TestImportanceIsRefused(t *testing.T) {
	rows := studyRows(t, 200)
	for n, status := range map[int]reports.Status{8: reports.StatusSuppressed, 99: reports.StatusBaseTooSmall} {
		r := importance(t, dataset(t, studySurvey(), rows[:n]), reports.ImportanceQuery{})
		if r.Status != status || (r.N == nil) != (status == reports.StatusSuppressed) || r.R2.Valid() || r.Dimensions[0].Share.Valid() || r.Dimensions[0].Suggested.Valid() ||
			r.Dimensions[0].Entropy.Valid() || len(r.Warnings) == 0 {
			t.Errorf("%d responses: %+v", n, r)
		}
	}
	// Two dimensions that differ in a few answers only: shares could be computed, but are not fit to be published.
	d := reports.NewDataset(studySurvey())
	for k, r := range studyRows(t, 1000) {
		x := *r
		x.Ratings = slices.Clone(r.Ratings)
		copy(x.Ratings[10:13], r.Ratings[13:16])
		if k%97 == 0 && x.Ratings[10] < 10 && x.Ratings[10] > 0 {
			x.Ratings[10]--
		}
		if err := d.Append(&x); err != nil {
			t.Fatal(err)
		}
	}
	r := importance(t, d, reports.ImportanceQuery{Query: reports.Query{AllRows: true}})
	if r.Status != reports.StatusNotComputable || r.Dimensions[0].Suggested.Valid() || !(r.Condition > 30) || !strings.Contains(strings.Join(r.Warnings, "\n"), "condition") {
		t.Errorf("condition %v, %s: %q", r.Condition, r.Status, r.Warnings)
	}
}

func TestImportanceQueriesAreChecked(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	p := func(x float64) *float64 { return &x }
	for name, tt := range map[string]struct {
		q    reports.ImportanceQuery
		want string
	}{
		"by":             {reports.ImportanceQuery{Query: reports.Query{By: by("cabin")}}, "by unknown"},
		"floor":          {reports.ImportanceQuery{Floor: p(-.1)}, "floor range"},
		"floor too high": {reports.ImportanceQuery{Floor: p(.3)}, "cap range"},
		"cap":            {reports.ImportanceQuery{Ceiling: p(.1)}, "cap range"},
		"not a number":   {reports.ImportanceQuery{Ceiling: p(math.NaN())}, "cap range"},
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

// METHOD section 1 on spread: what matters least varies most, among respondents and among fifteen segments of age and spend.
func TestSpreadIsNotInfluence(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	r := importance(t, data, reports.ImportanceQuery{Over: []string{"age", "spend"},
		Query: reports.Query{Where: []reports.Where{{Attribute: "spend", Values: []string{"low", "middle", "high"}}}}})
	c := compareWith(t, "METHOD section 1")
	c.equal("segments", r.Over.Segments, 15)
	c.equal("left out", r.Over.LeftOut, 0)
	c.rounded("entropy of content over segments", method(t, r, "entropy_segments").Weights[2].Weight, 2, .35)
	spread := 0
	for _, m := range r.Methods {
		sum := 0.
		for _, w := range m.Weights {
			sum += float64(w.Weight)
		}
		if m.SpreadOnly != (m.Kind == "spread") || m.Reason != "" || m.Shares != (math.Abs(sum-1) < 1e-9) || m.Shares == (m.Key == "beta" || m.Key == "pratt") {
			t.Errorf("%s: %+v adds to %v", m.Key, m, sum)
		}
		if m.SpreadOnly {
			spread++
		}
		if m.Key == "pratt" {
			c.near("Pratt adds to R²", reports.Number(sum), float64(r.R2))
		}
	}
	c.equal("methods by spread", spread, 4)
	all, influence := r.Agreement[0], r.Agreement[1]
	if len(all.Methods) != 7 || len(influence.Methods) != 3 || !(all.W < influence.W) || !(influence.W > .9) {
		t.Errorf("agreement %+v and %+v", all, influence)
	}
	// The smallest of all twenty segments have fewer than 50 responses, which are shown; of 300 rows most are not.
	whole := importance(t, data, reports.ImportanceQuery{Over: []string{"age", "spend"}})
	c.equal("segments of all", whole.Over.Segments, 20)
	few := importance(t, dataset(t, studySurvey(), studyRows(t, 300)), reports.ImportanceQuery{Over: []string{"age", "spend"}})
	if few.Over.LeftOut == 0 || few.Over.Segments+few.Over.LeftOut > 20 {
		t.Errorf("%+v", few.Over)
	}
	one := importance(t, data, reports.ImportanceQuery{Over: []string{"gender"}})
	if m := method(t, one, "critic_segments"); m.Weights[0].Weight.Valid() || m.Reason == "" {
		t.Errorf("%+v", m)
	}
}

// Entropy and CRITIC weights over eight segments whose means are those of ref_weights_mcda.json: 40 responses each, scattered about the means.
func TestSpreadOverSegmentsAgainstR(t *testing.T) {
	want, _, _, _ := readMCDA(t)
	var input struct {
		Means [][]float64 `json:"segment_scores"`
	}
	readReferenceInput(t, "ref_weights_mcda.json", &input)
	s := flatSurvey(5, "segment", len(input.Means))
	data := reports.NewDataset(s)
	for g, means := range input.Means {
		for i := range 40 {
			r := &surveys.Response{Survey: s.Key, Version: s.Version, Ratings: make([]byte, len(means)+1), Attributes: []string{fmt.Sprint("s", g)}}
			for j, mean := range means {
				units := int(math.Round(40 * mean))
				x := units / 40
				if (i*7+j*3)%40 < units%40 {
					x++
				}
				if i>>(j%3)&1 == 0 != (j >= 3 && i>>2&1 == 0) { // half of them up, half down
					r.Ratings[j] = byte(x + 8)
				} else {
					r.Ratings[j] = byte(x - 8)
				}
				r.Ratings[5] += r.Ratings[j] / 8
			}
			if err := data.Append(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := importance(t, data, reports.ImportanceQuery{Over: []string{"segment"}})
	if r.Status != reports.StatusOK || r.Over.Segments != 8 {
		t.Fatalf("%s, %+v, %q", r.Status, r.Over, r.Warnings)
	}
	c := compareWith(t, "ref_weights_mcda.json")
	for j := range 5 {
		c.near("entropy", method(t, r, "entropy_segments").Weights[j].Weight, want.Entropy["segments"].Weights[j])
		c.near("CRITIC", method(t, r, "critic_segments").Weights[j].Weight, want.Critic["segments"].Weights[j])
	}
}

// flatSurvey has as many dimensions of one item each, rated 0 to 100, an overall question and an attribute of so many values.
func flatSurvey(dimensions int, attribute string, values int) *surveys.Survey {
	en := func(s string) surveys.Text { return surveys.Text{"en": s} }
	s := &surveys.Survey{Key: "flat", Version: 1}
	q := &s.Questionnaire
	q.Title, q.Languages, q.Scales = en("Flat"), []string{"en"}, []surveys.Scale{{Key: "hundred", Low: 0, High: 100}}
	m := surveys.Model{Key: "flat", Label: en("Flat"), Missing: surveys.DefaultMissingPolicy(), Base: surveys.DefaultBasePolicy(), Confidence: .95, Margin: 2}
	section := surveys.Section{Key: "all", Title: en("All")}
	for d := range dimensions {
		key := fmt.Sprint("d", d)
		section.Items = append(section.Items, surveys.Item{Key: surveys.ItemKey(key), Kind: surveys.KindRating, Text: en(key), Scale: "hundred"})
		m.Dimensions = append(m.Dimensions, surveys.Dimension{Key: surveys.DimensionKey(key), Label: en(key), DimensionWeight: 1 / float64(dimensions),
			Items: []surveys.ItemWeight{{Item: surveys.ItemKey(key), ItemWeight: 1}}})
	}
	section.Items = append(section.Items, surveys.Item{Key: "overall", Kind: surveys.KindOverall, Text: en("Overall"), Scale: "hundred"})
	a := surveys.Attribute{Key: surveys.AttributeKey(attribute), Label: en(attribute)}
	for v := range values {
		a.Values = append(a.Values, surveys.AttributeValue{Key: fmt.Sprint("s", v), Label: en(fmt.Sprint("s", v))})
	}
	q.Sections, q.Attributes, s.Models = []surveys.Section{section}, []surveys.Attribute{a}, []surveys.Model{m}
	return s
}

// Above twenty predictors shares are Johnson's, and dominance is said not to be computed.
func TestTooManyForSubsets(t *testing.T) {
	for _, p := range []int{15, 21} {
		s := flatSurvey(p, "segment", 2)
		data := reports.NewDataset(s)
		state := uint64(p)
		for range 300 {
			r := &surveys.Response{Survey: s.Key, Version: s.Version, Ratings: make([]byte, p+1), Attributes: []string{"s0"}}
			sum := 0
			for j := range p {
				state = state*6364136223846793005 + 1442695040888963407
				r.Ratings[j] = byte(state >> 33 % 101)
				sum += int(r.Ratings[j])
			}
			r.Ratings[p] = byte(sum / p)
			if err := data.Append(r); err != nil {
				t.Fatal(err)
			}
		}
		r := drivers(t, data, reports.DriverQuery{})
		told := strings.Contains(strings.Join(r.Warnings, " "), "Dominance is not computed")
		if r.Status != reports.StatusOK || told != (p > 20) || (r.Method == "lmg") != (p <= 20) || (len(r.Drivers[0].Conditional) == p) != (p <= 20) {
			t.Errorf("%d predictors: %s, %s, %d, %q", p, r.Status, r.Method, len(r.Drivers[0].Conditional), r.Warnings)
		}
	}
}
