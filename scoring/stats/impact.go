package stats

import (
	"errors"
	"math"
)

// Cells are the four cells of a difference-in-differences: treated and control groups, before and after the treatment.
type Cells[T any] struct {
	TreatedBefore, TreatedAfter, ControlBefore, ControlAfter T
}

// DifferenceInDifferences is (T₁−T₀)−(C₁−C₀) of unweighted rows with SE² = Σs²/n over the four cells, which is the HC2 error of the
// saturated regression, and the degrees of freedom (Σa)²/Σ(a²/(n−1)), a = s²/n, of Satterthwaite (1946). With before and
// after two parts of the time before treatment it is the placebo test, which should find nothing. NaN when a cell has fewer than
// two rows; DF is NaN when nothing varies.
func DifferenceInDifferences(c Cells[Group]) Effect {
	var v, small Sum
	for _, g := range []Group{c.TreatedBefore, c.TreatedAfter, c.ControlBefore, c.ControlAfter} {
		if g.N < 2 || !(g.Variance >= 0) {
			return missingEffect()
		}
		a := g.Variance / float64(g.N)
		v.Add(a)
		small.Add(a * a / float64(g.N-1))
	}
	return Effect{
		Estimate: (c.TreatedAfter.Mean - c.TreatedBefore.Mean) - (c.ControlAfter.Mean - c.ControlBefore.Mean),
		SE:       math.Sqrt(v.Value()),
		DF:       v.Value() * v.Value() / small.Value(),
	}
}

// UnitSums are Σw and Σwx of one domain in each sampling unit of the whole design, 0 in a unit with nothing in the domain.
type UnitSums struct {
	W, WX []float64
}

// DesignDifference is a sum of weighted means of domains with factors that add to 0, from their sums by sampling unit, with its
// error under the design. Domains that share units have covariances, and these count. DF is that of the design less the
// number of domains plus 1, as for regressions on domains (Korn & Graubard 1990). means and covariance are those of the domains, in
// order. Everything is NaN or nil when lengths differ, a domain has no weight or the design does not describe the units.
func DesignDifference(d Design, factors []float64, domains []UnitSums) (e Effect, means []float64, covariance [][]float64) {
	if len(factors) != len(domains) || len(domains) == 0 || !d.valid(len(domains[0].W)) {
		return missingEffect(), nil, nil
	}
	var estimate Sum
	var totals [][]float64
	for i, u := range domains {
		mean, t := MeanTotals(u.W, u.WX)
		if t == nil || len(t) != len(domains[0].W) {
			return missingEffect(), nil, nil
		}
		means, totals = append(means, mean), append(totals, t)
		estimate.Add(factors[i] * mean)
	}
	covariance = d.CovarianceMatrix(totals)
	e = Effect{
		Estimate: estimate.Value(),
		// Not QuadraticForm of the covariance, which rounding could make negative.
		SE: math.Sqrt(d.Variance(CombinedTotals(factors, totals))),
		DF: float64(d.DF(len(totals[0])) - len(domains) + 1),
	}
	return e, means, covariance
}

// DesignDifferenceInDifferences is (T₁−T₀)−(C₁−C₀) of weighted means; see DesignDifference. means and covariance stand in the order of
// Cells.
func DesignDifferenceInDifferences(d Design, c Cells[UnitSums]) (e Effect, means []float64, covariance [][]float64) {
	return DesignDifference(d, []float64{-1, 1, 1, -1}, []UnitSums{c.TreatedBefore, c.TreatedAfter, c.ControlBefore, c.ControlAfter})
}

// EffectRow appends a row for CrossSums to z: the response, 1 or 0 for treated, 1 or 0 for after, their product and any
// covariates. The coefficient of the product, EffectCoefficient, is the difference-in-differences.
func EffectRow(z []float64, y float64, treated, after bool, covariates ...float64) []float64 {
	var a, b float64
	if treated {
		a = 1
	}
	if after {
		b = 1
	}
	return append(append(z, y, a, b, a*b), covariates...)
}

// EffectCoefficient is the place of the treatment's effect among the coefficients of a regression on rows of EffectRow.
const EffectCoefficient = 3

// ClusterEffect is a coefficient of the regression with the error CR1, robust to any dependence of rows of one cluster: the sums of
// clusters' influences squared times G/(G−1), Student t on G−1 (Liang & Zeger 1986). clusters hold the sums of each cluster,
// a flight or a passenger; empty ones do not count. NaN for a coefficient or sums that are not the regression's or fewer than two
// clusters.
func (g Regression) ClusterEffect(coefficient int, clusters []CrossSums) Effect {
	var filled []CrossSums
	for _, c := range clusters {
		if c.N > 0 {
			filled = append(filled, c)
		}
	}
	totals := g.CoefficientTotals(filled)
	if coefficient < 0 || coefficient >= len(totals) || len(filled) < 2 {
		return missingEffect()
	}
	return Effect{Estimate: g.Coefficients[coefficient], SE: math.Sqrt(Design{}.Variance(totals[coefficient])), DF: float64(len(filled) - 1)}
}

// PrePeriods is the least number of periods before a treatment that PreTrendOf judges.
const PrePeriods = 3

// PreTrend tells whether treated and control groups moved alike before the treatment, as a difference-in-differences supposes they
// would have gone on to.
type PreTrend struct {
	// Gaps are treated less control in each period.
	Gaps []Point
	// Trend is the line through the gaps: Trend.P is small when they drift.
	Trend Trend
	// ChiSquare, DF and P test that the gaps are all one; see Homogeneity.
	ChiSquare float64
	DF        int
	P         float64
}

// PreTrendOf compares two series over the periods before a treatment. Both groups are taken as sampled independently. It is an
// error when the numbers of periods differ or fewer than PrePeriods have both estimates with their variances.
func PreTrendOf(treated, control []Point) (PreTrend, error) {
	if len(treated) != len(control) {
		return PreTrend{}, errors.New("trend before treatment: groups have different numbers of periods")
	}
	var out PreTrend
	for i, a := range treated {
		b := control[i]
		out.Gaps = append(out.Gaps, Point{Estimate: a.Estimate - b.Estimate, Variance: a.Variance + b.Variance, N: a.N + b.N})
	}
	out.Trend = LinearTrend(out.Gaps)
	if out.Trend.N < PrePeriods {
		return PreTrend{}, errors.New("trend before treatment: three periods with both groups are needed")
	}
	out.ChiSquare, out.DF, out.P = Homogeneity(out.Gaps)
	return out, nil
}
