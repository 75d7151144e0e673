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
	var valid int
	var validWeight, applicableWeight, sum float64
	for d := range m.Dimensions {
		omega := m.Dimensions[d].DimensionWeight
		score, status := m.scoreDimension(d, codes)
		s.Dimensions[d], s.DimensionStatus[d] = score, status
		if status != ScoreNotApplicable {
			applicableWeight += omega
		}
		if status == ScoreOK {
			valid++
			validWeight += omega
			sum += omega * score
		}
	}
	s.DimensionShare = 0
	if applicableWeight > 0 {
		s.DimensionShare = validWeight / applicableWeight
	}
	s.Overall, s.OverallStatus = math.NaN(), ScoreInsufficient
	if valid > 0 && valid >= min(m.Policy.MinDimensions, n) && validWeight > 0 && s.DimensionShare >= m.Policy.MinDimensionShare-thresholdSlack {
		s.Overall, s.OverallStatus = sum/validWeight, ScoreOK
	}
}

func (m *Model) scoreDimension(d int, codes []byte) (float64, ScoreStatus) {
	var answered, applicable, sum float64
	routed := false
	items := m.Dimensions[d].Items
	for i := range items {
		u := items[i].ItemWeight
		code := codes[items[i].Item]
		if code == columns.NotRouted || code == columns.NotApplicable {
			continue
		}
		routed = true
		applicable += u
		if scores := m.Items[items[i].Item].Scores; int(code) < len(scores) {
			answered += u
			sum += u * scores[code]
		}
	}
	switch {
	case !routed:
		return math.NaN(), ScoreNotApplicable
	case answered > 0 && answered/applicable >= m.Policy.MinItemShare-thresholdSlack:
		return sum / answered, ScoreOK
	}
	return math.NaN(), ScoreInsufficient
}
