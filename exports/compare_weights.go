package exports

import (
	"strings"

	"paxscore/reports"
)

// Largest difference of a case weight, and of a relative error of a margin, from the recount, as a share of the weight or of the mean
// weight where that is more. Weights are found by steps that end when they change little, so they agree less closely than sums.
const weightTolerance = 1e-9

// weighting compares the case weights with those of the recount, and what is told of them.
func (c *checks) weighting(r *reports.Report, rc *recount, live *formulas) {
	const group = "Weighting"
	w := &r.Weighting
	if rc.all.n > 0 {
		c.figure(group, "sum of the case weights", w.Sum, reports.StatusOK, rc.all.w.value(), live.weights())
		c.figure(group, "design effect of the weights", w.Deff, reports.StatusOK, rc.all.deff(), "")
		c.figure(group, "largest weight over the mean", w.Max, reports.StatusOK, rc.all.most/rc.all.mean(), "")
		c.figure(group, "smallest weight over the mean", w.Min, reports.StatusOK, rc.all.least/rc.all.mean(), "")
	}
	p := rc.people
	if p == nil || len(p.of) == 0 {
		return
	}
	c.count(group, "margins", len(w.Margins), len(p.margins), false, "")
	written, recounted, mean := p.worst(p.caseWeights())
	c.list = append(c.list, check{group: group, what: "case weight that is furthest from its recount", report: written, recount: recounted,
		allowed: weightTolerance * max(mean, recounted)})
	met := func(b bool) int { return map[bool]int{true: 1}[b] }
	if w.Limits != nil {
		c.count(group, "all weights within their limits (1) or not (0)", met(w.Limits.Met), met(p.withinLimits()), false, "")
	}
	off := 0.0
	fits := p.fits()
	for v := range fits {
		off = max(off, fits[v].off)
	}
	c.list = append(c.list, check{group: group, what: "largest relative error of a margin", report: float64(w.MarginError), recount: off, allowed: weightTolerance})
	for v := range min(len(w.Margins), len(p.margins)) {
		c.margin(r, &w.Margins[v], &p.margins[v], &fits[v], live)
	}
}

// margin compares the shares of the levels of one margin: of the population as they were declared, and of the responses as weighted.
func (c *checks) margin(r *reports.Report, told *reports.MarginFit, m *margin, f *fit, live *formulas) {
	group := "Weighting to " + told.Label
	c.count(group, "levels", len(told.Levels), len(m.levels), false, "")
	if m.attribute < 0 {
		c.count(group, "is an attribute of the questionnaire", 1, 0, false, "")
		return
	}
	level := map[string]*reports.LevelFit{}
	for i := range told.Levels {
		level[told.Levels[i].Level] = &told.Levels[i]
	}
	values := make([][]string, len(m.levels))
	var known []string
	for _, v := range live.t.attributes[m.attribute].Values {
		if l, ok := m.level[v.Key]; ok {
			values[l], known = append(values[l], v.Key), append(known, v.Key)
		}
	}
	for l, name := range m.levels {
		x, ok := level[name]
		if !ok {
			c.count(group, name+" is a level", 0, 1, false, "")
			continue
		}
		formula := ""
		if r.Responses.Outside == 0 && literal(values[l]) && literal(known) { // else the sheet does not have all that is weighted
			formula = live.share(m.attribute, values[l], known)
		}
		c.figure(group, x.Label+": share of the population", x.Target, reports.StatusOK, f.declared[l], "")
		c.figure(group, x.Label+": share of the weights", x.Achieved, reports.StatusOK, f.achieved[l], formula)
	}
}

// literal reports whether values mean themselves in the criteria of a formula.
func literal(values []string) bool {
	for _, v := range values {
		if strings.ContainsAny(v, "*?~") || v == "" || len(v) > 200 {
			return false
		}
	}
	return true
}
