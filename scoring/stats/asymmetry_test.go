package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

func TestAsymmetryClasses(t *testing.T) {
	for _, c := range []struct {
		name      string
		low, high float64
		index     float64
		class     string
	}{
		{"even", -1, 1, 0, stats.Linear},
		{"on the limit", -2, 3, .2, stats.Linear},
		{"penalty only", -1, -.5, -1, stats.Basic},
		{"reward only", .5, 2, 1, stats.Delighter},
		{"mostly penalty", -3, 1, -.5, stats.Basic},
		{"nothing", .5, -.5, math.NaN(), ""},
		{"missing", math.NaN(), 1, math.NaN(), ""},
	} {
		a := stats.AsymmetryOf(c.low, c.high)
		if a.Class != c.class || !(relative(a.Index, c.index) < 1e-15) || (c.class != "" && a.Range != a.Penalty+a.Reward) {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
}

func TestAsymmetryDummies(t *testing.T) {
	low, high := []float64{25, 25, 25, 50}, []float64{75, 75, 75, 50}
	got := stats.LowHigh([]float64{9}, []float64{25, 50, 75, 50}, low, high)
	if want := []float64{9, 1, 0, 0, 0, 0, 1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := stats.LowHigh(nil, []float64{math.NaN()}, low[:1], high[:1]); !math.IsNaN(got[0]) || !math.IsNaN(got[1]) {
		t.Errorf("missing value: %v", got)
	}
	if got := stats.LowHigh([]float64{9}, []float64{1, 2}, low[:1], high); len(got) != 1 {
		t.Errorf("unlike lengths: %v", got)
	}
}

// A response made of penalties and rewards gives them back.
func TestAsymmetryRecovered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		effect := make([]float64, 4)
		for j := range effect {
			effect[j] = float64(rapid.IntRange(-500, 500).Draw(t, "effect")) / 100
		}
		var c stats.CrossSums
		for a := range 5 {
			for b := range 5 {
				z := stats.LowHigh([]float64{7}, []float64{float64(a), float64(b)}, []float64{1, 0}, []float64{3, 4})
				for j, e := range effect {
					z[0] += e * z[j+1]
				}
				c.Add(z, 1)
			}
		}
		g, err := c.Regress()
		if err != nil {
			if slices.ContainsFunc(effect, func(e float64) bool { return e != 0 }) {
				t.Fatal(err)
			}
			return
		}
		for j, a := range stats.Asymmetries(g) {
			same(t, "low", a.Low, effect[2*j], 1)
			same(t, "high", a.High, effect[2*j+1], 1)
			same(t, "penalty", a.Penalty, max(0, -effect[2*j]), 1)
			same(t, "reward", a.Reward, max(0, effect[2*j+1]), 1)
		}
	})
}

func TestQuadrants(t *testing.T) {
	for _, c := range []struct {
		importance, performance float64
		want                    string
	}{
		{.3, 80, stats.KeepUp}, {.3, 60, stats.ConcentrateHere}, {.1, 80, stats.PossibleOverkill}, {.1, 60, stats.LowPriority},
		{.2, 70, stats.KeepUp}, {math.Nextafter(.2, 0), 70, stats.KeepUp}, {math.NaN(), 70, ""}, {.2, math.NaN(), ""},
	} {
		if got := stats.Quadrant(c.importance, c.performance, .2, 70); got != c.want {
			t.Errorf("importance %g, performance %g: %q, want %q", c.importance, c.performance, got, c.want)
		}
	}
}

// A limited shift is the whole one when nothing reaches a limit, never more than it, and grows with the limit.
func TestWhatIfLimitedShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := rated(t, 1)
		shift := rapid.Float64Range(-30, 30).Draw(t, "shift")
		same(t, "free", stats.LimitedShift(x, w, shift, -100, 200), shift, 1)
		held := stats.LimitedShift(x, w, shift, 0, 100)
		if math.Abs(held) > math.Abs(shift)+1e-12 || held*shift < -1e-12 {
			t.Errorf("%g of %g", held, shift)
		}
		if tighter := stats.LimitedShift(x, w, math.Abs(shift), 0, 100); tighter > stats.LimitedShift(x, w, math.Abs(shift), 0, 110)+1e-12 {
			t.Errorf("a higher limit takes away from %g", tighter)
		}
		var cells, counts []float64
		for i, v := range x {
			cells, counts = append(cells, v), append(counts, 2*w[i])
		}
		same(t, "scaled weights", stats.LimitedShift(cells, counts, shift, 0, 100), held, 1)
	})
	// Half at 95 and half at 50, up by 10: 5 and 10.
	if got := stats.LimitedShift([]float64{95, 50}, []float64{3, 3}, 10, 0, 100); got != 7.5 {
		t.Errorf("%g, want 7.5", got)
	}
	if got := stats.LimitedShift([]float64{5, 50}, []float64{3, 3}, -10, 0, 100); got != -7.5 {
		t.Errorf("%g, want -7.5", got)
	}
	nan := math.NaN()
	for name, got := range map[string]float64{
		"lengths":         stats.LimitedShift([]float64{1}, nil, 1, 0, 100),
		"no weight":       stats.LimitedShift([]float64{1}, []float64{0}, 1, 0, 100),
		"negative weight": stats.LimitedShift([]float64{1, 2}, []float64{-1, 2}, 1, 0, 100),
		"missing":         stats.LimitedShift([]float64{nan}, []float64{1}, 1, 0, 100),
		"missing shift":   stats.LimitedShift([]float64{1}, []float64{1}, nan, 0, 100),
		"limits cross":    stats.LimitedShift([]float64{1}, []float64{1}, 1, 100, 0),
		"index lengths":   stats.IndexShift([]float64{1}, nil),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %g", name, got)
		}
	}
}
