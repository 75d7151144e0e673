package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"paxscore/reports"
	"paxscore/surveys/surveyfile"
)

type operationsCommand struct {
	input
	selection
	Indicators string `required:"" placeholder:"FILE" type:"existingfile" help:"Operational indicators: a YAML file with curves, weights and measured values."`
}

func (c operationsCommand) Help() string {
	return `Punctuality, waiting times and other measured figures, scored by curves that you declare, beside the index of the survey. The blend of both is
shown apart and never takes the place of the index: score, compare and trend do not know of it.

  paxscore operations --indicators examples/operations.yaml responses.csv
  paxscore operations --indicators operations.yaml --db postgres://… --from 2025-01-01 --to 2025-12-31 --format json

examples/operations.yaml explains the format. Values are for all the responses asked about, or for parts that the file declares. With peers,
airlines are ranked by their values, too.`
}

func (c operationsCommand) Run(ctx context.Context, s streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	src, err := os.ReadFile(c.Indicators)
	if err != nil {
		return fmt.Errorf("read operations file: %w", err)
	}
	return answerFrom(ctx, c.input, s, func(from *source, d *reports.Dataset) (*reports.Operations, error) {
		declared, err := surveyfile.ReadOperations(filepath.Base(c.Indicators), src, from.survey)
		if err != nil {
			return nil, err
		}
		return d.Operations(reports.OperationsQuery{Query: query, Operations: declared})
	}, writeOperations)
}

// writeOperations writes operational indicators beside the index for a terminal.
func writeOperations(w io.Writer, r *reports.Operations) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	if r.OperationsTitle != "" {
		fmt.Fprintf(&b, "\n%s\n", r.OperationsTitle)
	}
	for _, x := range r.Groups {
		fmt.Fprintf(&b, "\n%s%s\n", x.Label, groupText(x))
		g := grid{{"operational indicator", "value", "unit", "weight", "score", "points", ""}}
		for i, s := range x.Indicators {
			of := r.Indicators[i]
			note := of.Better + " is better"
			if of.Better == "neither" {
				note = ""
			}
			g = append(g, []string{clip(of.Label), plain(s.Value), of.Unit, fixed(s.EffectiveWeight, 4), fixed(s.Score, 2), fixed(s.Contribution, 3), note})
		}
		g.write(&b)
		g = grid{{"", "points", "SE", "interval", "n", ""}}
		g = append(g, []string{"Index of the survey", fixed(x.Index.Estimate, 2), fixed(x.Index.SE, 3), interval(x.Index.Low, x.Index.High, 2), base(x.Index.N), mark(x.Index.Status)})
		note := strings.ReplaceAll(x.Status, "_", " ")
		if x.Status == "ok" {
			note = ""
		} else if x.Covered.Valid() && x.Status != "not_measured" {
			note += ", " + percent(x.Covered) + " of the weight measured"
		}
		g = append(g, []string{"Operational index", fixed(x.Operational, 2), "", "", "", note})
		g = append(g, []string{fmt.Sprintf("Blend, %s operational", percent(reports.Number(r.OperationalShare))), fixed(x.Blend.Estimate, 2), fixed(x.Blend.SE, 3), interval(x.Blend.Low, x.Blend.High, 2), "", signed(x.Blend.Difference, 2)})
		g.write(&b)
	}
	if r.Ranking != nil {
		writeRanking(&b, r)
	}
	b.WriteString("\nThe index of the survey stands as it is; the blend is beside it. Operational values are taken as declared, without error.\n")
	return writeNotes(w, &b, r.Warnings)
}

func groupText(x reports.OperationsGroup) string {
	var parts []string
	for _, c := range x.Where {
		parts = append(parts, c.Attribute+" = "+strings.Join(c.Values, " or "))
	}
	if x.From != nil {
		parts = append(parts, "from "+stamp(*x.From))
	}
	if x.To != nil {
		parts = append(parts, "before "+stamp(*x.To))
	}
	if parts == nil {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func writeRanking(b *strings.Builder, r *reports.Operations) {
	label := map[string]string{}
	for _, i := range r.Indicators {
		label[i.Key] = i.Label
	}
	g := grid{{"ranking among peers", "value", "score", "min-max", "50+10z", "rank"}}
	for _, p := range r.Ranking.Peers {
		rank := missing
		if p.Rank != nil {
			rank = strconv.Itoa(*p.Rank)
		}
		g = append(g, []string{clip(p.Label), "", "", fixed(p.MinMax, 1), fixed(p.T, 1), rank})
		for _, i := range p.Indicators {
			g = append(g, []string{"  " + clip(label[i.Key]), plain(i.Value), fixed(i.Score, 1), fixed(i.MinMax, 1), fixed(i.T, 1), ""})
		}
	}
	g.write(b)
}

// plain writes a number as it was given.
func plain(n reports.Number) string {
	if !n.Valid() {
		return missing
	}
	return strconv.FormatFloat(float64(n), 'f', -1, 64)
}
