package stats_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"paxscore/scoring/stats"
)

// benchRows are levels of three margins (5, 3 and 3) and one of 20 base weights for each row.
func benchRows(n int) (levels [][3]int, base []float64, margins [][]float64) {
	g := rand.New(rand.NewPCG(42, 5))
	for range n {
		levels = append(levels, [3]int{g.IntN(5), g.IntN(3), g.IntN(3)})
		base = append(base, 1+float64(g.IntN(20))/10)
	}
	return levels, base, [][]float64{{16, 31, 25, 19, 9}, {90, 4.5, 5.5}, {80, 7, 13}}
}

func BenchmarkCaseWeights(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		levels, base, margins := benchRows(n)
		gather := func() []stats.CaseCell {
			var c stats.CaseCells
			for i := range levels {
				c.Add(levels[i][:], base[i])
			}
			return c.Cells()
		}
		cells := gather()
		b.Run(fmt.Sprintf("cells/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gather()
			}
		})
		for name, f := range map[string]func() (stats.CaseWeighting, error){
			"rake": func() (stats.CaseWeighting, error) { return stats.Rake(cells, margins) },
			"cap":  func() (stats.CaseWeighting, error) { return stats.RakeLimited(cells, margins, 0.2, 2.5) },
			"logit": func() (stats.CaseWeighting, error) {
				return stats.CalibrateLogit(scaledCells(cells, 100), margins, 0.02, 9)
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// scaledCells have base weights that add to total.
func scaledCells(cells []stats.CaseCell, total float64) []stats.CaseCell {
	sum := 0.0
	for _, c := range cells {
		sum += float64(c.N) * c.Base
	}
	out := make([]stats.CaseCell, len(cells))
	for i, c := range cells {
		c.Base *= total / sum
		out[i] = c
	}
	return out
}
