package scoring

import (
	"math/bits"
	"slices"

	"paxscore/scoring/columns"
)

// repeats finds responses whose closed answers and channel are those of an earlier one. Rows are dealt into parts by a hash of their answers, 4
// bytes a row, so that those alike meet in one part and the parts fit the nearest cache; rows of one hash are compared in the columns.
type repeats struct {
	table   *columns.Table
	items   []int // whose answers count
	channel int
	parts   int // a power of two
	chunks  []dealt
}

// dealt are the rows of a chunk by part, in their order: the low 16 bits of the hash, then those of the row, which tell it within the chunk.
type dealt struct {
	entries []uint32
	begin   []uint32 // of each part, and the end of the last
}

const rowsPerPart = 1 << 11

// findRepeats raises Repeated for those of the rows that have enough answers and repeat an earlier one of them.
func (s *Screen) findRepeats(m *Model, rows RowSet, channel int, into Flags) {
	r := &repeats{table: s.table, items: slices.Clone(s.rating), channel: channel, parts: 1}
	for _, i := range []int{m.Overall, m.Recommend} {
		if i != None {
			r.items = append(r.items, i)
		}
	}
	for r.parts*rowsPerPart < rows.Len() {
		r.parts *= 2
	}
	r.chunks = make([]dealt, (s.table.Len()+scanRows-1)/scanRows)
	scan(s.table.Len(), func() (func(from, to int), func()) {
		d := r.newDealer(s, rows)
		return func(from, to int) { r.chunks[from/scanRows] = d.deal(from, to) }, func() {}
	})
	deal(r.parts, func() (func(part int), func()) {
		f := &finder{repeats: r}
		return func(part int) { f.find(part, into) }, func() {}
	})
}

// dealer deals the rows of a chunk.
type dealer struct {
	*repeats
	screen   *Screen
	block    *codeBlock
	hash     []uint64
	answered *answerCounts
	level    []uint32
	hashes   []uint64 // of the chunk's rows that have enough answers
	rows     []uint32
}

func (r *repeats) newDealer(s *Screen, rows RowSet) *dealer {
	return &dealer{repeats: r, screen: s, block: newCodeBlock(rows, 1), hash: make([]uint64, codeRows), answered: newAnswerCounts(), level: make([]uint32, codeRows)}
}

// mixed is the finaliser of SplitMix64, so that neighbouring answers fall far apart.
func mixed(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// part is that of a hash: of its highest bits.
func (r *repeats) part(hash uint64) int {
	return int(hash >> 1 >> (63 - bits.TrailingZeros(uint(r.parts))))
}

func (d *dealer) deal(from, to int) dealt {
	d.hashes, d.rows = d.hashes[:0], d.rows[:0]
	begin := make([]uint32, d.parts+1)
	for ; from < to; from += codeRows {
		if !d.block.take(from, min(from+codeRows, to)) {
			continue
		}
		d.levels()
		for i, level := range d.level[:d.block.n] {
			d.hash[i] = uint64(level)
		}
		for _, item := range d.items {
			hash := d.hash[:d.block.n]
			column := d.block.of(0, d.table.Item(item))[:len(hash)]
			for i, code := range column {
				hash[i] = (hash[i] + uint64(code) + 1) * 0x9e3779b97f4a7c15
			}
		}
		d.answered.count(d.block, d.screen)
		d.block.each(func(i int) {
			if d.answered.n[i] >= straightAnswers {
				h := mixed(d.hash[i])
				d.hashes, d.rows = append(d.hashes, h), append(d.rows, d.block.row(i))
				begin[d.part(h)+1]++
			}
		})
	}
	for p := range d.parts {
		begin[p+1] += begin[p]
	}
	out := dealt{entries: make([]uint32, len(d.rows)), begin: begin}
	place := slices.Clone(begin)
	for i, h := range d.hashes {
		p := d.part(h)
		out.entries[place[p]] = uint32(h)<<16 | d.rows[i]&(scanRows-1)
		place[p]++
	}
	return out
}

// levels are those of the channel.
func (d *dealer) levels() {
	if d.channel == None {
		clear(d.level)
		return
	}
	d.block.levels(d.table.Attribute(d.channel), d.level)
}

// finder looks through one part after the other, with an open-addressing table at most half full of the rows that repeat none.
type finder struct {
	*repeats
	slots []uint64 // the low bits of the hash, then the row + 1; 0: free
	used  int
}

func (f *finder) find(part int, into Flags) {
	clear(f.slots)
	f.used = 0
	for chunk, c := range f.chunks {
		if c.begin == nil {
			continue
		}
		for _, e := range c.entries[c.begin[part]:c.begin[part+1]] {
			if row := uint32(chunk*scanRows) + e&(scanRows-1); f.isRepeated(uint64(e>>16), row) {
				into[row].Raised |= 1 << Repeated
			}
		}
	}
}

// isRepeated reports whether an earlier row of the part is the same; if there is none, row takes its place.
func (f *finder) isRepeated(hash uint64, row uint32) bool {
	if 2*(f.used+1) > len(f.slots) {
		f.grow()
	}
	mask := uint64(len(f.slots) - 1)
	at := hash & mask
	for ; f.slots[at] != 0; at = (at + 1) & mask {
		if f.slots[at]>>32 == hash && f.same(uint32(f.slots[at])-1, row) {
			return true
		}
	}
	f.slots[at] = hash<<32 | uint64(row+1)
	f.used++
	return false
}

func (f *finder) grow() {
	old := f.slots
	f.slots = make([]uint64, max(2*rowsPerPart, 2*len(old)))
	mask := uint64(len(f.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		at := slot >> 32 & mask
		for f.slots[at] != 0 {
			at = (at + 1) & mask
		}
		f.slots[at] = slot
	}
}

// same reports whether two rows have the same answers and channel.
func (r *repeats) same(a, b uint32) bool {
	for _, i := range r.items {
		column := r.table.Item(i)
		if column[a] != column[b] {
			return false
		}
	}
	return r.channel == None || r.table.Attribute(r.channel).At(a) == r.table.Attribute(r.channel).At(b)
}
