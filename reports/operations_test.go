package reports_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"paxscore/reports"
	"paxscore/surveys"
)

// operational are the indicators of ref_scoring.json, with other airlines' punctuality from its minmax_input.
func operational() *surveys.Operations {
	curve := func(pairs ...float64) (out []surveys.CurveAnchor) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, surveys.CurveAnchor{Value: pairs[i], Score: pairs[i+1]})
		}
		return out
	}
	value := func(v float64) *float64 { return &v }
	return &surveys.Operations{Title: "Operations", Share: .3, Indicators: []surveys.OperationalIndicator{
		{Key: "on_time_rate", Label: "On time", Unit: "%", IndicatorWeight: .4, Curve: curve(60, 0, 70, 30, 80, 60, 90, 90, 95, 100), Value: value(83.25)},
		{Key: "call_answer_seconds", Label: "Calls", IndicatorWeight: .2, Curve: curve(20, 100, 60, 60, 100, 20, 180, 0), Value: value(60)},
		{Key: "abandonment_pct", Label: "Given up", IndicatorWeight: .1, Curve: curve(2, 100, 5, 60, 10, 20, 15, 0), Value: value(6.4)},
		{Key: "baggage_minutes", Label: "Bags", IndicatorWeight: .3, Curve: curve(10, 100, 20, 80, 30, 50, 45, 0), Value: value(27.5)},
	}}
}

func operations(t *testing.T, d *reports.Dataset, q reports.OperationsQuery) *reports.Operations {
	t.Helper()
	r, err := d.Operations(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Scores and composite are R's (ref_scoring.json); the index, its error and base are those of the score, to the bit, and the blend leaves
// them as they are.
func TestOperations(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 4000))
	o := operational()
	o.Groups = []surveys.MeasuredGroup{
		{Label: "Business", Where: []surveys.MeasuredWhere{{Attribute: "cabin", Values: []string{"business"}}}, Values: map[string]float64{"on_time_rate": 90, "baggage_minutes": 20}},
		{Label: "Spring", From: day(3, 1), To: day(6, 1), Values: map[string]float64{"on_time_rate": 70}},
	}
	r := operations(t, data, reports.OperationsQuery{Query: reports.Query{Model: "study"}, Operations: o})
	var ref struct {
		Operational struct {
			Scores    map[string]float64
			Composite float64
		}
	}
	readReference(t, "ref_scoring.json", &ref)
	c := compareWith(t, "ref_scoring.json")
	whole := r.Groups[0]
	for _, i := range whole.Indicators {
		c.near(i.Key, i.Score, ref.Operational.Scores[i.Key])
	}
	c.near("composite", whole.Operational, ref.Operational.Composite)
	for i, q := range []reports.Query{{Model: "study"}, {Model: "study", Where: []reports.Where{{Attribute: "cabin", Values: []string{"business"}}}}, {Model: "study", From: day(3, 1), To: day(6, 1)}} {
		g, want := r.Groups[i], report(t, data, q).Overall
		if g.Index.Estimate != want.Estimate || g.Index.SE != want.SE || g.Index.Low != want.Low || *g.Index.N != *want.N || g.Index.Native != want.Native {
			t.Errorf("%s: index %+v, the score has %+v", g.Label, g.Index, want)
		}
		var points, weights reports.Number
		for _, x := range g.Indicators {
			if g.Operational.Valid() {
				points, weights = points+x.Contribution, weights+x.EffectiveWeight
			}
		}
		if !g.Operational.Valid() {
			continue
		}
		addsUp(t, g.Label+" points", g.Operational, points)
		addsUp(t, g.Label+" weights", 1, weights)
		addsUp(t, g.Label+" blend", g.Blend.Estimate, .7*g.Index.Estimate, .3*g.Operational)
		addsUp(t, g.Label+" error", g.Blend.SE, .7*g.Index.SE)
		addsUp(t, g.Label+" low", g.Blend.Low, .7*g.Index.Low, .3*g.Operational)
		addsUp(t, g.Label+" difference", g.Blend.Difference, g.Blend.Estimate, -g.Index.Estimate)
	}
	business, spring := r.Groups[1], r.Groups[2]
	if whole.Status != "ok" || business.Status != "partial" || math.Abs(float64(business.Covered)-.7) > 1e-12 || math.Abs(float64(business.Operational)-(.4*90+.3*80)/.7) > 1e-12 {
		t.Errorf("%s, %+v", whole.Status, business)
	}
	// Of .4 of the weight there is no operational index, as of .4 of the dimensions there is none of a passenger.
	if spring.Status != "insufficient" || spring.Operational.Valid() || spring.Blend.Estimate.Valid() || !spring.Indicators[0].Score.Valid() || spring.Indicators[0].Contribution.Valid() {
		t.Errorf("%+v", spring)
	}
	if r.Ranking != nil || r.Indicators[0].Better != "higher" || r.Indicators[1].Better != "lower" {
		t.Errorf("%+v", r.Indicators)
	}
}

// What a score hides is hidden here, and the blend with it: with the operational index it would give the index away.
func TestOperationsHideSmallBases(t *testing.T) {
	r := operations(t, dataset(t, studySurvey(), studyRows(t, 400)[:8]), reports.OperationsQuery{Operations: operational()})
	if g := r.Groups[0]; g.Index.Status != reports.StatusSuppressed || g.Index.N != nil || g.Blend.Estimate.Valid() || g.Blend.Difference.Valid() || !g.Operational.Valid() {
		t.Errorf("%+v", g)
	}
	o := operational()
	o.Groups = []surveys.MeasuredGroup{{Label: "first", Where: []surveys.MeasuredWhere{{Attribute: "cabin", Values: []string{"first"}}}, Values: map[string]float64{"on_time_rate": 80, "baggage_minutes": 20}}}
	r = operations(t, dataset(t, studySurvey(), studyRows(t, 600)), reports.OperationsQuery{Operations: o})
	if g := r.Groups[1]; g.Index.Status != reports.StatusSuppressed || g.Blend.Low.Valid() {
		t.Errorf("%+v", g)
	}
	for i := range o.Indicators {
		o.Indicators[i].Value = nil
	}
	r = operations(t, dataset(t, studySurvey(), studyRows(t, 600)), reports.OperationsQuery{Operations: o})
	if g := r.Groups[0]; g.Status != "not_measured" || !g.Index.Estimate.Valid() || g.Operational.Valid() || g.Covered != 0 {
		t.Errorf("%+v", g)
	}
	if b, err := json.Marshal(r); err != nil || strings.Contains(string(b), "NaN") {
		t.Errorf("%v %s", err, b)
	}
}

// Five airlines by punctuality: min-max and 50+10z of ref_scoring.json; one that lacks a value has no rank.
func TestOperationsRankPeers(t *testing.T) {
	var ref struct {
		Operational struct {
			MinMax []float64 `json:"minmax"`
			T      []float64 `json:"t_score"`
		}
	}
	readReference(t, "ref_scoring.json", &ref)
	o := operational()
	for i := range o.Indicators {
		if o.Indicators[i].Key == "on_time_rate" {
			v := 83.2
			o.Indicators[i].Value = &v
		}
	}
	for i, v := range []float64{79.5, 88.1, 91, 76.4} {
		o.Peers = append(o.Peers, surveys.Peer{Label: string(rune('A' + i)), Values: map[string]float64{"on_time_rate": v}})
	}
	data := dataset(t, studySurvey(), studyRows(t, 200))
	r := operations(t, data, reports.OperationsQuery{Operations: o})
	c := compareWith(t, "ref_scoring.json")
	ranks := []int{3, 4, 2, 1, 5}
	for i, p := range r.Ranking.Peers {
		c.near("min-max", p.Indicators[0].MinMax, ref.Operational.MinMax[i])
		c.near("50 + 10 z", p.T, ref.Operational.T[i])
		if p.Rank == nil || *p.Rank != ranks[i] || p.Own != (i == 0) || len(p.Indicators) != 1 {
			t.Errorf("%s: %+v", p.Label, p)
		}
	}
	// Fewer seconds are better; B has none.
	for i, v := range []float64{80, 0, 40, 30} {
		if i != 1 {
			o.Peers[i].Values["call_answer_seconds"] = v
		}
	}
	r = operations(t, data, reports.OperationsQuery{Operations: o})
	b, d := r.Ranking.Peers[2], r.Ranking.Peers[4]
	if b.Rank != nil || b.T.Valid() || d.Indicators[1].MinMax != 100 || r.Ranking.Peers[1].Indicators[1].MinMax != 0 || *r.Ranking.Peers[3].Rank != 1 {
		t.Errorf("%+v\n%+v", b, d)
	}
	addsUp(t, "weights .4 and .2", d.MinMax*.6, .4*d.Indicators[0].MinMax, .2*100)
}

func TestOperationsQueriesAreChecked(t *testing.T) {
	data := dataset(t, studySurvey(), nil)
	period := operational()
	period.Groups = []surveys.MeasuredGroup{{Label: "p", From: day(1, 1), Values: map[string]float64{"on_time_rate": 1}}}
	wrong := operational()
	wrong.Share = .31
	for name, tt := range map[string]struct {
		q    reports.OperationsQuery
		want string
	}{
		"segments":    {reports.OperationsQuery{Query: reports.Query{By: by("cabin")}, Operations: operational()}, "by unknown"},
		"nothing":     {reports.OperationsQuery{}, "operations required"},
		"two periods": {reports.OperationsQuery{Query: reports.Query{To: day(7, 1)}, Operations: period}, "from conflict"},
		"model":       {reports.OperationsQuery{Query: reports.Query{Model: "x"}, Operations: operational()}, "model unknown"},
		"λ":           {reports.OperationsQuery{Operations: wrong}, "operational_share range"},
	} {
		_, err := data.Operations(tt.q)
		var invalid *surveys.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field+" "+invalid.Fields[0].Rule != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

// soundOperations checks the answer to any value: within 0 to 100, and a blend only where both its parts are shown.
func soundOperations(t *testing.T, d *reports.Dataset, q reports.Query, value float64) {
	t.Helper()
	o := operational()
	o.Groups = []surveys.MeasuredGroup{{Label: "first", Where: []surveys.MeasuredWhere{{Attribute: "cabin", Values: []string{"first"}}}, Values: map[string]float64{"on_time_rate": value, "baggage_minutes": 20}}}
	o.Peers = []surveys.Peer{{Label: "A", Values: map[string]float64{"on_time_rate": value}}, {Label: "B", Values: map[string]float64{"on_time_rate": 3}}}
	q.By = nil
	r, err := d.Operations(reports.OperationsQuery{Query: q, Operations: o})
	var invalid *surveys.InvalidError
	if errors.As(err, &invalid) && (invalid.Input == "weighting" || math.IsNaN(value-value)) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	for _, g := range r.Groups {
		shown := g.Index.Estimate.Valid() && g.Operational.Valid()
		if g.Operational.Valid() != (g.Status == "ok" || g.Status == "partial") || g.Blend.Estimate.Valid() != shown || g.Blend.Difference.Valid() != shown || g.Operational < 0 || g.Operational > 100 {
			t.Errorf("%+v", g)
		}
	}
}
