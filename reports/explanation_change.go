package reports

import (
	"math"
	"slices"

	"paxscore/scoring"
)

// change attributes the difference of an explanation to the one before.
func (b *builder) change(now *Explanation, before *builder) *Change {
	before.figures()
	r := before.report
	out := &Change{Model: r.Model, ModelVersion: r.ModelVersion, From: r.Filter.From, To: r.Filter.To, Weighting: r.Weighting, Responses: r.Responses,
		Before: r.IndexOfMeans, BeforeOverall: r.Overall, Difference: None(), SE: None(), Low: None(), High: None(), FromScores: None(), FromWeights: None(),
		Dimensions: []DimensionChange{}}
	for _, w := range r.Warnings {
		now.Warnings = append(slices.Clone(now.Warnings), "Earlier period: "+w)
	}
	shown := now.IndexOfMeans.Status.shown() && r.IndexOfMeans.Status.shown()
	n := len(b.model.Dimensions)
	was := make([]int, n) // position in the earlier model
	shares0, scores0, shares1, scores1 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for d, x := range now.Dimensions {
		was[d] = slices.IndexFunc(r.Dimensions, func(o DimensionEstimate) bool { return o.Key == x.Key })
		o := r.Dimensions[was[d]]
		shares0[d], scores0[d] = o.DimensionWeight, float64(o.Estimate.Estimate)
		shares1[d], scores1[d] = x.DimensionWeight, float64(x.Estimate.Estimate)
	}
	parts := scoring.AttributeIndex(shares0, scores0, shares1, scores1)
	for d, x := range now.Dimensions {
		c := DimensionChange{Key: x.Key, Label: x.Label, WeightBefore: Number(shares0[d]), WeightAfter: Number(shares1[d]), MeanBefore: Number(scores0[d]), MeanAfter: Number(scores1[d]),
			FromScores: None(), FromWeights: None(), Items: []ItemChange{}}
		if shown {
			c.FromScores, c.FromWeights = number(parts.Values[d]), number(parts.Shares[d])
			c.Items = b.itemChanges(d, before, was[d], (shares0[d]+shares1[d])/2)
		}
		out.Dimensions = append(out.Dimensions, c)
	}
	if shown {
		out.FromScores, out.FromWeights = number(parts.FromValues), number(parts.FromShares)
		out.Difference = now.IndexOfMeans.Estimate - r.IndexOfMeans.Estimate
		v, df := b.indexOfMeansChange(before)
		low, high := scoring.Mean{Estimate: float64(out.Difference), Variance: v, DF: df}.Interval(b.confidence())
		out.SE, out.Low, out.High = number(math.Sqrt(v)), number(low), number(high)
	}
	if len(b.q.by) == 1 {
		out.Groups = b.groupChange(before)
	}
	return out
}

// itemChanges attributes the change of a dimension's mean to its items, in points of the index. Items of which nothing may be
// shown in one of the periods are left out.
func (b *builder) itemChanges(d int, before *builder, was int, omega float64) []ItemChange {
	after, statusAfter := b.parts(d)
	earlier, statusBefore := before.parts(was)
	out := []ItemChange{}
	if !statusAfter.shown() || !statusBefore.shown() {
		return out
	}
	var items []int
	for _, p := range slices.Concat(after, earlier) {
		if !slices.Contains(items, p.Item) {
			items = append(items, p.Item)
		}
	}
	of := func(parts []scoring.ItemPart) (shares, means []float64) {
		for _, item := range items {
			at := slices.IndexFunc(parts, func(p scoring.ItemPart) bool { return p.Item == item })
			if at < 0 {
				shares, means = append(shares, 0), append(means, math.NaN())
				continue
			}
			shares, means = append(shares, parts[at].Share), append(means, parts[at].Mean)
		}
		return shares, means
	}
	shares0, means0 := of(earlier)
	shares1, means1 := of(after)
	parts := scoring.AttributeIndex(shares0, means0, shares1, means1)
	for j, item := range items {
		it := b.rated[item]
		out = append(out, ItemChange{Key: string(it.Key), Label: b.words(it.Text, string(it.Key)), FromScores: number(omega * parts.Values[j]), FromShares: number(omega * parts.Shares[j])})
	}
	return out
}

// groupChange attributes the change of the mean index to the groups of the attribute asked.
func (b *builder) groupChange(before *builder) *GroupChange {
	at := b.q.by[0]
	out := &GroupChange{Attribute: b.attributes[at[0]].key, Difference: None(), Within: None(), Mix: None(), Groups: []GroupPart{}}
	if b.hidden || before.hidden { // even the names of the levels would tell
		return out
	}
	periods := [2]*builder{before, b}
	divisions := [2]*scoring.Division{before.division(at), b.division(at)}
	var levels [][]uint32
	var groups [][2]int // of each level in the divisions, from 1; 0 for none
	number := map[uint32]int{}
	for t, d := range divisions {
		for g, level := range d.Levels {
			k, ok := number[level[0]]
			if !ok {
				k = len(levels)
				number[level[0]] = k
				levels, groups = append(levels, level), append(groups, [2]int{})
			}
			groups[k][t] = g + 1
		}
	}
	order := b.ordered(at, levels)
	shown := cells{minimum: b.q.model.Base.Suppress}
	for _, k := range order {
		shown.levels = append(shown.levels, levels[k])
	}
	levels = shown.levels
	var bases, responses [2][]scoring.Base
	var shares, means [2][]float64
	hidden := make([]bool, len(order))
	for t, d := range divisions {
		var total scoring.Base
		for _, k := range order {
			var all, base scoring.Base
			mean := math.NaN()
			if g := groups[k][t] - 1; g >= 0 {
				k := d.Kish(g)
				all = k.Base()
				base, mean = d.Base(scoring.IndexFigure, g), d.Mean(scoring.IndexFigure, g).Estimate
			}
			responses[t], bases[t], means[t] = append(responses[t], all), append(bases[t], base), append(means[t], mean)
			total = total.Plus(base)
		}
		for _, base := range bases[t] {
			shares[t] = append(shares[t], base.W/total.W)
		}
		for g, h := range shown.hide(responses[t], bases[t]) {
			hidden[g] = hidden[g] || h
		}
	}
	parts := scoring.AttributeGroups(shares[0], means[0], shares[1], means[1])
	if before.report.Overall.Status.shown() && b.report.Overall.Status.shown() {
		out.Difference, out.Within, out.Mix = b.report.Overall.Estimate-before.report.Overall.Estimate, Number(parts.FromValues), Number(parts.FromShares)
	}
	for g := range order {
		status := StatusOK
		for t, p := range periods {
			if s := p.statusOf(bases[t][g], hidden[g]); bases[t][g].N > 0 && worse(s, status) || hidden[g] {
				status = s
			}
		}
		level := b.table.Attribute(at[0]).Levels()[levels[g][0]]
		x := GroupPart{Level: level, Label: b.levelLabel(at[0], level), ShareBefore: None(), ShareAfter: None(), MeanBefore: None(), MeanAfter: None(), Within: None(), Mix: None(), Status: status}
		if status != StatusSuppressed {
			n0, n1 := bases[0][g].N, bases[1][g].N
			x.NBefore, x.NAfter = &n0, &n1
		}
		if status.shown() {
			x.ShareBefore, x.ShareAfter = Number(shares[0][g]), Number(shares[1][g])
			x.MeanBefore, x.MeanAfter = Number(means[0][g]), Number(means[1][g])
			x.Within, x.Mix = Number(parts.Values[g]), Number(parts.Shares[g])
		}
		out.Groups = append(out.Groups, x)
	}
	return out
}

// indexOfMeansChange is the variance of the difference of the indices of means, and its degrees of freedom.
func (b *builder) indexOfMeansChange(before *builder) (variance, df float64) {
	if b.tab != nil && before.tab != nil {
		return b.division(nil).IndexOfMeansChange(before.division(nil))
	}
	return b.sample.IndexOfMeansChange(b.domain, before.sample, before.domain)
}
