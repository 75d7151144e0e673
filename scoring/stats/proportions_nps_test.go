package stats_test

import (
	"fmt"
	"math"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// TestProportionsAndNPSAgainstR checks ref_proportions_nps: R survey::svyciprop, prop.test, binom.test, and the adjusted Wald interval
// of Rocks (2016).
func TestProportionsAndNPSAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_proportions_nps.json")}
	s := openSample(t)
	w, overall, recommend := s.numbers("pw"), s.numbers("overall"), s.numbers("recommend")
	top, rare := make([]float64, s.n), make([]float64, s.n)
	score, promoter, detractor := make([]float64, s.n), make([]float64, s.n), make([]float64, s.n)
	for i := range s.n {
		if overall[i] >= 9 {
			top[i] = 1
		}
		if overall[i] <= 3 {
			rare[i] = 1
		}
		switch {
		case recommend[i] >= 9:
			promoter[i], score[i] = 1, 100
		case recommend[i] <= 6:
			detractor[i], score[i] = 1, -100
		}
	}
	var k stats.KishSums
	for _, x := range w {
		k.Add(x)
	}

	for _, c := range []struct {
		block, method string
		u             units
		y             []float64
	}{
		{"weights_only_y", "logit", drawn(s, "", "", ""), top},
		{"strata_y", "logit", drawn(s, "", "route", ""), top},
		{"cluster_y", "logit", drawn(s, "flight", "", ""), top},
		{"strata_cluster_y", "logit", drawn(s, "flight", "route", ""), top},
		{"weights_only_b", "korn-graubard", drawn(s, "", "", ""), rare},
		{"strata_cluster_b", "korn-graubard", drawn(s, "flight", "route", ""), rare},
	} {
		p, totals := c.u.mean(c.y, w, everyRow)
		v, df := c.u.design.Variance(totals), c.u.df()
		r.Equal(c.block+".p", p, closedForm)
		r.Equal(c.block+".se", math.Sqrt(v), closedForm)
		r.Equal(c.block+".degf", df, 0)
		r.Equal(c.block+".n", float64(s.n), 0)
		effective := p * (1 - p) / v
		ratio := stats.StudentCritical(0.95, float64(s.n-1)) / stats.StudentCritical(0.95, df)
		r.Equal(c.block+".n_eff_design", effective, closedForm)
		r.Equal(c.block+".n_eff_df_adjusted", effective*ratio*ratio, closedForm)

		low, high := stats.LogitInterval(p, v, df, 0.95)
		r.Pair(c.block+".xlogit_closed_form", low, high, closedForm)
		r.Pair(c.block+".xlogit", low, high, 1e-9)
		r.Pair(c.block+".logit", low, high, 1e-7)
		kgLow, kgHigh := stats.KornGraubardInterval(p, v, s.n, df, 0.95)
		r.Pair(c.block+".beta_korn_graubard", kgLow, kgHigh, 1e-9)
		aLow, aHigh := stats.ArcsineInterval(p, v, df, 0.95)
		r.Pair(c.block+".asin", aLow, aHigh, 1e-9)
		tLow, tHigh := stats.Interval(p, v, df, 0.95)
		r.Pair(c.block+".mean_t", tLow, tHigh, 1e-9)
		wLow, wHigh := stats.WilsonInterval(p, effective, 0.95)
		r.Pair(c.block+".wilson_n_eff_design", wLow, wHigh, 1e-9)

		gotLow, gotHigh, method := stats.ProportionInterval(p, v, s.n, df, k.NEffective(), 0.95)
		if method != c.method {
			t.Errorf("%s: method %q, want %q", c.block, method, c.method)
		}
		if method == "korn-graubard" {
			low, high = kgLow, kgHigh
		}
		if gotLow != low || gotHigh != high {
			t.Errorf("%s: ProportionInterval = %v, %v, want %v, %v", c.block, gotLow, gotHigh, low, high)
		}
	}

	// The first of each list are the sample's own counts, the others made up or the whole study's.
	counted := func(x []float64) (n int) {
		for _, v := range x {
			n += int(v)
		}
		return n
	}
	r.Count("unweighted.0.x", counted(top))
	r.Count("unweighted.0.n", s.n)
	r.Count("nps_counts.0.pro", counted(promoter))
	r.Count("nps_counts.0.det", counted(detractor))
	r.Count("nps_counts.0.pas", s.n-counted(promoter)-counted(detractor))
	for i := range r.Length("unweighted") {
		at := fmt.Sprintf("unweighted.%d.", i)
		x, n := r.Number(at+"x"), r.Number(at+"n")
		r.Equal(at+"p", x/n, closedForm)
		low, high := stats.WilsonInterval(x/n, n, 0.95)
		if x == 0 {
			// R's closed form leaves rounding here too; both are 0 to the last digits.
			r.Equal(at+"wilson.0", low, 1e-15)
			r.Equal(at+"wilson.1", high, 1e-9)
		} else {
			r.Pair(at+"wilson", low, high, 1e-9)
		}
		low, high = stats.ClopperPearson(x, n, 0.95)
		r.Pair(at+"clopper_pearson", low, high, 1e-9)
	}

	ones := make([]float64, s.n)
	for i := range ones {
		ones[i] = 1
	}
	for _, c := range []struct {
		block string
		u     units
		w     []float64
	}{
		{"weights_only", drawn(s, "", "", ""), w},
		{"cluster", drawn(s, "flight", "", ""), w},
		{"strata_cluster", drawn(s, "flight", "route", ""), w},
		{"unweighted", drawn(s, "", "", ""), ones},
	} {
		at := "nps." + c.block
		nps, totals := c.u.mean(score, c.w, everyRow)
		v := c.u.design.Variance(totals)
		p, pt := c.u.mean(promoter, c.w, everyRow)
		d, dt := c.u.mean(detractor, c.w, everyRow)
		r.Equal(at+".promoters", p, closedForm)
		r.Equal(at+".detractors", d, closedForm)
		r.Equal(at+".nps", nps, closedForm)
		r.Equal(at+".se", math.Sqrt(v), closedForm)
		r.Equal(at+".se", math.Sqrt(c.u.design.Variance(stats.CombinedTotals([]float64{100, -100}, [][]float64{pt, dt}))), closedForm)
		r.Equal(at+".degf", c.u.df(), 0)
		low, high := stats.Interval(nps, v, math.Inf(1), 0.95)
		r.Pair(at+".ci95_normal", low, high, closedForm)
		low, high = stats.Interval(nps, v, c.u.df(), 0.95)
		r.Pair(at+".ci95_t", low, high, closedForm)
	}

	for i := range r.Length("nps_counts") {
		at := fmt.Sprintf("nps_counts.%d.", i)
		det, pas, pro := r.Number(at+"det"), r.Number(at+"pas"), r.Number(at+"pro")
		n := det + pas + pro
		nps, se := stats.NPS(det, pas, pro)
		r.Equal(at+"nps", nps, closedForm)
		r.Equal(at+"se_n_minus_1", se, closedForm)
		r.Equal(at+"se_n", se*math.Sqrt((n-1)/n), closedForm)
		centre, se, low, high := stats.NPSAdjustedWald(det, pas, pro, 0.95)
		r.Equal(at+"adjusted_wald.centre", centre, closedForm)
		r.Equal(at+"adjusted_wald.se", se, closedForm)
		// The file keeps the ends as they fall; ours are held to ±100.
		z := stats.NormalCritical(0.95)
		r.Pair(at+"adjusted_wald.ci", centre-z*se, centre+z*se, closedForm)
		if low != math.Max(-100, centre-z*se) || high != math.Min(100, centre+z*se) {
			t.Errorf("%s interval %v … %v is not the file's held to ±100", at, low, high)
		}
	}
}

func TestProportionIntervalAtTheEnds(t *testing.T) {
	nan := math.NaN()
	// At 0 of n* = 20 the upper end is 1 − 0.025^(1/20), the closed form of Clopper–Pearson.
	end := 1 - math.Pow(0.025, 1.0/20)
	tests := []struct {
		name            string
		p, v            float64
		n               int
		df, kish, level float64
		low, high       float64
		method          string
	}{
		{"nobody", 0, 0, 30, 29, 20, 0.95, 0, end, "korn-graubard"},
		{"everybody", 1, 0, 30, 29, 20, 0.95, 1 - end, 1, "korn-graubard"},
		{"nobody, no degrees of freedom", 0, 0, 30, 0, 20, 0.95, 0, end, "korn-graubard"},
		{"nobody, no effective number", 0, 0, 30, 29, 0, 0.95, nan, nan, ""},
		{"no degrees of freedom", 0.5, 0.01, 100, 0, 90, 0.95, nan, nan, ""},
		{"no variance", 0.5, 0, 100, 99, 100, 0.95, 0.5, 0.5, "logit"},
		{"no variance, few", 0.5, 0, 10, 9, 10, 0.95, 0.5, 0.5, "korn-graubard"},
		{"one row", 0.5, 0.1, 1, 1, 1, 0.95, nan, nan, ""},
		{"no rows", 0, 0, 0, 1, 1, 0.95, nan, nan, ""},
		{"negative variance", 0.5, -1, 100, 99, 100, 0.95, nan, nan, ""},
		{"not a share", 1.1, 0.01, 100, 99, 100, 0.95, nan, nan, ""},
		{"not a number", nan, 0.01, 100, 99, 100, 0.95, nan, nan, ""},
		{"no confidence", 0.5, 0.01, 100, 99, 100, 1, nan, nan, ""},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			low, high, method := stats.ProportionInterval(c.p, c.v, c.n, c.df, c.kish, c.level)
			if relative(low, c.low) > 1e-12 || relative(high, c.high) > 1e-12 || method != c.method {
				t.Errorf("got %v, %v, %q, want %v, %v, %q", low, high, method, c.low, c.high, c.method)
			}
		})
	}
}

func TestNPSOutsideItsDomain(t *testing.T) {
	for _, c := range [][3]float64{{0, 0, 0}, {-1, 2, 3}, {math.NaN(), 1, 1}, {math.Inf(1), 1, 1}} {
		nps, se := stats.NPS(c[0], c[1], c[2])
		centre, ase, low, high := stats.NPSAdjustedWald(c[0], c[1], c[2], 0.95)
		for _, v := range []float64{nps, se, centre, ase, low, high} {
			if !math.IsNaN(v) {
				t.Errorf("counts %v: got %v, want NaN", c, v)
			}
		}
	}
	if nps, se := stats.NPS(0, 0, 1); nps != 100 || !math.IsNaN(se) {
		t.Errorf("one answer: %v, %v, want 100 and no error", nps, se)
	}
}

// Exactly ten cases on one side are not few, whatever the last digit of the weighted proportion says.
func TestTenCasesAreNotFew(t *testing.T) {
	for _, p := range []float64{.1, math.Nextafter(.1, 0), math.Nextafter(.1, 1), .9, math.Nextafter(.9, 0), math.Nextafter(.9, 1), 3 * .1 / 3} {
		if _, _, method := stats.ProportionInterval(p, .0009, 100, 99, 100, .95); method != stats.MethodLogit {
			t.Errorf("p = %.17g of 100: %s", p, method)
		}
	}
	if _, _, method := stats.ProportionInterval(.0999, .0009, 100, 99, 100, .95); method != stats.MethodKornGraubard {
		t.Errorf("9.99 cases: %s", method)
	}
}
