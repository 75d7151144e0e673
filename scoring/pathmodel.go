package scoring

import (
	"errors"
	"math"

	"paxscore/scoring/stats"
)

// PathModel is a model of latent variables estimated by partial least squares, mode A, as the ACSI does: each dimension measured by its items, and
// satisfaction, the last block, by its own and dependent on every dimension (METHOD section 9). Items are scores of 0 to 100.
type PathModel struct {
	N int
	stats.PathEstimates
	// Index is ACSI's index of each block, 0..100: Σu·mean/Σu with u the outer weight over the item's standard deviation.
	Index []float64
	// TotalEffects are those of each dimension on satisfaction, along every path; in standard deviations.
	TotalEffects []float64
}

// PathItems are the items of a path model: those of the dimensions by the model, then those of satisfaction.
func (m *Model) PathItems(satisfaction []int) (items []int, blocks [][]int) {
	add := func(of []int) {
		var block []int
		for _, item := range of {
			block = append(block, len(items))
			items = append(items, item)
		}
		blocks = append(blocks, block)
	}
	for d := range m.Dimensions {
		var of []int
		for _, u := range m.Dimensions[d].Items {
			of = append(of, u.Item)
		}
		add(of)
	}
	add(satisfaction)
	return items, blocks
}

// errCycle says that dimensions depend on one another in a circle.
var errCycle = errors.New("dimensions depend on one another in a circle")

// CrossedPath are Crossed of the items of a path model, satisfaction those that measure it, over the positions of a domain that have every item.
func (s *Sample) CrossedPath(satisfaction []int, domain []uint32) Crossed {
	items, _ := s.model.PathItems(satisfaction)
	var values []Values
	for _, item := range items {
		values = append(values, s.Item(item))
	}
	return s.Crossed(domain, values...)
}

// PathModel estimates a path model from Crossed of its items. satisfaction are the items that measure it; sources holds, for each dimension, those
// that it depends on. Errors: no rows, items that do not vary, dimensions that determine one another or depend on one another in a
// circle, no convergence.
func (m *Model) PathModel(c Crossed, satisfaction []int, sources [][]int) (*PathModel, error) {
	items, blocks := m.PathItems(satisfaction)
	last := len(blocks) - 1
	order, ok := inOrder(sources)
	if !ok {
		return nil, errCycle
	}
	all := make([]int, last)
	for d := range all {
		all[d] = d
	}
	if c.sums.N == 0 {
		return nil, errNoRows
	}
	estimates, err := stats.EstimatePaths(c.sums, stats.PathModel{Blocks: blocks, Sources: append(append([][]int(nil), sources...), all)}, stats.PathScheme)
	if err != nil {
		return nil, err
	}
	out := &PathModel{N: c.sums.N, PathEstimates: estimates, TotalEffects: make([]float64, last)}
	low, high := make([]float64, len(items)), make([]float64, len(items))
	for i := range high {
		high[i] = 100
	}
	out.Index = estimates.Index(c.sums.Means(), low, high)
	// Every dimension acts directly and through those that depend on it; those are settled first.
	for k := len(order) - 1; k >= 0; k-- {
		d := order[k]
		total := estimates.Paths[last][d]
		for j := range last {
			total += estimates.Paths[j][d] * out.TotalEffects[j]
		}
		out.TotalEffects[d] = total
	}
	for _, v := range out.TotalEffects {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errNoRows
		}
	}
	return out, nil
}

// inOrder lists nodes such that each comes after its sources; false where there is no such order.
func inOrder(sources [][]int) (order []int, ok bool) {
	placed := make([]bool, len(sources))
	for range sources {
		for d, of := range sources {
			ready := !placed[d]
			for _, i := range of {
				ready = ready && i >= 0 && i < len(sources) && placed[i]
			}
			if ready {
				placed[d] = true
				order = append(order, d)
			}
		}
	}
	return order, len(order) == len(sources)
}

// Ordered reports whether no dimension depends on itself, directly or along others.
func Ordered(sources [][]int) bool {
	_, ok := inOrder(sources)
	return ok
}
