package stats_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// trendTolerance is that of ref_spc_trend, relative.
const trendTolerance = 1e-12

// trendInput are the series of ref_spc_trend: the individuals and EWMA series of the NIST/SEMATECH e-Handbook (6.3.2.2 and 6.3.2.4) and a
// made-up monthly index with its standard errors, and counts.
type trendInput struct {
	Individuals []float64 `json:"nist_individuals"`
	Averages    []float64 `json:"nist_ewma"`
	Index       []float64 `json:"monthly_index"`
	IndexSE     []float64 `json:"index_se"`
	Count       []float64 `json:"top2_count"`
	Base        []float64 `json:"base"`
}

func openTrend(t *testing.T) trendInput {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(referenceFolder, "ref_spc_trend.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Input trendInput `json:"input"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Input
}

func (in trendInput) points() []stats.Point {
	var out []stats.Point
	for i, v := range in.Index {
		out = append(out, stats.Point{Estimate: v, Variance: in.IndexSE[i] * in.IndexSE[i], N: 600})
	}
	return out
}

// allRules are the eight rules under their names in the file.
func allRules() map[string]stats.Rule {
	return map[string]stats.Rule{
		"r1_beyond_3sigma": stats.BeyondLimits, "r2_nine_same_side": stats.NineOneSide, "r3_six_trending": stats.SixTrending,
		"r4_fourteen_alternating": stats.FourteenAlternating, "r5_two_of_three_beyond_2sigma": stats.TwoOfThreeFar,
		"r6_four_of_five_beyond_1sigma": stats.FourOfFiveOff, "r7_fifteen_within_1sigma": stats.FifteenNear, "r8_eight_outside_1sigma": stats.EightOff,
	}
}

func (r expected) equalXmR(path string, c stats.XmR, x []float64) {
	r.T.Helper()
	for name, got := range map[string]float64{
		"centre": c.Centre, "mean_moving_range": c.MovingRange, "sigma": c.Sigma, "ucl": c.Upper, "lcl": c.Lower, "ucl_mr": c.RangeUpper,
	} {
		r.Equal(path+"."+name, got, trendTolerance)
	}
	exact, wheeler := c.WithConstants(stats.ExactRangeConstants()), c.WithConstants(stats.WheelerRangeConstants())
	for name, got := range map[string]float64{
		"exact_constants.sigma": exact.Sigma, "exact_constants.ucl": exact.Upper, "exact_constants.lcl": exact.Lower, "exact_constants.ucl_mr": exact.RangeUpper,
		"wheeler_2.66.ucl": wheeler.Upper, "wheeler_2.66.lcl": wheeler.Lower, "wheeler_2.66.ucl_mr": wheeler.RangeUpper,
	} {
		r.Equal(path+"."+name, got, trendTolerance)
	}
	median, sigma := stats.MedianMovingRange(x[:c.Periods])
	r.Equal(path+".median_moving_range", median, trendTolerance)
	r.Equal(path+".sigma_from_median_mr", sigma, trendTolerance)
	ranges := stats.MovingRanges(x)
	if !math.IsNaN(ranges[0]) {
		r.T.Errorf("the first moving range is %v", ranges[0])
	}
	r.Slice(path+".moving_ranges", ranges[1:], trendTolerance)
	for name, rule := range allRules() {
		r.Counts(path+".rules."+name, rule.Points(x, c.Z(x)))
	}
}

// TestTrendAgainstR checks ref_spc_trend: control charts and tests of trend by base R.
func TestTrendAgainstR(t *testing.T) {
	const tolerance = trendTolerance
	r := expected{reference.Open(t, "ref_spc_trend.json")}
	in := openTrend(t)

	individuals, err := stats.XmRLimits(in.Individuals)
	if err != nil {
		t.Fatal(err)
	}
	r.equalXmR("xmr_nist", individuals, in.Individuals)
	r.Equal("constants.d2", individuals.MovingRange/individuals.Sigma, tolerance)
	r.Equal("constants.D4", individuals.RangeUpper/individuals.MovingRange, tolerance)
	exact := stats.ExactRangeConstants()
	r.Equal("constants.d2_exact", exact.Mean, tolerance)
	r.Equal("constants.d3_exact", exact.SD, tolerance)
	r.Equal("constants.D4_exact", exact.Limit, tolerance)
	for name, got := range map[string]float64{"ucl": individuals.Upper, "centre": individuals.Centre, "lcl": individuals.Lower} {
		// Printed to four decimals.
		r.Equal("xmr_nist.published."+name, math.Round(got*1e4)/1e4, tolerance)
	}
	if !individuals.Provisional() {
		t.Error("limits from ten values are not provisional")
	}
	index, err := stats.XmRLimits(in.Index[:12])
	if err != nil {
		t.Fatal(err)
	}
	r.equalXmR("xmr_index", index, in.Index)
	if index.Provisional() {
		t.Error("limits from twelve values are provisional")
	}

	checkShares(r, in)
	checkAverages(r, in, index)

	trend := stats.LinearTrend(in.points())
	at := "trend_wls_known_se."
	scale := math.Sqrt(trend.ChiSquare / float64(trend.DF))
	r.Equal(at+"intercept", trend.Intercept, tolerance)
	r.Equal(at+"slope", trend.Slope, tolerance)
	r.Pair(at+"se_known", trend.InterceptSE, trend.SlopeSE, tolerance)
	r.Pair(at+"se_scaled_by_residual", trend.InterceptSE*scale, trend.SlopeSE*scale, tolerance)
	r.Equal(at+"z", trend.Z, tolerance)
	r.Equal(at+"p", trend.P, tolerance)
	r.Equal(at+"chi2_lack_of_fit", trend.ChiSquare, tolerance)
	r.Equal(at+"df", float64(trend.DF), 0)

	mk := stats.MannKendallTrend(in.Index)
	for name, got := range map[string]float64{"S": float64(mk.S), "var_S": mk.Variance, "z_continuity": mk.Z, "tau_b": mk.TauB, "p": mk.P} {
		r.Equal("mann_kendall."+name, got, tolerance)
	}
	r.Equal("theil_sen_slope", stats.TheilSen(in.Index), tolerance)

	for i, c := range stats.PeriodChanges(in.points()) {
		for name, got := range map[string]float64{"diff": c.Diff, "se": c.SE, "z": c.Z} {
			r.Equal(fmt.Sprintf("period_changes.%s.%d", name, i), got, tolerance)
		}
		r.Equal(fmt.Sprintf("period_changes.p.%d", i), c.P, tolerance)
		r.Equal(fmt.Sprintf("period_changes.p_holm.%d", i), c.PHolm, tolerance)
	}
}

func checkShares(r expected, in trendInput) {
	const tolerance = trendTolerance
	c, err := stats.PChartLimits(in.Count, in.Base)
	if err != nil {
		r.T.Fatal(err)
	}
	r.Equal("p_chart.pbar", c.P, tolerance)
	r.Equal("p_chart.sigma_z", c.SigmaZ, tolerance)
	r.Equal("p_chart.sigma_z_exact_d2", c.WithConstants(stats.ExactRangeConstants()).SigmaZ, tolerance)
	r.Equal("p_chart.overdispersion_chisq", c.ChiSquare, tolerance)
	r.Equal("p_chart.overdispersion_df", float64(c.DF), 0)
	r.Equal("p_chart.overdispersion_p", c.OverdispersionP, tolerance)
	if !c.Laney {
		r.T.Error("the shares are overdispersed")
	}
	plain := c
	plain.Laney = false
	for i := range in.Count {
		p, l := plain.Point(in.Count[i], in.Base[i]), c.Point(in.Count[i], in.Base[i])
		for name, got := range map[string]float64{
			"p": p.P, "sigma": p.Sigma, "z": p.Z, "ucl": p.Upper, "lcl": p.Lower, "laney_ucl": l.Upper, "laney_lcl": l.Lower,
		} {
			r.Equal(fmt.Sprintf("p_chart.%s.%d", name, i), got, tolerance)
		}
		if relative(l.Z*c.SigmaZ, p.Z) > tolerance || relative(l.Sigma, p.Sigma*c.SigmaZ) > tolerance {
			r.T.Errorf("point %d on the p' chart: %+v", i, l)
		}
	}
}

func checkAverages(r expected, in trendInput, index stats.XmR) {
	const tolerance = trendTolerance
	compare := func(path string, points []stats.EWMAPoint) {
		r.T.Helper()
		var z, upper, lower []float64
		var signals []int
		for i, p := range points {
			z, upper, lower = append(z, p.Value), append(upper, p.Upper), append(lower, p.Lower)
			if p.Signal {
				signals = append(signals, i)
			}
		}
		r.Slice(path+".z", z, tolerance)
		r.Slice(path+".ucl", upper, tolerance)
		r.Slice(path+".lcl", lower, tolerance)
		r.Counts(path+".signals", signals)
	}
	for path, c := range map[string]struct {
		e             stats.EWMA
		centre, sigma float64
		x             []float64
	}{
		"ewma_nist":  {stats.EWMA{Lambda: 0.3, Width: 3}, 50, 2.0539, in.Averages},
		"ewma_index": {stats.DefaultEWMA(), index.Centre, index.Sigma, in.Index},
	} {
		compare(path, c.e.Chart(c.centre, c.sigma, c.x))
		// The limits settle where the file has their asymptote.
		long := c.e.Chart(c.centre, c.sigma, make([]float64, 500))
		r.Equal(path+".ucl_asymptotic", long[499].Upper, tolerance)
		r.Equal(path+".lcl_asymptotic", long[499].Lower, tolerance)
		if path == "ewma_nist" {
			// Printed, cut after four decimals.
			r.Equal(path+".published.ucl", math.Floor(long[499].Upper*1e4)/1e4, tolerance)
			r.Equal(path+".published.lcl", math.Floor(long[499].Lower*1e4)/1e4, tolerance)
		}
	}
	for i, p := range stats.DefaultEWMA().ChartPoints(index.Centre, in.points()) {
		r.Equal(fmt.Sprintf("ewma_with_se.z.%d", i), p.Value, tolerance)
		r.Equal(fmt.Sprintf("ewma_with_se.var.%d", i), p.Variance, tolerance)
	}
}
