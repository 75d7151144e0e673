package scoring

import (
	"math"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// PredictorSums are the sums that a driver analysis needs of the responses of a selection where the response and all predictors
// are known: S3 by sampling unit and by jackknife group, unweighted and by the cells of the margins. They are brought up to date by what is new, as those of
// a Tabulation are.
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

// answers is the number of ratings of the response's scale.
func (t *PredictorSums) answers() int { return len(t.scores.model.Items[t.response].Scores) }

// crossSums are the tables of PredictorSums.
type crossSums struct {
	places, groups []int64    // per place and per jackknife group, and cell of the margins: products
	codes          [][]uint32 // by predictor: rows with each code and answer to the response, by cell of the margins
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

// predictorWorker looks at the complete rows of a block.
type predictorWorker struct {
	*PredictorSums
	columns  []predictorColumn // of the response, then of the predictors
	complete []uint64          // a bit for each row of the block
	plane    []uint64
	rows     []uint32  // the complete rows
	z        []float64 // of each of them 1, response and predictors less 50, and what fills a row of products
	place    []uint32  // of each of them, with the cell of the margins
	group    []uint32  // likewise
	answer   []uint32  // by row of the block: answer to the response and cell of the margins
}

// predictorColumn is the response or a predictor.
type predictorColumn struct {
	blockColumn
	values []float64      // by code, less 50; NaN for none
	valued *lanes.Classes // 1 where there is one
}

// worker works on blocks of up to so many rows.
func (t *PredictorSums) worker(rows int) *predictorWorker {
	words := (rows + 63) / 64
	w := &predictorWorker{PredictorSums: t, complete: make([]uint64, words), plane: make([]uint64, words), rows: make([]uint32, 0, rows),
		z: make([]float64, rows*t.products().Stride()), place: make([]uint32, rows), group: make([]uint32, rows), answer: make([]uint32, rows)}
	item := func(item int) predictorColumn {
		return newPredictorColumn(t.selection.table.Item(item), nil, 256, rows, func(code int) float64 { return t.scores.model.ItemScore(item, byte(code)) })
	}
	w.columns = append(w.columns, item(t.response))
	for j := range t.count() {
		if t.items != nil {
			w.columns = append(w.columns, item(t.items[j]))
			continue
		}
		codes := &t.scores.dimensions[j].codes
		w.columns = append(w.columns, newPredictorColumn(codes.Bytewise(), codes, t.codes(j), rows, func(code int) float64 { return t.score(j, code) }))
	}
	return w
}

func newPredictorColumn(column []uint8, codes *columns.Codes, n, rows int, score func(code int) float64) predictorColumn {
	c := predictorColumn{blockColumn: newBlockColumn(column, codes, rows), values: make([]float64, max(n, 256))}
	valued := make([]uint8, n)
	for code := range valued {
		if c.values[code] = score(code) - scoreShift; !math.IsNaN(c.values[code]) {
			valued[code] = 1
		}
	}
	c.valued = lanes.NewClasses(1, valued)
	return c
}

// planes writes the classes of the rows; see lanes.Planes.
func (c *predictorColumn) planes(classes *lanes.Classes, planes []uint64) {
	if c.column == nil {
		lanes.Planes(classes, planes, c.wide)
	} else {
		lanes.Planes(classes, planes, c.bytes)
	}
}

// fill writes the values of some rows, stride places from one to the next.
func (c *predictorColumn) fill(rows []uint32, z []float64, stride int) {
	if c.column == nil {
		fill(rows, c.wide, c.values, z, stride)
	} else {
		fill(rows, c.bytes, c.values, z, stride)
	}
}

func fill[T uint8 | uint32](rows []uint32, codes []T, values []float64, z []float64, stride int) {
	at := 0
	for _, i := range rows {
		z[at] = values[codes[i]]
		at += stride
	}
}

// countBy adds to the counts of some rows by code and answer, of which there are so many.
func countBy[T uint8 | uint32](c *predictorColumn, rows []uint32, answer []T, answers int, counts []uint32, one uint32) {
	if c.column == nil {
		countRows(rows, c.wide, answer, answers, counts, one)
	} else {
		countRows(rows, c.bytes, answer, answers, counts, one)
	}
}

func countRows[T, A uint8 | uint32](rows []uint32, codes []T, answer []A, answers int, counts []uint32, one uint32) {
	for _, i := range rows {
		counts[int(codes[i])*answers+int(answer[i])] += one
	}
}

// take reads the codes of a block and begins with all of its rows that count.
func (w *predictorWorker) take(b *block) {
	words := (b.n + 63) / 64
	w.complete = w.complete[:words]
	if b.whole() {
		copy(w.complete, w.selection.valid[b.first/64:])
	} else {
		for i := range w.complete {
			w.complete[i] = ^uint64(0)
		}
	}
	if b.n%64 != 0 {
		w.complete[words-1] &= 1<<(b.n%64) - 1
	}
	for j := range w.columns {
		w.columns[j].take(b)
	}
}

// find finds the complete rows of a block among those that count.
func (w *predictorWorker) find(columns []predictorColumn) {
	plane := w.plane[:len(w.complete)]
	for j := range columns {
		columns[j].planes(columns[j].valued, plane)
		both(w.complete, plane)
	}
}

// both leaves of a plane what another has, too.
func both(plane, other []uint64) {
	for i, word := range other {
		plane[i] &= word
	}
}

// value lists the rows found and finds their values.
func (w *predictorWorker) value() {
	m := lanes.MarksOf(0, w.complete)
	w.rows = m.Append(w.rows[:0])
	stride := w.products().Stride()
	for at := 0; at < len(w.rows)*stride; at += stride {
		w.z[at] = 1
	}
	for j := range w.columns {
		w.columns[j].fill(w.rows, w.z[1+j:], stride)
	}
}

// add takes the complete rows of a block in, or with −1 out again; place is that of each row, with the cell of the margins.
func (w *predictorWorker) add(into *crossSums, b *block, place []uint32, sign int64) {
	w.take(b)
	w.find(w.columns)
	w.value()
	at, group := w.place[:len(w.rows)], w.group[:len(w.rows)]
	for k, i := range w.rows {
		at[k], group[k] = place[i], uint32(w.selection.table.Replicate(b.row(int(i))))
	}
	answers, answer := w.answers(), w.columns[0].bytes
	cells := uint32(w.weighing.cells)
	if cells > 1 {
		for k, i := range w.rows {
			cell := at[k] % cells
			group[k] = group[k]*cells + cell
			w.answer[i] = uint32(answer[i])*cells + cell
		}
		answers *= int(cells)
	}
	w.products().Add(into.places, into.groups, at, group, w.z, float64(sign)*productUnit)
	for j := range w.columns[1:] {
		c, counts := &w.columns[1+j], into.ofCode(j, w.codes(j)*answers)
		if cells > 1 {
			countBy(c, w.rows, w.answer, answers, counts, uint32(sign))
		} else {
			countBy(c, w.rows, answer, answers, counts, uint32(sign))
		}
	}
}
