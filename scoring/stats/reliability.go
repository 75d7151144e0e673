package stats

import (
	"fmt"
	"math"
)

// Coefficients that Reliability.Headline chooses from.
const (
	CoefficientAlpha         = "alpha"
	CoefficientSpearmanBrown = "spearman-brown"
)

// Reliability says how consistently k items that are summed measure one thing, from sums over the rows that have them all.
// Slices have one value for each item. Sampling weights may be any: nothing but the standard errors depends on their scale.
type Reliability struct {
	// N counts rows, Items is k.
	N, Items int
	// Means and SDs are of the items, in their units; SDs have n−1 in the denominator.
	Means, SDs []float64
	// AverageR is r̄, the mean correlation between two items.
	AverageR float64
	// Alpha is k/(k−1)·(1−tr C/ΣC) of the covariances C (Guttman 1945, λ₃; Cronbach 1951). Of two items it says little and is
	// NaN, as is all that follows from it: Spearman–Brown is right there (Eisinga, te Grotenhuis & Pelzer 2013). NaN too when
	// the sum of the items does not vary.
	Alpha float64
	// AlphaSE is the asymptotic standard error of Alpha when items are normal (van Zyl, Neudecker & Nel 2000), on N rows.
	AlphaSE float64
	// AlphaStandardized is the same of the correlations, k·r̄/(1+(k−1)r̄). SignalNoise is k·r̄/(1−r̄), +Inf at
	// r̄ = 1.
	AlphaStandardized, SignalNoise float64
	// Lambda6 is Guttman's λ₆ of the correlations R, 1−Σ(1−smc)/ΣR with the squared multiple correlations smc = 1−1/(R⁻¹)_jj;
	// NaN when an item is a combination of others (condition number above MaxCondition) or the sum of the items does not vary.
	Lambda6 float64
	// ItemRest is the correlation of each item with the sum of the others, ItemTotal that with the sum of all. A negative
	// ItemRest tells of an item that should have been reversed.
	ItemRest, ItemTotal []float64
	// AlphaIfDropped is Alpha of the other items, whatever their number; NaN when only one is left.
	AlphaIfDropped []float64
	// OddEven splits the items into the 1st, 3rd, … and the 2nd, 4th, …
	OddEven SplitHalf
}

// Reliability judges the variables of the sums as items of one scale. It is an error below two items or two rows, when Σw is
// not positive and when an item does not vary.
func (c CrossSums) Reliability() (Reliability, error) {
	k := c.Variables()
	if k < 2 || c.N < 2 || !(c.W.Value() > 0) {
		return Reliability{}, fmt.Errorf("reliability of %d items over %d rows: two of each are needed", k, c.N)
	}
	v, r := c.Covariance(), c.Correlation()
	out := Reliability{N: c.N, Items: k, Means: c.Means(), SDs: StandardErrors(v)}
	for i := range v {
		if !(v[i][i] > 0) || math.IsInf(v[i][i], 0) {
			return Reliability{}, fmt.Errorf("reliability: item %d does not vary", i+1)
		}
	}
	out.AverageR = (total(r) - float64(k)) / float64(k*(k-1))
	out.Alpha, out.AlphaStandardized = alpha(v), alpha(r)
	out.SignalNoise = float64(k) * out.AverageR / (1 - out.AverageR)
	out.AlphaSE = alphaSE(v, c.N)
	out.Lambda6 = lambda6(r)
	out.ItemRest, out.ItemTotal, out.AlphaIfDropped = itemStatistics(v)
	odd := make([]bool, k)
	for i := range odd {
		odd[i] = i%2 == 0
	}
	out.OddEven = SplitHalves(v, odd)
	if k == 2 {
		nan := math.NaN()
		out.Alpha, out.AlphaSE, out.AlphaStandardized, out.SignalNoise, out.Lambda6 = nan, nan, nan, nan, nan
	}
	return out, nil
}

// Headline is the coefficient to publish, with its name: Spearman–Brown of two items, else Alpha.
func (r Reliability) Headline() (coefficient float64, name string) {
	if r.Items == 2 {
		return r.OddEven.SpearmanBrown, CoefficientSpearmanBrown
	}
	return r.Alpha, CoefficientAlpha
}

// AlphaInterval is the interval of Feldt (1965) for the alpha of k items over n rows: 1−(1−α)F with the quantiles (1±γ)/2 of F on
// n−1 and (n−1)(k−1) degrees of freedom. n may be an effective number. NaN unless α ≤ 1, k ≥ 2, n > 1 and the confidence γ lies
// between 0 and 1.
func AlphaInterval(alpha float64, items int, n, confidence float64) (low, high float64) {
	if !(alpha <= 1) || math.IsInf(alpha, 0) || items < 2 || !(n > 1) || !(confidence > 0 && confidence < 1) {
		return math.NaN(), math.NaN()
	}
	df1, df2 := n-1, (n-1)*float64(items-1)
	return 1 - (1-alpha)*FQuantile((1+confidence)/2, df1, df2), 1 - (1-alpha)*FQuantile((1-confidence)/2, df1, df2)
}

// alpha of a covariance or correlation matrix; NaN when the sum of its variables does not vary.
func alpha(c [][]float64) float64 {
	k := float64(len(c))
	all := summed(total(c), trace(c))
	return k / (k - 1) * (1 - trace(c)/all)
}

// alphaSE is √(Q/n) with Q = 2k²/((k−1)²(ΣC)³)·[ΣC·(tr C² + (tr C)²) − 2·tr C·ΣC²].
func alphaSE(c [][]float64, n int) float64 {
	k := float64(len(c))
	tr := trace(c)
	all := summed(total(c), tr)
	// The sum of C² is that of the squared row sums, its trace that of the squared entries.
	var squares, rows Sum
	for _, row := range c {
		s := sumOf(row)
		rows.Add(s * s)
		for _, x := range row {
			squares.Add(x * x)
		}
	}
	q := 2 * k * k / ((k - 1) * (k - 1) * all * all * all) * (all*(squares.Value()+tr*tr) - 2*tr*rows.Value())
	return math.Sqrt(max(q, 0) / float64(n)) // max keeps NaN
}

func lambda6(r [][]float64) float64 {
	if _, _, err := conditioned(r); err != nil {
		return math.NaN()
	}
	inverse, ok := Inverse(r)
	if !ok {
		return math.NaN()
	}
	var unique Sum
	for i := range inverse {
		unique.Add(1 / inverse[i][i])
	}
	return 1 - unique.Value()/summed(total(r), trace(r))
}

// itemStatistics are those of each item against the rest and the sum of a scale with covariances c.
func itemStatistics(c [][]float64) (rest, whole, dropped []float64) {
	tr := trace(c)
	all := summed(total(c), tr)
	for j, row := range c {
		with := sumOf(row)
		sd := math.Sqrt(row[j])
		left := summed(total(c)-2*with+row[j], tr)
		rest = append(rest, correlationOf(with-row[j], sd, math.Sqrt(left)))
		whole = append(whole, correlationOf(with, sd, math.Sqrt(all)))
		k := float64(len(c) - 1)
		a := math.NaN()
		if k >= 2 {
			a = k / (k - 1) * (1 - (tr-row[j])/left)
		}
		dropped = append(dropped, a)
	}
	return rest, whole, dropped
}

// SplitHalf compares the sums of two halves of a scale.
type SplitHalf struct {
	// R is the correlation of the halves.
	R float64
	// SpearmanBrown is 2r/(1+r), the reliability of two halves of equal variance together (Spearman 1910, Brown 1910); at least
	// −1. Horst is the same for halves of different numbers of items, shares p and q of all (Horst 1951):
	// r·(√(r²+4pq(1−r²))−r)/(2pq(1−r²)).
	SpearmanBrown, Horst float64
	// Rulon is 2·(1−(v₁+v₂)/v) of the variances of the halves and of their sum (Rulon 1939; Guttman's λ₄), which does not
	// need equal variances; NaN when the sum of all does not vary.
	Rulon float64
}

// SplitHalves splits the items of a covariance matrix into those where first is true and the others. All is NaN when a half is
// empty or does not vary, or the sizes differ.
func SplitHalves(covariance [][]float64, first []bool) SplitHalf {
	nan := math.NaN()
	none := SplitHalf{nan, nan, nan, nan}
	if !square(covariance) || len(first) != len(covariance) {
		return none
	}
	var v [2]Sum
	var between Sum
	items := 0.0
	for i, row := range covariance {
		if first[i] {
			items++
		}
		for j, x := range row {
			switch {
			case first[i] && first[j]:
				v[0].Add(x)
			case !first[i] && !first[j]:
				v[1].Add(x)
			case first[i]:
				between.Add(x)
			}
		}
	}
	v1, v2, cross := v[0].Value(), v[1].Value(), between.Value()
	tr := trace(covariance)
	r := correlationOf(cross, math.Sqrt(summed(v1, tr)), math.Sqrt(summed(v2, tr)))
	if math.IsNaN(r) {
		return none
	}
	p := items / float64(len(first))
	return SplitHalf{
		R:             r,
		SpearmanBrown: spearmanBrown(r),
		// The form of Horst's formula that r = 1 does not make 0/0.
		Horst: max(2*r/(math.Sqrt(r*r+4*p*(1-p)*(1-r*r))+r), -1),
		Rulon: 4 * cross / summed(v1+v2+2*cross, tr),
	}
}

// spearmanBrown is 2r/(1+r), at least −1.
func spearmanBrown(r float64) float64 {
	return max(2*r/(1+r), -1)
}

// correlationOf is a covariance by two standard deviations, held to −1 … 1; NaN unless both are positive.
func correlationOf(covariance, sd1, sd2 float64) float64 {
	if !(sd1 > 0) || !(sd2 > 0) {
		return math.NaN()
	}
	return min(max(covariance/sd1/sd2, -1), 1)
}

// total is the sum of all entries.
func total(a [][]float64) float64 {
	var s Sum
	for _, row := range a {
		for _, x := range row {
			s.Add(x)
		}
	}
	return s.Value()
}

// summed is the variance of a sum of variables whose variances add to trace; NaN when it is so small, under 1e-9 of that, that
// rounding of the covariances may have made it.
func summed(variance, trace float64) float64 {
	if !(variance > 1e-9*trace) {
		return math.NaN()
	}
	return variance
}

// trace is the sum of the diagonal.
func trace(a [][]float64) float64 {
	var s Sum
	for i := range a {
		s.Add(a[i][i])
	}
	return s.Value()
}
