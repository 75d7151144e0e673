package exports

import (
	"math"

	"paxscore/surveys"
)

// tally holds n, the sum of the case weights and that of weight times a value (METHOD section 3).
type tally struct {
	n    int
	w, x sum
}

func (t *tally) add(caseWeight, x float64) {
	t.n++
	t.w.add(caseWeight)
	t.x.add(caseWeight * x)
}

// spread holds what tells how uneven case weights are.
type spread struct {
	n           int
	w, ww       sum
	least, most float64
}

func (s *spread) add(caseWeight float64) {
	if s.n == 0 {
		s.least, s.most = caseWeight, caseWeight
	}
	s.n++
	s.w.add(caseWeight)
	s.ww.add(caseWeight * caseWeight)
	s.least, s.most = min(s.least, caseWeight), max(s.most, caseWeight)
}

// deff is Kish's design effect n·Σw²/(Σw)².
func (s *spread) deff() float64 {
	return float64(s.n) * s.ww.value() / (s.w.value() * s.w.value())
}

func (s *spread) mean() float64 { return s.w.value() / float64(s.n) }

// sum is a compensated sum (Neumaier).
type sum struct{ s, c float64 }

func (s *sum) add(x float64) {
	t := s.s + x
	if math.Abs(s.s) >= math.Abs(x) {
		s.c += s.s - t + x
	} else {
		s.c += x - t + s.s
	}
	s.s = t
}

func (s sum) value() float64 { return s.s + s.c }

// mean returns the weighted mean of a slot and its base; NaN without one.
func (c *recount) mean(slot int) (mean float64, n int) {
	t := &c.part[slot]
	return t.x.value() / t.w.value(), t.n
}

// ratings returns how many valid responses rated an item, and the sum of their ratings.
func (c *recount) ratings(item int) (n, total int) {
	for code := 0; code <= int(surveys.MaxCode); code++ {
		n += c.counts[item][code]
		total += c.counts[item][code] * (c.low[item] + code)
	}
	return n, total
}
