package imports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"paxscore/surveys"
)

// maxMarginsFile is the largest file of population margins, in bytes.
const maxMarginsFile = 1 << 20

// marginsDisagree is how far a share and a count of one line may be apart, as shares of the attribute.
const marginsDisagree = 0.005

// ReadMargins reads a file of population margins: CSV with a line for each level of each attribute that responses are to be weighted by,
//
//	variable,level,share
//	age,under_25,0.16
//	cabin,business+first,0.055
//
// and share or count, of which only proportions count; where both are given they must agree to half a percent and the count is taken. Levels joined
// by + count as one. Attributes are met in the order of the file. name is for messages. Errors: *surveys.InvalidError with
// every mistake by line.
func ReadMargins(name string, src []byte, s *surveys.Survey) ([]surveys.Margin, error) {
	m := &marginsFile{survey: s, bad: &surveys.InvalidError{Input: "margins file " + name}}
	if len(src) > maxMarginsFile {
		m.bad.Add("", "length", "the file has more than %d bytes", maxMarginsFile)
		return nil, m.bad
	}
	m.read(csv.NewReader(bytes.NewReader(bytes.TrimPrefix(src, []byte("\ufeff")))))
	if len(m.bad.Fields) == 0 {
		m.check()
	}
	if err := m.bad.OrNil(); err != nil {
		return nil, err
	}
	return m.margins, nil
}

type marginsFile struct {
	survey  *surveys.Survey
	bad     *surveys.InvalidError
	margins []surveys.Margin
	at      struct{ variable, level, share, count int } // columns, -1 where there is none
	rows    []marginRow
}

// marginRow is one line; a share or count that is not given is 0.
type marginRow struct {
	line, margin int
	level        string
	share, count float64
}

func (m *marginsFile) add(line int, field, rule, format string, args ...any) {
	m.bad.Fields = append(m.bad.Fields, surveys.FieldError{Field: field, Rule: rule, Message: fmt.Sprintf(format, args...), Line: line, Column: 1})
}

func (m *marginsFile) read(r *csv.Reader) {
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		m.add(1, "", "required", "the file is empty; its first line is variable,level,share")
		return
	}
	if err == nil && !m.head(head) {
		return
	}
	for err == nil {
		var row []string
		if row, err = r.Read(); err == nil {
			line, _ := r.FieldPos(0)
			m.row(line, row)
		}
	}
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		m.add(broken.Line, "", "csv", "the line is not CSV like the first: %v", broken.Err)
	case !errors.Is(err, io.EOF):
		m.add(0, "", "csv", "the file cannot be read")
	case len(m.margins) == 0 && len(m.bad.Fields) == 0:
		m.add(2, "", "required", "there is no line but the first")
	}
}

// head finds the columns. It says whether the lines can be read.
func (m *marginsFile) head(head []string) bool {
	at := map[string]int{"variable": -1, "level": -1, "share": -1, "count": -1}
	before := len(m.bad.Fields)
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		switch old, ok := at[name]; {
		case !ok:
			m.add(1, name, "unknown", "there is no such column; a file has variable, level, and share or count")
		case old >= 0:
			m.add(1, name, "duplicate", "the column stands twice")
		default:
			at[name] = i
		}
	}
	for _, name := range []string{"variable", "level"} {
		if at[name] < 0 {
			m.add(1, name, "required", "the column is missing")
		}
	}
	if at["share"] < 0 && at["count"] < 0 {
		m.add(1, "share", "required", "a column share or count is missing")
	}
	m.at.variable, m.at.level, m.at.share, m.at.count = at["variable"], at["level"], at["share"], at["count"]
	return len(m.bad.Fields) == before
}

func (m *marginsFile) row(line int, row []string) {
	cell := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	variable, level := cell(m.at.variable), cell(m.at.level)
	if m.survey.Questionnaire.AttributeAt(surveys.AttributeKey(variable)) < 0 {
		m.add(line, "variable", "unknown", "the survey has no attribute %q", variable)
		return
	}
	if level == "" {
		m.add(line, "level", "required", "the level is missing")
		return
	}
	number := func(name, text string) float64 {
		if text == "" {
			return 0
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x > 0) || math.IsInf(x, 0) {
			m.add(line, name, "range", "%q is not a number above 0", text)
			return 0
		}
		return x
	}
	before := len(m.bad.Fields)
	x := marginRow{line: line, margin: m.margin(variable), level: level}
	x.share, x.count = number("share", cell(m.at.share)), number("count", cell(m.at.count))
	switch {
	case len(m.bad.Fields) > before:
	case x.share == 0 && x.count == 0:
		m.add(line, "share", "required", "the share of %s is missing", level)
	default:
		m.rows = append(m.rows, x)
	}
}

// margin is the place of an attribute's margin, a new one where it was not met before.
func (m *marginsFile) margin(variable string) int {
	for i := range m.margins {
		if string(m.margins[i].Attribute) == variable {
			return i
		}
	}
	m.margins = append(m.margins, surveys.Margin{Attribute: surveys.AttributeKey(variable), Shares: map[string]float64{}, Merge: map[string][]string{}})
	return len(m.margins) - 1
}

// check settles sizes and joined levels, and holds the margins against the survey.
func (m *marginsFile) check() {
	lines := make([]map[string]int, len(m.margins))
	for i := range m.margins {
		lines[i] = map[string]int{}
		m.settle(i, lines[i])
	}
	if len(m.bad.Fields) > 0 {
		return
	}
	w := surveys.Weighting{Method: surveys.Rake, Margins: m.margins, Cap: surveys.DefaultCap, Floor: surveys.DefaultFloor}
	var invalid *surveys.InvalidError
	if !errors.As(w.Validate(&m.survey.Questionnaire), &invalid) {
		return
	}
	for _, f := range invalid.Fields {
		var i int
		if n, _ := fmt.Sscanf(f.Field, "weighting.margins[%d]", &i); n == 1 && i < len(m.margins) {
			path := fmt.Sprintf("weighting.margins[%d].shares.", i)
			f.Line, f.Column = m.first(i), 1
			if line, ok := lines[i][strings.TrimPrefix(f.Field, path)]; ok {
				f.Line = line
			}
			f.Field = string(m.margins[i].Attribute)
		}
		m.bad.Fields = append(m.bad.Fields, f)
	}
}

// first is the first line of a margin.
func (m *marginsFile) first(margin int) int {
	for _, x := range m.rows {
		if x.margin == margin {
			return x.line
		}
	}
	return 0
}

// settle takes counts where every line of a margin has one, else shares.
func (m *marginsFile) settle(margin int, lines map[string]int) {
	to := &m.margins[margin]
	a := m.survey.Questionnaire.Attributes[m.survey.Questionnaire.AttributeAt(to.Attribute)]
	counts, shares := true, true
	var count, share float64
	for _, x := range m.rows {
		if x.margin == margin {
			counts, shares = counts && x.count > 0, shares && x.share > 0
			count, share = count+x.count, share+x.share
		}
	}
	if !counts && !shares {
		m.add(m.first(margin), string(to.Attribute), "conflict", "some levels have a share and others a count; give all of them one or the other")
		return
	}
	for _, x := range m.rows {
		if x.margin != margin {
			continue
		}
		if line, twice := lines[x.level]; twice {
			m.add(x.line, "level", "duplicate", "%s %s stands in line %d already", to.Attribute, x.level, line)
			continue
		}
		lines[x.level] = x.line
		if counts && shares && math.Abs(x.share/share-x.count/count) > marginsDisagree {
			m.add(x.line, "share", "conflict", "share and count do not agree; leave one of the columns out")
		}
		to.Shares[x.level] = x.count
		if !counts {
			to.Shares[x.level] = x.share
		}
		known := slices.ContainsFunc(a.Values, func(v surveys.AttributeValue) bool { return v.Key == x.level })
		if parts := strings.Split(x.level, "+"); len(parts) > 1 && !known {
			to.Merge[x.level] = parts
		}
	}
}
