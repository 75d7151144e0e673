package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// maxDepth is how deep arrays and objects of a body may nest: the deepest that any request needs is 4.
const maxDepth = 8

// maxErrors bounds the list of what is wrong with one body.
const maxErrors = 100

// value is one value of a JSON body, with its place.
type value struct {
	in      *value // the array or object that it stands in; nil for the whole
	key     string // its name there
	index   int    // its place there
	offset  int64  // of its end
	kind    kind
	text    string // of a string; the literal of a number
	members []member
	items   []*value
}

type member struct {
	key string
	*value
}

// path reads like the client's own code: answers.crew, invitations[3].wave.
func (v *value) path() string {
	switch {
	case v.in == nil:
		return ""
	case v.in.kind == kindArray:
		return fmt.Sprintf("%s[%d]", v.in.path(), v.index)
	}
	return join(v.in.path(), v.key)
}

type kind string

const (
	kindNull   kind = "null"
	kindBool   kind = "a boolean"
	kindNumber kind = "a number"
	kindString kind = "a string"
	kindArray  kind = "an array"
	kindObject kind = "an object"
)

// document reads the parts of one body and collects everything that is wrong with them.
type document struct {
	body   []byte
	errors []surveys.FieldError

	source string  // body; the texts of values are pieces of it
	at     int     // how far it is read
	values []value // space for more
}

// parse reads a body as one JSON value. Beyond the grammar it refuses what JSON leaves open and programs read
// differently: duplicate names, invalid UTF-8, anything after the value, nesting deeper than maxDepth. It returns nil if
// d.errors tells why.
func (d *document) parse() *value {
	if len(bytes.TrimSpace(d.body)) == 0 {
		d.fail("", 0, "required", "the body is empty")
		return nil
	}
	if !utf8.Valid(d.body) {
		at := 0
		for at < len(d.body) {
			r, size := utf8.DecodeRune(d.body[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		d.fail("", int64(at), "encoding", "the body is not valid UTF-8")
		return nil
	}
	d.source, d.at = string(d.body), 0
	v := d.value(&value{}, 0)
	if v != nil && d.blank() {
		d.fail("", v.offset, "trailing", "the body goes on after the JSON value")
		return nil
	}
	return v
}

// problem returns what is wrong with the body as a problem with status 400, or nil.
func (d *document) problem() error {
	if len(d.errors) == 0 {
		return nil
	}
	return middleware.NewProblem(http.StatusBadRequest, "malformed-body", "The body cannot be read; see errors.").WithFields(d.errors)
}

// fail records a problem with the line and column (in characters) of an offset of the body.
func (d *document) fail(path string, offset int64, rule, format string, args ...any) {
	if len(d.errors) == maxErrors {
		return
	}
	before := d.body[:min(int(offset), len(d.body))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	d.errors = append(d.errors, surveys.FieldError{Field: path, Rule: rule, Message: fmt.Sprintf(format, args...), Line: line, Column: column})
}

// join appends a member's name to a path; a name that would read as more than one step is quoted, a long one cut.
func join(path, key string) string {
	if len(key) > 80 {
		key = strings.ToValidUTF8(key[:80], "") + "…"
	}
	if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`.[]"`, r) }) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}
