package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// scaleRows draws answers of 0 … 10 to k items that share something, with sampling weights. Two rows see to it that every item varies.
func scaleRows(t *rapid.T, least, most int) (z [][]float64, w []float64) {
	k := rapid.IntRange(least, most).Draw(t, "k")
	n := rapid.IntRange(3, 40).Draw(t, "n")
	for i := range n {
		row := make([]float64, k)
		common := rapid.IntRange(0, 6).Draw(t, "common")
		for j := range row {
			row[j] = float64(common + rapid.IntRange(0, 4).Draw(t, "own"))
			if i < 2 {
				row[j] = float64(10 * i)
			}
		}
		z, w = append(z, row), append(w, rapid.Float64Range(0.05, 20).Draw(t, "w"))
	}
	return z, w
}

func reliabilityOf(t *rapid.T, c stats.CrossSums) stats.Reliability {
	t.Helper()
	r, err := c.Reliability()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sameReliability compares what does not depend on the unit of the items; order[j] is where item j of want is in got.
func sameReliability(t *rapid.T, what string, got, want stats.Reliability, order []int) {
	t.Helper()
	pairs := map[string][2]float64{
		"alpha": {got.Alpha, want.Alpha}, "standardized": {got.AlphaStandardized, want.AlphaStandardized},
		"λ6": {got.Lambda6, want.Lambda6}, "r̄": {got.AverageR, want.AverageR},
	}
	for j, at := range order {
		pairs["rest"] = [2]float64{got.ItemRest[at], want.ItemRest[j]}
		pairs["total"] = [2]float64{got.ItemTotal[at], want.ItemTotal[j]}
		pairs["dropped"] = [2]float64{got.AlphaIfDropped[at], want.AlphaIfDropped[j]}
		for name, p := range pairs {
			same(t, what+": "+name, p[0], p[1], 1)
		}
	}
}

// Coefficients do not see the unit, the zero or the order of the items, the scale of the weights, or how rows were summed.
func TestReliabilityInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, w := scaleRows(t, 2, 6)
		k := len(z[0])
		want := reliabilityOf(t, crossSums(z, w, nil))
		identity := make([]int, k)
		for j := range identity {
			identity[j] = j
		}
		b := rapid.Float64Range(0.1, 50).Draw(t, "unit")
		moved := make([][]float64, len(z))
		order := shuffled(t, k)
		for i, row := range z {
			moved[i] = mapped(row, 7, b)
		}
		sameReliability(t, "unit", reliabilityOf(t, crossSums(moved, w, nil)), want, identity)
		sameReliability(t, "weights", reliabilityOf(t, crossSums(z, mapped(w, 0, b), z[0])), want, identity)
		for i, row := range z {
			for j, at := range order {
				moved[i][at] = row[j]
			}
		}
		got := reliabilityOf(t, crossSums(moved, w, nil))
		sameReliability(t, "order", got, want, order)

		cut := rapid.IntRange(0, len(z)).Draw(t, "cut")
		parts := crossSums(z[cut:], w[cut:], z[0])
		parts.Merge(crossSums(z[:cut], w[:cut], nil))
		sameReliability(t, "parts", reliabilityOf(t, parts), want, identity)
		twice := crossSums(z, w, nil)
		twice.Merge(twice)
		doubled := reliabilityOf(t, twice)
		sameReliability(t, "twice the rows", doubled, want, identity)
		same(t, "variance from twice the rows", doubled.AlphaSE*doubled.AlphaSE, want.AlphaSE*want.AlphaSE/2, 1e-6)
	})
}

// Laws that tie the coefficients to one another and to plain sums over rows.
func TestReliabilityLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, _ := scaleRows(t, 2, 6)
		k := len(z[0])
		c := crossSums(z, nil, nil)
		got := reliabilityOf(t, c)
		headline, name := got.Headline()
		if k == 2 {
			if !math.IsNaN(got.Alpha) || !math.IsNaN(got.Lambda6) || name != stats.CoefficientSpearmanBrown {
				t.Errorf("two items: %+v", got)
			}
			same(t, "Spearman–Brown of two items", headline, 2*got.AverageR/(1+got.AverageR), 1)
			return
		}
		if name != stats.CoefficientAlpha || headline != got.Alpha {
			t.Errorf("headline %g, %s", headline, name)
		}
		// Spearman–Brown for k items.
		r := got.AverageR
		same(t, "standardized", got.AlphaStandardized, float64(k)*r/(1+float64(k-1)*r), 1)
		if r < 0.99 {
			same(t, "signal to noise", got.SignalNoise, got.AlphaStandardized/(1-got.AlphaStandardized), 1)
		}
		if got.Alpha > 1+1e-12 || got.OddEven.Rulon > 1+1e-12 || got.Lambda6 > 1+1e-12 {
			t.Errorf("above 1: %+v", got)
		}
		// Item-rest correlations and α without an item from the rows themselves.
		for j := range k {
			var pair, rest stats.CrossSums
			for _, row := range z {
				others := 0.0
				left := make([]float64, 0, k)
				for i, x := range row {
					if i != j {
						others += x
						left = append(left, x)
					}
				}
				pair.Add([]float64{row[j], others}, 1)
				rest.Add(left, 1)
			}
			same(t, "item-rest", got.ItemRest[j], pair.Correlation()[0][1], 1)
			if k > 3 {
				same(t, "α if dropped", got.AlphaIfDropped[j], reliabilityOf(t, rest).Alpha, 1)
			}
		}
		// The mean of Rulon's coefficient over all halves of equal size is α (Cronbach 1951).
		if k == 4 {
			mean := 0.0
			for _, first := range [][]bool{{true, true, false, false}, {true, false, true, false}, {true, false, false, true}} {
				mean += stats.SplitHalves(c.Covariance(), first).Rulon / 3
			}
			same(t, "mean of splits", mean, got.Alpha, 1)
		}
		low, high := stats.AlphaInterval(got.Alpha, k, float64(got.N), 0.95)
		if !(low <= got.Alpha && got.Alpha <= high && high <= 1) {
			t.Errorf("α %g in %g … %g", got.Alpha, low, high)
		}
	})
}

// Correlations that one factor explains give back its loadings, with ω from the same; equal loadings make ω and α one.
func TestFactorRecovered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(3, 9).Draw(t, "k")
		loadings := rapid.SliceOfN(rapid.Float64Range(0.4, 0.95), k, k).Draw(t, "loadings")
		if rapid.Bool().Draw(t, "equal") {
			for j := range loadings {
				loadings[j] = loadings[0]
			}
		}
		if rapid.Bool().Draw(t, "reversed") {
			loadings[0] *= -1
		}
		c := emptySquare(k)
		common, unique := 0.0, 0.0
		equal := true
		for i, a := range loadings {
			for j, b := range loadings {
				c[i][j] = a * b
			}
			c[i][i] = 1
			common += a
			unique += 1 - a*a
			equal = equal && a == loadings[0]
		}
		f, err := stats.FitOneFactor(c)
		if err != nil {
			t.Fatal(err)
		}
		if !f.Converged || f.Heywood() {
			t.Fatalf("%+v", f)
		}
		sign := 1.0
		if common < 0 {
			sign = -1
		}
		for j, l := range loadings {
			same(t, "loading", f.Loadings[j], sign*l, 100)
		}
		same(t, "ω", f.Omega(nil), common*common/(common*common+unique), 10)
		same(t, "ω of the correlations", f.OmegaObserved(c), f.Omega(nil), 10)
		same(t, "φ of loadings with themselves", stats.TuckerPhi(f.Loadings, mapped(f.Loadings, 0, -3)), -1, 1)
		if equal {
			n := float64(k)
			r := loadings[0] * loadings[0]
			same(t, "ω of equal loadings", f.Omega(nil), n*r/(1+(n-1)*r), 10)
		}
	})
}

// Items whose sum never varies, but for rounding, have no reliability.
func TestReliabilityConstantSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, w := scaleRows(t, 2, 5)
		unit := rapid.Float64Range(.01, 10).Draw(t, "unit")
		for i, row := range z {
			sum := 0.0
			for j := range row {
				row[j] *= unit
				sum += row[j]
			}
			z[i] = append(row, 7-sum)
		}
		got := reliabilityOf(t, crossSums(z, w, nil))
		if !math.IsNaN(got.Alpha) || !math.IsNaN(got.AlphaSE) || !math.IsNaN(got.ItemTotal[0]) || !math.IsNaN(got.OddEven.Rulon) {
			t.Errorf("%+v", got)
		}
		if last := got.ItemRest[len(got.ItemRest)-1]; math.Abs(last+1) > 1e-9 {
			t.Errorf("item against its opposite: %g", last)
		}
	})
}

// Cases whose answer is known without computing.
func TestReliabilityKnownCases(t *testing.T) {
	rows := [][]float64{{1, 1, 1}, {2, 2, 2}, {4, 4, 4}}
	got := reliability(t, crossSums(rows, nil, nil))
	if got.Alpha != 1 || got.OddEven.SpearmanBrown != 1 || got.OddEven.Horst != 1 || !math.IsNaN(got.Lambda6) {
		t.Errorf("items all alike: %+v", got)
	}
	// x, y and −x−y: the sum never varies.
	got = reliability(t, crossSums([][]float64{{1, 2, -3}, {2, -1, -1}, {.1, .2, -.1 - .2}, {5, 3, -8}}, nil, nil))
	if !math.IsNaN(got.Alpha) || !math.IsNaN(got.AlphaSE) || !math.IsNaN(got.ItemTotal[0]) || !math.IsNaN(got.OddEven.Rulon) {
		t.Errorf("a constant sum: %+v", got)
	}
	if got.ItemRest[0] != -1 {
		t.Errorf("item against its opposite: %g", got.ItemRest[0])
	}
	for name, z := range map[string][][]float64{
		"no rows": nil, "one item": {{1}, {2}}, "one row": {{1, 2}}, "an item that does not vary": {{1, 2}, {1, 3}, {1, 5}},
	} {
		c := crossSums(z, nil, nil)
		if _, err := c.Reliability(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	c := crossSums(rows, []float64{0, 0, 0}, nil)
	if _, err := c.Reliability(); err == nil {
		t.Error("weights of 0: no error")
	}
	if s := stats.SplitHalves([][]float64{{1, 0}, {0, 1}}, []bool{true, true}); !math.IsNaN(s.R) {
		t.Errorf("an empty half: %+v", s)
	}
	for _, bad := range [][4]float64{{.8, 1, 100, .95}, {.8, 3, 1, .95}, {1.2, 3, 100, .95}, {.8, 3, 100, 1}, {math.NaN(), 3, 100, .95}, {math.Inf(-1), 3, 100, .95}} {
		if low, high := stats.AlphaInterval(bad[0], int(bad[1]), bad[2], bad[3]); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("interval of %v: %g … %g", bad, low, high)
		}
	}
	// Three items where the ratio of correlations asks for a loading above 1.
	f, err := stats.FitOneFactor([][]float64{{1, .9, .9}, {.9, 1, .7}, {.9, .7, 1}})
	if err != nil || !f.Heywood() {
		t.Errorf("improper solution: %+v, %v", f, err)
	}
	// Two pairs that pull apart: the sum of loadings may be 0, not the loadings.
	f, err = stats.FitOneFactor([][]float64{{1, .6, -.6, -.6}, {.6, 1, -.6, -.6}, {-.6, -.6, 1, .6}, {-.6, -.6, .6, 1}})
	if err != nil || math.Abs(f.Loadings[0]*f.Loadings[2]+.6) > 1e-9 {
		t.Errorf("opposite pairs: %+v, %v", f, err)
	}
	for name, c := range map[string][][]float64{
		"none": nil, "two items": {{1, .5}, {.5, 1}}, "missing": {{1, 0, 0}, {math.NaN(), 1, 0}, {0, 0, 1}},
		"singular": {{1, 1, .5}, {1, 1, .5}, {.5, .5, 1}}, "covariances": {{2, 0, 0}, {0, 2, 0}, {0, 0, 2}}, "ragged": {{1}, {0, 1}},
	} {
		if f, err := stats.FitOneFactor(c); err == nil {
			t.Errorf("factor of %s: %+v", name, f)
		}
	}
	f, _ = stats.FitOneFactor([][]float64{{1, .5, .4}, {.5, 1, .6}, {.4, .6, 1}})
	for name, got := range map[string]float64{
		"sds of another length": f.Omega([]float64{1}), "a negative sd": f.Omega([]float64{1, -1, 1}), "other covariances": f.OmegaObserved([][]float64{{1}}),
		"no covariances": f.OmegaObserved(nil), "no loadings": stats.OneFactor{}.AVE(), "φ of lengths": stats.TuckerPhi([]float64{1}, nil), "φ of zeros": stats.TuckerPhi([]float64{0}, []float64{1}),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %g", name, got)
		}
	}
}

// FuzzReliability asks for everything of any three or four correlations: an error, or figures in their range; never a hang.
func FuzzReliability(f *testing.F) {
	f.Add(.5, .4, .3, .2, .1, 0.)
	f.Add(.9, .9, .7, .9, .7, .7)
	f.Add(1., 1., 1., 1., 1., 1.)
	f.Add(.999999, .999999, .999999, .999999, .999999, .999999)
	f.Add(1e-300, 5e-324, -1., 1., 0., -0.)
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g float64) {
		// Most numbers are brought to −1 … 1, so that matrices of correlations are met.
		for _, x := range []*float64{&a, &b, &c, &d, &e, &g} {
			if math.Abs(*x) > 2 {
				*x = math.Sin(*x)
			}
		}
		for _, m := range [][][]float64{{{1, a, b}, {a, 1, c}, {b, c, 1}}, {{1, a, b, d}, {a, 1, c, e}, {b, c, 1, g}, {d, e, g, 1}}} {
			within(t, "reliability", func() {
				fit, err := stats.FitOneFactor(m)
				if err == nil {
					for i, l := range fit.Loadings {
						if !(math.Abs(l) <= 1+1e-6) || !(fit.Uniquenesses[i] > 0 && fit.Uniquenesses[i] <= 1+1e-6) {
							t.Errorf("factor of %v: %+v", m, fit)
						}
					}
					if w := fit.Omega(nil); !(w >= 0 && w <= 1) {
						t.Errorf("ω of %v: %g", m, w)
					}
				}
				overall, each, errKMO := stats.KMO(m)
				chi2, _, p, errBartlett := stats.Bartlett(m, 100)
				if (errKMO == nil) != (errBartlett == nil) || (err == nil) != (errKMO == nil) {
					t.Errorf("%v: factor %v, KMO %v, Bartlett %v", m, err, errKMO, errBartlett)
				}
				if errKMO == nil && (overall < 0 || overall > 1 || len(each) != len(m) || !(chi2 >= 0) || !(p >= 0 && p <= 1)) {
					t.Errorf("%v: KMO %g, χ² %g, p %g", m, overall, chi2, p)
				}
				if h, err := stats.HTMT(m, [][]int{{0, 1}, {2, len(m) - 1}}); err == nil && h[0][1] < 0 {
					t.Errorf("HTMT of %v: %v", m, h)
				}
				if s := stats.SplitHalves(m, []bool{true, false, true, false}[:len(m)]); s.R < -1 || s.R > 1 || s.SpearmanBrown > 1 || s.Horst > 1 || s.Horst < -1 {
					t.Errorf("halves of %v: %+v", m, s)
				}
			})
		}
	})
}

func BenchmarkFitOneFactor(b *testing.B) {
	c := manyPredictors(15)
	b.ReportAllocs()
	for b.Loop() {
		if f, err := stats.FitOneFactor(c); err != nil || !f.Converged {
			b.Fatal(f, err)
		}
	}
}

func BenchmarkReliability(b *testing.B) {
	rows := make([][]float64, 100)
	for i := range rows {
		rows[i] = make([]float64, 16)
		for j := range rows[i] {
			rows[i][j] = float64((i*i+3*i*j+j)%7) + float64(i%5)
		}
	}
	c := crossSums(rows, nil, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Reliability(); err != nil {
			b.Fatal(err)
		}
	}
}
