package stats

import "math"

// NPS is the net promoter score of counts, 100·(promoters − detractors)/n, with its standard error
// 100·√((p+d−(p−d)²)/(n−1)). Counts may not be negative. The score is NaN without answers, the error below two.
func NPS(detractors, passives, promoters float64) (score, se float64) {
	n := detractors + passives + promoters
	if !validCounts(detractors, passives, promoters) {
		return math.NaN(), math.NaN()
	}
	p, d := promoters/n, detractors/n
	score = 100 * (p - d)
	if n < 2 {
		return score, math.NaN()
	}
	return score, 100 * math.Sqrt(math.Max(0, p+d-(p-d)*(p-d))/(n-1))
}

// NPSAdjustedWald is the interval of Rocks (2016, "Interval estimation for the net promoter score", The American Statistician)
// for small numbers or an empty class: three answers are added, ¾ each to promoters and detractors, then a Wald interval is
// taken. centre and se are those of the enlarged sample; low and high are centre ∓ z·se held to −100 … 100. NaN without
// answers or for a negative count.
func NPSAdjustedWald(detractors, passives, promoters, confidence float64) (centre, se, low, high float64) {
	if !validCounts(detractors, passives, promoters) || !(confidence > 0 && confidence < 1) {
		nan := math.NaN()
		return nan, nan, nan, nan
	}
	n := detractors + passives + promoters + 3
	p, d := (promoters+0.75)/n, (detractors+0.75)/n
	centre = 100 * (p - d)
	se = 100 * math.Sqrt((p+d-(p-d)*(p-d))/n)
	half := NormalCritical(confidence) * se
	return centre, se, math.Max(-100, centre-half), math.Min(100, centre+half)
}

func validCounts(detractors, passives, promoters float64) bool {
	n := detractors + passives + promoters
	return detractors >= 0 && passives >= 0 && promoters >= 0 && n > 0 && !math.IsInf(n, 0)
}
