package reports_test

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"paxscore/reports"
	"paxscore/surveys"
)

// sampleRows are the 600 responses of sample.csv, with the response weight pw if weighted.
func sampleRows(t *testing.T, s *surveys.Survey, weighted bool) (out []*surveys.Response) {
	t.Helper()
	f, err := os.Open(referenceFolder + "sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	q := &s.Questionnaire
	for _, line := range lines[1:] {
		of := map[string]string{}
		for i, name := range lines[0] {
			of[name] = line[i]
		}
		r := &surveys.Response{}
		for _, it := range q.Rated() {
			switch v, ok := of[string(it.Key)]; {
			case !ok:
				r.Ratings = append(r.Ratings, surveys.NotRouted)
			case v == "NA":
				r.Ratings = append(r.Ratings, surveys.NotApplicable)
			case v == "":
				r.Ratings = append(r.Ratings, surveys.Skipped)
			default:
				n, err := strconv.Atoi(v)
				if err != nil {
					t.Fatal(err)
				}
				r.Ratings = append(r.Ratings, byte(n))
			}
		}
		for _, a := range q.Attributes {
			r.Attributes = append(r.Attributes, of[string(a.Key)])
		}
		if weighted {
			if r.ResponseWeight, err = strconv.ParseFloat(of["pw"], 64); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, r)
	}
	return out
}

// sampleMargins are the margins of ref_weighting.json: business and first merged, since two respondents flew first.
func sampleMargins() []surveys.Margin {
	return []surveys.Margin{
		{Attribute: "age", Shares: map[string]float64{"under_25": 1600, "25_34": 3100, "35_44": 2500, "45_59": 1900, "60_plus": 900}},
		{Attribute: "cabin", Shares: map[string]float64{"economy": 9000, "premium_economy": 450, "upper": 550}, Merge: map[string][]string{"upper": {"business", "first"}}},
		{Attribute: "route", Shares: map[string]float64{"domestic": 8000, "regional": 700, "international": 1300}},
	}
}

// sampleSurvey has no clusters, as ref_weighting.json.
func sampleSurvey(w *surveys.Weighting) *surveys.Survey {
	s := studySurvey()
	s.Design, s.Screening = surveys.Design{}, surveys.Screening{}
	s.Models[0].Weighting = w
	return s
}

type refWeighting map[string]map[string]any

func (r refWeighting) number(t *testing.T, path ...string) float64 {
	t.Helper()
	var at any = map[string]any(r[path[0]])
	for _, p := range path[1:] {
		m, ok := at.(map[string]any)
		if !ok {
			t.Fatalf("ref_weighting.json: no %v", path)
		}
		at = m[p]
	}
	x, ok := at.(float64)
	if !ok {
		t.Fatalf("ref_weighting.json: no number %v", path)
	}
	return x
}

// TestWeightedReportAgainstR checks estimates, standard errors with weights fixed, and the weight report.
func TestWeightedReportAgainstR(t *testing.T) {
	var ref refWeighting
	readReference(t, "ref_weighting.json", &ref)
	d := compareWith(t, "ref_weighting.json")
	ask := func(w *surveys.Weighting, weighted bool) *reports.Report {
		s := sampleSurvey(w)
		return report(t, dataset(t, s, sampleRows(t, s, weighted)), reports.Query{})
	}
	kish := func(r *reports.Report, path ...string) {
		d.near(strings.Join(path, " ")+" effective n", r.Weighting.NEffective, ref.number(t, append(path, "kish", "n_eff")...))
		d.near(strings.Join(path, " ")+" design effect", r.Weighting.Deff, ref.number(t, append(path, "kish", "deff_w")...))
	}
	for _, base := range []string{"srs", "strat"} {
		bounds := map[string][2]float64{"srs": {.2, 1.75}, "strat": {.72, 1.12}}[base]
		for block, w := range map[string]*surveys.Weighting{
			"post_stratified":           {Method: surveys.PostStratify, Margins: sampleMargins()[:1]},
			"raked":                     {Method: surveys.Rake, Margins: sampleMargins(), Cap: 5, Floor: 0.1},
			"bounded_logit_calibration": {Method: surveys.Calibrate, Margins: sampleMargins(), Low: bounds[0], High: bounds[1]},
		} {
			r := ask(w, base == "strat")
			key := "estimates_weights_fixed"
			if block == "bounded_logit_calibration" {
				key = "estimates"
			}
			d.near(base+" "+block+" index", r.Overall.Estimate, ref.number(t, base, block, key, "index"))
			d.near(base+" "+block+" efficiency", r.Dimensions[1].Estimate.Estimate, ref.number(t, base, block, key, "efficiency"))
			if key == "estimates_weights_fixed" { // R gives calibration with residual errors only
				d.near(base+" "+block+" index SE", r.Overall.SE, ref.number(t, base, block, key, "index_se"))
				d.near(base+" "+block+" efficiency SE", r.Dimensions[1].SE, ref.number(t, base, block, key, "efficiency_se"))
			}
			if r.Weighting.Errors != "fixed" {
				t.Errorf("%s %s: errors %s", base, block, r.Weighting.Errors)
			}
			known := *w
			known.Errors = surveys.ResidualErrors
			residual := ask(&known, base == "strat")
			key = map[string]string{"post_stratified": "estimates", "raked": "estimates_greg_residuals", "bounded_logit_calibration": "estimates"}[block]
			d.near(base+" "+block+" index by residuals", residual.Overall.Estimate, ref.number(t, base, block, key, "index"))
			d.near(base+" "+block+" index SE by residuals", residual.Overall.SE, ref.number(t, base, block, key, "index_se"))
			d.near(base+" "+block+" efficiency SE by residuals", residual.Dimensions[1].SE, ref.number(t, base, block, key, "efficiency_se"))
			if residual.Weighting.Errors != "residuals" || residual.Overall.DF != r.Overall.DF || residual.Design != r.Design {
				t.Errorf("%s %s: errors %s, %v degrees of freedom, design %+v", base, block, residual.Weighting.Errors, residual.Overall.DF, residual.Design)
			}
			kish(r, base, block)
			if !(r.Weighting.MarginError < 1e-9) || r.Weighting.Rounds != 0 {
				t.Errorf("%s %s: margins met to %v after %d rounds", base, block, r.Weighting.MarginError, r.Weighting.Rounds)
			}
			fits(t, r, w)
		}
	}
	for block, highest := range map[string]float64{"rake_cap_strat": 2.2, "rake_cap_infeasible_strat": 1.5} {
		r := ask(&surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins(), Cap: highest, Floor: .2}, true)
		kish(r, block)
		d.near(block+" max over mean", r.Weighting.Max, ref.number(t, block, "max_over_mean"))
		d.near(block+" min over mean", r.Weighting.Min, ref.number(t, block, "min_over_mean"))
		d.equal(block+" rounds", r.Weighting.Rounds, int(ref.number(t, block, "rounds")))
		feasible := highest > 2
		told := strings.Contains(strings.Join(r.Warnings, " "), "cannot be held between")
		if r.Weighting.Limits == nil || r.Weighting.Limits.Met != feasible || told == feasible || !(r.Weighting.MarginError < 1e-9) {
			t.Errorf("%s: limits %+v, margin error %v, warnings %q", block, r.Weighting.Limits, r.Weighting.MarginError, r.Warnings)
		}
	}
}

// fits checks the margins of a report against what they were to be.
func fits(t *testing.T, r *reports.Report, w *surveys.Weighting) {
	t.Helper()
	if len(r.Weighting.Margins) != len(w.Margins) {
		t.Fatalf("%d margins, want %d", len(r.Weighting.Margins), len(w.Margins))
	}
	for i, m := range r.Weighting.Margins {
		for _, l := range m.Levels {
			if want := w.Margins[i].Shares[l.Level] / 10000; math.Abs(float64(l.Target)-want) > 1e-12 || math.Abs(float64(l.Achieved)-want) > 1e-9 || !l.Unweighted.Valid() {
				t.Errorf("%s %s: target %v, achieved %v, unweighted %v, want %v", m.Attribute, l.Level, l.Target, l.Achieved, l.Unweighted, want)
			}
			if merged := strings.Join(l.Merged, "+"); (l.Level == "upper") != (merged == "business+first") {
				t.Errorf("%s is of %q", l.Level, merged)
			}
		}
	}
}

// What cannot be weighted is refused with the level, the attribute and what to do; unweighted figures are there all the same.
func TestWeightingThatCannotBe(t *testing.T) {
	plain := func(w *surveys.Weighting) *surveys.Weighting {
		w.Margins = append([]surveys.Margin{}, w.Margins...)
		return w
	}
	cases := []struct {
		name   string
		w      *surveys.Weighting
		change func(r *surveys.Response, attribute func(string) *string)
		field  string
		rule   string
		words  []string
	}{
		{"empty level", plain(&surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins(), Cap: 5, Floor: .2}),
			func(r *surveys.Response, a func(string) *string) {
				if *a("cabin") != "economy" {
					*a("cabin") = "premium_economy"
				}
			}, "model.weighting.margins[1].shares.upper", "empty", []string{"cabin upper", "5.50 %", "merge", "unweighted"}},
		{"bounds", plain(&surveys.Weighting{Method: surveys.Calibrate, Margins: sampleMargins(), Low: .9, High: 1.1}), nil,
			"model.weighting.bounds", "infeasible", []string{"between 0.9 and 1.1", "Widen"}},
		{"contradiction", plain(&surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins()[1:], Cap: 5, Floor: .2}),
			func(r *surveys.Response, a func(string) *string) {
				if *a("cabin") == "economy" {
					*a("route") = "domestic"
				} else if *a("route") == "domestic" {
					*a("route") = "international"
				}
			}, "model.weighting.margins", "contradictory", []string{"Merge levels", "unweighted"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := sampleSurvey(c.w)
			rows := sampleRows(t, s, false)
			for _, r := range rows {
				if c.change != nil {
					c.change(r, func(key string) *string { return &r.Attributes[s.Questionnaire.AttributeAt(surveys.AttributeKey(key))] })
				}
			}
			d := dataset(t, s, rows)
			_, err := d.Report(reports.Query{})
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field != c.field || invalid.Fields[0].Rule != c.rule {
				t.Fatalf("error %v, want one of %s %s", err, c.field, c.rule)
			}
			for _, w := range c.words {
				if !strings.Contains(invalid.Fields[0].Message, w) {
					t.Errorf("%q does not say %q", invalid.Fields[0].Message, w)
				}
			}
			if r := report(t, d, reports.Query{Unweighted: true}); r.Weighting.Method != "none" || !r.Overall.Estimate.Valid() {
				t.Errorf("unweighted: %+v", r.Weighting)
			}
		})
	}
	t.Run("no response at all", func(t *testing.T) {
		s := sampleSurvey(&surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins(), Cap: 5, Floor: .2})
		if r := report(t, dataset(t, s, nil), reports.Query{}); r.Weighting.Method != "none" || len(r.Weighting.Margins) != 0 {
			t.Errorf("weighting %+v", r.Weighting)
		}
	})
}

// A question may bring its own population; figures, scaled totals, small and unknown levels are told.
func TestWeightingOfTheQuestion(t *testing.T) {
	s := sampleSurvey(nil)
	rows := sampleRows(t, s, false)
	age := s.Questionnaire.AttributeAt("age")
	for i := range 3 {
		rows[i].Attributes[age] = ""
	}
	d := dataset(t, s, rows)
	margins := sampleMargins()
	margins[1] = surveys.Margin{Attribute: "cabin", Shares: map[string]float64{"economy": .9, "premium_economy": .045, "business": .05, "first": .005}}
	r := report(t, d, reports.Query{Weighting: &surveys.Weighting{Method: surveys.Rake, Margins: margins, Cap: 1000, Floor: 0}})
	said := strings.Join(r.Warnings, " ")
	for _, w := range []string{"population of cabin adds up to 1, not to that of age; it was scaled", "weights of cabin rest on fewer than 5 responses in first", "3 responses without a known population of age"} {
		if !strings.Contains(said, w) {
			t.Errorf("warnings %q do not say %q", r.Warnings, w)
		}
	}
	if r.Weighting.Method != "raked" || math.Abs(float64(r.Weighting.Sum)-600) > 1e-6 {
		t.Errorf("weighting %s, sum %v", r.Weighting.Method, r.Weighting.Sum)
	}
	// The share of a level tells its n: two passengers in first are too few, and the next smallest level covers them.
	hidden := 0
	for _, l := range r.Weighting.Margins[1].Levels {
		if !l.Unweighted.Valid() {
			hidden++
		}
		if l.Level == "first" && l.Unweighted.Valid() {
			t.Error("the share of two passengers is shown")
		}
	}
	if hidden != 2 {
		t.Errorf("%d shares of cabin are hidden, want first and one to cover it", hidden)
	}
	// Another question with the model's weighting is not answered from the same memory.
	if r := report(t, d, reports.Query{}); r.Weighting.Method != "none" {
		t.Errorf("without a population: %s", r.Weighting.Method)
	}
	_, err := d.Report(reports.Query{Weighting: &surveys.Weighting{Method: surveys.Rake, Cap: .5, Margins: []surveys.Margin{{Attribute: "seat"}}}})
	var invalid *surveys.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) != 2 {
		t.Errorf("an invalid weighting: %v", err)
	}
	// Where nothing is shown, neither are the margins.
	few := report(t, d, reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"first"}}},
		Weighting: &surveys.Weighting{Method: surveys.Rake, Margins: sampleMargins(), Cap: 5, Floor: .2}})
	if len(few.Weighting.Margins) != 0 || few.Weighting.Sum.Valid() || few.Weighting.MarginError.Valid() {
		t.Errorf("a hidden selection tells %+v", few.Weighting)
	}
}
