package lanes

import "math/bits"

// Classes sort codes: each has a class of a few bits, 0 if no other is given.
type Classes struct {
	bits   int
	of     []uint8
	tables []byte // of the first 256 codes, as planes64 has them: the first bit is the highest
	count  int    // of tables, those with no class but 0 left out
}

// NewClasses returns classes of so many bits, up to 8, by code.
func NewClasses(n int, of []uint8) *Classes {
	c := &Classes{bits: n, of: of}
	for first := 0; first < min(len(of), 256); first += 16 {
		table, any := make([]byte, 32), uint8(0)
		for i, class := range of[first:min(first+16, len(of))] {
			table[i] = bits.Reverse8(class)
			any |= class
		}
		if any == 0 {
			continue
		}
		for i := range 16 {
			table[16+i] = byte(first)
		}
		c.tables, c.count = append(c.tables, table...), c.count+1
	}
	return c
}

// Bits is the number of bits of a class.
func (c *Classes) Bits() int { return c.bits }

// Planes writes the classes of rows by their codes: for each bit of a class, the low one first, as many words as 64 rows each need, the first row in
// the low bit. Bits beyond the last row are 0.
func Planes[T uint8 | uint32](c *Classes, planes []uint64, codes []T) {
	words := (len(codes) + 63) / 64
	planes = planes[:c.bits*words]
	clear(planes)
	done := 0
	if bytes, ok := any(codes).([]uint8); ok && vectors && len(codes) >= 64 {
		if c.count == 0 {
			return
		}
		done = len(codes) / 64
		planes64(&planes[0], 8*words, &bytes[0], &c.tables[0], c.count, c.bits, done)
	}
	for i, code := range codes[64*done:] {
		if int(code) >= len(c.of) {
			continue
		}
		class := uint64(c.of[code])
		for b := range c.bits {
			planes[b*words+done+i/64] |= class >> b & 1 << (i % 64)
		}
	}
}
