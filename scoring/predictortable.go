package scoring

import (
	"math"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// PredictorSums are the sums that a driver analysis needs of the unweighted responses of a selection where the response and all predictors
// are known: S3 by sampling unit and by jackknife group. They are brought up to date by what is new, as those of a Tabulation are.
type PredictorSums struct {
	*Tabulation
	response int
	items    []int // predictors; nil for the dimensions
}

// productUnit is the unit that products of 1 and of scores less 50 are summed in: a mean product is off by less than 2e-9, as a rule by that
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

// crossSums are the tables of PredictorSums.
type crossSums struct {
	places, groups []int64    // per place and per jackknife group: products
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
	answer  [256]float64 // of the response, by code; NaN for none
	values  [][]float64  // by predictor and code; NaN for none
	lacking [][]uint8    // by predictor and code: 1 for none
	lacks   []uint8      // of each row of the block: other than 0 where it is not complete
	rows    []uint32     // the complete rows
	code    [][]uint32   // by predictor: of each of them
	z       []float64    // of each of them 1, response and predictors less 50, and what fills a row of products
	place   []uint32     // of each of them
	group   []uint32
}

// worker works on blocks of up to so many rows.
func (t *PredictorSums) worker(rows int) *predictorWorker {
	w := &predictorWorker{PredictorSums: t, lacks: make([]uint8, rows), rows: make([]uint32, rows), z: make([]float64, rows*t.products().Stride()),
		place: make([]uint32, rows), group: make([]uint32, rows)}
	for code := range w.answer {
		w.answer[code] = t.scores.model.ItemScore(t.response, byte(code)) - scoreShift
	}
	for j := range t.count() {
		n := 256
		if t.items == nil {
			n = t.codes(j)
		}
		values, lacking := make([]float64, n), make([]uint8, n)
		for code := range values {
			values[code] = t.score(j, code) - scoreShift
			if math.IsNaN(values[code]) {
				lacking[code] = 1
			}
		}
		w.values, w.lacking, w.code = append(w.values, values), append(w.lacking, lacking), append(w.code, make([]uint32, rows))
	}
	return w
}

// complete finds the complete rows of the block that count, and their values.
func (w *predictorWorker) complete(b *block, class []uint32) {
	table, none := w.selection.table, uint32(1+w.places.strata)
	lacks, top := w.lacks[:b.n], func(item int) byte { return byte(len(w.scores.model.Items[item].Scores) - 1) }
	for i, c := range class {
		lacks[i] = 0
		if c == none {
			lacks[i] = 1
		}
	}
	b.markAbove(table.Item(w.response), top(w.response), lacks)
	for j, code := range w.code {
		if w.items != nil {
			b.markAbove(table.Item(w.items[j]), top(w.items[j]), lacks)
			continue
		}
		code, lacking := code[:b.n], w.lacking[j]
		b.codes(&w.scores.dimensions[j].codes, code)
		for i, c := range code {
			lacks[i] |= lacking[c]
		}
	}
	w.rows = w.rows[:cap(w.rows)]
	n := 0
	for i, l := range lacks {
		w.rows[n] = uint32(i)
		if l == 0 {
			n++
		}
	}
	w.rows = w.rows[:n]
	stride := w.products().Stride()
	answers := b.at(table.Item(w.response))
	for k, i := range w.rows {
		w.z[k*stride], w.z[k*stride+1] = 1, w.answer[answers.of(i)]
	}
	for j, code := range w.code {
		if w.items == nil {
			for k, i := range w.rows {
				code[k] = code[i]
			}
		} else {
			item := b.at(table.Item(w.items[j]))
			for k, i := range w.rows {
				code[k] = uint32(item.of(i))
			}
		}
		values, at := w.values[j], 2+j
		for _, c := range code[:n] {
			w.z[at] = values[c]
			at += stride
		}
	}
}

// add takes the complete rows of a block in, or with −1 out again.
func (w *predictorWorker) add(into *crossSums, b *block, place, class []uint32, sign int64) {
	w.complete(b, class)
	at, group := w.place[:len(w.rows)], w.group[:len(w.rows)]
	for k, i := range w.rows {
		at[k], group[k] = place[i], uint32(w.selection.table.Replicate(b.row(int(i))))
	}
	w.products().Add(into.places, into.groups, at, group, w.z, float64(sign)*productUnit)
	for j, code := range w.code {
		counts := into.ofCode(j, len(w.values[j]))
		for _, c := range code[:len(w.rows)] {
			counts[c] += uint32(sign)
		}
	}
}
