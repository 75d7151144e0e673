package reports

import (
	"fmt"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Kinds of measures.
const (
	MeasureIndex      = "index"
	MeasureDimension  = "dimension"
	MeasureOverall    = "overall"
	MeasureNPS        = "nps"
	MeasureTopBox     = "top_box"
	MeasurePromoters  = "promoters"
	MeasureDetractors = "detractors"
)

// Measure is a figure that can be compared, followed over time and attributed to an initiative.
type Measure struct {
	Key   string  `json:"key"`  // index, overall, nps, top_box, promoters, detractors, or the key of a dimension
	Kind  string  `json:"kind"` // index, dimension, overall, nps, top_box, promoters, detractors
	Label string  `json:"label"`
	Low   float64 `json:"scale_low"` // 0..100; the NPS -100..100; 0..1 the shares: top_box, the overall item's best two answers, promoters and detractors
	High  float64 `json:"scale_high"`
	// Margin is the least difference of practical interest: the model's, of 100, in proportion to the scale.
	Margin float64 `json:"margin"`

	values func() scoring.Values // response by response
	figure scoring.Figure        // where there is no item
	item   int                   // position of the item, or scoring.None
	class  scoring.Class
}

// share tells whether the measure is a share of the responses.
func (m Measure) share() bool { return m.class != scoring.NoClass }

// measures are the measures of the model, those of one kind left out where the questionnaire has no such item. wanted names some by
// key; none for all but the shares.
func (b *builder) measures(wanted ...string) []Measure {
	var out []Measure
	add := func(m Measure) {
		if len(wanted) > 0 && !slices.Contains(wanted, m.Key) {
			return
		}
		m.Margin = b.q.model.Margin * (m.High - m.Low) / 100
		out = append(out, m)
	}
	share := func(key, label string, item int, class scoring.Class) {
		if slices.Contains(wanted, key) { // none of them unless it is named
			add(Measure{Key: key, Kind: key, Label: label, High: 1, item: item, class: class, values: func() scoring.Values { return b.sample.InClass(item, class) }})
		}
	}
	add(Measure{Key: MeasureIndex, Kind: MeasureIndex, Label: "Overall index", High: 100, item: scoring.None, figure: scoring.IndexFigure, values: b.sample.Index})
	for d, x := range b.q.model.Dimensions {
		add(Measure{Key: string(x.Key), Kind: MeasureDimension, Label: b.words(x.Label, string(x.Key)), High: 100, item: scoring.None, figure: scoring.Figure(d),
			values: func() scoring.Values { return b.sample.Dimension(d) }})
	}
	if i := b.overall; i != scoring.None {
		label := b.words(b.rated[i].Text, string(b.rated[i].Key))
		add(Measure{Key: MeasureOverall, Kind: MeasureOverall, Label: label, High: 100, item: i, values: func() scoring.Values { return b.sample.ItemScores(i) }})
		share(MeasureTopBox, "Top box: "+label, i, scoring.TopBox)
	}
	if i := b.recommend; i != scoring.None {
		add(Measure{Key: MeasureNPS, Kind: MeasureNPS, Label: "Net Promoter Score", Low: -100, High: 100, item: i,
			values: func() scoring.Values { return b.sample.Promotion(i) }})
		share(MeasurePromoters, "Promoters", i, scoring.Promoters)
		share(MeasureDetractors, "Detractors", i, scoring.Detractors)
	}
	b.scores, b.measured = nil, nil
	for _, m := range out {
		if m.item == scoring.None {
			b.scores = append(b.scores, m)
		}
	}
	return out
}

// measureKeys are the keys that may be asked for, with the model's dimensions.
func (l *layout) measureKeys(m *surveys.Model) []string {
	keys := []string{MeasureIndex}
	for _, d := range m.Dimensions {
		keys = append(keys, string(d.Key))
	}
	if l.overall != scoring.None {
		keys = append(keys, MeasureOverall, MeasureTopBox)
	}
	if l.recommend != scoring.None {
		keys = append(keys, MeasureNPS, MeasurePromoters, MeasureDetractors)
	}
	return keys
}

// resolveMeasures checks the keys of measures.
func (l *layout) resolveMeasures(m *surveys.Model, wanted []string, bad *surveys.InvalidError) {
	if m == nil {
		return
	}
	known := l.measureKeys(m)
	for i, key := range wanted {
		if !slices.Contains(known, key) {
			bad.Add(fmt.Sprintf("measure[%d]", i), "unknown", "there is no measure %q; there are %s", clip(key), list(known))
		}
	}
}

// figure is a measure over a domain, summed up in its part: for the NPS with the interval of Recommend, for a share with that of
// Proportion.
func (b *builder) figure(m Measure, of domain, part scoring.Part, hidden bool) Estimate {
	base := part.Base()
	switch m.Kind {
	case MeasureNPS:
		p := b.promotion(b.tally(m.item, of), hidden)
		e := b.missing(p.Status, base)
		e.Estimate, e.SE, e.Low, e.High, e.NEffective, e.DF, e.Warnings = p.NPS, p.SE, p.Low, p.High, p.NEffective, p.DF, p.Warnings
		return e
	case MeasureTopBox, MeasurePromoters, MeasureDetractors:
		e := b.shown(base, hidden, part.Mean)
		if e.Status.shown() {
			in := b.tally(m.item, of).Class(m.class, b.confidence())
			e.Estimate, e.Low, e.High = Number(in.Estimate), number(in.Low), number(in.High)
		}
		return e
	case MeasureOverall:
		e := b.shown(base, hidden, part.Mean)
		it := b.model.Items[m.item]
		if linear, reverse := it.Linear(); linear && !reverse {
			e.Native = Number(float64(it.Low) + float64(e.Estimate)*float64(it.High-it.Low)/100)
		}
		return e
	case MeasureDimension:
		return b.native(b.shown(base, hidden, part.Mean), b.model.Dimensions[m.figure])
	}
	return b.native(b.shown(base, hidden, part.Mean), b.model.Dimensions...)
}

// domain is responses that figures are asked of: positions of the sample, or where their sums are at hand a group of a division.
type domain struct {
	positions []uint32
	division  *scoring.Division
	group     int
}

// kishOf is what the weights of a domain cost.
func (b *builder) kishOf(d domain) scoring.Kish {
	if d.division != nil {
		return d.division.Kish(d.group)
	}
	return b.sample.Kish(d.positions)
}

// domainKey tells a domain by where it lies.
type domainKey struct {
	first    *uint32
	n        int
	division *scoring.Division
	group    int
}

// key tells the domain from others; false where it is empty.
func (d domain) key() (key domainKey, ok bool) {
	if d.division != nil {
		return domainKey{division: d.division, group: d.group}, true
	}
	if len(d.positions) == 0 {
		return key, false
	}
	return domainKey{first: &d.positions[0], n: len(d.positions)}, true
}

// tallyKey is an item over a domain.
type tallyKey struct {
	item int
	domainKey
}

// tally counts an item over a domain, once for all measures.
func (b *builder) tally(item int, of domain) *scoring.Tally {
	where, ok := of.key()
	if !ok {
		return b.sample.Tally(item, nil)
	}
	key := tallyKey{item, where}
	t := b.tallies[key]
	if t == nil {
		if b.tallies == nil {
			b.tallies = map[tallyKey]*scoring.Tally{}
		}
		if of.division != nil {
			t = of.division.Tally(item, of.group)
		} else {
			t = b.sample.Tally(item, of.positions)
		}
		b.tallies[key] = t
	}
	return t
}

// partOf sums a measure up over a domain; scores together with those of the other measures asked for.
func (b *builder) partOf(m Measure, of domain) scoring.Part {
	if m.item == scoring.None {
		if of.division != nil {
			return of.division.Part(m.figure, of.group)
		}
		at := slices.IndexFunc(b.scores, func(o Measure) bool { return o.Key == m.Key })
		key, ok := of.key()
		if at < 0 || !ok || b.sample.Clustered() && b.sample.Units() > maxPartUnits {
			return b.sample.Part(m.values(), of.positions)
		}
		if b.measured[key] == nil {
			if b.measured == nil {
				b.measured = map[domainKey][]scoring.Part{}
			}
			var values []scoring.Values
			for _, m := range b.scores {
				values = append(values, m.values())
			}
			b.measured[key] = b.sample.Parts(values, of.positions)
		}
		return b.measured[key][at]
	}
	it := &b.model.Items[m.item]
	values := it.Scores
	switch {
	case m.Kind == MeasureNPS:
		values = it.Promotion()
	case m.share():
		values = m.class.Indicator(it)
	}
	return b.tally(m.item, of).Part(values)
}

// maxPartSums is the number of sums by sampling unit up to which the parts of a series are kept rather than summed up again, maxPartUnits that of
// units up to which a domain is summed up for all measures together.
const (
	maxPartSums  = 1 << 19
	maxPartUnits = 1 << 14
)

// partsOf gives the part of each of some domains.
func (b *builder) partsOf(m Measure, domains []domain) func(k int) scoring.Part {
	if len(domains)*b.sample.Units() > maxPartSums && b.sample.Clustered() {
		return func(k int) scoring.Part {
			if of := domains[k]; m.item == scoring.None && of.division == nil {
				return b.sample.Part(m.values(), of.positions)
			}
			return b.partOf(m, domains[k])
		}
	}
	parts := make([]scoring.Part, len(domains))
	for k, of := range domains {
		parts[k] = b.partOf(m, of)
	}
	return func(k int) scoring.Part { return parts[k] }
}

// positioned are domains of positions.
func positioned(positions [][]uint32) []domain {
	out := make([]domain, len(positions))
	for k := range positions {
		out[k].positions = positions[k]
	}
	return out
}

// partBases count the valid values of each of n parts.
func partBases(n int, part func(k int) scoring.Part) []scoring.Base {
	out := make([]scoring.Base, n)
	for k := range out {
		out[k] = part(k).Base()
	}
	return out
}
