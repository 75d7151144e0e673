package stats_test

import (
	"math"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// distributionTolerance is relative, as the file asks.
const distributionTolerance = 1e-12

// histogramOf counts rows at the values of a scale; weights of nil are 1.
func histogramOf(t *testing.T, scale, x, w []float64) stats.Histogram {
	t.Helper()
	h := stats.NewHistogram(scale)
	for i, v := range x {
		weight := 1.0
		if w != nil {
			weight = w[i]
		}
		if !h.Add(v, weight) {
			t.Fatalf("row %d of value %g and weight %g was not taken", i, v, weight)
		}
	}
	return h
}

func levels(low, high int) []float64 {
	var out []float64
	for v := low; v <= high; v++ {
		out = append(out, float64(v))
	}
	return out
}

func TestHistogramAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_distribution.json")}
	var in struct {
		Rating   []float64 `json:"attitude_rating"`
		Expected []float64 `json:"expected_shares"`
	}
	readInput(t, "ref_distribution.json", &in)
	_, rows := driverTable(t, "data/ratings_1_5.csv")
	score, w := column(rows, 0), column(rows, 1)
	_, rows = driverTable(t, "data/ratings_0_10.csv")
	ten := histogramOf(t, levels(0, 10), column(rows, 0), column(rows, 1))
	five := histogramOf(t, levels(1, 5), score, nil)
	weighted := histogramOf(t, levels(1, 5), score, w)

	checkMoments(r, "attitude_rating", histogramOf(t, in.Rating, in.Rating, nil))
	checkMoments(r, "ratings_1_5_unweighted", five)
	checkMoments(r, "ratings_0_10", ten)
	checkShape(r, "ratings_1_5_unweighted.shape", five)
	checkShape(r, "ratings_0_10.shape", ten)
	checkShape(r, "ratings_1_5_weighted", weighted)
	sums := weighted.MeanSums()
	r.Equal("ratings_1_5_weighted.se_svymean", math.Sqrt(sums.VarianceWeightsOnly(sums.N)), distributionTolerance)

	for i := range r.Length("weighted_quantiles.p") {
		p := r.Number(at("weighted_quantiles.p", i))
		r.Equal(at("weighted_quantiles.survey_math", i), weighted.WeightedQuantile(p), 0)
	}
	counts := make([]float64, len(five.N))
	for i, n := range five.N {
		counts[i] = float64(n)
	}
	chi2, df, p := stats.GoodnessOfFit(counts, in.Expected)
	r.Equal("chisq_goodness_of_fit.chisq", chi2, distributionTolerance)
	r.Equal("chisq_goodness_of_fit.df", df, 0)
	r.Equal("chisq_goodness_of_fit.p", p, distributionTolerance)
	r.Equal("population_stability_index", stats.PopulationStability(counts, in.Expected), distributionTolerance)

	// Weighted covariances of the first three ratings, weights 1, 2, 3 in turn.
	_, rows = driverTable(t, "data/attitude_weighted.csv")
	var c stats.CrossSums
	var kish stats.KishSums
	for i, row := range rows {
		weight := float64(i%3 + 1)
		c.Add(row[:3], weight)
		kish.Add(weight)
	}
	n := float64(c.N)
	r.Slice("weighted_covariance.centre", c.Means(), distributionTolerance)
	ml := scaledMatrix(c.Covariance(), (n-1)/n)
	r.Matrix("weighted_covariance.ml", ml, distributionTolerance)
	effective := kish.NEffective()
	r.Matrix("weighted_covariance.unbiased", scaledMatrix(ml, effective/(effective-1)), distributionTolerance)
}

// checkMoments checks what base R and e1071 say of unweighted values.
func checkMoments(r expected, path string, h stats.Histogram) {
	r.T.Helper()
	m, sums := h.Moments(), h.MeanSums()
	for name, got := range map[string]float64{
		"mean": m.Mean, "var": m.Variance, "sd": m.SD, "se": math.Sqrt(sums.VarianceWeightsOnly(sums.N)),
		"skew_g1": m.SkewSmall, "skew_G1": m.Skew, "skew_b1": m.SkewB,
		"kurt_g2": m.KurtosisSmall, "kurt_G2": m.Kurtosis, "kurt_b2": m.KurtosisB,
		"mad_raw": h.MedianDeviation(), "iqr": h.InterquartileRange(), "median": h.Quantile(0.5),
	} {
		r.Equal(path+"."+name, got, distributionTolerance)
	}
	r.Equal(path+".n", float64(m.N), 0)
	r.Equal(path+".median", h.AveragedQuantile(0.5), 0)
	for i, p := range []float64{.05, .1, .25, .5, .75, .9, .95} {
		r.Equal(at(path+".quantile_type7", i), h.Quantile(p), distributionTolerance)
		r.Equal(at(path+".quantile_type2", i), h.AveragedQuantile(p), 0)
		r.Equal(at(path+".quantile_type1", i), h.WeightedQuantile(p), 0)
	}
}

// checkShape checks what a scale adds to the values.
func checkShape(r expected, path string, h stats.Histogram) {
	r.T.Helper()
	m := h.Moments()
	floor, ceiling, flagged := h.FloorCeiling()
	low, high := h.Values[0], h.Values[len(h.Values)-1]
	for name, got := range map[string]float64{
		"mean": m.Mean, "var_population": m.Population, "var_survey": m.Variance,
		"top1": h.Top(1), "top2": h.Top(2), "bottom2": h.Bottom(2), "net_top2_bottom2": h.Top(2) - h.Bottom(2),
		"entropy_normalised": h.Entropy(), "consensus_tastle_wierman": h.Consensus(), "polarisation_var_over_max": h.Polarisation(),
		"floor_share": floor, "ceiling_share": ceiling, "index_0_100": 100 * (m.Mean - low) / (high - low),
	} {
		r.Equal(path+"."+name, got, distributionTolerance)
	}
	r.Slice(path+".levels", h.Values, 0)
	r.Slice(path+".share", h.Shares(), distributionTolerance)
	if want := floor > 0.15 || ceiling > 0.15; flagged != want {
		r.T.Errorf("%s: floor %g, ceiling %g, flagged %v", path, floor, ceiling, flagged)
	}
}
