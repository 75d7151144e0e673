package lanes

import (
	"math/bits"
	"slices"
)

// Marks are rows that have a bit each: 64 of them in a word, from a multiple of 64 on.
type Marks struct {
	first int
	words []uint64
	n     int
}

// MarksOf are the rows that have a bit in words, from the row first on, a multiple of 64.
func MarksOf(first int, words []uint64) Marks {
	m := Marks{first: first, words: words}
	for _, word := range words {
		m.n += bits.OnesCount64(word)
	}
	return m
}

// Range are the rows from … to−1 that may be marked.
func (m *Marks) Range() (from, to int) { return m.first, m.first + 64*len(m.words) }

// Len is the number of rows marked.
func (m *Marks) Len() int { return m.n }

// leastPacked is the part of rows marked from which to pack a column takes less than to look up what it has in each of them.
const leastPacked = 1. / 32

// Dense reports whether so many rows are marked that columns are better packed than looked up row by row, by a processor that can.
func (m *Marks) Dense() bool { return packs && float64(m.n) >= leastPacked*64*float64(len(m.words)) }

// PackRoom is the room behind what is packed that packing takes for itself.
const PackRoom = 64

// Pack writes what a column has in the rows marked to dst, one behind another, and whatever to the PackRoom behind.
func Pack[T uint8 | uint16 | uint32](dst, column []T, m *Marks) {
	full, n := m.full(len(column)), 0
	if dst = dst[:m.n+PackRoom]; full > 0 {
		switch dst := any(dst).(type) {
		case []uint8:
			n = packBytes(&dst[0], &any(column).([]uint8)[m.first], &m.words[0], full)
		case []uint16:
			n = packWords(&dst[0], &any(column).([]uint16)[m.first], &m.words[0], full)
		case []uint32:
			n = packNumbers(&dst[0], &any(column).([]uint32)[m.first], &m.words[0], full)
		}
	}
	m.each(full, func(row int) {
		dst[n] = column[row]
		n++
	})
}

// together is the number of columns that PackColumns packs at once, which takes less time than one after another.
const together = 4

// PackColumns packs columns of the same length, each into size places of its own, which are those that Pack writes to or more. dst has these one behind
// another, for a multiple of together columns.
func PackColumns(dst []byte, size int, columns [][]byte, m *Marks) {
	for k := 0; k < len(columns); k += together {
		dst, columns := dst[k*size:][:together*size], columns[k:min(k+together, len(columns))]
		full, n := m.full(len(columns[0])), 0
		if full > 0 {
			var from [together]*byte
			for i := range from {
				from[i] = &columns[min(i, len(columns)-1)][m.first:][:64*full][0]
			}
			n = packBytes4(&dst[0], size, &from, &m.words[0], full)
		}
		m.each(full, func(row int) {
			for i, column := range columns {
				dst[i*size+n] = column[row]
			}
			n++
		})
	}
}

// PackHalves does as Pack with codes of half a byte, two in each byte of the column and the first in its low bits.
func PackHalves(dst, halves []byte, m *Marks) {
	full, n := m.full(2*len(halves)), 0
	if dst = dst[:m.n+PackRoom]; full > 0 {
		n = packHalves(&dst[0], &halves[m.first/2], &m.words[0], full)
	}
	m.each(full, func(row int) {
		dst[n] = halves[row/2] >> (row % 2 * 4) & 15
		n++
	})
}

// Append adds the rows marked to a list.
func (m *Marks) Append(rows []uint32) []uint32 {
	end := len(rows) + m.n
	rows = slices.Grow(rows, m.n+PackRoom)[:end]
	full, n := m.full(m.first+64*len(m.words)), len(rows)-m.n
	if full > 0 {
		n += packRows(&rows[:end+PackRoom][n], uint32(m.first), &m.words[0], full)
	}
	m.each(full, func(row int) {
		rows[n] = uint32(row)
		n++
	})
	return rows
}

// full is the number of words that are packed at once, of a column of so many rows: those whose 64 rows it has.
func (m *Marks) full(rows int) int {
	if !packs {
		return 0
	}
	return max(0, min(len(m.words), (rows-m.first)/64))
}

// each calls f of the rows marked, but for those in so many words.
func (m *Marks) each(but int, f func(row int)) {
	for w, word := range m.words[but:] {
		for ; word != 0; word &= word - 1 {
			f(m.first + 64*(but+w) + bits.TrailingZeros64(word))
		}
	}
}

// Common adds to n how many bits each of some planes has in common with one. Planes are as long as it, one behind another.
func Common(n []int64, one, planes []uint64) {
	planes = planes[:len(n)*len(one)]
	if packs && len(planes) > 0 && len(one)%8 == 0 {
		common64(&n[0], &one[0], &planes[0], len(one)/8, len(n))
		return
	}
	for k := range n {
		for i, word := range planes[k*len(one):][:len(one)] {
			n[k] += int64(bits.OnesCount64(word & one[i]))
		}
	}
}
