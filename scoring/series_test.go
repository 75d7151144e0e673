package scoring_test

import (
	"testing"

	"paxscore/scoring"
)

// Figures that differ by what rounding leaves are ties of the rank test, in either order.
func TestRoundingIsNoOrder(t *testing.T) {
	a, b, gap := .1, .2, scoring.NoPoint()
	third, alike := scoring.SeriesPoint{Estimate: a + b, Variance: 1}, scoring.SeriesPoint{Estimate: .3, Variance: 1} // a+b is above .3
	low, high := scoring.SeriesPoint{Estimate: .2, Variance: 1}, scoring.SeriesPoint{Estimate: .3 + 1e-6, Variance: 1}
	for _, points := range [][]scoring.SeriesPoint{{low, third, gap, alike, high}, {low, alike, gap, third, high}} {
		got := scoring.NewChart(points, 5, nil).MannKendall
		if got.N != 4 || got.S != 5 || got.Variance != (4.*3*13-2*1*9)/18 {
			t.Errorf("%v: %+v", points, got)
		}
	}
}
