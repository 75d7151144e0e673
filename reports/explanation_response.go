package reports

import (
	"fmt"
	"time"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// ResponseQuery asks what the index of one response is made of.
type ResponseQuery struct {
	Row        int    // of the data set, from 0; for a response that has no Seq
	Seq        int64  // of the response's commit; 0 for none
	ID         string // as the answer repeats it; "" where it has none
	Number     int    // of the row in its file, from 1; with a Seq it is that of the response among the survey's in the order of commits
	Model      string // key; "" is the survey's default
	Unweighted bool   // as in a Query; the index of one response has no response weight in it
}

// ResponseExplanation takes the index of one response apart. Contributions of the dimensions add up to Index exactly, those of items to
// their dimension's. It holds one passenger's answers: surfaces give it only to those who may read responses.
type ResponseExplanation struct {
	Head
	Response       ExplainedResponse      `json:"response"`
	Index          Number                 `json:"index"`            // 0..100
	Native         Number                 `json:"native"`           // in the units of the answers, where they share a scale
	Status         string                 `json:"status"`           // ok, insufficient
	Reason         string                 `json:"reason"`           // why there is no index; "" where there is
	DimensionShare Number                 `json:"dimension_share"`  // valid share of the applicable dimension weight
	Valid          int                    `json:"valid_dimensions"` // dimensions with a score
	Dimensions     []ResponseContribution `json:"dimensions"`
	OverallItem    *ResponseAnswer        `json:"overall_item"` // the single overall question, which has no part in the index
}

// ExplainedResponse is which response it is, and what the screening makes of it.
type ExplainedResponse struct {
	ID          string            `json:"id"`
	Number      int               `json:"number"`
	Version     int               `json:"survey_version"` // that it was given to
	SubmittedAt *time.Time        `json:"submitted_at"`
	Seconds     Number            `json:"seconds"`
	Attributes  map[string]string `json:"attributes"` // those known
	BaseWeight  float64           `json:"base_weight"`
	Verdict     string            `json:"verdict"`      // valid, duplicate, careless, break_off
	RulesBroken []string          `json:"rules_broken"` // rules of the screening, in force or not; keys as in Quality
}

// ResponseContribution is a dimension's part of the index of one response.
type ResponseContribution struct {
	Key             string               `json:"key"`
	Label           string               `json:"label"`
	DimensionWeight float64              `json:"weight"`           // as declared
	EffectiveWeight Number               `json:"effective_weight"` // among the dimensions with a score; 0 without one, null where there is no index
	Score           Number               `json:"score"`            // 0..100
	Status          string               `json:"status"`           // ok, not_applicable, insufficient
	AnsweredShare   Number               `json:"answered_share"`   // answered share of the applicable item weight
	Contribution    Number               `json:"contribution"`     // effective weight × score, points of the index
	Items           []AnswerContribution `json:"items"`
}

// AnswerContribution is an answer's part of the index of one response.
type AnswerContribution struct {
	ResponseAnswer
	ItemWeight      float64 `json:"weight"`           // share of the dimension, as declared
	Share           Number  `json:"share"`            // of the dimension, among the items answered; null where it has no score
	EffectiveWeight Number  `json:"effective_weight"` // share of the index; 0 for what is missing, null where there is no index
	Contribution    Number  `json:"contribution"`     // effective weight × score, points of the index
}

// ResponseAnswer is the answer to an item.
type ResponseAnswer struct {
	Key    string `json:"key"`
	Label  string `json:"label"`
	Answer string `json:"answer"` // rated, skipped, not_applicable, not_routed
	Rating *int   `json:"rating"` // in the units of the answers
	Score  Number `json:"score"`  // 0..100
}

// ExplainResponse takes the index of one response apart. Errors: *surveys.InvalidError for a model that the survey does not have or a row
// that the data set does not; surveys.ErrNotFound for a Seq that it does not.
func (d *Dataset) ExplainResponse(q ResponseQuery) (*ResponseExplanation, error) {
	var out *ResponseExplanation
	err := d.askSums(Query{Model: q.Model, Unweighted: q.Unweighted}, func(b *builder) error {
		if q.Seq != 0 {
			row, held := b.table.RowOf(q.Seq)
			if !held {
				return fmt.Errorf("explain response %d: %w", q.Seq, surveys.ErrNotFound)
			}
			q.Row, q.Number = int(row), int(row)+1
		}
		if q.Row < 0 || q.Row >= b.table.Len() {
			bad := &surveys.InvalidError{Input: "query"}
			bad.Add("response", "range", "there are %d responses, not a %dth", b.table.Len(), q.Row+1)
			return bad
		}
		out = b.explainResponse(uint32(q.Row), q)
		return nil
	})
	return out, err
}

func (b *builder) explainResponse(row uint32, q ResponseQuery) *ResponseExplanation {
	codes := make([]byte, len(b.rated))
	b.table.Ratings(row, codes)
	parts := b.model.Explain(codes)
	out := &ResponseExplanation{Head: b.report.Head, Response: b.explained(row, q), Index: number(parts.Score.Overall), Native: None(),
		Status: parts.Score.OverallStatus.String(), DimensionShare: Number(parts.Score.DimensionShare), Dimensions: []ResponseContribution{}}
	if out.Index.Valid() {
		out.Native = b.native(Estimate{Estimate: out.Index, Native: None()}, b.model.Dimensions...).Native
	}
	for d, p := range parts.Dimensions {
		of := b.q.model.Dimensions[d]
		c := ResponseContribution{Key: string(of.Key), Label: b.words(of.Label, string(of.Key)), DimensionWeight: of.DimensionWeight, EffectiveWeight: number(p.Share),
			Score: number(parts.Score.Dimensions[d]), Status: parts.Score.DimensionStatus[d].String(), AnsweredShare: number(p.AnsweredShare),
			Contribution: number(p.Contribution), Items: []AnswerContribution{}}
		if parts.Score.DimensionStatus[d] == scoring.ScoreOK {
			out.Valid++
		}
		for j, i := range p.Items {
			c.Items = append(c.Items, AnswerContribution{ResponseAnswer: b.answerTo(i.Item, codes[i.Item]), ItemWeight: b.model.Dimensions[d].Items[j].ItemWeight,
				Share: number(i.Share), EffectiveWeight: number(i.Effective), Contribution: number(i.Contribution)})
		}
		out.Dimensions = append(out.Dimensions, c)
	}
	if parts.Score.OverallStatus != scoring.ScoreOK {
		p := b.model.Policy
		out.Reason = fmt.Sprintf("%d of %s have a score, with %s of the weight of those that apply; an index needs %d, with %s of it.", out.Valid,
			plural(len(b.model.Dimensions), "dimension", "dimensions"), share(parts.Score.DimensionShare), min(p.MinDimensions, len(b.model.Dimensions)), share(p.MinDimensionShare))
	}
	if b.overall != scoring.None {
		a := b.answerTo(b.overall, codes[b.overall])
		out.OverallItem = &a
	}
	return out
}

func share(of float64) string { return Format(100*of, 1) + " %" }

// explained tells which response it is.
func (b *builder) explained(row uint32, q ResponseQuery) ExplainedResponse {
	out := ExplainedResponse{ID: q.ID, Number: q.Number, Seconds: None(), Attributes: map[string]string{}, BaseWeight: b.table.ResponseWeight(row),
		Verdict: verdictOf(b.screened.fates[row]).String(), RulesBroken: rulesBroken(b.d.screen.Breaches(row, b.screened.milliseconds))}
	if ms := b.table.Milliseconds(row); ms > 0 {
		out.Seconds = Number(float64(ms) / 1000)
	}
	if s := b.table.Submitted(row); s > 0 {
		at := time.Unix(int64(s), 0).UTC()
		out.SubmittedAt = &at
	}
	for i, a := range b.attributes {
		column := b.table.Attribute(i)
		level := column.Levels()[column.At(row)]
		switch {
		case level == "":
		case a.key == attributeVersion:
			_, _ = fmt.Sscan(level, &out.Version) // written by Append from a number
		default:
			out.Attributes[a.key] = level
		}
	}
	return out
}

// rulesBroken are the keys of the screening rules that a response breaks.
func rulesBroken(breaches scoring.Breach) []string {
	out := []string{}
	for _, r := range []struct {
		breach scoring.Breach
		key    string
	}{{scoring.BreaksDuplicate, "duplicate"}, {scoring.BreaksStraightAndFast, "straight_and_fast"}, {scoring.BreaksHasty, "under_2s_per_item"}, {scoring.BreaksOff, "break_off"}} {
		if breaches&r.breach != 0 {
			out = append(out, r.key)
		}
	}
	return out
}

// answerTo reads the code of an item.
func (b *builder) answerTo(item int, code byte) ResponseAnswer {
	it := b.rated[item]
	out := ResponseAnswer{Key: string(it.Key), Label: b.words(it.Text, string(it.Key)), Score: number(b.model.ItemScore(item, code))}
	switch code {
	case columns.NotRouted:
		out.Answer = "not_routed"
	case columns.NotApplicable:
		out.Answer = "not_applicable"
	case columns.Skipped:
		out.Answer = "skipped"
	default:
		out.Answer = "rated"
		rating := b.items[item].Low + int(code)
		out.Rating = &rating
	}
	return out
}
