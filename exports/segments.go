package exports

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"paxscore/reports"
)

func (d *document) segmentsLayout() layout {
	w := []float64{36, 9, 8.5, 8.5, 8.5, 12, 9}
	for range d.m.Dimensions {
		w = append(w, 12)
	}
	w = append(w, 12, 10, 12, 20, 40)
	return layout{widths: w, head: 2, left: 1, tab: "2E75B6"}
}

// segments fills the sheet of the segments, a block for each segmentation.
func (d *document) segments(s *sheet) {
	b, r, l := d.b, d.r, d.segmentsLayout()
	columns := len(l.widths)
	d.heading(s, "Segments", columns, l)
	if len(r.Segments) == 0 {
		s.span(note, "The report was asked for no segments.", columns, 150)
		return
	}
	names := []string{"n", "Index", "from", "to", "Overall satisfaction", "NPS"}
	for _, x := range d.m.Dimensions {
		names = append(names, words(d.s, x.Label, string(x.Key)))
	}
	names = append(names, "Difference to the rest", "Adjusted p", "|Verdict", "|Status", "<Remarks")
	before, first := "", 0
	for i := range r.Segments {
		g := &r.Segments[i]
		if by := joined(g.Attributes); i == 0 || by != before {
			if i > 0 {
				d.bars(s, 3, first)
			}
			s.skip(1)
			before = by
			labels := make([]string, len(g.Attributes))
			for k, a := range g.Attributes {
				labels[k] = attributeLabel(d.s, a)
			}
			block := strings.Join(labels, " × ")
			s.span(sectionHead, "By "+block, columns, 150)
			s.add(32, append([]any{b.text(headerLeft, block)}, b.heads(names...)...)...)
			first = s.row + 1
		}
		s.add(high(g.Label, 36, d.segmentWarnings(g), 40), d.segment(g)...)
	}
	d.bars(s, 3, first)
	s.skip(1)
	s.span(note, fmt.Sprintf("Difference to the rest: index of the segment minus that of all other passengers. p is adjusted for the number of comparisons in a block (Holm). "+
		"Different: p < 0.05 and at least %s points; same: within %s points beyond doubt; unclear: neither. Segments of fewer than %d are not shown, nor is one that could be "+
		"found by subtraction; of fewer than %d only n is shown.", reports.Format(r.Policy.Margin, 1), reports.Format(r.Policy.Margin, 1), r.Policy.SuppressBelow, r.Policy.ShowFrom), columns, 150)
}

func (d *document) segment(g *reports.Segment) []any {
	b, p := d.b, d.r.Policy
	o, st := g.Overall, worse(g.Status, g.Overall.Status)
	cells := []any{b.text(wrapped, g.Label), b.count(whole, g.N, g.Status, p), b.figure(one, o.Estimate, st, p), b.figure(one, o.Low, st, p), b.figure(one, o.High, st, p)}
	cells = append(cells, d.segmentMean(g), d.segmentNPS(g))
	for _, x := range d.m.Dimensions {
		cell := b.number(one, float64(reports.None()))
		for k := range g.Dimensions {
			if y := &g.Dimensions[k]; y.Key == string(x.Key) {
				cell = b.figure(one, y.Estimate.Estimate, worse(g.Status, y.Status), p)
			}
		}
		if h := hiddenAs(g.Status, p); h != "" {
			cell = b.text(muted, h)
		}
		cells = append(cells, cell)
	}
	if v := g.VersusRest; v != nil {
		cells = append(cells, b.figure(two, v.Difference, st, p), b.figure(three, v.PAdjusted, st, p), d.verdict(v.Verdict, st))
	} else {
		cells = append(cells, b.figure(two, reports.None(), st, p), b.figure(three, reports.None(), st, p), b.text(centred, ""))
	}
	return append(cells, b.status(st, p), b.remarks(d.segmentWarnings(g)))
}

// segmentWarnings are those of a segment that is shown; of another the status says it all.
func (d *document) segmentWarnings(g *reports.Segment) []string {
	if hiddenAs(worse(g.Status, g.Overall.Status), d.r.Policy) != "" {
		return nil
	}
	return g.Overall.Warnings
}

// verdict is the outcome of a comparison, where its figures are shown.
func (d *document) verdict(v string, st reports.Status) excelize.Cell {
	if hiddenAs(st, d.r.Policy) != "" {
		return d.b.text(centred, "")
	}
	return d.b.text(centred, strings.ReplaceAll(v, "_", " "))
}

func (d *document) segmentMean(g *reports.Segment) excelize.Cell {
	if g.OverallItem == nil {
		return d.b.figure(two, reports.None(), g.Status, d.r.Policy)
	}
	return d.b.figure(two, g.OverallItem.Mean, worse(g.Status, g.OverallItem.Status), d.r.Policy)
}

func (d *document) segmentNPS(g *reports.Segment) excelize.Cell {
	if g.Recommend == nil {
		return d.b.figure(one, reports.None(), g.Status, d.r.Policy)
	}
	return d.b.figure(one, g.Recommend.NPS, worse(g.Status, g.Recommend.Status), d.r.Policy)
}

// worse returns the more restrictive of two statuses, so that a figure of a hidden segment is never shown.
func worse(a, b reports.Status) reports.Status {
	rank := func(s reports.Status) int {
		switch s {
		case reports.StatusSuppressed:
			return 4
		case reports.StatusBaseTooSmall:
			return 3
		case reports.StatusNotComputable:
			return 2
		case reports.StatusFlagged:
			return 1
		}
		return 0
	}
	if rank(a) >= rank(b) {
		return a
	}
	return b
}
