package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// Bounded shares are c·s held to the bounds with one c for all, add to 1, and stay when bounded again.
func TestSharesBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 12).Draw(t, "p")
		shares := rapid.SliceOfN(rapid.Float64Range(0.001, 10), p, p).Draw(t, "shares")
		floor := rapid.Float64Range(0, 1/float64(p)).Draw(t, "floor")
		ceiling := rapid.Float64Range(1/float64(p), 1).Draw(t, "ceiling")
		got, err := stats.BoundShares(shares, floor, ceiling)
		if err != nil {
			t.Fatal(err)
		}
		sum, c := 0.0, math.NaN()
		for i, v := range got {
			sum += v
			if v < floor || v > ceiling {
				t.Errorf("share %g outside %g … %g", v, floor, ceiling)
			}
			if v > floor+1e-9 && v < ceiling-1e-9 {
				c = v / shares[i]
			}
		}
		same(t, "sum", sum, 1, 1)
		if !math.IsNaN(c) {
			for i, v := range got {
				same(t, "water level", v, min(max(c*shares[i], floor), ceiling), 10)
			}
		}
		for i := range got {
			for j := range got {
				if shares[i] > shares[j] && got[i] < got[j]-1e-12 {
					t.Errorf("order of %d and %d turned", i, j)
				}
			}
		}
		again, err := stats.BoundShares(got, floor, ceiling)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			same(t, "bounded again", again[i], got[i], 1)
		}
	})
}

func TestSharesBoundedCases(t *testing.T) {
	for _, c := range []struct {
		name           string
		shares         []float64
		floor, ceiling float64
		want           []float64
	}{
		{"free", []float64{3, 1}, 0, 1, []float64{.75, .25}},
		{"floor", []float64{.9, .08, .02}, .05, 1, []float64{.95 * .9 / .98, .95 * .08 / .98, .05}},
		{"cap", []float64{.9, .06, .04}, 0, .4, []float64{.4, .36, .24}},
		{"cap then floor", []float64{.97, .02, .01}, .3, .4, []float64{.4, .3, .3}},
		{"equal", []float64{.9, .05, .05}, 1. / 3, 1, []float64{1. / 3, 1. / 3, 1. / 3}},
		{"zeros take the rest", []float64{1, 0, 0}, 0, .5, []float64{.5, .25, .25}},
		{"one", []float64{7}, 1, 1, []float64{1}},
	} {
		got, err := stats.BoundShares(c.shares, c.floor, c.ceiling)
		if err != nil || !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-14 }) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	for name, call := range map[string]func() ([]float64, error){
		"empty":        func() ([]float64, error) { return stats.BoundShares(nil, 0, 1) },
		"negative":     func() ([]float64, error) { return stats.BoundShares([]float64{1, -1}, 0, 1) },
		"missing":      func() ([]float64, error) { return stats.BoundShares([]float64{1, math.NaN()}, 0, 1) },
		"all 0":        func() ([]float64, error) { return stats.BoundShares([]float64{0, 0}, 0, 1) },
		"floor high":   func() ([]float64, error) { return stats.BoundShares([]float64{1, 1}, .6, 1) },
		"cap low":      func() ([]float64, error) { return stats.BoundShares([]float64{1, 1}, 0, .4) },
		"bounds cross": func() ([]float64, error) { return stats.BoundShares([]float64{1, 1}, .5, .4) },
		"missing cap":  func() ([]float64, error) { return stats.BoundShares([]float64{1, 1}, 0, math.NaN()) },
	} {
		if got, err := call(); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Rounded shares are whole numbers of units that add to one exactly, each the nearest or the next.
func TestSharesRounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Float64Range(0.0001, 10), 1, 20).Draw(t, "parts")
		decimals := rapid.IntRange(0, 9).Draw(t, "decimals")
		shares := stats.Shares(parts)
		got, err := stats.RoundShares(shares, decimals)
		if err != nil {
			t.Fatal(err)
		}
		unit := math.Pow(10, float64(decimals))
		total := 0
		for i, v := range got {
			units := math.Round(v * unit)
			if v != units/unit {
				t.Errorf("%.17g has more than %d decimals", v, decimals)
			}
			if math.Abs(v-shares[i])*unit > 1+1e-6 {
				t.Errorf("%g became %g", shares[i], v)
			}
			total += int(units)
		}
		if total != int(unit) {
			t.Errorf("%d units of %g", total, unit)
		}
		again, err := stats.RoundShares(got, decimals)
		if err != nil || !slices.Equal(again, got) {
			t.Errorf("rounded again: %v, %v", again, err)
		}
	})
	got, err := stats.RoundShares([]float64{1. / 3, 1. / 3, 1. / 3}, 4)
	if err != nil || !slices.Equal(got, []float64{.3334, .3333, .3333}) {
		t.Errorf("thirds: %v, %v", got, err)
	}
	for _, bad := range [][]float64{{.5, .6}, {1.5, -.5}, {math.NaN(), 1}, nil} {
		if got, err := stats.RoundShares(bad, 4); err == nil {
			t.Errorf("%v became %v", bad, got)
		}
	}
	for _, decimals := range []int{-1, 10} {
		if _, err := stats.RoundShares([]float64{1}, decimals); err == nil {
			t.Errorf("%d decimals accepted", decimals)
		}
	}
}

// Whatever the shares and bounds, water-filling ends, and rounds without an error when it succeeded.
func FuzzBoundShares(f *testing.F) {
	f.Add(.2, .3, .4, .1, .05, .4)
	f.Add(1., 0., 0., 0., 0., .25)
	f.Add(1e300, 1e-300, 5e-324, 0., .25, .25)
	f.Add(1., 1., 1., 1., .25, .2500000000001)
	f.Add(math.Inf(1), 1., math.NaN(), -1., 0., 1.)
	f.Fuzz(func(t *testing.T, a, b, c, d, floor, ceiling float64) {
		got, err := stats.BoundShares([]float64{a, b, c, d}, floor, ceiling)
		if err != nil {
			return
		}
		sum := 0.0
		for _, v := range got {
			if !(v >= floor && v <= ceiling) {
				t.Fatalf("%v outside %g … %g", got, floor, ceiling)
			}
			sum += v
		}
		if math.Abs(sum-1) > 1e-11 {
			t.Fatalf("%v adds to %g", got, sum)
		}
		if _, err := stats.RoundShares(got, 4); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSharesKeyDriver(t *testing.T) {
	for _, c := range []struct {
		name      string
		share, se float64
		p         int
		want      bool
	}{
		{"large and sure", .2, .01, 5, true},
		{"on the limit", .16, (.16 - .1) / 1.96, 5, true},
		{"too small", .159, 0, 5, false},
		{"unsure", .2, .06, 5, false},
		{"no error known", .9, math.NaN(), 5, false},
		{"no predictors", .9, 0, 0, false},
	} {
		if got := stats.KeyDriver(c.share, c.se, c.p); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
