package scoring

import "slices"

// Without is the first segmentation of the tabulation less some of the rows that it has, with the tallies of some of the items tallied over all and of those
// tallied in groups. It is of no use for Update.
func (t *Tabulation) Without(rows RowSet, items ...int) *Tabulation {
	out := *t
	out.by, out.crossings = t.by[:1], t.crossings[:1]
	out.inWhole = t.tallied(slices.DeleteFunc(slices.Clone(items), func(item int) bool {
		of, _ := tallyOf(t.inWhole, item)
		return of < 0
	}))
	out.tables = &tables{added: t.tables.added}
	out.tables.groups = []cellSums{t.tables.groups[0].clone()}
	out.tables.tallies = make([][][]uint32, 1)
	for _, n := range t.tables.tallies[0] {
		out.tables.tallies[0] = append(out.tables.tallies[0], slices.Clone(n))
	}
	for k := range out.inWhole {
		to := &out.inWhole[k]
		cells := (t.places.len() + 1) * t.weighing.cells
		out.tables.whole = append(out.tables.whole, make([]uint32, to.room(cells)))
		for lane, item := range to.items {
			of, from := tallyOf(t.inWhole, item)
			for cell := range cells {
				copy(to.counts(out.tables.whole[k], cell, lane), t.inWhole[of].counts(t.tables.whole[of], cell, from))
			}
		}
	}
	if t.tables.incomplete != nil {
		incomplete := t.tables.incomplete.clone()
		out.tables.incomplete = &incomplete
	}
	const few = 4 * blockRows // as rows taken out are few among many
	w := out.worker(out.tables, few)
	w.prepare(few, false, nil)
	left := Selection{valid: rows.bits}
	for from := 0; from < t.rows; from += few {
		if w.list = left.append(w.list[:0], from, min(from+few, t.rows)); len(w.list) > 0 {
			w.add(&block{rows: w.list, n: len(w.list)}, false)
		}
	}
	w.finish()
	return &out
}

func (c *cellSums) clone() cellSums {
	out := cellSums{x: slices.Clone(c.x), high: slices.Clone(c.high), xx: slices.Clone(c.xx)}
	for _, n := range c.without {
		out.without = append(out.without, slices.Clone(n))
	}
	return out
}

// Against sets the mean of a figure in a group against that in the rest of the division's whole, to which the group belongs: the whole of a
// division of the same sample. See Division.VersusRest.
func (d *Division) Against(f Figure, group *Division) Difference {
	return versusRest(d.frame, []bool{true}, d.from.sums(f, Whole), func(int) sums { return group.from.sums(f, Whole) })[0]
}
