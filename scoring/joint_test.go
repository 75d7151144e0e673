package scoring_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// So many flights and groups that segmentations are crossed in several joints, and an item of more ratings than are counted together, come to what the
// responses come to, their variance (of squares) and answers that are none among it.
func TestJointsAndManyRatings(t *testing.T) {
	const long = 17 // has 21 ratings
	r := rand.New(rand.NewPCG(3, 4))
	table := columns.New(len(studyItems), len(sampleAttributes))
	var all []uint32
	for range 75_000 {
		row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, len(studyItems))}
		for k := range row.Ratings {
			ratings := 11
			if k == long {
				ratings = 21
			}
			row.Ratings[k] = []byte{byte(r.IntN(ratings)), columns.Skipped, columns.NotApplicable, columns.NotRouted}[max(0, r.IntN(50)-46)]
		}
		for _, levels := range []int{200, 9, 3, 18, 7} {
			row.Attributes = append(row.Attributes, fmt.Sprint(r.IntN(levels)))
		}
		if r.IntN(50) == 0 {
			row.Attributes[0] = "" // a unit of its own
		}
		row.Ratings[0] = byte(len(row.Attributes[1]) + int(row.Attributes[1][0]-'0')) // groups differ
		all = append(all, uint32(table.Len()))
		if err := table.Append(&row); err != nil {
			t.Fatal(err)
		}
	}
	m, p := studyModel(), scoring.Plan{Cluster: 0, Stratum: scoring.None}
	m.Items[long].High, m.Items[long].Scores = 20, scoring.LinearScores(0, 20, false)
	scores, err := scoring.NewScores(table, m)
	if err != nil {
		t.Fatal(err)
	}
	screen := scoring.NewScreen(table, m, scoring.None, scoring.Rules{})
	screen.Update()
	screen.Settle()
	s, err := scoring.NewScoredSample(scores, all, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range [][][]int{{nil, {1}, {2}, {3}, {4}}, {nil, {1}, {3}, {2}, {4}}} { // joints one after the other, and one between
		tab := scoring.NewTabulation(scoring.NewSelection(table, screen, scoring.Filter{AllRows: true}), scores, p, by, []int{long, 16}, []int{15})
		if !tab.Update() {
			t.Fatal("too many cells")
		}
		of, err := tab.Sample(m, p)
		if err != nil {
			t.Fatal(err)
		}
		for segmentation, at := range by {
			members, levels := table.Divide(all, at, all)
			got, want := tab.Division(segmentation, of), s.Divide(all, members, levels)
			number := map[string]int{}
			for g, level := range want.Levels {
				number[fmt.Sprint(level)] = g
			}
			for g, level := range got.Levels {
				w, ok := number[fmt.Sprint(level)]
				if !ok {
					t.Fatalf("no group %v by %v", level, at)
				}
				for _, f := range []scoring.Figure{scoring.IndexFigure, 0, 1, 2, 3, 4} {
					got, want := got.Mean(f, g), want.Mean(f, w)
					if got.N != want.N || !(math.Abs(got.Estimate-want.Estimate) < 1e-9) || !(math.Abs(got.Variance-want.Variance) < 1e-8) || !(math.Abs(got.Deff-want.Deff) < 1e-7) {
						t.Errorf("figure %d of group %v by %v: %+v, want %+v", f, level, at, got, want)
					}
				}
				for _, item := range []int{16, long} {
					got, want := got.Tally(item, g), want.Tally(item, w)
					if fmt.Sprint(got.N(), got.Skipped, got.NotApplicable, got.NotRouted) != fmt.Sprint(want.N(), want.Skipped, want.NotApplicable, want.NotRouted) {
						t.Errorf("item %d of group %v by %v: %v %d %d %d, want %v %d %d %d", item, level, at,
							got.N(), got.Skipped, got.NotApplicable, got.NotRouted, want.N(), want.Skipped, want.NotApplicable, want.NotRouted)
					}
				}
			}
		}
	}
}
