package exports

import "paxscore/reports"

func dimensionsLayout() layout {
	return layout{widths: []float64{16, 26, 9, 10, 10, 10, 10, 10, 11, 9, 13, 9, 12, 20, 40}, head: 4, left: 2, tab: "2E75B6"}
}

// dimensions fills the sheet of the dimensions and of what each contributes to the index.
func (d *document) dimensions(s *sheet) {
	b, r, p := d.b, d.r, d.r.Policy
	d.heading(s, "Dimensions", 15, dimensionsLayout())
	s.add(32, b.heads("<Key", "<Dimension", "Weight", "Index", "Standard error", "from", "to", "n", "Effective n", "Design effect", "Contribution", "Target", "To target", "|Status", "<Remarks")...)
	total := 0.0
	for _, x := range r.Dimensions {
		st := x.Status
		total += x.DimensionWeight
		target, distance := d.blank(), d.blank()
		if x.Target != nil {
			target = b.number(one, *x.Target)
			distance = b.figure(two, x.Estimate.Estimate-reports.Number(*x.Target), st, p)
		}
		s.add(high(x.Label, 26, x.Warnings, 40), b.text(keyText, x.Key), b.text(wrapped, x.Label), b.number(share, x.DimensionWeight), b.figure(two, x.Estimate.Estimate, st, p),
			b.figure(three, x.SE, st, p), b.figure(two, x.Low, st, p), b.figure(two, x.High, st, p), b.count(whole, x.N, st, p), b.figure(whole, x.NEffective, st, p),
			b.figure(two, x.Deff, st, p), b.figure(three, x.Contribution, st, p), target, distance, b.status(st, p), b.remarks(x.Warnings))
	}
	i := r.IndexOfMeans
	st := i.Status
	s.add(0, b.text(totalText, ""), b.text(totalText, "Index of the means"), b.number(totalShare, total), b.figure(totalTwo, i.Estimate, st, p), b.figure(totalThree, i.SE, st, p),
		b.figure(totalTwo, i.Low, st, p), b.figure(totalTwo, i.High, st, p), b.count(totalWhole, i.N, st, p), b.figure(totalWhole, i.NEffective, st, p), b.figure(totalTwo, i.Deff, st, p),
		b.figure(totalThree, i.Estimate, st, p), b.text(totalText, ""), b.text(totalText, ""), b.text(totalText, ""), b.text(totalText, ""))
	d.bars(s, 4, 5)
	s.skip(1)
	o := r.Overall
	s.add(0, b.text(body, ""), b.text(body, "Satisfaction index"), d.blank(), b.figure(two, o.Estimate, o.Status, p), b.figure(three, o.SE, o.Status, p), b.figure(two, o.Low, o.Status, p),
		b.figure(two, o.High, o.Status, p), b.count(whole, o.N, o.Status, p), b.figure(whole, o.NEffective, o.Status, p), b.figure(two, o.Deff, o.Status, p),
		d.blank(), d.blank(), d.blank(), b.status(o.Status, p), b.remarks(o.Warnings))
	s.add(0, b.text(body, ""), b.text(body, "Missing data gap"), d.blank(), b.figure(three, r.MissingDataGap, o.Status, p))
	s.add(0, b.text(body, ""), b.text(body, "Complete responses only"), d.blank(), b.figure(two, r.CompleteCaseMean, o.Status, p))
	s.skip(1)
	s.span(note, "Contribution = weight × index of the dimension; the contributions add up to the index of the means. The satisfaction index is the mean of the passengers' own "+
		"indices; it differs from the index of the means by the missing data gap, because a passenger with a missing dimension counts in the others.", 15, 150)
}
