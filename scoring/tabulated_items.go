package scoring

import "paxscore/scoring/columns"

// itemCounts are how an item was answered in the cells of a group, of which each place has room for as many.
type itemCounts struct {
	tallied     *tallied
	lane        int
	counts      []uint32
	cells       []int
	cellsAPlace int
}

// counts are those of an item tallied in groups, or of the whole one tallied in whole.
func (t *tabulated) counts(item, g int) itemCounts {
	if k, lane := tallyOf(t.inGroups, item); k >= 0 {
		return itemCounts{&t.inGroups[k], lane, t.tables.tallies[t.segmentation][k], t.of(g).cells, t.crossings[t.segmentation].cells}
	}
	k, lane := tallyOf(t.inWhole, item)
	return itemCounts{&t.inWhole[k], lane, t.tables.whole[k], t.ordered(&t.weighing), t.weighing.cells}
}

// addCounts adds those of a place to n, by rating, or by slot.
func addCounts[T uint32 | int](n []T, c *itemCounts, place int) {
	for _, cell := range c.cells {
		addCell(n, c, place, cell)
	}
}

// addCell adds those of a cell in a place to n.
func addCell[T uint32 | int](n []T, c *itemCounts, place, cell int) {
	counts := c.tallied.counts(c.counts, place*c.cellsAPlace+cell, c.lane)
	for slot := range n {
		n[slot] += T(counts[slot])
	}
}

// addLacking adds those of a place without an answer to what a tally says of them.
func (t *Tally) addLacking(c *itemCounts, place int) {
	of := c.tallied
	for _, cell := range c.cells {
		counts := of.counts(c.counts, place*c.cellsAPlace+cell, c.lane)
		t.NotRouted += int(counts[of.slot(columns.NotRouted)])
		t.NotApplicable += int(counts[of.slot(columns.NotApplicable)])
		t.Skipped += int(counts[of.slot(columns.Skipped)])
	}
}

// unitTotals are Σn·w[code] and Σn·x[code] of each sampling unit, from n by unit and code, of which a unit has so many.
func unitTotals[T uint32 | float64](n []T, codes, stride int, w, x *[256]float64) (sw, sx []float64) {
	units := len(n) / stride
	sw, sx = unitMemory.Take(units), unitMemory.Take(units)
	for u := range sw {
		var uw, ux float64
		for code, c := range n[u*stride:][:codes] {
			uw += float64(c) * w[code]
			ux += float64(c) * x[code]
		}
		sw[u], sx[u] = uw, ux
	}
	return sw, sx
}

func (t *tabulated) n(item, g int) []int {
	n, counts := make([]int, len(t.scores.model.Items[item].Scores)), t.counts(item, g)
	for place := range t.places.len() {
		addCounts(n, &counts, place)
	}
	return n
}

func (t *tabulated) tally(item, g int) *Tally {
	scale, counts := len(t.scores.model.Items[item].Scores), t.counts(item, g)
	total := make([]int, scale)
	out := &Tally{model: t.scores.model, frame: &t.frame.frame, item: item}
	answered := func(n []int) []answers {
		codes := make([]answers, scale)
		for code := range codes {
			codes[code].count(n[code], 1)
		}
		return codes
	}
	if t.frame.units != nil {
		units := tallyMemory.Take(scale * len(t.frame.units))
		for _, u := range t.frame.byPlace {
			n, place := units[u*scale:(u+1)*scale], t.places.of(t.frame.units[u])
			addCounts(n, &counts, place)
			out.addLacking(&counts, place)
			for code, c := range n {
				total[code] += int(c)
			}
		}
		out.held = units
		out.units = func(w, x *[256]float64) (sw, sx []float64) { return unitTotals(units, scale, scale, w, x) }
	}
	if t.singles() {
		for _, h := range t.frame.strata {
			n, place := make([]int, scale), t.places.units()+h
			addCounts(n, &counts, place)
			out.addLacking(&counts, place)
			for code, c := range n {
				total[code] += c
			}
			out.singles = append(out.singles, answered(n))
		}
	}
	out.all = answered(total)
	return out
}
