package columns_test

import (
	"runtime"
	"strconv"
	"testing"

	"paxscore/scoring/columns"
)

// The memory of a long table is hardly more than its rows ask for: spare room is 12 % at most, 9 % on average over the columns.
func TestSpareRoom(t *testing.T) {
	const n = 300_000
	before := heap()
	table := columns.New(19, 12)
	r := columns.Row{Ratings: make([]byte, 19), Attributes: make([]string, 12), ResponseWeight: 1}
	for i := range n {
		for a := range r.Attributes {
			r.Attributes[a] = strconv.Itoa(i % 6)
		}
		r.Milliseconds, r.Submitted, r.Respondent = uint32(i+1), uint32(i+1), strconv.Itoa(i)
		appendAll(t, table, r)
	}
	got := heap() - before
	if most := 1.13*float64(table.Bytes()) + 100_000; float64(got) > most {
		t.Errorf("%d bytes for rows of %d", got, table.Bytes())
	}
	runtime.KeepAlive(table)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
