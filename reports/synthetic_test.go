package reports_test

import (
	"math"
	"testing"

	"paxscore/internal/reference"
	"paxscore/reports"
	"paxscore/scoring/stats"
)

// TestSyntheticFigures finds what the program that drew the study measured of it (numpy; ref_synthetic.json, tolerance 1e-9). Means are of
// 10. Draws and counts are for package study to find, correlations for the kernel.
func TestSyntheticFigures(t *testing.T) {
	ref := reference.Open(t, "ref_synthetic.json", "n_valid", "q0_mean", "q0_sd", "composite_mean_of_10", "composite_valid", "q0_by_age",
		"q0_by_occupation", "q0_by_spend", "q0_by_sex", "q0_by_purpose", "dimension_means", "dimension_valid", "r_with_q0",
		"beta_std", "r2", "lmg_share", "lmg_share_jackknife_se", "composite_weights", "alpha", "complete_rows_for_drivers", "did_attitude",
		"se_mean_simple", "se_mean_flight_clusters", "deff_flights")
	near := func(path string, got reports.Number) {
		t.Helper()
		ref.Equal(path, float64(got), 1e-9)
	}
	const n = 10_000
	s := studySurvey()
	dimensions := s.Models[0].Dimensions
	for i, x := range dimensions {
		dimensions[i].DimensionWeight = ref.Number("composite_weights." + string(x.Key))
	}
	data := dataset(t, s, studyRows(t, n))
	r := report(t, data, reports.Query{Model: "study", By: by("age", "occupation", "spend", "gender", "purpose")})
	ref.Count("n_valid", r.Responses.Valid)
	ref.Count("composite_valid", *r.Overall.N)
	near("composite_mean_of_10", r.Overall.Estimate/10)
	near("q0_mean", r.OverallItem.Mean)
	near("se_mean_flight_clusters", r.OverallItem.MeanSE)
	near("deff_flights", r.OverallItem.Deff)
	for key, part := range map[string]string{"age": "q0_by_age", "occupation": "q0_by_occupation", "spend": "q0_by_spend", "gender": "q0_by_sex", "purpose": "q0_by_purpose"} {
		var means []float64
		for _, x := range segmentsBy(r, key) {
			means = append(means, reports.Round(float64(x.OverallItem.Mean), 4)) // four digits are given
		}
		ref.Slice(part, means, 1e-12)
	}
	for _, x := range r.Dimensions {
		near("dimension_means."+x.Key, x.Estimate.Estimate/10)
		ref.Count("dimension_valid."+x.Key, *x.N)
	}
	alone := *s
	alone.Design.Cluster = ""
	simple := report(t, dataset(t, &alone, studyRows(t, n)), reports.Query{Model: "study"}).OverallItem.MeanSE
	near("se_mean_simple", simple)
	near("q0_sd", simple*reports.Number(math.Sqrt(n)))

	x := drivers(t, data, reports.DriverQuery{Query: reports.Query{Model: "study"}})
	ref.Count("complete_rows_for_drivers", *x.N)
	near("r2", x.R2)
	var shares []float64
	for _, of := range x.Drivers {
		near("r_with_q0."+of.Key, of.Correlation)
		near("beta_std."+of.Key, of.Beta)
		near("lmg_share."+of.Key, of.Share)
		near("lmg_share_jackknife_se."+of.Key, of.ShareSE)
		shares = append(shares, float64(of.Share))
	}
	bounded, err := stats.BoundShares(shares, .05, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, of := range x.Drivers {
		ref.Equal("composite_weights."+of.Key, bounded[i], 1e-9)
	}
	for _, of := range quality(t, data, reports.QualityQuery{Query: reports.Query{Model: "study"}}).Reliability {
		if ref.Has("alpha." + of.Key) {
			near("alpha."+of.Key, of.Alpha)
		}
	}
	effect := impact(t, data, reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01", Measures: []string{"attitude"}}).Measures[0].Effect
	near("did_attitude", effect.Difference/10)
}
