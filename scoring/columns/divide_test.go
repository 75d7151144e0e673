package columns_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

// Members are those that grouping the rows one by one gives, whatever stands for them, few levels or too many for a plain array.
func TestDivideIsGroup(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := columns.New(0, 3)
		n := rapid.IntRange(0, 3000).Draw(rt, "rows")
		levels := []int{rapid.IntRange(1, 4).Draw(rt, "first"), rapid.IntRange(1, 3000).Draw(rt, "second"), rapid.IntRange(1, 3000).Draw(rt, "third")}
		for i := range n {
			row := columns.Row{ResponseWeight: 1}
			for k, l := range levels {
				row.Attributes = append(row.Attributes, fmt.Sprint((i*7919+k*i*i)%l))
			}
			if err := table.Append(&row); err != nil {
				rt.Fatal(err)
			}
		}
		by := rapid.SampledFrom([][]int{{}, {0}, {1}, {0, 1}, {2, 1}, {2, 0, 1}}).Draw(rt, "by")
		var rows, places []uint32
		for i := range n {
			if i%3 > 0 {
				rows, places = append(rows, uint32(i)), append(places, uint32(2*i))
			}
		}
		groups := table.Group(rows, by)
		want := groups.Members()
		for g := range want {
			for i, place := range want[g] {
				want[g][i] = places[place]
			}
		}
		members, found := table.Divide(rows, by, places)
		if len(want) == 0 && len(members) == 0 {
			return
		}
		if d := cmp.Diff(want, members); d != "" {
			rt.Fatalf("members (-want +got):\n%s", d)
		}
		for g, l := range groups.Levels {
			if len(l) != len(found[g]) || len(l) > 0 && !cmp.Equal(l, found[g]) {
				rt.Fatalf("levels of group %d: %v, want %v", g, found[g], l)
			}
		}
	})
}
