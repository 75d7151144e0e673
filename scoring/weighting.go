package scoring

import (
	"maps"
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// Names of what was done about weights.
const (
	WeightingNone           = "none"
	WeightingBase           = "base"
	WeightingPostStratified = "post_stratified"
	WeightingRaked          = "raked"
	WeightingCalibrated     = "calibrated"
)

// smallCell is the number of responses below which the weight of a level rests on too few (METHOD section 5).
const smallCell = 5

// Population is what responses are weighted to: the known sizes of the levels of one attribute or more.
type Population struct {
	// Method is what to make of it: WeightingPostStratified, of one margin, WeightingRaked or WeightingCalibrated.
	Method  string
	Margins []Margin // in the order in which they are met
	// Cap and Floor limit raked weights, as multiples of their mean.
	Cap, Floor float64
	// Low and High are bounds of calibrated weights over base weights.
	Low, High float64
	// Residuals asks for errors that take the margins into account, where they are met, instead of treating the weights as fixed.
	Residuals bool
}

// Margin is the known size of each level of an attribute, as a share or a number of people.
type Margin struct {
	Attribute int
	Sizes     map[string]float64
	// Level gives the level that a value counts as; nil where each is its own.
	Level func(value string) string
}

func (m *Margin) levelOf(value string) string {
	if m.Level == nil || value == "" {
		return value
	}
	return m.Level(value)
}

// Weighting says how responses are weighted.
type Weighting struct {
	Method  string
	Margins []WeightedMargin
	// Fitted is true where the margins were met.
	Fitted bool
	// Rounds counts how often raked weights were cut to their limits and raked again, Cycles the passes of the last rake. WithinLimits is
	// false where weights beyond the limits are needed to meet the margins. MarginError is the largest relative error of a level.
	Rounds, Cycles int
	WithinLimits   bool
	MarginError    float64
	// Residuals is true where errors take the margins into account.
	Residuals bool
}

// WeightedMargin is what became of one margin.
type WeightedMargin struct {
	Margin int // of Population.Margins
	Levels []WeightedLevel
	// Unknown counts responses whose level is unknown or has no size. This margin does not change their weight.
	Unknown int
	Unsized []string // levels that responses have and that have no size
	// Total is what the sizes add to; Scaled is true where that is not the total of the first margin.
	Total  float64
	Scaled bool
}

// WeightedLevel is one level of a margin, in the order of names. Shares are of the responses whose level is known; NaN without any.
type WeightedLevel struct {
	Level    string
	N        int
	Target   float64 // share of the population
	Achieved float64 // weighted share of the responses
	Observed float64 // unweighted share
}

// Small reports whether a level's weight rests on too few responses.
func (l *WeightedLevel) Small() bool { return l.N > 0 && l.N < smallCell }

// Empty are the levels with people but no response, by margin.
func (w *Weighting) Empty() (out []WeightedLevel) {
	for i := range w.Margins {
		for _, l := range w.Margins[i].Levels {
			if l.N == 0 {
				out = append(out, l)
			}
		}
	}
	return out
}

// weigh computes the weight of each position: the response weight b, changed so that the margins of the population are met
// (METHOD section 5). Population sizes are first scaled to the base weight of the responses that they weigh, so that responses
// outside a margin keep their part. A level with people but no response makes a margin impossible: then post-stratification
// is left out, and anything else is a *WeightingError.
//
// Weights are float64 as computed, not rounded to 1e-6: sums are compensated and taken in one order, and rounding would move
// figures by more than the tolerance of the reference values. Whole numbers of 1e-6 are HistogramSums' (S1).
func (s *Sample) weigh(p Plan) error {
	s.Weighting.Method = WeightingNone
	if p.Unweighted {
		return nil
	}
	if s.table.Weighted() {
		s.weights = make([]float64, len(s.rows))
		ones := true
		for i, row := range s.rows {
			s.weights[i] = s.table.ResponseWeight(row)
			ones = ones && s.weights[i] == 1
		}
		if ones {
			s.weights = nil
		} else {
			s.Weighting.Method = WeightingBase
		}
	}
	if p.Population == nil || len(s.rows) == 0 {
		return nil
	}
	cells, of := s.alike(p.Population)
	f := newFit(s.table, p.Population, cells, s.weights != nil, &s.Weighting)
	if err := f.weigh(); err != nil || f.weights == nil {
		return err
	}
	base := s.weights
	s.weights = make([]float64, len(of))
	for i, c := range of {
		s.weights[i] = f.weights[c]
	}
	if p.Population.Residuals {
		return s.layResiduals(f, of, base)
	}
	return nil
}

// CaseWeight is the weight with which the response at a position counts; 1 where responses are not weighted.
func (s *Sample) CaseWeight(position uint32) float64 {
	return s.weightOf(int(position))
}

// Kish is the effect of unequal weights on the responses at the given positions.
type Kish struct {
	N           int
	Sum         float64 // Σw
	NEffective  float64 // (Σw)²/Σw²
	Deff        float64 // n·Σw²/(Σw)²
	MaxOverMean float64
	MinOverMean float64
}

// Base is that of all responses, whatever they have a valid value of.
func (k Kish) Base() Base { return Base{N: k.N, W: k.Sum, W2: k.Sum * k.Sum / k.NEffective} }

// Kish sums up the weights of a domain. Everything but N and Sum is NaN for an empty one.
func (s *Sample) Kish(domain []uint32) Kish {
	if s.Even() {
		return EvenKish(len(domain))
	}
	var sums stats.KishSums
	highest, lowest := math.NaN(), math.NaN()
	r := newReading(len(domain))
	eachBlock(domain, func(positions []uint32) {
		for _, v := range s.readWeights(r, positions) {
			sums.Add(v)
			if !(highest >= v) {
				highest = v
			}
			if !(lowest <= v) {
				lowest = v
			}
		}
	})
	mean := sums.W.Value() / float64(sums.N)
	return Kish{
		N: sums.N, Sum: sums.W.Value(), NEffective: sums.NEffective(), Deff: sums.Deff(),
		MaxOverMean: highest / mean, MinOverMean: lowest / mean,
	}
}

// EvenKish is that of n responses that count once each.
func EvenKish(n int) Kish {
	out := Kish{N: n, Sum: float64(n), NEffective: float64(n), Deff: 1, MaxOverMean: 1, MinOverMean: 1}
	if n == 0 {
		nan := math.NaN()
		out.NEffective, out.Deff, out.MaxOverMean, out.MinOverMean = nan, nan, nan, nan
	}
	return out
}

func sortedKeys(m map[string]float64) []string { return slices.Sorted(maps.Keys(m)) }
