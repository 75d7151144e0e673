package stats

import (
	"math"
	"slices"
)

// What Verdict says of a difference.
const (
	Different = "different"
	Same      = "same"
	Unclear   = "unclear"
)

// significance is the level at which Verdict calls a difference or an equivalence shown.
const significance = 0.05

// Holm adjusts p-values for several tests, step-down: the i-th smallest of m becomes max over j ≤ i of (m−j+1)·p_(j), at most 1
// (Holm 1979). NaN stays NaN and does not count in m.
func Holm(p []float64) []float64 {
	out, order := ranked(p)
	m := len(order)
	highest := 0.0
	for i, k := range order {
		highest = math.Max(highest, math.Min(1, float64(m-i)*p[k]))
		out[k] = highest
	}
	return out
}

// BenjaminiHochberg adjusts p-values to bound the false discovery rate, step-up: the i-th smallest of m becomes min over j ≥ i of
// m·p_(j)/j, at most 1 (Benjamini & Hochberg 1995). NaN stays NaN and does not count in m.
func BenjaminiHochberg(p []float64) []float64 {
	out, order := ranked(p)
	m := len(order)
	lowest := 1.0
	for i := m - 1; i >= 0; i-- {
		lowest = math.Min(lowest, float64(m)/float64(i+1)*p[order[i]])
		out[order[i]] = lowest
	}
	return out
}

// BenjaminiYekutieli is BenjaminiHochberg times Σ1/j over j ≤ m, at most 1, which bounds the false discovery rate however the tests
// depend on one another (Benjamini & Yekutieli 2001). NaN stays NaN and does not count in m.
func BenjaminiYekutieli(p []float64) []float64 {
	out, order := ranked(p)
	m := len(order)
	var harmonic Sum
	for j := 1; j <= m; j++ {
		harmonic.Add(1 / float64(j))
	}
	lowest := 1.0
	for i := m - 1; i >= 0; i-- {
		lowest = math.Min(lowest, harmonic.Value()*float64(m)/float64(i+1)*p[order[i]])
		out[order[i]] = lowest
	}
	return out
}

// Hochberg adjusts p-values step-up: the i-th smallest of m becomes min over j ≥ i of (m−j+1)·p_(j), at most 1 (Hochberg 1988). Never
// above Holm, but it asks for independent tests or such as Simes' inequality holds for. NaN stays NaN and does not count in m.
func Hochberg(p []float64) []float64 {
	out, order := ranked(p)
	m := len(order)
	lowest := 1.0
	for i := m - 1; i >= 0; i-- {
		lowest = math.Min(lowest, float64(m-i)*p[order[i]])
		out[order[i]] = lowest
	}
	return out
}

// Bonferroni adjusts p-values to m·p, at most 1 (Dunn 1961). NaN stays NaN and does not count in m.
func Bonferroni(p []float64) []float64 {
	out, order := ranked(p)
	for _, k := range order {
		out[k] = math.Min(1, float64(len(order))*p[k])
	}
	return out
}

// ranked gives a copy of p and the places of its numbers in ascending order.
func ranked(p []float64) (copied []float64, order []int) {
	copied = slices.Clone(p)
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return copied, order
}

// DifferenceP is the two-sided p-value of a difference against 0 with its standard error, Student t on df. A standard error of 0 gives
// 0, or 1 where the difference is 0 too. NaN when se is negative or df not positive.
func DifferenceP(diff, se, df float64) float64 {
	if !(se >= 0) || math.IsNaN(diff) {
		return math.NaN()
	}
	t := math.Abs(diff) / se
	if diff == 0 {
		t = 0
	}
	_, upper := StudentCDF(t, df)
	return math.Min(1, 2*upper)
}

// EquivalenceP is the p-value of two one-sided tests that a difference lies within ±margin (Schuirmann 1987): the larger of
// P(T ≥ (diff+margin)/se) and P(T ≤ (diff−margin)/se), Student t on df. NaN when margin or df is not positive or se is negative.
func EquivalenceP(diff, se, df, margin float64) float64 {
	if !(margin > 0) || !(se >= 0) || math.IsNaN(diff) {
		return math.NaN()
	}
	low, high := diff+margin, diff-margin
	if se == 0 && (low == 0 || high == 0) {
		return 1
	}
	_, above := StudentCDF(low/se, df)
	below, _ := StudentCDF(high/se, df)
	return math.Max(above, below)
}

// Welch is the difference of two group means of unweighted rows, mean1 − mean2, with its standard error √(v₁/n₁+v₂/n₂) and the degrees
// of freedom of Welch (1947) and Satterthwaite (1946). variance1 and variance2 have n−1 in the denominator. Everything is NaN when a
// group has fewer than two rows; df is NaN when nothing varies.
func Welch(n1 int, mean1, variance1 float64, n2 int, mean2, variance2 float64) (diff, se, df float64) {
	if n1 < 2 || n2 < 2 || !(variance1 >= 0) || !(variance2 >= 0) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	a, b := variance1/float64(n1), variance2/float64(n2)
	df = (a + b) * (a + b) / (a*a/float64(n1-1) + b*b/float64(n2-1))
	return mean1 - mean2, math.Sqrt(a + b), df
}

// Verdict judges a difference with its standard error, Student t on df: Different when the adjusted p-value is below 0.05 and the
// difference at least the margin, Same when two one-sided tests place it within ±margin at 0.05, else Unclear, also when a
// number is missing (NaN).
func Verdict(diff, se, df, pAdjusted, margin float64) string {
	if pAdjusted < significance && math.Abs(diff) >= margin {
		return Different
	}
	if EquivalenceP(diff, se, df, margin) < significance {
		return Same
	}
	return Unclear
}

// CohensD is the standardised difference of two group means with variances (n−1 in the denominator) and sizes, (mean1−mean2)/s with
// the pooled s² = ((n₁−1)v₁+(n₂−1)v₂)/(n₁+n₂−2) (Cohen 1988). NaN when a group has fewer than two rows or nothing varies.
func CohensD(n1 int, mean1, variance1 float64, n2 int, mean2, variance2 float64) float64 {
	if n1 < 2 || n2 < 2 || !(variance1 >= 0) || !(variance2 >= 0) || !(variance1+variance2 > 0) {
		return math.NaN()
	}
	return (mean1 - mean2) / math.Sqrt(pooledVariance(n1, variance1, n2, variance2))
}

// HedgesG is CohensD times the exact correction J = Γ(m/2)/(√(m/2)·Γ((m−1)/2)), m = n₁+n₂−2, for its bias (Hedges 1981).
func HedgesG(n1 int, mean1, variance1 float64, n2 int, mean2, variance2 float64) float64 {
	m := float64(n1 + n2 - 2)
	return HedgesCorrection(m) * CohensD(n1, mean1, variance1, n2, mean2, variance2)
}

// HedgesCorrection is J = Γ(m/2)/(√(m/2)·Γ((m−1)/2)) on m degrees of freedom (Hedges 1981); NaN unless m > 1.
func HedgesCorrection(m float64) float64 {
	if !(m > 1) {
		return math.NaN()
	}
	return math.Exp(LogGamma(m/2) - math.Log(m/2)/2 - LogGamma((m-1)/2))
}

func pooledVariance(n1 int, variance1 float64, n2 int, variance2 float64) float64 {
	return (float64(n1-1)*variance1 + float64(n2-1)*variance2) / float64(n1+n2-2)
}

// Jackknife is the delete-a-group variance of an estimate theta from its replicates, each with one of G groups left out, centred at the
// full estimate: V = (G−1)/G·Σ(θ_(g)−θ)². NaN below two replicates.
func Jackknife(theta float64, replicates []float64) float64 {
	if len(replicates) < 2 {
		return math.NaN()
	}
	var s Sum
	for _, r := range replicates {
		s.Add((r - theta) * (r - theta))
	}
	g := float64(len(replicates))
	return (g - 1) / g * s.Value()
}

// JackknifeAboutMean is Jackknife centred at the mean of the replicates.
func JackknifeAboutMean(replicates []float64) float64 {
	return Jackknife(sumOf(replicates)/float64(len(replicates)), replicates)
}
