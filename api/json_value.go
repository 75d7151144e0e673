package api

import (
	"encoding/json"
	"slices"
	"strings"
)

// blank passes over white space and reports whether anything follows.
func (d *document) blank() bool {
	for ; d.at < len(d.source); d.at++ {
		switch d.source[d.at] {
		case ' ', '\t', '\r', '\n':
		default:
			return true
		}
	}
	return false
}

// next passes over white space and c, and reports whether c was there.
func (d *document) next(c byte) bool {
	found := d.blank() && d.source[d.at] == c
	if found {
		d.at++
	}
	return found
}

// value reads the next value into v, of which the place is known. It stops at the first thing that makes the rest
// unreadable and returns nil.
func (d *document) value(v *value, depth int) *value {
	if !d.blank() {
		return d.syntax(v)
	}
	readable := false
	switch c := d.source[d.at]; {
	case c == '"':
		v.kind = kindString
		v.text, readable = d.string()
	case c == '-' || c >= '0' && c <= '9':
		v.kind = kindNumber
		v.text, readable = d.number()
	case c == 'n':
		v.kind, readable = kindNull, d.literal("null")
	case c == 't':
		v.kind, readable = kindBool, d.literal("true")
	case c == 'f':
		v.kind, readable = kindBool, d.literal("false")
	case c == '{' || c == '[':
		d.at++
		if depth == maxDepth {
			d.fail(v.path(), int64(d.at), "depth", "arrays and objects may nest %d deep", maxDepth)
			return nil
		}
		if c == '[' {
			readable = d.array(v, depth)
		} else {
			readable = d.object(v, depth)
		}
		if !readable {
			return nil
		}
	}
	if !readable {
		return d.syntax(v)
	}
	v.offset = int64(d.at)
	return v
}

// add returns space for a value within another.
func (d *document) add(in *value, key string, index int) *value {
	if len(d.values) == cap(d.values) {
		d.values = make([]value, 0, 32)
	}
	d.values = append(d.values, value{in: in, key: key, index: index})
	return &d.values[len(d.values)-1]
}

// array reads what stands behind an opening bracket. What follows an item is blamed on the next one, unless it could only
// end the array.
func (d *document) array(v *value, depth int) bool {
	v.kind = kindArray
	for more := !d.next(']'); more; more = !d.next(']') {
		if !d.blank() || d.source[d.at] == '}' {
			return d.syntax(v) != nil
		}
		item := d.add(v, "", len(v.items))
		if len(v.items) > 0 && !d.next(',') {
			return d.syntax(item) != nil
		}
		if d.value(item, depth+1) == nil {
			return false
		}
		v.items = append(v.items, item)
	}
	return true
}

// manyMembers is from how many members on the names of an object are looked up, not gone through.
const manyMembers = 32

// object reads what stands behind an opening brace.
func (d *document) object(v *value, depth int) bool {
	v.kind = kindObject
	var names map[string]bool
	for more := !d.next('}'); more; more = !d.next('}') {
		if len(v.members) > 0 && !d.next(',') || !d.blank() || d.source[d.at] != '"' {
			return d.syntax(v) != nil
		}
		key, readable := d.string()
		if !readable {
			return d.syntax(v) != nil
		}
		m := d.add(v, key, len(v.members))
		if len(v.members) >= manyMembers && names == nil {
			names = make(map[string]bool, 2*manyMembers)
			for _, x := range v.members {
				names[x.key] = true
			}
		}
		if names[key] || names == nil && slices.ContainsFunc(v.members, func(x member) bool { return x.key == key }) {
			d.fail(m.path(), int64(d.at), "duplicate", "the name is given twice")
		}
		if names != nil {
			names[key] = true
		}
		if !d.next(':') {
			return d.syntax(m) != nil
		}
		if d.value(m, depth+1) == nil {
			return false
		}
		if v.members == nil {
			v.members = make([]member, 0, manyMembers)
		}
		v.members = append(v.members, member{key, m})
	}
	return true
}

func (d *document) literal(word string) bool {
	for i := range len(word) {
		if d.at == len(d.source) || d.source[d.at] != word[i] {
			return false
		}
		d.at++
	}
	return true
}

func (d *document) number() (text string, ok bool) {
	start := d.at
	d.sign("-")
	if d.at < len(d.source) && d.source[d.at] == '0' {
		d.at++
	} else if !d.digits() {
		return "", false
	}
	if d.sign(".") && !d.digits() {
		return "", false
	}
	if d.sign("eE") {
		d.sign("+-")
		if !d.digits() {
			return "", false
		}
	}
	return d.source[start:d.at], true
}

// sign passes over one of some characters, if one follows.
func (d *document) sign(of string) bool {
	found := d.at < len(d.source) && strings.IndexByte(of, d.source[d.at]) >= 0
	if found {
		d.at++
	}
	return found
}

func (d *document) digits() bool {
	start := d.at
	for d.at < len(d.source) && d.source[d.at] >= '0' && d.source[d.at] <= '9' {
		d.at++
	}
	return d.at > start
}

// string reads a string at its opening quote. When it is not one, d.at is left where that shows.
func (d *document) string() (text string, ok bool) {
	start, escaped := d.at, false
	for d.at++; d.at < len(d.source); d.at++ {
		switch c := d.source[d.at]; {
		case c < ' ':
			return "", false
		case c == '"':
			d.at++
			if !escaped {
				return d.source[start+1 : d.at-1], true
			}
			return text, json.Unmarshal(d.body[start:d.at], &text) == nil
		case c == '\\':
			escaped = true
			d.at++
			if !d.escape() {
				return "", false
			}
		}
	}
	return "", false
}

// escape reads what stands behind a backslash, up to its last character.
func (d *document) escape() bool {
	if d.at == len(d.source) || strings.IndexByte(`"\/bfnrtu`, d.source[d.at]) < 0 {
		return false
	}
	if d.source[d.at] != 'u' {
		return true
	}
	for range 4 {
		d.at++
		if d.at == len(d.source) || strings.IndexByte("0123456789abcdefABCDEF", d.source[d.at]) < 0 {
			return false
		}
	}
	return true
}

// syntax records the place of v as the first where the body is not JSON, which shows at d.at, and returns nil.
func (d *document) syntax(v *value) *value {
	if d.at >= len(d.source) {
		d.fail(v.path(), int64(len(d.body)), "syntax", "the body ends in the middle of a value")
	} else {
		d.fail(v.path(), int64(d.at), "syntax", "this is not JSON")
	}
	return nil
}
