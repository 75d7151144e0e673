package scoring

import (
	"cmp"
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// Parts of a chart; see scoring/stats.
type (
	SeriesPoint = stats.Point
	XmR         = stats.XmR
	PChart      = stats.PChart
	SharePoint  = stats.SharePoint
	EWMAPoint   = stats.EWMAPoint
	Line        = stats.Trend
	MannKendall = stats.MannKendall
	Signal      = stats.Signal
	Rule        = stats.Rule
	PreTrend    = stats.PreTrend
)

// BaselinePeriods is the number of periods that control limits should rest on.
const BaselinePeriods = stats.BaselinePeriods

// ChartRules are rules 1, 2, 5 and 6, which charts have unless others are chosen.
func ChartRules() []Rule { return stats.DefaultRules() }

// AllChartRules are the eight rules, in order.
func AllChartRules() []Rule {
	return []Rule{stats.BeyondLimits, stats.NineOneSide, stats.SixTrending, stats.FourteenAlternating, stats.TwoOfThreeFar,
		stats.FourOfFiveOff, stats.FifteenNear, stats.EightOff}
}

// Point is the mean as one period of a series.
func (m Mean) Point() SeriesPoint {
	return SeriesPoint{Estimate: m.Estimate, Variance: m.Variance, N: m.N}
}

// NoPoint is a period without an estimate.
func NoPoint() SeriesPoint { return SeriesPoint{Estimate: math.NaN(), Variance: math.NaN()} }

// Chart is a series on its control chart.
type Chart struct {
	// Limits are those of individual values and moving ranges; nil with Reason where there are none.
	Limits *XmR
	Reason error
	// MovingRanges are |x_i − x_{i−1}|, NaN beside a gap.
	MovingRanges []float64
	// Signals are the points that complete a pattern of one of the rules; RangesBeyond those whose moving range is above its limit.
	Signals      []Signal
	RangesBeyond []int
	// EWMA are the weighted moving averages about the centre of the limits; empty without limits.
	EWMA []EWMAPoint
	// Line, MannKendall and TheilSen describe the trend over all periods.
	Line        Line
	MannKendall MannKendall
	TheilSen    float64
}

// NewChart puts a series on the chart whose limits come from its first baseline points, fewer where the series is shorter, and
// looks for the patterns of some rules.
func NewChart(points []SeriesPoint, baseline int, rules []Rule) Chart {
	x := stats.Estimates(points)
	c := Chart{MovingRanges: stats.MovingRanges(x), Line: stats.LinearTrend(points), MannKendall: stats.MannKendallTrend(ranked(x)), TheilSen: stats.TheilSen(x)}
	limits, err := stats.XmRLimits(x[:min(baseline, len(x))])
	if err != nil {
		c.Reason = err
		return c
	}
	c.Limits = &limits
	c.Signals = stats.Signals(x, limits.Z(x), rules)
	c.RangesBeyond = limits.RangesBeyond(x)
	c.EWMA = stats.DefaultEWMA().Chart(limits.Centre, limits.Sigma, x)
	return c
}

// sameFigure is how far figures may differ that are equal but for rounding.
const sameFigure = 1e-9

// ranked are figures to be ranked: those equal but for rounding are made equal, so that no order is seen where there is none. NaN stays.
func ranked(x []float64) []float64 {
	order, out := make([]int, len(x)), slices.Clone(x)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	for k := 1; k < len(order); k++ {
		if i, before := order[k], order[k-1]; x[i]-x[before] <= sameFigure {
			out[i] = out[before]
		}
	}
	return out
}

// ShareChart is a series of shares on its p chart, or p′ chart where they vary more than counting would make them.
type ShareChart struct {
	PChart
	Points  []SharePoint
	Signals []Signal
}

// NewShareChart puts shares on n answers each on the chart whose limits come from the first baseline points; NaN is a gap. n may be
// an effective number.
func NewShareChart(shares, n []float64, baseline int, rules []Rule) (*ShareChart, error) {
	x := make([]float64, len(shares))
	for i := range x {
		x[i] = math.Min(shares[i]*n[i], n[i])
	}
	b := min(baseline, len(x))
	limits, err := stats.PChartLimits(x[:b], n[:b])
	if err != nil {
		return nil, err
	}
	c := &ShareChart{PChart: limits}
	z := make([]float64, len(x))
	for i := range x {
		p := limits.Point(x[i], n[i])
		c.Points = append(c.Points, p)
		z[i] = p.Z
	}
	c.Signals = stats.Signals(shares, z, rules)
	return c, nil
}

// NewPreTrend compares two series over the periods before a treatment; see stats.PreTrendOf.
func NewPreTrend(treated, control []SeriesPoint) (PreTrend, error) {
	return stats.PreTrendOf(treated, control)
}

// DifferenceInDifferences is (T₁−T₀)−(C₁−C₀) over the domains of four contrasts, in the order treated before, treated after, control
// before, control after: by sampling unit on their degrees of freedom less 3 (see Linear), or where the sample is Simple from the
// four variances with the degrees of freedom of Satterthwaite.
func (c *Contrasts) DifferenceInDifferences() Difference {
	d := c.Linear([]float64{-1, 1, 1, -1})
	if c.Simple() {
		e := stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: c.sums[0].all.Group(), TreatedAfter: c.sums[1].all.Group(),
			ControlBefore: c.sums[2].all.Group(), ControlAfter: c.sums[3].all.Group()})
		d.Variance, d.DF = e.SE*e.SE, e.DF
	}
	return d
}

// Shared counts the sampling units that have responses in more than one of the domains; 0 where each response is its own.
func (c *Contrasts) Shared() int {
	if c.sample.units == nil {
		return 0
	}
	n := 0
	for u := range c.sample.n {
		in := 0
		for _, q := range c.sums {
			if q.w[u] > 0 {
				in++
			}
		}
		if in > 1 {
			n++
		}
	}
	return n
}
