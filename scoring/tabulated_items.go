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

// of are those in a cell of a place, by slot.
func (c *itemCounts) of(place, cell int) []uint32 {
	return c.tallied.counts(c.counts, place*c.cellsAPlace+cell, c.lane)
}

// take adds those of a place: its answers by rating to n and to those of all places, and those without an answer.
func (t *Tally) take(c *itemCounts, place int, n, total []uint32) {
	for _, cell := range c.cells {
		counts := c.of(place, cell)
		for code, k := range counts[:len(n)] {
			n[code] += k
			total[code] += k
		}
		t.addLacking(counts)
	}
}

// addLacking adds those without an answer, of counts by slot.
func (t *Tally) addLacking(counts []uint32) {
	last := counts[len(counts)-3:]
	t.NotRouted += int(last[0])
	t.NotApplicable += int(last[1])
	t.Skipped += int(last[2])
}

// unitTotals are Σn and Σn·x[code] of each sampling unit, from n by unit and code, of which a unit has so many.
func unitTotals[T uint32 | float64](n []T, codes, stride int, x *[256]float64) (sw, sx []float64) {
	units := len(n) / stride
	sw, sx = unitMemory.Use(units), unitMemory.Use(units)
	for u := range sw {
		var uw, ux float64
		for code, c := range n[u*stride:][:codes] {
			uw += float64(c)
			ux += float64(c) * x[code]
		}
		sw[u], sx[u] = uw, ux
	}
	return sw, sx
}

func (t *tabulated) n(item, g int) []int {
	n, counts := make([]int, len(t.scores.model.Items[item].Scores)), t.counts(item, g)
	for place := range t.places.len() {
		for _, cell := range counts.cells {
			for code, c := range counts.of(place, cell)[:len(n)] {
				n[code] += int(c)
			}
		}
	}
	return n
}

func (t *tabulated) tally(item, g int) *Tally {
	scale, counts := len(t.scores.model.Items[item].Scores), t.counts(item, g)
	total := make([]uint32, scale)
	out := &Tally{model: t.scores.model, frame: &t.frame.frame, item: item}
	answered := func(n []uint32) []answers {
		codes := make([]answers, scale)
		for code := range codes {
			codes[code].count(int(n[code]), 1)
		}
		return codes
	}
	if t.frame.units != nil {
		units := tallyMemory.Take(scale * len(t.frame.units))
		for _, u := range t.units {
			out.take(&counts, u.at, units[u.unit*scale:][:scale], total)
		}
		out.held = units
		out.units = func(x *[256]float64) (sw, sx []float64) { return unitTotals(units, scale, scale, x) }
	}
	if t.singles() {
		for _, h := range t.frame.strata {
			n := make([]uint32, scale)
			out.take(&counts, t.places.units()+h, n, total)
			out.singles = append(out.singles, answered(n))
		}
	}
	out.all = answered(total)
	return out
}
