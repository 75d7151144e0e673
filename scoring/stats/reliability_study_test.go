package stats_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// The alphas of the whole study.
func TestReliabilityGoldenFigures(t *testing.T) {
	r := expected{reference.Open(t, "ref_study.json", "alpha", "golden.alpha")}
	var in reliabilityInput
	readInput(t, "ref_reliability.json", &in)
	header, records := studyRecords(t)
	sums := map[string]*stats.CrossSums{}
	for name := range in.Scales {
		sums[name] = &stats.CrossSums{}
	}
	// Valid rows are those with an id up to 10,000, of a duplicate only the first.
	seen := map[string]bool{}
	for _, rec := range records {
		id := rec[slices.Index(header, "id")]
		number, err := strconv.Atoi(id)
		if err != nil {
			t.Fatal(err)
		}
		if number > 10_000 || seen[id] {
			continue
		}
		seen[id] = true
		for name, items := range in.Scales {
			z := make([]float64, len(items))
			for j, item := range items {
				z[j], _ = answer(t, rec[slices.Index(header, item)])
			}
			sums[name].Add(z, 1)
		}
	}
	// METHOD section 10 to three decimals.
	published := map[string]float64{"attitude": .868, "efficiency": .877, "content": .804, "safety": .833, "brand": .841}
	for name, c := range sums {
		got := reliability(t, *c)
		r.Equal("alpha."+name+".n", float64(got.N), 0)
		r.Equal("alpha."+name+".alpha", got.Alpha, reliabilityTolerance)
		r.Equal("golden.alpha."+name, got.Alpha, reliabilityTolerance)
		if math.Abs(got.Alpha-published[name]) > 5e-4 {
			t.Errorf("alpha of %s is %.4f", name, got.Alpha)
		}
	}
}
