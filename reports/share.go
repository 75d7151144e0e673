package reports

import "paxscore/scoring"

// ShareDifference sets two shares against each other as those of independent samples (METHOD section 7), beside the figures of the pair,
// which know the design. It knows of weights by the effective number of responses, of clusters and strata nothing, and is not
// adjusted for many tests.
type ShareDifference struct {
	Method string `json:"method"`
	SE     Number `json:"se"` // unpooled
	Z      Number `json:"z"`
	P      Number `json:"p"`
	Low    Number `json:"ci_low"` // Newcombe 1998
	High   Number `json:"ci_high"`
}

const shareMethod = "unpooled z test and Newcombe interval (method 10) on effective numbers of responses, as of independent samples"

func (b *builder) shareDifference(d scoring.ShareDifference) *ShareDifference {
	return &ShareDifference{Method: shareMethod, SE: number(d.SE), Z: number(d.Z), P: number(d.P), Low: number(d.Low), High: number(d.High)}
}
