package reports

import (
	"slices"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// ExplanationQuery asks what an index is made of and, with Versus, why it changed. By is empty, or with Versus one attribute whose
// groups explain the change of the mean index.
type ExplanationQuery struct {
	Query
	Versus *Versus
}

// Versus is the earlier period of a comparison, under the same conditions. It must not overlap the period of the query.
type Versus struct {
	Model    string // its model, with the same dimensions; "" is that of the query
	From, To time.Time
}

// Explanation says what the index is made of. The contributions of the dimensions add up to IndexOfMeans exactly, those of items to
// their dimension's.
type Explanation struct {
	Head
	Overall        Estimate                `json:"overall"`        // the index: mean of the passengers' indices
	IndexOfMeans   Estimate                `json:"index_of_means"` // what contributions add up to
	MissingDataGap Number                  `json:"missing_data_gap"`
	Dimensions     []DimensionContribution `json:"dimensions"`
	Change         *Change                 `json:"change"` // from the earlier period; null without one
}

// DimensionContribution is a dimension with its items.
type DimensionContribution struct {
	DimensionEstimate
	Items []ItemContribution `json:"items"`
}

// ItemContribution is an item's part of the index: dimension weight × realised share × mean.
type ItemContribution struct {
	Key           string `json:"key"`
	Label         string `json:"label"`
	ItemWeight    Number `json:"weight"`         // share of the dimension, as declared
	RealisedShare Number `json:"realised_share"` // mean share of the dimension over who answered what; the weight where nothing is missing
	Mean          Number `json:"mean"`           // score, 0..100, each response counting with its share
	Contribution  Number `json:"contribution"`   // points of the index
	N             *int   `json:"n"`
	Status        Status `json:"status"` // the items of a dimension are shown together or not at all
}

// Change attributes the change of the index from an earlier period to scores and weights, and to groups.
type Change struct {
	Model         string            `json:"model"` // of the earlier period
	ModelVersion  string            `json:"model_version"`
	From          *time.Time        `json:"from"`
	To            *time.Time        `json:"to"`
	Weighting     Weighting         `json:"weighting"`
	Responses     Responses         `json:"responses"` // of the earlier period
	Before        Estimate          `json:"before"`    // index of means in the earlier period
	BeforeOverall Estimate          `json:"before_overall"`
	Difference    Number            `json:"difference"` // of the indices of means, later less earlier
	SE            Number            `json:"se"`
	Low           Number            `json:"ci_low"`
	High          Number            `json:"ci_high"`
	FromScores    Number            `json:"from_scores"` // with FromWeights it adds up to Difference
	FromWeights   Number            `json:"from_weights"`
	Dimensions    []DimensionChange `json:"dimensions"`
	Groups        *GroupChange      `json:"groups"` // null unless asked by an attribute
}

// DimensionChange is a dimension's part in a change: ½(ω₀+ω₁)ΔD from scores and ½(D₀+D₁)Δω from weights.
type DimensionChange struct {
	Key          string       `json:"key"`
	Label        string       `json:"label"`
	WeightBefore Number       `json:"weight_before"`
	WeightAfter  Number       `json:"weight_after"`
	MeanBefore   Number       `json:"mean_before"`
	MeanAfter    Number       `json:"mean_after"`
	FromScores   Number       `json:"from_scores"`
	FromWeights  Number       `json:"from_weights"`
	Items        []ItemChange `json:"items"` // both parts of all items add up to the dimension's FromScores
}

// ItemChange is an item's part in a dimension's change of scores.
type ItemChange struct {
	Key        string `json:"key"`
	Label      string `json:"label"`
	FromScores Number `json:"from_scores"`
	FromShares Number `json:"from_shares"` // other items answered, or item weights changed
}

// GroupChange attributes the change of the mean index to what happened within groups and to their mix.
type GroupChange struct {
	Attribute  string      `json:"attribute"`
	Difference Number      `json:"difference"` // of the mean indices: Within + Mix
	Within     Number      `json:"within"`
	Mix        Number      `json:"mix"`
	Groups     []GroupPart `json:"groups"`
}

// GroupPart is a group's part: ½(p₀+p₁)Δx within, ½(x₀+x₁)Δp, about the mean of both periods, from the mix.
type GroupPart struct {
	Level       string `json:"level"`
	Label       string `json:"label"`
	NBefore     *int   `json:"n_before"`
	NAfter      *int   `json:"n_after"`
	ShareBefore Number `json:"share_before"` // of the response weight
	ShareAfter  Number `json:"share_after"`
	MeanBefore  Number `json:"mean_before"` // index
	MeanAfter   Number `json:"mean_after"`
	Within      Number `json:"within"`
	Mix         Number `json:"mix"`
	Status      Status `json:"status"`
}

// Explain says what the index is made of and why it changed. Errors: *surveys.InvalidError for a query that names what the survey does
// not have, periods that overlap, models whose dimensions differ.
func (d *Dataset) Explain(q ExplanationQuery) (*Explanation, error) {
	earlier, err := d.earlier(q)
	if err != nil {
		return nil, err
	}
	var out *Explanation
	err = d.askSums(q.Query, func(b *builder) error {
		b.tabulate()
		b.position()
		out = b.explain()
		if earlier == nil {
			return nil
		}
		if !slices.Equal(slices.Sorted(slices.Values(b.dimensionKeys())), slices.Sorted(slices.Values((&builder{q: earlier}).dimensionKeys()))) {
			bad := &surveys.InvalidError{Input: "query"}
			bad.Add("versus_model", "mismatch", "models %s and %s have not the same dimensions", earlier.model.Key, b.q.model.Key)
			return bad
		}
		before, err := d.newBuilder(earlier)
		if err != nil {
			return err
		}
		before.begin()
		before.tabulate()
		before.position()
		out.Change = b.change(out, before)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// earlier resolves the question about the earlier period; nil without one.
func (d *Dataset) earlier(q ExplanationQuery) (*question, error) {
	bad := &surveys.InvalidError{Input: "query"}
	if q.Versus == nil {
		if len(q.By) > 0 {
			bad.Add("by", "required", "groups explain a change: name an earlier period too")
		}
		return nil, bad.OrNil()
	}
	if len(q.By) > 1 || len(q.By) == 1 && len(q.By[0]) != 1 {
		bad.Add("by", "length", "a change is explained by the groups of one attribute")
	}
	v := *q.Versus
	if v.From.IsZero() && v.To.IsZero() {
		bad.Add("versus_from", "required", "an earlier period begins or ends at some time")
	} else if begun(v.From, q.To) && begun(q.From, v.To) {
		bad.Add("versus_to", "range", "the two periods overlap")
	}
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	again := q.Query
	again.From, again.To = v.From, v.To
	if v.Model != "" {
		again.Model = v.Model
	}
	out, err := d.layout.resolve(again)
	if invalid, ok := err.(*surveys.InvalidError); ok {
		for i, f := range invalid.Fields {
			switch f.Field {
			case "model", "to":
				invalid.Fields[i].Field = "versus_" + f.Field
			}
		}
	}
	return out, err
}

// begun reports whether a period that begins at from has begun before another ends at to; zero is open.
func begun(from, to time.Time) bool { return from.IsZero() || to.IsZero() || from.Before(to) }

func (b *builder) explain() *Explanation {
	b.figures()
	r := b.report
	out := &Explanation{Head: b.report.Head, Overall: r.Overall, IndexOfMeans: r.IndexOfMeans, MissingDataGap: r.MissingDataGap, Dimensions: []DimensionContribution{}}
	for d := range r.Dimensions {
		out.Dimensions = append(out.Dimensions, DimensionContribution{DimensionEstimate: r.Dimensions[d], Items: b.itemContributions(d)})
	}
	return out
}

// parts are the items' parts of a dimension, and the status at which all of them are shown: a hidden one alone could be found from the others.
func (b *builder) parts(d int) ([]scoring.ItemPart, Status) {
	parts := b.sample.DimensionParts(d, b.domain)
	status := b.report.Dimensions[d].Status
	for _, p := range parts {
		if p.N == 0 {
			continue
		}
		if s := b.statusOf(p.Base, false); worse(s, status) {
			status = s
		}
	}
	return parts, status
}

// worse orders what can be shown.
func worse(s, than Status) bool {
	order := []Status{StatusOK, StatusFlagged, StatusBaseTooSmall, StatusNotComputable, StatusSuppressed}
	return slices.Index(order, s) > slices.Index(order, than)
}

func (b *builder) itemContributions(d int) []ItemContribution {
	parts, status := b.parts(d)
	out := []ItemContribution{}
	for j, p := range parts {
		it := b.rated[p.Item]
		x := ItemContribution{Key: string(it.Key), Label: b.words(it.Text, string(it.Key)), ItemWeight: Number(b.model.Dimensions[d].Items[j].ItemWeight),
			RealisedShare: None(), Mean: None(), Contribution: None(), Status: status}
		if status != StatusSuppressed {
			n := p.N
			x.N = &n
		}
		if status.shown() {
			x.RealisedShare, x.Mean, x.Contribution = number(p.Share), number(p.Mean), 0
			if p.N > 0 {
				x.Contribution = number(b.model.Dimensions[d].DimensionWeight * p.Share * p.Mean)
			}
		}
		out = append(out, x)
	}
	return out
}
