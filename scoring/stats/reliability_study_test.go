package stats_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"paxscore/scoring/stats"
)

// The alphas of the whole study.
func TestReliabilityGoldenFigures(t *testing.T) {
	r := openReference(t, "ref_study.json")
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
		r.equal("alpha."+name+".n", float64(got.N), 0)
		r.equal("alpha."+name+".alpha", got.Alpha, reliabilityTolerance)
		r.equal("golden.alpha."+name, got.Alpha, reliabilityTolerance)
		if math.Abs(got.Alpha-published[name]) > 5e-4 {
			t.Errorf("alpha of %s is %.4f", name, got.Alpha)
		}
	}
	for _, part := range []string{"screening", "overall", "index", "nps", "top2", "dimensions_flights", "segments_flights", "golden",
		"index_unrounded_weights_jackknife50", "index_of_dimension_means", "index_without_straight_liners", "index_vs_overall_r",
		"lmg_share_jackknife_se_centred_at_mean"} {
		r.pass(part, "not about reliability")
	}
}
