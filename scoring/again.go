package scoring

import (
	"math"
	"math/bits"
	"sync"

	"paxscore/scoring/lanes"
	"paxscore/scoring/stats"
)

// again is what a second look at the responses gives once coefficients and cut points are known.
type again struct {
	pairs   *pairs
	singles [][]stats.Sum // by stratum, of responses that are units of their own: Σt and Σtt′ packed by rows
	reached []int         // responses of those, by stratum
}

// pairs count responses by two dummies at a time. Dummies are, of each predictor in turn, 1 where it is low and 1 where it is high.
type pairs struct {
	n      [][]int64 // by cell of the margins, per dummy and each up to itself: responses with both
	planes []uint64  // of each predictor its dummies and whether it has a value: a bit for each response of a block
}

// againRows is the number of rows of a part of the second look: sums of parts are taken together in one order, whatever the cores.
const againRows = 1 << 16

func (t *Predictors) newAgain() *again {
	p := t.count()
	a := &again{reached: make([]int, t.places.strata)}
	for range t.places.strata {
		a.singles = append(a.singles, make([]stats.Sum, (p+1)+(p+1)*(p+2)/2))
	}
	return a
}

func (t *Predictors) newPairs() *pairs {
	p := t.count()
	out := &pairs{planes: make([]uint64, 3*p*blockRows/64)}
	for range t.weight {
		out.n = append(out.n, make([]int64, p*(2*p+1)))
	}
	return out
}

// again looks at the complete responses once more, of which totals gives the part in the coefficients; it counts with their weight. singles says whether some
// are units of their own.
func (t *Predictors) again(d *Drivers, totals func(z, t []float64), singles bool) *again {
	var classes []*lanes.Classes
	for j := range t.count() {
		classes = append(classes, lanes.NewClasses(3, t.extremes(d, j)))
	}
	parts := make([]*again, (t.rows+againRows-1)/againRows)
	out := t.newAgain()
	out.pairs = t.newPairs()
	var turn sync.Mutex
	deal(len(parts), func() (func(i int), func()) {
		w := t.Tabulation.worker(nil, min(blockRows, t.rows))
		own, sorted := t.newPairs(), &sorted{worker: w, rows: make([][]uint32, len(t.weight))}
		do := func(i int) {
			parts[i] = t.newAgain()
			add := func(b *block, cell int) {
				own.add(w, b, classes, cell)
				if singles {
					w.locate(b)
					parts[i].addSingles(w, totals, t.weight[cell])
				}
			}
			from, to := i*againRows, min((i+1)*againRows, t.rows)
			if len(t.weight) == 1 {
				w.blocks(from, to, func(b *block) { add(b, 0) })
			} else {
				sorted.blocks(from, to, add)
			}
		}
		return do, func() {
			turn.Lock()
			defer turn.Unlock()
			for cell, n := range own.n {
				plus(out.pairs.n[cell], n)
			}
		}
	})
	for _, part := range parts {
		out.merge(part)
	}
	return out
}

// sorted sorts rows by the cell of the margins.
type sorted struct {
	*worker
	rows [][]uint32 // by cell
}

// blocks calls add for all that counts of the rows from … to−1, in blocks of one cell.
func (s *sorted) blocks(from, to int, add func(b *block, cell int)) {
	cells, nowhere := uint32(s.weighing.cells), uint32(s.places.len())
	for i := range s.rows {
		s.rows[i] = s.rows[i][:0]
	}
	s.worker.blocks(from, to, func(b *block) {
		s.locate(b)
		s.locateWeighed(b)
		for i := range b.n {
			if s.place[i] < nowhere {
				cell := s.weighed[i] % cells
				s.rows[cell] = append(s.rows[cell], b.row(i))
			}
		}
	})
	for cell, rows := range s.rows {
		for len(rows) > 0 {
			n := min(len(rows), len(s.place))
			add(&block{rows: rows[:n], n: n}, cell)
			rows = rows[n:]
		}
	}
}

// Classes of a predictor's codes.
const (
	lowest = 1 << iota
	highest
	valued
)

// extremes are the classes of a predictor's codes, by code.
func (t *PredictorSums) extremes(d *Drivers, predictor int) []uint8 {
	out := make([]uint8, t.codes(predictor))
	for code := range out {
		x := atCut(t.score(predictor, code))
		if x <= d.LowCut[predictor] {
			out[code] |= lowest
		}
		if x >= d.HighCut[predictor] {
			out[code] |= highest
		}
		if !math.IsNaN(x) {
			out[code] |= valued
		}
	}
	return out
}

// add takes in the complete responses of a block, of one cell.
func (a *pairs) add(w *worker, b *block, classes []*lanes.Classes, cell int) {
	p := w.predictor
	p.take(b)
	p.find(p.columns[:1])
	words := len(p.complete)
	for j, of := range classes {
		planes := a.planes[3*j*words:][:3*words]
		p.columns[1+j].planes(of, planes)
		both(p.complete, planes[2*words:])
	}
	plane := func(dummy int) []uint64 { return a.planes[(dummy/2*3+dummy%2)*words:][:words] }
	n := a.n[cell]
	for d := range 2 * len(classes) {
		one := plane(d)
		both(one, p.complete)
		for e := range d + 1 {
			together, other := 0, plane(e)
			for i, word := range one {
				together += bits.OnesCount64(word & other[i])
			}
			n[e] += int64(together)
		}
		n = n[d+1:]
	}
}

// addSingles takes in the complete responses of a block, of one weight, that are units of their own.
func (a *again) addSingles(w *worker, totals func(z, t []float64), weight float64) {
	p := w.predictor
	p.value()
	stride, total := p.products().Stride(), make([]float64, p.products()-1)
	for k, i := range p.rows {
		if w.class[i] == 0 {
			continue
		}
		h := w.class[i] - 1
		a.reached[h]++
		totals(p.z[k*stride+1:][:len(total)], total) // without the 1
		for k := range total {
			total[k] *= weight
		}
		at := len(total)
		for k, x := range total {
			a.singles[h][k].Add(x)
			for _, y := range total[:k+1] {
				a.singles[h][at].Add(x * y)
				at++
			}
		}
	}
}

func (a *again) merge(o *again) {
	for h := range a.singles {
		a.reached[h] += o.reached[h]
		for k := range a.singles[h] {
			a.singles[h][k].Merge(o.singles[h][k])
		}
	}
}

// lowHigh are the cross sums of the response and the dummies of stats.LowHigh.
func (a *again) lowHigh(t *Predictors, d *Drivers) stats.CrossSums {
	base, whole := t.whole()
	k := 1 + 2*t.count()
	out := stats.CrossSums{Shift: make([]float64, k), N: base.N, WZ: make([]stats.Sum, k), WZZ: make([]stats.Sum, k*(k+1)/2)}
	out.Shift[0] = scoreShift
	out.W.Add(whole[0])
	out.WZ[0].Add(whole[t.products().At(1, 0)])
	out.WZZ[0].Add(whole[t.products().At(1, 1)])
	at := func(i, j int) *stats.Sum { return &out.WZZ[i*(i+1)/2+j] }
	n := a.pairs.weighted(t)
	y := t.answered(d)
	for d := range y {
		out.WZ[1+d].Add(n[d])
		at(1+d, 0).Add(y[d])
		for e := range d + 1 {
			at(1+d, 1+e).Add(n[e])
		}
		n = n[d+1:]
	}
	return out
}

// weighted are the weights of the responses counted.
func (a *pairs) weighted(t *Predictors) []float64 {
	out := make([]float64, len(a.n[0]))
	for _, cell := range t.cells {
		for i, n := range a.n[cell] {
			out[i] += t.weight[cell] * float64(n)
		}
	}
	return out
}

// answered are for each dummy Σw of the response less 50 over the responses where it is 1.
func (t *Predictors) answered(d *Drivers) []float64 {
	cells, scores := len(t.weight), t.scores.model.Items[t.response].Scores
	width, out := len(scores)*cells, make([]float64, 2*t.count())
	sums := make([]int64, 2*cells) // by dummy of a predictor and cell, in productUnit
	for j, counts := range t.tables.cross.codes {
		clear(sums)
		for code, extreme := range t.extremes(d, j) {
			if (code+1)*width > len(counts) {
				break
			}
			for i, n := range counts[code*width:][:width] {
				x := int64(n) * lanes.Rounded((scores[i/cells]-scoreShift)*productUnit)
				if extreme&lowest != 0 {
					sums[i%cells] += x
				}
				if extreme&highest != 0 {
					sums[cells+i%cells] += x
				}
			}
		}
		for _, cell := range t.cells {
			out[2*j] += t.weight[cell] * (float64(sums[cell]) / productUnit)
			out[2*j+1] += t.weight[cell] * (float64(sums[cells+cell]) / productUnit)
		}
	}
	return out
}
