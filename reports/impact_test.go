package reports_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"paxscore/reports"
	"paxscore/surveys"
)

// oddFlights are the treated of the study: crews of odd flights were trained from July on.
func oddFlights() []reports.Where {
	w := reports.Where{Attribute: "flight"}
	for f := 1; f < 500; f += 2 {
		w.Values = append(w.Values, fmt.Sprint(f))
	}
	return []reports.Where{w}
}

type refEffect struct {
	Estimate float64   `json:"estimate"`
	SE       float64   `json:"se"`
	DF       float64   `json:"df_welch_satterthwaite"`
	P        float64   `json:"p"`
	Interval []float64 `json:"ci95"`
}

type refImpact struct {
	FourCells struct {
		refEffect
		Cells map[string]struct {
			N    int     `json:"n"`
			Mean float64 `json:"mean"`
		} `json:"cells"`
	} `json:"cross_section_four_cells"`
	Regression struct {
		SE float64 `json:"se_cluster_CR1"`
	} `json:"cross_section_regression"`
	Placebo refEffect            `json:"placebo_first_half"`
	Others  map[string]refEffect `json:"other_dimensions_four_cells"`
	Treated struct {
		Estimate float64   `json:"estimate"`
		SE       float64   `json:"se"`
		DF       float64   `json:"df"`
		P        float64   `json:"p"`
		Interval []float64 `json:"ci95"`
	} `json:"before_after_treated_welch"`
	MinDetect float64 `json:"minimum_detectable_effect_80"`
}

func impact(t *testing.T, d *reports.Dataset, q reports.ImpactQuery) *reports.Impact {
	t.Helper()
	q.Model = "study"
	r, err := d.Impact(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The training of the study, by flights and as if every response were independent, against R (09_impact.R).
func TestImpactOfTheStudy(t *testing.T) {
	var ref refImpact
	readReference(t, "ref_impact.json", &ref)
	d := compareWith(t, "ref_impact.json")
	var rows []*surveys.Response // R has every dimension over the rows with a valid attitude
	for _, r := range studyRows(t, 10_000) {
		answered := 0
		for _, code := range r.Ratings[:3] {
			if code <= 10 {
				answered++
			}
		}
		if answered >= 2 {
			rows = append(rows, r)
		}
	}
	alone := respondents()
	query := reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01"}

	r := impact(t, dataset(t, studySurvey(), rows), query)
	if r.Design != reports.ImpactDifferenceInDifferences || len(r.Groups) != 4 || *r.LeftOut != 0 || len(r.Measures) != 8 {
		t.Fatalf("%+v", r)
	}
	attitude := r.Measures[1]
	for i, cell := range []string{"t0", "t1", "c0", "c1"} {
		d.near(cell, attitude.Figures[i].Estimate, ref.FourCells.Cells[cell].Mean)
		d.equal(cell+" n", *attitude.Figures[i].N, ref.FourCells.Cells[cell].N)
	}
	d.near("effect", attitude.Effect.Difference, ref.FourCells.Estimate)
	d.near("SE by flights", attitude.Effect.SE, ref.Regression.SE)
	d.near("df by flights", attitude.Effect.DF, 496) // units − 1 − 3, as svyglm
	d.near("placebo", attitude.Placebo.Difference, ref.Placebo.Estimate)
	if attitude.Key != "attitude" || attitude.Method != "design" || attitude.Effect.Verdict != "different" || attitude.Placebo.At != "2025-04" || attitude.PreTrend != nil || len(attitude.Warnings) != 1 {
		t.Errorf("%+v", attitude) // odd flights fly in even months only: no month has both groups
	}
	for _, m := range r.Measures[2:6] {
		d.near(m.Key, m.Effect.Difference, ref.Others[m.Key].Estimate)
		if m.Effect.Verdict == "different" {
			t.Errorf("%s: %+v", m.Key, m.Effect)
		}
	}

	r = impact(t, dataset(t, alone, rows), query)
	attitude = r.Measures[1]
	effect := func(what string, got reports.Effect, want refEffect) {
		d.near(what, got.Difference, want.Estimate)
		d.near(what+" SE", got.SE, want.SE)
		d.near(what+" df", got.DF, want.DF)
		d.near(what+" p", got.P, want.P)
		d.near(what+" low", got.Low, want.Interval[0])
		d.near(what+" high", got.High, want.Interval[1])
	}
	effect("four cells", attitude.Effect, ref.FourCells.refEffect)
	effect("placebo", *attitude.Placebo, ref.Placebo)
	for _, m := range r.Measures[2:6] {
		effect(m.Key, m.Effect, ref.Others[m.Key])
	}
	d.near("minimum detectable", attitude.Effect.MinDetect, ref.MinDetect)
	if attitude.Method != "welch" {
		t.Errorf("method %s", attitude.Method)
	}

	// Before and after of the treated alone.
	r = impact(t, dataset(t, alone, rows), reports.ImpactQuery{Query: reports.Query{Where: oddFlights()}, After: "2025-07-01", Measures: []string{"attitude"}})
	x := ref.Treated
	effect("before and after", r.Measures[0].Effect, refEffect{x.Estimate, x.SE, x.DF, x.P, x.Interval})
	if r.Design != reports.ImpactBeforeAfter || len(r.Groups) != 2 || r.Measures[0].PreTrend != nil || r.Measures[0].Placebo == nil {
		t.Errorf("%+v", r)
	}
	// Months as an attribute are the same time.
	months := impact(t, dataset(t, alone, rows), reports.ImpactQuery{Query: reports.Query{Where: oddFlights()}, After: "month=7,8,9,10,11,12", Measures: []string{"attitude"}})
	d.near("after by attribute", months.Measures[0].Effect.Difference, x.Estimate)
}

func TestImpactOfFew(t *testing.T) {
	rows := append(mixed(200, set("cabin", "economy", "route", "domestic")), mixed(200, set("cabin", "business", "route", "domestic"))...)
	rows = append(rows, mixed(200, set("cabin", "economy", "route", "regional"))...)
	rows = append(rows, mixed(4, set("cabin", "business", "route", "regional"))...)
	r := impact(t, dataset(t, respondents(), rows), reports.ImpactQuery{Treated: []reports.Where{{Attribute: "route", Values: []string{"regional"}}}, After: "cabin=business"})
	if r.Groups[1].N != nil || r.Groups[1].Status != reports.StatusSuppressed {
		t.Errorf("four are told of: %+v", r.Groups)
	}
	for _, m := range r.Measures {
		if m.Effect.Difference.Valid() || m.Effect.Verdict != "not_tested" || m.Figures[1].N != nil || m.Placebo != nil {
			t.Errorf("%s: %+v", m.Key, m)
		}
	}
	hidden := 0
	for i, g := range r.Groups {
		if g.Status != reports.StatusSuppressed {
			continue
		}
		hidden++
		for _, m := range r.Measures {
			if f := m.Figures[i]; f.Status != reports.StatusSuppressed || f.Estimate.Valid() || f.N != nil {
				t.Errorf("%s, %s: %+v", g.Label, m.Key, f)
			}
		}
	}
	if hidden < 2 {
		t.Errorf("the four follow from the others: %+v", r.Groups)
	}
}

func TestBadImpactQueries(t *testing.T) {
	d := dataset(t, respondents(), mixed(20))
	for name, tt := range map[string]struct {
		q           reports.ImpactQuery
		field, rule string
	}{
		"no after":          {reports.ImpactQuery{}, "after", "required"},
		"no date":           {reports.ImpactQuery{After: "July"}, "after", "syntax"},
		"no such attribute": {reports.ImpactQuery{After: "crew=new"}, "after[0].attribute", "unknown"},
		"no such treatment": {reports.ImpactQuery{After: "2025-07-01", Treated: []reports.Where{{Attribute: "cabin", Values: []string{"roof"}}}}, "treated[0].values[0]", "unknown"},
		"no such measure":   {reports.ImpactQuery{After: "2025-07-01", Measures: []string{"joy"}}, "measure[0]", "unknown"},
		"no such period":    {reports.ImpactQuery{After: "2025-07-01", Period: "year"}, "period", "unknown"},
		"by":                {reports.ImpactQuery{After: "2025-07-01", Query: reports.Query{By: by("cabin")}}, "by", "unknown"},
	} {
		_, err := d.Impact(tt.q)
		wantsField(t, name, err, tt.field, tt.rule)
	}
}

func wantsField(t *testing.T, name string, err error, field, rule string) {
	t.Helper()
	var invalid *surveys.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
		t.Fatalf("%s: %v", name, err)
	}
	if f := invalid.Fields[0]; f.Field != field || f.Rule != rule || strings.TrimSpace(f.Message) == "" {
		t.Errorf("%s: %+v, want %s %s", name, f, field, rule)
	}
}

func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }
