package stats_test

import (
	"fmt"
	"math"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// driverTolerance is relative. It is tighter than the files ask, shares to 1e-11 absolutely and the rest to 1e-9 relatively.
const driverTolerance = 1e-11

// equalDrivers checks all that follows from a correlation matrix with the response first.
func (r expected) equalDrivers(path string, correlation [][]float64) {
	r.T.Helper()
	s, err := stats.Standardize(correlation)
	if err != nil {
		r.T.Fatal(err)
	}
	subsets, err := stats.AllSubsets(correlation)
	if err != nil {
		r.T.Fatal(err)
	}
	johnson, err := stats.RelativeWeights(correlation)
	if err != nil {
		r.T.Fatal(err)
	}
	lmg := subsets.LMG()
	for name, got := range map[string][]float64{
		"zero_order_r": s.ZeroOrder, "beta_std": s.Beta, "vif": s.VIF, "pratt": s.Pratt, "first": s.First, "last": s.Last,
		"semipartial_r": s.Semipartial, "partial_r": s.Partial, "eigenvalues": s.Eigenvalues,
		"johnson_raw": johnson, "johnson_share": stats.Shares(johnson), "lmg_raw": lmg, "lmg_share": stats.Shares(lmg),
		"subset_r2_by_bitmask": subsets.R2,
	} {
		if r.Has(path + "." + name) {
			r.Slice(path+"."+name, got, driverTolerance)
		}
	}
	r.Equal(path+".r2", s.R2, driverTolerance)
	if r.Has(path + ".condition_number") {
		r.Equal(path+".condition_number", s.Condition, driverTolerance)
		r.Matrix(path+".conditional_dominance", subsets.Conditional(), driverTolerance)
		r.Matrix(path+".complete_dominance", subsets.Complete(), driverTolerance)
	}
}

// equalCoefficients checks a table of coefficients with their errors under a covariance matrix.
func (r expected) equalCoefficients(path string, g stats.Regression, covariance [][]float64, df float64, standardized bool) {
	r.T.Helper()
	se := stats.StandardErrors(covariance)
	for i, b := range g.Coefficients {
		at := func(what string) string { return fmt.Sprintf("%s.%s.%d", path, what, i) }
		t, p := g.T(i, covariance, df)
		r.Equal(at("se"), se[i], driverTolerance)
		if standardized && i == 0 {
			// R's intercept is the rounding of its own sums.
			r.Within(at("estimate"), b, 2e-14)
			r.Within(at("t"), t, 2e-12)
			r.Equal(at("p"), p, 1e-12)
			continue
		}
		r.Equal(at("estimate"), b, driverTolerance)
		r.Equal(at("t"), t, driverTolerance)
		// The p-value of t = 48 takes an error of t ten hundredfold.
		r.Equal(at("p"), p, 1e-9)
	}
}

func regress(t *testing.T, c stats.CrossSums) stats.Regression {
	t.Helper()
	g, err := c.Regress()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// robust is the covariance of the coefficients from the rows' own residuals.
func robust(g stats.Regression, d driverRows, w []float64, leverage float64) [][]float64 {
	s := g.Residuals(leverage)
	for i, z := range d.z {
		x := 1.0
		if w != nil {
			x = w[i]
		}
		s.Add(z, x)
	}
	return s.Covariance()
}

func scaledMatrix(a [][]float64, f float64) [][]float64 {
	for i := range a {
		for j := range a[i] {
			a[i][j] *= f
		}
	}
	return a
}

// equalRows checks what needs more than one correlation matrix; response is its name in the file.
func (r expected) equalRows(path string, d driverRows, names []string, whatIf []float64, response string, groups int) stats.Regression {
	r.T.Helper()
	t := r.T
	if path != "" {
		path += "."
	}
	c := d.sums(nil, nil)
	r.Matrix(path+"correlation", c.Correlation(), driverTolerance)
	r.equalDrivers(path+"unweighted", c.Correlation())

	g := regress(t, c)
	r.Texts(path+"ols.coefficients.term", append([]string{"(Intercept)"}, names...))
	r.equalCoefficients(path+"ols.coefficients", g, g.Covariance, float64(g.DF), false)
	for name, got := range map[string]float64{"sigma": g.Sigma, "df": float64(g.DF), "r2": g.R2, "adj_r2": g.AdjustedR2, "F": g.F} {
		r.Equal(path+"ols."+name, got, driverTolerance)
	}
	r.Equal(path+"ols.F_p", g.FP, 1e-9)
	n := float64(len(d.z))
	r.Slice(path+"ols.se_HC0", stats.StandardErrors(robust(g, d, nil, 0)), driverTolerance)
	r.Slice(path+"ols.se_HC1", stats.StandardErrors(scaledMatrix(robust(g, d, nil, 0), n/float64(g.DF))), driverTolerance)
	r.Slice(path+"ols.se_HC2", stats.StandardErrors(robust(g, d, nil, 1)), driverTolerance)
	hc3 := robust(g, d, nil, 2)
	r.Slice(path+"ols.se_HC3", stats.StandardErrors(hc3), driverTolerance)

	var z stats.CrossSums
	mean, v := c.Means(), c.Covariance()
	for _, row := range d.z {
		x := make([]float64, len(row))
		for j := range row {
			x[j] = (row[j] - mean[j]) / math.Sqrt(v[j][j])
		}
		z.Add(x, 1)
	}
	gz := regress(t, z)
	r.Texts(path+"ols.standardised.term", append([]string{"(Intercept)"}, names...))
	r.equalCoefficients(path+"ols.standardised", gz, gz.Covariance, float64(gz.DF), true)

	r.equalAsymmetry(path+"prca", d, names)
	r.equalPriorities(path+"ipa", names, mean[1:], c.Correlation())

	change, se := g.Change(whatIf, g.Covariance)
	low, high := stats.Interval(change, se*se, float64(g.DF), 0.95)
	r.Equal(path+"whatif.delta_"+response, change, driverTolerance)
	r.Equal(path+"whatif.se_ols", se, driverTolerance)
	r.Pair(path+"whatif.ci95_t", low, high, driverTolerance)
	_, se = g.Change(whatIf, hc3)
	r.Equal(path+"whatif.se_HC3", se, driverTolerance)

	r.equalJackknife(path+"jackknife", d, groups)
	return g
}

func (r expected) equalAsymmetry(path string, d driverRows, names []string) {
	r.T.Helper()
	p := r.Length(path + ".cut_low")
	var low, high []float64
	terms := []string{"(Intercept)"}
	for j := range p {
		low, high = append(low, stats.Quantile(d.column(j+1), 0.25)), append(high, stats.Quantile(d.column(j+1), 0.75))
		terms = append(terms, names[j]+"_lo", names[j]+"_hi")
	}
	r.Slice(path+".cut_low", low, driverTolerance)
	r.Slice(path+".cut_high", high, driverTolerance)
	var c stats.CrossSums
	for _, z := range d.z {
		c.Add(stats.LowHigh([]float64{z[0]}, z[1:p+1], low, high), 1)
	}
	g := regress(r.T, c)
	r.Texts(path+".coefficients.term", terms)
	r.equalCoefficients(path+".coefficients", g, g.Covariance, float64(g.DF), false)
	for j, a := range stats.Asymmetries(g) {
		for name, got := range map[string]float64{
			"b_low": a.Low, "b_high": a.High, "penalty": a.Penalty, "reward": a.Reward, "range_of_impact": a.Range, "impact_asymmetry": a.Index,
		} {
			r.Equal(fmt.Sprintf("%s.%s.%d", path, name, j), got, driverTolerance)
		}
		if r.Has(path + ".class") {
			r.EqualText(fmt.Sprintf("%s.class.%d", path, j), a.Class)
		}
	}
}

func (r expected) equalPriorities(path string, names []string, performance []float64, correlation [][]float64) {
	r.T.Helper()
	subsets, err := stats.AllSubsets(correlation)
	if err != nil {
		r.T.Fatal(err)
	}
	share := stats.Shares(subsets.LMG())
	var p, s stats.Sum
	for j := range names {
		p.Add(performance[j])
		s.Add(share[j])
	}
	k := float64(len(names))
	r.Equal(path+".crosshair.performance", p.Value()/k, driverTolerance)
	r.Equal(path+".crosshair.importance", s.Value()/k, driverTolerance)
	for j, name := range names {
		r.Equal(path+".performance."+name, performance[j], driverTolerance)
		r.Equal(path+".importance."+name, share[j], driverTolerance)
		r.EqualText(path+".quadrant."+name, stats.Quadrant(share[j], performance[j], s.Value()/k, p.Value()/k))
	}
}

// driverEstimates are LMG shares, Johnson shares and standardised coefficients, one after the other.
func driverEstimates(c stats.CrossSums) ([]float64, error) {
	correlation := c.Correlation()
	s, err := stats.Standardize(correlation)
	if err != nil {
		return nil, err
	}
	subsets, err := stats.AllSubsets(correlation)
	if err != nil {
		return nil, err
	}
	johnson, err := stats.RelativeWeights(correlation)
	if err != nil {
		return nil, err
	}
	out := stats.Shares(subsets.LMG())
	out = append(out, stats.Shares(johnson)...)
	return append(out, s.Beta...), nil
}

func (r expected) equalJackknife(path string, d driverRows, groups int) {
	r.T.Helper()
	reps, err := stats.LeaveSumsOut(d.split(d.group, groups, nil), driverEstimates)
	if err != nil {
		r.T.Fatal(err)
	}
	full, mean := stats.StandardErrors(reps.Covariance()), stats.StandardErrors(reps.CovarianceAboutMean())
	p := len(full) / 3
	for at, name := range []string{"lmg_share_se", "johnson_share_se", "beta_std_se"} {
		if r.Has(path + "." + name + "_centred_at_full") {
			r.Slice(path+"."+name+"_centred_at_full", full[at*p:(at+1)*p], driverTolerance)
		}
		if r.Has(path + "." + name + "_centred_at_mean") {
			r.Slice(path+"."+name+"_centred_at_mean", mean[at*p:(at+1)*p], driverTolerance)
		}
	}
	if !r.Has(path + ".groups") {
		return
	}
	r.Equal(path+".groups", float64(groups), 0)
	prefix := path[:len(path)-len("jackknife")]
	share := reps.Estimate[:p]
	for j := range p {
		at := fmt.Sprintf("%skey_driver.%d", prefix, j)
		r.Bool(at, stats.KeyDriver(share[j], full[j], p))
	}
	bounded, err := stats.BoundShares(share, 0.05, 0.40)
	if err != nil {
		r.T.Fatal(err)
	}
	r.Slice(prefix+"weights_floor_.05_cap_.40", bounded, driverTolerance)
	rounded, err := stats.RoundShares(bounded, 4)
	if err != nil {
		r.T.Fatal(err)
	}
	r.Slice(prefix+"weights_rounded_4", rounded, 0)
}

// equalSurveyRegression checks a regression with sampling weights: classical errors, and under the design of single rows.
func (r expected) equalSurveyRegression(d driverRows, names []string) stats.Regression {
	r.T.Helper()
	c := d.sums(nil, d.w)
	r.Matrix("weighted_correlation", c.Correlation(), driverTolerance)
	r.equalDrivers("weighted", c.Correlation())
	g := regress(r.T, c)
	n := float64(len(d.z))
	r.Equal("wls.r2", g.R2, driverTolerance)
	r.equalCoefficients("wls.coefficients", g, g.Covariance, float64(g.DF), false)
	v := scaledMatrix(robust(g, d, d.w, 0), n/(n-1))
	r.equalCoefficients("svyglm.coefficients", g, v, float64(g.DF), false)
	for _, table := range []string{"wls", "svyglm"} {
		r.Texts(table+".coefficients.term", append([]string{"(Intercept)"}, names...))
	}
	return g
}

// Drivers of the published tables attitude and swiss.
func TestDriversOfPublishedTables(t *testing.T) {
	r := expected{reference.Open(t, "ref_drivers.json")}
	d := attitudeRows(t)
	names := []string{"complaints", "privileges", "learning", "raises", "critical", "advance"}
	r.equalRows("", d, names, []float64{5, 0, 3, 0, 0, 0}, "rating", 10)
	r.equalSurveyRegression(d, names)

	ones := make([]float64, len(d.z))
	for i := range ones {
		ones[i] = 1
	}
	r.Equal("whatif.clipped_shift_of_mean", stats.LimitedShift(d.column(1), ones, 15, math.Inf(-1), 90), driverTolerance)

	five, ok := d.sums(nil, nil).Select(0, 1, 2, 3, 4, 5)
	if !ok {
		t.Fatal("variables not selected")
	}
	r.equalDrivers("five_predictors", five.Correlation())

	r.EqualText("swiss.response", "Fertility")
	r.Texts("swiss.predictors", []string{"Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"})
	r.equalDrivers("swiss", correlationOfSubsets(t, r, "swiss"))
}

// correlationOfSubsets recovers a correlation matrix that is not carried: the response's correlations are in the file, those of
// two predictors solve (1−x²)R² = r_i²+r_j²−2r_i·r_j·x for their pair's R². Of the two solutions of each pair, those are taken
// that come nearest to the R² of all subsets.
func correlationOfSubsets(t *testing.T, r expected, path string) [][]float64 {
	p := r.Length(path + ".zero_order_r")
	want := make([]float64, 1<<p)
	for m := range want {
		want[m] = r.Number(fmt.Sprintf("%s.subset_r2_by_bitmask.%d", path, m))
	}
	c := emptySquare(p + 1)
	c[0][0] = 1
	var pairs [][2]int
	for j := range p {
		c[j+1][j+1] = 1
		c[j+1][0] = r.Number(fmt.Sprintf("%s.zero_order_r.%d", path, j))
		for i := range j {
			pairs = append(pairs, [2]int{j + 1, i + 1})
		}
	}
	best, least := emptySquare(p+1), math.Inf(1)
	for choice := range 1 << len(pairs) {
		possible := true
		for k, pair := range pairs {
			i, j := pair[0], pair[1]
			a, b, q := c[i][0], c[j][0], want[1<<(i-1)|1<<(j-1)]
			root := math.Sqrt(a*a*b*b - q*(a*a+b*b-q))
			if choice>>k&1 == 1 {
				root = -root
			}
			c[i][j] = (a*b + root) / q
			possible = possible && math.Abs(c[i][j]) < 1
		}
		if !possible {
			continue
		}
		s, err := stats.AllSubsets(c)
		if err != nil {
			continue
		}
		away := 0.0
		for m := range want {
			away = max(away, math.Abs(s.R2[m]-want[m]))
		}
		if away < least {
			least = away
			for i := range c {
				copy(best[i], c[i])
			}
		}
	}
	t.Logf("%s: correlations recovered, R² of all subsets within %.2g", path, least)
	return best
}

// Drivers of the simulated study and of its sample of 600.
func TestDriversOfStudy(t *testing.T) {
	r := expected{reference.Open(t, "ref_drivers_study.json")}
	indexShares := []float64{.2604, .3011, .05, .1945, .194}
	whatIf := []float64{3, 5, 0, 0, 0}
	for _, set := range []struct {
		path   string
		d      driverRows
		groups int
	}{{"", sampleDriverRows(t), 10}, {"study", studyDriverRows(t), 50}} {
		g := r.equalRows(set.path, set.d, studyDimensions, whatIf, "overall", set.groups)
		path := set.path
		if path != "" {
			path += "."
		}
		n := float64(len(set.d.z))
		r.Equal(path+"n", n, 0)
		r.Equal(path+"whatif.delta_index", stats.IndexShift(indexShares, whatIf), driverTolerance)
		ones := make([]float64, len(set.d.z))
		for i := range ones {
			ones[i] = 1
		}
		r.Equal(path+"whatif.clipped_shift_of_mean", stats.LimitedShift(set.d.column(2), ones, 15, 0, 100), driverTolerance)

		c, ok := set.d.sums(nil, nil).Select(0, 1, 2, 4, 5)
		if !ok {
			t.Fatal("variables not selected")
		}
		r.equalDrivers(path+"unweighted.leave_out_content", c.Correlation())

		flights := 0
		for _, f := range set.d.flight {
			flights = max(flights, f+1)
		}
		units := set.d.split(set.d.flight, flights, nil)
		flown := units[:0:0]
		for _, u := range units {
			if u.N > 0 {
				flown = append(flown, u)
			}
		}
		v := stats.Design{}.CovarianceMatrix(g.CoefficientTotals(flown))
		// The file's CR1 is sandwich's vcovCL with the factor G/(G−1) alone, not (n−1)/(n−k) too.
		r.Slice(path+"ols.se_cluster_CR1_flight", stats.StandardErrors(v), driverTolerance)
	}

	d := sampleDriverRows(t)
	g := r.equalSurveyRegression(d, studyDimensions)
	flights, routes := 0, 0
	for i, f := range d.flight {
		flights, routes = max(flights, f+1), max(routes, d.route[i]+1)
	}
	design := stats.Design{Stratum: make([]int, flights), Strata: routes}
	for i, f := range d.flight {
		design.Stratum[f] = d.route[i]
	}
	v := design.CovarianceMatrix(g.CoefficientTotals(d.split(d.flight, flights, d.w)))
	df := float64(design.DF(flights) - len(studyDimensions))
	r.Texts("svyglm_strata_cluster.coefficients.term", append([]string{"(Intercept)"}, studyDimensions...))
	r.equalCoefficients("svyglm_strata_cluster.coefficients", g, v, df, false)
	r.Matrix("svyglm_strata_cluster.vcov", v, driverTolerance)
}
