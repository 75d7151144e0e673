package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// Verdicts of a comparison.
const (
	Different = stats.Different
	Same      = stats.Same
	Unclear   = stats.Unclear
	NotTested = "not_tested"
)

// Difference is that of a group's mean from another's, often that of all other responses of a domain.
type Difference struct {
	Group, Rest        Mean
	Estimate, Variance float64
	DF                 float64 // of the domain, less one
	P, PAdjusted       float64 // NaN where not tested
	Verdict            string
}

// Interval is Estimate ± t_df·SE.
func (d Difference) Interval(confidence float64) (low, high float64) {
	return stats.Interval(d.Estimate, d.Variance, d.DF, confidence)
}

// VersusRest sets the mean of values in each wanted group against that in all other groups. The groups partition a domain. The
// variance is that of the contrast, so that groups sharing sampling units are compared as such (METHOD section 7):
// U = U_group − U_rest, t on the domain's degrees of freedom less one.
func (s *Sample) VersusRest(v Values, groups [][]uint32, wanted []bool) []Difference {
	return versusRest(&s.frame, wanted, s.sums(v, slices.Concat(groups...)), func(g int) sums { return s.sums(v, groups[g]) })
}

func versusRest(f *frame, wanted []bool, all sums, group func(g int) sums) []Difference {
	defer all.release()
	nan := math.NaN()
	df := all.df(f) - 1
	out := make([]Difference, len(wanted))
	for g := range out {
		out[g] = Difference{Estimate: nan, Variance: nan, P: nan, PAdjusted: nan, Verdict: NotTested}
		if !wanted[g] {
			continue
		}
		d, part := &out[g], group(g)
		rest := all.less(part)
		d.Group, d.Rest, d.DF = part.mean(f), rest.mean(f), df
		d.Estimate = d.Group.Estimate - d.Rest.Estimate
		if d.Group.N > 0 && d.Rest.N > 0 && df > 0 {
			u, v := part.influence(f), rest.influence(f)
			difference := u.less(v)
			d.Variance = difference.variance(f)
			u.release()
			v.release()
			difference.release()
		}
		part.release()
		rest.release()
	}
	return out
}

// less are the sums over a domain without a part of it.
func (q sums) less(part sums) sums {
	out := sums{all: withoutRows(q.all, part.all)}
	if q.w != nil {
		out.joint = q.joint.less(part.joint)
		out.w, out.wx = unitMemory.Take(len(q.w)), unitMemory.Take(len(q.w))
		for u, w := range q.w {
			// What rounding leaves of a unit that is all in the part is nothing.
			if left := w - part.w[u]; left > 1e-12*w {
				out.w[u], out.wx[u] = left, q.wx[u]-part.wx[u]
			}
		}
	}
	if q.strata != nil {
		out.strata = make([]stats.MeanSums, len(q.strata))
		for h := range q.strata {
			out.strata[h] = withoutRows(q.strata[h], part.strata[h])
		}
	}
	return out
}

func withoutRows(q, part stats.MeanSums) stats.MeanSums {
	if q.N == part.N {
		return stats.MeanSums{Shift: q.Shift}
	}
	q.N -= part.N
	q.W.Merge(part.W.Scaled(-1))
	q.WX.Merge(part.WX.Scaled(-1))
	q.WXX.Merge(part.WXX.Scaled(-1))
	q.W2.Merge(part.W2.Scaled(-1))
	q.W2X.Merge(part.W2X.Scaled(-1))
	q.W2XX.Merge(part.W2XX.Scaled(-1))
	return q
}

// SE is the standard error.
func (d Difference) SE() float64 { return math.Sqrt(d.Variance) }

// MinimumDetectable is the difference that would have been found with probability 0.8 by a test at 0.05: 2.8·SE.
func (d Difference) MinimumDetectable() float64 {
	return stats.Effect{Estimate: d.Estimate, SE: d.SE(), DF: d.DF}.MinimumDetectable()
}

// Judge tests the differences for which test is true, adjusts their p-values together by Holm's rule and gives each a verdict
// with the margin of practical interest.
func Judge(differences []Difference, test []bool, margin float64) {
	margins := make([]float64, len(differences))
	for i := range margins {
		margins[i] = margin
	}
	JudgeBy(differences, test, margins, false)
}

// JudgeBy is Judge with a margin for each difference and, when many are scanned for the few that matter, the adjustment of Benjamini
// and Hochberg, which bounds the share of false discoveries.
func JudgeBy(differences []Difference, test []bool, margins []float64, scan bool) {
	p := make([]float64, len(differences))
	for i := range differences {
		p[i] = math.NaN()
		if d := &differences[i]; test[i] && d.DF > 0 {
			p[i] = stats.DifferenceP(d.Estimate, math.Sqrt(d.Variance), d.DF)
		}
	}
	adjust := stats.Holm
	if scan {
		adjust = stats.BenjaminiHochberg
	}
	for i, adjusted := range adjust(p) {
		if d := &differences[i]; !math.IsNaN(p[i]) {
			d.P, d.PAdjusted = p[i], adjusted
			d.Verdict = stats.Verdict(d.Estimate, math.Sqrt(d.Variance), d.DF, adjusted, margins[i])
		}
	}
}
