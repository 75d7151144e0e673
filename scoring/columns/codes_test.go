package columns_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// A column holds what was appended, whatever its width, however it is read.
func TestCodes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var c columns.Codes
		var want []uint32
		top := rapid.SampledFrom([]uint32{0, 1, 15, 16, 255, 256, 65535, 65536, 1<<32 - 1})
		for range rapid.IntRange(0, 5).Draw(rt, "runs") {
			codes := rapid.SliceOf(rapid.Uint32Range(0, top.Draw(rt, "top"))).Draw(rt, "codes")
			if rapid.Bool().Draw(rt, "at once") {
				c.Reserve(rapid.IntRange(0, 1000).Draw(rt, "room"))
				c.AppendAll(codes)
				want = append(want, codes...)
				continue
			}
			for range rapid.IntRange(1, 30).Draw(rt, "times") {
				for _, code := range codes {
					c.Append(code)
				}
				want = append(want, codes...)
			}
		}
		if c.Len() != len(want) {
			rt.Fatalf("%d rows, want %d", c.Len(), len(want))
		}
		var rows []uint32
		for i, w := range want {
			if got := c.At(uint32(i)); got != w {
				rt.Fatalf("row %d: %d, want %d", i, got, w)
			}
			rows = append(rows, uint32(i))
		}
		from := rapid.IntRange(0, len(want)).Draw(rt, "from")
		to := rapid.IntRange(from, len(want)).Draw(rt, "to")
		of, within := make([]uint32, to-from), make([]uint32, to-from)
		c.Of(rows[from:to], of)
		c.Range(from, within)
		if !slices.Equal(of, want[from:to]) || !slices.Equal(within, want[from:to]) {
			rt.Fatalf("rows %d to %d: %v and %v, want %v", from, to, of, within, want[from:to])
		}
		bits, first := make([]uint64, (len(want)+63)/64), rapid.IntRange(0, len(want)/64).Draw(rt, "first word")
		var marked []uint32
		for i, w := range want[min(64*first, len(want)):] {
			if row := 64*first + i; w%3 < 2 && len(marked) < lanes.MostMarked {
				bits[row/64] |= 1 << (row % 64)
				marked = append(marked, w*5)
			}
		}
		m := lanes.MarksOf(64*first, bits[min(first, len(bits)):])
		added := make([]uint32, len(marked))
		if c.AddMarked(&m, 5, added); !slices.Equal(added, marked) {
			rt.Fatalf("rows marked from %d on: %v, want %v", 64*first, added, marked)
		}
		wanted := make([]bool, 300)
		for code := range wanted {
			wanted[code] = code%3 == 1
		}
		from = from / 64 * 64
		marks := make([]uint64, rapid.IntRange(1, 9).Draw(rt, "words"))
		c.Marks(from, wanted, marks)
		for i := range 64 * len(marks) {
			marked := from+i < len(want) && want[from+i] < 300 && wanted[want[from+i]]
			if got := marks[i/64]>>(i%64)&1 != 0; got != marked {
				rt.Fatalf("row %d of %d is marked: %t", from+i, len(want), got)
			}
		}
	})
}
