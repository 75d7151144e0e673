package exports

import (
	"strings"
	"time"

	"paxscore/reports"
)

func factsLayout() layout {
	return layout{widths: []float64{34, 96}, head: 2, portrait: true, tab: grey}
}

// fact writes a row of a name and what it is.
func (d *document) fact(s *sheet, name, text string) {
	s.add(lineHeight*float64(max(1, lines(text, 100))), d.b.text(body, name), d.b.text(wrapped, text))
}

func (d *document) part(s *sheet, name string) {
	s.skip(1)
	s.add(20, d.b.text(headerLeft, name), d.b.text(headerLeft, ""))
}

// filters fills the sheet that repeats what was asked.
func (d *document) filters(s *sheet) {
	r := d.r
	d.heading(s, "Filters", 2, factsLayout())
	d.part(s, "What was asked")
	d.fact(s, "Survey", r.Title+" ("+r.Survey+")")
	d.fact(s, "Questionnaire versions", versions(r))
	d.fact(s, "Model", r.ModelLabel+" ("+r.ModelVersion+")")
	d.fact(s, "Submitted from", moments(r.Filter.From))
	d.fact(s, "Submitted before", moments(r.Filter.To))
	if len(r.Filter.Where) == 0 {
		d.fact(s, "Passengers", "all")
	}
	for _, w := range r.Filter.Where {
		d.fact(s, attributeLabel(d.s, w.Attribute)+" ("+w.Attribute+")", values(d.s, w)+" ("+strings.Join(w.Values, ", ")+")")
	}
	d.fact(s, "Segments", d.segmentations())
	d.fact(s, "Weights left out", yesNo(r.Filter.Unweighted))
	d.fact(s, "Screening left out", yesNo(r.Filter.AllRows))
	d.fact(s, "Generated at", generated(d.o.Now))
	if r.UpToSeq > 0 {
		d.fact(s, "Last response seen", "number "+reports.Format(float64(r.UpToSeq), 0)+" of the store")
	}

	d.part(s, "Base")
	if d.suppressed {
		d.fact(s, "Valid responses", tooFew(r.Policy))
	} else {
		b := d.b
		for _, x := range []struct {
			name string
			n    int
		}{{"Selected", r.Responses.Read}, {"Valid", r.Responses.Valid}, {"Duplicates", r.Responses.Duplicates}, {"Careless", r.Responses.Careless},
			{"Broken off", r.Responses.BreakOffs}, {"Outside the filter", r.Responses.Outside}} {
			s.add(0, b.text(body, x.name), b.integer(leftWhole, x.n))
		}
	}

	d.part(s, "Weighting")
	d.fact(s, "Method", weightingText(d.s, r))
	if !d.suppressed {
		d.amount(s, "Sum of the weights", r.Weighting.Sum, 2)
		d.amount(s, "Design effect of the weights (Kish)", r.Weighting.Deff, 4)
		d.amount(s, "Effective n", r.Weighting.NEffective, 1)
		d.amount(s, "Largest weight over the mean", r.Weighting.Max, 3)
	}

	d.part(s, "Design")
	d.fact(s, "Primary sampling unit", clusterText(d.s, r))
	stratum := "none"
	if r.Design.Stratum != "" {
		stratum = attributeLabel(d.s, r.Design.Stratum)
	}
	d.fact(s, "Stratum", stratum)
	if !d.suppressed {
		d.amount(s, "Sampling units", reports.Number(r.Design.Clusters), 0)
		d.amount(s, "Strata", reports.Number(r.Design.Strata), 0)
		d.amount(s, "Degrees of freedom", reports.Number(r.Design.DF), 0)
	}
	d.fact(s, "Confidence", reports.Format(100*r.Design.Confidence, 1)+" %")

	d.part(s, "Small bases")
	d.amount(s, "Nothing is shown under", reports.Number(r.Policy.SuppressBelow), 0)
	d.amount(s, "Only n is shown under", reports.Number(r.Policy.ShowFrom), 0)
	d.amount(s, "Nothing is tested under", reports.Number(r.Policy.TestFrom), 0)
	d.amount(s, "Marked as a small base under", reports.Number(r.Policy.FlagBelow), 0)
}

// amount is a fact that is a number; it stands at the left, under the texts.
func (d *document) amount(s *sheet, name string, n reports.Number, places int) {
	l := leftWhole
	switch {
	case places > 2:
		l = leftThree
	case places == 2:
		l = leftTwo
	case places == 1:
		l = leftOne
	}
	s.add(0, d.b.text(body, name), d.b.number(l, float64(n)))
}

func (d *document) segmentations() string {
	var out []string
	seen := map[string]bool{}
	for _, g := range d.r.Segments {
		by := strings.Join(g.Attributes, " × ")
		if !seen[by] {
			seen[by] = true
			out = append(out, by)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, "; ")
}

func moments(t *time.Time) string {
	if t == nil {
		return "open"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func generated(t time.Time) string {
	if t.IsZero() {
		return "not recorded"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
