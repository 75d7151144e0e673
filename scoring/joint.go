package scoring

import (
	"slices"

	"paxscore/scoring/lanes"
)

// Numbers of cells up to which segmentations are crossed with one another, of sampling units times groups and, for squares, of groups.
const (
	jointCells  = 1 << 15
	squareCells = 1 << 12
)

// joints crosses the segmentations with one another as far as the number of cells allows: many rows are added to the cells of a few crossings,
// and then these cells to those of the segmentations. nil where rows are too few for that to pay.
func (t *Tabulation) joints(rows int) []crossing {
	if t.predictors != nil {
		return nil
	}
	out, cells := t.crossed(t.places.len(), jointCells), 0
	for i := range out {
		cells += t.places.len() * out[i].cells
	}
	if rows < 2*cells {
		return nil
	}
	return out
}

// crossed crosses the segmentations with one another, each with the first ones that it makes no more than so many cells with, in each of so many places.
func (t *Tabulation) crossed(places, most int) (out []crossing) {
	size := func(levels int) int { return max(1, levels) }
next:
	for of, by := range t.crossings {
		for i := range out {
			if c := t.newCrossing(union(out[i].attributes, by.attributes), size); places*c.cells <= most {
				c.of = append(out[i].of, of)
				out[i] = c
				continue next
			}
		}
		c := t.newCrossing(by.attributes, size)
		c.of = []int{of}
		out = append(out, c)
	}
	return out
}

// joint adds rows up by the cells of segmentations crossed with one another, and then these cells to those of the segmentations.
type joint struct {
	*worker
	by      crossing
	within  [][]uint32   // by segmentation: the cell that each of a place lies in
	pair    int          // of inGroups what is counted, -1 for nothing
	cells   *lanes.Cells // per place and cell
	sums    cellSums     // of these only the rows without a score
	numbers []int32      // of a cell
	long    []int64      // of some cells, as cellSums has them
	listed  []uint32     // cells
	to      []uint32     // of some cells, those of a segmentation
}

// taken is the number of cells that are taken to the segmentations together.
const taken = 256

// joint is one that adds to the worker's tables.
func (w *worker) joint(by crossing) *joint {
	j := &joint{worker: w, by: by, pair: w.paired(), numbers: make([]int32, w.packings.numbers), long: make([]int64, taken*w.width()), to: make([]uint32, taken)}
	j.within = w.within(&by)
	j.cells = lanes.NewCells((w.places.len()+1)*by.cells, w.packings.numbers, j.take)
	j.sums.without = make([][]uint32, w.figures())
	return j
}

// finish takes all that is left to the segmentations, and ends the joint.
func (j *joint) finish() {
	j.cells.Empty()
	for at, end := 0, (j.places.len()+1)*j.by.cells; at < end; at += taken {
		j.listed = j.listed[:0]
		for cell := at; cell < min(at+taken, end); cell++ {
			j.listed = append(j.listed, uint32(cell))
		}
		j.take(at, j.listed)
	}
	j.cells.Release()
	for s, of := range j.by.of {
		cells, into := j.crossings[of].cells, &j.into.groups[of]
		for f, n := range j.sums.without {
			if n != nil {
				addCells(into.lacking(f, len(into.x)/j.width()), n, j.within[s], cells, 1)
			}
		}
	}
}

// take takes cells to the segmentations, which stand one behind another at a place in memory.
func (j *joint) take(at int, cells []uint32) {
	width, rows := j.width(), 0
	long, to := j.long[:len(cells)*width], j.to[:len(cells)]
	for k := range cells {
		rows += j.cells.Rows(at + k)
		j.cells.Numbers(at+k, j.numbers)
		j.packings.unpack(j.numbers, long[k*width:][:width])
	}
	if rows == 0 {
		return
	}
	j.into.adding(rows)
	of, within := uint32(j.by.cells), j.within
	for s, segmentation := range j.by.of {
		for k, cell := range cells {
			to[k] = cell/of*uint32(j.crossings[segmentation].cells) + within[s][cell%of]
		}
		lanes.AddRows(j.into.groups[segmentation].x, to, long, width, width)
		if j.pair >= 0 {
			j.cells.AddCounts(j.into.tallies[segmentation][j.pair], to, at)
		}
	}
	j.cells.Clear(at, len(cells))
}

// squared adds squares up by the cells of segmentations crossed with one another, and then these to those of the segmentations. Where neighbours lie in few
// cells, the processor waits for one row before it adds the next; so there are as many as the nearer caches hold. Few rows are added to the segmentations
// themselves.
type squared struct {
	by     crossing
	within [][]uint32 // by segmentation that was crossed: the cell that each lies in
	of     []int      // of the crossings that rows are added up by: those whose cells, crossed, are its own; none where there are no such ones
	cell   []uint32   // by row
	xx     []int64    // per class and cell
}

// squared are those for blocks of so many rows, which are added up by joints or where there are none by the segmentations.
func (w *worker) squared(rows int, joints []crossing) (out []squared) {
	if w.figures() == 0 {
		return nil
	}
	if joints == nil {
		for i, by := range w.crossings {
			out = append(out, squared{by: by, of: []int{i}, cell: make([]uint32, rows), xx: w.into.groups[i].xx})
		}
		return out
	}
	var all, attributes []int
	for i, by := range joints {
		all, attributes = append(all, i), append(attributes, by.attributes...)
	}
	for _, by := range w.crossed(1, squareCells) {
		of := all
		if !slices.Equal(by.attributes, attributes) {
			of = nil
		}
		out = append(out, squared{by: by, of: of, within: w.within(&by), cell: make([]uint32, rows), xx: make([]int64, (1+w.places.strata+1)*by.cells*w.width())})
	}
	return out
}

// locate finds the cell of each row; those of the crossings that rows are added up by are as yet without the place.
func (q *squared) locate(w *worker, b *block) {
	cell, cells := q.cell[:b.n], 1
	if q.of == nil {
		w.levels(&q.by, b, cell)
	} else {
		clear(cell)
	}
	for _, i := range q.of {
		lanes.AddNumbers(cell, w.cell[i][:b.n], uint32(cells))
		cells *= w.by[i].cells
	}
	lanes.AddNumbers(cell, w.class[:b.n], uint32(q.by.cells))
}

// finish takes the squares to the segmentations.
func (q *squared) finish(w *worker) {
	for s, of := range q.by.of {
		addCells(w.into.groups[of].xx, q.xx, q.within[s], w.crossings[of].cells, w.width())
	}
}

// within gives for each segmentation of a crossing the cell of it that each of the crossing's lies in.
func (t *Tabulation) within(j *crossing) (out [][]uint32) {
	for _, of := range j.of {
		out = append(out, j.within(&t.crossings[of]))
	}
	return out
}

// within gives the cell of a crossing of some of its attributes that each cell lies in. A level without room there has no responses.
func (j *crossing) within(c *crossing) []uint32 {
	out := make([]uint32, j.cells)
	for k, at := range c.attributes {
		i := slices.Index(j.attributes, at)
		for cell := range out {
			out[cell] += min(j.level(cell, i), uint32(c.room[k]-1)) * c.step[k]
		}
	}
	return out
}

// addCells adds what cells hold, of each place or class, to the cells that they lie in.
func addCells[T uint32 | int64](into, from []T, cell []uint32, cells, width int) {
	for p := range len(from) / (len(cell) * width) {
		into, from := into[p*cells*width:][:cells*width], from[p*len(cell)*width:][:len(cell)*width]
		for k, c := range cell {
			for f := range width {
				into[int(c)*width+f] += from[k*width+f]
			}
		}
	}
}
