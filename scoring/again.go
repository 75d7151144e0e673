package scoring

import (
	"math"
	"math/bits"

	"paxscore/scoring/lanes"
	"paxscore/scoring/stats"
)

// again is what a second look at the responses gives once coefficients and cut points are known. Dummies are, of each predictor in turn, 1 where it
// is low and 1 where it is high.
type again struct {
	n       []int64       // per dummy and each up to itself: responses with both
	planes  []uint64      // of each predictor its dummies and whether it has a value: a bit for each response of a block
	singles [][]stats.Sum // by stratum, of responses that are units of their own: Σt and Σtt′ packed by rows
	reached []int         // responses of those, by stratum
}

// againRows is the number of rows of a part of the second look: sums of parts are taken together in one order, whatever the cores.
const againRows = 1 << 16

func (t *PredictorSums) newAgain() *again {
	p := t.count()
	a := &again{n: make([]int64, p*(2*p+1)), planes: make([]uint64, 3*p*blockRows/64), reached: make([]int, t.places.strata)}
	for range t.places.strata {
		a.singles = append(a.singles, make([]stats.Sum, (p+1)+(p+1)*(p+2)/2))
	}
	return a
}

// again looks at the complete responses once more. singles says whether some are units of their own.
func (t *PredictorSums) again(d *Drivers, totals func(z, t []float64), singles bool) *again {
	var classes []*lanes.Classes
	for j := range t.count() {
		classes = append(classes, lanes.NewClasses(3, t.extremes(d, j)))
	}
	parts := make([]*again, (t.rows+againRows-1)/againRows)
	deal(len(parts), func() (func(i int), func()) {
		w := t.Tabulation.worker(nil, min(blockRows, t.rows))
		do := func(i int) {
			parts[i] = t.newAgain()
			w.blocks(i*againRows, min((i+1)*againRows, t.rows), func(b *block) {
				parts[i].add(w, b, classes)
				if singles {
					w.locate(b)
					parts[i].addSingles(w, totals)
				}
			})
		}
		return do, func() {}
	})
	out := t.newAgain()
	for _, part := range parts {
		out.merge(part)
	}
	return out
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

// add takes in the complete responses of a block.
func (a *again) add(w *worker, b *block, classes []*lanes.Classes) {
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
	n := a.n
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

// addSingles takes in the complete responses that are units of their own.
func (a *again) addSingles(w *worker, totals func(z, t []float64)) {
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
	plus(a.n, o.n)
	for h := range a.singles {
		a.reached[h] += o.reached[h]
		for k := range a.singles[h] {
			a.singles[h][k].Merge(o.singles[h][k])
		}
	}
}

// lowHigh are the cross sums of the response and the dummies of stats.LowHigh.
func (a *again) lowHigh(t *PredictorSums, d *Drivers) stats.CrossSums {
	p, whole := t.count(), t.whole()
	k := 1 + 2*p
	out := stats.CrossSums{Shift: make([]float64, k), N: int(whole[0]), WZ: make([]stats.Sum, k), WZZ: make([]stats.Sum, k*(k+1)/2)}
	out.Shift[0] = scoreShift
	out.W.Add(whole[0])
	out.WZ[0].Add(whole[t.products().At(1, 0)])
	out.WZZ[0].Add(whole[t.products().At(1, 1)])
	at := func(i, j int) *stats.Sum { return &out.WZZ[i*(i+1)/2+j] }
	n := a.n
	y := t.answered(d)
	for d := range y {
		out.WZ[1+d].Add(float64(n[d]))
		at(1+d, 0).Add(float64(y[d]) / productUnit)
		for e := range d + 1 {
			at(1+d, 1+e).Add(float64(n[e]))
		}
		n = n[d+1:]
	}
	return out
}

// answered are for each dummy Σ of the response, in productUnit, over the responses where it is 1.
func (t *PredictorSums) answered(d *Drivers) []int64 {
	answers, out := t.answers(), make([]int64, 2*t.count())
	for j, counts := range t.tables.cross.codes {
		for code, extreme := range t.extremes(d, j) {
			if (code+1)*answers > len(counts) {
				break
			}
			var sum int64
			for answer, n := range counts[code*answers:][:answers] {
				sum += int64(n) * lanes.Rounded((t.scores.model.Items[t.response].Scores[answer]-scoreShift)*productUnit)
			}
			if extreme&lowest != 0 {
				out[2*j] += sum
			}
			if extreme&highest != 0 {
				out[2*j+1] += sum
			}
		}
	}
	return out
}
