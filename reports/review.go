package reports

import (
	"errors"
	"time"

	"paxscore/surveys"
)

// ReviewQuery asks for the review of the survey itself, as it is due every year and with every change (METHOD section 9).
type ReviewQuery struct {
	QualityQuery
	Worse                []Where   // a group that is known to be less satisfied, such as delayed=yes; all must hold
	Against              []Where   // responses to compare the mix of passengers with, in place of Where
	VersusFrom, VersusTo time.Time // the period to compare it with, in place of From and To
}

// Results of a check.
const (
	CheckPass    = "pass"
	CheckWarn    = "warn"
	CheckFail    = "fail"
	CheckNotMade = "not_made"
)

// Review is the review of a survey: every check with its value, the limit, and what came of it. It is the JSON of the review
// command and of GET /api/v1/surveys/{survey}/review.
type Review struct {
	Head
	Result  string  `json:"result"` // the worst of the checks that were made; not_made if none was
	Passed  int     `json:"passed"`
	Warned  int     `json:"warned"`
	Failed  int     `json:"failed"`
	NotMade int     `json:"not_made"`
	Checks  []Check `json:"checks"`
}

// Check is one check of a review.
type Check struct {
	Key       string   `json:"key"`
	Topic     string   `json:"topic"` // reliability, validity, items, responses, sample, weights, versions, fieldwork, impact
	About     string   `json:"about"` // the dimension, item, attribute … that it is about; "" for the survey
	Value     Number   `json:"value"`
	Limit     *float64 `json:"limit"`      // passes at it
	FailLimit *float64 `json:"fail_limit"` // fails beyond it, null where it only warns
	Result    string   `json:"result"`     // pass, warn, fail, not_made
	Reason    string   `json:"reason"`     // a sentence
}

// Review reviews the survey by its responses. Errors: *surveys.InvalidError as Quality, and for conditions and periods that cannot be.
func (d *Dataset) Review(q ReviewQuery) (*Review, error) {
	bad := &surveys.InvalidError{Input: "query"}
	d.layout.checkConditions("worse", q.Worse, bad)
	d.layout.checkConditions("against", q.Against, bad)
	if !q.VersusFrom.IsZero() && !q.VersusTo.IsZero() && !q.VersusFrom.Before(q.VersusTo) {
		bad.Add("versus_to", "range", "the period ends before it begins")
	}
	if err := bad.OrNil(); err != nil {
		return nil, err
	}
	var out *Review
	err := d.askQuality(q.QualityQuery, func(a *appraiser) error {
		r := &reviewer{appraiser: a, q: q}
		found, err := a.quality()
		if err != nil {
			return err
		}
		out = &Review{Head: a.report.Head, Result: CheckNotMade, Checks: r.checks(found)}
		for _, c := range out.Checks {
			switch c.Result {
			case CheckPass:
				out.Passed++
			case CheckWarn:
				out.Warned++
			case CheckFail:
				out.Failed++
			default:
				out.NotMade++
			}
		}
		switch {
		case out.Failed > 0:
			out.Result = CheckFail
		case out.Warned > 0:
			out.Result = CheckWarn
		case out.Passed > 0:
			out.Result = CheckPass
		}
		return nil
	})
	return out, err
}

// reviewer makes the checks of one review.
type reviewer struct {
	*appraiser
	q   ReviewQuery
	out []Check
}

// limits judge a value: it passes up to limit, warns up to fail, and fails beyond. Both ends pass.
type limits struct {
	limit, fail float64
	atLeast     bool // large values are good
	warnOnly    bool
}

func (l limits) judge(x float64) string {
	beyond := func(limit float64) bool {
		if l.atLeast {
			return x < limit
		}
		return x > limit
	}
	switch {
	case !beyond(l.limit):
		return CheckPass
	case l.warnOnly || !beyond(l.fail):
		return CheckWarn
	}
	return CheckFail
}

// check judges a figure. what names it in a sentence, advice says what to do where it does not pass.
func (r *reviewer) check(topic, key, about, what string, value Number, places int, l limits, advice string) {
	c := Check{Key: key, Topic: topic, About: about, Value: value, Limit: &l.limit, FailLimit: &l.fail}
	if l.warnOnly {
		c.FailLimit = nil
	}
	wanted := "at most "
	if l.atLeast {
		wanted = "at least "
	}
	switch {
	case !value.Valid():
		c.Result, c.Reason = CheckNotMade, what+" cannot be computed from these responses."
	default:
		c.Result = l.judge(float64(value))
		c.Reason = what + " is " + Format(float64(value), places) + "; " + wanted + short(l.limit) + " is wanted."
		if c.Result != CheckPass && advice != "" {
			c.Reason += " " + advice
		}
	}
	r.out = append(r.out, c)
}

// notMade lists a check that cannot be made.
func (r *reviewer) notMade(topic, key, about, reason string) {
	r.out = append(r.out, Check{Key: key, Topic: topic, About: about, Value: None(), Result: CheckNotMade, Reason: reason})
}

// figure is one of several that are checked alike.
type figure struct {
	about, what string
	value       Number
}

// worst checks several figures: those that do not pass, or if all do, the nearest to the limit.
func (r *reviewer) worst(topic, key string, figures []figure, places int, l limits, none, advice string) {
	first := len(r.out)
	nearest := -1
	for i, f := range figures {
		if !f.value.Valid() {
			continue
		}
		if nearest < 0 || l.atLeast == (f.value < figures[nearest].value) && f.value != figures[nearest].value {
			nearest = i
		}
		if l.judge(float64(f.value)) != CheckPass {
			r.check(topic, key, f.about, f.what, f.value, places, l, advice)
		}
	}
	switch {
	case nearest < 0:
		r.notMade(topic, key, "", none)
	case len(r.out) == first:
		f := figures[nearest]
		r.check(topic, key, f.about, f.what, f.value, places, l, advice)
		last := &r.out[len(r.out)-1]
		last.Reason += " No other is nearer to the limit."
	}
}

// reasonOf is the first of some words.
func reasonOf(words []string, otherwise string) string {
	if len(words) > 0 {
		return words[0]
	}
	return otherwise
}

// invalidity is the first thing that is wrong with a question, in words.
func invalidity(err error) string {
	var bad *surveys.InvalidError
	if errors.As(err, &bad) && len(bad.Fields) > 0 {
		return bad.Fields[0].Message
	}
	return err.Error()
}
