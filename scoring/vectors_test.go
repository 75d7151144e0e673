package scoring

import (
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

// A row repeats an earlier one exactly where a table of whole vectors says so, with few and with many that are alike.
func TestVectorsRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const items = 3
		table := columns.New(items, 1)
		codes := rapid.SampledFrom([]int{1, 3, 11}).Draw(t, "codes")
		m := &Model{Items: make([]Item, items), Overall: 2, Recommend: None}
		for i := range 2 {
			m.Items[i].Rating = true
		}
		s := NewScreen(table, m, None, Rules{})
		n := rapid.IntRange(0, 300).Draw(t, "rows")
		type vector struct {
			codes   [items]byte
			channel string
		}
		seen := map[vector]bool{}
		v := newVectors(s, m, 0, n)
		for row := range n {
			x := vector{channel: rapid.SampledFrom([]string{"", "web", "app"}).Draw(t, "channel")}
			for i := range x.codes {
				x.codes[i] = byte(rapid.IntRange(0, codes).Draw(t, "code"))
			}
			if err := table.Append(&columns.Row{Ratings: x.codes[:], Attributes: []string{x.channel}, ResponseWeight: 1}); err != nil {
				t.Fatal(err)
			}
			if got := v.repeats(uint32(row)); got != seen[x] {
				t.Fatalf("row %d repeats an earlier one: %t, want %t", row, got, seen[x])
			}
			seen[x] = true
		}
	})
}
