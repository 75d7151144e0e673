package scoring

import (
	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// blockColumn reads the codes of a column in the rows of a block.
type blockColumn struct {
	column []uint8        // where codes take one byte each: all of them
	codes  *columns.Codes // else
	room   []uint8
	bytes  []uint8  // of the block: codes of one byte,
	wide   []uint32 // or others
}

// newBlockColumn reads blocks of up to so many rows of a column of single bytes, or where that is nil of codes.
func newBlockColumn(column []uint8, codes *columns.Codes, rows int) blockColumn {
	c := blockColumn{column: column, codes: codes}
	if column == nil {
		c.wide = make([]uint32, rows)
	} else {
		c.room = make([]uint8, rows+lanes.PackRoom)
	}
	return c
}

// take reads the codes of a block.
func (c *blockColumn) take(b *block) {
	switch {
	case c.column == nil:
		c.wide = c.wide[:b.n]
		b.codes(c.codes, c.wide)
	case b.whole():
		c.bytes = c.column[b.first:][:b.n]
	case b.marks != nil:
		lanes.Pack(c.room, c.column, b.marks)
		c.bytes = c.room[:b.n]
	default:
		c.bytes = c.room[:b.n]
		for i, row := range b.rows {
			c.bytes[i] = c.column[row]
		}
	}
}

// at is the code of the block's i-th row.
func (c *blockColumn) at(i int) uint32 {
	if c.column == nil {
		return c.wide[i]
	}
	return uint32(c.bytes[i])
}
