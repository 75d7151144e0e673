package stats

import (
	"errors"
	"fmt"
	"math"
)

// The error of estimates under weights that meet margins is that of what the margins do not explain: the influence U_i of a row,
// divided by its case weight, is replaced by its residual from weighted least squares on the dummies of the levels, with base
// weights, times the case weight again (Deville & Särndal 1992). Influence values taken as they are treat the weights as fixed, which
// is on the safe side.

// CalibrationResiduals are the influence values of rows after raking or calibration. influence runs over rows, U_i = w_i(y_i−ȳ)/W for a
// mean and 0 outside a domain; cell is the place of each row in cells, whose N must count these rows; caseWeights holds the
// weight of one row of each cell. Rows of weight 0 get 0. Their sums by PSU are what Design.Variance takes. Errors as for MarginError,
// and when rows and cells do not belong together.
func CalibrationResiduals(influence []float64, cell []int, cells []CaseCell, caseWeights []float64, margins [][]float64) ([]float64, error) {
	if len(influence) != len(cell) {
		return nil, fmt.Errorf("calibration residuals: %d influence values for %d rows", len(influence), len(cell))
	}
	totals := make([]Sum, len(cells))
	count := make([]int, len(cells))
	for i, c := range cell {
		if c < 0 || c >= len(cells) {
			return nil, fmt.Errorf("calibration residuals: row %d is in cell %d of %d", i, c, len(cells))
		}
		totals[c].Add(influence[i])
		count[c]++
	}
	for c := range cells {
		if count[c] != cells[c].N {
			return nil, fmt.Errorf("calibration residuals: %d rows in cell %d of %d rows", count[c], c, cells[c].N)
		}
	}
	explained, err := explain(totals, cells, caseWeights, margins)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(influence))
	for i, c := range cell {
		if caseWeights[c] != 0 {
			out[i] = influence[i] - caseWeights[c]*explained[c]
		}
	}
	return out, nil
}

// explain is x′β of each cell, from the sums of the influence values of its rows.
func explain(totals []Sum, cells []CaseCell, caseWeights []float64, margins [][]float64) ([]float64, error) {
	if len(caseWeights) != len(cells) {
		return nil, fmt.Errorf("calibration residuals: %d case weights for %d cells", len(caseWeights), len(cells))
	}
	r, err := NewMarginRegression(cells, margins)
	if err != nil {
		return nil, err
	}
	bz := make([]float64, len(cells))
	for i, w := range caseWeights {
		if w != 0 {
			bz[i] = totals[i].Value() / w * cells[i].Base
		}
	}
	return r.Fit(bz), nil
}

// MarginRegression is weighted least squares of values of rows on the dummies of the levels of margins, with base weights. Rows of one
// cell have the same dummies.
type MarginRegression struct{ n *newton }

// NewMarginRegression prepares the regression over all rows that cells count. Errors as for MarginError.
func NewMarginRegression(cells []CaseCell, margins [][]float64) (*MarginRegression, error) {
	p, err := newPopulation(cells, margins)
	if err != nil {
		return nil, fmt.Errorf("calibration residuals: %w", err)
	}
	n := newNewton(p, linearDistance{})
	if n == nil {
		return nil, errors.New("calibration residuals: base weights are too uneven for these margins")
	}
	return &MarginRegression{n}, nil
}

// Fit gives the fitted value x′β of the rows of each cell, from the sums Σb·z of base weight times value over the rows of each; nil
// unless there is one for every cell.
func (r *MarginRegression) Fit(bz []float64) []float64 {
	n := r.n
	if len(bz) != len(n.x) {
		return nil
	}
	moments := make([]Sum, len(n.lambda))
	for i, x := range n.x {
		for a, xa := range x {
			moments[a].Add(bz[i] / n.total * xa)
		}
	}
	right := make([]float64, len(moments))
	for a := range right {
		right[a] = moments[a].Value()
	}
	beta, ok := CholeskySolve(n.information, right)
	if !ok {
		return nil
	}
	out := make([]float64, len(n.x))
	for i, x := range n.x {
		out[i] = dot(x, beta)
	}
	return out
}

// CalibratedMean is a mean under case weights of cells with its two variances when every row is its own sampling unit, from sums
// by cell alone: fixed treats the weights as fixed, residual takes the margins into account (see CalibrationResiduals).
// values[i] sums up the rows of cell i that are in the domain and have a value, added with any one weight in each cell; cells
// count all rows of the design. NaN where nothing is in the domain. Errors as for CalibrationResiduals.
func CalibratedMean(values []MeanSums, cells []CaseCell, caseWeights []float64, margins [][]float64) (mean, fixed, residual float64, err error) {
	nan := math.NaN()
	if len(values) != len(cells) || len(caseWeights) != len(cells) {
		return nan, nan, nan, fmt.Errorf("calibrated mean: %d sums and %d case weights for %d cells", len(values), len(caseWeights), len(cells))
	}
	// one holds each cell's sums with rows of weight 1, all about one shift.
	one := make([]MeanSums, len(values))
	var all MeanSums
	rows := 0
	for i, v := range values {
		if v.N > cells[i].N {
			return nan, nan, nan, fmt.Errorf("calibrated mean: %d values in cell %d of %d rows", v.N, i, cells[i].N)
		}
		rows += cells[i].N
		if w := v.W.Value(); v.N > 0 && w > 0 {
			one[i] = v.Scaled(float64(v.N) / w)
			all.Merge(one[i].Scaled(caseWeights[i]))
		}
	}
	mean = all.Mean()
	fixed = all.VarianceWeightsOnly(rows)
	total := all.W.Value()
	// Σ(x−x̄) of each cell's rows and Σ(x−x̄_c)² about their own mean, then their influence.
	sums := make([]Sum, len(cells))
	within := make([]float64, len(cells))
	for i, v := range one {
		if v.N == 0 {
			continue
		}
		f := caseWeights[i] / total
		sx, c := v.WX, v.centre()
		sx.Add((v.Shift - mean) * float64(v.N))
		sums[i] = sx.Scaled(f)
		sxx := v.WXX
		sxx.Merge(v.WX.Scaled(-c))
		within[i] = spread(sxx.Value(), v.WXX.Value()) * f * f
	}
	explained, err := explain(sums, cells, caseWeights, margins)
	if err != nil {
		return nan, nan, nan, err
	}
	var e, ee Sum
	for i, c := range cells {
		// e = U − w·x′β for the rows in the domain, −w·x′β for those outside.
		m := caseWeights[i] * explained[i]
		if n := float64(one[i].N); n > 0 {
			in := sums[i].Value()/n - m
			e.Add(n * in)
			ee.Add(within[i] + n*in*in)
		}
		out := float64(c.N - one[i].N)
		e.Add(-out * m)
		ee.Add(out * m * m)
	}
	residual = factor(rows) * max(ee.Value()-e.Value()*e.Value()/float64(rows), 0)
	if rows < 2 || !(total > 0) {
		residual = nan
	}
	return mean, fixed, residual, nil
}

// SweptResiduals are influence values after raking as R's survey takes them for rake: U_i/w_i is replaced, margin by margin in their
// order and that ten times over, by its difference from the plain mean of its level, times w_i again. With equal base weights
// they are CalibrationResiduals; with others they differ in about the fourth digit. Arguments as there.
func SweptResiduals(influence []float64, cell []int, cells []CaseCell, caseWeights []float64) ([]float64, error) {
	if len(influence) != len(cell) || len(caseWeights) != len(cells) {
		return nil, fmt.Errorf("swept residuals: %d influence values for %d rows, %d case weights for %d cells", len(influence), len(cell), len(caseWeights), len(cells))
	}
	margins := 0
	if len(cells) > 0 {
		margins = len(cells[0].Levels)
	}
	levels := make([]int, margins)
	for i, c := range cells {
		if len(c.Levels) != margins {
			return nil, fmt.Errorf("swept residuals: cell %d has %d levels for %d margins", i, len(c.Levels), margins)
		}
		for v, l := range c.Levels {
			levels[v] = max(levels[v], l+1)
		}
	}
	// z moves by the same amount in all rows of a cell, shift.
	total := make([]Sum, len(cells))
	count := make([]float64, len(cells))
	for i, c := range cell {
		if c < 0 || c >= len(cells) {
			return nil, fmt.Errorf("swept residuals: row %d is in cell %d of %d", i, c, len(cells))
		}
		if w := caseWeights[c]; w != 0 {
			total[c].Add(influence[i] / w)
			count[c]++
		}
	}
	shift := make([]float64, len(cells))
	for range 10 {
		for v := range margins {
			sums, rows := make([]Sum, levels[v]), make([]float64, levels[v])
			for c, of := range cells {
				if l := of.Levels[v]; l >= 0 {
					sums[l].Merge(total[c])
					sums[l].Add(shift[c] * count[c])
					rows[l] += count[c]
				}
			}
			for c, of := range cells {
				if l := of.Levels[v]; l >= 0 && rows[l] > 0 {
					shift[c] -= sums[l].Value() / rows[l]
				}
			}
		}
	}
	out := make([]float64, len(influence))
	for i, c := range cell {
		if w := caseWeights[c]; w != 0 {
			out[i] = influence[i] + w*shift[c]
		}
	}
	return out, nil
}
