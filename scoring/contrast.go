package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// FTest is a statistic that follows the F distribution; see stats.FTest.
type FTest = stats.FTest

// ItemScores holds the 0..100 score of an item at each position; NaN where it was not answered.
func (s *Sample) ItemScores(item int) Values {
	return s.recoded(item, s.model.Items[item].Scores)
}

// Promotion holds 100, 0 or −100 at each position for an item of 0..10 (9 and 10 promote, 0 to 6 detract), whose mean is the Net
// Promoter Score; NaN where it was not answered.
func (s *Sample) Promotion(item int) Values { return s.recoded(item, s.model.Items[item].Promotion()) }

// Promotion is 100, 0 or −100 for each rating of an item of 0..10; see Sample.Promotion.
func (it *Item) Promotion() []float64 {
	values := make([]float64, len(it.Scores))
	for code := range values {
		values[code] = npsScore(it.Low + code)
	}
	return values
}

// InClass holds 1 at each position whose answer is in a class, else 0; NaN where the item was not answered.
func (s *Sample) InClass(item int, c Class) Values {
	return s.recoded(item, c.Indicator(&s.model.Items[item]))
}

func (s *Sample) recoded(item int, values []float64) Values {
	return s.coded(item, values, middle(values))
}

// Contrasts are means of several domains of a sample with what their joint variance needs: the sums of each, by sampling unit
// where responses come in clusters. No two domains have a response in common.
type Contrasts struct {
	Means []Mean // of each domain

	sample    *Sample
	frame     *frame
	sums      []sums
	influence []influence // zero where a domain is empty
}

// Contrasts estimates the mean of values in each domain.
func (s *Sample) Contrasts(v Values, domains [][]uint32) *Contrasts {
	parts := make([]Part, len(domains))
	for g, domain := range domains {
		parts[g] = s.Part(v, domain)
	}
	return s.ContrastsOf(parts...)
}

// Simple reports whether every response is a sampling unit of its own, unweighted and in one stratum: then differences are those
// of Welch.
func (c *Contrasts) Simple() bool {
	return !c.sample.Clustered() && c.sample.Strata() == 1 && c.sample.Even()
}

// Unweighted reports whether every response counts once.
func (c *Contrasts) Unweighted() bool { return c.sample.Even() }

// Linear is Σ a_g·ȳ_g over domains with factors that add to 0, with the variance of the contrast: from the combined influence
// Σ a_g·U_g, so that the covariance v_gh of domains that share sampling units counts (METHOD section 7). It is tested by t on the
// degrees of freedom of the domains with a factor, less one for each of them but the first. Domains with factor 0 do not count.
// Everything is NaN where a domain is empty.
func (c *Contrasts) Linear(factors []float64) Difference {
	nan := math.NaN()
	d := Difference{Estimate: nan, Variance: nan, DF: nan, P: nan, PAdjusted: nan, Verdict: NotTested}
	estimate, used := 0.0, 0
	var total influence
	reached := sums{}
	for g, a := range factors {
		if a == 0 {
			continue
		}
		if c.Means[g].N == 0 {
			return d
		}
		if used++; used == 1 {
			total, reached = c.influence[g].scaled(a), c.sums[g]
		} else {
			total, reached = total.plus(c.influence[g].scaled(a)), reached.together(c.sums[g])
		}
		estimate += a * c.Means[g].Estimate
	}
	if used == 0 {
		return d
	}
	d.Estimate = estimate
	if d.DF = reached.df(c.frame) - float64(used-1); d.DF > 0 {
		d.Variance = total.variance(c.frame)
	}
	return d
}

// Between is the mean of domain a less that of domain b. Where the sample is Simple, variance and degrees of freedom are those of
// Welch (1947); else see Linear.
func (c *Contrasts) Between(a, b int) Difference {
	factors := make([]float64, len(c.Means))
	factors[a], factors[b] = 1, -1
	d := c.Linear(factors)
	d.Group, d.Rest = c.Means[a], c.Means[b]
	if c.Simple() {
		x, y := c.sums[a].all.Group(), c.sums[b].all.Group()
		_, se, df := stats.Welch(x.N, x.Mean, x.Variance, y.N, y.Mean, y.Variance)
		d.Variance, d.DF = se*se, df
	}
	return d
}

// HedgesG is the difference of two domains in standard deviations of the responses, pooled, with Hedges's correction.
func (c *Contrasts) HedgesG(a, b int) float64 {
	x, y := c.sums[a].all.Group(), c.sums[b].all.Group()
	return stats.HedgesG(x.N, x.Mean, x.Variance, y.N, y.Mean, y.Variance)
}

// Covariance is the matrix of covariances of the means of some domains.
func (c *Contrasts) Covariance(of []int) [][]float64 {
	out := make([][]float64, len(of))
	for i := range of {
		out[i] = make([]float64, len(of))
	}
	for i, g := range of {
		for j, h := range of[:i+1] {
			v := c.Means[g].Variance
			if i != j {
				v = c.influence[g].covariance(c.influence[h], c.frame)
			}
			out[i][j], out[j][i] = v, v
		}
	}
	return out
}

// Equal tests that some domains have one mean: the Wald test F = (Cȳ)′(CVC′)⁻¹(Cȳ)/(k−1) on k−1 and df−k+1, df those of the domains
// together; where the sample is Simple, the test of Welch (1951).
func (c *Contrasts) Equal(of []int) FTest {
	if c.Simple() {
		return stats.WelchOneWay(c.groups(of))
	}
	if len(of) == 0 {
		return stats.WaldEqual(nil, nil, 0)
	}
	means := make([]float64, len(of))
	reached := c.sums[of[0]]
	for i, g := range of {
		means[i] = c.Means[g].Estimate
		if i > 0 {
			reached = reached.together(c.sums[g])
		}
	}
	return stats.WaldEqual(means, c.Covariance(of), reached.df(c.frame))
}

// Eta2 and Omega2 are the share of variance between some domains, of unweighted responses; NaN where responses are weighted.
func (c *Contrasts) Eta2(of []int) (eta2, omega2 float64) {
	if !c.Unweighted() {
		return math.NaN(), math.NaN()
	}
	a := stats.AnalyseVariance(c.groups(of))
	return a.Eta2, a.Omega2
}

func (c *Contrasts) groups(of []int) []stats.Group {
	out := make([]stats.Group, len(of))
	for i, g := range of {
		out[i] = c.sums[g].all.Group()
	}
	return out
}

// together are the sums of two domains, as far as degrees of freedom need them.
func (q sums) together(o sums) sums {
	out := sums{w: added(q.w, o.w)}
	if q.strata != nil {
		out.strata = make([]stats.MeanSums, len(q.strata))
		for h := range q.strata {
			out.strata[h].N = q.strata[h].N + o.strata[h].N
		}
	}
	return out
}
