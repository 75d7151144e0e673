package stats

import "math"

// IndexShift is what an index Σω_dD_d gains when dimension means move by shift, Σω_d·x_d exactly, in points of the index; shares
// are the ω_d. NaN when lengths differ.
func IndexShift(shares, shift []float64) float64 {
	if len(shares) != len(shift) {
		return math.NaN()
	}
	var s Sum
	for i, v := range shares {
		s.Add(v * shift[i])
	}
	return s.Value()
}

// LimitedShift is how far a mean moves when every value moves by shift but no further than low … high: mean(min(max(x+shift, low),
// high)) − mean(x). values and caseWeights are the cells of a histogram or single rows. NaN when lengths differ, a number is
// missing, a weight is negative or infinite, none is positive, or low > high.
func LimitedShift(values, caseWeights []float64, shift, low, high float64) float64 {
	if len(values) != len(caseWeights) || math.IsNaN(shift) || !(low <= high) {
		return math.NaN()
	}
	var w, moved Sum
	for i, x := range values {
		if !(caseWeights[i] >= 0) || math.IsInf(caseWeights[i], 0) || math.IsNaN(x) {
			return math.NaN()
		}
		w.Add(caseWeights[i])
		moved.Add(caseWeights[i] * (min(max(x+shift, low), high) - x))
	}
	if !(w.Value() > 0) {
		return math.NaN()
	}
	return moved.Value() / w.Value()
}

// Change is the difference in the expected response between two sets of rows whose predictors differ by shift, Σb_jΔ_j, with
// its standard error √(g′Vg) under a covariance matrix V of the coefficients, intercept first. It is an association, not what
// an intervention would do. NaN when sizes differ.
func (g Regression) Change(shift []float64, covariance [][]float64) (change, se float64) {
	if len(shift)+1 != len(g.Coefficients) {
		return math.NaN(), math.NaN()
	}
	gradient := append([]float64{0}, shift...)
	var s Sum
	for i, v := range gradient {
		s.Add(v * g.Coefficients[i])
	}
	return s.Value(), math.Sqrt(QuadraticForm(gradient, covariance))
}
