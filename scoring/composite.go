package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// IndexOfMeans is that of a domain; see Division.IndexOfMeans.
func (s *Sample) IndexOfMeans(domain []uint32) Mean { return s.Divide(domain, nil, nil).IndexOfMeans() }

// combined is the influence of Σω_d·D̄_d.
func (s *Sample) combined(parts []sums, domain []uint32) influence {
	if s.units != nil {
		totals := make([][]float64, len(parts))
		omega := make([]float64, len(parts))
		for d := range parts {
			totals[d] = parts[d].influence(&s.frame).totals
			omega[d] = s.model.Dimensions[d].DimensionWeight
		}
		return influence{totals: stats.CombinedTotals(omega, totals)}
	}
	centre, factor := make([]float64, len(parts)), make([]float64, len(parts))
	for d := range parts {
		centre[d] = parts[d].all.Mean()
		factor[d] = s.model.Dimensions[d].DimensionWeight / parts[d].all.W.Value()
	}
	sum, squares := make([]stats.Sum, s.strata), make([]stats.Sum, s.strata)
	for _, i := range domain {
		var u float64
		for d, values := range s.dimensions {
			if x := values[i]; x == x {
				u += factor[d] * (x - centre[d])
			}
		}
		u *= s.weightOf(int(i))
		h := s.stratumOf(int(i))
		sum[h].Add(u)
		squares[h].Add(u * u)
	}
	out := influence{sum: make([]float64, s.strata), squares: make([]float64, s.strata)}
	for h := range sum {
		out.sum[h], out.squares[h] = sum[h].Value(), squares[h].Value()
	}
	return out
}

// CompleteCases estimates the mean index over the responses of a domain with every dimension valid.
func (s *Sample) CompleteCases(domain []uint32) Mean {
	return s.Divide(domain, nil, nil).Mean(CompleteFigure, Whole)
}

// complete holds the overall score of each position with every dimension valid; NaN elsewhere.
func (s *Sample) completeIndex() Values {
	out := Values{x: slices.Clone(s.index), shift: scoreShift}
	for _, values := range s.dimensions {
		for i, x := range values {
			if x != x {
				out.x[i] = math.NaN()
			}
		}
	}
	return out
}
