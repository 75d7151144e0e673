package scoring

import (
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

// pairs count responses by two dummies at a time, and by answer and dummy. Dummies are, of each predictor in turn, 1 where it is low and 1 where it is high.
type pairs struct {
	n       [][]int64        // by cell of the margins, per dummy and each up to itself: responses with both
	answers [][]int64        // by cell of the margins, per answer to the response and dummy
	planes  []uint64         // of each answer, and then each dummy: a bit for each response
	classes []*lanes.Classes // of the answers, as many as a class has bits, and then of each predictor
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

func (t *Predictors) newPairs(classes []*lanes.Classes) *pairs {
	dummies, out := 2*t.count(), &pairs{classes: classes}
	for range t.weight {
		out.n, out.answers = append(out.n, make([]int64, dummies*(dummies+1)/2)), append(out.answers, make([]int64, t.answers()*dummies))
	}
	return out
}

// classes are those of pairs.
func (t *Predictors) classes(d *Drivers) (out []*lanes.Classes) {
	const bits = 8
	answers := t.answers()
	for first := 0; first < answers; first += bits {
		of := make([]uint8, answers)
		for i := range min(bits, answers-first) {
			of[first+i] = 1 << i
		}
		out = append(out, lanes.NewClasses(bits, of))
	}
	for j := range t.count() {
		out = append(out, lanes.NewClasses(2, t.extremes(d, j)))
	}
	return out
}

// again looks at the complete responses once more, of which totals gives the part in the coefficients; it counts with their weight. singles says whether some
// are units of their own.
func (t *Predictors) again(d *Drivers, totals func(z, t []float64), singles bool) *again {
	parts := make([]*again, (t.rows+againRows-1)/againRows)
	out, classes := t.newAgain(), t.classes(d)
	out.pairs = t.newPairs(classes)
	var turn sync.Mutex
	deal(len(parts), func() (func(i int), func()) {
		w := t.Tabulation.worker(nil, min(blockRows, t.rows))
		p, own, sorted := w.predictor, t.newPairs(classes), &sorted{worker: w, rows: make([][]uint32, len(t.weight))}
		do := func(i int) {
			parts[i] = t.newAgain()
			gathered := 0 // cell of those
			empty := func() {
				own.add(p, gathered)
				if singles {
					parts[i].addSingles(p, totals, t.weight[gathered])
				}
				p.n = 0
			}
			add := func(b *block, cell int) {
				if cell != gathered {
					empty()
				}
				gathered = cell
				var class []uint32 // of squares
				if singles {
					w.locate(b)
					class = w.class
				}
				if p.gather(b, class); p.full() {
					empty()
				}
			}
			from, to := i*againRows, min((i+1)*againRows, t.rows)
			if len(t.weight) == 1 {
				w.blocks(from, to, func(b *block) { add(b, 0) })
			} else {
				sorted.blocks(from, to, add)
			}
			empty()
		}
		return do, func() {
			turn.Lock()
			defer turn.Unlock()
			for cell := range own.n {
				plus(out.pairs.n[cell], own.n[cell])
				plus(out.pairs.answers[cell], own.answers[cell])
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
	}
	return out
}

// add takes in the responses gathered, of one cell.
func (a *pairs) add(w *predictorWorker, cell int) {
	if w.n == 0 {
		return
	}
	rows := (w.n + planeRows - 1) / planeRows * planeRows
	words, all := rows/64, 0
	for _, of := range a.classes {
		all += of.Bits()
	}
	if len(a.planes) < all*words {
		a.planes = make([]uint64, all*words)
	}
	planes, left := a.planes[:all*words], a.planes
	for k, of := range a.classes {
		c := &w.columns[max(0, k-(len(a.classes)-w.count())+1)] // those of the answers, which come first, are of the response
		c.gatheredPlanes(of, left, rows)
		left = left[of.Bits()*words:]
	}
	for at := w.n / 64; at < words; at++ { // rows beyond
		counts := ^uint64(0) >> (64 - w.n%64)
		if at > w.n/64 {
			counts = 0
		}
		for of := at; of < len(planes); of += words {
			planes[of] &= counts
		}
	}
	n, dummies := a.n[cell], planes[len(planes)-2*w.count()*words:]
	for d := range 2 * w.count() {
		lanes.Common(n[:d+1], dummies[d*words:][:words], dummies[:(d+1)*words])
		n = n[d+1:]
	}
	for answer := range w.answers() {
		lanes.Common(a.answers[cell][answer*2*w.count():][:2*w.count()], planes[answer*words:][:words], dummies)
	}
}

// addSingles takes in the responses gathered, of one weight, that are units of their own; their place is the class of their squares.
func (a *again) addSingles(w *predictorWorker, totals func(z, t []float64), weight float64) {
	w.value()
	stride, total := w.products().Stride(), make([]float64, w.products()-1)
	for k, class := range w.place[:w.n] {
		if class == 0 {
			continue
		}
		h := class - 1
		a.reached[h]++
		z := w.z[k*stride+1:][:len(total)] // without the 1
		for i, step := range w.steps[min(1, len(w.steps)):] {
			z[i] *= step
		}
		totals(z, total)
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
	y := a.pairs.answered(t)
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
func (a *pairs) answered(t *Predictors) []float64 {
	scores, out := t.scores.model.Items[t.response].Scores, make([]float64, 2*t.count())
	for _, cell := range t.cells {
		for d := range out {
			sum := 0.
			for answer, score := range scores {
				sum += float64(a.answers[cell][answer*len(out)+d]) * (score - scoreShift)
			}
			out[d] += t.weight[cell] * sum
		}
	}
	return out
}
