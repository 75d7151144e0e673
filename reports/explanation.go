package reports

import (
	"math"
	"slices"
	"time"

	"paxscore/scoring"
	"paxscore/scoring/stats"
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
	err = d.ask(q.Query, func(b *builder) error {
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
	again.From, again.To, again.By = v.From, v.To, nil
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
	out := &Explanation{Head: b.heading(), Overall: r.Overall, IndexOfMeans: r.IndexOfMeans, MissingDataGap: r.MissingDataGap, Dimensions: []DimensionContribution{}}
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

// change attributes the difference of an explanation to the one before.
func (b *builder) change(now *Explanation, before *builder) *Change {
	before.figures()
	r := before.report
	out := &Change{Model: r.Model, ModelVersion: r.ModelVersion, From: r.Filter.From, To: r.Filter.To, Weighting: r.Weighting, Responses: r.Responses,
		Before: r.IndexOfMeans, BeforeOverall: r.Overall, Difference: None(), SE: None(), Low: None(), High: None(), FromScores: None(), FromWeights: None(),
		Dimensions: []DimensionChange{}}
	for _, w := range r.Warnings {
		now.Warnings = append(slices.Clone(now.Warnings), "Earlier period: "+w)
	}
	shown := now.IndexOfMeans.Status.shown() && r.IndexOfMeans.Status.shown()
	n := len(b.model.Dimensions)
	was := make([]int, n) // position in the earlier model
	shares0, scores0, shares1, scores1 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for d, x := range now.Dimensions {
		was[d] = slices.IndexFunc(r.Dimensions, func(o DimensionEstimate) bool { return o.Key == x.Key })
		o := r.Dimensions[was[d]]
		shares0[d], scores0[d] = o.DimensionWeight, float64(o.Estimate.Estimate)
		shares1[d], scores1[d] = x.DimensionWeight, float64(x.Estimate.Estimate)
	}
	fromScores, fromWeights := stats.IndexChange(shares0, scores0, shares1, scores1)
	var scores, weights stats.Sum
	for d, x := range now.Dimensions {
		c := DimensionChange{Key: x.Key, Label: x.Label, WeightBefore: Number(shares0[d]), WeightAfter: Number(shares1[d]), MeanBefore: Number(scores0[d]), MeanAfter: Number(scores1[d]),
			FromScores: None(), FromWeights: None(), Items: []ItemChange{}}
		if shown {
			c.FromScores, c.FromWeights = number(fromScores[d]), number(fromWeights[d])
			scores.Add(fromScores[d])
			weights.Add(fromWeights[d])
			c.Items = b.itemChanges(d, before, was[d], (shares0[d]+shares1[d])/2)
		}
		out.Dimensions = append(out.Dimensions, c)
	}
	if shown {
		out.FromScores, out.FromWeights = number(scores.Value()), number(weights.Value())
		out.Difference = now.IndexOfMeans.Estimate - r.IndexOfMeans.Estimate
		v, df := b.sample.IndexOfMeansChange(b.domain, before.sample, before.domain)
		low, high := stats.Interval(float64(out.Difference), v, df, b.confidence())
		out.SE, out.Low, out.High = number(math.Sqrt(v)), number(low), number(high)
	}
	if len(b.q.by) == 1 {
		out.Groups = b.groupChange(before)
	}
	return out
}

// itemChanges attributes the change of a dimension's mean to its items, in points of the index. Items of which nothing may be
// shown in one of the periods are left out.
func (b *builder) itemChanges(d int, before *builder, was int, omega float64) []ItemChange {
	after, statusAfter := b.parts(d)
	earlier, statusBefore := before.parts(was)
	out := []ItemChange{}
	if !statusAfter.shown() || !statusBefore.shown() {
		return out
	}
	var items []int
	for _, p := range slices.Concat(after, earlier) {
		if !slices.Contains(items, p.Item) {
			items = append(items, p.Item)
		}
	}
	of := func(parts []scoring.ItemPart) (shares, means []float64) {
		for _, item := range items {
			at := slices.IndexFunc(parts, func(p scoring.ItemPart) bool { return p.Item == item })
			if at < 0 {
				shares, means = append(shares, 0), append(means, math.NaN())
				continue
			}
			shares, means = append(shares, parts[at].Share), append(means, parts[at].Mean)
		}
		return shares, means
	}
	shares0, means0 := of(earlier)
	shares1, means1 := of(after)
	fromScores, fromShares := stats.IndexChange(shares0, means0, shares1, means1)
	for j, item := range items {
		it := b.rated[item]
		out = append(out, ItemChange{Key: string(it.Key), Label: b.words(it.Text, string(it.Key)), FromScores: number(omega * fromScores[j]), FromShares: number(omega * fromShares[j])})
	}
	return out
}

// groupChange attributes the change of the mean index to the groups of the attribute asked.
func (b *builder) groupChange(before *builder) *GroupChange {
	at := b.q.by[0]
	out := &GroupChange{Attribute: b.attributes[at[0]].key, Difference: None(), Within: None(), Mix: None(), Groups: []GroupPart{}}
	if b.hidden || before.hidden { // even the names of the levels would tell
		return out
	}
	positions := slices.Concat(b.domain, before.domain)
	rows := make([]uint32, len(positions))
	for i, p := range positions {
		rows[i] = b.sample.Row(p)
	}
	groups := b.table.Group(rows, at)
	order := b.ordered(at, groups.Levels)
	place := make([]int, len(order)) // of each group in the order shown
	levels := make([][]uint32, len(order))
	for i, g := range order {
		place[g], levels[i] = i, groups.Levels[g]
	}
	members := [2][][]uint32{make([][]uint32, len(order)), make([][]uint32, len(order))}
	for i, p := range positions {
		when := 1
		if i >= len(b.domain) {
			when = 0
		}
		g := place[groups.Of[i]]
		members[when][g] = append(members[when][g], p)
	}
	periods := [2]*builder{before, b}
	var bases, responses [2][]scoring.Base
	var shares, means [2][]float64
	c := cells{levels: levels, minimum: b.q.model.Base.Suppress}
	hidden := make([]bool, len(order))
	for t, p := range periods {
		total := p.sample.Base(p.sample.Index(), p.domain)
		for _, domain := range members[t] {
			var all scoring.Base
			if k := p.sample.Kish(domain); k.N > 0 {
				all = scoring.Base{N: k.N, W: k.Sum, W2: k.Sum * k.Sum / k.NEffective}
			}
			responses[t] = append(responses[t], all)
			base := p.sample.Base(p.sample.Index(), domain)
			bases[t] = append(bases[t], base)
			shares[t] = append(shares[t], base.W/total.W)
			means[t] = append(means[t], p.sample.Mean(p.sample.Index(), domain).Estimate)
		}
		for g, h := range c.hide(responses[t], bases[t]) {
			hidden[g] = hidden[g] || h
		}
	}
	within, mix := stats.GroupChange(shares[0], means[0], shares[1], means[1])
	if before.report.Overall.Status.shown() && b.report.Overall.Status.shown() {
		var w, m stats.Sum
		for g := range within {
			w.Add(within[g])
			m.Add(mix[g])
		}
		out.Difference, out.Within, out.Mix = b.report.Overall.Estimate-before.report.Overall.Estimate, Number(w.Value()), Number(m.Value())
	}
	for g := range order {
		status := StatusOK
		for t, p := range periods {
			if s := p.statusOf(bases[t][g], hidden[g]); bases[t][g].N > 0 && worse(s, status) || hidden[g] {
				status = s
			}
		}
		level := b.table.Attribute(at[0]).Levels()[levels[g][0]]
		x := GroupPart{Level: level, Label: b.levelLabel(at[0], level), ShareBefore: None(), ShareAfter: None(), MeanBefore: None(), MeanAfter: None(), Within: None(), Mix: None(), Status: status}
		if status != StatusSuppressed {
			n0, n1 := bases[0][g].N, bases[1][g].N
			x.NBefore, x.NAfter = &n0, &n1
		}
		if status.shown() {
			x.ShareBefore, x.ShareAfter = Number(shares[0][g]), Number(shares[1][g])
			x.MeanBefore, x.MeanAfter = Number(means[0][g]), Number(means[1][g])
			x.Within, x.Mix = Number(within[g]), Number(mix[g])
		}
		out.Groups = append(out.Groups, x)
	}
	return out
}
