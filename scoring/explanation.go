package scoring

import (
	"math"
	"runtime"

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
	all := newItemSums(len(items))
	if c := s.scores.dimensions[dimension]; s.Even() && c.direct != nil && len(domain) > leastChunk {
		s.partsByAnswers(c, items, domain, all)
	} else {
		for _, part := range inChunks(domain, leastChunk, func(part []uint32) *itemSums { return s.partsByResponse(dimension, items, part) }) {
			all.merge(part)
		}
	}
	out := make([]ItemPart, len(items))
	for j, u := range items {
		of := &all.of[j]
		out[j] = ItemPart{Item: u.Item, Base: Base{N: of.n, W: of.w.Value(), W2: of.w2.Value()},
			Share: of.share.Value() / all.whole.Value(), Mean: of.part.Value() / of.share.Value()}
	}
	return out
}

// itemSums are what the items of a dimension add to it.
type itemSums struct {
	whole  stats.Sum // Σw
	of     []itemSum
	scores []float64 // of one response
}

// itemSum is Σw and Σw² over the responses that answered an item, Σw·u/Σu and Σw·u·s/Σu.
type itemSum struct {
	n                  int
	w, w2, share, part stats.Sum
}

func newItemSums(items int) *itemSums {
	return &itemSums{of: make([]itemSum, items), scores: make([]float64, items)}
}

// add takes n responses alike of weight w each, whose scores are given, NaN where an item was not answered.
func (s *itemSums) add(items []ItemWeight, n int, w float64) {
	answered := 0.0
	for j, u := range items {
		if x := s.scores[j]; x == x {
			answered += u.ItemWeight
		}
	}
	all := float64(n) * w
	s.whole.Add(all)
	for j, u := range items {
		if x := s.scores[j]; x == x {
			of, share := &s.of[j], all*u.ItemWeight/answered
			of.n += n
			of.w.Add(all)
			of.w2.Add(all * w)
			of.share.Add(share)
			of.part.Add(share * x)
		}
	}
}

func (s *itemSums) merge(o *itemSums) {
	s.whole.Merge(o.whole)
	for j := range s.of {
		to, from := &s.of[j], &o.of[j]
		to.n += from.n
		to.w.Merge(from.w)
		to.w2.Merge(from.w2)
		to.share.Merge(from.share)
		to.part.Merge(from.part)
	}
}

func (s *Sample) partsByResponse(dimension int, items []ItemWeight, domain []uint32) *itemSums {
	out, valid := newItemSums(len(items)), s.Dimension(dimension)
	for _, i := range domain {
		if x := valid.At(i); x != x {
			continue
		}
		for j, u := range items {
			out.scores[j] = s.model.ItemScore(u.Item, s.table.Item(u.Item)[s.Row(i)])
		}
		out.add(items, 1, s.weightOf(int(i)))
	}
	return out
}

// partsByAnswers counts responses by what they answered to all items, which are few combinations.
func (s *Sample) partsByAnswers(c *scoreColumn, items []ItemWeight, domain []uint32, out *itemSums) {
	counts := make([]uint32, len(c.direct))
	cores := runtime.GOMAXPROCS(0) // counts are the same however they are divided
	for _, part := range inChunks(domain, max(leastChunk, (len(domain)+cores-1)/cores), func(part []uint32) []uint32 {
		counts, r := make([]uint32, len(c.direct)), newReading(len(part))
		eachBlock(part, func(positions []uint32) {
			key := r.code[:len(positions)]
			clear(key)
			rows := r.rowsAt(s.rows, positions)
			for k, item := range c.items {
				column, step := s.table.Item(item), &c.steps[k]
				for i, row := range rows {
					key[i] += step[column[row]]
				}
			}
			for _, k := range key {
				counts[k]++
			}
		})
		return counts
	}) {
		plus(counts, part)
	}
	answers := make([]byte, len(items))
	for key, n := range counts {
		if n == 0 {
			continue
		}
		rest := key
		for j, u := range items {
			scale := len(s.model.Items[u.Item].Scores)
			answers[j] = answerOf(rest%(scale+2), scale)
			out.scores[j] = s.model.ItemScore(u.Item, answers[j])
			rest /= scale + 2
		}
		if c.score(answers).status == ScoreOK {
			out.add(items, int(n), 1)
		}
	}
}

// IndexOfMeansChange is the variance of IndexOfMeans over a domain less that of an earlier sample of the same rows over another
// domain without a common response, both under one design: units in both count as such. df is that of the design in both. NaN and 0
// where a dimension has no valid score.
func (s *Sample) IndexOfMeansChange(domain []uint32, earlier *Sample, before []uint32) (variance, df float64) {
	s.fill()
	earlier.fill()
	if s.Tabulated() != earlier.Tabulated() { // units are numbered alike
		s, domain = s.listed(domain)
		earlier, before = earlier.listed(before)
	}
	if s.residual != nil || earlier.residual != nil {
		s, earlier = s.inUnits(), earlier.inUnits()
	}
	return s.Divide(domain, nil, nil).IndexOfMeansChange(earlier.Divide(before, nil, nil))
}

// IndexOfMeansChange is that of the wholes of two divisions of the same rows; see Sample.IndexOfMeansChange.
func (d *Division) IndexOfMeansChange(earlier *Division) (variance, df float64) {
	influenceOf := func(d *Division) (u influence, ok bool) {
		parts := make([]sums, len(d.model.Dimensions))
		for k := range parts {
			parts[k] = d.from.sums(Figure(k), Whole)
			if parts[k].all.N == 0 {
				return u, false
			}
		}
		return d.from.combined(parts), len(parts) > 0
	}
	u, ok := influenceOf(d)
	v, also := influenceOf(earlier)
	if !ok || !also || d.frame.n != earlier.frame.n {
		return math.NaN(), 0
	}
	return u.less(v).variance(d.frame), d.from.sums(IndexFigure, Whole).together(earlier.from.sums(IndexFigure, Whole)).df(d.frame)
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
