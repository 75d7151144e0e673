package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// IndexOfMeans estimates I* = Σω_d·D̄_d over a domain, each dimension's mean on its own base, with V(I*) = ω′Cov(D̄)ω by the
// combined influence Σω_d·U_d (METHOD sections 4 and 6). N and NEffective are the smallest of the dimensions', DF that of the
// design within the domain.
func (s *Sample) IndexOfMeans(domain []uint32) Mean {
	out := Mean{Variance: math.NaN(), Deff: math.NaN(), Estimate: math.NaN()}
	if len(s.dimensions) == 0 {
		return out
	}
	parts := make([]sums, len(s.dimensions))
	var estimate stats.Sum
	for d := range s.dimensions {
		parts[d] = s.sums(s.Dimension(d), domain)
		m := parts[d].mean(&s.frame)
		if d == 0 || m.N < out.N {
			out.N = m.N
		}
		if d == 0 || m.NEffective < out.NEffective {
			out.NEffective = m.NEffective
		}
		if d == 0 || m.DF < out.DF {
			out.DF = m.DF
		}
		if m.N == 0 {
			out.NEffective, out.DF = math.NaN(), 0
			return out
		}
		estimate.Add(s.model.Dimensions[d].DimensionWeight * m.Estimate)
	}
	out.Estimate = estimate.Value()
	if out.DF > 0 {
		out.Variance = s.combined(parts, domain).variance(&s.frame)
	}
	return out
}

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
	complete := make([]float64, len(s.index))
	copy(complete, s.index)
	for _, values := range s.dimensions {
		for i, x := range values {
			if x != x {
				complete[i] = math.NaN()
			}
		}
	}
	return s.Mean(Values{x: complete, shift: scoreShift}, domain)
}
