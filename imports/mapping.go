package imports

import (
	"time"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// Mapping says how the columns of a file become responses to a survey. It is not changed by reading files, so several
// files may be read with it at a time.
type Mapping struct {
	Name      string // of the mapping file; "" for our own CSV
	survey    *surveys.Survey
	own       bool // columns are found by our keys
	delimiter byte // 0: found out
	encoding  string
	sheet     string

	items      []itemRule
	comments   []commentRule
	attributes []attributeRule
	id         *fieldRule // of the response
	respondent *fieldRule
	seconds    *fieldRule
	weight     *fieldRule // response weight
	mode       *fieldRule
	language   *fieldRule
	wave       *fieldRule
	submitted  *fieldRule
	times      timeReader
}

// source is where the text of a field comes from.
type source struct {
	path         string // in the mapping file
	line, column int
	parts        []part // several for a template; none for a constant
	constant     string
}

// part is a piece of a template: a column if name is set, else a literal.
type part struct {
	name    string
	literal string
	at      int // position of the column, once bound to a header
}

// Codes of itemRule.codes beside those of surveys.Response.
const (
	unknownCode    byte = 252 // the cell is none of the texts known
	notAllowedCode byte = 251 // not applicable, which the item does not offer
)

// itemRule reads a closed item.
type itemRule struct {
	source
	at        int // in Response.Ratings
	item      surveys.Item
	low, high int
	numbers   bool            // numbers within the scale are ratings
	codes     map[string]byte // by cell
}

type commentRule struct {
	source
	item surveys.Item
}

// fieldRule reads a text.
type fieldRule struct {
	source
	values  map[string]string // nil: the cell itself
	unknown map[string]bool
}

// attributeRule reads an attribute.
type attributeRule struct {
	fieldRule
	at        int // in Response.Attributes
	attribute surveys.Attribute
	bands     []band
}

// band is a level of a number x: from ≤ x < below.
type band struct {
	from, below float64
	level       string
}

// OwnMapping reads our own CSV: a header of the survey's item and attribute keys and of id or respondent, response_id,
// submitted_at, seconds, mode, language, wave and response_weight or weight, of which only one item must be there. NA is
// not applicable, NR not asked, empty skipped. An item without a column was not asked.
func OwnMapping(s *surveys.Survey) *Mapping {
	return &Mapping{survey: s, own: true, times: timeReader{layouts: usualLayouts, zone: time.UTC}}
}

// ReadMapping reads a mapping file for the survey; name stands for the file in errors. Errors: *surveys.InvalidError with
// everything wrong, each with its place.
func ReadMapping(name string, src []byte, s *surveys.Survey) (*Mapping, error) {
	var f mappingFile
	bad := &surveys.InvalidError{Input: "mapping file " + name}
	doc, problems := strictyaml.Parse(src)
	if doc == nil {
		bad.Fields = problems
		return nil, bad
	}
	problems = append(problems, doc.Decode(&f)...)
	c := &mappingCheck{doc: doc, problems: problems, survey: s, file: &f}
	m := c.mapping()
	m.Name = name
	if len(c.problems) > 0 {
		bad.Fields = strictyaml.Sorted(c.problems)
		return nil, bad
	}
	return m, nil
}
