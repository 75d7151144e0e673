package columns

import (
	"strings"

	"paxscore/scoring/lanes"
)

// Attribute is a column of text coded by a dictionary: a row holds the number of its level, levels are numbered from 0 in
// the order they are met.
type Attribute struct {
	codes  Codes
	recent [64]uint32 // by slot of a value, the number + 1 of the level last found there
	levels []string
	number map[string]uint32
}

func newAttribute() *Attribute { return &Attribute{number: map[string]uint32{}} }

func (a *Attribute) append(value string) {
	recent := &a.recent[slot(value)]
	id := *recent - 1
	if *recent == 0 || a.levels[id] != value {
		id = a.find(value)
		*recent = id + 1
	}
	a.codes.Append(id)
}

// slot spreads values over Attribute.recent, so that a value is most often found without hashing it.
func slot(value string) int {
	if value == "" {
		return 0
	}
	return (31*len(value) + 7*int(value[0]) + int(value[len(value)-1])) & 63
}

// find returns the number of a level, a new one if it was not met before.
func (a *Attribute) find(value string) uint32 {
	id, ok := a.number[value]
	if !ok {
		id = uint32(len(a.levels))
		value = strings.Clone(value)
		a.levels = append(a.levels, value)
		a.number[value] = id
	}
	return id
}

// Add returns the number of a value, which becomes a level though no row has it: sums that were taken elsewhere are of levels too.
func (a *Attribute) Add(value string) uint32 { return a.find(value) }

// Levels are the values met so far, by number. The caller does not change them.
func (a *Attribute) Levels() []string { return a.levels }

// Level returns the number of a value; ok is false if no row has it.
func (a *Attribute) Level(value string) (number uint32, ok bool) {
	number, ok = a.number[value]
	return number, ok
}

// At is the number of a row's level.
func (a *Attribute) At(row uint32) uint32 { return a.codes.At(row) }

// Of writes the numbers of the levels of the given rows to dst, which has their length.
func (a *Attribute) Of(rows, dst []uint32) { a.codes.Of(rows, dst) }

// Range writes the numbers of the levels of the rows from, from+1 … to dst.
func (a *Attribute) Range(from int, dst []uint32) { a.codes.Range(from, dst) }

// AddOf adds the numbers of the levels of the given rows, times step, to dst, which has their length.
func (a *Attribute) AddOf(rows []uint32, step uint32, dst []uint32) { a.codes.AddOf(rows, step, dst) }

// AddMarked adds the numbers of the levels of the rows marked, at most lanes.MostMarked, times step, to dst, which has their length.
func (a *Attribute) AddMarked(m *lanes.Marks, step uint32, dst []uint32) {
	a.codes.AddMarked(m, step, dst)
}

// AddRange adds the numbers of the levels of the rows from, from+1 …, times step, to dst.
func (a *Attribute) AddRange(from int, step uint32, dst []uint32) { a.codes.AddRange(from, step, dst) }

// Marks sets marks[i] to a bit for each of the rows from+64·i … whose level is wanted; from is a multiple of 64.
func (a *Attribute) Marks(from int, wanted []bool, marks []uint64) {
	a.codes.Marks(from, wanted, marks)
}

// LevelsOf are the numbers of the levels of the given rows.
func (a *Attribute) LevelsOf(rows []uint32) []uint32 {
	out := make([]uint32, len(rows))
	a.codes.Of(rows, out)
	return out
}
