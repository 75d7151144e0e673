package stats

import (
	"cmp"
	"math"
	"slices"
)

// Agreement compares two coders who put the same cases into k categories.
type Agreement struct {
	// N is the number of cases.
	N float64
	// Observed is the weighted share of agreement, Expected what chance gives with the categories each coder used.
	Observed, Expected float64
	// Kappa is (Observed−Expected)/(1−Expected) (Cohen 1960, 1968), NaN when chance alone gives full agreement. KappaSE is its
	// standard error (Fleiss, Cohen & Everitt 1969).
	Kappa, KappaSE float64
	// AC1 is the same with chance agreement Σπ(1−π)/(k−1) of the mean shares π (Gwet 2008), which stays meaningful when one
	// category holds nearly all; weighted it is Gwet's AC2.
	AC1 float64
}

// LinearAgreement are weights 1−|i−j|/(k−1) for k ordered categories, QuadraticAgreement are 1−(i−j)²/(k−1)².
func LinearAgreement(k int) [][]float64 {
	return agreementWeights(k, func(d float64) float64 { return 1 - d })
}

// QuadraticAgreement are weights 1−(i−j)²/(k−1)² for k ordered categories.
func QuadraticAgreement(k int) [][]float64 {
	return agreementWeights(k, func(d float64) float64 { return 1 - d*d })
}

func agreementWeights(k int, of func(distance float64) float64) [][]float64 {
	if k < 1 {
		return nil
	}
	out := zeros(k, k)
	for i := range out {
		for j := range out {
			out[i][j] = 1
			if i != j {
				out[i][j] = of(math.Abs(float64(i-j)) / float64(k-1))
			}
		}
	}
	return out
}

// Agree judges a table of counts, [i][j] the cases that the first coder put into category i and the second into j. Tables of
// parts merge by addition. weights say how far categories agree, 0 … 1 and 1 on the diagonal; nil lets only the same
// category count. All is NaN when the table is not square with at least two categories or the weights are not such, a count is
// negative or not finite, or there are no cases.
func Agree(counts, weights [][]float64) Agreement {
	nan := math.NaN()
	none := Agreement{nan, nan, nan, nan, nan, nan}
	k := len(counts)
	if weights == nil {
		weights = agreementWeights(k, func(float64) float64 { return 0 })
	}
	if !square(counts) || k < 2 || !square(weights) || len(weights) != k {
		return none
	}
	var n Sum
	rows, columns := make([]Sum, k), make([]Sum, k)
	for i := range counts {
		for j, c := range counts[i] {
			w := weights[i][j]
			if !(c >= 0) || math.IsInf(c, 0) || !(w >= 0 && w <= 1) || (i == j && w != 1) {
				return none
			}
			n.Add(c)
			rows[i].Add(c)
			columns[j].Add(c)
		}
	}
	a := Agreement{N: n.Value()}
	if !(a.N > 0) || math.IsInf(a.N, 0) {
		return none
	}
	p, q := make([]float64, k), make([]float64, k)
	for i := range k {
		p[i], q[i] = rows[i].Value()/a.N, columns[i].Value()/a.N
	}
	var observed, expected, mixed, allWeights Sum
	byRow, byColumn := make([]Sum, k), make([]Sum, k)
	for i := range k {
		for j, w := range weights[i] {
			observed.Add(w * counts[i][j] / a.N)
			expected.Add(w * p[i] * q[j])
			byRow[i].Add(w * q[j])
			byColumn[j].Add(w * p[i])
			allWeights.Add(w)
		}
		pi := (p[i] + q[i]) / 2
		mixed.Add(pi * (1 - pi))
	}
	a.Observed, a.Expected = observed.Value(), expected.Value()
	a.Kappa, a.KappaSE = nan, nan
	// A category that both coders always use leaves chance no room to disagree.
	if miss := 1 - a.Expected; miss > 0 {
		a.Kappa = (a.Observed - a.Expected) / miss
		var v Sum
		for i := range k {
			for j, w := range weights[i] {
				d := w*miss - (byRow[i].Value()+byColumn[j].Value())*(1-a.Observed)
				v.Add(counts[i][j] / a.N * d * d)
			}
		}
		d := a.Observed*a.Expected - 2*a.Expected + a.Observed
		a.KappaSE = math.Sqrt(max(v.Value()-d*d, 0)/a.N) / (miss * miss)
	}
	chance := allWeights.Value() / float64(k*(k-1)) * mixed.Value()
	a.AC1 = nan
	if chance < 1 {
		a.AC1 = (a.Observed - chance) / (1 - chance)
	}
	return a
}

// Concordance is the agreement of m judges who rank n objects.
type Concordance struct {
	Judges, Objects int
	// W is Kendall's coefficient with mid-ranks and the correction for ties (Kendall & Babington Smith 1939), 0 … 1:
	// (12ΣR²−3m²n(n+1)²)/(m²n(n²−1)−mΣ(t³−t)). NaN when no judge tells any two objects apart.
	W float64
	// ChiSquare is m(n−1)W, on DF = n−1 degrees of freedom, and P its p-value; right for n above 7 or so.
	ChiSquare, DF, P float64
}

// Concord ranks the scores that each judge gives to the same objects, [judge][object], and compares the ranks. W is NaN below
// two judges or two objects, when lengths differ or a score is NaN.
func Concord(scores [][]float64) Concordance {
	nan := math.NaN()
	out := Concordance{Judges: len(scores), W: nan, ChiSquare: nan, DF: nan, P: nan}
	if len(scores) < 2 || len(scores[0]) < 2 {
		return out
	}
	out.Objects = len(scores[0])
	m, n := float64(len(scores)), float64(out.Objects)
	sums := make([]float64, out.Objects)
	ties := 0.0
	for _, row := range scores {
		ranks, tied, ok := midRanks(row)
		if !ok || len(row) != out.Objects {
			return out
		}
		ties += tied
		for i, r := range ranks {
			sums[i] += r
		}
	}
	// ΣR² about the mean rank sum m(n+1)/2, from halves and so exact.
	squares := 0.0
	for _, r := range sums {
		d := r - m*(n+1)/2
		squares += d * d
	}
	room := m*m*n*(n*n-1) - m*ties
	if !(room > 0) {
		return out
	}
	out.W = min(12*squares/room, 1)
	out.ChiSquare, out.DF = m*(n-1)*out.W, n-1
	_, out.P = ChiSquareCDF(out.ChiSquare, out.DF)
	return out
}

// midRanks ranks x from 1, equal values at the mean of their places, with Σ(t³−t) over groups of t equal values; false with NaN.
func midRanks(x []float64) (ranks []float64, ties float64, ok bool) {
	order := make([]int, len(x))
	for i, v := range x {
		if math.IsNaN(v) {
			return nil, 0, false
		}
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	ranks = make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		t := float64(to - from)
		for _, i := range order[from:to] {
			ranks[i] = float64(from) + (t+1)/2
		}
		ties += t*t*t - t
		from = to
	}
	return ranks, ties, true
}
