package columns_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

func appendAll(t *testing.T, table *columns.Table, rows ...columns.Row) {
	t.Helper()
	for i := range rows {
		if err := table.Append(&rows[i]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTableKeepsRows(t *testing.T) {
	table := columns.New(2, 1)
	rows := []columns.Row{
		{Ratings: []byte{1, 2}, Attributes: []string{"a"}, ResponseWeight: 1},
		{Ratings: []byte{3, columns.Skipped}, Attributes: []string{""}, ResponseWeight: 2.5, Milliseconds: 259_900, Submitted: 1_700_000_000, Respondent: "x"},
		{Ratings: []byte{columns.NotApplicable, columns.NotRouted}, Attributes: []string{"b"}, ResponseWeight: 1, Respondent: "y"},
		{Ratings: []byte{0, 0}, Attributes: []string{"a"}, ResponseWeight: 1, Respondent: "x"},
	}
	appendAll(t, table, rows...)
	ratings := make([]byte, 2)
	for i, r := range rows {
		row := uint32(i)
		table.Ratings(row, ratings)
		level := table.Attribute(0).Levels()[table.Attribute(0).At(row)]
		got := columns.Row{Ratings: ratings, Attributes: []string{level}, ResponseWeight: table.ResponseWeight(row), Milliseconds: table.Milliseconds(row), Submitted: table.Submitted(row)}
		r.Respondent = ""
		if d := cmp.Diff(r, got); d != "" {
			t.Errorf("row %d (-want +got):\n%s", i, d)
		}
	}
	if table.Respondent(1) != table.Respondent(3) || table.Respondent(1) == table.Respondent(2) || table.Respondent(0) != 0 || table.Respondent(1) == 0 {
		t.Error("respondents are not told apart by their reference")
	}
	if !table.Weighted() || table.Len() != 4 || table.Items() != 2 {
		t.Errorf("weighted %v, %d rows, %d items", table.Weighted(), table.Len(), table.Items())
	}
	if err := table.Append(&columns.Row{Ratings: []byte{1}, Attributes: []string{"a"}}); err == nil || table.Len() != 4 {
		t.Errorf("a row with one item too few: error %v, %d rows", err, table.Len())
	}
}

// The caller's row may be changed after Append.
func TestTableCopiesRow(t *testing.T) {
	table := columns.New(1, 1)
	name := []byte("first")
	r := columns.Row{Ratings: []byte{7}, Attributes: []string{string(name)}, ResponseWeight: 1}
	appendAll(t, table, r)
	r.Ratings[0], r.Attributes[0] = 1, "other"
	if table.Item(0)[0] != 7 || table.Attribute(0).Levels()[0] != "first" {
		t.Error("the table follows a change of the row it was given")
	}
}

// A response to the default survey (19 closed items, 13 attributes of which the flight has some hundred levels, mode, language, wave,
// version) takes at most 48 bytes with the times and the respondent.
func TestBytes(t *testing.T) {
	table := columns.New(19, 17)
	r := columns.Row{Ratings: make([]byte, 19), Attributes: make([]string, 17), ResponseWeight: 1}
	const n = 5000
	for i := range n {
		for a := range r.Attributes {
			r.Attributes[a] = strconv.Itoa(i % 5)
		}
		r.Attributes[0] = strconv.Itoa(i % 500)
		r.Attributes[16], r.Attributes[15] = "1", "summer"
		r.Milliseconds, r.Submitted, r.Respondent = uint32(i+1), uint32(i+1), strconv.Itoa(i)
		appendAll(t, table, r)
	}
	if got := float64(table.Bytes()) / n; got > 48 {
		t.Errorf("%.1f bytes a response", got)
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	table := columns.New(19, 5)
	r := columns.Row{Ratings: make([]byte, 19), Attributes: []string{"a", "b", "c", "d", ""}, ResponseWeight: 1, Milliseconds: 5, Submitted: 9, Respondent: "someone with a long reference, longer than any buffer"}
	for range 100_000 {
		appendAll(t, table, r)
	}
	if allocations := testing.AllocsPerRun(10_000, func() {
		if err := table.Append(&r); err != nil {
			t.Fatal(err)
		}
	}); allocations > 0.1 {
		t.Errorf("%v allocations a row", allocations)
	}
}

// The codes of an attribute widen at 2, 17, 257 and 65,537 levels and stay what they were.
func TestAttributeWidens(t *testing.T) {
	table := columns.New(0, 1)
	want := []string{}
	add := func(v string) {
		appendAll(t, table, columns.Row{Attributes: []string{v}, ResponseWeight: 1})
		want = append(want, v)
	}
	for range 3 {
		add("0")
	}
	for i := range 66_000 {
		add(strconv.Itoa(i))
		if i%7 == 0 {
			add(strconv.Itoa(i / 2))
		}
	}
	a := table.Attribute(0)
	rows := make([]uint32, len(want))
	for i := range rows {
		rows[i] = uint32(i)
	}
	codes := a.LevelsOf(rows)
	for i, v := range want {
		if got := a.Levels()[a.At(uint32(i))]; got != v || codes[i] != a.At(uint32(i)) {
			t.Fatalf("row %d: level %q (code %d), want %q", i, got, codes[i], v)
		}
	}
	if n, ok := a.Level("65999"); !ok || a.Levels()[n] != "65999" {
		t.Error("a level is not found by its name")
	}
	if _, ok := a.Level("no such"); ok {
		t.Error("a level that no row has is found")
	}
}

func TestMatchesAndWithin(t *testing.T) {
	table := columns.New(0, 2)
	for i, v := range []string{"a", "b", "", "a"} {
		appendAll(t, table, columns.Row{Attributes: []string{v, "same"}, ResponseWeight: 1, Submitted: []uint32{100, 0, 200, 300}[i]})
	}
	for _, tt := range []struct {
		attribute int
		values    []string
		want      []bool
	}{
		{0, []string{"a"}, []bool{true, false, false, true}},
		{0, []string{"b", ""}, []bool{false, true, true, false}},
		{0, []string{"unseen"}, []bool{false, false, false, false}},
		{1, []string{"same"}, []bool{true, true, true, true}},
		{1, []string{"other"}, []bool{false, false, false, false}},
		{1, nil, []bool{false, false, false, false}},
	} {
		if d := cmp.Diff(tt.want, table.Matches(columns.Condition{Attribute: tt.attribute, Values: tt.values})); d != "" {
			t.Errorf("%d in %q (-want +got):\n%s", tt.attribute, tt.values, d)
		}
	}
	for _, tt := range []struct {
		from, to uint32
		want     []bool
	}{
		{0, 0, []bool{true, false, true, true}},
		{100, 200, []bool{true, false, false, false}},
		{101, 0, []bool{false, false, true, true}},
		{0, 300, []bool{true, false, true, false}},
	} {
		marks := []uint64{7} // what was there before does not count
		table.Within(0, tt.from, tt.to, marks)
		for row, want := range tt.want {
			if got := marks[0]>>row&1 != 0; got != want {
				t.Errorf("%d to %d: row %d is in: %t", tt.from, tt.to, row, got)
			}
		}
		if marks[0]>>len(tt.want) != 0 {
			t.Errorf("%d to %d: rows that are not there are in", tt.from, tt.to)
		}
	}
	if got := columns.New(1, 1).Matches(columns.Condition{Values: []string{""}}); len(got) != 0 {
		t.Errorf("an empty table matches %v", got)
	}
}

// Groups are those of a plain map, whether few cells are counted in an array or many in a map.
func TestGroup(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		levels := rapid.SampledFrom([]int{1, 3, 2000}).Draw(rt, "levels")
		n := rapid.IntRange(0, 400).Draw(rt, "rows")
		table := columns.New(0, 2)
		var rows []uint32
		var names []string
		for i := range n {
			x := strconv.Itoa(rapid.IntRange(0, levels).Draw(rt, "x"))
			y := strconv.Itoa(rapid.IntRange(0, levels).Draw(rt, "y"))
			if err := table.Append(&columns.Row{Attributes: []string{x, y}, ResponseWeight: 1}); err != nil {
				rt.Fatal(err)
			}
			if i%3 != 1 {
				rows = append(rows, uint32(i))
				names = append(names, x+"/"+y)
			}
		}
		g := table.Group(rows, []int{0, 1})
		seen := map[string]uint32{}
		for i, of := range g.Of {
			l := g.Levels[of]
			name := table.Attribute(0).Levels()[l[0]] + "/" + table.Attribute(1).Levels()[l[1]]
			if name != names[i] {
				rt.Fatalf("row %d is in group %s, want %s", i, name, names[i])
			}
			if other, ok := seen[name]; ok && other != of {
				rt.Fatalf("%s is two groups", name)
			}
			seen[name] = of
		}
		if len(seen) != len(g.Levels) {
			rt.Fatalf("%d groups, want %d", len(g.Levels), len(seen))
		}
		total := 0
		for of, members := range g.Members() {
			for k, i := range members {
				if int(g.Of[i]) != of || k > 0 && members[k-1] >= i {
					rt.Fatalf("members of group %d: %v", of, members)
				}
			}
			total += len(members)
		}
		if total != len(rows) {
			rt.Fatalf("%d members, want %d", total, len(rows))
		}
	})
}

func TestGroupManyCells(t *testing.T) {
	table := columns.New(0, 2)
	var rows []uint32
	for i := range 3000 {
		appendAll(t, table, columns.Row{Attributes: []string{fmt.Sprint(i), fmt.Sprint((i * 7) % 1500)}, ResponseWeight: 1})
		rows = append(rows, uint32(i))
	}
	if g := table.Group(rows, []int{0, 1}); len(g.Levels) != 3000 {
		t.Errorf("%d groups of 3,000 different pairs", len(g.Levels))
	}
}
