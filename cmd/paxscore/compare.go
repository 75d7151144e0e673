package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"paxscore/reports"
)

type compareCommand struct {
	input
	selection
	By         []string `sep:"none" placeholder:"A[,B]" help:"Every pair of the segments by an attribute, or by several crossed."`
	Segment    []string `sep:"none" placeholder:"A=V[,V]" help:"One group: responses whose attribute has one of the values; may be repeated, all must hold."`
	Against    []string `sep:"none" placeholder:"A=V[,V]" help:"The other group, likewise."`
	VersusFrom string   `placeholder:"DATE" help:"Start of the period that --from and --to are compared with."`
	VersusTo   string   `placeholder:"DATE" help:"Its end, included."`
	Measure    []string `placeholder:"KEY" help:"index, overall, nps, top_box, promoters, detractors or a dimension; may be repeated. All but the shares unless given."`
	Scan       bool     `help:"Adjust p-values over every test by Benjamini and Hochberg, not within each measure by Holm."`
}

func (c compareCommand) Help() string {
	return `Which groups differ, by more than chance and by enough to matter? Each difference comes with its standard error, the p-value
adjusted for how many there are, and a verdict: different, same (within the model's margin) or unclear.

  paxscore compare --by cabin study.csv
  paxscore compare --segment cabin=business,first --against cabin=economy study.csv
  paxscore compare --from 2025-07-01 --to 2025-12-31 --versus-from 2025-01-01 --versus-to 2025-06-30 --measure attitude study.csv
  paxscore compare --db postgres://… --by route --scan --format json`
}

func (c compareCommand) Run(ctx context.Context, s streams) error {
	q := reports.CompareQuery{Measures: c.Measure, Scan: c.Scan}
	var err error
	if q.Query, err = c.query(); err != nil {
		return err
	}
	for _, by := range c.By {
		q.By = append(q.By, reports.ParseBy(by))
	}
	if q.Segment, err = conditions("--segment", c.Segment); err != nil {
		return err
	}
	if q.Against, err = conditions("--against", c.Against); err != nil {
		return err
	}
	if q.VersusFrom, q.VersusTo, err = reports.ParsePeriod(c.VersusFrom, c.VersusTo); err != nil {
		return usage("--versus-%v", err)
	}
	return answer(ctx, c.input, c.population, &q.Query, s, func(d *reports.Dataset) (*reports.Comparisons, error) { return d.Compare(q) }, writeComparisons)
}

func writeComparisons(w io.Writer, r *reports.Comparisons) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	g := grid{{"", "n", ""}}
	for i, x := range r.Groups {
		g = append(g, []string{fmt.Sprintf("%d %s", i+1, clip(x.Label)), base(x.N), mark(x.Status)})
	}
	g.write(&b)
	for _, m := range r.Measures {
		heads := []string{clip(m.Label)}
		values, errors := []string{"figure"}, []string{"SE"}
		for i, e := range m.Figures {
			heads, values, errors = append(heads, fmt.Sprint(i+1)), append(values, fixed(e.Estimate, measurePlaces(m.Measure))), append(errors, fixed(e.SE, measurePlaces(m.Measure)+1))
		}
		grid{append(heads, ""), append(values, ""), append(errors, "")}.write(&b)
		if e := m.Equal; e.F.Valid() {
			fmt.Fprintf(&b, "all %d alike: F %s on %s and %s, p %s\n", e.Groups, fixed(e.F, 3), fixed(e.DF1, 0), fixed(e.DF2, 1), fixed(e.P, 4))
		}
		g := grid{{"difference", "", "SE", fmt.Sprintf("%g %% interval", 100*r.Design.Confidence), "g", "p", "p adj.", "verdict"}}
		for _, p := range m.Pairs {
			verdict := strings.ReplaceAll(p.Verdict, "_", " ")
			if p.Reason != "" {
				verdict += ": " + p.Reason
			}
			places := measurePlaces(m.Measure)
			g = append(g, []string{clip(p.Label), fixed(p.Difference, places), fixed(p.SE, places+1), interval(p.Low, p.High, places), fixed(p.HedgesG, 3), fixed(p.P, 4), fixed(p.PAdjusted, 4), verdict})
		}
		g.write(&b)
		writeShareDifferences(&b, m, r.Design.Confidence)
	}
	adjusted := "p adjusted within each measure by Holm"
	if r.Adjustment == reports.AdjustBenjaminiHochberg {
		adjusted = "p adjusted over all tests by Benjamini and Hochberg"
	}
	fmt.Fprintf(&b, "\n%s; margin %g of 100\n", adjusted, r.Policy.Margin)
	return writeNotes(w, &b, r.Warnings)
}

// writeShareDifferences sets the differences of shares as of independent samples below those by design.
func writeShareDifferences(b *strings.Builder, m reports.ComparedMeasure, confidence float64) {
	var method string
	g := grid{{"as of independent samples", "SE", fmt.Sprintf("%g %% interval", 100*confidence), "z", "p", ""}}
	for _, p := range m.Pairs {
		if x := p.Shares; x != nil {
			method = x.Method
			g = append(g, []string{clip(p.Label), fixed(x.SE, 5), interval(x.Low, x.High, 4), fixed(x.Z, 3), fixed(x.P, 4), ""})
		}
	}
	if method != "" {
		g.write(b)
		fmt.Fprintf(b, "%s\n", method)
	}
}

// measurePlaces is the number of decimals of a measure: two of 100, four of a share.
func measurePlaces(m reports.Measure) int {
	if m.High-m.Low <= 1 {
		return 4
	}
	return 2
}
