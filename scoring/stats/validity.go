package stats

import (
	"errors"
	"fmt"
	"math"
)

// KMO is the Kaiser–Meyer–Olkin measure of sampling adequacy of a correlation matrix, Σr²/(Σr²+Σq²) over pairs of different
// variables with the partial correlations q given all others (Kaiser 1970, Kaiser & Rice 1974): overall, and over the pairs of each
// variable (MSA). 0.7 is fair, below 0.5 unfit. NaN for variables that correlate with none. It is an error when the matrix is
// not one of correlations of at least two variables, and a CollinearError when its condition number exceeds MaxCondition.
func KMO(correlation [][]float64) (overall float64, each []float64, err error) {
	if _, _, err := conditioned(correlation); err != nil {
		return math.NaN(), nil, fmt.Errorf("sampling adequacy: %w", err)
	}
	inverse, ok := Inverse(correlation)
	if !ok {
		return math.NaN(), nil, fmt.Errorf("sampling adequacy: %w", CollinearError{Condition: math.Inf(1)})
	}
	var allR, allQ Sum
	for i := range inverse {
		var r, q Sum
		for j := range inverse {
			if i == j {
				continue
			}
			c := correlation[max(i, j)][min(i, j)]
			r.Add(c * c)
			q.Add(inverse[i][j] / inverse[i][i] * inverse[i][j] / inverse[j][j])
		}
		allR.Merge(r)
		allQ.Merge(q)
		each = append(each, r.Value()/(r.Value()+q.Value()))
	}
	return allR.Value() / (allR.Value() + allQ.Value()), each, nil
}

// Bartlett tests that p variables over n rows correlate with none: χ² = −(n−1−(2p+5)/6)·ln|R| on p(p−1)/2 degrees of freedom
// (Bartlett 1951). n may be an effective number. The p-value is 0 below the smallest number. It is an error when the matrix is not one of
// correlations of at least two variables or n is not above 1+(2p+5)/6, and a CollinearError when its condition number exceeds
// MaxCondition.
func Bartlett(correlation [][]float64, n float64) (chi2, df, p float64, err error) {
	nan := math.NaN()
	if _, _, err := conditioned(correlation); err != nil {
		return nan, nan, nan, fmt.Errorf("test of correlations: %w", err)
	}
	k := float64(len(correlation))
	multiplier := n - 1 - (2*k+5)/6
	if !(multiplier > 0) || math.IsInf(n, 0) {
		return nan, nan, nan, fmt.Errorf("test of correlations: %g rows of %g variables are too few", n, k)
	}
	logDet, ok := LogDet(correlation)
	if !ok {
		return nan, nan, nan, fmt.Errorf("test of correlations: %w", CollinearError{Condition: math.Inf(1)})
	}
	chi2, df = max(-multiplier*logDet, 0), k*(k-1)/2
	_, p = ChiSquareCDF(chi2, df)
	return chi2, df, p, nil
}

// HTMT is the heterotrait–monotrait ratio of every two scales (Henseler, Ringle & Sarstedt 2015): the mean of |r| between items of
// the two by the geometric mean of the mean |r| within each; above 0.85 the two are not told apart. scales holds the positions of
// the items of each scale in the correlation matrix. The diagonal is 1; pairs with a scale of fewer than two items, or of items
// that do not correlate, are NaN. It is an error when the matrix is not one of correlations or an item is not in it.
func HTMT(correlation [][]float64, scales [][]int) ([][]float64, error) {
	if err := checkCorrelations(correlation); err != nil {
		return nil, fmt.Errorf("heterotrait–monotrait ratio: %w", err)
	}
	for _, items := range scales {
		for _, i := range items {
			if i < 0 || i >= len(correlation) {
				return nil, fmt.Errorf("heterotrait–monotrait ratio: there is no item %d of %d", i, len(correlation))
			}
		}
	}
	mean := func(a, b []int, within bool) float64 {
		var s Sum
		n := 0
		for x, i := range a {
			for y, j := range b {
				if !within || y < x {
					s.Add(math.Abs(correlation[max(i, j)][min(i, j)]))
					n++
				}
			}
		}
		return s.Value() / float64(n)
	}
	within := make([]float64, len(scales))
	for a, items := range scales {
		within[a] = mean(items, items, true)
	}
	out := zeros(len(scales), len(scales))
	for a := range scales {
		out[a][a] = 1
		for b := range a {
			ratio := math.NaN()
			if within[a] > 0 && within[b] > 0 {
				ratio = mean(scales[a], scales[b], false) / (math.Sqrt(within[a]) * math.Sqrt(within[b]))
			}
			out[a][b], out[b][a] = ratio, ratio
		}
	}
	return out, nil
}

// conditioned are the eigenvalues and vectors of a correlation matrix; see checkCorrelations. A CollinearError when its condition
// number exceeds MaxCondition.
func conditioned(c [][]float64) (values []float64, vectors [][]float64, err error) {
	if err := checkCorrelations(c); err != nil {
		return nil, nil, err
	}
	values, vectors = SymmetricEigen(c)
	if x := condition(values); x > MaxCondition {
		return nil, nil, CollinearError{Condition: x}
	}
	return values, vectors, nil
}

// checkCorrelations says what keeps the lower triangle of c from being the correlations of at least two variables. That they can
// occur together is not checked.
func checkCorrelations(c [][]float64) error {
	if !square(c) || len(c) < 2 {
		return errors.New("a square matrix of at least two variables is needed")
	}
	for i := range c {
		for j := range i + 1 {
			v := c[i][j]
			switch {
			case math.IsNaN(v):
				return fmt.Errorf("variable %d or %d does not vary", i, j)
			case i == j && math.Abs(v-1) > 1e-9, math.Abs(v) > 1+1e-9:
				return fmt.Errorf("entry %d, %d is %g", i, j, v)
			}
		}
	}
	return nil
}
