package stats_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// Adequacy and ratios lie in their range and do not see the order of variables; two variables have no partial correlation but their own.
func TestValidityLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := correlated(t, 1, 6)
		k := len(c)
		overall, each, err := stats.KMO(c)
		if err != nil {
			t.Fatal(err)
		}
		chi2, df, p, err := stats.Bartlett(c, 100)
		if err != nil {
			t.Fatal(err)
		}
		order := shuffled(t, k)
		moved := emptySquare(k)
		for i := range c {
			for j := range c {
				moved[order[i]][order[j]] = c[i][j]
			}
		}
		overall2, each2, err := stats.KMO(moved)
		if err != nil {
			t.Fatal(err)
		}
		chi22, _, _, err := stats.Bartlett(moved, 100)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "KMO", overall2, overall, 1)
		same(t, "χ²", chi22, chi2, 1)
		for j, at := range order {
			same(t, "MSA", each2[at], each[j], 1)
			if each[j] < 0 || each[j] > 1 {
				t.Errorf("MSA %v", each)
			}
		}
		if !(chi2 >= 0) || df != float64(k*(k-1)/2) || !(p >= 0 && p <= 1) {
			t.Errorf("χ² %g on %g, p %g", chi2, df, p)
		}
		if k == 2 {
			same(t, "KMO of two", overall, 0.5, 1)
			same(t, "χ² of two", chi2, -(100-1-9.0/6)*math.Log(1-c[1][0]*c[1][0]), 1)
		}
	})
}

// Correlations that are r within two scales and q between them have the ratio q/r.
func TestValidityKnownCases(t *testing.T) {
	c := emptySquare(5)
	for i := range c {
		for j := range c {
			c[i][j] = -0.3
			if (i < 2) == (j < 2) {
				c[i][j] = 0.6
			}
		}
		c[i][i] = 1
	}
	h, err := stats.HTMT(c, [][]int{{0, 1}, {4, 2, 3}, {4}})
	if err != nil || math.Abs(h[0][1]-0.5) > 1e-15 || h[1][0] != h[0][1] || h[0][0] != 1 || !math.IsNaN(h[2][0]) || !math.IsNaN(h[1][2]) {
		t.Errorf("ratios %v, %v", h, err)
	}
	c[1][0], c[0][1] = 0, 0
	if h, err := stats.HTMT(c, [][]int{{0, 1}, {2, 3}}); err != nil || !math.IsNaN(h[0][1]) {
		t.Errorf("items that do not correlate: %v, %v", h, err)
	}
	if _, err := stats.HTMT(c, [][]int{{0, 5}}); err == nil {
		t.Error("an item that is not there: no error")
	}
	if _, err := stats.HTMT(c, [][]int{{-1}}); err == nil {
		t.Error("an item before the first: no error")
	}
	identity := [][]float64{{1, 0}, {0, 1}}
	if chi2, _, p, err := stats.Bartlett(identity, 50); chi2 != 0 || p != 1 || err != nil {
		t.Errorf("no correlation: χ² %g, p %g, %v", chi2, p, err)
	}
	if overall, each, err := stats.KMO(identity); !math.IsNaN(overall) || !math.IsNaN(each[0]) || err != nil {
		t.Errorf("no correlation: KMO %g, %v, %v", overall, each, err)
	}
	for _, n := range []float64{2.5, 0, -1, math.NaN(), math.Inf(1)} {
		if _, _, _, err := stats.Bartlett(identity, n); err == nil {
			t.Errorf("%g rows: no error", n)
		}
	}
	singular := [][]float64{{1, 1}, {1, 1}}
	var collinear stats.CollinearError
	if _, _, err := stats.KMO(singular); !errors.As(err, &collinear) {
		t.Errorf("singular: %v", err)
	}
	if _, _, _, err := stats.Bartlett(singular, 100); !errors.As(err, &collinear) {
		t.Errorf("singular: %v", err)
	}
	for name, m := range map[string][][]float64{"none": nil, "one": {{1}}, "ragged": {{1, 0}, {0}}, "missing": {{1, 0}, {math.NaN(), 1}}, "above 1": {{1, 0}, {1.1, 1}}} {
		_, _, errKMO := stats.KMO(m)
		_, _, _, errBartlett := stats.Bartlett(m, 100)
		_, errHTMT := stats.HTMT(m, nil)
		if errKMO == nil || errBartlett == nil || errHTMT == nil {
			t.Errorf("%s: %v, %v, %v", name, errKMO, errBartlett, errHTMT)
		}
	}
}
