package lanes

// Answers are the codes of rows for a few items side by side: Width bytes a row, the first item's first. What stands beyond the items is of no meaning.
type Answers struct {
	width int
	codes []byte
	room  []byte // for columns packed
}

// NewAnswers returns room for so many rows of so many items.
func NewAnswers(rows, items int) Answers {
	width := Width(items)
	a := Answers{width: width, codes: make([]byte, rows*width)}
	if packs {
		a.room = make([]byte, items*(rows+PackRoom))
	}
	return a
}

// Rows are the answers of the rows from … to−1 of those taken.
func (a Answers) Rows(from, to int) Answers {
	return Answers{width: a.width, codes: a.codes[from*a.width : to*a.width]}
}

// TakeRange takes the rows first … first+n−1 of the columns, one of each item.
func (a Answers) TakeRange(columns [][]byte, first, n int) {
	done := 0
	if sixteens := n / 16; vectors && sixteens > 0 {
		done = 16 * sixteens
		for _, column := range columns {
			_ = column[first : first+n]
		}
		_, from := a.codes[:n*a.width], eightOf(columns, first)
		if a.width == Pair {
			turn2(&a.codes[0], from[0], from[1], sixteens)
		} else {
			turn8(&a.codes[0], &from, sixteens)
		}
	}
	for k, column := range columns {
		for i, code := range column[first+done : first+n] {
			a.codes[(done+i)*a.width+k] = code
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
	for k, column := range columns {
		packed[k] = a.room[k*size:][:size]
		Pack(packed[k], column, m)
	}
	a.TakeRange(packed[:len(columns)], 0, m.n)
}

// TakeRows takes the given rows of the columns.
func (a Answers) TakeRows(columns [][]byte, rows []uint32) {
	if vectors && a.width == Most && len(rows) > 0 {
		_, from, limit := a.codes[:len(rows)*a.width], eightOf(columns, 0), len(columns[0])
		for _, column := range columns {
			limit = min(limit, len(column))
		}
		if done := pick8(&a.codes[0], &from, &rows[0], len(rows), uint32(limit)); done < len(rows) {
			outside(rows[done], limit)
		}
		return
	}
	for k, column := range columns {
		for i, row := range rows {
			a.codes[i*a.width+k] = column[row]
		}
	}
}
