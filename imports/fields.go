package imports

import (
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"paxscore/surveys"
)

// rest reads what a response holds beside ratings, attributes and comments, or sets why the row is refused.
func (d *decoder) rest() {
	o := &d.out
	o.ID = surveys.ResponseID{}
	if d.id != nil {
		text := d.textOf(&d.id.source)
		id, ok := parseID(text)
		if len(text) > 0 && !ok {
			d.refuse(d.id, "not a UUID")
			return
		}
		o.ID = id
	}
	if d.weight != nil && !d.readWeight() {
		return
	}
	if d.respondent != nil {
		o.Respondent = d.short(d.respondent, "respondent", func(s string) bool {
			return utf8.RuneCountInString(s) <= maxRespondent && !strings.ContainsFunc(s, unicode.IsControl)
		})
	}
	if d.seconds != nil {
		o.Seconds = 0
		if text, ok := d.field(d.seconds, "seconds"); ok {
			v, err := parseDecimal(string(text))
			if err != nil || v < 0 || v > maxSeconds {
				d.repair(&d.seconds.source, "seconds", "not a number of seconds: counted as unknown", text)
			} else {
				o.Seconds = v
			}
		}
	}
	if d.submitted != nil {
		o.SubmittedAt = time.Time{}
		if text, ok := d.field(d.submitted, "submitted_at"); ok {
			if at, ok := d.times.read(string(text)); ok {
				o.SubmittedAt = at
			} else {
				d.repair(&d.submitted.source, "submitted_at", "not a time in the layout: counted as unknown", text)
			}
		}
	}
	if d.mode != nil {
		o.Mode = surveys.ModeImport
		if s := d.short(d.mode, "mode", func(s string) bool { return slices.Contains(surveys.Modes(), surveys.Mode(s)) }); s != "" {
			o.Mode = surveys.Mode(s)
		}
	}
	if d.language != nil {
		o.Language = d.short(d.language, "language", languageTag.MatchString)
	}
	if d.wave != nil {
		o.Wave = surveys.WaveKey(d.short(d.wave, "wave", func(s string) bool { return surveys.WaveKey(s).Valid() }))
	}
	if !d.f.NoIDs {
		d.identity.set(o)
	}
}

// readWeight reads the response weight, and reports whether there is one.
func (d *decoder) readWeight() bool {
	text, ok := d.field(d.weight, "response_weight")
	if !ok {
		d.refuse(d.weight, "the response weight is missing")
		return false
	}
	v, err := parseDecimal(string(text))
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		d.refuse(d.weight, "the response weight is not a number above 0")
		return false
	}
	d.out.ResponseWeight = v
	return true
}

func (d *decoder) refuse(r *fieldRule, reason string) {
	d.row.bad = reason
	for _, p := range r.parts {
		if p.name != "" {
			d.row.badAt = p.at + 1
			break
		}
	}
}

// field returns the text of a field; ok is false if it is unknown.
func (d *decoder) field(r *fieldRule, name string) (text []byte, ok bool) {
	text = d.textOf(&r.source)
	if len(r.unknown) > 0 && r.unknown[string(text)] {
		return nil, false
	}
	if r.values != nil {
		v, known := r.values[string(text)]
		if n, whole := wholeNumber(string(text)); !known && whole {
			v, known = r.values[n]
		}
		if !known && len(text) > 0 {
			d.repair(&r.source, name, "a code that the mapping does not know: counted as unknown", text)
		}
		d.scratch = append(d.scratch[:0], v...)
		text = d.scratch
	}
	return text, len(text) > 0
}

// shortText is a text that a field has held.
type shortText struct {
	rule *fieldRule
	text string
}

// short reads a text that must be of a certain form. Texts are remembered, since few of them come often.
func (d *decoder) short(r *fieldRule, name string, ok func(string) bool) string {
	text, given := d.field(r, name)
	if !given {
		return ""
	}
	if s, seen := d.shorts[shortText{r, string(text)}]; seen {
		return s
	}
	s := string(text)
	if !ok(s) {
		d.repair(&r.source, name, "not a "+name+": counted as unknown", text)
		return ""
	}
	if r != d.respondent && len(d.shorts) < maxKnown {
		d.shorts[shortText{r, s}] = s
	}
	return s
}

// parseID reads a UUID in its usual form.
func parseID(text []byte) (id surveys.ResponseID, ok bool) {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return id, false
	}
	var digits [32]byte
	n := copy(digits[:], text[:8])
	n += copy(digits[n:], text[9:13])
	n += copy(digits[n:], text[14:18])
	n += copy(digits[n:], text[19:23])
	copy(digits[n:], text[24:])
	_, err := hex.Decode(id[:], digits[:])
	return id, err == nil && !id.IsZero()
}
