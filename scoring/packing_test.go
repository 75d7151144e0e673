package scoring

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring/lanes"
)

// Numbers, and sums of as many as are added up, are what they were when they are unpacked: of scores of items with equal weights, which one number
// holds, and of any others, which two do.
func TestPacking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(8, rapid.Uint64().Draw(t, "seed")))
		items, ratings := rapid.IntRange(1, 6).Draw(t, "items"), rapid.IntRange(2, 11).Draw(t, "ratings")
		even := rapid.Bool().Draw(t, "even")
		var numbers []int64
		for range 40 {
			score := 100 * random.Float64()
			if even {
				n := 1 + random.IntN(items)
				score = 100 * float64(random.IntN(n*(ratings-1)+1)) / float64(n*(ratings-1))
			}
			x, _ := inUnits(score)
			numbers = append(numbers, x)
		}
		numbers = append(numbers, -50*scoreUnit, 50*scoreUnit)
		p := packingOf(numbers)
		if even && items <= 4 && ratings <= 5 && p.numbers() != 1 {
			t.Fatalf("%d items of %d ratings take two numbers", items, ratings)
		}
		if !even && p.numbers() != 2 {
			t.Fatal("any numbers take one")
		}
		for _, draw := range []func() int64{
			func() int64 { return numbers[random.IntN(len(numbers))] },
			func() int64 { return -50 * scoreUnit },
			func() int64 { return 50 * scoreUnit },
		} {
			var first, second int32
			var want int64
			for range lanes.MostRows {
				x := draw()
				packed := p.pack(x)
				if got := p.unpack(int32(packed), int32(packed>>32)); got != x {
					t.Fatalf("%d became %d", x, got)
				}
				first, second, want = first+int32(packed), second+int32(packed>>32), want+x
			}
			if got := p.unpack(first, second); got != want {
				t.Fatalf("the sum %d became %d, packed as %+v", want, got, p)
			}
		}
	})
}
