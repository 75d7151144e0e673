package surveys

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxSeconds  = 24 * 60 * 60
	maxProblems = 100            // reported of one submission
	clockSkew   = 24 * time.Hour // by which a client's clock may be fast
)

// Check turns a submission into the response that is stored, or reports everything wrong with it as one *InvalidError.
// The response has the survey's key and version, SubmittedAt and ReceivedAt in UTC to the microsecond, ResponseWeight 1 and
// the submission's Digest. A submission without a time counts as of now, or if imported as of unknown time; one up to 24
// hours ahead counts as of now. Neither s nor sub is changed.
func Check(s *Survey, sub Submission, now time.Time) (*Response, error) {
	r, err := check(s, sub, now)
	if err == nil {
		r.Digest = sub.Digest()
	}
	return r, err
}

// check is Check without the digest.
func check(s *Survey, sub Submission, now time.Time) (*Response, error) {
	c := &checker{survey: s, sub: &sub, problems: InvalidError{Input: "response"}}
	now = now.UTC().Truncate(time.Microsecond)
	r := &Response{
		ID: sub.ID, Survey: s.Key, Version: s.Version, Wave: sub.Wave, ReceivedAt: now,
		Mode: cmp.Or(sub.Mode, ModeWeb), Language: sub.Language, Seconds: sub.Seconds, Respondent: sub.Respondent,
		ResponseWeight: 1,
	}
	if r.Language == "" && len(s.Questionnaire.Languages) > 0 {
		r.Language = s.Questionnaire.Languages[0]
	}
	if r.Seconds == 0 {
		r.Seconds = secondsSince(sub.StartedAt, now)
	}
	c.head(r)
	r.SubmittedAt = c.submittedAt(r.Mode, now)
	r.Attributes = c.attributes()
	c.answers(r)
	if n := len(c.problems.Fields); n > maxProblems {
		c.problems.Fields = c.problems.Fields[:maxProblems-1]
		c.problems.Add("", "problems", "there are %d more problems", n-maxProblems+1)
	}
	if err := c.problems.OrNil(); err != nil {
		return nil, err
	}
	return r, nil
}

// secondsSince returns the whole seconds from the start of a form until now; 0, unknown, if it was never started, starts
// in the future or was left open for more than a day.
func secondsSince(start, now time.Time) float64 {
	s := now.Unix() - start.Unix()
	if start.IsZero() || s < 0 || s > maxSeconds {
		return 0
	}
	return float64(s)
}

type checker struct {
	survey   *Survey
	sub      *Submission
	problems InvalidError
}

func (c *checker) add(field, rule, format string, args ...any) {
	c.problems.Add(field, rule, format, args...)
}

func (c *checker) refuse(item *Item, rule, format string, args ...any) {
	c.add("answers."+string(item.Key), rule, format, args...)
}

func (c *checker) head(r *Response) {
	switch {
	case r.ID.IsZero():
		c.add("id", "required", "an id is needed, a UUID made by the client")
	case !r.ID.Valid():
		c.add("id", "uuid", "%s is not a UUID of version 1 to 8", r.ID)
	}
	if c.sub.Survey != "" && c.sub.Survey != c.survey.Key {
		c.add("survey", "mismatch", "the response is to survey %s, not to %s", quoted(string(c.sub.Survey)), c.survey.Key)
	}
	if c.sub.Version != 0 && c.sub.Version != c.survey.Version {
		c.add("version", "mismatch", "the response is to version %d, not to %d", c.sub.Version, c.survey.Version)
	}
	if c.sub.Wave != "" && !c.sub.Wave.Valid() {
		c.add("wave", "key", "%s cannot be a wave: %s", quoted(string(c.sub.Wave)), keyForm)
	}
	if !slices.Contains(Modes(), r.Mode) {
		c.add("mode", "unknown", "%s is not a way in", quoted(string(r.Mode)))
	}
	if languages := c.survey.Questionnaire.Languages; !slices.Contains(languages, r.Language) {
		c.add("language", "unknown", "%s is not a language of the survey (%s)", quoted(r.Language), strings.Join(languages, ", "))
	}
	if !within(r.Seconds, 0, maxSeconds) {
		c.add("seconds", "range", "the time taken lies from 0 to %d seconds, not at %v", maxSeconds, r.Seconds)
	}
	if !line(r.Respondent, 100) {
		c.add("respondent", "length", "a respondent is at most 100 characters of plain text")
	}
}

func (c *checker) submittedAt(mode Mode, now time.Time) time.Time {
	t := c.sub.SubmittedAt.UTC().Truncate(time.Microsecond)
	switch {
	case c.sub.SubmittedAt.IsZero() && mode == ModeImport:
		return time.Time{}
	case c.sub.SubmittedAt.IsZero():
		return now
	case t.Year() < 2000:
		c.add("submitted_at", "range", "%s is before the year 2000", t.Format(time.RFC3339))
	case t.After(now.Add(clockSkew)):
		c.add("submitted_at", "range", "%s is more than 24 hours ahead", t.Format(time.RFC3339))
	case t.After(now):
		return now
	}
	return t
}

// attributes returns the values in the order of the questionnaire.
func (c *checker) attributes() []string {
	q := &c.survey.Questionnaire
	values, known := make([]string, len(q.Attributes)), 0
	for i := range q.Attributes {
		a := &q.Attributes[i]
		v, ok := c.sub.Attributes[a.Key]
		if !ok {
			continue
		}
		known++
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		switch {
		case a.Has(v):
			values[i] = v
		case len(a.Values) > 0:
			c.add("attributes."+string(a.Key), "unknown", "%s is not a value of %s", quoted(v), a.Key)
		default:
			c.add("attributes."+string(a.Key), "length", "a value is at most %d characters of plain text", MaxAttribute)
		}
	}
	if known < len(c.sub.Attributes) {
		for _, k := range slices.Sorted(maps.Keys(c.sub.Attributes)) {
			if q.AttributeAt(k) < 0 {
				c.add("attributes."+plain(string(k)), "unknown", "the survey has no attribute %s", quoted(string(k)))
			}
		}
	}
	return values
}

// answers fills in ratings and comments.
func (c *checker) answers(r *Response) {
	q := &c.survey.Questionnaire
	var asked map[ItemKey]bool // nil: every item
	if q.routes() {
		known := make(map[AttributeKey]string, len(r.Attributes))
		for i, v := range r.Attributes {
			known[q.Attributes[i].Key] = v
		}
		asked = Routed(q, c.sub.Answers, known)
	}
	rated := 0
	for i := range q.Sections {
		rated += len(q.Sections[i].Items)
	}
	r.Ratings = make([]byte, 0, rated)
	found, empty := 0, true
	for i := range q.Sections {
		for j := range q.Sections[i].Items {
			item := &q.Sections[i].Items[j]
			a, ok := c.sub.Answers[item.Key]
			if ok {
				found++
			}
			if item.Kind == KindComment {
				a.Comment = tidy(a.Comment)
			}
			given := a != Answer{}
			empty = empty && !given
			routed := asked == nil || asked[item.Key]
			switch {
			case given && !routed:
				c.refuse(item, "not_routed", "the question is not asked, given the answers before it")
			case !given && routed && item.Required:
				c.refuse(item, "required", "an answer is needed")
			}
			if item.Kind == KindComment {
				c.comment(r, item, a)
				continue
			}
			code := NotRouted
			if routed {
				code = c.rating(item, a)
			}
			r.Ratings = append(r.Ratings, code)
		}
	}
	if found < len(c.sub.Answers) {
		items := map[ItemKey]bool{}
		for _, i := range q.Items() {
			items[i.Key] = true
		}
		for _, k := range slices.Sorted(maps.Keys(c.sub.Answers)) {
			if !items[k] {
				c.add("answers."+plain(string(k)), "unknown", "the survey has no item %s", quoted(string(k)))
				empty = false
			}
		}
	}
	if empty {
		c.add("answers", "empty", "nothing is answered")
	}
}

// rating returns the code of an answer to a closed item.
func (c *checker) rating(item *Item, a Answer) byte {
	if a.Comment != "" {
		c.refuse(item, "kind", "the item is rated and takes no comment")
	}
	switch {
	case a.NotApplicable && a.Rating != nil:
		c.refuse(item, "both", "a rating and not applicable exclude each other")
	case a.NotApplicable && !item.NotApplicable:
		c.refuse(item, "not_applicable", "not applicable cannot be answered here")
	case a.NotApplicable:
		return NotApplicable
	case a.Rating != nil:
		s, _ := c.survey.Questionnaire.Scale(item.Scale)
		if *a.Rating < s.Low || *a.Rating > s.High {
			c.refuse(item, "range", "rating %d outside %d..%d", *a.Rating, s.Low, s.High)
			return Skipped
		}
		return byte(*a.Rating - s.Low)
	}
	return Skipped
}

func (c *checker) comment(r *Response, item *Item, a Answer) {
	limit := cmp.Or(item.MaxLength, MaxComment)
	switch {
	case a.Rating != nil || a.NotApplicable:
		c.refuse(item, "kind", "the item is a comment and takes no rating")
	case !utf8.ValidString(a.Comment):
		c.refuse(item, "encoding", "the comment is not valid UTF-8")
	case utf8.RuneCountInString(a.Comment) > limit:
		c.refuse(item, "length", "the comment has %d characters; at most %d are taken", utf8.RuneCountInString(a.Comment), limit)
	case strings.ContainsFunc(a.Comment, func(x rune) bool { return unicode.IsControl(x) && x != '\n' && x != '\t' }):
		c.refuse(item, "control", "the comment holds a control character")
	case a.Comment != "":
		if r.Comments == nil {
			r.Comments = map[ItemKey]string{}
		}
		r.Comments[item.Key] = a.Comment
	}
}

// tidy gives a comment the line ends of text, and no blanks around it.
func tidy(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return strings.TrimSpace(s)
}

// plain makes a key that the client invented fit for a path.
func plain(key string) string {
	q := quoted(key)
	return q[1 : len(q)-1]
}
