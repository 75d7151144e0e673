package stats

import "math"

// Sum adds float64 values with Neumaier's compensation (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur
// Summation endlicher Summen"): the error of the total does not grow with the number of terms. The zero value is an
// empty sum. What an addition loses is found without asking which number is larger (Knuth, TAOCP 2, 4.2.2, theorem B), which is the same number.
type Sum struct {
	total      float64
	correction float64
}

// Add adds x.
func (s *Sum) Add(x float64) {
	t := s.total + x
	added := t - s.total
	s.correction += (s.total - (t - added)) + (x - added)
	s.total = t
}

// AddAll adds values, as Add does one after the other.
func (s *Sum) AddAll(x []float64) {
	total, correction := s.total, s.correction // in registers, not in memory after each
	for _, v := range x {
		t := total + v
		added := t - total
		correction += (total - (t - added)) + (v - added)
		total = t
	}
	s.total, s.correction = total, correction
}

// Merge adds another sum, with what it still carries.
func (s *Sum) Merge(o Sum) {
	s.Add(o.total)
	s.correction += o.correction
}

// Scaled is the sum of f times every term.
func (s Sum) Scaled(f float64) Sum {
	return Sum{total: s.total * f, correction: s.correction * f}
}

// Value is the total. It is infinite when a term was, and NaN when terms were NaN or infinities of both signs.
func (s Sum) Value() float64 {
	if math.IsInf(s.total, 0) || math.IsNaN(s.total) {
		return s.total
	}
	return s.total + s.correction
}

// sumOf adds the values of x.
func sumOf(x []float64) float64 {
	var s Sum
	s.AddAll(x)
	return s.Value()
}
