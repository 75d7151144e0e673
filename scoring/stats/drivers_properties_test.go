package stats_test

import (
	"errors"
	"math"
	"math/bits"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// correlated draws a correlation matrix of a response with p predictors that is not nearly singular.
func correlated(t *rapid.T, least, most int) [][]float64 {
	p := rapid.IntRange(least, most).Draw(t, "p")
	rows := make([][]float64, p+8)
	for i := range rows {
		rows[i] = rapid.SliceOfN(rapid.Float64Range(-1, 1), p+1, p+1).Draw(t, "row")
	}
	c := emptySquare(p + 1)
	for i := range c {
		for j := range c {
			for _, row := range rows {
				c[i][j] += row[i] * row[j]
			}
		}
		c[i][i] += 0.2
	}
	sd := make([]float64, p+1)
	for i := range sd {
		sd[i] = math.Sqrt(c[i][i])
	}
	for i := range c {
		for j := range c {
			c[i][j] /= sd[i] * sd[j]
		}
		c[i][i] = 1
	}
	return c
}

func subsetsOf(t *rapid.T, c [][]float64) stats.Subsets {
	t.Helper()
	s, err := stats.AllSubsets(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Shared work gives what every subset gives by itself, and the decompositions add to R² without negative parts.
func TestDriversSubsetsAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := correlated(t, 1, 7)
		p := len(c) - 1
		s := subsetsOf(t, c)
		naive := naiveSubsets(c)
		for m, want := range naive {
			if math.Abs(s.R2[m]-want) > 1e-12 {
				t.Fatalf("R² of subset %b is %.17g, want %.17g", m, s.R2[m], want)
			}
			for j := range p {
				if m>>j&1 == 0 && s.R2[m|1<<j] < s.R2[m]-1e-12 {
					t.Errorf("R² falls from subset %b with predictor %d", m, j)
				}
			}
		}
		full := s.R2[len(s.R2)-1]
		lmg := s.LMG()
		for j, want := range naiveLMG(naive, p) {
			same(t, "LMG", lmg[j], want, 1)
		}
		johnson, err := stats.RelativeWeights(c)
		if err != nil {
			t.Fatal(err)
		}
		z, err := stats.Standardize(c)
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]float64{}
		for j := range p {
			sums["LMG"] += lmg[j]
			sums["Johnson"] += johnson[j]
			sums["Pratt"] += z.Pratt[j]
			if lmg[j] < 0 || johnson[j] < 0 {
				t.Errorf("negative part: LMG %g, Johnson %g", lmg[j], johnson[j])
			}
			if p == 2 {
				same(t, "Johnson and LMG of two predictors", johnson[j], lmg[j], 1)
				same(t, "LMG of two predictors", lmg[j], (z.First[j]+z.Last[j])/2, 1)
			}
			same(t, "last", z.Last[j], full-s.R2[(len(s.R2)-1)&^(1<<j)], 1)
		}
		for name, got := range sums {
			same(t, name+" adds to R²", got, full, 1)
		}
		same(t, "R²", z.R2, full, 1)
	})
}

// Conditional and complete dominance by counting every pair of subsets.
func TestDriversDominanceAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := subsetsOf(t, correlated(t, 1, 6))
		p := s.Predictors
		conditional, complete := s.Conditional(), s.Complete()
		kinds := stats.Dominance(conditional, complete)
		lmg := s.LMG()
		for i := range p {
			gain, count := make([]float64, p), make([]float64, p)
			for m := range s.R2 {
				if m>>i&1 == 0 {
					size := bits.OnesCount(uint(m))
					gain[size] += s.R2[m|1<<i] - s.R2[m]
					count[size]++
				}
			}
			for size := range p {
				same(t, "conditional", conditional[i][size], gain[size]/count[size], 1)
			}
			for j := range p {
				if i == j {
					continue
				}
				wins, total := 0.0, 0.0
				for m := range s.R2 {
					if m>>i&1 == 0 && m>>j&1 == 0 {
						total++
						d := s.R2[m|1<<i] - s.R2[m|1<<j]
						if d > 1e-12 {
							wins++
						} else if d >= -1e-12 {
							wins += 0.5
						}
					}
				}
				if complete[i][j] != wins/total || complete[i][j]+complete[j][i] != 1 {
					t.Errorf("complete %d over %d: %g, want %g", i, j, complete[i][j], wins/total)
				}
				if kinds[i][j] != "" && (kinds[j][i] != "" || lmg[i] < lmg[j]-1e-12) {
					t.Errorf("%d over %d is %q, the reverse %q", i, j, kinds[i][j], kinds[j][i])
				}
			}
		}
	})
}

// Relabelling predictors, moving and stretching variables and turning one round change nothing but the order.
func TestDriversInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const k = 4
		z, w := crossRows(t, k, 12)
		// A few spread rows keep shrunk draws from being collinear.
		for i := range k + 1 {
			row := make([]float64, k)
			if i < k {
				row[i] = 100
			}
			z, w = append(z, row), append(w, 1)
		}
		c := crossSums(z, w, nil)
		want, err := driverEstimates(c)
		if err != nil {
			t.Fatal(err)
		}
		order := rapid.Permutation([]int{1, 2, 3}).Draw(t, "order")
		a, b := rapid.Float64Range(-50, 50).Draw(t, "a"), rapid.Float64Range(0.1, 10).Draw(t, "b")
		moved := make([][]float64, len(z))
		for i := range z {
			moved[i] = []float64{a + b*z[i][0], b*z[i][order[0]] - a, -z[i][order[1]], z[i][order[2]]}
		}
		f := rapid.Float64Range(0.1, 10).Draw(t, "f")
		got, err := driverEstimates(crossSums(moved, w, nil).Scaled(f))
		if err != nil {
			t.Fatal(err)
		}
		for i, from := range order {
			same(t, "LMG", got[i], want[from-1], 1)
			same(t, "Johnson", got[3+i], want[3+from-1], 1)
			sign := 1.0
			if i == 1 {
				sign = -1
			}
			same(t, "beta", got[6+i], sign*want[6+from-1], 1)
		}
	})
}

// Uncorrelated predictors have their squared correlations for parts, and equal ones equal parts.
func TestDriversKnownCases(t *testing.T) {
	free := [][]float64{{1, .5, .3, -.2}, {.5, 1, 0, 0}, {.3, 0, 1, 0}, {-.2, 0, 0, 1}}
	johnson, err := stats.RelativeWeights(free)
	if err != nil {
		t.Fatal(err)
	}
	s, err := stats.AllSubsets(free)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []float64{.25, .09, .04} {
		if relative(s.LMG()[j], want) > 1e-14 || relative(johnson[j], want) > 1e-14 {
			t.Errorf("predictor %d: LMG %g, Johnson %g, want %g", j, s.LMG()[j], johnson[j], want)
		}
	}
	if got := s.Complete()[0][2]; got != 1 {
		t.Errorf("stronger predictor dominates in %g of subsets", got)
	}
	if got := stats.Dominance(s.Conditional(), s.Complete()); got[0][1] != stats.CompleteDominance || got[1][0] != "" {
		t.Errorf("dominance %v", got)
	}
	twins := [][]float64{{1, .5, .5}, {.5, 1, .6}, {.5, .6, 1}}
	if s, err = stats.AllSubsets(twins); err != nil {
		t.Fatal(err)
	}
	// R² of two equal predictors is 2·0.25/(1+0.6).
	if got := s.LMG(); relative(got[0], .3125/2) > 1e-14 || relative(got[1], .3125/2) > 1e-14 || s.Complete()[0][1] != 0.5 {
		t.Errorf("twins: %v, dominance %v", got, s.Complete())
	}
	// Rounding takes R² of both predictors 3e-17 below that of the first; no part may follow.
	if s, err = stats.AllSubsets([][]float64{{1, 0, 0}, {.4, 1, 0}, {2.6e-9, 1.14e-8, 1}}); err != nil {
		t.Fatal(err)
	}
	if s.R2[3] >= s.R2[1] || s.LMG()[1] < 0 || s.Conditional()[1][1] < 0 || math.IsNaN(stats.Shares(s.LMG())[0]) {
		t.Errorf("R² %v, parts %v", s.R2, s.LMG())
	}
	one, err := stats.AllSubsets([][]float64{{1, .5}, {.5, 1}})
	if err != nil || one.LMG()[0] != .25 || one.Complete()[0][0] != 0 {
		t.Errorf("one predictor: %v, %v", one, err)
	}
}

// Twenty predictors of one factor: every part to 1e-9 against the closed form of subset R². With loadings a, response loading b
// and τ(S) = Σ_S a²/(1−a²), R²(S) = b²τ/(1+τ).
func TestDriversTwentyPredictors(t *testing.T) {
	c := manyPredictors(20)
	s, err := stats.AllSubsets(c)
	if err != nil {
		t.Fatal(err)
	}
	// c[i][j] = l_i·l_j, so l_0² = c01·c02/c12.
	b2 := c[0][1] * c[0][2] / c[1][2]
	tau := make([]float64, 20)
	for j := range tau {
		a2 := c[0][j+1] * c[0][j+1] / b2
		tau[j] = a2 / (1 - a2)
	}
	exact := make([]float64, len(s.R2))
	sum := make([]float64, len(s.R2))
	worst := 0.0
	for m := 1; m < len(exact); m++ {
		low := m & -m
		sum[m] = sum[m&^low] + tau[bits.TrailingZeros(uint(m))]
		exact[m] = b2 * sum[m] / (1 + sum[m])
		worst = max(worst, math.Abs(s.R2[m]-exact[m]))
	}
	lmg, want := s.LMG(), naiveLMG(exact, 20)
	for j := range lmg {
		worst = max(worst, relative(lmg[j], want[j]))
	}
	t.Logf("worst difference %.2g", worst)
	if worst > 1e-11 {
		t.Errorf("worst difference %g", worst)
	}
}

func TestDriversRefusals(t *testing.T) {
	for name, c := range map[string][][]float64{
		"empty":            nil,
		"response alone":   {{1}},
		"ragged":           {{1, 0}, {0}},
		"missing":          {{1, 0}, {math.NaN(), 1}},
		"not correlations": {{1, 0}, {2, 1}},
		"covariances":      {{4, 1}, {1, 4}},
		"R² above 1":       {{1, 0, 0}, {.9, 1, 0}, {.9, 0, 1}},
	} {
		if _, err := stats.Standardize(c); err == nil {
			t.Errorf("%s accepted", name)
		}
		if _, err := stats.AllSubsets(c); err == nil {
			t.Errorf("subsets of %s accepted", name)
		}
		if _, err := stats.RelativeWeights(c); err == nil {
			t.Errorf("relative weights of %s accepted", name)
		}
	}
	// Two predictors correlated r have condition √((1+r)/(1−r)).
	for _, r := range []float64{1, -1, 1 - 1e-6, 1 - 3e-6} {
		_, err := stats.AllSubsets([][]float64{{1, 0, 0}, {.1, 1, 0}, {.1 * math.Copysign(1, r), r, 1}})
		var collinear stats.CollinearError
		if want := math.Sqrt((1 + math.Abs(r)) / (1 - math.Abs(r))); want > stats.MaxCondition {
			if !errors.As(err, &collinear) || !(collinear.Condition == want || relative(collinear.Condition, want) < 1e-6 || collinear.Condition > 1e7) {
				t.Errorf("r = %g: %v, want condition %g", r, err, want)
			}
		} else if err != nil {
			t.Errorf("r = %g: %v", r, err)
		}
	}
	if _, err := stats.AllSubsets(manyPredictors(21)); err == nil {
		t.Error("21 predictors accepted")
	}
	if _, err := stats.RelativeWeights(manyPredictors(30)); err != nil {
		t.Errorf("30 predictors: %v", err)
	}
	if got := stats.Dominance([][]float64{{1, 2}}, nil); got != nil {
		t.Error("dominance of unlike sizes")
	}
	for _, parts := range [][]float64{{0, 0}, {1, -1}, {1, math.NaN()}, {math.Inf(1), 1}} {
		for _, v := range stats.Shares(parts) {
			if !math.IsNaN(v) {
				t.Errorf("shares of %v: %g", parts, v)
			}
		}
	}
}

// Any entries either fail or give finite parts that add to R².
func FuzzDrivers(f *testing.F) {
	f.Add(.5, .4, .3, .2, .1, 0.)
	f.Add(1., 1., 1., 1., 1., 1.)
	f.Add(.9, .9, .999999, .9, .999999, .999999)
	f.Add(1e-300, 5e-324, -1., 1., 0., -0.)
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g float64) {
		m := [][]float64{{1, 0, 0, 0}, {a, 1, 0, 0}, {b, c, 1, 0}, {d, e, g, 1}}
		s, err := stats.AllSubsets(m)
		johnson, errJohnson := stats.RelativeWeights(m)
		if (err == nil) != (errJohnson == nil) {
			t.Fatalf("subsets: %v, relative weights: %v", err, errJohnson)
		}
		if err != nil {
			return
		}
		full := s.R2[7]
		for name, parts := range map[string][]float64{"LMG": s.LMG(), "Johnson": johnson} {
			total := 0.0
			for _, v := range parts {
				if !(v >= 0) {
					t.Errorf("%s of %v: %v", name, m, parts)
				}
				total += v
			}
			if math.Abs(total-full) > 1e-9 {
				t.Errorf("%s of %v adds to %g, R² %g", name, m, total, full)
			}
		}
	})
}
