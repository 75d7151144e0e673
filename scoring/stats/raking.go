package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

const (
	// rakeTolerance is the relative change of a weight in one cycle below which raking has converged.
	rakeTolerance = 1e-13
	rakeCycles    = 5000
	// rakeResidual is the margin error above which margins that do not converge are said to contradict one another.
	rakeResidual = 1e-6
	capRounds    = 50
)

// Rake gives the rows of each cell a case weight, base weight × cell factor, such that every margin adds to its population
// (iterative proportional fitting, Deming & Stephan 1940). margins[v][l] is the size of level l of margin v. Margins are taken in
// their order, w ← w·N_l/Σ_l w in each level, until max|w_new/w_old − 1| < 1e-13 or 5,000 cycles are done. Base weights may have
// any total: they are first scaled to the population, that of the first margin; other margins are scaled to it, and named in
// Scaled where they were off by more than 1e-9.
//
// Rows of unknown level stay outside a margin: its levels then keep their proportions among the rows of known level, whose total
// that margin leaves as it is (in a dozen rows or fewer that may not converge). Levels of size 0 weigh nothing.
//
// It is an error when numbers are missing or negative, an EmptyLevelError (one for each, joined) when a level has population but no
// rows, and a ContradictoryMarginsError when a margin is still off by more than 1e-6 at the end.
func Rake(cells []CaseCell, margins [][]float64) (CaseWeighting, error) {
	return rakeLimited(cells, margins, 0, math.Inf(1))
}

// RakeLimited is Rake with weights held between floor and ceiling times the mean weight: rake, clip, rake again until no weight is
// beyond a limit by more than 1e-9 of it, at most 50 rounds, always ending on a rake. Rows of weight 0 stay so. Margins are met in any case; where limits
// are not, WithinLimits is false and MaxOverMean and MinOverMean say how far. Usual limits are 0.2 and 5. It is an
// InfeasibleLimitsError when the mean itself is not within floor … ceiling.
func RakeLimited(cells []CaseCell, margins [][]float64, floor, ceiling float64) (CaseWeighting, error) {
	if !(floor >= 0 && floor <= 1 && ceiling >= 1) {
		return CaseWeighting{}, fmt.Errorf("rake: %w", InfeasibleLimitsError{Low: floor, High: ceiling, Reason: "they are multiples of the mean, which is 1"})
	}
	return rakeLimited(cells, margins, floor, ceiling)
}

func rakeLimited(cells []CaseCell, margins [][]float64, floor, ceiling float64) (CaseWeighting, error) {
	p, err := newPopulation(cells, margins)
	if err != nil {
		return CaseWeighting{}, fmt.Errorf("rake: %w", err)
	}
	w := p.baseWeights()
	for rounds := 0; ; rounds++ {
		cycles, converged := p.rake(w)
		out := p.weighting(w)
		out.Cycles, out.Rounds, out.Converged = cycles, rounds, converged
		if !allFinite(w) {
			return CaseWeighting{}, errors.New("rake: base weights are too far apart")
		}
		if !(out.MarginError <= rakeResidual) {
			return CaseWeighting{}, fmt.Errorf("rake: %w", ContradictoryMarginsError{MarginError: out.MarginError})
		}
		const slack = 1e-9
		out.WithinLimits = out.MaxOverMean <= ceiling*(1+slack) && out.MinOverMean >= floor*(1-slack)
		if out.WithinLimits || rounds == capRounds {
			return out, nil
		}
		mean := out.Kish.W.Value() / float64(out.Kish.N)
		for i := range w {
			if w[i] > 0 {
				w[i] = min(max(w[i], floor*mean), ceiling*mean)
			}
		}
	}
}

// rake changes case weights until they meet the margins.
func (p *population) rake(w []float64) (cycles int, converged bool) {
	old := make([]float64, len(w))
	totals := make([][]Sum, len(p.share))
	for v, share := range p.share {
		totals[v] = make([]Sum, len(share))
	}
	for cycles < rakeCycles {
		cycles++
		copy(old, w)
		for v, share := range p.share {
			target := p.target(v, p.levelTotals(v, w, totals[v]))
			factors := make([]float64, len(share))
			for l, s := range share {
				if t := totals[v][l].Value(); t > 0 {
					factors[l] = s * target / t
				}
			}
			for i, c := range p.cells {
				if l := c.Levels[v]; l >= 0 {
					w[i] *= factors[l]
				}
			}
		}
		change := 0.0
		for i := range w {
			if d := math.Abs(w[i]/old[i] - 1); old[i] > 0 && !(d <= change) {
				change = d
			}
		}
		if change < rakeTolerance {
			return cycles, true
		}
		if slices.ContainsFunc(w, math.IsNaN) {
			return cycles, false
		}
	}
	return cycles, false
}
