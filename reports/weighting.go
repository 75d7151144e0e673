package reports

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Weighting says how responses were weighted and what that costs. Weights rest on all valid responses of the survey, whatever the
// filter, and so do Margins, MarginError, Rounds and Limits; the other figures are those of the selected responses.
type Weighting struct {
	Method     string `json:"method"` // none, base, post_stratified, raked, calibrated
	Attribute  string `json:"attribute,omitempty"`
	Errors     string `json:"errors"` // fixed: weights are treated as fixed; residuals: by what the margins do not explain
	Sum        Number `json:"sum"`
	Deff       Number `json:"deff"`        // Kish: n*sum(w^2)/sum(w)^2
	NEffective Number `json:"n_effective"` // n/deff
	Max        Number `json:"max_over_mean"`
	Min        Number `json:"min_over_mean"`

	Margins     []MarginFit   `json:"margins"`      // what the responses were weighted to
	MarginError Number        `json:"margin_error"` // largest relative error of a level's weighted total
	Rounds      int           `json:"rounds"`       // how often raked weights were cut to their limits and raked again
	Limits      *WeightLimits `json:"limits"`
}

// MarginFit is one margin of the population beside the responses.
type MarginFit struct {
	Attribute string     `json:"attribute"`
	Label     string     `json:"label"`
	Levels    []LevelFit `json:"levels"`
}

// LevelFit sets a level's share of the population beside its shares of the responses whose level is known.
type LevelFit struct {
	Level      string   `json:"level"`
	Label      string   `json:"label"`
	Merged     []string `json:"merged"` // levels that count as one here
	Target     Number   `json:"target"`
	Achieved   Number   `json:"achieved"`   // weighted
	Unweighted Number   `json:"unweighted"` // null where the level's responses are too few to be shown, or found by subtraction
}

// WeightLimits are what weights were to be held within.
type WeightLimits struct {
	Of   string  `json:"of"` // mean: multiples of the mean weight; base: of the response's base weight
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Met  bool    `json:"met"`
}

// withErrors is a model whose weighting has other errors.
func withErrors(m *surveys.Model, e surveys.WeightingErrors, bad *surveys.InvalidError) *surveys.Model {
	switch {
	case e != surveys.FixedErrors && e != surveys.ResidualErrors:
		bad.Add("errors", "unknown", "there are no errors %q; they are fixed or residuals", clip(string(e)))
		return m
	case m.Weighting == nil && e == surveys.ResidualErrors:
		bad.Add("errors", "conflict", "the model %s weights responses to no population, and residuals are from its margins", m.Key)
		return m
	case m.Weighting == nil:
		return m
	}
	w, out := *m.Weighting, *m
	w.Errors = e
	out.Weighting = &w
	return &out
}

// weightingKey tells weightings apart, whatever place in memory they are at.
func weightingKey(w *surveys.Weighting) string {
	if w == nil {
		return ""
	}
	b, err := json.Marshal(w)
	if err != nil { // a weighting with a number that is none does not pass Validate
		return fmt.Sprintf("%p", w)
	}
	return string(b)
}

// population translates a weighting; nil for none.
func (l *layout) population(w *surveys.Weighting) *scoring.Population {
	if w == nil {
		return nil
	}
	out := &scoring.Population{Cap: w.Cap, Floor: w.Floor, Low: w.Low, High: w.High, Residuals: w.Errors == surveys.ResidualErrors, Method: map[surveys.WeightingMethod]string{
		surveys.PostStratify: scoring.WeightingPostStratified, surveys.Rake: scoring.WeightingRaked, surveys.Calibrate: scoring.WeightingCalibrated}[w.Method]}
	for i := range w.Margins {
		m := &w.Margins[i]
		at := l.attributeAt(string(m.Attribute))
		if at == scoring.None {
			return nil
		}
		sizes := map[string]float64{}
		for level := range m.Merge {
			if size, ok := m.Size(level); ok {
				sizes[level] = size
			}
		}
		for level, size := range m.Shares {
			if m.Level(level) == level {
				sizes[level] = size
			}
		}
		out.Margins = append(out.Margins, scoring.Margin{Attribute: at, Sizes: sizes, Level: m.Level})
	}
	return out
}

// unweightable says in the words of the model why responses cannot be weighted.
func unweightable(w *surveys.Weighting, e *scoring.WeightingError) error {
	bad := &surveys.InvalidError{Input: "weighting"}
	const place = "model.weighting"
	for _, m := range e.Weighting.Margins {
		of := &w.Margins[m.Margin]
		for _, level := range m.Levels {
			if level.N == 0 {
				bad.Add(fmt.Sprintf("%s.margins[%d].shares.%s", place, m.Margin, level.Level), "empty",
					"no valid response has %s %s, which is %s %% of the population: merge it with another level in the weighting, or ask unweighted",
					of.Attribute, level.Level, Format(100*level.Target, 2))
			}
		}
	}
	switch {
	case len(bad.Fields) > 0:
	case e.Infeasible != "" && w.Method == surveys.Calibrate:
		bad.Add(place+".bounds", "infeasible", "no weights between %g and %g times the base weight meet the margins: %s. Widen the bounds, merge small levels, give shares where base weights do not stand for people, or ask unweighted",
			w.Low, w.High, e.Infeasible)
	case e.Contradiction > 0:
		bad.Add(place+".margins", "contradictory", "no weights meet all margins, because some combinations of levels have no response; a level stays off by %.2g of its share. Merge levels, leave a margin out, or ask unweighted",
			e.Contradiction)
	default:
		bad.Add(place, "infeasible", "responses cannot be weighted so: %v", e.Err)
	}
	return bad
}

// weighting fills what the report says of weights.
func (b *builder) weighting() {
	w, s := &b.report.Weighting, b.sample
	w.Method, w.Errors = s.Weighting.Method, string(surveys.FixedErrors)
	if s.Weighting.Residuals {
		w.Errors = string(surveys.ResidualErrors)
	}
	w.Sum, w.Deff, w.NEffective, w.Max, w.Min, w.MarginError = None(), None(), None(), None(), None(), None()
	w.Margins = []MarginFit{}
	asked := b.q.model.Weighting
	if s.Weighting.Fitted && b.q.Listed {
		b.listWeights()
	}
	if s.Weighting.Fitted && len(asked.Margins) == 1 {
		w.Attribute = string(asked.Margins[0].Attribute)
	}
	if b.hidden {
		return
	}
	k := b.kish()
	w.Sum, w.Deff, w.NEffective, w.Max, w.Min = Number(k.Sum), number(k.Deff), number(k.NEffective), number(k.MaxOverMean), number(k.MinOverMean)
	if !s.Weighting.Fitted {
		return
	}
	w.MarginError, w.Rounds = Number(s.Weighting.MarginError), s.Weighting.Rounds
	switch asked.Method {
	case surveys.Rake:
		w.Limits = &WeightLimits{Of: "mean", Low: asked.Floor, High: asked.Cap, Met: s.Weighting.WithinLimits}
	case surveys.Calibrate:
		w.Limits = &WeightLimits{Of: "base", Low: asked.Low, High: asked.High, Met: s.Weighting.WithinLimits}
	}
	for i := range s.Weighting.Margins {
		w.Margins = append(w.Margins, b.marginFit(&asked.Margins[i], &s.Weighting.Margins[i]))
	}
}

// kish is what the weights of the selected responses cost.
func (b *builder) kish() scoring.Kish {
	if b.sample.Even() {
		return scoring.EvenKish(b.sel.Valid())
	}
	if b.tab == nil && b.sample.Tabulated() {
		b.d.cacheMu.Lock()
		defer b.d.cacheMu.Unlock()
		if t := b.d.countedLocked(b.q.filter(), b.d.plan(b.q)); t != nil {
			return t.Division(0, b.sample).Kish(scoring.Whole)
		}
	}
	return b.division(nil).Kish(scoring.Whole)
}

// listWeights fills the weight of every valid response.
func (b *builder) listWeights() {
	b.report.Population = b.q.model.Weighting
	weights := make([]float64, b.table.Len())
	for row := range weights {
		weights[row] = math.NaN()
	}
	for _, position := range b.sample.All() {
		weights[b.sample.Row(position)] = b.sample.CaseWeight(position)
	}
	b.report.CaseWeights = weights
}

// marginFit shows unweighted shares under the rule of small bases: they tell how many responses a level has.
func (b *builder) marginFit(m *surveys.Margin, fit *scoring.WeightedMargin) MarginFit {
	at := b.attributeAt(string(m.Attribute))
	out := MarginFit{Attribute: string(m.Attribute), Label: b.attributes[at].label}
	c := cells{minimum: b.q.model.Base.Suppress}
	var bases []scoring.Base
	add := func(n int) {
		c.levels = append(c.levels, []uint32{uint32(len(bases))})
		bases = append(bases, scoring.Base{N: n, W: float64(n), W2: float64(n)})
	}
	for _, level := range fit.Levels {
		add(level.N)
	}
	if fit.Unknown > 0 {
		add(fit.Unknown)
	}
	hidden := c.hide(bases)
	for _, i := range b.declaredOrder(at, m, fit.Levels) {
		level := fit.Levels[i]
		x := LevelFit{Level: level.Level, Label: b.levelLabel(at, level.Level), Merged: []string{},
			Target: Number(level.Target), Achieved: number(level.Achieved), Unweighted: None()}
		x.Merged = append(x.Merged, m.Merge[level.Level]...)
		if !hidden[i] {
			x.Unweighted = number(level.Observed)
		}
		out.Levels = append(out.Levels, x)
	}
	return out
}

// declaredOrder puts levels in the order of the questionnaire, merged ones in the place of the first of them.
func (b *builder) declaredOrder(at int, m *surveys.Margin, levels []scoring.WeightedLevel) []int {
	place := func(name string) int {
		return slices.IndexFunc(b.attributes[at].values, func(v surveys.AttributeValue) bool { return m.Level(v.Key) == name })
	}
	order := make([]int, len(levels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(place(levels[x].Level), place(levels[y].Level)) })
	return order
}

// warnWeighting writes what the weights rest on.
func (b *builder) warnWeighting(add func(format string, args ...any)) {
	s, asked := b.sample, b.q.model.Weighting
	if asked == nil || b.q.Unweighted || s.Len() == 0 {
		return
	}
	for i := range s.Weighting.Margins {
		m := &s.Weighting.Margins[i]
		of := asked.Margins[i].Attribute
		var empty, small []string
		for _, level := range m.Levels {
			switch {
			case level.N == 0:
				empty = append(empty, level.Level)
			case level.Small():
				small = append(small, level.Level)
			}
		}
		if len(empty) > 0 {
			add("Responses are not weighted to the population of %s: there is no response for %s.", of, list(empty))
		}
		if len(small) > 0 {
			add("The weights of %s rest on fewer than 5 responses in %s.", of, list(small))
		}
		if m.Unknown > 0 {
			add("%s without a known population of %s keep their %s.", plural(m.Unknown, "response", "responses"), of,
				map[bool]string{true: "base weight", false: "share of the weight in this margin"}[asked.Method == surveys.PostStratify])
		}
		if m.Scaled {
			add("The population of %s adds up to %v, not to that of %s; it was scaled.", of, short(m.Total), asked.Margins[0].Attribute)
		}
	}
	if w := s.Weighting; w.Fitted && !w.WithinLimits {
		k := s.Kish(s.All())
		add("Weights cannot be held between %g and %g times their mean and meet the margins too: they run from %s to %s times the mean after %d rounds, and the margins are met to within %.1g.",
			asked.Floor, asked.Cap, Format(k.MinOverMean, 3), Format(k.MaxOverMean, 3), w.Rounds, w.MarginError)
	}
}

// short writes a sum of shares or counts.
func short(x float64) string { return fmt.Sprintf("%.10g", x) }

// number keeps figures that cannot be computed from becoming infinities.
func number(x float64) Number {
	if math.IsInf(x, 0) {
		return None()
	}
	return Number(x)
}
