package imports

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// mappingCheck turns a mapping file into a Mapping and collects what is wrong.
type mappingCheck struct {
	doc      *strictyaml.Document
	problems []surveys.FieldError
	survey   *surveys.Survey
	file     *mappingFile
	used     map[string]string // column -> path of the item that uses it
}

func (c *mappingCheck) add(path, rule, format string, args ...any) {
	line, column := c.doc.Place(path)
	c.problems = append(c.problems, surveys.FieldError{Field: path, Rule: rule, Message: fmt.Sprintf(format, args...), Line: line, Column: column})
}

// unknown reports a key that does not exist.
func (c *mappingCheck) unknown(path, what, key string, known []string) {
	if s := strictyaml.Suggest(key, known); s != "" {
		c.add(path, "unknown", "the survey has no %s %q; did you mean %q?", what, key, s)
		return
	}
	c.add(path, "unknown", "the survey has no %s %q", what, key)
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)

func (c *mappingCheck) mapping() *Mapping {
	f := c.file
	c.used = map[string]string{}
	m := &Mapping{survey: c.survey, encoding: f.Encoding, sheet: f.Sheet}
	if f.Survey != "" && f.Survey != string(c.survey.Key) {
		c.add("survey", "reference", "the mapping is for survey %q, not for %q", f.Survey, c.survey.Key)
	}
	switch {
	case f.Delimiter == "":
	case f.Delimiter == "tab" || f.Delimiter == `\t`:
		m.delimiter = '\t'
	case len(f.Delimiter) == 1 && strings.Contains(",;|:\t ^~#", f.Delimiter):
		m.delimiter = f.Delimiter[0]
	default:
		c.add("delimiter", "delimiter", "must be one of , ; | : ^ ~ # a space or tab")
	}
	if f.Encoding != "" && !slices.Contains(Encodings(), f.Encoding) {
		c.add("encoding", "unknown", "there is no encoding %q; the encodings are %s", f.Encoding, strings.Join(Encodings(), ", "))
	}
	c.items(m)
	c.attributes(m)
	m.respondent = c.field("respondent", f.Respondent)
	m.seconds = c.field("seconds", f.Seconds)
	m.weight = c.field("response_weight", f.ResponseWeight)
	m.mode = c.field("mode", f.Mode)
	m.language = c.field("language", f.Language)
	m.wave = c.field("wave", f.Wave)
	c.values("mode", f.Mode, func(v string) bool { return slices.Contains(surveys.Modes(), surveys.Mode(v)) }, fmt.Sprint("is not a mode; the modes are ", surveys.Modes()))
	c.values("language", f.Language, languageTag.MatchString, "is not a language tag such as en or zh-Hans")
	c.values("wave", f.Wave, func(v string) bool { return surveys.WaveKey(v).Valid() }, "is not the key of a wave")
	if w := f.ResponseWeight; w != nil && w.Value != "" {
		if v, err := parseDecimal(w.Value); err != nil || !(v > 0) {
			c.add("response_weight.value", "range", "must be a number above 0")
		}
	}
	c.time(m)
	return m
}

// source checks that exactly one way of finding a text is stated.
func (c *mappingCheck) source(path, column, template, value string) source {
	line, col := c.doc.Place(path)
	s := source{path: path, line: line, column: col}
	stated := 0
	for _, v := range []string{column, template, value} {
		if v != "" {
			stated++
		}
	}
	if stated != 1 {
		c.add(path, "required", "needs exactly one of column, template and value")
		return s
	}
	s.constant = value
	if column != "" {
		s.parts = []part{{name: strings.TrimSpace(column)}}
	}
	for rest := template; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		if before != "" {
			s.parts = append(s.parts, part{literal: before})
		}
		if !open {
			break
		}
		name, behind, closed := strings.Cut(after, "}")
		if name = strings.TrimSpace(name); !closed || name == "" {
			c.add(path+".template", "template", "columns stand in braces: {COLUMN}")
			return s
		}
		s.parts = append(s.parts, part{name: name})
		rest = behind
	}
	if template != "" && !slices.ContainsFunc(s.parts, func(p part) bool { return p.name != "" }) {
		c.add(path+".template", "template", "names no column; for a constant use value")
	}
	return s
}

func (c *mappingCheck) field(path string, f *fieldFile) *fieldRule {
	if f == nil {
		return nil
	}
	r := &fieldRule{source: c.source(path, f.Column, f.Template, f.Value)}
	r.values, r.unknown = c.texts(path, f.Values, f.Unknown)
	return r
}

// texts trims codes, and reports those that are both a value and unknown.
func (c *mappingCheck) texts(path string, values map[string]string, unknown []string) (map[string]string, map[string]bool) {
	var v map[string]string
	if values != nil {
		v = make(map[string]string, len(values))
		for code, to := range values {
			v[strings.TrimSpace(code)] = to
		}
	}
	u := map[string]bool{}
	for _, code := range unknown {
		code = strings.TrimSpace(code)
		if _, ok := v[code]; ok {
			c.add(path+".unknown", "conflict", "code %q is also one of values", code)
		}
		u[code] = true
	}
	return v, u
}

// values checks the constant and the targets of a field.
func (c *mappingCheck) values(path string, f *fieldFile, ok func(string) bool, message string) {
	if f == nil {
		return
	}
	if f.Value != "" && !ok(f.Value) {
		c.add(path+".value", "value", "%q %s", f.Value, message)
	}
	for _, code := range slices.Sorted(maps.Keys(f.Values)) {
		if !ok(f.Values[code]) {
			c.add(strictyaml.Join(path+".values", code), "value", "%q %s", f.Values[code], message)
		}
	}
}

func (c *mappingCheck) attributes(m *Mapping) {
	q := &c.survey.Questionnaire
	var keys []string
	for _, a := range q.Attributes {
		keys = append(keys, string(a.Key))
	}
	for _, key := range slices.Sorted(maps.Keys(c.file.Attributes)) {
		f, path := c.file.Attributes[key], strictyaml.Join("attributes", key)
		at := q.AttributeAt(surveys.AttributeKey(key))
		if at < 0 {
			c.unknown(path, "attribute", key, keys)
			continue
		}
		a := q.Attributes[at]
		r := attributeRule{at: at, attribute: a}
		r.source = c.source(path, f.Column, f.Template, f.Value)
		r.fieldRule.values, r.fieldRule.unknown = c.texts(path, f.Values, f.Unknown)
		level := func(place, v string) {
			if v != "" && !a.Has(v) {
				c.add(place, "level", "%q is not a level of %s; the levels are %s", v, key, levels(a))
			}
		}
		level(path+".value", f.Value)
		for _, code := range slices.Sorted(maps.Keys(f.Values)) {
			level(strictyaml.Join(path+".values", code), f.Values[code])
		}
		if len(f.Bands) > 0 && f.Values != nil {
			c.add(path, "conflict", "values and bands exclude each other")
		}
		floor := math.Inf(-1)
		for i, b := range f.Bands {
			place := strictyaml.At(path+".bands", i)
			level(place+".level", b.Level)
			band := band{floor, math.Inf(1), b.Level}
			if b.From != nil {
				band.from = *b.From
			}
			if b.Below != nil {
				band.below = *b.Below
			}
			if band.from < floor || math.IsInf(floor, 1) {
				c.add(place, "order", "bands must ascend and not overlap")
			} else if band.below <= band.from {
				c.add(place, "order", "the band holds no number")
			}
			floor = band.below
			r.bands = append(r.bands, band)
		}
		m.attributes = append(m.attributes, r)
	}
	slices.SortFunc(m.attributes, func(a, b attributeRule) int { return a.at - b.at })
}

func levels(a surveys.Attribute) string {
	if len(a.Values) == 0 {
		return "texts of at most 100 characters"
	}
	var keys []string
	for i, v := range a.Values {
		if i == 20 {
			keys = append(keys, "…")
			break
		}
		keys = append(keys, v.Key)
	}
	return strings.Join(keys, ", ")
}

func (c *mappingCheck) time(m *Mapping) {
	m.times = timeReader{layouts: usualLayouts, zone: time.UTC}
	f := c.file.SubmittedAt
	if f == nil {
		return
	}
	m.submitted = &fieldRule{source: c.source("submitted_at", f.Column, f.Template, f.Value)}
	_, m.submitted.unknown = c.texts("submitted_at", nil, f.Unknown)
	if f.Layout != "" {
		l, err := parseLayout(f.Layout)
		if err != nil {
			c.add("submitted_at.layout", "layout", "%v", err)
		}
		m.times.layouts = []string{l}
	}
	if f.Zone != "" {
		zone, err := time.LoadLocation(f.Zone)
		if err != nil || f.Zone == "Local" {
			c.add("submitted_at.zone", "zone", "there is no time zone %q; write it as Europe/Zurich", f.Zone)
			return
		}
		m.times.zone = zone
	}
	if f.Value != "" {
		if _, ok := m.times.read(f.Value); !ok {
			c.add("submitted_at.value", "time", "%q cannot be read as a time", f.Value)
		}
	}
}
