package lanes

// Slots is the number of codes of an item that a Tally tells apart.
const Slots = 16

// Most is the number of items that are counted together.
const Most = 8

// Pair is the number of items that are where no more are.
const Pair = 2

// noCode is a code that no item has, for slots that are not used.
const noCode = 250

// MostRows is the number of rows of a cell that are added up before it is emptied: as many as single bytes count.
const MostRows = 255

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

// count counts the answers of a row.
func (s *slots) count(counts, answers []byte) {
	for k := range s.of {
		if slot := int(s.of[k][answers[k]]); slot < Slots {
			counts[slot*s.lanes+k]++
		}
	}
}

// Width is the number of lanes for so many items.
func Width(items int) int {
	if items <= Pair {
		return Pair
	}
	return Most
}

// Tally counts how a few items were answered, by cell, in single bytes, so that many cells fit into the caches. What a cell has counted is taken to
// a table before a byte runs over, and at the end.
type Tally struct {
	slots  slots
	counts []byte  // per cell, slot and lane
	rows   []uint8 // per cell
	into   []Into
}

// tallyMemory is that of tallies.
var tallyMemory Scratch[byte]

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
	t.counts = tallyMemory.Take(cells * len(t.slots.codes))
	return t
}

// Add counts rows by their cells; the answers are to as many items.
func (t *Tally) Add(cell []uint32, a Answers) {
	width := t.slots.lanes
	answers := a.codes[:len(cell)*width]
	for len(cell) > 0 {
		n := t.some(cell, answers)
		if n == 0 {
			outside(cell[0], len(t.rows))
		}
		if last := cell[n-1]; t.rows[last] == MostRows {
			t.empty(int(last))
		}
		cell, answers = cell[n:], answers[n*width:]
	}
}

// some counts rows until there are none left, or a cell can count no more. It returns how many.
func (t *Tally) some(cell []uint32, answers []byte) int {
	width, size, cells := t.slots.lanes, len(t.slots.codes), uint32(len(t.rows))
	switch {
	case vectors && width == Most:
		return tally8(&t.counts[0], &t.rows[0], &cell[0], &answers[0], &t.slots.codes[0], len(cell), cells)
	case vectors:
		return tally2(&t.counts[0], &t.rows[0], &cell[0], &answers[0], &t.slots.codes[0], len(cell), cells)
	}
	for i, c := range cell {
		t.slots.count(t.counts[int(c)*size:][:size], answers[i*width:][:width])
		if t.rows[c]++; t.rows[c] == MostRows {
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

// Release gives back the memory of a tally that nobody uses any more.
func (t *Tally) Release() {
	tallyMemory.Give(t.counts)
	t.counts = nil
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
