package exports

import (
	"fmt"

	"paxscore/reports"
	"paxscore/surveys"
)

func methodLayout() layout {
	return layout{widths: []float64{30, 50, 16, 16, 16}, head: 2, portrait: true, tab: grey}
}

const explanationWidth = 98 // of the columns B to E together

// explain writes a topic and its explanation.
func (d *document) explain(s *sheet, topic, text string) {
	b := d.b
	s.add(lineHeight*float64(lines(text, explanationWidth*1.05)), b.text(body, topic), b.text(wrapped, text), b.text(wrapped, ""), b.text(wrapped, ""), b.text(wrapped, ""))
	if s.err == nil {
		s.err = s.sw.MergeCell(cellName(2, s.row), cellName(5, s.row))
	}
}

func (d *document) chapter(s *sheet, name string) {
	s.skip(1)
	s.add(20, d.b.text(headerLeft, name), d.b.text(headerLeft, ""), d.b.text(headerLeft, ""), d.b.text(headerLeft, ""), d.b.text(headerLeft, ""))
}

// method fills the sheet that says how every figure is made.
func (d *document) method(s *sheet) {
	r, p := d.r, d.r.Policy
	percent := func(x float64) string { return reports.Format(100*x, 0) + " %" }
	d.heading(s, "Method", 5, methodLayout())

	d.chapter(s, "Versions")
	d.explain(s, "Survey", fmt.Sprintf("%s (%s), questionnaire version %s among the responses", r.Title, r.Survey, versions(r)))
	d.explain(s, "Model", fmt.Sprintf("%s (%s). %s", r.ModelLabel, r.ModelVersion, r.ModelNote))
	program := d.o.Version
	if program == "" {
		program = "version not recorded"
	}
	d.explain(s, "Program", "paxscore "+program)

	d.chapter(s, "From ratings to scores")
	d.explain(s, "Item score", "A rating r on a scale from lo to hi scores 100 (r − lo) / (hi − lo), a reversed item 100 (hi − r) / (hi − lo); a labelled scale may declare its own scores.")
	d.explain(s, "Dimension score", fmt.Sprintf("D = Σ u s / Σ u over the answered items, u the item weight. Valid if the answered items hold at least %s of the item weight that applies to the passenger.", percent(p.MinItemShare)))
	d.explain(s, "Satisfaction index", fmt.Sprintf("I = Σ ω D / Σ ω over a passenger's valid dimensions, ω the dimension weight. Valid with at least %d valid dimensions (all, of fewer) that hold at least %s of the weight of the dimensions that apply. The index of a group is Σ w I / Σ w, w the response weight.",
		p.MinDimensions, percent(p.MinDimensionShare)))
	d.explain(s, "Index of the means", "Σ ω D̄, the dimension weights times the dimension means: its parts, the contributions, add up to it and explain it. The missing data gap is the satisfaction index minus the index of the means.")
	d.explain(s, "Mean", "The weighted mean of the answers in the units of their scale. The overall satisfaction is the mean of the single overall question and not part of the index.")
	d.explain(s, "Net Promoter Score", "100 × (share of 9 and 10 − share of 0 to 6) of the answers to the question how likely the passenger is to recommend.")
	d.explain(s, "Top box", "Share of the two best answers (9 and 10 of 0 to 10, 4 and 5 of 1 to 5); of a scale of two, the best.")

	d.chapter(s, "Uncertainty")
	d.explain(s, "Standard error", fmt.Sprintf("Passenger i contributes U = w (y − ȳ) / Σ w; contributions are added up by sampling unit (%s), and V = Σ n/(n−1) Σ (T − T̄)² over strata and their units (ultimate clusters, Binder 1983). The standard error is √V.", clusterText(d.s, r)))
	d.explain(s, "Interval", fmt.Sprintf("Estimate ± t × standard error at %s %% confidence, t with (sampling units − strata) degrees of freedom. Shares: logit interval, or Korn and Graubard's where n × min(p, 1 − p) < 10. NPS of fewer than 100 answers or with an empty class: adjusted Wald.", reports.Format(100*r.Design.Confidence, 1)))
	d.explain(s, "Effective n, design effect", "The design effect is V over the variance of a simple random sample of the same n; the effective n is n over it.")
	d.explain(s, "Weighting", fmt.Sprintf("%s. Cost of the weights: Kish's design effect n Σw² / (Σw)².", weightingText(d.s, r)))
	d.explain(s, "Difference to the rest", fmt.Sprintf("A segment is compared with all other passengers; p-values are adjusted within one segmentation (Holm). Different: adjusted p < 0.05 and at least %s points; same: two one-sided tests within that margin; else unclear.", reports.Format(p.Margin, 1)))
	d.explain(s, "Small bases", fmt.Sprintf("Under %d responses nothing is shown (written n<%d), nor is a group that could be found by subtraction; under %d only n (written n only); under %d no test; under %d the figure is marked.", p.SuppressBelow, p.SuppressBelow, p.ShowFrom, p.TestFrom, p.FlagBelow))

	d.chapter(s, "Who is left out")
	sc := d.s.Screening
	d.explain(s, "duplicate", "Same respondent and same sampling unit as an earlier complete response"+rule(sc.Duplicates && !r.Filter.AllRows))
	d.explain(s, "careless", "All ratings equal in under a third of the median time, or under 2 seconds an answer"+rule(sc.Careless && !r.Filter.AllRows))
	d.explain(s, "break_off", "The overall question unanswered, or under half of the applicable items answered"+rule(sc.BreakOffs && !r.Filter.AllRows))

	d.chapter(s, "Codes on the sheet Responses")
	d.explain(s, "a number", "a rating in the units of its scale")
	d.explain(s, codeNotApplicable, "not applicable: the passenger said that the question does not apply; counts as not asked")
	d.explain(s, codeNotRouted, "not asked: the questionnaire did not put the question to this passenger")
	d.explain(s, "(empty)", "skipped: asked and not answered; counts as asked")
	d.explain(s, "verdict", "valid, duplicate, careless or break_off; only valid responses are in the figures")
	d.explain(s, "response_weight", "the base weight, before responses are weighted to a population; 1 unless the sample says otherwise")
	d.explain(s, "case_weight", "the weight with which the report counts the response: every weighted mean is Σ case_weight × value / Σ case_weight over the valid rows with a value; empty where the response is not valid")
	d.explain(s, "submitted_at, received_at", "date and time in UTC; empty if unknown")
	d.explain(s, "Texts", "stored as text and never run as a formula; characters that a workbook cannot hold are removed, texts of more than 32,767 characters cut and marked \"[cut]\". The respondent's reference is not in the workbook.")

	d.weights(s)
}

func rule(on bool) string {
	if on {
		return "."
	}
	return ". This rule was off in this report."
}

// weights lists the model: each item's share of its dimension and of the index.
func (d *document) weights(s *sheet) {
	b := d.b
	s.skip(1)
	s.add(20, b.text(headerLeft, "Weights of the model"), b.text(headerLeft, "Item"), b.text(header, "Dimension"), b.text(header, "In dimension"), b.text(header, "In index"))
	label := map[surveys.ItemKey]string{}
	for _, i := range d.s.Questionnaire.Items() {
		label[i.Key] = words(d.s, i.Text, string(i.Key))
	}
	total := 0.0
	for _, x := range d.m.Dimensions {
		total += x.DimensionWeight
		for k, i := range x.Items {
			name, weight := b.text(body, ""), d.blank()
			if k == 0 {
				name, weight = b.text(body, words(d.s, x.Label, string(x.Key))), b.number(share, x.DimensionWeight)
			}
			text := label[i.Item]
			s.add(lineHeight*float64(lines(text, 50)), name, b.text(wrapped, text), weight, b.number(share, i.ItemWeight), b.number(share, x.DimensionWeight*i.ItemWeight))
		}
	}
	s.add(0, b.text(totalText, "Sum"), b.text(totalText, ""), b.number(totalShare, total), b.text(totalText, ""), b.number(totalShare, total))
}
