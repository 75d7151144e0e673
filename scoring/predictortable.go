package scoring

import (
	"math"

	"paxscore/scoring/columns"
)

// PredictorSums are the sums that a driver analysis needs of the unweighted responses of a selection where the response and all predictors
// are known: S3 by sampling unit and by jackknife group. They are brought up to date by what is new, as those of a Tabulation are.
type PredictorSums struct {
	*Tabulation
	response int
	items    []int // predictors; nil for the dimensions
}

// productUnit is the unit that scores less 50 and their products are summed in: a mean product is off by less than 2e-9, as a rule by that
// over √n. Sums hold 2^23 rows of a unit or group.
const productUnit = 1 << 28

// maxProducts is the number of sums by unit up to which they are kept.
const maxProducts = 1 << 22

// NewPredictorSums returns the sums of a response item and predictors, as yet of no row. items are the predictors, nil for the dimensions of the scores' model.
func NewPredictorSums(s *Selection, scores *Scores, p Plan, response int, items []int) *PredictorSums {
	t := &PredictorSums{Tabulation: NewTabulation(s, scores, p, nil, nil, nil), response: response, items: items}
	t.predictors = t
	return t
}

// width is the number of sums: of 1, of response and predictors, and of their products.
func (t *PredictorSums) width() int {
	k := 1 + t.count()
	return 1 + k + k*(k+1)/2
}

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

// crossSums are the tables of PredictorSums.
type crossSums struct {
	places, groups []int64    // per place and per jackknife group: n, Σz, Σzz′ packed by rows
	codes          [][]uint32 // by predictor: rows with each code
}

func (t *PredictorSums) newCrossSums() *crossSums {
	return &crossSums{places: make([]int64, (t.places.len()+1)*t.width()), groups: make([]int64, columns.Replicates*t.width()), codes: make([][]uint32, t.count())}
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

// predictorWorker looks at the complete rows of a block.
type predictorWorker struct {
	*PredictorSums
	answer [256]float64 // of the response, by code; NaN for none
	values [][]float64  // by predictor and code; NaN for none
	code   [][]uint32   // by predictor: of each row of the block
	z      []float64    // response and predictors of the row, less 50
}

// worker works on blocks of up to so many rows.
func (t *PredictorSums) worker(rows int) *predictorWorker {
	w := &predictorWorker{PredictorSums: t, z: make([]float64, 1+t.count())}
	for code := range w.answer {
		w.answer[code] = t.scores.model.ItemScore(t.response, byte(code)) - scoreShift
	}
	for j := range t.count() {
		n := 256
		if t.items == nil {
			n = t.codes(j)
		}
		values := make([]float64, n)
		for code := range values {
			values[code] = t.score(j, code) - scoreShift
		}
		w.values, w.code = append(w.values, values), append(w.code, make([]uint32, rows))
	}
	return w
}

// complete calls f for each row of the block that counts and is complete, by its number in the block; w.z holds its values.
func (w *predictorWorker) complete(b *block, class []uint32, f func(i int)) {
	table, none := w.selection.table, uint32(1+w.places.strata)
	for j, code := range w.code {
		if w.items == nil {
			b.codes(&w.scores.dimensions[j].codes, code[:b.n])
			continue
		}
		column := table.Item(w.items[j])
		for i := range b.n {
			code[i] = uint32(column[b.row(i)])
		}
	}
	answers := table.Item(w.response)
rows:
	for i := range b.n {
		y := w.answer[answers[b.row(i)]]
		if y != y || class[i] == none {
			continue
		}
		w.z[0] = y
		for j, values := range w.values {
			x := values[w.code[j][i]]
			if x != x {
				continue rows
			}
			w.z[j+1] = x
		}
		f(i)
	}
}

// inProducts is a number in units of productUnit.
func inProducts(x float64) int64 { return rounded(x * productUnit) }

// add takes the complete rows of a block in, or with −1 out again.
func (w *predictorWorker) add(into *crossSums, b *block, place, class []uint32, sign int64) {
	width := w.width()
	sums := make([]int64, width)
	counts := make([][]uint32, len(w.code))
	for j := range counts {
		counts[j] = into.ofCode(j, len(w.values[j]))
	}
	w.complete(b, class, func(i int) {
		sums[0] = sign
		at := 1
		for _, z := range w.z {
			sums[at] = sign * inProducts(z)
			at++
		}
		for k, z := range w.z {
			for _, x := range w.z[:k+1] {
				sums[at] = sign * inProducts(z*x)
				at++
			}
		}
		unit := into.places[int(place[i])*width:][:width]
		group := into.groups[int(w.selection.table.Replicate(b.row(i)))*width:][:width]
		for k, x := range sums {
			unit[k] += x
			group[k] += x
		}
		for j := range counts {
			counts[j][w.code[j][i]] += uint32(sign)
		}
	})
}
