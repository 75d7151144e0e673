package scoring

import (
	"slices"

	"paxscore/scoring/stats"
)

// Limits of the flags of response quality (METHOD section 8).
const (
	straightAnswers = 8    // answers below which a straight line says nothing
	longRun         = 10   // equal answers in a row
	outlyingP       = .001 // of Mahalanobis' distance
	consistentR     = .3   // even-odd consistency below which a response is flagged (Johnson 2005)
	rowsPerItem     = 3    // complete responses per item that a covariance needs
)

// FlagKind is a mark on a response that is to be looked at.
type FlagKind uint8

const (
	StraightLine FlagKind = iota // 8 or more answers, all alike
	LongRun                      // 10 or more equal answers in a row
	Speeding                     // under a third of the median time
	Hasty                        // under 2 s per answered item
	Outlying                     // Mahalanobis' distance of the answers, p < .001
	Inconsistent                 // even-odd consistency below .3
	Repeated                     // 8 or more answers, the same as an earlier response of the same channel
	flagKinds
)

// FlagKinds are all kinds.
func FlagKinds() []FlagKind {
	out := make([]FlagKind, flagKinds)
	for k := range out {
		out[k] = FlagKind(k)
	}
	return out
}

// RowFlags are the flags of one row: which are raised, and which could be judged, as bits 1<<FlagKind.
type RowFlags struct{ Raised, Judged uint8 }

// Has reports whether a flag is raised.
func (f RowFlags) Has(k FlagKind) bool { return f.Raised&(1<<k) != 0 }

// CanHave reports whether a flag could be judged.
func (f RowFlags) CanHave(k FlagKind) bool { return f.Judged&(1<<k) != 0 }

// Flags are those of the rows of a table, the zero RowFlags where a row was not judged.
type Flags []RowFlags

// FlagCount counts rows by what became of their flags: all those judged, and those that are valid.
type FlagCount struct{ Judged, Raised, JudgedValid, RaisedValid int }

// Count counts the flags of some rows, of which some are valid.
func (f Flags) Count(rows, valid RowSet) []FlagCount {
	var found [2][1 << flagKinds][1 << flagKinds]int // by validity, judged and raised
	scan(len(f), func() (func(from, to int), func()) {
		own := new([2][1 << flagKinds][1 << flagKinds]uint32)
		chunk := func(from, to int) {
			for word := from / 64; 64*word < to; word++ {
				in, ok := rows.bits[word], valid.bits[word]
				for i, x := range f[64*word : min(64*word+64, to)] {
					if in>>i&1 != 0 {
						own[ok>>i&1][x.Judged][x.Raised]++
					}
				}
			}
		}
		return chunk, func() {
			for v := range own {
				for j := range own[v] {
					for r, n := range own[v][j] {
						found[v][j][r] += int(n)
					}
				}
			}
		}
	})
	out := make([]FlagCount, flagKinds)
	for k := range out {
		c, bit := &out[k], 1<<k
		for v := range found {
			for j := range found[v] {
				for r, n := range found[v][j] {
					judged, raised := 0, 0
					if j&bit != 0 {
						judged = n
					}
					if r&bit != 0 {
						raised = n
					}
					c.Judged += judged
					c.Raised += raised
					if v == 1 {
						c.JudgedValid += judged
						c.RaisedValid += raised
					}
				}
			}
		}
	}
	return out
}

// With are the rows of a set that have any of some flags, bits 1<<FlagKind.
func (f Flags) With(rows RowSet, kinds uint8) RowSet {
	out := RowSet{bits: make([]uint64, len(rows.bits)), table: rows.table}
	scan(len(f), func() (func(from, to int), func()) {
		n := 0
		chunk := func(from, to int) {
			for word := from / 64; 64*word < to; word++ {
				var has uint64
				for i, x := range f[64*word : min(64*word+64, to)] {
					raised := uint64(x.Raised & kinds)
					has |= (raised + 127) >> 7 << i // 1 where any is raised: kinds are seven bits
				}
				has &= rows.bits[word]
				out.bits[word] = has
				for ; has != 0; has &= has - 1 {
					n++
				}
			}
		}
		return chunk, func() { out.n += n }
	})
	return out
}

// Flags judges the given rows together: means and covariances of the answers are those of the rows that answer every rating item,
// and a repeated answer is one of an earlier row given. m gives the dimensions for the even-odd consistency, channel is the
// attribute within which equal answers count as repeated, median is MedianMilliseconds.
func (s *Screen) Flags(m *Model, rows RowSet, channel int, median float64) Flags {
	out := make(Flags, s.table.Len())
	s.findRepeats(m, rows, channel, out)
	moments := s.moments(m, rows)
	scan(s.table.Len(), func() (func(from, to int), func()) {
		f := s.newFlagger(m, moments, median)
		b := newCodeBlock(rows, len(s.rating))
		chunk := func(from, to int) {
			for ; from < to; from += codeRows {
				if b.take(from, min(from+codeRows, to)) {
					f.judge(b, out)
				}
			}
		}
		return chunk, func() {}
	})
	return out
}

// scales are the places of each dimension's items among the rating items, in the order of the questionnaire.
func (s *Screen) scales(m *Model) (out [][]int) {
	for _, d := range m.Dimensions {
		var places []int
		for k, i := range s.rating {
			if slices.ContainsFunc(d.Items, func(u ItemWeight) bool { return u.Item == i }) {
				places = append(places, k)
			}
		}
		out = append(out, places)
	}
	return out
}

// moments are means and covariances of the answers of the rows that answer every rating item; nil where these are fewer than three for
// each item.
func (s *Screen) moments(m *Model, rows RowSet) *stats.Mahalanobis {
	if len(s.rating) == 0 {
		return nil
	}
	lines, top := make([]codeLine, len(s.rating)), make([]byte, len(s.rating))
	for k, i := range s.rating {
		it := &m.Items[i]
		lines[k], top[k] = codeLine{middle: middle([]float64{float64(it.Low), float64(it.High)}), step: 1}, byte(it.High-it.Low)
	}
	sums := newCodeSums(top, 1)
	scan(s.table.Len(), func() (func(from, to int), func()) {
		own, b := sums.like(), newCodeBlock(rows, len(s.rating))
		class, codes := make([]uint32, codeRows), make([][]byte, len(s.rating))
		chunk := func(from, to int) {
			for ; from < to; from += codeRows {
				if !b.take(from, min(from+codeRows, to)) {
					continue
				}
				for k, i := range s.rating {
					codes[k] = b.of(k, s.table.Item(i))
				}
				own.add(b, codes, class)
			}
		}
		return chunk, func() { sums.merge(own) }
	})
	c := sums.crossed(0, lines)
	if c.Base.N < rowsPerItem*len(s.rating) {
		return nil
	}
	return &stats.Mahalanobis{Means: c.sums.Means(), Covariance: c.sums.Covariance()}
}
