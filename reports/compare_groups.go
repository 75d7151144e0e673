package reports

import (
	"slices"
	"strings"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// comparedSegments are the segments of a segmentation; hide tells for a measure which of them must not be shown.
func (b *builder) comparedSegments(by []int) ([]compared, func([]scoring.Base) []bool, error) {
	domains, levels := b.domainsOf(by)
	if len(domains) > maxCompared && !b.hidden {
		bad := &surveys.InvalidError{Input: "query"}
		bad.Add("by[0]", "range", "%d groups are too many to compare pair by pair; at most %d can be", len(domains), maxCompared)
		return nil, nil, bad
	}
	c := cells{levels: levels, minimum: b.q.model.Base.Suppress}
	responses := make([]scoring.Base, len(domains))
	for g, domain := range domains {
		k := b.kishOf(domain)
		responses[g] = k.Base()
	}
	hidden := c.hide(responses)
	var out []compared
	for g, domain := range domains {
		s := ComparedGroup{Label: b.label(by, levels[g]), By: map[string]string{}, Where: []Where{}, Status: b.statusOf(responses[g], hidden[g])}
		for i, at := range by {
			s.By[b.attributes[at].key] = b.table.Attribute(at).Levels()[levels[g][i]]
		}
		if s.Status != StatusSuppressed {
			n := responses[g].N
			s.N = &n
		}
		out = append(out, compared{shown: s, of: domain, hidden: hidden[g]})
	}
	return out, func(bases []scoring.Base) []bool { return c.hide(responses, bases) }, nil
}

// domainsOf are the selected responses by every combination of levels that occurs, in the order shown, and the levels of each.
func (b *builder) domainsOf(by []int) (domains []domain, levels [][]uint32) {
	b.tabulateBy([][]int{by})
	if b.tab == nil {
		b.position()
		members, levels := b.groupsOf(b.domain, by)
		for _, positions := range members {
			domains = append(domains, domain{positions: positions})
		}
		return domains, levels
	}
	d := b.division(by)
	for _, g := range b.ordered(by, d.Levels) {
		domains, levels = append(domains, domain{division: d, group: g}), append(levels, d.Levels[g])
	}
	return domains, levels
}

// comparedSelections are the groups that queries select, which may not share a response. Each is shown if a report on it would be.
func (b *builder) comparedSelections(queries []Query) ([]compared, error) {
	var selected []*builder
	tabulated := true
	for i, q := range queries {
		s, err := b.selection(q)
		if err != nil {
			return nil, err
		}
		for _, o := range selected {
			if o.sel.Set().And(s.sel.Set()).Len() > 0 {
				bad := &surveys.InvalidError{Input: "query"}
				bad.Add([]string{"segment", "against"}[i], "overlap", "the two groups have responses in common")
				return nil, bad
			}
		}
		s.tabulateBy(nil)
		tabulated = tabulated && s.tab != nil
		selected = append(selected, s)
	}
	var out []compared
	for _, s := range selected {
		var of domain
		if tabulated {
			of = domain{division: s.division(nil), group: scoring.Whole}
		} else {
			s.position()
			of.positions = s.domain
		}
		k := b.kishOf(of)
		base := k.Base()
		g := ComparedGroup{By: map[string]string{}, Where: []Where{}, Status: s.statusOf(base, false)}
		if g.Status != StatusSuppressed {
			n := k.N
			g.N = &n
		}
		out = append(out, compared{shown: g, of: of, hidden: s.hidden})
	}
	return out, nil
}

// selection selects by another query to the same model, weighting and screening, and takes over its warnings.
func (b *builder) selection(q Query) (*builder, error) {
	asked, err := b.resolve(q)
	if err != nil {
		return nil, err
	}
	s := &builder{layout: b.layout, table: b.table, q: asked, sample: b.sample, model: b.model, screened: b.screened, d: b.d, report: &Report{}}
	s.filter()
	s.warn()
	for _, w := range s.report.Warnings {
		if !slices.Contains(b.report.Warnings, w) {
			b.report.Warnings = append(b.report.Warnings, w)
		}
	}
	return s, nil
}

func withPeriod(q Query, from, to time.Time) Query {
	q.From, q.To = from, to
	return q
}

func withWhere(q Query, more []Where) Query {
	q.Where = slices.Concat(q.Where, more)
	q.By = nil
	return q
}

func conditionLabel(where []Where) string {
	words := make([]string, len(where))
	for i, w := range where {
		words[i] = w.Attribute + " = " + strings.Join(w.Values, " or ")
	}
	return strings.Join(words, ", ")
}

func periodLabel(from, to time.Time) string {
	day := func(t time.Time) string {
		if t.Equal(t.Truncate(24 * time.Hour)) {
			return t.UTC().Format(time.DateOnly)
		}
		return t.UTC().Format(time.RFC3339)
	}
	switch {
	case from.IsZero():
		return "before " + day(to)
	case to.IsZero():
		return "from " + day(from)
	}
	return "from " + day(from) + " to before " + day(to)
}
