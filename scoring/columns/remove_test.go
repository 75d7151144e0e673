package columns_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

// content is everything that a table tells of its rows.
type content struct {
	Items        [][]byte
	Levels       [][]string
	Codes        [][]uint32
	Weights      []float64
	Weighted     bool
	Milliseconds []uint32
	Submitted    []uint32
	Respondents  []columns.Respondent
	Replicates   []uint8
}

func contentOf(t *columns.Table, attributes int) (c content) {
	for i := range t.Items() {
		c.Items = append(c.Items, slices.Clone(t.Item(i)))
	}
	for a := range attributes {
		at := t.Attribute(a)
		codes := make([]uint32, t.Len())
		at.Range(0, codes)
		c.Levels, c.Codes = append(c.Levels, slices.Clone(at.Levels())), append(c.Codes, codes)
		for number, level := range at.Levels() {
			if n, ok := at.Level(level); !ok || int(n) != number {
				panic("a level is not found by its name")
			}
		}
	}
	c.Weighted = t.Weighted()
	for row := range uint32(t.Len()) {
		c.Weights = append(c.Weights, t.ResponseWeight(row))
		c.Milliseconds = append(c.Milliseconds, t.Milliseconds(row))
		c.Submitted = append(c.Submitted, t.Submitted(row))
		c.Respondents = append(c.Respondents, t.Respondent(row))
		c.Replicates = append(c.Replicates, t.Replicate(row))
	}
	return c
}

func drawRow(rt *rapid.T, levels int, seq *int64) columns.Row {
	step := rapid.SampledFrom([]int64{1, 1, 1, 1, 2, 14, 15, 254, 255, 256, 70_000}).Draw(rt, "step")
	*seq += step
	text := rapid.Map(rapid.IntRange(0, levels), func(n int) string { return string(rune('a' - 1 + n)) })
	return columns.Row{
		Ratings: rapid.SliceOfN(rapid.Byte(), 2, 2).Draw(rt, "ratings"), Attributes: []string{text.Draw(rt, "x"), text.Draw(rt, "y")},
		ResponseWeight: rapid.SampledFrom([]float64{1, 1, 1, 2.5}).Draw(rt, "weight"),
		Milliseconds:   rapid.Uint32Range(0, 3).Draw(rt, "ms"), Submitted: rapid.Uint32Range(0, 2).Draw(rt, "submitted"),
		Respondent: rapid.SampledFrom([]string{"", "", "p", "q", "12"}).Draw(rt, "who"), Seq: *seq,
	}
}

// A table from which rows were removed is as one to which only the others were appended, and each of these is found by its number.
func TestRemove(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := columns.New(2, 2)
		var kept []columns.Row
		var seq int64
		var gone []int64
		levels := rapid.SampledFrom([]int{1, 5, 20, 400}).Draw(rt, "levels")
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			for range rapid.IntRange(0, 60).Draw(rt, "rows") {
				r := drawRow(rt, levels, &seq)
				appendTo(rt, table, &r)
				kept = append(kept, r)
			}
			var rows []uint32
			var left []columns.Row
			often := rapid.SampledFrom([]int{0, 1, 5, 10}).Draw(rt, "removals of 10")
			for i, r := range kept {
				if rapid.IntRange(1, 10).Draw(rt, "remove") <= often {
					rows, gone = append(rows, uint32(i)), append(gone, r.Seq)
				} else {
					left = append(left, r)
				}
			}
			before := table.Seqs()
			table.Remove(rows)
			seqs := []int64{}
			for _, r := range kept {
				seqs = append(seqs, r.Seq)
			}
			if d := cmp.Diff(seqs, slices.Collect(before), cmpopts.EquateEmpty()); d != "" {
				rt.Fatalf("numbers asked for before a removal (-rows +told):\n%s", d)
			}
			kept = left
		}
		fresh := columns.New(2, 2)
		for i := range kept {
			appendTo(rt, fresh, &kept[i])
		}
		if d := cmp.Diff(contentOf(fresh, 2), contentOf(table, 2), cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("(-fresh +removed):\n%s", d)
		}
		for i, r := range kept {
			if row, ok := table.RowOf(r.Seq); !ok || int(row) != i {
				rt.Fatalf("row %d of number %d is found at %d, %v", i, r.Seq, row, ok)
			}
		}
		for _, none := range append(gone, 0, -1, seq+1) {
			if row, ok := table.RowOf(none); ok {
				rt.Fatalf("number %d, which there is not, is found at row %d", none, row)
			}
		}
	})
}

func appendTo(rt *rapid.T, table *columns.Table, r *columns.Row) {
	if err := table.Append(r); err != nil {
		rt.Fatal(err)
	}
}

// Rows are found by their numbers beyond the first mark too.
func TestRowOfMany(t *testing.T) {
	table := columns.New(0, 0)
	for i := range 20_000 {
		appendAll(t, table, columns.Row{ResponseWeight: 1, Seq: int64(3*i + 7)})
	}
	for _, i := range []int{0, 1, 4095, 4096, 4097, 8191, 19_999} {
		if row, ok := table.RowOf(int64(3*i + 7)); !ok || int(row) != i {
			t.Errorf("row %d is found at %d, %v", i, row, ok)
		}
		if row, ok := table.RowOf(int64(3*i + 8)); ok {
			t.Errorf("a number between two is found at %d", row)
		}
	}
}
