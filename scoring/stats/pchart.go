package stats

import (
	"errors"
	"math"
)

// PChart holds the limits of a chart of shares x/n (Shewhart 1931). Like those of XmR they are computed from a baseline once and
// stay.
type PChart struct {
	// Periods counts the periods of the baseline with rows, P is their Σx/Σn.
	Periods int
	P       float64
	// SigmaZ is the mean moving range of z = (x/n−P)/√(P(1−P)/n) divided by 1.128: how many times the shares vary more from one
	// period to the next than counting alone would make them (Laney 2002, "Improved control charts for attributes"). NaN when no
	// two periods follow each other.
	SigmaZ float64
	// ChiSquare is Σz² on DF = Periods−1, OverdispersionP its upper tail.
	ChiSquare       float64
	DF              int
	OverdispersionP float64
	// Laney tells to widen the limits by SigmaZ, the p′ chart. PChartLimits sets it when the shares are overdispersed: SigmaZ > 1
	// and OverdispersionP < 0.05.
	Laney bool
}

// PChartLimits computes the limits from a baseline of x answers among n. Both may be weighted when n is an effective number and x = p·n.
// A period with n = 0 or a missing value (NaN) is a gap. It is an error when lengths differ, x is not in 0 … n or n not
// finite, fewer than two periods are there, or all shares are 0 or 1.
func PChartLimits(x, n []float64) (PChart, error) {
	if len(x) != len(n) {
		return PChart{}, errors.New("share chart: numbers of counts and bases differ")
	}
	var c PChart
	var sx, sn, q Sum
	for i := range x {
		if math.IsNaN(x[i]) || math.IsNaN(n[i]) {
			continue
		}
		if !(x[i] >= 0 && x[i] <= n[i]) || math.IsInf(n[i], 0) {
			return PChart{}, errors.New("share chart: a count is not between 0 and its base")
		}
		if n[i] > 0 {
			c.Periods++
			sx.Add(x[i])
			sn.Add(n[i])
		}
	}
	if c.Periods < 2 {
		return PChart{}, errors.New("share chart: two periods with rows are needed")
	}
	c.P = sx.Value() / sn.Value()
	if !(c.P > 0 && c.P < 1) {
		return PChart{}, errors.New("share chart: all shares are 0 or 1")
	}
	z := make([]float64, len(x))
	for i := range x {
		z[i] = c.Point(x[i], n[i]).Z
		if !math.IsNaN(z[i]) {
			q.Add(z[i] * z[i])
		}
	}
	c.SigmaZ = meanKnown(MovingRanges(z)) / movingRangeD2
	c.ChiSquare, c.DF = q.Value(), c.Periods-1
	_, c.OverdispersionP = ChiSquareCDF(c.ChiSquare, float64(c.DF))
	c.Laney = c.SigmaZ > 1 && c.OverdispersionP < significance
	return c, nil
}

// WithConstants has SigmaZ, and with it the p′ chart, by other constants than those tabulated.
func (c PChart) WithConstants(k RangeConstants) PChart {
	c.SigmaZ *= movingRangeD2 / k.Mean
	c.Laney = c.SigmaZ > 1 && c.OverdispersionP < significance
	return c
}

// Provisional tells whether the limits rest on fewer than BaselinePeriods periods.
func (c PChart) Provisional() bool { return c.Periods < BaselinePeriods }

// SharePoint is one period on a chart of shares, all NaN in a gap.
type SharePoint struct {
	// P is x/n, Sigma √(P̄(1−P̄)/n) of the chart's P̄, times SigmaZ on a p′ chart, and Z = (P−P̄)/Sigma, for Signals.
	P, Sigma, Z float64
	// Lower and Upper are P̄ ∓ 3·Sigma held to 0 … 1.
	Lower, Upper float64
}

// Point places x answers among n on the chart.
func (c PChart) Point(x, n float64) SharePoint {
	if !(x >= 0 && x <= n) || !(n > 0) || math.IsInf(n, 0) {
		nan := math.NaN()
		return SharePoint{P: nan, Sigma: nan, Z: nan, Lower: nan, Upper: nan}
	}
	s := math.Sqrt(c.P * (1 - c.P) / n)
	if c.Laney {
		s *= c.SigmaZ
	}
	p := x / n
	return SharePoint{P: p, Sigma: s, Z: (p - c.P) / s, Lower: max(0, c.P-3*s), Upper: min(1, c.P+3*s)}
}

// meanKnown is the mean of the values that are not NaN; NaN without any.
func meanKnown(x []float64) float64 {
	var s Sum
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
			s.Add(v)
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return s.Value() / float64(n)
}
