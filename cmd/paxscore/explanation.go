package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"paxscore/reports"
)

type explainCommand struct {
	input
	selection
	By          string `placeholder:"A" help:"With an earlier period: what happened within the groups of an attribute, and to their mix."`
	VersusFrom  string `placeholder:"DATE" help:"Begin of the earlier period."`
	VersusTo    string `placeholder:"DATE" help:"End of the earlier period, which is before or after that of --from and --to."`
	Response    string `placeholder:"ID" help:"One response: its id, or of a file its row number (the first under the header is 1) or id=REFERENCE of its respondent."`
	VersusModel string `placeholder:"KEY" help:"Model of the earlier period, if its weights were others."`
}

func (c explainCommand) Help() string {
	return `Why is it 7.53? What each dimension and item contributes to the index; the contributions add up exactly. With an earlier period, what
of the change came from scores and what from weights, and by an attribute, what from within its groups and what from their mix. Of one response:
what each answer contributes, with the weights that what is missing leaves, and what the screening makes of it.

  paxscore explain study.csv --model study --where route=domestic
  paxscore explain study.csv --response 17
  paxscore explain --db postgres://… --from 2025-07-01 --versus-to 2025-06-30 --by cabin`
}

func (c explainCommand) Run(ctx context.Context, s streams) error {
	if c.Response != "" {
		return c.response(ctx, s)
	}
	query, err := c.query()
	if err != nil {
		return err
	}
	if c.By != "" {
		query.By = [][]string{reports.ParseBy(c.By)}
	}
	q := reports.ExplanationQuery{Query: query}
	if c.VersusFrom != "" || c.VersusTo != "" || c.VersusModel != "" {
		q.Versus = &reports.Versus{Model: c.VersusModel}
		if q.Versus.From, q.Versus.To, err = reports.ParsePeriod(c.VersusFrom, c.VersusTo); err != nil {
			return usage("--versus-%v", err)
		}
	}
	return answer(ctx, c.input, c.population, &q.Query, s, func(d *reports.Dataset) (*reports.Explanation, error) { return d.Explain(q) }, writeExplanation)
}

// writeExplanation writes an explanation for a terminal.
func writeExplanation(w io.Writer, r *reports.Explanation) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	g := grid{{"contribution", "weight", "score", "points", "n", ""}}
	for _, d := range r.Dimensions {
		g = append(g, []string{clip(d.Label), fixed(reports.Number(d.DimensionWeight), 4), fixed(d.Estimate.Estimate, 2), fixed(d.Contribution, 3), base(d.N), mark(d.Status)})
		for _, i := range d.Items {
			g = append(g, []string{"  " + clip(i.Label), fixed(i.RealisedShare, 4), fixed(i.Mean, 2), fixed(i.Contribution, 3), base(i.N), mark(i.Status)})
		}
	}
	g = append(g, []string{"Index of dimension means", "", "", fixed(r.IndexOfMeans.Estimate, 3), base(r.IndexOfMeans.N), mark(r.IndexOfMeans.Status)})
	g.write(&b)
	fmt.Fprintf(&b, "\nThe index, mean of the passengers' indices, is %s: %s for missing answers.\n", fixed(r.Overall.Estimate, 3), signed(r.MissingDataGap, 3))
	if r.Change != nil {
		writeChange(&b, r.Change)
	}
	return writeNotes(w, &b, r.Warnings)
}

func writeChange(b *strings.Builder, c *reports.Change) {
	fmt.Fprintf(b, "\nchange from %s (%s, %s valid): %s, SE %s, %s; from scores %s, from weights %s\n", fixed(c.Before.Estimate, 3), c.ModelVersion,
		count(c.Responses.Valid), signed(c.Difference, 3), fixed(c.SE, 3), interval(c.Low, c.High, 3), signed(c.FromScores, 3), signed(c.FromWeights, 3))
	g := grid{{"change", "weight before", "after", "score before", "after", "from scores", "from weights", ""}}
	for _, d := range c.Dimensions {
		g = append(g, []string{clip(d.Label), fixed(d.WeightBefore, 4), fixed(d.WeightAfter, 4), fixed(d.MeanBefore, 2), fixed(d.MeanAfter, 2), signed(d.FromScores, 3), signed(d.FromWeights, 3), ""})
		for _, i := range d.Items {
			g = append(g, []string{"  " + clip(i.Label), "", "", "", "", signed(i.FromScores, 3), signed(i.FromShares, 3), ""})
		}
	}
	g.write(b)
	if c.Groups == nil {
		return
	}
	g = grid{{"by " + c.Groups.Attribute, "share before", "after", "index before", "after", "within", "mix", ""}}
	for _, x := range c.Groups.Groups {
		g = append(g, []string{clip(x.Label), percent(x.ShareBefore), percent(x.ShareAfter), fixed(x.MeanBefore, 2), fixed(x.MeanAfter, 2), signed(x.Within, 3), signed(x.Mix, 3), mark(x.Status)})
	}
	g = append(g, []string{"All, " + signed(c.Groups.Difference, 3), "", "", "", "", signed(c.Groups.Within, 3), signed(c.Groups.Mix, 3), ""})
	g.write(b)
}
