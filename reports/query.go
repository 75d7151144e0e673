package reports

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// Limits of one question.
const (
	maxSegmentations = 50
	maxCrossed       = 4
)

// unknownLevel is the word for a level that is not known, written "" in data.
const unknownLevel = "unknown"

// ParseBy reads a segmentation as every surface takes it: attributes, separated by commas, to be crossed. Spaces around
// them are left out.
func ParseBy(text string) []string {
	by := strings.Split(text, ",")
	for i := range by {
		by[i] = strings.TrimSpace(by[i])
	}
	return by
}

// ParseWhere reads a condition as every surface takes it: attribute=value, or several values separated by commas. An empty
// value selects the responses whose value is unknown. Spaces around the parts are left out.
func ParseWhere(text string) (Where, error) {
	name, values, ok := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return Where{}, fmt.Errorf("%q is not of the form attribute=value or attribute=value,value", text)
	}
	w := Where{Attribute: name, Values: strings.Split(values, ",")}
	for i := range w.Values {
		w.Values[i] = strings.TrimSpace(w.Values[i])
	}
	return w, nil
}

// question is a query resolved against the survey.
type question struct {
	Query
	model *surveys.Model
	by    [][]int // columns of attributes
	where []columns.Condition
	from  uint32 // Unix seconds, 0: open
	to    uint32
	never bool // the period ends before any time that can be stored
}

// resolve checks a query against the survey. The error is a *surveys.InvalidError with every problem.
func (l *layout) resolve(q Query) (*question, error) {
	bad := &surveys.InvalidError{Input: "query"}
	out := &question{Query: q}
	m, err := l.survey.Model(surveys.ModelKey(q.Model))
	if err != nil {
		keys := make([]string, len(l.survey.Models))
		for i := range l.survey.Models {
			keys[i] = string(l.survey.Models[i].Key)
		}
		bad.Add("model", "unknown", "survey %s has no model %q; it has %s", l.survey.Key, clip(q.Model), list(keys))
	}
	out.model = m
	if q.Weighting != nil && m != nil {
		var invalid *surveys.InvalidError
		if errors.As(q.Weighting.Validate(&l.survey.Questionnaire), &invalid) {
			bad.Fields = append(bad.Fields, invalid.Fields...)
		}
		other := *m
		other.Weighting = q.Weighting
		out.model = &other
	}
	if q.Errors != "" && m != nil {
		out.model = withErrors(out.model, q.Errors, bad)
	}
	if len(q.By) > maxSegmentations {
		bad.Add("by", "length", "%d segmentations are asked for, at most %d can be answered at once", len(q.By), maxSegmentations)
	} else {
		out.by = l.resolveBy(q.By, bad)
	}
	out.where = l.resolveWhere(q.Where, bad)
	out.from, out.to = seconds(q.From), seconds(q.To)
	out.never = !q.To.IsZero() && out.to == 0 || !q.From.IsZero() && q.From.Unix() > math.MaxUint32
	if !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) {
		bad.Add("to", "range", "the period ends before it begins")
	}
	return out, bad.OrNil()
}

func (l *layout) resolveBy(by [][]string, bad *surveys.InvalidError) (out [][]int) {
	for i, keys := range by {
		place := fmt.Sprintf("by[%d]", i)
		if len(keys) == 0 || len(keys) > maxCrossed {
			bad.Add(place, "length", "a segmentation is by 1 to %d attributes, not %d", maxCrossed, len(keys))
			continue
		}
		var at []int
		for _, key := range keys {
			a := l.attributeAt(key)
			switch {
			case a < 0:
				bad.Add(place, "unknown", "there is no attribute %q; responses can be divided by %s", clip(key), list(l.attributeKeys()))
			case slices.Contains(at, a):
				bad.Add(place, "duplicate", "%q is named twice", key)
			}
			at = append(at, a)
		}
		out = append(out, at)
	}
	return out
}

func (l *layout) resolveWhere(where []Where, bad *surveys.InvalidError) (out []columns.Condition) {
	for i, w := range where {
		place := fmt.Sprintf("where[%d]", i)
		a := l.attributeAt(w.Attribute)
		if a < 0 {
			bad.Add(place+".attribute", "unknown", "there is no attribute %q; responses can be selected by %s", clip(w.Attribute), list(l.attributeKeys()))
			continue
		}
		if len(w.Values) == 0 {
			bad.Add(place+".values", "required", "name at least one value of %q", w.Attribute)
		}
		c := columns.Condition{Attribute: a}
		levels := l.attributes[a].levels()
		for j, v := range w.Values {
			if v == unknownLevel && !slices.Contains(levels, v) && len(levels) > 0 {
				v = ""
			}
			if v != "" && len(levels) > 0 && !slices.Contains(levels, v) {
				bad.Add(fmt.Sprintf("%s.values[%d]", place, j), "unknown", "%q is not a value of %q; its values are %s", clip(v), w.Attribute, list(levels))
			}
			c.Values = append(c.Values, v)
		}
		out = append(out, c)
	}
	return out
}

func (l *layout) attributeKeys() []string {
	keys := make([]string, len(l.attributes))
	for i, a := range l.attributes {
		keys[i] = a.key
	}
	return keys
}

// levels are the declared values of a closed list.
func (a attribute) levels() []string {
	keys := make([]string, len(a.values))
	for i, v := range a.values {
		keys[i] = v.Key
	}
	return keys
}

// seconds are Unix seconds as they are stored, rounded up; 0 for no time or one before 1970.
func seconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return uint32(min(max(s, 0), math.MaxUint32))
}

// list joins words for a sentence.
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return "none"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// clip shortens what a client sent before it is repeated.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
