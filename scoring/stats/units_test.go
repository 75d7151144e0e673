package stats_test

import (
	"math"

	"paxscore/scoring/stats"
)

// units says how the rows of a sample form PSUs.
type units struct {
	design stats.Design
	// psu is the PSU of each row, n their number.
	psu []int
	n   int
}

// drawn builds the units of a sample: psu names the column of PSUs ("" for rows), stratum that of strata ("" for one), frame that of
// the number of units in the frame of the stratum ("" for drawing with replacement).
func drawn(s sample, psu, stratum, frame string) units {
	u := units{psu: make([]int, s.n), n: s.n}
	for i := range u.psu {
		u.psu[i] = i
	}
	if psu != "" {
		code, levels := s.codes(psu)
		u.psu, u.n = code, len(levels)
	}
	strata := 1
	stratumOf := make([]int, s.n)
	if stratum != "" {
		code, levels := s.codes(stratum)
		stratumOf, strata = code, len(levels)
		u.design.Strata = strata
		u.design.Stratum = make([]int, u.n)
		for i, h := range code {
			u.design.Stratum[u.psu[i]] = h
		}
	}
	if frame != "" {
		size, count := make([]float64, strata), make([]float64, strata)
		taken := make([]bool, u.n)
		for i, f := range s.numbers(frame) {
			size[stratumOf[i]] = f
			if !taken[u.psu[i]] {
				taken[u.psu[i]] = true
				count[stratumOf[i]]++
			}
		}
		u.design.Fraction = make([]float64, strata)
		for h := range size {
			u.design.Fraction[h] = count[h] / size[h]
		}
	}
	return u
}

// sums adds row values by PSU; NaN rows add nothing.
func (u units) sums(rows []float64) []float64 {
	s := make([]stats.Sum, u.n)
	for i, v := range rows {
		if !math.IsNaN(v) {
			s[u.psu[i]].Add(v)
		}
	}
	out := make([]float64, u.n)
	for c := range out {
		out[c] = s[c].Value()
	}
	return out
}

// mean gives the weighted mean of y over rows where in holds and y is known, with its PSU totals.
func (u units) mean(y, w []float64, in func(row int) bool) (float64, []float64) {
	ws, wy := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		if in(i) && !math.IsNaN(y[i]) {
			ws[i], wy[i] = w[i], w[i]*y[i]
		}
	}
	return stats.MeanTotals(u.sums(ws), u.sums(wy))
}

func (u units) df() float64 { return float64(u.design.DF(u.n)) }

func everyRow(int) bool { return true }

func product(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] * b[i]
	}
	return out
}

// meanSums gathers MeanSums over rows where in holds and y is known, about a shift near the middle of a 0–100 scale.
func meanSums(y, w []float64, in func(row int) bool) stats.MeanSums {
	m := stats.MeanSums{Shift: 50}
	for i := range y {
		if in(i) && !math.IsNaN(y[i]) {
			m.Add(y[i], w[i])
		}
	}
	return m
}
