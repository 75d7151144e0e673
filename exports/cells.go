package exports

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"paxscore/reports"
)

// text is a cell that holds s as text, whatever it looks like: a stored string is never run as a formula.
func (b *book) text(l look, s string) excelize.Cell {
	s, _ = cut(clean(s))
	return excelize.Cell{StyleID: b.ids[l], Value: s}
}

// number is a cell with a figure that every report may show; a missing one is a dash.
func (b *book) number(l look, x float64) excelize.Cell {
	if !reports.Number(x).Valid() {
		return b.missing(l, "–")
	}
	return excelize.Cell{StyleID: b.ids[l], Value: x}
}

func (b *book) integer(l look, n int) excelize.Cell {
	return excelize.Cell{StyleID: b.ids[l], Value: n}
}

// missing is a cell with the word that stands in place of a figure.
func (b *book) missing(l look, word string) excelize.Cell {
	return excelize.Cell{StyleID: b.ids[hiddenLook(l)], Value: word}
}

// figure is a cell with a figure of an estimate. What may not be shown is text: the figure is not in the file.
func (b *book) figure(l look, n reports.Number, st reports.Status, p reports.Policy) excelize.Cell {
	if s := hiddenAs(st, p); s != "" {
		return b.missing(l, s)
	}
	return b.number(l, float64(n))
}

// count is a cell with a base; it is hidden only under suppression.
func (b *book) count(l look, n *int, st reports.Status, p reports.Policy) excelize.Cell {
	if st == reports.StatusSuppressed {
		return b.missing(l, tooFew(p))
	}
	if n == nil {
		return b.missing(l, "–")
	}
	return b.integer(l, *n)
}

// hiddenAs returns what stands in place of a figure of that status, or "" if the figure is shown.
func hiddenAs(st reports.Status, p reports.Policy) string {
	switch st {
	case reports.StatusSuppressed:
		return tooFew(p)
	case reports.StatusBaseTooSmall:
		return "n only"
	case reports.StatusNotComputable:
		return "–"
	}
	return ""
}

func tooFew(p reports.Policy) string { return fmt.Sprintf("n<%d", p.SuppressBelow) }

// statusText is a status in words.
func statusText(st reports.Status, p reports.Policy) string {
	switch st {
	case reports.StatusOK:
		return "ok"
	case reports.StatusFlagged:
		return fmt.Sprintf("small base (n<%d)", p.FlagBelow)
	case reports.StatusBaseTooSmall:
		return fmt.Sprintf("n only (n<%d)", p.ShowFrom)
	case reports.StatusSuppressed:
		return "suppressed"
	case reports.StatusNotComputable:
		return "no valid answer"
	}
	return string(st)
}

// status is the cell of a status, marked where the figure needs care.
func (b *book) status(st reports.Status, p reports.Policy) excelize.Cell {
	l := centred
	if st != reports.StatusOK {
		l = care
	}
	return b.text(l, statusText(st, p))
}

// remarks is the cell of an estimate's warnings.
func (b *book) remarks(warnings ...[]string) excelize.Cell {
	var all []string
	for _, w := range warnings {
		all = append(all, w...)
	}
	return b.text(wrapped, strings.Join(all, "; "))
}

// heads are the cells of a header row: right over figures, left after "<", in the middle after "|".
func (b *book) heads(names ...string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		l := header
		if rest, ok := strings.CutPrefix(n, "<"); ok {
			l, n = headerLeft, rest
		} else if rest, ok := strings.CutPrefix(n, "|"); ok {
			l, n = headerMiddle, rest
		}
		out[i] = b.text(l, n)
	}
	return out
}
