package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// value is one value of a JSON body, with its place. Its path reads like the client's own code: answers.crew,
// invitations[3].wave.
type value struct {
	path    string
	offset  int64 // of its end
	kind    kind
	text    string // of a string; the literal of a number
	members []member
	items   []*value
}

type member struct {
	key string
	*value
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
	dec := json.NewDecoder(bytes.NewReader(d.body))
	dec.UseNumber()
	v := d.value(dec, "", 0)
	if v == nil {
		return nil
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
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

// value reads the next value. It stops at the first thing that makes the rest unreadable and returns nil.
func (d *document) value(dec *json.Decoder, path string, depth int) *value {
	token, err := dec.Token()
	if err != nil {
		d.syntax(dec, path, err)
		return nil
	}
	v := &value{path: path, offset: dec.InputOffset()}
	switch t := token.(type) {
	case nil:
		v.kind = kindNull
	case bool:
		v.kind = kindBool
	case json.Number:
		v.kind, v.text = kindNumber, t.String()
	case string:
		v.kind, v.text = kindString, t
	case json.Delim:
		if depth == maxDepth {
			d.fail(path, v.offset, "depth", "arrays and objects may nest %d deep", maxDepth)
			return nil
		}
		if t == '[' {
			v.kind = kindArray
			for dec.More() {
				item := d.value(dec, fmt.Sprintf("%s[%d]", path, len(v.items)), depth+1)
				if item == nil {
					return nil
				}
				v.items = append(v.items, item)
			}
		} else if !d.object(dec, v, depth) {
			return nil
		}
		if _, err := dec.Token(); err != nil { // the closing bracket
			d.syntax(dec, path, err)
			return nil
		}
		v.offset = dec.InputOffset()
	}
	return v
}

func (d *document) object(dec *json.Decoder, v *value, depth int) bool {
	v.kind = kindObject
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			d.syntax(dec, v.path, err)
			return false
		}
		key, ok := token.(string)
		if !ok {
			d.fail(v.path, dec.InputOffset(), "syntax", "the name of a member must be a string")
			return false
		}
		path := join(v.path, key)
		if seen[key] {
			d.fail(path, dec.InputOffset(), "duplicate", "the name is given twice")
		}
		seen[key] = true
		m := d.value(dec, path, depth+1)
		if m == nil {
			return false
		}
		v.members = append(v.members, member{key, m})
	}
	return true
}

// syntax records the first place where the body is not JSON.
func (d *document) syntax(dec *json.Decoder, path string, err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		d.fail(path, int64(len(d.body)), "syntax", "the body ends in the middle of a value")
		return
	}
	// The offsets of a decoder's errors count differently from token to token; those of Unmarshal point behind the
	// character.
	offset := dec.InputOffset()
	var at *json.SyntaxError
	if errors.As(json.Unmarshal(d.body, new(json.RawMessage)), &at) {
		offset = max(at.Offset-1, 0)
	}
	d.fail(path, offset, "syntax", "this is not JSON")
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
