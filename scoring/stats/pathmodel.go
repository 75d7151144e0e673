package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Schemes by which a block of a path model looks at its neighbours.
const (
	// PathScheme takes regression coefficients of the blocks it depends on, and correlations of those that depend on it.
	PathScheme = "path"
	// CentroidScheme takes the signs of correlations.
	CentroidScheme = "centroid"
	// FactorialScheme takes correlations.
	FactorialScheme = "factorial"
)

// PathModel says which variables measure which block, and which blocks depend on which.
type PathModel struct {
	// Blocks holds the variables of each block.
	Blocks [][]int
	// Sources holds, for each block, the blocks that it depends on.
	Sources [][]int
}

// PathEstimates are the estimates of a path model. Blocks' scores have variance 1.
type PathEstimates struct {
	// OuterWeights make a block's score of its standardised variables; Loadings are the correlations of the variables with it.
	OuterWeights, Loadings [][]float64
	// ItemShares make the score of the variables as they stand: outer weight over standard deviation, adding to 1.
	ItemShares [][]float64
	// Correlation holds the correlations of the blocks' scores.
	Correlation [][]float64
	// Paths[j][i] is the coefficient of block i in the regression of block j on those that it depends on, 0 for all others; R2 is
	// its R², 0 for a block that depends on none.
	Paths [][]float64
	R2    []float64
	// Communality is the mean squared loading of each block.
	Communality []float64
	Iterations  int

	blocks [][]int
}

// EstimatePaths estimates a path model by partial least squares, mode A (Wold 1982; Lohmöller 1989), as the ACSI does (Fornell et al.
// 1996), from the sums of complete rows of all variables. Outer weights start equal and are iterated to a change below 1e-15, or
// as near as rounding allows; each block is turned so that its loadings add to something positive. It is an error when the model
// names blocks or variables that are not there, a block has no variables or no neighbours, a variable does not vary, blocks that a
// block depends on determine one another, or 5,000 iterations do not converge.
func EstimatePaths(sums CrossSums, model PathModel, scheme string) (PathEstimates, error) {
	out, err := estimatePaths(sums, model, scheme)
	if err != nil {
		return PathEstimates{}, fmt.Errorf("path model: %w", err)
	}
	return out, nil
}

// Index is ACSI's index of each block, 100·Σu_j(x̄_j−low_j)/Σu_j(high_j−low_j) with u the ItemShares, from means of all variables in any
// group of rows and the ends of their scales. nil when lengths differ; NaN where scales have no width.
func (e PathEstimates) Index(means, low, high []float64) []float64 {
	if len(means) != len(low) || len(means) != len(high) {
		return nil
	}
	out := make([]float64, len(e.blocks))
	for b, variables := range e.blocks {
		var reached, width Sum
		for a, v := range variables {
			if v >= len(means) {
				return nil
			}
			reached.Add(e.ItemShares[b][a] * (means[v] - low[v]))
			width.Add(e.ItemShares[b][a] * (high[v] - low[v]))
		}
		out[b] = 100 * reached.Value() / width.Value()
	}
	return out
}

func (m PathModel) check(variables int, scheme string) error {
	if !slices.Contains([]string{PathScheme, CentroidScheme, FactorialScheme}, scheme) {
		return fmt.Errorf("no scheme %q", scheme)
	}
	k := len(m.Blocks)
	if k < 2 || len(m.Sources) != k {
		return fmt.Errorf("%d blocks, sources of %d", k, len(m.Sources))
	}
	joined := make([]bool, k)
	for j := range k {
		if len(m.Blocks[j]) == 0 {
			return fmt.Errorf("block %d has no variables", j)
		}
		for a, v := range m.Blocks[j] {
			if v < 0 || v >= variables || slices.Contains(m.Blocks[j][:a], v) {
				return fmt.Errorf("block %d: variable %d is not one of %d, or is there twice", j, v, variables)
			}
		}
		for a, i := range m.Sources[j] {
			if i < 0 || i >= k || i == j || slices.Contains(m.Sources[j][:a], i) || slices.Contains(m.Sources[i], j) {
				return fmt.Errorf("block %d cannot depend on block %d", j, i)
			}
			joined[i], joined[j] = true, true
		}
	}
	if j := slices.Index(joined, false); j >= 0 {
		return fmt.Errorf("block %d has no neighbours", j)
	}
	return nil
}

func estimatePaths(sums CrossSums, model PathModel, scheme string) (PathEstimates, error) {
	if err := model.check(sums.Variables(), scheme); err != nil {
		return PathEstimates{}, err
	}
	r := sums.Correlation()
	for _, block := range model.Blocks {
		for _, v := range block {
			if math.IsNaN(r[v][v]) {
				return PathEstimates{}, fmt.Errorf("variable %d does not vary over %d rows", v, sums.N)
			}
		}
	}
	p := paths{PathModel: model, r: r, scheme: scheme}
	w := make([][]float64, len(model.Blocks))
	for j, block := range model.Blocks {
		w[j] = make([]float64, len(block))
		for a := range w[j] {
			w[j][a] = 1
		}
		if !p.standardize(j, w[j]) {
			return PathEstimates{}, fmt.Errorf("the variables of block %d cancel out", j)
		}
	}
	w, iterations, err := p.iterate(w)
	if err != nil {
		return PathEstimates{}, err
	}
	out := PathEstimates{OuterWeights: w, Iterations: iterations, R2: make([]float64, len(w)), Paths: zeros(len(w), len(w)), blocks: model.Blocks}
	deviations := StandardErrors(sums.Covariance())
	for j, block := range model.Blocks {
		loadings := make([]float64, len(block))
		for a, v := range block {
			loadings[a] = p.covariance(v, j, w[j])
		}
		if sumOf(loadings) < 0 {
			for a := range loadings {
				loadings[a], w[j][a] = -loadings[a], -w[j][a]
			}
		}
		out.Loadings = append(out.Loadings, loadings)
		out.Communality = append(out.Communality, dot(loadings, loadings)/float64(len(block)))
		shares := make([]float64, len(block))
		for a, v := range block {
			shares[a] = w[j][a] / deviations[v]
		}
		total := sumOf(shares)
		for a := range shares {
			shares[a] /= total
		}
		out.ItemShares = append(out.ItemShares, shares)
	}
	out.Correlation = p.correlation(w)
	for j, sources := range model.Sources {
		b, right, err := p.regress(out.Correlation, j)
		if err != nil {
			return PathEstimates{}, err
		}
		for a, i := range sources {
			out.Paths[j][i] = b[a]
		}
		out.R2[j] = dot(b, right)
	}
	return out, nil
}

// paths is a path model on the correlations of its variables.
type paths struct {
	PathModel
	r      [][]float64
	scheme string
}

// covariance is that of a variable with the score that weights make of a block.
func (p paths) covariance(variable, block int, weights []float64) float64 {
	s := 0.0
	for a, v := range p.Blocks[block] {
		s += weights[a] * p.r[variable][v]
	}
	return s
}

// between is the covariance of the scores of two blocks.
func (p paths) between(i int, wi []float64, j int, wj []float64) float64 {
	s := 0.0
	for a, v := range p.Blocks[i] {
		s += wi[a] * p.covariance(v, j, wj)
	}
	return s
}

// standardize scales weights to a score of variance 1; false when the score does not vary.
func (p paths) standardize(block int, weights []float64) bool {
	sd := math.Sqrt(p.between(block, weights, block, weights))
	if !(sd > 1e-12*math.Sqrt(dot(weights, weights))) {
		return false
	}
	for a := range weights {
		weights[a] /= sd
	}
	return true
}

func (p paths) correlation(w [][]float64) [][]float64 {
	out := zeros(len(w), len(w))
	for i := range w {
		for j := range i + 1 {
			out[i][j] = p.between(i, w[i], j, w[j])
			out[j][i] = out[i][j]
		}
	}
	return out
}

// regress regresses block j on those that it depends on; right holds their correlations with it.
func (p paths) regress(r [][]float64, j int) (b, right []float64, err error) {
	sources := p.Sources[j]
	if len(sources) == 0 {
		return nil, nil, nil
	}
	left := zeros(len(sources), len(sources))
	for a, i := range sources {
		right = append(right, r[i][j])
		for c, k := range sources {
			left[a][c] = r[i][k]
		}
	}
	b, ok := CholeskySolve(left, right)
	if !ok {
		return nil, nil, fmt.Errorf("the blocks that block %d depends on determine one another", j)
	}
	return b, right, nil
}

// inner is how much each block j looks at its neighbour i, [i][j].
func (p paths) inner(r [][]float64) ([][]float64, error) {
	e := zeros(len(r), len(r))
	for j, sources := range p.Sources {
		b, _, err := p.regress(r, j)
		if err != nil {
			return nil, err
		}
		for a, i := range sources {
			switch p.scheme {
			case PathScheme:
				e[i][j], e[j][i] = b[a], r[i][j]
			case CentroidScheme:
				if r[i][j] != 0 {
					e[i][j] = math.Copysign(1, r[i][j])
				}
				e[j][i] = e[i][j]
			default:
				e[i][j], e[j][i] = r[i][j], r[i][j]
			}
		}
	}
	return e, nil
}

// iterate turns inner and outer estimates into one another until they agree.
func (p paths) iterate(w [][]float64) ([][]float64, int, error) {
	const (
		enough   = 1e-15
		rounding = 1e-12
		most     = 5000
		patience = 10
	)
	least, since := math.Inf(1), 0
	for iteration := 1; iteration <= most; iteration++ {
		e, err := p.inner(p.correlation(w))
		if err != nil {
			return nil, iteration, err
		}
		next := make([][]float64, len(w))
		change := 0.0
		for j, block := range p.Blocks {
			next[j] = make([]float64, len(block))
			for a, v := range block {
				for i := range w {
					if e[i][j] != 0 {
						next[j][a] += e[i][j] * p.covariance(v, i, w[i])
					}
				}
			}
			if !p.standardize(j, next[j]) {
				return nil, iteration, fmt.Errorf("block %d does not vary with its neighbours", j)
			}
			for a := range block {
				change = max(change, math.Abs(next[j][a]-w[j][a]))
			}
		}
		w = next
		if change < least {
			least, since = change, 0
		} else {
			since++
		}
		if change < enough || (change < rounding && since >= patience) {
			return w, iteration, nil
		}
	}
	return nil, most, errors.New("outer weights do not converge")
}
