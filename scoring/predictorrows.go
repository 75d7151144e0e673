package scoring

import (
	"math"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// predictorWorker looks at the complete rows of blocks. It gathers them until they are about as many as a block has.
type predictorWorker struct {
	*PredictorSums
	columns  []predictorColumn // of the response, then of the predictors
	complete []uint64          // a bit for each row of the block
	plane    []uint64
	rows     []uint32 // complete ones of the block
	most     int      // rows of a block

	n       int             // rows gathered
	place   []uint32        // of each of them
	group   []uint32        // likewise
	cell    []uint32        // likewise, of the margins
	z       []float64       // of each 1, response and predictors as products are summed, and what fills a row
	filling *lanes.Products // nil where rows are few, or values no whole numbers
}

// predictorColumn is the response or a predictor.
type predictorColumn struct {
	blockColumn
	values  []float64      // by code, as products are summed; NaN for none
	numbers lanes.Numbers  // likewise, where they are whole
	valued  *lanes.Classes // 1 where there is one
	narrow  []uint8        // codes of the rows gathered, where they take one byte each,
	broad   []uint32       // or others
}

// planeRows is the number of rows whose bits are counted together. There is as much room behind what is gathered.
const planeRows = 512

// worker works on blocks of up to so many rows.
func (t *PredictorSums) worker(rows int) *predictorWorker {
	words, room := (rows+63)/64, 2*rows+planeRows
	w := &predictorWorker{PredictorSums: t, complete: make([]uint64, words), plane: make([]uint64, words), rows: make([]uint32, 0, rows+lanes.PackRoom),
		most: rows, place: make([]uint32, room), group: make([]uint32, room)}
	if t.weighing.cells > 1 {
		w.cell = make([]uint32, room)
	}
	step := func(value int) float64 {
		if t.steps == nil {
			return 0
		}
		return t.steps[value]
	}
	item := func(value, item int) {
		w.columns = append(w.columns, newPredictorColumn(t.selection.table.Item(item), nil, 256, rows, room, step(value), func(code int) float64 { return t.scores.model.ItemScore(item, byte(code)) }))
	}
	item(1, t.response)
	for j := range t.count() {
		if t.items != nil {
			item(2+j, t.items[j])
			continue
		}
		codes := &t.scores.dimensions[j].codes
		w.columns = append(w.columns, newPredictorColumn(codes.Bytewise(), codes, t.codes(j), rows, room, step(2+j), func(code int) float64 { return t.score(j, code) }))
	}
	return w
}

// newPredictorColumn has room for so many gathered rows; step is 0 where values are no whole numbers of steps.
func newPredictorColumn(column []uint8, codes *columns.Codes, n, rows, room int, step float64, score func(code int) float64) predictorColumn {
	c := predictorColumn{blockColumn: newBlockColumn(column, codes, rows), values: make([]float64, max(n, 256))}
	if n <= 256 {
		c.narrow = make([]uint8, room)
	} else {
		c.broad = make([]uint32, room)
	}
	valued := make([]uint8, n)
	for code := range valued {
		x := score(code) - scoreShift
		if step > 0 {
			x = math.Round(x / step)
		}
		if c.values[code] = x; math.IsNaN(x) {
			continue
		}
		if valued[code] = 1; step > 0 && n <= 256 {
			c.numbers[code] = int8(x)
		}
	}
	c.valued = lanes.NewClasses(1, valued)
	return c
}

// planes writes the classes of the block's rows; see lanes.Planes.
func (c *predictorColumn) planes(classes *lanes.Classes, planes []uint64) {
	if c.column == nil {
		lanes.Planes(classes, planes, c.wide)
	} else {
		lanes.Planes(classes, planes, c.bytes)
	}
}

// gatheredPlanes writes those of the first n rows gathered, and whatever for more.
func (c *predictorColumn) gatheredPlanes(classes *lanes.Classes, planes []uint64, n int) {
	if c.narrow == nil {
		lanes.Planes(classes, planes, c.broad[:n])
	} else {
		lanes.Planes(classes, planes, c.narrow[:n])
	}
}

// gather takes the complete rows behind those that were gathered before.
func (c *predictorColumn) gather(n int, m *lanes.Marks, rows []uint32) {
	switch {
	case c.column == nil && c.narrow == nil:
		for i, row := range rows {
			c.broad[n+i] = c.wide[row]
		}
	case c.column == nil:
		for i, row := range rows {
			c.narrow[n+i] = uint8(c.wide[row])
		}
	case m.Dense():
		lanes.Pack(c.narrow[n:], c.bytes, m)
	default:
		for i, row := range rows {
			c.narrow[n+i] = c.bytes[row]
		}
	}
}

// fill writes the values of the first n rows gathered, stride places from one to the next.
func (c *predictorColumn) fill(n int, z []float64, stride int) {
	if c.narrow == nil {
		fill(c.broad[:n], c.values, z, stride)
	} else {
		fill(c.narrow[:n], c.values, z, stride)
	}
}

func fill[T uint8 | uint32](codes []T, values []float64, z []float64, stride int) {
	at := 0
	for _, code := range codes {
		z[at] = values[code]
		at += stride
	}
}

// count adds to the counts of the first n rows gathered by code and, where there are several, cell of the margins.
func (c *predictorColumn) count(n int, cell []uint32, cells int, counts []uint32, one uint32) {
	if c.narrow == nil {
		countCodes(c.broad[:n], cell, cells, counts, one)
	} else {
		countCodes(c.narrow[:n], cell, cells, counts, one)
	}
}

func countCodes[T uint8 | uint32](codes []T, cell []uint32, cells int, counts []uint32, one uint32) {
	if cells == 1 {
		for _, code := range codes {
			counts[code] += one
		}
		return
	}
	for i, code := range codes {
		counts[int(code)*cells+int(cell[i])] += one
	}
}

// find finds the complete rows of a block among those that count.
func (w *predictorWorker) find(b *block) {
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
	plane := w.plane[:words]
	for j := range w.columns {
		c := &w.columns[j]
		c.take(b)
		c.planes(c.valued, plane)
		both(w.complete, plane)
	}
}

// both leaves of a plane what another has, too.
func both(plane, other []uint64) {
	for i, word := range other {
		plane[i] &= word
	}
}

// gather takes the complete rows of a block, with the place of each row unless that is nil.
func (w *predictorWorker) gather(b *block, place []uint32) {
	w.find(b)
	m := lanes.MarksOf(0, w.complete)
	w.rows = m.Append(w.rows[:0])
	for j := range w.columns {
		w.columns[j].gather(w.n, &m, w.rows)
	}
	if place != nil {
		for i, row := range w.rows {
			w.place[w.n+i] = place[row]
		}
	}
	w.n += len(w.rows)
}

// full reports whether what is gathered has no room for another block.
func (w *predictorWorker) full() bool { return w.n > w.most }

// value finds the values of the rows gathered.
func (w *predictorWorker) value() {
	stride := w.products().Stride()
	if w.n == 0 {
		return
	}
	if len(w.z) < w.n*stride {
		w.z = make([]float64, w.n*stride)
	}
	for at := 0; at < w.n*stride; at += stride {
		w.z[at] = 1
	}
	for j := range w.columns {
		w.columns[j].fill(w.n, w.z[1+j:], stride)
	}
}

// maxFilling is the number of sums up to which each core has its own of whole numbers.
const maxFilling = 1 << 20

// prepare makes ready to add many rows.
func (w *predictorWorker) prepare() {
	places, groups := (w.places.len()+1)*w.weighing.cells, columns.Replicates*w.weighing.cells
	if w.steps == nil || places*w.width() > maxFilling {
		return
	}
	for _, c := range w.columns {
		if c.narrow == nil {
			return
		}
	}
	w.filling = w.products().Products(len(w.place), places, groups)
}

// add takes the complete rows of a block in, or with −1 out again; place is that of each row, with the cell of the margins. Rows taken in may be added later,
// when finish is called at the latest.
func (w *predictorWorker) add(into *crossSums, b *block, place []uint32, sign int64) {
	before := w.n
	w.gather(b, place)
	group := w.group[before:w.n]
	for k, i := range w.rows {
		group[k] = uint32(w.selection.table.Replicate(b.row(int(i))))
	}
	if w.filling == nil || w.full() {
		w.empty(into, sign)
	}
}

// empty adds what was gathered.
func (w *predictorWorker) empty(into *crossSums, sign int64) {
	n, cells := w.n, w.weighing.cells
	place, group := w.place[:n], w.group[:n]
	if cells > 1 {
		for i, at := range place {
			w.cell[i] = at % uint32(cells)
			group[i] = group[i]*uint32(cells) + w.cell[i]
		}
	}
	if p := w.filling; p != nil {
		for j := range w.columns {
			p.Value(1+j, w.columns[j].narrow[:n], &w.columns[j].numbers)
		}
		p.Add(place, group, into.places, into.groups)
	} else {
		w.value()
		w.products().Add(into.places, into.groups, place, group, w.z, float64(sign)*w.unit())
	}
	for j := range w.columns[1:] {
		w.columns[1+j].count(n, w.cell, cells, into.ofCode(j, w.codes(j)*cells), uint32(sign))
	}
	w.n = 0
}

// finish adds what is left.
func (w *predictorWorker) finish(into *crossSums) {
	if p := w.filling; p != nil {
		w.empty(into, 1)
		p.Take(into.places, into.groups)
		p.Release()
	}
}
