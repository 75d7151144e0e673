package scoring

import (
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// tallied are some items of a list that are counted together: per cell, item and slot.
type tallied struct {
	items        []int
	slots, width int // of an item, and items of a cell
}

// paired is the place of the one or two items in inGroups that joints count, -1 for none.
func (t *Tabulation) paired() int {
	return slices.IndexFunc(t.inGroups, func(of tallied) bool { return of.width == lanes.Pair })
}

// tallied divides a list of items into those that are counted together, in its order; an item that has too many ratings is counted by itself.
func (t *Tabulation) tallied(list []int) (out []tallied) {
	for _, item := range list {
		last := len(out) - 1
		ratings := len(t.scores.model.Items[item].Scores)
		switch {
		case ratings > lanes.Ratings:
			out = append(out, tallied{[]int{item}, ratings + lanes.Slots - lanes.Ratings, 1})
		case last >= 0 && out[last].width > 1 && len(out[last].items) < lanes.Most:
			out[last].items = append(out[last].items, item)
			out[last].width = max(lanes.Pair, len(out[last].items))
		default:
			out = append(out, tallied{[]int{item}, lanes.Slots, lanes.Pair})
		}
	}
	return out
}

// slot is where a code counts: ratings from the low end of the scale, then, at the end, who was not asked, to whom it does not apply and who skipped it.
func (of *tallied) slot(code byte) int {
	if code < columns.NotRouted {
		return int(code)
	}
	return of.slots - int(columns.Skipped) - 1 + int(code)
}

// columns are those of the items.
func (t *Tabulation) columns(of *tallied) (out [][]byte) {
	for _, item := range of.items {
		out = append(out, t.selection.table.Item(item))
	}
	return out
}

// room is the number of counts in so many cells.
func (of *tallied) room(cells int) int { return cells * of.slots * of.width }

// counts are those of an item in a cell, by slot.
func (of *tallied) counts(counts []uint32, cell, lane int) []uint32 {
	return counts[(cell*of.width+lane)*of.slots:][:of.slots]
}

// tallyOf finds an item.
func tallyOf(all []tallied, item int) (of, lane int) {
	for of := range all {
		if lane := slices.Index(all[of].items, item); lane >= 0 {
			return of, lane
		}
	}
	return -1, -1
}

// receive takes counts of the listed items in a cell that were taken elsewhere: of each its ratings, then skipped, not applicable, not routed.
func receive(all []tallied, tables [][]uint32, cell int, counts [][]int64) {
	at := 0
	for k := range all {
		of := &all[k]
		for lane := range of.items[:min(len(of.items), len(counts)-at)] {
			into, ratings := of.counts(tables[k], cell, lane), len(counts[at])-3
			for i, n := range counts[at] {
				slot := i
				if lacking := i - ratings; lacking >= 0 {
					slot = of.slots - 1 - lacking // slots have them the other way round
				}
				into[slot] += uint32(n)
			}
			at++
		}
	}
}

// counted are the cells that rows are counted by.
type counted struct {
	cells int
	into  []countedIn
}

// countedIn is a table that counts by cell come to: where within is not nil, those of each place's cells to others, of which a place has so many.
type countedIn struct {
	counts [][]uint32 // by items
	within []uint32
	cells  int
}

// answered reads what the rows of a block answered to a few items.
type answered struct {
	columns [][]byte
	answers lanes.Answers
	ahead   lanes.Ahead
}

// take takes the rows of a block.
func (a *answered) take(b *block) {
	a.ahead = lanes.Ahead{}
	switch {
	case b.whole():
		a.answers.TakeRange(a.columns, b.first, b.n)
	case b.marks != nil:
		a.answers.TakeMarked(a.columns, b.marks)
		from, to := b.marks.Range()
		a.ahead = lanes.NewAhead(a.columns, to, to+to-from) // rows of the next block, likely
	default:
		a.answers.TakeRows(a.columns, b.rows)
	}
}

// tallier counts items by cells.
type tallier struct {
	tallied
	answered
	into  [][]lanes.Into // by cells
	quick []*lanes.Tally // by cells; nil where rows are few
}

// tallier counts the k-th items by the cells of one kind or several, in blocks of up to so many rows. many has it count into room of its own first, which
// pays for many rows; see empty.
func (t *Tabulation) tallier(of tallied, k int, by []counted, rows int, many bool) tallier {
	w := tallier{tallied: of, answered: answered{columns: t.columns(&of)}}
	for i := range by {
		var into []lanes.Into
		for _, table := range by[i].into {
			into = append(into, lanes.Into{Counts: table.counts[k], Within: table.within, Cells: table.cells})
		}
		w.into = append(w.into, into)
		if many && of.width > 1 {
			w.quick = append(w.quick, lanes.NewTally(by[i].cells, of.width, into))
		}
	}
	if of.width > 1 {
		w.answers = lanes.NewAnswers(rows, of.width)
	}
	return w
}

// take takes the rows of a block, where that is of use.
func (w *tallier) take(b *block) {
	if w.width > 1 {
		w.answered.take(b)
	}
}

// add counts the rows of the block taken by cells of a kind, or with an one of −1 out again.
func (w *tallier) add(by int, cell []uint32, b *block, one uint32) {
	if w.quick != nil {
		w.quick[by].Add(cell, w.answers, &w.ahead)
		return
	}
	for k := range w.into[by] {
		into := &w.into[by][k]
		if w.width > 1 {
			w.answers.Count(into, cell, one)
			continue
		}
		for i, c := range cell {
			into.Counts[into.At(int(c))*w.slots+w.slot(w.columns[0][b.row(i)])] += one
		}
	}
}

// empty takes to the tables what was counted elsewhere, and ends the tallier.
func (w *tallier) empty() {
	for _, t := range w.quick {
		t.Empty()
		t.Release()
	}
}
