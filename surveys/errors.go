package surveys

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of the domain. They are returned wrapped; compare with errors.Is.
var (
	ErrNotFound     = errors.New("not found")
	ErrConflict     = errors.New("the id is already used for another response")
	ErrTokenUsed    = errors.New("the invitation has already been used")
	ErrTokenExpired = errors.New("the invitation has expired")
	ErrWaveClosed   = errors.New("the survey wave is not open")
	ErrExists       = errors.New("already exists")
	ErrUnavailable  = errors.New("the store is not available")
	ErrOverloaded   = errors.New("more is being submitted than the store takes") // nothing was stored
)

// FieldError says what is wrong with one part of an input: where it stands, the rule it breaks, and in words.
type FieldError struct {
	Field   string // path in the input: "answers.crew_attitude", "models[1].dimensions[0].weight"; "" for all of it
	Rule    string // short constant name of the rule: "required", "range", "unknown"
	Message string // a sentence for the person who made the input
	Line    int    // 1-based place in the file, 0 where the input is not a file
	Column  int
}

func (f FieldError) String() string {
	text := f.Message
	if f.Field != "" {
		text = f.Field + ": " + text
	}
	if f.Line > 0 {
		return fmt.Sprintf("%d:%d: %s", f.Line, f.Column, text)
	}
	return text
}

// InvalidError reports every rule that an input breaks, together.
type InvalidError struct {
	Input  string // what was read: "survey file default.yaml", "response"
	Fields []FieldError
}

func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		lines[i] = f.String()
	}
	if len(lines) == 1 {
		return fmt.Sprintf("%s is not valid: %s", e.Input, lines[0])
	}
	return fmt.Sprintf("%s is not valid, %d problems:\n  %s", e.Input, len(lines), strings.Join(lines, "\n  "))
}

// Add appends one problem of an input that is not a file.
func (e *InvalidError) Add(field, rule, format string, args ...any) {
	e.Fields = append(e.Fields, FieldError{Field: field, Rule: rule, Message: fmt.Sprintf(format, args...)})
}

// OrNil returns the error, or nil if nothing was found wrong.
func (e *InvalidError) OrNil() error {
	if e == nil || len(e.Fields) == 0 {
		return nil
	}
	return e
}
