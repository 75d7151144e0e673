package exports

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"paxscore/reports"
)

const summaryColumns = 8

func summaryLayout() layout {
	return layout{widths: []float64{40, 13, 13, 13, 13, 13, 15, 22}, portrait: false, tab: navy}
}

// summary fills the first sheet: the headline, the dimensions, who answered, and whether the figures can be trusted.
func (d *document) summary(s *sheet) {
	b, r, p := d.b, d.r, d.r.Policy
	wide := summaryLayout().width()
	s.span(title, r.Title, summaryColumns, wide)
	s.span(subtitle, fmt.Sprintf("Passenger satisfaction: model %s (%s), questionnaire version %s", r.ModelLabel, r.ModelVersion, versions(r)), summaryColumns, wide)
	s.span(subtitle, sentence(d.s, r), summaryColumns, wide)
	s.skip(1)

	confidence := fmt.Sprintf("%s%% interval", reports.Format(100*r.Design.Confidence, 0))
	s.add(30, append([]any{b.text(headerLeft, "Headline")}, b.heads("Value", confidence+" from", "to", "Standard error", "n", "Design effect", "|Status")...)...)
	o := r.Overall
	st := o.Status
	s.add(30, b.text(headlineText, "Satisfaction index (0–100)"), b.figure(headlineOne, o.Estimate, st, p), b.figure(headlineOne, o.Low, st, p),
		b.figure(headlineOne, o.High, st, p), b.figure(headlineTwo, o.SE, st, p), b.count(headlineWhole, o.N, st, p), b.figure(headlineTwo, o.Deff, st, p),
		b.text(headlineMiddle, statusText(st, p)))
	s.add(0, b.text(body, "in the units of the answers"), b.figure(two, o.Native, st, p), d.blank(), d.blank(), d.blank(), d.blank(), d.blank(), d.blank())
	if i := r.OverallItem; i != nil {
		low, high := meanInterval(i)
		s.add(0, b.text(body, fmt.Sprintf("Overall satisfaction, single question (%d–%d)", i.Low, i.High)), b.figure(two, i.Mean, i.Status, p),
			b.figure(two, low, i.Status, p), b.figure(two, high, i.Status, p), b.figure(three, i.MeanSE, i.Status, p), b.count(whole, i.N, i.Status, p),
			b.figure(two, i.Deff, i.Status, p), b.status(i.Status, p))
	}
	if n := r.Recommend; n != nil {
		s.add(0, b.text(body, "Net Promoter Score (−100 to 100)"), b.figure(one, n.NPS, n.Status, p), b.figure(one, n.Low, n.Status, p),
			b.figure(one, n.High, n.Status, p), b.figure(two, n.SE, n.Status, p), b.count(whole, n.N, n.Status, p), d.blank(), b.status(n.Status, p))
	}
	if t := d.m.Target; t != nil {
		word := d.blank()
		if hiddenAs(st, p) == "" {
			word = b.text(centred, map[bool]string{true: "target reached", false: "below target"}[float64(o.Estimate) >= *t])
		}
		s.add(0, b.text(body, "Target of the index"), b.number(one, *t), d.blank(), d.blank(), d.blank(), d.blank(), d.blank(), word)
	}
	s.skip(1)

	if len(r.Dimensions) > 0 {
		s.add(30, append([]any{b.text(headerLeft, "Dimension")}, b.heads("Index", "from", "to", "Weight", "n", "Contribution", "|Status")...)...)
		first := s.row + 1
		for _, x := range r.Dimensions {
			st := x.Status
			s.add(0, b.text(body, x.Label), b.figure(one, x.Estimate.Estimate, st, p), b.figure(one, x.Estimate.Low, st, p), b.figure(one, x.Estimate.High, st, p),
				b.number(share, x.DimensionWeight), b.count(whole, x.N, st, p), b.figure(two, x.Contribution, st, p), b.status(st, p))
		}
		d.bars(s, 2, first)
		s.skip(1)
	}
	d.answered(s)
	s.skip(1)

	s.add(20, b.text(headerLeft, "Checks"), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""))
	l := good
	if d.checks.failed() > 0 {
		l = bad
	}
	s.span(l, d.checks.verdict(), summaryColumns, wide)
	if all := d.warnings(); len(all) > 0 {
		s.skip(1)
		s.add(20, b.text(headerLeft, "Warnings"), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""), b.text(header, ""))
		for _, w := range all {
			s.span(warn, w, summaryColumns, wide)
		}
	}
	s.skip(1)
	s.span(note, d.origin(), summaryColumns, wide)
}

// answered lists how many responses came and what became of them.
func (d *document) answered(s *sheet) {
	b, c := d.b, d.r.Responses
	s.add(20, append([]any{b.text(headerLeft, "Responses")}, b.heads("n", "Share", "", "", "", "", "")...)...)
	row := func(label string, n int, of int) {
		if d.suppressed {
			s.add(0, b.text(body, label), excelize.Cell{StyleID: b.ids[muted], Value: "not shown"}, d.blank(), d.blank(), d.blank(), d.blank(), d.blank(), d.blank())
			return
		}
		part := d.blank()
		if of > 0 {
			part = b.number(share, float64(n)/float64(of))
		}
		s.add(0, b.text(body, label), b.integer(whole, n), part, d.blank(), d.blank(), d.blank(), d.blank(), d.blank())
	}
	row("Selected by the filter", c.Read, c.Read)
	row("Valid, in the figures above", c.Valid, c.Read)
	row("Left out: duplicates", c.Duplicates, c.Read)
	row("Left out: careless", c.Careless, c.Read)
	row("Left out: broken off", c.BreakOffs, c.Read)
	row("Valid, all answers the same", c.FlaggedKept, c.Read)
	row("Outside the filter", c.Outside, 0)
	if !d.suppressed {
		s.add(0, b.text(body, "Median time taken, seconds"), b.number(one, float64(c.MedianSeconds)), d.blank(), d.blank(), d.blank(), d.blank(), d.blank(), d.blank())
	}
}

// warnings gathers those of the report and of its headline figures, each once.
func (d *document) warnings() []string {
	r := d.r
	var out []string
	seen := map[string]bool{}
	add := func(about string, list []string) {
		for _, w := range list {
			if !seen[w] {
				seen[w] = true
				out = append(out, about+w)
			}
		}
	}
	add("", r.Warnings)
	add("Index: ", r.Overall.Warnings)
	if r.OverallItem != nil {
		add("Overall satisfaction: ", r.OverallItem.Warnings)
	}
	if r.Recommend != nil {
		add("Net Promoter Score: ", r.Recommend.Warnings)
	}
	if d.checks.cuts > 0 {
		add("", []string{fmt.Sprintf("%d texts were longer than a cell holds and are cut on the Responses sheet", d.checks.cuts)})
	}
	return out
}

// origin says where the workbook comes from.
func (d *document) origin() string {
	parts := []string{"Made by paxscore"}
	if d.o.Version != "" {
		parts[0] += " " + d.o.Version
	}
	if !d.o.Now.IsZero() {
		parts = append(parts, "on "+d.o.Now.UTC().Format("2 January 2006 15:04 UTC"))
	}
	return strings.Join(parts, " ") + ". How each figure is computed stands on the sheet Method, what was asked on the sheet Filters."
}

func (d *document) blank() excelize.Cell { return excelize.Cell{StyleID: d.b.ids[body]} }

// meanInterval is the confidence interval of an item's mean in the units of the answers: as many of its standard errors
// wide as the interval of its index is of its own.
func meanInterval(i *reports.ItemEstimate) (low, high reports.Number) {
	e := i.Estimate
	if !i.Mean.Valid() || !i.MeanSE.Valid() || !e.Estimate.Valid() || !e.High.Valid() || !e.SE.Valid() {
		return reports.None(), reports.None()
	}
	if e.SE == 0 {
		return i.Mean, i.Mean
	}
	half := (e.High - e.Estimate) / e.SE * i.MeanSE
	return i.Mean - half, i.Mean + half
}

// bars draws a bar of 0 to 100 behind the figures of a column, from a row to the last written.
func (d *document) bars(s *sheet, column, first int) {
	if s.err != nil || s.row < first {
		return
	}
	err := d.b.f.SetConditionalFormat(s.name, cellName(column, first)+":"+cellName(column, s.row), []excelize.ConditionalFormatOptions{{
		Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "num", MaxValue: "100", BarColor: "#B9CCE4", BarSolid: true,
	}})
	if err != nil {
		s.err = fmt.Errorf("write sheet %s: %w", s.name, err)
	}
}
