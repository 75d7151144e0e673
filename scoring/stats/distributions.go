package stats

import (
	"math"
	"sync/atomic"
)

// Every CDF returns both tails and computes the one that is small by itself, so that a tail of 1e-200 keeps its digits: 12 of them for
// shapes from 1e-3 on, fewer below. Quantiles invert the tail that p is nearer to. Shape parameters and degrees of freedom may be any
// number from 1e-100 to 1e100; "positive and finite" below means that.

// NormalCDF gives P(Z ≤ z) and P(Z > z) of the standard normal distribution; NaN for NaN.
func NormalCDF(z float64) (lower, upper float64) {
	return math.Erfc(-z/math.Sqrt2) / 2, math.Erfc(z/math.Sqrt2) / 2
}

// NormalQuantile is the z with P(Z ≤ z) = p; −Inf and +Inf at 0 and 1, NaN outside [0,1].
func NormalQuantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case p > 0.5:
		return -NormalQuantile(1 - p)
	case p >= 0.25:
		return math.Sqrt2 * math.Erfinv(2*(p-0.5))
	}
	// Newton on ln P(Z ≤ −z), which is concave: from the right of the root every step lands right of it again.
	target := math.Log(p)
	z := math.Sqrt(-2 * target)
	for range 60 {
		tail := math.Erfc(z/math.Sqrt2) / 2
		if tail == 0 {
			break
		}
		density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		step := (math.Log(tail) - target) * tail / density
		if math.IsNaN(step) || math.IsInf(step, 0) {
			break
		}
		z += step
		if math.Abs(step) <= 2e-16*z {
			break
		}
	}
	return -z
}

// NormalCritical is the half-width of a two-sided normal interval in standard errors; NaN unless 0 < confidence < 1.
func NormalCritical(confidence float64) float64 {
	if !(confidence > 0 && confidence < 1) {
		return math.NaN()
	}
	return -NormalQuantile((1 - confidence) / 2)
}

// normalDF is the number of degrees of freedom beyond which Student's t is taken as normal; tails within 40 standard errors
// differ by less than 1e-12 of themselves.
const (
	normalDF = 1e18
	lowestDF = 1e-100
)

// StudentCDF gives P(T ≤ t) and P(T > t) of Student's t on df degrees of freedom, which need not be whole and may be +Inf. With
// x = df/(df+t²), P(T > |t|) = I_x(df/2, ½)/2. NaN unless df ≥ 1e-100.
func StudentCDF(t, df float64) (lower, upper float64) {
	if math.IsNaN(t) || !(df >= lowestDF) {
		return math.NaN(), math.NaN()
	}
	if df > normalDF {
		return NormalCDF(t)
	}
	if t < 0 {
		upper, lower = StudentCDF(-t, df)
		return lower, upper
	}
	if math.IsInf(t, 1) {
		return 1, 0
	}
	r := t / math.Sqrt(df)
	if r > 1e150 {
		// x underflows; I_x(a,b) = x^a/(a·B(a,b)) to all digits.
		a := df / 2
		upper = math.Exp(-2*a*math.Log(r)-math.Log(a)-logBeta(a, 0.5)) / 2
		return 1 - upper, upper
	}
	tail, centre := incompleteBeta(1/(1+r*r), r*r/(1+r*r), df/2, 0.5)
	return 0.5 + centre/2, tail / 2
}

// noncentralLimit is the largest noncentrality that NoncentralStudentCDF takes; its series then has some 900 terms.
const noncentralLimit = 37

// NoncentralStudentCDF gives P(T ≤ t) and P(T > t) of T = (Z+delta)/√(χ²/df), by the series of Lenth (1989, AS 243): for t ≥ 0 and
// x = t²/(t²+df),
//
//	P(T ≤ t) = Φ(−δ) + ½Σ_j [p_j I_x(j+½, df/2) + q_j I_x(j+1, df/2)]
//
// with p_j the Poisson probabilities of mean δ²/2 and q_j = δ/√2·e^(−δ²/2)(δ²/2)^j/Γ(j+3/2). Tails are exact to about 1e-13 of 1, not of
// themselves. NaN unless df is positive and finite and |delta| ≤ 37.
func NoncentralStudentCDF(t, df, delta float64) (lower, upper float64) {
	if math.IsNaN(t) || !shape(df) || !(math.Abs(delta) <= noncentralLimit) {
		return math.NaN(), math.NaN()
	}
	if t < 0 {
		upper, lower = NoncentralStudentCDF(-t, df, -delta)
		return lower, upper
	}
	// squared ratio by a quotient that neither overflows nor loses the small side
	x := 1.0
	if r := t / math.Sqrt(df); r < 1e150 {
		x = r * r / (1 + r*r)
	}
	mean := delta * delta / 2
	below, _ := NormalCDF(-delta)
	var s Sum
	for j := 0.0; ; j++ {
		p := math.Exp(-mean + xlogy(j, mean) - LogGamma(j+1))
		q := delta / math.Sqrt2 * math.Exp(-mean+xlogy(j, mean)-LogGamma(j+1.5))
		odd, _ := BetaCDF(x, j+0.5, df/2)
		even, _ := BetaCDF(x, j+1, df/2)
		s.Add(p*odd + q*even)
		if j > mean && p < 1e-18 && math.Abs(q) < 1e-18 {
			break
		}
	}
	lower = min(max(below+s.Value()/2, 0), 1)
	return lower, 1 - lower
}

// xlogy is x·ln y, 0 where x is 0.
func xlogy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(y)
}

// StudentQuantile is the t with P(T ≤ t) = p on df degrees of freedom; ∓Inf at 0 and 1, NaN outside [0,1] or unless
// df ≥ 1e-100.
func StudentQuantile(p, df float64) float64 {
	switch {
	case !(p >= 0 && p <= 1) || !(df >= lowestDF):
		return math.NaN()
	case df > normalDF:
		return NormalQuantile(p)
	case p == 0.5:
		return 0
	case p > 0.5:
		return -StudentQuantile(1-p, df)
	case p == 0:
		return math.Inf(-1)
	}
	// u = ln(df/t²), the log odds of x.
	u := betaLogOdds(2*p, 2*(0.5-p), df/2, 0.5)
	return -math.Exp((math.Log(df) - u) / 2)
}

// StudentCritical is the half-width of a two-sided interval in standard errors on df degrees of freedom; NaN unless
// 0 < confidence < 1 and df ≥ 1e-100.
func StudentCritical(confidence, df float64) float64 {
	if !(confidence > 0 && confidence < 1) {
		return math.NaN()
	}
	if last := lastCritical.Load(); last != nil && last.confidence == confidence && last.df == df {
		return last.t
	}
	t := -StudentQuantile((1-confidence)/2, df)
	lastCritical.Store(&critical{confidence, df, t})
	return t
}

// critical is a result of StudentCritical; the intervals of a report ask for one again and again.
type critical struct{ confidence, df, t float64 }

var lastCritical atomic.Pointer[critical]

// ChiSquareCDF gives P(X ≤ x) and P(X > x) of chi-square on df degrees of freedom: the incomplete gamma ratios at (df/2, x/2). NaN
// unless df is positive and finite; x below 0 gives 0 and 1.
func ChiSquareCDF(x, df float64) (lower, upper float64) {
	return GammaCDF(x/2, df/2)
}

// ChiSquareQuantile is the x with P(X ≤ x) = p; 0 and +Inf at 0 and 1, NaN outside [0,1] or unless df is positive and finite.
func ChiSquareQuantile(p, df float64) float64 {
	return 2 * GammaQuantile(p, df/2)
}

// FCDF gives P(F ≤ f) and P(F > f) of Fisher's F: with x = df1·f/(df1·f+df2), I_x(df1/2, df2/2) and its complement. NaN unless both degrees
// of freedom are positive and finite; f below 0 gives 0 and 1.
func FCDF(f, df1, df2 float64) (lower, upper float64) {
	if math.IsNaN(f) || !shape(df1) || !shape(df2) {
		return math.NaN(), math.NaN()
	}
	if f <= 0 {
		return 0, 1
	}
	odds := f * (df1 / df2)
	if math.IsInf(odds, 1) {
		return 1, 0
	}
	return incompleteBeta(odds/(1+odds), 1/(1+odds), df1/2, df2/2)
}

// FQuantile is the f with P(F ≤ f) = p; 0 and +Inf at 0 and 1, NaN outside [0,1] or unless both degrees of freedom are positive and
// finite.
func FQuantile(p, df1, df2 float64) float64 {
	switch {
	case !(p >= 0 && p <= 1) || !shape(df1) || !shape(df2):
		return math.NaN()
	case p == 0:
		return 0
	case p == 1:
		return math.Inf(1)
	}
	return math.Exp(betaLogOdds(p, 1-p, df1/2, df2/2) + math.Log(df2) - math.Log(df1))
}

// BetaCDF gives the regularised incomplete beta function I_x(a,b) and 1 − I_x(a,b). NaN unless a and b are positive and finite; x outside
// [0,1] gives 0 and 1 or 1 and 0.
func BetaCDF(x, a, b float64) (lower, upper float64) {
	switch {
	case math.IsNaN(x) || !shape(a) || !shape(b):
		return math.NaN(), math.NaN()
	case x <= 0:
		return 0, 1
	case x >= 1:
		return 1, 0
	}
	return incompleteBeta(x, 1-x, a, b)
}

// BetaQuantile is the x with I_x(a,b) = p; NaN outside [0,1] or unless a and b are positive and finite.
func BetaQuantile(p, a, b float64) float64 {
	return betaQuantile(p, 1-p, a, b)
}

// betaQuantile inverts I_x(a,b) from both tails, lower = 1 − upper; the caller gives the small one exactly.
func betaQuantile(lower, upper, a, b float64) float64 {
	switch {
	case !(lower >= 0 && lower <= 1) || !shape(a) || !shape(b):
		return math.NaN()
	case lower == 0:
		return 0
	case upper == 0:
		return 1
	}
	return logistic(betaLogOdds(lower, upper, a, b))
}

// shape tells whether x can be a shape parameter or degrees of freedom. The bounds keep every sum, product and ratio of two finite.
func shape(x float64) bool {
	return x >= 1e-100 && x <= 1e100
}

// logistic is 1/(1+e^−x), with every digit where it is small.
func logistic(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}
