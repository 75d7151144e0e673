package reports

import (
	"slices"

	"paxscore/scoring"
)

// crossedItems are the cross sums of the items of each dimension, and of all of them, over the valid responses that answer them.
type crossedItems struct {
	dimensions []scoring.Crossed
	groups     [][]scoring.Crossed // by dimension and group of the congruence
	all        scoring.Crossed
	items      []int          // of all
	places     [][]int        // by dimension: of its items among them
	levels     [][]uint32     // of the groups
	sizes      []scoring.Base // responses of each group
}

// crossItems takes the cross sums of items, and of a dimension's items in each group of the congruence where these are few.
func (a *appraiser) crossItems() *crossedItems {
	if a.crossed != nil {
		return a.crossed
	}
	out := &crossedItems{}
	a.crossed = out
	var sets [][]int
	for _, of := range a.model.Dimensions {
		var items, places []int
		for _, u := range of.Items {
			at := slices.Index(out.items, u.Item)
			if at < 0 {
				at = len(out.items)
				out.items = append(out.items, u.Item)
			}
			items, places = append(items, u.Item), append(places, at)
		}
		sets, out.places = append(sets, items), append(out.places, places)
	}
	if a.tab != nil && a.sample.Even() && a.crossCodes(out, sets) {
		return out
	}
	a.position()
	values := func(items []int) []scoring.Values {
		x := make([]scoring.Values, len(items))
		for i, item := range items {
			x[i] = a.sample.ItemScores(item)
		}
		return x
	}
	members, levels := a.groupsOf(a.domain, []int{a.groups})
	out.levels = levels
	for _, domain := range members {
		k := a.sample.Kish(domain)
		out.sizes = append(out.sizes, k.Base())
	}
	for _, items := range sets {
		out.dimensions = append(out.dimensions, a.sample.Crossed(a.domain, values(items)...))
		var groups []scoring.Crossed
		if out.compared() {
			for _, domain := range members {
				groups = append(groups, a.sample.Crossed(domain, values(items)...))
			}
		}
		out.groups = append(out.groups, groups)
	}
	out.all = a.sample.Crossed(a.domain, values(out.items)...)
	return out
}

// crossCodes takes the sums of the codes of answers, and says whether they can be had.
func (a *appraiser) crossCodes(out *crossedItems, sets [][]int) bool {
	column := a.table.Attribute(a.groups)
	counts := a.valid.Levels(column)
	var levels [][]uint32
	for level, n := range counts {
		if n > 0 {
			levels = append(levels, []uint32{uint32(level)})
		}
	}
	for _, g := range a.ordered([]int{a.groups}, levels) {
		n := counts[levels[g][0]]
		out.levels = append(out.levels, levels[g])
		out.sizes = append(out.sizes, scoring.Base{N: n, W: float64(n), W2: float64(n)})
	}
	by := scoring.None
	if out.compared() {
		by = a.groups
	}
	all, byLevel, ok := a.model.CrossedItems(a.table, a.valid, append(slices.Clone(sets), out.items), by)
	if !ok {
		out.levels, out.sizes = nil, nil
		return false
	}
	out.dimensions, out.all = all[:len(sets)], all[len(sets)]
	for d := range sets {
		var groups []scoring.Crossed
		if out.compared() {
			for _, level := range out.levels {
				groups = append(groups, byLevel[d][level[0]])
			}
		}
		out.groups = append(out.groups, groups)
	}
	return true
}

// compared reports whether groups are compared.
func (c *crossedItems) compared() bool { return len(c.levels) > 1 && len(c.levels) <= maxCompared }

// crossedIndex are the cross sums of the overall item and the index.
func (a *appraiser) crossedIndex() scoring.Crossed {
	if a.tab != nil && a.sample.Even() {
		return a.tab.CrossedIndex(a.overall)
	}
	a.position()
	return a.sample.Crossed(a.domain, a.sample.ItemScores(a.overall), a.sample.Index())
}

// crossedDimensions are the cross sums of the overall item and every dimension.
func (a *appraiser) crossedDimensions() scoring.Crossed {
	if sums := a.predictorSums(a.predictors(false)); sums != nil {
		return sums.Crossed()
	}
	a.position()
	return a.sample.Crossed(a.domain, append([]scoring.Values{a.sample.ItemScores(a.overall)}, a.valuesOf(a.predictors(false)...)...)...)
}
