package imports

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// Limits of a row. A quote that is never closed runs into them instead of filling the memory.
const (
	MaxCell = 64 << 10 // bytes
	MaxRow  = 1 << 20  // bytes, quotes and delimiters included
)

// row is one record of a file, valid until the next is read.
type row struct {
	cells [][]byte
	line  int    // 1-based, where the record begins; the number of the row in a workbook
	bad   string // why the record as a whole cannot be used; "" if it can
	badAt int    // 1-based number of the cell to which bad belongs; 0: the row
	raw   []byte // the record as it stands in the file, cut to the first MaxCell bytes, where cells cannot be made
}

// rowReader yields the records of a file, then io.EOF. Any other error ends the file.
type rowReader interface {
	read(r *row) error
}

// csvReader splits CSV (RFC 4180) in constant memory. Line ends are LF or CR LF; blank lines are passed over; a quote
// within a cell that does not begin with one stands for itself.
//
// It is not encoding/csv because that has no limit for a quoted cell, stops at the first malformed record and costs two
// to three times as much.
type csvReader struct {
	src       io.Reader
	err       error // of src, io.EOF included
	delimiter byte
	buf       []byte
	at, end   int    // unread part of buf
	line      int    // of buf[at]
	text      []byte // cells whose quotes were taken off
	spans     []span
	replaced  bool // the text was decoded: U+FFFD marks what could not be
}

// span is a cell in csvReader.text or, if raw, in the buffer relative to the start of the record.
type span struct {
	from, to int
	raw      bool
}

func newCSVReader(src io.Reader, delimiter byte) *csvReader {
	return &csvReader{src: src, delimiter: delimiter, buf: make([]byte, 128<<10), line: 1}
}

// fill reads more, and reports whether there was any.
func (c *csvReader) fill() bool {
	if c.err != nil {
		return false
	}
	if c.at > 0 {
		copy(c.buf, c.buf[c.at:c.end])
		c.at, c.end = 0, c.end-c.at
	}
	if c.end == len(c.buf) {
		c.buf = append(c.buf, make([]byte, len(c.buf))...)
	}
	for range 100 {
		n, err := c.src.Read(c.buf[c.end:])
		c.end += n
		c.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	c.err = io.ErrNoProgress
	return false
}

func (c *csvReader) read(r *row) error {
	*r = row{cells: r.cells[:0]}
	scanned := 0 // bytes of the record in which no line end was found
	for {
		data := c.buf[c.at:c.end]
		n := bytes.IndexByte(data[scanned:], '\n')
		quoted := false
		switch {
		case n >= 0:
			n += scanned
			quoted = bytes.IndexByte(data[:n], '"') >= 0
		case bytes.IndexByte(data[scanned:], '"') >= 0:
			quoted = true
		}
		if quoted {
			return c.readQuoted(r)
		}
		if n < 0 {
			scanned = len(data)
			if len(data) <= MaxRow && c.fill() {
				continue
			}
			data = c.buf[c.at:c.end] // which fill has moved
			if len(data) > MaxRow {
				return c.skipLong(r, false, 0)
			}
			if c.err != io.EOF {
				return c.err
			}
			if len(data) == 0 {
				return io.EOF
			}
			n = len(data)
		}
		r.line = c.line
		c.at += min(n+1, len(data))
		c.line++
		text := data[:n]
		if n > 0 && text[n-1] == '\r' {
			text = text[:n-1]
		}
		if len(text) == 0 {
			scanned = 0
			continue
		}
		c.split(r, text)
		return nil
	}
}

// split cuts a record without quotes. Most cells hold few bytes, for which a plain loop is the fastest.
func (c *csvReader) split(r *row, text []byte) {
	from := 0
	for i, b := range text {
		if b == c.delimiter {
			r.cells = append(r.cells, text[from:i])
			from = i + 1
		}
	}
	r.cells = append(r.cells, text[from:])
	c.check(r, text)
}

// check refuses what is not text, and cells that are too long.
func (c *csvReader) check(r *row, text []byte) {
	if len(text) <= MaxCell && utf8.Valid(text) && bytes.IndexByte(text, 0) < 0 && !(c.replaced && bytes.Contains(text, replacement)) {
		return
	}
	for i, cell := range r.cells {
		if bad := c.badCell(cell); bad != "" {
			r.bad, r.badAt = bad, i+1
			r.raw = text[:min(len(text), MaxCell)]
			return
		}
	}
}

var replacement = []byte("\uFFFD")

func (c *csvReader) badCell(cell []byte) string {
	switch {
	case len(cell) > MaxCell:
		return fmt.Sprintf("the cell has %d bytes; at most %d are read", len(cell), MaxCell)
	case bytes.IndexByte(cell, 0) >= 0:
		return "the cell holds a NUL byte: this is not text, or the file is in another encoding (state encoding: in the mapping file)"
	case !utf8.Valid(cell):
		return "the cell is not UTF-8; if the file is in another encoding, state it with encoding: in the mapping file"
	case c.replaced && bytes.Contains(cell, replacement):
		return "the cell holds bytes that do not exist in the encoding stated"
	}
	return ""
}
