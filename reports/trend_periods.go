package reports

import (
	"fmt"
	"slices"
	"strconv"

	"paxscore/scoring"
)

// describe fills the periods, the responses of unknown time and the version breaks.
func (b *builder) describe(out *Trends, t *timeline, sp *splicing, responses []scoring.Base, hidden []bool) {
	var before, alike []int
	for k, key := range t.keys {
		p := TrendPeriod{Key: key, Status: b.statusOf(responses[k], hidden[k]), Versions: []int{}}
		if t.starts != nil {
			p.From, p.To = &t.starts[k], &t.starts[k+1]
		}
		if p.Status != StatusSuppressed {
			n := responses[k].N
			p.N = &n
			p.Versions = b.versionNumbers(t.met[k])
		}
		if len(p.Versions) > 0 {
			switch {
			case before == nil || slices.Equal(before, p.Versions):
			case b.askSame(before, p.Versions):
				alike = append(append(alike, before...), p.Versions...)
			default:
				spliced := sp.resolves(b, before, p.Versions)
				out.Breaks = append(out.Breaks, VersionBreak{Period: key, Before: before, After: p.Versions, Spliced: spliced,
					Overlap: slices.ContainsFunc(before, func(v int) bool { return slices.Contains(p.Versions, v) })})
				if !spliced {
					b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("The questionnaire changes in %s%s: levels before and after it may differ for that alone.",
						key, b.otherItems(before, p.Versions)))
				}
			}
			before = p.Versions
		}
		out.Periods = append(out.Periods, p)
	}
	if len(alike) > 0 {
		slices.Sort(alike)
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("Versions %s of the questionnaire ask what is scored on the same scales and are taken as one; their wording is not compared.",
			list(numbers(slices.Compact(alike)))))
	}
	last := len(t.keys)
	n := responses[last].N
	if s := b.statusOf(responses[last], hidden[last]); s != StatusSuppressed {
		out.Undated = &n
	}
	what := "time of submission"
	if out.Along != "" {
		what = out.Along
	}
	switch {
	case n > 0 && out.Undated != nil:
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("%s of unknown %s are in no period.", plural(n, "valid response", "valid responses"), what))
	case n > 0:
		b.report.Warnings = append(b.report.Warnings, fmt.Sprintf("Some responses of unknown %s are in no period.", what))
	}
}

// versionsIn are the versions that a set of responses is to.
func (b *builder) versionsIn(rows scoring.RowSet) []int {
	a := b.table.Attribute(b.attributeAt(attributeVersion))
	met := make([]bool, len(a.Levels()))
	for level, n := range rows.Levels(a) {
		met[level] = n > 0
	}
	return b.versionNumbers(met)
}

// versionNumbers are those of the levels met.
func (b *builder) versionNumbers(met []bool) []int {
	a := b.table.Attribute(b.attributeAt(attributeVersion))
	out := []int{}
	for k, name := range a.Levels() {
		if n, err := strconv.Atoi(name); met[k] && err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}
