package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// PredictorSums are the sums that a driver analysis needs of the responses of a selection where the response and all predictors
// are known: S3 by sampling unit and by jackknife group, unweighted and by the cells of the margins. They are brought up to date by what is new, as those of
// a Tabulation are.
type PredictorSums struct {
	*Tabulation
	response int
	items    []int     // predictors; nil for the dimensions
	steps    []float64 // of the values of a row: 1, response and predictors; nil where not all are whole numbers of steps
}

// productUnit is the unit that products of 1 and of scores less 50 are summed in where these are no whole numbers of steps: a mean product is off by less
// than 2e-9, as a rule by that over √n. Sums hold 2^23 rows of a unit or group.
const productUnit = 1 << 28

// maxProducts is the number of sums by unit up to which they are kept.
const maxProducts = 1 << 22

// NewPredictorSums returns the sums of a response item and predictors, as yet of no row. items are the predictors, nil for the dimensions of the scores' model.
func NewPredictorSums(s *Selection, scores *Scores, p Plan, response int, items []int) *PredictorSums {
	t := &PredictorSums{Tabulation: NewTabulation(s, scores, p, nil, nil, nil), response: response, items: items}
	t.predictors, t.steps = t, t.findSteps()
	return t
}

// products are those of 1, the response and the predictors, in this order.
func (t *PredictorSums) products() lanes.Triangle { return lanes.Triangle(2 + t.count()) }

// width is the number of sums by place.
func (t *PredictorSums) width() int { return t.products().Len() }

// count is the number of predictors.
func (t *PredictorSums) count() int {
	if t.items == nil {
		return len(t.scores.dimensions)
	}
	return len(t.items)
}

// codes is the number of different codes that a predictor may have now.
func (t *PredictorSums) codes(predictor int) int {
	if t.items == nil {
		return len(t.scores.dimensions[predictor].met)
	}
	return len(t.scores.model.Items[t.items[predictor]].Scores)
}

// score is that of a predictor's code; NaN where it is none.
func (t *PredictorSums) score(predictor int, code int) float64 {
	if t.items != nil {
		return t.scores.model.ItemScore(t.items[predictor], byte(code))
	}
	if s := t.scores.dimensions[predictor].met[code]; s.status == ScoreOK {
		return s.score
	}
	return math.NaN()
}

// answers is the number of ratings of the response's scale.
func (t *PredictorSums) answers() int { return len(t.scores.model.Items[t.response].Scores) }

// unit is that in which products of values are summed.
func (t *PredictorSums) unit() float64 {
	if t.steps == nil {
		return productUnit
	}
	return 1
}

// points are what the sums are of, in their order: products of 1 and of scores.
func (t *PredictorSums) points() []float64 {
	out := slices.Repeat([]float64{1. / productUnit}, t.width())
	for i, a := range t.steps {
		for j, b := range t.steps[:i+1] {
			out[t.products().At(i, j)] = a * b
		}
	}
	return out
}

// crossSums are the tables of PredictorSums.
type crossSums struct {
	places, groups []int64    // per place and per jackknife group, and cell of the margins: products
	codes          [][]uint32 // by predictor: rows with each code, by cell of the margins
}

func (t *PredictorSums) newCrossSums() *crossSums {
	width := t.weighing.cells * t.width()
	return &crossSums{places: make([]int64, (t.places.len()+1)*width), groups: make([]int64, columns.Replicates*width), codes: make([][]uint32, t.count())}
}

func (c *crossSums) merge(o *crossSums) {
	plus(c.places, o.places)
	plus(c.groups, o.groups)
	for j, n := range o.codes {
		plus(c.ofCode(j, len(n)), n)
	}
}

// ofCode are the counts of a predictor's codes, at least n of them.
func (c *crossSums) ofCode(predictor, n int) []uint32 {
	if have := c.codes[predictor]; len(have) < n {
		c.codes[predictor] = append(have, make([]uint32, n-len(have))...)
	}
	return c.codes[predictor]
}
