package reports

import (
	"time"

	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// Sides of a condition.
const (
	sideNo = iota
	sideYes
	sideUnknown
)

// impactCells are the domain by treatment and time: control before and after, treated before and after, and in no cell.
type impactCells struct {
	levels  [][]uint32
	members [][]uint32
	cells   []int // of the design, in the order shown
}

func (b *builder) impactCells(treated, after []uint8, controlled bool) impactCells {
	var out impactCells
	at := map[[2]uint8]int{}
	place := func(t, a uint8) int {
		key := [2]uint8{t, a}
		k, ok := at[key]
		if !ok {
			k = len(out.levels)
			at[key] = k
			out.levels, out.members = append(out.levels, []uint32{uint32(t), uint32(a)}), append(out.members, nil)
		}
		return k
	}
	out.cells = append(out.cells, place(sideYes, sideNo), place(sideYes, sideYes))
	if controlled {
		out.cells = append(out.cells, place(sideNo, sideNo), place(sideNo, sideYes))
	}
	if b.hidden {
		return out
	}
	for i, position := range b.domain {
		k := place(treated[i], after[i])
		out.members[k] = append(out.members[k], position)
	}
	return out
}

// sides tells of each position of the domain whether conditions hold; unknown where the value of one is and was not asked for.
func (b *builder) sides(where []Where) []uint8 {
	bad := &surveys.InvalidError{}
	conditions := b.resolveWhere(where, bad)
	matches := make([][]bool, len(conditions))
	unknown := make([][]bool, len(conditions))
	for i, c := range conditions {
		matches[i] = b.table.Matches(c)
		unknown[i] = b.table.Matches(columns.Condition{Attribute: c.Attribute, Values: []string{""}})
	}
	out := make([]uint8, len(b.domain))
	for i, position := range b.domain {
		row := b.sample.Row(position)
		out[i] = sideYes
		for k := range conditions {
			switch {
			case matches[k][row]:
			case !unknown[k][row]:
				out[i] = sideNo
			case out[i] == sideYes:
				out[i] = sideUnknown
			}
		}
	}
	return out
}

// sidesOfTime tells of each position of the domain whether it was submitted at a moment or after; unknown without a time.
func (b *builder) sidesOfTime(moment time.Time) []uint8 {
	at := seconds(moment)
	out := make([]uint8, len(b.domain))
	for i, position := range b.domain {
		switch s := b.table.Submitted(b.sample.Row(position)); {
		case s == 0:
			out[i] = sideUnknown
		case s >= at:
			out[i] = sideYes
		}
	}
	return out
}
