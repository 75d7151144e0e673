package surveys

import "time"

// MaxOperationalShare is the largest part that operational indicators may have beside the index (METHOD section 9).
const MaxOperationalShare = 0.3

// Operations are measured figures of the operation that stand beside the index: what each is worth by a declared curve, and how much of
// a blend with the index they may be.
type Operations struct {
	Title      string
	Share      float64 // λ of the blend (1−λ)·index + λ·operational index, 0..MaxOperationalShare
	Indicators []OperationalIndicator
	Groups     []MeasuredGroup // periods and segments for which values were measured
	Peers      []Peer          // other airlines to be ranked with
}

// OperationalIndicator is a measured figure and the curve that scores it.
type OperationalIndicator struct {
	Key             string
	Label           string
	Unit            string
	IndicatorWeight float64 // importance; only proportions count
	Curve           []CurveAnchor
	Value           *float64 // measured for all the responses asked about; nil if it was not
}

// CurveAnchor is a declared point: a measured value and the score, 0..100, that it is worth.
type CurveAnchor struct {
	Value, Score float64
}

// MeasuredGroup holds the values measured for a part of the responses: a period, a segment, or both.
type MeasuredGroup struct {
	Label    string
	Where    []MeasuredWhere
	From, To time.Time          // submitted at or after From and before To; zero is open
	Values   map[string]float64 // by key of the indicator
}

// MeasuredWhere selects the responses whose attribute has one of the values.
type MeasuredWhere struct {
	Attribute string
	Values    []string
}

// Peer is another airline with its values.
type Peer struct {
	Label  string
	Values map[string]float64 // by key of the indicator
}

// Direction is 1 where a higher value never has a lower score, -1 where it never has a higher one, 0 where the curve turns or is flat.
func (i *OperationalIndicator) Direction() int {
	up, down := false, false
	for k := 1; k < len(i.Curve); k++ {
		up = up || i.Curve[k].Score > i.Curve[k-1].Score
		down = down || i.Curve[k].Score < i.Curve[k-1].Score
	}
	switch {
	case up && !down:
		return 1
	case down && !up:
		return -1
	}
	return 0
}
