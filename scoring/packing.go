package scoring

import (
	"math"

	"paxscore/scoring/lanes"
)

// packing holds the whole numbers of a figure in numbers of 32 bits that 255 of can be added up: where they lie on a grid, as scores of items with equal
// weights do, but for what rounding moves them, in one, which is their place on the grid and what they are beside it; else split in two.
type packing struct {
	step int64 // of the grid; 0: split in two
	bits uint  // of what is beside it
}

const (
	finest    = 1 << 12 // steps that a grid has at most on either side of the middle
	mostInOne = math.MaxInt32 / lanes.MostRows
)

// packingOf finds the coarsest grid on which all numbers lie, which are within ±50 points.
func packingOf(numbers []int64) packing {
next:
	for n := int64(1); n <= finest; n++ {
		p := packing{step: (50*scoreUnit + n/2) / n}
		beside := int64(0)
		for _, x := range numbers {
			beside = max(beside, abs(x-p.step*p.place(x)))
			if 2*lanes.MostRows*beside*n > mostInOne {
				continue next
			}
		}
		for p.bits = 1; lanes.MostRows*beside >= 1<<(p.bits-1); p.bits++ {
		}
		if n<<p.bits+beside <= mostInOne {
			return p
		}
	}
	return packing{}
}

// place is the place on the grid nearest to a number.
func (p packing) place(x int64) int64 { return int64(math.Round(float64(x) / float64(p.step))) }

// numbers is how many it takes.
func (p packing) numbers() int {
	if p.step == 0 {
		return 2
	}
	return 1
}

func (p packing) pack(x int64) uint64 {
	if p.step == 0 {
		return lanes.Split(x)
	}
	place := p.place(x)
	return uint64(uint32(place<<p.bits + x - p.step*place))
}

// unpack is the number, or the sum of up to lanes.MostRows numbers, that was packed.
func (p packing) unpack(first, second int32) int64 {
	if p.step == 0 {
		return lanes.Joined(first, second)
	}
	beside := first << (32 - p.bits) >> (32 - p.bits)
	return p.step*int64((first-beside)>>p.bits) + int64(beside)
}

func abs(x int64) int64 { return max(x, -x) }

// packings are where the figures of a row stand packed: of each dimension, then of the index.
type packings struct {
	of      []packing
	at      []int
	numbers int // of a row, the last of which is 1
}

func newPackings(dimensions []packing) *packings {
	p := &packings{of: append(dimensions, packing{})}
	n := 0
	for _, of := range p.of {
		p.at = append(p.at, n)
		n += of.numbers()
	}
	p.numbers = lanes.RowNumbers(n)
	return p
}

// index is where that of the index stands.
func (p *packings) index() int { return p.at[len(p.at)-1] }

// unpack reads a row, or what up to lanes.MostRows rows sum up to, as cellSums has it.
func (p *packings) unpack(numbers []int32, long []int64) {
	long[0] = int64(numbers[p.numbers-1])
	if len(long) == 1 {
		return
	}
	for d, of := range p.of {
		at, figure := p.at[d], 2+d
		if d == len(p.of)-1 {
			figure = 1
		}
		long[figure] = of.unpack(numbers[at], numbers[at+1])
	}
}
