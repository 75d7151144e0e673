package exports

import (
	"maps"
	"math"
	"slices"

	"paxscore/surveys"
)

// class adds up the base weights of the valid responses of one level, from which any factor on them makes the sums of
// METHOD section 3.
type class struct {
	all  tally
	part []tally // per slot
}

// tally holds n, the sums of the base weights b and of their squares, and of b times a value.
type tally struct {
	n        int
	b, bb, x sum
}

func (t *tally) add(b, x float64) {
	t.n++
	t.b.add(b)
	t.bb.add(b * b)
	t.x.add(b * x)
}

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

// factors returns what each class's base weights are multiplied with, in order of the levels (METHOD section 5): N_c/Σ_c b,
// the sizes N_c scaled so that all classes of known size keep their base weight together; 1 for any other class.
func (c *recount) factors() (levels []string, factor []float64) {
	levels = slices.Sorted(maps.Keys(c.classes))
	factor = make([]float64, len(levels))
	for i := range factor {
		factor[i] = 1
	}
	if c.stratum < 0 || c.m.Weighting == nil || len(c.m.Weighting.Margins) != 1 {
		return levels, factor
	}
	size := func(level string) float64 {
		n, _ := c.m.Weighting.Margins[0].Size(level)
		return n
	}
	var base, people sum
	for _, l := range levels {
		if n := size(l); n > 0 {
			base.add(c.classes[l].all.b.value())
			people.add(n)
		}
	}
	for i, l := range levels {
		if n := size(l); n > 0 && c.classes[l].all.b.value() > 0 {
			factor[i] = n * base.value() / people.value() / c.classes[l].all.b.value()
		}
	}
	return levels, factor
}

// knowsWeights reports whether the response weights follow from the rows: factors of post-stratification rest on all valid
// responses of the survey, so those of a report on some of them cannot be recounted, nor can raked or calibrated weights.
func (c *recount) knowsWeights() bool {
	switch c.r.Weighting.Method {
	case weightingRaked, weightingCalibrated:
		return false
	case weightingPost:
		return c.r.Responses.Outside == 0
	}
	return true
}

// mean returns the weighted mean of a slot and its base; NaN without one.
func (c *recount) mean(slot int) (mean float64, n int) {
	levels, factor := c.factors()
	var w, x sum
	for i, l := range levels {
		t := &c.classes[l].part[slot]
		n += t.n
		w.add(factor[i] * t.b.value())
		x.add(factor[i] * t.x.value())
	}
	return x.value() / w.value(), n
}

// weights returns the sum of the response weights and Kish's design effect n·Σw²/(Σw)² of the valid responses.
func (c *recount) weights() (total, deff float64) {
	levels, factor := c.factors()
	var w, ww sum
	n := 0
	for i, l := range levels {
		t := &c.classes[l].all
		n += t.n
		w.add(factor[i] * t.b.value())
		ww.add(factor[i] * factor[i] * t.bb.value())
	}
	return w.value(), float64(n) * ww.value() / (w.value() * w.value())
}

// ratings returns how many valid responses rated an item, and the sum of their ratings.
func (c *recount) ratings(item int) (n, total int) {
	for code := 0; code <= int(surveys.MaxCode); code++ {
		n += c.counts[item][code]
		total += c.counts[item][code] * (c.low[item] + code)
	}
	return n, total
}
