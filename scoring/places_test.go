package scoring_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// Clusters that lie within strata make as many cells as there are clusters, however many strata, also where more come later, and where the sample is that of
// a tabulation that has room for others.
func TestClustersWithinStrata(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	table, all := columns.New(len(studyItems), len(sampleAttributes)), []uint32(nil)
	add := func(clusters, rows int) {
		for range rows {
			row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, len(studyItems)), Attributes: make([]string, len(sampleAttributes))}
			for k := range row.Ratings {
				row.Ratings[k] = byte(r.IntN(11))
			}
			cluster := r.IntN(clusters)
			row.Attributes[0], row.Attributes[1] = fmt.Sprint(cluster), fmt.Sprint(cluster%100)
			switch r.IntN(20) {
			case 0:
				row.Attributes[0] = ""
			case 1:
				row.Attributes[1] = "" // a unit of its own in another stratum
			}
			row.Attributes[2], row.Attributes[3], row.Attributes[4] = []string{"young", "old"}[r.IntN(2)], []string{"f", "m"}[r.IntN(2)], fmt.Sprint(r.IntN(5))
			all = append(all, uint32(table.Len()))
			if err := table.Append(&row); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(2000, 6000)
	m, p := studyModel(), scoring.Plan{Cluster: 0, Stratum: 1}
	scores, err := scoring.NewScores(table, m)
	if err != nil {
		t.Fatal(err)
	}
	screen := scoring.NewScreen(table, m, scoring.None, scoring.Rules{})
	selection := scoring.NewSelection(table, screen, scoring.Filter{})
	tab := scoring.NewTabulation(selection, scores, p, [][]int{nil, {2}, {3}, {4}}, []int{16}, nil)
	for _, more := range []struct{ clusters, rows int }{{}, {3, 9}, {2100, 300}, {2400, 7200}, {2600, 7800}} { // the third in the room for the first
		add(more.clusters, more.rows)
		screen.Update()
		screen.Settle()
		if !tab.Update() {
			t.Fatal("too many cells")
		}
		late := scoring.NewTabulation(selection, scores, p, tab.Segmentations(), []int{16}, nil)
		if !late.Update() {
			t.Fatal("too many cells")
		}
		s, err := scoring.NewScoredSample(scores, all, p)
		if err != nil {
			t.Fatal(err)
		}
		of, err := tab.Sample(m, p)
		if err != nil {
			t.Fatal(err)
		}
		if of.Units() != s.Units() || of.Strata() != s.Strata() || of.DF() != s.DF() || of.Unclustered != s.Unclustered || of.Unstratified != s.Unstratified {
			t.Errorf("after %v: %d units in %d strata, want %d in %d", more, of.Units(), of.Strata(), s.Units(), s.Strata())
		}
		near := func(what string, got, want scoring.Mean) {
			t.Helper()
			if got.N != want.N || got.DF != want.DF || !(math.Abs(got.Estimate-want.Estimate) < 1e-9) || !(math.Abs(got.Variance-want.Variance) < 1e-8) {
				t.Errorf("after %v: %s %+v, want %+v", more, what, got, want)
			}
		}
		for segmentation, at := range [][]int{nil, {2}, {3}, {4}} {
			members, levels := table.Divide(all, at, all)
			want := s.Divide(all, members, levels)
			for _, tab := range []*scoring.Tabulation{tab, late} {
				got := tab.Division(segmentation, of)
				near("index", got.Mean(scoring.IndexFigure, scoring.Whole), want.Mean(scoring.IndexFigure, scoring.Whole))
				near("ratings", got.Tally(16, scoring.Whole).Ratings(), want.Tally(16, scoring.Whole).Ratings())
			}
		}
	}
}
