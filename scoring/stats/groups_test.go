package stats_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// The functions below check parts of ref_tests, to the tolerance it states.

func checkPaired(r expected, s sample) {
	attitude, efficiency := s.numbers("attitude"), s.numbers("efficiency")
	c := stats.CrossSums{Shift: []float64{75, 75}}
	for i := range s.n {
		c.Add([]float64{attitude[i], efficiency[i]}, 1)
	}
	r.equalEffect("paired", stats.Paired(c, 0, 1), 1e-10)
	r.Equal("paired.estimate.0", stats.Paired(c, 0, 1).Estimate, 1e-10)
}

// equalEffect checks those of t, df, p, stderr or se, and ci95 that stand under path.
func (r expected) equalEffect(path string, e stats.Effect, tolerance float64) {
	r.T.Helper()
	for name, got := range map[string]float64{
		"t": e.T(), "df": e.DF, "df_welch_satterthwaite": e.DF, "p": e.P(), "stderr": e.SE, "se": e.SE,
	} {
		if r.Has(path + "." + name) {
			r.Equal(path+"."+name, got, tolerance)
		}
	}
	if r.Has(path + ".ci95") {
		low, high := e.Interval(0.95)
		r.Pair(path+".ci95", low, high, tolerance)
	}
}

func (r expected) equalF(path string, f stats.FTest, tolerance float64) {
	r.T.Helper()
	r.Equal(path+".F", f.F, tolerance)
	r.Equal(path+".p", f.P, tolerance)
}

func checkManyGroups(r expected, s sample) {
	overall := s.numbers("overall")
	code, levels := s.codes("occupation")
	var groups []stats.Group
	for k := range levels {
		groups = append(groups, meanSums(overall, unit(s.n), func(i int) bool { return code[i] == k }).Group())
	}
	a, w := stats.AnalyseVariance(groups), stats.WelchOneWay(groups)
	r.equalF("oneway.classic", a.Test, 1e-10)
	r.Equal("oneway.classic.df1", a.Test.DF1, 0)
	r.Equal("oneway.classic.df2", a.Test.DF2, 0)
	rows := make([][]float64, len(levels))
	for i, v := range overall {
		rows[code[i]] = append(rows[code[i]], v)
	}
	chi2, df, p := stats.KruskalWallis(rows)
	r.Equal("oneway.kruskal.chisq", chi2, 1e-10)
	r.Equal("oneway.kruskal.df", df, 0)
	r.Equal("oneway.kruskal.p", p, 1e-10)
	r.Equal("oneway.eta2", a.Eta2, 1e-10)
	r.Equal("oneway.omega2", a.Omega2, 1e-10)
	r.equalF("oneway.welch", w, 1e-10)
	r.Equal("oneway.welch.df1", w.DF1, 0)
	r.Equal("oneway.welch.df2", w.DF2, 1e-10)
}

func checkWald(r expected, s sample) {
	w, index, age := s.numbers("pw"), s.numbers("index"), s.text("age")
	for block, u := range map[string]units{
		"weighted_k_groups_wald":                drawn(s, "", "", ""),
		"weighted_k_groups_wald_strata_cluster": drawn(s, "flight", "route", ""),
	} {
		var means []float64
		var totals [][]float64
		// The order of the covariances in the file.
		for _, level := range []string{"25_34", "35_44", "45_59", "60_plus", "under_25"} {
			m, t := u.mean(index, w, func(i int) bool { return age[i] == level })
			means, totals = append(means, m), append(totals, t)
			r.Equal(block+".means."+level, m, 1e-10)
		}
		v := u.design.CovarianceMatrix(totals)
		for i := range v {
			for j := range v {
				r.Near(fmt.Sprintf("%s.vcov.%d.%d", block, i, j), v[i][j], 1e-10, 1e-6)
			}
		}
		f := stats.WaldEqual(means, v, u.df())
		r.equalF(block, f, 1e-10)
		r.Equal(block+".df", f.DF1, 0)
		r.Equal(block+".ddf", f.DF2, 0)
	}
}

func checkAgainstTotal(r expected, s sample) {
	w, index, purpose := s.numbers("pw"), s.numbers("index"), s.text("purpose")
	u := drawn(s, "flight", "", "")
	segment, st := u.mean(index, w, func(i int) bool { return purpose[i] == "business" })
	rest, rt := u.mean(index, w, func(i int) bool { return purpose[i] != "business" })
	total, _ := u.mean(index, w, everyRow)
	var all, own stats.Sum
	for i := range w {
		all.Add(w[i])
		if purpose[i] == "business" {
			own.Add(w[i])
		}
	}
	share := own.Value() / all.Value()
	r.Equal("segment_vs_total.segment", segment, 1e-10)
	r.Equal("segment_vs_total.rest", rest, 1e-10)
	r.Equal("segment_vs_total.total", total, 1e-10)
	r.Equal("segment_vs_total.weight_share", share, 1e-10)

	// Against the error of segment − total from the units themselves, at the share as it stands.
	toRest := stats.Effect{Estimate: segment - rest, SE: math.Sqrt(u.design.Variance(stats.CombinedTotals([]float64{1, -1}, [][]float64{st, rt}))), DF: u.df() - 1}
	got := stats.DifferenceToTotal(toRest, share)
	if relative(got.Estimate, segment-total) > 1e-10 {
		r.T.Errorf("difference to the total %v, want %v", got.Estimate, segment-total)
	}
	fixed := math.Sqrt(u.design.Variance(stats.CombinedTotals([]float64{1, -share, -(1 - share)}, [][]float64{st, st, rt})))
	if relative(got.SE, fixed) > 1e-10 {
		r.T.Errorf("error of the difference to the total %v, want %v", got.SE, fixed)
	}
	if got.P() != toRest.P() {
		r.T.Errorf("p-value to the total %v, to the rest %v", got.P(), toRest.P())
	}
}

func checkTwoProportions(r expected, s sample) {
	overall, gender := s.numbers("overall"), s.text("gender")
	top := make([]float64, s.n)
	for i, v := range overall {
		if v >= 9 {
			top[i] = 1
		}
	}
	men := meanSums(top, unit(s.n), func(i int) bool { return gender[i] == "male" }).Group()
	women := meanSums(top, unit(s.n), func(i int) bool { return gender[i] == "female" }).Group()
	e := stats.ProportionDifference(men.Mean, float64(men.N), women.Mean, float64(women.N))
	r.Pair("two_proportions.p", men.Mean, women.Mean, 1e-10)
	r.Equal("two_proportions.z_unpooled", e.T(), 1e-10)
	r.Equal("two_proportions.p_unpooled", e.P(), 1e-10)
	low, high := e.Interval(0.95)
	r.Pair("two_proportions.wald_ci", low, high, 1e-10)
	low, high = stats.NewcombeInterval(men.Mean, float64(men.N), women.Mean, float64(women.N), 0.95)
	r.Pair("two_proportions.newcombe_ci", low, high, 1e-10)
	pooled := stats.PooledProportionDifference(men.Mean, float64(men.N), women.Mean, float64(women.N))
	r.Equal("two_proportions.z_pooled", pooled.T(), 1e-10)
	r.Equal("two_proportions.p_pooled", pooled.P(), 1e-10)
	counts := [2][2]float64{}
	for i, v := range top {
		if gender[i] == "male" {
			counts[0][int(v)]++
		} else if gender[i] == "female" {
			counts[1][int(v)]++
		}
	}
	chi2, _, p := stats.Independence([][]float64{counts[0][:], counts[1][:]})
	r.Equal("two_proportions.chisq", chi2, 1e-10)
	r.Equal("two_proportions.pearson", chi2, 1e-10)
	r.Equal("two_proportions.p_value", p, 1e-10)
}

// Newcombe (1998), table II, method 10, to the 4 decimals printed there.
func TestGroupsNewcombePublished(t *testing.T) {
	for _, c := range []struct {
		x1, n1, x2, n2, low, high float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{10, 10, 0, 10, 0.6075, 1.0000},
		{5, 56, 0, 29, -0.0381, 0.1926},
	} {
		low, high := stats.NewcombeInterval(c.x1/c.n1, c.n1, c.x2/c.n2, c.n2, 0.95)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%v/%v − %v/%v: %.4f … %.4f, want %.4f … %.4f", c.x1, c.n1, c.x2, c.n2, low, high, c.low, c.high)
		}
	}
}

// groups draws k groups of rows.
func groups(t *rapid.T, least int) (rows [][]float64, of []stats.Group) {
	for range rapid.IntRange(least, 6).Draw(t, "k") {
		var x []float64
		base := rapid.Float64Range(0, 90).Draw(t, "base")
		for i := range rapid.IntRange(2, 12).Draw(t, "n") {
			x = append(x, base+float64(10*(i%2))+rapid.Float64Range(0, 9).Draw(t, "x"))
		}
		rows, of = append(rows, x), append(of, gather(x, unit(len(x)), 50).Group())
	}
	return rows, of
}

func sameF(t *rapid.T, what string, got, want stats.FTest) {
	t.Helper()
	same(t, what+" F", got.F, want.F, 1e-3)
	same(t, what+" df1", got.DF1, want.DF1, 1)
	same(t, what+" df2", got.DF2, want.DF2, 1)
}

func TestGroupsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, g := groups(t, 2)
		k := len(g)
		a, w := stats.AnalyseVariance(g), stats.WelchOneWay(g)

		// Sums of squares add up to that of all rows about their mean.
		var all []float64
		for _, x := range rows {
			all = append(all, x...)
		}
		total := gather(all, unit(len(all)), 50).Group()
		same(t, "total sum of squares", a.Between+a.Within, float64(total.N-1)*total.Variance, 1)
		if a.Eta2 < 0 || a.Eta2 > 1 || a.Omega2 > a.Eta2 {
			t.Errorf("η² %v, ω² %v", a.Eta2, a.Omega2)
		}

		// Order, affine maps and empty groups change nothing.
		order := shuffled(t, k)
		moved := make([]stats.Group, 0, k+1)
		for _, i := range order {
			moved = append(moved, gather(mapped(rows[i], -7, -3), unit(g[i].N), 0).Group())
		}
		moved = append(moved, stats.Group{Mean: math.NaN()})
		b := stats.AnalyseVariance(moved)
		sameF(t, "relabelled", b.Test, a.Test)
		same(t, "relabelled η²", b.Eta2, a.Eta2, 1e-3)
		sameF(t, "relabelled Welch", stats.WelchOneWay(moved), w)

		// The Wald test on independent groups is Σu(x̄−x̃)²/(k−1) with u = n/s², whatever estimate comes first.
		means, v := make([]float64, k), make([][]float64, k)
		permuted, pv := make([]float64, k), make([][]float64, k)
		for i := range g {
			v[i], pv[i] = make([]float64, k), make([]float64, k)
			means[i], v[i][i] = g[i].Mean, g[i].Variance/float64(g[i].N)
		}
		for i, o := range order {
			permuted[i], pv[i][i] = means[o], v[o][o]
		}
		f := stats.WaldEqual(means, v, 40)
		sameF(t, "relabelled Wald", stats.WaldEqual(permuted, pv, 40), f)
		var points []stats.Point
		for i := range g {
			points = append(points, stats.Point{Estimate: means[i], Variance: v[i][i]})
		}
		q, df, _ := stats.Homogeneity(points)
		same(t, "Wald and homogeneity", f.F*float64(df), q, 1e-3)
	})
}

// With two groups every test is the t-test it generalises.
func TestGroupsOfTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, g := groups(t, 2)
		g = g[:2]
		d := stats.Difference(g[0], g[1])
		w := stats.WelchOneWay(g)
		same(t, "Welch F", w.F, d.T()*d.T(), 1e-3)
		same(t, "Welch df", w.DF2, d.DF, 1)
		same(t, "Welch p", w.P, d.P(), 1e-9)

		pooled := (float64(g[0].N-1)*g[0].Variance + float64(g[1].N-1)*g[1].Variance) / float64(g[0].N+g[1].N-2)
		tt := d.Estimate * d.Estimate / (pooled * (1/float64(g[0].N) + 1/float64(g[1].N)))
		same(t, "classic F", stats.AnalyseVariance(g).Test.F, tt, 1e-3)

		c := rapid.Float64Range(-0.9, 0.9).Draw(t, "correlation") * math.Sqrt(g[0].Variance*g[1].Variance)
		v := [][]float64{{g[0].Variance, c}, {c, g[1].Variance}}
		se := math.Sqrt(stats.QuadraticForm([]float64{1, -1}, v))
		f := stats.WaldEqual([]float64{g[0].Mean, g[1].Mean}, v, 30)
		same(t, "Wald F", f.F, d.Estimate*d.Estimate/(se*se), 1e-3)
		same(t, "Wald df", f.DF2, 29, 1)
		same(t, "Wald p", f.P, stats.DifferenceP(d.Estimate, se, 29), 1e-9)
	})
}

// The paired difference is the mean of the differences.
func TestGroupsPaired(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c, part stats.CrossSums
		var diffs []float64
		n := rapid.IntRange(2, 40).Draw(t, "n")
		for i := range n {
			x, y := rapid.Float64Range(0, 100).Draw(t, "x"), rapid.Float64Range(0, 100).Draw(t, "y")
			z := []float64{float64(i), x, y}
			if i < n/2 {
				c.Add(z, 1)
			} else {
				part.Add(z, 1)
			}
			diffs = append(diffs, y-x)
		}
		c.Merge(part)
		g := gather(diffs, unit(n), 0).Group()
		e := stats.Paired(c, 2, 1)
		same(t, "estimate", e.Estimate, g.Mean, 1)
		same(t, "error", e.SE*e.SE, g.Variance/float64(n), 1)
		if e.DF != float64(n-1) {
			t.Errorf("df %v", e.DF)
		}
	})
}

func TestGroupsOutsideTheirDomain(t *testing.T) {
	nan := math.NaN()
	one, alike := stats.Group{N: 1, Mean: 3, Variance: nan}, stats.Group{N: 4, Mean: 3}
	some := stats.Group{N: 5, Mean: 4, Variance: 2}
	diagonal := [][]float64{{1, 0}, {0, 1}}
	for name, got := range map[string]float64{
		"nothing":                         stats.AnalyseVariance(nil).Test.F,
		"one group":                       stats.AnalyseVariance([]stats.Group{some}).Eta2,
		"no more rows than groups":        stats.AnalyseVariance([]stats.Group{one, one}).Test.P,
		"no more rows than groups, η²":    stats.AnalyseVariance([]stats.Group{one, {N: 1, Mean: 5, Variance: nan}}).Eta2,
		"Welch: one row with a variance":  stats.WelchOneWay([]stats.Group{some, {N: 1, Mean: 5, Variance: 2}}).F,
		"variance missing":                stats.AnalyseVariance([]stats.Group{some, {N: 3, Mean: 1, Variance: nan}}).Test.F,
		"negative variance":               stats.AnalyseVariance([]stats.Group{some, {N: 3, Mean: 1, Variance: -1}}).Test.F,
		"nothing varies":                  stats.AnalyseVariance([]stats.Group{alike, alike}).Test.F,
		"Welch: one row":                  stats.WelchOneWay([]stats.Group{some, one}).F,
		"Welch: nothing varies":           stats.WelchOneWay([]stats.Group{some, alike}).DF2,
		"Welch: one group":                stats.WelchOneWay([]stats.Group{some, {}}).DF1,
		"Wald: one estimate":              stats.WaldEqual([]float64{1}, [][]float64{{1}}, 10).F,
		"Wald: sizes":                     stats.WaldEqual([]float64{1, 2, 3}, diagonal, 10).F,
		"Wald: no degrees of freedom":     stats.WaldEqual([]float64{1, 2}, diagonal, 1).P,
		"Wald: singular":                  stats.WaldEqual([]float64{1, 2}, [][]float64{{1, 1}, {1, 1}}, 10).F,
		"Wald: estimate missing":          stats.WaldEqual([]float64{1, nan}, diagonal, 10).F,
		"Wald: variance missing":          stats.WaldEqual([]float64{1, 2}, [][]float64{{1, 0}, {0, nan}}, 10).F,
		"paired: no such variable":        stats.Paired(stats.CrossSums{}, 0, 1).SE,
		"total: share above 1":            stats.DifferenceToTotal(stats.Effect{Estimate: 1, SE: 1, DF: 9}, 1.1).Estimate,
		"pooled: one row":                 stats.PooledDifference(one, some).SE,
		"pooled proportions: no rows":     stats.PooledProportionDifference(0.5, 0, 0.5, 9).SE,
		"pooled proportions: above 1":     stats.PooledProportionDifference(0.5, 9, 1.5, 9).SE,
		"proportions: no rows":            stats.ProportionDifference(0.5, 0, 0.5, 9).SE,
		"proportions: above 1":            stats.ProportionDifference(0.5, 9, 1.5, 9).Estimate,
		"minimum detectable, power 1":     stats.MinimumDetectable(1, 0.05, 1),
		"minimum detectable, alpha 0":     stats.MinimumDetectable(1, 0, 0.8),
		"minimum detectable, no error":    stats.MinimumDetectable(nan, 0.05, 0.8),
		"difference: one row":             stats.Difference(one, some).SE,
		"four cells: one row":             stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: one, TreatedAfter: some, ControlBefore: some, ControlAfter: some}).SE,
		"four cells: one row, a variance": stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: stats.Group{N: 1, Variance: 2}, TreatedAfter: some, ControlBefore: some, ControlAfter: some}).SE,
		"four cells: nothing varies, df":  stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: alike, TreatedAfter: alike, ControlBefore: alike, ControlAfter: alike}).DF,
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
	for name, test := range map[string]func() (float64, float64, float64){
		"ranks of one group":        func() (float64, float64, float64) { return stats.KruskalWallis([][]float64{{1, 2}, nil}) },
		"ranks of nothing":          func() (float64, float64, float64) { return stats.KruskalWallis(nil) },
		"ranks all alike":           func() (float64, float64, float64) { return stats.KruskalWallis([][]float64{{3}, {3}}) },
		"ranks, value missing":      func() (float64, float64, float64) { return stats.KruskalWallis([][]float64{{3, nan}, {3}}) },
		"counts, one row":           func() (float64, float64, float64) { return stats.Independence([][]float64{{1, 2}}) },
		"counts, one column":        func() (float64, float64, float64) { return stats.Independence([][]float64{{1}, {2}}) },
		"counts, rows of two sizes": func() (float64, float64, float64) { return stats.Independence([][]float64{{1, 2}, {3}}) },
		"counts, empty column":      func() (float64, float64, float64) { return stats.Independence([][]float64{{1, 0}, {3, 0}}) },
		"counts, below 0":           func() (float64, float64, float64) { return stats.Independence([][]float64{{1, 2}, {3, -1}}) },
	} {
		if a, b, c := test(); !math.IsNaN(a) || !math.IsNaN(b) || !math.IsNaN(c) {
			t.Errorf("%s: %v, %v, %v, want NaN", name, a, b, c)
		}
	}
	if low, high := stats.ArcsineInterval(1, 0.01, 9, 0.95); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("arcsine at 1: %v, %v", low, high)
	}
	// An interval wider than the scale ends at its ends.
	if low, high := stats.ArcsineInterval(0.5, 4, 9, 0.95); low != 0 || high != 1 {
		t.Errorf("arcsine, wide: %v, %v", low, high)
	}
	if median, sigma := stats.MedianMovingRange([]float64{1, nan, 2}); !math.IsNaN(median) || !math.IsNaN(sigma) {
		t.Errorf("median moving range without ranges: %v, %v", median, sigma)
	}
	// Groups that differ but do not vary within.
	if a := stats.AnalyseVariance([]stats.Group{alike, {N: 4, Mean: 5}}); !math.IsInf(a.Test.F, 1) || a.Test.P != 0 || a.Eta2 != 1 {
		t.Errorf("no variance within: %+v", a)
	}
	if low, _ := stats.NewcombeInterval(0.5, 0, 0.5, 9, 0.95); !math.IsNaN(low) {
		t.Errorf("Newcombe without rows: %v", low)
	}
}

func BenchmarkGroups(b *testing.B) {
	for _, k := range []int{5, 50} {
		g, v, means := make([]stats.Group, k), emptySquare(k), make([]float64, k)
		for i := range g {
			g[i] = stats.Group{N: 1000 + i, Mean: 70 + float64(i%7), Variance: 200 + float64(i)}
			means[i], v[i][i] = g[i].Mean, g[i].Variance/float64(g[i].N)
		}
		b.Run("welch/"+strconv.Itoa(k), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats.WelchOneWay(g)
			}
		})
		b.Run("wald/"+strconv.Itoa(k), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats.WaldEqual(means, v, 400)
			}
		})
	}
}
