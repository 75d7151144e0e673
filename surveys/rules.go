package surveys

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is stored of one text, in characters.
const (
	MaxKey       = 40
	MaxText      = 2000 // of the questionnaire
	MaxAttribute = 100
	MaxComment   = 2000 // unless the item says otherwise
)

// validKey reports whether k has the form of a typed key.
func validKey(k string) bool {
	if k == "" || len(k) > MaxKey || k[0] < 'a' || k[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(k, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	})
}

const keyForm = "a key is lower case letters, digits and _, begins with a letter and has at most 40 characters"

// Valid reports whether the key is well formed. A survey key may hold hyphens, too.
func (k SurveyKey) Valid() bool {
	return !strings.HasPrefix(string(k), "-") && validKey(strings.ReplaceAll(string(k), "-", "_"))
}

// Valid reports whether the key is well formed.
func (k WaveKey) Valid() bool { return validKey(string(k)) }

// reservedKey reports whether a key names something else than an attribute or item in files and answers.
func reservedKey(k string) bool {
	switch k {
	case "id", "response_id", "respondent", "submitted_at", "received_at", "seconds", "mode", "language", "wave", "version", "survey_version",
		"weight", "response_weight", "case_weight", "verdict":
		return true
	}
	return false
}

// validLanguage reports whether tag is a BCP 47 tag of language, script and region, in the usual letter case.
func validLanguage(tag string) bool {
	parts := strings.Split(tag, "-")
	if n := len(parts[0]); n < 2 || n > 3 || !made(parts[0], 'a', 'z') {
		return false
	}
	parts = parts[1:]
	if len(parts) > 0 && len(parts[0]) == 4 && made(parts[0][:1], 'A', 'Z') && made(parts[0][1:], 'a', 'z') {
		parts = parts[1:]
	}
	if len(parts) > 0 && (len(parts[0]) == 2 && made(parts[0], 'A', 'Z') || len(parts[0]) == 3 && made(parts[0], '0', '9')) {
		parts = parts[1:]
	}
	return len(parts) == 0
}

func made(s string, from, to rune) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < from || r > to })
}

// line reports whether s is text for one line: valid UTF-8 of at most max characters without control characters.
func line(s string, max int) bool {
	return len(s) <= max*utf8.UTFMax && utf8.ValidString(s) && utf8.RuneCountInString(s) <= max && !strings.ContainsFunc(s, unicode.IsControl)
}

// within reports whether low <= x <= high; NaN is not.
func within(x, low, high float64) bool { return x >= low && x <= high }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// at returns the path of an element of a list.
func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// quoted shortens what is repeated to a client and makes it printable.
func quoted(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) > 60 {
		s = string([]rune(s)[:59]) + "…"
	}
	return strconv.Quote(s)
}

// rules collects what is wrong with a survey.
type rules struct {
	InvalidError
	languages []string
}

// text requires a text in every declared language; if optional, it may be absent as a whole.
func (r *rules) text(path string, t Text, optional bool) {
	if len(t) == 0 {
		if !optional {
			r.Add(path, "required", "a text is needed")
		}
		return
	}
	for _, l := range r.languages {
		switch s := t[l]; {
		case strings.TrimSpace(s) == "":
			r.Add(path+"."+l, "translation", "there is no text in %s", l)
		case !utf8.ValidString(s) || utf8.RuneCountInString(s) > MaxText:
			r.Add(path+"."+l, "length", "a text has at most %d characters", MaxText)
		case strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' }):
			r.Add(path+"."+l, "control", "the text holds a control character")
		}
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		if len(r.languages) > 0 && !slices.Contains(r.languages, l) {
			r.Add(path+"."+l, "language", "%s is not among the languages of the survey (%s)", quoted(l), strings.Join(r.languages, ", "))
		}
	}
}

// key requires a well formed key that was not seen before.
func (r *rules) key(path, k string, seen map[string]bool) {
	switch {
	case k == "":
		r.Add(path, "required", "a key is needed")
	case !validKey(k):
		r.Add(path, "key", "%s cannot be a key: %s", quoted(k), keyForm)
	case seen[k]:
		r.Add(path, "duplicate", "%s is used already", quoted(k))
	}
	seen[k] = true
}

// shares requires weights that are not negative and add up to 1. paths[i] is the place of weights[i].
func (r *rules) shares(path string, weights []float64, paths []string, what string) {
	sum, ok := 0.0, true
	for i, w := range weights {
		if !finite(w) || w < 0 {
			r.Add(paths[i], "range", "a weight is a number from 0, not %v", w)
			ok = false
		}
		sum += w
	}
	if ok && len(weights) > 0 && math.Abs(sum-1) > 1e-9 {
		r.Add(path, "sum", "the weights of the %s add up to %s, not to 1", what, strconv.FormatFloat(sum, 'g', 10, 64))
	}
}

func (r *rules) target(path string, t *float64) {
	if t != nil && !within(*t, 0, 100) {
		r.Add(path, "range", "a target lies from 0 to 100, not at %v", *t)
	}
}
