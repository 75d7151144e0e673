package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// complete yields the positions of a domain with the response and all predictors, and their values, response first; z is valid until the next.
func (s *Sample) complete(response Values, predictors []Values, domain []uint32, yield func(position uint32, z []float64)) {
	together(domain, append([]Values{response}, predictors...), func(positions []uint32, x [][]float64) {
		z := make([]float64, len(x))
	next:
		for i, position := range positions {
			for j, values := range x {
				if z[j] = values[i]; z[j] != z[j] {
					continue next
				}
			}
			yield(position, z)
		}
	})
}

// CompleteBase counts the positions of a domain with the response and all predictors.
func (s *Sample) CompleteBase(response Values, predictors []Values, domain []uint32) Base {
	var b Base
	var w, w2 stats.Sum
	s.complete(response, predictors, domain, func(i uint32, _ []float64) {
		b.N++
		v := s.weightOf(int(i))
		w.Add(v)
		w2.Add(v * v)
	})
	b.W, b.W2 = w.Value(), w2.Value()
	return b
}

// atCut rounds a score to nine decimals for comparison with a cut point, so that the same score by another order of sums is the same.
func atCut(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// asymmetries regresses the response on dummies for the lowest and the highest quarter of each predictor.
func (s *Sample) asymmetries(d *Drivers, response Values, predictors []Values, domain []uint32) {
	values := make([][]float64, len(predictors))
	var weights []float64
	s.complete(response, predictors, domain, func(i uint32, z []float64) {
		for j, x := range z[1:] {
			values[j] = append(values[j], atCut(x))
		}
		if !s.Even() {
			weights = append(weights, s.weightOf(int(i)))
		}
	})
	for _, x := range values {
		if weights == nil {
			d.LowCut, d.HighCut = append(d.LowCut, stats.Quantile(x, .25)), append(d.HighCut, stats.Quantile(x, .75))
		} else {
			d.LowCut, d.HighCut = append(d.LowCut, stats.WeightedQuantile(x, weights, .25)), append(d.HighCut, stats.WeightedQuantile(x, weights, .75))
		}
	}
	var c stats.CrossSums
	row := make([]float64, 0, 1+2*len(predictors))
	x := make([]float64, len(predictors))
	s.complete(response, predictors, domain, func(i uint32, z []float64) {
		for j := range x {
			x[j] = atCut(z[j+1])
		}
		row = stats.LowHigh(append(row[:0], z[0]), x, d.LowCut, d.HighCut)
		c.Add(row, s.weightOf(int(i)))
	})
	if g, err := c.Regress(); err == nil {
		d.Asymmetries = stats.Asymmetries(g)
	}
}

// CappedShift is how far the mean of a predictor moves over the rows with the response and all predictors, when each value moves by
// shift but stays within 0 … 100.
func (s *Sample) CappedShift(response Values, predictors []Values, domain []uint32, predictor int, shift float64) float64 {
	var x, w []float64
	s.complete(response, predictors, domain, func(i uint32, z []float64) {
		x, w = append(x, z[predictor+1]), append(w, s.weightOf(int(i)))
	})
	return stats.LimitedShift(x, w, shift, 0, 100)
}

// Item holds an item's 0..100 score of each position; NaN where it was not answered.
func (s *Sample) Item(item int) Values {
	return s.coded(item, s.model.Items[item].Scores, scoreShift)
}
