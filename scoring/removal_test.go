package scoring_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring"
)

// After removals the screen judges as one that never saw these rows: what was kept out because of one of them counts again, and the
// median is that of the others.
func TestScreenAfterRemovals(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScreened(true, allRules)
		var rows []answered
		places := rapid.SampledFrom([]int{1, 3, 40}).Draw(rt, "places")
		draw := func() answered {
			r := answered{ratings: []byte{1, 2, 3, 4, 5}, respondent: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(rt, "who"),
				cluster: string(rune('A' + rapid.IntRange(0, places).Draw(rt, "where"))), ms: rapid.Uint32Range(0, 40_000).Draw(rt, "ms")}
			if rapid.IntRange(0, 9).Draw(rt, "long") == 0 {
				r.ms += 1 << 24
			}
			if rapid.Bool().Draw(rt, "line") {
				copy(r.ratings, []byte{5, 5, 4, 5})
			}
			if rapid.Bool().Draw(rt, "incomplete") {
				r.ratings[4] = sk
			}
			return r
		}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			for range rapid.IntRange(0, 40).Draw(rt, "appended") {
				r := draw()
				s.add(t, r)
				rows = append(rows, r)
			}
			if rapid.Bool().Draw(rt, "ask") {
				s.screen.Settle()
			}
			often := rapid.SampledFrom([]int{0, 1, 5, 10}).Draw(rt, "removals of 10")
			var gone []uint32
			var left []answered
			for i, r := range rows {
				if rapid.IntRange(1, 10).Draw(rt, "remove") <= often {
					gone = append(gone, uint32(i))
				} else {
					left = append(left, r)
				}
			}
			s.screen.Remove(gone)
			rows = left
			fresh := newScreened(true, allRules)
			fresh.add(t, rows...)
			if rapid.Bool().Draw(rt, "judge") || len(rows) == 0 {
				continue
			}
			if d := cmp.Diff(fresh.fates(), s.fates()); d != "" {
				rt.Fatalf("fates (-fresh +after removals):\n%s", d)
			}
			for row := range rows {
				if a, b := fresh.screen.Breaches(uint32(row), 1000), s.screen.Breaches(uint32(row), 1000); a != b {
					rt.Fatalf("row %d breaks %b, want %b", row, b, a)
				}
			}
			if a, b := fresh.screen.MedianMilliseconds(), s.screen.MedianMilliseconds(); a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
				rt.Fatalf("median %v, want %v", b, a)
			}
		}
	})
}

// The first complete response of a respondent in a cluster is kept; with it gone the next one is.
func TestDuplicateCountsAgain(t *testing.T) {
	s := newScreened(true, allRules)
	whole, broken := []byte{1, 2, 3, 4, 5}, []byte{1, 2, 3, 4, sk}
	for _, ratings := range [][]byte{broken, whole, broken, whole} {
		s.add(t, answered{ratings: ratings, respondent: "a", cluster: "1"})
	}
	for _, want := range [][]scoring.Fate{
		{scoring.Duplicate, scoring.Kept, scoring.Duplicate, scoring.Duplicate},
		{scoring.Duplicate, scoring.Duplicate, scoring.Kept},
		{scoring.BreakOff, scoring.Duplicate},
	} {
		if d := cmp.Diff(want, s.fates()); d != "" {
			t.Fatalf("fates (-want +got):\n%s", d)
		}
		for row, f := range want {
			if f == scoring.Kept {
				s.screen.Remove([]uint32{uint32(row)})
			}
		}
	}
}
