package lanes

// Slots is the number of codes of an item that a Tally tells apart.
const Slots = 16

// Most is the number of items that are counted together.
const Most = 8

// noCode is a code that no item has, for slots that are not used.
const noCode = 250

// most is the number of rows of a cell that single bytes count.
const most = 255

// slots say where the codes of a few items are counted: by slot, and in each of them a lane for each item.
type slots struct {
	lanes int
	codes []byte       // per slot and lane: what is counted there
	of    [][256]uint8 // by item and code; Slots for one that is not counted
}

// newSlots gives for each item the codes to count, by slot.
func newSlots(lanes int, codes [][]byte) slots {
	s := slots{lanes: lanes, codes: make([]byte, Slots*lanes), of: make([][256]uint8, len(codes))}
	for i := range s.codes {
		s.codes[i] = noCode
	}
	for k, of := range codes {
		for code := range s.of[k] {
			s.of[k][code] = Slots
		}
		for slot, code := range of {
			s.codes[slot*lanes+k] = code
			s.of[k][code] = uint8(slot)
		}
	}
	return s
}

// count counts the answers of a row, the first in the low bits.
func (s *slots) count(counts []byte, answers uint64) {
	for k := range s.of {
		if slot := int(s.of[k][answers>>(8*k)&0xff]); slot < Slots {
			counts[slot*s.lanes+k]++
		}
	}
}

// Width is the number of lanes for so many items.
func Width(items int) int {
	if items <= pair {
		return pair
	}
	return Most
}

// Answers are the codes of rows for up to eight items, a byte each, the first in the low bits.
type Answers []uint64

// Range takes the rows first … first+n−1 of the columns, one of each item.
func (a Answers) Range(columns [][]byte, first, n int) {
	a = a[:n]
	done := 0
	if sixteens := n / 16; vectors && sixteens > 0 {
		done = 16 * sixteens
		for _, column := range columns {
			_ = column[first : first+n]
		}
		from := eightOf(columns, first)
		turn8(&a[0], &from, sixteens)
	}
	rest := a[done:]
	clear(rest)
	for k, column := range columns {
		for i, code := range column[first+done:][:len(rest)] {
			rest[i] |= uint64(code) << (8 * k)
		}
	}
}

// eightOf are the columns from a row on, the last one as often as makes eight.
func eightOf(columns [][]byte, first int) (out [8]*byte) {
	for k := range out {
		out[k] = &columns[min(k, len(columns)-1)][first]
	}
	return out
}

// Rows takes the given rows of the columns.
func (a Answers) Rows(columns [][]byte, rows []uint32) {
	a = a[:len(rows)]
	if vectors && len(rows) > 0 {
		from, limit := eightOf(columns, 0), len(columns[0])
		for _, column := range columns {
			limit = min(limit, len(column))
		}
		if done := pick8(&a[0], &from, &rows[0], len(rows), uint32(limit)); done < len(rows) {
			outside(rows[done], limit)
		}
		return
	}
	clear(a)
	for k, column := range columns {
		for i, r := range rows {
			a[i] |= uint64(column[r]) << (8 * k)
		}
	}
}

// Tally counts how a few items were answered, by cell, in single bytes, so that many cells fit into the caches. What a cell has counted is taken to
// a table before a byte runs over, and at the end.
type Tally struct {
	slots  slots
	counts []byte  // per cell, slot and lane
	rows   []uint8 // per cell
	into   []Into
}

// Into is a table that counts come to: per cell, slot and lane. Where Within is not nil, a tally's cells are, place after place, as many as it has,
// and count in cells of the table, of which a place has Cells.
type Into struct {
	Counts []uint32
	Within []uint32
	Cells  int
}

// At is the cell of the table that a cell counts in.
func (o *Into) At(cell int) int {
	if o.Within == nil {
		return cell
	}
	place, within := cell/len(o.Within), cell%len(o.Within)
	return place*o.Cells + int(o.Within[within])
}

// NewTally returns a tally of items in so many cells, which counts into tables of Width lanes. codes gives for each item the codes to count, by slot.
func NewTally(cells int, codes [][]byte, into []Into) *Tally {
	t := &Tally{slots: newSlots(Width(len(codes)), codes), rows: make([]uint8, cells), into: into}
	t.counts = make([]byte, cells*len(t.slots.codes))
	return t
}

// Add counts rows by their cells: items of which there are more than two.
func (t *Tally) Add(cell []uint32, a Answers) {
	t.add(cell, func(done int) int {
		cell, a := cell[done:], a[done:len(cell)]
		if vectors {
			return tally8(&t.counts[0], &t.rows[0], &cell[0], &a[0], &t.slots.codes[0], len(cell), uint32(len(t.rows)))
		}
		return some(t, cell, a)
	})
}

// AddPairs counts rows by their cells: one item or two.
func (t *Tally) AddPairs(cell []uint32, p Pairs) {
	t.add(cell, func(done int) int {
		cell, p := cell[done:], p[done:len(cell)]
		if vectors {
			return tally2(&t.counts[0], &t.rows[0], &cell[0], &p[0], &t.slots.codes[0], len(cell), uint32(len(t.rows)))
		}
		return some(t, cell, p)
	})
}

// add counts rows; some counts those from one on, until there are none left or a cell can count no more, and returns how many.
func (t *Tally) add(cell []uint32, some func(done int) int) {
	for done := 0; done < len(cell); {
		n := some(done)
		if n == 0 {
			outside(cell[done], len(t.rows))
		}
		done += n
		if last := cell[done-1]; t.rows[last] == most {
			t.empty(int(last))
		}
	}
}

// some is what add asks for, one by one.
func some[T uint16 | uint64](t *Tally, cell []uint32, answers []T) int {
	size := len(t.slots.codes)
	for i, c := range cell {
		t.slots.count(t.counts[int(c)*size:][:size], uint64(answers[i]))
		if t.rows[c]++; t.rows[c] == most {
			return i + 1
		}
	}
	return len(cell)
}

// Empty takes to the table what was not yet.
func (t *Tally) Empty() {
	for cell, rows := range t.rows {
		if rows > 0 {
			t.empty(cell)
		}
	}
}

func (t *Tally) empty(cell int) {
	size := len(t.slots.codes)
	counts := t.counts[cell*size:][:size]
	for i := range t.into {
		AddBytes(t.into[i].Counts[t.into[i].At(cell)*size:][:size], counts, 1)
	}
	clear(counts)
	t.rows[cell] = 0
}
