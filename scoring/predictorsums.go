package scoring

import (
	"cmp"
	"math"
	"runtime"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Base counts the complete responses.
func (t *PredictorSums) Base() Base {
	n := float64(t.whole()[0])
	return Base{N: int(n), W: n, W2: n}
}

// whole are the sums over all complete responses.
func (t *PredictorSums) whole() []int64 {
	width := t.width()
	out := make([]int64, width)
	for g := range columns.Replicates {
		plus(out, t.tables.cross.groups[g*width:(g+1)*width])
	}
	return out
}

// crossSums are sums in whole numbers as numbers.
func (t *PredictorSums) crossSums(x []int64) stats.CrossSums {
	k := 1 + t.count()
	out := stats.CrossSums{Shift: make([]float64, k)}
	for i := range out.Shift {
		out.Shift[i] = scoreShift
	}
	if x[0] == 0 {
		return out
	}
	number := func(x int64) (s stats.Sum) {
		s.Add(float64(x) / productUnit)
		return s
	}
	out.N = int(x[0])
	out.W.Add(float64(x[0]))
	for _, v := range x[1 : 1+k] {
		out.WZ = append(out.WZ, number(v))
	}
	for _, v := range x[1+k:] {
		out.WZZ = append(out.WZZ, number(v))
	}
	return out
}

// Drivers analyses what the predictors have to do with the response; see Sample.Drivers. s is the sample that the selection's responses
// belong to, from Tabulation.Sample.
func (t *PredictorSums) Drivers(s *Sample) (*Drivers, error) {
	width := t.width()
	groups := make([]stats.CrossSums, columns.Replicates)
	for g := range groups {
		groups[g] = t.crossSums(t.tables.cross.groups[g*width : (g+1)*width])
	}
	out, err := newDrivers(groups, t.count())
	if err != nil {
		return nil, err
	}
	out.NEffective = float64(out.N)
	for j := range t.count() {
		values, n := t.distribution(j)
		out.LowCut, out.HighCut = append(out.LowCut, countedQuantile(values, n, .25)), append(out.HighCut, countedQuantile(values, n, .75))
	}
	t.lookAgain(s.tabulated, out)
	return out, nil
}

// distribution are the different scores of a predictor among the complete responses, ascending, and how many have each.
func (t *PredictorSums) distribution(predictor int) (values []float64, n []int) {
	counts := map[float64]int{}
	for code, c := range t.tables.cross.codes[predictor] {
		if c > 0 {
			counts[atCut(t.score(predictor, code))] += int(c)
		}
	}
	for v := range counts {
		values = append(values, v)
	}
	slices.Sort(values)
	for _, v := range values {
		n = append(n, counts[v])
	}
	return values, n
}

// countedQuantile is stats.Quantile of ascending values of which there are n each.
func countedQuantile(values []float64, n []int, p float64) float64 {
	total := 0
	for _, c := range n {
		total += c
	}
	at := func(k int) float64 {
		for i, c := range n {
			if k < c {
				return values[i]
			}
			k -= c
		}
		return math.NaN()
	}
	h := float64(total-1) * p
	k := int(math.Floor(h))
	if total == 0 {
		return math.NaN()
	}
	if k+1 >= total || h == float64(k) {
		return at(k)
	}
	return at(k) + (h-float64(k))*(at(k+1)-at(k))
}

// CappedShift is how far the mean of a predictor moves when each value moves by shift but stays within 0 … 100; see Sample.CappedShift.
func (t *PredictorSums) CappedShift(predictor int, shift float64) float64 {
	var x, w []float64
	for code, n := range t.tables.cross.codes[predictor] {
		if n > 0 {
			x, w = append(x, t.score(predictor, code)), append(w, float64(n))
		}
	}
	order := make([]int, len(x)) // by value: codes are numbered as they come
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	values, weights := make([]float64, len(x)), make([]float64, len(x))
	for i, k := range order {
		values[i], weights[i] = x[k], w[k]
	}
	return stats.LimitedShift(values, weights, shift, 0, 100)
}

// again is what a second look at the responses gives once coefficients and cut points are known.
type again struct {
	crossed []classSums    // by the classes of all predictors, two bits each; nil where they are too many
	classes [][4]classSums // by predictor: by class, 1 for low and 2 for high
	pairs   [][16]int64    // by pair of predictors: responses by both classes
	singles [][]stats.Sum  // by stratum, of responses that are units of their own: Σt and Σtt′ packed by rows
	reached []int          // responses of those, by stratum
}

type classSums struct{ n, y int64 }

// maxCrossed is the number of predictors up to which their classes are crossed.
const maxCrossed = 8

// againRows is the number of rows of a part of the second look: sums of parts are taken together in one order, whatever the cores.
const againRows = 1 << 16

// lookAgain finds the covariance of the coefficients under the design and the asymmetries.
func (t *PredictorSums) lookAgain(f *unitFrame, d *Drivers) {
	g, p, width := d.Regression, t.count(), t.width()
	k := p + 1
	inverse, variance := g.Covariance, g.Sigma*g.Sigma // σ²(X′WX)⁻¹
	constant := g.Coefficients[0] - scoreShift
	for _, b := range g.Coefficients[1:] {
		constant += scoreShift * b
	}
	// spread turns Σe and Σx′e, of x′ = x − 50, into the unit's part of the coefficients.
	spread := func(e []float64, into []float64) {
		for l := range into {
			into[l] = 0
			for m := range e {
				x := e[m]
				if m > 0 {
					x += scoreShift * e[0]
				}
				into[l] += inverse[l][m] * x
			}
			into[l] /= variance
		}
	}
	packed := func(i, j int) int { return 1 + k + i*(i+1)/2 + j }
	totals := make([][]float64, k)
	for l := range totals {
		totals[l] = make([]float64, len(f.units))
	}
	reached := make([]bool, f.frame.strata)
	e, into := make([]float64, k), make([]float64, k)
	for u, of := range f.units {
		x := t.tables.cross.places[t.places.of(of)*width:][:width]
		if x[0] == 0 {
			continue
		}
		d.DF++
		reached[f.unitStratum(u)] = true
		number := func(i int) float64 { return float64(x[i]) / productUnit }
		e[0] = number(1) - constant*float64(x[0])
		for l := 1; l < k; l++ {
			b := g.Coefficients[l]
			e[0] -= b * number(1+l)
			e[l] = number(packed(l, 0)) - constant*number(1+l)
			for m := 1; m < k; m++ {
				e[l] -= g.Coefficients[m] * number(packed(max(l, m), min(l, m)))
			}
		}
		spread(e, into)
		for l := range totals {
			totals[l][u] = into[l]
		}
	}
	a := t.again(d, func(z, total []float64) {
		residual := z[0] - constant
		for m, x := range z[1:] {
			residual -= g.Coefficients[m+1] * x
		}
		e := make([]float64, k)
		e[0] = residual
		for m, x := range z[1:] {
			e[m+1] = x * residual
		}
		spread(e, total)
	}, f.n > len(f.units))
	for at, h := range f.strata {
		d.DF += float64(a.reached[h])
		reached[at] = reached[at] || a.reached[h] > 0
	}
	for _, r := range reached {
		if r {
			d.DF--
		}
	}
	if f.n == len(f.units) {
		d.Covariance = f.design.CovarianceMatrix(totals)
	} else {
		d.Covariance = f.covariance(totals, a.singles)
	}
	if r, err := a.lowHigh(t).Regress(); err == nil {
		d.Asymmetries = stats.Asymmetries(r)
	}
}

// covariance is that of totals of units and of responses that are units of their own: Σ_h n_h/(n_h−1)·(Σtt′ − ΣtΣt′/n_h).
func (f *unitFrame) covariance(totals [][]float64, singles [][]stats.Sum) [][]float64 {
	k := len(totals)
	v := make([][]stats.Sum, k)
	for i := range v {
		v[i] = make([]stats.Sum, k)
	}
	for at, h := range f.strata {
		sums := slices.Clone(singles[h])
		for u := range f.units {
			if f.unitStratum(u) != at {
				continue
			}
			q := k
			for i := range k {
				sums[i].Add(totals[i][u])
				for j := range i + 1 {
					sums[q].Add(totals[i][u] * totals[j][u])
					q++
				}
			}
		}
		n, q := float64(f.sizes[at]), k
		for i := range k {
			for j := range i + 1 {
				x := sums[q].Value()
				if q++; n > 1 {
					x = n / (n - 1) * (x - sums[i].Value()*sums[j].Value()/n)
				}
				v[i][j].Add(x)
			}
		}
	}
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
	}
	for i := range k {
		for j := range i + 1 {
			out[i][j] = v[i][j].Value()
			out[j][i] = out[i][j]
		}
	}
	return out
}

func (t *PredictorSums) newAgain() *again {
	p := t.count()
	a := &again{classes: make([][4]classSums, p), pairs: make([][16]int64, p*(p-1)/2), reached: make([]int, t.places.strata)}
	if p <= maxCrossed {
		a.crossed = make([]classSums, 1<<(2*p))
	}
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
	out.uncross()
	return out
}

func (a *again) add(w *worker, b *block, class [][]uint8, totals func(z, t []float64), singles bool) {
	of := make([]uint8, len(class))
	var total []float64
	if singles {
		total = make([]float64, len(w.predictor.z))
	}
	w.predictor.complete(b, w.class[:b.n], func(i int) {
		y := inProducts(w.predictor.z[0])
		if a.crossed != nil {
			key := 0
			for j, code := range w.predictor.code {
				key |= int(class[j][code[i]]) << (2 * j)
			}
			a.crossed[key].n++
			a.crossed[key].y += y
		} else {
			pair := 0
			for j, code := range w.predictor.code {
				c := class[j][code[i]]
				a.classes[j][c].n++
				a.classes[j][c].y += y
				for _, other := range of[:j] {
					a.pairs[pair][4*c+other]++
					pair++
				}
				of[j] = c
			}
		}
		if singles && w.class[i] > 0 {
			h := w.class[i] - 1
			a.reached[h]++
			totals(w.predictor.z, total)
			at := len(total)
			for k, x := range total {
				a.singles[h][k].Add(x)
				for _, y := range total[:k+1] {
					a.singles[h][at].Add(x * y)
					at++
				}
			}
		}
	})
}

// uncross sums the crossed classes up.
func (a *again) uncross() {
	for key, s := range a.crossed {
		pair := 0
		for j := range a.classes {
			c := key >> (2 * j) & 3
			a.classes[j][c].n += s.n
			a.classes[j][c].y += s.y
			for other := range j {
				a.pairs[pair][4*c+(key>>(2*other))&3] += s.n
				pair++
			}
		}
	}
}

func (a *again) merge(o *again) {
	for key, s := range o.crossed {
		a.crossed[key].n += s.n
		a.crossed[key].y += s.y
	}
	for j := range a.classes {
		for c := range a.classes[j] {
			a.classes[j][c].n += o.classes[j][c].n
			a.classes[j][c].y += o.classes[j][c].y
		}
	}
	for p := range a.pairs {
		for c, n := range o.pairs[p] {
			a.pairs[p][c] += n
		}
	}
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
	out.W.Add(float64(whole[0]))
	out.WZ[0].Add(float64(whole[1]) / productUnit)
	out.WZZ[0].Add(float64(whole[1+(1+p)]) / productUnit)
	at := func(i, j int) *stats.Sum { return &out.WZZ[i*(i+1)/2+j] }
	for j := range p {
		for side := range 2 {
			i := 1 + 2*j + side
			var n, y int64
			for c, s := range a.classes[j] {
				if c>>side&1 == 1 {
					n += s.n
					y += s.y
				}
			}
			out.WZ[i].Add(float64(n))
			at(i, i).Add(float64(n))
			at(i, 0).Add(float64(y) / productUnit)
		}
		at(2+2*j, 1+2*j).Add(float64(a.classes[j][3].n))
		for other := range j {
			for c, n := range a.pairs[j*(j-1)/2+other] {
				for side := range 2 {
					for otherSide := range 2 {
						if c>>2>>side&1 == 1 && c&3>>otherSide&1 == 1 {
							at(1+2*j+side, 1+2*other+otherSide).Add(float64(n))
						}
					}
				}
			}
		}
	}
	return out
}
