package scoring

import (
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"paxscore/scoring/columns"
)

// RowSet is a set of rows of a table, a bit for each. It does not change.
type RowSet struct {
	bits  []uint64
	n     int
	table int // rows of the table
}

// NewRowSet is the set of the given rows, all different, of a table of so many.
func NewRowSet(table int, rows ...uint32) RowSet {
	s := RowSet{bits: make([]uint64, (table+63)/64), n: len(rows), table: table}
	for _, row := range rows {
		s.bits[row/64] |= 1 << (row % 64)
	}
	return s
}

// Set is the rows that are selected and count.
func (s *Selection) Set() RowSet { return RowSet{bits: s.valid, n: s.Valid(), table: s.rows} }

// Len is the number of rows in the set.
func (s RowSet) Len() int { return s.n }

// Has reports whether a row is in the set.
func (s RowSet) Has(row uint32) bool { return s.bits[row/64]>>(row%64)&1 != 0 }

// Within reports whether every row is in another set of the same table.
func (s RowSet) Within(o RowSet) bool {
	for i, word := range s.bits {
		if word&^o.bits[i] != 0 {
			return false
		}
	}
	return true
}

// Less is the set without the rows of another one of the same table.
func (s RowSet) Less(o RowSet) RowSet {
	out := RowSet{bits: make([]uint64, len(s.bits)), table: s.table}
	for i, word := range s.bits {
		out.bits[i] = word &^ o.bits[i]
		out.n += bits.OnesCount64(out.bits[i])
	}
	return out
}

// And is what the set has in common with another one of the same table.
func (s RowSet) And(o RowSet) RowSet {
	out := RowSet{bits: make([]uint64, len(s.bits)), table: s.table}
	for i, word := range s.bits {
		out.bits[i] = word & o.bits[i]
		out.n += bits.OnesCount64(out.bits[i])
	}
	return out
}

// Or is the set with the rows of another one of the same table.
func (s RowSet) Or(o RowSet) RowSet {
	out := RowSet{bits: make([]uint64, len(s.bits)), table: s.table}
	for i, word := range s.bits {
		out.bits[i] = word | o.bits[i]
		out.n += bits.OnesCount64(out.bits[i])
	}
	return out
}

// Levels counts the rows of the set at each level of an attribute.
func (s RowSet) Levels(a *columns.Attribute) []int {
	out := make([]int, len(a.Levels()))
	scan(s.table, func() (func(from, to int), func()) {
		b, level, own := newCodeBlock(s, 0), make([]uint32, codeRows), make([]int, len(out))
		chunk := func(from, to int) {
			for ; from < to; from += codeRows {
				if b.take(from, min(from+codeRows, to)) {
					b.levels(a, level)
					b.each(func(i int) { own[level[i]]++ })
				}
			}
		}
		return chunk, func() {
			for l, n := range own {
				out[l] += n
			}
		}
	})
	return out
}

// AtLevels are the rows of the set at any of the levels wanted of an attribute.
func (s RowSet) AtLevels(a *columns.Attribute, wanted []bool) RowSet {
	met := RowSet{bits: make([]uint64, len(s.bits)), table: s.table}
	a.Marks(0, wanted, met.bits)
	return s.And(met)
}

// each calls do for every row of the set, on all cores; see scan.
func (s RowSet) each(begin func() (do func(row uint32), end func())) {
	scan(s.table, func() (func(from, to int), func()) {
		do, end := begin()
		chunk := func(from, to int) {
			for word := from / 64; 64*word < to; word++ {
				for left := s.bits[word]; left != 0; left &= left - 1 {
					do(uint32(64*word + bits.TrailingZeros64(left)))
				}
			}
		}
		return chunk, end
	})
}

// scanRows is the number of rows of a chunk that a core works on at a time: of whole words of a RowSet, whatever the cores.
const scanRows = 1 << 16

// scan has all cores work through the rows 0 … n−1 by chunks; see deal. They leave what they found at the end, no two at once.
func scan(n int, begin func() (chunk func(from, to int), end func())) {
	var turn sync.Mutex
	deal((n+scanRows-1)/scanRows, func() (func(i int), func()) {
		chunk, end := begin()
		return func(i int) { chunk(i*scanRows, min((i+1)*scanRows, n)) }, func() {
			turn.Lock()
			defer turn.Unlock()
			end()
		}
	})
}

// deal has all cores do the numbers 0 … n−1: each one part of them in their order, since memory gives what follows sooner, and then what is left of those
// of others. Each core begins with room of its own, and ends where nothing is left. Which core does which number is left open: only what comes to the same
// in any order may depend on it.
func deal(n int, begin func() (do func(i int), end func())) {
	cores := max(1, min(runtime.GOMAXPROCS(0), n))
	taken := make([]atomic.Int64, cores) // of each part
	parallel(cores, func(core int) {
		do, end := begin()
		for k := range cores {
			part := (core + k) % cores
			first, last := part*n/cores, (part+1)*n/cores
			take := func() int { return first + int(taken[part].Add(1)) - 1 }
			for i := take(); i < last; i = take() {
				do(i)
			}
		}
		end()
	})
}
