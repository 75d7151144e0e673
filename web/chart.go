package web

import (
	"math"
	"strconv"

	"paxscore/reports"
)

// axis is the scale that a column of dots shares. Positions are per cent of the drawing's width, so that it fits any
// screen without being stretched.
type axis struct {
	low, high float64
	Ticks     []tick
	Reference string // position of the overall index; "" for none
}

type tick struct {
	X     string
	Label string
	Edge  string // "start" or "end" for the outer labels, which must not leave the drawing
}

// dot is an estimate with its interval, as positions; X is "" if there is nothing to draw.
type dot struct{ X, From, To string }

// narrowest is the least that an axis spans, in points: below it, chance would look like news.
const narrowest = 20

// newAxis returns an axis over all the estimates' intervals, from multiples of 5 to multiples of 5 within 0 to 100.
func newAxis(reference reports.Estimate, estimates []reports.Estimate) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, e := range append([]reports.Estimate{reference}, estimates...) {
		for _, n := range []reports.Number{e.Estimate, e.Low, e.High} {
			if n.Valid() {
				low, high = min(low, float64(n)), max(high, float64(n))
			}
		}
	}
	if low > high {
		low, high = 0, 100
	}
	low, high = math.Floor(low/5)*5, math.Ceil(high/5)*5
	for high-low < narrowest {
		if low > 0 {
			low -= 5
		}
		if high < 100 && high-low < narrowest {
			high += 5
		}
	}
	a := axis{low: max(low, 0), high: min(high, 100)}
	step := 5.0
	if a.high-a.low > 30 {
		step = 10
	}
	if a.high-a.low > 60 {
		step = 20
	}
	for v := math.Ceil(a.low/step) * step; v <= a.high; v += step {
		t := tick{X: a.at(v), Label: strconv.Itoa(int(v))}
		switch v {
		case a.low:
			t.Edge = "start"
		case a.high:
			t.Edge = "end"
		}
		a.Ticks = append(a.Ticks, t)
	}
	if reference.Estimate.Valid() {
		a.Reference = a.at(float64(reference.Estimate))
	}
	return a
}

// at returns the position of a value; the outer 2 per cent stay free for the dots.
func (a axis) at(v float64) string {
	share := (v - a.low) / (a.high - a.low)
	return strconv.FormatFloat(2+96*min(max(share, 0), 1), 'f', 2, 64) + "%"
}

func (a axis) dot(e reports.Estimate) dot {
	if !e.Estimate.Valid() {
		return dot{}
	}
	d := dot{X: a.at(float64(e.Estimate))}
	if e.Low.Valid() && e.High.Valid() {
		d.From, d.To = a.at(float64(e.Low)), a.at(float64(e.High))
	}
	return d
}
