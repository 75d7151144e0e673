package stats_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/scoring/stats"
)

func TestMeanSumsWithoutSpread(t *testing.T) {
	for _, x := range []float64{0, 0.1, 50, 66.66666666666667, 100} {
		m := stats.MeanSums{Shift: 50}
		for _, w := range []float64{0.3, 1.7, 2.9, 11.1} {
			m.Add(x, w)
		}
		if v, s := m.VarianceWeightsOnly(4), m.SimpleVariance(); v != 0 || s != 0 || !math.IsNaN(m.Deff(v)) {
			t.Errorf("all values %v: variance %v, simple variance %v, deff %v, want 0, 0, NaN", x, v, s, m.Deff(v))
		}
	}
}

func TestMeanSumsOutsideTheirDomain(t *testing.T) {
	var empty, one, weightless stats.MeanSums
	one.Add(70, 2)
	weightless.Add(70, 0)
	weightless.Add(80, 0)
	if !math.IsNaN(empty.Mean()) || !math.IsNaN(weightless.Mean()) || one.Mean() != 70 {
		t.Errorf("means %v, %v, %v, want NaN, NaN, 70", empty.Mean(), weightless.Mean(), one.Mean())
	}
	for name, v := range map[string]float64{
		"nothing":                 empty.VarianceWeightsOnly(10),
		"one row in all":          one.VarianceWeightsOnly(1),
		"more rows than design":   weightless.VarianceWeightsOnly(1),
		"no weight":               weightless.VarianceWeightsOnly(2),
		"simple, one row":         one.SimpleVariance(),
		"deff, one row":           one.Deff(1),
		"pair, empty":             stats.PairSums{}.CovarianceWeightsOnly(empty, one, 10),
		"pair of different shift": mergedPairs().CovarianceWeightsOnly(one, one, 10),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s: %v, want NaN", name, v)
		}
	}
}

func mergedPairs() stats.PairSums {
	p := stats.PairSums{ShiftX: 1}
	p.Merge(stats.PairSums{ShiftX: 2})
	return p
}

// TestDesignByHand works one small design out on paper: stratum 0 holds totals 1, 3, 5 (mean 3, squared deviations 4+0+4 = 8, factor
// 3/2), stratum 1 the single total −2 (4, factor 1), stratum 2 is empty. With fractions ½ and ¼: 0.5·12 + 0.75·4 = 9.
func TestDesignByHand(t *testing.T) {
	totals := []float64{1, -2, 3, 5}
	d := stats.Design{Stratum: []int{0, 1, 0, 0}, Strata: 3}
	if got := d.Variance(totals); got != 16 {
		t.Errorf("variance %v, want 16", got)
	}
	d.Fraction = []float64{0.5, 0.25, 0}
	if got := d.Variance(totals); got != 9 {
		t.Errorf("variance with fractions %v, want 9", got)
	}
	if got := d.DF(4); got != 2 {
		t.Errorf("df %d, want 2", got)
	}
	if diff := cmp.Diff([]float64{1, -2, 3, 5}, totals); diff != "" {
		t.Error(diff)
	}
}

func TestDesignThatDoesNotFit(t *testing.T) {
	tests := []struct {
		name   string
		design stats.Design
		totals []float64
	}{
		{"no PSUs", stats.Design{}, nil},
		{"strata for other PSUs", stats.Design{Stratum: []int{0}, Strata: 1}, []float64{1, 2}},
		{"stratum beyond", stats.Design{Stratum: []int{0, 2}, Strata: 2}, []float64{1, 2}},
		{"negative stratum", stats.Design{Stratum: []int{0, -1}, Strata: 2}, []float64{1, 2}},
		{"fractions of other strata", stats.Design{Stratum: []int{0, 1}, Strata: 2, Fraction: []float64{0.1}}, []float64{1, 2}},
		{"two fractions, one stratum", stats.Design{Fraction: []float64{0.1, 0.2}}, []float64{1, 2}},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if v := c.design.Variance(c.totals); !math.IsNaN(v) {
				t.Errorf("variance %v, want NaN", v)
			}
			if df := c.design.DF(len(c.totals)); df != 0 {
				t.Errorf("df %d, want 0", df)
			}
			if m := c.design.CovarianceMatrix([][]float64{c.totals}); !math.IsNaN(m[0][0]) {
				t.Errorf("matrix %v, want NaN", m)
			}
		})
	}
	if v := (stats.Design{}).Covariance([]float64{1, 2}, []float64{1}); !math.IsNaN(v) {
		t.Errorf("totals of different length: %v, want NaN", v)
	}
	if mean, totals := stats.MeanTotals([]float64{1}, []float64{1, 2}); !math.IsNaN(mean) || totals != nil {
		t.Errorf("sums of different length: %v, %v", mean, totals)
	}
	if mean, totals := stats.MeanTotals([]float64{0, 0}, []float64{0, 0}); !math.IsNaN(mean) || totals != nil {
		t.Errorf("no weight: %v, %v", mean, totals)
	}
	if v := stats.QuadraticForm([]float64{1, 2}, [][]float64{{1, 0}, {0}}); !math.IsNaN(v) {
		t.Errorf("ragged matrix: %v, want NaN", v)
	}
}

func TestSum(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		name  string
		terms []float64
		want  float64
	}{
		{"empty", nil, 0},
		{"large terms cancel", []float64{1, 1e100, 1, -1e100}, 2},
		{"small after large", []float64{1e16, 1, 1, -1e16}, 2},
		{"infinite", []float64{1, inf, 2}, inf},
		{"both infinities", []float64{inf, -inf}, math.NaN()},
		{"NaN", []float64{1, math.NaN()}, math.NaN()},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			var whole stats.Sum
			for _, x := range c.terms {
				whole.Add(x)
			}
			if got := whole.Value(); relative(got, c.want) != 0 {
				t.Errorf("sum %v, want %v", got, c.want)
			}
			for cut := range c.terms {
				var left, right stats.Sum
				for i, x := range c.terms {
					if i < cut {
						left.Add(x)
					} else {
						right.Add(x)
					}
				}
				left.Merge(right)
				if got := left.Value(); relative(got, c.want) != 0 {
					t.Errorf("cut at %d: sum %v, want %v", cut, got, c.want)
				}
			}
		})
	}
}
