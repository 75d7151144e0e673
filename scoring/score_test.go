package scoring_test

import (
	"math"
	"testing"

	"paxscore/scoring"
)

// A share that reaches its threshold but for rounding is enough (METHOD section 4): .3/(.1+.2+.3) and (.1+.15+.05)/(.1+.2+.15+.05)
// come out below .5 and .6 in float64.
func TestThresholdsAreReached(t *testing.T) {
	m := &scoring.Model{Overall: scoring.None, Recommend: scoring.None, Policy: scoring.Policy{MinItemShare: .5, MinDimensions: 3, MinDimensionShare: .6}}
	for range 8 {
		m.Items = append(m.Items, scoring.Item{Low: 0, High: 10, Scores: scoring.LinearScores(0, 10, false), Rating: true})
	}
	u := func(item int, w float64) scoring.ItemWeight { return scoring.ItemWeight{Item: item, ItemWeight: w} }
	m.Dimensions = []scoring.Dimension{
		{DimensionWeight: .1, Items: []scoring.ItemWeight{u(0, .1), u(1, .2), u(2, .3), u(3, .4)}},
		{DimensionWeight: .2, Items: []scoring.ItemWeight{u(4, 1)}}, {DimensionWeight: .15, Items: []scoring.ItemWeight{u(5, 1)}},
		{DimensionWeight: .05, Items: []scoring.ItemWeight{u(6, 1)}}, {DimensionWeight: .5, Items: []scoring.ItemWeight{u(7, 1)}},
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	var s scoring.Score
	m.Score([]byte{sk, sk, 8, na, sk, 7, 6, nr}, &s)
	if s.Dimensions[0] != 80 || s.OverallStatus != scoring.ScoreOK || math.Abs(s.Overall-(.1*80+.15*70+.05*60)/.3) > 1e-12 {
		t.Errorf("score %+v", s)
	}
	if !(s.DimensionShare < .6) {
		t.Errorf("share %v does not test the threshold", s.DimensionShare)
	}
	m.Score([]byte{sk, 8, sk, na, sk, 7, 6, nr}, &s)
	if s.DimensionStatus[0] != scoring.ScoreInsufficient || s.OverallStatus != scoring.ScoreInsufficient || !math.IsNaN(s.Overall) {
		t.Errorf("score %+v of too little", s)
	}
	// A model of one dimension cannot have three valid ones.
	m.Dimensions = m.Dimensions[1:2]
	if m.Score([]byte{sk, sk, sk, sk, 7, sk, sk, sk}, &s); s.Overall != 70 {
		t.Errorf("score %+v of the only dimension", s)
	}
}

func TestModelCheck(t *testing.T) {
	for name, change := range map[string]func(*scoring.Model){
		"no scale": func(m *scoring.Model) { m.Items[0].High = 0 },
		"too long": func(m *scoring.Model) {
			m.Items[0] = scoring.Item{High: 250, Scores: scoring.LinearScores(0, 250, false)}
		},
		"score":           func(m *scoring.Model) { m.Items[0].Scores = append([]float64{math.NaN()}, m.Items[0].Scores[1:]...) },
		"dimension":       func(m *scoring.Model) { m.Dimensions[0].DimensionWeight = -.1 },
		"item weight":     func(m *scoring.Model) { m.Dimensions[0].Items[0].ItemWeight = math.Inf(1) },
		"unknown item":    func(m *scoring.Model) { m.Dimensions[0].Items[0].Item = 18 },
		"unknown overall": func(m *scoring.Model) { m.Overall = 18 },
	} {
		m := studyModel()
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		if change(m); m.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
