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

// ClusterEffectCR2 is ClusterEffect with the error CR2 of Bell & McCaffrey (2002, "Bias reduction in standard errors for linear regression
// with multi-stage samples"), for few clusters: each cluster's residuals are multiplied by (I−H_gg)^−½, with which the error is unbiased
// when rows are independent with variance σ²/w, and DF is Satterthwaite's under that model (Pustejovsky & Tipton 2018). With LL′ = (X′WX)⁻¹,
// S_g = L′X_g′W X_g L and c the coefficient's place, v = L′c,
//
//	V = Σ_g (v′(I−S_g)^−½ L′X_g′We_g)²,   DF = (Σ_g v′S_g v)²/(Σ_g (v′S_g v)² + Σ_{g≠h} (q_g′q_h)²),   q_g = (I−S_g)^−½ S_g v
//
// from the sums of clusters alone. A direction that a cluster decides by itself, an eigenvalue 1 of S_g, has no residual and is left out. NaN
// as for ClusterEffect and where nothing is left.
func (g Regression) ClusterEffectCR2(coefficient int, clusters []CrossSums) Effect {
	k := len(g.inverse) + 1
	if coefficient < 0 || coefficient >= k || k == 1 {
		return missingEffect()
	}
	// Predictors about their means, so that (X′WX)⁻¹ has no cross terms with the intercept.
	bread, place := zeros(k, k), make([]float64, k)
	bread[0][0], place[coefficient] = 1/g.w, 1
	for j, row := range g.inverse {
		copy(bread[j+1][1:], row)
		if coefficient == 0 {
			place[j+1] = -g.means[j+1]
		}
	}
	root, ok := Cholesky(bread)
	if !ok {
		return missingEffect()
	}
	v := transposedTimes(root, place)
	var variance, trace, squares Sum
	cross, filled := zeros(k, k), 0
	for _, c := range clusters {
		if c.N == 0 {
			continue
		}
		if len(c.WZ) != k {
			return missingEffect()
		}
		filled++
		moment, score := g.clusterMoments(c)
		values, vectors := SymmetricEigen(conjugate(root, moment))
		if values == nil {
			return missingEffect()
		}
		along, scored := transposedTimes(vectors, v), transposedTimes(vectors, transposedTimes(root, score))
		q := make([]float64, k)
		own, share := 0.0, 0.0
		for i, d := range values {
			if 1-d < 1e-12 {
				continue
			}
			adjust := 1 / math.Sqrt(1-d)
			own += along[i] * adjust * scored[i]
			share += along[i] * d * along[i]
			for j := range q {
				q[j] += vectors[j][i] * adjust * d * along[i]
			}
		}
		variance.Add(own * own)
		trace.Add(share)
		norm := 0.0
		for i := range q {
			norm += q[i] * q[i]
			for j := range q {
				cross[i][j] += q[i] * q[j]
			}
		}
		squares.Add(share*share - norm*norm)
	}
	all := 0.0
	for _, x := range v {
		all += x * x
	}
	if filled < 2 || !(trace.Value() > 1e-9*all) {
		return missingEffect()
	}
	for _, row := range cross {
		for _, x := range row {
			squares.Add(x * x)
		}
	}
	return Effect{Estimate: g.Coefficients[coefficient], SE: math.Sqrt(variance.Value()), DF: trace.Value() * trace.Value() / squares.Value()}
}

// clusterMoments are X′WX and X′We of the rows of a cluster, predictors about their means over all rows, intercept first.
func (g Regression) clusterMoments(c CrossSums) (moment [][]float64, score []float64) {
	k := len(g.inverse) + 1
	c = c.about(g.means)
	moment, score = zeros(k, k), make([]float64, k)
	moment[0][0] = c.W.Value()
	for j := 1; j < k; j++ {
		moment[0][j], moment[j][0] = c.WZ[j].Value(), c.WZ[j].Value()
		for l := 1; l <= j; l++ {
			x := c.WZZ[packed(j, l)].Value()
			moment[j][l], moment[l][j] = x, x
		}
	}
	for j := range score {
		s := c.WZ[0]
		if j > 0 {
			s = c.WZZ[packed(0, j)]
		}
		for l := 1; l < k; l++ {
			if j == 0 {
				s.Merge(c.WZ[l].Scaled(-g.Coefficients[l]))
			} else {
				s.Merge(c.WZZ[packed(l, j)].Scaled(-g.Coefficients[l]))
			}
		}
		score[j] = s.Value()
	}
	return moment, score
}

// transposedTimes is a′x.
func transposedTimes(a [][]float64, x []float64) []float64 {
	out := make([]float64, len(a[0]))
	for i, row := range a {
		for j, v := range row {
			out[j] += v * x[i]
		}
	}
	return out
}

// conjugate is a′ba of square matrices.
func conjugate(a, b [][]float64) [][]float64 {
	out := zeros(len(a), len(a))
	for j := range a {
		column := make([]float64, len(a))
		for i := range a {
			for l := range a {
				column[i] += b[i][l] * a[l][j]
			}
		}
		for i, v := range transposedTimes(a, column) {
			out[i][j] = v
		}
	}
	return out
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
