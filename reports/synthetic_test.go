package reports_test

import (
	"math"
	"strconv"
	"testing"

	"paxscore/reports"
	"paxscore/scoring/stats"
	"paxscore/surveys"
)

// syntheticFigures are those that the program which drew the study found of it (numpy; ref_synthetic.json). Means are of 10.
type syntheticFigures struct {
	NValid         int                `json:"n_valid"`
	Mean           float64            `json:"q0_mean"`
	SD             float64            `json:"q0_sd"`
	CompositeMean  float64            `json:"composite_mean_of_10"`
	CompositeValid int                `json:"composite_valid"`
	ByAge          []float64          `json:"q0_by_age"`
	ByOccupation   []float64          `json:"q0_by_occupation"`
	BySpend        []float64          `json:"q0_by_spend"`
	BySex          []float64          `json:"q0_by_sex"`
	ByPurpose      []float64          `json:"q0_by_purpose"`
	Means          map[string]float64 `json:"dimension_means"`
	Valid          map[string]int     `json:"dimension_valid"`
	Correlation    [][]float64        `json:"dimension_correlation"`
	R              map[string]float64 `json:"r_with_q0"`
	Beta           map[string]float64 `json:"beta_std"`
	R2             float64            `json:"r2"`
	Share          map[string]float64 `json:"lmg_share"`
	ShareSE        map[string]float64 `json:"lmg_share_jackknife_se"`
	Weights        map[string]float64 `json:"composite_weights"`
	Alpha          map[string]float64 `json:"alpha"`
	StraightLiners int                `json:"mild_straight_liners"`
	Complete       int                `json:"complete_rows_for_drivers"`
	Effect         float64            `json:"did_attitude"`
	SimpleSE       float64            `json:"se_mean_simple"`
	FlightSE       float64            `json:"se_mean_flight_clusters"`
	Deff           float64            `json:"deff_flights"`
}

// TestSyntheticFigures finds what was measured of the study when it was drawn.
func TestSyntheticFigures(t *testing.T) {
	var want syntheticFigures
	readReference(t, "ref_synthetic.json", &want)
	var ref struct {
		Golden struct {
			CompositeMean  float64            `json:"composite_mean_of_10"`
			Alpha          map[string]float64 `json:"alpha"`
			StraightLiners int                `json:"mild_straight_liners"`
			Effect         float64            `json:"did_attitude"`
			Correlation    [][]float64        `json:"dimension_correlation"`
		} `json:"golden"`
		Overall, Top2 map[string]struct {
			Estimate float64
			SE       float64
			DF       float64
			Low      float64 `json:"ci_l"`
			High     float64 `json:"ci_u"`
		}
	}
	readReference(t, "ref_study.json", &ref)
	d := compareWith(t, "ref_synthetic.json, and of ref_study.json the rest")
	exact := func(what string, got, want int) {
		t.Helper()
		d.near(what, reports.Number(got), float64(want))
	}

	s := studySurvey()
	m := &s.Models[0]
	for i := range m.Dimensions {
		m.Dimensions[i].DimensionWeight = want.Weights[string(m.Dimensions[i].Key)]
	}
	data := dataset(t, s, studyRows(t, want.NValid))
	r := report(t, data, reports.Query{Model: "study", By: by("age", "occupation", "spend", "gender", "purpose")})
	exact("valid", r.Responses.Valid, want.NValid)
	exact("indices", *r.Overall.N, want.CompositeValid)
	d.near("index", r.Overall.Estimate/10, want.CompositeMean)
	d.near("index of ref_study", r.Overall.Estimate/10, ref.Golden.CompositeMean)
	d.near("mean", r.OverallItem.Mean, want.Mean)
	d.near("SE by flights", r.OverallItem.MeanSE, want.FlightSE)
	d.near("deff", r.OverallItem.Deff, want.Deff)
	if want.StraightLiners != ref.Golden.StraightLiners || r.Responses.FlaggedKept < want.StraightLiners { // those drawn so; others answer alike by chance
		t.Errorf("%d straight lines, %d and %d were drawn", r.Responses.FlaggedKept, want.StraightLiners, ref.Golden.StraightLiners)
	}
	segments := r.Segments
	for _, g := range []struct {
		by    string
		means []float64
	}{{"age", want.ByAge}, {"occupation", want.ByOccupation}, {"spend", want.BySpend}, {"gender", want.BySex}, {"purpose", want.ByPurpose}} {
		for i, mean := range g.means {
			if segments[0].Attributes[0] != g.by {
				t.Fatalf("%s: %+v", g.by, segments[0])
			}
			d.near(g.by+" "+strconv.Itoa(i), reports.Number(reports.Round(float64(segments[0].OverallItem.Mean), 4)), mean) // four digits are given
			segments = segments[1:]
		}
	}
	for _, x := range r.Dimensions {
		d.near(x.Key, x.Estimate.Estimate/10, want.Means[x.Key])
		exact(x.Key+" n", *x.N, want.Valid[x.Key])
	}

	// The designs of ref_study, with intervals of shares as R gives them for a mean.
	for name, change := range map[string]func(*surveys.Design){"respondents": func(x *surveys.Design) { x.Cluster = "" }, "flights": func(*surveys.Design) {},
		"flights_within_routes": func(x *surveys.Design) { x.Stratum = "route" }} {
		designed := *s
		change(&designed.Design)
		r := report(t, dataset(t, &designed, studyRows(t, want.NValid)), reports.Query{Model: "study"})
		if name == "respondents" {
			d.near("SE by respondents", r.OverallItem.MeanSE, want.SimpleSE)
			d.near("sd", r.OverallItem.MeanSE*reports.Number(math.Sqrt(float64(want.NValid))), want.SD)
		}
		exact(name+" df", r.Design.DF, int(ref.Overall[name].DF))
		top := ref.Top2[name]
		exact(name+" df of the share", r.Design.DF, int(top.DF))
		half := reports.Number(stats.StudentQuantile(.975, float64(r.Design.DF))) * r.OverallItem.TopBox.SE
		d.near(name+" share, low", r.OverallItem.TopBox.Share-half, top.Low)
		d.near(name+" share, high", r.OverallItem.TopBox.Share+half, top.High)
	}

	x := drivers(t, data, reports.DriverQuery{Query: reports.Query{Model: "study"}})
	exact("complete rows", *x.N, want.Complete)
	d.near("R²", x.R2, want.R2)
	for j, of := range x.Drivers {
		d.near(of.Key+" r", of.Correlation, want.R[of.Key])
		d.near(of.Key+" β", of.Beta, want.Beta[of.Key])
		d.near(of.Key+" share", of.Share, want.Share[of.Key])
		d.near(of.Key+" share SE", of.ShareSE, want.ShareSE[of.Key])
		// Six digits of the matrix that the kernel's tests hold to 1e-11.
		for k, rounded := range want.Correlation[j] {
			d.near(of.Key+" correlation", reports.Number(math.Round(ref.Golden.Correlation[j][k]*1e6)/1e6), rounded)
		}
	}
	for _, of := range quality(t, data, reports.QualityQuery{Query: reports.Query{Model: "study"}}).Reliability {
		if alpha, ok := want.Alpha[of.Key]; ok {
			d.near(of.Key+" α", of.Alpha, alpha)
			d.near(of.Key+" α of ref_study", of.Alpha, ref.Golden.Alpha[of.Key])
		}
	}
	effect := impact(t, data, reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01", Measures: []string{"attitude"}}).Measures[0].Effect.Difference / 10
	d.near("effect", effect, want.Effect)
	d.near("effect of ref_study", effect, ref.Golden.Effect)
}
