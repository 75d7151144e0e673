package scoring

import (
	"encoding/binary"
	"math/bits"

	"paxscore/scoring/columns"
)

// codeRows is the number of rows whose codes are worked on together, few enough for the nearest cache.
const codeRows = 512

// codeBlock is the rows of a set among some consecutive ones, and what columns hold of them: rows listed, or where most of them are in the set,
// all of them from one on, of which a mask tells those that count.
type codeBlock struct {
	set   RowSet
	rows  []uint32
	first int
	n     int
	mask  [codeRows / 64]uint64 // a bit for each row of the block
	room  [][]byte
}

// newCodeBlock returns room for blocks of so many columns.
func newCodeBlock(set RowSet, columns int) *codeBlock {
	b := &codeBlock{set: set, rows: make([]uint32, 0, codeRows), room: make([][]byte, columns)}
	for k := range b.room {
		b.room[k] = make([]byte, codeRows)
	}
	return b
}

// take takes the rows of the set from … to−1, at most codeRows, from a multiple of that and to of 64 if rows follow. It reports whether there are any.
func (b *codeBlock) take(from, to int) bool {
	words := b.set.bits[from/64 : (to+63)/64]
	n := 0
	for _, word := range words {
		n += bits.OnesCount64(word)
	}
	clear(b.mask[:])
	if b.rows = b.rows[:0]; float64(n) >= mostly*float64(to-from) {
		b.first, b.n = from, to-from
		copy(b.mask[:], words)
		return n > 0
	}
	selection := Selection{valid: b.set.bits}
	b.rows = selection.append(b.rows, from, to)
	b.n = n
	for i := range n {
		b.mask[i/64] |= 1 << (i % 64)
	}
	return n > 0
}

// row is the number of the block's i-th row.
func (b *codeBlock) row(i int) uint32 {
	if len(b.rows) == 0 {
		return uint32(b.first + i)
	}
	return b.rows[i]
}

// each calls f for every row that counts, by its place in the block.
func (b *codeBlock) each(f func(i int)) {
	for w, word := range b.mask {
		for ; word != 0; word &= word - 1 {
			f(64*w + bits.TrailingZeros64(word))
		}
	}
}

// eights is the number of rows of the block, rounded up to a multiple of eight.
func (b *codeBlock) eights() int { return (b.n + 7) &^ 7 }

// of are the codes of the rows in a column, the k-th that is asked for: as many as eights says, the last of which may stand for nothing.
func (b *codeBlock) of(k int, column []byte) []byte {
	if len(b.rows) == 0 {
		if b.first+b.eights() <= len(column) {
			return column[b.first:][:b.eights()]
		}
		copy(b.room[k], column[b.first:])
		return b.room[k][:b.eights()]
	}
	out := b.room[k][:b.eights()]
	for i, row := range b.rows {
		out[i] = column[row]
	}
	return out
}

// levels writes the levels of the rows to dst.
func (b *codeBlock) levels(a *columns.Attribute, dst []uint32) {
	if len(b.rows) == 0 {
		a.Range(b.first, dst[:b.n])
	} else {
		a.Of(b.rows, dst[:b.n])
	}
}

// Eight codes are looked at together in one word, of which they are the bytes.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// outside marks rows that do not count: the high bit of the byte of each of the eight rows from i on.
func (b *codeBlock) outside(i int) uint64 {
	in := b.mask[i/64] >> (i % 64) & 0xff
	return (in*lowBits&0x8040201008040201+0x7f*lowBits)&highBits ^ highBits
}

// above finds codes above a limit.
type above struct {
	add  uint64
	high bool // the limit is 128 or more
}

func newAbove(limit byte) above {
	return above{add: uint64(127-limit&127) * lowBits, high: limit > 127}
}

// of marks the codes above the limit by the high bit of their bytes.
func (a above) of(codes uint64) uint64 {
	over := codes&^highBits + a.add
	if a.high {
		return over & codes & highBits
	}
	return (over | codes) & highBits
}

// unanswered finds codes that are no answer.
func unanswered() above { return newAbove(columns.MaxCode) }

// eight are the codes from i on.
func eight(codes []byte, i int) uint64 { return binary.LittleEndian.Uint64(codes[i:]) }

// isAnswer is 1 for the code of an answer, else 0.
func isAnswer(code byte) int { return int(uint(int(code)-int(columns.MaxCode)-1) >> 63) }

// answerCounts counts the rating items that the rows of a block answer.
type answerCounts struct {
	n     []uint16
	eight []uint64 // of eight rows each
}

func newAnswerCounts() *answerCounts {
	return &answerCounts{n: make([]uint16, codeRows), eight: make([]uint64, codeRows/8)}
}

func (c *answerCounts) count(b *codeBlock, s *Screen) {
	clear(c.n)
	not := unanswered()
	for items := s.rating; len(items) > 0; {
		some := items[:min(255, len(items))] // what a byte holds
		items = items[len(some):]
		clear(c.eight)
		for _, item := range some {
			codes := b.of(0, s.table.Item(item))
			for g := range c.eight[:len(codes)/8] {
				c.eight[g] += not.of(eight(codes, 8*g))>>7 ^ lowBits
			}
		}
		for i := range c.n {
			c.n[i] += uint16(c.eight[i/8] >> (i % 8 * 8) & 0xff)
		}
	}
}
