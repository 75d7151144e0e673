package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

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

func TestFactorKnownCases(t *testing.T) {
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
