package scoring

import (
	"fmt"
	"strings"
	"sync"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// Filter says which rows a question is about.
type Filter struct {
	Where    []columns.Condition // all must hold
	Period   bool                // only rows submitted at or after From and before To, in Unix seconds; a To of 0 is open
	From, To uint32
	Nothing  bool // selects no row
	AllRows  bool // rows count whatever screening makes of them
}

// Key tells filters apart.
func (f *Filter) Key() string {
	var b strings.Builder
	for _, c := range f.Where {
		fmt.Fprintf(&b, "%d=%q;", c.Attribute, c.Values)
	}
	fmt.Fprintf(&b, "%t %d %d %t %t", f.Period, f.From, f.To, f.Nothing, f.AllRows)
	return b.String()
}

// Selection is the rows of a screened table that a filter selects. Update brings it up to what the table holds at the cost of what is new.
type Selection struct {
	Filter
	// Read counts the selected rows by fate.
	Read [BreakOff + 1]int
	// Straight counts the straight lines among the valid rows.
	Straight int
	// LeftOut counts, of each condition, the valid rows that it alone leaves out.
	LeftOut []int
	// Untimed counts all rows whose time of submission is unknown.
	Untimed int

	table  *columns.Table
	screen *Screen
	rows   int      // taken in
	judged int      // changes of the screen followed
	valid  []uint64 // a bit for each row that is selected and counts
}

// NewSelection returns a selection of the screen's table, as yet of no row.
func NewSelection(t *columns.Table, s *Screen, f Filter) *Selection {
	return &Selection{Filter: f, table: t, screen: s, LeftOut: make([]int, len(f.Where))}
}

// bitmaps are those of selections.
var bitmaps lanes.Scratch[uint64]

// Release gives back the memory of a selection that nobody uses any more.
func (s *Selection) Release() {
	bitmaps.Give(s.valid)
	s.valid, s.rows = nil, 0
}

// reach makes room for so many rows.
func (s *Selection) reach(rows int) {
	words := (rows + 63) / 64
	if s.valid == nil {
		s.valid = bitmaps.Take(words)
		return
	}
	s.valid = append(s.valid, make([]uint64, words-len(s.valid))...)
}

// Total is the number of rows selected, whatever their fate.
func (s *Selection) Total() (n int) {
	for _, r := range s.Read {
		n += r
	}
	return n
}

// Valid is the number of rows that are selected and count.
func (s *Selection) Valid() int {
	if s.AllRows {
		return s.Total()
	}
	return s.Read[Kept]
}

// counts reports whether a row of that fate counts.
func (s *Selection) counts(f Fate) bool { return s.AllRows || f == Kept }

// Has reports whether a row is selected and counts.
func (s *Selection) Has(row uint32) bool { return s.valid[row/64]>>(row%64)&1 != 0 }

// Rows are the valid rows, ascending.
func (s *Selection) Rows() []uint32 {
	out := make([]uint32, 0, s.Valid())
	return s.append(out, 0, s.rows)
}

// append adds the valid rows from … to−1 to dst.
func (s *Selection) append(dst []uint32, from, to int) []uint32 {
	to = min(to, 64*len(s.valid))
	for from < to {
		first := from / 64
		if from%64 == 0 && to-from >= 64 {
			m := lanes.MarksOf(from, s.valid[first:to/64])
			dst, from = m.Append(dst), to/64*64
			continue
		}
		end := min(64*first+64, to)
		word := [1]uint64{s.valid[first] >> (from % 64) << (from % 64)}
		if end%64 != 0 {
			word[0] &= 1<<(end%64) - 1
		}
		m := lanes.MarksOf(64*first, word[:])
		dst, from = m.Append(dst), end
	}
	return dst
}

// Matches reports whether the filter selects a row, whatever its fate.
func (s *Selection) Matches(row uint32) bool {
	misses, _ := s.misses(s.wanted(), row)
	return misses == 0
}

// Matching says of every row whether the filter selects it, whatever its fate.
func (s *Selection) Matching() []bool {
	out := make([]bool, s.rows)
	wanted := s.wanted()
	for row := range out {
		misses, _ := s.misses(wanted, uint32(row))
		out[row] = misses == 0
	}
	return out
}

// wanted says of each condition which levels meet it.
func (s *Selection) wanted() [][]bool {
	out := make([][]bool, len(s.Where))
	for i, c := range s.Where {
		a := s.table.Attribute(c.Attribute)
		out[i] = make([]bool, max(1, len(a.Levels())))
		for _, v := range c.Values {
			if id, ok := a.Level(v); ok {
				out[i][id] = true
			}
		}
	}
	return out
}

// misses counts the conditions that a row does not meet, and names the last of them; outside the period it misses all and more.
func (s *Selection) misses(wanted [][]bool, row uint32) (n, last int) {
	if s.outside(row) {
		return len(wanted) + 2, 0
	}
	for i, c := range s.Where {
		if !wanted[i][s.table.Attribute(c.Attribute).At(row)] {
			n++
			last = i
		}
	}
	return n, last
}

func (s *Selection) outside(row uint32) bool {
	if s.Nothing {
		return true
	}
	if !s.Period {
		return false
	}
	at := s.table.Submitted(row)
	return at == 0 || at < s.From || s.To != 0 && at >= s.To
}

// Update takes in what the screen has judged since the last time.
func (s *Selection) Update() {
	fates := s.screen.Fates()
	changes := s.screen.Changes()
	if s.rows == len(fates) && s.judged == len(changes) {
		return
	}
	wanted := s.wanted()
	for _, c := range changes[s.judged:] {
		if int(c.Row) < s.rows {
			s.count(wanted, c.Row, c.Before, -1)
			s.count(wanted, c.Row, c.After, 1)
		}
	}
	s.judged = len(changes)
	s.reach(len(fates))
	first := s.rows / scanRows // of the chunks
	var turn sync.Mutex
	deal((len(fates)+scanRows-1)/scanRows-first, func() (func(i int), func()) {
		c := Selection{Filter: s.Filter, table: s.table, screen: s.screen, valid: s.valid, LeftOut: make([]int, len(s.Where))}
		b := selectionBlock{met: make([][blockRows / 64]uint64, len(s.Where))}
		do := func(i int) {
			to := min((first+i+1)*scanRows, len(fates))
			for from := max(s.rows, (first+i)*scanRows); from < to; from = from/blockRows*blockRows + blockRows {
				c.take(&b, wanted, from, min(from/blockRows*blockRows+blockRows, to))
			}
		}
		return do, func() {
			turn.Lock()
			defer turn.Unlock()
			for f, n := range c.Read {
				s.Read[f] += n
			}
			for k, n := range c.LeftOut {
				s.LeftOut[k] += n
			}
			s.Straight += c.Straight
		}
	})
	s.rows, s.Untimed = len(fates), s.screen.untimed
}

// selectionBlock is room to work on rows together, a bit for each.
type selectionBlock struct {
	in        [blockRows / 64]uint64   // in the period
	met       [][blockRows / 64]uint64 // by condition
	one, many [blockRows / 64]uint64   // does not meet at least one condition, two
}

// take takes the rows from … to−1 in, as count does one by one.
func (s *Selection) take(b *selectionBlock, wanted [][]bool, from, to int) {
	first := from / 64
	in := b.in[:(to+63)/64-first]
	switch {
	case s.Nothing:
		clear(in)
	case s.Period:
		s.table.Within(64*first, s.From, s.To, in)
	default:
		for w := range in {
			in[w] = ^uint64(0)
		}
	}
	in[0] &= ^uint64(0) << (from % 64)
	if to%64 != 0 {
		in[len(in)-1] &= 1<<(to%64) - 1
	}
	for k, c := range s.Where {
		s.table.Attribute(c.Attribute).Marks(64*first, wanted[k], b.met[k][:len(in)])
	}
	one, many := b.one[:len(in)], b.many[:len(in)]
	clear(one)
	clear(many)
	for k := range b.met {
		for w, met := range b.met[k][:len(in)] {
			many[w] |= one[w] &^ met
			one[w] |= ^met
		}
	}
	fated := func(f Fate) []uint64 { return s.screen.fated[f][first:][:len(in)] }
	kept, valid := fated(Kept), s.valid[first:][:len(in)]
	all := uint64(0)
	if s.AllRows {
		all = ^uint64(0)
	}
	for w := range one {
		selected := in[w] &^ one[w]
		one[w] &= in[w] & (kept[w] | all) &^ many[w] // what one condition leaves out alone
		in[w] = selected
		valid[w] |= selected & (kept[w] | all)
	}
	for f := range Fate(len(s.Read)) {
		s.Read[f] += common(in, fated(f))
	}
	if !s.AllRows {
		both(in, kept)
	}
	s.Straight += common(in, s.screen.lined[first:][:len(in)])
	alone := common(one, one)
	for k := range b.met {
		s.LeftOut[k] += alone - common(one, b.met[k][:len(in)])
	}
}

// common is how many bits two planes have in common.
func common(one, other []uint64) int {
	var n [1]int64
	lanes.Common(n[:], one, other)
	return int(n[0])
}

// count takes a row of that fate in, or with by −1 out again.
func (s *Selection) count(wanted [][]bool, row uint32, f Fate, by int) {
	misses, last := s.misses(wanted, row)
	counts := s.counts(f)
	switch {
	case misses == 1 && counts:
		s.LeftOut[last] += by
	case misses == 0:
		s.Read[f] += by
		if !counts {
			return
		}
		if s.screen.Straight(row) {
			s.Straight += by
		}
		if by > 0 {
			s.valid[row/64] |= 1 << (row % 64)
		} else {
			s.valid[row/64] &^= 1 << (row % 64)
		}
	}
}

// parallel calls f of 0 … n−1, each on a core of its own.
func parallel(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := 1; i < n; i++ {
		all.Go(func() { f(i) })
	}
	f(0)
	all.Wait()
}
