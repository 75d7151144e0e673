package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// spreadRows are crossRows with rows added that keep the predictors from being collinear.
func spreadRows(t *rapid.T, k int) driverRows {
	var d driverRows
	d.z, d.w = crossRows(t, k, 8)
	for i := range k + 1 {
		row := make([]float64, k)
		for j := range row {
			row[j] = float64((i*31 + j*17) % 29)
		}
		if i < k {
			row[i] = 100
		}
		d.z, d.w = append(d.z, row), append(d.w, 1)
	}
	return d
}

// Residuals are orthogonal to the predictors, and what a fit says of itself agrees with its residuals.
func TestRegressionNormalEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := spreadRows(t, rapid.IntRange(2, 5).Draw(t, "variables"))
		c := d.sums(nil, d.w)
		g, err := c.Regress()
		if err != nil {
			t.Fatal(err)
		}
		k := len(g.Coefficients)
		against, rss, sw := make([]float64, k), 0.0, 0.0
		for i, z := range d.z {
			e := z[0] - g.Coefficients[0]
			for j := 1; j < k; j++ {
				e -= g.Coefficients[j] * z[j]
			}
			against[0] += d.w[i] * e
			for j := 1; j < k; j++ {
				against[j] += d.w[i] * e * z[j]
			}
			rss += d.w[i] * e * e
			sw += d.w[i]
		}
		for _, v := range against {
			same(t, "orthogonal", v/sw, 0, 1e4)
		}
		same(t, "sigma", g.Sigma*g.Sigma*float64(g.DF), rss, sw*1e4)
		n := float64(g.N)
		total := c.Covariance()[0][0] * sw * (n - 1) / n
		same(t, "R²", g.R2, 1-rss/total, 1)
		same(t, "adjusted", g.AdjustedR2, 1-(rss/float64(g.DF))/(total/(n-1)), 1)
	})
}

// Standardised coefficients are b_j·s_j/s_y, and the regression of CrossSums and of its correlations agree.
func TestRegressionAgreesWithStandardized(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := spreadRows(t, 4)
		c := d.sums(nil, d.w)
		g, err := c.Regress()
		if err != nil {
			t.Fatal(err)
		}
		s, err := stats.Standardize(c.Correlation())
		if err != nil {
			t.Fatal(err)
		}
		v := c.Covariance()
		for j, b := range s.Beta {
			same(t, "beta", b, g.Coefficients[j+1]*math.Sqrt(v[j+1][j+1]/v[0][0]), 1)
		}
		same(t, "R²", g.R2, s.R2, 1)
		same(t, "condition", g.Condition, s.Condition, 1)
	})
}

// Rows as sampling units give the covariance of their squared residuals times n/(n−1); every row twice halves it; parts of
// residual sums merge; and units may be summed with any shift.
func TestRegressionRobustCovariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := spreadRows(t, 3)
		n := len(d.z)
		c := d.sums(nil, d.w)
		g, err := c.Regress()
		if err != nil {
			t.Fatal(err)
		}
		units := make([]stats.CrossSums, n)
		for i, z := range d.z {
			units[i].Shift = rapid.SliceOfN(rapid.Float64Range(-10, 100), 3, 3).Draw(t, "shift")
			units[i].Add(z, d.w[i])
		}
		totals := g.CoefficientTotals(units)
		v := stats.Design{}.CovarianceMatrix(totals)
		want := robust(g, d, d.w, 0)
		f := float64(n) / float64(n-1)
		for i := range want {
			sum := 0.0
			for _, x := range totals[i] {
				sum += x
			}
			same(t, "totals add to 0", sum, 0, 100)
			for j := range want {
				same(t, "covariance", v[i][j], f*want[i][j], math.Sqrt(want[i][i]*want[j][j]))
			}
		}

		twice := driverRows{z: append(append([][]float64{}, d.z...), d.z...), w: append(append([]float64{}, d.w...), d.w...)}
		g2, err := twice.sums(nil, twice.w).Regress()
		if err != nil {
			t.Fatal(err)
		}
		half := robust(g2, twice, twice.w, 0)
		a, b := g.Residuals(1), g.Residuals(1)
		for i, z := range d.z {
			if i%2 == 0 {
				a.Add(z, d.w[i])
			} else {
				b.Add(z, d.w[i])
			}
		}
		a.Merge(b)
		whole, merged := robust(g, d, d.w, 1), a.Covariance()
		for i := range half {
			for j := range half {
				scale := math.Sqrt(want[i][i] * want[j][j])
				same(t, "half", half[i][j], want[i][j]/2, scale)
				same(t, "merged", merged[i][j], whole[i][j], scale)
			}
		}
		if a.N != n {
			t.Errorf("%d rows, want %d", a.N, n)
		}
	})
}

func TestRegressionRefusals(t *testing.T) {
	for name, rows := range map[string][][]float64{
		"empty":              nil,
		"response alone":     {{1}, {2}, {3}},
		"too few rows":       {{1, 2}, {2, 3}},
		"constant predictor": {{1, 2}, {2, 2}, {3, 2}, {4, 2}},
		"constant response":  {{1, 2}, {1, 3}, {1, 2}, {1, 5}},
		"collinear":          {{1, 2, 4}, {2, 3, 6}, {3, 5, 10}, {4, 1, 2}, {5, 0, 0}},
	} {
		if _, err := crossSums(rows, nil, nil).Regress(); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
	g, err := crossSums([][]float64{{1, 0}, {3, 1}, {5, 2}, {7, 3}}, nil, nil).Regress()
	if err != nil || relative(g.Coefficients[1], 2) > 1e-14 || math.Abs(g.Coefficients[0]-1) > 1e-14 || g.R2 < 1-1e-15 || g.Sigma > 1e-7 || g.FP > 1e-10 {
		t.Errorf("exact line: %+v, %v", g, err)
	}
	if g.CoefficientTotals([]stats.CrossSums{crossSums([][]float64{{1}}, nil, nil)}) != nil {
		t.Error("units of another size accepted")
	}
	if totals := g.CoefficientTotals(make([]stats.CrossSums, 2)); totals[0][1] != 0 || totals[1][0] != 0 {
		t.Errorf("empty units: %v", totals)
	}
	s := g.Residuals(0)
	if s.Add([]float64{1}, 1) || s.Add([]float64{1, math.NaN()}, 1) || s.Add([]float64{1, 2}, -1) || s.Add([]float64{1, 2}, math.Inf(1)) || s.N != 0 {
		t.Error("unfit row taken")
	}
	if _, p := g.T(2, g.Covariance, 2); !math.IsNaN(p) {
		t.Error("test of a coefficient that is not there")
	}
	if change, se := g.Change([]float64{1, 2}, g.Covariance); !math.IsNaN(change) || !math.IsNaN(se) {
		t.Error("change of another size")
	}
	if change, _ := g.Change([]float64{10}, g.Covariance); relative(change, 20) > 1e-14 {
		t.Errorf("change %g, want 20", change)
	}
}

// Replicates of means, each row its own group, give the variance of the mean exactly, about the full estimate and about theirs.
func TestReplicatesOfMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, _ := crossRows(t, 2, 3)
		groups := make([]stats.CrossSums, len(z))
		var c stats.CrossSums
		for i, row := range z {
			groups[i].Add(row, 1)
			c.Add(row, 1)
		}
		r, err := stats.LeaveSumsOut(groups, func(c stats.CrossSums) ([]float64, error) { return c.Means(), nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range [][][]float64{r.Covariance(), r.CovarianceAboutMean()} {
			for i, want := range c.Covariance() {
				for j := range want {
					same(t, "covariance of means", got[i][j], want[j]/float64(len(z)), 100)
				}
				if want := stats.Jackknife(r.Estimate[i], column(r.Left, i)); math.Abs(got[i][i]-want) > 1e-9*max(1, want) {
					t.Errorf("variance %g, Jackknife %g", got[i][i], want)
				}
			}
		}
	})
}

func column(rows [][]float64, j int) []float64 {
	out := make([]float64, len(rows))
	for i, row := range rows {
		out[i] = row[j]
	}
	return out
}

func TestReplicatesRefusals(t *testing.T) {
	one := crossSums([][]float64{{1}, {2}}, nil, nil)
	two := crossSums([][]float64{{1, 2}}, nil, nil)
	means := func(c stats.CrossSums) ([]float64, error) { return c.Means(), nil }
	for name, groups := range map[string][]stats.CrossSums{"none": nil, "one": {one}, "unlike": {one, two}} {
		if _, err := stats.LeaveSumsOut(groups, means); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
	if _, err := stats.LeaveGroupsOut(2, func(left int) ([]float64, error) { return make([]float64, left+2), nil }); err == nil {
		t.Error("estimates of unlike length accepted")
	}
	if _, err := stats.LeaveSumsOut([]stats.CrossSums{one, one}, driverEstimates); err == nil {
		t.Error("failing estimate accepted")
	}
	// A group without rows leaves the estimate as it is.
	r, err := stats.LeaveSumsOut([]stats.CrossSums{one, {}, one}, means)
	if err != nil || r.Left[1][0] != r.Estimate[0] {
		t.Errorf("empty group: %v, %v", r, err)
	}
	if v := (stats.Replicates{Estimate: []float64{1}}).Covariance(); !math.IsNaN(v[0][0]) {
		t.Errorf("variance without replicates: %v", v)
	}
}
