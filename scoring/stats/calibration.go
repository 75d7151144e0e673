package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// calibrationError is the largest relative error of a level's total at which calibration has met the margins.
const calibrationError = 1e-9

// CalibrateLinear gives case weights w = b·(1 + x′λ) nearest to the base weights b in chi-square distance that meet the margins
// (Deville & Särndal 1992, case 1; the generalised regression estimator), with x the dummies of the levels. Weights may be negative;
// Negative says how many are. Base weights are taken as they are. Rows of unknown level add to what Rake gives them; errors are as for Rake.
func CalibrateLinear(cells []CaseCell, margins [][]float64) (CaseWeighting, error) {
	return calibrate(cells, margins, linearDistance{}, math.Inf(-1), math.Inf(1))
}

// CalibrateLogit gives case weights w = b·F(x′λ) that meet the margins with every w/b between low and high (the logit method of
// Deville & Särndal 1992, case 6):
//
//	F(u) = [L(U−1) + U(1−L)e^{Au}] / [(U−1) + (1−L)e^{Au}],  A = (U−L)/((1−L)(U−1))
//
// by Newton's method on λ. Limits are on w/b, so base weights should add to about the population; low < 1 < high. It is an
// InfeasibleLimitsError when no such weights exist, never weights that miss the margins; rows of unknown level and other errors are
// as for CalibrateLinear.
func CalibrateLogit(cells []CaseCell, margins [][]float64, low, high float64) (CaseWeighting, error) {
	if !(low >= 0 && low < 1 && high > 1) || math.IsInf(high, 0) {
		return CaseWeighting{}, fmt.Errorf("calibrate: %w", InfeasibleLimitsError{Low: low, High: high, Reason: "they must lie on either side of 1, from 0 on"})
	}
	d := logitDistance{low: low, high: high, a: (high - low) / ((1 - low) * (high - 1))}
	return calibrate(cells, margins, d, low, high)
}

// distance is how far case weights may go from base weights: factor is F, slope F′ and potential the integral of F from 0.
type distance interface {
	at(u float64) (factor, slope, potential float64)
}

type linearDistance struct{}

func (linearDistance) at(u float64) (factor, slope, potential float64) {
	return 1 + u, 1, u + u*u/2
}

type logitDistance struct{ low, high, a float64 }

func (d logitDistance) at(u float64) (factor, slope, potential float64) {
	// p is the part of the way from low to high, q the rest.
	p := logistic(d.a*u + math.Log((1-d.low)/(d.high-1)))
	q := logistic(-d.a*u - math.Log((1-d.low)/(d.high-1)))
	factor = d.low*q + d.high*p
	slope = d.a * (d.high - d.low) * p * q
	// ∫F = Lu + (1−L)(U−1)·ln[((U−1) + (1−L)e^{Au})/(U−L)] = Lu − (1−L)(U−1)·ln[q(U−L)/(U−1)], from the other end where u is large.
	scale := (1 - d.low) * (d.high - 1)
	if u <= 0 {
		potential = d.low*u - scale*math.Log(q*(d.high-d.low)/(d.high-1))
	} else {
		potential = d.high*u - scale*math.Log(p*(d.high-d.low)/(1-d.low))
	}
	return factor, slope, potential
}

func calibrate(cells []CaseCell, margins [][]float64, d distance, low, high float64) (CaseWeighting, error) {
	p, err := newPopulation(cells, margins)
	if err != nil {
		return CaseWeighting{}, fmt.Errorf("calibrate: %w", err)
	}
	infeasible := func(reason string) error {
		return fmt.Errorf("calibrate: %w", InfeasibleLimitsError{Low: low, High: high, Reason: reason})
	}
	if p.total > high*p.base || p.total < low*p.base {
		return CaseWeighting{}, infeasible(fmt.Sprintf("base weights add to %g for a population of %g", p.base, p.total))
	}
	full, err := p.completed(margins)
	if err != nil {
		return CaseWeighting{}, fmt.Errorf("calibrate: %w", err)
	}
	n := newNewton(full, d)
	if n == nil {
		return CaseWeighting{}, errors.New("calibrate: base weights are too uneven for these margins")
	}
	steps := n.solve()
	out := p.weighting(n.caseWeights())
	out.Steps = steps
	if !allFinite(out.CaseWeights) {
		return CaseWeighting{}, errors.New("calibrate: base weights are too far apart")
	}
	if !(out.MarginError <= calibrationError) {
		if math.IsInf(high, 0) {
			return CaseWeighting{}, fmt.Errorf("calibrate: %w", ContradictoryMarginsError{MarginError: out.MarginError})
		}
		return CaseWeighting{}, infeasible(fmt.Sprintf("a level stays off its population by %.2g of it", out.MarginError))
	}
	return out, nil
}

func allFinite(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// completed makes unknown levels a level of their own, with the size that raking gives them: proportions among known levels do not
// say how many rows are of unknown level.
func (p *population) completed(margins [][]float64) (*population, error) {
	if !slices.Contains(p.complete, false) {
		return p, nil
	}
	w := p.baseWeights()
	p.rake(w)
	if e := p.marginError(w); !(e <= rakeResidual) {
		return nil, ContradictoryMarginsError{MarginError: e}
	}
	cells := slices.Clone(p.cells)
	for i := range cells {
		cells[i].Levels = slices.Clone(cells[i].Levels)
	}
	sizes := make([][]float64, len(margins))
	for v, share := range p.share {
		totals := make([]Sum, len(share))
		known := p.levelTotals(v, w, totals)
		for _, s := range share {
			sizes[v] = append(sizes[v], s*p.target(v, known))
		}
		if p.complete[v] {
			continue
		}
		var unknown Sum
		for i := range cells {
			if cells[i].Levels[v] < 0 {
				cells[i].Levels[v] = len(share)
				unknown.Add(float64(cells[i].N) * w[i])
			}
		}
		sizes[v] = append(sizes[v], unknown.Value())
	}
	return newPopulation(cells, sizes)
}
