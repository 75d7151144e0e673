package imports

import (
	"strconv"

	"paxscore/surveys/strictyaml"
)

// mappingFile is a mapping file as written. A column is named as in the header of the data, white space around it left
// out; codes are compared with cells likewise, and a whole number written 6.0 is the code 6.
//
//	survey: sfo2017            # optional: the survey it is for
//	delimiter: ";"             # found out unless stated; tab for a tab
//	encoding: gb18030          # utf-8 unless stated; byte order marks are obeyed
//	sheet: Answers             # of a workbook; the first unless stated
//	not_applicable: ["6"]      # codes of every item that does not list its own
//	skipped: ["0", Blank]      # likewise; an empty cell is skipped in any case, unless listed otherwise
//	not_asked: []              # likewise
//	items:
//	  art: Q7ART
//	  overall: {column: satisfaction, values: {satisfied: 1, dissatisfied: 0}}
//	  recommend: {column: NETPRO, not_applicable: [], skipped: ["11"]}
//	  comment: Q8TEXT
//	attributes:
//	  cabin: {column: Class, values: {Eco: economy, Business: business}, unknown: ["0"]}
//	  age: {column: Age, bands: [{below: 25, level: under_25}, {level: from_25}]}
//	  airport: {value: SFO}
//	respondent: RESPNUM
//	seconds: Duration
//	submitted_at: {template: "2017-05-{INTDATE}", layout: YYYY-MM-D, zone: America/Los_Angeles}
//	response_weight: WEIGHT
//	mode: {value: interview}
//	language: {column: LANG, values: {1: en, 2: es}}
//	wave: {value: spring_2017}
type mappingFile struct {
	Survey         string                   `yaml:"survey"`
	Delimiter      string                   `yaml:"delimiter"`
	Encoding       string                   `yaml:"encoding"`
	Sheet          string                   `yaml:"sheet"`
	NotApplicable  []string                 `yaml:"not_applicable"`
	Skipped        []string                 `yaml:"skipped"`
	NotAsked       []string                 `yaml:"not_asked"`
	Items          map[string]itemFile      `yaml:"items,required"`
	Attributes     map[string]attributeFile `yaml:"attributes"`
	Respondent     *fieldFile               `yaml:"respondent"`
	Seconds        *fieldFile               `yaml:"seconds"`
	SubmittedAt    *timeFile                `yaml:"submitted_at"`
	ResponseWeight *fieldFile               `yaml:"response_weight"`
	Mode           *fieldFile               `yaml:"mode"`
	Language       *fieldFile               `yaml:"language"`
	Wave           *fieldFile               `yaml:"wave"`
}

// itemFile is the column of an item. Lists that are not stated are those of the whole file.
type itemFile struct {
	Column        string            `yaml:"column"`
	NotApplicable []string          `yaml:"not_applicable"`
	Skipped       []string          `yaml:"skipped"`
	NotAsked      []string          `yaml:"not_asked"`
	Values        map[string]rating `yaml:"values"` // if stated, nothing else is a rating
}

// rating is a whole number, in quotes or not.
type rating struct {
	n   int
	bad bool
}

func (r *rating) ReadYAML(v strictyaml.Value) {
	n, err := strconv.Atoi(v.Text())
	if !v.IsWord() || err != nil {
		v.Refuse("type", "must be a whole number, the rating that the label stands for")
		r.bad = true
		return
	}
	r.n = n
}

func (f *itemFile) ReadYAML(v strictyaml.Value) {
	type plain itemFile
	if v.IsWord() {
		f.Column = v.Text()
		return
	}
	v.Decode((*plain)(f))
}

// fieldFile is where a value other than a rating comes from: a column, a template of columns, or a constant.
type fieldFile struct {
	Column   string            `yaml:"column"`
	Template string            `yaml:"template"`
	Value    string            `yaml:"value"`
	Values   map[string]string `yaml:"values"` // if stated, nothing else is a value
	Unknown  []string          `yaml:"unknown"`
}

func (f *fieldFile) ReadYAML(v strictyaml.Value) {
	type plain fieldFile
	if v.IsWord() {
		f.Column = v.Text()
		return
	}
	v.Decode((*plain)(f))
}

// attributeFile is where an attribute comes from.
type attributeFile struct {
	Column   string            `yaml:"column"`
	Template string            `yaml:"template"`
	Value    string            `yaml:"value"`
	Values   map[string]string `yaml:"values"`
	Unknown  []string          `yaml:"unknown"`
	Bands    []bandFile        `yaml:"bands"` // ascending
}

// bandFile is a level of an attribute made of a number x: from ≤ x < below.
type bandFile struct {
	From  *float64 `yaml:"from"`
	Below *float64 `yaml:"below"`
	Level string   `yaml:"level,required"`
}

func (f *attributeFile) ReadYAML(v strictyaml.Value) {
	type plain attributeFile
	if v.IsWord() {
		f.Column = v.Text()
		return
	}
	v.Decode((*plain)(f))
}

// timeFile is where the time of submission comes from.
type timeFile struct {
	Column   string   `yaml:"column"`
	Template string   `yaml:"template"`
	Value    string   `yaml:"value"`
	Layout   string   `yaml:"layout"` // see parseLayout
	Zone     string   `yaml:"zone"`   // of the IANA database; UTC unless stated
	Unknown  []string `yaml:"unknown"`
}

func (f *timeFile) ReadYAML(v strictyaml.Value) {
	type plain timeFile
	if v.IsWord() {
		f.Column = v.Text()
		return
	}
	v.Decode((*plain)(f))
}
