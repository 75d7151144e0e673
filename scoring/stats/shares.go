package stats

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// RelativeWeights divides the R² of the first variable of a correlation matrix among the others (Johnson 2000, "A heuristic
// method for estimating the relative weight of predictor variables"; the same as Genizi 1993): with R = QΛQ′, L = QΛ^½Q′ and
// β = L⁻¹r, ε_j = Σ_k L_jk²β_k². The parts are not negative and add to R². Errors are those of Standardize; any number of
// predictors will do.
func RelativeWeights(correlation [][]float64) ([]float64, error) {
	if _, err := Standardize(correlation); err != nil {
		return nil, fmt.Errorf("relative weights: %w", err)
	}
	r, rx, _ := splitCorrelation(correlation)
	values, q := SymmetricEigen(rx)
	p := len(r)
	l, beta := zeros(p, p), make([]float64, p)
	for k, v := range values {
		root := math.Sqrt(v)
		along := 0.0
		for i := range p {
			along += q[i][k] * r[i]
		}
		for i := range p {
			beta[i] += q[i][k] * along / root
			for j := range p {
				l[i][j] += q[i][k] * root * q[j][k]
			}
		}
	}
	out := make([]float64, p)
	for j := range out {
		var s Sum
		for k, b := range beta {
			s.Add(l[j][k] * l[j][k] * b * b)
		}
		out[j] = s.Value()
	}
	return out, nil
}

// Shares are parts divided by their sum. NaN when a part is negative or missing, or all are 0.
func Shares(parts []float64) []float64 {
	out := make([]float64, len(parts))
	total := sumOf(parts)
	for i, v := range parts {
		out[i] = v / total
	}
	for _, v := range parts {
		if !(v >= 0) || math.IsInf(total, 0) || total == 0 {
			for i := range out {
				out[i] = math.NaN()
			}
			return out
		}
	}
	return out
}

// KeyDriver says whether a predictor's share of the R², with its standard error, makes it a key driver among p: at least 0.8 of an
// equal share, and above half an equal share with 95 % confidence, share ≥ 0.8/p and share − 1.96·se ≥ 0.5/p. False where a
// number is missing.
func KeyDriver(share, se float64, p int) bool {
	return p > 0 && share >= 0.8/float64(p) && share-1.96*se >= 0.5/float64(p)
}

// BoundShares are shares held to floor … ceiling by water-filling: min(max(c·s, floor), ceiling) with the c at which they add to 1, so
// that those between the bounds keep their proportions. Where only shares of 0 are left to take up a rest, they take equal
// parts. Shares need not add to 1. It is an error when a share is negative or not finite or all are 0, when floor is not between
// 0 and ceiling, or when no shares can meet the bounds, floor·p > 1 or ceiling·p < 1.
func BoundShares(shares []float64, floor, ceiling float64) ([]float64, error) {
	p := float64(len(shares))
	total := sumOf(shares)
	for _, s := range shares {
		if !(s >= 0) {
			return nil, errors.New("bound shares: a share is negative or missing")
		}
	}
	const slack = 1e-12
	switch {
	case !(total > 0) || math.IsInf(total, 0):
		return nil, errors.New("bound shares: shares do not add to a positive number")
	case !(floor >= 0) || !(ceiling >= floor):
		return nil, fmt.Errorf("bound shares: floor %g and ceiling %g are not bounds", floor, ceiling)
	case floor*p > 1+slack || ceiling*p < 1-slack:
		return nil, fmt.Errorf("bound shares: %d shares between %g and %g cannot add to 1", len(shares), floor, ceiling)
	}
	out := make([]float64, len(shares))
	fixed := make([]bool, len(shares))
	for {
		var free, rest Sum
		count := 0.0
		rest.Add(1)
		for i, s := range shares {
			if fixed[i] {
				rest.Add(-out[i])
			} else {
				free.Add(s / total)
				count++
			}
		}
		var below, above Sum
		for i, s := range shares {
			if fixed[i] {
				continue
			}
			out[i] = rest.Value() / count
			if free.Value() > 0 {
				out[i] = s / total / free.Value() * rest.Value()
			}
			below.Add(max(floor-out[i], 0))
			above.Add(max(out[i]-ceiling, 0))
		}
		if below.Value() <= slack && above.Value() <= slack {
			for i := range out {
				out[i] = min(max(out[i], floor), ceiling)
			}
			return out, nil
		}
		// The side that takes more from its bound stays there: the other shares can only move further its way.
		low := below.Value() >= above.Value()
		for i := range out {
			switch {
			case fixed[i]:
			case low && out[i] < floor:
				out[i], fixed[i] = floor, true
			case !low && out[i] > ceiling:
				out[i], fixed[i] = ceiling, true
			}
		}
	}
}

// RoundShares rounds shares that add to 1 to a number of decimals (0 … 9) such that the decimals still add to 1, by largest
// remainder (Hamilton); the first of equal remainders is rounded up. Each is within one unit of the last decimal. It is an error
// when a share is negative or missing, they do not add to 1 within 1e-9 or decimals is out of range.
func RoundShares(shares []float64, decimals int) ([]float64, error) {
	if decimals < 0 || decimals > 9 {
		return nil, fmt.Errorf("round shares: %d decimals", decimals)
	}
	for _, s := range shares {
		if !(s >= 0) {
			return nil, errors.New("round shares: a share is negative or missing")
		}
	}
	total := sumOf(shares)
	if !(math.Abs(total-1) <= 1e-9) {
		return nil, fmt.Errorf("round shares: shares add to %g", total)
	}
	unit := math.Pow(10, float64(decimals))
	units := make([]float64, len(shares))
	remainder := make([]float64, len(shares))
	order := make([]int, len(shares))
	left := unit
	for i, s := range shares {
		exact := s / total * unit
		units[i] = math.Floor(exact)
		remainder[i] = exact - units[i]
		left -= units[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(remainder[j], remainder[i]) })
	for _, i := range order {
		if left < 1 {
			break
		}
		units[i]++
		left--
	}
	for i := range units {
		units[i] /= unit
	}
	return units, nil
}
