package imports

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"paxscore/surveys"
)

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
