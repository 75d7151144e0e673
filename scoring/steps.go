package scoring

import (
	"math"
	"slices"
)

// findSteps finds a step for each value of a row of which those that it may have are whole numbers of eight bits.
func (t *PredictorSums) findSteps() []float64 {
	m := t.scores.model
	steps := []int{m.itemSteps(t.response)}
	for j := range t.count() {
		if t.items == nil {
			steps = append(steps, m.dimensionSteps(j))
		} else {
			steps = append(steps, m.itemSteps(t.items[j]))
		}
	}
	out := []float64{1}
	for _, n := range steps {
		if n == 0 || n > math.MaxInt8 {
			return nil
		}
		out = append(out, scoreShift/float64(n))
	}
	return out
}

// itemSteps is the least number of equal steps from 50 to 100 with which all scores of an item lie on one; 0 where there is none of eight bits.
func (m *Model) itemSteps(item int) int {
	for n := 1; n <= math.MaxInt8; n++ {
		if !slices.ContainsFunc(m.Items[item].Scores, func(score float64) bool {
			x := (score - scoreShift) / scoreShift * float64(n)
			return math.Abs(x-math.Round(x)) > 1e-9
		}) {
			return n
		}
	}
	return 0
}

// dimensionSteps is a number of steps for every mean of answers to a dimension's items; 0 where they do not count the same.
func (m *Model) dimensionSteps(dimension int) int {
	steps, items, weight := 1, 0, 0.
	for _, u := range m.Dimensions[dimension].Items {
		if u.ItemWeight == 0 {
			continue
		}
		n := m.itemSteps(u.Item)
		if items > 0 && u.ItemWeight != weight || n == 0 {
			return 0
		}
		weight, items = u.ItemWeight, items+1
		if steps = leastMultiple(steps, n); steps > math.MaxInt8 {
			return 0
		}
	}
	means := 1
	for n := 2; n <= items && means <= math.MaxInt8; n++ {
		means = leastMultiple(means, n)
	}
	return steps * means
}

// leastMultiple is the least number that both divide.
func leastMultiple(a, b int) int {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	return a / x * b
}
