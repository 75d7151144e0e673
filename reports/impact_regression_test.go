package reports_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// refRegression is a regression of ref_impact.json.
type refRegression struct {
	Coefficient float64 `json:"coefficient"`
	SE          float64 `json:"se_cluster_CR1"`
	HC0         float64 `json:"se_HC0"`
	Clusters    int     `json:"n_clusters"`
	DF          int     `json:"df"`
}

// withPool adds the crew pool of a flight, flight mod 40, to the study: the panel of ref_impact.json.
func withPool(t *testing.T) (*surveys.Survey, []*surveys.Response) {
	t.Helper()
	s := studySurvey()
	s.Questionnaire.Attributes = append(s.Questionnaire.Attributes, surveys.Attribute{Key: "pool", Label: surveys.Text{"en": "Crew pool"}})
	var rows []*surveys.Response
	for _, r := range studyRows(t, 10_000) {
		answered := 0
		for _, code := range r.Ratings[:3] {
			if code <= 10 {
				answered++
			}
		}
		if answered < 2 { // R takes the rows with a valid attitude
			continue
		}
		var flight int
		if _, err := fmt.Sscan(r.Attributes[0], &flight); err != nil {
			t.Fatal(err)
		}
		x := *r
		x.Attributes = append(append([]string(nil), r.Attributes...), fmt.Sprint(flight%40))
		rows = append(rows, &x)
	}
	return s, rows
}

// Effects by regression on the study, against R (09_impact.R): with a covariate by flights and by respondents, a panel of crew pools
// without and with a covariate.
func TestImpactByRegression(t *testing.T) {
	var ref struct {
		Plain     refRegression `json:"cross_section_regression"`
		Covariate refRegression `json:"cross_section_regression_with_covariate"`
		Panel     refRegression `json:"panel_regression"`
		Adjusted  refRegression `json:"panel_regression_with_covariate"`
		Cells     struct {
			Cells map[string]struct{ N int } `json:"cells"`
		} `json:"cross_section_four_cells"`
	}
	readReference(t, "ref_impact.json", &ref)
	d := compareWith(t, "ref_impact.json: regression")
	s, rows := withPool(t)
	data := dataset(t, s, rows)
	ask := func(covariates []string, panel string) *reports.ImpactRegression {
		r := impact(t, data, reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01", Measures: []string{"attitude"}, Covariates: covariates, Panel: panel})
		if r.Measures[0].Regression == nil {
			t.Fatal("no regression")
		}
		return r.Measures[0].Regression
	}
	check := func(what string, got *reports.ImpactRegression, want refRegression, cluster string) {
		d.near(what, got.Effect.Difference, want.Coefficient)
		d.near(what+" SE", got.Effect.SE, want.SE)
		d.equal(what+" clusters", *got.Clusters, want.Clusters)
		d.near(what+" df", got.Effect.DF, float64(want.Clusters-1))
		if got.Cluster != cluster || got.Effect.Verdict != "different" || len(got.Warnings) != 0 {
			t.Errorf("%s: %+v", what, got)
		}
	}
	delayed := ask([]string{"delayed"}, "")
	check("delayed", delayed, ref.Covariate, "flight")
	for i, cell := range []string{"t0", "t1", "c0", "c1"} {
		d.equal(cell, *delayed.Rows[i], ref.Cells.Cells[cell].N)
	}
	d.equal("variables", *delayed.Variables, 1)
	check("pools", ask(nil, "pool"), ref.Panel, "pool")
	check("pools and delayed", ask([]string{"delayed"}, "pool"), ref.Adjusted, "pool")
	// A panel of flights says nothing: none flies before and after.
	if x := ask(nil, "flight"); x.Effect.Difference.Valid() || len(x.Warnings) == 0 {
		t.Errorf("flights: %+v", x)
	}
	// Treatment as its own covariate cannot be told apart.
	if x := ask([]string{"month"}, ""); x.Effect.Difference.Valid() || !strings.Contains(strings.Join(x.Warnings, " "), "cannot be told apart") {
		t.Errorf("months: %+v", x)
	}
	// Each response its own unit: HC0 with n/(n−1).
	alone := dataset(t, respondents(), studyRows(t, 10_000))
	r := impact(t, alone, reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01", Measures: []string{"attitude"}, Covariates: []string{"delayed"}}).Measures[0].Regression
	n := float64(*r.Clusters)
	d.near("by responses", r.Effect.SE*r.Effect.SE, ref.Covariate.HC0*ref.Covariate.HC0*n/(n-1))
	if r.Cluster != "" {
		t.Errorf("cluster %q", r.Cluster)
	}
}

// A panel of passengers: each counts once before and once after; those without a reference or with one side are counted as left out.
func TestImpactPanelOfPassengers(t *testing.T) {
	var rows []*surveys.Response
	add := func(who string, month time.Month, route string, rating byte) {
		rows = append(rows, response(rating, set("route", route), func(r *surveys.Response) {
			r.Respondent = who
			r.SubmittedAt = time.Date(2025, month, 3, 0, 0, 0, 0, time.UTC)
		}))
	}
	for i := range 120 {
		route, gain := "domestic", byte(2)
		if i%2 == 0 {
			route, gain = "regional", 0
		}
		who := fmt.Sprintf("p%d", i)
		add(who, 5, route, byte(3+i%5))
		add(who, 6, route, byte(3+i%5))
		add(who, 8, route, byte(3+i%5)+gain+byte(i%3/2))
	}
	for i := range 40 {
		add(fmt.Sprintf("once%d", i), 8, "domestic", 9)
		add("", 8, "regional", 1)
	}
	s := respondents()
	s.Screening = surveys.Screening{}
	x := impact(t, dataset(t, s, rows), reports.ImpactQuery{Treated: where("route", "domestic"), After: "2025-07-01", Measures: []string{"overall"}, Panel: "respondent"}).Measures[0].Regression
	if n(x.Rows[0]) != "60" || n(x.Rows[3]) != "60" || n(x.Clusters) != "120" || n(x.Unknown) != "40" || n(x.Unpaired) != "40" || !nearly(float64(x.Effect.Difference), 20) {
		t.Errorf("%+v, rows %s %s, clusters %s, unknown %s, unpaired %s", x, n(x.Rows[0]), n(x.Rows[3]), n(x.Clusters), n(x.Unknown), n(x.Unpaired))
	}
	// Of a difference of differences within passengers: their changes, 2 and 2 or 3, are all that varies.
	changes := map[bool][]float64{}
	for i := range 120 {
		changes[i%2 == 1] = append(changes[i%2 == 1], 10*float64(map[bool]int{true: 2}[i%2 == 1]+i%3/2))
	}
	variance := 0.0
	for _, c := range changes {
		mean, squares := 0.0, 0.0
		for _, v := range c {
			mean += v / 60
		}
		for _, v := range c {
			squares += (v - mean) * (v - mean)
		}
		variance += squares / 3600 * 120 / 119 // CR1 over 120 passengers
	}
	if got := float64(x.Effect.SE * x.Effect.SE); !nearly(got, variance) {
		t.Errorf("variance %v, want %v", got, variance)
	}
}

// Numbers of rows that would tell of few are not told, nor effects of few.
func TestImpactRegressionOfFew(t *testing.T) {
	rows := func(unknown, later int) (out []*surveys.Response) {
		for i, route := range []string{"domestic", "regional"} {
			for _, month := range []time.Month{5, 8} {
				at := func(r *surveys.Response) { r.SubmittedAt = time.Date(2025, month, 3, 0, 0, 0, 0, time.UTC) }
				out = append(out, mixed(60, set("route", route, "cabin", "economy", "delayed", "no"), at)...)
				out = append(out, mixed(60, set("route", route, "cabin", "business", "delayed", "yes"), at)...)
				if i == 0 && month == 5 {
					out = append(out, mixed(unknown, set("route", route), at)...)
				}
				if i == 0 && month == 8 {
					out = append(out, mixed(later, set("route", route), at)...)
				}
			}
		}
		return out
	}
	ask := func(unknown, later int) *reports.ImpactRegression {
		return impact(t, dataset(t, respondents(), rows(unknown, later)), reports.ImpactQuery{Treated: where("route", "domestic"), After: "2025-07-01",
			Measures: []string{"index"}, Covariates: []string{"cabin"}}).Measures[0].Regression
	}
	if x := ask(40, 0); n(x.Unknown) != "40" || n(x.Rows[0]) != "120" || !x.Effect.Difference.Valid() {
		t.Errorf("forty of unknown cabin: %+v", x)
	}
	if x := ask(4, 0); x.Unknown != nil || x.Rows[0] != nil || x.Clusters != nil || x.Effect.DF.Valid() || !x.Effect.Difference.Valid() || !strings.Contains(strings.Join(x.Warnings, " "), "tell of few") {
		t.Errorf("four of unknown cabin are told of: %+v", x)
	}
	if x := ask(8, 8); x.Unknown != nil || x.Rows[0] != nil { // sixteen in all, eight in each of two cells
		t.Errorf("eight of unknown cabin in a cell are told of: %+v", x)
	}
	d := dataset(t, respondents(), mixed(40))
	for name, tt := range map[string]struct {
		q           reports.ImpactQuery
		field, rule string
	}{
		"no such covariate":  {reports.ImpactQuery{After: "2025-07-01", Covariates: []string{"shoe"}}, "covariate[0]", "unknown"},
		"covariate twice":    {reports.ImpactQuery{After: "2025-07-01", Covariates: []string{"age", "age"}}, "covariate[1]", "duplicate"},
		"many covariates":    {reports.ImpactQuery{After: "2025-07-01", Covariates: make([]string, 11)}, "covariate", "length"},
		"no such panel":      {reports.ImpactQuery{After: "2025-07-01", Panel: "shoe"}, "panel", "unknown"},
		"no such initiative": {reports.ImpactQuery{Initiative: "none"}, "initiative", "unknown"},
		"both":               {reports.ImpactQuery{Initiative: "none", After: "2025-07-01"}, "initiative", "conflict"},
	} {
		_, err := d.Impact(tt.q)
		wantsField(t, name, err, tt.field, tt.rule)
	}
}
