package web

import (
	"fmt"
	"strings"

	"paxscore/reports"
)

// newCounts says what became of every response.
func newCounts(r *reports.Report) []line {
	c := r.Responses
	lines := []line{
		{"Received", count(c.Read), "within the filter"},
		{"Valid", count(c.Valid), "scored"},
		{"Duplicates", count(c.Duplicates), "same passenger and flight; the first complete one counts"},
		{"Careless", count(c.Careless), "one answer throughout in under a third of the usual time, or under 2 s a question"},
		{"Break-offs", count(c.BreakOffs), "overall question or half of the answers missing"},
		{"Straight lines kept", count(c.FlaggedKept), "valid, with the same answer throughout"},
		{"Outside the filter", count(c.Outside), ""},
	}
	if r.UpToSeq > 0 {
		lines = append(lines, line{"Newest response", "No. " + count(int(r.UpToSeq)), "in the order of storage"})
	}
	if c.MedianSeconds.Valid() {
		lines = append(lines, line{"Usual time", whole(c.MedianSeconds) + " s", "median of all received"})
	}
	return lines
}

// newMethod says how the figures were made, from what the report says of itself.
func newMethod(r *reports.Report) []line {
	p, d, w := r.Policy, r.Design, r.Weighting
	versions := "No version has been answered"
	for i, v := range r.Versions {
		if i == 0 {
			versions = "Version "
		} else {
			versions += ", "
		}
		versions += reports.VersionName(v)
	}
	design := "Passengers count as drawn one by one"
	if d.Cluster != "" {
		design = fmt.Sprintf("By %s: passengers of one %s are alike. %s in %s", d.Cluster, d.Cluster, plural(d.Clusters, "cluster", "clusters"), plural(d.Strata, "stratum", "strata"))
	}
	weights := map[string]string{"none": "None: every passenger counts once", "base": "Base weights of the sample", "post_stratified": "Post-stratified to the population by " + w.Attribute,
		"raked": "Raked to the population by " + marginNames(w), "calibrated": "Calibrated to the population by " + marginNames(w)}[w.Method]
	if weights == "" {
		weights = w.Method
	}
	if w.Method != "none" {
		weights += fmt.Sprintf(". Design effect %s, effective n %s, largest weight %s times the mean", number(w.Deff, 2), whole(w.NEffective), number(w.Max, 2))
	}
	if w.Errors == "residuals" {
		design += ". Errors are of what the margins of the population do not explain"
	}
	percentOf := func(x float64) string { return reports.Format(100*x, 0) + "%" }
	return []line{
		{"Model", r.ModelLabel + " (" + r.ModelVersion + ")", r.ModelNote},
		{"Questionnaire", versions, ""},
		{"Index", number(r.Overall.Estimate, places), fmt.Sprintf("Mean of the passengers' indices. The dimensions' contributions add up to %s; the gap of %s comes from missing answers. Complete cases only: %s.",
			number(r.IndexOfMeans.Estimate, places), signed(r.MissingDataGap, places), number(r.CompleteCaseMean, places))},
		{"Response weights", weights + ".", ""},
		{"Standard errors", design + ".", fmt.Sprintf("%s degrees of freedom; intervals of %s by Student's t.", count(d.DF), percentOf(d.Confidence))},
		{"Missing answers", fmt.Sprintf("A dimension counts from %s of its applicable item weight, a passenger from %d dimensions and %s of their weight.",
			percentOf(p.MinItemShare), p.MinDimensions, percentOf(p.MinDimensionShare)), ""},
		{"Small groups", fmt.Sprintf("Under %d everything is held back, under %d all but n; under %d nothing is tested, under %d figures are marked †.",
			p.SuppressBelow, p.ShowFrom, p.TestFrom, p.FlagBelow), "Figures are also held back where a small group's could be had from them by subtraction."},
		{"Comparisons", fmt.Sprintf("Each group against all other passengers, corrected for their number (Holm). “Higher” and “lower” take p < 0.05 and %s points.",
			reports.Format(p.Margin, 1)), "“The same” means within that margin with the same certainty."},
	}
}

// marginNames names what responses are weighted by.
func marginNames(w reports.Weighting) string {
	labels := make([]string, len(w.Margins))
	for i, m := range w.Margins {
		labels[i] = m.Label
	}
	return strings.Join(labels, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}
