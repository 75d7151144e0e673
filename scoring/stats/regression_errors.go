package stats

import "math"

// influence turns Σwe and Σw(x−x̄)e of some rows into their influence on the coefficients, (X′WX)⁻¹Σwxe, intercept first.
func (g Regression) influence(we float64, wxe, out []float64) {
	out[0] = we / g.w
	for j, row := range g.inverse {
		v := 0.0
		for l, x := range wxe {
			v += row[l] * x
		}
		out[j+1] = v
		out[0] -= v * g.means[j+1]
	}
}

// CoefficientTotals are the totals T_c = (X′WX)⁻¹Σ_c wx(y−x′b) of each coefficient over the sampling units c, from the sums of
// each unit (the linearised regression of Binder 1983 and Fuller 1975): totals[i][c] belongs to coefficient i and
// Design.CovarianceMatrix of them is the covariance of the coefficients under the design, with as many units as the design
// has. With one stratum that is the cluster-robust covariance with factor G/(G−1). nil when a unit with rows has another number
// of variables.
func (g Regression) CoefficientTotals(units []CrossSums) [][]float64 {
	k := len(g.inverse)
	totals := zeros(k+1, len(units))
	wxe, d := make([]float64, k), make([]float64, k+1)
	for c, u := range units {
		if u.WZ == nil {
			continue
		}
		if len(u.WZ) != k+1 {
			return nil
		}
		u = u.about(g.means)
		var we Sum
		we.Merge(u.WZ[0])
		for l := 1; l <= k; l++ {
			we.Merge(u.WZ[l].Scaled(-g.Coefficients[l]))
		}
		for j := range wxe {
			s := u.WZZ[packed(0, j+1)]
			for l := 1; l <= k; l++ {
				s.Merge(u.WZZ[packed(l, j+1)].Scaled(-g.Coefficients[l]))
			}
			wxe[j] = s.Value()
		}
		g.influence(we.Value(), wxe, d)
		for i, v := range d {
			totals[i][c] = v
		}
	}
	return totals
}

// ResidualSums is the covariance of regression coefficients that takes each row's own squared residual for its variance, from a
// second pass over the rows. Sums of parts merge by addition.
type ResidualSums struct {
	// Leverage is the power of 1−h that squared residuals are divided by, where h is the row's leverage: 0 for none (HC0, White
	// 1980), 1 for HC2 (Horn, Horn & Duncan 1975), 2 for HC3 (Davidson & MacKinnon 1993), which is right for small numbers.
	Leverage float64
	// N counts rows.
	N int

	fit  Regression
	sums []Sum
}

// Residuals are empty sums of residuals of the regression; see ResidualSums.
func (g Regression) Residuals(leverage float64) ResidualSums {
	k := len(g.Coefficients)
	return ResidualSums{Leverage: leverage, fit: g, sums: make([]Sum, k*(k+1)/2)}
}

// Add takes one row of the response and its predictors. It says whether the row was taken, as CrossSums.Add does; the rows
// must be those of the regression.
func (s *ResidualSums) Add(z []float64, w float64) bool {
	k := len(s.fit.inverse)
	if len(z) != k+1 || k == 0 || !(w >= 0) || math.IsInf(w, 0) {
		return false
	}
	for _, v := range z {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	x := make([]float64, k)
	e, h := z[0]-s.fit.means[0], 1/s.fit.w
	for j := range x {
		x[j] = z[j+1] - s.fit.means[j+1]
		e -= s.fit.Coefficients[j+1] * x[j]
	}
	for j, row := range s.fit.inverse {
		for l, v := range row {
			h += x[j] * v * x[l]
		}
	}
	e *= w * math.Pow(1-w*h, -s.Leverage/2)
	for j := range x {
		x[j] *= e
	}
	d := make([]float64, k+1)
	s.fit.influence(e, x, d)
	at := 0
	for i := range d {
		for j := range i + 1 {
			s.sums[at].Add(d[i] * d[j])
			at++
		}
	}
	s.N++
	return true
}

// Merge takes the rows of other sums of the same regression and Leverage.
func (s *ResidualSums) Merge(o ResidualSums) {
	if len(o.sums) != len(s.sums) {
		return
	}
	s.N += o.N
	for i := range s.sums {
		s.sums[i].Merge(o.sums[i])
	}
}

// Covariance is (X′WX)⁻¹[Σw²e²/(1−h)^Leverage·xx′](X′WX)⁻¹, intercept first. Times n/(n−k−1) it is HC1 for Leverage 0, times
// n/(n−1) the design-based covariance when every row is its own sampling unit. With Leverage above 0 it is infinite or NaN
// when a row has leverage 1: the regression passes through it whatever its response.
func (s ResidualSums) Covariance() [][]float64 {
	k := len(s.fit.Coefficients)
	out := zeros(k, k)
	for i := range out {
		for j := range i + 1 {
			v := s.sums[packed(i, j)].Value()
			out[i][j], out[j][i] = v, v
		}
	}
	return out
}
