package stats

import (
	"cmp"
	"math"
	"slices"
)

// FTest is a statistic that follows the F distribution on DF1 and DF2 degrees of freedom when the hypothesis holds; P is its upper
// tail. All are NaN when the test cannot be made.
type FTest struct {
	F, DF1, DF2, P float64
}

func fTest(f, df1, df2 float64) FTest {
	if math.IsNaN(f) || !(df1 > 0) || !(df2 > 0) {
		nan := math.NaN()
		return FTest{F: nan, DF1: nan, DF2: nan, P: nan}
	}
	_, p := FCDF(f, df1, df2)
	return FTest{F: f, DF1: df1, DF2: df2, P: p}
}

// OneWay is the analysis of variance of groups of unweighted rows (Fisher 1925).
type OneWay struct {
	// Between and Within are the sums of squares Σn_g(x̄_g−x̄)² and Σ(n_g−1)s²_g.
	Between, Within float64
	// Test is F = (Between/(k−1))/(Within/(n−k)), right when the groups vary alike; see WelchOneWay.
	Test FTest
	// Eta2 is η² = Between/(Between+Within), the share of variance that lies between groups.
	Eta2 float64
	// Omega2 is ω² = (Between−(k−1)·MS)/(Between+Within+MS) with MS = Within/(n−k), less biased (Hays 1963). It is below 0 when groups
	// differ less than chance alone would make them.
	Omega2 float64
}

// AnalyseVariance compares the means of groups, of which those without rows are left out. All is NaN below two groups, without
// more rows than groups or when a mean or variance is missing. Groups that do not vary within give F +Inf; when nothing varies at
// all, everything but the sums of squares is NaN.
func AnalyseVariance(groups []Group) OneWay {
	nan := math.NaN()
	k, n := 0, 0
	var total, within, between Sum
	for _, g := range groups {
		if g.N < 1 {
			continue
		}
		k++
		n += g.N
		total.Add(float64(g.N) * g.Mean)
		if g.N > 1 {
			if !(g.Variance >= 0) {
				within.Add(nan)
			}
			within.Add(float64(g.N-1) * g.Variance)
		}
	}
	if k < 2 || n <= k || math.IsNaN(within.Value()) {
		return OneWay{Between: nan, Within: nan, Test: fTest(nan, 0, 0), Eta2: nan, Omega2: nan}
	}
	mean := total.Value() / float64(n)
	for _, g := range groups {
		if g.N > 0 {
			between.Add(float64(g.N) * (g.Mean - mean) * (g.Mean - mean))
		}
	}
	out := OneWay{Between: between.Value(), Within: within.Value()}
	df1, df2 := float64(k-1), float64(n-k)
	ms := out.Within / df2
	out.Test = fTest(out.Between/df1/ms, df1, df2)
	out.Eta2 = out.Between / (out.Between + out.Within)
	out.Omega2 = (out.Between - df1*ms) / (out.Between + out.Within + ms)
	return out
}

// WelchOneWay tests that k groups of unweighted rows have one mean, whatever their variances (Welch 1951, "On the comparison of
// several mean values"): with u_g = n_g/s²_g, U = Σu_g, x̃ = Σu_g x̄_g/U and a = Σ(1−u_g/U)²/(n_g−1)/(k²−1),
//
//	F = Σu_g(x̄_g−x̃)²/((k−1)(1+2(k−2)a)) on k−1 and 1/(3a)
//
// Groups without rows are left out. NaN below two groups or when a group has one row or does not vary.
func WelchOneWay(groups []Group) FTest {
	nothing := fTest(math.NaN(), 0, 0)
	var total, weighted Sum
	k := 0
	for _, g := range groups {
		if g.N < 1 {
			continue
		}
		if g.N < 2 || !(g.Variance > 0) || math.IsInf(g.Variance, 0) {
			return nothing
		}
		k++
		u := float64(g.N) / g.Variance
		total.Add(u)
		weighted.Add(u * g.Mean)
	}
	if k < 2 {
		return nothing
	}
	of := total.Value()
	mean := weighted.Value() / of
	var a, q Sum
	for _, g := range groups {
		if g.N < 1 {
			continue
		}
		u := float64(g.N) / g.Variance
		a.Add((1 - u/of) * (1 - u/of) / float64(g.N-1))
		q.Add(u * (g.Mean - mean) * (g.Mean - mean))
	}
	small := a.Value() / float64(k*k-1)
	return fTest(q.Value()/(float64(k-1)*(1+2*float64(k-2)*small)), float64(k-1), 1/(3*small))
}

// KruskalWallis tests that groups of unweighted rows come from one distribution (Kruskal & Wallis 1952): with R_g the sum of the ranks of
// group g among all n rows, alike values sharing their mean rank,
//
//	χ² = (12/(n(n+1))·ΣR²_g/n_g − 3(n+1)) / (1 − Σ(t³−t)/(n³−n))
//
// over sets of t alike values, on k−1 degrees of freedom. Empty groups are left out. NaN below two groups, when nothing varies or a value
// is NaN.
func KruskalWallis(groups [][]float64) (chi2, df, p float64) {
	type ranked struct {
		value float64
		group int
	}
	var rows []ranked
	k := 0
	for g, values := range groups {
		if len(values) > 0 {
			k++
		}
		for _, v := range values {
			if math.IsNaN(v) {
				return v, v, v
			}
			rows = append(rows, ranked{v, g})
		}
	}
	slices.SortFunc(rows, func(a, b ranked) int { return cmp.Compare(a.value, b.value) })
	n := float64(len(rows))
	sums, ties := make([]float64, len(groups)), 0.0
	for i := 0; i < len(rows); {
		j := i
		for j < len(rows) && rows[j].value == rows[i].value {
			j++
		}
		t := float64(j - i)
		ties += t*t*t - t
		for _, row := range rows[i:j] {
			sums[row.group] += float64(i+j+1) / 2
		}
		i = j
	}
	if k < 2 || !(ties < n*n*n-n) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	var between Sum
	for g, sum := range sums {
		if m := float64(len(groups[g])); m > 0 {
			// about the mean rank, so that nothing large cancels
			d := sum/m - (n+1)/2
			between.Add(m * d * d)
		}
	}
	chi2, df = 12/(n*(n+1))*between.Value()/(1-ties/(n*n*n-n)), float64(k-1)
	_, p = ChiSquareCDF(chi2, df)
	return chi2, df, p
}

// WaldEqual tests that k estimates with covariance matrix V, estimated on df degrees of freedom, are all one (Wald 1943, with the
// adjusted F of Korn & Graubard 1990):
//
//	F = (Cȳ)′(CVC′)⁻¹(Cȳ)/(k−1) on k−1 and df−k+1
//
// C takes the differences to the first; any other set of contrasts gives the same F. Covariances between groups count, as when
// segments share flights. NaN below two estimates, when sizes differ, a number is missing, df < k or a difference has no variance.
func WaldEqual(estimates []float64, covariance [][]float64, df float64) FTest {
	nothing := fTest(math.NaN(), 0, 0)
	k := len(estimates)
	if k < 2 || len(covariance) != k || !square(covariance) {
		return nothing
	}
	v, d := zeros(k-1, k-1), make([]float64, k-1)
	for i := range d {
		d[i] = estimates[i+1] - estimates[0]
		for j := range i + 1 {
			v[i][j] = covariance[i+1][j+1] - covariance[i+1][0] - covariance[j+1][0] + covariance[0][0]
		}
	}
	x, ok := CholeskySolve(v, d)
	if !ok {
		return nothing
	}
	var q Sum
	for i := range d {
		q.Add(d[i] * x[i])
	}
	return fTest(q.Value()/float64(k-1), float64(k-1), df-float64(k)+1)
}
