package scoring

import (
	"math/bits"
	"slices"

	"paxscore/scoring/lanes"
)

// jointCells is the number of cells, sampling units times groups, up to which segmentations are crossed with one another.
const jointCells = 1 << 16

// joints crosses the segmentations with one another as far as the number of cells allows: many rows are added to the cells of a few crossings,
// and then these cells to those of the segmentations. nil where rows are too few for that to pay.
func (t *Tabulation) joints(rows int) (out []crossing) {
	if t.predictors != nil {
		return nil
	}
	size := func(levels int) int { return max(1, levels) }
next:
	for of, by := range t.crossings {
		for i := range out {
			attributes := slices.Clone(out[i].attributes)
			for _, at := range by.attributes {
				if !slices.Contains(attributes, at) {
					attributes = append(attributes, at)
				}
			}
			if c := t.newCrossing(attributes, size); t.places.len()*c.cells <= jointCells {
				c.of = append(out[i].of, of)
				out[i] = c
				continue next
			}
		}
		c := t.newCrossing(by.attributes, size)
		c.of = []int{of}
		out = append(out, c)
	}
	cells := 0
	for i := range out {
		cells += t.places.len() * out[i].cells
	}
	if rows < 2*cells || len(out) == len(t.crossings) {
		return nil
	}
	return out
}

// spread adds the sums of joints to those of their segmentations.
func (t *Tabulation) spread(sums *tables) {
	t.tables.carry(carryMerged)
	for i := range sums.crossings {
		j, from := &sums.crossings[i], &sums.groups[i]
		from.carry(carryMerged >> bits.Len(uint(j.cells))) // as many as a place has fit together
		for _, of := range j.of {
			c, into := &t.crossings[of], &t.tables.groups[of]
			cell := j.within(c)
			into.spread(from, cell, c.cells, t.width())
			addCells(into.xx, from.xx, cell, c.cells, t.width())
			for f, n := range from.without {
				if n != nil {
					addCells(into.lacking(f, len(into.x)/t.width()), n, cell, c.cells, 1)
				}
			}
		}
	}
	t.tables.mergeWhole(sums)
}

// spread adds what cells hold, of each place, to the cells that they lie in. Sums of all cells of a place fit together.
func (c *cellSums) spread(from *cellSums, cell []uint32, cells, width int) {
	for p := range len(from.x) / (len(cell) * width) {
		lanes.AddRows(c.x[p*cells*width:][:cells*width], cell, from.x[p*len(cell)*width:], width, width)
	}
	if from.high != nil {
		addCells(c.longer(), from.high, cell, cells, width)
	}
}

// within gives the cell of a segmentation that each cell of a joint lies in.
func (j *crossing) within(c *crossing) []uint32 {
	out := make([]uint32, j.cells)
	for k, at := range c.attributes {
		i := slices.Index(j.attributes, at)
		for cell := range out {
			out[cell] += uint32(cell) / j.step[i] % uint32(j.room[i]) * c.step[k]
		}
	}
	return out
}

// addCells adds what cells hold, of each place or class, to the cells that they lie in.
func addCells[T uint32 | int32 | int64](into, from []T, cell []uint32, cells, width int) {
	for p := range len(from) / (len(cell) * width) {
		into, from := into[p*cells*width:], from[p*len(cell)*width:]
		for k, c := range cell {
			plus(into[int(c)*width:int(c+1)*width], from[k*width:(k+1)*width])
		}
	}
}
