package scoring

import "paxscore/scoring/stats"

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
	type stratum struct{ sum, squares stats.Sum }
	strata := make([]stratum, s.strata)
	for _, part := range inChunks(domain, max(leastChunk, 8*s.strata), func(part []uint32) []stratum {
		out := make([]stratum, s.strata)
		together(part, s.dimensionValues(), func(positions []uint32, x [][]float64) {
			for i, position := range positions {
				var u float64
				for d, values := range x {
					if v := values[i]; v == v {
						u += factor[d] * (v - centre[d])
					}
				}
				u *= s.weightOf(int(position))
				h := &out[s.stratum.at(int(position))]
				h.sum.Add(u)
				h.squares.Add(u * u)
			}
		})
		return out
	}) {
		for h := range part {
			strata[h].sum.Merge(part[h].sum)
			strata[h].squares.Merge(part[h].squares)
		}
	}
	out := influence{sum: make([]float64, s.strata), squares: make([]float64, s.strata)}
	for h := range strata {
		out.sum[h], out.squares[h] = strata[h].sum.Value(), strata[h].squares.Value()
	}
	return out
}

func (s *Sample) dimensionValues() (out []Values) {
	for d := range s.model.Dimensions {
		out = append(out, s.Dimension(d))
	}
	return out
}

// CompleteCases estimates the mean index over the responses of a domain with every dimension valid.
func (s *Sample) CompleteCases(domain []uint32) Mean {
	return s.Divide(domain, nil, nil).Mean(CompleteFigure, Whole)
}
