package scoring

import (
	"math"
	"math/bits"

	"paxscore/scoring/lanes"
)

// worker adds rows to tables, a block at a time.
type worker struct {
	*Tabulation
	into  *tables
	met   [][]summed // by dimension and code of its score
	total float64    // Σω of all dimensions, 0 where no index rests on all of them
	list  []uint32

	place, class, cell, square, code []uint32 // by row
	x, xx                            []int64  // by row: 1, then the figures
	sum                              []float64
	lacking                          []bool
	without                          [][]uint32 // by figure: rows of the block without a valid score
	incomplete                       []uint32
	fromSlots                        uint32    // that from is made for
	groups, whole                    []tallier // of inGroups by crossing, of inWhole; nil where items are counted one by one
	predictor                        *predictorWorker
}

// block is rows that are worked on together: those listed, or where most of them count all from one row on.
type block struct {
	rows  []uint32
	first int
	n     int
}

func (b *block) row(i int) uint32 {
	if b.rows == nil {
		return uint32(b.first + i)
	}
	return b.rows[i]
}

// codes writes the codes of the block's rows to dst.
func (b *block) codes(c interface {
	Of(rows, dst []uint32)
	Range(from int, dst []uint32)
}, dst []uint32) {
	if b.rows == nil {
		c.Range(b.first, dst)
	} else {
		c.Of(b.rows, dst)
	}
}

// summed is a dimension's score as it is summed.
type summed struct {
	x, xx   int64
	part    float64 // ω·score
	lacking bool    // not valid
}

// inUnits is a score less 50 and its square in whole numbers.
func inUnits(score float64) (x, xx int64) {
	d := score - scoreShift
	return int64(math.RoundToEven(d * scoreUnit)), int64(math.RoundToEven(d * d * squareUnit))
}

// worker adds to tables in blocks of up to so many rows.
func (t *Tabulation) worker(into *tables, rows int) *worker {
	w := &worker{Tabulation: t, into: into}
	for _, buffer := range []*[]uint32{&w.place, &w.class, &w.cell, &w.square, &w.code} {
		*buffer = make([]uint32, rows)
	}
	w.x, w.xx = make([]int64, rows*t.width()), make([]int64, rows*t.width())
	w.sum, w.lacking = make([]float64, rows), make([]bool, rows)
	w.without = make([][]uint32, t.figures())
	if t.predictors != nil {
		w.predictor = t.predictors.worker(rows)
		return w
	}
	if t.scores == nil {
		return w
	}
	m := t.scores.model
	for d, c := range t.scores.dimensions {
		omega := m.Dimensions[d].DimensionWeight
		w.total += omega
		met := make([]summed, len(c.met))
		for code, s := range c.met {
			if s.status == ScoreOK {
				met[code].x, met[code].xx = inUnits(s.score)
				met[code].part = omega * s.score
			} else {
				met[code].lacking = true
			}
		}
		w.met = append(w.met, met)
	}
	return w
}

// count makes ready to count answers; many rows come to the tables when the worker has finished.
func (w *worker) count(rows int, many bool) {
	var groups [][][]uint32
	var cells []int
	places := w.places.len() + 1
	for i := range w.into.groups {
		groups, cells = append(groups, w.into.groups[i].tallies), append(cells, places*w.into.crossings[i].cells)
	}
	w.groups = w.talliers(w.inGroups, groups, cells, rows, many)
	w.whole = w.talliers(w.inWhole, [][][]uint32{w.into.whole}, []int{places}, rows, many)
}

// finish takes what was counted to the tables.
func (w *worker) finish() {
	for k := range w.groups {
		w.groups[k].empty()
	}
	for k := range w.whole {
		w.whole[k].empty()
	}
}

// mostly is the part of a block that counts from which the block is worked on whole.
const mostly = 0.7

// block is what counts of the rows from … to−1.
func (w *worker) block(from, to int) block {
	w.list = w.selection.append(w.list[:0], from, to)
	if float64(len(w.list)) >= mostly*float64(to-from) && from%64 == 0 {
		return block{first: from, n: to - from}
	}
	return block{rows: w.list, n: len(w.list)}
}

// add takes a block in, or out again.
func (w *worker) add(b block, in bool) {
	if b.n == 0 {
		return
	}
	if w.into.added += b.n; w.into.added > carryAfter {
		w.into.carry()
		w.into.added = b.n
	}
	w.locate(&b)
	if w.predictor != nil {
		sign := int64(1)
		if !in {
			sign = -1
		}
		w.predictor.add(w.into.cross, &b, w.place[:b.n], w.class[:b.n], sign)
		return
	}
	w.score(&b)
	one := uint32(1)
	if !in {
		one = ^uint32(0)
		negate(w.x[:b.n*w.width()])
		negate(w.xx[:b.n*w.width()])
	}
	for k := range w.groups {
		w.groups[k].take(&b)
	}
	for i := range w.into.crossings {
		w.addCrossing(i, &b, one)
	}
	for k := range w.whole {
		w.whole[k].take(&b)
		w.whole[k].add(0, w.place[:b.n], &b, one)
	}
	width, out := w.width(), w.into.incomplete
	for _, i := range w.incomplete {
		at, class := 2*w.place[i], 2*w.class[i]
		out.x[at] += w.x[int(i)*width]
		out.x[at+1] += w.x[int(i)*width+1]
		out.xx[class+1] += w.xx[int(i)*width+1]
	}
}

func negate(x []int64) {
	for i := range x {
		x[i] = -x[i]
	}
}

// locate finds the place of each row's sampling unit and the class of its squares.
func (w *worker) locate(b *block) {
	table, p := w.selection.table, &w.places
	place, class := w.place[:b.n], w.class[:b.n]
	clear(class) // first the stratum
	if w.plan.Stratum != None {
		b.codes(table.Attribute(w.plan.Stratum), class)
	}
	if w.plan.Cluster == None {
		for i, h := range class {
			place[i], class[i] = h, 1+h
		}
	} else {
		b.codes(table.Attribute(w.plan.Cluster), place)
		clusters, units, unknown := uint32(p.clusters), uint32(p.units()), uint32(p.unknown) // -1 is no level
		for i, c := range place {
			h := class[i]
			if c == unknown {
				place[i], class[i] = units+h, 1+h
			} else {
				place[i], class[i] = h*clusters+c, 0
			}
		}
	}
	if b.rows != nil {
		return
	}
	nowhere, none := uint32(p.len()), uint32(1+p.strata)
	for from := 0; from < b.n; from += 64 {
		left := ^w.selection.valid[(b.first+from)/64]
		for ; left != 0; left &= left - 1 {
			if i := from + bits.TrailingZeros64(left); i < b.n {
				place[i], class[i] = nowhere, none
			}
		}
	}
}

// score finds the scores of each row.
func (w *worker) score(b *block) {
	n, width := b.n, w.width()
	w.incomplete = w.incomplete[:0]
	if w.scores == nil {
		for i := range n {
			w.x[i], w.xx[i] = 1, 1
		}
		return
	}
	sum, lacking, code := w.sum[:n], w.lacking[:n], w.code[:n]
	clear(sum)
	clear(lacking)
	for d, c := range w.scores.dimensions {
		met, without := w.met[d], w.without[d+1][:0]
		b.codes(&c.codes, code)
		at := d + 2
		for i, k := range code {
			m := &met[k]
			w.x[at], w.xx[at] = m.x, m.xx
			at += width
			sum[i] += m.part
			if m.lacking {
				lacking[i] = true
				without = append(without, uint32(i))
			}
		}
		w.without[d+1] = without
	}
	without := w.without[0][:0]
	for i, s := range sum {
		at := i * width
		w.x[at], w.xx[at] = 1, 1
		if !lacking[i] && w.total > 0 {
			w.x[at+1], w.xx[at+1] = inUnits(s / w.total)
			continue
		}
		if index, status := w.index(b.row(i)); status == ScoreOK {
			w.x[at+1], w.xx[at+1] = inUnits(index)
			if lacking[i] {
				w.incomplete = append(w.incomplete, uint32(i))
			}
			continue
		}
		w.x[at+1], w.xx[at+1] = 0, 0
		without = append(without, uint32(i))
	}
	w.without[0] = without
}

// index is the overall score of a row that lacks a dimension.
func (w *worker) index(row uint32) (float64, ScoreStatus) {
	m := w.scores.model
	var o overallSums
	for d, c := range w.scores.dimensions {
		s := &c.met[c.codes.At(row)]
		o.add(m.Dimensions[d].DimensionWeight, s.score, s.status)
	}
	return o.score(m.Policy, len(m.Dimensions))
}

// addCrossing adds the block to the cells of a crossing.
func (w *worker) addCrossing(of int, b *block, one uint32) {
	j, sums, table := &w.into.crossings[of], &w.into.groups[of], w.selection.table
	cell, square, code := w.cell[:b.n], w.square[:b.n], w.code[:b.n]
	clear(cell)
	for k, at := range j.attributes {
		b.codes(table.Attribute(at), code)
		step := j.step[k]
		for i, level := range code {
			cell[i] += level * step
		}
	}
	cells := uint32(j.cells)
	for i, k := range cell {
		square[i] = w.class[i]*cells + k
		cell[i] = w.place[i]*cells + k
	}
	lanes.AddRows(sums.x, cell, w.x, w.width())
	lanes.AddRows(sums.xx, square, w.xx, w.width())
	for f, rows := range w.without {
		if len(rows) == 0 {
			continue
		}
		lacking := sums.lacking(f, len(sums.x)/w.width())
		for _, i := range rows {
			lacking[cell[i]] += one
		}
	}
	for k := range w.groups {
		w.groups[k].add(of, cell, b, one)
	}
}
