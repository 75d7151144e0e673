package imports

import (
	"bytes"
	"fmt"
	"io"
)

// quoteError is a quote that opens and is not closed before the file ends.
type quoteError struct{ line, column int }

func (e quoteError) Error() string { return "a quote opens here and is never closed" }

// readQuoted reads a record that holds a quote.
func (c *csvReader) readQuoted(r *row) error {
	for {
		n, lines, open := c.cut(r)
		if n > 0 {
			return nil
		}
		if c.end-c.at > MaxRow {
			return c.skipLong(r, open, lines)
		}
		if c.fill() {
			continue
		}
		if c.err != io.EOF {
			return c.err
		}
		if open {
			line, column := c.opening()
			c.line += lines
			c.at = c.end
			return quoteError{line, column}
		}
		// The last record, without a line end.
		c.buf = append(c.buf[:c.end], '\n')
		c.end++
	}
}

// cut parses the record at the front of the buffer. It returns the bytes used, or 0 if the record does not end in the
// buffer, and then the line ends met and whether a quote is open.
func (c *csvReader) cut(r *row) (n, lines int, open bool) {
	data := c.buf[c.at:c.end]
	c.text, c.spans = c.text[:0], c.spans[:0]
	r.bad, r.badAt = "", 0
	for i := 0; ; {
		if i >= len(data) {
			return 0, lines, false
		}
		if data[i] != '"' {
			j := i
			for j < len(data) && data[j] != c.delimiter && data[j] != '\n' {
				j++
			}
			if j == len(data) {
				return 0, lines, false
			}
			to := j
			if data[j] == '\n' && to > i && data[to-1] == '\r' {
				to--
			}
			c.spans = append(c.spans, span{i, to, true})
			i = j
		} else {
			from := len(c.text)
			i++
			for {
				j := bytes.IndexByte(data[i:], '"')
				if j < 0 {
					return 0, lines + bytes.Count(data[i:], newline), true
				}
				c.text = append(c.text, data[i:i+j]...)
				lines += bytes.Count(data[i:i+j], newline)
				i += j + 1
				if i == len(data) {
					return 0, lines, false
				}
				if data[i] != '"' {
					break
				}
				c.text = append(c.text, '"')
				i++
			}
			c.spans = append(c.spans, span{from, len(c.text), false})
			if data[i] == '\r' {
				if i+1 == len(data) {
					return 0, lines, false
				}
				if data[i+1] == '\n' {
					i++
				}
			}
			if data[i] != c.delimiter && data[i] != '\n' {
				if r.bad == "" {
					r.bad, r.badAt = "text follows the closing quote of a cell", len(c.spans)
				}
				for i < len(data) && data[i] != c.delimiter && data[i] != '\n' {
					i++
				}
				if i == len(data) {
					return 0, lines, false
				}
			}
		}
		end := data[i] == '\n'
		i++
		if end {
			c.finish(r, data[:i], lines)
			return i, lines, false
		}
	}
}

var newline = []byte{'\n'}

// finish makes the cells of the record that cut found.
func (c *csvReader) finish(r *row, data []byte, lines int) {
	for _, s := range c.spans {
		if s.raw {
			r.cells = append(r.cells, data[s.from:s.to])
		} else {
			r.cells = append(r.cells, c.text[s.from:s.to])
		}
	}
	r.line = c.line
	c.line += lines + 1
	c.at += len(data)
	if r.bad != "" {
		r.raw = data[:min(len(data), MaxCell)]
		return
	}
	c.check(r, data)
}

// opening returns the place of the last quote that opens in the buffer: line and column in bytes, from 1.
func (c *csvReader) opening() (line, column int) {
	data := c.buf[c.at:c.end]
	last, start, inside := 0, true, false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case inside && b == '"' && i+1 < len(data) && data[i+1] == '"':
			i++
		case inside && b == '"':
			inside, start = false, false
		case inside:
		case b == '"' && start:
			inside, last = true, i
		default:
			start = b == c.delimiter || b == '\n'
		}
	}
	before := data[:last]
	return c.line + bytes.Count(before, newline), last - bytes.LastIndexByte(before, '\n')
}

// skipLong passes over a record of more than MaxRow bytes of which the buffer holds the front.
func (c *csvReader) skipLong(r *row, open bool, lines int) error {
	r.cells = r.cells[:0]
	r.line = c.line
	r.bad = fmt.Sprintf("the row has more than %d bytes, the most that is read", MaxRow)
	r.raw = append([]byte(nil), c.buf[c.at:c.at+1<<10]...)
	quoteLine, quoteColumn := 0, 0
	if open {
		quoteLine, quoteColumn = c.opening()
		r.bad += fmt.Sprintf("; a quote opens in line %d", quoteLine)
	}
	c.line += lines
	before := c.buf[c.end-1] // the byte before buf[at]
	c.at = c.end
	for {
		if c.at == c.end {
			c.at, c.end = 0, 0
			if !c.fill() {
				switch {
				case c.err != io.EOF:
					return c.err
				case open:
					return quoteError{quoteLine, quoteColumn}
				}
				return nil
			}
		}
		// A doubled quote closes and opens again, which comes to the same.
		data := c.buf[c.at:c.end]
		if open {
			j := bytes.IndexByte(data, '"')
			if j < 0 {
				j = len(data) - 1
			} else {
				open = false
			}
			c.line += bytes.Count(data[:j+1], newline)
			c.at += j + 1
			before = data[j]
			continue
		}
		j := bytes.IndexAny(data, "\"\n")
		if j < 0 {
			before = data[len(data)-1]
			c.at = c.end
			continue
		}
		if j > 0 {
			before = data[j-1]
		}
		c.at += j + 1
		if data[j] == '\n' {
			c.line++
			return nil
		}
		if before == c.delimiter || before == '"' {
			open = true
			quoteLine, quoteColumn = c.line, 0
		}
		before = data[j]
	}
}
