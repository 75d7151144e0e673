package stats

import "math"

// The functions below turn sums kept per sampling unit into the totals T_c that Design.Variance takes (linearisation, Binder
// 1983). The slices run over the PSUs of the whole design; a unit with nothing in the domain holds 0.

// MeanTotals are T_c = (Σ_c wx − x̄·Σ_c w)/W for the mean x̄ = Σwx/W, from w = Σ_c w and wx = Σ_c wx of each unit. The mean is NaN
// and the totals are nil when the lengths differ or W is not positive.
func MeanTotals(w, wx []float64) (mean float64, totals []float64) {
	return RatioTotals(w, wx)
}

// RatioTotals are T_c = (Σ_c wy − r·Σ_c wx)/Σwx for the ratio r = Σwy/Σwx, from wx = Σ_c wx and wy = Σ_c wy of each unit. The ratio is
// NaN and the totals are nil when the lengths differ or Σwx is 0.
func RatioTotals(wx, wy []float64) (ratio float64, totals []float64) {
	if len(wx) != len(wy) {
		return math.NaN(), nil
	}
	x := sumOf(wx)
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN(), nil
	}
	ratio = sumOf(wy) / x
	totals = make([]float64, len(wx))
	for c := range totals {
		totals[c] = (wy[c] - ratio*wx[c]) / x
	}
	return ratio, totals
}

// CombinedTotals are T_c = Σ_k a_k·T_kc for the linear combination Σa_kθ_k of statistics with PSU totals totals[k], all of one
// length; nil when lengths differ.
func CombinedTotals(coefficients []float64, totals [][]float64) []float64 {
	if len(coefficients) != len(totals) || len(totals) == 0 {
		return nil
	}
	out := make([]float64, len(totals[0]))
	for k, t := range totals {
		if len(t) != len(out) {
			return nil
		}
		for c, v := range t {
			out[c] += coefficients[k] * v
		}
	}
	return out
}

// QuadraticForm is a′Va, the variance of the linear combination Σa_kθ_k of statistics with covariance matrix v. NaN when the
// sizes differ.
func QuadraticForm(a []float64, v [][]float64) float64 {
	if len(v) != len(a) {
		return math.NaN()
	}
	var s Sum
	for i := range a {
		if len(v[i]) != len(a) {
			return math.NaN()
		}
		for j := range a {
			s.Add(a[i] * a[j] * v[i][j])
		}
	}
	return s.Value()
}

// Interval is the symmetric interval estimate ± t_df·SE at a confidence between 0 and 1; df = +Inf gives the normal interval.
// NaN when the variance is negative, df is not positive or the confidence is outside (0,1).
func Interval(estimate, variance, df, confidence float64) (low, high float64) {
	if !(variance >= 0) || !(confidence > 0 && confidence < 1) {
		return math.NaN(), math.NaN()
	}
	half := StudentCritical(confidence, df) * math.Sqrt(variance)
	return estimate - half, estimate + half
}
