package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// Likelihood to recommend: 9 and 10 promote, 0 to 6 detract.
const (
	lowestPromoter   = 9
	highestDetractor = 6
	smallNPS         = 100 // answers below which the interval is the adjusted Wald one
)

// Names of the rules that an interval was made by.
const (
	MethodT            = "t"
	MethodLogit        = "logit"
	MethodKornGraubard = "korn_graubard"
	MethodAdjustedWald = "adjusted_wald"
)

// Share is an estimated proportion with its interval.
type Share struct {
	Mean      // of the indicator, 0..1
	Low, High float64
	Method    string
}

// TopBox estimates the share of the best two answers: the highest, on a reversed item the lowest; on a scale of two points it is
// one answer.
func (t *Tally) TopBox(confidence float64) Share { return t.Class(TopBox, confidence) }

// Class estimates the share of the answers in a class.
func (t *Tally) Class(c Class, confidence float64) Share {
	return t.Share(c.Indicator(&t.model.Items[t.item]), confidence)
}

// Class is a class of an item's answers.
type Class uint8

const (
	NoClass    Class = iota
	TopBox           // see Tally.TopBox
	Promoters        // 9 and 10
	Detractors       // 0 to 6
)

// Indicator has 1 for each rating of an item that is in the class, else 0.
func (c Class) Indicator(it *Item) []float64 {
	if c == TopBox {
		return topBox(it.Scores)
	}
	in := make([]float64, len(it.Scores))
	for code := range in {
		rating := it.Low + code
		if c == Promoters && rating >= lowestPromoter || c == Detractors && rating <= highestDetractor {
			in[code] = 1
		}
	}
	return in
}

// ShareDifference is the difference of two shares as of independent samples, beside Difference, which knows the design.
type ShareDifference struct {
	Estimate  float64 // p₁ − p₂
	SE        float64 // unpooled, √(p₁(1−p₁)/n₁ + p₂(1−p₂)/n₂)
	Z, P      float64 // two-sided, normal; NaN where SE is 0
	Low, High float64 // Newcombe 1998, method 10
}

// Shares compares the means of two domains, which are those of indicators, on their effective numbers of responses (METHOD section 7).
// NaN where a domain is empty.
func (c *Contrasts) Shares(a, b int, confidence float64) ShareDifference {
	x, y := c.Means[a], c.Means[b]
	// Of all or none, rounding leaves no trace.
	p, q := math.Min(math.Max(x.Estimate, 0), 1), math.Min(math.Max(y.Estimate, 0), 1)
	e := stats.ProportionDifference(p, x.NEffective, q, y.NEffective)
	out := ShareDifference{Estimate: e.Estimate, SE: e.SE, Z: e.T(), P: e.P()}
	out.Low, out.High = stats.NewcombeInterval(p, x.NEffective, q, y.NEffective, confidence)
	return out
}

// topBox has 1 for the ratings of the top box, by the scores of all ratings.
func topBox(scores []float64) []float64 {
	n := len(scores)
	boxes := 2
	if n == 2 {
		boxes = 1
	}
	top := make([]float64, n)
	for k := range boxes {
		if scores[0] > scores[n-1] {
			top[k] = 1
		} else {
			top[n-1-k] = 1
		}
	}
	return top
}

// Share estimates the share of the answers whose rating has the value 1, of 0 and 1. METHOD section 6 says which interval.
func (t *Tally) Share(indicator []float64, confidence float64) Share {
	out := Share{Mean: t.Mean(indicator)}
	// Of all or none, rounding leaves no trace.
	if m := math.Round(out.Estimate); math.Abs(out.Estimate-m) < 1e-14 {
		out.Estimate = m
	}
	var method string
	out.Low, out.High, method = stats.ProportionInterval(out.Estimate, out.Variance, out.N, out.DF, out.NEffective, confidence)
	switch method {
	case stats.MethodLogit:
		out.Method = MethodLogit
	case stats.MethodKornGraubard:
		out.Method = MethodKornGraubard
	}
	return out
}

// Promotion is the Net Promoter Score, −100..100.
type Promotion struct {
	Mean
	StandardError                   float64
	Low, High                       float64
	Promoters, Passives, Detractors int // unweighted
	Method                          string
}

// NPS estimates the Net Promoter Score of a 0..10 item, the mean of {100, 0, −100}. With fewer than 100 answers or an empty class,
// standard error and interval are the adjusted Wald ones of Rocks (2016), on the weighted shares of the effective number of answers.
func (t *Tally) NPS(confidence float64) Promotion {
	it := &t.model.Items[t.item]
	values := make([]float64, len(t.all))
	var w [3]stats.Sum
	var n [3]int
	for code := range values {
		values[code] = npsScore(it.Low + code)
		class := 1 + int(values[code])/100
		n[class] += t.all[code].n
		w[class].Merge(t.all[code].w)
	}
	out := Promotion{Mean: t.Mean(values), Method: MethodT}
	out.Detractors, out.Passives, out.Promoters = n[0], n[1], n[2]
	out.StandardError = out.SE()
	out.Low, out.High = out.Interval(confidence)
	if out.N > 0 && (out.N < smallNPS || min(n[0], n[1], n[2]) == 0) {
		scale := out.NEffective / (w[0].Value() + w[1].Value() + w[2].Value())
		_, out.StandardError, out.Low, out.High = stats.NPSAdjustedWald(w[0].Value()*scale, w[1].Value()*scale, w[2].Value()*scale, confidence)
		out.Method = MethodAdjustedWald
	}
	return out
}

func npsScore(rating int) float64 {
	switch {
	case rating >= lowestPromoter:
		return 100
	case rating <= highestDetractor:
		return -100
	}
	return 0
}
