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

// refDrivers is ref_drivers_study.json, expected.study: all complete rows of the study, computed by R.
type refDrivers struct {
	Study struct {
		N           int
		Correlation [][]float64
		Unweighted  struct {
			ZeroOrder   []float64 `json:"zero_order_r"`
			Beta        []float64 `json:"beta_std"`
			R2          float64
			VIF         []float64
			Pratt       []float64
			Johnson     []float64   `json:"johnson_share"`
			LMG         []float64   `json:"lmg_share"`
			Conditional [][]float64 `json:"conditional_dominance"`
			Complete    [][]float64 `json:"complete_dominance"`
			Condition   float64     `json:"condition_number"`
		}
		OLS struct {
			Coefficients struct{ Estimate, SE []float64 }
			AdjustedR2   float64   `json:"adj_r2"`
			SEHC0        []float64 `json:"se_HC0"`
			SEFlight     []float64 `json:"se_cluster_CR1_flight"`
		}
		PRCA struct {
			LowCut  []float64 `json:"cut_low"`
			HighCut []float64 `json:"cut_high"`
			Penalty []float64
			Reward  []float64
			Index   []float64 `json:"impact_asymmetry"`
			Class   []string
		}
		IPA struct {
			Performance map[string]float64
			Crosshair   struct{ Performance, Importance float64 }
			Quadrant    map[string]string
		}
		WhatIf struct {
			Overall float64 `json:"delta_overall"`
			SE      float64 `json:"se_ols"`
			Index   float64 `json:"delta_index"`
			Clipped float64 `json:"clipped_shift_of_mean"`
		}
		Jackknife struct {
			LMG     []float64 `json:"lmg_share_se_centred_at_full"`
			Johnson []float64 `json:"johnson_share_se_centred_at_full"`
			Beta    []float64 `json:"beta_std_se_centred_at_full"`
		}
		Key     []bool    `json:"key_driver"`
		Bounded []float64 `json:"weights_floor_.05_cap_.40"`
		Rounded []float64 `json:"weights_rounded_4"`
	}
}

func drivers(t *testing.T, d *reports.Dataset, q reports.DriverQuery) *reports.DriverReport {
	t.Helper()
	r, err := d.Drivers(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every figure of the driver report of the study against R.
func TestDriversOfTheStudy(t *testing.T) {
	var ref refDrivers
	readReference(t, "ref_drivers_study.json", &ref)
	want := ref.Study
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	r := drivers(t, data, reports.DriverQuery{WhatIf: []reports.Shift{{"attitude", 3}, {"efficiency", 5}}})
	c := compareWith(t, "ref_drivers_study.json")
	if r.Status != reports.StatusOK || r.Method != "lmg" || r.Predictors != "dimensions" || r.Response != "overall" || len(r.Drivers) != 5 || r.LeastN != 100 {
		t.Fatalf("%+v", r)
	}
	c.equal("n", *r.N, want.N)
	c.near("R²", r.R2, want.Unweighted.R2)
	c.near("adjusted R²", r.AdjustedR2, want.OLS.AdjustedR2)
	c.near("condition", r.Condition, want.Unweighted.Condition)
	c.near("importance line", r.ShareLine, want.IPA.Crosshair.Importance)
	for j, d := range r.Drivers {
		u := want.Unweighted
		at := func(what string) string { return d.Key + " " + what }
		c.near(at("share"), d.Share, u.LMG[j])
		c.near(at("share se"), d.ShareSE, want.Jackknife.LMG[j])
		c.near(at("johnson"), d.JohnsonShare, u.Johnson[j])
		c.near(at("johnson se"), d.JohnsonSE, want.Jackknife.Johnson[j])
		c.near(at("correlation"), d.Correlation, u.ZeroOrder[j])
		c.near(at("beta"), d.Beta, u.Beta[j])
		c.near(at("beta se"), d.BetaSE, want.Jackknife.Beta[j])
		c.near(at("pratt"), d.Pratt, u.Pratt[j])
		c.near(at("vif"), d.VIF, u.VIF[j])
		// R has the overall question from 0 to 10, and flights as clusters with factor G/(G−1), which is the design's.
		c.near(at("coefficient"), d.Coefficient, 10*want.OLS.Coefficients.Estimate[j+1])
		c.near(at("coefficient se"), d.CoefficientSE, 10*want.OLS.SEFlight[j+1])
		c.near(at("performance"), d.Performance, want.IPA.Performance[d.Key])
		c.near(at("performance line"), d.PerformanceLine, want.IPA.Crosshair.Performance)
		c.near(at("low cut"), d.Asymmetry.LowCut, want.PRCA.LowCut[j])
		c.near(at("high cut"), d.Asymmetry.HighCut, want.PRCA.HighCut[j])
		c.near(at("penalty"), d.Asymmetry.Penalty, 10*want.PRCA.Penalty[j])
		c.near(at("reward"), d.Asymmetry.Reward, 10*want.PRCA.Reward[j])
		c.near(at("asymmetry"), d.Asymmetry.Index, want.PRCA.Index[j])
		if d.Leading != want.Key[j] || d.Quadrant != want.IPA.Quadrant[d.Key] || d.Asymmetry.Class != want.PRCA.Class[j] {
			t.Errorf("%s: key driver %t, %s, %s; R has %t, %s, %s", d.Key, d.Leading, d.Quadrant, d.Asymmetry.Class, want.Key[j], want.IPA.Quadrant[d.Key], want.PRCA.Class[j])
		}
		for k, v := range d.Conditional {
			c.near(at("conditional dominance"), v, u.Conditional[j][k])
		}
		for i, o := range r.Drivers {
			kind := ""
			for _, x := range d.Dominates {
				if x.Key == o.Key {
					kind = x.Kind
				}
			}
			if (kind == "complete") != (i != j && u.Complete[j][i] == 1) {
				t.Errorf("%s over %s: %q, share of subsets %v", d.Key, o.Key, kind, u.Complete[j][i])
			}
		}
	}
	w := r.WhatIf
	c.near("index change", w.IndexChange, want.WhatIf.Index)
	c.near("overall change", w.NativeChange, want.WhatIf.Overall)
	c.near("overall change, points", w.OverallChange, 10*want.WhatIf.Overall)
	c.near("its SE by model", w.ModelSE, 10*want.WhatIf.SE)
	capped := drivers(t, data, reports.DriverQuery{WhatIf: []reports.Shift{{"efficiency", 15}}}).WhatIf
	c.near("capped shift", capped.Shifts[0].CappedShift, want.WhatIf.Clipped)
	c.near("capped index", capped.CappedChange, .3011*want.WhatIf.Clipped)

	// Without clusters each row's own residual counts: HC0 with factor n/(n−1), n the rows of the whole design.
	plain := studySurvey()
	plain.Design = surveys.Design{}
	r = drivers(t, dataset(t, plain, studyRows(t, 10000)), reports.DriverQuery{})
	for j, d := range r.Drivers {
		c.near(d.Key+" coefficient se, unclustered", d.CoefficientSE, 10*want.OLS.SEHC0[j+1]*math.Sqrt(10000./9999))
	}
	// What METHOD section 9 publishes.
	for j, p := range []struct{ share, se float64 }{{.2665, .0067}, {.3081, .0074}, {.0278, .0025}, {.1990, .0059}, {.1986, .0063}} {
		c.rounded(r.Drivers[j].Key, r.Drivers[j].Share, 4, p.share)
		c.rounded(r.Drivers[j].Key+" se", r.Drivers[j].ShareSE, 4, p.se)
	}
	c.rounded("R²", r.R2, 3, .635)
}

func TestDriversAmongItems(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	r := drivers(t, data, reports.DriverQuery{Items: true})
	if r.Status != reports.StatusOK || len(r.Drivers) != 16 || r.LeastN != 160 || *r.N >= 9000 || *r.N < 1000 {
		t.Fatalf("%d items on %v responses: %s", len(r.Drivers), *r.N, r.Status)
	}
	var share, johnson, pratt, weight float64
	dominated := 0
	for _, d := range r.Drivers {
		share, johnson, weight = share+float64(d.Share), johnson+float64(d.JohnsonShare), weight+d.WeightInForce
		pratt += float64(d.Pratt)
		if !(d.Share >= 0) || !(d.ShareSE > 0) || d.Target != nil {
			t.Errorf("%s: share %v, SE %v, target %v", d.Key, d.Share, d.ShareSE, d.Target)
		}
		// What a predictor adds on average to 0, 1, … 15 others is on average its part of R², and alone its squared correlation.
		var added float64
		for _, v := range d.Conditional {
			added += float64(v) / 16
		}
		if len(d.Conditional) != 16 || math.Abs(added-float64(d.Share*r.R2)) > 1e-12 || math.Abs(float64(d.Conditional[0]-d.Correlation*d.Correlation)) > 1e-12 {
			t.Errorf("%s adds %v", d.Key, d.Conditional)
		}
		for _, over := range d.Dominates {
			dominated++
			for _, o := range r.Drivers {
				if o.Key == over.Key && (!(d.Share > o.Share) && over.Kind != "complete" || slices.ContainsFunc(o.Dominates, func(x reports.DominanceOver) bool { return x.Key == d.Key })) {
					t.Errorf("%s dominates %s (%s), shares %v and %v", d.Key, o.Key, over.Kind, d.Share, o.Share)
				}
			}
		}
	}
	if dominated != 16*15/2 {
		t.Errorf("%d pairs of 120 are dominated one way", dominated)
	}
	if math.Abs(share-1) > 1e-12 || math.Abs(johnson-1) > 1e-12 || math.Abs(pratt-float64(r.R2)) > 1e-12 || math.Abs(weight-1) > 1e-12 {
		t.Errorf("shares add to %v and %v, Pratt to %v of %v, weights to %v", share, johnson, pratt, r.R2, weight)
	}
	if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "left out") }) {
		t.Errorf("nothing is said of incomplete rows: %q", r.Warnings)
	}
}

// Under 100 complete responses there are no figures, under the base to be suppressed not even n; what follows for the index by
// definition stands.
func TestDriversNeedABase(t *testing.T) {
	rows := studyRows(t, 200)
	shift := []reports.Shift{{"brand", 10}}
	for _, tt := range []struct {
		rows   int
		status reports.Status
		hidden bool
	}{{0, reports.StatusNotComputable, false}, {8, reports.StatusSuppressed, true}, {60, reports.StatusBaseTooSmall, false}, {99, reports.StatusBaseTooSmall, false}, {160, reports.StatusOK, false}} {
		t.Run(fmt.Sprint(tt.rows), func(t *testing.T) {
			r := drivers(t, dataset(t, studySurvey(), rows[:tt.rows]), reports.DriverQuery{WhatIf: shift})
			if r.Status != tt.status || (r.N == nil) != tt.hidden {
				t.Errorf("status %s, n %v", r.Status, r.N)
			}
			shown := tt.status == reports.StatusOK
			if d := r.Drivers[0]; r.R2.Valid() != shown || d.Share.Valid() != shown || d.Performance.Valid() != shown || (d.Asymmetry != nil) != shown ||
				r.WhatIf.OverallChange.Valid() != shown || r.WhatIf.CappedChange.Valid() != shown || d.Leading && !shown || d.Quadrant != "" && !shown {
				t.Errorf("%+v", r)
			}
			if math.Abs(float64(r.WhatIf.IndexChange)-1.94) > 1e-12 {
				t.Errorf("index change %v", r.WhatIf.IndexChange)
			}
			if !shown && len(r.Warnings) == 0 {
				t.Error("no reason is given")
			}
		})
	}
	// Exactly 100 complete responses are enough for five dimensions, 160 for sixteen items; one less is not.
	var complete []*surveys.Response
	for _, r := range studyRows(t, 2000) {
		if !slices.ContainsFunc(r.Ratings, func(c byte) bool { return c > 10 && c != surveys.NotRouted }) {
			complete = append(complete, r)
		}
	}
	for n, q := range map[int]reports.DriverQuery{100: {}, 160: {Items: true}} {
		q.AllRows = true
		enough, short := drivers(t, dataset(t, studySurvey(), complete[:n]), q), drivers(t, dataset(t, studySurvey(), complete[:n-1]), q)
		if enough.Status != reports.StatusOK || !enough.R2.Valid() || *enough.N != n || enough.LeastN != n {
			t.Errorf("%d responses: %s, n %d, needed %d", n, enough.Status, *enough.N, enough.LeastN)
		}
		if short.Status != reports.StatusBaseTooSmall || short.R2.Valid() || *short.N != n-1 {
			t.Errorf("%d responses: %s", n-1, short.Status)
		}
	}
	// A filter that leaves too few out hides everything.
	r := drivers(t, dataset(t, studySurvey(), rows), reports.DriverQuery{Query: reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"first"}}}}})
	if r.Status != reports.StatusSuppressed || r.N != nil {
		t.Errorf("status %s, n %v", r.Status, r.N)
	}
}

func TestDriversWithoutOverallQuestion(t *testing.T) {
	s := studySurvey()
	section := &s.Questionnaire.Sections[0]
	section.Items = slices.DeleteFunc(section.Items, func(it surveys.Item) bool { return it.Kind == surveys.KindOverall })
	r := drivers(t, reports.NewDataset(s), reports.DriverQuery{})
	if r.Status != reports.StatusNotComputable || r.Response != "" || len(r.Warnings) == 0 {
		t.Errorf("%+v", r)
	}
}

// Two dimensions of the same answers, and one that does not vary, have no shares, and the answer says so.
func TestDriversThatCannotBeTold(t *testing.T) {
	rows := studyRows(t, 300)
	for name, change := range map[string]func(r []byte){
		"explain one another": func(r []byte) { copy(r[3:6], r[0:3]); r[6] = r[0] },
		"does not vary":       func(r []byte) { r[0], r[1], r[2] = 5, 5, 5 },
	} {
		t.Run(name, func(t *testing.T) {
			s := studySurvey()
			if name == "explain one another" {
				for m := range s.Models {
					s.Models[m].Dimensions[1].Items = s.Models[m].Dimensions[1].Items[:3]
					for i := range 3 {
						s.Models[m].Dimensions[1].Items[i].ItemWeight = 1. / 3
					}
				}
			}
			d := reports.NewDataset(s)
			for _, r := range rows {
				x := *r
				x.Ratings = slices.Clone(r.Ratings)
				change(x.Ratings)
				if err := d.Append(&x); err != nil {
					t.Fatal(err)
				}
			}
			r := drivers(t, d, reports.DriverQuery{Query: reports.Query{AllRows: true}, WhatIf: []reports.Shift{{"brand", 1}}})
			if r.Status != reports.StatusNotComputable || r.Drivers[0].Share.Valid() || !strings.Contains(strings.Join(r.Warnings, "\n"), name) {
				t.Errorf("%s: %q", r.Status, r.Warnings)
			}
		})
	}
}

func TestDriverQueriesAreChecked(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	for name, tt := range map[string]struct {
		q    reports.DriverQuery
		want string
	}{
		"by":              {reports.DriverQuery{Query: reports.Query{By: by("cabin")}}, "by unknown"},
		"dimension":       {reports.DriverQuery{WhatIf: []reports.Shift{{"price", 1}}}, "what_if[0] unknown"},
		"twice":           {reports.DriverQuery{WhatIf: []reports.Shift{{"brand", 1}, {"brand", 2}}}, "what_if[1] duplicate"},
		"too far":         {reports.DriverQuery{WhatIf: []reports.Shift{{"brand", 101}}}, "what_if[0] range"},
		"not a number":    {reports.DriverQuery{WhatIf: []reports.Shift{{"brand", math.NaN()}}}, "what_if[0] range"},
		"items and shift": {reports.DriverQuery{Items: true, WhatIf: []reports.Shift{{"brand", 1}}}, "what_if kind"},
		"model":           {reports.DriverQuery{Query: reports.Query{Model: "none"}}, "model unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Drivers(tt.q)
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field+" "+invalid.Fields[0].Rule != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestParseShift(t *testing.T) {
	for text, want := range map[string]reports.Shift{"efficiency:3": {"efficiency", 3}, "efficiency=+3": {"efficiency", 3}, " brand = -2.5 ": {"brand", -2.5}} {
		if got, err := reports.ParseShift(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "brand", "brand:", "brand=x", "brand=NaN", "brand=1e999", "brand:1:2"} {
		if got, err := reports.ParseShift(text); err == nil {
			t.Errorf("%q is taken as %v", text, got)
		}
	}
}

// Response weights, flights within routes: the sample of 600 against R's svyglm.
func TestDriversOfTheWeightedSample(t *testing.T) {
	type coefficients struct {
		Coefficients struct{ Estimate, SE []float64 }
	}
	var want struct {
		N           int
		Correlation [][]float64
		Unweighted  struct {
			LMG []float64 `json:"lmg_share"`
		}
		Weighted struct {
			R2        float64
			ZeroOrder []float64 `json:"zero_order_r"`
			Beta      []float64 `json:"beta_std"`
			VIF       []float64
			Pratt     []float64
			Johnson   []float64 `json:"johnson_share"`
			LMG       []float64 `json:"lmg_share"`
			Condition float64   `json:"condition_number"`
		}
		Alone  coefficients `json:"svyglm"`
		Design coefficients `json:"svyglm_strata_cluster"`
	}
	readReference(t, "ref_drivers_study.json", &want)
	c := compareWith(t, "ref_drivers_study.json")
	s := sampleSurvey(nil)
	alone := dataset(t, s, sampleRows(t, s, true))
	clustered := sampleSurvey(nil)
	clustered.Design = surveys.Design{Cluster: "flight", Stratum: "route"}
	designed := drivers(t, dataset(t, clustered, sampleRows(t, clustered, true)), reports.DriverQuery{})
	unweighted := drivers(t, alone, reports.DriverQuery{Query: reports.Query{Unweighted: true}})
	r := drivers(t, alone, reports.DriverQuery{})
	c.equal("n", *r.N, want.N)
	c.near("R²", r.R2, want.Weighted.R2)
	c.near("condition", r.Condition, want.Weighted.Condition)
	// R has the 598 complete rows for the design, here it is the 600.
	rows := math.Sqrt(600. / 599 / (598. / 597))
	for j, d := range r.Drivers {
		c.near(d.Key+" share", d.Share, want.Weighted.LMG[j])
		c.near(d.Key+" unweighted", unweighted.Drivers[j].Share, want.Unweighted.LMG[j])
		c.near(d.Key+" johnson", d.JohnsonShare, want.Weighted.Johnson[j])
		c.near(d.Key+" correlation", d.Correlation, want.Weighted.ZeroOrder[j])
		c.near(d.Key+" beta", d.Beta, want.Weighted.Beta[j])
		c.near(d.Key+" pratt", d.Pratt, want.Weighted.Pratt[j])
		c.near(d.Key+" vif", d.VIF, want.Weighted.VIF[j])
		c.near(d.Key+" coefficient", d.Coefficient, 10*want.Alone.Coefficients.Estimate[j+1])
		c.near(d.Key+" coefficient se", d.CoefficientSE, 10*want.Alone.Coefficients.SE[j+1]*rows)
		c.near(d.Key+" coefficient, design", designed.Drivers[j].Coefficient, 10*want.Design.Coefficients.Estimate[j+1])
		c.near(d.Key+" coefficient se, design", designed.Drivers[j].CoefficientSE, 10*want.Design.Coefficients.SE[j+1])
	}
}

// What theory says must not change the figures: the scale of response weights, and the order of rows.
func TestDriversDoNotDependOn(t *testing.T) {
	rows := studyRows(t, 600)
	base := drivers(t, dataset(t, studySurvey(), rows), reports.DriverQuery{WhatIf: []reports.Shift{{"safety", 4}}})
	for name, change := range map[string]func() []*surveys.Response{
		"the scale of weights": func() (out []*surveys.Response) {
			for _, r := range rows {
				x := *r
				x.ResponseWeight = 7
				out = append(out, &x)
			}
			return out
		},
		"the order of rows": func() []*surveys.Response {
			out := slices.Clone(rows)
			slices.SortFunc(out, func(a, b *surveys.Response) int { return strings.Compare(a.Respondent, b.Respondent) })
			return out
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := drivers(t, dataset(t, studySurvey(), change()), reports.DriverQuery{WhatIf: []reports.Shift{{"safety", 4}}})
			near := func(what string, got, want reports.Number) {
				t.Helper()
				if !(math.Abs(float64(got-want)) <= 1e-9*math.Abs(float64(want))) {
					t.Errorf("%s: %v, not %v", what, got, want)
				}
			}
			for j, d := range r.Drivers {
				b := base.Drivers[j]
				near(d.Key+" share", d.Share, b.Share)
				near(d.Key+" se", d.ShareSE, b.ShareSE)
				near(d.Key+" coefficient se", d.CoefficientSE, b.CoefficientSE)
				near(d.Key+" performance", d.Performance, b.Performance)
			}
			near("what if", r.WhatIf.OverallChange, base.WhatIf.OverallChange)
			near("what if, se", r.WhatIf.OverallSE, base.WhatIf.OverallSE)
		})
	}
}

// A dimension with a target is judged against it, not against the mean of all.
func TestDriversKeepTargets(t *testing.T) {
	s := studySurvey()
	target := 70.
	s.Models[0].Dimensions[1].Target = &target // efficiency: 71.7, below the mean of all
	r := drivers(t, dataset(t, s, studyRows(t, 2000)), reports.DriverQuery{})
	if d := r.Drivers[1]; d.PerformanceLine != 70 || d.Target == nil || *d.Target != 70 || d.Quadrant != "keep_up" || r.Drivers[0].PerformanceLine == 70 {
		t.Errorf("%+v", d)
	}
}

func FuzzParseShift(f *testing.F) {
	for _, text := range []string{"efficiency:3", "brand=-2.5", "=", ":", "a=b", "a=1e400", "a=0x1p4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := reports.ParseShift(text); err == nil && (math.IsNaN(s.Points) || math.IsInf(s.Points, 0)) {
			t.Errorf("%q: %v", text, s)
		}
	})
}
