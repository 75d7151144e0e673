package scoring_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
)

// Expected values are the formulas of the Standard Definitions worked by hand on round numbers.
func TestResponseRates(t *testing.T) {
	nan := math.NaN()
	tests := []struct {
		name string
		in   scoring.Dispositions
		e    float64
		want [6]float64
	}{
		{"every kind", scoring.Dispositions{Complete: 400, Partial: 100, Refused: 200, NonContact: 50, Other: 50, Unknown: 1000, Ineligible: 200}, .8,
			[6]float64{400. / 1800, 500. / 1800, 400. / 1600, 500. / 1600, .5, .625}},
		{"nobody ineligible", scoring.Dispositions{Complete: 30, Partial: 10, Unknown: 60}, 1, [6]float64{.3, .4, .3, .4, .75, 1}},
		{"nothing returned", scoring.Dispositions{Unknown: 10}, nan, [6]float64{0, 0, nan, nan, nan, nan}},
		{"nobody", scoring.Dispositions{}, nan, [6]float64{nan, nan, nan, nan, nan, nan}},
		{"only ineligible", scoring.Dispositions{Unknown: 5, Ineligible: 5}, 0, [6]float64{0, 0, nan, nan, nan, nan}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			same := func(what string, got, want float64) {
				if math.Abs(got-want) > 1e-15 || math.IsNaN(got) != math.IsNaN(want) {
					t.Errorf("%s is %v, want %v", what, got, want)
				}
			}
			same("e", tt.in.Eligibility(), tt.e)
			r := tt.in.Rates()
			for i, got := range []float64{r.RR1, r.RR2, r.RR3, r.RR4, r.RR5, r.RR6} {
				same("RR"+string(rune('1'+i)), got, tt.want[i])
			}
		})
	}
}

func TestResponseRatesAreOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1e6)
		d := scoring.Dispositions{Complete: n.Draw(t, "I"), Partial: n.Draw(t, "P"), Refused: n.Draw(t, "R"), NonContact: n.Draw(t, "NC"),
			Other: n.Draw(t, "O"), Unknown: n.Draw(t, "U"), Ineligible: n.Draw(t, "NE")}
		r := d.Rates()
		for _, pair := range [][2]float64{{0, r.RR1}, {r.RR1, r.RR2}, {r.RR3, r.RR4}, {r.RR5, r.RR6}, {r.RR1, r.RR3}, {r.RR3, r.RR5}, {r.RR2, r.RR4}, {r.RR4, r.RR6}, {r.RR6, 1}} {
			if pair[0] > pair[1]+1e-12 {
				t.Fatalf("%v > %v in %+v", pair[0], pair[1], r)
			}
		}
	})
}
