package columns

import (
	"math"
	"slices"

	"paxscore/scoring/lanes"
)

// Codes is a column of small numbers, of 0 … Top in each row. It takes no room while all are 0, then half a byte a row up to 15, then 1, 2 or
// 4 bytes, as the numbers ask for. The zero value is empty.
type Codes struct {
	rows   int
	top    uint32
	half   []uint8 // two rows a byte, the first in the low bits; what is beyond the last row is 0
	narrow []uint8
	middle []uint16
	wide   []uint32
}

// topHalf is the highest code of half a byte.
const topHalf = 15

// Append adds a row.
func (c *Codes) Append(code uint32) {
	if code > c.top {
		c.widen(code)
	}
	switch {
	case c.half != nil:
		if c.rows&1 == 0 {
			c.half = extended(c.half, uint8(code))
		} else {
			c.half[c.rows>>1] |= uint8(code) << 4
		}
	case c.narrow != nil:
		c.narrow = extended(c.narrow, uint8(code))
	case c.middle != nil:
		c.middle = extended(c.middle, uint16(code))
	case c.wide != nil:
		c.wide = extended(c.wide, code)
	}
	c.rows++
}

// AppendAll adds rows.
func (c *Codes) AppendAll(codes []uint32) {
	top := uint32(0)
	for _, code := range codes {
		top = max(top, code)
	}
	if top > c.top {
		c.widen(top)
	}
	c.Reserve(c.rows + len(codes))
	switch {
	case c.half != nil:
		for _, code := range codes {
			c.Append(code)
		}
		return
	case c.narrow != nil:
		c.narrow = appended(c.narrow, codes)
	case c.middle != nil:
		c.middle = appended(c.middle, codes)
	case c.wide != nil:
		c.wide = append(c.wide, codes...)
	}
	c.rows += len(codes)
}

func appended[T uint8 | uint16](column []T, codes []uint32) []T {
	n := len(column)
	column = column[:n+len(codes)]
	for i, code := range codes {
		column[n+i] = T(code)
	}
	return column
}

// Reserve makes room for so many rows in all, as wide as the column is now.
func (c *Codes) Reserve(rows int) {
	c.half, c.narrow = reserved(c.half, (rows+1)/2), reserved(c.narrow, rows)
	c.middle, c.wide = reserved(c.middle, rows), reserved(c.wide, rows)
}

func reserved[T any](column []T, n int) []T {
	if column == nil || cap(column) >= n {
		return column
	}
	return append(roomFor[T](n)[:0], column...)
}

// widen makes room for a code above those so far.
func (c *Codes) widen(code uint32) {
	switch {
	case code <= topHalf:
		if c.half == nil {
			c.half = roomFor[uint8]((c.rows + 1) / 2)
		}
	case code <= math.MaxUint8:
		if c.narrow == nil {
			c.narrow = rewritten[uint8](c)
		}
	case code <= math.MaxUint16:
		if c.middle == nil {
			c.middle = rewritten[uint16](c)
		}
	case c.wide == nil:
		c.wide = rewritten[uint32](c)
	}
	c.top = code
}

// rewritten is the column in another width; the old one is left.
func rewritten[T uint8 | uint16 | uint32](c *Codes) []T {
	out := roomFor[T](c.rows)
	for i := range out {
		out[i] = T(c.At(uint32(i)))
	}
	c.half, c.narrow, c.middle, c.wide = nil, nil, nil, nil
	return out
}

// clone is a copy that shares no memory.
func (c *Codes) clone() Codes {
	out := *c
	out.half, out.narrow, out.middle, out.wide = slices.Clone(c.half), slices.Clone(c.narrow), slices.Clone(c.middle), slices.Clone(c.wide)
	return out
}

// Len is the number of rows.
func (c *Codes) Len() int { return c.rows }

// Bytes is the memory that the rows take, without spare capacity.
func (c *Codes) Bytes() int {
	return len(c.half) + len(c.narrow) + 2*len(c.middle) + 4*len(c.wide)
}

// Bytewise is the column itself where a code takes one byte, else nil.
func (c *Codes) Bytewise() []uint8 { return c.narrow }

// At is the code of a row.
func (c *Codes) At(row uint32) uint32 {
	switch {
	case c.half != nil:
		return uint32(c.half[row>>1]>>(row&1*4)) & topHalf
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
	clear(dst[:len(rows)])
	c.AddOf(rows, 1, dst)
}

// Range writes the codes of the rows from, from+1 … to dst.
func (c *Codes) Range(from int, dst []uint32) {
	clear(dst)
	c.AddRange(from, 1, dst)
}

// AddRange adds the codes of the rows from, from+1 … times step to dst.
func (c *Codes) AddRange(from int, step uint32, dst []uint32) {
	switch {
	case c.half != nil:
		if from&1 == 1 && len(dst) > 0 {
			dst[0] += uint32(c.half[from>>1]>>4) * step
			from, dst = from+1, dst[1:]
		}
		lanes.AddHalves(dst, c.half[from>>1:], step)
	case c.narrow != nil:
		lanes.AddBytes(dst, c.narrow[from:], step)
	case c.middle != nil:
		lanes.AddWords(dst, c.middle[from:], step)
	case c.wide != nil:
		for i, code := range c.wide[from : from+len(dst)] {
			dst[i] += code * step
		}
	}
}

// AddOf adds the codes of the given rows times step to dst, which has their length.
func (c *Codes) AddOf(rows []uint32, step uint32, dst []uint32) {
	dst = dst[:len(rows)]
	switch {
	case c.half != nil:
		for i, r := range rows {
			dst[i] += (uint32(c.half[r>>1]>>(r&1*4)) & topHalf) * step
		}
	case c.narrow != nil:
		for i, r := range rows {
			dst[i] += uint32(c.narrow[r]) * step
		}
	case c.middle != nil:
		for i, r := range rows {
			dst[i] += uint32(c.middle[r]) * step
		}
	case c.wide != nil:
		for i, r := range rows {
			dst[i] += c.wide[r] * step
		}
	}
}

// AddMarked adds the codes of the rows marked, at most lanes.MostMarked, times step to dst, which has their length.
func (c *Codes) AddMarked(m *lanes.Marks, step uint32, dst []uint32) {
	switch {
	case c.half != nil:
		lanes.AddMarkedHalves(dst, c.half, m, step)
	case c.narrow != nil:
		lanes.AddMarked(dst, c.narrow, m, step)
	case c.middle != nil:
		lanes.AddMarked(dst, c.middle, m, step)
	case c.wide != nil:
		lanes.AddMarked(dst, c.wide, m, step)
	}
}

// Marks sets marks[i] to a bit for each of the rows from+64·i … whose code is wanted; codes beyond wanted are not, and rows beyond the last
// have none. from is a multiple of 64.
func (c *Codes) Marks(from int, wanted []bool, marks []uint64) {
	clear(marks)
	full := max(0, min(len(marks), (c.rows-from)/64))
	switch {
	case c.half != nil:
		var of [topHalf + 1]bool
		copy(of[:], wanted)
		lanes.MarkHalves(marks[:full], c.half[from/2:], &of)
	case c.narrow != nil:
		var ones [256]uint8
		for code := range min(len(ones), len(wanted)) {
			if wanted[code] {
				ones[code] = 1
			}
		}
		for i := range full {
			word := uint64(0)
			for k, code := range (*[64]uint8)(c.narrow[from+64*i:]) {
				word |= uint64(ones[code]) << k
			}
			marks[i] = word
		}
	default:
		full = 0
	}
	for row := from + 64*full; row < min(c.rows, from+64*len(marks)); row++ {
		if code := int(c.At(uint32(row))); code < len(wanted) && wanted[code] {
			marks[(row-from)/64] |= 1 << (row % 64)
		}
	}
}
