package lanes

import "encoding/binary"

// Cells adds rows up by cell in numbers as small as hold 255 rows, side by side in whole cache lines: of each cell some numbers of 32 bits, the last of
// which counts its rows, and how up to two items were answered, in single bytes.
type Cells struct {
	numbers int // of a cell, a multiple of eight
	slots   slots
	memory  []byte
}

// PairCounts is the number of their counts in a cell: by slot and lane.
const PairCounts = Slots * Pair

// RowNumbers is the number of numbers of a row that has so many beside its count.
func RowNumbers(n int) int { return (n + 1 + 7) &^ 7 }

// NewCells returns so many cells for rows of RowNumbers numbers. codes gives for up to two items the codes to count, by slot.
func NewCells(cells, numbers int, codes [][]byte) *Cells {
	c := &Cells{numbers: numbers, slots: newSlots(Pair, codes)}
	c.memory = make([]byte, cells*c.stride())
	return c
}

func (c *Cells) stride() int { return 4*c.numbers + PairCounts }

// Add adds rows to their cells: the numbers of each, the last of which is 1, and its answers to the items. A cell that holds no more is given to full,
// which takes and clears it.
func (c *Cells) Add(cell []uint32, numbers []int32, a Answers, full func(cell int)) {
	numbers, answers := numbers[:c.numbers*len(cell)], a.codes[:Pair*len(cell)]
	for len(cell) > 0 {
		n := c.some(cell, numbers, answers)
		if n == 0 {
			outside(cell[0], len(c.memory)/c.stride())
		}
		if last := int(cell[n-1]); c.Rows(last) == MostRows {
			full(last)
		}
		cell, numbers, answers = cell[n:], numbers[n*c.numbers:], answers[n*Pair:]
	}
}

// Ask asks for the cells of rows that are soon to be added, so that they are near by then.
func (c *Cells) Ask(cell []uint32) {
	if vectors && len(cell) > 0 {
		askCells(&c.memory[0], c.stride(), &cell[0], len(cell))
	}
}

// some adds rows until there are none left, or a cell can hold no more. It returns how many.
func (c *Cells) some(cell []uint32, numbers []int32, answers []byte) int {
	if vectors {
		return addCells(&c.memory[0], c.stride(), &cell[0], &numbers[0], &answers[0], &c.slots.codes[0], c.numbers/8, len(cell), uint32(len(c.memory)/c.stride()))
	}
	order := binary.LittleEndian
	for i, k := range cell {
		of := c.memory[int(k)*c.stride():][:c.stride()]
		for f, x := range numbers[i*c.numbers:][:c.numbers] {
			order.PutUint32(of[4*f:], order.Uint32(of[4*f:])+uint32(x))
		}
		c.slots.count(of[4*c.numbers:], answers[Pair*i:][:Pair])
		if c.Rows(int(k)) == MostRows {
			return i + 1
		}
	}
	return len(cell)
}

// Numbers reads the numbers of a cell.
func (c *Cells) Numbers(cell int, numbers []int32) {
	of := c.memory[cell*c.stride():][:c.stride()]
	for f := range numbers {
		numbers[f] = int32(binary.LittleEndian.Uint32(of[4*f:]))
	}
}

// Rows is the number of rows that a cell holds.
func (c *Cells) Rows(cell int) int {
	return int(binary.LittleEndian.Uint32(c.memory[cell*c.stride()+4*(c.numbers-1):]))
}

// AddCounts adds the counts of the cells from first on to a table that has PairCounts in a cell, each to the cell that it lies in.
func (c *Cells) AddCounts(into []uint32, within []uint32, first int) {
	if len(within) == 0 {
		return
	}
	cells, counts := len(into)/PairCounts, c.memory[first*c.stride() : (first+len(within))*c.stride()][4*c.numbers:]
	done := 0
	if vectors && cells > 0 {
		if done = addCounts32(&into[0], &within[0], &counts[0], c.stride(), len(within), uint32(cells)); done < len(within) {
			outside(within[done], cells)
		}
		return
	}
	for i, k := range within {
		AddBytes(into[int(k)*PairCounts:][:PairCounts], counts[i*c.stride():][:PairCounts], 1)
	}
}

// Clear forgets what so many cells from first on hold.
func (c *Cells) Clear(first, cells int) {
	clear(c.memory[first*c.stride() : (first+cells)*c.stride()])
}
