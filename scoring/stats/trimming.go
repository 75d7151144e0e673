package stats

import (
	"fmt"
	"math"
	"slices"
)

// TrimWeights holds case weights to low … high without changing their sum: weights are clipped, what that takes or gives is spread
// equally over the rows that were within, and again until all are (strict trimming, as in Potter 1990 and R's survey). Rows
// at the limit that the spread pushes against stay there, and where no rows were within, all that have room take part; so the sum is
// never lost. caseWeights holds the weight of one row of each cell. Margins met before are not met after; see MarginError.
//
// It is an InfeasibleLimitsError when no weights within the limits have that sum, and an error when numbers are missing.
func TrimWeights(cells []CaseCell, caseWeights []float64, low, high float64) ([]float64, error) {
	if err := trimmable(cells, caseWeights, low, high); err != nil {
		return nil, err
	}
	w := slices.Clone(caseWeights)
	// Each pass but the first puts one more cell or more at a limit.
	for range len(cells) + 2 {
		if !trimPass(cells, w, low, high) {
			break
		}
	}
	for i := range w {
		w[i] = min(max(w[i], low), high)
	}
	return w, nil
}

// TrimPass is the first pass of TrimWeights: weights beyond low … high are clipped and the difference is spread equally over the
// other rows, which may push some of them beyond.
func TrimPass(cells []CaseCell, caseWeights []float64, low, high float64) ([]float64, error) {
	if err := trimmable(cells, caseWeights, low, high); err != nil {
		return nil, err
	}
	w := slices.Clone(caseWeights)
	trimPass(cells, w, low, high)
	return w, nil
}

func trimmable(cells []CaseCell, caseWeights []float64, low, high float64) error {
	if len(caseWeights) != len(cells) {
		return fmt.Errorf("trim: %d case weights for %d cells", len(caseWeights), len(cells))
	}
	if !(low <= high) {
		return fmt.Errorf("trim: %w", InfeasibleLimitsError{Low: low, High: high, Reason: "the lower limit is above the upper"})
	}
	var total Sum
	rows := 0
	for i, c := range cells {
		if w := caseWeights[i]; math.IsNaN(w) || math.IsInf(w, 0) || c.N < 0 {
			return fmt.Errorf("trim: cell %d has %d rows of weight %v", i, c.N, w)
		}
		rows += c.N
		total.Add(float64(c.N) * caseWeights[i])
	}
	const slack = 1e-12
	n, sum := float64(rows), total.Value()
	if math.IsInf(sum, 0) || sum > n*high+slack*math.Abs(sum) || sum < n*low-slack*math.Abs(sum) {
		return fmt.Errorf("trim: %w", InfeasibleLimitsError{Low: low, High: high, Reason: fmt.Sprintf("%d rows must add to %g", rows, sum)})
	}
	return nil
}

// trimPass says whether a weight was beyond a limit.
func trimPass(cells []CaseCell, w []float64, low, high float64) bool {
	const slack = 1e-15
	beyond := make([]bool, len(w))
	var loss Sum
	for i, c := range cells {
		clipped := min(max(w[i], low), high)
		if c.N > 0 && math.Abs(w[i]-clipped) > slack*math.Abs(w[i]) {
			beyond[i] = true
			loss.Add(float64(c.N) * (w[i] - clipped))
			w[i] = clipped
		}
	}
	if !slices.Contains(beyond, true) {
		return false
	}
	left := loss.Value()
	room := func(i int) bool { return (left > 0 && w[i] < high) || (left < 0 && w[i] > low) }
	rest := 0
	for i, c := range cells {
		if !beyond[i] && room(i) {
			rest += c.N
		}
	}
	inside := rest > 0
	if !inside {
		for i, c := range cells {
			if room(i) {
				rest += c.N
			}
		}
	}
	if rest == 0 {
		return false
	}
	for i := range w {
		if room(i) && !(inside && beyond[i]) {
			w[i] += left / float64(rest)
		}
	}
	return true
}
