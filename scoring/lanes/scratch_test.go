package lanes

import (
	"slices"
	"testing"
)

// Memory that was used is zeros again, and only as much as about what is asked for.
func TestScratch(t *testing.T) {
	var s Scratch[int64]
	for _, n := range []int{10, 10, 7, 3, 1000, 0, 600} {
		got := s.Take(n)
		if len(got) != n || slices.ContainsFunc(got, func(x int64) bool { return x != 0 }) {
			t.Fatalf("%d numbers: %v", n, got)
		}
		if n > 0 && cap(got) > 2*n {
			t.Errorf("%d numbers hold room for %d", n, cap(got))
		}
		for i := range got {
			got[i] = 7
		}
		s.Give(got)
	}
}
