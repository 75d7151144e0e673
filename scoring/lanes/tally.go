package lanes

// Slots is the number of codes of an item that a Tally tells apart.
const Slots = 16

// Most is the number of items that are counted together.
const Most = 8

// noCode is a code that no item has, for slots that are not used.
const noCode = 250

// most is the number of rows of a cell that single bytes count.
const most = 255

// Width is the number of lanes for so many items.
func Width(items int) int {
	if items <= 2 {
		return 2
	}
	return Most
}

// Answers are the codes of some rows for a few items, a lane each.
type Answers struct {
	eight []uint64 // by row; the first item in the low bits
	two   []uint16
}

// NewAnswers returns room for so many rows of items that take so many lanes.
func NewAnswers(rows, width int) *Answers {
	if width == 2 {
		return &Answers{two: make([]uint16, rows)}
	}
	return &Answers{eight: make([]uint64, rows)}
}

// Range takes the rows first … first+n−1 of the columns, one of each item.
func (a *Answers) Range(columns [][]byte, first, n int) {
	if a.two != nil {
		low, high, two, done := columns[0][first:][:n], columns[len(columns)-1][first:][:n], a.two[:n], 0
		if sixteens := n / 16; vectors && sixteens > 0 {
			turn2(&two[0], &low[0], &high[0], sixteens)
			done = 16 * sixteens
		}
		for i := done; i < n; i++ {
			two[i] = uint16(low[i]) | uint16(high[i])<<8
		}
		return
	}
	done := 0
	if sixteens := n / 16; vectors && sixteens > 0 {
		done = 16 * sixteens
		for _, column := range columns {
			_ = column[first : first+n]
		}
		from := eightOf(columns, first)
		turn8(&a.eight[:n][0], &from, sixteens)
	}
	rest := a.eight[done:n]
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
func (a *Answers) Rows(columns [][]byte, rows []uint32) {
	if a.two != nil {
		low, high := columns[0], columns[len(columns)-1]
		for i, r := range rows {
			a.two[i] = uint16(low[r]) | uint16(high[r])<<8
		}
		return
	}
	eight := a.eight[:len(rows)]
	if vectors && len(rows) > 0 {
		from, limit := eightOf(columns, 0), len(columns[0])
		for _, column := range columns {
			limit = min(limit, len(column))
		}
		if done := pick8(&eight[0], &from, &rows[0], len(rows), uint32(limit)); done < len(rows) {
			outside(rows[done], limit)
		}
		return
	}
	clear(eight)
	for k, column := range columns {
		for i, r := range rows {
			eight[i] |= uint64(column[r]) << (8 * k)
		}
	}
}

// Tally counts how a few items were answered, by cell, in single bytes, so that many cells fit into the caches. What a cell has counted is taken to
// a table before a byte runs over, and at the end.
type Tally struct {
	width  int
	codes  []byte       // per slot and lane: what is counted there
	slot   [][256]uint8 // by item and code; Slots for one that is not counted
	counts []byte       // per cell, slot and lane
	rows   []uint8      // per cell
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
	t := &Tally{width: Width(len(codes)), slot: make([][256]uint8, len(codes))}
	t.codes = make([]byte, Slots*t.width)
	for i := range t.codes {
		t.codes[i] = noCode
	}
	for k, of := range codes {
		for code := range t.slot[k] {
			t.slot[k][code] = Slots
		}
		for slot, code := range of {
			t.codes[slot*t.width+k] = code
			t.slot[k][code] = uint8(slot)
		}
	}
	t.counts, t.rows, t.into = make([]byte, cells*Slots*t.width), make([]uint8, cells), into
	return t
}

// Add counts rows by their cells.
func (t *Tally) Add(cell []uint32, a *Answers) {
	for done := 0; done < len(cell); {
		n := t.some(cell[done:], a, done)
		if n == 0 {
			outside(cell[done], len(t.rows))
		}
		done += n
		if last := cell[done-1]; t.rows[last] == most {
			t.empty(int(last))
		}
	}
}

// some counts rows until there are none left, or a cell can count no more. It returns how many.
func (t *Tally) some(cell []uint32, a *Answers, from int) int {
	switch {
	case vectors && t.width == 2:
		return tally2(&t.counts[0], &t.rows[0], &cell[0], &a.two[from:][:len(cell)][0], &t.codes[0], len(cell), uint32(len(t.rows)))
	case vectors:
		return tally8(&t.counts[0], &t.rows[0], &cell[0], &a.eight[from:][:len(cell)][0], &t.codes[0], len(cell), uint32(len(t.rows)))
	}
	for i, c := range cell {
		var word uint64
		if t.width == 2 {
			word = uint64(a.two[from+i])
		} else {
			word = a.eight[from+i]
		}
		counts := t.counts[int(c)*Slots*t.width:][:Slots*t.width]
		for k := range t.slot {
			if slot := int(t.slot[k][word>>(8*k)&0xff]); slot < Slots {
				counts[slot*t.width+k]++
			}
		}
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
	size := Slots * t.width
	counts := t.counts[cell*size:][:size]
	for i := range t.into {
		AddBytes(t.into[i].Counts[t.into[i].At(cell)*size:][:size], counts, 1)
	}
	clear(counts)
	t.rows[cell] = 0
}
