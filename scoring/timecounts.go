package scoring

import (
	"math"
	"slices"
)

const (
	timePage   = 1 << 12 // times of 4.096 s that are counted together
	timePages  = 1 << 12
	timeLimit  = timePage * timePages // 4.7 hours in milliseconds, from which times are counted but not told apart
	noQuantile = math.MaxUint32
)

// timeCounts counts times by the millisecond, so that their median costs the same however many there are. The zero value is empty.
type timeCounts struct {
	n     int
	pages [timePages]*[timePage]uint32 // nil where there is no such time
	count [timePages]int
}

func (c *timeCounts) add(ms uint32) {
	c.n++
	if ms >= timeLimit {
		return
	}
	p := ms / timePage
	if c.pages[p] == nil {
		c.pages[p] = new([timePage]uint32)
	}
	c.pages[p][ms%timePage]++
	c.count[p]++
}

// remove takes out a time that was added.
func (c *timeCounts) remove(ms uint32) {
	c.n--
	if ms < timeLimit {
		c.pages[ms/timePage][ms%timePage]--
		c.count[ms/timePage]--
	}
}

// median is that of all times; NaN of none. known gives the times themselves, needed where half of them are beyond the limit.
func (c *timeCounts) median(known func() []uint32) float64 {
	if c.n == 0 {
		return math.NaN()
	}
	low, high := c.at((c.n-1)/2), c.at(c.n/2)
	if high == noQuantile {
		times := known()
		slices.Sort(times)
		low, high = times[(c.n-1)/2], times[c.n/2]
	}
	return (float64(low) + float64(high)) / 2
}

// at is the k-th smallest time, from 0; noQuantile if it is beyond the limit.
func (c *timeCounts) at(k int) uint32 {
	for p, n := range c.count {
		if k >= n {
			k -= n
			continue
		}
		for i, n := range c.pages[p] {
			if k < int(n) {
				return uint32(p*timePage + i)
			}
			k -= int(n)
		}
	}
	return noQuantile
}
