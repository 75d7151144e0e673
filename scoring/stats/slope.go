package stats

import (
	"math"
	"slices"
)

// Trend is the straight line through a series, weighted least squares with weights 1/v. Time is the period's place, 1 … n.
type Trend struct {
	// N counts the periods used: those with an estimate and a positive variance.
	N int
	// Slope is the change per period and Intercept the level at time 0, with standard errors that follow from the
	// variances of the estimates alone.
	Intercept, Slope, InterceptSE, SlopeSE float64
	// Z is Slope/SlopeSE, P its two-sided normal p-value.
	Z, P float64
	// ChiSquare is Σ(residual²/v) on DF = N−2: how badly a line fits; LackOfFitP is its upper tail. The errors times
	// √(ChiSquare/DF) are those of a regression that estimates its error from the residuals.
	ChiSquare  float64
	DF         int
	LackOfFitP float64
}

// LinearTrend fits a line to a series (Aitken 1935). Everything but N and DF is NaN below two usable periods, LackOfFitP below three.
func LinearTrend(points []Point) Trend {
	var weight, time, level Sum
	out := Trend{LackOfFitP: math.NaN()}
	for i, p := range points {
		if p.weighable() {
			out.N++
			weight.Add(1 / p.Variance)
			time.Add(float64(i+1) / p.Variance)
			level.Add(p.Estimate / p.Variance)
		}
	}
	out.DF = max(0, out.N-2)
	w := weight.Value()
	t, y := time.Value()/w, level.Value()/w
	var tt, ty Sum
	for i, p := range points {
		if p.weighable() {
			d := float64(i+1) - t
			tt.Add(d * d / p.Variance)
			ty.Add(d * (p.Estimate - y) / p.Variance)
		}
	}
	if out.N < 2 || !(tt.Value() > 0) {
		nan := math.NaN()
		out.Intercept, out.Slope, out.InterceptSE, out.SlopeSE, out.Z, out.P, out.ChiSquare = nan, nan, nan, nan, nan, nan, nan
		return out
	}
	out.Slope, out.SlopeSE = ty.Value()/tt.Value(), 1/math.Sqrt(tt.Value())
	out.Intercept, out.InterceptSE = y-out.Slope*t, math.Sqrt(1/w+t*t/tt.Value())
	out.Z, out.P = out.Slope/out.SlopeSE, DifferenceP(out.Slope, out.SlopeSE, math.Inf(1))
	var q Sum
	for i, p := range points {
		if p.weighable() {
			e := p.Estimate - y - out.Slope*(float64(i+1)-t)
			q.Add(e * e / p.Variance)
		}
	}
	out.ChiSquare = q.Value()
	if out.DF > 0 {
		_, out.LackOfFitP = ChiSquareCDF(out.ChiSquare, float64(out.DF))
	}
	return out
}

// Homogeneity tests that a series stays at one level: Q = Σ(y−ȳ)²/v with ȳ weighted by 1/v, χ² on the number of usable periods
// less one (Cochran 1954). NaN below two periods with an estimate and a positive variance.
func Homogeneity(points []Point) (chiSquare float64, df int, p float64) {
	var weight, level, q Sum
	n := 0
	for _, p := range points {
		if p.weighable() {
			n++
			weight.Add(1 / p.Variance)
			level.Add(p.Estimate / p.Variance)
		}
	}
	if n < 2 {
		return math.NaN(), 0, math.NaN()
	}
	y := level.Value() / weight.Value()
	for _, p := range points {
		if p.weighable() {
			q.Add((p.Estimate - y) * (p.Estimate - y) / p.Variance)
		}
	}
	_, p = ChiSquareCDF(q.Value(), float64(n-1))
	return q.Value(), n - 1, p
}

// MannKendall is the rank test of a monotone trend (Mann 1945, Kendall 1975).
type MannKendall struct {
	// N counts the values used, S the pairs that rise less those that fall.
	N, S int
	// Variance is that of S without a trend, [n(n−1)(2n+5) − Σt(t−1)(2t+5)]/18 over groups of t equal values.
	Variance float64
	// Z is (S∓1)/√Variance, 0 when S is, and P its two-sided normal p-value.
	Z, P float64
	// TauB is S/√(n₀(n₀−n₁)) with n₀ = n(n−1)/2 pairs, n₁ of them equal.
	TauB float64
}

// MannKendallTrend tests the series x, whose missing values (NaN) are left out; the time it takes grows with the square of its length.
// Z, P and TauB are NaN below two values or when all are equal.
func MannKendallTrend(x []float64) MannKendall {
	var known []float64
	for _, v := range x {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	out := MannKendall{N: len(known)}
	for i, a := range known {
		for _, b := range known[i+1:] {
			switch {
			case b > a:
				out.S++
			case b < a:
				out.S--
			}
		}
	}
	n := float64(out.N)
	variance, pairs := n*(n-1)*(2*n+5), n*(n-1)/2
	equal := 0.0
	slices.Sort(known)
	for i := 0; i < len(known); {
		j := i
		for j < len(known) && known[j] == known[i] {
			j++
		}
		t := float64(j - i)
		variance -= t * (t - 1) * (2*t + 5)
		equal += t * (t - 1) / 2
		i = j
	}
	out.Variance = variance / 18
	if !(pairs > equal) {
		out.Z, out.P, out.TauB = math.NaN(), math.NaN(), math.NaN()
		return out
	}
	s := float64(out.S)
	if out.S != 0 {
		out.Z = (s - math.Copysign(1, s)) / math.Sqrt(out.Variance)
	}
	out.P = DifferenceP(out.Z, 1, math.Inf(1))
	out.TauB = s / math.Sqrt(pairs*(pairs-equal))
	return out
}

// TheilSen is the median of the slopes (x_j−x_i)/(j−i) between all pairs of values, the change per period that single outliers do not
// move (Theil 1950, Sen 1968). Missing values (NaN) keep their place. Time and memory grow with the square of the length. NaN
// below two values.
func TheilSen(x []float64) float64 {
	var slopes []float64
	for i, a := range x {
		for j := i + 1; j < len(x); j++ {
			if s := (x[j] - a) / float64(j-i); !math.IsNaN(s) {
				slopes = append(slopes, s)
			}
		}
	}
	return Median(slopes)
}
