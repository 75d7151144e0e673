package stats

import (
	"errors"
	"fmt"
	"math"
)

// Constants of ranges of two (ISO 7870-2, as NIST, Minitab and others tabulate them): a mean moving range is 1.128 standard
// deviations, and its upper limit 3.267 times itself. Exact values, 2/√π and 3.2665, differ in the fourth digit.
const (
	movingRangeD2 = 1.128
	movingRangeD4 = 3.267
)

// RangeConstants are those of the range of two normal values in units of their standard deviation: its mean d₂ and standard deviation
// d₃, and the factor D₄ = 1+3d₃/d₂ of a mean range that limits ranges.
type RangeConstants struct {
	Mean, SD, Limit float64
}

// ExactRangeConstants are d₂ = 2/√π, d₃ = √(2−4/π) and D₄ = 1+3d₃/d₂ (Tippett 1925).
func ExactRangeConstants() RangeConstants {
	c := RangeConstants{Mean: 2 / math.Sqrt(math.Pi), SD: math.Sqrt(2 - 4/math.Pi)}
	c.Limit = 1 + 3*c.SD/c.Mean
	return c
}

// WheelerRangeConstants have limits at 2.66 mean ranges about the centre, and at 3.268 for ranges (Wheeler & Chambers 1992). d₃ is that
// of 3.268.
func WheelerRangeConstants() RangeConstants {
	c := RangeConstants{Mean: 3 / 2.66, Limit: 3.268}
	c.SD = (c.Limit - 1) * c.Mean / 3
	return c
}

// BaselinePeriods is the number of periods that control limits should rest on; with fewer they are provisional.
const BaselinePeriods = 12

// XmR holds the limits of a chart of individual values and moving ranges (Shewhart 1931, Wheeler 1993). They are computed from a
// baseline once and stay, as plain values, until someone declares a new one.
type XmR struct {
	// Periods counts the values of the baseline.
	Periods int
	// Centre is the mean of the baseline and MovingRange the mean of |x_i − x_{i−1}| in it, in units of x.
	Centre, MovingRange float64
	// Sigma is MovingRange/1.128; Lower and Upper are Centre ∓ 3·Sigma.
	Sigma, Lower, Upper float64
	// RangeUpper is the limit of moving ranges, 3.267·MovingRange.
	RangeUpper float64
}

// XmRLimits computes the limits from a baseline. Missing values (NaN) give no moving range. It is an error when no two values
// follow each other, when a value is infinite or so large that sums overflow, and when the baseline does not vary beyond
// the rounding of its mean.
func XmRLimits(baseline []float64) (XmR, error) {
	var level, ranges Sum
	n, m := 0, 0
	for i, x := range baseline {
		if math.IsNaN(x) {
			continue
		}
		n++
		level.Add(x)
		if i > 0 && !math.IsNaN(baseline[i-1]) {
			m++
			ranges.Add(math.Abs(x - baseline[i-1]))
		}
	}
	if m == 0 {
		return XmR{}, errors.New("control limits: two values that follow each other are needed")
	}
	c := XmR{Periods: n, Centre: level.Value() / float64(n), MovingRange: ranges.Value() / float64(m)}
	c.Sigma = c.MovingRange / movingRangeD2
	c.Lower, c.Upper = c.Centre-3*c.Sigma, c.Centre+3*c.Sigma
	c.RangeUpper = movingRangeD4 * c.MovingRange
	if !finite(c.Lower) || !finite(c.Upper) || !finite(c.RangeUpper) {
		return XmR{}, errors.New("control limits: a value is infinite or too large")
	}
	if !(c.Sigma > 1e-12*math.Abs(c.Centre)) {
		return XmR{}, fmt.Errorf("control limits: all %d values of the baseline are alike", n)
	}
	return c, nil
}

// WithConstants are limits from the same baseline by other constants than those tabulated.
func (c XmR) WithConstants(k RangeConstants) XmR {
	c.Sigma = c.MovingRange / k.Mean
	c.Lower, c.Upper, c.RangeUpper = c.Centre-3*c.Sigma, c.Centre+3*c.Sigma, k.Limit*c.MovingRange
	return c
}

// MedianMovingRange is the median of the moving ranges of a baseline and the standard deviation it stands for,
// median/(√2·z_0.75): that of |x_i − x_{i−1}| when x is normal and independent. Less moved by single outliers than the mean. NaN when no
// two values follow each other.
func MedianMovingRange(baseline []float64) (median, sigma float64) {
	var known []float64
	for _, v := range MovingRanges(baseline) {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	median = Median(known)
	return median, median / (math.Sqrt2 * NormalQuantile(0.75))
}

// Provisional tells whether the limits rest on fewer than BaselinePeriods values.
func (c XmR) Provisional() bool { return c.Periods < BaselinePeriods }

// Z are the distances of values from Centre in units of Sigma, for Signals.
func (c XmR) Z(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = (v - c.Centre) / c.Sigma
	}
	return out
}

// RangesBeyond are the places of the moving ranges above RangeUpper.
func (c XmR) RangesBeyond(x []float64) []int {
	var out []int
	for i, v := range MovingRanges(x) {
		if v > c.RangeUpper {
			out = append(out, i)
		}
	}
	return out
}

// MovingRanges are |x_i − x_{i−1}| in the place of the later value; the first, and one beside a missing value, is NaN.
func MovingRanges(x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = math.NaN()
		if i > 0 {
			out[i] = math.Abs(x[i] - x[i-1])
		}
	}
	return out
}
