package scoring

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// Sums beyond what one number holds are carried, and stay the same when tables are carried, merged, or spread over other cells: checked with numbers
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

		// Cells that lie in two others.
		into := &cellSums{x: make([]int64, places*2*width)}
		within := []uint32{1, 0, 1, 1}
		spread := of(into)
		for p := range places {
			for k, to := range within {
				for f := range width {
					at := (p*2+int(to))*width + f
					spread[at].Add(spread[at], want[(p*cells+k)*width+f])
				}
			}
		}
		a.carry(carryMerged >> 3)
		into.spread(a, within, 2, width)
		equal("spread", into, spread)
	}
}

// Sums of a joint that are near the limit each come to a segmentation whole.
func TestSpreadOfLargeSums(t *testing.T) {
	const each, cells = 1 << 61, 8
	tab := &Tabulation{places: places{strata: 1, unknown: -1},
		crossings: []crossing{{attributes: []int{0}, room: []int{2}, step: []uint32{1}, cells: 2}}}
	tab.tables = tab.newTables(tab.crossings)
	sums := tab.newTables([]crossing{{attributes: []int{0, 1}, room: []int{2, 4}, step: []uint32{1, 2}, cells: cells, of: []int{0}}})
	for cell := range cells {
		sums.groups[0].x[cell] = each
	}
	tab.spread(sums)
	want := new(big.Int).Mul(big.NewInt(each), big.NewInt(cells/2))
	for cell := range 2 {
		var l long
		l.plus(&tab.tables.groups[0], cell, 1)
		got := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(l.high), carryBits), big.NewInt(l.low))
		if got.Cmp(want) != 0 {
			t.Errorf("cell %d: %v, not %v", cell, got, want)
		}
	}
}
