package stats_test

import (
	"math"
	"slices"
	"testing"

	"paxscore/scoring/stats"
)

// FuzzCharts puts any series on every chart: no panic, no point outside the series, limits in order.
func FuzzCharts(f *testing.F) {
	f.Add([]byte{1, 2, 3, 200, 5, 5, 5, 5, 5, 9, 9, 9, 0, 255, 12, 40}, 0.2, 2.7, 75.0)
	f.Add([]byte{255, 254, 253, 0, 1, 2}, 1.0, 3.0, math.Inf(1))
	f.Add([]byte{}, math.NaN(), 0.0, 0.0)
	f.Add([]byte{7, 7, 7, 8, 253, 8, 252, 8}, 0.5, 1e308, -1e308)
	f.Add([]byte("01\xff\xfc"), 62.5, 1e308, -1e308)
	f.Fuzz(func(t *testing.T, raw []byte, lambda, width, centre float64) {
		raw = raw[:min(len(raw), 200)]
		x := make([]float64, len(raw))
		base, points := make([]float64, len(raw)), make([]stats.Point, len(raw))
		for i, b := range raw {
			switch b {
			case 255:
				x[i] = math.NaN()
			case 254:
				x[i] = math.Inf(1)
			case 253:
				x[i] = -math.MaxFloat64
			case 252:
				x[i] = centre
			case 251:
				x[i] = 5e-324
			default:
				x[i] = float64(b)
			}
			base[i] = x[len(x)-1-i] + 100
			points[i] = stats.Point{Estimate: x[i], Variance: x[len(x)-1-i] * lambda}
		}
		z := x
		if c, err := stats.XmRLimits(x); err == nil {
			if !(c.Lower < c.Upper) || !(c.Lower <= c.Centre && c.Centre <= c.Upper) || !(c.RangeUpper > c.MovingRange) {
				t.Errorf("limits %+v", c)
			}
			if e := c.WithConstants(stats.ExactRangeConstants()); !(e.Lower < e.Upper) && c.Upper < 1e300 && c.Lower > -1e300 {
				t.Errorf("limits by exact constants %+v", e)
			}
			z = c.Z(x)
			c.RangesBeyond(x)
		}
		if median, sigma := stats.MedianMovingRange(x); median < 0 || math.IsNaN(median) && !math.IsNaN(sigma) {
			t.Errorf("median moving range %v, %v", median, sigma)
		}
		for _, quantile := range []float64{stats.InterpolatedQuantile(x, base, lambda), stats.ShahVaishQuantile(x, base, lambda)} {
			if !math.IsNaN(quantile) && !(quantile >= slices.Min(x) && quantile <= slices.Max(x)) {
				t.Errorf("quantile %v of %v", quantile, x)
			}
		}
		half := len(x) / 2
		if chi2, df, p := stats.KruskalWallis([][]float64{x[:half], x[half:]}); !math.IsNaN(chi2) && !(chi2 >= 0 && df == 1 && p >= 0 && p <= 1) {
			t.Errorf("ranks: %v, %v, %v", chi2, df, p)
		}
		for rule := stats.Rule(-1); rule <= 10; rule++ {
			last := -1
			for _, i := range rule.Points(x, z) {
				if i <= last || i >= len(x) || math.IsNaN(z[i]) {
					t.Errorf("rule %d marks %d of %v", rule, i, z)
				}
				last = i
			}
		}
		if c, err := stats.PChartLimits(x, base); err == nil {
			for i := range x {
				if p := c.Point(x[i], base[i]); p.Lower > p.Upper || p.Lower < 0 || p.Upper > 1 {
					t.Errorf("share %v of %v: %+v", x[i], base[i], p)
				}
			}
		}
		for _, p := range slices.Concat(stats.EWMA{Lambda: lambda, Width: width}.Chart(centre, width, x), stats.DefaultEWMA().ChartPoints(centre, points)) {
			if p.Lower > p.Upper || p.Variance < 0 || (p.Signal && math.IsNaN(p.Value)) {
				t.Errorf("average %+v", p)
			}
		}
		if trend := stats.LinearTrend(points); trend.SlopeSE < 0 || trend.ChiSquare < 0 || trend.P < 0 || trend.P > 1 {
			t.Errorf("trend %+v", trend)
		}
		if q, _, p := stats.Homogeneity(points); q < 0 || p < 0 || p > 1 {
			t.Errorf("homogeneity %v, p %v", q, p)
		}
		if mk := stats.MannKendallTrend(x); mk.Variance < 0 || mk.P < 0 || mk.P > 1 {
			t.Errorf("ranks %+v", mk)
		}
		stats.TheilSen(x)
		for _, c := range stats.PeriodChanges(points) {
			if c.PHolm < c.P {
				t.Errorf("change %+v", c)
			}
		}
		reversed := slices.Clone(points)
		slices.Reverse(reversed)
		if s, err := stats.SpliceVersions(points, reversed); err == nil && s.Change(0, len(points)-1).SE < 0 {
			t.Errorf("splice %+v", s)
		}
		if pre, err := stats.PreTrendOf(points, reversed); err == nil && (pre.P < 0 || pre.P > 1) {
			t.Errorf("trend before treatment %+v", pre)
		}
	})
}
