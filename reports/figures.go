package reports

import (
	"fmt"
	"math"

	"paxscore/scoring"
)

// fewUnits is the number of degrees of freedom below which an error is itself uncertain (METHOD section 6).
const fewUnits = 8

// noWarnings is written as [] rather than null.
func noWarnings() []string { return []string{} }

// least is the smaller of the unweighted and the effective base, to which the thresholds apply.
func least(base scoring.Base) float64 {
	if base.N == 0 {
		return 0
	}
	return math.Min(float64(base.N), base.NEffective()+1e-9)
}

// statusOf judges a base (METHOD section 6, small base). hidden says that it must not be shown for another reason.
func (b *builder) statusOf(base scoring.Base, hidden bool) Status {
	p, n := b.q.model.Base, least(base)
	switch {
	case hidden || b.hidden || n > 0 && n < float64(p.Suppress):
		return StatusSuppressed
	case n == 0:
		return StatusNotComputable
	case n < float64(p.Show):
		return StatusBaseTooSmall
	case n < float64(p.Flag):
		return StatusFlagged
	}
	return StatusOK
}

func (s Status) shown() bool { return s == StatusOK || s == StatusFlagged }

// reason says in words why a figure is missing or marked.
func (b *builder) reason(s Status, base scoring.Base) []string {
	p := b.q.model.Base
	switch s {
	case StatusSuppressed:
		return []string{fmt.Sprintf("Not shown: fewer than %d responses, or found by subtraction.", p.Suppress)}
	case StatusBaseTooSmall:
		return []string{fmt.Sprintf("Not shown: fewer than %d responses%s.", p.Show, b.effective(base))}
	case StatusNotComputable:
		return []string{"No response has a valid value."}
	case StatusFlagged:
		if least(base) < float64(p.Test) {
			return []string{fmt.Sprintf("Small base, not tested: %d responses%s.", base.N, b.effective(base))}
		}
		return []string{fmt.Sprintf("Small base: %d responses%s.", base.N, b.effective(base))}
	}
	return noWarnings()
}

func (b *builder) effective(base scoring.Base) string {
	if e := base.NEffective(); e < float64(base.N)-0.5 {
		return fmt.Sprintf(", worth %.0f after weighting", math.Floor(e+1e-9))
	}
	return ""
}

// missing is a figure without a number.
func (b *builder) missing(s Status, base scoring.Base) Estimate {
	e := Estimate{Estimate: None(), SE: None(), Low: None(), High: None(), NEffective: None(), DF: None(), Deff: None(), Native: None(),
		Status: s, Warnings: b.reason(s, base)}
	if s != StatusSuppressed {
		n := base.N
		e.N = &n
	}
	return e
}

// estimate makes a figure of a mean that may be shown.
func (b *builder) estimate(m scoring.Mean, s Status, base scoring.Base) Estimate {
	e := b.missing(s, base)
	e.Estimate, e.NEffective = Number(m.Estimate), Number(m.NEffective)
	if m.DF < fewUnits {
		e.Warnings = append(e.Warnings, b.unitWarning(m))
	}
	if math.IsNaN(m.Variance) {
		return e
	}
	low, high := m.Interval(b.confidence())
	e.SE, e.Low, e.High, e.DF, e.Deff = Number(m.SE()), number(low), number(high), Number(m.DF), number(m.Deff)
	return e
}

func (b *builder) unitWarning(m scoring.Mean) string {
	unit := "respondents"
	if b.sample.Clustered() {
		unit = "values of " + string(b.survey.Design.Cluster)
	}
	if math.IsNaN(m.Variance) {
		return fmt.Sprintf("No standard error: too few sampling units (%s).", unit)
	}
	return fmt.Sprintf("Few sampling units (%s): %.0f degrees of freedom, the standard error is itself uncertain.", unit, m.DF)
}

// shown makes the figure of a mean as far as its base allows.
func (b *builder) shown(base scoring.Base, hidden bool, mean func() scoring.Mean) Estimate {
	s := b.statusOf(base, hidden)
	if !s.shown() {
		return b.missing(s, base)
	}
	return b.estimate(mean(), s, base)
}

// overallOf makes the index of a group.
func (b *builder) overallOf(d *scoring.Division, group int, base scoring.Base, hidden bool) Estimate {
	e := b.shown(base, hidden, func() scoring.Mean { return d.Mean(scoring.IndexFigure, group) })
	return b.native(e, b.model.Dimensions...)
}

// figures fills the totals.
func (b *builder) figures() {
	r, whole := b.report, b.division(nil)
	r.Overall = b.overallOf(whole, scoring.Whole, whole.Base(scoring.IndexFigure, scoring.Whole), false)
	itemOf := func(i int) ItemEstimate {
		t := whole.Tally(i, scoring.Whole)
		defer t.Release()
		return b.item(i, t, false)
	}
	if b.overall != scoring.None {
		it := itemOf(b.overall)
		r.OverallItem = &it
	}
	if b.recommend != scoring.None {
		t := whole.Tally(b.recommend, scoring.Whole)
		p := b.promotion(t, false)
		t.Release()
		r.Recommend = &p
	}
	bases := make([]scoring.Base, len(b.model.Dimensions))
	for d := range bases {
		bases[d] = whole.Base(scoring.Figure(d), scoring.Whole)
	}
	r.Dimensions = b.dimensions(whole, scoring.Whole, bases, make([]bool, len(bases)))
	r.Items = []ItemEstimate{}
	for i, it := range b.rated {
		if b.shownItem(it) {
			r.Items = append(r.Items, itemOf(i))
		}
	}
	b.indexOfMeans(whole, bases)
}

func (b *builder) indexOfMeans(whole *scoring.Division, bases []scoring.Base) {
	r, all := b.report, b.model.Dimensions
	r.MissingDataGap, r.CompleteCaseMean = None(), None()
	base := scoring.Base{}
	shown := len(all) > 0
	for d, x := range bases {
		if d == 0 || least(x) < least(base) {
			base = x
		}
		shown = shown && r.Dimensions[d].Status.shown()
	}
	s := b.statusOf(base, false)
	if !s.shown() || !shown {
		r.IndexOfMeans = b.missing(s, base)
		return
	}
	r.IndexOfMeans = b.native(b.estimate(whole.IndexOfMeans(), s, base), all...)
	if r.Overall.Status.shown() {
		r.MissingDataGap = r.Overall.Estimate - r.IndexOfMeans.Estimate
	}
	if c := whole.Mean(scoring.CompleteFigure, scoring.Whole); r.Overall.Status.shown() && least(scoring.Base{N: c.N, W: c.NEffective, W2: c.NEffective}) >= float64(b.q.model.Base.Show) {
		r.CompleteCaseMean = Number(c.Estimate)
	}
}

// native adds the estimate in the units of the answers, where the items share a scale.
func (b *builder) native(e Estimate, of ...scoring.Dimension) Estimate {
	if low, high, ok := sharedScale(b.model, of...); ok {
		e.Native = Number(float64(low) + float64(e.Estimate)*float64(high-low)/100)
	}
	return e
}

// dimensions makes the dimensions' figures of a group, whose base in each is known. hidden says of each whether it must not be
// shown.
func (b *builder) dimensions(of *scoring.Division, group int, bases []scoring.Base, hidden []bool) []DimensionEstimate {
	out := []DimensionEstimate{}
	for d, dimension := range b.model.Dimensions {
		x := b.q.model.Dimensions[d]
		e := DimensionEstimate{Key: string(x.Key), Label: b.words(x.Label, string(x.Key)), DimensionWeight: x.DimensionWeight, Target: x.Target,
			Estimate: b.native(b.shown(bases[d], hidden[d], func() scoring.Mean { return of.Mean(scoring.Figure(d), group) }), dimension)}
		e.Contribution = e.Estimate.Estimate * Number(x.DimensionWeight)
		out = append(out, e)
	}
	return out
}

// promotion makes the Net Promoter Score from the answers in a domain.
func (b *builder) promotion(t *scoring.Tally, hidden bool) Recommend {
	base := t.Base()
	s := b.statusOf(base, hidden)
	out := Recommend{NPS: None(), SE: None(), Low: None(), High: None(), NEffective: None(), DF: None(), Status: s, Warnings: b.reason(s, base)}
	if s != StatusSuppressed {
		n := base.N
		out.N = &n
	}
	if !s.shown() {
		return out
	}
	p := t.NPS(b.confidence())
	out.NPS, out.NEffective, out.Method = Number(p.Estimate), Number(p.NEffective), p.Method
	out.Promoters, out.Passives, out.Detractors = &p.Promoters, &p.Passives, &p.Detractors
	if p.DF < fewUnits {
		out.Warnings = append(out.Warnings, b.unitWarning(p.Mean))
	}
	out.SE, out.Low, out.High = number(p.StandardError), number(p.Low), number(p.High)
	if p.DF > 0 {
		out.DF = Number(p.DF)
	}
	return out
}
