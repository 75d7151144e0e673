package api

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// root parses the body, which must be an object. It returns nil if d.errors tells why not.
func (d *document) root() *value {
	v := d.parse()
	if v != nil && v.kind != kindObject {
		d.fail("", v.offset, "type", "must be an object, not %s", v.kind)
		return nil
	}
	return v
}

// fields returns the members of an object that may have the given names. An unknown name is a problem, as is any other
// kind of value.
func (d *document) fields(v *value, names ...string) map[string]*value {
	out := make(map[string]*value, len(names))
	for _, m := range d.members(v) {
		if !slices.Contains(names, m.key) {
			d.fail(m.path(), m.offset, "unknown", "there is no field of this name; known are %s", strings.Join(names, ", "))
			continue
		}
		out[m.key] = m.value
	}
	return out
}

// members returns the members of an object in their order; none for null or an absent value.
func (d *document) members(v *value) []member {
	if d.absent(v, kindObject) {
		return nil
	}
	return v.members
}

func (d *document) elements(v *value) []*value {
	if d.absent(v, kindArray) {
		return nil
	}
	return v.items
}

// absent reports whether a value is missing, null or of the wrong kind; the last is recorded.
func (d *document) absent(v *value, want kind) bool {
	if v == nil || v.kind == kindNull {
		return true
	}
	if v.kind != want {
		d.fail(v.path(), v.offset, "type", "must be %s, not %s", want, v.kind)
		return true
	}
	return false
}

func (d *document) text(v *value) string {
	if d.absent(v, kindString) {
		return ""
	}
	return v.text
}

func (d *document) float(v *value) float64 {
	if d.absent(v, kindNumber) {
		return 0
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil {
		d.fail(v.path(), v.offset, "range", "the number is too large")
		return 0
	}
	return f
}

// whole returns a whole number of at most nine digits; 7, 7.0 and 70e-1 are the same number.
func (d *document) whole(v *value) int {
	if v != nil && v.kind == kindNumber && len(v.text) <= 9 {
		if n, err := strconv.Atoi(v.text); err == nil {
			return n
		}
	}
	f := d.float(v)
	switch {
	case f != math.Trunc(f):
		d.fail(v.path(), v.offset, "type", "must be a whole number")
		return 0
	case math.Abs(f) > 999_999_999:
		d.fail(v.path(), v.offset, "range", "the number is too large")
		return 0
	}
	return int(f)
}

func (d *document) moment(v *value) time.Time {
	if d.absent(v, kindString) {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, v.text)
	if err != nil {
		d.fail(v.path(), v.offset, "type", "must be a time like 2026-03-01T08:00:00Z (RFC 3339)")
		return time.Time{}
	}
	if utc := t.UTC(); utc.Year() < 1900 || utc.Year() > 9999 {
		d.fail(v.path(), v.offset, "range", "the year must be between 1900 and 9999")
		return time.Time{}
	}
	return t.UTC()
}

// require records a missing member of an object.
func (d *document) require(parent *value, v *value, name string) {
	if v == nil || v.kind == kindNull {
		d.fail(join(parent.path(), name), parent.offset, "required", "is required")
	}
}
