package scoring

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// Sums beyond what one number holds are carried, and stay the same when tables are carried or merged: checked with numbers
// of any length.
func TestCarriedSums(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	const places, cells, width = 3, 4, 2
	of := func(c *cellSums) (out []*big.Int) {
		for i, x := range c.x {
			sum := big.NewInt(x)
			if c.high != nil {
				sum.Add(sum, new(big.Int).Lsh(big.NewInt(int64(c.high[i])), carryBits))
			}
			out = append(out, sum)
		}
		return out
	}
	draw := func() *cellSums {
		c := &cellSums{x: make([]int64, places*cells*width)}
		for i := range c.x {
			c.x[i] = int64(random.Uint64()) >> random.IntN(4)
		}
		return c
	}
	equal := func(what string, got *cellSums, want []*big.Int) {
		t.Helper()
		for i, sum := range of(got) {
			if sum.Cmp(want[i]) != 0 {
				t.Fatalf("%s, sum %d: %v, not %v", what, i, sum, want[i])
			}
			var l long
			l.plus(got, i, 1)
			if exact, _ := new(big.Float).Quo(new(big.Float).SetInt(want[i]), big.NewFloat(scoreUnit)).Float64(); l.score() != exact {
				t.Fatalf("%s, sum %d is %v points, not %v", what, i, l.score(), exact)
			}
		}
	}
	for range 200 {
		a, b := draw(), draw()
		want := of(a)
		a.carry(carryAdded)
		equal("carried", a, want)
		for i, x := range of(b) {
			want[i].Add(want[i], x)
		}
		a.carry(carryMerged)
		b.carry(carryMerged)
		a.merge(b)
		equal("merged", a, want)
	}
}

// Sums that more rows come to by a joint than one number holds are carried, and come to each segmentation whole.
func TestJointCarries(t *testing.T) {
	const cells, rows = 8, scoredRows
	tab := &Tabulation{selection: &Selection{table: columns.New(0, 2)}, places: places{strata: 1, unknown: -1}, crossings: []crossing{{attributes: []int{0}, room: []int{2}, step: []uint32{1}, cells: 2}},
		scores: &Scores{model: &Model{Dimensions: []Dimension{{DimensionWeight: 1}}}, dimensions: []*scoreColumn{{met: []scored{{100, ScoreOK}, {12.5, ScoreOK}}}}}}
	tab.tables = tab.newTables()
	w := tab.worker(tab.tables, rows)
	w.prepare(rows, true, []crossing{{attributes: []int{0, 1}, room: []int{2, 4}, step: []uint32{1, 2}, cells: cells, of: []int{0}}})
	index, dimension := w.packings.index(), w.packings.at[0]
	for i := range rows {
		w.rows.PutOne(i, dimension, 2, w.packings.of[0].pack(50*scoreUnit), 0)
		w.rows.PutOne(i, index, 1, lanes.Split(-37.5*scoreUnit), 0)
	}
	times := 3 * carryAfter / rows
	for k := range times {
		for i := range rows {
			w.cell[0][i] = uint32(2 * (k % 4)) // of the first level of attribute 0
		}
		w.addToJoints(0, rows)
	}
	w.finish()
	n := int64(times) * rows
	for at, each := range map[int]int64{1: -37.5 * scoreUnit, 2: 50 * scoreUnit} {
		want := new(big.Int).Mul(big.NewInt(each), big.NewInt(n))
		var l long
		l.plus(&tab.tables.groups[0], at, 1)
		got := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(l.high), carryBits), big.NewInt(l.low))
		if got.Cmp(want) != 0 || tab.tables.groups[0].count(0) != n {
			t.Errorf("sum %d of %d rows: %v of %d, not %v", at, n, got, tab.tables.groups[0].count(0), want)
		}
	}
}
