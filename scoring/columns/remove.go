package columns

// Remove takes out rows, given ascending and each once; those behind move up. Afterwards the table is as if they had never been appended:
// nothing of them is left, neither in memory that the columns hold, nor as a level that no other row has. It may not run while the table is
// read.
func (t *Table) Remove(rows []uint32) {
	if len(rows) == 0 {
		return
	}
	for i := range t.items {
		t.items[i] = without(t.items[i], rows)
	}
	for _, a := range t.attributes {
		a.remove(rows)
	}
	t.weights = unlessUsual(without(t.weights, rows), 1)
	t.weightLevels = weightLevels{}
	t.weightLevels.follow(t.weights)
	t.milliseconds = unlessUsual(without(t.milliseconds, rows), 0)
	t.submitted = unlessUsual(without(t.submitted, rows), 0)
	t.periods.clear()
	t.respondents = unlessUsual(without(t.respondents, rows), 0)
	t.seqs.remove(rows)
	t.rows -= len(rows)
}

// without takes rows out of a column, which may be nil, in its own memory.
func without[T any](column []T, rows []uint32) []T {
	if column == nil {
		return nil
	}
	end := int(rows[0])
	for i, row := range rows {
		next := len(column)
		if i+1 < len(rows) {
			next = int(rows[i+1])
		}
		end += copy(column[end:], column[row+1:next])
	}
	clear(column[end:])
	return column[:end]
}

// unlessUsual is the column, nil if all of it is the usual value.
func unlessUsual[T comparable](column []T, usual T) []T {
	for _, v := range column {
		if v != usual {
			return column
		}
	}
	return nil
}

func (c *Codes) remove(rows []uint32) {
	switch {
	case c.half != nil:
		c.removeHalves(rows)
	case c.narrow != nil:
		c.narrow = without(c.narrow, rows)
	case c.middle != nil:
		c.middle = without(c.middle, rows)
	case c.wide != nil:
		c.wide = without(c.wide, rows)
	}
	c.rows -= len(rows)
}

func (c *Codes) removeHalves(rows []uint32) {
	to := rows[0]
	for from := to; int(from) < c.rows; from++ {
		if len(rows) > 0 && rows[0] == from {
			rows = rows[1:]
			continue
		}
		c.putHalf(to, c.At(from))
		to++
	}
	left := (int(to) + 1) / 2
	if to&1 == 1 {
		c.putHalf(to, 0)
	}
	clear(c.half[left:])
	c.half = c.half[:left]
}

func (c *Codes) putHalf(row, code uint32) {
	at, shift := row>>1, row&1*4
	c.half[at] = c.half[at]&^(topHalf<<shift) | uint8(code)<<shift
}

// Remove takes out rows, given ascending and each once, of a column whose codes, so many, are numbered in the order in which they are met. They stay
// so: changed reports whether some are numbered anew, and left is the old number of each then.
func (c *Codes) Remove(rows []uint32, codes int) (left []uint32, changed bool) {
	if len(rows) == 0 {
		return nil, false
	}
	changed = c.areFirst(rows, codes)
	c.remove(rows)
	if !changed {
		return nil, false
	}
	old := *c
	*c = Codes{}
	renumbered := make([]uint32, codes) // number + 1 of a code met
	var block [markRows]uint32
	for from := 0; from < old.rows; from += len(block) {
		part := block[:min(len(block), old.rows-from)]
		old.Range(from, part)
		for i, code := range part {
			if renumbered[code] == 0 {
				left = append(left, code)
				renumbered[code] = uint32(len(left))
			}
			part[i] = renumbered[code] - 1
		}
		c.Reserve(old.rows)
		c.AppendAll(part)
	}
	return left, true
}

// areFirst reports whether one of the rows is the first of its code.
func (c *Codes) areFirst(rows []uint32, codes int) bool {
	first := make([]uint32, codes) // row + 1 of the first of the rows that has the code, 0 for none or none to be looked for any more
	sought := 0
	for _, row := range rows {
		if code := c.At(row); first[code] == 0 {
			first[code] = row + 1
			sought++
		}
	}
	for row := uint32(0); sought > 0; row++ {
		switch code := c.At(row); first[code] {
		case 0:
		case row + 1:
			return true
		default:
			first[code] = 0
			sought--
		}
	}
	return false
}

// remove takes out rows. Levels stay numbered in the order in which they are met.
func (a *Attribute) remove(rows []uint32) {
	left, changed := a.codes.Remove(rows, len(a.levels))
	if !changed {
		return
	}
	levels := a.levels
	a.levels, a.number = nil, map[string]uint32{}
	clear(a.recent[:])
	for _, code := range left {
		a.find(levels[code])
	}
}
