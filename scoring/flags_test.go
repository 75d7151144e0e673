package scoring_test

import (
	"testing"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// Flags at the edges of their rules, on twelve items of 0 to 10 in 60 s.
func TestFlagsAtTheirEdges(t *testing.T) {
	const items = 12
	m := &scoring.Model{Overall: scoring.None, Recommend: scoring.None}
	for range items {
		m.Items = append(m.Items, scoring.Item{Low: 0, High: 10, Scores: scoring.LinearScores(0, 10, false), Rating: true})
	}
	const na = columns.NotApplicable
	tests := []struct {
		name    string
		ratings [items]byte
		ms      uint32
		want    []scoring.FlagKind
	}{
		{"ten alike", [items]byte{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 1, 2}, 60_000, []scoring.FlagKind{scoring.LongRun}},
		{"nine alike", [items]byte{7, 7, 7, 7, 7, 7, 7, 7, 7, 1, 7, 2}, 60_000, nil},
		{"ten alike over a gap", [items]byte{1, 7, 7, 7, 7, na, 7, 7, 7, 7, 7, 7}, 60_000, []scoring.FlagKind{scoring.LongRun}},
		{"eight in a line", [items]byte{5, 5, 5, 5, 5, 5, 5, 5, na, na, na, na}, 60_000, []scoring.FlagKind{scoring.StraightLine}},
		{"seven in a line", [items]byte{5, 5, 5, 5, 5, 5, 5, na, na, na, na, na}, 60_000, nil},
		{"the same as the first", [items]byte{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 1, 2}, 60_000, []scoring.FlagKind{scoring.LongRun, scoring.Repeated}},
		{"in just 2 s each", [items]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8}, 24_000, nil},
		{"in a little less", [items]byte{2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8}, 23_999, []scoring.FlagKind{scoring.Hasty}},
		{"in under a third", [items]byte{3, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8}, 19_999, []scoring.FlagKind{scoring.Speeding, scoring.Hasty}},
		{"in unknown time", [items]byte{4, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8}, 0, nil},
	}
	table := columns.New(items, 0)
	screen := scoring.NewScreen(table, m, scoring.None, scoring.Rules{})
	var rows []uint32
	for i, tt := range tests {
		if err := table.Append(&columns.Row{Ratings: tt.ratings[:], ResponseWeight: 1, Milliseconds: tt.ms}); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, uint32(i))
	}
	screen.Update()
	for i, f := range screen.Flags(m, scoring.NewRowSet(table.Len(), rows...), scoring.None, 60_000) {
		var want uint8
		for _, k := range tests[i].want {
			want |= 1 << k
		}
		if f.Raised != want {
			t.Errorf("%s: flags %07b, want %07b", tests[i].name, f.Raised, want)
		}
		if f.CanHave(scoring.Outlying) || f.CanHave(scoring.Inconsistent) || f.CanHave(scoring.Speeding) != (tests[i].ms > 0) {
			t.Errorf("%s: judged %07b", tests[i].name, f.Judged)
		}
	}
}
