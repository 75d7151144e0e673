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
	parts []lanes.Parts // what the codes of each dimension stand for: the score in units, its square, and ω·score
	means lanes.Means   // of Σω·score
	list  []uint32

	place, class  []uint32      // by row
	cell, square  [][]uint32    // by crossing and row
	of            []blockColumn // by dimension: codes of the scores
	x             []int64       // by row of those scored together: 1 and the figures, then 1 and their squares
	sum           []float64     // of each of them Σω·score
	without       [][]uint32    // by figure: rows of the block without a valid score
	incomplete    []uint32      // rows scored together that have an index but lack a dimension
	groups, whole []tallier     // of the items tallied in every group, by crossing, and of those tallied over all
	predictor     *predictorWorker
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

// coded is a column of codes, or of the levels of an attribute.
type coded interface {
	AddOf(rows []uint32, step uint32, dst []uint32)
	AddRange(from int, step uint32, dst []uint32)
}

// codes writes the codes of the block's rows to dst.
func (b *block) codes(c coded, dst []uint32) {
	clear(dst)
	b.addCodes(c, 1, dst)
}

// addCodes adds the codes of the block's rows, times step, to dst.
func (b *block) addCodes(c coded, step uint32, dst []uint32) {
	if b.rows == nil {
		c.AddRange(b.first, step, dst)
	} else {
		c.AddOf(b.rows, step, dst)
	}
}

// inUnits is a score less 50 and its square in whole numbers.
func inUnits(score float64) (x, xx int64) {
	d := score - scoreShift
	return lanes.Rounded(d * scoreUnit), lanes.Rounded(float64(d*d) * squareUnit)
}

// worker adds to tables in blocks of up to so many rows, or where there are none only finds them.
func (t *Tabulation) worker(into *tables, rows int) *worker {
	w := &worker{Tabulation: t, into: into}
	w.place, w.class = make([]uint32, rows), make([]uint32, rows)
	if t.predictors != nil {
		w.predictor = t.predictors.worker(rows)
		return w
	}
	if into == nil {
		return w
	}
	for range into.crossings {
		w.cell, w.square = append(w.cell, make([]uint32, rows)), append(w.square, make([]uint32, rows))
	}
	if t.scores == nil {
		return w
	}
	w.x, w.sum, w.without = make([]int64, 2*min(rows, scoredRows)*t.width()), make([]float64, min(rows, scoredRows)), make([][]uint32, t.figures())
	for at := 0; at < len(w.x); at += t.width() {
		w.x[at] = 1
	}
	w.means = lanes.Means{Shift: scoreShift, Unit: scoreUnit, SquareUnit: squareUnit}
	for d, c := range t.scores.dimensions {
		omega := t.scores.model.Dimensions[d].DimensionWeight
		w.means.Total += omega
		var parts lanes.Parts
		for _, s := range c.met {
			if s.status == ScoreOK {
				x, xx := inUnits(s.score)
				parts.Add(x, xx, omega*s.score)
			} else {
				parts.Add(0, 0, math.NaN())
			}
		}
		w.parts, w.of = append(w.parts, parts), append(w.of, newBlockColumn(c.codes.Bytewise(), &c.codes, rows))
	}
	return w
}

// count makes ready to count answers; many rows come to the tables when the worker has finished.
func (w *worker) count(rows int, many bool) {
	places := w.places.len() + 1
	var groups []counted
	for i := range w.into.crossings {
		j := &w.into.crossings[i]
		of := counted{cells: places * j.cells}
		if j.of == nil {
			of.into = []countedIn{{counts: w.into.tallies[i]}}
		}
		for _, segmentation := range j.of {
			c := &w.crossings[segmentation]
			of.into = append(of.into, countedIn{counts: w.into.tallies[segmentation], within: j.within(c), cells: c.cells})
		}
		groups = append(groups, of)
	}
	w.groups = w.talliers(w.inGroups, groups, rows, many)
	w.whole = w.talliers(w.inWhole, []counted{{cells: places, into: []countedIn{{counts: w.into.whole}}}}, rows, many)
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

// mostly is the part of the rows of a block that count from which the block is worked on whole.
const mostly = 0.7

// blocks calls add for all that counts of the rows from … to−1: blocks of which most count as they are, what counts of others together.
func (w *worker) blocks(from, to int, add func(b *block)) {
	var b block
	w.list = w.list[:0]
	listed := func() {
		if len(w.list) > 0 {
			b = block{rows: w.list, n: len(w.list)}
			add(&b)
			w.list = w.list[:0]
		}
	}
	for from < to {
		first, next := from, min((from/blockRows+1)*blockRows, to)
		from = next
		n := 0
		for _, word := range w.selection.valid[first/64 : (next+63)/64] {
			n += bits.OnesCount64(word)
		}
		if first%64 == 0 && float64(n) >= mostly*float64(next-first) {
			b = block{first: first, n: next - first}
			add(&b)
			continue
		}
		if len(w.list)+min(n, next-first) > len(w.place) {
			listed()
		}
		w.list = w.selection.append(w.list, first, next)
	}
	listed()
}

// add takes a block in, or out again.
func (w *worker) add(b *block, in bool) {
	if w.into.added += b.n; w.into.added > carryAfter {
		w.into.carry(carryAdded)
		w.into.added = b.n
	}
	w.locate(b)
	sign := int64(1)
	if !in {
		sign = -1
	}
	if w.predictor != nil {
		w.predictor.add(w.into.cross, b, w.place[:b.n], sign)
		return
	}
	for i := range w.into.crossings {
		w.cross(i, b)
	}
	if w.figures() > 0 {
		w.addScores(b, in)
	} else {
		for i, sums := range w.into.groups {
			for _, c := range w.cell[i][:b.n] {
				sums.x[c] += sign
			}
		}
	}
	for k := range w.groups {
		w.groups[k].take(b)
		for i := range w.into.crossings {
			w.groups[k].add(i, w.cell[i][:b.n], b, uint32(sign))
		}
	}
	for k := range w.whole {
		w.whole[k].take(b)
		w.whole[k].add(0, w.place[:b.n], b, uint32(sign))
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
		if w.plan.Stratum != None || p.unknown >= 0 {
			for i, c := range place {
				h := class[i]
				if c == unknown {
					place[i], class[i] = units+h, 1+h
				} else {
					place[i], class[i] = h*clusters+c, 0
				}
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

// cross finds the cell of each row in a crossing, by place and by class.
func (w *worker) cross(of int, b *block) {
	j, cell, square := &w.into.crossings[of], w.cell[of][:b.n], w.square[of][:b.n]
	clear(cell)
	for k, at := range j.attributes {
		b.addCodes(w.selection.table.Attribute(at), j.step[k], cell)
	}
	if w.figures() > 0 {
		copy(square, cell)
		lanes.AddNumbers(square, w.class[:b.n], uint32(j.cells))
	}
	lanes.AddNumbers(cell, w.place[:b.n], uint32(j.cells))
}

// scoredRows is the number of rows that are scored together, so few that their scores stay in the nearest cache until they are added up.
const scoredRows = 128

// addScores adds the scores of the rows to their cells.
func (w *worker) addScores(b *block, in bool) {
	width, sums := w.width(), w.into.incomplete
	for d := range w.of {
		w.of[d].take(b)
	}
	for f := range w.without {
		w.without[f] = w.without[f][:0]
	}
	for from := 0; from < b.n; from += scoredRows {
		to := min(from+scoredRows, b.n)
		w.score(b, from, to)
		if !in {
			negate(w.x)
		}
		for i, sums := range w.into.groups {
			lanes.AddRows(sums.x, w.cell[i][from:to], w.x, width, 2*width)
			lanes.AddRows(sums.xx, w.square[i][from:to], w.x[width:], width, 2*width)
		}
		for _, i := range w.incomplete {
			at, class, x := 2*w.place[i], 2*w.class[i], w.x[2*width*(int(i)-from):]
			sums.x[at] += x[0]
			sums.x[at+1] += x[1]
			sums.xx[class+1] += x[width+1]
		}
		if !in {
			negate(w.x)
		}
	}
	for f, rows := range w.without {
		if len(rows) == 0 {
			continue
		}
		for k := range w.into.groups {
			sums := &w.into.groups[k]
			lacking := sums.lacking(f, len(sums.x)/width)
			for _, i := range rows {
				if in {
					lacking[w.cell[k][i]]++
				} else {
					lacking[w.cell[k][i]]--
				}
			}
		}
	}
}

// score finds the scores of the rows from … to−1 of the block.
func (w *worker) score(b *block, from, to int) {
	sum, width := w.sum[:to-from], w.width()
	w.incomplete = w.incomplete[:0]
	clear(sum)
	for d, parts := range w.parts {
		if of := &w.of[d]; of.column != nil {
			lanes.Put(parts, w.x, width, 2+d, sum, of.bytes[from:to])
		} else {
			lanes.Put(parts, w.x, width, 2+d, sum, of.wide[from:to])
		}
	}
	w.means.Put(w.x, width, 1, sum)
	for i, s := range sum {
		if s != s {
			w.scoreIncomplete(b, from+i, w.x[2*width*i:])
		}
	}
}

func negate(x []int64) {
	for i := range x {
		x[i] = -x[i]
	}
}

// scoreIncomplete finds the index of a row that may lack a dimension.
func (w *worker) scoreIncomplete(b *block, i int, x []int64) {
	lacking, width := false, w.width()
	x[1], x[width+1] = 0, 0
	for d, c := range w.scores.dimensions {
		if c.met[w.of[d].at(i)].status != ScoreOK {
			lacking = true
			w.without[d+1] = append(w.without[d+1], uint32(i))
		}
	}
	index, status := w.index(b.row(i))
	if status != ScoreOK {
		w.without[0] = append(w.without[0], uint32(i))
		return
	}
	x[1], x[width+1] = inUnits(index)
	if lacking {
		w.incomplete = append(w.incomplete, uint32(i))
	}
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
