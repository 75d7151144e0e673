package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"paxscore/reports"
)

type impactCommand struct {
	input
	selection
	Initiative string   `placeholder:"KEY" help:"An initiative that the survey declares, in place of --after and --treated."`
	After      string   `placeholder:"DATE|A=V[,V]" help:"What is after the initiative began: from a date on, or where an attribute has one of the values."`
	Treated    []string `sep:"none" placeholder:"A=V[,V]" help:"Who was treated; all others are the control group. Without it, before is compared with after. May be repeated, all must hold."`
	Measure    []string `placeholder:"KEY" help:"index, overall, nps, top_box, promoters, detractors or a dimension; may be repeated. All but the shares unless given."`
	Covariates []string `sep:"," placeholder:"A[,A]" help:"Attributes that the effect is adjusted for as well, by regression: each value is a variable."`
	Panel      string   `placeholder:"respondent|A" help:"Also the effect within those who answered before and after: passengers by their reference, or the values of an attribute."`
	Period     string   `enum:"day,week,month,quarter" default:"month" placeholder:"LENGTH" help:"Length of the periods before that are checked: day, week, month or quarter."`
}

func (c impactCommand) Help() string {
	return `With --treated, difference-in-differences: how much more the treated changed than the others. Standard errors count flights, or
whatever the survey's design names, as the units. A placebo, the effect half-way through the time before, should find nothing; the
smallest effect that could have been found stands beside the one that was.

With --covariates or --panel the effect by regression stands beside it, with a standard error that allows for any dependence within a flight,
or within a passenger of the panel. An initiative that the survey file declares is asked for by its key.

  paxscore impact --after 2025-07-01 --treated route=domestic study.csv
  paxscore impact --after month=7,8,9,10,11,12 --measure attitude study.csv
  paxscore impact --initiative crew_training --covariates delayed,cabin --db postgres://…`
}

func (c impactCommand) Run(ctx context.Context, s streams) error {
	if c.After == "" && c.Initiative == "" {
		return usage("give --after, or --initiative")
	}
	q := reports.ImpactQuery{After: c.After, Measures: c.Measure, Period: c.Period, Initiative: c.Initiative, Covariates: c.Covariates, Panel: c.Panel}
	var err error
	if q.Query, err = c.query(); err != nil {
		return err
	}
	if q.Treated, err = conditions("--treated", c.Treated); err != nil {
		return err
	}
	return answer(ctx, c.input, c.population, &q.Query, s, func(d *reports.Dataset) (*reports.Impact, error) { return d.Impact(q) }, writeImpact)
}

func writeImpact(w io.Writer, r *reports.Impact) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	fmt.Fprintf(&b, "%s, after is %s\n", strings.ReplaceAll(r.Design, "_", " "), r.After)
	heads := []string{"mean"}
	counts := []string{"n"}
	for _, x := range r.Groups {
		heads, counts = append(heads, x.Label), append(counts, base(x.N))
	}
	g := grid{append(heads, ""), append(counts, "")}
	for _, m := range r.Measures {
		row := []string{clip(m.Label)}
		for _, e := range m.Figures {
			row = append(row, fixed(e.Estimate, measurePlaces(m.Measure)))
		}
		g = append(g, append(row, ""))
	}
	g.write(&b)
	g = grid{{"effect", "", "SE", fmt.Sprintf("%g %% interval", 100*r.Head.Design.Confidence), "p", "p adj.", "detectable", "placebo", "its p", "verdict"}}
	for _, m := range r.Measures {
		places, e := measurePlaces(m.Measure), m.Effect
		placebo, p := reports.None(), reports.None()
		if m.Placebo != nil {
			placebo, p = m.Placebo.Difference, m.Placebo.P
		}
		g = append(g, []string{clip(m.Label), fixed(e.Difference, places), fixed(e.SE, places+1), interval(e.Low, e.High, places), fixed(e.P, 4), fixed(e.PAdjusted, 4),
			fixed(e.MinDetect, places), fixed(placebo, places), fixed(p, 4), strings.ReplaceAll(e.Verdict, "_", " ")})
	}
	g.write(&b)
	writeRegressions(&b, r)
	var notes []string // once each, with the measures that they are about
	about := map[string][]string{}
	for _, m := range r.Measures {
		warnings := slices.Clone(m.Warnings)
		if m.Regression != nil {
			warnings = append(warnings, m.Regression.Warnings...)
		}
		for _, x := range warnings {
			if about[x] == nil {
				notes = append(notes, x)
			}
			about[x] = append(about[x], m.Key)
		}
	}
	for _, x := range notes {
		of := strings.Join(about[x], ", ")
		if len(about[x]) == len(r.Measures) {
			of = "every measure"
		}
		fmt.Fprintf(&b, "\nnote on %s: %s", of, x)
	}
	b.WriteString("\n")
	return writeNotes(w, &b, r.Warnings)
}

// writeRegressions writes the effects by regression, where they were asked for.
func writeRegressions(b *strings.Builder, r *reports.Impact) {
	if len(r.Covariates) == 0 && r.Panel == "" {
		return
	}
	head := "effect by regression"
	if len(r.Covariates) > 0 {
		head += ", adjusted for " + strings.Join(r.Covariates, ", ")
	}
	if r.Panel != "" {
		head += ", panel of " + r.Panel
	}
	fmt.Fprintf(b, "\n%s\n", head)
	g := grid{{"effect", "", "SE", fmt.Sprintf("%g %% interval", 100*r.Head.Design.Confidence), "p", "p adj.", "detectable", "rows", "clusters", "verdict"}}
	for _, m := range r.Measures {
		places, x := measurePlaces(m.Measure), m.Regression
		e := x.Effect
		var rows []string
		for _, n := range x.Rows {
			rows = append(rows, base(n))
		}
		g = append(g, []string{clip(m.Label), fixed(e.Difference, places), fixed(e.SE, places+1), interval(e.Low, e.High, places), fixed(e.P, 4), fixed(e.PAdjusted, 4),
			fixed(e.MinDetect, places), strings.Join(rows, " "), base(x.Clusters), strings.ReplaceAll(e.Verdict, "_", " ")})
	}
	g.write(b)
}
