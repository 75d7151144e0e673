package stats

import "math"

// Names of the rules that ProportionInterval chooses from.
const (
	MethodLogit        = "logit"
	MethodKornGraubard = "korn-graubard"
)

// fewCases on either side of a proportion make it neither small nor extreme. The slack keeps the last digit of a weighted proportion
// from deciding on exactly ten.
const (
	fewCases      = 10
	fewCasesSlack = 1e-9
)

// ProportionInterval is the interval of a weighted proportion p with variance v under the design, n unweighted rows, df degrees of
// freedom and Kish effective number kishN. Small or extreme proportions, n·min(p,1−p) < 10 by more than rounding, take the Korn–Graubard interval, with
// n* = kishN where p is 0 or 1; all others the logit interval. Everything is NaN and method empty for arguments outside
// their domain (p outside [0,1], negative variance, n < 1, confidence outside (0,1), df not positive unless p is 0 or 1).
func ProportionInterval(p, variance float64, n int, df, kishN, confidence float64) (low, high float64, method string) {
	nan := math.NaN()
	if !(p >= 0 && p <= 1) || n < 1 || !(confidence > 0 && confidence < 1) {
		return nan, nan, ""
	}
	switch {
	case p == 0 || p == 1:
		if !(kishN > 0) {
			return nan, nan, ""
		}
		low, high = betaInterval(p, kishN, confidence)
		method = MethodKornGraubard
	case float64(n)*math.Min(p, 1-p) < fewCases-fewCasesSlack:
		low, high = KornGraubardInterval(p, variance, n, df, confidence)
		method = MethodKornGraubard
	default:
		low, high = LogitInterval(p, variance, df, confidence)
		method = MethodLogit
	}
	if math.IsNaN(low) || math.IsNaN(high) {
		return nan, nan, ""
	}
	return low, high, method
}

// LogitInterval is l = ln(p/(1−p)) ± t_df·√v/(p(1−p)), transformed back (Korn & Graubard 1998, section 2). NaN unless 0 < p < 1,
// v ≥ 0, df > 0.
func LogitInterval(p, variance, df, confidence float64) (low, high float64) {
	if !(p > 0 && p < 1) || !(variance >= 0) {
		return math.NaN(), math.NaN()
	}
	half := StudentCritical(confidence, df) * math.Sqrt(variance) / (p * (1 - p))
	l := math.Log(p) - math.Log1p(-p)
	return logistic(l - half), logistic(l + half)
}

// ArcsineInterval is asin√p ± t_df·√v/(2√(p(1−p))), held to 0 … π/2 and transformed back by sin² (Anscombe 1948). NaN unless 0 < p < 1,
// v ≥ 0, df > 0.
func ArcsineInterval(p, variance, df, confidence float64) (low, high float64) {
	if !(p > 0 && p < 1) || !(variance >= 0) {
		return math.NaN(), math.NaN()
	}
	half := StudentCritical(confidence, df) * math.Sqrt(variance) / (2 * math.Sqrt(p*(1-p)))
	l, h := math.Sin(math.Max(0, math.Asin(math.Sqrt(p))-half)), math.Sin(math.Min(math.Pi/2, math.Asin(math.Sqrt(p))+half))
	return l * l, h * h
}

// KornGraubardInterval is the Clopper–Pearson form at the effective number n* = [p(1−p)/v]·(t_{n−1}/t_df)²
// (Korn & Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts estimated from survey
// data"): Beta(α/2; n*p, n*(1−p)+1) and Beta(1−α/2; n*p+1, n*(1−p)). n* is not cut at n. NaN unless 0 < p < 1, v ≥ 0, n ≥ 2, df > 0;
// v = 0 gives the point p.
func KornGraubardInterval(p, variance float64, n int, df, confidence float64) (low, high float64) {
	if !(p > 0 && p < 1) || !(variance >= 0) || n < 2 || !(df > 0) {
		return math.NaN(), math.NaN()
	}
	if variance == 0 {
		return p, p
	}
	r := StudentCritical(confidence, float64(n-1)) / StudentCritical(confidence, df)
	return betaInterval(p, p*(1-p)/variance*r*r, confidence)
}

// betaInterval is the exact binomial interval at p with n trials, which need not be whole; the side that does not exist is 0 or 1.
func betaInterval(p, n, confidence float64) (low, high float64) {
	alpha := (1 - confidence) / 2
	low, high = 0, 1
	if p > 0 {
		low = BetaQuantile(alpha, n*p, n*(1-p)+1)
	}
	if p < 1 {
		high = betaQuantile(1-alpha, alpha, n*p+1, n*(1-p))
	}
	return low, high
}

// ClopperPearson is the exact interval of x successes in n trials (Clopper & Pearson 1934). NaN unless 0 ≤ x ≤ n, n > 0.
func ClopperPearson(x, n, confidence float64) (low, high float64) {
	if !(n > 0) || math.IsInf(n, 0) || !(x >= 0 && x <= n) || !(confidence > 0 && confidence < 1) {
		return math.NaN(), math.NaN()
	}
	return betaInterval(x/n, n, confidence)
}

// WilsonInterval is the score interval of a proportion p on n trials, which may be an effective number (Wilson 1927):
// (p + z²/2n ± z√(p(1−p)/n + z²/4n²))/(1 + z²/n). NaN unless 0 ≤ p ≤ 1, n > 0.
func WilsonInterval(p, n, confidence float64) (low, high float64) {
	if !(p >= 0 && p <= 1) || !(n > 0) || math.IsInf(n, 0) || !(confidence > 0 && confidence < 1) {
		return math.NaN(), math.NaN()
	}
	z := NormalCritical(confidence)
	z2n := z * z / n
	half := z * math.Sqrt(p*(1-p)/n+z2n/(4*n))
	return math.Max(0, (p+z2n/2-half)/(1+z2n)), math.Min(1, (p+z2n/2+half)/(1+z2n))
}
