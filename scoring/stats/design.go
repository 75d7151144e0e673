package stats

import "math"

// Design says how primary sampling units (PSUs) were drawn, for variances of statistics that are sums over PSUs. The zero
// value is one stratum, drawn with replacement.
type Design struct {
	// Stratum holds the stratum of each PSU, 0 … Strata−1; nil puts all in one stratum.
	Stratum []int
	// Strata is the number of strata; it is not read when Stratum is nil.
	Strata int
	// Fraction holds the sampling fraction f_h of each stratum, 0 … 1; nil is 0 everywhere.
	Fraction []float64
}

// valid tells whether the design describes that many PSUs.
func (d Design) valid(psus int) bool {
	if d.Stratum == nil {
		return len(d.Fraction) <= 1
	}
	if len(d.Stratum) != psus || (d.Fraction != nil && len(d.Fraction) != d.Strata) {
		return false
	}
	for _, h := range d.Stratum {
		if h < 0 || h >= d.Strata {
			return false
		}
	}
	return true
}

// counts are the PSUs of each stratum, n_h.
func (d Design) counts(psus int) []int {
	if d.Stratum == nil {
		return []int{psus}
	}
	n := make([]int, d.Strata)
	for _, h := range d.Stratum {
		n[h]++
	}
	return n
}

// DF is the degrees of freedom of a variance under the design: PSUs less strata that hold any. Negative counts and a
// design that does not describe psus PSUs give 0.
func (d Design) DF(psus int) int {
	if psus <= 0 || !d.valid(psus) {
		return 0
	}
	df := psus
	for _, n := range d.counts(psus) {
		if n > 0 {
			df--
		}
	}
	return df
}

// Variance is the variance of a statistic whose linearised value is the sum of totals, one for each PSU of the whole design
// (0 for a PSU with nothing in the domain):
//
//	V = Σ_h (1−f_h)·n_h/(n_h−1)·Σ_c (T_hc−T̄_h)²
//
// A stratum with one PSU adds (1−f_h)·T², its total about zero (Binder 1983; the ultimate-cluster variance of Hansen, Hurwitz
// and Madow 1953). NaN without PSUs or when the design does not fit the totals.
func (d Design) Variance(totals []float64) float64 {
	return d.Covariance(totals, totals)
}

// Covariance is the covariance of two statistics with totals x and y over the same PSUs; see Variance.
func (d Design) Covariance(x, y []float64) float64 {
	if len(x) == 0 || len(x) != len(y) || !d.valid(len(x)) {
		return math.NaN()
	}
	n := d.counts(len(x))
	cx := d.centred(x, n)
	if &x[0] == &y[0] {
		return d.cross(cx, cx, n)
	}
	return d.cross(cx, d.centred(y, n), n)
}

// CovarianceMatrix holds the covariances of k statistics; totals[i] are the PSU totals of statistic i, all of one length. Every
// entry is NaN where Covariance would be.
func (d Design) CovarianceMatrix(totals [][]float64) [][]float64 {
	k := len(totals)
	v := make([][]float64, k)
	for i := range v {
		v[i] = make([]float64, k)
	}
	if k == 0 {
		return v
	}
	fits := len(totals[0]) > 0 && d.valid(len(totals[0]))
	for _, t := range totals {
		fits = fits && len(t) == len(totals[0])
	}
	if !fits {
		for i := range v {
			for j := range v[i] {
				v[i][j] = math.NaN()
			}
		}
		return v
	}
	n := d.counts(len(totals[0]))
	c := make([][]float64, k)
	for i, t := range totals {
		c[i] = d.centred(t, n)
	}
	for i := range v {
		for j := 0; j <= i; j++ {
			v[i][j] = d.cross(c[i], c[j], n)
			v[j][i] = v[i][j]
		}
	}
	return v
}

// centred takes the stratum mean from each total, except in strata of one PSU.
func (d Design) centred(totals []float64, n []int) []float64 {
	sums := d.sums(totals, n)
	means := make([]float64, len(n))
	for h := range means {
		if n[h] > 1 {
			means[h] = sums[h].Value() / float64(n[h])
		}
	}
	out := make([]float64, len(totals))
	for c, t := range totals {
		out[c] = t - means[d.stratum(c)]
	}
	return out
}

// cross adds the products of centred totals with the factor of each stratum.
func (d Design) cross(x, y []float64, n []int) float64 {
	products := make([]float64, len(x))
	for c := range x {
		products[c] = x[c] * y[c]
	}
	sums := d.sums(products, n)
	var v Sum
	for h := range sums {
		factor := 1.0
		if n[h] > 1 {
			factor = float64(n[h]) / float64(n[h]-1)
		}
		if d.Fraction != nil {
			factor *= 1 - d.Fraction[h]
		}
		v.Add(factor * sums[h].Value())
	}
	return v.Value()
}

// sums adds up values of PSUs by stratum.
func (d Design) sums(x []float64, n []int) []Sum {
	out := make([]Sum, len(n))
	if len(n) == 1 {
		out[0].AddAll(x)
		return out
	}
	for c, v := range x {
		out[d.Stratum[c]].Add(v)
	}
	return out
}

func (d Design) stratum(psu int) int {
	if d.Stratum == nil {
		return 0
	}
	return d.Stratum[psu]
}
