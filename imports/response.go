package imports

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"paxscore/surveys"
)

// Limits of what a response holds, as for those submitted.
const (
	maxRespondent = 100 // characters
	maxSeconds    = 24 * 60 * 60
)

// Responses streams the rows of the file as responses to the survey that the mapping was made for. A response is valid
// until the next iteration. res must not be nil; it is complete when the iteration ends. The iteration ends with an error,
// and a nil response, if the file as a whole cannot be read (further): *Error, *surveys.InvalidError if the mapping does
// not fit the header, those of ctx and of res.RefusedTo.
//
// Ratings outside the scale, texts that are no number and codes that the mapping does not know count as skipped; attribute
// values that are no level, and times, languages, modes and durations that cannot be read, as unknown; each is noted in
// res.Repairs. A row is refused if it has another number of cells than the header, is malformed, too long or not text, or
// has no response weight above 0 where the mapping names a column for it.
func (f *File) Responses(ctx context.Context, s *surveys.Survey, m *Mapping, res *Result) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		before := res.Bytes
		more, err := f.stream(ctx, s, m, res, before, yield)
		res.Bytes = before + f.BytesRead()
		if flushed := res.flush(); err == nil {
			err = flushed
		}
		if err != nil && more {
			yield(nil, err)
		}
	}
}

// stream yields the responses; more is false once the consumer has had enough.
func (f *File) stream(ctx context.Context, s *surveys.Survey, m *Mapping, res *Result, before int64, yield func(*surveys.Response, error) bool) (more bool, err error) {
	if m.survey.Key != s.Key || m.survey.Version != s.Version {
		return true, fmt.Errorf("read %s: the mapping is for version %d of survey %q, not for version %d of %q", f.Name, m.survey.Version, m.survey.Key, s.Version, s.Key)
	}
	rows, err := f.rows(m)
	if err != nil {
		return true, err
	}
	if c, ok := rows.(io.Closer); ok {
		defer c.Close()
	}
	var r row
	b, err := f.header(m, rows, &r)
	if err != nil {
		return true, err
	}
	res.ignore(b.ignored)
	d := newDecoder(f, s, b, res)
	if w, ok := rows.(*workbookReader); ok {
		d.times.dates = &w.dates
	}
	for n, line := 0, r.line; ; n++ {
		if n%256 == 0 {
			if err := ctx.Err(); err != nil {
				return true, fmt.Errorf("read %s: after row %d: %w", f.Name, n, err)
			}
			res.Bytes = before + f.BytesRead()
		}
		switch err := rows.read(&r); {
		case err == io.EOF && n == 0:
			return true, f.errorf(line, nil, "the file holds a header and no rows")
		case err == io.EOF:
			return true, nil
		case err != nil:
			return true, f.broken(err, n, line)
		}
		line = r.line
		if r.bad == "" && blank(r.cells) {
			res.Blank++
			n--
			continue
		}
		res.Rows++
		if r.bad == "" {
			d.response(&r)
		}
		if r.bad != "" {
			if err := res.refuse(f.Name, b.header, &r); err != nil {
				return true, err
			}
			continue
		}
		res.Taken++
		if !yield(&d.out, nil) {
			return false, nil
		}
	}
}

// header reads the first row and finds the mapping's columns in it.
func (f *File) header(m *Mapping, rows rowReader, r *row) (*binding, error) {
	for {
		switch err := rows.read(r); {
		case err == io.EOF:
			return nil, f.errorf(0, nil, "the file is empty")
		case err != nil:
			return nil, f.broken(err, 0, 0)
		case r.bad != "":
			return nil, &Error{File: f.Name, Line: r.line, Column: r.badAt, Text: "the header cannot be read: " + r.bad}
		case !blank(r.cells):
			header := make([]string, len(r.cells))
			for i, c := range r.cells {
				header[i] = strings.TrimPrefix(string(trim(c)), "\ufeff")
			}
			return m.bind(f, header)
		}
	}
}

func blank(cells [][]byte) bool {
	return !slices.ContainsFunc(cells, func(c []byte) bool { return len(trim(c)) > 0 })
}

// trim takes white space off both ends.
func trim(c []byte) []byte {
	if n := len(c); n == 0 || c[0] > ' ' && c[0] < utf8.RuneSelf && c[n-1] > ' ' && c[n-1] < utf8.RuneSelf {
		return c
	}
	return bytes.TrimSpace(c)
}

// decoder turns rows into responses. Everything it needs is made once.
type decoder struct {
	*binding
	f          *File
	res        *Result
	out        surveys.Response
	itemCells  []itemCell
	attributes []attributeCell
	unguard    bool // texts of our own CSV may begin with an apostrophe that is not theirs
	scratch    []byte
	identity   *identity
	shorts     map[shortText]string
	row        *row
}

// itemCell reads the cell of an item: one byte by table, other texts by map.
type itemCell struct {
	*itemRule
	column int
	single [256]byte
}

// attributeCell reads an attribute and remembers what texts mean. The last text at each place that its end and length give
// is found without hashing.
type attributeCell struct {
	*attributeRule
	known map[string]*meaning
	last  [256]*meaning
}

// meaning is the level that a text stands for, or why it stands for none.
type meaning struct {
	text          string
	value, reason string
}

// meaning returns what a text means.
func (a *attributeCell) meaning(text []byte) *meaning {
	h := len(text)
	for _, b := range text[max(0, len(text)-4):] {
		h = 31*h + int(b)
	}
	m := a.last[h&255]
	if m != nil && m.text == string(text) {
		return m
	}
	m, ok := a.known[string(text)]
	if !ok {
		m = new(meaning)
		*m = a.read(string(text))
		if len(a.known) < maxKnown {
			a.known[m.text] = m
		}
	}
	a.last[h&255] = m
	return m
}

// maxKnown bounds how many texts of a field are remembered.
const maxKnown = 4096

func newDecoder(f *File, s *surveys.Survey, b *binding, res *Result) *decoder {
	q := &s.Questionnaire
	d := &decoder{binding: b, f: f, res: res, identity: newIdentity(s), unguard: b.own && f.Kind != KindWorkbook, shorts: map[shortText]string{}}
	d.out = surveys.Response{Survey: s.Key, Version: s.Version, Mode: surveys.ModeImport, ResponseWeight: 1,
		Ratings: bytes.Repeat([]byte{surveys.NotRouted}, len(q.Rated())), Attributes: make([]string, len(q.Attributes)), Comments: map[surveys.ItemKey]string{}}
	for i := range b.items {
		r := &b.items[i]
		c := itemCell{itemRule: r, column: r.parts[0].at}
		for x := range c.single {
			c.single[x] = unknownCode
			if code, ok := r.codes[string([]byte{byte(x)})]; ok {
				c.single[x] = code
			}
		}
		d.itemCells = append(d.itemCells, c)
	}
	for i := range b.attributes {
		d.attributes = append(d.attributes, attributeCell{attributeRule: &b.attributes[i], known: map[string]*meaning{}})
	}
	return d
}

// response reads a row into d.out, or sets why the row is refused.
func (d *decoder) response(r *row) {
	if n := len(d.header); len(r.cells) != n {
		if len(r.cells) < n || d.f.Kind != KindWorkbook || !blank(r.cells[n:]) {
			r.bad = fmt.Sprintf("the row has %d cells, the header %d", len(r.cells), n)
			return
		}
		r.cells = r.cells[:n]
	}
	d.row = r
	for i := range d.itemCells {
		c := &d.itemCells[i]
		cell := trim(r.cells[c.column])
		code := unknownCode
		if len(cell) == 1 {
			code = c.single[cell[0]]
		} else if known, ok := c.codes[string(cell)]; ok {
			code = known
		}
		if code == unknownCode || code == notAllowedCode {
			code = d.repairRating(c, cell, code)
		}
		d.out.Ratings[c.at] = code
	}
	for i := range d.attributes {
		a := &d.attributes[i]
		text := d.textOf(&a.source)
		m := a.meaning(text)
		if m.reason != "" {
			d.repair(&a.source, string(a.attribute.Key), m.reason, text)
		}
		d.out.Attributes[a.at] = m.value
	}
	for i := range d.comments {
		d.comment(&d.comments[i])
	}
	d.rest()
}

// repairRating reads a cell that is not written as a code of the item.
func (d *decoder) repairRating(c *itemCell, cell []byte, code byte) byte {
	if code == unknownCode {
		n, whole := wholeNumber(string(cell))
		if whole {
			if known, ok := c.codes[n]; ok {
				code = known
			}
		}
		switch _, err := parseDecimal(string(cell)); {
		case code != unknownCode:
		case err == nil && c.numbers && whole:
			d.repair(&c.source, string(c.item.Key), fmt.Sprintf("outside the scale %d to %d: counted as skipped", c.low, c.high), cell)
			return surveys.Skipped
		case err == nil && c.numbers:
			d.repair(&c.source, string(c.item.Key), "not a whole number: counted as skipped", cell)
			return surveys.Skipped
		default:
			d.repair(&c.source, string(c.item.Key), "not a rating and no known code: counted as skipped", cell)
			return surveys.Skipped
		}
	}
	if code == notAllowedCode {
		d.repair(&c.source, string(c.item.Key), `the item does not offer "not applicable": counted as skipped`, cell)
		return surveys.Skipped
	}
	return code
}

func (d *decoder) repair(s *source, field, reason string, value []byte) {
	header, cell := "", 0
	for _, p := range s.parts {
		if p.name != "" {
			header, cell = d.header[p.at], p.at+1
			break
		}
	}
	d.res.repair(d.f.Name, header, field, reason, d.row.line, cell, value)
}

// textOf returns the text of a source: the cell without white space around it, the filled template, which is empty if one of its
// columns is, or the constant.
func (d *decoder) textOf(s *source) []byte {
	if len(s.parts) == 1 && s.parts[0].name != "" {
		return d.unguarded(trim(d.row.cells[s.parts[0].at]))
	}
	d.scratch = append(d.scratch[:0], s.constant...)
	for i := range s.parts {
		p := &s.parts[i]
		if p.name == "" {
			d.scratch = append(d.scratch, p.literal...)
			continue
		}
		cell := trim(d.row.cells[p.at])
		if len(cell) == 0 {
			return nil
		}
		d.scratch = append(d.scratch, cell...)
	}
	return d.scratch
}

func (d *decoder) unguarded(text []byte) []byte {
	if d.unguard && len(text) > 0 && text[0] == '\'' {
		return text[1:]
	}
	return text
}

func (d *decoder) comment(c *commentRule) {
	text := d.textOf(&c.source)
	if len(text) == 0 {
		delete(d.out.Comments, c.item.Key)
		return
	}
	s := strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	if limit := cmp.Or(c.item.MaxLength, surveys.MaxComment); utf8.RuneCountInString(s) > limit {
		d.repair(&c.source, string(c.item.Key), fmt.Sprintf("cut to %d characters", limit), text)
		s = string([]rune(s)[:limit])
	}
	d.out.Comments[c.item.Key] = s
}

// read returns what a text means.
func (a *attributeRule) read(text string) meaning {
	known := func(value string) meaning { return meaning{text: text, value: value} }
	unknown := func(reason string) meaning { return meaning{text: text, reason: reason} }
	number, whole := wholeNumber(text)
	if a.unknown[text] || whole && a.unknown[number] {
		return known("")
	}
	if a.values != nil {
		v, ok := a.values[text]
		if !ok && whole {
			v, ok = a.values[number]
		}
		if !ok && text != "" {
			return unknown("a code that the mapping does not know: counted as unknown")
		}
		return known(v)
	}
	if text == "" {
		return known("")
	}
	if len(a.bands) > 0 {
		x, err := parseDecimal(text)
		if err != nil {
			return unknown("not a number: counted as unknown")
		}
		for _, b := range a.bands {
			if x >= b.from && x < b.below {
				return known(b.level)
			}
		}
		return unknown("in no band: counted as unknown")
	}
	switch {
	case a.attribute.Has(text):
		return known(text)
	case len(a.attribute.Values) == 0:
		return unknown("more than 100 characters, or control characters: counted as unknown")
	}
	return unknown("no level of the attribute: counted as unknown")
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
