package columns_test

import (
	"testing"

	"paxscore/scoring/columns"
)

// Response weights are coded while few differ, whatever is removed or read from a file.
func TestWeightLevels(t *testing.T) {
	table := columns.New(1, 1)
	add := func(weights ...float64) {
		t.Helper()
		for _, w := range weights {
			if err := table.Append(&columns.Row{Ratings: []byte{0}, Attributes: []string{""}, ResponseWeight: w}); err != nil {
				t.Fatal(err)
			}
		}
	}
	coded := func(want bool) {
		t.Helper()
		again, err := readFile(written(t, table, freely), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []*columns.Table{table, again} {
			levels := table.Attribute(table.WeightAttribute())
			if (levels != nil) != want {
				t.Fatalf("%d rows are coded: %t", table.Len(), levels != nil)
			}
			for row := range uint32(table.Len()) {
				if want && table.WeightLevels()[levels.At(row)] != table.ResponseWeight(row) {
					t.Errorf("row %d of weight %v has level %d", row, table.ResponseWeight(row), levels.At(row))
				}
			}
		}
	}
	add(1, 1, 1)
	coded(false)
	add(2, .1, 1, 2)
	coded(true)
	table.Remove([]uint32{0, 3})
	coded(true)
	for i := range 61 {
		add(10 + float64(i))
	}
	coded(true)
	add(.5)
	coded(false)
	table.Remove([]uint32{uint32(table.Len() - 1)})
	coded(true)
}
