package reports

import (
	"math"
	"slices"

	"paxscore/scoring"
)

// Kinds of methods of importance weights.
const (
	kindInfluence = "influence" // what moves the overall question
	kindPolicy    = "policy"    // what people say matters
	kindBaseline  = "baseline"
	kindSpread    = "spread" // how much scores vary, not what they matter
	kindCombined  = "combined"
)

// leastSegments is the number of segments from which weights over segments are made.
const leastSegments = 3

// ImportanceMethod is what one method says of the importance of the dimensions.
type ImportanceMethod struct {
	Key        string         `json:"key"`
	Label      string         `json:"label"`
	Kind       string         `json:"kind"`        // influence, policy, baseline, spread, combined
	SpreadOnly bool           `json:"spread_only"` // says how much scores vary, not what they matter
	Shares     bool           `json:"shares"`      // adds up to 1 and has nothing negative
	Weights    []MethodWeight `json:"weights"`     // of each dimension, in their order
	Reason     string         `json:"reason"`      // why there are none; "" where there are
}

// MethodWeight is what a method gives one dimension.
type MethodWeight struct {
	Key    string `json:"key"`
	Weight Number `json:"weight"`
	SE     Number `json:"se"` // jackknife; null where the method has none
}

// MethodAgreement is how far methods put the dimensions in the same order.
type MethodAgreement struct {
	Of      string   `json:"of"`      // all, influence
	Methods []string `json:"methods"` // keys
	W       Number   `json:"kendall_w"`
}

// SegmentDispersion says over which segments entropy and CRITIC weigh.
type SegmentDispersion struct {
	Attributes []string `json:"attributes"`
	Segments   int      `json:"segments"`
	LeftOut    int      `json:"left_out"` // of unknown level, or with a base too small to be shown
}

// methods collects the methods of a report.
type methods struct {
	*builder
	predictors []predictor
	analysed   analysed
	out        []ImportanceMethod
}

// add takes one method; weights nil says that there are none, for a reason.
func (m *methods) add(key, label, kind string, weights, se []float64, reason string) {
	x := ImportanceMethod{Key: key, Label: label, Kind: kind, SpreadOnly: kind == kindSpread, Shares: weights != nil, Weights: []MethodWeight{}}
	sum := 0.0
	for j, p := range m.predictors {
		w := MethodWeight{Key: p.key, Weight: None(), SE: None()}
		if weights != nil {
			w.Weight = number(weights[j])
			sum += weights[j]
			x.Shares = x.Shares && weights[j] >= 0
		}
		if weights != nil && se != nil {
			w.SE = number(se[j])
		}
		x.Weights = append(x.Weights, w)
	}
	x.Shares = x.Shares && math.Abs(sum-1) < 1e-9
	if weights == nil {
		x.Reason = reason
	}
	m.out = append(m.out, x)
}

// refused says why there is nothing from responses.
func (m *methods) refused() string {
	return reasonOf(m.analysed.warnings, "The responses do not tell.")
}

// responses adds the methods that are found with the drivers.
func (m *methods) responses() {
	label := "Derived (LMG)"
	if len(m.predictors) > scoring.MaxLMG {
		label = "Derived (Johnson)"
	}
	d := m.analysed.drivers
	if d == nil {
		for _, x := range [][2]string{{"derived", label}, {"johnson", "Johnson"}, {"beta", "Standardised beta"}, {"pratt", "Pratt"}} {
			m.add(x[0], x[1], kindInfluence, nil, nil, m.refused())
		}
		return
	}
	se := d.Errors()
	m.add("derived", label, kindInfluence, d.Shares(), se.Share, "")
	m.add("johnson", "Johnson", kindInfluence, d.Johnson, se.Johnson, "")
	m.add("beta", "Standardised beta", kindInfluence, d.Beta, se.Beta, "")
	m.add("pratt", "Pratt", kindInfluence, d.Pratt, nil, "")
}

// spread adds entropy and CRITIC weights over respondents.
func (m *methods) spread() (entropy, critic []float64) {
	reason := m.refused()
	if m.analysed.drivers != nil {
		if sums := m.predictorSums(m.predictors); sums != nil {
			entropy, critic = sums.Dispersion()
		} else {
			m.position()
			entropy, critic = m.sample.Dispersion(m.sample.Item(m.overall), m.valuesOf(m.predictors...), m.domain)
		}
		reason = "A dimension has no scores above 0."
	}
	m.add("entropy", "Entropy, respondents", kindSpread, entropy, nil, reason)
	m.add("critic", "CRITIC, respondents", kindSpread, critic, nil, reason)
	return entropy, critic
}

// spreadOver adds them over segments: those whose every dimension may be shown.
func (m *methods) spreadOver(by []int) *SegmentDispersion {
	out := &SegmentDispersion{}
	for _, a := range by {
		out.Attributes = append(out.Attributes, m.attributes[a].key)
	}
	reason := m.refused()
	var entropy, critic []float64
	if m.analysed.drivers != nil {
		m.tabulateBy([][]int{by})
		divided := m.division(by)
		figures := make([]scoring.Figure, len(m.predictors))
		for j, p := range m.predictors {
			figures[j] = scoring.Figure(p.at)
		}
		var segments []int
		for _, g := range m.ordered(by, divided.Levels) {
			if m.knownLevels(by, divided.Levels[g]) && m.shownSegment(divided, figures, g) {
				segments = append(segments, g)
			} else {
				out.LeftOut++
			}
		}
		out.Segments = len(segments)
		reason = "Fewer than three segments can be shown."
		if len(segments) >= leastSegments {
			entropy, critic = divided.Dispersion(figures, segments)
			reason = "A dimension has no means above 0."
		}
	}
	m.add("entropy_segments", "Entropy, segments", kindSpread, entropy, nil, reason)
	m.add("critic_segments", "CRITIC, segments", kindSpread, critic, nil, reason)
	return out
}

func (m *methods) knownLevels(by []int, levels []uint32) bool {
	for i, a := range by {
		if m.table.Attribute(a).Levels()[levels[i]] == "" {
			return false
		}
	}
	return true
}

func (m *methods) shownSegment(divided *scoring.Division, figures []scoring.Figure, segment int) bool {
	for _, f := range figures {
		if !m.statusOf(divided.Base(f, segment), false).shown() {
			return false
		}
	}
	return true
}

// agreement is Kendall's W across the methods that weigh by themselves: not equal weights, coefficients and what is made of others.
func (m *methods) agreement() []MethodAgreement {
	out := []MethodAgreement{}
	for _, of := range []string{"all", kindInfluence} {
		x := MethodAgreement{Of: of, Methods: []string{}, W: None()}
		var judges [][]float64
		for _, method := range m.out {
			if slices.Contains([]string{"beta", "pratt"}, method.Key) || method.Kind == kindBaseline || method.Kind == kindCombined || of == kindInfluence && method.Kind != kindInfluence || method.Reason != "" {
				continue
			}
			var weights []float64
			for _, w := range method.Weights {
				weights = append(weights, float64(w.Weight))
			}
			judges = append(judges, weights)
			x.Methods = append(x.Methods, method.Key)
		}
		if len(judges) > 1 {
			x.W = number(scoring.Concordance(judges))
		}
		out = append(out, x)
	}
	return out
}
