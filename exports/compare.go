package exports

import (
	"strings"

	"paxscore/reports"
	"paxscore/surveys"
)

// compare sets the report beside the recount. read is how many responses came, written how many are on sheets.
func compare(r *reports.Report, c *recount, live *formulas, suppressed bool, read, written int) *checks {
	out := &checks{}
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
	out.weighting(r, c, live)
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
	}{{"not applicable", it.NotApplicable, surveys.NotApplicable}, {"skipped", it.Skipped, surveys.Skipped}, {"not routed", it.NotRouted, surveys.NotRouted}} {
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
			if code < 0 || code > int(surveys.MaxCode) || rc.counts[i][code] != b.N {
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
	for code := 0; code <= int(surveys.MaxCode); code++ {
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
