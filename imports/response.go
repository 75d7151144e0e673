package imports

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
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
			if strings.ContainsRune(header[0], '\r') {
				return nil, f.errorf(r.line, nil, "the lines end in bare carriage returns; save the file with line feeds")
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
