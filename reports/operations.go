package reports

import (
	"math"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// OperationsQuery asks for the index beside operational indicators. The query is not divided by segments: the parts that values were measured
// for stand with the indicators.
type OperationsQuery struct {
	Query
	Operations *surveys.Operations // valid for the survey
}

// Operations sets operational indicators beside the index: their scores by declared curves, the operational index O, and the blend
// (1−λ)·I + λ·O, which never takes the place of the index.
type Operations struct {
	Head
	OperationsTitle  string                 `json:"operations_title"`
	OperationalShare float64                `json:"operational_share"` // λ
	MinCovered       float64                `json:"min_covered"`       // least share of the indicators' weight with a value, for an operational index
	Method           string                 `json:"method"`
	Indicators       []OperationalIndicator `json:"indicators"`
	Groups           []OperationsGroup      `json:"groups"` // first all responses asked about, then the parts declared
	Ranking          *PeerRanking           `json:"ranking"`
}

// OperationalIndicator repeats what was declared of an indicator.
type OperationalIndicator struct {
	Key             string        `json:"key"`
	Label           string        `json:"label"`
	Unit            string        `json:"unit"`
	IndicatorWeight Number        `json:"weight"` // share of the operational index
	Better          string        `json:"better"` // higher, lower, neither
	Curve           []CurveAnchor `json:"curve"`
}

// CurveAnchor is a measured value and the score that it is declared to be worth.
type CurveAnchor struct {
	Value float64 `json:"value"`
	Score float64 `json:"score"`
}

// OperationsGroup is the index and the operational index of some responses, apart, and blended.
type OperationsGroup struct {
	Label       string           `json:"label"`
	Where       []Where          `json:"where"` // beside the filter
	From        *time.Time       `json:"from"`
	To          *time.Time       `json:"to"`
	Index       Estimate         `json:"index"`
	Indicators  []IndicatorScore `json:"indicators"`
	Operational Number           `json:"operational"` // O, 0..100; null if too little was measured
	Covered     Number           `json:"covered"`     // share of the indicators' weight with a value
	Status      string           `json:"status"`      // ok, partial, insufficient, not_measured
	Blend       Blend            `json:"blend"`
}

// IndicatorScore is a measured value and what it is worth.
type IndicatorScore struct {
	Key             string `json:"key"`
	Value           Number `json:"value"`
	Score           Number `json:"score"`            // 0..100
	EffectiveWeight Number `json:"effective_weight"` // among the indicators with a value; 0 without one
	Contribution    Number `json:"contribution"`     // they add up to Operational
}

// Blend is (1−λ)·index + λ·operational. Its error is that of the index: operational values are taken as they are declared.
type Blend struct {
	Estimate   Number `json:"estimate"`
	SE         Number `json:"se"`
	Low        Number `json:"ci_low"`
	High       Number `json:"ci_high"`
	Difference Number `json:"difference"` // from the index
}

// PeerRanking ranks airlines by measured values: scores that only hold within this set.
type PeerRanking struct {
	Method string `json:"method"`
	Peers  []Peer `json:"peers"` // our own first, then as declared
}

// Peer is an airline of a ranking.
type Peer struct {
	Label      string      `json:"label"`
	Own        bool        `json:"own"`
	Indicators []PeerScore `json:"indicators"`
	MinMax     Number      `json:"min_max"` // weighted means; null for a peer that lacks a value
	T          Number      `json:"t_score"`
	Rank       *int        `json:"rank"` // by T, 1 for the best; null likewise
}

// PeerScore is an airline's value of an indicator.
type PeerScore struct {
	Key    string `json:"key"`
	Value  Number `json:"value"`
	Score  Number `json:"score"`   // by the curve
	MinMax Number `json:"min_max"` // 100·(x−min)/(max−min), turned round where lower is better
	T      Number `json:"t_score"` // 50 + 10·z, likewise
}

// Operations answers a question about operational indicators. Errors: *surveys.InvalidError for a query that names what the survey does not
// have, asks for segments, or has a period beside those of declared groups; likewise for indicators that are not valid.
func (d *Dataset) Operations(q OperationsQuery) (*Operations, error) {
	bad := &surveys.InvalidError{Input: "query"}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "operational values are not divided by segments; declare the parts that they were measured for")
	}
	if q.Operations == nil {
		bad.Add("operations", "required", "name the operational indicators")
		return nil, bad
	}
	for _, g := range q.Operations.Groups {
		if (!q.From.IsZero() || !q.To.IsZero()) && (!g.From.IsZero() || !g.To.IsZero()) {
			bad.Add("from", "conflict", "the question has a period, and so has %q of the operational values", clip(g.Label))
			break
		}
	}
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	if err := q.Operations.Validate(&d.layout.survey.Questionnaire); err != nil {
		return nil, err
	}
	o, err := curves(q.Operations)
	if err != nil {
		return nil, err
	}
	var out *Operations
	err = d.ask(q.Query, func(b *builder) error {
		out, err = b.operations(q.Operations, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func curves(o *surveys.Operations) (*scoring.Operations, error) {
	var in []scoring.Indicator
	for _, x := range o.Indicators {
		i := scoring.Indicator{IndicatorWeight: x.IndicatorWeight}
		for _, a := range x.Curve {
			i.Values, i.Scores = append(i.Values, a.Value), append(i.Scores, a.Score)
		}
		in = append(in, i)
	}
	return scoring.NewOperations(in)
}

func (b *builder) operations(declared *surveys.Operations, o *scoring.Operations) (*Operations, error) {
	out := &Operations{OperationsTitle: declared.Title, OperationalShare: declared.Share, MinCovered: b.model.Policy.MinDimensionShare,
		Method:     "scores by straight lines between declared anchors, held at both ends; blend (1−λ)·index + λ·operational index, beside the index",
		Indicators: []OperationalIndicator{}, Groups: []OperationsGroup{}}
	shares := o.Shares()
	own := map[string]float64{}
	for i, x := range declared.Indicators {
		y := OperationalIndicator{Key: x.Key, Label: x.Label, Unit: x.Unit, IndicatorWeight: number(shares[i]), Better: better(x.Direction()), Curve: []CurveAnchor{}}
		for _, a := range x.Curve {
			y.Curve = append(y.Curve, CurveAnchor(a))
		}
		out.Indicators = append(out.Indicators, y)
		if x.Value != nil {
			own[x.Key] = *x.Value
		}
	}
	whole := OperationsGroup{Label: "All responses asked about", Where: []Where{}, From: timePointer(b.q.From), To: timePointer(b.q.To)}
	b.operationsGroup(&whole, declared, o, own, b)
	out.Groups = append(out.Groups, whole)
	for _, g := range declared.Groups {
		asked := b.q.Query
		x := OperationsGroup{Label: g.Label, Where: []Where{}, From: timePointer(g.From), To: timePointer(g.To)}
		for _, w := range g.Where {
			x.Where = append(x.Where, Where(w))
		}
		asked = withWhere(asked, x.Where)
		if !g.From.IsZero() || !g.To.IsZero() {
			asked = withPeriod(asked, g.From, g.To)
		}
		s, err := b.selection(asked)
		if err != nil {
			return nil, err
		}
		b.operationsGroup(&x, declared, o, g.Values, s)
		out.Groups = append(out.Groups, x)
	}
	if len(declared.Peers) > 0 {
		out.Ranking = rankPeers(declared, o, own)
	}
	out.Head = b.report.Head
	return out, nil
}

func better(direction int) string {
	switch direction {
	case 1:
		return "higher"
	case -1:
		return "lower"
	}
	return "neither"
}

// operationsGroup fills in the index of the responses that s selects and the scores of the values measured for them.
func (b *builder) operationsGroup(g *OperationsGroup, declared *surveys.Operations, o *scoring.Operations, measured map[string]float64, s *builder) {
	s.tabulate()
	d := s.division(nil)
	g.Index = s.overallOf(d, scoring.Whole, d.Base(scoring.IndexFigure, scoring.Whole), false)
	values := measuredValues(declared, measured)
	x := o.Score(values)
	g.Indicators, g.Operational, g.Covered = []IndicatorScore{}, None(), number(x.Covered)
	for i, of := range declared.Indicators {
		g.Indicators = append(g.Indicators, IndicatorScore{Key: of.Key, Value: number(values[i]), Score: number(x.Scores[i]), EffectiveWeight: None(), Contribution: None()})
	}
	g.Blend = Blend{Estimate: None(), SE: None(), Low: None(), High: None(), Difference: None()}
	switch {
	case len(measured) == 0:
		g.Status, g.Covered = "not_measured", 0
		return
	case !(x.Covered >= b.model.Policy.MinDimensionShare-1e-12):
		g.Status = "insufficient"
		return
	case len(measured) < len(declared.Indicators):
		g.Status = "partial"
	default:
		g.Status = "ok"
	}
	g.Operational = number(x.Index)
	for i := range g.Indicators {
		g.Indicators[i].EffectiveWeight, g.Indicators[i].Contribution = number(x.Shares[i]), number(x.Contributions[i])
	}
	if !g.Index.Status.shown() {
		return
	}
	blend := func(n Number) Number { return number(scoring.Blend(float64(n), x.Index, declared.Share)) }
	g.Blend = Blend{Estimate: blend(g.Index.Estimate), SE: number((1 - declared.Share) * float64(g.Index.SE)), Low: blend(g.Index.Low), High: blend(g.Index.High)}
	g.Blend.Difference = g.Blend.Estimate - g.Index.Estimate
}

// measuredValues are measured values in the order of the indicators; NaN for none.
func measuredValues(declared *surveys.Operations, measured map[string]float64) []float64 {
	out := make([]float64, len(declared.Indicators))
	for i, x := range declared.Indicators {
		out[i] = math.NaN()
		if v, ok := measured[x.Key]; ok {
			out[i] = v
		}
	}
	return out
}

// rankPeers ranks our own values with those of the peers, over the indicators that any peer has a value of.
func rankPeers(declared *surveys.Operations, o *scoring.Operations, own map[string]float64) *PeerRanking {
	out := &PeerRanking{Method: "within these airlines only: min-max 100·(x−min)/(max−min) and 50 + 10·z, n−1 in the variance, turned round where lower is better; weighted means"}
	all := []map[string]float64{own}
	out.Peers = append(out.Peers, Peer{Label: "Own", Own: true})
	ranked := map[string]bool{}
	for _, p := range declared.Peers {
		all, out.Peers = append(all, p.Values), append(out.Peers, Peer{Label: p.Label})
		for key := range p.Values {
			ranked[key] = true
		}
	}
	n := len(all)
	byMinMax, byT, lacks := make([][]float64, n), make([][]float64, n), make([]bool, n)
	scores := make([]scoring.OperationalScore, n)
	for p := range all {
		scores[p] = o.Score(measuredValues(declared, all[p]))
	}
	for i, x := range declared.Indicators {
		if !ranked[x.Key] {
			for p := range all {
				byMinMax[p], byT[p] = append(byMinMax[p], math.NaN()), append(byT[p], math.NaN())
			}
			continue
		}
		values := make([]float64, n)
		for p := range all {
			values[p] = measuredValues(declared, all[p])[i]
			lacks[p] = lacks[p] || math.IsNaN(values[p])
		}
		r := scoring.Rank(values, x.Direction() < 0)
		for p := range all {
			byMinMax[p], byT[p] = append(byMinMax[p], r.MinMax[p]), append(byT[p], r.T[p])
			out.Peers[p].Indicators = append(out.Peers[p].Indicators, PeerScore{Key: x.Key, Value: number(values[p]), Score: number(scores[p].Scores[i]), MinMax: number(r.MinMax[p]), T: number(r.T[p])})
		}
	}
	for p := range all {
		out.Peers[p].MinMax, out.Peers[p].T = None(), None()
		if !lacks[p] {
			out.Peers[p].MinMax, out.Peers[p].T = number(o.Standing(byMinMax[p])), number(o.Standing(byT[p]))
		}
	}
	for p := range out.Peers {
		if !out.Peers[p].T.Valid() {
			continue
		}
		rank := 1
		for _, other := range out.Peers {
			if other.T > out.Peers[p].T+1e-9 {
				rank++
			}
		}
		out.Peers[p].Rank = &rank
	}
	return out
}
