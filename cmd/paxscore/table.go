package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"paxscore/reports"
)

// writeTable writes a report for a terminal.
func writeTable(w io.Writer, r *reports.Report) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	line("%s", r.Title)
	line("model %s (%s)%s", r.ModelVersion, r.ModelLabel, filterText(r.Head))
	c := r.Responses
	line("%s responses read, %s valid; left out: %s duplicates, %s careless, %s break-offs",
		count(c.Read), count(c.Valid), count(c.Duplicates), count(c.Careless), count(c.BreakOffs))
	if c.Outside > 0 {
		line("%s more are outside the filter", count(c.Outside))
	}
	line("%s; %s", weightingText(r.Head), designText(r.Head))

	confidence := fmt.Sprintf("%g %% interval", 100*r.Design.Confidence)
	g := grid{{"", "index", "SE", confidence, "mean", "n", "n eff.", ""}}
	row := func(label string, e reports.Estimate, mean reports.Number) {
		g = append(g, []string{label, fixed(e.Estimate, 2), fixed(e.SE, 3), interval(e.Low, e.High, 2), fixed(mean, 4), base(e.N), fixed(e.NEffective, 0), mark(e.Status)})
	}
	row("Overall index", r.Overall, r.Overall.Native)
	if r.OverallItem != nil {
		row(clip(r.OverallItem.Label), r.OverallItem.Estimate, r.OverallItem.Mean)
	}
	for _, d := range r.Dimensions {
		row(fmt.Sprintf("%s (%.4g)", clip(d.Label), d.DimensionWeight), d.Estimate, d.Native)
	}
	g.write(&b)
	if n := r.Recommend; n != nil {
		line("\nNPS %s, SE %s, interval %s, n %s: %s promoters, %s passives, %s detractors %s", fixed(n.NPS, 2), fixed(n.SE, 3),
			interval(n.Low, n.High, 2), base(n.N), base(n.Promoters), base(n.Passives), base(n.Detractors), mark(n.Status))
	}
	g = grid{{"item", "index", "SE", confidence, "mean", "top box", "n", "n eff.", ""}}
	for _, i := range r.Items {
		top := missing
		if i.TopBox != nil {
			top = percent(i.TopBox.Share)
		}
		g = append(g, []string{i.Key, fixed(i.Estimate.Estimate, 2), fixed(i.SE, 3), interval(i.Estimate.Low, i.Estimate.High, 2), fixed(i.Mean, 4), top, base(i.N), fixed(i.NEffective, 0), mark(i.Status)})
	}
	g.write(&b)
	writeSegments(&b, r, confidence)
	writeMargins(&b, r.Weighting)
	for _, warning := range r.Warnings {
		line("\nnote: %s", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeSegments writes a block for each segmentation.
func writeSegments(b *strings.Builder, r *reports.Report, confidence string) {
	var g grid
	title := ""
	for _, s := range r.Segments {
		if by := strings.Join(s.Attributes, " × "); by != title {
			g.write(b)
			title = by
			g = grid{{"by " + title, "index", "SE", confidence, "overall", "NPS", "n", "versus rest", "p adj.", "verdict", ""}}
		}
		item, nps, rest, p, verdict := reports.None(), reports.None(), reports.None(), reports.None(), ""
		if s.OverallItem != nil {
			item = s.OverallItem.Mean
		}
		if s.Recommend != nil {
			nps = s.Recommend.NPS
		}
		if v := s.VersusRest; v != nil {
			rest, p, verdict = v.Difference, v.PAdjusted, strings.ReplaceAll(v.Verdict, "_", " ")
		}
		g = append(g, []string{clip(s.Label), fixed(s.Overall.Estimate, 2), fixed(s.Overall.SE, 3), interval(s.Overall.Low, s.Overall.High, 2),
			fixed(item, 4), fixed(nps, 1), base(s.N), fixed(rest, 2), fixed(p, 3), verdict, mark(s.Status)})
	}
	g.write(b)
}

// missing stands where there is no figure.
const missing = "–"

// grid is a table: its first row the heads, its first column left aligned, the others right.
type grid [][]string

// write adds the table after a blank line; an empty one adds nothing.
func (g grid) write(b *strings.Builder) {
	if len(g) < 2 {
		return
	}
	widths := make([]int, len(g[0]))
	for _, row := range g {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	b.WriteByte('\n')
	for _, row := range g {
		var line strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch i {
			case 0:
				line.WriteString(cell + gap)
			case len(row) - 1:
				line.WriteString("  " + cell)
			default:
				line.WriteString("  " + gap + cell)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func filterText(r reports.Head) string {
	var parts []string
	for _, w := range r.Filter.Where {
		parts = append(parts, w.Attribute+" = "+strings.Join(w.Values, " or "))
	}
	if r.Filter.From != nil {
		parts = append(parts, "from "+stamp(*r.Filter.From))
	}
	if r.Filter.To != nil {
		parts = append(parts, "before "+stamp(*r.Filter.To))
	}
	if r.Filter.AllRows {
		parts = append(parts, "without screening")
	}
	if len(parts) == 0 {
		return ", all responses"
	}
	return ", " + strings.Join(parts, ", ")
}

func weightingText(r reports.Head) string {
	switch r.Weighting.Method {
	case "none":
		return "every passenger counts once"
	case "post_stratified":
		return fmt.Sprintf("weighted to the population by %s, design effect %s, effective n %s", r.Weighting.Attribute, fixed(r.Weighting.Deff, 4), fixed(r.Weighting.NEffective, 1))
	}
	if names := marginNames(r.Weighting.Margins); names != "" {
		return fmt.Sprintf("%s to the population by %s, design effect %s, effective n %s", r.Weighting.Method, names, fixed(r.Weighting.Deff, 4), fixed(r.Weighting.NEffective, 1))
	}
	return fmt.Sprintf("response weights of the sample, design effect %s, effective n %s", fixed(r.Weighting.Deff, 4), fixed(r.Weighting.NEffective, 1))
}

func designText(r reports.Head) string {
	if r.Design.Cluster == "" {
		return "standard errors by respondent" + errorsText(r)
	}
	s := fmt.Sprintf("standard errors by %s, %s of them", r.Design.Cluster, count(r.Design.Clusters))
	if r.Design.Stratum != "" {
		s += fmt.Sprintf(" in %s strata of %s", count(r.Design.Strata), r.Design.Stratum)
	}
	return s + errorsText(r)
}

// errorsText says how errors treat weights that meet a population.
func errorsText(r reports.Head) string {
	switch {
	case len(r.Weighting.Margins) == 0:
		return ""
	case r.Weighting.Errors == "residuals":
		return ", of what the margins do not explain"
	}
	return ", weights taken as fixed"
}

func fixed(n reports.Number, places int) string {
	if !n.Valid() {
		return missing
	}
	return reports.Format(float64(n), places)
}

func interval(low, high reports.Number, places int) string {
	if !low.Valid() || !high.Valid() {
		return missing
	}
	return fixed(low, places) + " to " + fixed(high, places)
}

func percent(n reports.Number) string {
	if !n.Valid() {
		return missing
	}
	return reports.Format(100*float64(n), 1) + " %"
}

func base(n *int) string {
	if n == nil {
		return missing
	}
	return count(*n)
}

// count writes a number with thousands separated.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func mark(s reports.Status) string {
	switch s {
	case reports.StatusOK:
		return ""
	case reports.StatusFlagged:
		return "small base"
	case reports.StatusBaseTooSmall:
		return "base too small"
	}
	return strings.ReplaceAll(string(s), "_", " ")
}

// clip keeps a label to a column's width.
func clip(s string) string {
	r := []rune(s)
	if len(r) <= 32 {
		return s
	}
	return string(r[:31]) + "…"
}
