package scoring

import (
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

// A row repeats an earlier one exactly where a table of whole vectors says so, with few and with many that are alike, if it and its like are
// among the rows asked about and have answers enough.
func TestRowsRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const items = 10
		table := columns.New(items, 1)
		m := &Model{Items: make([]Item, items), Overall: items - 1, Recommend: None}
		for i := range items - 1 {
			m.Items[i] = Item{Low: 1, High: 5, Scores: LinearScores(1, 5, false), Rating: true}
		}
		s := NewScreen(table, m, None, Rules{})
		n := rapid.IntRange(0, 300).Draw(t, "rows")
		type vector struct {
			codes   [items]byte
			channel string
		}
		var pool []vector
		for range rapid.SampledFrom([]int{1, 3, 100}).Draw(t, "vectors") {
			x := vector{channel: rapid.SampledFrom([]string{"", "web", "app"}).Draw(t, "channel")}
			for i := range x.codes {
				x.codes[i] = rapid.SampledFrom([]byte{0, 1, 4, columns.Skipped, columns.NotApplicable}).Draw(t, "code")
			}
			pool = append(pool, x)
		}
		seen := map[vector]bool{}
		var rows []uint32
		want := make([]bool, n)
		for row := range n {
			x := pool[rapid.IntRange(0, len(pool)-1).Draw(t, "vector")]
			if err := table.Append(&columns.Row{Ratings: x.codes[:], Attributes: []string{x.channel}, ResponseWeight: 1}); err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 9).Draw(t, "asked") == 0 {
				continue
			}
			rows = append(rows, uint32(row))
			answered := 0
			for _, code := range x.codes[:items-1] {
				if code <= columns.MaxCode {
					answered++
				}
			}
			if answered >= straightAnswers {
				want[row] = seen[x]
				seen[x] = true
			}
		}
		s.Update()
		flags := make(Flags, n)
		s.findRepeats(m, NewRowSet(n, rows...), 0, flags)
		for row, f := range flags {
			if f.Has(Repeated) != want[row] {
				t.Fatalf("row %d repeats an earlier one: %t, want %t", row, f.Has(Repeated), want[row])
			}
		}
	})
}

// Rows of many parts and chunks repeat as rows of one do, on any number of cores.
func TestRepeatsAcrossChunks(t *testing.T) {
	const items, n = 9, 3*scanRows + 77
	m := &Model{Items: make([]Item, items), Overall: None, Recommend: None}
	for i := range m.Items {
		m.Items[i] = Item{Low: 0, High: 10, Scores: LinearScores(0, 10, false), Rating: true}
	}
	table := columns.New(items, 0)
	s := NewScreen(table, m, None, Rules{})
	var codes [items]byte
	seen := map[[items]byte]bool{}
	want := make(Flags, n)
	var rows []uint32
	for row := range n {
		for i, h := 0, mixed(uint64(row%(n/2))); i < items; i++ {
			codes[i] = byte(h % 7)
			h /= 7
		}
		if err := table.Append(&columns.Row{Ratings: codes[:], ResponseWeight: 1}); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, uint32(row))
		if seen[codes] {
			want[row].Raised = 1 << Repeated
		}
		seen[codes] = true
	}
	s.Update()
	for _, cores := range []int{1, 2, 5} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		got := make(Flags, n)
		s.findRepeats(m, NewRowSet(n, rows...), None, got)
		for row := range got {
			if got[row] != want[row] {
				t.Fatalf("%d cores, row %d: %v, want %v", cores, row, got[row], want[row])
			}
		}
	}
}
