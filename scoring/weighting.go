package scoring

import (
	"maps"
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Names of what was done about weights.
const (
	WeightingNone           = "none"
	WeightingBase           = "base"
	WeightingPostStratified = "post_stratified"
)

// smallCell is the number of responses below which the weight of a level rests on too few (METHOD section 5).
const smallCell = 5

// Weighting says how responses are weighted.
type Weighting struct {
	Method string
	// Empty, Small and Unsized are levels of the population's attribute: with people but no response, with fewer than five
	// responses, and with responses but no known size.
	Empty, Small, Unsized []string
	// Unknown counts responses whose level is unknown or unsized; they keep their base weight.
	Unknown int
}

// weigh computes the weight of each position: the response weight b, times N_c/Σ_c b where the population is known
// (METHOD section 5). Population sizes are first scaled to the base weight of the responses that they weigh, so that responses
// outside the margin keep their part. A level with people but no response makes the margin impossible: then it is left out.
//
// Weights are float64 as computed, not rounded to 1e-6: sums are compensated and taken in one order, and rounding would move
// figures by more than the tolerance of the reference values.
func (s *Sample) weigh(p Plan) {
	s.Weighting.Method = WeightingNone
	if p.Unweighted {
		return
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
	if p.Population != nil && len(s.rows) > 0 {
		s.postStratify(p.Population)
	}
}

func (s *Sample) postStratify(p *Population) {
	a := s.table.Attribute(p.Attribute)
	codes := a.Codes(s.rows)
	levels := a.Levels()
	counts := make([]int, len(levels))
	for _, c := range codes {
		counts[c]++
	}
	w := &s.Weighting
	cellOf := make([]int, len(levels))
	var sizes []float64
	for l, name := range levels {
		size, known := p.Sizes[name]
		cellOf[l] = None
		switch {
		case counts[l] == 0:
		case name == "" || !known || !(size > 0):
			w.Unknown += counts[l]
			if name != "" {
				w.Unsized = append(w.Unsized, name)
			}
		default:
			cellOf[l] = len(sizes)
			sizes = append(sizes, size)
			if counts[l] < smallCell {
				w.Small = append(w.Small, name)
			}
		}
	}
	w.Empty = emptyLevels(p, a, counts)
	if len(w.Empty) > 0 || len(sizes) == 0 {
		return
	}
	base := s.weights
	if base == nil {
		base = make([]float64, len(s.rows))
		for i := range base {
			base[i] = 1
		}
	}
	cell := make([]int, len(s.rows))
	var weighed, size stats.Sum
	for i, c := range codes {
		cell[i] = cellOf[c]
		if cell[i] != None {
			weighed.Add(base[i])
		}
	}
	for _, v := range sizes {
		size.Add(v)
	}
	for c := range sizes {
		sizes[c] *= weighed.Value() / size.Value()
	}
	weights, err := stats.PostStratify(base, cell, sizes)
	if err != nil {
		return
	}
	s.weights = weights
	w.Method = WeightingPostStratified
}

// emptyLevels are the levels with people but no response, in the order of their names.
func emptyLevels(p *Population, a *columns.Attribute, counts []int) []string {
	var out []string
	for _, name := range sortedKeys(p.Sizes) {
		if l, ok := a.Level(name); p.Sizes[name] > 0 && (!ok || counts[l] == 0) {
			out = append(out, name)
		}
	}
	return out
}

// Kish is the effect of unequal weights on the responses at the given positions.
type Kish struct {
	N           int
	Sum         float64 // Σw
	NEffective  float64 // (Σw)²/Σw²
	Deff        float64 // n·Σw²/(Σw)²
	MaxOverMean float64
}

// Kish sums up the weights of a domain. Everything but N and Sum is NaN for an empty one.
func (s *Sample) Kish(domain []uint32) Kish {
	var sums stats.KishSums
	highest := math.NaN()
	for _, i := range domain {
		v := s.weightOf(int(i))
		sums.Add(v)
		if !(highest >= v) {
			highest = v
		}
	}
	return Kish{
		N: sums.N, Sum: sums.W.Value(), NEffective: sums.NEffective(), Deff: sums.Deff(),
		MaxOverMean: highest / (sums.W.Value() / float64(sums.N)),
	}
}

func sortedKeys(m map[string]float64) []string { return slices.Sorted(maps.Keys(m)) }
