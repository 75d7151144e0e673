package stats

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// CaseCell are N rows that share their level of each margin and their base sampling weight: the rows that any rule on
// margins and sizes of weights gives the same case weight.
type CaseCell struct {
	// Levels holds the level of each margin, 0 …; negative where the row's level is unknown.
	Levels []int
	// Base is the base weight of one row.
	Base float64
	N    int
}

// CaseCells counts rows by joint cell, all that weighting to margins needs of them. Only whole numbers are added, so parts merge
// to the same cells bit for bit in whatever order. The zero value is empty: the first row decides the number of margins. There are
// as many cells as combinations met; base weights that differ from row to row make a cell of each row.
type CaseCells struct {
	at    map[string]int
	cells []CaseCell
	key   []byte
}

// Add takes one row. It says whether the row was taken: one with another number of levels or a base weight that is negative or
// not finite is not.
func (c *CaseCells) Add(levels []int, base float64) bool {
	return c.AddGroup(levels, base, 1)
}

// AddGroup takes n rows that share levels and base weight; see Add.
func (c *CaseCells) AddGroup(levels []int, base float64, n int) bool {
	if n < 0 || !(base >= 0) || math.IsInf(base, 0) || (len(c.cells) > 0 && len(c.cells[0].Levels) != len(levels)) {
		return false
	}
	if c.at == nil {
		c.at = map[string]int{}
	}
	base += 0 // −0 is 0
	c.key = c.key[:0]
	for _, l := range levels {
		c.key = binary.AppendVarint(c.key, int64(max(l, -1)))
	}
	c.key = binary.BigEndian.AppendUint64(c.key, math.Float64bits(base))
	i, met := c.at[string(c.key)]
	if !met {
		i = len(c.cells)
		c.at[string(c.key)] = i
		cell := CaseCell{Levels: slices.Clone(levels), Base: base}
		for v, l := range cell.Levels {
			cell.Levels[v] = max(l, -1)
		}
		c.cells = append(c.cells, cell)
	}
	c.cells[i].N += n
	return true
}

// Merge takes the rows of another set of cells. It says whether it did: cells of another number of margins are left out.
func (c *CaseCells) Merge(o *CaseCells) bool {
	if len(c.cells) > 0 && len(o.cells) > 0 && len(c.cells[0].Levels) != len(o.cells[0].Levels) {
		return false
	}
	for _, cell := range o.cells {
		c.AddGroup(cell.Levels, cell.Base, cell.N)
	}
	return true
}

// Cells are the cells by level of the first margin, then the second …, then base weight. They are the caller's own.
func (c *CaseCells) Cells() []CaseCell {
	out := make([]CaseCell, len(c.cells))
	for i, cell := range c.cells {
		out[i] = CaseCell{Levels: slices.Clone(cell.Levels), Base: cell.Base, N: cell.N}
	}
	slices.SortFunc(out, compareCells)
	return out
}

// FindCell is the place of a row's cell in what Cells gave; false when there is none.
func FindCell(cells []CaseCell, levels []int, base float64) (int, bool) {
	return slices.BinarySearchFunc(cells, CaseCell{Levels: levels, Base: base}, compareCells)
}

func compareCells(a, b CaseCell) int {
	for v := range min(len(a.Levels), len(b.Levels)) {
		if o := cmp.Compare(max(a.Levels[v], -1), max(b.Levels[v], -1)); o != 0 {
			return o
		}
	}
	return cmp.Or(cmp.Compare(len(a.Levels), len(b.Levels)), cmp.Compare(a.Base, b.Base))
}

// MergeLevels joins level from of a margin to level to, as is declared where a level holds too few rows: rows of from count as
// rows of to, whose size becomes that of both, and from is left with size 0 and no rows. Cells keep their places and levels
// their numbers. It is an error when there is no such margin or level, or the two are one.
func MergeLevels(cells []CaseCell, margins [][]float64, margin, from, to int) ([]CaseCell, [][]float64, error) {
	if margin < 0 || margin >= len(margins) {
		return nil, nil, fmt.Errorf("merge levels: no margin %d of %d", margin, len(margins))
	}
	if n := len(margins[margin]); from < 0 || from >= n || to < 0 || to >= n || from == to {
		return nil, nil, fmt.Errorf("merge levels: level %d cannot join level %d of %d", from, to, n)
	}
	sizes := slices.Clone(margins)
	sizes[margin] = slices.Clone(sizes[margin])
	sizes[margin][to] += sizes[margin][from]
	sizes[margin][from] = 0
	joined := slices.Clone(cells)
	for i, cell := range joined {
		if margin >= len(cell.Levels) {
			return nil, nil, errors.New("merge levels: a cell has fewer levels than there are margins")
		}
		if cell.Levels[margin] == from {
			joined[i].Levels = slices.Clone(cell.Levels)
			joined[i].Levels[margin] = to
		}
	}
	return joined, sizes, nil
}
