package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"paxscore/reports"
)

// appraisal is what questions of quality have beyond a selection.
type appraisal struct {
	selection
	Channel     string `placeholder:"A" help:"Attribute within which equal answers count as repeated; channel or device if the survey has it, else mode."`
	Groups      string `placeholder:"A" help:"Attribute between whose values the loadings of items are compared; language unless given."`
	Undelivered int    `placeholder:"N" help:"Invitations that came back or had no address."`
	Declined    int    `placeholder:"N" help:"Invited persons who refused."`
	Ineligible  int    `placeholder:"N" help:"Invited persons who were no passengers."`
}

func (a appraisal) query(from *source) (reports.QualityQuery, error) {
	q, err := a.selection.query()
	if err != nil {
		return reports.QualityQuery{}, err
	}
	if err := a.weigh(from.survey, &q); err != nil {
		return reports.QualityQuery{}, err
	}
	f := reports.Fieldwork{Undelivered: a.Undelivered, Declined: a.Declined, Ineligible: a.Ineligible}
	if f.Invitations, f.Known, err = from.invitations(); err != nil {
		return reports.QualityQuery{}, err
	}
	return reports.QualityQuery{Query: q, Channel: a.Channel, Groups: a.Groups, Fieldwork: f}, nil
}

type qualityCommand struct {
	input
	appraisal
}

func (c qualityCommand) Help() string {
	return `Counts what screening leaves out and what it only flags, and shows the index with and without flagged responses; item
nonresponse and the shape of the answers; reliability of each dimension; index against the overall item; response rates RR1 to RR6
from the invitations, where responses are stored.

  paxscore quality study.csv --model study
  paxscore quality --db postgres://… --survey default --where wave=spring --undelivered 12`
}

func (c qualityCommand) Run(ctx context.Context, s streams) error {
	return answerFrom(ctx, c.input, s, func(from *source, data *reports.Dataset) (*reports.Quality, error) {
		q, err := c.appraisal.query(from)
		if err != nil {
			return nil, err
		}
		return data.Quality(q)
	}, writeQuality)
}

func writeQuality(w io.Writer, q *reports.Quality) error {
	var b strings.Builder
	writeHead(&b, q.Head)
	g := grid{{"screening", "left out", "break the rule", "share", ""}}
	for _, r := range q.Screening {
		force := ""
		if !r.InForce {
			force = "not in force"
		}
		g = append(g, []string{r.Key, base(r.Excluded), base(r.Breaking.N), percent(r.Breaking.Share), force})
	}
	g.write(&b)
	g = grid{{"flag", "all read", "share", "valid", "share", ""}}
	for _, f := range q.Flags {
		g = append(g, []string{f.Key, base(f.Read.N), percent(f.Read.Share), base(f.Valid.N), percent(f.Valid.Share), f.Rule})
	}
	g.write(&b)
	confidence := fmt.Sprintf("%g %% interval", 100*q.Design.Confidence)
	g = grid{{"index on", "n", "index", "SE", confidence, "difference", "overall", ""}}
	for _, s := range q.Sensitivity {
		overall := reports.None()
		if s.OverallItem != nil {
			overall = s.OverallItem.Mean
		}
		g = append(g, []string{strings.ReplaceAll(s.Set, "_", " "), base(s.N), fixed(s.Index.Estimate, 2), fixed(s.Index.SE, 3),
			interval(s.Index.Low, s.Index.High, 2), fixed(s.Difference, 3), fixed(overall, 4), mark(s.Index.Status)})
	}
	g.write(&b)
	writeQualityItems(&b, q)
	g = grid{{"dimension", "alpha", confidence, "omega", "lambda 6", "odd-even", "Rulon", "AVE", "n", ""}}
	for _, r := range q.Reliability {
		g = append(g, []string{clip(r.Label), fixed(r.Alpha, 3), interval(r.Low, r.High, 3), fixed(r.Omega, 3), fixed(r.Lambda6, 3),
			fixed(r.SplitHalf.SpearmanBrown, 3), fixed(r.SplitHalf.Rulon, 3), fixed(r.AVE, 3), base(r.N), mark(r.Status)})
		for _, it := range r.Items {
			g = append(g, []string{"  " + it.Key, "rest r " + fixed(it.RestR, 2), "alpha without " + fixed(it.AlphaIfDropped, 3), "loading " + fixed(it.Loading, 2), "", "", "", "", "", ""})
		}
	}
	g.write(&b)
	fmt.Fprintf(&b, "\nKMO %s, Bartlett's chi-square %s on %s, p %s, n %s; index and overall item r %s, R² %s\n", fixed(q.Structure.KMO, 3), fixed(q.Structure.Bartlett.ChiSquare, 1),
		fixed(q.Structure.Bartlett.DF, 0), fixed(q.Structure.Bartlett.P, 4), base(q.Structure.N), fixed(q.Validity.R, 4), fixed(q.Validity.R2, 4))
	g = grid{{"heterotrait-monotrait ratio", "", "HTMT"}}
	for _, p := range q.Structure.HTMT {
		g = append(g, []string{p.A, p.B, fixed(p.HTMT, 3)})
	}
	g.write(&b)
	g = grid{{"loadings by " + q.Congruence.Attribute, "", "", "phi", ""}}
	for _, d := range q.Congruence.Dimensions {
		for _, p := range d.Pairs {
			g = append(g, []string{clip(d.Label), clip(p.A), clip(p.B), fixed(p.Phi, 4), map[bool]string{true: "alike", false: "not alike"}[p.Alike]})
		}
	}
	if len(g) > 1 {
		g.write(&b)
	}
	writeRates(&b, q.ResponseRates)
	return writeNotes(w, &b, q.Warnings)
}

func writeQualityItems(b *strings.Builder, q *reports.Quality) {
	g := grid{{"item", "answered", "skipped", "not applicable", "not routed", "mean", "SD", "quartiles", "skew", "consensus", "polarisation", "floor", "ceiling", ""}}
	for _, it := range q.Items {
		d := reports.Distribution{Mean: reports.None(), SD: reports.None(), Skewness: reports.None(), Consensus: reports.None(), Polarisation: reports.None(), Floor: reports.None(), Ceiling: reports.None()}
		if it.Distribution != nil {
			d = *it.Distribution
		}
		quartiles := make([]string, len(d.Quantiles))
		for i, x := range d.Quantiles {
			quartiles[i] = fixed(x.Value, 0)
		}
		note := mark(it.Status)
		if d.FloorFlag {
			note += " floor"
		}
		if d.CeilingFlag {
			note += " ceiling"
		}
		g = append(g, []string{it.Key, base(it.Answered.N), percent(it.Skipped.Share), percent(it.NotApplicable.Share), percent(it.NotRouted.Share),
			fixed(d.Mean, 2), fixed(d.SD, 2), strings.Join(quartiles, " "), fixed(d.Skewness, 2), fixed(d.Consensus, 3), fixed(d.Polarisation, 3), percent(d.Floor), percent(d.Ceiling), strings.TrimSpace(note)})
	}
	g.write(b)
	g = grid{{"time", "1 %", "5 %", "25 %", "50 %", "75 %", "95 %", "99 %", ""}}
	for _, x := range []struct {
		label string
		of    []reports.Quantile
	}{{"seconds", q.Speed.Quantiles}, {"seconds per answer", q.Speed.SecondsPerItem}} {
		if len(x.of) == 0 {
			continue
		}
		row := []string{x.label}
		for _, v := range x.of {
			row = append(row, fixed(v.Value, 1))
		}
		g = append(g, append(row, ""))
	}
	g.write(b)
}

func writeRates(b *strings.Builder, r *reports.ResponseRates) {
	if r == nil {
		return
	}
	fmt.Fprintf(b, "\n%s invited: %s complete, %s partial, %s broken off, %s refused, %s ineligible, %s of unknown eligibility (%s came back), e %s\n",
		count(r.Invited), count(r.Complete), count(r.Partial), count(r.BreakOffs), count(r.Refused), count(r.Ineligible), count(r.Unknown), count(r.Undelivered), fixed(r.Eligibility, 3))
	fmt.Fprintf(b, "response rates: RR1 %s, RR2 %s, RR3 %s, RR4 %s, RR5 %s, RR6 %s\n",
		percent(r.RR1), percent(r.RR2), percent(r.RR3), percent(r.RR4), percent(r.RR5), percent(r.RR6))
	for _, warning := range r.Warnings {
		fmt.Fprintf(b, "note: %s\n", warning)
	}
}
