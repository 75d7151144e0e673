package lanes

// Answers are those of rows to a few items. What stands beyond the items is of no meaning.
type Answers struct {
	items int
	width int    // items that stand side by side in a row: a pair, or eight
	apart int    // from eight items to the next
	codes []byte // four times the slots of the codes
	room  []byte // for columns packed
}

// eight is the number of items that are read together, where they are more than a pair.
const eight = 8

// NewAnswers returns room for the answers of so many rows to so many items, up to Most.
func NewAnswers(rows, items int) Answers {
	return newAnswers(rows, items, eight)
}

// NewPairs returns room for the answers of so many rows to a pair of items.
func NewPairs(rows int) Answers { return newAnswers(rows, Pair, Pair) }

func newAnswers(rows, items, width int) Answers {
	a := Answers{items: items, width: width, apart: width * rows}
	a.codes = make([]byte, (items+width-1)/width*a.apart)
	if packs {
		a.room = make([]byte, (items+together-1)/together*together*(rows+PackRoom))
	}
	return a
}

// Rows are the answers of the rows from … to−1 of those taken, to a pair.
func (a Answers) Rows(from, to int) Answers {
	a.codes = a.codes[from*Pair : to*Pair]
	return a
}

// at is where a row's answer to an item stands.
func (a *Answers) at(row, item int) int { return item/a.width*a.apart + row*a.width + item%a.width }

// place is what stands there.
func place(code byte) byte { return code % Slots * 4 }

// Count adds one to what a table counts of each answer, of rows by their cells.
func (a *Answers) Count(into *Into, cell []uint32, one uint32) {
	size := a.items * Slots
	for i, c := range cell {
		counts := into.Counts[into.At(int(c))*size:][:size]
		for k := range a.items {
			counts[k*Slots+int(a.codes[a.at(i, k)]/4)] += one
		}
	}
}

// TakeRange takes the rows first … first+n−1 of the columns, one of each item.
func (a Answers) TakeRange(columns [][]byte, first, n int) {
	done := 0
	if sixteens := n / 16; vectors && sixteens > 0 && len(columns) > 0 {
		done = 16 * sixteens
		for _, column := range columns {
			_ = column[first : first+n]
		}
		if a.width == Pair {
			_, from := a.codes[:n*Pair], eightOf(columns, first)
			turn2(&a.codes[0], from[0], from[1], sixteens)
		} else {
			for k := 0; k < len(columns); k += eight {
				codes, from := a.codes[k/eight*a.apart:][:n*eight], eightOf(columns[k:], first)
				turn8(&codes[0], &from, sixteens, 2, place(Slots-1))
			}
		}
	}
	for k, column := range columns {
		for i, code := range column[first+done : first+n] {
			a.codes[a.at(done+i, k)] = place(code)
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

// TakeMarked takes the rows marked of the columns, where they are dense.
func (a Answers) TakeMarked(columns [][]byte, m *Marks) {
	var packed [Most][]byte
	size := m.n + PackRoom
	PackColumns(a.room, size, columns, m)
	for k := range columns {
		packed[k] = a.room[k*size:][:size]
	}
	a.TakeRange(packed[:len(columns)], 0, m.n)
}

// TakeRows takes the given rows of the columns.
func (a Answers) TakeRows(columns [][]byte, rows []uint32) {
	if vectors && a.width == eight && len(rows) > 0 {
		limit := len(columns[0])
		for _, column := range columns {
			limit = min(limit, len(column))
		}
		for k := 0; k < len(columns); k += eight {
			codes, from := a.codes[k/eight*a.apart:][:len(rows)*eight], eightOf(columns[k:], 0)
			if done := pick8(&codes[0], &from, &rows[0], len(rows), uint32(limit)); done < len(rows) {
				outside(rows[done], limit)
			}
		}
		return
	}
	for k, column := range columns {
		for i, row := range rows {
			a.codes[a.at(i, k)] = place(column[row])
		}
	}
}
