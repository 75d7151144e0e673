package lanes

import "encoding/binary"

// Slots is the number of codes of an item that are told apart: a code counts in the slot of its four low bits. So ratings that are codes below Ratings do,
// and the three highest codes of a byte behind them.
const (
	Slots   = 16
	Ratings = Slots - 3
)

// Most is the number of items that are counted together: six times the four that one register counts.
const Most = 24

// Pair is the number of items that are where no more are.
const Pair = 2

// MostRows is the number of rows of a cell that are added up before it is emptied: as many as single bytes count.
const MostRows = 255

// Tally counts how items were answered, by cell. Each item has a word in a cell, of which four bits count each slot, so that many cells fit into the caches.
// When those have counted 15 rows they are taken to single bytes, and these to a table before one runs over, and at the end.
type Tally struct {
	items int
	fours int      // in which there are words for so many items
	words []uint64 // per cell and item
	bytes []byte   // per cell, item and slot
	rows  []uint8  // per cell: 1 and those in its words, and sixteen times how often these were taken to its bytes
	into  []Into
}

// Memory of tallies.
var (
	wordMemory Scratch[uint64]
	byteMemory Scratch[byte]
)

// Into is a table that counts come to: per cell, item and slot. Where Within is not nil, a tally's cells are, place after place, as many as it has,
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

// NewTally returns a tally of up to Most items in so many cells, which counts into tables.
func NewTally(cells, items int, into []Into) *Tally {
	fours := (items + 3) / 4
	t := &Tally{items: items, fours: fours, words: wordMemory.Take(4 * fours * cells), bytes: byteMemory.Take(4 * fours * Slots * cells), rows: make([]uint8, cells), into: into}
	for i := range t.rows {
		t.rows[i] = 1
	}
	return t
}

// Ahead are those rows of columns that will be read next. Memory is asked for them while answers are counted, when it has little else to give.
type Ahead struct {
	columns  [][]byte // the rest
	from, to int      // rows
	at       int      // row of the first column that was not asked for
}

// NewAhead are the rows from … to−1 of columns of the same length, where they have them.
func NewAhead(columns [][]byte, from, to int) Ahead {
	if len(columns) > 0 {
		to = min(to, len(columns[0]))
	}
	return Ahead{columns: columns, from: from, to: to, at: from}
}

// askedFor is how many bytes are asked for with each row that is counted.
const askedFor = 128

// next is what to ask for, a step apart, with so many of n rows.
func (a *Ahead) next(n int) (from *byte, step, rows int) {
	for ; len(a.columns) > 0; a.columns, a.at = a.columns[1:], a.from {
		if asked := (a.to - a.at) / askedFor; asked > 0 {
			return &a.columns[0][a.at], askedFor, min(n, asked)
		}
	}
	return &nothing, 0, n
}

// nothing is asked for where nothing lies ahead.
var nothing byte

// Add counts rows by their cells; the answers are to as many items.
func (t *Tally) Add(cell []uint32, a Answers, ahead *Ahead) {
	for from := 0; from < len(cell); {
		n := t.some(cell[from:], &a, from, ahead)
		if n == 0 {
			outside(cell[from], len(t.rows))
		}
		from += n
		if last := cell[from-1]; t.rows[last] == 0 {
			t.empty(int(last))
		}
	}
}

// some counts some of the rows, the first of which has the answers at a place, or all, until the bytes of a cell hold no more. It returns how many.
func (t *Tally) some(cell []uint32, a *Answers, at int, ahead *Ahead) int {
	if vectors {
		answers := a.codes[at*eight : (at+len(cell))*eight+(t.fours-1)/2*a.apart]
		next, step, n := ahead.next(len(cell))
		done := tallyWords(&t.words[0], &t.bytes[0], &t.rows[0], &cell[0], &answers[0], a.apart, t.fours, n, uint32(len(t.rows)), next, step)
		ahead.at += done * step
		return done
	}
	for i, c := range cell {
		for k, words := 0, t.wordsOf(int(c)); k < t.items; k++ {
			words[k] += 1 << a.codes[a.at(at+i, k)]
		}
		if t.rows[c]++; t.rows[c]%16 > 0 {
			continue
		}
		if t.take(int(c)); t.rows[c] == 0 {
			return i + 1
		}
		t.rows[c]++
	}
	return len(cell)
}

func (t *Tally) wordsOf(cell int) []uint64 { return t.words[4*t.fours*cell:][:4*t.fours] }

func (t *Tally) bytesOf(cell int) []byte { return t.bytes[4*t.fours*Slots*cell:][:4*t.fours*Slots] }

// take takes what the words of a cell count to its bytes.
func (t *Tally) take(cell int) {
	words, bytes, order := t.wordsOf(cell)[:t.items], t.bytesOf(cell), binary.LittleEndian
	for k, word := range words {
		low, high := bytes[k*Slots:][:8], bytes[k*Slots+8:][:8]
		order.PutUint64(low, order.Uint64(low)+spread(uint32(word)))
		order.PutUint64(high, order.Uint64(high)+spread(uint32(word>>32)))
	}
	clear(words)
}

// spread has each four bits in a byte.
func spread(x uint32) uint64 {
	y := uint64(x)
	y = (y | y<<16) & 0x0000ffff0000ffff
	y = (y | y<<8) & 0x00ff00ff00ff00ff
	return (y | y<<4) & 0x0f0f0f0f0f0f0f0f
}

// Empty takes to the tables what was not yet.
func (t *Tally) Empty() {
	for cell, rows := range t.rows {
		if rows != 1 {
			t.take(cell)
			t.empty(cell)
		}
	}
}

// Release gives back the memory of a tally that nobody uses any more.
func (t *Tally) Release() {
	wordMemory.Give(t.words)
	byteMemory.Give(t.bytes)
	t.words, t.bytes = nil, nil
}

// empty takes the bytes of a cell, whose words have none left, to the tables.
func (t *Tally) empty(cell int) {
	size, bytes := t.items*Slots, t.bytesOf(cell)
	for i := range t.into {
		AddBytes(t.into[i].Counts[t.into[i].At(cell)*size:][:size], bytes[:size], 1)
	}
	clear(bytes)
	t.rows[cell] = 1
}
