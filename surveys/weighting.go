package surveys

import (
	"maps"
	"slices"
)

// WeightingMethod is a way of giving responses weights that meet the population.
type WeightingMethod string

const (
	PostStratify WeightingMethod = "post_stratify" // one margin: base weight times N_c/Σ_c b
	Rake         WeightingMethod = "rake"          // margins in turn until all are met, within cap and floor where that is possible
	Calibrate    WeightingMethod = "calibrate"     // all margins at once, the weight over the base weight within bounds
)

// WeightingErrors says how standard errors treat weights that meet the population.
type WeightingErrors string

const (
	FixedErrors    WeightingErrors = "fixed"     // as if they were known beforehand, which is on the safe side; "" is the same
	ResidualErrors WeightingErrors = "residuals" // by what the margins do not explain
)

// DefaultCap and DefaultFloor limit raked weights, as multiples of their mean (METHOD section 5).
const (
	DefaultCap   = 5
	DefaultFloor = 0.2
)

// Weighting says to which population responses are weighted, and how (METHOD section 5).
type Weighting struct {
	Method     WeightingMethod
	Margins    []Margin // in the order in which they are met
	Cap, Floor float64  // Rake: the largest and the smallest weight, times the mean
	Low, High  float64  // Calibrate: bounds of the weight over the base weight; Low < 1 < High
	Errors     WeightingErrors
}

// Margin holds the population's shares over the levels of one attribute.
type Margin struct {
	Attribute AttributeKey
	// Shares holds the population share or count of each level or merged levels. Only proportions count, but for Calibrate, which
	// takes counts as people where responses come with base weights.
	Shares map[string]float64
	Merge  map[string][]string // levels that count as one, by the name they have together
}

// PostStratification weights responses to the population's shares of one attribute.
func PostStratification(a AttributeKey, shares map[string]float64) *Weighting {
	return &Weighting{Method: PostStratify, Margins: []Margin{{Attribute: a, Shares: shares}}}
}

// WeightingTo is what weights responses to a population that is not the model's: by the model's method and limits where that is raking or
// calibration, else by raking with the usual limits. A model that does not exist is one without a weighting.
func (s *Survey) WeightingTo(model ModelKey, margins []Margin) *Weighting {
	w := Weighting{Method: Rake, Cap: DefaultCap, Floor: DefaultFloor}
	if m, err := s.Model(model); err == nil && m.Weighting != nil {
		if m.Weighting.Method == PostStratify {
			w.Errors = m.Weighting.Errors
		} else {
			w = *m.Weighting
		}
	}
	w.Margins = margins
	return &w
}

// Level is the level that a value counts as: itself, or the merged levels it is part of.
func (m *Margin) Level(value string) string {
	for _, name := range slices.Sorted(maps.Keys(m.Merge)) {
		if slices.Contains(m.Merge[name], value) {
			return name
		}
	}
	return value
}

// Size is the population share or count of a level, after merging: that given for it, or those of what it is made of.
func (m *Margin) Size(level string) (size float64, ok bool) {
	if size, ok = m.Shares[level]; ok {
		return size, true
	}
	for _, part := range m.Merge[level] {
		if s, given := m.Shares[part]; given {
			size, ok = size+s, true
		}
	}
	return size, ok
}
