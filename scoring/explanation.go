package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// ItemPart is what an item is in a dimension's mean: D̄ = Σ Share·Mean over its items.
type ItemPart struct {
	Item int // position
	Base     // responses with a valid dimension score that answered the item
	// Share is the mean of u_j/Σu over the items that each response answered, the item's weight where nothing is missing. Shares of a
	// dimension add up to 1.
	Share float64
	// Mean is the mean score of the item, 0..100, each response counting with its share; NaN where Share is 0.
	Mean float64
}

// DimensionParts takes a dimension's mean over a domain apart by items: D̄ = Σw·D/W and D = Σ_ans u_j·s_j/Σ_ans u_j, so the part of item
// j is Σw·u_j·s_j/Σ_ans u/W. The parts add up to the mean exactly, whatever is missing.
func (s *Sample) DimensionParts(dimension int, domain []uint32) []ItemPart {
	s.fill()
	items := s.model.Dimensions[dimension].Items
	out := make([]ItemPart, len(items))
	type sums struct{ w, w2, share, part stats.Sum }
	of := make([]sums, len(items))
	scores := make([]float64, len(items))
	var whole stats.Sum
	valid := s.Dimension(dimension)
	for _, i := range domain {
		if x := valid.At(i); x != x {
			continue
		}
		answered := 0.0
		for j, u := range items {
			if scores[j] = s.model.ItemScore(u.Item, s.table.Item(u.Item)[s.Row(i)]); scores[j] == scores[j] {
				answered += u.ItemWeight
			}
		}
		w := s.weightOf(int(i))
		whole.Add(w)
		for j, u := range items {
			if scores[j] != scores[j] {
				continue
			}
			out[j].N++
			share := w * u.ItemWeight / answered
			of[j].w.Add(w)
			of[j].w2.Add(w * w)
			of[j].share.Add(share)
			of[j].part.Add(share * scores[j])
		}
	}
	for j, u := range items {
		out[j].Item, out[j].W, out[j].W2 = u.Item, of[j].w.Value(), of[j].w2.Value()
		out[j].Share = of[j].share.Value() / whole.Value()
		out[j].Mean = of[j].part.Value() / of[j].share.Value()
	}
	return out
}

// IndexOfMeansChange is the variance of IndexOfMeans over a domain less that of an earlier sample of the same rows over another
// domain without a common response, both under one design: units in both count as such. df is that of the design in both. NaN and 0
// where a dimension has no valid score.
func (s *Sample) IndexOfMeansChange(domain []uint32, earlier *Sample, before []uint32) (variance, df float64) {
	s.fill()
	earlier.fill()
	influenceOf := func(s *Sample, domain []uint32) (u influence, ok bool) {
		parts := make([]sums, len(s.model.Dimensions))
		for d := range parts {
			parts[d] = s.sums(s.Dimension(d), domain)
			if parts[d].all.N == 0 {
				return u, false
			}
		}
		return s.combined(parts, domain), len(parts) > 0
	}
	if s.Tabulated() != earlier.Tabulated() { // units are numbered alike
		s, domain = s.listed(domain)
		earlier, before = earlier.listed(before)
	}
	if s.residual != nil || earlier.residual != nil {
		s, earlier = s.inUnits(), earlier.inUnits()
	}
	u, ok := influenceOf(s, domain)
	v, also := influenceOf(earlier, before)
	if !ok || !also || s.n != earlier.n {
		return math.NaN(), 0
	}
	return u.less(v).variance(&s.frame), s.sums(s.Index(), slices.Concat(domain, before)).df(&s.frame)
}

// Attribution takes the change of a weighted sum Σs·v apart: what came from the values and what from the shares, by part and in total.
type Attribution struct {
	Values, Shares         []float64
	FromValues, FromShares float64
}

// AttributeIndex attributes the change of an index Σω_d·D_d to scores and weights; see stats.IndexChange.
func AttributeIndex(shares0, scores0, shares1, scores1 []float64) Attribution {
	values, shares := stats.IndexChange(shares0, scores0, shares1, scores1)
	return attribution(values, shares)
}

// AttributeGroups attributes the change of a mean Σp_g·x_g to what happened within groups and to their mix; see stats.GroupChange.
func AttributeGroups(shares0, means0, shares1, means1 []float64) Attribution {
	values, shares := stats.GroupChange(shares0, means0, shares1, means1)
	return attribution(values, shares)
}

func attribution(values, shares []float64) Attribution {
	var v, s stats.Sum
	for i := range values {
		v.Add(values[i])
		s.Add(shares[i])
	}
	return Attribution{Values: values, Shares: shares, FromValues: v.Value(), FromShares: s.Value()}
}
