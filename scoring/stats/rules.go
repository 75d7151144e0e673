package stats

import "math"

// Rule is one of the eight tests for a special cause on a control chart (Western Electric 1956, in the order and with the run
// lengths of Nelson 1984, "The Shewhart control chart: tests for special causes"). Distances from the centre are in standard
// deviations σ of the chart.
type Rule int

const (
	// BeyondLimits (1): a point beyond 3σ.
	BeyondLimits Rule = 1 + iota
	// NineOneSide (2): nine points in a row on one side of the centre.
	NineOneSide
	// SixTrending (3): six points in a row rising, or falling.
	SixTrending
	// FourteenAlternating (4): fourteen points in a row going up and down in turn.
	FourteenAlternating
	// TwoOfThreeFar (5): two of three points in a row beyond 2σ on one side.
	TwoOfThreeFar
	// FourOfFiveOff (6): four of five points in a row beyond 1σ on one side.
	FourOfFiveOff
	// FifteenNear (7): fifteen points in a row within 1σ.
	FifteenNear
	// EightOff (8): eight points in a row beyond 1σ, on either side.
	EightOff
)

// DefaultRules are 1, 2, 5 and 6: the Western Electric rules, with a run of nine.
func DefaultRules() []Rule { return []Rule{BeyondLimits, NineOneSide, TwoOfThreeFar, FourOfFiveOff} }

// Signal is the point, counted from 0, that completes the pattern of a rule.
type Signal struct {
	At   int
	Rule Rule
}

// Signals are all points that complete a pattern of one of the rules, in order of points, then of rules.
func Signals(x, z []float64, rules []Rule) []Signal {
	var out []Signal
	marked := make([][]bool, len(rules))
	for k, r := range rules {
		marked[k] = make([]bool, len(x))
		for _, i := range r.Points(x, z) {
			marked[k][i] = true
		}
	}
	for i := range x {
		for k, r := range rules {
			if marked[k][i] {
				out = append(out, Signal{At: i, Rule: r})
			}
		}
	}
	return out
}

// Points are the places of the points that complete the pattern of the rule; x are the values and z their distances from the centre
// in standard deviations. In rules 5 and 6 the completing point is itself beyond. A missing value (NaN) belongs to no pattern: it
// ends runs. None when x and z have different lengths or for a number that is no rule.
func (r Rule) Points(x, z []float64) []int {
	length, completes := r.pattern(x, z)
	if completes == nil || len(x) != len(z) {
		return nil
	}
	var out []int
	for i := length - 1; i < len(x); i++ {
		if completes(i-length+1, i) {
			out = append(out, i)
		}
	}
	return out
}

// pattern is the number of points the rule looks at and its test of points from … to.
func (r Rule) pattern(x, z []float64) (length int, completes func(from, to int) bool) {
	all := func(ok func(z float64) bool) func(from, to int) bool {
		return func(from, to int) bool {
			for _, v := range z[from : to+1] {
				if !ok(v) {
					return false
				}
			}
			return true
		}
	}
	either := func(above, below func(from, to int) bool) func(from, to int) bool {
		return func(from, to int) bool { return above(from, to) || below(from, to) }
	}
	// some tells whether at least k of the points, the last among them, are further than d to the side of sign.
	some := func(k int, d, sign float64) func(from, to int) bool {
		return func(from, to int) bool {
			n := 0
			for _, v := range z[from : to+1] {
				if sign*v > d {
					n++
				}
			}
			return n >= k && sign*z[to] > d
		}
	}
	// steps tells whether every step goes the way it should, up for a positive sign of the step's place from the first.
	steps := func(sign func(i int) float64) func(from, to int) bool {
		return func(from, to int) bool {
			for i := from; i < to; i++ {
				if !(sign(i-from)*(x[i+1]-x[i]) > 0) {
					return false
				}
			}
			return true
		}
	}
	always := func(v float64) func(int) float64 { return func(int) float64 { return v } }
	inTurn := func(first float64) func(int) float64 {
		return func(i int) float64 { return first * float64(1-2*(i%2)) }
	}
	switch r {
	case BeyondLimits:
		return 1, all(func(z float64) bool { return math.Abs(z) > 3 })
	case NineOneSide:
		return 9, either(all(func(z float64) bool { return z > 0 }), all(func(z float64) bool { return z < 0 }))
	case SixTrending:
		return 6, either(steps(always(1)), steps(always(-1)))
	case FourteenAlternating:
		return 14, either(steps(inTurn(1)), steps(inTurn(-1)))
	case TwoOfThreeFar:
		return 3, either(some(2, 2, 1), some(2, 2, -1))
	case FourOfFiveOff:
		return 5, either(some(4, 1, 1), some(4, 1, -1))
	case FifteenNear:
		return 15, all(func(z float64) bool { return math.Abs(z) < 1 })
	case EightOff:
		return 8, all(func(z float64) bool { return math.Abs(z) > 1 })
	}
	return 0, nil
}
