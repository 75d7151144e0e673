package stats

import "math"

// Contributions are what each value adds to the weighted mean Σs_i·v_i/Σs_i over values that are known, in its units; total is
// the mean. Missing values (NaN) and those of share 0 contribute nothing and have no part in the denominator. Everything is NaN when a
// share is negative, no known value has a share, or lengths differ (then parts is nil).
func Contributions(shares, values []float64) (parts []float64, total float64) {
	if len(shares) != len(values) {
		return nil, math.NaN()
	}
	var all, sum Sum
	for i, s := range shares {
		if !math.IsNaN(values[i]) {
			all.Add(s)
			if !(s >= 0) {
				all.Add(math.NaN())
			}
		}
	}
	parts = make([]float64, len(shares))
	for i, s := range shares {
		switch {
		case !(all.Value() > 0):
			parts[i] = math.NaN()
		case s > 0 && !math.IsNaN(values[i]):
			parts[i] = s * values[i] / all.Value()
		}
		sum.Add(parts[i])
	}
	if len(parts) == 0 {
		return parts, math.NaN()
	}
	return parts, sum.Value()
}

// IndexChange attributes the change of an index Σω_d·D_d between two periods to each score, Σ½(ω₀+ω₁)ΔD, and to each share of it,
// Σ½(D₀+D₁)Δω; together they add to the change exactly. A score that is missing (NaN) or has share 0 in one period is taken
// from the other, so that all it brings is put down to the share. nil when lengths differ; NaN where a score with a share is
// missing in its period.
func IndexChange(shares0, scores0, shares1, scores1 []float64) (fromScores, fromShares []float64) {
	return attribute(shares0, scores0, shares1, scores1, 0)
}

// GroupChange attributes the change of an overall mean Σp_g·x_g between two periods to what happened within each group, Σ½(p₀+p₁)Δx, and
// to the mix of groups, Σ½(x₀+x₁)Δp; together they add to the change exactly. The parts of the mix are taken about the mean of the two
// overall means, so that a group adds to it when it grows and is better than the whole; their sum is the same, since shares
// of groups add to 1. Missing values as for IndexChange.
func GroupChange(shares0, means0, shares1, means1 []float64) (within, mix []float64) {
	_, overall0 := Contributions(shares0, means0)
	_, overall1 := Contributions(shares1, means1)
	return attribute(shares0, means0, shares1, means1, (overall0+overall1)/2)
}

// attribute splits Σ(s₁v₁ − s₀v₀) by midpoints, values about centre.
func attribute(s0, v0, s1, v1 []float64, centre float64) (fromValues, fromShares []float64) {
	if len(v0) != len(s0) || len(s1) != len(s0) || len(v1) != len(s0) {
		return nil, nil
	}
	fromValues, fromShares = make([]float64, len(s0)), make([]float64, len(s0))
	for i := range s0 {
		a, b := v0[i], v1[i]
		switch {
		case s0[i] == 0 && s1[i] == 0:
			continue
		case s0[i] == 0:
			a = b
		case s1[i] == 0:
			b = a
		}
		fromValues[i] = (s0[i] + s1[i]) / 2 * (b - a)
		fromShares[i] = (s1[i] - s0[i]) * ((a+b)/2 - centre)
	}
	return fromValues, fromShares
}
