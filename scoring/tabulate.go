package scoring

import (
	"math/bits"

	"paxscore/scoring/lanes"
)

// worker adds rows to tables, a block at a time.
type worker struct {
	*Tabulation
	into     *tables
	packings *packings
	list     []uint32

	by            []crossing  // that rows are added up by: joints, or the segmentations
	joints        []*joint    // nil where rows are too few
	sums          []*cellSums // by crossing: where rows without a score are counted
	squares       []squared
	place, class  []uint32        // by row
	weighed       []uint32        // by row: the cell of the margins in its place; its place where there are no margins
	cell          [][]uint32      // by crossing and row
	of            []blockColumn   // by dimension: codes of the scores
	rows          lanes.Rows      // those scored together: the figures, and their squares as cellSums has them; a column is a dimension, its shares ω·score
	long          []int64         // of these rows, as cellSums has them
	without       [][]uint32      // by figure: rows of the block without a valid score
	incomplete    []incompleteRow // rows scored together that have an index but lack a dimension
	pair          answered        // what is counted in joints; without columns nothing
	groups, whole []tallier       // of the items tallied in every group, by crossing, and of those tallied over all
	predictor     *predictorWorker
}

// block is rows that are worked on together: those listed, those marked where they lie close together, or where most of them count all from one row on.
type block struct {
	rows  []uint32     // of those marked too, once one of them was asked for
	marks *lanes.Marks // nil where rows are not marked
	first int
	n     int
	room  []uint32 // for rows
}

// whole reports whether all rows from one on are in the block.
func (b *block) whole() bool { return b.rows == nil && b.marks == nil }

func (b *block) row(i int) uint32 {
	if b.whole() {
		return uint32(b.first + i)
	}
	if b.rows == nil {
		b.rows = b.marks.Append(b.room)
	}
	return b.rows[i]
}

// coded is a column of codes, or of the levels of an attribute.
type coded interface {
	AddOf(rows []uint32, step uint32, dst []uint32)
	AddMarked(m *lanes.Marks, step uint32, dst []uint32)
	AddRange(from int, step uint32, dst []uint32)
}

// codes writes the codes of the block's rows to dst.
func (b *block) codes(c coded, dst []uint32) {
	clear(dst)
	b.addCodes(c, 1, dst)
}

// addCodes adds the codes of the block's rows, times step, to dst.
func (b *block) addCodes(c coded, step uint32, dst []uint32) {
	switch {
	case b.whole():
		c.AddRange(b.first, step, dst)
	case b.marks != nil:
		c.AddMarked(b.marks, step, dst)
	default:
		c.AddOf(b.rows, step, dst)
	}
}

// worker adds to tables in blocks of up to so many rows, or where there are none only finds them.
func (t *Tabulation) worker(into *tables, rows int) *worker {
	w := &worker{Tabulation: t, into: into}
	w.place, w.class = make([]uint32, rows), make([]uint32, rows)
	if w.weighed = w.place; len(t.margins) > 0 {
		w.weighed = make([]uint32, rows)
	}
	if t.predictors != nil {
		w.predictor = t.predictors.worker(rows)
		return w
	}
	if into == nil {
		return w
	}
	w.packings = newPackings(w.dimensions(rows))
	rows = min(rows, scoredRows)
	w.rows.Numbers, w.rows.Stride = make([]int32, rows*w.packings.numbers), w.packings.numbers
	w.rows.Squares, w.rows.Width = make([]int64, rows*t.width()), t.width()
	w.rows.Means.Number, w.rows.Means.Square, w.rows.Lacking = w.packings.index(), 1, make([]uint8, (rows+3)/4)
	for d := range w.rows.Columns {
		w.rows.Columns[d].Number, w.rows.Columns[d].Square = w.packings.at[d], 2+d
	}
	for at := w.packings.numbers - 1; at < len(w.rows.Numbers); at += w.packings.numbers {
		w.rows.Numbers[at] = 1
	}
	w.long, w.without = make([]int64, rows*t.width()), make([][]uint32, t.figures())
	return w
}

// prepare makes ready to add up blocks of so many rows, all to be taken in where filling is said, and by joints where there are any. What was not added to
// the tables comes to them when the worker has finished.
func (w *worker) prepare(rows int, filling bool, joints []crossing) {
	if w.predictor != nil {
		if filling && rows == blockRows {
			w.predictor.prepare()
		}
		return
	}
	w.squares = w.squared(rows, joints)
	if w.by = w.crossings; joints != nil {
		w.by, w.pair.answers = joints, lanes.NewPairs(rows)
		if k := w.paired(); k >= 0 {
			w.pair.columns = w.columns(&w.inGroups[k])
		}
	}
	places := w.places.len() + 1
	var groups []counted
	for i := range w.by {
		w.cell = append(w.cell, make([]uint32, rows))
		of := counted{cells: places * w.by[i].cells}
		if joints == nil {
			w.sums = append(w.sums, &w.into.groups[i])
			of.into = []countedIn{{counts: w.into.tallies[i]}}
		} else {
			j := w.joint(w.by[i])
			for s, segmentation := range j.by.of {
				of.into = append(of.into, countedIn{counts: w.into.tallies[segmentation], within: j.within[s], cells: w.crossings[segmentation].cells})
			}
			w.joints, w.sums = append(w.joints, j), append(w.sums, &j.sums)
		}
		groups = append(groups, of)
	}
	for k, of := range w.inGroups {
		if joints == nil || k != w.paired() {
			w.groups = append(w.groups, w.tallier(of, k, groups, rows, joints != nil))
		}
	}
	whole := []counted{{cells: places * w.weighing.cells, into: []countedIn{{counts: w.into.whole}}}}
	for k, of := range w.inWhole {
		w.whole = append(w.whole, w.tallier(of, k, whole, rows, filling && (joints != nil || 2*rows >= whole[0].cells)))
	}
}

// finish takes what was added up elsewhere to the tables.
func (w *worker) finish() {
	if w.predictor != nil {
		w.predictor.finish(w.into.cross)
	}
	for _, j := range w.joints {
		j.finish()
	}
	for i := range w.squares {
		w.squares[i].finish(w)
	}
	for k := range w.groups {
		w.groups[k].empty()
	}
	for k := range w.whole {
		w.whole[k].empty()
	}
	if w.countsAll() {
		w.into.countRows(w.inGroups[0])
	}
}

// countsAll reports whether rows are not scored but tallied in every group, so that their number follows from the counts of any item.
func (t *Tabulation) countsAll() bool { return t.figures() == 0 && len(t.inGroups) > 0 }

// countRows counts the rows of each cell by what was counted of an item.
func (t *tables) countRows(of tallied) {
	for i := range t.groups {
		rows, counts := t.groups[i].x, t.tallies[i][0]
		for cell := range rows {
			rows[cell] = 0
			for _, n := range of.counts(counts, cell, 0) {
				rows[cell] += int64(n)
			}
		}
	}
}

// Parts of the rows of a block that count from which the block is worked on whole: of rows that would be listed, and of rows that would be marked.
const (
	mostly    = 0.7
	nearlyAll = 0.9
)

// blocks calls add for all that counts of the rows from … to−1: blocks of which most count as they are, what counts of others together.
func (w *worker) blocks(from, to int, add func(b *block)) {
	var b block
	var marks lanes.Marks
	begun, listed := from, 0 // rows not yet worked on, and at most how many of them count
	if w.list == nil {
		w.list = make([]uint32, 0, len(w.place)+lanes.PackRoom) // once, also where rows are marked and only some blocks list them
	}
	list := func(end int) {
		if begun == end {
			return
		}
		valid := w.selection.valid[begun/64 : (end+63)/64]
		if marks = lanes.MarksOf(begun/64*64, valid); begun%64 == 0 && (end%64 == 0 || end == w.selection.rows) && marks.Dense() {
			b = block{marks: &marks, n: marks.Len(), room: w.list[:0]}
		} else {
			w.list = w.selection.append(w.list[:0], begun, end)
			b = block{rows: w.list, n: len(w.list)}
		}
		if b.n > 0 {
			add(&b)
		}
		begun, listed = end, 0
	}
	for from < to {
		first, next := from, min((from/blockRows+1)*blockRows, to)
		from = next
		m := lanes.MarksOf(first/64*64, w.selection.valid[first/64:(next+63)/64])
		n, least := m.Len(), mostly
		if m.Dense() {
			least = nearlyAll
		}
		if first%64 == 0 && float64(n) >= least*float64(next-first) {
			list(first)
			b = block{first: first, n: next - first}
			add(&b)
			begun = next
			continue
		}
		if n = min(n, next-first); listed+n > len(w.place) {
			list(first)
		}
		listed += n
	}
	list(to)
}

// add takes a block in, or out again.
func (w *worker) add(b *block, in bool) {
	w.into.adding(b.n)
	w.locate(b)
	w.locateWeighed(b)
	sign := int64(1)
	if !in {
		sign = -1
	}
	if w.predictor != nil {
		w.predictor.add(w.into.cross, b, w.weighed[:b.n], sign)
		return
	}
	for i := range w.by {
		w.levels(&w.by[i], b, w.cell[i])
	}
	for i := range w.squares {
		w.squares[i].locate(w, b)
	}
	for i := range w.by {
		lanes.AddNumbers(w.cell[i][:b.n], w.place[:b.n], uint32(w.by[i].cells))
	}
	if w.pair.columns != nil {
		w.pair.take(b)
	}
	if !w.countsAll() || w.pair.columns != nil { // pairs are counted with scores
		w.addScores(b, sign)
	}
	for k := range w.groups {
		w.groups[k].take(b)
		for i := range w.by {
			w.groups[k].add(i, w.cell[i][:b.n], b, uint32(sign))
		}
	}
	for k := range w.whole {
		w.whole[k].take(b)
		w.whole[k].add(0, w.weighed[:b.n], b, uint32(sign))
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
		copy(place, class)
		for i := range class {
			class[i]++
		}
	} else {
		b.codes(table.Attribute(w.plan.Cluster), place)
		clusters, units, unknown := uint32(p.clusters), uint32(p.units()), uint32(p.unknown) // -1 is no level
		if w.plan.Stratum != None || p.unknown >= 0 {
			for i, c := range place {
				h := class[i]
				switch {
				case c == unknown:
					place[i], class[i] = units+h, 1+h
				case p.paired:
					place[i], class[i] = p.pairs[h*clusters+c]-1, 0
				default:
					place[i], class[i] = h*clusters+c, 0
				}
			}
		}
	}
	if !b.whole() {
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

// locateWeighed finds the cell of the margins that each row is in.
func (w *worker) locateWeighed(b *block) {
	if len(w.margins) > 0 {
		w.levels(&w.weighing, b, w.weighed)
		lanes.AddNumbers(w.weighed[:b.n], w.place[:b.n], uint32(w.weighing.cells))
	}
}

// levels finds the cell of each row among those of a place.
func (w *worker) levels(by *crossing, b *block, cell []uint32) {
	cell = cell[:b.n]
	clear(cell)
	for k, at := range by.attributes {
		b.addCodes(w.selection.table.Attribute(at), by.step[k], cell)
	}
}
