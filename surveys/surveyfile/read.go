// Package surveyfile reads the survey file: a questionnaire, the models that score it and its design, as YAML that a
// survey administrator writes. The head of default.yaml describes every key.
//
// A file is read strictly. Everything wrong with it is reported at once, each problem with its path, line and column:
// what package strictyaml finds (unknown and duplicate keys, wrong types, missing keys) together with every rule of
// surveys.Survey.Validate that the file breaks (missing translations, weights that do not add up, routing to nothing).
package surveyfile

import (
	"bytes"
	_ "embed"
	"errors"
	"slices"
	"strings"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

//go:embed default.yaml
var defaultSource []byte

// Default returns the survey for passengers after a flight that is built in: five dimensions, sixteen items, six
// languages, models equal and study.
func Default() *surveys.Survey {
	s, err := Read("default.yaml", defaultSource)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return s
}

// Read reads a survey file; name is for messages. The survey keeps a copy of src as its Source. Errors:
// *surveys.InvalidError with every problem by place.
func Read(name string, src []byte) (*surveys.Survey, error) {
	doc, problems := strictyaml.Parse(src)
	if doc == nil {
		return nil, &surveys.InvalidError{Input: "survey file " + name, Fields: problems}
	}
	var f file
	problems = append(problems, doc.Decode(&f)...)
	b := &builder{languages: f.Languages}
	s := b.survey(&f)
	s.Source = bytes.Clone(src)
	problems = addNew(problems, b.problems, doc)
	var invalid *surveys.InvalidError
	if errors.As(s.Validate(), &invalid) {
		for i := range invalid.Fields {
			invalid.Fields[i].Field = b.written(invalid.Fields[i].Field)
		}
		problems = addNew(problems, slices.DeleteFunc(invalid.Fields, b.again), doc)
	}
	if len(problems) > 0 {
		return nil, &surveys.InvalidError{Input: "survey file " + name, Fields: strictyaml.Sorted(problems)}
	}
	return s, nil
}

// addNew appends the problems of more that do not only follow from those there are, with their places.
func addNew(problems, more []surveys.FieldError, doc *strictyaml.Document) []surveys.FieldError {
	old := problems
	for _, p := range more {
		if !follows(p, old) {
			p.Line, p.Column = doc.Place(p.Field)
			problems = append(problems, p)
		}
	}
	return problems
}

// follows reports whether one of the problems concerns the same part as p, a part of it, or what it is part of.
func follows(p surveys.FieldError, problems []surveys.FieldError) bool {
	for _, q := range problems {
		if q.Rule != "unknown" && q.Rule != "duplicate" && (partOf(p.Field, q.Field) || partOf(q.Field, p.Field)) {
			return true
		}
	}
	return false
}

func partOf(part, whole string) bool {
	rest, ok := strings.CutPrefix(part, whole)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
