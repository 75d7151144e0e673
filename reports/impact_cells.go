package reports

import (
	"slices"
	"time"

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
	var number [sideUnknown + 1][sideUnknown + 1]int // + 1; 0 where there is none yet
	place := func(t, a uint8) int {
		if number[t][a] == 0 {
			out.levels, out.members = append(out.levels, []uint32{uint32(t), uint32(a)}), append(out.members, nil)
			number[t][a] = len(out.levels)
		}
		return number[t][a] - 1
	}
	out.cells = append(out.cells, place(sideYes, sideNo), place(sideYes, sideYes))
	if controlled {
		out.cells = append(out.cells, place(sideNo, sideNo), place(sideNo, sideYes))
	}
	if b.hidden {
		return out
	}
	var counts [sideUnknown + 1][sideUnknown + 1]int
	for i, t := range treated {
		if counts[t][after[i]]++; counts[t][after[i]] == 1 {
			place(t, after[i])
		}
	}
	for k, of := range out.levels {
		out.members[k] = make([]uint32, 0, counts[of[0]][of[1]])
	}
	for i, position := range b.domain {
		k := number[treated[i]][after[i]] - 1
		out.members[k] = append(out.members[k], position)
	}
	return out
}

// sides tells of each position of the domain whether conditions hold; unknown where the value of one is and was not asked for.
func (b *builder) sides(where []Where) []uint8 {
	rows := b.sample.RowsOf(b.domain)
	out := make([]uint8, len(rows))
	for i := range out {
		out[i] = sideYes
	}
	for _, c := range b.resolveWhere(where, &surveys.InvalidError{}) {
		a := b.table.Attribute(c.Attribute)
		side := make([]uint8, len(a.Levels()))
		for level, name := range a.Levels() {
			switch {
			case slices.Contains(c.Values, name):
				side[level] = sideYes
			case name == "":
				side[level] = sideUnknown
			}
		}
		for i, row := range rows {
			switch s := side[a.At(row)]; {
			case s == sideNo:
				out[i] = sideNo
			case s == sideUnknown && out[i] == sideYes:
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
	for i, row := range b.sample.RowsOf(b.domain) {
		switch s := b.table.Submitted(row); {
		case s == 0:
			out[i] = sideUnknown
		case s >= at:
			out[i] = sideYes
		}
	}
	return out
}
