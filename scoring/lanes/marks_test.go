package lanes

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What columns of any width have in marked rows is packed, added up and turned into answers as looking it up row by row does, and nothing is written
// beyond the room for it.
func TestMarks(t *testing.T) {
	eachWay(t, func(t *rapid.T) {
		first, words := 64*rapid.IntRange(0, 3).Draw(t, "first"), rapid.IntRange(0, 20).Draw(t, "words")
		beyond := rapid.IntRange(0, 100).Draw(t, "rows beyond the marks")
		step := rapid.Uint32Range(0, 1000).Draw(t, "step")
		random := rand.New(rand.NewPCG(8, rapid.Uint64().Draw(t, "seed")))
		rows := first + 64*words - random.IntN(min(64, 64*words)+1) + beyond // the last word may have rows that there are not
		bytes, pairs, wide, halves := make([]uint8, rows), make([]uint16, rows), make([]uint32, rows), make([]uint8, (rows+1)/2)
		for i := range rows {
			bytes[i], pairs[i], wide[i] = uint8(random.Uint32()), uint16(random.Uint32()), random.Uint32()
			halves[i/2] |= bytes[i] & 15 << (i % 2 * 4)
		}
		marks, density := make([]uint64, words), random.IntN(65)
		var list []uint32
		for w := range marks {
			for i := range 64 {
				if row := first + 64*w + i; row < rows && random.IntN(64) < density {
					marks[w] |= 1 << i
					list = append(list, uint32(row))
				}
			}
		}
		m := MarksOf(first, marks)
		if m.Len() != len(list) {
			t.Fatalf("%d marks, not %d", m.Len(), len(list))
		}
		before := []uint32{7, 9}
		if got := m.Append(slices.Clone(before)); !slices.Equal(got, append(before, list...)) {
			t.Fatalf("rows %v, not %v", got, list)
		}
		room := len(list) + PackRoom
		checkPacked(t, list, bytes, make([]uint8, room+1), func(dst []uint8) { Pack(dst, bytes, &m) })
		checkPacked(t, list, pairs, make([]uint16, room+1), func(dst []uint16) { Pack(dst, pairs, &m) })
		checkPacked(t, list, wide, make([]uint32, room+1), func(dst []uint32) { Pack(dst, wide, &m) })
		low := make([]uint8, rows)
		for i := range low {
			low[i] = bytes[i] & 15
		}
		checkPacked(t, list, low, make([]uint8, room+1), func(dst []uint8) { PackHalves(dst, halves, &m) })
		for name, of := range map[string]struct {
			code func(row uint32) uint32
			add  func(into []uint32)
		}{
			"halves":  {func(row uint32) uint32 { return uint32(low[row]) }, func(into []uint32) { AddMarkedHalves(into, halves, &m, step) }},
			"bytes":   {func(row uint32) uint32 { return uint32(bytes[row]) }, func(into []uint32) { AddMarked(into, bytes, &m, step) }},
			"words":   {func(row uint32) uint32 { return uint32(pairs[row]) }, func(into []uint32) { AddMarked(into, pairs, &m, step) }},
			"numbers": {func(row uint32) uint32 { return wide[row] }, func(into []uint32) { AddMarked(into, wide, &m, step) }},
		} {
			got, want := make([]uint32, len(list)), make([]uint32, len(list))
			for i, row := range list {
				got[i] = random.Uint32()
				want[i] = got[i] + step*of.code(row)
			}
			if of.add(got); !slices.Equal(got, want) {
				t.Fatalf("%s added: %v, not %v", name, got, want)
			}
		}
		if !m.Dense() {
			return
		}
		items := 1 + random.IntN(Most)
		columns := make([][]byte, items)
		for k := range columns {
			columns[k] = make([]byte, rows)
			for i := range columns[k] {
				columns[k][i] = uint8(random.Uint32())
			}
		}
		got, want := NewAnswers(len(list), items), NewAnswers(len(list), items)
		got.TakeMarked(columns, &m)
		want.TakeRows(columns, list)
		for i := range list {
			for k := range items {
				if got, want := got.codes[got.at(i, k)], want.codes[want.at(i, k)]; got != want {
					t.Fatalf("answer of row %d to item %d: %d, not %d", list[i], k, got, want)
				}
			}
		}
	})
}

// checkPacked packs what a column has in listed rows, into one place more than packing may write to.
func checkPacked[T uint8 | uint16 | uint32](t *rapid.T, list []uint32, column, dst []T, pack func(dst []T)) {
	const untouched = 77
	last := len(dst) - 1
	dst[last] = untouched
	pack(dst[:last:last])
	for i, row := range list {
		if dst[i] != column[row] {
			t.Fatalf("%T %d of %d: %d, not %d of row %d", dst, i, len(list), dst[i], column[row], row)
		}
	}
	if dst[last] != untouched {
		t.Fatalf("%T: written beyond the room", dst)
	}
}
