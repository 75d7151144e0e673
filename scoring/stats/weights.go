package stats

import (
	"fmt"
	"math"
)

// KishSums holds what the effect of unequal sampling weights needs.
type KishSums struct {
	N int
	// W and W2 are Σw and Σw².
	W, W2 Sum
}

// Add takes one row with sampling weight w.
func (k *KishSums) Add(w float64) {
	k.N++
	k.W.Add(w)
	k.W2.Add(w * w)
}

// AddGroup takes n rows with Σw = w and Σw² = w2.
func (k *KishSums) AddGroup(n int, w, w2 float64) {
	k.N += n
	k.W.Add(w)
	k.W2.Add(w2)
}

// Merge takes the rows of another set of sums.
func (k *KishSums) Merge(o KishSums) {
	k.N += o.N
	k.W.Merge(o.W)
	k.W2.Merge(o.W2)
}

// Deff is the design effect of weighting, nΣw²/(Σw)² (Kish 1965); NaN when Σw is not positive.
func (k KishSums) Deff() float64 {
	w := k.W.Value()
	if !(w > 0) {
		return math.NaN()
	}
	return float64(k.N) * k.W2.Value() / (w * w)
}

// NEffective is the effective number n/deff = (Σw)²/Σw²; NaN when Σw is not positive.
func (k KishSums) NEffective() float64 {
	w := k.W.Value()
	if !(w > 0) {
		return math.NaN()
	}
	return w * w / k.W2.Value()
}

// PostStratify scales base sampling weights so that every cell adds up to its population: w = b·N_c/Σ_c b
// (Holt & Smith 1979). cell holds the cell of each row, an index of population; a row with a negative cell is outside and keeps its base
// weight. It is an error when lengths differ, a weight or population is negative or not finite, a cell index is beyond population,
// or a cell with population has no row with positive base weight.
func PostStratify(base []float64, cell []int, population []float64) ([]float64, error) {
	if len(base) != len(cell) {
		return nil, fmt.Errorf("post-stratify: %d base weights for %d cells", len(base), len(cell))
	}
	sums := make([]Sum, len(population))
	for i, c := range cell {
		if b := base[i]; !(b >= 0) || math.IsInf(b, 0) {
			return nil, fmt.Errorf("post-stratify: row %d has base weight %v", i, b)
		}
		if c >= len(population) {
			return nil, fmt.Errorf("post-stratify: row %d is in cell %d of %d", i, c, len(population))
		}
		if c >= 0 {
			sums[c].Add(base[i])
		}
	}
	factors := make([]float64, len(population))
	for c, size := range population {
		if !(size >= 0) || math.IsInf(size, 0) {
			return nil, fmt.Errorf("post-stratify: cell %d has population %v", c, size)
		}
		if size == 0 {
			continue
		}
		total := sums[c].Value()
		if total == 0 {
			return nil, fmt.Errorf("post-stratify: cell %d has population %v and no rows", c, size)
		}
		factors[c] = size / total
	}
	out := make([]float64, len(base))
	for i, c := range cell {
		if c < 0 {
			out[i] = base[i]
			continue
		}
		out[i] = base[i] * factors[c]
	}
	return out, nil
}

// CellResiduals are influence values after post-stratification: z_i = U_i/w_i is replaced by its residual from the mean of its cell,
// taken with base weights, times w_i again (the residual variance of Deville & Särndal 1992 for one margin). influence, caseWeights and
// base run over rows, cell as in PostStratify; rows outside every cell and rows of weight 0 keep their value. nil when lengths
// differ or a cell is beyond cells.
func CellResiduals(influence, caseWeights, base []float64, cell []int, cells int) []float64 {
	n := len(influence)
	if len(caseWeights) != n || len(base) != n || len(cell) != n || cells < 0 {
		return nil
	}
	total, moment := make([]Sum, cells), make([]Sum, cells)
	for i, c := range cell {
		if c >= cells {
			return nil
		}
		if c >= 0 && caseWeights[i] != 0 {
			total[c].Add(base[i])
			moment[c].Add(base[i] * influence[i] / caseWeights[i])
		}
	}
	out := make([]float64, n)
	for i, c := range cell {
		out[i] = influence[i]
		if c >= 0 && caseWeights[i] != 0 {
			out[i] -= caseWeights[i] * moment[c].Value() / total[c].Value()
		}
	}
	return out
}
