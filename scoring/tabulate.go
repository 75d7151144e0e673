package scoring

import "math"

// worker adds rows to tables, a block at a time.
type worker struct {
	*Tabulation
	into  *tables
	slot  map[int]*[256]uint8 // by item
	met   [][]summed          // by dimension and code of its score
	total float64             // Σω of all dimensions, 0 where no index rests on all of them

	place, class, cell, square, code [blockRows]uint32
	x, xx                            [][blockRows]int64 // by figure
	sum                              [blockRows]float64
	lacking                          [blockRows]bool
	without                          [][]uint32 // by figure: rows of the block without a valid score
	incomplete                       []uint32
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

func (t *Tabulation) worker(into *tables) *worker {
	w := &worker{Tabulation: t, into: into, slot: map[int]*[256]uint8{}}
	for _, items := range [][]int{t.inGroups, t.inWhole} {
		for _, item := range items {
			slots := slotsOf(len(t.scores.model.Items[item].Scores))
			w.slot[item] = &slots
		}
	}
	w.x, w.xx = make([][blockRows]int64, t.figures()), make([][blockRows]int64, t.figures())
	w.without = make([][]uint32, t.figures())
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

// add takes up to blockRows rows in, or out again.
func (w *worker) add(rows []uint32, in bool) {
	if len(rows) == 0 {
		return
	}
	if w.into.added += len(rows); w.into.added > carryAfter {
		w.into.carry()
		w.into.added = len(rows)
	}
	w.locate(rows)
	w.score(rows)
	one := uint32(1)
	if !in {
		one = ^uint32(0)
		for f := range w.x {
			negate(w.x[f][:len(rows)])
			negate(w.xx[f][:len(rows)])
		}
	}
	for i := range w.joints {
		w.addJoint(i, rows, one)
	}
	table := w.selection.table
	for k, item := range w.inWhole {
		tally(w.into.whole[k], w.place[:len(rows)], uint32(w.slots(item)), table.Item(item), rows, w.slot[item], one)
	}
	if w.scores == nil {
		return
	}
	index, out := 0, w.into.incomplete
	for _, i := range w.incomplete {
		out.without[w.place[i]] += one // here the rows that have the index
		out.x[w.place[i]] += w.x[index][i]
		out.xx[w.class[i]] += w.xx[index][i]
	}
}

func negate(x []int64) {
	for i := range x {
		x[i] = -x[i]
	}
}

// locate finds the place of each row's sampling unit and the class of its squares.
func (w *worker) locate(rows []uint32) {
	table, p := w.selection.table, &w.places
	place, class := w.place[:len(rows)], w.class[:len(rows)]
	clear(class) // first the stratum
	if w.plan.Stratum != None {
		table.Attribute(w.plan.Stratum).Of(rows, class)
	}
	if w.plan.Cluster == None {
		for i, h := range class {
			place[i], class[i] = h, 1+h
		}
		return
	}
	table.Attribute(w.plan.Cluster).Of(rows, place)
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

// score finds the scores of each row.
func (w *worker) score(rows []uint32) {
	if w.scores == nil {
		return
	}
	n := len(rows)
	sum, lacking, code := w.sum[:n], w.lacking[:n], w.code[:n]
	clear(sum)
	clear(lacking)
	for d, c := range w.scores.dimensions {
		x, xx, met := w.x[d+1][:n], w.xx[d+1][:n], w.met[d]
		without := w.without[d+1][:0]
		c.codes.Of(rows, code)
		for i, k := range code {
			m := &met[k]
			x[i], xx[i] = m.x, m.xx
			sum[i] += m.part
			if m.lacking {
				lacking[i] = true
				without = append(without, uint32(i))
			}
		}
		w.without[d+1] = without
	}
	x, xx := w.x[0][:n], w.xx[0][:n]
	without, incomplete := w.without[0][:0], w.incomplete[:0]
	for i, s := range sum {
		if !lacking[i] && w.total > 0 {
			x[i], xx[i] = inUnits(s / w.total)
			continue
		}
		if index, status := w.index(rows[i]); status == ScoreOK {
			x[i], xx[i] = inUnits(index)
			if lacking[i] {
				incomplete = append(incomplete, uint32(i))
			}
			continue
		}
		x[i], xx[i] = 0, 0
		without = append(without, uint32(i))
	}
	w.without[0], w.incomplete = without, incomplete
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

// addJoint adds the block to the cells of a joint.
func (w *worker) addJoint(of int, rows []uint32, one uint32) {
	j, sums, table := &w.joints[of], &w.into.joints[of], w.selection.table
	n := len(rows)
	cell, square, code := w.cell[:n], w.square[:n], w.code[:n]
	clear(cell)
	for k, at := range j.attributes {
		table.Attribute(at).Of(rows, code)
		step := j.step[k]
		for i, level := range code {
			cell[i] += level * step
		}
	}
	cells := uint32(j.cells)
	for i, k := range cell {
		square[i] = w.class[i]*cells + k
		cell[i] = w.place[i]*cells + k
		sums.n[cell[i]] += one
	}
	for f := range sums.figures {
		p := &sums.figures[f]
		accumulate(p.x, cell, w.x[f][:n])
		accumulate(p.xx, square, w.xx[f][:n])
		if len(w.without[f]) > 0 && p.without == nil {
			p.without = make([]uint32, len(p.x))
		}
		for _, i := range w.without[f] {
			p.without[cell[i]] += one
		}
	}
	for k, item := range w.inGroups {
		tally(sums.tallies[k], cell, uint32(w.slots(item)), table.Item(item), rows, w.slot[item], one)
	}
}

func accumulate(sums []int64, cell []uint32, x []int64) {
	x = x[:len(cell)]
	for i, c := range cell {
		sums[c] += x[i]
	}
}

func tally(counts []uint32, cell []uint32, slots uint32, column []byte, rows []uint32, slot *[256]uint8, one uint32) {
	rows = rows[:len(cell)]
	for i, c := range cell {
		counts[c*slots+uint32(slot[column[rows[i]]])] += one
	}
}
