package scoring

import (
	"math"
	"slices"
)

// Times are quantiles of the seconds that responses took, those whose time is known, and of the seconds per answered rating item.
type Times struct {
	N                  int // responses whose time is known
	Seconds, PerAnswer []float64
}

// Times finds the p-quantiles of the times of rows by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); NaN of
// nothing. It counts times by the first digits, and then those near the quantiles as they are.
func (s *Screen) Times(rows RowSet, p []float64) Times {
	var seconds, perAnswer timeRanks
	s.eachTime(rows, func() (func(seconds, perAnswer float64), func()) {
		a, b := make([]uint32, timeBuckets), make([]uint32, timeBuckets)
		take := func(seconds, perAnswer float64) {
			a[bucketOf(seconds)]++
			if perAnswer > 0 {
				b[bucketOf(perAnswer)]++
			}
		}
		return take, func() {
			seconds.add(a)
			perAnswer.add(b)
		}
	})
	seconds.want(p)
	perAnswer.want(p)
	s.eachTime(rows, func() (func(seconds, perAnswer float64), func()) {
		a, b := map[float64]int{}, map[float64]int{}
		take := func(x, y float64) {
			if seconds.near(x) {
				a[x]++
			}
			if y > 0 && perAnswer.near(y) {
				b[y]++
			}
		}
		return take, func() {
			seconds.addValues(a)
			perAnswer.addValues(b)
		}
	})
	out := Times{N: seconds.n}
	seconds.order()
	perAnswer.order()
	for _, share := range p {
		out.Seconds, out.PerAnswer = append(out.Seconds, seconds.quantile(share)), append(out.PerAnswer, perAnswer.quantile(share))
	}
	return out
}

// eachTime calls take with the seconds of each row whose time is known, in all and per answer; the latter 0 without answers.
func (s *Screen) eachTime(rows RowSet, begin func() (take func(seconds, perAnswer float64), end func())) {
	scan(s.table.Len(), func() (func(from, to int), func()) {
		take, end := begin()
		b, answered := newCodeBlock(rows, 1), newAnswerCounts()
		chunk := func(from, to int) {
			for ; from < to; from += codeRows {
				if !b.take(from, min(from+codeRows, to)) {
					continue
				}
				answered.count(b, s)
				b.each(func(i int) {
					row := b.row(i)
					ms := s.table.Milliseconds(row)
					if ms == 0 {
						return
					}
					seconds, perAnswer := float64(ms)/1000, 0.0
					if n := answered.n[i]; n > 0 {
						perAnswer = seconds / float64(n)
					}
					take(seconds, perAnswer)
				})
			}
		}
		return chunk, end
	})
}

// timeBuckets are those of times above 0, by the first 16 bits of a float32: eight after the leading one.
const timeBuckets = 1 << 16

func bucketOf(x float64) int { return int(math.Float32bits(float32(x)) >> 15) }

// timeRanks finds order statistics of times.
type timeRanks struct {
	n      int
	counts []int           // by bucket
	wanted []bool          // likewise: values are counted
	values map[float64]int // how often each occurs in the buckets that are wanted
	sorted []float64
}

func (t *timeRanks) add(counts []uint32) {
	if t.counts == nil {
		t.counts, t.wanted, t.values = make([]int, timeBuckets), make([]bool, timeBuckets), map[float64]int{}
	}
	for b, n := range counts {
		t.counts[b] += int(n)
		t.n += int(n)
	}
}

func (t *timeRanks) addValues(counts map[float64]int) {
	for x, n := range counts { // whole numbers: the order does not matter
		t.values[x] += n
	}
}

func (t *timeRanks) near(x float64) bool { return t.wanted[bucketOf(x)] }

// ranks are the order statistics that a quantile lies between, and how far it is from the first to the second.
func (t *timeRanks) ranks(p float64) (first, second int, between float64) {
	h := float64(t.n-1) * p
	k := int(math.Floor(h))
	return k, min(k+1, t.n-1), h - float64(k)
}

// want chooses the buckets of the quantiles.
func (t *timeRanks) want(p []float64) {
	var ranks []int
	for _, share := range p {
		first, second, _ := t.ranks(share)
		ranks = append(ranks, first, second)
	}
	slices.Sort(ranks)
	before := 0
	for b, n := range t.counts {
		for len(ranks) > 0 && ranks[0] < before+n {
			t.wanted[b] = true
			ranks = ranks[1:]
		}
		before += n
	}
}

func (t *timeRanks) order() {
	for x := range t.values {
		t.sorted = append(t.sorted, x)
	}
	slices.Sort(t.sorted)
}

// at is the k-th smallest time, from 0, in a bucket that was wanted.
func (t *timeRanks) at(k int) float64 {
	bucket := 0
	for k >= t.counts[bucket] {
		k -= t.counts[bucket]
		bucket++
	}
	i, _ := slices.BinarySearchFunc(t.sorted, bucket, func(x float64, bucket int) int { return bucketOf(x) - bucket })
	for k >= t.values[t.sorted[i]] {
		k -= t.values[t.sorted[i]]
		i++
	}
	return t.sorted[i]
}

func (t *timeRanks) quantile(p float64) float64 {
	if t.n == 0 {
		return math.NaN()
	}
	first, second, between := t.ranks(p)
	low := t.at(first)
	if between == 0 || first == second {
		return low
	}
	return low + between*(t.at(second)-low)
}
