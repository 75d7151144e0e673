package exports

import (
	"context"
	"fmt"
	"io"

	"paxscore/reports"
	"paxscore/surveys"
)

// listing writes responses to a sheet, and to further ones when it is full.
type listing struct {
	b      *book
	t      *table
	limit  int // rows of a sheet, header included
	left   int // responses still expected, for the extent of the next sheet
	now    *sheet
	size   int // bytes in the sheet, about
	cells  []any
	rows   int // responses written
	cuts   int // texts cut
	sheets []extent
}

// extent says which rows of a sheet hold responses.
type extent struct {
	sheet       string
	first, last int
}

func newListing(b *book, t *table, expected, limit int) (*listing, error) {
	l := &listing{b: b, t: t, limit: limit, left: expected}
	return l, l.next()
}

// next closes the sheet and opens another.
func (l *listing) next() error {
	if err := l.end(); err != nil {
		return err
	}
	name := "Responses"
	if n := len(l.sheets) + 1; n > 1 {
		name = fmt.Sprintf("Responses %d", n)
	}
	t := l.t
	rows := min(l.left, l.limit-1)
	sh, err := l.b.sheet(name, layout{widths: t.widths(), head: 1, left: 1, grid: true, tab: grey, lines: true,
		used: "A1:" + cellName(len(t.head), rows+1)})
	if err != nil {
		return err
	}
	looks := map[int]look{t.submittedAt: dateTime, t.receivedAt: dateTime, t.verdictAt: plainCentre}
	for i := range t.comments {
		looks[t.commentsAt+i] = comment
	}
	for column, look := range looks {
		if err := sh.sw.SetColStyle(column, column, l.b.ids[look]); err != nil {
			return fmt.Errorf("make sheet %s: %w", name, err)
		}
	}
	sh.add(18, l.b.heads(left(t.head)...)...)
	l.now, l.size = sh, 0
	l.sheets = append(l.sheets, extent{sheet: name, first: 2, last: 1})
	return sh.err
}

func (l *listing) add(r *surveys.Response, v reports.Verdict, caseWeight float64) error {
	if l.now.row >= l.limit || l.size > maxSheetSize {
		if err := l.next(); err != nil {
			return err
		}
	}
	cells, size, cuts := l.t.cells(l.cells[:0], r, v, caseWeight)
	l.now.add(0, cells...)
	l.cells = cells
	l.size += size
	l.cuts += cuts
	l.rows++
	l.left--
	l.sheets[len(l.sheets)-1].last = l.now.row
	return l.now.err
}

// left puts headers at the left.
func left(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "<" + n
	}
	return out
}

// end closes the last sheet.
func (l *listing) end() error {
	if l.now == nil {
		return nil
	}
	l.now.filter(1, len(l.t.head))
	err := l.now.end()
	l.now = nil
	return err
}

// ResponsesXLSX writes the responses of a report's filter as one sheet, and further ones where Excel's 1,048,576 rows
// are not enough, and returns how many. Of a selection that the report hides none is listed; a whole survey of few responses
// is, so the list is for those who may see single responses. Errors: those of rows, w and ctx; ErrChecksFailed if the rows are not those of the report.
func ResponsesXLSX(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows, o ...Options) (n int, err error) {
	opt := options(o)
	fail := func(err error) (int, error) { return n, fmt.Errorf("write responses: %w", err) }
	b, err := newBook()
	if err != nil {
		return fail(err)
	}
	defer b.Close()
	t := newTable(s, opt.Respondents)
	l, err := newListing(b, t, r.Responses.Read, opt.sheetRows)
	if err != nil {
		return fail(err)
	}
	n, checked := walk(ctx, t, r, rows, l.add)
	if checked != nil && !isCheck(checked) {
		return fail(checked)
	}
	if err := l.end(); err != nil {
		return fail(err)
	}
	if err := b.properties(r.Title, "Responses", sentence(s, r), opt); err != nil {
		return fail(err)
	}
	if err := b.writeTo(ctx, w); err != nil {
		return fail(err)
	}
	if checked != nil {
		return fail(checked)
	}
	return n, nil
}
