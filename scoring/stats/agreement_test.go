package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// countTable draws a table of counts of two coders.
func countTable(t *rapid.T) [][]float64 {
	k := rapid.IntRange(2, 5).Draw(t, "k")
	out := emptySquare(k)
	for i := range out {
		for j := range out {
			out[i][j] = float64(rapid.IntRange(0, 20).Draw(t, "count"))
		}
	}
	out[0][0]++
	return out
}

func TestAgreementLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := countTable(t)
		k := len(counts)
		got := stats.Agree(counts, nil)
		if got.Kappa > 1 || got.AC1 > 1 || got.KappaSE < 0 || !(got.Observed >= 0 && got.Observed <= 1+1e-12) {
			t.Errorf("%v: %+v", counts, got)
		}
		// Who is first coder, and the order of the categories, do not matter.
		other := stats.Agree(matrixTransposed(counts), nil)
		order := shuffled(t, k)
		relabelled, scaled := emptySquare(k), emptySquare(k)
		for i := range counts {
			for j := range counts {
				relabelled[order[i]][order[j]] = counts[i][j]
				scaled[i][j] = 4 * counts[i][j]
			}
		}
		fourfold := stats.Agree(scaled, nil)
		for what, a := range map[string]stats.Agreement{"transposed": other, "relabelled": stats.Agree(relabelled, nil), "fourfold": fourfold} {
			same(t, what+" kappa", a.Kappa, got.Kappa, 1)
			same(t, what+" AC1", a.AC1, got.AC1, 1)
		}
		same(t, "variance from four times the cases", fourfold.KappaSE*fourfold.KappaSE, got.KappaSE*got.KappaSE/4, 1)
		reversed := emptySquare(k)
		for i := range counts {
			for j := range counts {
				reversed[k-1-i][k-1-j] = counts[i][j]
			}
		}
		for what, weights := range map[string][][]float64{"linear": stats.LinearAgreement(k), "quadratic": stats.QuadraticAgreement(k)} {
			a, b := stats.Agree(counts, weights), stats.Agree(reversed, weights)
			same(t, what+" of reversed categories", b.Kappa, a.Kappa, 1)
			same(t, what+" error of reversed categories", b.KappaSE*b.KappaSE, a.KappaSE*a.KappaSE, 1)
			if k == 2 {
				same(t, what+" of two categories", a.Kappa, got.Kappa, 1)
				same(t, what+" AC of two categories", a.AC1, got.AC1, 1)
			}
		}
	})
}

// The standard error is that of the delta method, Σn(∂κ/∂n)², with the derivatives taken numerically.
func TestAgreementErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := countTable(t)
		k := len(counts)
		for i := range counts {
			for j := range counts {
				counts[i][j] += 2
			}
		}
		for what, weights := range map[string][][]float64{"plain": nil, "linear": stats.LinearAgreement(k), "quadratic": stats.QuadraticAgreement(k)} {
			want := 0.0
			for i := range counts {
				for j := range counts {
					const h = 1e-3
					n := counts[i][j]
					counts[i][j] = n + h
					up := stats.Agree(counts, weights).Kappa
					counts[i][j] = n - h
					slope := (up - stats.Agree(counts, weights).Kappa) / (2 * h)
					counts[i][j] = n
					want += n * slope * slope
				}
			}
			if got := stats.Agree(counts, weights).KappaSE; math.Abs(got-math.Sqrt(want)) > 1e-5*got {
				t.Errorf("%s error of %v: %g, want %g", what, counts, got, math.Sqrt(want))
			}
		}
	})
}

func TestAgreementKnownCases(t *testing.T) {
	if a := stats.Agree([][]float64{{3, 0, 0}, {0, 4, 0}, {0, 0, 5}}, nil); math.Abs(a.Kappa-1) > 1e-15 || math.Abs(a.AC1-1) > 1e-15 || a.KappaSE > 1e-8 || a.N != 12 {
		t.Errorf("full agreement: %+v", a)
	}
	// Independent coders: agreement is what chance gives.
	if a := stats.Agree([][]float64{{2, 4}, {6, 12}}, nil); math.Abs(a.Kappa) > 1e-15 {
		t.Errorf("independent: %+v", a)
	}
	// One category only: κ says nothing, AC1 says 1.
	if a := stats.Agree([][]float64{{7, 0}, {0, 0}}, nil); !math.IsNaN(a.Kappa) || !math.IsNaN(a.KappaSE) || a.AC1 != 1 {
		t.Errorf("one category: %+v", a)
	}
	if a := stats.Agree([][]float64{{0, 5}, {5, 0}}, nil); a.Kappa != -1 {
		t.Errorf("always apart: %+v", a)
	}
	inf := math.Inf(1)
	for name, counts := range map[string][][]float64{
		"none": nil, "one category": {{3}}, "no cases": {{0, 0}, {0, 0}}, "negative": {{1, -1}, {0, 1}}, "missing": {{1, math.NaN()}, {0, 1}},
		"infinite": {{inf, 0}, {0, 1}}, "ragged": {{1, 2}, {1}},
	} {
		if a := stats.Agree(counts, nil); !math.IsNaN(a.Kappa) || !math.IsNaN(a.AC1) || !math.IsNaN(a.N) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	for name, weights := range map[string][][]float64{
		"of three": stats.LinearAgreement(3), "off the diagonal above 1": {{1, 2}, {0, 1}}, "diagonal below 1": {{1, 0}, {0, .5}}, "missing": {{1, math.NaN()}, {0, 1}},
	} {
		if a := stats.Agree([][]float64{{1, 2}, {3, 4}}, weights); !math.IsNaN(a.Kappa) {
			t.Errorf("weights %s: %+v", name, a)
		}
	}
	if stats.LinearAgreement(0) != nil || stats.QuadraticAgreement(-1) != nil {
		t.Error("weights of no categories")
	}
}

func TestConcordanceLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(2, 6).Draw(t, "judges"), rapid.IntRange(2, 8).Draw(t, "objects")
		scores := make([][]float64, m)
		tied := false
		for i := range scores {
			for range n {
				scores[i] = append(scores[i], float64(rapid.IntRange(0, 9).Draw(t, "score")))
			}
			for a := range n {
				for b := range a {
					tied = tied || scores[i][a] == scores[i][b]
				}
			}
		}
		got := stats.Concord(scores)
		if math.IsNaN(got.W) {
			return
		}
		if got.W < 0 || got.W > 1 || !(got.P >= 0 && got.P <= 1) || got.Judges != m || got.Objects != n {
			t.Errorf("%v: %+v", scores, got)
		}
		// Only order counts, and judges and objects may stand in any order.
		order, judges := shuffled(t, n), shuffled(t, m)
		moved := make([][]float64, m)
		for i, from := range judges {
			for _, at := range order {
				moved[i] = append(moved[i], math.Exp(scores[from][at]))
			}
		}
		same(t, "W", stats.Concord(moved).W, got.W, 1)
		// Without ties the mean of Spearman's r over pairs of judges is (mW−1)/(m−1).
		if !tied {
			var c stats.CrossSums
			for j := range n {
				row := make([]float64, m)
				for i := range m {
					for other := range n {
						if scores[i][other] <= scores[i][j] {
							row[i]++
						}
					}
				}
				c.Add(row, 1)
			}
			correlation := c.Correlation()
			mean := 0.0
			for i := range m {
				for j := range i {
					mean += correlation[i][j] / float64(m*(m-1)/2)
				}
			}
			same(t, "W from Spearman's r", (float64(m)*got.W-1)/float64(m-1), mean, 1)
		}
	})
}

func TestConcordanceKnownCases(t *testing.T) {
	if c := stats.Concord([][]float64{{1, 2, 3}, {10, 20, 30}, {.1, .2, .3}}); c.W != 1 || c.ChiSquare != 6 || c.DF != 2 {
		t.Errorf("one order: %+v", c)
	}
	if c := stats.Concord([][]float64{{1, 2, 3}, {3, 2, 1}}); c.W != 0 || c.P != 1 {
		t.Errorf("opposite orders: %+v", c)
	}
	for name, scores := range map[string][][]float64{
		"none": nil, "one judge": {{1, 2}}, "one object": {{1}, {2}}, "all tied": {{1, 1}, {2, 2}}, "missing": {{1, 2}, {1, math.NaN()}},
		"lengths": {{1, 2}, {1, 2, 3}}, "shorter": {{1, 2, 3}, {1, 2}},
	} {
		if c := stats.Concord(scores); !math.IsNaN(c.W) || !math.IsNaN(c.P) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
