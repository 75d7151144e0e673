package scoring

import (
	"cmp"
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Predictors are the sums of a driver analysis as a part of a sample, which weights them.
type Predictors struct {
	*PredictorSums
	frame  *unitFrame
	even   bool
	cells  []int     // of the margins, in the order in which they are taken
	weight []float64 // by cell
}

// Of are the sums as a part of a sample, from Tabulation.Sample, that the selection's responses belong to.
func (t *PredictorSums) Of(s *Sample) *Predictors {
	out := &Predictors{PredictorSums: t, frame: s.tabulated, even: s.Even(), cells: t.ordered(&t.weighing), weight: slices.Repeat([]float64{1}, t.weighing.cells)}
	if w := s.cellWeights; w != nil {
		for cell, of := range t.weighing.within(&w.by) {
			out.weight[cell] = w.weight[of]
		}
	}
	return out
}

// Base counts the complete responses.
func (t *Predictors) Base() Base {
	base, _ := t.whole()
	return base
}

// whole are the sums of products over all complete responses.
func (t *Predictors) whole() (base Base, x []float64) {
	x = make([]float64, t.width())
	points := t.points()
	for _, cell := range t.cells {
		f := t.weight[cell]
		for i := range x {
			var high, low int64 // all together may not fit into one
			for g := range columns.Replicates {
				x := t.tables.cross.groups[(g*len(t.weight)+cell)*len(x)+i]
				high += x >> 32
				low += x & (1<<32 - 1)
			}
			sum := (float64(high)*(1<<32) + float64(low)) * points[i]
			x[i] += f * sum
			if i == 0 {
				base.N += int(sum)
				base.W += f * sum
				base.W2 += f * f * sum
			}
		}
	}
	return base, x
}

// inProducts are the number of responses and the sums of products of a place or group; points are what these are of.
func (t *Predictors) inProducts(sums []int64, at int, points []float64) (n int, x []float64) {
	x = make([]float64, len(points))
	for _, cell := range t.cells {
		f := t.weight[cell]
		of := sums[(at*len(t.weight)+cell)*len(x):][:len(x)]
		if of[0] == 0 {
			continue
		}
		n += int(float64(of[0]) * points[0])
		for i, sum := range of {
			x[i] += f * (float64(sum) * points[i])
		}
	}
	return n, x
}

// crossSums are those that sums of products make.
func (t *Predictors) crossSums(n int, x []float64) stats.CrossSums {
	k := 1 + t.count()
	out := stats.CrossSums{Shift: make([]float64, k)}
	for i := range out.Shift {
		out.Shift[i] = scoreShift
	}
	if n == 0 {
		return out
	}
	number := func(i, j int) (s stats.Sum) {
		s.Add(x[t.products().At(i, j)])
		return s
	}
	out.N = n
	out.W.Add(x[0])
	for i := range k {
		out.WZ = append(out.WZ, number(1+i, 0))
		for j := range i + 1 {
			out.WZZ = append(out.WZZ, number(1+i, 1+j))
		}
	}
	return out
}

// Drivers analyses what the predictors have to do with the response; see Sample.Drivers.
func (t *Predictors) Drivers() (*Drivers, error) {
	groups, points := make([]stats.CrossSums, columns.Replicates), t.points()
	for g := range groups {
		groups[g] = t.crossSums(t.inProducts(t.tables.cross.groups, g, points))
	}
	out, err := newDrivers(groups, t.count())
	if err != nil {
		return nil, err
	}
	out.NEffective = t.Base().NEffective()
	for j := range t.count() {
		low, high := t.quartiles(j)
		out.LowCut, out.HighCut = append(out.LowCut, low), append(out.HighCut, high)
	}
	t.lookAgain(out)
	return out, nil
}

// met is a score of a predictor that complete responses have: how many, and their weight.
type met struct {
	score  float64
	n      int
	weight float64
}

// met are the codes of a predictor that occurred, by score: codes are numbered as they come.
func (t *Predictors) met(predictor int) (out []met) {
	cells := t.tables.cross.codes[predictor]
	for code := range len(cells) / len(t.weight) {
		m := met{score: t.score(predictor, code)}
		for _, cell := range t.cells {
			n := cells[code*len(t.weight)+cell]
			m.n += int(n)
			m.weight += t.weight[cell] * float64(n)
		}
		if m.n > 0 {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b met) int { return cmp.Compare(a.score, b.score) })
	return out
}

// quartiles are those of a predictor among the complete responses.
func (t *Predictors) quartiles(predictor int) (low, high float64) {
	var values, weights []float64
	var n []int
	for _, m := range t.met(predictor) {
		x, last := atCut(m.score), len(values)-1
		if last < 0 || values[last] != x {
			values, weights, n = append(values, x), append(weights, 0), append(n, 0)
			last++
		}
		weights[last] += m.weight
		n[last] += m.n
	}
	if t.even {
		return countedQuantile(values, n, .25), countedQuantile(values, n, .75)
	}
	return stats.WeightedQuantile(values, weights, .25), stats.WeightedQuantile(values, weights, .75)
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
func (t *Predictors) CappedShift(predictor int, shift float64) float64 {
	var values, weights []float64
	for _, m := range t.met(predictor) {
		values, weights = append(values, m.score), append(weights, m.weight)
	}
	return stats.LimitedShift(values, weights, shift, 0, 100)
}

// lookAgain finds the covariance of the coefficients under the design and the asymmetries.
func (t *Predictors) lookAgain(d *Drivers) {
	f, g, p, products := t.frame, d.Regression, t.count(), t.products()
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
	totals := make([][]float64, k)
	for l := range totals {
		totals[l] = make([]float64, len(f.units))
	}
	reached := make([]bool, f.frame.strata)
	e, into, points := make([]float64, k), make([]float64, k), t.points()
	for u, of := range f.units {
		n, x := t.inProducts(t.tables.cross.places, t.places.of(of), points)
		if n == 0 {
			continue
		}
		d.DF++
		reached[f.unitStratum(u)] = true
		product := func(i, j int) float64 { return x[products.At(i, j)] }
		e[0] = product(1, 0) - constant*x[0]
		for l := 1; l < k; l++ {
			e[0] -= g.Coefficients[l] * product(1+l, 0)
			e[l] = product(1+l, 1) - constant*product(1+l, 0)
			for m := 1; m < k; m++ {
				e[l] -= g.Coefficients[m] * product(1+max(l, m), 1+min(l, m))
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
	if r, err := a.lowHigh(t, d).Regress(); err == nil {
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
