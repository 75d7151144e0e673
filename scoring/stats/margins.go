package stats

import (
	"errors"
	"fmt"
	"math"
)

// fewRows is the number of rows below which a level's case weights rest on too few.
const fewRows = 5

// ScaledMargin says that a margin's sizes did not add to the first margin's total and were scaled to it.
type ScaledMargin struct {
	Margin int
	// Total is what the sizes added to, To the first margin's total.
	Total, To float64
}

// SmallLevel says that a level rests on fewer than five rows.
type SmallLevel struct {
	Margin, Level, N int
}

// EmptyLevelError says that a level has population but no rows of positive base weight. Drop the level, or merge it with another.
type EmptyLevelError struct {
	Margin, Level int
	Size          float64
}

func (e EmptyLevelError) Error() string {
	return fmt.Sprintf("level %d of margin %d has population %v and no rows", e.Level, e.Margin, e.Size)
}

// ContradictoryMarginsError says that no case weights meet all margins: cells without rows leave no way.
type ContradictoryMarginsError struct {
	// MarginError is the largest relative error of a level's total that was left.
	MarginError float64
}

func (e ContradictoryMarginsError) Error() string {
	return fmt.Sprintf("margins contradict one another on these rows: a level stays off its population by %.2g of it", e.MarginError)
}

// InfeasibleLimitsError says that no case weights within the limits meet what is asked of them.
type InfeasibleLimitsError struct {
	// Low and High are the limits that were set.
	Low, High float64
	Reason    string
}

func (e InfeasibleLimitsError) Error() string {
	return fmt.Sprintf("case weights between the limits %g and %g are not possible: %s", e.Low, e.High, e.Reason)
}

// population is a table of cells beside the margins that they shall meet.
type population struct {
	cells []CaseCell
	// total is the population, that of the first margin; share the part of each level.
	total float64
	share [][]float64
	// complete says that a margin has no row of unknown level.
	complete []bool
	// base is the sum of the rows' base weights.
	base   float64
	scaled []ScaledMargin
	small  []SmallLevel
	// outside counts the rows of unknown level of each margin.
	outside []int
}

func newPopulation(cells []CaseCell, margins [][]float64) (*population, error) {
	if len(margins) == 0 {
		return nil, errors.New("no margins")
	}
	p := &population{cells: cells, complete: make([]bool, len(margins)), outside: make([]int, len(margins))}
	var base Sum
	for i, c := range cells {
		switch {
		case len(c.Levels) != len(margins):
			return nil, fmt.Errorf("cell %d has %d levels for %d margins", i, len(c.Levels), len(margins))
		case !(c.Base >= 0) || math.IsInf(c.Base, 0):
			return nil, fmt.Errorf("cell %d has base weight %v", i, c.Base)
		case c.N < 0:
			return nil, fmt.Errorf("cell %d has %d rows", i, c.N)
		}
		base.Add(float64(c.N) * c.Base)
	}
	p.base = base.Value()
	if !(p.base > 0) || math.IsInf(p.base, 0) {
		return nil, errors.New("no rows with positive base weight")
	}
	var empty []error
	for v, sizes := range margins {
		for l, size := range sizes {
			if !(size >= 0) || math.IsInf(size, 0) {
				return nil, fmt.Errorf("level %d of margin %d has population %v", l, v, size)
			}
		}
		total := sumOf(sizes)
		if !(total > 0) || math.IsInf(total, 0) {
			return nil, fmt.Errorf("margin %d has population %v", v, total)
		}
		if v == 0 {
			p.total = total
		} else if math.Abs(total-p.total) > 1e-9*p.total {
			p.scaled = append(p.scaled, ScaledMargin{Margin: v, Total: total, To: p.total})
		}
		share := make([]float64, len(sizes))
		n := make([]int, len(sizes))
		weighted := make([]bool, len(sizes))
		for i, c := range cells {
			l := c.Levels[v]
			if l >= len(sizes) {
				return nil, fmt.Errorf("cell %d has level %d of %d of margin %d", i, l, len(sizes), v)
			}
			if l < 0 {
				p.outside[v] += c.N
				continue
			}
			n[l] += c.N
			weighted[l] = weighted[l] || (c.N > 0 && c.Base > 0)
		}
		p.complete[v] = p.outside[v] == 0
		for l, size := range sizes {
			share[l] = size / total
			if size > 0 && !weighted[l] {
				empty = append(empty, EmptyLevelError{Margin: v, Level: l, Size: size})
			} else if n[l] > 0 && n[l] < fewRows {
				p.small = append(p.small, SmallLevel{Margin: v, Level: l, N: n[l]})
			}
		}
		p.share = append(p.share, share)
	}
	return p, errors.Join(empty...)
}

// levelTotals adds case weights by level of one margin into totals and gives their sum.
func (p *population) levelTotals(v int, caseWeights []float64, totals []Sum) (known float64) {
	clear(totals)
	for i, c := range p.cells {
		if l := c.Levels[v]; l >= 0 {
			totals[l].Add(float64(c.N) * caseWeights[i])
		}
	}
	var sum Sum
	for _, t := range totals {
		sum.Merge(t)
	}
	return sum.Value()
}

// target is what the rows of known level must add to: all the population where every level is known, else what they do.
func (p *population) target(v int, known float64) float64 {
	if p.complete[v] {
		return p.total
	}
	return known
}

// marginError is the largest relative error of a level's total.
func (p *population) marginError(caseWeights []float64) float64 {
	worst := 0.0
	for v, share := range p.share {
		totals := make([]Sum, len(share))
		target := p.target(v, p.levelTotals(v, caseWeights, totals))
		for l, s := range share {
			e := math.Abs(totals[l].Value()/(s*target) - 1)
			if s == 0 {
				e = math.Abs(totals[l].Value() / p.total)
			}
			if math.IsNaN(e) {
				return e
			}
			worst = max(worst, e)
		}
	}
	return worst
}

// CaseWeighting is a set of case weights with what there is to know about them.
type CaseWeighting struct {
	// CaseWeights holds the case weight of one row of each cell.
	CaseWeights []float64
	// Cycles counts passes over the margins of the last rake, Rounds how often weights were clipped and raked again, Steps the
	// steps of Newton's method.
	Cycles, Rounds, Steps int
	// Converged is false when raking still moved weights at its last cycle though margins are met.
	Converged bool
	// WithinLimits is false when weights are beyond the limits that were asked for.
	WithinLimits bool
	// MarginError is the largest relative error of a level's total.
	MarginError float64
	// Negative counts rows of negative weight, which linear calibration may give.
	Negative int
	CaseWeightSpread

	// Scaled, Small and Outside are warnings: margins that were scaled to the first one's total, levels of fewer than five rows,
	// and the number of rows of unknown level of each margin.
	Scaled  []ScaledMargin
	Small   []SmallLevel
	Outside []int
}

func (p *population) weighting(caseWeights []float64) CaseWeighting {
	out := CaseWeighting{
		CaseWeights: caseWeights, Converged: true, WithinLimits: true, MarginError: p.marginError(caseWeights),
		CaseWeightSpread: SpreadOf(p.cells, caseWeights), Scaled: p.scaled, Small: p.small, Outside: p.outside,
	}
	for i, w := range caseWeights {
		if w < 0 {
			out.Negative += p.cells[i].N
		}
	}
	return out
}

// CaseWeightSpread says how uneven case weights are. Rows of weight 0 are not counted.
type CaseWeightSpread struct {
	// Kish has the design effect of weighting and the effective number.
	Kish KishSums
	// MaxOverMean and MinOverMean are the largest and smallest weight over the mean; NaN when weights do not add to a positive
	// number.
	MaxOverMean, MinOverMean float64
}

// SpreadOf is the spread of the case weights of cells' rows.
func SpreadOf(cells []CaseCell, caseWeights []float64) CaseWeightSpread {
	out := CaseWeightSpread{MaxOverMean: math.NaN(), MinOverMean: math.NaN()}
	low, high := math.Inf(1), math.Inf(-1)
	for i, c := range cells[:min(len(cells), len(caseWeights))] {
		if w := caseWeights[i]; c.N > 0 && w != 0 {
			out.Kish.AddGroup(c.N, float64(c.N)*w, float64(c.N)*w*w)
			low, high = min(low, w), max(high, w)
		}
	}
	if mean := out.Kish.W.Value() / float64(out.Kish.N); mean > 0 {
		out.MaxOverMean, out.MinOverMean = high/mean, low/mean
	}
	return out
}

// MarginError is the largest relative error of a level's total under any case weights, as after trimming: |Σ_l w/N_l − 1|, with
// the sizes N_l as for Rake; of a level of size 0 it is its part of the population. It is an error when cells, weights and
// margins do not belong together.
func MarginError(cells []CaseCell, margins [][]float64, caseWeights []float64) (float64, error) {
	if len(caseWeights) != len(cells) {
		return 0, fmt.Errorf("margin error: %d case weights for %d cells", len(caseWeights), len(cells))
	}
	p, err := newPopulation(cells, margins)
	if err != nil {
		return 0, fmt.Errorf("margin error: %w", err)
	}
	return p.marginError(caseWeights), nil
}

// baseWeights are the base weights scaled to add to the population.
func (p *population) baseWeights() []float64 {
	out := make([]float64, len(p.cells))
	for i, c := range p.cells {
		out[i] = c.Base / p.base * p.total
	}
	return out
}
