package scoring

import (
	"math"
	"math/bits"

	"paxscore/scoring/lanes"
)

// inUnits is a score less 50 and its square in whole numbers.
func inUnits(score float64) (x, xx int64) {
	d := score - scoreShift
	return lanes.Rounded(d * scoreUnit), lanes.Rounded(float64(d*d) * squareUnit)
}

// incompleteRow is the index, in units, of a row that lacks a dimension.
type incompleteRow struct {
	row   int // of the block
	x, xx int64
}

// dimensions makes ready to score blocks of so many rows, and says how the scores of each dimension are packed.
func (w *worker) dimensions(rows int) (packed []packing) {
	if w.figures() == 0 {
		return nil
	}
	w.rows.Means = lanes.Means{Shift: scoreShift, Unit: scoreUnit, SquareUnit: squareUnit}
	for d, c := range w.scores.dimensions {
		omega := w.scores.model.Dimensions[d].DimensionWeight
		w.rows.Means.Total += omega
		x, xx := c.inUnits()
		packing := packingOf(x)
		var parts lanes.Parts
		for code, s := range c.met {
			if s.status == ScoreOK {
				parts.Add(packing.pack(x[code]), xx[code], omega*s.score)
			} else {
				parts.Add(0, 0, math.NaN())
			}
		}
		packed, w.rows.Columns = append(packed, packing), append(w.rows.Columns, lanes.Column{Parts: parts})
		w.of = append(w.of, newBlockColumn(c.codes.Bytewise(), &c.codes, rows))
	}
	return packed
}

// inUnits are the scores met, and their squares, in whole numbers; 0 for what is none.
func (c *scoreColumn) inUnits() (x, xx []int64) {
	x, xx = make([]int64, len(c.met)), make([]int64, len(c.met))
	for code, s := range c.met {
		if s.status == ScoreOK {
			x[code], xx[code] = inUnits(s.score)
		}
	}
	return x, xx
}

// scoredRows is the number of rows that are scored together, so few that their scores stay in the nearer caches until they are added up.
const scoredRows = 512

// addScores adds the scores of the rows to their cells.
func (w *worker) addScores(b *block, sign int64) {
	for d := range w.of {
		w.of[d].take(b)
	}
	for f := range w.without {
		w.without[f] = w.without[f][:0]
	}
	sums := w.into.incomplete
	for from := 0; from < b.n; from += scoredRows {
		to := min(from+scoredRows, b.n)
		for i, j := range w.joints {
			j.cells.Ask(w.cell[i][from:to])
		}
		w.score(from, to)
		if w.joints != nil {
			w.addToJoints(from, to)
		} else {
			w.addToGroups(from, to, sign)
		}
		if sign < 0 {
			negate(w.rows.Squares)
		}
		for i := range w.squares {
			lanes.AddRows(w.squares[i].xx, w.squares[i].cell[from:to], w.rows.Squares, w.width(), w.width())
		}
		for _, r := range w.incomplete {
			at, cells := w.weighed[r.row], uint32(w.weighing.cells)
			class := w.class[r.row]*cells + at%cells
			sums.x[2*at] += sign
			sums.x[2*at+1] += sign * r.x
			sums.xx[2*class+1] += sign * r.xx
		}
	}
	for f, rows := range w.without {
		if len(rows) == 0 {
			continue
		}
		for i := range w.by {
			lacking := w.sums[i].lacking(f, (w.places.len()+1)*w.by[i].cells)
			for _, row := range rows {
				lacking[w.cell[i][row]] += uint32(sign)
			}
		}
	}
}

// addToJoints adds the rows scored, from … to−1 of the block.
func (w *worker) addToJoints(from, to int) {
	for i, j := range w.joints {
		j.cells.Add(w.cell[i][from:to], w.rows.Numbers, w.pair.answers.Rows(from, to))
	}
}

// addToGroups adds the rows scored, from … to−1 of the block, or takes them out by a sign of −1.
func (w *worker) addToGroups(from, to int, sign int64) {
	width := w.width()
	for i := range to - from {
		w.packings.unpack(w.rows.Numbers[i*w.packings.numbers:], w.long[i*width:][:width])
	}
	if sign < 0 {
		negate(w.long)
	}
	for i, sums := range w.into.groups {
		lanes.AddRows(sums.x, w.cell[i][from:to], w.long, width, width)
	}
}

func negate(x []int64) {
	for i := range x {
		x[i] = -x[i]
	}
}

// score finds the scores of the rows from … to−1 of the block.
func (w *worker) score(from, to int) {
	w.incomplete = w.incomplete[:0]
	if w.figures() == 0 {
		return
	}
	for d := range w.rows.Columns {
		if c, of := &w.rows.Columns[d], &w.of[d]; of.column != nil {
			c.Bytes = of.bytes[from:to]
		} else {
			c.Wide = of.wide[from:to]
		}
	}
	w.rows.Put(to - from)
	for four, lacking := range w.rows.Lacking[:(to-from+3)/4] {
		for ; lacking != 0; lacking &= lacking - 1 {
			i := 4*four + bits.TrailingZeros8(lacking)
			w.scoreIncomplete(from+i, i)
		}
	}
}

// scoreIncomplete finds the index of a row that may lack a dimension, the i-th of the block and the k-th of those scored together.
func (w *worker) scoreIncomplete(i, k int) {
	var o overallSums
	m, lacking := w.scores.model, false
	for d, c := range w.scores.dimensions {
		s := &c.met[w.of[d].at(i)]
		if s.status != ScoreOK {
			lacking = true
			w.without[d+1] = append(w.without[d+1], uint32(i))
		}
		o.add(m.Dimensions[d].DimensionWeight, s.score, s.status)
	}
	index, status := o.score(m.Policy, len(m.Dimensions))
	if status != ScoreOK {
		w.without[0] = append(w.without[0], uint32(i))
		w.rows.PutOne(k, w.packings.index(), 1, 0, 0)
		return
	}
	x, xx := inUnits(index)
	w.rows.PutOne(k, w.packings.index(), 1, lanes.Split(x), xx)
	if lacking {
		w.incomplete = append(w.incomplete, incompleteRow{i, x, xx})
	}
}
