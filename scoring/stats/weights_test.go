package stats_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/scoring/stats"
)

// TestPostStratificationAgainstR checks the post-stratification of ref_weighting: survey::postStratify by age.
func TestPostStratificationAgainstR(t *testing.T) {
	const iterated = 1e-9
	r := openReference(t, "ref_weighting.json")
	s := openSample(t)
	population := map[string]float64{"under_25": 1600, "25_34": 3100, "35_44": 2500, "45_59": 1900, "60_plus": 900} // population_margins.csv
	cell, levels := s.codes("age")
	var sizes []float64
	for _, level := range levels {
		sizes = append(sizes, population[level])
	}
	even := make([]float64, s.n)
	for i := range even {
		even[i] = 10000.0 / float64(s.n)
	}
	u := drawn(s, "", "", "")
	for name, base := range map[string][]float64{"srs": even, "strat": s.numbers("pw")} {
		at := name + ".post_stratified."
		w, err := stats.PostStratify(base, cell, sizes)
		if err != nil {
			t.Fatal(err)
		}
		var k stats.KishSums
		for i, x := range w {
			r.equal(fmt.Sprintf("%sweights.%d", at, i), x, closedForm)
			k.Add(x)
		}
		r.equal(at+"kish.n", float64(k.N), 0)
		r.equal(at+"kish.sum_w", k.W.Value(), closedForm)
		r.equal(at+"kish.sum_w2", k.W2.Value(), closedForm)
		r.equal(at+"kish.n_eff", k.NEffective(), closedForm)
		r.equal(at+"kish.deff_w", k.Deff(), closedForm)
		for _, v := range []string{"index", "efficiency"} {
			mean, influence := u.mean(s.numbers(v), w, everyRow)
			r.equal(at+"estimates_weights_fixed."+v, mean, closedForm)
			r.equal(at+"estimates_weights_fixed."+v+"_se", math.Sqrt(u.design.Variance(influence)), closedForm)
			residuals := stats.CellResiduals(influence, w, base, cell, len(sizes))
			r.equal(at+"estimates."+v, mean, iterated)
			r.equal(at+"estimates."+v+"_se", math.Sqrt(u.design.Variance(residuals)), iterated)
		}
	}
}

func TestPostStratify(t *testing.T) {
	tests := []struct {
		name       string
		base       []float64
		cell       []int
		population []float64
		want       []float64
		err        string
	}{
		{"two cells", []float64{1, 1, 2}, []int{0, 0, 1}, []float64{10, 6}, []float64{5, 5, 6}, ""},
		{"rows outside keep their base weight", []float64{1, 3}, []int{0, -1}, []float64{8}, []float64{8, 3}, ""},
		{"cell without population weighs nothing", []float64{1, 1}, []int{0, 1}, []float64{8, 0}, []float64{8, 0}, ""},
		{"empty cell without population", []float64{1}, []int{0}, []float64{8, 0}, []float64{8}, ""},
		{"no rows", nil, nil, nil, []float64{}, ""},
		{"empty cell", []float64{1}, []int{0}, []float64{8, 2}, nil, "cell 1 has population 2 and no rows"},
		{"cell of weight 0", []float64{1, 0}, []int{0, 1}, []float64{8, 2}, nil, "cell 1 has population 2 and no rows"},
		{"cell beyond", []float64{1}, []int{1}, []float64{8}, nil, "row 0 is in cell 1 of 1"},
		{"negative base weight", []float64{-1}, []int{0}, []float64{8}, nil, "row 0 has base weight -1"},
		{"NaN base weight", []float64{math.NaN()}, []int{0}, []float64{8}, nil, "row 0 has base weight NaN"},
		{"infinite population", []float64{1}, []int{0}, []float64{math.Inf(1)}, nil, "cell 0 has population +Inf"},
		{"lengths differ", []float64{1, 2}, []int{0}, []float64{8}, nil, "2 base weights for 1 cells"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			got, err := stats.PostStratify(c.base, c.cell, c.population)
			if (err == nil) != (c.err == "") || (err != nil && !strings.Contains(err.Error(), c.err)) {
				t.Fatalf("error %v, want %q", err, c.err)
			}
			if err == nil {
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestKishOfNothing(t *testing.T) {
	var k stats.KishSums
	if !math.IsNaN(k.Deff()) || !math.IsNaN(k.NEffective()) {
		t.Errorf("empty sums: deff %v, n effective %v, want NaN", k.Deff(), k.NEffective())
	}
}
