package scoring

import (
	"math/big"
	"slices"

	"paxscore/scoring/columns"
)

// UnitSums are the sums, taken elsewhere, of the selected valid responses of a sampling unit in a cell of a segmentation. Levels are numbers of the table's.
type UnitSums struct {
	Stratum, Cluster uint32   // 0 where the plan has none
	Levels           []uint32 // of the attributes that are crossed
	N                int64
	Figures          []FigureSums // the index, then the dimensions; none where responses are only counted
	Incomplete       FigureSums   // the index of responses that lack a dimension
	Tallies          [][]int64    // of each item tallied in groups: answers by code, skipped, not applicable, not routed
}

// FigureSums are those of a score x: X is Σ(x−50) in 2^-36, Squares Σ(x−50)² in 2^-22, each term rounded to a whole number, half to even.
type FigureSums struct {
	N       int64
	X       *big.Int // nil is 0
	Squares int64
}

// NewCounts returns a selection whose counts were taken elsewhere, and that has no rows.
func NewCounts(t *columns.Table, s *Screen, f Filter, read [BreakOff + 1]int, straight int, leftOut []int, untimed int) *Selection {
	out := NewSelection(t, s, f)
	out.Read, out.Straight, out.Untimed = read, straight, untimed
	copy(out.LeftOut, leftOut)
	return out
}

// Receive makes room for sums taken elsewhere; the table must know all levels. It says whether there are few enough cells.
func (t *Tabulation) Receive() bool {
	if !t.layOut(false) {
		return false
	}
	t.given = &givenInfluence{}
	return true
}

// Add takes in what a unit has in a cell of a segmentation. Cells may be given in parts.
func (t *Tabulation) Add(segmentation int, u *UnitSums) {
	j, sums := &t.crossings[segmentation], &t.tables.groups[segmentation]
	place, class := t.place(u)
	at := 0
	for k, level := range u.Levels {
		at += int(level * j.step[k])
	}
	cell, width := place*j.cells+at, t.width()
	square := (class*j.cells + at) * width
	sums.receive(cell*width, u.N, nil)
	for f := range u.Figures {
		x := &u.Figures[f]
		sums.receive(cell*width+1+f, 0, x.X)
		sums.xx[square+1+f] += x.Squares
		if x.N < u.N {
			sums.lacking(f, len(sums.x)/width)[cell] += uint32(u.N - x.N)
		}
	}
	receive(t.inGroups, t.tables.tallies[segmentation], cell, u.Tallies)
}

// AddWhole takes in what a unit has over all segments: how its responses answered the items tallied in whole, in the order and by the slots of
// UnitSums.Tallies, and the index of those that lack a dimension.
func (t *Tabulation) AddWhole(u *UnitSums, tallies [][]int64) {
	place, class := t.place(u)
	receive(t.inWhole, t.tables.whole, place, tallies)
	t.tables.incomplete.receive(2*place, u.Incomplete.N, nil)
	t.tables.incomplete.receive(2*place+1, 0, u.Incomplete.X)
	t.tables.incomplete.xx[2*class+1] += u.Incomplete.Squares
}

// place is where a unit's sums stand.
func (t *Tabulation) place(u *UnitSums) (place, class int) {
	p, h := &t.places, int(u.Stratum)
	if t.plan.Cluster == None || int(u.Cluster) == p.unknown {
		return p.units() + h, 1 + h
	}
	return h*p.clusters + int(u.Cluster), 0
}

// receive adds a count or a sum.
func (c *cellSums) receive(at int, n int64, x *big.Int) {
	c.x[at] += n
	if x == nil {
		return
	}
	high := new(big.Int).Rsh(x, carryBits) // towards −∞
	low := new(big.Int).Sub(x, new(big.Int).Lsh(high, carryBits)).Int64() + c.x[at]
	c.longer()[at] += int32(high.Int64() + low>>carryBits)
	c.x[at] = low & (1<<carryBits - 1)
}

// coefficient is what a dimension's deviations from its mean count in the index of means: n·ω/W, and that mean.
func (t *tabulated) coefficient(dimension int, parts []sums) (coefficient, mean float64) {
	all := &parts[dimension].all
	return float64(t.all.n) / all.W.Value() * t.scores.model.Dimensions[dimension].DimensionWeight, all.Mean()
}

// Coefficients are those of the influence of single responses on the index of means, of each dimension, over all responses: c and m of
// Σ_d c_d·(D_d − m_d). There are none where no response is a sampling unit of its own, or a dimension has no score.
func (t *Tabulation) Coefficients(s *Sample) (c, m []float64) {
	whole := slices.IndexFunc(t.by, func(by []int) bool { return len(by) == 0 })
	if whole < 0 || t.scores == nil {
		return nil, nil
	}
	d, ok := t.Division(whole, s).from.(*tabulated)
	if !ok || !d.singles() {
		return nil, nil
	}
	parts := make([]sums, len(t.scores.model.Dimensions))
	for k := range parts {
		if parts[k] = d.sums(Figure(k), Whole); parts[k].all.N == 0 {
			return nil, nil
		}
	}
	for k := range parts {
		coefficient, mean := d.coefficient(k, parts)
		c, m = append(c, coefficient), append(m, mean)
	}
	return c, m
}

// AddInfluence takes in the sums over a stratum's single responses of their influence by Coefficients and of its square, each term rounded to 2^-22.
func (t *Tabulation) AddInfluence(stratum uint32, sum, squares int64) {
	t.given.sums = append(t.given.sums, [3]int64{int64(stratum), sum, squares})
}

// givenInfluence is that of single responses, by stratum.
type givenInfluence struct{ sums [][3]int64 }

func (g *givenInfluence) influence(out influence, t *tabulated) influence {
	n := float64(t.all.n)
	out.sum, out.squares = make([]float64, len(t.frame.strata)), make([]float64, len(t.frame.strata))
	for _, s := range g.sums {
		at := slices.Index(t.frame.strata, int(s[0]))
		if at < 0 {
			continue
		}
		out.sum[at], out.squares[at] = float64(s[1])/squareUnit/n, float64(s[2])/squareUnit/(n*n)
	}
	return out
}
