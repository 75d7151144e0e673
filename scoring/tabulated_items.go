package scoring

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

// addCounts adds those of a place to n, by slot.
func addCounts[T uint32 | int](n []T, c *itemCounts, place int) {
	for _, cell := range c.cells {
		addCell(n, c, place, cell)
	}
}

// addCell adds those of a cell in a place to n, by slot.
func addCell[T uint32 | int](n []T, c *itemCounts, place, cell int) {
	counts := c.tallied.counts(c.counts, place*c.cellsAPlace+cell, c.lane)
	i := 0
	for slot := range n {
		n[slot] += T(counts[i])
		i += c.tallied.width
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
	scale := len(t.scores.model.Items[item].Scores)
	slots, counts := scale+2, t.counts(item, g)
	total := make([]int, slots)
	out := &Tally{model: t.scores.model, frame: &t.frame.frame, item: item}
	answered := func(n []int) []answers {
		codes := make([]answers, scale)
		for code := range codes {
			codes[code].count(n[code], 1)
		}
		return codes
	}
	if t.frame.units != nil {
		units := tallyMemory.Take(slots * len(t.frame.units))
		for _, u := range t.frame.byPlace {
			n := units[u*slots : (u+1)*slots]
			addCounts(n, &counts, t.places.of(t.frame.units[u]))
			for slot, c := range n {
				total[slot] += int(c)
			}
		}
		out.held = units
		out.units = func(w, x *[256]float64) (sw, sx []float64) { return unitTotals(units, scale, slots, w, x) }
	}
	if t.singles() {
		for _, h := range t.frame.strata {
			n := make([]int, slots)
			addCounts(n, &counts, t.places.units()+h)
			for slot, c := range n {
				total[slot] += c
			}
			out.singles = append(out.singles, answered(n))
		}
	}
	out.all = answered(total)
	out.NotApplicable, out.NotRouted = total[scale], total[scale+1]
	out.Skipped = t.of(g).n
	for _, n := range total {
		out.Skipped -= n
	}
	return out
}
