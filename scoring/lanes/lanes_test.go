package lanes

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Rows added to their cells, several values at a time or one by one, are the same sums.
func TestAddRows(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		width, cells, rows := rapid.SampledFrom([]int{1, 4, 8, 12}).Draw(t, "width"), rapid.IntRange(1, 20).Draw(t, "cells"), rapid.IntRange(0, 100).Draw(t, "rows")
		random := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		stride := width + rapid.IntRange(0, 3).Draw(t, "apart")
		sums, x, cell := make([]int64, cells*width), make([]int64, rows*stride), make([]uint32, rows)
		for i := range sums {
			sums[i] = random.Int64() >> 8
		}
		want := slices.Clone(sums)
		for i := range cell {
			cell[i] = random.Uint32N(uint32(cells))
			for f := range width {
				x[i*stride+f] = random.Int64()>>20 - 1<<42
				want[int(cell[i])*width+f] += x[i*stride+f]
			}
		}
		AddRows(sums, cell, x, width, stride)
		if !slices.Equal(sums, want) {
			t.Fatalf("%d rows of width %d: %v, not %v", rows, width, sums, want)
		}
	})
}

// What codes stand for is put down the same in vector registers or one by one, and so are the means of their shares, to the last bit.
func TestParts(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		columns, rows := rapid.IntRange(0, 10).Draw(t, "columns"), rapid.IntRange(0, 50).Draw(t, "rows")
		width, stride := columns+1+rapid.IntRange(0, 3).Draw(t, "width"), columns+2+rapid.IntRange(0, 3).Draw(t, "stride")
		random := rand.New(rand.NewPCG(3, rapid.Uint64().Draw(t, "seed")))
		empty := func() *Rows {
			return &Rows{Numbers: make([]int32, rows*stride), Stride: stride, Squares: make([]int64, rows*width), Width: width, Lacking: make([]uint8, (rows+3)/4),
				Means: Means{Total: float64(columns), Shift: 50, Unit: 1 << 36, SquareUnit: 1 << 22, Number: columns}}
		}
		got, want, shares := empty(), empty(), make([]float64, rows)
		for i := range got.Lacking {
			got.Lacking[i] = 0xff
		}
		for c := range columns {
			column := Column{Number: c, Square: 1 + c, Wide: make([]uint32, rows)}
			n := 1 + random.IntN(20)
			for code := range n {
				share := 100 * random.Float64()
				if code > 10 {
					share = math.NaN()
				}
				column.Parts.Add(random.Uint64(), random.Int64(), share)
			}
			if c%2 == 0 {
				column.Bytes, column.Wide = make([]uint8, rows), nil
			}
			for i := range rows {
				code := random.IntN(n)
				if c%2 == 0 {
					column.Bytes[i] = uint8(code)
				} else {
					column.Wide[i] = uint32(code)
				}
				part := column.Parts[code]
				want.Numbers[stride*i+c], want.Numbers[stride*i+c+1] = int32(part.packed), int32(part.packed>>32)
				want.Squares[width*i+1+c] = part.square
				shares[i] += part.share
			}
			got.Columns = append(got.Columns, column)
		}
		got.Put(rows)
		for i, s := range shares {
			if s != s {
				want.Lacking[i/4] |= 1 << (i % 4)
			}
			if s != s || columns == 0 { // its mean is anything
				copy(want.Numbers[stride*i+columns:][:2], got.Numbers[stride*i+columns:])
				want.Squares[width*i] = got.Squares[width*i]
				continue
			}
			d := s/got.Means.Total - got.Means.Shift
			x := int64(math.RoundToEven(d * got.Means.Unit))
			low := x & (1<<22 - 1)
			want.Numbers[stride*i+columns], want.Numbers[stride*i+columns+1] = int32(low), int32((x-low)/(1<<22))
			want.Squares[width*i] = int64(math.RoundToEven(float64(d*d) * got.Means.SquareUnit))
			if joined := Joined(int32(Split(x)), int32(Split(x)>>32)); joined != x {
				t.Fatalf("%d was split and joined to %d", x, joined)
			}
		}
		if !slices.Equal(got.Numbers, want.Numbers) || !slices.Equal(got.Squares, want.Squares) || !slices.Equal(got.Lacking, want.Lacking) {
			t.Fatalf("%d rows: %v, not %v", rows, got, want)
		}
	})
}

// Cells hold what adding one by one gives, however often they were full, and count as a table of all rows does.
func TestCells(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		cells, rows := rapid.IntRange(1, 5).Draw(t, "cells"), rapid.SampledFrom([]int{1, 300, 1500, 12_000}).Draw(t, "rows")
		numbers := RowNumbers(rapid.IntRange(0, 20).Draw(t, "numbers"))
		random := rand.New(rand.NewPCG(5, rapid.Uint64().Draw(t, "seed")))
		columns := answered(random, Pair, rows)
		within := make([]uint32, cells)
		for i := range within {
			within[i] = random.Uint32N(2)
		}
		sums, wantSums := make([]int64, cells*numbers), make([]int64, cells*numbers)
		counts, wantCounts := make([]uint32, 2*PairCounts), make([]uint32, 2*PairCounts)
		some := make([]int32, numbers)
		var of *Cells
		take := func(at int, cells []uint32) {
			for k, cell := range cells {
				at := at + k
				of.Numbers(at, some)
				if int(some[numbers-1]) != of.Rows(at) || of.Rows(at) > 255 {
					t.Fatalf("cell %d has %d rows, and counts %d", cell, of.Rows(at), some[numbers-1])
				}
				for f, x := range some {
					sums[int(cell)*numbers+f] += int64(x)
				}
			}
			var to []uint32
			for _, cell := range cells {
				to = append(to, within[cell])
			}
			of.AddCounts(counts, to, at)
			of.Clear(at, len(cells))
		}
		of = NewCells(cells, numbers, take)
		answers := NewPairs(rows)
		add := func(list []uint32) {
			cell, x := make([]uint32, len(list)), make([]int32, len(list)*numbers)
			for i, row := range list {
				cell[i] = random.Uint32N(uint32(cells))
				for f := range numbers {
					x[i*numbers+f] = random.Int32N(1<<24) - 1<<23
				}
				x[(i+1)*numbers-1] = 1
				for f := range numbers {
					wantSums[int(cell[i])*numbers+f] += int64(x[i*numbers+f])
				}
				for k, column := range columns {
					wantCounts[(int(within[cell[i]])*Pair+k)*Slots+slotOf(column[row])]++
				}
			}
			of.Add(cell, x, answers)
		}
		all := make([]uint32, rows)
		for i := range all {
			all[i] = uint32(i)
		}
		first := random.IntN(rows)
		answers.TakeRange(columns, first, rows-first)
		add(all[first:])
		list := slices.DeleteFunc(slices.Clone(all), func(uint32) bool { return random.IntN(3) == 0 })
		answers.TakeRows(columns, list)
		add(list)
		finish := func() {
			of.Empty()
			for cell := range cells {
				take(cell, []uint32{uint32(cell)})
			}
		}
		finish()
		if !slices.Equal(sums, wantSums) || !slices.Equal(counts, wantCounts) {
			t.Fatalf("%d rows, %d cells within %v: %v and %v, not %v and %v", rows, cells, within, sums, counts, wantSums, wantCounts)
		}
		if finish(); !slices.Equal(sums, wantSums) || !slices.Equal(counts, wantCounts) {
			t.Fatal("cells that were taken are not empty")
		}
	})
}

// answered are columns of answers to some items, or none.
func answered(random *rand.Rand, items, rows int) [][]byte {
	out := make([][]byte, items)
	for k := range out {
		out[k] = make([]byte, rows)
		for i := range out[k] {
			out[k][i] = []byte{byte(random.IntN(Ratings)), 253, 254, 255}[max(0, random.IntN(8)-4)]
		}
	}
	return out
}

// slotOf is where a code counts.
func slotOf(code byte) int {
	return slices.Index([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 253, 254, 255}, code)
}

// A tally counts what counting one by one does, whichever items and codes, also where a cell has more rows than a byte holds, and for rows that follow
// one another as for listed ones.
func TestTally(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		items, cells, rows := rapid.IntRange(1, Most).Draw(t, "items"), rapid.IntRange(1, 5).Draw(t, "cells"), rapid.IntRange(1, 1500).Draw(t, "rows")
		random := rand.New(rand.NewPCG(2, rapid.Uint64().Draw(t, "seed")))
		columns := answered(random, items, rows)
		got, want := make([]uint32, cells*items*Slots), make([]uint32, cells*items*Slots)
		// The cells of the other table, in which they lie.
		within := make([]uint32, cells)
		for i := range within {
			within[i] = random.Uint32N(2)
		}
		other, wanted := make([]uint32, 2*items*Slots), make([]uint32, 2*items*Slots)
		to := []Into{{Counts: got}, {Counts: other, Within: within, Cells: 2}}
		answers, tally := NewAnswers(rows, items), NewTally(cells, items, to)
		oneByOne := []Into{{Counts: make([]uint32, len(got))}, {Counts: make([]uint32, len(other)), Within: within, Cells: 2}}
		ahead := NewAhead(columns, random.IntN(rows), 2*random.IntN(rows))
		add := func(cell, rows []uint32) {
			tally.Add(cell, answers, &ahead)
			for k := range oneByOne {
				answers.Count(&oneByOne[k], cell, 3)
				answers.Count(&oneByOne[k], cell, ^uint32(1)) // 2 out again
			}
			for i, row := range rows {
				for k, column := range columns {
					slot := slotOf(column[row])
					want[(int(cell[i])*items+k)*Slots+slot]++
					wanted[(int(within[cell[i]])*items+k)*Slots+slot]++
				}
			}
		}
		cell, list := make([]uint32, rows), make([]uint32, rows)
		for i := range cell {
			cell[i], list[i] = random.Uint32N(uint32(cells)), uint32(i)
		}
		first := random.IntN(rows)
		answers.TakeRange(columns, first, rows-first)
		add(cell[:rows-first], list[first:])
		some := slices.DeleteFunc(slices.Clone(list), func(uint32) bool { return random.IntN(3) == 0 })
		answers.TakeRows(columns, some)
		add(cell[:len(some)], some)
		tally.Empty()
		if !slices.Equal(got, want) {
			t.Fatalf("%d rows, %d items, %d cells: %v, not %v", rows, items, cells, got, want)
		}
		for k, into := range oneByOne {
			if !slices.Equal(into.Counts, to[k].Counts) {
				t.Fatalf("%d rows, %d items, %d cells: one by one %v, not %v", rows, items, cells, into.Counts, to[k].Counts)
			}
		}
		if !slices.Equal(other, wanted) {
			t.Fatalf("%d rows, %d items, %d cells within %v: %v, not %v", rows, items, cells, within, other, wanted)
		}
	})
}

// Products add up to the same whole numbers, four at a time or one by one, and are taken out again by the negative unit.
func TestProducts(t *testing.T) {
	const unit = 1 << 28
	eachWay(t, func(t *rapid.T) {
		values, rows := rapid.IntRange(1, 20).Draw(t, "values"), rapid.IntRange(0, 50).Draw(t, "rows")
		random := rand.New(rand.NewPCG(5, rapid.Uint64().Draw(t, "seed")))
		const cellsA, cellsB = 7, 3
		n := Triangle(values)
		a, b := make([]int64, cellsA*n.Len()), make([]int64, cellsB*n.Len())
		cellA, cellB, z := make([]uint32, rows), make([]uint32, rows), make([]float64, rows*n.Stride())
		want := map[[3]int]int64{}
		wanted := map[[3]int]int64{}
		for k := range rows {
			cellA[k], cellB[k] = random.Uint32N(cellsA), random.Uint32N(cellsB)
			z := z[k*n.Stride():]
			for i := range values {
				z[i] = 100*random.Float64() - 50
				if random.IntN(4) == 0 {
					z[i] = float64(random.IntN(5)-2) / (1 << 14) // halves of units among the products
				}
				for j := range i + 1 {
					p := int64(math.RoundToEven(z[i] * z[j] * unit))
					want[[3]int{int(cellA[k]), i, j}] += p
					wanted[[3]int{int(cellB[k]), i, j}] += p
				}
			}
		}
		n.Add(a, b, cellA, cellB, z, unit)
		for at, p := range want {
			if got := a[at[0]*n.Len()+n.At(at[1], at[2])]; got != p {
				t.Fatalf("first, cell, i, j %v: %d, not %d", at, got, p)
			}
		}
		for at, p := range wanted {
			if got := b[at[0]*n.Len()+n.At(at[1], at[2])]; got != p {
				t.Fatalf("second, cell, i, j %v: %d, not %d", at, got, p)
			}
		}
		n.Add(a, b, cellA, cellB, z, -unit)
		for at := range want {
			if got := a[at[0]*n.Len()+n.At(at[1], at[2])]; got != 0 {
				t.Fatalf("cell, i, j %v: %d is left", at, got)
			}
		}
	})
}

// Products of whole numbers, looked up by codes and taken at any time, are those of a Triangle.
func TestWholeProducts(t *testing.T) {
	if Triangle(1).Products(1, 1, 1) == nil {
		t.Skip("this processor cannot")
	}
	rapid.Check(t, func(t *rapid.T) {
		values, most := rapid.IntRange(1, MostFactors).Draw(t, "values"), rapid.IntRange(1, 200).Draw(t, "rows at most")
		random := rand.New(rand.NewPCG(6, rapid.Uint64().Draw(t, "seed")))
		const cellsA, cellsB = 7, 3
		n := Triangle(values)
		p := n.Products(most, cellsA, cellsB)
		defer p.Release()
		numbers := make([]Numbers, values)
		for i := range numbers {
			for code := range numbers[i] {
				numbers[i][code] = int8(random.IntN(255) - 127)
			}
		}
		sums := func() [2][]int64 { return [2][]int64{make([]int64, cellsA*n.Len()), make([]int64, cellsB*n.Len())} }
		got, want := sums(), sums()
		for range rapid.IntRange(0, 5).Draw(t, "times") {
			rows := random.IntN(most + 1)
			cellA, cellB, z := make([]uint32, rows), make([]uint32, rows), make([]float64, rows*n.Stride())
			for k := range rows {
				cellA[k], cellB[k], z[k*n.Stride()] = random.Uint32N(cellsA), random.Uint32N(cellsB), 1
			}
			for i := 1; i < values; i++ {
				codes := make([]byte, rows+PackRoom)
				for k := range codes {
					codes[k] = byte(random.Uint32())
				}
				for k := range rows {
					z[k*n.Stride()+i] = float64(numbers[i][codes[k]])
				}
				p.Value(i, codes[:rows], &numbers[i])
			}
			p.Add(cellA, cellB, got[0], got[1])
			n.Add(want[0], want[1], cellA, cellB, z, 1)
			if random.IntN(3) == 0 {
				p.Take(got[0], got[1])
			}
		}
		p.Take(got[0], got[1])
		for kind, cells := range []int{cellsA, cellsB} {
			for cell := range cells {
				for i := range values {
					for j := range i + 1 {
						if at := cell*n.Len() + n.At(i, j); got[kind][at] != want[kind][at] {
							t.Fatalf("kind %d, cell %d, %d and %d: %d, not %d", kind, cell, i, j, got[kind][at], want[kind][at])
						}
					}
				}
			}
		}
	})
}

// More rows than 32 bits hold are taken before they run over, and a row outside the cells is found.
func TestWholeProductsOfManyRows(t *testing.T) {
	const rows, times = 2000, 70
	n := Triangle(2)
	p := n.Products(rows, 1, 1)
	if p == nil {
		t.Skip("this processor cannot")
	}
	var greatest Numbers
	for code := range greatest {
		greatest[code] = -127
	}
	a, b, cell, codes := make([]int64, n.Len()), make([]int64, n.Len()), make([]uint32, rows), make([]byte, rows+PackRoom)
	for range times {
		p.Value(1, codes[:rows], &greatest)
		p.Add(cell, cell, a, b)
	}
	p.Take(a, b)
	for _, sums := range [][]int64{a, b} {
		if got := [3]int64{sums[n.At(0, 0)], sums[n.At(1, 0)], sums[n.At(1, 1)]}; got != [3]int64{rows * times, -127 * rows * times, 127 * 127 * rows * times} {
			t.Errorf("%d", got)
		}
	}
	for _, cells := range [][2]uint32{{1, 0}, {0, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v: no panic", cells)
				}
			}()
			p.Add(cells[:1], cells[1:], a, b)
		}()
	}
}

// Bits in common are counted many at a time as one by one.
func TestCommon(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(7, rapid.Uint64().Draw(t, "seed")))
		one, n := make([]uint64, rapid.IntRange(0, 40).Draw(t, "words")), make([]int64, rapid.IntRange(0, 10).Draw(t, "planes"))
		planes, want := make([]uint64, len(n)*len(one)), make([]int64, len(n))
		for i := range one {
			one[i] = random.Uint64() | random.Uint64()
		}
		for i := range planes {
			planes[i] = random.Uint64()
			for bit := range 64 {
				want[i/len(one)] += int64(planes[i] & one[i%len(one)] >> bit & 1)
			}
		}
		for k := range n {
			n[k] = int64(k)
			want[k] += int64(k)
		}
		if Common(n, one, planes); !slices.Equal(n, want) {
			t.Fatalf("%d, not %d", n, want)
		}
	})
}

// Codes are added, and marked, the same eight at a time or one by one.
func TestCodes(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		rows, step := 64*rapid.IntRange(0, 3).Draw(t, "words")+rapid.IntRange(0, 63).Draw(t, "more"), rapid.Uint32().Draw(t, "step")
		random := rand.New(rand.NewPCG(4, rapid.Uint64().Draw(t, "seed")))
		halves, bytes, words := make([]byte, (rows+1)/2), make([]byte, rows), make([]uint16, rows)
		var wanted [16]bool
		for code := range wanted {
			wanted[code] = random.IntN(2) == 0
		}
		for i := range halves {
			halves[i] = byte(random.Uint32())
		}
		var of [4][]uint32
		marks := make([]uint64, rows/64)
		for i := range rows {
			bytes[i], words[i] = byte(random.Uint32()), uint16(random.Uint32())
			half := halves[i/2] >> (i % 2 * 4) & 15
			of[0], of[1], of[2] = append(of[0], uint32(half)), append(of[1], uint32(bytes[i])), append(of[2], uint32(words[i]))
			of[3] = append(of[3], random.Uint32())
			if wanted[half] && i < 64*len(marks) {
				marks[i/64] |= 1 << (i % 64)
			}
		}
		for k, add := range []func(into []uint32){
			func(into []uint32) { AddHalves(into, halves, step) },
			func(into []uint32) { AddBytes(into, bytes, step) },
			func(into []uint32) { AddWords(into, words, step) },
			func(into []uint32) { AddNumbers(into, of[3], step) },
		} {
			into, want := make([]uint32, rows), make([]uint32, rows)
			for i, code := range of[k] {
				into[i] = random.Uint32()
				want[i] = into[i] + code*step
			}
			if add(into); !slices.Equal(into, want) {
				t.Fatalf("%d codes of kind %d: %v, not %v", rows, k, into, want)
			}
		}
		got := make([]uint64, len(marks))
		if MarkHalves(got, halves, &wanted); !slices.Equal(got, marks) {
			t.Fatalf("marks %x, not %x", got, marks)
		}
	})
}

// Classes of codes come to the same bits 64 at a time or one by one, whichever codes have one, and in one byte as in four.
func TestPlanes(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		rows, bits, codes := rapid.IntRange(0, 300).Draw(t, "rows"), rapid.IntRange(1, 8).Draw(t, "bits"), rapid.IntRange(0, 256).Draw(t, "codes")
		random := rand.New(rand.NewPCG(6, rapid.Uint64().Draw(t, "seed")))
		of, few := make([]uint8, codes), random.IntN(3)
		for code := range of {
			if code/16%3 >= few {
				of[code] = uint8(random.IntN(1 << bits))
			}
		}
		words := (rows + 63) / 64
		bytes, wide, want := make([]uint8, rows), make([]uint32, rows), make([]uint64, bits*words)
		for i := range bytes {
			bytes[i] = uint8(random.IntN(256))
			wide[i] = uint32(bytes[i])
			for b := range bits {
				if code := int(bytes[i]); code < codes && of[code]>>b&1 == 1 {
					want[b*words+i/64] |= 1 << (i % 64)
				}
			}
		}
		classes := NewClasses(bits, of)
		got, gotWide := slices.Repeat([]uint64{7}, len(want)), slices.Repeat([]uint64{7}, len(want))
		Planes(classes, got, bytes)
		Planes(classes, gotWide, wide)
		if !slices.Equal(got, want) || !slices.Equal(gotWide, want) {
			t.Fatalf("%d rows: %x and %x, not %x", rows, got, gotWide, want)
		}
	})
}

// A cell that there is not ends in a panic, as an index of a slice does, not in memory that belongs to others.
func TestCellsOutside(t *testing.T) {
	put := func(c Column) func() {
		rows := &Rows{Numbers: make([]int32, 8*8), Stride: 8, Squares: make([]int64, 8), Width: 1, Lacking: make([]uint8, 2), Columns: []Column{c}}
		return func() { rows.Put(8) }
	}
	outside := map[string]func(){
		"sums":            func() { AddRows(make([]int64, 24), []uint32{0, 3}, make([]int64, 16), 8, 8) },
		"codes":           put(Column{Parts: make(Parts, 3), Wide: []uint32{0, 0, 0, 0, 0, 0, 3, 0}}),
		"codes of a byte": put(Column{Parts: make(Parts, 3), Bytes: []uint8{0, 0, 0, 0, 0, 0, 3, 0}}),
		"too few codes":   put(Column{Parts: make(Parts, 3), Bytes: []uint8{0, 0, 0, 0, 0, 0, 0}}),
		"no such number":  put(Column{Parts: make(Parts, 3), Bytes: make([]uint8, 8), Number: 8}),
		"no such square":  put(Column{Parts: make(Parts, 3), Bytes: make([]uint8, 8), Square: 1}),
		"first": func() {
			Triangle(1).Add(make([]int64, 12), make([]int64, 12), []uint32{0, 3}, []uint32{0, 0}, make([]float64, 8), 1)
		},
		"second": func() {
			Triangle(1).Add(make([]int64, 12), make([]int64, 12), []uint32{0, 0}, []uint32{0, 3}, make([]float64, 8), 1)
		},
		"cells":  func() { NewCells(3, 8, nil).Add([]uint32{0, 3}, make([]int32, 16), NewPairs(2)) },
		"counts": func() { NewCells(3, 8, nil).AddCounts(make([]uint32, 3*PairCounts), []uint32{0, 3}, 0) },
		"items":  func() { NewTally(3, 8, nil).Add([]uint32{0, 3}, NewAnswers(2, 8), &Ahead{}) },
		"rows":   func() { NewTally(3, 24, nil).Add([]uint32{0, 2, 1}, NewAnswers(2, 24), &Ahead{}) },
	}
	eachWay(t, func(t *rapid.T) {
		for name, add := range outside {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				add()
			}()
		}
	})
}

// The highest code is found many at a time as one by one.
func TestHighest(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(8, rapid.Uint64().Draw(t, "seed")))
		n := rapid.IntRange(0, 200).Draw(t, "codes")
		bytes, words, numbers := make([]uint8, n), make([]uint16, n), make([]uint32, n)
		half := byte(0)
		for i := range n {
			bytes[i], words[i], numbers[i] = uint8(random.Uint32())>>random.IntN(8), uint16(random.Uint32())>>random.IntN(16), random.Uint32()>>random.IntN(32)
			half = max(half, bytes[i]&15, bytes[i]>>4)
		}
		if n == 0 {
			bytes, words, numbers = nil, nil, nil
		}
		if got := HighestHalf(bytes); got != half {
			t.Fatalf("half a byte: %d, not %d of %d", got, half, bytes)
		}
		highest(t, bytes)
		highest(t, words)
		highest(t, numbers)
	})
}

func highest[T uint8 | uint16 | uint32](t *rapid.T, codes []T) {
	want := T(0)
	if len(codes) > 0 {
		want = slices.Max(codes)
	}
	if got := Highest(codes); got != want {
		t.Fatalf("%d, not %d of %d", got, want, codes)
	}
}
