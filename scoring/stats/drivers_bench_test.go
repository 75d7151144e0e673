package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"paxscore/scoring/stats"
)

// manyPredictors is a correlation matrix of a response with p predictors that share one factor.
func manyPredictors(p int) [][]float64 {
	g := rand.New(rand.NewPCG(42, uint64(p)))
	loading := make([]float64, p+1)
	for i := range loading {
		loading[i] = 0.3 + 0.6*g.Float64()
	}
	c := emptySquare(p + 1)
	for i := range c {
		for j := range c {
			c[i][j] = loading[i] * loading[j]
		}
		c[i][i] = 1
	}
	return c
}

// naiveSubsets solves the normal equations of every subset by itself.
func naiveSubsets(correlation [][]float64) []float64 {
	p := len(correlation) - 1
	out := make([]float64, 1<<p)
	for m := 1; m < len(out); m++ {
		var of []int
		for j := range p {
			if m>>j&1 == 1 {
				of = append(of, j+1)
			}
		}
		a, r := emptySquare(len(of)), make([]float64, len(of))
		for i, x := range of {
			r[i] = correlation[x][0]
			for j, y := range of {
				a[i][j] = correlation[x][y]
			}
		}
		b, ok := stats.CholeskySolve(a, r)
		for i := range b {
			out[m] += b[i] * r[i]
		}
		if !ok {
			out[m] = math.NaN()
		}
	}
	return out
}

// naiveLMG weighs each gain by the share of the orders of entry it occurs in.
func naiveLMG(r2 []float64, p int) []float64 {
	out := make([]float64, p)
	for m := range r2 {
		size := 0
		for j := range p {
			size += m >> j & 1
		}
		// s!(p−s−1)!/p! = 1/(p·C(p−1,s))
		share := 1 / float64(p)
		for k := range size {
			share *= float64(k+1) / float64(p-1-k)
		}
		for j := range p {
			if m>>j&1 == 0 {
				out[j] += share * (r2[m|1<<j] - r2[m])
			}
		}
	}
	return out
}

func BenchmarkLMG(b *testing.B) {
	for _, p := range []int{5, 14, 16, 20} {
		c := manyPredictors(p)
		b.Run(fmt.Sprintf("shared/p=%d", p), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, err := stats.AllSubsets(c)
				if err != nil {
					b.Fatal(err)
				}
				s.LMG()
			}
		})
		b.Run(fmt.Sprintf("naive/p=%d", p), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				naiveLMG(naiveSubsets(c), p)
			}
		})
	}
}

func BenchmarkCompleteDominance(b *testing.B) {
	for _, p := range []int{14, 20} {
		s, err := stats.AllSubsets(manyPredictors(p))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("p=%d", p), func(b *testing.B) {
			for b.Loop() {
				s.Complete()
			}
		})
	}
}

func BenchmarkRelativeWeights(b *testing.B) {
	for _, p := range []int{5, 14, 40} {
		c := manyPredictors(p)
		b.Run(fmt.Sprintf("p=%d", p), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stats.RelativeWeights(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCrossSumsAdd(b *testing.B) {
	for _, k := range []int{6, 15} {
		z := make([][]float64, 1024)
		for i := range z {
			for j := range k {
				z[i] = append(z[i], float64((i*7+j*13)%11)*10)
			}
		}
		b.Run(fmt.Sprintf("k=%d", k), func(b *testing.B) {
			b.ReportAllocs()
			var c stats.CrossSums
			i := 0
			for b.Loop() {
				c.Add(z[i&1023], 1.25)
				i++
			}
		})
	}
}

func BenchmarkShareJackknife(b *testing.B) {
	for _, p := range []int{5, 14} {
		g := rand.New(rand.NewPCG(7, 7))
		groups := make([]stats.CrossSums, 50)
		z := make([]float64, p+1)
		for i := range 50_000 {
			f := g.NormFloat64()
			for j := range z {
				z[j] = f + g.NormFloat64()
			}
			groups[i%50].Add(z, 1)
		}
		b.Run(fmt.Sprintf("p=%d", p), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := stats.LeaveSumsOut(groups, func(c stats.CrossSums) ([]float64, error) {
					s, err := stats.AllSubsets(c.Correlation())
					if err != nil {
						return nil, err
					}
					return stats.Shares(s.LMG()), nil
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
