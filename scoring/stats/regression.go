package stats

import (
	"errors"
	"fmt"
	"math"
)

// MaxCondition is the largest condition number, √(λmax/λmin) of the predictors' correlation matrix, at which regressions are
// still computed: about six of sixteen digits are lost there. What is fit to be published is for the caller to judge, at a much
// lower number (30 is usual: Belsley, Kuh & Welsch 1980).
const MaxCondition = 1000

// CollinearError says that predictors explain one another so nearly that their coefficients mean nothing.
type CollinearError struct {
	// Condition is the condition number; +Inf for a singular matrix.
	Condition float64
}

func (e CollinearError) Error() string {
	return fmt.Sprintf("predictors are collinear: condition number %.3g is above %d", e.Condition, MaxCondition)
}

// Standardized is the least-squares regression of a response on k predictors when all have mean 0 and variance 1. Each slice
// has one value for each predictor.
type Standardized struct {
	// ZeroOrder is r, the correlation with the response.
	ZeroOrder []float64
	// Beta is β = R⁻¹r, the change in standard deviations of the response with one standard deviation of the predictor.
	Beta []float64
	// VIF is (R⁻¹)_jj, the variance inflation factor.
	VIF []float64
	// Pratt is β_j·r_j (Pratt 1987). It adds to R2 but may be negative.
	Pratt []float64
	// First is r², the R² of the predictor alone; Last is what it adds to all others, β²/VIF.
	First, Last []float64
	// Semipartial is ±√Last and Partial ±√(Last/(1−R²+Last)), with the sign of Beta. Partial is NaN for a predictor that adds
	// nothing to others that explain everything.
	Semipartial, Partial []float64
	// R2 is r′β, between 0 and 1.
	R2 float64
	// Eigenvalues are those of the predictors' correlations R, descending.
	Eigenvalues []float64
	// Condition is √(λmax/λmin) of R.
	Condition float64
}

// Standardize is the regression of the first variable of a correlation matrix on all others. It is an error when the matrix is
// not one of correlations of at least two variables (square, finite, ones on the diagonal, R² at most 1), and a CollinearError
// when the predictors' condition number exceeds MaxCondition. The matrix is read in its lower triangle.
func Standardize(correlation [][]float64) (Standardized, error) {
	r, rx, err := splitCorrelation(correlation)
	if err != nil {
		return Standardized{}, err
	}
	out := Standardized{ZeroOrder: r}
	out.Eigenvalues, _ = SymmetricEigen(rx)
	out.Condition = condition(out.Eigenvalues)
	if !(out.Condition <= MaxCondition) {
		return Standardized{}, CollinearError{Condition: out.Condition}
	}
	inverse, ok := Inverse(rx)
	if !ok {
		return Standardized{}, CollinearError{Condition: out.Condition}
	}
	out.Beta, _ = CholeskySolve(rx, r)
	var total Sum
	for j, b := range out.Beta {
		out.VIF = append(out.VIF, inverse[j][j])
		out.Pratt = append(out.Pratt, b*r[j])
		out.First = append(out.First, r[j]*r[j])
		out.Last = append(out.Last, b*b/inverse[j][j])
		total.Add(b * r[j])
	}
	if total.Value() > 1+1e-9 {
		return Standardized{}, fmt.Errorf("correlations contradict one another: R² is %.6g", total.Value())
	}
	out.R2 = min(max(total.Value(), 0), 1)
	for j, b := range out.Beta {
		out.Semipartial = append(out.Semipartial, math.Copysign(math.Sqrt(out.Last[j]), b))
		out.Partial = append(out.Partial, math.Copysign(math.Sqrt(out.Last[j]/(1-out.R2+out.Last[j])), b))
	}
	return out, nil
}

// splitCorrelation checks a correlation matrix and gives the first variable's correlations with the others, and theirs.
func splitCorrelation(c [][]float64) (r []float64, rx [][]float64, err error) {
	if !square(c) || len(c) < 2 {
		return nil, nil, errors.New("correlations: a square matrix of a response and at least one predictor is needed")
	}
	k := len(c) - 1
	r, rx = make([]float64, k), zeros(k, k)
	for i := range c {
		for j := range i + 1 {
			v := c[i][j]
			switch {
			case math.IsNaN(v):
				return nil, nil, fmt.Errorf("correlations: variable %d or %d does not vary", i, j)
			case i == j && math.Abs(v-1) > 1e-9, math.Abs(v) > 1+1e-9:
				return nil, nil, fmt.Errorf("correlations: entry %d, %d is %g", i, j, v)
			case j > 0:
				rx[i-1][j-1], rx[j-1][i-1] = v, v
			case i > 0:
				r[i-1] = v
			}
		}
	}
	return r, rx, nil
}

// condition is √(λmax/λmin) of eigenvalues in descending order.
func condition(values []float64) float64 {
	least := values[len(values)-1]
	if !(least > 0) {
		return math.Inf(1)
	}
	return math.Sqrt(values[0] / least)
}

// Regression is the weighted least-squares regression of a response on k predictors with an intercept, as one makes from
// CrossSums. Coefficients stand with the intercept first.
type Regression struct {
	// N counts rows, DF is n−k−1.
	N, DF int
	// Coefficients are b₀ … b_k, in units of the response for one unit of the predictor.
	Coefficients []float64
	// Covariance is σ²(X′WX)⁻¹, right when residuals have variance σ²/w and rows are independent; see CoefficientTotals and
	// Residuals for others.
	Covariance [][]float64
	// Sigma is σ = √(Σwe²/DF).
	Sigma float64
	// R2 is 1−Σwe²/Σw(y−ȳ)², AdjustedR2 is 1−(1−R²)(n−1)/DF.
	R2, AdjustedR2 float64
	// F tests that all slopes are 0, on k and DF degrees of freedom; FP is its p-value.
	F, FP float64
	// Condition is the condition number of the predictors' correlations.
	Condition float64

	w       float64
	means   []float64
	inverse [][]float64
}

// Regress regresses the first variable of the sums on all others. It is an error when there are no more rows than
// coefficients or a variable does not vary, and a CollinearError as for Standardize. A response that the predictors explain
// fully has Sigma 0 and F +Inf.
func (c CrossSums) Regress() (Regression, error) {
	k := len(c.WZ) - 1
	if k < 1 || c.N <= k+1 {
		return Regression{}, fmt.Errorf("regression on %d predictors needs more than %d rows: there are %d", k, k+1, c.N)
	}
	r, rx, err := splitCorrelation(c.Correlation())
	if err != nil {
		return Regression{}, fmt.Errorf("regression: %w", err)
	}
	values, _ := SymmetricEigen(rx)
	inverse, ok := Inverse(rx)
	if cond := condition(values); !(cond <= MaxCondition) || !ok {
		return Regression{}, fmt.Errorf("regression: %w", CollinearError{Condition: cond})
	}
	beta, _ := CholeskySolve(rx, r)
	out := Regression{
		N: c.N, DF: c.N - k - 1, Condition: condition(values), w: c.W.Value(), means: c.Means(), inverse: inverse,
		Coefficients: make([]float64, k+1),
	}
	s := c.products()
	var explained, intercept Sum
	intercept.Add(out.means[0])
	for j, b := range beta {
		explained.Add(b * r[j])
		b *= math.Sqrt(s[0][0]) / math.Sqrt(s[j+1][j+1])
		out.Coefficients[j+1] = b
		intercept.Add(-b * out.means[j+1])
		for l := range inverse[j] {
			inverse[j][l] /= math.Sqrt(s[j+1][j+1]) * math.Sqrt(s[l+1][l+1])
		}
	}
	out.Coefficients[0] = intercept.Value()
	out.R2 = min(max(explained.Value(), 0), 1)
	df := float64(out.DF)
	out.AdjustedR2 = 1 - (1-out.R2)*float64(c.N-1)/df
	out.Sigma = math.Sqrt(s[0][0] * (1 - out.R2) / df)
	out.F = out.R2 / float64(k) / ((1 - out.R2) / df)
	_, out.FP = FCDF(out.F, float64(k), df)
	if math.IsInf(out.F, 1) {
		out.FP = 0
	}
	out.Covariance = out.crossInverse()
	for i := range out.Covariance {
		for j := range out.Covariance[i] {
			out.Covariance[i][j] *= out.Sigma * out.Sigma
		}
	}
	return out, nil
}

// crossInverse is (X′WX)⁻¹ with the intercept first.
func (g Regression) crossInverse() [][]float64 {
	k := len(g.inverse)
	out := zeros(k+1, k+1)
	out[0][0] = 1 / g.w
	for j, row := range g.inverse {
		var d Sum
		for l, v := range row {
			out[j+1][l+1] = v
			d.Add(-v * g.means[l+1])
		}
		out[0][j+1], out[j+1][0] = d.Value(), d.Value()
		out[0][0] -= d.Value() * g.means[j+1]
	}
	return out
}

// T is a coefficient divided by its standard error under a covariance matrix of the coefficients, with its two-sided
// p-value, Student t on df. NaN when the sizes differ or an error is not positive.
func (g Regression) T(coefficient int, covariance [][]float64, df float64) (t, p float64) {
	if coefficient < 0 || coefficient >= len(g.Coefficients) || len(covariance) != len(g.Coefficients) || !square(covariance) || !(covariance[coefficient][coefficient] > 0) {
		return math.NaN(), math.NaN()
	}
	se := math.Sqrt(covariance[coefficient][coefficient])
	return g.Coefficients[coefficient] / se, DifferenceP(g.Coefficients[coefficient], se, df)
}
