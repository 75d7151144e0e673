package exports

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"paxscore/reports"
)

// scoreColumns are those of ScoresCSV.
func scoreColumns() []string {
	return []string{"section", "by", "key", "label", "dimension", "weight", "n", "n_effective", "df", "deff", "estimate", "se", "ci_low", "ci_high", "native",
		"mean", "mean_se", "contribution", "target", "p", "p_adjusted", "method", "verdict", "status", "warnings"}
}

// scores writes rows of named columns.
type scores struct {
	w   *csv.Writer
	at  map[string]int
	p   reports.Policy
	err error
}

// scoreRow is one row, by column.
type scoreRow map[string]string

func (s *scores) add(row scoreRow) {
	if s.err != nil {
		return
	}
	fields := make([]string, len(s.at))
	for k, v := range row {
		fields[s.at[k]] = v
	}
	s.err = s.w.Write(fields)
}

// ScoresCSV writes every figure of a report as a row of a flat table (RFC 4180, UTF-8) with the columns section, by, key,
// label, dimension, weight, n, n_effective, df, deff, estimate, se, ci_low, ci_high, native, mean, mean_se, contribution, target, p, p_adjusted, method,
// verdict, status, warnings. A figure that may not be shown or does not exist is an empty field; the status says why.
//
// Sections: report (facts, in the column label), responses, weighting and design (in the column estimate), overall,
// overall_item, recommend, recommend_count, index_of_means, missing_data_gap, complete_case_mean, dimension, item,
// top_box and histogram (estimate is a share, 0..1), item_count, segment (n of its valid responses), versus_rest (estimate is the difference) and warning. The column by names the
// segment as attribute=value, several joined by ; (with = ; % in a value written %3D %3B %25), and is empty for all
// passengers. Texts are guarded as the package comment says.
func ScoresCSV(w io.Writer, r *reports.Report) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	columns := scoreColumns()
	s := &scores{w: c, at: map[string]int{}, p: r.Policy}
	for i, k := range columns {
		s.at[k] = i
	}
	s.err = c.Write(columns)
	s.facts(r)
	s.counts(r)
	s.estimate("overall", "", "", "Satisfaction index", r.Overall, nil)
	s.item("overall_item", "", r.OverallItem)
	s.recommend("", r.Recommend)
	s.estimate("index_of_means", "", "", "Index of the means", r.IndexOfMeans, nil)
	s.number("missing_data_gap", "", "", r.MissingDataGap, r.Overall.Status)
	s.number("complete_case_mean", "", "", r.CompleteCaseMean, r.Overall.Status)
	s.dimensions("", r.Dimensions, "")
	for i := range r.Items {
		s.item("item", "", &r.Items[i])
	}
	for i := range r.Segments {
		s.segment(&r.Segments[i])
	}
	for _, x := range r.Warnings {
		s.add(scoreRow{"section": "warning", "label": guarded(x)})
	}
	c.Flush()
	if s.err == nil {
		s.err = c.Error()
	}
	if s.err != nil {
		return fmt.Errorf("write scores: %w", s.err)
	}
	return nil
}

func (s *scores) facts(r *reports.Report) {
	fact := func(key, value string) { s.add(scoreRow{"section": "report", "key": key, "label": guarded(value)}) }
	fact("survey", r.Survey)
	fact("title", r.Title)
	fact("survey_versions", versions(r))
	fact("model", r.Model)
	fact("model_version", r.ModelVersion)
	fact("from", end(r.Filter.From))
	fact("to", end(r.Filter.To))
	for _, w := range r.Filter.Where {
		fact("where."+w.Attribute, strings.Join(w.Values, ","))
	}
	fact("unweighted", yesNo(r.Filter.Unweighted))
	fact("all_rows", yesNo(r.Filter.AllRows))
}

// end is an end of a period, empty if open.
func end(t *time.Time) string {
	if t == nil {
		return ""
	}
	return stamp(*t)
}

func (s *scores) counts(r *reports.Report) {
	st := reports.StatusOK
	if hidden(r) {
		st = reports.StatusSuppressed
	}
	for _, x := range []struct {
		key string
		n   int
	}{{"read", r.Responses.Read}, {"valid", r.Responses.Valid}, {"duplicates", r.Responses.Duplicates}, {"careless", r.Responses.Careless},
		{"break_offs", r.Responses.BreakOffs}, {"straight_lines_kept", r.Responses.FlaggedKept}, {"outside_filter", r.Responses.Outside}} {
		s.number("responses", x.key, "", reports.Number(x.n), st)
	}
	s.number("responses", "median_seconds", "", r.Responses.MedianSeconds, st)
	s.number("weighting", "sum", r.Weighting.Method, r.Weighting.Sum, st)
	s.number("weighting", "deff", r.Weighting.Method, r.Weighting.Deff, st)
	s.number("weighting", "n_effective", r.Weighting.Method, r.Weighting.NEffective, st)
	s.number("weighting", "max_over_mean", r.Weighting.Method, r.Weighting.Max, st)
	for _, x := range []struct {
		key string
		n   int
	}{{"clusters", r.Design.Clusters}, {"strata", r.Design.Strata}, {"df", r.Design.DF}} {
		s.number("design", x.key, r.Design.Cluster, reports.Number(x.n), st)
	}
	s.number("design", "confidence", r.Design.Cluster, reports.Number(r.Design.Confidence), reports.StatusOK)
}

// number writes a single figure.
func (s *scores) number(section, key, label string, n reports.Number, st reports.Status) {
	s.add(scoreRow{"section": section, "key": key, "label": guarded(label), "estimate": s.figure(n, st), "status": string(st)})
}

// figure writes the shortest decimal that reads back to the same value, or nothing.
func (s *scores) figure(n reports.Number, st reports.Status) string {
	if hiddenAs(st, s.p) != "" || !n.Valid() {
		return ""
	}
	return strconv.FormatFloat(float64(n), 'g', -1, 64)
}

func (s *scores) base(n *int, st reports.Status) string {
	if n == nil || st == reports.StatusSuppressed {
		return ""
	}
	return strconv.Itoa(*n)
}

func (s *scores) of(section, by, key, label string, e reports.Estimate) scoreRow {
	st := e.Status
	return scoreRow{"section": section, "by": by, "key": key, "label": guarded(label), "n": s.base(e.N, st), "n_effective": s.figure(e.NEffective, st), "df": s.figure(e.DF, st),
		"deff": s.figure(e.Deff, st), "estimate": s.figure(e.Estimate, st), "se": s.figure(e.SE, st), "ci_low": s.figure(e.Low, st), "ci_high": s.figure(e.High, st),
		"native": s.figure(e.Native, st), "status": string(st), "warnings": guarded(strings.Join(e.Warnings, "; "))}
}

func (s *scores) estimate(section, by, key, label string, e reports.Estimate, more scoreRow) {
	row := s.of(section, by, key, label, e)
	for k, v := range more {
		row[k] = v
	}
	s.add(row)
}

func (s *scores) dimensions(by string, list []reports.DimensionEstimate, least reports.Status) {
	for i := range list {
		d := list[i]
		d.Status = worse(d.Status, least)
		more := scoreRow{"weight": s.figure(reports.Number(d.DimensionWeight), ""), "contribution": s.figure(d.Contribution, d.Status)}
		if d.Target != nil {
			more["target"] = s.figure(reports.Number(*d.Target), "")
		}
		s.estimate("dimension", by, d.Key, d.Label, d.Estimate, more)
	}
}

func (s *scores) item(section, by string, it *reports.ItemEstimate) {
	if it == nil {
		return
	}
	st := it.Status
	more := scoreRow{"dimension": it.Dimension, "mean": s.figure(it.Mean, st), "mean_se": s.figure(it.MeanSE, st)}
	if it.Dimension != "" {
		more["weight"] = s.figure(reports.Number(it.ItemWeight), "")
	}
	s.estimate(section, by, it.Key, it.Label, it.Estimate, more)
	if t := it.TopBox; t != nil {
		s.add(scoreRow{"section": "top_box", "by": by, "key": it.Key, "label": guarded(it.Label), "n": s.base(it.N, st), "estimate": s.figure(t.Share, st), "se": s.figure(t.SE, st),
			"ci_low": s.figure(t.Low, st), "ci_high": s.figure(t.High, st), "method": t.Method, "status": string(st)})
	}
	for _, b := range it.Histogram {
		if hiddenAs(st, s.p) != "" {
			break
		}
		s.add(scoreRow{"section": "histogram", "by": by, "key": it.Key, "label": strconv.Itoa(b.Value), "n": strconv.Itoa(b.N), "estimate": s.figure(b.Share, st), "status": string(st)})
	}
	for _, x := range []struct {
		label string
		n     *int
	}{{"not_applicable", it.NotApplicable}, {"skipped", it.Skipped}, {"not_routed", it.NotRouted}} {
		s.add(scoreRow{"section": "item_count", "by": by, "key": it.Key, "label": x.label, "n": s.base(x.n, st), "status": string(st)})
	}
}

func (s *scores) recommend(by string, p *reports.Recommend) {
	if p == nil {
		return
	}
	st := p.Status
	s.add(scoreRow{"section": "recommend", "by": by, "label": "Net Promoter Score", "n": s.base(p.N, st), "n_effective": s.figure(p.NEffective, st), "df": s.figure(p.DF, st),
		"estimate": s.figure(p.NPS, st), "se": s.figure(p.SE, st), "ci_low": s.figure(p.Low, st), "ci_high": s.figure(p.High, st), "method": p.Method, "status": string(st),
		"warnings": guarded(strings.Join(p.Warnings, "; "))})
	for _, x := range []struct {
		label string
		n     *int
	}{{"promoters", p.Promoters}, {"passives", p.Passives}, {"detractors", p.Detractors}} {
		n := s.base(x.n, st)
		if hiddenAs(st, s.p) != "" {
			n = ""
		}
		s.add(scoreRow{"section": "recommend_count", "by": by, "key": x.label, "label": x.label, "n": n, "status": string(st)})
	}
}

func (s *scores) segment(g *reports.Segment) {
	by := segmentBy(g)
	s.add(scoreRow{"section": "segment", "by": by, "label": guarded(g.Label), "n": s.base(g.N, g.Status), "status": string(g.Status)})
	o := g.Overall
	o.Status = worse(g.Status, o.Status)
	s.estimate("overall", by, "", g.Label, o, nil)
	if g.OverallItem != nil {
		it := *g.OverallItem
		it.Status = worse(g.Status, it.Status)
		s.item("overall_item", by, &it)
	}
	if g.Recommend != nil {
		p := *g.Recommend
		p.Status = worse(g.Status, p.Status)
		s.recommend(by, &p)
	}
	s.dimensions(by, g.Dimensions, g.Status)
	if v := g.VersusRest; v != nil {
		st := o.Status
		s.add(scoreRow{"section": "versus_rest", "by": by, "label": guarded(g.Label), "estimate": s.figure(v.Difference, st), "se": s.figure(v.SE, st), "ci_low": s.figure(v.Low, st),
			"ci_high": s.figure(v.High, st), "p": s.figure(v.P, st), "p_adjusted": s.figure(v.PAdjusted, st), "verdict": v.Verdict, "status": string(st)})
	}
}

// segmentBy names a segment in the column by.
func segmentBy(g *reports.Segment) string {
	escape := strings.NewReplacer("%", "%25", ";", "%3B", "=", "%3D")
	attributes := slices.Clone(g.Attributes)
	for i, a := range attributes {
		attributes[i] = a + "=" + escape.Replace(clean(g.By[a]))
	}
	return strings.Join(attributes, ";")
}
