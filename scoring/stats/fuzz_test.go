package stats_test

import (
	"math"
	"testing"
	"time"

	"paxscore/scoring/stats"
)

// seeds adds corners of the number line in every place.
func seeds(f *testing.F) {
	corners := []float64{0, 1, -1, 0.5, 0.025, 1e-10, 7.3, 1e4, 1e5, 3e8, 1e90, 1e-90, 1e300, 1e-300, 5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
	for i := range corners {
		for _, step := range []int{1, 3, 7} {
			f.Add(corners[i], corners[(i+step)%len(corners)], corners[(i+2*step)%len(corners)])
		}
	}
}

// within fails when work takes longer than any sum of bounded series should.
func within(t *testing.T, what string, work func()) {
	t.Helper()
	start := time.Now()
	work()
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("%s took %v", what, d)
	}
}

// FuzzTails asks every distribution for tails anywhere: both are NaN, or both lie in [0,1] and add up to 1.
func FuzzTails(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, x, a, b float64) {
		inDomain := !math.IsNaN(x) && a >= 1e-99 && a <= 1e99
		second := b >= 1e-99 && b <= 1e99
		check := func(name string, domain bool, tails func() (float64, float64)) {
			t.Helper()
			within(t, name, func() {
				lower, upper := tails()
				if math.IsNaN(lower) != math.IsNaN(upper) || (domain && math.IsNaN(lower)) {
					t.Errorf("%s(%v, %v, %v) = %v, %v", name, x, a, b, lower, upper)
				}
				if lower < 0 || lower > 1 || upper < 0 || upper > 1 || math.Abs(lower+upper-1) > 1e-9 {
					t.Errorf("%s(%v, %v, %v) = %v, %v", name, x, a, b, lower, upper)
				}
			})
		}
		check("normal", !math.IsNaN(x), func() (float64, float64) { return stats.NormalCDF(x) })
		check("student", inDomain, func() (float64, float64) { return stats.StudentCDF(x, a) })
		check("noncentral student", inDomain && math.Abs(b) <= 37, func() (float64, float64) { return stats.NoncentralStudentCDF(x, a, b) })
		check("gamma", inDomain, func() (float64, float64) { return stats.GammaCDF(x, a) })
		check("chi-square", inDomain, func() (float64, float64) { return stats.ChiSquareCDF(x, a) })
		check("F", inDomain && second, func() (float64, float64) { return stats.FCDF(x, a, b) })
		check("beta", inDomain && second, func() (float64, float64) { return stats.BetaCDF(x, a, b) })
	})
}

// FuzzQuantiles asks every distribution for quantiles anywhere: NaN only outside the domain, never outside the support, and at
// ordinary parameters the tail at the quantile is p again.
func FuzzQuantiles(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, p, a, b float64) {
		inDomain := p >= 0 && p <= 1 && a >= 1e-99 && a <= 1e99
		second := b >= 1e-99 && b <= 1e99
		outside := !(p >= 0 && p <= 1)
		ordinary := p > 1e-200 && p < 1-1e-9 && a > 0.3 && a < 1e6
		check := func(name string, domain, exact bool, low, high float64, quantile func() float64, tails func(x float64) (float64, float64)) {
			t.Helper()
			within(t, name, func() {
				x := quantile()
				if (math.IsNaN(x) && domain) || (!math.IsNaN(x) && outside) || x < low || x > high {
					t.Errorf("%s quantile(%v, %v, %v) = %v", name, p, a, b, x)
				}
				if !exact || x < 1e-290 && x > -1e-290 || math.Abs(x) > 1e290 {
					return
				}
				lower, upper := tails(x)
				if math.Min(relative(lower, p), relative(upper, 1-p)) > 1e-9 {
					t.Errorf("%s: tails at the quantile %v of (%v, %v, %v) are %v, %v", name, x, p, a, b, lower, upper)
				}
			})
		}
		inf := math.Inf(1)
		check("normal", p >= 0 && p <= 1, p > 1e-300 && p < 1, -inf, inf,
			func() float64 { return stats.NormalQuantile(p) }, stats.NormalCDF)
		check("student", inDomain, ordinary, -inf, inf,
			func() float64 { return stats.StudentQuantile(p, a) }, func(x float64) (float64, float64) { return stats.StudentCDF(x, a) })
		check("gamma", inDomain, ordinary, 0, inf,
			func() float64 { return stats.GammaQuantile(p, a) }, func(x float64) (float64, float64) { return stats.GammaCDF(x, a) })
		check("F", inDomain && second, ordinary && b > 0.3 && b < 1e6, 0, inf,
			func() float64 { return stats.FQuantile(p, a, b) }, func(x float64) (float64, float64) { return stats.FCDF(x, a, b) })
		// Near 1 a beta quantile has no digits left to invert.
		q := stats.BetaQuantile(p, a, b)
		check("beta", inDomain && second, ordinary && b > 0.3 && b < 1e6 && q < 0.9, 0, 1,
			func() float64 { return q }, func(x float64) (float64, float64) { return stats.BetaCDF(x, a, b) })
	})
}

// FuzzIntervals asks for intervals anywhere: no panic, ends in order and inside the scale, or all NaN.
func FuzzIntervals(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, p, v, df float64) {
		within(t, "intervals", func() {
			for _, n := range []int{-1, 0, 1, 2, 9, 30, 1000} {
				low, high, method := stats.ProportionInterval(p, v, n, df, float64(n)/1.3, 0.95)
				if (method == "") != math.IsNaN(low) || math.IsNaN(low) != math.IsNaN(high) || low > high || low < 0 || high > 1 {
					t.Errorf("proportion %v, variance %v, n %d, df %v: %v, %v, %q", p, v, n, df, low, high, method)
				}
			}
			if low, high := stats.WilsonInterval(p, df, 0.95); low > high || low < 0 || high > 1 {
				t.Errorf("wilson %v of %v: %v, %v", p, df, low, high)
			}
			if low, high := stats.ArcsineInterval(p, v, df, 0.95); low > high || low < 0 || high > 1 || math.IsNaN(low) != math.IsNaN(high) {
				t.Errorf("arcsine %v, variance %v, df %v: %v, %v", p, v, df, low, high)
			}
			if n, least := stats.SampleSizeStudent(p, v, df, 0.8), stats.SampleSize(p, v, df, 0.8); n < 2 || n < least*(1-1e-9) {
				t.Errorf("deviation %v, difference %v, level %v: %v rows, normal %v", p, v, df, n, least)
			}
			if low, high := stats.ClopperPearson(p, df, 0.95); low > high || low < 0 || high > 1 {
				t.Errorf("clopper-pearson %v of %v: %v, %v", p, df, low, high)
			}
			if centre, _, low, high := stats.NPSAdjustedWald(p, v, df, 0.95); low > high || low < -100 || high > 100 || math.IsNaN(centre) != math.IsNaN(low) {
				t.Errorf("nps of %v, %v, %v: %v … %v", p, v, df, low, high)
			}
			switch verdict := stats.Verdict(p, v, df, p, 2); verdict {
			case stats.Different, stats.Same, stats.Unclear:
			default:
				t.Errorf("verdict %q", verdict)
			}
		})
	})
}
