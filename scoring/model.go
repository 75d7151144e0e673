package scoring

import (
	"fmt"
	"math"

	"paxscore/scoring/columns"
)

// None is the position of an item or attribute that there is not.
const None = -1

// thresholdSlack keeps a share that reaches its threshold but for rounding from failing it (METHOD section 4).
const thresholdSlack = 1e-12

// Item is a closed question.
type Item struct {
	Low, High int
	// Scores holds the 0..100 score of each rating, from Low to High (METHOD section 4); LinearScores gives the usual one.
	Scores []float64
	// Rating is true for an item of the questionnaire's body, false for overall, recommend and the like: only the former
	// count in the screening of straight lines and break-offs.
	Rating bool
}

// LinearScores are 100(r−low)/(high−low), reversed 100(high−r)/(high−low), for the ratings low..high.
func LinearScores(low, high int, reverse bool) []float64 {
	out := make([]float64, high-low+1)
	for i := range out {
		from := i
		if reverse {
			from = high - low - i
		}
		out[i] = 100 * float64(from) / float64(high-low)
	}
	return out
}

// Linear reports whether the scores are those of LinearScores, and which way round.
func (it *Item) Linear() (linear, reverse bool) {
	n := len(it.Scores) - 1
	if n < 1 {
		return false, false
	}
	reverse = it.Scores[0] > it.Scores[n]
	for i, s := range LinearScores(it.Low, it.High, reverse) {
		if math.Abs(s-it.Scores[i]) > 1e-9 {
			return false, false
		}
	}
	return true, reverse
}

// line gives a and b of the score a + b·rating, if it is linear in the rating.
func (it *Item) line() (a, b float64, ok bool) {
	linear, reverse := it.Linear()
	if !linear {
		return 0, 0, false
	}
	b = 100 / float64(it.High-it.Low)
	if reverse {
		return b * float64(it.High), -b, true
	}
	return -b * float64(it.Low), b, true
}

// ItemWeight is the importance of an item, by its position, within its dimension.
type ItemWeight struct {
	Item       int
	ItemWeight float64
}

// Dimension is a weighted group of items.
type Dimension struct {
	DimensionWeight float64
	Items           []ItemWeight
}

// Policy says when a score is valid although answers are missing.
type Policy struct {
	MinItemShare      float64 // answered share of the applicable item weight in a dimension
	MinDimensions     int     // valid dimensions; never more than the model has
	MinDimensionShare float64 // valid share of the applicable dimension weight
}

// Model says how the ratings of one response become scores.
type Model struct {
	Items      []Item
	Dimensions []Dimension
	Overall    int // position of the single overall item, or None
	Recommend  int // position of the 0..10 likelihood to recommend, or None
	Policy     Policy
}

// Check reports the first thing that would make a score meaningless: positions outside the items, scales without room,
// scores outside 0..100, weights that are negative or not finite.
func (m *Model) Check() error {
	for i := range m.Items {
		it := &m.Items[i]
		if it.High <= it.Low || it.High-it.Low > int(columns.MaxCode) || len(it.Scores) != it.High-it.Low+1 {
			return fmt.Errorf("scoring model: item %d: scale %d..%d with %d scores", i, it.Low, it.High, len(it.Scores))
		}
		for _, s := range it.Scores {
			if !(s >= 0 && s <= 100) {
				return fmt.Errorf("scoring model: item %d: score %v outside 0..100", i, s)
			}
		}
	}
	for d := range m.Dimensions {
		if w := m.Dimensions[d].DimensionWeight; !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("scoring model: dimension %d: weight %v", d, w)
		}
		for _, u := range m.Dimensions[d].Items {
			if u.Item < 0 || u.Item >= len(m.Items) || !(u.ItemWeight >= 0) || math.IsInf(u.ItemWeight, 0) {
				return fmt.Errorf("scoring model: dimension %d: item %d with weight %v", d, u.Item, u.ItemWeight)
			}
		}
	}
	for _, at := range []int{m.Overall, m.Recommend} {
		if at < None || at >= len(m.Items) {
			return fmt.Errorf("scoring model: item %d of %d", at, len(m.Items))
		}
	}
	return nil
}
