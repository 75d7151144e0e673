package reports

import (
	"math"
	"slices"

	"paxscore/scoring"
)

// cells are the groups of a segmentation with what each rests on, to decide which must not be shown: those of fewer than minimum
// responses, and so many more that none of them, nor any few of them together, is the difference of figures that are
// shown. Totals over any of the attributes count as shown, unless they would be hidden in a report by those attributes: they
// are a question away. What such totals give away by themselves, with every cell of the crossing hidden, stays.
type cells struct {
	levels  [][]uint32 // of each group, its level in each attribute
	minimum int
}

// all is the set of every attribute of the segmentation.
func (c cells) all() uint { return 1<<c.attributes() - 1 }

func (c cells) attributes() int {
	if len(c.levels) == 0 {
		return 0
	}
	return len(c.levels[0])
}

// margins sums the bases of groups that agree in the attributes of a set. of maps each group to its margin.
func (c cells) margins(set uint, bases []scoring.Base) (of []int, sums []scoring.Base, levels [][]uint32) {
	number := map[string]int{}
	of = make([]int, len(c.levels))
	for g, l := range c.levels {
		var part []uint32
		var key []byte
		for a, v := range l {
			if set&(1<<a) != 0 {
				part = append(part, v)
				key = append(key, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
			}
		}
		n, ok := number[string(key)]
		if !ok {
			n = len(sums)
			number[string(key)] = n
			sums = append(sums, scoring.Base{})
			levels = append(levels, part)
		}
		of[g] = n
		sums[n] = sums[n].Plus(bases[g])
	}
	return of, sums, levels
}

// hide decides for each group. layers are the bases of the groups in one or more respects, the later ones parts of the earlier
// (responses; those with a valid figure): what is hidden in one is hidden in the next. The answer is for the last.
func (c cells) hide(layers ...[]scoring.Base) []bool {
	hidden := make([]bool, len(c.levels))
	for i, bases := range layers {
		if i > 0 {
			for g := range hidden {
				hidden[g] = hidden[g] && bases[g].N > 0
			}
		}
		c.hideLayer(hidden, layers[:i+1])
	}
	return hidden
}

// hideLayer adds to hidden what the last layer needs.
func (c cells) hideLayer(hidden []bool, layers [][]scoring.Base) {
	bases := layers[len(layers)-1]
	small := make([]bool, len(bases))
	for g, base := range bases {
		small[g] = base.N > 0 && least(base) < float64(c.minimum)
		hidden[g] = hidden[g] || small[g]
	}
	if !slices.Contains(hidden, true) {
		return
	}
	lines := c.published(layers)
	for {
		grown := false
		for _, line := range lines {
			grown = c.coverLine(line, bases, hidden) || grown
		}
		if grown {
			continue
		}
		g := exposed(lines, bases, hidden, small)
		if g < 0 {
			return
		}
		if !coverCell(g, lines, bases, hidden) {
			return
		}
	}
}

// published are the groups of each total that is shown: over all, and over each set of attributes.
func (c cells) published(layers [][]scoring.Base) [][]int {
	var lines [][]int
	for set := range c.all() {
		of, sums, levels := c.margins(set, layers[len(layers)-1])
		margin := cells{levels: levels, minimum: c.minimum}
		hidden := make([]bool, len(sums))
		if set != 0 {
			all := make([][]scoring.Base, len(layers))
			for i, bases := range layers {
				_, all[i], _ = c.margins(set, bases)
			}
			hidden = margin.hide(all...)
		}
		members := make([][]int, len(sums))
		for g, m := range of {
			if layers[len(layers)-1][g].N > 0 {
				members[m] = append(members[m], g)
			}
		}
		for m, line := range members {
			if !hidden[m] && len(line) > 0 {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// coverLine hides the smallest groups of a line until what is hidden of it is at least two groups of minimum responses
// together. It reports whether it hid any.
func (c cells) coverLine(line []int, bases []scoring.Base, hidden []bool) (grown bool) {
	for {
		groups, n, next := 0, 0, -1
		for _, g := range line {
			switch {
			case hidden[g]:
				groups++
				n += bases[g].N
			case next < 0 || bases[g].N < bases[next].N:
				next = g
			}
		}
		if groups == 0 || groups >= 2 && n >= c.minimum || next < 0 {
			return grown
		}
		hidden[next] = true
		grown = true
	}
}

// coverCell hides the smallest group that shares a line with g, or if there is none, the smallest of all.
func coverCell(g int, lines [][]int, bases []scoring.Base, hidden []bool) bool {
	next := -1
	for _, shared := range []bool{true, false} {
		for _, line := range lines {
			if shared && !slices.Contains(line, g) {
				continue
			}
			for _, o := range line {
				if !hidden[o] && (next < 0 || bases[o].N < bases[next].N) {
					next = o
				}
			}
		}
		if next >= 0 {
			hidden[next] = true
			return true
		}
	}
	return false
}

// maxElimination bounds the work of looking for groups that several totals together give away. In larger tables each total by
// itself gives nothing away; that several would is not looked for.
const maxElimination = 5_000_000

// exposed finds a small group that follows from the totals shown: in the linear equations "the hidden groups of a line add up
// to what the line leaves", it has one solution. -1 if there is none.
func exposed(lines [][]int, bases []scoring.Base, hidden, small []bool) int {
	column := map[int]int{}
	var unknown []int
	var rows [][]float64
	for _, line := range lines {
		for _, g := range line {
			if _, ok := column[g]; hidden[g] && !ok {
				column[g] = len(unknown)
				unknown = append(unknown, g)
			}
		}
	}
	if len(lines)*len(lines)*len(unknown) > maxElimination {
		return -1
	}
	for _, line := range lines {
		row := make([]float64, len(unknown))
		some := false
		for _, g := range line {
			if hidden[g] {
				row[column[g]] = 1
				some = true
			}
		}
		if some {
			rows = append(rows, row)
		}
	}
	for _, row := range eliminated(rows) {
		found, others := -1, 0
		for k, v := range row {
			if math.Abs(v) > 1e-9 {
				found = k
				others++
			}
		}
		if others == 1 && small[unknown[found]] && bases[unknown[found]].N > 0 {
			return unknown[found]
		}
	}
	return -1
}

// eliminated brings rows to reduced echelon form.
func eliminated(rows [][]float64) [][]float64 {
	if len(rows) == 0 {
		return rows
	}
	at := 0
	for column := range rows[0] {
		pivot := -1
		for i := at; i < len(rows); i++ {
			if math.Abs(rows[i][column]) > 1e-9 && (pivot < 0 || math.Abs(rows[i][column]) > math.Abs(rows[pivot][column])) {
				pivot = i
			}
		}
		if pivot < 0 {
			continue
		}
		rows[at], rows[pivot] = rows[pivot], rows[at]
		by := rows[at][column]
		for k := range rows[at] {
			rows[at][k] /= by
		}
		for i := range rows {
			if f := rows[i][column]; i != at && f != 0 {
				for k := range rows[i] {
					rows[i][k] -= f * rows[at][k]
				}
			}
		}
		if at++; at == len(rows) {
			break
		}
	}
	return rows
}
