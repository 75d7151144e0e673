package stats_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/scoring/stats"
)

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
