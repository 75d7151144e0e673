package scoring

import (
	"paxscore/scoring/columns"
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

// TopBox is 1 at each position with one of the best two answers to an item, else 0, and NaN where it was not answered. The
// best answers are the highest, on a reversed item the lowest; on a scale of two points it is one answer.
func (s *Sample) TopBox(item int) Values {
	it := &s.model.Items[item]
	n := len(it.Scores)
	boxes := 2
	if n == 2 {
		boxes = 1
	}
	top := make([]float64, n)
	for k := range boxes {
		if it.Scores[0] > it.Scores[n-1] {
			top[k] = 1
		} else {
			top[n-1-k] = 1
		}
	}
	return s.Item(item, top)
}

// Share estimates the mean of an indicator, 0, 1 or NaN at each position. METHOD section 6 says which interval.
func (s *Sample) Share(v Values, domain []uint32, confidence float64) Share {
	out := Share{Mean: s.Mean(v, domain)}
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

// Recommend is {100, 0, −100} at each position for promoters, passives and detractors; NaN where it was not answered. The model
// has the item.
func (s *Sample) Recommend() Values {
	it := &s.model.Items[s.model.Recommend]
	scores := make([]float64, len(it.Scores))
	for code := range scores {
		scores[code] = npsScore(it.Low + code)
	}
	return s.Item(s.model.Recommend, scores)
}

// NPS estimates the Net Promoter Score, the mean of the values of Recommend. With fewer than 100 answers or an empty class, standard
// error and interval are the adjusted Wald ones of Rocks (2016), on the weighted shares of the effective number of answers.
func (s *Sample) NPS(v Values, domain []uint32, confidence float64) Promotion {
	out := Promotion{Mean: s.Mean(v, domain), Method: MethodT}
	var w [3]stats.Sum
	var n [3]int
	for _, i := range domain {
		if x := v.X[i]; x == x {
			class := 1 + int(x)/100
			n[class]++
			w[class].Add(s.weightOf(int(i)))
		}
	}
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

// Answers counts how an item was answered in a domain.
type Answers struct {
	N                                 []int     // per rating, from Low to High
	Shares                            []float64 // weighted, of the answers given; NaN without answers
	NotApplicable, Skipped, NotRouted int
}

// Answers counts the codes of an item.
func (s *Sample) Answers(item int, domain []uint32) Answers {
	n := len(s.model.Items[item].Scores)
	out := Answers{N: make([]int, n), Shares: make([]float64, n)}
	w := make([]stats.Sum, n)
	column := s.table.Item(item)
	for _, i := range domain {
		switch code := column[s.rows[i]]; {
		case int(code) < n:
			out.N[code]++
			if s.weights != nil {
				w[code].Add(s.weights[i])
			}
		case code == columns.NotApplicable:
			out.NotApplicable++
		case code == columns.NotRouted:
			out.NotRouted++
		default:
			out.Skipped++
		}
	}
	var total stats.Sum
	for code := range w {
		if s.weights == nil {
			w[code].Add(float64(out.N[code]))
		}
		total.Merge(w[code])
	}
	for code := range w {
		out.Shares[code] = w[code].Value() / total.Value()
	}
	return out
}
