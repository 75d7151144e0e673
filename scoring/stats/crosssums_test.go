package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// crossRows draws complete rows of k variables on a 0–100 scale in steps of 0.01, with sampling weights.
func crossRows(t *rapid.T, k, least int) (z [][]float64, w []float64) {
	n := rapid.IntRange(least, 40).Draw(t, "n")
	for range n {
		row := make([]float64, k)
		for j := range row {
			row[j] = float64(rapid.IntRange(0, 10000).Draw(t, "z")) / 100
		}
		z = append(z, row)
		w = append(w, rapid.Float64Range(0.05, 20).Draw(t, "w"))
	}
	return z, w
}

func crossSums(z [][]float64, w []float64, shift []float64) stats.CrossSums {
	c := stats.CrossSums{Shift: shift}
	for i := range z {
		if w == nil {
			c.Add(z[i], 1)
		} else {
			c.Add(z[i], w[i])
		}
	}
	return c
}

func sameMatrix(t *rapid.T, what string, got, want [][]float64, scale float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i := range got {
		for j := range got[i] {
			same(t, what, got[i][j], want[i][j], scale)
		}
	}
}

// Parts in any order and grouping, each with its own shift, give the sums of the whole; taking one away gives the rest.
func TestCrossSumsMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 4).Draw(t, "k")
		z, w := crossRows(t, k, 4)
		whole := crossSums(z, w, nil)
		parts := make([]stats.CrossSums, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range parts {
			parts[i].Shift = rapid.SliceOfN(rapid.Float64Range(-100, 100), k, k).Draw(t, "shift")
		}
		at := make([]int, len(z))
		for i := range z {
			at[i] = rapid.IntRange(0, len(parts)-1).Draw(t, "part")
			parts[at[i]].Add(z[i], w[i])
		}
		var merged stats.CrossSums
		for _, i := range shuffled(t, len(parts)) {
			if !merged.Merge(parts[i]) {
				t.Fatal("part refused")
			}
		}
		if merged.N != whole.N {
			t.Errorf("%d rows, want %d", merged.N, whole.N)
		}
		sameMatrix(t, "covariance", merged.Covariance(), whole.Covariance(), 100)
		rest, ok := whole.Without(parts[0])
		if !ok {
			t.Fatal("part not taken away")
		}
		var want stats.CrossSums
		for i := range z {
			if at[i] != 0 {
				want.Add(z[i], w[i])
			}
		}
		if want.N >= 2 {
			sameMatrix(t, "covariance of the rest", rest.Covariance(), want.Covariance(), 100)
			for i, m := range rest.Means() {
				same(t, "mean of the rest", m, want.Means()[i], 100)
			}
		}
	})
}

// Whole numbers, as ratings and scaled weights are, give the same bits in any order and grouping.
func TestCrossSumsExactForWholeNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		z, w := make([][]float64, n), make([]float64, n)
		for i := range z {
			for range 3 {
				z[i] = append(z[i], float64(rapid.IntRange(0, 10).Draw(t, "z")))
			}
			w[i] = float64(rapid.IntRange(1, 5_000_000).Draw(t, "w"))
		}
		whole := crossSums(z, w, []float64{5, 5, 5})
		order := shuffled(t, n)
		cut := rapid.IntRange(0, n).Draw(t, "cut")
		a, b := stats.CrossSums{Shift: []float64{5, 5, 5}}, stats.CrossSums{Shift: []float64{5, 5, 5}}
		for i, k := range order {
			if i < cut {
				a.Add(z[k], w[k])
			} else {
				b.Add(z[k], w[k])
			}
		}
		a.Merge(b)
		got, want := a.Correlation(), whole.Correlation()
		for i := range got {
			for j := range got {
				if math.Float64bits(got[i][j]) != math.Float64bits(want[i][j]) {
					t.Fatalf("r%d%d = %.17g, want %.17g", i, j, got[i][j], want[i][j])
				}
			}
		}
	})
}

// One variable has the mean and variance of MeanSums; scaling weights and moving or stretching values do what algebra says.
func TestCrossSumsLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, w := crossRows(t, 3, 3)
		c := crossSums(z, w, []float64{50, 50, 50})
		var m stats.MeanSums
		for i := range z {
			m.Add(z[i][1], w[i])
		}
		same(t, "mean", c.Means()[1], m.Mean(), 100)
		same(t, "variance", c.Covariance()[1][1], m.SimpleVariance(), 100)

		f := rapid.Float64Range(0.01, 100).Draw(t, "f")
		sameMatrix(t, "scaled weights", c.Scaled(f).Covariance(), c.Covariance(), 100)

		a, b := rapid.Float64Range(-500, 500).Draw(t, "a"), rapid.Float64Range(0.1, 5).Draw(t, "b")
		moved := make([][]float64, len(z))
		for i := range z {
			moved[i] = []float64{a + b*z[i][2], -z[i][0]}
		}
		got, want := crossSums(moved, w, nil).Covariance(), c.Covariance()
		same(t, "stretched", got[0][0], b*b*want[2][2], 100*b*b)
		same(t, "turned", got[0][1], -b*want[2][0], 100*b)

		some, ok := c.Select(2, 0)
		if !ok {
			t.Fatal("variables refused")
		}
		same(t, "selected", some.Covariance()[0][1], want[2][0], 100)
		r := c.Correlation()
		for i := range r {
			for j := range r {
				if math.Abs(r[i][j]) > 1 || (i == j && r[i][j] != 1 && want[i][i] > 0) {
					t.Errorf("r%d%d = %g", i, j, r[i][j])
				}
			}
		}
	})
}

func TestCrossSumsRefusals(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	var c stats.CrossSums
	for name, taken := range map[string]bool{
		"no values":       c.Add(nil, 1),
		"missing":         c.Add([]float64{1, nan}, 1),
		"infinite":        c.Add([]float64{1, inf}, 1),
		"negative weight": c.Add([]float64{1, 2}, -1),
		"missing weight":  c.Add([]float64{1, 2}, nan),
		"infinite weight": c.Add([]float64{1, 2}, inf),
		"negative count":  c.AddGroup([]float64{1, 2}, -1, 1),
	} {
		if taken {
			t.Errorf("row with %s taken", name)
		}
	}
	if c.N != 0 || c.Means() != nil || c.Covariance() != nil || c.Correlation() != nil {
		t.Errorf("refused rows left traces: %+v", c)
	}
	c.Add([]float64{1, 2}, 1)
	if c.Add([]float64{1}, 1) || c.Merge(crossSums([][]float64{{1}}, nil, nil)) {
		t.Error("another number of variables taken")
	}
	if v := c.Covariance(); !math.IsNaN(v[0][0]) || !math.IsNaN(c.Correlation()[0][0]) {
		t.Errorf("one row varies: %v", v)
	}
	if _, ok := c.Select(2); ok {
		t.Error("a variable that is not there was selected")
	}
	if _, ok := c.Select(); ok {
		t.Error("no variable was selected")
	}
	if _, ok := c.Without(crossSums([][]float64{{1, 2}, {3, 4}}, nil, nil)); ok {
		t.Error("more rows taken away than there are")
	}
	c.Add([]float64{1.1, 7}, 2)
	c.Add([]float64{1, 9}, 0)
	if (&stats.CrossSums{Shift: []float64{1}}).Add([]float64{1, 2}, 1) {
		t.Error("a shift of another length was accepted")
	}
	// 0.1 has no exact double, so only the guard keeps rounding from looking like variance.
	flat := crossSums([][]float64{{0.1, 1}, {0.1, 2}, {0.1, 4}}, []float64{1.3, 0.7, 2.1}, nil)
	if v := flat.Covariance(); v[0][0] != 0 || v[0][1] != 0 || !math.IsNaN(flat.Correlation()[0][1]) {
		t.Errorf("equal values vary: %v", v)
	}
}
