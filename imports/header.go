package imports

import (
	"fmt"
	"slices"
	"strings"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// binding is a mapping with the columns found in one header.
type binding struct {
	Mapping
	header  []string
	ignored []string // columns that nothing reads
}

// bind finds the mapping's columns. Errors: *surveys.InvalidError with every column that is missing or ambiguous, by its
// place in the mapping file; *Error if our own CSV has no item in its header.
func (m *Mapping) bind(f *File, header []string) (*binding, error) {
	b := &binding{Mapping: *m, header: header}
	if m.own {
		if err := b.ownColumns(f); err != nil {
			return nil, err
		}
	}
	bad := &surveys.InvalidError{Input: fmt.Sprintf("mapping file %s for %s", m.Name, f.Name)}
	if m.own {
		bad.Input = f.Name
	}
	used := make([]bool, len(header))
	find := func(s *source) {
		parts := slices.Clone(s.parts)
		for i := range parts {
			p := &parts[i]
			if p.name == "" {
				continue
			}
			p.at = slices.Index(header, p.name)
			if p.at < 0 {
				bad.Fields = append(bad.Fields, surveys.FieldError{Field: s.path, Rule: "column", Line: s.line, Column: s.column, Message: missing(p.name, header)})
				p.at = 0
				continue
			}
			used[p.at] = true
			if second := slices.Index(header[p.at+1:], p.name); second >= 0 {
				bad.Fields = append(bad.Fields, surveys.FieldError{Field: s.path, Rule: "duplicate", Line: s.line, Column: s.column,
					Message: fmt.Sprintf("column %q stands twice in the header, as cells %d and %d", p.name, p.at+1, p.at+second+2)})
			}
		}
		s.parts = parts
	}
	b.items, b.comments, b.attributes = slices.Clone(b.items), slices.Clone(b.comments), slices.Clone(b.attributes)
	for i := range b.items {
		find(&b.items[i].source)
	}
	for i := range b.comments {
		find(&b.comments[i].source)
	}
	for i := range b.attributes {
		find(&b.attributes[i].source)
	}
	for _, r := range []**fieldRule{&b.id, &b.respondent, &b.seconds, &b.weight, &b.mode, &b.language, &b.wave, &b.submitted} {
		if *r != nil {
			copied := **r
			*r = &copied
			find(&copied.source)
		}
	}
	for i, h := range header {
		if !used[i] && !(m.own && slices.Contains(ownUnread, h)) {
			if h == "" {
				h = fmt.Sprintf("(cell %d, without a name)", i+1)
			}
			b.ignored = append(b.ignored, h)
		}
	}
	if err := bad.OrNil(); err != nil {
		return nil, strictOrder(bad)
	}
	return b, nil
}

func strictOrder(e *surveys.InvalidError) error {
	e.Fields = strictyaml.Sorted(e.Fields)
	return e
}

// missing says that there is no such column, and which was probably meant.
func missing(name string, header []string) string {
	lower := make([]string, len(header))
	for i, h := range header {
		lower[i] = strings.ToLower(h)
	}
	if s := strictyaml.Suggest(name, lower); s != "" {
		return fmt.Sprintf("there is no column %q; did you mean %q?", name, header[slices.Index(lower, s)])
	}
	return fmt.Sprintf("there is no column %q; the columns are %s", name, listed(header))
}

// listed quotes the first 30 names of a header.
func listed(header []string) string {
	var out []string
	for i, h := range header {
		if i == 30 {
			out = append(out, fmt.Sprintf("and %d more", len(header)-i))
			break
		}
		out = append(out, fmt.Sprintf("%q", excerpt([]byte(h))))
	}
	return strings.Join(out, ", ")
}

// ownUnread are columns of our own CSV that are written for people and computed anew when read.
var ownUnread = []string{"survey_version", "received_at", "verdict"}

// ownColumns makes the rules of our own CSV from the keys in the header. An item or attribute of the survey comes before a
// column of ours of the same name.
func (b *binding) ownColumns(f *File) error {
	q := &b.survey.Questionnaire
	column := func(key string) source { return source{path: key, line: 1, parts: []part{{name: key}}} }
	taken := map[string]bool{}
	for i, it := range q.Rated() {
		if !slices.Contains(b.header, string(it.Key)) {
			continue
		}
		taken[string(it.Key)] = true
		scale, _ := q.Scale(it.Scale)
		r := itemRule{source: column(string(it.Key)), at: i, item: it, low: scale.Low, high: scale.High, numbers: true,
			codes: map[string]byte{"": surveys.Skipped, "NA": surveys.NotApplicable, "NR": surveys.NotRouted}}
		if !it.NotApplicable {
			r.codes["NA"] = notAllowedCode
		}
		r.addNumbers()
		b.items = append(b.items, r)
	}
	if len(b.items) == 0 {
		return f.errorf(1, nil, "no column is an item of survey %q; the columns are %s. A file with other columns needs a mapping file", b.survey.Key, listed(b.header))
	}
	for _, it := range q.Items() {
		if !it.Closed() && slices.Contains(b.header, string(it.Key)) {
			taken[string(it.Key)] = true
			b.comments = append(b.comments, commentRule{column(string(it.Key)), it})
		}
	}
	for i, a := range q.Attributes {
		if slices.Contains(b.header, string(a.Key)) {
			taken[string(a.Key)] = true
			b.attributes = append(b.attributes, attributeRule{fieldRule: fieldRule{source: column(string(a.Key))}, at: i, attribute: a})
		}
	}
	for _, x := range []struct {
		to  **fieldRule
		key string
	}{{&b.id, "response_id"}, {&b.respondent, "id"}, {&b.seconds, "seconds"}, {&b.submitted, "submitted_at"}, {&b.mode, "mode"},
		{&b.language, "language"}, {&b.wave, "wave"}, {&b.weight, "response_weight"}, {&b.respondent, "respondent"}, {&b.weight, "weight"}} {
		if *x.to == nil && slices.Contains(b.header, x.key) && !taken[x.key] {
			*x.to = &fieldRule{source: column(x.key)}
		}
	}
	return nil
}
