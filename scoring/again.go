package scoring

import (
	"math/bits"
	"runtime"

	"paxscore/scoring/lanes"
	"paxscore/scoring/stats"
)

// again is what a second look at the responses gives once coefficients and cut points are known. Dummies are, of each predictor in turn, 1 where it
// is low and 1 where it is high.
type again struct {
	n       []int64       // per dummy and each up to itself: responses with both
	y       []int64       // per dummy: Σ of the response
	planes  []uint64      // per dummy: a bit for each of up to 64 responses
	singles [][]stats.Sum // by stratum, of responses that are units of their own: Σt and Σtt′ packed by rows
	reached []int         // responses of those, by stratum
}

// againRows is the number of rows of a part of the second look: sums of parts are taken together in one order, whatever the cores.
const againRows = 1 << 16

func (t *PredictorSums) newAgain() *again {
	p := t.count()
	a := &again{n: make([]int64, p*(2*p+1)), y: make([]int64, 2*p), planes: make([]uint64, 2*p), reached: make([]int, t.places.strata)}
	for range t.places.strata {
		a.singles = append(a.singles, make([]stats.Sum, (p+1)+(p+1)*(p+2)/2))
	}
	return a
}

// again looks at the complete responses once more. singles says whether some are units of their own.
func (t *PredictorSums) again(d *Drivers, totals func(z, t []float64), singles bool) *again {
	class := make([][]uint8, t.count())
	for j := range class {
		class[j] = make([]uint8, max(256, t.codes(j)))
		for code := range class[j][:t.codes(j)] {
			x := atCut(t.score(j, code))
			if x <= d.LowCut[j] {
				class[j][code] |= 1
			}
			if x >= d.HighCut[j] {
				class[j][code] |= 2
			}
		}
	}
	parts := make([]*again, (t.rows+againRows-1)/againRows)
	workers := max(1, min(runtime.GOMAXPROCS(0), len(parts)))
	parallel(workers, func(i int) {
		w := t.Tabulation.worker(nil, min(blockRows, t.rows))
		for part := i; part < len(parts); part += workers {
			parts[part] = t.newAgain()
			for from := part * againRows; from < min((part+1)*againRows, t.rows); from += blockRows {
				b := w.block(from, min(from+blockRows, t.rows))
				w.locate(&b)
				parts[part].add(w, &b, class, totals, singles)
			}
		}
	})
	out := t.newAgain()
	for _, part := range parts {
		out.merge(part)
	}
	return out
}

func (a *again) add(w *worker, b *block, class [][]uint8, totals func(z, t []float64), singles bool) {
	p := w.predictor
	p.complete(b, w.class[:b.n])
	stride := p.products().Stride()
	var y [64]int64
	for from := 0; from < len(p.rows); from += len(y) {
		rows := p.rows[from:min(from+len(y), len(p.rows))]
		for k := range rows {
			y[k] = lanes.Rounded(p.z[(from+k)*stride+1] * productUnit)
		}
		for j, code := range p.code {
			var low, high uint64
			var yLow, yHigh int64
			class := class[j]
			for k, code := range code[from:][:len(rows)] {
				c := uint64(class[code])
				low = low>>1 | c<<63
				high = high>>1 | c>>1<<63
				yLow += y[k] & -int64(c&1)
				yHigh += y[k] & -int64(c>>1)
			}
			a.y[2*j] += yLow
			a.y[2*j+1] += yHigh
			a.planes[2*j], a.planes[2*j+1] = low>>(64-len(rows)), high>>(64-len(rows))
		}
		n := a.n
		for d, plane := range a.planes {
			for e, other := range a.planes[:d+1] {
				n[e] += int64(bits.OnesCount64(plane & other))
			}
			n = n[d+1:]
		}
	}
	if singles {
		a.addSingles(w, totals)
	}
}

// addSingles takes in the complete responses that are units of their own.
func (a *again) addSingles(w *worker, totals func(z, t []float64)) {
	p := w.predictor
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
	plus(a.y, o.y)
	for h := range a.singles {
		a.reached[h] += o.reached[h]
		for k := range a.singles[h] {
			a.singles[h][k].Merge(o.singles[h][k])
		}
	}
}

// lowHigh are the cross sums of the response and the dummies of stats.LowHigh.
func (a *again) lowHigh(t *PredictorSums) stats.CrossSums {
	p, whole := t.count(), t.whole()
	k := 1 + 2*p
	out := stats.CrossSums{Shift: make([]float64, k), N: int(whole[0]), WZ: make([]stats.Sum, k), WZZ: make([]stats.Sum, k*(k+1)/2)}
	out.Shift[0] = scoreShift
	out.W.Add(whole[0])
	out.WZ[0].Add(whole[t.products().At(1, 0)])
	out.WZZ[0].Add(whole[t.products().At(1, 1)])
	at := func(i, j int) *stats.Sum { return &out.WZZ[i*(i+1)/2+j] }
	n := a.n
	for d, y := range a.y {
		out.WZ[1+d].Add(float64(n[d]))
		at(1+d, 0).Add(float64(y) / productUnit)
		for e := range d + 1 {
			at(1+d, 1+e).Add(float64(n[e]))
		}
		n = n[d+1:]
	}
	return out
}
