package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"paxscore/reports"
)

type trendCommand struct {
	input
	selection
	Period   string   `enum:",day,week,month,quarter" default:"" placeholder:"LENGTH" help:"day, week (from Monday), month or quarter of submission, in UTC; month unless given."`
	Along    string   `placeholder:"A" help:"An attribute whose values, in their order, are the periods, for files without a time of submission."`
	Measure  []string `placeholder:"KEY" help:"index, overall, nps, top_box, promoters, detractors or a dimension; may be repeated. All but the shares unless given."`
	Baseline int      `default:"12" placeholder:"N" help:"Periods from the first that control limits rest on."`
	Rules    string   `placeholder:"N[,N]" help:"Rules of the control charts, of 1 to 8; 1,2,5,6 unless given."`
	Splice   []string `sep:"none" placeholder:"VERSION[=FROM..TO]" help:"From this questionnaire version on figures are on another level; older ones are moved by the difference over the days on which both ran, or over the periods that have both. May be repeated; takes the place of one that the survey declares."`
	Event    []string `sep:"none" placeholder:"DATE=LABEL" help:"Something to be marked, as 2025-07-01=crew training; may be repeated."`
}

func (c trendCommand) Help() string {
	return `Each measure period by period on its control chart: individual values and moving ranges, weighted moving averages, for the top
box a p chart. A signal stands with the point that completes its pattern: rule 1 (beyond the limits), 2 (nine on one side), 5 (two of
three far off), 6 (four of five off), moving_range, ewma; with --rules also 3 (six rising or falling), 4 (fourteen up and down in turn),
7 (fifteen near the centre), 8 (eight off it).

Where a questionnaire changes, a splice that the survey declares or --splice names brings the versions to the level of the newest: both are
told over the time in which both ran, with the offset and its standard error.

  paxscore trend --along month --measure index study.csv
  paxscore trend --db postgres://… --period week --where route=domestic --event "2025-07-01=crew training"
  paxscore trend --db postgres://… --splice 2=2025-06-01..2025-06-30 --rules 1,2,3,4,5,6,7,8`
}

func (c trendCommand) Run(ctx context.Context, s streams) error {
	q := reports.TrendQuery{Period: c.Period, Along: c.Along, Measures: c.Measure, Baseline: c.Baseline}
	var err error
	if q.Query, err = c.query(); err != nil {
		return err
	}
	if c.Baseline < 1 {
		return usage("--baseline: must be a whole number above 0")
	}
	if c.Rules != "" {
		if q.Rules, err = reports.ParseRules(c.Rules); err != nil {
			return usage("--rules: %v", err)
		}
	}
	for _, text := range c.Splice {
		x, err := reports.ParseSplice(text)
		if err != nil {
			return usage("--splice: %v", err)
		}
		q.Splices = append(q.Splices, x)
	}
	for _, text := range c.Event {
		e, err := reports.ParseEvent(text)
		if err != nil {
			return usage("--event: %v", err)
		}
		q.Events = append(q.Events, e)
	}
	return answer(ctx, c.input, c.population, &q.Query, s, func(d *reports.Dataset) (*reports.Trends, error) { return d.Trend(q) }, writeTrends)
}

func writeTrends(w io.Writer, r *reports.Trends) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	marks := map[string][]string{}
	for _, x := range r.Breaks {
		marks[x.Period] = append(marks[x.Period], "new questionnaire version")
	}
	for _, e := range r.Events {
		if e.Period == "" {
			fmt.Fprintf(&b, "event outside the periods: %s %s\n", e.Date.Format(time.DateOnly), e.Label)
		}
		marks[e.Period] = append(marks[e.Period], e.Label)
	}
	if len(r.Periods) == 0 {
		fmt.Fprintln(&b, "no period has a valid response; --along takes an attribute for the period, such as the month of travel")
		return writeNotes(w, &b, r.Warnings)
	}
	for _, m := range r.Series {
		places := measurePlaces(m.Measure)
		g := grid{{clip(m.Label), "figure", "SE", "n", "change", "p adj.", "limits", "EWMA", "", ""}}
		for _, p := range m.Points {
			change, adjusted := reports.None(), reports.None()
			if p.Change != nil {
				change, adjusted = p.Change.Difference, p.Change.PAdjusted
			}
			notes := append(append([]string{}, p.Signals...), marks[p.Period]...)
			if p.Offset != 0 {
				notes = append(notes, "moved by "+fixed(p.Offset, places))
			}
			g = append(g, []string{p.Period, fixed(p.Estimate.Estimate, places), fixed(p.SE, places+1), base(p.N), fixed(change, places), fixed(adjusted, 4),
				interval(p.LimitLow, p.LimitHigh, places), fixed(p.EWMA, places), mark(p.Status), strings.Join(notes, ", ")})
		}
		g.write(&b)
		if l := m.Limits; l != nil {
			fmt.Fprintf(&b, "limits of %d periods: centre %s, %s, moving range up to %s\n", l.Periods, fixed(l.Centre, places), interval(l.Low, l.High, places), fixed(l.RangeHigh, places))
		}
		if l := m.ShareLimits; l != nil {
			fmt.Fprintf(&b, "%s chart of %d periods: centre %s, overdispersion p %s\n", l.Chart, l.Periods, fixed(l.Centre, places), fixed(l.P, 4))
		}
		fmt.Fprintf(&b, "slope %s a period, SE %s, p %s; Mann-Kendall S %d, p %s; median slope %s\n", fixed(m.Line.Slope, places+1), fixed(m.Line.SE, places+1), fixed(m.Line.P, 4),
			m.Ranks.S, fixed(m.Ranks.P, 4), fixed(m.TheilSen, places+1))
		for _, x := range m.Splices {
			fmt.Fprintf(&b, "splice at version %d over %s: %s before (n %s), %s after (n %s), offset %s, SE %s\n", x.Version, strings.Join(x.Periods, ", "),
				fixed(x.Old.Estimate, places), base(x.Old.N), fixed(x.New.Estimate, places), base(x.New.N), fixed(x.Offset, places), fixed(x.SE, places+1))
		}
		for _, x := range m.Warnings {
			fmt.Fprintf(&b, "note: %s\n", x)
		}
	}
	return writeNotes(w, &b, r.Warnings)
}
