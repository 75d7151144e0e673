package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// ResponseParts takes the index of one response apart: I = Σ DimensionPart.Contribution, and each of these = Σ ScorePart.Contribution over
// the items of its dimension.
type ResponseParts struct {
	Score      Score
	Dimensions []DimensionPart
}

// DimensionPart is what a dimension is in the index of one response.
type DimensionPart struct {
	// AnsweredShare is the answered share of the applicable item weight, 0..1; NaN where nothing is applicable.
	AnsweredShare float64
	// Share is ω_d/Σω over the valid dimensions: the declared weight where nothing is missing, 0 for a dimension without a score. NaN
	// where there is no index.
	Share        float64
	Contribution float64 // Share·D_d, points of the index; NaN where there is no index
	Items        []ScorePart
}

// ScorePart is what the answer to an item is in the index of one response.
type ScorePart struct {
	Item  int     // position
	Score float64 // 0..100; NaN if it was not answered
	// Share is u_j/Σu over the answered items of the dimension, 0 for an item not answered; NaN where the dimension has no score.
	Share float64
	// Effective is the share in the index, that of the dimension times that in it; 0 for an item of a dimension without a score.
	// NaN where there is no index.
	Effective    float64
	Contribution float64 // Effective·Score, points of the index; NaN where there is no index
}

// Explain scores one response, codes in the order of Items, and takes its index apart by dimensions and items (METHOD section 4):
// I = Σ_valid ω_d·D_d/Σ_valid ω and D_d = Σ_ans u_j·s_j/Σ_ans u. What is missing has no part; the others' weights are what they declare,
// made to add to 1 again.
func (m *Model) Explain(codes []byte) ResponseParts {
	out := ResponseParts{Dimensions: make([]DimensionPart, len(m.Dimensions))}
	m.Score(codes, &out.Score)
	omega := make([]float64, len(m.Dimensions))
	ones := make([]float64, len(m.Dimensions)) // 1 for a dimension with a score: its part of their mean is its share
	for d := range m.Dimensions {
		omega[d], ones[d] = m.Dimensions[d].DimensionWeight, 1
		if out.Score.DimensionStatus[d] != ScoreOK {
			ones[d] = math.NaN()
		}
	}
	shares, _ := stats.Contributions(omega, ones)
	for d := range m.Dimensions {
		p := &out.Dimensions[d]
		p.Share = math.NaN()
		if out.Score.OverallStatus == ScoreOK {
			p.Share = shares[d]
		}
		p.Contribution = part(p.Share, out.Score.Dimensions[d])
		m.explainItems(d, codes, out.Score.DimensionStatus[d], p)
	}
	return out
}

// explainItems fills in the items of a dimension.
func (m *Model) explainItems(d int, codes []byte, status ScoreStatus, p *DimensionPart) {
	items := m.Dimensions[d].Items
	u, scores, ones := make([]float64, len(items)), make([]float64, len(items)), make([]float64, len(items))
	var sums [1]dimensionSums
	for j, it := range items {
		u[j], scores[j], ones[j] = it.ItemWeight, m.ItemScore(it.Item, codes[it.Item]), 1
		if math.IsNaN(scores[j]) {
			ones[j] = math.NaN()
		}
		m.parts(it).add(codes[it.Item:it.Item+1], []uint32{0}, sums[:])
	}
	p.AnsweredShare = math.NaN()
	if sums[0].applicable > 0 {
		p.AnsweredShare = sums[0].answered / sums[0].applicable
	}
	shares, _ := stats.Contributions(u, ones)
	for j, it := range items {
		x := ScorePart{Item: it.Item, Score: scores[j], Share: math.NaN(), Effective: p.Share}
		if status == ScoreOK {
			x.Share, x.Effective = shares[j], p.Share*shares[j]
		}
		x.Contribution = part(x.Effective, x.Score)
		p.Items = append(p.Items, x)
	}
}

// part is share·score, 0 for a share of 0 whatever the score.
func part(share, score float64) float64 {
	if share == 0 {
		return 0
	}
	return share * score
}
