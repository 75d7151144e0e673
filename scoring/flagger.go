package scoring

import (
	"math"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// flagger judges rows one block after the other; one serves one goroutine.
type flagger struct {
	*Screen
	near   *stats.Mahalanobis // nil where there are no covariances
	scales [][]int            // of the dimensions
	score  [][256]float64     // by rating item and code: 0 where there is no answer
	centre []float64          // by rating item: what its code and this make is the rating less its mean
	median float64

	codes    [][]byte
	answered []uint16 // by row of the block
	longest  []uint16 // run of equal answers
	run      []uint16
	last     []int32
	present  []uint64
	odd      [][]float64 // by dimension and row: mean of the answers at odd places, NaN without any
	even     [][]float64
	count    []float64
	d        []float64 // the ratings of a row that are there, less their means
	whole    []float64 // scores, or ratings, of a row, NaN where there is no answer
}

func (s *Screen) newFlagger(m *Model, moments *stats.Mahalanobis, median float64) *flagger {
	k := len(s.rating)
	f := &flagger{Screen: s, scales: s.scales(m), score: make([][256]float64, k), centre: make([]float64, k), median: median, codes: make([][]byte, k),
		answered: make([]uint16, codeRows), longest: make([]uint16, codeRows), run: make([]uint16, codeRows), last: make([]int32, codeRows),
		present: make([]uint64, codeRows), count: make([]float64, codeRows), d: make([]float64, k+1), whole: make([]float64, k)}
	if moments != nil {
		f.near = &stats.Mahalanobis{Means: moments.Means, Covariance: moments.Covariance}
	}
	for at, i := range s.rating {
		for code := range 256 {
			if x := m.ItemScore(i, byte(code)); x == x {
				f.score[at][code] = x
			}
		}
		if f.near != nil {
			f.centre[at] = float64(s.low[at]) - f.near.Means[at]
		}
	}
	for range f.scales {
		f.odd, f.even = append(f.odd, make([]float64, codeRows)), append(f.even, make([]float64, codeRows))
	}
	return f
}

// judge fills in the flags of the block's rows but Repeated, which is raised already.
func (f *flagger) judge(b *codeBlock, out Flags) {
	n := b.n
	for k, i := range f.rating {
		f.codes[k] = b.of(k, f.table.Item(i))
	}
	f.runs(n)
	for d, items := range f.scales {
		f.half(f.odd[d][:n], items, 0)
		f.half(f.even[d][:n], items, 1)
	}
	b.each(func(i int) {
		row := b.row(i)
		x := &out[row]
		set := func(k FlagKind, raised bool) {
			x.Judged |= 1 << k
			if raised {
				x.Raised |= 1 << k
			}
		}
		answered, longest := f.answered[i], f.longest[i]
		set(StraightLine, answered >= straightAnswers && longest == answered)
		set(LongRun, longest >= longRun)
		if ms := f.table.Milliseconds(row); ms > 0 {
			set(Speeding, f.fast(row, f.median))
			set(Hasty, f.traits[row]&hasty != 0)
		}
		if far, ok := f.outlying(i); ok {
			set(Outlying, far)
		}
		if low, ok := f.inconsistent(i); ok {
			set(Inconsistent, low)
		}
		if answered >= straightAnswers {
			x.Judged |= 1 << Repeated
		}
	})
}

// runs counts answers and finds the longest run of equal ones; see stats.Runs. A row is a straight line where all its answers are one run.
func (f *flagger) runs(n int) {
	answered, longest, run, last, present := f.answered[:n], f.longest[:n], f.run[:n], f.last[:n], f.present[:n]
	clear(answered)
	clear(longest)
	clear(run)
	clear(present)
	for i := range last {
		last[i] = math.MinInt32
	}
	for k, column := range f.codes {
		low, bit := int32(f.low[k]), k&63
		column = column[:n]
		for i, code := range column {
			is := isAnswer(code)
			value, before := low+int32(code), last[i]
			same := 0
			if value == before {
				same = 1
			}
			// Without an answer nothing changes: branches would be guessed wrong for one answer in three.
			length := int(run[i])
			length += (length*same + 1 - length) & -is
			run[i] = uint16(length)
			longest[i] = max(longest[i], uint16(length))
			last[i] = before + (value-before)&int32(-is)
			answered[i] += uint16(is)
			present[i] |= uint64(is) << bit
		}
	}
}

// half fills in the means of the scores of every second item, NaN without any; see stats.EvenOdd.
func (f *flagger) half(mean []float64, items []int, from int) {
	count := f.count[:len(mean)]
	clear(mean)
	clear(count)
	for k := from; k < len(items); k += 2 {
		score, column := &f.score[items[k]], f.codes[items[k]][:len(mean)]
		for i, code := range column {
			mean[i] += score[code]
			count[i] += float64(isAnswer(code))
		}
	}
	for i, n := range count {
		mean[i] /= n
	}
}

// outlying judges Mahalanobis' distance of a row of the block.
func (f *flagger) outlying(i int) (far, ok bool) {
	if f.near == nil {
		return false, false
	}
	if len(f.codes) > stats.MaxBits {
		for k, column := range f.codes {
			f.whole[k] = math.NaN()
			if code := column[i]; code <= columns.MaxCode {
				f.whole[k] = float64(f.low[k] + int(code))
			}
		}
		return f.near.Beyond(f.whole, outlyingP)
	}
	d, centre, at := f.d, f.centre, 0
	for k, column := range f.codes {
		code := column[i]
		d[at] = float64(code) + centre[k]
		at += isAnswer(code)
	}
	return f.near.BeyondBits(f.present[i], d[:at], outlyingP)
}

// belowR is the correlation of two halves at which their even-odd consistency is at its limit, of 2r/(1+r).
const belowR = consistentR / (2 - consistentR)

// inconsistent judges the even-odd consistency of a row of the block: that of stats.EvenOdd, which is asked itself where the row comes near
// the limit.
func (f *flagger) inconsistent(i int) (low, ok bool) {
	n, o, e, oo, oe, ee := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	var firstOdd, firstEven float64
	for d := range f.odd {
		x, y := f.odd[d][i], f.even[d][i]
		if x != x || y != y {
			continue
		}
		if n == 0 {
			firstOdd, firstEven = x, y
		}
		x -= firstOdd
		y -= firstEven
		n++
		o += x
		e += y
		oo += x * x
		oe += x * y
		ee += y * y
	}
	if n < 3 || oo == 0 || ee == 0 {
		return false, false
	}
	covariance, limit := oe-o*e/n, belowR*math.Sqrt((oo-o*o/n)*(ee-e*e/n))
	if math.Abs(covariance-limit) > 1e-9*math.Sqrt(oo*ee) {
		return covariance < limit, true
	}
	for k, column := range f.codes {
		f.whole[k] = math.NaN()
		if code := column[i]; code <= columns.MaxCode {
			f.whole[k] = f.score[k][code]
		}
	}
	r := stats.EvenOdd(f.whole, f.scales)
	return r < consistentR, r == r
}
