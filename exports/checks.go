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
	list       []check
	unweighted bool // weighted figures are not compared
	cuts       int  // texts shortened to fit a cell
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
	if hiddenAs(st, reports.Policy{}) != "" || c.unweighted {
		return
	}
	if math.IsNaN(recount) || math.IsInf(recount, 0) {
		live = ""
	}
	c.list = append(c.list, check{group: group, what: what, report: float64(report), recount: recount,
		allowed: checkTolerance * max(1, math.Abs(recount)), live: live})
}

// compare sets the report beside the recount. read is how many responses came, written how many are on sheets.
func compare(r *reports.Report, c *recount, live *formulas, suppressed bool, read, written int) *checks {
	out := &checks{unweighted: !c.knowsWeights()}
	out.count("Rows", "responses of the data set", len(r.Verdicts), read, suppressed, "")
	selected := 0
	for _, n := range c.verdicts {
		selected += n
	}
	out.count("Rows", "selected by the filter", r.Responses.Read, selected, suppressed, "")
	if !suppressed {
		out.count("Rows", "written to the Responses sheets", r.Responses.Read, written, false, live.rows())
	}
	out.count("Rows", "outside the filter", r.Responses.Outside, read-selected, suppressed, "")
	for _, v := range []struct {
		verdict reports.Verdict
		report  int
	}{{reports.Valid, r.Responses.Valid}, {reports.Duplicate, r.Responses.Duplicates}, {reports.Careless, r.Responses.Careless}, {reports.BreakOff, r.Responses.BreakOffs}} {
		out.count("Rows", "verdict "+v.verdict.String(), v.report, c.verdicts[v.verdict], suppressed, live.verdict(v.verdict))
	}
	if suppressed {
		return out
	}
	total, deff := c.weights()
	if c.verdicts[reports.Valid] > 0 {
		out.figure("Weighting", "sum of the response weights", r.Weighting.Sum, reports.StatusOK, total, live.weights())
		out.figure("Weighting", "design effect of the weights", r.Weighting.Deff, reports.StatusOK, deff, "")
	}
	mean, n := c.mean(c.fixedSlot(slotIndex))
	out.base("Overall index", "n", r.Overall.N, r.Overall.Status, n, "")
	out.figure("Overall index", "index", r.Overall.Estimate, r.Overall.Status, mean, "")
	if r.CompleteCaseMean.Valid() {
		mean, _ = c.mean(c.fixedSlot(slotComplete))
		out.figure("Overall index", "index of complete responses", r.CompleteCaseMean, r.Overall.Status, mean, "")
	}
	out.dimensions(r, c)
	seen := map[string]bool{}
	for i := range r.Items {
		seen[r.Items[i].Key] = true
		out.item(&r.Items[i], c, live)
	}
	if r.OverallItem != nil && !seen[r.OverallItem.Key] {
		out.item(r.OverallItem, c, live)
	}
	out.recommend("Recommendation", r.Recommend, c, live)
	out.segments(r, c)
	return out
}

func (c *checks) dimensions(r *reports.Report, rc *recount) {
	at := map[string]int{}
	for d := range rc.m.Dimensions {
		at[string(rc.m.Dimensions[d].Key)] = d
	}
	var index sum
	whole := len(r.Dimensions) > 0
	for i := range r.Dimensions {
		d := &r.Dimensions[i]
		k, ok := at[d.Key]
		if !ok {
			c.count("Dimension "+d.Key, "is in the model", 1, 0, false, "")
			continue
		}
		mean, n := rc.mean(rc.dimensionSlot(k))
		c.base("Dimension "+d.Key, "n", d.N, d.Status, n, "")
		c.figure("Dimension "+d.Key, "index", d.Estimate.Estimate, d.Status, mean, "")
		index.add(rc.m.Dimensions[k].DimensionWeight * mean)
		whole = whole && hiddenAs(d.Status, r.Policy) == ""
	}
	if whole {
		c.figure("Overall index", "sum of the contributions", r.IndexOfMeans.Estimate, r.IndexOfMeans.Status, index.value(), "")
	}
}

func (c *checks) item(it *reports.ItemEstimate, rc *recount, live *formulas) {
	group := "Item " + it.Key
	i := -1
	for k := range rc.rated {
		if string(rc.rated[k].Key) == it.Key {
			i = k
		}
	}
	if i < 0 {
		c.count(group, "is in the questionnaire", 1, 0, false, "")
		return
	}
	n, total := rc.ratings(i)
	c.base(group, "n", it.N, it.Status, n, live.base(i))
	for _, m := range []struct {
		what   string
		report *int
		code   byte
	}{{"not applicable", it.NotApplicable, 254}, {"skipped", it.Skipped, 255}, {"not routed", it.NotRouted, 253}} {
		c.base(group, m.what, m.report, it.Status, rc.counts[i][m.code], live.code(i, m.code))
	}
	if hiddenAs(it.Status, reports.Policy{}) != "" {
		return
	}
	mean, _ := rc.mean(rc.ratingSlot(i))
	c.figure(group, "mean", it.Mean, it.Status, mean, live.mean(i, n))
	score, _ := rc.mean(rc.scoreSlot(i))
	c.figure(group, "index", it.Estimate.Estimate, it.Status, score, "")
	if len(it.Histogram) > 0 {
		fromBars, unequal := 0, 0
		for _, b := range it.Histogram {
			fromBars += b.Value * b.N
			code := b.Value - rc.low[i]
			if code < 0 || code > 249 || rc.counts[i][code] != b.N {
				unequal++
			}
		}
		c.count(group, "sum of the ratings", fromBars, total, false, live.sum(i))
		c.count(group, "values of the scale whose count differs", unequal, 0, false, "")
	}
}

func (c *checks) recommend(group string, p *reports.Recommend, rc *recount, live *formulas) {
	if p == nil || rc.advise < 0 {
		return
	}
	var counted [3]int // detractors, passives, promoters
	for code := 0; code <= 249; code++ {
		switch v := rc.low[rc.advise] + code; {
		case v >= 9:
			counted[2] += rc.counts[rc.advise][code]
		case v >= 7:
			counted[1] += rc.counts[rc.advise][code]
		default:
			counted[0] += rc.counts[rc.advise][code]
		}
	}
	mean, n := rc.mean(rc.fixedSlot(slotNPS))
	c.base(group, "n", p.N, p.Status, n, live.base(rc.advise))
	c.base(group, "promoters (9 and 10)", p.Promoters, p.Status, counted[2], live.between(rc.advise, 9, 10))
	c.base(group, "passives (7 and 8)", p.Passives, p.Status, counted[1], live.between(rc.advise, 7, 8))
	c.base(group, "detractors (0 to 6)", p.Detractors, p.Status, counted[0], live.between(rc.advise, 0, 6))
	c.figure(group, "NPS", p.NPS, p.Status, mean, live.nps(rc.advise, n))
}

func (c *checks) segments(r *reports.Report, rc *recount) {
	for i := range r.Segments {
		g := &r.Segments[i]
		if g.Status == reports.StatusSuppressed {
			continue
		}
		group := "Segment " + strings.Join(g.Attributes, " × ") + ": " + g.Label
		_, n := rc.mean(rc.segmentSlot(i, segmentAll))
		c.base(group, "n", g.N, g.Status, n, "")
		mean, n := rc.mean(rc.segmentSlot(i, segmentIndex))
		c.base(group, "n of the index", g.Overall.N, g.Overall.Status, n, "")
		c.figure(group, "index", g.Overall.Estimate, g.Overall.Status, mean, "")
		if g.OverallItem != nil {
			mean, _ = rc.mean(rc.segmentSlot(i, segmentOverall))
			c.figure(group, "overall satisfaction", g.OverallItem.Mean, g.OverallItem.Status, mean, "")
		}
		if g.Recommend != nil {
			mean, _ = rc.mean(rc.segmentSlot(i, segmentNPS))
			c.figure(group, "NPS", g.Recommend.NPS, g.Recommend.Status, mean, "")
		}
	}
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
		"report. Live: the same by a formula of this workbook, recomputed when it is opened. Standard errors and intervals are not recounted; they are tested "+
		"against R. "+fmt.Sprintf("Texts shortened to the 32,767 characters of a cell: %d.", c.cuts), 8, widths)
	if c.unweighted {
		s.span(warn, "Weighted figures are not recounted: the weights rest on all valid responses of the survey and this report is about some of them. Counts are.", 8, widths)
	} else {
		s.skip(1)
	}
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
