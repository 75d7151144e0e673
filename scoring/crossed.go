package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// Crossed are the cross sums (METHOD section 3, S3) of several values over the positions of a domain where none is missing.
type Crossed struct {
	Base Base
	sums stats.CrossSums
}

// Crossed sums up values together.
func (s *Sample) Crossed(domain []uint32, values ...Values) Crossed {
	c := Crossed{sums: stats.CrossSums{Shift: make([]float64, len(values))}}
	for k, v := range values {
		c.sums.Shift[k] = v.shift
	}
	z := make([]float64, len(values))
	var w2 stats.Sum
	together(domain, values, func(positions []uint32, x [][]float64) {
		for i, position := range positions {
			for k := range x {
				z[k] = x[k][i]
			}
			if w := s.weightOf(int(position)); c.sums.Add(z, w) {
				w2.Add(w * w)
			}
		}
	})
	c.Base = Base{N: c.sums.N, W: c.sums.W.Value(), W2: w2.Value()}
	return c
}

// Correlation is that of two of the values; NaN where one of them does not vary.
func (c Crossed) Correlation(i, j int) float64 {
	r := c.sums.Correlation()
	if r == nil {
		return math.NaN()
	}
	return r[i][j]
}

// R2 is the share of the variance of the first of the values that the others explain, by least squares; NaN where that cannot be found:
// too few responses, or values that follow from each other.
func (c Crossed) R2() float64 {
	g, err := c.sums.Regress()
	if err != nil {
		return math.NaN()
	}
	return g.R2
}

// Consistency is how far the values, items of one scale, measure one thing; see stats.Reliability. NaN where it cannot be found.
type Consistency struct {
	Coefficient string  // alpha, or spearman_brown of two items
	Alpha       float64 // Cronbach's; of two items Spearman–Brown's coefficient
	Low, High   float64 // Feldt's interval of alpha
	Omega       float64 // McDonald's, of three items or more
	Lambda6     float64 // Guttman's
	// SplitR is the correlation of the sums of the items at odd and at even places; SpearmanBrown and Rulon make the reliability of the
	// whole scale of it.
	SplitR, SpearmanBrown, Rulon float64
	AVE                          float64   // average variance extracted by one factor, of three items or more
	Loadings                     []float64 // of the items on the factor
	Heywood                      bool      // the factor is an improper solution: omega, AVE and loadings are left out
	ItemRest                     []float64
	Dropped                      []float64 // alpha without the item
}

// Consistency judges the values as items of one scale.
func (c Crossed) Consistency(confidence float64) Consistency {
	nan := math.NaN()
	k := c.sums.Variables()
	out := Consistency{Coefficient: "alpha", Alpha: nan, Low: nan, High: nan, Omega: nan, Lambda6: nan, SplitR: nan, SpearmanBrown: nan, Rulon: nan, AVE: nan,
		Loadings: nans(k), ItemRest: nans(k), Dropped: nans(k)}
	r, err := c.sums.Reliability()
	if err != nil {
		return out
	}
	if out.Alpha, _ = r.Headline(); r.Items == 2 {
		out.Coefficient = "spearman_brown"
	}
	out.Lambda6, out.ItemRest, out.Dropped = r.Lambda6, r.ItemRest, r.AlphaIfDropped
	out.SplitR, out.SpearmanBrown, out.Rulon = r.OddEven.R, r.OddEven.SpearmanBrown, r.OddEven.Rulon
	if r.Items > 2 {
		out.Low, out.High = stats.AlphaInterval(r.Alpha, r.Items, c.Base.NEffective(), confidence)
	}
	if f, err := stats.FitOneFactor(c.sums.Correlation()); err == nil {
		out.Heywood = f.Heywood()
		if !out.Heywood {
			out.Omega, out.AVE, out.Loadings = f.Omega(r.SDs), f.AVE(), f.Loadings
		}
	}
	return out
}

// Adequacy is the Kaiser–Meyer–Olkin measure of the values, overall and of each; NaN where it cannot be found.
func (c Crossed) Adequacy() (overall float64, each []float64) {
	overall, each, err := stats.KMO(c.sums.Correlation())
	if err != nil {
		return math.NaN(), nans(c.sums.Variables())
	}
	return overall, each
}

// Bartlett tests that the values correlate with none, on the effective number of responses; see stats.Bartlett. NaN where it cannot be
// found.
func (c Crossed) Bartlett() (chi2, df, p float64) {
	chi2, df, p, err := stats.Bartlett(c.sums.Correlation(), c.Base.NEffective())
	if err != nil {
		return math.NaN(), math.NaN(), math.NaN()
	}
	return chi2, df, p
}

// Loadings are those of the values on one factor (see stats.FitOneFactor); nil where there is no proper solution.
func (c Crossed) Loadings() []float64 {
	f, err := stats.FitOneFactor(c.sums.Correlation())
	if err != nil || f.Heywood() {
		return nil
	}
	return f.Loadings
}

// Congruence is Tucker's φ of the loadings of the same items in two groups; see stats.TuckerPhi.
func Congruence(a, b []float64) float64 { return stats.TuckerPhi(a, b) }

// HTMT is the heterotrait–monotrait ratio of every two scales, whose items are places among the values; NaN where it cannot be found.
func (c Crossed) HTMT(scales [][]int) [][]float64 {
	out, err := stats.HTMT(c.sums.Correlation(), scales)
	if err != nil {
		out = make([][]float64, len(scales))
		for i := range out {
			out[i] = nans(len(scales))
		}
	}
	return out
}

// Correlations are those of every two values; NaN where one does not vary.
func (c Crossed) Correlations() [][]float64 { return c.sums.Correlation() }

func nans(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// Shape is the shape of an item's answers; see stats.Histogram.
type Shape struct {
	Mean, SD, Skewness, Kurtosis     float64 // G₁ and G₂, in the units of the answers
	Entropy, Consensus, Polarisation float64
	Floor, Ceiling                   float64   // shares of the worst and of the best answer
	Quantiles                        []float64 // at Quartiles
	FloorFlag, CeilingFlag           bool
}

// Quartiles are the shares at which quantiles are told.
func Quartiles() []float64 { return []float64{.25, .5, .75} }

// Shape is that of the answers, weighted; a quantile is the smallest answer with a share of at least p of the weight at or below it.
func (t *Tally) Shape() Shape {
	it := &t.model.Items[t.item]
	values := make([]float64, len(t.all))
	for code := range values {
		values[code] = float64(it.Low + code)
	}
	h := stats.NewHistogram(values)
	for code, x := range values {
		a := &t.all[code]
		h.AddGroup(x, a.n, a.w.Value(), a.w2.Value())
	}
	m := h.Moments()
	out := Shape{Mean: m.Mean, SD: m.SD, Skewness: m.Skew, Kurtosis: m.Kurtosis, Entropy: h.Entropy(), Consensus: h.Consensus(), Polarisation: h.Polarisation()}
	for _, p := range Quartiles() {
		out.Quantiles = append(out.Quantiles, h.WeightedQuantile(p))
	}
	out.Floor, out.Ceiling, _ = h.FloorCeiling()
	if last := len(it.Scores) - 1; it.Scores[0] > it.Scores[last] { // a high rating is bad
		out.Floor, out.Ceiling = out.Ceiling, out.Floor
	}
	out.FloorFlag, out.CeilingFlag = out.Floor > stats.FloorCeilingLimit, out.Ceiling > stats.FloorCeilingLimit
	return out
}

// Stability is the population stability index of the counts or weights of classes, now and before; see stats.PopulationStability.
func Stability(now, before []float64) float64 { return stats.PopulationStability(now, before) }

// Concordance is Kendall's W of judges who rank the same objects, scores by judge; NaN where no judge tells any two objects apart.
func Concordance(scores [][]float64) float64 { return stats.Concord(scores).W }
