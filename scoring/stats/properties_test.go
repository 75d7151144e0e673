package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// same fails unless got and want agree to a relative tolerance or an absolute one of the same size on the given scale.
func same(t *rapid.T, what string, got, want, scale float64) {
	t.Helper()
	if math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if !(math.Abs(got-want) <= 1e-9*math.Max(math.Abs(want), scale)) {
		t.Errorf("%s: %.17g, want %.17g", what, got, want)
	}
}

// rated draws values on a 0–100 scale with sampling weights.
func rated(t *rapid.T, least int) (x, w []float64) {
	n := rapid.IntRange(least, 60).Draw(t, "n")
	for range n {
		x = append(x, rapid.Float64Range(0, 100).Draw(t, "x"))
		w = append(w, rapid.Float64Range(0.05, 20).Draw(t, "w"))
	}
	return x, w
}

// shuffled is the order of rows after a shuffle.
func shuffled(t *rapid.T, n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return rapid.Permutation(order).Draw(t, "order")
}

func pick(x []float64, order []int) []float64 {
	out := make([]float64, len(order))
	for i, k := range order {
		out[i] = x[k]
	}
	return out
}

// mapped is a + b·x.
func mapped(x []float64, a, b float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = a + b*v
	}
	return out
}

func gather(x, w []float64, shift float64) stats.MeanSums {
	m := stats.MeanSums{Shift: shift}
	for i := range x {
		m.Add(x[i], w[i])
	}
	return m
}

func sameMeans(t *rapid.T, what string, got, want stats.MeanSums, n int) {
	t.Helper()
	same(t, what+" mean", got.Mean(), want.Mean(), 1)
	same(t, what+" variance", got.VarianceWeightsOnly(n), want.VarianceWeightsOnly(n), 1)
	same(t, what+" simple variance", got.SimpleVariance(), want.SimpleVariance(), 1)
	if v := want.VarianceWeightsOnly(n); v > 1 {
		same(t, what+" deff", got.Deff(v), want.Deff(v), 1)
	}
}

func TestMeanSumsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := rated(t, 2)
		n := len(x) + rapid.IntRange(0, 40).Draw(t, "outside")
		whole := gather(x, w, 50)

		order := shuffled(t, len(x))
		sameMeans(t, "shuffled", gather(pick(x, order), pick(w, order), 50), whole, n)

		cut := rapid.IntRange(0, len(x)).Draw(t, "cut")
		parts := gather(x[:cut], w[:cut], rapid.Float64Range(-100, 100).Draw(t, "shift"))
		parts.Merge(gather(x[cut:], w[cut:], 20))
		sameMeans(t, "merged", parts, whole, n)

		c := rapid.Float64Range(0.01, 100).Draw(t, "scale")
		scaled := gather(x, mapped(w, 0, c), 50)
		same(t, "mean at scaled weights", scaled.Mean(), whole.Mean(), 1)
		same(t, "variance at scaled weights", scaled.VarianceWeightsOnly(n), whole.VarianceWeightsOnly(n), 1)
		sameMeans(t, "scaled sums", whole.Scaled(c), scaled, n)

		a, b := rapid.Float64Range(-10, 10).Draw(t, "a"), rapid.Float64Range(-3, 3).Draw(t, "b")
		affine := gather(mapped(x, a, b), w, 0)
		same(t, "affine mean", affine.Mean(), a+b*whole.Mean(), 1)
		same(t, "affine variance", affine.VarianceWeightsOnly(n), b*b*whole.VarianceWeightsOnly(n), 1)

		twice := stats.MeanSums{Shift: 50}
		for i := range x {
			twice.AddGroup(x[i], 2, 2*w[i], 2*w[i]*w[i])
		}
		rows := gather(append(slices.Clone(x), x...), append(slices.Clone(w), w...), 50)
		sameMeans(t, "grouped", twice, rows, 2*n)

		// A pair of one value with itself has its variance as covariance.
		p := stats.PairSums{ShiftX: 10, ShiftY: 70}
		for i := range x {
			p.Add(x[i], x[i], w[i])
		}
		same(t, "pair", p.CovarianceWeightsOnly(whole, whole, n), whole.VarianceWeightsOnly(n), 1)
	})
}

func TestDesignProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := rated(t, 2)
		n := len(x)
		wx := product(w, x)
		mean, totals := stats.MeanTotals(w, wx)
		m := gather(x, w, 50)
		same(t, "mean of totals", mean, m.Mean(), 1)
		same(t, "rows as PSUs", stats.Design{}.Variance(totals), m.VarianceWeightsOnly(n), 1)

		strata := rapid.IntRange(1, 4).Draw(t, "strata")
		d := stats.Design{Strata: strata}
		used := map[int]bool{}
		for range n {
			h := rapid.IntRange(0, strata-1).Draw(t, "stratum")
			used[h] = true
			d.Stratum = append(d.Stratum, h)
		}
		for range strata {
			d.Fraction = append(d.Fraction, rapid.Float64Range(0, 1).Draw(t, "fraction"))
		}
		if got := d.DF(n); got != n-len(used) {
			t.Errorf("df %d, want %d", got, n-len(used))
		}
		v := d.Variance(totals)
		if !(v >= 0) {
			t.Errorf("variance %v", v)
		}
		order := shuffled(t, n)
		s := d
		s.Stratum = make([]int, n)
		for i, k := range order {
			s.Stratum[i] = d.Stratum[k]
		}
		same(t, "shuffled", s.Variance(pick(totals, order)), v, 1e-3)
		same(t, "scaled", d.Variance(mapped(totals, 0, -3)), 9*v, 1e-3)
		_, other := stats.RatioTotals(w, product(wx, x))
		matrix := d.CovarianceMatrix([][]float64{totals, other})
		same(t, "matrix", matrix[0][1], d.Covariance(other, totals), 1e-3)
		same(t, "combination", d.Variance(stats.CombinedTotals([]float64{2, -0.5}, [][]float64{totals, other})),
			stats.QuadraticForm([]float64{2, -0.5}, matrix), 1e-3)
		same(t, "without fraction", stats.Design{Stratum: d.Stratum, Strata: strata}.Variance(totals),
			stats.Design{Stratum: d.Stratum, Strata: strata, Fraction: make([]float64, strata)}.Variance(totals), 1e-3)
	})
}

func TestWeightProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, _ := rated(t, 1)
		for i := range base {
			base[i] += 0.1
		}
		cells := rapid.IntRange(1, 4).Draw(t, "cells")
		cell := make([]int, len(base))
		population := make([]float64, cells)
		for i := range cell {
			cell[i] = rapid.IntRange(-1, cells-1).Draw(t, "cell")
			if cell[i] >= 0 {
				population[cell[i]] = rapid.Float64Range(1, 1000).Draw(t, "population")
			}
		}
		w, err := stats.PostStratify(base, cell, population)
		if err != nil {
			t.Fatal(err)
		}
		sums := make([]float64, cells)
		for i, c := range cell {
			if c < 0 {
				same(t, "outside", w[i], base[i], 0)
				continue
			}
			sums[c] += w[i]
		}
		for c := range sums {
			same(t, "cell", sums[c], population[c], 1e-9)
		}
		again, err := stats.PostStratify(w, cell, population)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w {
			same(t, "again", again[i], w[i], 1e-9)
		}
		var whole, left, right, scaled stats.KishSums
		for i, x := range base {
			whole.Add(x)
			scaled.Add(3.7 * x)
			if i%2 == 0 {
				left.Add(x)
			} else {
				right.AddGroup(1, x, x*x)
			}
		}
		left.Merge(right)
		same(t, "merged deff", left.Deff(), whole.Deff(), 1)
		same(t, "scaled deff", scaled.Deff(), whole.Deff(), 1)
		same(t, "n over deff", float64(whole.N)/whole.Deff(), whole.NEffective(), 1)
		if whole.Deff() < 1-1e-12 {
			t.Errorf("deff %v is below 1", whole.Deff())
		}
	})
}

func TestQuantileProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := rated(t, 1)
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := stats.WeightedQuantile(x, w, p)
		order := shuffled(t, len(x))
		if got := stats.WeightedQuantile(pick(x, order), mapped(pick(w, order), 0, 4), p); got != q {
			t.Errorf("shuffled and scaled: %v, want %v", got, q)
		}
		if !slices.Contains(x, q) {
			t.Errorf("%v is no value of the sample", q)
		}
		var below, total float64
		for i := range x {
			total += w[i]
			if x[i] <= q {
				below += w[i]
			}
		}
		if below/total < p-1e-9 {
			t.Errorf("F(%v) = %v is below %v", q, below/total, p)
		}
		if lower := stats.WeightedQuantile(x, w, p/2); lower > q {
			t.Errorf("quantile falls from %v to %v", lower, q)
		}
		plain := stats.Quantile(x, p)
		same(t, "affine", stats.Quantile(mapped(x, 3, 2), p), 3+2*plain, 1)
		same(t, "mirrored", -stats.Quantile(mapped(x, 0, -1), 1-p), plain, 1)
		same(t, "shuffled median", stats.Median(pick(x, order)), stats.Median(x), 1)
	})
}

func TestComparisonProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 20).Draw(t, "p")
		holm, bh := stats.Holm(p), stats.BenjaminiHochberg(p)
		order := shuffled(t, len(p))
		if !slices.Equal(stats.Holm(pick(p, order)), pick(holm, order)) || !slices.Equal(stats.BenjaminiHochberg(pick(p, order)), pick(bh, order)) {
			t.Error("adjusted p-values depend on their order")
		}
		for i := range p {
			if holm[i] < p[i] || bh[i] < p[i]*(1-1e-15) || bh[i] > holm[i]*(1+1e-12) || holm[i] > 1 {
				t.Errorf("p %v, Holm %v, Benjamini–Hochberg %v", p[i], holm[i], bh[i])
			}
			for j := range p {
				if p[i] < p[j] && (holm[i] > holm[j] || bh[i] > bh[j]) {
					t.Errorf("order lost between %v and %v", p[i], p[j])
				}
			}
		}

		// Leaving out one row at a time gives s²/n for an unweighted mean.
		x, _ := rated(t, 2)
		m := gather(x, unit(len(x)), 50)
		var replicates []float64
		for i := range x {
			part := gather(append(slices.Clone(x[:i]), x[i+1:]...), unit(len(x)-1), 50)
			replicates = append(replicates, part.Mean())
		}
		want := m.SimpleVariance() / float64(len(x))
		same(t, "jackknife", stats.Jackknife(m.Mean(), replicates), want, 1)
		same(t, "jackknife about the mean", stats.JackknifeAboutMean(replicates), want, 1)
	})
}
