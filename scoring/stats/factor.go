package stats

import (
	"fmt"
	"math"
)

// OneFactor is the maximum likelihood fit of one common factor to k standardized items: R ≈ λλ′ + diag(ψ).
type OneFactor struct {
	// Loadings are λ, the correlations of the items with the factor, turned so that their sum is not negative. Uniquenesses are
	// ψ = 1−λ², at the maximum.
	Loadings, Uniquenesses []float64
	// Iterations is how many steps were taken. Converged says that the last one moved nothing but rounding; without it the figures
	// are those of the last step.
	Iterations int
	Converged  bool
}

// Heywood says that an item is all but explained by the factor, ψ < 0.005: an improper solution, of too few rows or items that
// do not belong together, whose coefficients should not be published.
func (f OneFactor) Heywood() bool {
	for _, psi := range f.Uniquenesses {
		if psi < 0.005 {
			return true
		}
	}
	return false
}

// FitOneFactor fits one factor to a correlation matrix by the EM algorithm (Rubin & Thayer 1982) until a step moves no loading
// and no uniqueness by 1e-16, or by rounding alone, at most 200,000 steps, fewer above 44 items. It is an error below three items, where
// loadings are not determined, and when the matrix is not one of correlations, and a CollinearError when its condition number
// exceeds MaxCondition.
func FitOneFactor(correlation [][]float64) (OneFactor, error) {
	k := len(correlation)
	values, vectors, err := conditioned(correlation)
	if err != nil {
		return OneFactor{}, fmt.Errorf("one factor: %w", err)
	}
	if k < 3 {
		return OneFactor{}, fmt.Errorf("one factor: %d items do not determine it, three are needed", k)
	}
	inverse, ok := Inverse(correlation)
	if !ok {
		return OneFactor{}, fmt.Errorf("one factor: %w", CollinearError{Condition: math.Inf(1)})
	}
	f := OneFactor{Loadings: make([]float64, k), Uniquenesses: make([]float64, k)}
	for i := range k {
		f.Loadings[i] = math.Sqrt(values[0]) * vectors[i][0]
		f.Uniquenesses[i] = 1 / inverse[i][i]
	}
	r := zeros(k, k)
	for i := range k {
		for j := range i + 1 {
			r[i][j], r[j][i] = correlation[i][j], correlation[i][j]
		}
	}
	f.iterate(r)
	if sumOf(f.Loadings) < 0 {
		for i := range f.Loadings {
			f.Loadings[i] = -f.Loadings[i]
		}
	}
	return f, nil
}

// iterate takes EM steps from the loadings and uniquenesses that f has.
func (f *OneFactor) iterate(r [][]float64) {
	const (
		rounding = 1e-13 // steps this small that no longer shrink are rounding
		patience = 100
	)
	k := len(r)
	limit := min(200_000, max(1_000, 400_000_000/(k*k)))
	weights, with := make([]float64, k), make([]float64, k)
	least, since := math.Inf(1), 0
	for f.Iterations < limit {
		f.Iterations++
		moved := f.step(r, weights, with)
		if moved < least {
			least, since = moved, 0
		} else {
			since++
		}
		if moved < 1e-16 || (least < rounding && since >= patience) {
			f.Converged = true
			return
		}
	}
}

// step is one EM step; it returns the largest move of a loading or uniqueness. weights and with are room for k numbers.
func (f *OneFactor) step(r [][]float64, weights, with []float64) float64 {
	// The regression of the factor on the items, b = (λ/ψ)/(1+Σλ²/ψ), its covariances Rb with them, and the factor's second
	// moment 1−b′λ+b′Rb.
	information := 1.0
	for i, l := range f.Loadings {
		weights[i] = l / f.Uniquenesses[i]
		information += l * weights[i]
	}
	moment := 1 / information
	for i := range weights {
		weights[i] /= information
	}
	for i, row := range r {
		with[i] = 0
		for j, v := range row {
			with[i] += v * weights[j]
		}
	}
	for i, b := range weights {
		moment += b * with[i]
	}
	moved := 0.0
	for i := range f.Loadings {
		l := with[i] / moment
		psi := max(r[i][i]-l*with[i], 0x1p-60)
		moved = max(moved, math.Abs(l-f.Loadings[i]), math.Abs(psi-f.Uniquenesses[i]))
		f.Loadings[i], f.Uniquenesses[i] = l, psi
	}
	return moved
}

// Omega is McDonald's ω (1999), the share of the factor in the variance of the sum of the items: (Σλ)²/((Σλ)²+Σψ), with λ and √ψ times
// the standard deviation of each item, or of standardized items when sd is nil. NaN when the lengths differ or an sd is
// negative or missing.
func (f OneFactor) Omega(sd []float64) float64 {
	common, unique, ok := f.variances(sd)
	if !ok {
		return math.NaN()
	}
	return common / (common + unique)
}

// OmegaObserved is Omega over the observed variance of the sum of the items, (Σλ)²/ΣC, for their covariance matrix C; it
// differs from Omega as far as one factor does not explain the covariances. NaN when the sizes differ or the sum does not vary.
func (f OneFactor) OmegaObserved(covariance [][]float64) float64 {
	if !square(covariance) {
		return math.NaN()
	}
	common, _, ok := f.variances(StandardErrors(covariance))
	if !ok {
		return math.NaN()
	}
	return common / summed(total(covariance), trace(covariance))
}

// variances are (Σλ)² and Σψ in the units of the items.
func (f OneFactor) variances(sd []float64) (common, unique float64, ok bool) {
	if sd != nil && len(sd) != len(f.Loadings) {
		return 0, 0, false
	}
	var loadings, uniquenesses Sum
	for i, l := range f.Loadings {
		s := 1.0
		if sd != nil {
			s = sd[i]
		}
		if !(s >= 0) {
			return 0, 0, false
		}
		loadings.Add(l * s)
		uniquenesses.Add(f.Uniquenesses[i] * s * s)
	}
	return loadings.Value() * loadings.Value(), uniquenesses.Value(), true
}

// AVE is the average variance extracted, mean λ² (Fornell & Larcker 1981); 0.5 is the usual least. NaN without items.
func (f OneFactor) AVE() float64 {
	var s Sum
	for _, l := range f.Loadings {
		s.Add(l * l)
	}
	return s.Value() / float64(len(f.Loadings))
}

// TuckerPhi is the congruence of the loadings of the same items in two groups, Σab/√(Σa²Σb²) (Tucker 1951); above 0.95
// factors count as equal (Lorenzo-Seva & ten Berge 2006). NaN when lengths differ or all loadings of a group are 0.
func TuckerPhi(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.NaN()
	}
	var ab, aa, bb Sum
	for i := range a {
		ab.Add(a[i] * b[i])
		aa.Add(a[i] * a[i])
		bb.Add(b[i] * b[i])
	}
	return correlationOf(ab.Value(), math.Sqrt(aa.Value()), math.Sqrt(bb.Value()))
}
