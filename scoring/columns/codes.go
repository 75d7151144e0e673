package columns

import "math"

// Codes is a column of small numbers, of 0 … Top in each row. It takes no room while all are 0, then 1, 2 or 4 bytes a row, as the numbers
// ask for. The zero value is empty.
type Codes struct {
	rows   int
	top    uint32
	narrow []uint8
	middle []uint16
	wide   []uint32
}

// Append adds a row.
func (c *Codes) Append(code uint32) {
	if code > c.top {
		c.widen(code)
	}
	switch {
	case c.wide != nil:
		c.wide = append(c.wide, code)
	case c.middle != nil:
		c.middle = append(c.middle, uint16(code))
	case c.narrow != nil:
		c.narrow = append(c.narrow, uint8(code))
	}
	c.rows++
}

// widen makes room for a code above those so far.
func (c *Codes) widen(code uint32) {
	spare := c.rows + c.rows/4 + 16
	c.top = code
	switch {
	case code > math.MaxUint16 && c.wide == nil:
		c.wide = make([]uint32, c.rows, spare)
		for i := range c.wide {
			c.wide[i] = c.At(uint32(i))
		}
		c.narrow, c.middle = nil, nil
	case code <= math.MaxUint16 && code > math.MaxUint8 && c.middle == nil:
		c.middle = make([]uint16, c.rows, spare)
		for i, id := range c.narrow {
			c.middle[i] = uint16(id)
		}
		c.narrow = nil
	case code <= math.MaxUint8 && c.narrow == nil:
		c.narrow = make([]uint8, c.rows, spare)
	}
}

// Len is the number of rows.
func (c *Codes) Len() int { return c.rows }

// Bytes is the memory that the rows take, without spare capacity.
func (c *Codes) Bytes() int { return len(c.narrow) + 2*len(c.middle) + 4*len(c.wide) }

// At is the code of a row.
func (c *Codes) At(row uint32) uint32 {
	switch {
	case c.narrow != nil:
		return uint32(c.narrow[row])
	case c.middle != nil:
		return uint32(c.middle[row])
	case c.wide != nil:
		return c.wide[row]
	}
	return 0
}

// Of writes the codes of the given rows to dst, which has their length.
func (c *Codes) Of(rows, dst []uint32) {
	dst = dst[:len(rows)]
	switch {
	case c.narrow != nil:
		for i, r := range rows {
			dst[i] = uint32(c.narrow[r])
		}
	case c.middle != nil:
		for i, r := range rows {
			dst[i] = uint32(c.middle[r])
		}
	case c.wide != nil:
		for i, r := range rows {
			dst[i] = c.wide[r]
		}
	default:
		clear(dst)
	}
}
