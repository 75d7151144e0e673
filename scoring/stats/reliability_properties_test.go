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
}
