package stats

import (
	"errors"
	"fmt"
	"math"
)

// LinearCombination is Σ_k θ_k·a_kj of several sets of shares with the parts θ_k that each set has in it; parts are divided by their
// sum. With two sets it is θa + (1−θ)b; with the priorities of criteria as parts it is what a hierarchy gives its
// alternatives. It is an error when sets differ in length, a number is negative or missing, or parts do not have a positive sum.
func LinearCombination(sets [][]float64, parts []float64) ([]float64, error) {
	if err := combinable(sets, parts); err != nil {
		return nil, fmt.Errorf("linear combination: %w", err)
	}
	theta := Shares(parts)
	if math.IsNaN(theta[0]) {
		return nil, fmt.Errorf("linear combination: parts %v do not have a positive sum", parts)
	}
	out := make([]float64, len(sets[0]))
	for j := range out {
		var s Sum
		for k, set := range sets {
			s.Add(theta[k] * set[j])
		}
		out[j] = s.Value()
	}
	return out, nil
}

// GeometricCombination is Π_k a_kj^{θ_k}, divided by the sum over j: with powers θ and 1−θ the geometric mean of two sets of shares,
// with 1 and 1 their product. What has a share of 0 in a set of positive power has 0. Errors are those of LinearCombination, and no
// share left above 0.
func GeometricCombination(sets [][]float64, powers []float64) ([]float64, error) {
	if err := combinable(sets, powers); err != nil {
		return nil, fmt.Errorf("geometric combination: %w", err)
	}
	logs := make([]float64, len(sets[0]))
	highest := math.Inf(-1)
	for j := range logs {
		var s Sum
		for k, set := range sets {
			if powers[k] > 0 {
				s.Add(powers[k] * math.Log(set[j]))
			}
		}
		logs[j] = s.Value()
		highest = max(highest, logs[j])
	}
	if math.IsInf(highest, 0) || math.IsNaN(highest) {
		return nil, errors.New("geometric combination: no share is above 0 in every set")
	}
	for j := range logs {
		logs[j] = math.Exp(logs[j] - highest)
	}
	return Shares(logs), nil
}

func combinable(sets [][]float64, parts []float64) error {
	if len(sets) == 0 || len(sets) != len(parts) || len(sets[0]) == 0 {
		return fmt.Errorf("%d sets of shares for %d parts", len(sets), len(parts))
	}
	for k, set := range sets {
		if len(set) != len(sets[0]) {
			return fmt.Errorf("set %d has %d shares, not %d", k, len(set), len(sets[0]))
		}
		if !(parts[k] >= 0) || math.IsInf(parts[k], 0) {
			return fmt.Errorf("set %d has part %v", k, parts[k])
		}
		for _, v := range set {
			if !(v >= 0) || math.IsInf(v, 0) {
				return fmt.Errorf("set %d has share %v", k, v)
			}
		}
	}
	return nil
}
