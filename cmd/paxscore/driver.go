package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"paxscore/reports"
)

type driversCommand struct {
	input
	selection
	Items  bool     `help:"Take the items of the dimensions as predictors, not the dimensions."`
	WhatIf []string `sep:"none" placeholder:"D=POINTS" help:"What if a dimension moved by so many points of 100 (efficiency=+3); may be repeated."`
}

func (c driversCommand) Help() string {
	return `What drives overall satisfaction? Each dimension's share of what the dimensions together explain of the overall question, with
its standard error; importance against performance; what low and high scores do; what would go along with a move. These are
associations: what an initiative does is measured with impact. At least 100 complete responses are needed, 10 for each predictor.

  paxscore drivers study.csv
  paxscore drivers --what-if efficiency=+3 --what-if attitude=+1 study.csv
  paxscore drivers --db postgres://… --items --where cabin=business --format json`
}

func (c driversCommand) Run(ctx context.Context, s streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	q := reports.DriverQuery{Query: query, Items: c.Items}
	for _, text := range c.WhatIf {
		shift, err := reports.ParseShift(text)
		if err != nil {
			return usage("--what-if: %v", err)
		}
		q.WhatIf = append(q.WhatIf, shift)
	}
	return answer(ctx, c.input, c.population, &q.Query, s, func(d *reports.Dataset) (*reports.DriverReport, error) { return d.Drivers(q) }, writeDrivers)
}

// writeDrivers writes a driver report for a terminal.
func writeDrivers(w io.Writer, r *reports.DriverReport) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	fmt.Fprintf(&b, "%s on its %s: %s complete responses, R² %s (SE %s) %s\n", r.ResponseLabel, r.Predictors, base(r.N), fixed(r.R2, 3), fixed(r.R2SE, 3), mark(r.Status))
	g := grid{{r.Predictors, "share", "SE", "Johnson", "beta", "r", "Pratt", "VIF", "improved by", ""}}
	for _, d := range r.Drivers {
		leading := ""
		if d.Leading {
			leading = "key driver"
		}
		g = append(g, []string{clip(d.Label), fixed(d.Share, 4), fixed(d.ShareSE, 4), fixed(d.JohnsonShare, 4), fixed(d.Beta, 3), fixed(d.Correlation, 3),
			fixed(d.Pratt, 4), fixed(d.VIF, 2), measureWords(d.Measure), leading})
	}
	g.write(&b)
	g = grid{{"priority", "importance", "performance", "line", "penalty", "reward", "asymmetry", "", ""}}
	for _, d := range r.Drivers {
		row := []string{clip(d.Label), fixed(d.Share, 4), fixed(d.Performance, 2), fixed(d.PerformanceLine, 2), missing, missing, missing, "", strings.ReplaceAll(d.Quadrant, "_", " ")}
		if a := d.Asymmetry; a != nil {
			row[4], row[5], row[6], row[7] = fixed(a.Penalty, 2), fixed(a.Reward, 2), fixed(a.Index, 2), a.Class
		}
		g = append(g, row)
	}
	g.write(&b)
	if x := r.WhatIf; x != nil {
		g = grid{{"what if", "points", "capped", "index"}}
		for _, e := range x.Shifts {
			g = append(g, []string{e.Dimension, fmt.Sprintf("%+g", e.Points), fixed(e.CappedShift, 3), fixed(e.IndexChange, 3)})
		}
		g.write(&b)
		fmt.Fprintf(&b, "\nindex %s, %s where no score passes 100; the overall question goes along by %s points of 100 (SE %s, %s), %s in its own units\n",
			signed(x.IndexChange, 3), signed(x.CappedChange, 3), signed(x.OverallChange, 3), fixed(x.OverallSE, 3), interval(x.OverallLow, x.OverallHigh, 3), signed(x.NativeChange, 4))
	}
	return writeNotes(w, &b, r.Warnings)
}

// measureWords names a kind of measures.
func measureWords(measure string) string {
	if measure == "" {
		return missing
	}
	return strings.ReplaceAll(measure, "_", " ")
}

// signed writes a change.
func signed(n reports.Number, places int) string {
	if n.Valid() && n > 0 {
		return "+" + fixed(n, places)
	}
	return fixed(n, places)
}
