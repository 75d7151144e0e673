package reports

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring"
)

func basesOf(n ...int) []scoring.Base {
	out := make([]scoring.Base, len(n))
	for i, k := range n {
		out[i] = scoring.Base{N: k, W: float64(k), W2: float64(k)}
	}
	return out
}

// crossed is the full crossing of rows × columns.
func crossed(rows, columns int) [][]uint32 {
	var out [][]uint32
	for r := range rows {
		for c := range columns {
			out = append(out, []uint32{uint32(r), uint32(c)})
		}
	}
	return out
}

func single(n int) (out [][]uint32) {
	for i := range n {
		out = append(out, []uint32{uint32(i)})
	}
	return out
}

func TestHide(t *testing.T) {
	const x, o = true, false
	tests := []struct {
		name   string
		levels [][]uint32
		n      []int
		want   []bool
	}{
		{"nothing small", single(3), []int{10, 11, 200}, []bool{o, o, o}},
		{"one small: the next smallest goes with it", single(4), []int{400, 9, 30, 200}, []bool{o, x, x, o}},
		{"two small of 10 together are enough", single(4), []int{400, 4, 6, 200}, []bool{o, x, x, o}},
		{"two small of 9 together are not", single(4), []int{400, 4, 5, 200}, []bool{o, x, x, x}},
		{"a group of none covers nothing", single(3), []int{400, 0, 5}, []bool{x, o, x}},
		{"two groups", single(2), []int{400, 5}, []bool{x, x}},
		{"a small cell is covered in its row and its column", crossed(3, 3), []int{
			5, 20, 30,
			40, 50, 60,
			70, 80, 90}, []bool{
			x, x, o,
			x, x, o,
			o, o, o}},
		{"a row whose total is hidden itself is not covered for its own sake", crossed(3, 2), []int{
			2, 3,
			40, 50,
			60, 70}, []bool{
			x, x,
			x, x,
			o, o}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := cells{levels: tt.levels, minimum: 10}.hide(basesOf(tt.n...))
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("hidden (-want +got):\n%s", d)
			}
		})
	}
}

// Weights can make ten responses worth fewer.
func TestHideEffectiveBase(t *testing.T) {
	bases := basesOf(400, 12, 300)
	bases[1].W2 = 2 * bases[1].W // worth 6
	if d := cmp.Diff([]bool{false, true, true}, cells{levels: single(3), minimum: 10}.hide(bases)); d != "" {
		t.Errorf("hidden (-want +got):\n%s", d)
	}
}

// What is hidden of the responses is hidden of a figure, and a figure that few have is covered by itself.
func TestHideLayers(t *testing.T) {
	c := cells{levels: single(4), minimum: 10}
	responses := basesOf(100, 8, 40, 60)
	for _, tt := range []struct {
		name  string
		valid []scoring.Base
		want  []bool
	}{
		{"all valid", basesOf(100, 8, 40, 60), []bool{false, true, true, false}},
		{"few in another group", basesOf(4, 8, 40, 60), []bool{true, true, true, false}},
		{"none in the hidden group", basesOf(100, 0, 40, 60), []bool{false, false, true, true}},
	} {
		if d := cmp.Diff(tt.want, c.hide(responses, tt.valid)); d != "" {
			t.Errorf("%s: hidden (-want +got):\n%s", tt.name, d)
		}
	}
}

// Whatever the table, nobody who subtracts figures that are shown learns the sum of fewer than ten responses: neither of a small
// cell, nor of the hidden rest of any total that is shown. All that follows from the totals is worked out by elimination here,
// with the totals as equations; the margins that are hidden in their own segmentation are not. A table of which every cell is
// hidden is as hidden as it can be: what follows then follows from other segmentations alone.
func TestNothingFollowsBySubtraction(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shape := rapid.SampledFrom([][]int{{4}, {2, 2}, {3, 3}, {2, 5}, {4, 4}, {2, 2, 2}, {3, 2, 3}}).Draw(rt, "shape")
		levels := [][]uint32{{}}
		for _, n := range shape {
			var next [][]uint32
			for _, l := range levels {
				for v := range n {
					next = append(next, append(append([]uint32{}, l...), uint32(v)))
				}
			}
			levels = next
		}
		largest := rapid.SampledFrom([]int{12, 40, 400}).Draw(rt, "largest")
		total := 0
		var n []int
		for range levels {
			k := rapid.IntRange(0, largest).Draw(rt, "n")
			n = append(n, k)
			total += k
		}
		if total < 10 {
			return // the report as a whole is hidden
		}
		// Groups of nobody do not occur in a report.
		var kept [][]uint32
		var counts []int
		for g, k := range n {
			if k > 0 {
				kept, counts = append(kept, levels[g]), append(counts, k)
			}
		}
		c := cells{levels: kept, minimum: 10}
		bases := basesOf(counts...)
		hidden := c.hide(bases)

		column := map[int]int{}
		for g := range hidden {
			if hidden[g] {
				column[g] = len(column)
			}
		}
		var equations [][]float64
		for _, line := range c.published([][]scoring.Base{bases}) {
			row := make([]float64, len(column))
			sum := 0
			for _, g := range line {
				if hidden[g] {
					row[column[g]] = 1
					sum += counts[g]
				}
			}
			if sum > 0 {
				equations = append(equations, row)
				if sum < 10 && len(column) < len(kept) {
					rt.Fatalf("a total shown leaves %d responses: shape %v, n %v, hidden %v", sum, shape, n, hidden)
				}
			}
		}
		for _, row := range eliminated(equations) {
			var of []int
			for g, k := range column {
				if math.Abs(row[k]) > 1e-9 {
					of = append(of, g)
				}
			}
			if len(of) == 1 && counts[of[0]] < 10 && len(column) < len(kept) {
				rt.Fatalf("group %v of %d responses follows: shape %v, n %v, hidden %v", kept[of[0]], counts[of[0]], shape, n, hidden)
			}
		}
		for g, k := range counts {
			if k < 10 && !hidden[g] {
				rt.Fatalf("group %d of %d responses is shown", g, k)
			}
		}
	})
}
