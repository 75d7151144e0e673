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
	centreX := d.centres(x, n)
	if &x[0] == &y[0] {
		return d.cross(x, x, centreX, centreX, n)
	}
	return d.cross(x, y, centreX, d.centres(y, n), n)
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
	centre := make([][]float64, k)
	for i, t := range totals {
		centre[i] = d.centres(t, n)
	}
	for i := range v {
		for j := 0; j <= i; j++ {
			v[i][j] = d.cross(totals[i], totals[j], centre[i], centre[j], n)
			v[j][i] = v[i][j]
		}
	}
	return v
}

// centres are what the totals of each stratum are centred at: their mean, but 0 in a stratum of one PSU.
func (d Design) centres(totals []float64, n []int) []float64 {
	sums := make([]Sum, len(n))
	if len(n) == 1 {
		sums[0].AddAll(totals)
	} else {
		for c, t := range totals {
			sums[d.Stratum[c]].Add(t)
		}
	}
	out := make([]float64, len(n))
	for h := range out {
		if n[h] > 1 {
			out[h] = sums[h].Value() / float64(n[h])
		}
	}
	return out
}

// cross adds the products of totals less their centres, with the factor of each stratum.
func (d Design) cross(x, y, centreX, centreY []float64, n []int) float64 {
	sums := make([]Sum, len(n))
	if len(n) == 1 {
		var s Sum // in registers
		for c := range x {
			s.Add(float64((x[c] - centreX[0]) * (y[c] - centreY[0])))
		}
		sums[0] = s
	} else {
		for c := range x {
			h := d.Stratum[c]
			sums[h].Add(float64((x[c] - centreX[h]) * (y[c] - centreY[h])))
		}
	}
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
