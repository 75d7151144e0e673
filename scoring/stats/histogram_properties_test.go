package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// drawnRatings are ratings on 0 … 10 with sampling weights.
func drawnRatings(t *rapid.T, least int) (x, w []float64) {
	n := rapid.IntRange(least, 60).Draw(t, "n")
	for range n {
		x = append(x, float64(rapid.IntRange(0, 10).Draw(t, "x")))
		w = append(w, rapid.Float64Range(0.05, 20).Draw(t, "w"))
	}
	return x, w
}

func histogram(t *rapid.T, scale, x, w []float64) stats.Histogram {
	t.Helper()
	h := stats.NewHistogram(scale)
	for i, v := range x {
		if !h.Add(v, w[i]) {
			t.Fatalf("%g was not taken", v)
		}
	}
	return h
}

// figures are all that a histogram says, by name.
func figures(h stats.Histogram) map[string]float64 {
	m := h.Moments()
	floor, ceiling, _ := h.FloorCeiling()
	out := map[string]float64{"n": float64(m.N), "mean": m.Mean, "population variance": m.Population, "variance": m.Variance, "sd": m.SD,
		"g1": m.SkewSmall, "G1": m.Skew, "b1": m.SkewB, "g2": m.KurtosisSmall, "G2": m.Kurtosis, "b2": m.KurtosisB,
		"entropy": h.Entropy(), "consensus": h.Consensus(), "polarisation": h.Polarisation(), "floor": floor, "ceiling": ceiling,
		"top2": h.Top(2), "bottom3": h.Bottom(3), "mad": h.MedianDeviation(), "iqr": h.InterquartileRange()}
	sums := h.MeanSums()
	out["error"] = math.Sqrt(sums.VarianceWeightsOnly(m.N))
	for _, p := range []float64{0, .1, .25, .5, .9, 1} {
		out["quantile"] += h.Quantile(p)
		out["weighted quantile"] += h.WeightedQuantile(p)
		out["averaged quantile"] += h.AveragedQuantile(p)
	}
	return out
}

func sameFigures(t *rapid.T, what string, got, want map[string]float64, except ...string) {
	t.Helper()
	for name, v := range want {
		if !slices.Contains(except, name) {
			same(t, what+": "+name, got[name], v, 1)
		}
	}
}

// A histogram says what the rows say, however they were counted, and what does not depend on the scale of the weights or the unit
// of the values does not.
func TestHistogramLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := levels(0, 10)
		x, w := drawnRatings(t, 1)
		h := histogram(t, scale, x, w)
		want := figures(h)

		sums := gather(x, w, 5)
		same(t, "mean", want["mean"], sums.Mean(), 1)
		same(t, "variance", want["variance"], sums.SimpleVariance(), 1)
		counted := h.MeanSums()
		same(t, "weights-only variance", counted.VarianceWeightsOnly(len(x)), sums.VarianceWeightsOnly(len(x)), 1)
		for _, p := range []float64{0, .05, .3, .5, .77, 1} {
			same(t, "quantile", h.Quantile(p), stats.Quantile(x, p), 1)
			same(t, "weighted quantile", h.WeightedQuantile(p), stats.WeightedQuantile(x, w, p), 1)
		}

		cut := rapid.IntRange(0, len(x)).Draw(t, "cut")
		parts := histogram(t, scale, x[cut:], w[cut:])
		if !parts.Merge(histogram(t, scale, x[:cut], w[:cut])) {
			t.Fatal("parts do not merge")
		}
		sameFigures(t, "parts", figures(parts), want)
		groups := stats.NewHistogram(scale)
		for i, v := range h.Values {
			groups.AddGroup(v, h.N[i], h.W[i].Value(), h.W2[i].Value())
		}
		sameFigures(t, "groups", figures(groups), want)
		sameFigures(t, "weights", figures(h.Scaled(rapid.Float64Range(.1, 9).Draw(t, "f"))), want)

		moved := histogram(t, mapped(scale, 3, 4), mapped(x, 3, 4), w)
		got := figures(moved)
		for name, p := range map[string]float64{"sd": 4, "variance": 16, "population variance": 16, "mad": 4, "iqr": 4, "error": 4} {
			same(t, "moved "+name, got[name], p*want[name], 1)
		}
		same(t, "moved mean", got["mean"], 3+4*want["mean"], 1)
		unit := []string{"mean", "sd", "variance", "population variance", "mad", "iqr", "error", "quantile", "weighted quantile", "averaged quantile"}
		sameFigures(t, "moved", got, want, unit...)
		mirrored := figures(histogram(t, mapped(scale, 10, -1), mapped(x, 10, -1), w))
		same(t, "mirrored skew", mirrored["G1"], -want["G1"], 1)
		same(t, "mirrored ends", mirrored["floor"], want["ceiling"], 1)
		for _, name := range []string{"g2", "entropy", "consensus", "polarisation", "variance", "mad"} {
			same(t, "mirrored "+name, mirrored[name], want[name], 1)
		}
		for _, name := range []string{"entropy", "consensus", "polarisation", "floor", "ceiling", "top2"} {
			if v := want[name]; !(v >= 0 && v <= 1) {
				t.Errorf("%s is %g", name, v)
			}
		}
		// Weights of 1 and counts make the averaged quantile the usual median.
		plain := histogram(t, scale, x, mapped(w, 1, 0))
		same(t, "median", plain.AveragedQuantile(0.5), stats.Median(x), 1)
	})
}

// Deviations of n rows obey g₁² ≤ g₂+2 (Pearson 1916), equal for two values.
func TestHistogramMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := drawnRatings(t, 2)
		m := histogram(t, levels(0, 10), x, w).Moments()
		if m.SkewSmall*m.SkewSmall > m.KurtosisSmall+2+1e-9*math.Abs(m.KurtosisSmall) {
			t.Errorf("%+v", m)
		}
		two := stats.NewHistogram([]float64{0, 10})
		p := rapid.Float64Range(.01, .99).Draw(t, "p")
		two.Add(0, 1-p)
		two.Add(10, p)
		m = two.Moments()
		same(t, "two values", m.SkewSmall, (1-2*p)/math.Sqrt(p*(1-p)), 1)
		same(t, "two values", m.SkewSmall*m.SkewSmall, m.KurtosisSmall+2, 1)
	})
}

func TestHistogramKnownCases(t *testing.T) {
	scale := levels(1, 5)
	ends := histogramOf(t, scale, []float64{1, 5, 1, 5}, nil)
	if ends.Consensus() != 0 || ends.Polarisation() != 1 || ends.AveragedQuantile(0.5) != 3 || ends.WeightedQuantile(0.5) != 1 || ends.MedianDeviation() != 2 {
		t.Errorf("both ends: %v", figures(ends))
	}
	if _, _, flagged := ends.FloorCeiling(); !flagged {
		t.Error("both ends are not flagged")
	}
	one := histogramOf(t, scale, []float64{4, 4}, nil)
	m := one.Moments()
	if one.Consensus() != 1 || one.Polarisation() != 0 || one.Entropy() != 0 || m.SD != 0 || !math.IsNaN(m.Skew) || !math.IsNaN(m.KurtosisSmall) {
		t.Errorf("one answer: %v", figures(one))
	}
	for k := range 100 {
		w := 0.1 + float64(k)/7
		h := histogramOf(t, []float64{.1, .7, 3}, []float64{.7, .7, .7}, []float64{w, w / 3, 1 / w})
		if m := h.Moments(); m.Population != 0 || !math.IsNaN(m.Skew) || h.Polarisation() != 0 {
			t.Errorf("one answer of weights about %g: %+v", w, m)
		}
	}
	if h := histogramOf(t, scale, scale, nil); h.Entropy() != 1 {
		t.Errorf("each answer once: entropy %g", h.Entropy())
	}
	if _, _, flagged := histogramOf(t, scale, []float64{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1}, nil).FloorCeiling(); flagged {
		t.Error("15 % at the floor is flagged")
	}
	// Nearly all at one end, so that rounding puts the mean on it.
	far := histogramOf(t, scale, []float64{1, 5}, []float64{1e-20, 1})
	if c := far.Consensus(); !(c > 0.999 && c <= 1) {
		t.Errorf("consensus with a speck at the other end: %g", c)
	}
	// Samples too small for a correction.
	m = histogramOf(t, scale, []float64{1, 2}, nil).Moments()
	if m.SkewSmall != 0 || m.SkewB != 0 || !math.IsNaN(m.Skew) || !math.IsNaN(m.Kurtosis) || m.Variance != 0.5 {
		t.Errorf("two rows: %+v", m)
	}
	m = histogramOf(t, scale, []float64{2}, nil).Moments()
	if m.Mean != 2 || m.Population != 0 || !math.IsNaN(m.Variance) || !math.IsNaN(m.SkewB) {
		t.Errorf("one row: %+v", m)
	}
	nan, inf := math.NaN(), math.Inf(1)
	h := stats.NewHistogram([]float64{2, 1, 2, nan, inf, 3})
	if !slices.Equal(h.Values, []float64{1, 2, 3}) {
		t.Errorf("values %v", h.Values)
	}
	for _, row := range [][2]float64{{1.5, 1}, {nan, 1}, {1, -1}, {1, nan}, {1, inf}, {1, 1e200}} {
		if h.Add(row[0], row[1]) {
			t.Errorf("value %g of weight %g was taken", row[0], row[1])
		}
	}
	if h.AddGroup(1, -1, 1, 1) || h.Merge(stats.NewHistogram(scale)) || h.Rows() != 0 {
		t.Errorf("%+v", h)
	}
	for name, empty := range map[string]stats.Histogram{"no rows": h, "no values": stats.NewHistogram(nil), "zero": {}} {
		for what, v := range figures(empty) {
			if what != "n" && !math.IsNaN(v) || what == "n" && v != 0 {
				t.Errorf("%s: %s is %g", name, what, v)
			}
		}
		if !math.IsNaN(empty.Top(0)) || !math.IsNaN(empty.Bottom(9)) {
			t.Errorf("%s: shares of no or too many values", name)
		}
	}
	single := histogramOf(t, []float64{7}, []float64{7, 7}, nil)
	if !math.IsNaN(single.Entropy()) || !math.IsNaN(single.Consensus()) || !math.IsNaN(single.Polarisation()) || single.Top(1) != 1 {
		t.Errorf("a scale of one value: %v", figures(single))
	}
}

func TestPopulationStability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 8).Draw(t, "k")
		a := rapid.SliceOfN(rapid.Float64Range(.1, 50), k, k).Draw(t, "a")
		e := rapid.SliceOfN(rapid.Float64Range(.1, 50), k, k).Draw(t, "e")
		psi := stats.PopulationStability(a, e)
		if !(psi >= 0) {
			t.Errorf("index %g", psi)
		}
		same(t, "either way", stats.PopulationStability(e, a), psi, 1)
		same(t, "counts for shares", stats.PopulationStability(mapped(a, 0, 7), stats.Shares(e)), psi, 1)
		if x := stats.PopulationStability(a, a); x != 0 {
			t.Errorf("with itself: %g", x)
		}
	})
	nan := math.NaN()
	for _, c := range []struct {
		a, e []float64
		want float64
	}{
		{[]float64{1, 1, 0}, []float64{1, 1, 0}, 0},
		{[]float64{1, 1, 0}, []float64{1, 1, 1}, math.Inf(1)},
		{[]float64{3, 1}, []float64{1, 3}, math.Log(3)},
		{nil, nil, nan},
		{[]float64{1}, []float64{1, 1}, nan},
		{[]float64{0, 0}, []float64{1, 1}, nan},
		{[]float64{1, 1}, []float64{-1, 3}, nan},
		{[]float64{1, 1}, []float64{nan, 3}, nan},
	} {
		if got := stats.PopulationStability(c.a, c.e); !(relative(got, c.want) <= 1e-15) {
			t.Errorf("%v against %v: %g, want %g", c.a, c.e, got, c.want)
		}
	}
	for name, c := range map[string][2][]float64{
		"lengths": {{1, 2}, {1, 2, 3}}, "one class": {{4}, {1}}, "no counts": {{0, 0}, {1, 1}}, "a share of 0": {{1, 2}, {1, 0}},
		"a negative count": {{-1, 4}, {1, 1}}, "a negative share": {{1, 4}, {-1, 3}}, "missing": {{nan, 1}, {1, 1}},
	} {
		if chi2, df, p := stats.GoodnessOfFit(c[0], c[1]); !math.IsNaN(chi2) || !math.IsNaN(df) || !math.IsNaN(p) {
			t.Errorf("%s: %g, %g, %g", name, chi2, df, p)
		}
	}
	if chi2, df, p := stats.GoodnessOfFit([]float64{2, 2, 4}, []float64{1, 1, 2}); chi2 != 0 || df != 2 || p != 1 {
		t.Errorf("a perfect fit: %g, %g, %g", chi2, df, p)
	}
}
