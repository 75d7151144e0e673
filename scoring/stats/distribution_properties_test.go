package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// logUniform draws from low … high evenly on the logarithm.
func logUniform(t *rapid.T, name string, low, high float64) float64 {
	return math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, name))
}

// TestDistributionProperties checks identities between distributions and that quantiles invert the tails, at ordinary parameters.
func TestDistributionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := logUniform(t, "a", 0.2, 1e6), logUniform(t, "b", 0.2, 1e6)
		p := logUniform(t, "p", 1e-250, 0.5)
		close := func(what string, got, want float64) {
			t.Helper()
			if relative(got, want) > 1e-9 {
				t.Errorf("%s: %.17g, want %.17g", what, got, want)
			}
		}

		z := stats.NormalQuantile(p)
		lower, upper := stats.NormalCDF(z)
		close("normal at its quantile", lower, p)
		mirror, _ := stats.NormalCDF(-z)
		close("normal mirrored", mirror, upper)

		q := stats.StudentQuantile(p, a)
		lower, _ = stats.StudentCDF(q, a)
		if q > -1e290 {
			close("student at its quantile", lower, p)
			// T² is F on 1 and a.
			_, tail := stats.FCDF(q*q, 1, a)
			if q > -1e140 {
				close("student squared", tail, 2*lower)
			}
		}

		if q := stats.GammaQuantile(p, a); q > 1e-290 {
			lower, _ = stats.GammaCDF(q, a)
			close("gamma at its quantile", lower, p)
		}
		if p > 1e-15 {
			q := stats.ChiSquareQuantile(1-p, a)
			_, upper = stats.ChiSquareCDF(q, a)
			close("chi-square at its upper quantile", upper, 1-(1-p))
		}
		// Chi-square on 2 is exponential.
		x := rapid.Float64Range(0, 1400).Draw(t, "x")
		_, upper = stats.ChiSquareCDF(x, 2)
		close("exponential", upper, math.Exp(-x/2))

		if q := stats.BetaQuantile(p, a, b); q > 1e-290 && q < 0.9 {
			lower, upper = stats.BetaCDF(q, a, b)
			close("beta at its quantile", lower, p)
			close("beta's other tail", upper, 1-p)
		}
		if q := stats.FQuantile(p, a, b); q > 1e-290 && q < 1e290 {
			lower, _ = stats.FCDF(q, a, b)
			close("F at its quantile", lower, p)
			_, upper = stats.FCDF(1/q, b, a)
			close("F turned over", upper, p)
		}
		// I_x(a,1) = x^a, near the centre of the scale and far from it.
		y := logUniform(t, "y", 1e-200, 0.999)
		lower, _ = stats.BetaCDF(y, a, 1)
		if want := math.Exp(a * math.Log(y)); want > 1e-290 {
			close("power", lower, want)
		}

		// Tails are monotone, also across the places where the method changes.
		at := stats.GammaQuantile(rapid.Float64Range(0.001, 0.999).Draw(t, "central"), a)
		before, _ := stats.GammaCDF(at*(1-1e-6), a)
		after, _ := stats.GammaCDF(at*(1+1e-6), a)
		if before > after {
			t.Errorf("gamma of shape %v falls at %v", a, at)
		}
	})
}

// TestMethodsMeet checks that tails do not jump where the computation changes from series to integration.
func TestMethodsMeet(t *testing.T) {
	const edge = 1e5
	below, above := math.Nextafter(edge, 0), edge
	for _, z := range []float64{-30, -8, -3, -0.5, 0, 0.5, 3, 8, 30} {
		x := edge + z*math.Sqrt(edge)
		l1, u1 := stats.GammaCDF(x, below)
		l2, u2 := stats.GammaCDF(x, above)
		if relative(l1, l2) > 1e-11 || relative(u1, u2) > 1e-11 {
			t.Errorf("gamma at %v: %.17g, %.17g by fractions, %.17g, %.17g by integration", x, l1, u1, l2, u2)
		}
		p := 0.5 + z/(2*math.Sqrt(2*edge))
		l1, u1 = stats.BetaCDF(p, below, below)
		l2, u2 = stats.BetaCDF(p, above, above)
		if relative(l1, l2) > 1e-11 || relative(u1, u2) > 1e-11 {
			t.Errorf("beta at %v: %.17g, %.17g by fractions, %.17g, %.17g by integration", p, l1, u1, l2, u2)
		}
	}
}

// TestTailsAtHugeShapes compares with the normal distribution, with the first Edgeworth term for the skewness 2/√a of the gamma; what is
// left out is of the order 1/a.
func TestTailsAtHugeShapes(t *testing.T) {
	const a = 1e12
	for _, z := range []float64{-3, -1, 0, 0.5, 2} {
		normal, _ := stats.NormalCDF(z)
		want := normal - (z*z-1)*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)/(3*math.Sqrt(a))
		if got, _ := stats.GammaCDF(a+z*math.Sqrt(a), a); relative(got, want) > 1e-9 {
			t.Errorf("gamma at %v: %.17g, want %.17g", z, got, want)
		}
		if got, _ := stats.BetaCDF(0.5+z/(2*math.Sqrt(2*a)), a, a); relative(got, normal) > 1e-9 {
			t.Errorf("beta at %v: %.17g, want %.17g", z, got, normal)
		}
	}
}

func TestDistributionsOutsideTheirDomain(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, v := range map[string]float64{
		"normal quantile below 0":      stats.NormalQuantile(-0.1),
		"normal quantile above 1":      stats.NormalQuantile(1.1),
		"normal quantile of NaN":       stats.NormalQuantile(nan),
		"normal critical at 1":         stats.NormalCritical(1),
		"student quantile, df 0":       stats.StudentQuantile(0.5, 0),
		"student critical, df NaN":     stats.StudentCritical(0.95, nan),
		"student critical at 0":        stats.StudentCritical(0, 5),
		"chi-square quantile, df -1":   stats.ChiSquareQuantile(0.5, -1),
		"chi-square quantile, df +Inf": stats.ChiSquareQuantile(0.5, inf),
		"F quantile, df NaN":           stats.FQuantile(0.5, nan, 3),
		"beta quantile, b 0":           stats.BetaQuantile(0.5, 1, 0),
		"log gamma of 0":               stats.LogGamma(0),
		"log gamma of -1.5":            stats.LogGamma(-1.5),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s: %v, want NaN", name, v)
		}
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"normal at 0", stats.NormalQuantile(0), -inf},
		{"normal at 1", stats.NormalQuantile(1), inf},
		{"student at 0", stats.StudentQuantile(0, 3), -inf},
		{"student at 1", stats.StudentQuantile(1, 3), inf},
		{"student at a half", stats.StudentQuantile(0.5, 3), 0},
		{"student on infinite df", stats.StudentQuantile(0.975, inf), stats.NormalQuantile(0.975)},
		{"chi-square at 1", stats.ChiSquareQuantile(1, 3), inf},
		{"F at 0", stats.FQuantile(0, 2, 3), 0},
		{"beta at 1", stats.BetaQuantile(1, 2, 3), 1},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// With its definition integrated, P(T ≤ t) = ∫Φ(t·s−δ) dP(√(χ²/df) ≤ s), by Simpson's rule, and with Student's t where δ is 0.
func TestNoncentralStudent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, df := rapid.Float64Range(-6, 6).Draw(t, "t"), rapid.Float64Range(3, 400).Draw(t, "df")
		delta := rapid.Float64Range(-5, 5).Draw(t, "delta")
		lower, upper := stats.NoncentralStudentCDF(at, df, delta)
		const steps = 4000
		high := 1 + 12/math.Sqrt(df)
		low := math.Max(0, 2-high)
		scale := math.Log(2) + df/2*math.Log(df/2) - stats.LogGamma(df/2)
		integral := 0.0
		for i := range steps + 1 {
			s := low + (high-low)*float64(i)/steps
			if s == 0 {
				continue
			}
			below, _ := stats.NormalCDF(at*s - delta)
			f := below * math.Exp(scale+(df-1)*math.Log(s)-df*s*s/2)
			switch {
			case i == 0 || i == steps:
			case i%2 == 1:
				f *= 4
			default:
				f *= 2
			}
			integral += f * (high - low) / steps / 3
		}
		same(t, "by integration", lower, integral, 1)
		same(t, "both tails", lower+upper, 1, 1)
		l, u := stats.NoncentralStudentCDF(-at, df, -delta)
		same(t, "mirrored", l, upper, 1)
		same(t, "mirrored", u, lower, 1)
		l, _ = stats.NoncentralStudentCDF(at, df, 0)
		central, _ := stats.StudentCDF(at, df)
		same(t, "central", l, central, 1)
	})
	for name, c := range map[string][3]float64{"df 0": {1, 0, 1}, "delta": {1, 5, 38}, "delta NaN": {1, 5, math.NaN()}, "t NaN": {math.NaN(), 5, 1}} {
		if lower, upper := stats.NoncentralStudentCDF(c[0], c[1], c[2]); !math.IsNaN(lower) || !math.IsNaN(upper) {
			t.Errorf("%s: %v, %v, want NaN", name, lower, upper)
		}
	}
	if lower, upper := stats.NoncentralStudentCDF(math.Inf(1), 5, 37); math.Abs(lower-1) > 1e-12 || math.Abs(upper) > 1e-12 {
		t.Errorf("at infinity: %v, %v", lower, upper)
	}
}
