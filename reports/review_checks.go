package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"paxscore/scoring"
	"paxscore/surveys"
)

// The limits of α, ω, KMO, HTMT, r, R², item r, item missing, drift and PSI are METHOD's (section 9). Where a check warns and where it
// fails, and the limits of screened and flagged shares, gaps, response rates, standard errors and concordance, are choices.

func reliable() limits   { return limits{limit: .7, fail: .6, atLeast: true} }
func factorable() limits { return limits{limit: .7, fail: .5, atLeast: true} }

// checks makes every check in the order of METHOD section 9.
func (r *reviewer) checks(q *Quality) []Check {
	r.fieldwork(q)
	r.margins()
	r.consistencies(q)
	r.structures(q)
	r.congruences(q)
	r.validities(q)
	r.knownGroups()
	r.importances()
	r.itemFigures(q)
	r.responses(q)
	r.mix()
	r.breaks()
	r.initiatives()
	return r.out
}

func (r *reviewer) fieldwork(q *Quality) {
	if q.ResponseRates == nil {
		_, reason, _ := r.responseRates(r.asked.Fieldwork)
		r.notMade("fieldwork", "response_rate", "", reason)
		return
	}
	r.check("fieldwork", "response_rate", "", "Response rate RR2", q.ResponseRates.RR2, 3, limits{limit: .2, fail: .05, atLeast: true},
		"Few answered of those invited: see whether those who did are like the others.")
}

// margins sets the responses beside the declared population.
func (r *reviewer) margins() {
	if r.builder.q.model.Weighting == nil {
		r.notMade("sample", "margin_gap", "", "The model declares no population to compare the responses with.")
		return
	}
	if r.hidden || r.sample.Weighting.Margins == nil {
		r.notMade("sample", "margin_gap", "", "The responses were not compared with the population: there are too few, or the question leaves weights out.")
		return
	}
	var figures []figure
	for i := range r.sample.Weighting.Margins {
		m := r.marginFit(&r.builder.q.model.Weighting.Margins[i], &r.sample.Weighting.Margins[i])
		for _, level := range m.Levels {
			gap := None()
			if level.Unweighted.Valid() {
				gap = Number(math.Abs(float64(level.Unweighted - level.Target)))
			}
			figures = append(figures, figure{about: m.Attribute + "=" + level.Level, value: gap,
				what: fmt.Sprintf("The gap between the unweighted share of %s %s and its share of the population", m.Label, level.Label)})
		}
	}
	r.worst("sample", "margin_gap", figures, 3, limits{limit: .05, fail: .15}, "No level has responses enough to be shown.", "Weights must mend it: see to it that more of them are asked.")
}

func (r *reviewer) consistencies(q *Quality) {
	for _, d := range q.Reliability {
		if !d.Status.shown() {
			reason := reasonOf(d.Warnings, "Too few responses answer every item.")
			r.notMade("reliability", "alpha", d.Key, reason)
			r.notMade("reliability", "omega", d.Key, reason)
			continue
		}
		name := "Alpha of "
		if d.Coefficient != "alpha" {
			name = "The Spearman-Brown coefficient of "
		}
		r.check("reliability", "alpha", d.Key, name+d.Label, d.Alpha, 3, reliable(), "Its items do not measure one thing well enough: look at their item-rest correlations.")
		if len(d.Items) < 3 {
			r.notMade("reliability", "omega", d.Key, "Omega of "+d.Label+" needs three items.")
			continue
		}
		r.check("reliability", "omega", d.Key, "Omega of "+d.Label, d.Omega, 3, reliable(), "")
	}
}

func (r *reviewer) structures(q *Quality) {
	s := q.Structure
	if !s.Status.shown() {
		reason := reasonOf(s.Warnings, "Too few responses answer every item.")
		for _, key := range []string{"kmo", "htmt", "item_correlation"} {
			r.notMade("validity", key, "", reason)
		}
		return
	}
	r.check("validity", "kmo", "", "The Kaiser-Meyer-Olkin measure", s.KMO, 3, factorable(), "The items share too little to be summed up in dimensions.")
	var ratios, pairs []figure
	for _, p := range s.HTMT {
		ratios = append(ratios, figure{about: p.A + "," + p.B, value: p.HTMT, what: fmt.Sprintf("The heterotrait-monotrait ratio of %s and %s", p.A, p.B)})
	}
	r.worst("validity", "htmt", ratios, 3, limits{limit: .85, fail: .9}, "It needs two dimensions of two items or more.", "Passengers do not tell the two dimensions apart.")
	for _, p := range s.Closest {
		pairs = append(pairs, figure{about: p.A + "," + p.B, value: p.R, what: fmt.Sprintf("The correlation of %s and %s", p.A, p.B)})
	}
	r.worst("items", "item_correlation", pairs, 3, limits{limit: .9, fail: .95}, "It needs two items that vary.", "One of the two items adds next to nothing.")
}

func (r *reviewer) validities(q *Quality) {
	v := q.Validity
	if !v.Status.shown() {
		reason := reasonOf(v.Notes, "Too few responses have both.")
		r.notMade("validity", "index_overall_r", "", reason)
		r.notMade("validity", "index_overall_r2", "", reason)
		return
	}
	r.check("validity", "index_overall_r", "", "The correlation of the index with the overall item", v.R, 3, limits{limit: .6, fail: .5, atLeast: true}, "The index does not follow what passengers say overall.")
	if v.NFit == nil {
		r.notMade("validity", "index_overall_r2", "", reasonOf(v.Notes, "Too few responses have every dimension."))
		return
	}
	r.check("validity", "index_overall_r2", "", "The share of the overall item's variance that the dimensions explain", v.R2, 3, limits{limit: .5, fail: .4, atLeast: true}, "Something that matters to passengers is not asked.")
}

// knownGroups sees whether a group that is known to be less satisfied has the lower index.
func (r *reviewer) knownGroups() {
	const topic, key = "validity", "known_groups"
	if len(r.q.Worse) == 0 {
		r.notMade(topic, key, "", "No group is named that is known to be less satisfied, such as delayed=yes.")
		return
	}
	var words []string
	in, unknown := r.valid, scoring.NewRowSet(r.table.Len())
	for i, c := range r.resolveWhere(r.q.Worse, &surveys.InvalidError{}) {
		column := r.table.Attribute(c.Attribute)
		met, none := make([]bool, len(column.Levels())), make([]bool, len(column.Levels()))
		for level, name := range column.Levels() {
			met[level] = slices.Contains(c.Values, name)
			none[level] = name == "" && !met[level]
		}
		in, unknown = in.AtLevels(column, met), unknown.Or(r.valid.AtLevels(column, none))
		words = append(words, r.q.Worse[i].Attribute+" "+strings.Join(r.q.Worse[i].Values, " or "))
	}
	about := strings.Join(words, ", ")
	others := r.valid.Less(in).Less(unknown)
	worse, rest, known := r.less(set{b: r.builder}, r.valid.Less(in)), r.less(set{b: r.builder}, r.valid.Less(others)), r.less(set{b: r.builder}, unknown.Less(in))
	for _, g := range []set{worse, rest} {
		if b := g.figures.Base(scoring.IndexFigure, scoring.Whole); r.hidden || least(b) < float64(r.builder.q.model.Base.Test) {
			r.notMade(topic, key, about, fmt.Sprintf("The group %s and the others need %d responses each.", about, r.builder.q.model.Base.Test))
			return
		}
	}
	d := []scoring.Difference{known.figures.Against(scoring.IndexFigure, worse.figures)}
	scoring.Judge(d, []bool{true}, r.builder.q.model.Margin)
	c := Check{Key: key, Topic: topic, About: about, Value: number(d[0].Estimate), Limit: new(float64), Result: CheckFail}
	p := "p " + Format(d[0].P, 3)
	if d[0].P < .001 {
		p = "p below 0.001"
	}
	c.Reason = fmt.Sprintf("The index of %s less that of all others is %s (%s).", about, Format(d[0].Estimate, 2), p)
	switch {
	case !c.Value.Valid() || math.IsNaN(d[0].P):
		c.Result, c.Reason = CheckNotMade, "The difference cannot be tested on so few sampling units."
	case d[0].Estimate < 0 && d[0].P < .05:
		c.Result = CheckPass
	case d[0].Estimate < 0:
		c.Result = CheckWarn
		c.Reason += " It is lower, as it should be, but not surely so."
	default:
		c.Reason += " It should be lower: the index does not feel what passengers suffer."
	}
	r.out = append(r.out, c)
}

// importances compares the weights in force with those that the responses suggest.
func (r *reviewer) importances() {
	const topic = "weights"
	keys := []string{"weight_se", "weight_drift", "weight_concordance"}
	not := func(reason string) {
		for _, key := range keys {
			r.notMade(topic, key, "", reason)
		}
	}
	p := float64(len(r.model.Dimensions))
	if p == 0 || defaultFloor*p > 1 || defaultCap*p < 1 {
		not("Weights between the usual floor and cap cannot add up to 1 over these dimensions.")
		return
	}
	x := r.importance(importanceQuestion{floor: defaultFloor, ceiling: defaultCap, sources: make([][]int, len(r.model.Dimensions))})
	if !x.Status.shown() || len(x.Dimensions) == 0 || !x.Dimensions[0].Suggested.Valid() {
		not(reasonOf(x.Warnings[min(len(r.report.Warnings), len(x.Warnings)):], "The responses suggest no weights."))
		return
	}
	var ses, drifts []figure
	judges := make([][]float64, 4)
	for _, d := range x.Dimensions {
		ses = append(ses, figure{about: d.Key, value: d.BoundedSE, what: "The standard error of the weight suggested for " + d.Label})
		drifts = append(drifts, figure{about: d.Key, value: Number(math.Abs(float64(d.Suggested - d.WeightInForce))),
			what: fmt.Sprintf("The difference between the weight of %s in force, %s, and the one suggested, %s,", d.Label, short(float64(d.WeightInForce)), short(float64(d.Suggested)))})
		for i, w := range []Number{d.Share, d.JohnsonShare, d.Entropy, d.Critic} {
			judges[i] = append(judges[i], float64(w))
		}
	}
	r.worst(topic, keys[0], ses, 4, limits{limit: .02, fail: .05}, "There are no jackknife errors.", "Estimate weights on more responses before they are changed.")
	r.worst(topic, keys[1], drifts, 4, limits{limit: weightDrift, fail: 2 * weightDrift}, "There is no weight to compare.", "Let a person decide about new weights, and publish them as a new version.")
	if w := number(scoring.Concordance(judges)); w.Valid() {
		r.check(topic, keys[2], "", "Kendall's W of the weights by LMG, Johnson, entropy and CRITIC", w, 3, limits{limit: .5, atLeast: true, warnOnly: true},
			"The last two weigh spread, not influence, and often disagree.")
	} else {
		r.notMade(topic, keys[2], "", "A method gives no weights.")
	}
}

func (r *reviewer) itemFigures(q *Quality) {
	var ceilings, missing []figure
	for _, it := range q.Items {
		if !it.Status.shown() || it.Distribution == nil {
			continue
		}
		ceilings = append(ceilings, figure{about: it.Key, value: it.Distribution.Ceiling, what: "The share of the best answer to " + it.Key})
		missing = append(missing, figure{about: it.Key, value: it.Skipped.Share, what: "The share of passengers who skipped " + it.Key})
	}
	const none = "No item has answers enough."
	r.worst("items", "ceiling", ceilings, 3, limits{limit: .15, fail: .5}, none, "The scale does not tell satisfied passengers apart.")
	r.worst("items", "item_missing", missing, 3, limits{limit: .1, fail: .2}, none, "The question is not understood, not wanted, or lacks a way to say that it does not apply.")
}

func (r *reviewer) responses(q *Quality) {
	left := 0
	for _, s := range q.Screening {
		if s.Excluded != nil {
			left += *s.Excluded
		}
	}
	share := r.count(r.read.Len(), left).Share
	r.check("responses", "screened_share", "", "The share of responses that screening leaves out", share, 3, limits{limit: .1, fail: .2}, "Look at the channels that they come from.")
	r.check("responses", "flagged_share", "", "The share of responses with a flag", q.Flagged.Share, 3, limits{limit: .1, fail: .2}, "Look at the channels that they come from.")
	margin := r.builder.q.model.Margin
	for _, s := range q.Sensitivity {
		if s.Set != "without_flagged" {
			continue
		}
		if !s.Difference.Valid() {
			r.notMade("responses", "index_without_flagged", "", reasonOf(s.Index.Warnings, "The index without flagged responses cannot be shown."))
			continue
		}
		r.check("responses", "index_without_flagged", "", "The change of the index without flagged responses, in points,", Number(math.Abs(float64(s.Difference))), 3,
			limits{limit: margin / 2, fail: margin}, "The index rests on responses that may not be answers.")
	}
}

// mix compares who answered with who answered before.
func (r *reviewer) mix() {
	const topic, key = "sample", "mix"
	if len(r.q.Against) == 0 && r.q.VersusFrom.IsZero() && r.q.VersusTo.IsZero() {
		r.notMade(topic, key, "", "No period or group is named to compare the mix of passengers with.")
		return
	}
	asked := r.q.Query
	if len(r.q.Against) > 0 {
		asked.Where = r.q.Against
	}
	if !r.q.VersusFrom.IsZero() || !r.q.VersusTo.IsZero() {
		asked.From, asked.To = r.q.VersusFrom, r.q.VersusTo
	}
	resolved, err := r.resolve(asked)
	if err != nil {
		r.notMade(topic, key, "", invalidity(err))
		return
	}
	before, err := r.d.newBuilder(resolved)
	if err != nil {
		r.notMade(topic, key, "", invalidity(err))
		return
	}
	before.begin()
	least := r.builder.q.model.Base.Flag
	if r.hidden || before.hidden || r.valid.Len() < least || before.sel.Valid() < least {
		r.notMade(topic, key, "", fmt.Sprintf("Both sides of a comparison of the mix need %d responses.", least))
		return
	}
	var figures []figure
	for at, a := range r.attributes[:len(r.attributes)-builtIn] {
		if len(a.values) < 2 || slices.ContainsFunc(slices.Concat(r.q.Where, r.q.Against), func(w Where) bool { return w.Attribute == a.key }) {
			continue
		}
		figures = append(figures, figure{about: a.key, what: "The population stability index of " + a.label,
			value: Number(scoring.Stability(r.levelCounts(r.builder, at), r.levelCounts(before, at)))})
	}
	for i := range figures {
		if math.IsInf(float64(figures[i].value), 1) {
			r.out = append(r.out, Check{Key: key, Topic: topic, About: figures[i].about, Value: None(), Result: CheckFail,
				Reason: figures[i].what + " has no bound: a value occurs on one side only."})
			figures[i].value = None()
		}
	}
	r.worst(topic, key, figures, 3, limits{limit: .1, fail: .2}, "No attribute with a closed list of values is known on both sides.", "Other passengers answer than before: compare segments, not totals, or weight them.")
}

// levelCounts counts the selected valid responses at each value of a closed list.
func (r *reviewer) levelCounts(b *builder, at int) []float64 {
	out := make([]float64, len(b.attributes[at].values))
	place := map[string]int{}
	for i, v := range b.attributes[at].values {
		place[v.Key] = i
	}
	column := b.table.Attribute(at)
	for level, n := range b.sel.Set().Levels(column) {
		if i, ok := place[column.Levels()[level]]; ok {
			out[i] += float64(n)
		}
	}
	return out
}
