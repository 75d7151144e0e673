package exports

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"paxscore/reports"
)

// Largest difference of a figure from its recount that rounding in different orders of addition explains, as a share of
// the figure or, below 1, as it is. Counts must be equal.
const checkTolerance = 1e-9

// check sets a figure of the report beside its recount.
type check struct {
	group, what     string
	report, recount float64
	allowed         float64
	hidden          bool   // the figures may not be shown
	live            string // formula that gives the recount from the Responses sheets, "" for none
}

func (k check) difference() float64 { return k.report - k.recount }

func (k check) passed() bool {
	if math.IsNaN(k.report) && math.IsNaN(k.recount) {
		return true
	}
	return math.Abs(k.difference()) <= k.allowed
}

// checks are those of a workbook.
type checks struct {
	list []check
	cuts int // texts shortened to fit a cell
}

func isCheck(err error) bool { return errors.Is(err, ErrChecksFailed) }

func (c *checks) failed() (n int) {
	for _, k := range c.list {
		if !k.passed() {
			n++
		}
	}
	return n
}

// verdict is the result in words.
func (c *checks) verdict() string {
	if n := c.failed(); n > 0 {
		return fmt.Sprintf("%d of %d checks FAILED: do not use this workbook", n, len(c.list))
	}
	return fmt.Sprintf("All %d checks passed", len(c.list))
}

// err is the failed checks as an error.
func (c *checks) err() error {
	var failed []string
	for _, k := range c.list {
		if !k.passed() {
			failed = append(failed, k.group+": "+k.what)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	more := ""
	if n := len(failed); n > 5 {
		failed, more = failed[:5], fmt.Sprintf(" and %d more", n-5)
	}
	return fmt.Errorf("%w: %s%s", ErrChecksFailed, strings.Join(failed, "; "), more)
}

func (c *checks) count(group, what string, report, recount int, hidden bool, live string) {
	c.list = append(c.list, check{group: group, what: what, report: float64(report), recount: float64(recount), hidden: hidden, live: live})
}

// base compares a base if the report shows one.
func (c *checks) base(group, what string, report *int, st reports.Status, recount int, live string) {
	if report != nil && st != reports.StatusSuppressed {
		c.count(group, what, *report, recount, false, live)
	}
}

// figure compares a figure if the report shows it.
func (c *checks) figure(group, what string, report reports.Number, st reports.Status, recount float64, live string) {
	if hiddenAs(st, reports.Policy{}) != "" {
		return
	}
	if math.IsNaN(recount) || math.IsInf(recount, 0) {
		live = ""
	}
	c.list = append(c.list, check{group: group, what: what, report: float64(report), recount: recount,
		allowed: checkTolerance * max(1, math.Abs(recount)), live: live})
}

// write fills the Checks sheet.
func (c *checks) write(s *sheet, b *book) {
	widths := checksLayout().width()
	s.span(title, "Checks", 8, widths)
	l := good
	if c.failed() > 0 {
		l = bad
	}
	s.span(l, c.verdict(), 8, widths)
	s.span(note, "Recount: computed a second time from the rows of the Responses sheets, by code that shares nothing with the engine that made the "+
		"report; weights to a population likewise, from the declared sizes and all valid responses of the survey. Live: the same by a formula of this workbook, recomputed when it is opened. Standard errors and intervals are not recounted; they are tested "+
		"against R. "+fmt.Sprintf("Texts shortened to the 32,767 characters of a cell: %d.", c.cuts), 8, widths)
	s.skip(1)
	heads := b.heads("<Of", "<Figure", "Report", "Recount", "Difference", "|Result", "Live", "|Live result")
	s.add(20, heads...)
	for _, k := range c.list {
		row := s.row + 1
		cells := []any{b.text(body, k.group), b.text(body, k.what)}
		if k.hidden {
			cells = append(cells, b.text(muted, "not shown"), b.text(muted, "not shown"), b.text(muted, "not shown"))
		} else {
			cells = append(cells, b.number(exact, k.report), b.number(exact, k.recount), b.number(exact, k.difference()))
		}
		cells = append(cells, b.result(k.passed()))
		if k.live != "" && !k.hidden {
			word := "PASS"
			if !k.passed() {
				word = "FAIL"
			}
			cells = append(cells, excelize.Cell{StyleID: b.ids[exact], Formula: k.live, Value: k.recount},
				excelize.Cell{StyleID: b.ids[centred], Value: word,
					Formula: fmt.Sprintf(`IF(ABS(G%d-C%d)<=%s,"PASS","FAIL")`, row, row, strconv.FormatFloat(max(k.allowed, checkTolerance), 'E', -1, 64))})
		} else {
			cells = append(cells, b.text(body, ""), b.text(body, ""))
		}
		s.add(0, cells...)
	}
	s.filter(checksLayout().head, 8)
}

func (b *book) result(passed bool) excelize.Cell {
	if passed {
		return b.text(good, "PASS")
	}
	return b.text(bad, "FAIL")
}

func checksLayout() layout {
	return layout{widths: []float64{38, 38, 18, 18, 16, 10, 18, 12}, head: 5, tab: "1D6F42"}
}
