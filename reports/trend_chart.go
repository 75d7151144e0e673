package reports

import (
	"fmt"
	"math"
	"strings"

	"paxscore/scoring"
)

// Limits are those of individual values and moving ranges.
type Limits struct {
	Periods     int    `json:"periods"` // of the baseline, with a figure
	Provisional bool   `json:"provisional"`
	Centre      Number `json:"centre"`
	MovingRange Number `json:"moving_range"`
	Sigma       Number `json:"sigma"`
	Low         Number `json:"low"`
	High        Number `json:"high"`
	RangeHigh   Number `json:"moving_range_high"`
}

// ShareLimits are those of shares.
type ShareLimits struct {
	Chart       string `json:"chart"` // p, laney
	Periods     int    `json:"periods"`
	Provisional bool   `json:"provisional"`
	Centre      Number `json:"centre"`
	SigmaZ      Number `json:"sigma_z"`
	ChiSquare   Number `json:"overdispersion_chi_square"`
	DF          int    `json:"overdispersion_df"`
	P           Number `json:"overdispersion_p"`
}

// TrendLine is the straight line through the estimates, weighted by 1/variance.
type TrendLine struct {
	Periods    int    `json:"periods"`
	Slope      Number `json:"slope"` // change per period
	SE         Number `json:"se"`
	Z          Number `json:"z"`
	P          Number `json:"p"`
	LackOfFitP Number `json:"lack_of_fit_p"`
}

// MannKendall is the rank test of a trend.
type MannKendall struct {
	Periods int    `json:"periods"`
	S       int    `json:"s"`
	Z       Number `json:"z"`
	P       Number `json:"p"`
	TauB    Number `json:"tau_b"`
}

// series makes one measure over the periods.
func (b *builder) series(m Measure, t *timeline, sp *splicing, part func(k int) scoring.Part, bases []scoring.Base, hidden []bool, q TrendQuery) TrendSeries {
	out := TrendSeries{Measure: m, Points: []TrendPoint{}, Splices: []SeriesSplice{}, Versions: []VersionSeries{}, Warnings: []string{}}
	var joined *splicedSeries
	if sp != nil {
		joined, out.Spliced = b.splice(&out, m, t, sp)
	}
	points := make([]scoring.SeriesPoint, len(t.keys))
	shares, effective := make([]float64, len(t.keys)), make([]float64, len(t.keys))
	for k, key := range t.keys {
		p := part(k)
		e := b.figure(m, t.domains[k], p, hidden[k])
		points[k] = scoring.NoPoint()
		shares[k], effective[k] = math.NaN(), math.NaN()
		if e.Status.shown() {
			points[k] = p.Mean().Point()
			shares[k], effective[k] = points[k].Estimate, bases[k].NEffective()
		}
		offset := Number(0)
		if out.Spliced {
			e, offset = b.onNewLevel(&out, joined, e, k)
			points[k] = joined.points[k]
		}
		out.Points = append(out.Points, TrendPoint{Period: key, Estimate: e, Offset: offset, MovingRange: None(), LimitLow: None(), LimitHigh: None(),
			EWMA: None(), EWMALow: None(), EWMAHigh: None(), Signals: []string{}})
	}
	b.changes(&out, part, sp, joined)
	rules := make([]scoring.Rule, len(q.Rules))
	for i, r := range q.Rules {
		rules[i] = scoring.Rule(r)
	}
	c := scoring.NewChart(points, q.Baseline, rules)
	out.Line = TrendLine{Periods: c.Line.N, Slope: number(c.Line.Slope), SE: number(c.Line.SlopeSE), Z: number(c.Line.Z), P: number(c.Line.P), LackOfFitP: number(c.Line.LackOfFitP)}
	out.Ranks = MannKendall{Periods: c.MannKendall.N, S: c.MannKendall.S, Z: number(c.MannKendall.Z), P: number(c.MannKendall.P), TauB: number(c.MannKendall.TauB)}
	out.TheilSen = number(c.TheilSen)
	switch {
	case !m.share():
		b.place(&out, c)
	case out.Spliced:
		out.Warnings = append(out.Warnings, "No control limits: shares that a splice has moved are no longer counts.")
	default:
		b.placeShares(&out, shares, effective, q.Baseline, rules)
	}
	return out
}

// changes sets each period against the one before it, with the variance of the contrast.
func (b *builder) changes(s *TrendSeries, part func(k int) scoring.Part, sp *splicing, joined *splicedSeries) {
	m, points := s.Measure, s.Points
	differences, test, margins := make([]scoring.Difference, len(points)), make([]bool, len(points)), make([]float64, len(points))
	for k := range points {
		margins[k] = m.Margin
		if k == 0 || !points[k].Status.shown() || !points[k-1].Status.shown() {
			continue
		}
		if s.Spliced {
			differences[k], test[k] = b.splicedChange(m, joined, sp, s.Versions, k)
			continue
		}
		c := b.sample.ContrastsOf(part(k), part(k-1))
		differences[k] = c.Between(0, 1)
		test[k] = b.enough(c.Means[0]) && b.enough(c.Means[1])
	}
	scoring.JudgeBy(differences, test, margins, false)
	for k := range points {
		if differences[k].Verdict != "" {
			points[k].Change = b.comparison(differences[k])
		}
	}
}

// comparison is a difference as it is told.
func (b *builder) comparison(d scoring.Difference) *Comparison {
	c := &Comparison{Difference: number(d.Estimate), SE: None(), Low: None(), High: None(), P: number(d.P), PAdjusted: number(d.PAdjusted), Verdict: d.Verdict}
	if !math.IsNaN(d.Variance) {
		low, high := d.Interval(b.confidence())
		c.SE, c.Low, c.High = Number(d.SE()), number(low), number(high)
	}
	return c
}

// place puts the points on the XmR and EWMA charts.
func (b *builder) place(s *TrendSeries, c scoring.Chart) {
	if c.Limits == nil {
		s.Warnings = append(s.Warnings, "No control limits: "+strings.TrimPrefix(c.Reason.Error(), "control limits: ")+".")
		return
	}
	l := c.Limits
	s.Limits = &Limits{Periods: l.Periods, Provisional: l.Provisional(), Centre: Number(l.Centre), MovingRange: Number(l.MovingRange), Sigma: Number(l.Sigma),
		Low: Number(l.Lower), High: Number(l.Upper), RangeHigh: Number(l.RangeUpper)}
	if l.Provisional() {
		s.Warnings = append(s.Warnings, tooFew(l.Periods))
	}
	for k := range s.Points {
		p := &s.Points[k]
		p.MovingRange, p.LimitLow, p.LimitHigh = number(c.MovingRanges[k]), s.Limits.Low, s.Limits.High
		p.EWMA, p.EWMALow, p.EWMAHigh = number(c.EWMA[k].Value), number(c.EWMA[k].Lower), number(c.EWMA[k].Upper)
	}
	s.signal(c.Signals)
	for _, k := range c.RangesBeyond {
		s.Points[k].Signals = append(s.Points[k].Signals, "moving_range")
	}
	for k := range s.Points {
		if c.EWMA[k].Signal && s.Points[k].Status.shown() {
			s.Points[k].Signals = append(s.Points[k].Signals, "ewma")
		}
	}
}

func tooFew(periods int) string {
	return fmt.Sprintf("Too few periods: control limits rest on %d, less than %d, and are provisional.", periods, scoring.BaselinePeriods)
}

// placeShares puts shares on the p or p′ chart.
func (b *builder) placeShares(s *TrendSeries, shares, effective []float64, baseline int, rules []scoring.Rule) {
	c, err := scoring.NewShareChart(shares, effective, baseline, rules)
	if err != nil {
		s.Warnings = append(s.Warnings, "No control limits: "+strings.TrimPrefix(err.Error(), "share chart: ")+".")
		return
	}
	s.ShareLimits = &ShareLimits{Chart: "p", Periods: c.Periods, Provisional: c.Provisional(), Centre: Number(c.P), SigmaZ: number(c.SigmaZ),
		ChiSquare: number(c.ChiSquare), DF: c.DF, P: number(c.OverdispersionP)}
	if c.Laney {
		s.ShareLimits.Chart = "laney"
	}
	if c.Provisional() {
		s.Warnings = append(s.Warnings, tooFew(c.Periods))
	}
	for k := range s.Points {
		s.Points[k].LimitLow, s.Points[k].LimitHigh = number(c.Points[k].Lower), number(c.Points[k].Upper)
	}
	s.signal(c.Signals)
}

// signal marks the points that complete a pattern.
func (s *TrendSeries) signal(signals []scoring.Signal) {
	for _, x := range signals {
		p := &s.Points[x.At]
		p.Signals = append(p.Signals, fmt.Sprintf("rule_%d", x.Rule))
	}
}
