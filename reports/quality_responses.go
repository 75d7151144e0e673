package reports

import (
	"fmt"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Quality answers a question about the quality of responses. Errors: *surveys.InvalidError for a query that names an unknown
// attribute, value or model, asks for segments, or declares counts that cannot be.
func (d *Dataset) Quality(q QualityQuery) (*Quality, error) {
	var out *Quality
	err := d.askQuality(q, func(a *appraiser) error {
		var err error
		out, err = a.quality()
		return err
	})
	return out, err
}

// appraiser judges the responses of one question.
type appraiser struct {
	*builder
	asked   QualityQuery
	channel int
	groups  int                // attribute of the congruence
	read    []uint32           // rows selected, before screening
	flags   []scoring.RowFlags // of read
	flagged []uint8            // of every row, the flags raised
	suspect int                // rows with a flag other than inconsistent
}

// inconsistent is left out of what counts as flagged: over the few dimensions that a survey has, the even-odd consistency of many
// careful passengers is low by chance.
const inconsistent uint8 = 1 << scoring.Inconsistent

// askQuality checks what a quality query has beyond a query, and lets answer work on the responses.
func (d *Dataset) askQuality(q QualityQuery, answer func(a *appraiser) error) error {
	bad := &surveys.InvalidError{Input: "query"}
	if len(q.By) > 0 {
		bad.Add("by", "unknown", "quality is not divided by segments; select them one at a time with where")
	}
	channel := d.layout.channel()
	if q.Channel != "" {
		if channel = d.layout.attributeAt(q.Channel); channel == scoring.None {
			bad.Add("channel", "unknown", "there is no attribute %q; responses have %s", clip(q.Channel), list(d.layout.attributeKeys()))
		}
	}
	groups := d.layout.attributeAt(attributeLanguage)
	if q.Groups != "" {
		if groups = d.layout.attributeAt(q.Groups); groups == scoring.None {
			bad.Add("groups", "unknown", "there is no attribute %q; responses have %s", clip(q.Groups), list(d.layout.attributeKeys()))
		}
	}
	q.Fieldwork.check(bad)
	if err := bad.OrNil(); err != nil {
		return err
	}
	return d.ask(q.Query, func(b *builder) error {
		a := &appraiser{builder: b, asked: q, channel: channel, groups: groups, flagged: make([]uint8, b.table.Len())}
		for row, in := range b.sel.Matching() {
			if in {
				a.read = append(a.read, uint32(row))
			}
		}
		if !b.hidden {
			a.flags = b.d.screen.Flags(b.model, a.read, channel, b.screened.milliseconds)
		}
		for i, f := range a.flags {
			a.flagged[a.read[i]] = f.Raised
			if f.Raised&^inconsistent != 0 {
				a.suspect++
			}
		}
		return answer(a)
	})
}

// channel is the attribute that tells devices or channels apart, unless another is named.
func (l *layout) channel() int {
	for _, key := range []string{"channel", "device"} {
		if at := l.attributeAt(key); at != scoring.None {
			return at
		}
	}
	return l.attributeAt(attributeMode)
}

func (a *appraiser) quality() (*Quality, error) {
	out := &Quality{Head: a.report.Head, Channel: a.attributes[a.channel].key}
	out.Screening, out.Flags = a.screening(), a.flagCounts()
	out.Flagged = a.count(len(a.read), a.suspect)
	out.Sensitivity = a.sensitivity()
	out.Items = a.items()
	out.Speed = a.speed()
	out.Reliability = a.reliability()
	out.Structure = a.structure()
	out.Congruence = a.congruence()
	out.Validity = a.validity()
	rates, reason, err := a.responseRates(a.asked.Fieldwork)
	if err != nil {
		return nil, err
	}
	out.ResponseRates = rates
	if reason != "" {
		out.Warnings = append(slices.Clip(out.Warnings), reason)
	}
	return out, nil
}

// count is n of so many responses; nothing of a hidden selection.
func (a *appraiser) count(of, n int) Count {
	if a.hidden {
		return Count{Share: None()}
	}
	c := Count{N: &n, Of: &of, Share: None()}
	if of > 0 {
		c.Share = Number(float64(n) / float64(of))
	}
	return c
}

func (a *appraiser) screening() []ScreeningRule {
	in := a.survey.Screening
	rules := []struct {
		key, rule string
		inForce   bool
		breach    scoring.Breach
	}{
		{"duplicate", "The same respondent answers for the same cluster again; the first complete response is kept.", in.Duplicates, scoring.BreaksDuplicate},
		{"straight_and_fast", "All rating items are answered alike, in under a third of the median time.", in.Careless, scoring.BreaksStraightAndFast},
		{"under_2s_per_item", "It took under 2 seconds per answered item.", in.Careless, scoring.BreaksHasty},
		{"break_off", "The overall item is missing, or under half of the applicable items are answered.", in.BreakOffs, scoring.BreaksOff},
	}
	excluded, breaking := make([]int, len(rules)), make([]int, len(rules))
	for _, row := range a.read {
		breaches := a.d.screen.Breaches(row, a.screened.milliseconds)
		first := true
		for i, r := range rules {
			if breaches&r.breach == 0 {
				continue
			}
			breaking[i]++
			if first && r.inForce && !a.q.AllRows {
				excluded[i]++
				first = false
			}
		}
	}
	out := make([]ScreeningRule, len(rules))
	for i, r := range rules {
		out[i] = ScreeningRule{Key: r.key, Rule: r.rule, InForce: r.inForce && !a.q.AllRows, Breaking: a.count(len(a.read), breaking[i])}
		if !a.hidden {
			out[i].Excluded = &excluded[i]
		}
	}
	return out
}

// flagWords are the key and the rule of each kind of flag.
func flagWords(k scoring.FlagKind) (key, rule string) {
	switch k {
	case scoring.StraightLine:
		return "straight_line", "8 or more rating items answered, all alike"
	case scoring.LongRun:
		return "long_run", "10 or more equal answers in a row"
	case scoring.Speeding:
		return "speeding", "under a third of the median time"
	case scoring.Hasty:
		return "under_2s_per_item", "under 2 seconds per answered item"
	case scoring.Outlying:
		return "outlying", "Mahalanobis distance of the answered items, p < .001; mean and covariance of the responses that answer every item"
	case scoring.Inconsistent:
		return "inconsistent", "even-odd consistency over the dimensions below .3 (Johnson 2005)"
	}
	return "repeated", "8 or more rating items answered, every answer the same as in an earlier response of the same channel"
}

func (a *appraiser) flagCounts() []Flag {
	valid := rowsOf(a.builder, a.domain)
	out := []Flag{}
	for _, k := range scoring.FlagKinds() {
		var judged, raised, judgedValid, raisedValid int
		for i, f := range a.flags {
			if !f.CanHave(k) {
				continue
			}
			in := valid.has(a.read[i])
			judged++
			if in {
				judgedValid++
			}
			if f.Has(k) {
				raised++
				if in {
					raisedValid++
				}
			}
		}
		key, rule := flagWords(k)
		out = append(out, Flag{Key: key, Rule: rule, Read: a.count(judged, raised), Valid: a.count(judgedValid, raisedValid)})
	}
	return out
}

// set is responses that the index is worked out on.
type set struct {
	key, label string
	b          *builder
	domain     []uint32 // positions in the builder's sample
	rows       rowSet
}

// sensitivity sets the index of the valid responses beside that of all, and of those without flags.
func (a *appraiser) sensitivity() []Sensitivity {
	sets := []set{a.set("valid", "Valid responses", func(uint8) bool { return true })}
	if all := a.unscreened(); all != nil {
		sets = append(sets, set{key: "all_rows", label: "All responses read, without screening", b: all, domain: all.domain, rows: rowsOf(all, all.domain)})
	}
	for _, k := range scoring.FlagKinds() {
		key, _ := flagWords(k)
		sets = append(sets, a.set("without_"+key, "Valid, without the flag "+key, func(raised uint8) bool { return raised&(1<<k) == 0 }))
	}
	sets = append(sets, a.set("without_flagged", "Valid, without any flag but inconsistent", func(raised uint8) bool { return raised&^inconsistent == 0 }))
	out := make([]Sensitivity, 0, len(sets))
	var shown []set
	base := None()
	for _, s := range sets {
		hidden := slices.ContainsFunc(shown, func(o set) bool { return a.tells(s, o) })
		x := s.sensitivity(hidden)
		if !hidden {
			shown = append(shown, s)
		}
		if s.key == "valid" {
			base = x.Index.Estimate
		}
		x.Difference = x.Index.Estimate - base
		out = append(out, x)
	}
	return out
}

// set is the valid responses whose flags are as wanted.
func (a *appraiser) set(key, label string, wanted func(raised uint8) bool) set {
	s := set{key: key, label: label, b: a.builder}
	for _, position := range a.domain {
		if wanted(a.flagged[a.sample.Row(position)]) {
			s.domain = append(s.domain, position)
		}
	}
	s.rows = rowsOf(a.builder, s.domain)
	return s
}

// rowSet is a set of rows of a table, a bit for each.
type rowSet struct {
	bits []uint64
	n    int
}

func (s rowSet) has(row uint32) bool { return s.bits[row/64]&(1<<(row%64)) != 0 }

// within reports whether every row is in another set of the same table.
func (s rowSet) within(o rowSet) bool {
	for i, word := range s.bits {
		if word&^o.bits[i] != 0 {
			return false
		}
	}
	return true
}

// rowsOf are the rows of positions, which are all different.
func rowsOf(b *builder, domain []uint32) rowSet {
	out := rowSet{bits: make([]uint64, (b.table.Len()+63)/64), n: len(domain)}
	for _, position := range domain {
		row := b.sample.Row(position)
		out.bits[row/64] |= 1 << (row % 64)
	}
	return out
}

// unscreened is a builder on the same responses without screening; nil where they are not screened anyway.
func (a *appraiser) unscreened() *builder {
	if a.q.AllRows {
		return nil
	}
	asked := *a.q
	asked.AllRows = true
	b, err := a.d.newBuilder(&asked)
	if err != nil {
		return nil
	}
	b.begin()
	b.position()
	return b
}

// tells reports whether the figures of two sets, one within the other, give away those of too few responses between them.
func (a *appraiser) tells(x, y set) bool {
	if x.rows.n > y.rows.n {
		x, y = y, x
	}
	between := y.rows.n - x.rows.n
	return between > 0 && between < a.q.model.Base.Suppress && x.rows.within(y.rows)
}

func (s set) sensitivity(hidden bool) Sensitivity {
	b := s.b
	v := b.sample.Index()
	out := Sensitivity{Set: s.key, Label: s.label,
		Index: b.native(b.mean(v, s.domain, b.sample.Base(v, s.domain), hidden), b.model.Dimensions...)}
	if !hidden && !b.hidden {
		n := len(s.domain)
		out.N = &n
	}
	if b.overall != scoring.None {
		x := b.item(b.overall, b.sample.Tally(b.overall, s.domain), hidden)
		out.OverallItem = &x
	}
	return out
}

// items tells of every rating item how often it was answered, and the shape of the answers.
func (a *appraiser) items() []ItemQuality {
	out := []ItemQuality{}
	for i, it := range a.rated {
		if it.Kind != surveys.KindRating && i != a.overall {
			continue
		}
		t := a.sample.Tally(i, a.domain)
		base := t.Base()
		dimension, _ := a.dimensionOf(it.Key)
		status := a.statusOf(base, false)
		x := ItemQuality{Key: string(it.Key), Label: a.words(it.Text, string(it.Key)), Dimension: dimension, Status: status, Warnings: a.reason(status, base)}
		applies := base.N + t.Skipped
		put := applies + t.NotApplicable
		x.Answered, x.Skipped = a.count(applies, base.N), a.count(applies, t.Skipped)
		x.NotApplicable, x.NotRouted = a.count(put, t.NotApplicable), a.count(put+t.NotRouted, t.NotRouted)
		if status == StatusSuppressed {
			none := Count{Share: None()}
			x.Answered, x.Skipped, x.NotApplicable, x.NotRouted = none, none, none, none
		}
		if status.shown() {
			x.Distribution = distribution(t)
		}
		out = append(out, x)
	}
	return out
}

// speed tells how long the valid responses took.
func (a *appraiser) speed() Speed {
	out := Speed{MedianSeconds: None(), Quantiles: []Quantile{}, SecondsPerItem: []Quantile{}, Method: "quantiles by linear interpolation (type 7), unweighted"}
	times := a.d.screen.Times(a.rowsOf(a.domain))
	base := scoring.Base{N: len(times.Seconds), W: float64(len(times.Seconds)), W2: float64(len(times.Seconds))}
	if out.Status = a.statusOf(base, false); out.Status != StatusSuppressed {
		out.N = &base.N
	}
	if !out.Status.shown() {
		return out
	}
	for _, p := range []float64{.01, .05, .25, .5, .75, .95, .99} {
		out.Quantiles = append(out.Quantiles, Quantile{P: p, Value: number(times.Seconds.Quantile(p))})
		out.SecondsPerItem = append(out.SecondsPerItem, Quantile{P: p, Value: number(times.PerAnswer.Quantile(p))})
	}
	out.MedianSeconds = number(times.Seconds.Quantile(.5))
	return out
}

func (a *appraiser) rowsOf(domain []uint32) []uint32 {
	out := make([]uint32, len(domain))
	for i, position := range domain {
		out[i] = a.sample.Row(position)
	}
	return out
}

// validity sets the index against the overall item.
func (a *appraiser) validity() Validity {
	out := Validity{R: None(), R2: None(), Status: StatusNotComputable, Notes: noWarnings(),
		Method: "r of index and overall item; R² of the overall item on the dimensions by weighted least squares, responses with all of them"}
	if a.overall == scoring.None {
		out.Notes = append(out.Notes, "The survey has no single overall question.")
		return out
	}
	overall := a.sample.ItemScores(a.overall)
	c := a.sample.Crossed(a.domain, overall, a.sample.Index())
	out.Status = a.statusOf(c.Base, false)
	out.Notes = a.reason(out.Status, c.Base)
	if out.Status != StatusSuppressed {
		out.N = &c.Base.N
	}
	if !out.Status.shown() {
		return out
	}
	out.R = number(c.Correlation(0, 1))
	values := []scoring.Values{overall}
	for d := range a.model.Dimensions {
		values = append(values, a.sample.Dimension(d))
	}
	full := a.sample.Crossed(a.domain, values...)
	if s := a.statusOf(full.Base, false); s.shown() {
		out.NFit, out.R2 = &full.Base.N, number(full.R2())
	} else {
		out.Notes = append(out.Notes, fmt.Sprintf("R² is not shown: too few responses have every dimension and the overall item (%s).", s))
	}
	return out
}
