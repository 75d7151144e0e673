package scoring_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

// manyRows is enough for several chunks of positions, the last of them in part.
const manyRows = 3<<16 + 1000

// manyResponses are made up, with a response weight each.
func manyResponses(t *testing.T, responseWeight func(r *rand.Rand) float64) (*columns.Table, []uint32) {
	t.Helper()
	r, weights := rand.New(rand.NewPCG(7, 8)), rand.New(rand.NewPCG(9, 10))
	table := columns.New(len(studyItems), len(sampleAttributes))
	rows := make([]uint32, manyRows)
	for i := range rows {
		rows[i] = uint32(i)
		row := columns.Row{ResponseWeight: responseWeight(weights), Ratings: make([]byte, len(studyItems)), Attributes: make([]string, len(sampleAttributes))}
		for k := range row.Ratings {
			if row.Ratings[k] = byte(r.IntN(12)); row.Ratings[k] == 11 {
				row.Ratings[k] = []byte{na, sk, nr}[r.IntN(3)]
			}
		}
		row.Attributes[0], row.Attributes[1] = fmt.Sprint(r.IntN(300)), []string{"x", "y", ""}[r.IntN(3)]
		if err := table.Append(&row); err != nil {
			t.Fatal(err)
		}
	}
	return table, rows
}

func manyPlans() map[string]scoring.Plan {
	return map[string]scoring.Plan{
		"by response": {Cluster: scoring.None, Stratum: scoring.None}, "strata": {Cluster: scoring.None, Stratum: 1},
		"clusters": {Cluster: 0, Stratum: scoring.None}, "clusters in strata": {Cluster: 0, Stratum: 1},
	}
}

func manyFigures(t *testing.T, table *columns.Table, rows []uint32, p scoring.Plan) map[string]float64 {
	t.Helper()
	s, err := scoring.NewSample(table, studyModel(), rows, p)
	if err != nil {
		t.Fatal(err)
	}
	out := figures(s)
	for d := range 2 {
		for _, part := range s.DimensionParts(d, s.All()) {
			out[fmt.Sprint("part ", part.Item)], out[fmt.Sprint("share ", part.Item)], out[fmt.Sprint("base ", part.Item)] = part.Mean, part.Share, float64(part.N)
		}
	}
	half := s.Part(s.Promotion(17), s.All()[:manyRows/2]).Plus(s.Part(s.Promotion(17), s.All()[manyRows/2:])).Mean()
	out["halves"], out["their SE"] = half.Estimate, half.SE()
	return out
}

// No figure depends on the number of cores, by no bit.
func TestCoresDoNotMatter(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, responseWeight := range []func(r *rand.Rand) float64{func(*rand.Rand) float64 { return 1 }, func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) }} {
		table, rows := manyResponses(t, responseWeight)
		for name, p := range manyPlans() {
			var one map[string]float64
			for _, cores := range []int{1, 2, 5} {
				runtime.GOMAXPROCS(cores)
				of := manyFigures(t, table, rows, p)
				if one == nil {
					one = of
				}
				for what, x := range of {
					if math.Float64bits(x) != math.Float64bits(one[what]) {
						t.Errorf("%s, weighted %t: %s on %d cores is %v, on one %v", name, table.Weighted(), what, cores, x, one[what])
					}
				}
			}
		}
	}
}

// Counting many responses that count once is summing up ones of any other weight, one by one.
func TestManyResponsesOfOneWeight(t *testing.T) {
	once, rows := manyResponses(t, func(*rand.Rand) float64 { return 1 })
	twice, _ := manyResponses(t, func(*rand.Rand) float64 { return 2 })
	for name, p := range manyPlans() {
		got, want := manyFigures(t, once, rows, p), manyFigures(t, twice, rows, p)
		if math.Abs(got["halves"]-got["NPS"]) > 1e-12 || math.Abs(got["their SE"]-got["NPS SE"]) > 1e-12 {
			t.Errorf("%s: NPS of two halves %v ± %v, of the whole %v ± %v", name, got["halves"], got["their SE"], got["NPS"], got["NPS SE"])
		}
		for what, w := range want {
			if g := got[what]; !(math.Abs(g-w) <= 1e-9*math.Max(1e-3, math.Abs(w))) && !(math.IsNaN(w) && math.IsNaN(g)) {
				t.Errorf("%s: %s is %v, of weight 2 it is %v", name, what, g, w)
			}
		}
	}
}
