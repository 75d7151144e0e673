package lanes

import "encoding/binary"

// Cells adds rows up by cell in numbers as small as hold 255 rows, side by side in whole cache lines: of each cell some numbers of 32 bits, the last of
// which counts its rows, and how a pair of items was answered, in single bytes. A cell that holds no more is laid aside, behind the others in memory, and
// begins anew; those laid aside are taken together, for where they are taken to lies far apart.
type Cells struct {
	cells   int
	numbers int // of a cell, a multiple of eight
	memory  []byte
	aside   []uint32 // the cells laid aside
	take    func(at int, cells []uint32)
}

// cellMemory is that of Cells.
var cellMemory Scratch[byte]

// mostAside is the number of cells that are laid aside.
const mostAside = 32

// PairCounts is the number of their counts in a cell: by item and slot.
const PairCounts = Slots * Pair

// RowNumbers is the number of numbers of a row that has so many beside its count.
func RowNumbers(n int) int { return (n + 1 + 7) &^ 7 }

// NewCells returns so many cells for rows of RowNumbers numbers. take is called for cells laid aside, that stand one behind another at a place in memory; it
// takes and clears them.
func NewCells(cells, numbers int, take func(at int, cells []uint32)) *Cells {
	c := &Cells{cells: cells, numbers: numbers, aside: make([]uint32, 0, mostAside), take: take}
	c.memory = cellMemory.Take((cells + mostAside) * c.stride())
	return c
}

func (c *Cells) stride() int { return 4*c.numbers + PairCounts }

// Add adds rows to their cells: the numbers of each, the last of which is 1, and its answers to the pair.
func (c *Cells) Add(cell []uint32, numbers []int32, a Answers) {
	numbers, answers := numbers[:c.numbers*len(cell)], a.codes[:Pair*len(cell)]
	for len(cell) > 0 {
		n := c.some(cell, numbers, answers)
		if n == 0 {
			outside(cell[0], c.cells)
		}
		if last := int(cell[n-1]); c.Rows(last) == MostRows {
			c.layAside(last)
		}
		cell, numbers, answers = cell[n:], numbers[n*c.numbers:], answers[n*Pair:]
	}
}

func (c *Cells) layAside(cell int) {
	size := c.stride()
	of := c.memory[cell*size:][:size]
	copy(c.memory[(c.cells+len(c.aside))*size:], of)
	clear(of)
	if c.aside = append(c.aside, uint32(cell)); len(c.aside) == mostAside {
		c.Empty()
	}
}

// Empty has the cells taken that are laid aside.
func (c *Cells) Empty() {
	if len(c.aside) > 0 {
		c.take(c.cells, c.aside)
		c.aside = c.aside[:0]
	}
}

// Release gives back the memory of cells that nobody uses any more.
func (c *Cells) Release() {
	cellMemory.Give(c.memory)
	c.memory = nil
}

// nearCells is the memory of cells that stay in the nearest cache.
const nearCells = 16 << 10

// Ask asks for the cells of rows that are soon to be added, so that they are near by then.
func (c *Cells) Ask(cell []uint32) {
	if vectors && len(cell) > 0 && len(c.memory) > nearCells {
		askCells(&c.memory[0], c.stride(), &cell[0], len(cell))
	}
}

// some adds rows until there are none left, or a cell can hold no more. It returns how many.
func (c *Cells) some(cell []uint32, numbers []int32, answers []byte) int {
	if vectors {
		return addCells(&c.memory[0], c.stride(), &cell[0], &numbers[0], &answers[0], c.numbers/8, len(cell), uint32(c.cells))
	}
	order, end := binary.LittleEndian, c.cells*c.stride()
	memory := c.memory[:end:end]
	for i, k := range cell {
		of := memory[int(k)*c.stride():][:c.stride()]
		for f, x := range numbers[i*c.numbers:][:c.numbers] {
			order.PutUint32(of[4*f:], order.Uint32(of[4*f:])+uint32(x))
		}
		for item, answer := range answers[Pair*i:][:Pair] {
			of[4*c.numbers+item*Slots+int(answer/4)]++
		}
		if c.Rows(int(k)) == MostRows {
			return i + 1
		}
	}
	return len(cell)
}

// Numbers reads the numbers of the cell at a place in memory.
func (c *Cells) Numbers(at int, numbers []int32) {
	of := c.memory[at*c.stride():][:c.stride()]
	for f := range numbers {
		numbers[f] = int32(binary.LittleEndian.Uint32(of[4*f:]))
	}
}

// Rows is the number of rows that the cell at a place in memory holds.
func (c *Cells) Rows(at int) int {
	return int(binary.LittleEndian.Uint32(c.memory[at*c.stride()+4*(c.numbers-1):]))
}

// AddCounts adds the counts of the cells from a place in memory on to a table that has PairCounts in a cell, each to the cell that it lies in.
func (c *Cells) AddCounts(into []uint32, within []uint32, at int) {
	if len(within) == 0 {
		return
	}
	cells, counts := len(into)/PairCounts, c.memory[at*c.stride() : (at+len(within))*c.stride()][4*c.numbers:]
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

// Clear forgets what so many cells from a place in memory on hold.
func (c *Cells) Clear(at, cells int) {
	clear(c.memory[at*c.stride() : (at+cells)*c.stride()])
}
