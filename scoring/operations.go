package scoring

import (
	"fmt"
	"math"

	"paxscore/scoring/stats"
)

// MaxOperationalShare is the largest part that operational indicators may have in a blend.
const MaxOperationalShare = stats.MaxOperationalShare

// Indicator is a measured figure of the operation, how much it matters beside the others, and the curve that scores it.
type Indicator struct {
	IndicatorWeight float64
	Values, Scores  []float64 // of the curve's anchors, by rising value
}

// Operations scores measured values by declared curves (METHOD section 9, operational indicators).
type Operations struct {
	weights []float64
	curves  []stats.Curve
}

// NewOperations lays out indicators. Errors: a weight that is not above 0 or not finite, a curve without anchors, with values that do not
// rise, or with another number of scores.
func NewOperations(indicators []Indicator) (*Operations, error) {
	o := &Operations{}
	for i, x := range indicators {
		if !(x.IndicatorWeight > 0) || math.IsInf(x.IndicatorWeight, 0) {
			return nil, fmt.Errorf("operational indicator %d: weight %v", i, x.IndicatorWeight)
		}
		if len(x.Values) != len(x.Scores) {
			return nil, fmt.Errorf("operational indicator %d: %d values with %d scores", i, len(x.Values), len(x.Scores))
		}
		anchors := make([]stats.Anchor, len(x.Values))
		for k := range anchors {
			anchors[k] = stats.Anchor{Value: x.Values[k], Score: x.Scores[k]}
		}
		c, err := stats.NewCurve(anchors)
		if err != nil {
			return nil, fmt.Errorf("operational indicator %d: %w", i, err)
		}
		o.weights, o.curves = append(o.weights, x.IndicatorWeight), append(o.curves, c)
	}
	return o, nil
}

// Shares are the indicators' weights, made to add to 1.
func (o *Operations) Shares() []float64 {
	all := make([]float64, len(o.weights))
	return o.shares(all)
}

// shares are the weights among the indicators whose value is known; the others have 0.
func (o *Operations) shares(values []float64) []float64 {
	ones := make([]float64, len(values))
	for i, v := range values {
		ones[i] = 1
		if math.IsNaN(v) {
			ones[i] = math.NaN()
		}
	}
	shares, _ := stats.Contributions(o.weights, ones)
	return shares
}

// OperationalScore is what values amount to: O = Σ Contributions.
type OperationalScore struct {
	Scores        []float64 // of each indicator, 0..100; NaN where its value is missing
	Shares        []float64 // weights among the indicators with a value, adding to 1; 0 for the others
	Contributions []float64 // share × score
	Index         float64   // 0..100; NaN if every value is missing
	Covered       float64   // share of the weight of all indicators that those with a value hold
}

// Score scores values, one for each indicator, NaN where it was not measured.
func (o *Operations) Score(values []float64) OperationalScore {
	out := OperationalScore{Scores: make([]float64, len(o.curves)), Shares: o.shares(values)}
	var all, known stats.Sum
	for i, c := range o.curves {
		out.Scores[i] = c.Score(values[i])
		all.Add(o.weights[i])
		if !math.IsNaN(out.Scores[i]) {
			known.Add(o.weights[i])
		}
	}
	out.Covered = known.Value() / all.Value()
	out.Contributions, out.Index = stats.Contributions(o.weights, out.Scores)
	return out
}

// Blend is (1−λ)·index + λ·operational. The operational index is taken as it is declared, without error, so the ends of an interval of the
// index blend likewise and its standard error shrinks by 1−λ. NaN unless 0 ≤ λ ≤ MaxOperationalShare.
func Blend(index, operational, lambda float64) float64 {
	return stats.Blend(index, operational, lambda)
}

// Ranking is one indicator over several peers.
type Ranking struct {
	MinMax []float64 // 100·(x−min)/(max−min)
	T      []float64 // 50 + 10·z
}

// Rank sets values of peers beside one another, for ranking only: what comes out changes with the set. lowerIsBetter turns them round. NaN
// stays so, and everything is NaN where values do not differ.
func Rank(values []float64, lowerIsBetter bool) Ranking {
	x := make([]float64, len(values))
	for i, v := range values {
		x[i] = v
		if lowerIsBetter {
			x[i] = -v
		}
	}
	return Ranking{MinMax: stats.MinMaxScores(x), T: stats.TScores(x)}
}

// Standing is the weighted mean of one peer's ranking scores, one for each indicator; NaN ones have no part.
func (o *Operations) Standing(scores []float64) float64 {
	_, total := stats.Contributions(o.weights, scores)
	return total
}
