package stats_test

import (
	"fmt"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// TestDistributionsAgainstR checks every value of ref_special: tails to 1e-12, below 1e-30 to 1e-10, quantiles to 1e-10.
func TestDistributionsAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_special.json")}
	const tail, farTail, quantile = 1e-12, 1e-10, 1e-10
	tails := func(table string, parameters int, cdf func(a []float64) (lower, upper float64)) {
		for i := range r.Length(table) {
			var a []float64
			for j := range parameters {
				a = append(a, r.Number(fmt.Sprintf("%s.%d.%d", table, i, j)))
			}
			lower, upper := cdf(a)
			for j, got := range []float64{lower, upper} {
				tolerance := tail
				if got < 1e-30 {
					tolerance = farTail
				}
				r.Equal(fmt.Sprintf("%s.%d.%d", table, i, parameters+j), got, tolerance)
			}
		}
	}
	// R takes qf from 1/q − 1 with q near 1 and loses digits where f·df1/df2 is small. These three were computed with 60 digits from the
	// power series of I_x(½, df2/2) at the double nearest p; ours must meet them, and R's figure within R's own error.
	exact := map[string]float64{
		"qf.40.3": 1.5945570936716063e-06,
		"qf.60.3": 1.571582745323362e-06,
		"qf.61.3": 0.000982560757103324,
	}
	values := func(table string, parameters int, tolerance float64, f func(a []float64) float64) {
		for i := range r.Length(table) {
			var a []float64
			for j := range parameters {
				a = append(a, r.Number(fmt.Sprintf("%s.%d.%d", table, i, j)))
			}
			path, got := fmt.Sprintf("%s.%d.%d", table, i, parameters), f(a)
			if want, ok := exact[path]; ok {
				if relative(got, want) > tail {
					t.Errorf("%s = %.17g, want %.17g", path, got, want)
				}
				r.Equal(path, got, 1e-7)
				continue
			}
			r.Equal(path, got, tolerance)
		}
	}
	tails("pnorm", 1, func(a []float64) (float64, float64) { return stats.NormalCDF(a[0]) })
	tails("pt", 2, func(a []float64) (float64, float64) { return stats.StudentCDF(a[0], a[1]) })
	tails("pchisq", 2, func(a []float64) (float64, float64) { return stats.ChiSquareCDF(a[0], a[1]) })
	tails("pf", 3, func(a []float64) (float64, float64) { return stats.FCDF(a[0], a[1], a[2]) })
	tails("pbeta", 3, func(a []float64) (float64, float64) { return stats.BetaCDF(a[0], a[1], a[2]) })
	values("qnorm", 1, quantile, func(a []float64) float64 { return stats.NormalQuantile(a[0]) })
	values("qt", 2, quantile, func(a []float64) float64 { return stats.StudentQuantile(a[0], a[1]) })
	values("qchisq", 2, quantile, func(a []float64) float64 { return stats.ChiSquareQuantile(a[0], a[1]) })
	values("qf", 3, quantile, func(a []float64) float64 { return stats.FQuantile(a[0], a[1], a[2]) })
	values("qbeta", 3, quantile, func(a []float64) float64 { return stats.BetaQuantile(a[0], a[1], a[2]) })
	values("lgamma", 1, tail, func(a []float64) float64 { return stats.LogGamma(a[0]) })
}

// TestTailsBeyondR checks tails where the parameters are far apart, very small or very large. Expected values were computed with 110
// digits from the power series of I_x(a,b) and P(a,x) (Abramowitz & Stegun 26.5.4 and 6.5.29).
func TestTailsBeyondR(t *testing.T) {
	tests := []struct {
		name         string
		arguments    []float64
		lower, upper float64
	}{
		{"beta", []float64{0.1, 0.001, 5.0}, 0.9994092193102943, 0.0005907806897057369},
		{"beta", []float64{0.5, 1e-06, 1e-06}, 0.5, 0.5},
		{"beta", []float64{0.2, 2000.0, 9000.0}, 0.999999314140718, 6.85859281982274e-07},
		{"beta", []float64{0.18, 2000.0, 9000.0}, 0.3119094776931545, 0.6880905223068454},
		{"beta", []float64{0.49, 200000.0, 210000.0}, 0.997536748678683, 0.0024632513213169783},
		{"beta", []float64{0.48, 200000.0, 210000.0}, 7.527008362890159e-24, 1.0},
		{"beta", []float64{1e-200, 0.5, 3.0}, 1.875e-100, 1.0},
		{"beta", []float64{0.999, 3.0, 0.02}, 0.10276848767245132, 0.8972315123275487},
		{"beta", []float64{0.7, 30.0, 4.0}, 0.0041871332458018945, 0.9958128667541981},
		{"beta", []float64{1e-05, 0.001, 1000000.0}, 0.999999995830897, 4.169102909365801e-09},
		{"beta", []float64{0.25, 0.3, 250.7}, 1.0, 8.714542120675367e-34},
		{"beta", []float64{0.0005, 1.7, 100000.0}, 1.0, 3.2865148871397926e-21},
		{"gamma", []float64{201000.0, 200000.0}, 0.9872287282906278, 0.01277127170937222},
		{"gamma", []float64{198000.0, 200000.0}, 3.622095177056045e-06, 0.999996377904823},
		{"gamma", []float64{200000.0, 200000.0}, 0.5002973540276185, 0.49970264597238145},
		{"gamma", []float64{1e-10, 0.5}, 1.1283791670579e-05, 0.9999887162083294},
		{"gamma", []float64{0.3, 0.001}, 0.9990941619116933, 0.000905838088306647},
		{"gamma", []float64{5.0, 1e-05}, 0.9999999885167757, 1.1483224269559856e-08},
		{"gamma", []float64{100.0, 3.0}, 1.0, 1.8976107553682285e-40},
		{"gamma", []float64{40.0, 120.5}, 9.609340918360107e-25, 1.0},
		{"gamma", []float64{90000.0, 91000.0}, 0.00044037865786200896, 0.9995596213421379},
		{"student", []float64{300.0, 4.0}, 0.999999999629657, 3.7034293712840115e-10},
		{"student", []float64{1e-09, 7.0}, 0.5000000003849915, 0.4999999996150086},
		{"student", []float64{4.5, 250000.0}, 0.999996600798167, 3.3992018329652905e-06},
		{"student", []float64{9.0, 3000000.0}, 1.0, 1.1292207778155207e-19},
		{"student", []float64{12.0, 3000000.0}, 1.0, 1.7795969968748223e-33},
		{"student", []float64{38.0, 250.0}, 1.0, 3.666117196730087e-106},
		{"student", []float64{2.0, 0.01}, 0.5180916966849909, 0.48190830331500906},
		{"student", []float64{1e+30, 1.5}, 1.0, 3.770852432016246e-46},
	}
	for _, c := range tests {
		var lower, upper float64
		a := c.arguments
		switch c.name {
		case "beta":
			lower, upper = stats.BetaCDF(a[0], a[1], a[2])
		case "gamma":
			lower, upper = stats.GammaCDF(a[0], a[1])
		case "student":
			lower, upper = stats.StudentCDF(a[0], a[1])
		}
		if relative(lower, c.lower) > 1e-11 || relative(upper, c.upper) > 1e-11 {
			t.Errorf("%s%v = %.17g, %.17g, want %.17g, %.17g (relative %.1e, %.1e)", c.name, a, lower, upper, c.lower, c.upper,
				relative(lower, c.lower), relative(upper, c.upper))
		}
	}
}
