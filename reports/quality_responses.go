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
	groups  int            // attribute of the congruence
	read    scoring.RowSet // selected, before screening
	valid   scoring.RowSet
	flags   scoring.Flags // of read; nil of a hidden selection
	suspect int           // rows with a flag other than inconsistent
	whole   *scoring.Division
	crossed *crossedItems
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
	return d.askSums(q.Query, func(b *builder) error {
		b.tabulate()
		all := b.q.filter()
		all.AllRows = true
		a := &appraiser{builder: b, asked: q, channel: channel, groups: groups, read: d.selection(all).Set(), valid: b.sel.Set(), whole: b.division(nil)}
		if !b.hidden {
			a.flags = d.screen.Flags(b.model, a.read, channel, b.screened.milliseconds)
			a.suspect = a.flags.With(a.read, ^inconsistent).Len()
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
	out.Flagged = a.count(a.read.Len(), a.suspect)
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
	for broken, n := range a.d.screen.CountBreaches(a.read, a.screened.milliseconds) {
		first := true
		for i, r := range rules {
			if scoring.Breach(broken)&r.breach == 0 {
				continue
			}
			breaking[i] += n
			if first && r.inForce && !a.q.AllRows {
				excluded[i] += n
				first = false
			}
		}
	}
	out := make([]ScreeningRule, len(rules))
	for i, r := range rules {
		out[i] = ScreeningRule{Key: r.key, Rule: r.rule, InForce: r.inForce && !a.q.AllRows, Breaking: a.count(a.read.Len(), breaking[i])}
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
	out := []Flag{}
	for k, c := range a.flags.Count(a.read, a.valid) {
		key, rule := flagWords(scoring.FlagKind(k))
		out = append(out, Flag{Key: key, Rule: rule, Read: a.count(c.Judged, c.Raised), Valid: a.count(c.JudgedValid, c.RaisedValid)})
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
		t := a.whole.Tally(i, scoring.Whole)
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
	shares := []float64{.01, .05, .25, .5, .75, .95, .99}
	times := a.d.screen.Times(a.valid, shares)
	base := scoring.Base{N: times.N, W: float64(times.N), W2: float64(times.N)}
	if out.Status = a.statusOf(base, false); out.Status != StatusSuppressed {
		out.N = &base.N
	}
	if !out.Status.shown() {
		return out
	}
	for i, p := range shares {
		out.Quantiles = append(out.Quantiles, Quantile{P: p, Value: number(times.Seconds[i])})
		out.SecondsPerItem = append(out.SecondsPerItem, Quantile{P: p, Value: number(times.PerAnswer[i])})
	}
	out.MedianSeconds = number(times.Seconds[slices.Index(shares, .5)])
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
	c := a.crossedIndex()
	out.Status = a.statusOf(c.Base, false)
	out.Notes = a.reason(out.Status, c.Base)
	if out.Status != StatusSuppressed {
		out.N = &c.Base.N
	}
	if !out.Status.shown() {
		return out
	}
	out.R = number(c.Correlation(0, 1))
	full := a.crossedDimensions()
	if s := a.statusOf(full.Base, false); s.shown() {
		out.NFit, out.R2 = &full.Base.N, number(full.R2())
	} else {
		out.Notes = append(out.Notes, fmt.Sprintf("R² is not shown: too few responses have every dimension and the overall item (%s).", s))
	}
	return out
}
