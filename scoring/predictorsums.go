package scoring

import (
	"cmp"
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Base counts the complete responses.
func (t *PredictorSums) Base() Base {
	n := t.whole()[0]
	return Base{N: int(n), W: n, W2: n}
}

// whole are the sums of products over all complete responses.
func (t *PredictorSums) whole() []float64 {
	out := make([]float64, t.width())
	for i := range out {
		var high, low int64 // all together may not fit into one
		for g := range columns.Replicates {
			x := t.tables.cross.groups[g*len(out)+i]
			high += x >> 32
			low += x & (1<<32 - 1)
		}
		out[i] = (float64(high)*(1<<32) + float64(low)) / productUnit
	}
	return out
}

// inProducts are the sums of products of a place or group as numbers.
func (t *PredictorSums) inProducts(sums []int64, at int) []float64 {
	out := make([]float64, t.width())
	for i, x := range sums[at*len(out):][:len(out)] {
		out[i] = float64(x) / productUnit
	}
	return out
}

// crossSums are those that sums of products make.
func (t *PredictorSums) crossSums(x []float64) stats.CrossSums {
	k := 1 + t.count()
	out := stats.CrossSums{Shift: make([]float64, k)}
	for i := range out.Shift {
		out.Shift[i] = scoreShift
	}
	if x[0] == 0 {
		return out
	}
	number := func(i, j int) (s stats.Sum) {
		s.Add(x[t.products().At(i, j)])
		return s
	}
	out.N = int(x[0])
	out.W.Add(x[0])
	for i := range k {
		out.WZ = append(out.WZ, number(1+i, 0))
		for j := range i + 1 {
			out.WZZ = append(out.WZZ, number(1+i, 1+j))
		}
	}
	return out
}

// Drivers analyses what the predictors have to do with the response; see Sample.Drivers. s is the sample that the selection's responses
// belong to, from Tabulation.Sample.
func (t *PredictorSums) Drivers(s *Sample) (*Drivers, error) {
	groups := make([]stats.CrossSums, columns.Replicates)
	for g := range groups {
		groups[g] = t.crossSums(t.inProducts(t.tables.cross.groups, g))
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
	for code, c := range t.counts(predictor) {
		if c > 0 {
			counts[atCut(t.score(predictor, code))] += c
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
	for code, n := range t.counts(predictor) {
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

// lookAgain finds the covariance of the coefficients under the design and the asymmetries.
func (t *PredictorSums) lookAgain(f *unitFrame, d *Drivers) {
	g, p, products := d.Regression, t.count(), t.products()
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
	e, into := make([]float64, k), make([]float64, k)
	for u, of := range f.units {
		x := t.inProducts(t.tables.cross.places, t.places.of(of))
		if x[0] == 0 {
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
