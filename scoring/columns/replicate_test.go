package columns_test

import (
	"strconv"
	"testing"

	"paxscore/scoring/columns"
)

// Groups of respondents 1 to 4 and of a few more of the reference study (jackknife_groups.csv).
func TestReplicatesAreThoseOfTheReferenceStudy(t *testing.T) {
	for id, want := range map[int]uint8{1: 37, 2: 0, 3: 38, 4: 10, 1000: 40, 9998: 30, 10000: 19} {
		if got := columns.ReplicateOf(strconv.Itoa(id)); got != want {
			t.Errorf("respondent %d is in group %d, want %d", id, got, want)
		}
	}
}

func TestReplicatesOfRows(t *testing.T) {
	table := columns.New(0, 0)
	for _, who := range []string{"", "", "2", "passenger 2", "02"} {
		if err := table.Append(&columns.Row{ResponseWeight: 1, Respondent: who}); err != nil {
			t.Fatal(err)
		}
	}
	// A row without respondent counts by its number: rows 0 and 1 as respondents 1 and 2 would.
	for row, want := range []uint8{columns.ReplicateOf("1"), columns.ReplicateOf("2"), columns.ReplicateOf("2"), columns.ReplicateOf("passenger 2"), columns.ReplicateOf("02")} {
		if got := table.Replicate(uint32(row)); got != want {
			t.Errorf("row %d is in group %d, want %d", row, got, want)
		}
	}
	if columns.ReplicateOf("2") == columns.ReplicateOf("02") {
		t.Error("02 is taken for the number 2")
	}
	// Made-up references spread over the groups: 200 expected in each, six standard deviations allowed.
	var n [columns.Replicates]int
	for i := range 10_000 {
		n[columns.ReplicateOf("P-"+strconv.Itoa(i))]++
	}
	for g, n := range n {
		if n < 200-84 || n > 200+84 {
			t.Errorf("group %d has %d of 10,000", g, n)
		}
	}
}
