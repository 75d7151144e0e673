package columns

import (
	"math"
	"strings"
)

// Attribute is a column of text coded by a dictionary: a row holds the number of its level, levels are numbered from 0 in
// the order they are met. The codes take no room while there is one level, then 1, 2 or 4 bytes as levels are added.
type Attribute struct {
	rows   int
	recent [64]uint32 // by slot of a value, the number + 1 of the level last found there
	levels []string
	number map[string]uint32
	narrow []uint8
	middle []uint16
	wide   []uint32
}

func newAttribute() *Attribute { return &Attribute{number: map[string]uint32{}} }

func (a *Attribute) append(value string) {
	recent := &a.recent[slot(value)]
	id := *recent - 1
	if *recent == 0 || a.levels[id] != value {
		id = a.find(value)
		*recent = id + 1
	}
	switch {
	case a.wide != nil:
		a.wide = append(a.wide, id)
	case a.middle != nil:
		a.middle = append(a.middle, uint16(id))
	case a.narrow != nil:
		a.narrow = append(a.narrow, uint8(id))
	}
	a.rows++
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
		a.widen()
	}
	return id
}

// widen makes room for the code of the level just added.
func (a *Attribute) widen() {
	spare := a.rows + a.rows/4 + 16
	switch len(a.levels) - 1 {
	case 1:
		a.narrow = make([]uint8, a.rows, spare)
	case math.MaxUint8 + 1:
		a.middle = make([]uint16, a.rows, spare)
		for i, id := range a.narrow {
			a.middle[i] = uint16(id)
		}
		a.narrow = nil
	case math.MaxUint16 + 1:
		a.wide = make([]uint32, a.rows, spare)
		for i, id := range a.middle {
			a.wide[i] = uint32(id)
		}
		a.middle = nil
	}
}

// Levels are the values met so far, by number. The caller does not change them.
func (a *Attribute) Levels() []string { return a.levels }

// Level returns the number of a value; ok is false if no row has it.
func (a *Attribute) Level(value string) (number uint32, ok bool) {
	number, ok = a.number[value]
	return number, ok
}

// At is the number of a row's level.
func (a *Attribute) At(row uint32) uint32 {
	switch {
	case a.narrow != nil:
		return uint32(a.narrow[row])
	case a.middle != nil:
		return uint32(a.middle[row])
	case a.wide != nil:
		return a.wide[row]
	}
	return 0
}

// Codes returns the level numbers of the given rows.
func (a *Attribute) Codes(rows []uint32) []uint32 {
	out := make([]uint32, len(rows))
	switch {
	case a.narrow != nil:
		for i, r := range rows {
			out[i] = uint32(a.narrow[r])
		}
	case a.middle != nil:
		for i, r := range rows {
			out[i] = uint32(a.middle[r])
		}
	case a.wide != nil:
		for i, r := range rows {
			out[i] = a.wide[r]
		}
	}
	return out
}
