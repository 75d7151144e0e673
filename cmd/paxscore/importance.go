package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

type importanceCommand struct {
	input
	selection
	Floor *float64 `placeholder:"W" help:"Least weight, 0.05 unless given."`
	Cap   *float64 `placeholder:"W" help:"Largest weight, 0.40 unless given."`
	YAML  bool     `name:"yaml" help:"Write the dimensions with the suggested weights as they stand in a survey file."`
}

func (c importanceCommand) Help() string {
	return `Which weights do the responses suggest? Each dimension's share of what the dimensions explain of overall satisfaction, held between
floor and cap and rounded. Nothing changes by itself: a person approves the weights, puts the output of --yaml in place of the
dimensions of a model in the survey file, and publishes the file. Weights are usually estimated on twelve months and kept a year.

  paxscore weights study.csv
  paxscore weights --db postgres://… --from 2025-01-01 --to 2025-12-31 --yaml -o dimensions.yaml`
}

func (c importanceCommand) Run(ctx context.Context, s streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	if c.YAML && c.Format == "json" {
		return usage("--yaml is a format of its own: leave out --format json")
	}
	q := reports.ImportanceQuery{Query: query, Floor: c.Floor, Ceiling: c.Cap}
	var survey *surveys.Survey
	ask := func(from *source, d *reports.Dataset) (*reports.ImportanceReport, error) {
		survey = from.survey
		r, err := d.Importance(q)
		if err == nil && c.YAML && len(r.Dimensions) > 0 && !r.Dimensions[0].Suggested.Valid() {
			return nil, fmt.Errorf("no weights are suggested: %s", strings.Join(r.Warnings, " "))
		}
		return r, err
	}
	if c.YAML {
		return answerFrom(ctx, c.input, s, ask, func(w io.Writer, r *reports.ImportanceReport) error { return writeWeights(w, survey, r) })
	}
	return answerFrom(ctx, c.input, s, ask, writeImportance)
}

// writeWeights writes the dimensions of a report's model with the suggested weights for a survey file.
func writeWeights(w io.Writer, survey *surveys.Survey, r *reports.ImportanceReport) error {
	m, err := survey.Model(surveys.ModelKey(r.Model))
	if err != nil {
		return err
	}
	dimensions := make([]surveys.Dimension, len(m.Dimensions))
	for i, d := range m.Dimensions {
		d.DimensionWeight = float64(r.Dimensions[i].Suggested)
		dimensions[i] = d
	}
	if _, err := fmt.Fprintf(w, "    # Suggested from %s responses, R² %s, weights between %g and %g. Not in force before a person has approved and published it.\n",
		base(r.N), fixed(r.R2, 3), r.Floor, r.Ceiling); err != nil {
		return err
	}
	return surveyfile.WriteDimensions(w, dimensions)
}

// writeImportance writes suggested weights for a terminal.
func writeImportance(w io.Writer, r *reports.ImportanceReport) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	fmt.Fprintf(&b, "%s complete responses, R² %s; weights between %g and %g %s\n", base(r.N), fixed(r.R2, 3), r.Floor, r.Ceiling, mark(r.Status))
	g := grid{{"dimension", "in force", "suggested", "SE", "share", "SE", "Johnson", "entropy", "CRITIC"}}
	for _, d := range r.Dimensions {
		g = append(g, []string{clip(d.Label), fixed(d.WeightInForce, 4), fixed(d.Suggested, 4), fixed(d.BoundedSE, 4), fixed(d.Share, 4), fixed(d.ShareSE, 4),
			fixed(d.JohnsonShare, 4), fixed(d.Entropy, 4), fixed(d.Critic, 4)})
	}
	g.write(&b)
	if len(r.Dimensions) > 0 && r.Dimensions[0].Suggested.Valid() {
		b.WriteString("\nEntropy and CRITIC say how much scores vary, not what they matter. Suggested weights are not in force before they are published.\n")
	}
	return writeNotes(w, &b, r.Warnings)
}
