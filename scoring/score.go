package scoring

import (
	"math"

	"paxscore/scoring/columns"
)

// ScoreStatus says why there is a score or not.
type ScoreStatus uint8

const (
	ScoreOK            ScoreStatus = iota
	ScoreNotApplicable             // nothing was applicable
	ScoreInsufficient              // too little was answered
)

func (s ScoreStatus) String() string {
	return [...]string{"ok", "not_applicable", "insufficient"}[s]
}

// Score is what the ratings of one response amount to, 0..100; NaN where the status is not ok.
type Score struct {
	Dimensions      []float64
	DimensionStatus []ScoreStatus
	Overall         float64
	OverallStatus   ScoreStatus // ok or insufficient
	// DimensionShare is the valid share of the applicable dimension weight, 0 where nothing is applicable.
	DimensionShare float64
}

// ItemScore is the 0..100 score of an item's code; NaN if it was not answered.
func (m *Model) ItemScore(item int, code byte) float64 {
	if scores := m.Items[item].Scores; int(code) < len(scores) {
		return scores[code]
	}
	return math.NaN()
}

// Score scores one response, codes in the order of Items, into s, whose slices are reused.
//
// Dimension: D = Σuⱼsⱼ/Σuⱼ over the answered items, valid if these hold MinItemShare of the weight of the applicable ones
// (asked, and neither not applicable nor not routed). Overall: I = Σω_d·D_d/Σω_d over the valid dimensions, valid if there
// are MinDimensions of them, with MinDimensionShare of the weight of the applicable ones. METHOD section 4.
func (m *Model) Score(codes []byte, s *Score) {
	n := len(m.Dimensions)
	if cap(s.Dimensions) < n || cap(s.DimensionStatus) < n {
		s.Dimensions, s.DimensionStatus = make([]float64, n), make([]ScoreStatus, n)
	}
	s.Dimensions, s.DimensionStatus = s.Dimensions[:n], s.DimensionStatus[:n]
	var o overallSums
	for d := range m.Dimensions {
		var p [1]dimensionSums
		for _, u := range m.Dimensions[d].Items {
			m.parts(u).add(codes[u.Item:u.Item+1], []uint32{0}, p[:])
		}
		s.Dimensions[d], s.DimensionStatus[d] = p[0].score(m.Policy.MinItemShare)
		o.add(m.Dimensions[d].DimensionWeight, s.Dimensions[d], s.DimensionStatus[d])
	}
	s.DimensionShare = o.share()
	s.Overall, s.OverallStatus = o.score(m.Policy, n)
}

// itemParts is what each code of an item adds to its dimension.
type itemParts [256]dimensionSums

// dimensionSums are Σu over the applicable and the answered items and Σu·s over the answered ones.
type dimensionSums struct {
	applicable, answered, sum float64
	routed                    float64 // number of applicable items
}

func (m *Model) parts(u ItemWeight) *itemParts {
	p := new(itemParts)
	scores := m.Items[u.Item].Scores
	for code := range p {
		switch {
		case code < len(scores):
			p[code] = dimensionSums{applicable: u.ItemWeight, answered: u.ItemWeight, sum: u.ItemWeight * scores[code], routed: 1}
		case code != int(columns.NotRouted) && code != int(columns.NotApplicable):
			p[code] = dimensionSums{applicable: u.ItemWeight, routed: 1}
		}
	}
	return p
}

func (p *itemParts) add(column []byte, rows []uint32, sums []dimensionSums) {
	for i, row := range rows {
		part, s := &p[column[row]], &sums[i]
		s.applicable += part.applicable
		s.answered += part.answered
		s.sum += part.sum
		s.routed += part.routed
	}
}

func (s *dimensionSums) score(minShare float64) (float64, ScoreStatus) {
	switch {
	case s.routed == 0:
		return math.NaN(), ScoreNotApplicable
	case s.answered > 0 && s.answered/s.applicable >= minShare-thresholdSlack:
		return s.sum / s.answered, ScoreOK
	}
	return math.NaN(), ScoreInsufficient
}

// overallSums are Σω over the applicable and the valid dimensions and Σω·D over the valid ones.
type overallSums struct {
	applicable, valid, sum float64
	n                      int // valid dimensions
}

func (o *overallSums) add(omega, score float64, status ScoreStatus) {
	if status != ScoreNotApplicable {
		o.applicable += omega
	}
	if status == ScoreOK {
		o.n++
		o.valid += omega
		o.sum += omega * score
	}
}

func (o *overallSums) share() float64 {
	if o.applicable > 0 {
		return o.valid / o.applicable
	}
	return 0
}

func (o *overallSums) score(p Policy, dimensions int) (float64, ScoreStatus) {
	if o.n > 0 && o.n >= min(p.MinDimensions, dimensions) && o.valid > 0 && o.share() >= p.MinDimensionShare-thresholdSlack {
		return o.sum / o.valid, ScoreOK
	}
	return math.NaN(), ScoreInsufficient
}
