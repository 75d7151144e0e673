package stats_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/scoring/stats"
)

func TestWeightedQuantile(t *testing.T) {
	nan := math.NaN()
	values, w := []float64{30, 10, 20}, []float64{5, 2, 3}
	tests := []struct {
		name      string
		values, w []float64
		p, want   float64
	}{
		{"lowest", values, w, 0, 10},
		{"share reached exactly", values, w, 0.2, 10},
		{"just above", values, w, 0.2001, 20},
		{"share reached but for rounding", []float64{1, 2, 3}, []float64{1, 2, 7}, 0.30000000000000004, 2},
		{"middle", values, w, 0.5, 20},
		{"highest", values, w, 1, 30},
		{"weight 0 is left out", []float64{1, 2}, []float64{0, 1}, 0, 2},
		{"ties", []float64{1, 1, 2}, []float64{1, 1, 1}, 0.6, 1},
		{"empty", nil, nil, 0.5, nan},
		{"no weight", []float64{1}, []float64{0}, 0.5, nan},
		{"negative weight", []float64{1, 2}, []float64{1, -1}, 0.5, nan},
		{"infinite weight", []float64{1, 2}, []float64{1, math.Inf(1)}, 0.5, nan},
		{"NaN value", []float64{1, nan}, []float64{1, 1}, 0.5, nan},
		{"lengths differ", []float64{1}, []float64{1, 1}, 0.5, nan},
		{"p below 0", values, w, -0.1, nan},
		{"p NaN", values, w, nan, nan},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if got := stats.WeightedQuantile(c.values, c.w, c.p); relative(got, c.want) != 0 {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if diff := cmp.Diff([]float64{30, 10, 20}, values); diff != "" {
		t.Error(diff)
	}
}

// TestQuantile: expected values by hand, interpolating at 1+(n−1)p between 1, 2, 4, 9.
func TestQuantile(t *testing.T) {
	nan := math.NaN()
	x := []float64{9, 1, 4, 2}
	tests := []struct {
		name    string
		x       []float64
		p, want float64
	}{
		{"lowest", x, 0, 1},
		{"tenth", x, 0.1, 1.3},
		{"quarter", x, 0.25, 1.75},
		{"median", x, 0.5, 3},
		{"nine tenths", x, 0.9, 7.5},
		{"highest", x, 1, 9},
		{"single value", []float64{7}, 0.3, 7},
		{"empty", nil, 0.5, nan},
		{"NaN", []float64{1, nan}, 0.5, nan},
		{"p above 1", x, 1.1, nan},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if got := stats.Quantile(c.x, c.p); relative(got, c.want) > 1e-15 {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if got := stats.Median(x); got != 3 {
		t.Errorf("median %v, want 3", got)
	}
	if diff := cmp.Diff([]float64{9, 1, 4, 2}, x); diff != "" {
		t.Error(diff)
	}
}
