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

// No figure depends on the number of cores, by no bit.
func TestCoresDoNotMatter(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, weighted := range []bool{false, true} {
		r := rand.New(rand.NewPCG(7, 8))
		table := columns.New(len(studyItems), len(sampleAttributes))
		rows := make([]uint32, manyRows)
		for i := range rows {
			rows[i] = uint32(i)
			row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, len(studyItems)), Attributes: make([]string, len(sampleAttributes))}
			for k := range row.Ratings {
				if row.Ratings[k] = byte(r.IntN(12)); row.Ratings[k] == 11 {
					row.Ratings[k] = na
				}
			}
			row.Attributes[0], row.Attributes[1] = fmt.Sprint(r.IntN(300)), []string{"x", "y", ""}[r.IntN(3)]
			if weighted {
				row.ResponseWeight = math.Exp(r.NormFloat64())
			}
			if err := table.Append(&row); err != nil {
				t.Fatal(err)
			}
		}
		for name, p := range map[string]scoring.Plan{
			"by response": {Cluster: scoring.None, Stratum: scoring.None}, "strata": {Cluster: scoring.None, Stratum: 1},
			"clusters": {Cluster: 0, Stratum: scoring.None}, "clusters in strata": {Cluster: 0, Stratum: 1},
		} {
			of := map[int]map[string]float64{}
			for _, cores := range []int{1, 2, 5} {
				runtime.GOMAXPROCS(cores)
				s, err := scoring.NewSample(table, studyModel(), rows, p)
				if err != nil {
					t.Fatal(err)
				}
				of[cores] = figures(s)
				for _, part := range s.DimensionParts(2, s.All()) {
					of[cores][fmt.Sprint("part ", part.Item)], of[cores][fmt.Sprint("share ", part.Item)] = part.Mean, part.Share
				}
				for what, x := range of[cores] {
					if math.Float64bits(x) != math.Float64bits(of[1][what]) {
						t.Errorf("%s, weighted %t: %s on %d cores is %v, on one %v", name, weighted, what, cores, x, of[1][what])
					}
				}
			}
		}
	}
}
