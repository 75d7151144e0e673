package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// answerRow draws answers 0 … 4 to items, some missing.
func answerRow(t *rapid.T, items int) []float64 {
	row := make([]float64, items)
	for i := range row {
		row[i] = float64(rapid.IntRange(-1, 4).Draw(t, "answer"))
		if row[i] < 0 {
			row[i] = math.NaN()
		}
	}
	return row
}

func present(row []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(row), math.IsNaN)
}

func TestQualityRunLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := answerRow(t, rapid.IntRange(0, 20).Draw(t, "items"))
		there := present(row)
		longest, mean := stats.Runs(row)
		if stats.Answered(row) != len(there) {
			t.Errorf("%d answered of %v", stats.Answered(row), row)
		}
		// Missing answers are taken out first; backwards runs are the same.
		back := slices.Clone(row)
		slices.Reverse(back)
		for what, other := range map[string][]float64{"answered": there, "backwards": back} {
			l, m := stats.Runs(other)
			if l != longest || !(relative(m, mean) <= 0) {
				t.Errorf("%s: %d, %g, want %d, %g", what, l, m, longest, mean)
			}
		}
		if len(there) == 0 {
			if longest != 0 || !math.IsNaN(mean) {
				t.Errorf("no answers: %d, %g", longest, mean)
			}
			return
		}
		changes := 0
		for i := 1; i < len(there); i++ {
			if there[i] != there[i-1] {
				changes++
			}
		}
		same(t, "mean run", mean, float64(len(there))/float64(changes+1), 1)
		if float64(longest) < mean || longest > len(there) {
			t.Errorf("longest %d, mean %g, %d answers", longest, mean, len(there))
		}
		sd := stats.WithinSD(row)
		var c stats.CrossSums
		for _, x := range there {
			c.Add([]float64{x}, 1)
		}
		same(t, "within-person sd", sd, math.Sqrt(c.Covariance()[0][0]), 1)
		if len(there) > 1 && (sd == 0) != (longest == len(there)) {
			t.Errorf("sd %g, longest run %d of %d", sd, longest, len(there))
		}
		same(t, "sd in another unit", stats.WithinSD(mapped(row, .1, .3)), .3*sd, 1)
	})
	if sd := stats.WithinSD([]float64{1e8, 1e8 + 1, 1e8 + 2}); sd != 1 {
		t.Errorf("sd of large answers: %g", sd)
	}
	if sd := stats.WithinSD([]float64{.1, .1, math.NaN(), .1}); sd != 0 {
		t.Errorf("sd of equal answers: %g", sd)
	}
}

func TestQualityEvenOddLaws(t *testing.T) {
	scales := [][]int{{0, 1, 2}, {3, 4, 5, 6}, {7}, {8, 9}, {10, 11, 12}}
	rapid.Check(t, func(t *rapid.T) {
		row := answerRow(t, 13)
		got := stats.EvenOdd(row, scales)
		if math.IsNaN(got) {
			return
		}
		if got < -1 || got > 1 {
			t.Errorf("consistency %g", got)
		}
		same(t, "another unit", stats.EvenOdd(mapped(row, 20, 7), scales), got, 1)
		turned := slices.Clone(scales)
		slices.Reverse(turned)
		same(t, "scales in another order", stats.EvenOdd(row, turned), got, 1)
		same(t, "positions that are not there", stats.EvenOdd(row, append(turned, []int{-1, 99}, []int{})), got, 1)
	})
	halves := [][]int{{0, 1}, {2, 3}, {4, 5}}
	for name, c := range map[string]struct {
		row  []float64
		want float64
	}{
		"the same in both halves":  {[]float64{1, 2, 3, 4, 5, 6}, 1},
		"opposite":                 {[]float64{1, 6, 3, 4, 5, 2}, -1},
		"r = ½":                    {[]float64{1, 1, 2, 3, 3, 2}, 2. / 3},
		"one half does not vary":   {[]float64{1, 1, 2, 1, 3, 1}, math.NaN()},
		"two scales":               {[]float64{1, 1, 2, 2, 3, math.NaN()}, math.NaN()},
		"all alike":                {[]float64{7, 7, 7, 7, 7, 7}, math.NaN()},
		"fewer answers than items": {[]float64{1, 1, 2, 2}, math.NaN()},
	} {
		if got := stats.EvenOdd(c.row, halves); !(relative(got, c.want) <= 1e-14) {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
}

func TestQualityTimes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		seconds  float64
		answered int
		want     float64
	}{{30, 12, 2.5}, {0, 3, 0}, {30, 0, nan}, {-1, 3, nan}, {nan, 3, nan}, {inf, 3, nan}} {
		if got := stats.SecondsPerItem(c.seconds, c.answered); !(relative(got, c.want) <= 0) {
			t.Errorf("%g s for %d items: %g", c.seconds, c.answered, got)
		}
	}
	for _, c := range [][3]float64{{100, 300, 3}, {0, 300, nan}, {100, 0, nan}, {-1, 300, nan}, {nan, 300, nan}, {100, nan, nan}, {inf, 300, nan}, {100, inf, nan}} {
		if got := stats.RelativeSpeed(c[0], c[1]); !(relative(got, c[2]) <= 0) {
			t.Errorf("%g s of %g: %g", c[0], c[1], got)
		}
	}
}

func TestQualityKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(0, 3).Draw(t, "k")
		var rows [][]float64
		var repeats stats.Repeats
		for i := range rapid.IntRange(1, 30).Draw(t, "n") {
			row := answerRow(t, k)
			want := slices.IndexFunc(rows, func(o []float64) bool {
				return slices.EqualFunc(o, row, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
			})
			first, again := repeats.Add(i, stats.AppendKey(nil, row...))
			if again != (want >= 0) || (again && first != want) || (!again && first != i) {
				t.Errorf("row %d: %d, %v, want %d", i, first, again, want)
			}
			rows = append(rows, row)
		}
	})
	key := func(x float64) string { return string(stats.AppendKey([]byte("x"), x)) }
	if key(0) != key(math.Copysign(0, -1)) || key(math.NaN()) != key(math.Float64frombits(math.Float64bits(math.NaN())^1)) || key(1) == key(math.Nextafter(1, 2)) {
		t.Error("keys of equal values differ, or of different ones do not")
	}
}

// FuzzQuality asks every index of any row: figures in their range or NaN, never a panic.
func FuzzQuality(f *testing.F) {
	f.Add(1., 2., 3., 4., 5., 6.)
	f.Add(0., 0., 0., 0., 0., 0.)
	f.Add(math.NaN(), 1., math.Inf(1), -1., math.MaxFloat64, -math.MaxFloat64)
	f.Add(5e-324, 1e-300, 1e300, 1e154, -1e154, 1e-154)
	m := stats.Mahalanobis{Means: make([]float64, 6), Covariance: [][]float64{{2, 1, 0, 0, 0, 0}, {1, 2, 1, 0, 0, 0}, {0, 1, 2, 1, 0, 0}, {0, 0, 1, 2, 1, 0}, {0, 0, 0, 1, 2, 1}, {0, 0, 0, 0, 1, 2}}}
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g float64) {
		row := []float64{a, b, c, d, e, g}
		longest, mean := stats.Runs(row)
		if longest < 0 || longest > 6 || (longest == 0) != math.IsNaN(mean) {
			t.Errorf("runs of %v: %d, %g", row, longest, mean)
		}
		if sd := stats.WithinSD(row); sd < 0 {
			t.Errorf("sd of %v: %g", row, sd)
		}
		if r := stats.EvenOdd(row, [][]int{{0, 1}, {2, 3}, {4, 5}}); r < -1 || r > 1 {
			t.Errorf("consistency of %v: %g", row, r)
		}
		if d2, df, p := m.Distance(row); d2 < 0 || math.IsInf(d2, 0) || df != stats.Answered(row) || math.IsNaN(d2) != math.IsNaN(p) || p < 0 || p > 1 {
			t.Errorf("distance of %v: %g, %d, %g", row, d2, df, p)
		}
		h := stats.NewHistogram(row)
		for i, x := range row {
			h.Add(x, math.Abs(row[(i+1)%6]))
		}
		for name, v := range map[string]float64{"entropy": h.Entropy(), "consensus": h.Consensus(), "polarisation": h.Polarisation(), "top 1": h.Top(1)} {
			if v < 0 || v > 1+1e-12 {
				t.Errorf("%s of %v: %g", name, row, v)
			}
		}
		h.Moments()
		for _, p := range []float64{0, .3, 1, a} {
			if q := h.Quantile(p); !math.IsNaN(q) && (q < h.Values[0] || q > h.Values[len(h.Values)-1]) {
				t.Errorf("quantile %g of %v: %g", p, row, q)
			}
			h.AveragedQuantile(p)
		}
		if psi := stats.PopulationStability([]float64{a, b, c}, []float64{d, e, g}); psi < -1e-12 {
			t.Errorf("stability of %v: %g", row, psi)
		}
		agreement := stats.Agree([][]float64{{a, b}, {c, d}}, nil)
		if agreement.Kappa > 1+1e-9 || agreement.AC1 > 1+1e-9 || agreement.KappaSE < 0 {
			t.Errorf("agreement of %v: %+v", row, agreement)
		}
		if w := stats.Concord([][]float64{{a, b, c}, {d, e, g}}).W; w < 0 || w > 1 {
			t.Errorf("concordance of %v: %g", row, w)
		}
	})
}

// BenchmarkQuality judges a row of 16 items, some missing, by every index.
func BenchmarkQuality(b *testing.B) {
	g := rand.New(rand.NewPCG(42, 11))
	rows := make([][]float64, 1000)
	var c stats.CrossSums
	for i := range rows {
		rows[i] = make([]float64, 16)
		for j := range rows[i] {
			rows[i][j] = float64(g.IntN(11))
		}
		c.Add(rows[i], 1)
		rows[i][i%16] = math.NaN()
	}
	m := distances(c)
	scales := [][]int{{0, 1, 2}, {3, 4, 5, 6}, {7, 8, 9}, {10, 11, 12}, {13, 14, 15}}
	for name, index := range map[string]func(row []float64){
		"runs": func(row []float64) { stats.Runs(row) }, "within sd": func(row []float64) { stats.WithinSD(row) },
		"even-odd": func(row []float64) { stats.EvenOdd(row, scales) }, "distance": func(row []float64) { m.Distance(row) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				index(rows[i%len(rows)])
				i++
			}
		})
	}
}
