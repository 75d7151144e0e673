package lanes

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// BenchmarkLanes does what a tabulation does with a block of 2,048 responses of the default survey, in more cells than the overview has; × is the
// time that it takes one by one over that in vector registers, in turns of a hundred blocks.
func BenchmarkLanes(b *testing.B) {
	if !vectors {
		b.Skip("this processor has no vector registers")
	}
	defer func(p bool) { vectors, packs = true, p }(packs)
	const rows, cells, places, blocks = 2048, 44_000, 563, 100
	random := rand.New(rand.NewPCG(7, 7))
	below := func(n uint32) []uint32 {
		out := make([]uint32, rows)
		for i := range out {
			out[i] = random.Uint32N(n)
		}
		return out
	}
	cell, place, group := below(cells), below(places), below(50)
	columns := make([][]byte, 17)
	for k := range columns {
		columns[k] = make([]byte, rows)
		for i := range columns[k] {
			columns[k][i] = byte(random.IntN(11))
		}
	}
	x := &Rows{Numbers: make([]int32, 8*rows), Stride: 8, Squares: make([]int64, 8*rows), Width: 8, Lacking: make([]uint8, rows/4),
		Means: Means{Total: 1, Shift: 50, Unit: 1 << 36, SquareUnit: 1 << 22, Number: 5, Square: 1}}
	for i := range rows {
		x.Numbers[8*i+7] = 1
	}
	for d := range 5 {
		column := Column{Number: d, Square: 2 + d, Bytes: make([]uint8, rows)}
		for i := range rows {
			column.Bytes[i] = uint8(random.IntN(100))
		}
		for range 100 {
			column.Parts.Add(random.Uint64N(1<<20), random.Int64(), random.Float64())
		}
		x.Columns = append(x.Columns, column)
	}
	answers, pairs := NewAnswers(rows, len(columns)), NewPairs(rows)
	tally := NewTally(places, len(columns), []Into{{Counts: make([]uint32, places*len(columns)*Slots)}})
	sums := make([]int64, 8*places)
	var joint *Cells // those that are full are cleared, the least that they cost
	joint = NewCells(cells, 8, func(at int, cells []uint32) { joint.Clear(at, len(cells)) })
	n := Triangle(7)
	z, a, g := make([]float64, rows*n.Stride()), make([]int64, places*n.Len()), make([]int64, 50*n.Len())
	products, numbers := n.Products(rows, places, 50), Numbers{1: 5, 2: -5}
	common, ten := make([]int64, 10), make([]uint64, 10*rows/64)
	sixteenth := make([]uint64, rows/64)
	for i := range sixteenth {
		for range 4 {
			sixteenth[i] |= 1 << random.IntN(64)
		}
	}
	some, packed := MarksOf(0, sixteenth), make([]byte, rows)
	halves, marks, planes := make([]byte, rows/2), make([]uint64, rows/64), make([]uint64, 3*rows/64)
	few, many := NewClasses(3, []uint8{1, 1, 1, 4, 4, 4, 4, 4, 2, 2, 2}), NewClasses(3, slices.Repeat([]uint8{1, 4, 2, 4}, 25))
	for _, of := range []struct {
		name string
		do   func()
	}{
		{"scores", func() { x.Put(rows) }},
		{"squares", func() { AddRows(sums, place, x.Squares, 8, 8) }},
		{"seven sums and two items by cell", func() {
			pairs.TakeRange(columns[:Pair], 0, rows)
			joint.Add(cell, x.Numbers, pairs)
		}},
		{"seventeen items by place", func() {
			answers.TakeRange(columns, 0, rows)
			tally.Add(place, answers, &Ahead{})
		}},
		{"products of seven", func() { n.Add(a, g, place, group, z, 1<<28) }},
		{"products of seven whole numbers", func() {
			if !packs { // which has no products of whole numbers
				n.Add(a, g, place, group, z, 1)
				return
			}
			for k := 1; k < int(n); k++ {
				products.Value(k, columns[k], &numbers)
			}
			products.Add(place, group, a, g)
		}},
		{"bits that ten planes have in common", func() {
			for k := range common {
				Common(common[:k+1], ten[k*rows/64:][:rows/64], ten[:(k+1)*rows/64])
			}
		}},
		{"codes", func() { AddHalves(place, halves, 0) }},
		{"classes of 11 codes", func() { Planes(few, planes, columns[0]) }},
		{"classes of 100 codes", func() { Planes(many, planes, columns[0]) }},
		{"packing of 6 % of the rows", func() { Pack(packed, columns[0], &some) }},
		{"filter", func() { MarkHalves(marks, halves, &[16]bool{1: true}) }},
	} {
		b.Run(of.name, func(b *testing.B) {
			var took [2]time.Duration
			for b.Loop() {
				for i := range took {
					vectors, packs = i == 0, i == 0 && hasPacking
					start := time.Now()
					for range blocks {
						of.do()
					}
					took[i] += time.Since(start)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(took[0].Nanoseconds())/float64(b.N)/rows/blocks, "ns/response")
			b.ReportMetric(float64(took[1])/float64(took[0]), "×")
		})
	}
}
