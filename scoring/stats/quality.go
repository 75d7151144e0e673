package stats

import (
	"encoding/binary"
	"math"
)

// The indices below judge one row of answers to several items; NaN is an item without an answer.

// Runs are the lengths of the longest run of equal answers and of the mean run, over the answered items in the order of asking
// (Johnson 2005). Without answers the longest is 0 and the mean NaN.
func Runs(answers []float64) (longest int, mean float64) {
	answered, runs, run := 0, 0, 0
	last := math.NaN()
	for _, x := range answers {
		if math.IsNaN(x) {
			continue
		}
		answered++
		if x != last {
			runs++
			run = 0
		}
		run++
		last = x
		longest = max(longest, run)
	}
	return longest, float64(answered) / float64(runs)
}

// Answered counts the items that have an answer.
func Answered(answers []float64) int {
	n := 0
	for _, x := range answers {
		if !math.IsNaN(x) {
			n++
		}
	}
	return n
}

// WithinSD is the standard deviation of a row's answers, n−1 in the denominator (intra-individual response variability, Dunn et al.
// 2018); exactly 0 when all are equal, NaN below two.
func WithinSD(answers []float64) float64 {
	// Distances from the first answer keep the digits of large ones and are exactly 0 where all are equal.
	first, sum, n := 0.0, 0.0, 0.0
	for _, x := range answers {
		if math.IsNaN(x) {
			continue
		}
		if n == 0 {
			first = x
		}
		sum += x - first
		n++
	}
	if n < 2 {
		return math.NaN()
	}
	squares := 0.0
	for _, x := range answers {
		if !math.IsNaN(x) {
			d := x - first - sum/n
			squares += d * d
		}
	}
	return math.Sqrt(squares / (n - 1))
}

// SecondsPerItem is the time taken by the number of items answered, in seconds; NaN when the time is unknown (NaN), negative or
// infinite or nothing is answered.
func SecondsPerItem(seconds float64, answered int) float64 {
	if !(seconds >= 0) || math.IsInf(seconds, 0) || answered < 1 {
		return math.NaN()
	}
	return seconds / float64(answered)
}

// RelativeSpeed is the median time of all rows with the same questions by the time taken, both in the same unit: 3 is three times as fast as
// the median (Leiner 2019 flags above 2). NaN unless both are positive and finite.
func RelativeSpeed(seconds, median float64) float64 {
	if !(seconds > 0) || !(median > 0) || math.IsInf(seconds, 0) || math.IsInf(median, 0) {
		return math.NaN()
	}
	return median / seconds
}

// EvenOdd is the consistency of a row: the correlation, over scales, of the mean answer to the items in odd places (1st, 3rd, …) with
// that in even places, corrected by Spearman–Brown and at least −1 (Jackson 1976; Johnson 2005). scales holds the positions of
// the items of each scale. NaN when fewer than three scales have an answer in both halves, or one half does not vary.
func EvenOdd(answers []float64, scales [][]int) float64 {
	var roomOdd, roomEven [16]float64 // enough for most surveys without asking for memory
	odd, even := roomOdd[:0], roomEven[:0]
	for _, items := range scales {
		o, e := halfMean(answers, items, 0), halfMean(answers, items, 1)
		if !math.IsNaN(o) && !math.IsNaN(e) {
			odd, even = append(odd, o), append(even, e)
		}
	}
	if len(odd) < 3 {
		return math.NaN()
	}
	oo, oe, ee := 0.0, 0.0, 0.0
	centre(odd)
	centre(even)
	for i, o := range odd {
		oo += o * o
		oe += o * even[i]
		ee += even[i] * even[i]
	}
	return spearmanBrown(correlationOf(oe, math.Sqrt(oo), math.Sqrt(ee)))
}

// halfMean is the mean answer to every second item from the given one; NaN without any.
func halfMean(answers []float64, items []int, from int) float64 {
	sum, n := 0.0, 0.0
	for k := from; k < len(items); k += 2 {
		i := items[k]
		if i < 0 || i >= len(answers) || math.IsNaN(answers[i]) {
			continue
		}
		sum += answers[i]
		n++
	}
	return sum / n
}

// centre takes their mean from values, exactly 0 when all are equal.
func centre(x []float64) {
	first, sum := x[0], 0.0
	for _, v := range x {
		sum += v - first
	}
	for i, v := range x {
		x[i] = v - first - sum/float64(len(x))
	}
}

// Repeats finds rows that repeat an earlier one by key. The zero value is empty; it grows by each new key.
type Repeats struct {
	first map[string]int
}

// Add takes a row, by its number. It returns the number of the first row added with that key, and whether there was one.
func (r *Repeats) Add(row int, key []byte) (first int, repeats bool) {
	if at, ok := r.first[string(key)]; ok {
		return at, true
	}
	if r.first == nil {
		r.first = map[string]int{}
	}
	r.first[string(key)] = row
	return row, false
}

// AppendKey appends the values to a key. Keys of as many values are equal exactly when the values are, missing ones equal to missing
// ones; a caller who tells ways of missing apart gives each a number of its own.
func AppendKey(key []byte, values ...float64) []byte {
	for _, v := range values {
		switch {
		case v == 0:
			v = 0 // not −0
		case math.IsNaN(v):
			v = math.NaN()
		}
		key = binary.BigEndian.AppendUint64(key, math.Float64bits(v))
	}
	return key
}
