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
		for _, u := range t.units {
			n := units[u.unit*scale:][:scale]
			for _, cell := range counts.cells {
				counts := counts.of(u.at, cell)
				for code, c := range counts[:scale] {
					n[code] += c
					total[code] += int(c)
				}
				out.addLacking(counts)
			}
		}
		out.held = units
		out.units = func(x *[256]float64) (sw, sx []float64) { return unitTotals(units, scale, scale, x) }
	}
	if t.singles() {
		for _, h := range t.frame.strata {
			n := make([]int, scale)
			for _, cell := range counts.cells {
				counts := counts.of(t.places.units()+h, cell)
				for code, c := range counts[:scale] {
					n[code] += int(c)
					total[code] += int(c)
				}
				out.addLacking(counts)
			}
			out.singles = append(out.singles, answered(n))
		}
	}
	out.all = answered(total)
	return out
}
