package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

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

// Weights that are all one make the unweighted rules, and the unit of the weights changes none.
func TestQuantilesOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 30).Draw(t, "x")
		p, unitWeight := rapid.Float64Range(0, 1).Draw(t, "p"), rapid.Float64Range(0.5, 8).Draw(t, "weight")
		w := unit(len(x))
		same(t, "type 7", stats.InterpolatedQuantile(x, mapped(w, unitWeight, 0), p), stats.Quantile(x, p), 1)

		places := make([]float64, len(x))
		for i := range x {
			w[i] = rapid.Float64Range(0.1, 9).Draw(t, "w")
			places[i] = rapid.Float64Range(0, 1).Draw(t, "place")
		}
		order := shuffled(t, len(x))
		moved, weights, at := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
		for i, o := range order {
			moved[i], weights[i], at[i] = x[o], 4*w[o], places[o]
		}
		same(t, "weighted type 7", stats.InterpolatedQuantile(moved, weights, p), stats.InterpolatedQuantile(x, w, p), 1)
		if got, want := stats.ShahVaishQuantile(moved, weights, p), stats.ShahVaishQuantile(x, w, p); got != want {
			t.Errorf("Shah and Vaish: %v, want %v", got, want)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(places)))) == len(places) {
			if got, want := stats.PlaceQuantile(moved, at, p), stats.PlaceQuantile(x, places, p); got != want {
				t.Errorf("by place: %v, want %v", got, want)
			}
		}
	})
}

func TestQuantilesOutsideTheirDomain(t *testing.T) {
	nan := math.NaN()
	for name, got := range map[string]float64{
		"type 7, empty": stats.InterpolatedQuantile(nil, nil, 0.5), "type 7, lengths": stats.InterpolatedQuantile([]float64{1}, nil, 0.5),
		"type 7, p": stats.InterpolatedQuantile([]float64{1}, []float64{1}, 2), "type 7, weight": stats.InterpolatedQuantile([]float64{1}, []float64{-1}, 0.5),
		"Shah and Vaish, lengths": stats.ShahVaishQuantile([]float64{1}, nil, 0.5), "Shah and Vaish, no weight": stats.ShahVaishQuantile([]float64{1}, []float64{0}, 0.5),
		"Shah and Vaish, p": stats.ShahVaishQuantile([]float64{1}, []float64{1}, nan), "place NaN": stats.PlaceQuantile([]float64{1}, []float64{nan}, 0.5),
		"place, lengths": stats.PlaceQuantile([]float64{1}, nil, 0.5),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
	// One row stands for every share.
	if got := stats.InterpolatedQuantile([]float64{7}, []float64{2}, 0.3); got != 7 {
		t.Errorf("one row: %v", got)
	}
}
