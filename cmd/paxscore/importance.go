package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"paxscore/imports"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

type importanceCommand struct {
	input
	selection
	Floor       *float64 `placeholder:"W" help:"Least weight, 0.05 unless given."`
	Cap         *float64 `placeholder:"W" help:"Largest weight, 0.40 unless given."`
	Judgements  string   `placeholder:"FILE" type:"existingfile" help:"Judgements file (YAML): experts' pairwise comparisons of the dimensions, points, or both."`
	Combine     string   `placeholder:"FORM" help:"How derived weights and experts' are combined: linear (unless given), product or geometric."`
	Theta       *float64 `placeholder:"PART" help:"Part of the derived weights, 0.5 unless given."`
	Over        string   `placeholder:"A[,B]" help:"Entropy and CRITIC weights over the segments of these attributes, crossed, too."`
	Depends     []string `sep:"none" placeholder:"D=D[,D]" help:"Let a dimension depend on others in the path model; may be repeated."`
	YAML        bool     `name:"yaml" help:"Write the dimensions with the suggested weights as they stand in a survey file, as does -o FILE.yaml."`
	ApprovedBy  string   `placeholder:"NAME" help:"With --yaml: who has approved the weights; written before the dimensions, with the day."`
	FrozenUntil string   `placeholder:"DATE" help:"With --approved-by: the day from which the weights may change, a year from now unless given."`
}

func (c importanceCommand) Help() string {
	return `Which weights do the responses suggest? Each dimension's share of what the dimensions explain of overall satisfaction, held between
floor and cap and rounded; what other methods say stands beside it. With a judgements file the shares are combined with the priorities
of experts (analytic hierarchy process):

  experts:
    - name: Head of cabin service
      judgements:                  # every pair of dimensions once, from 1/9 to 9
        attitude/efficiency: 1/2
        attitude/content: 5
        …

Nothing changes by itself: a person approves the weights, puts the output of --yaml in place of the dimensions of a model in the survey
file, best of a new one beside the old, and publishes the file. Weights are usually estimated on twelve months and frozen for a year.

  paxscore weights study.csv
  paxscore weights --judgements panel.yaml --theta 0.7 study.csv
  paxscore weights --db postgres://… --from 2025-01-01 --to 2025-12-31 --approved-by "Quality board" -o dimensions.yaml`
}

func (c importanceCommand) Run(ctx context.Context, s streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	c.YAML = c.YAML || isYAML(c.Out)
	q := reports.ImportanceQuery{Query: query, Floor: c.Floor, Ceiling: c.Cap, Combination: c.Combine, Theta: c.Theta, Today: time.Now()}
	if c.Over != "" {
		q.Over = reports.ParseBy(c.Over)
	}
	for _, text := range c.Depends {
		d, err := reports.ParseDependence(text)
		if err != nil {
			return usage("--depends: %v", err)
		}
		q.Depends = append(q.Depends, d)
	}
	approval, err := c.approval(surveys.DateOf(q.Today))
	if err != nil {
		return err
	}
	var survey *surveys.Survey
	ask := func(from *source, d *reports.Dataset) (*reports.ImportanceReport, error) {
		survey = from.survey
		if err := c.weigh(survey, &q.Query); err != nil {
			return nil, err
		}
		if q.Judgements, err = readJudgements(c.Judgements, c.Model, survey); err != nil {
			return nil, err
		}
		r, err := d.Importance(q)
		if err == nil && c.YAML && (len(r.Dimensions) == 0 || !r.Dimensions[0].Suggested.Valid()) {
			return nil, fmt.Errorf("no weights are suggested: %s", strings.Join(r.Warnings, " "))
		}
		return r, err
	}
	if c.YAML {
		return answerFrom(ctx, c.input, s, ask, func(w io.Writer, r *reports.ImportanceReport) error { return writeWeights(w, survey, r, approval) })
	}
	return answerFrom(ctx, c.input, s, ask, writeImportance)
}

// approval is what the flags say of one, without its method; nil for none.
func (c importanceCommand) approval(today surveys.Date) (*surveys.Approval, error) {
	switch {
	case c.YAML && c.Format == "json":
		return nil, usage("--yaml is a format of its own: leave out --format json")
	case c.ApprovedBy != "" && !c.YAML:
		return nil, usage("--approved-by is for weights written with --yaml")
	case c.FrozenUntil != "" && c.ApprovedBy == "":
		return nil, usage("--frozen-until is for weights that somebody has approved: give --approved-by")
	case c.ApprovedBy == "":
		return nil, nil
	}
	day, _ := time.Parse(time.DateOnly, string(today))
	a := &surveys.Approval{By: c.ApprovedBy, On: today, FrozenUntil: surveys.DateOf(day.AddDate(1, 0, 0))}
	if c.FrozenUntil != "" {
		a.FrozenUntil = surveys.Date(c.FrozenUntil)
		if !a.FrozenUntil.Valid() || a.FrozenUntil < today {
			return nil, usage("--frozen-until: %q is not a day from today on, of the form 2026-01-31", c.FrozenUntil)
		}
	}
	return a, nil
}

// readJudgements reads a judgements file about the dimensions of a model; nil for no file.
func readJudgements(name, model string, s *surveys.Survey) (*surveys.Judgements, error) {
	if name == "" {
		return nil, nil
	}
	m, err := s.Model(surveys.ModelKey(model))
	if err != nil {
		return nil, nil // the question itself is refused
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read judgements file: %w", err)
	}
	return imports.ReadJudgements(filepath.Base(name), src, m)
}

// writeWeights writes the dimensions of a report's model with the suggested weights for a survey file, and who approved them unless approval is
// nil.
func writeWeights(w io.Writer, survey *surveys.Survey, r *reports.ImportanceReport, approval *surveys.Approval) error {
	m, err := survey.Model(surveys.ModelKey(r.Model))
	if err != nil {
		return err
	}
	dimensions := make([]surveys.Dimension, len(m.Dimensions))
	for i, d := range m.Dimensions {
		d.DimensionWeight = float64(r.Dimensions[i].Suggested)
		dimensions[i] = d
	}
	words := "Not in force before a person has approved and published it."
	if approval != nil {
		approval.Method = surveys.ApprovalMethod(r.Basis)
		words = "Not in force before it is published."
	}
	if _, err := fmt.Fprintf(w, "    # Suggested from %s responses, R² %s%s, weights between %g and %g. %s\n",
		base(r.N), fixed(r.R2, 3), combinationText(r), r.Floor, r.Ceiling, words); err != nil {
		return err
	}
	return surveyfile.WriteDimensions(w, dimensions, approval)
}

func combinationText(r *reports.ImportanceReport) string {
	if r.Combination == nil {
		return ""
	}
	text := fmt.Sprintf(", combined (%s", r.Combination.Form)
	if t := r.Combination.Theta; t != nil {
		text += fmt.Sprintf(", derived %g", *t)
	}
	if n := len(r.Judgements.Experts); n != 1 {
		return text + fmt.Sprintf(") with the judgements of %d experts", n)
	}
	return text + ") with the judgements of one expert"
}

// writeImportance writes suggested weights for a terminal.
func writeImportance(w io.Writer, r *reports.ImportanceReport) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	fmt.Fprintf(&b, "%s complete responses, R² %s%s; weights between %g and %g %s\n", base(r.N), fixed(r.R2, 3), combinationText(r), r.Floor, r.Ceiling, mark(r.Status))
	if a := r.Approval; a != nil {
		fmt.Fprintf(&b, "weights in force approved by %s on %s (%s)", a.By, a.On, a.Method)
		if a.FrozenUntil != nil {
			fmt.Fprintf(&b, ", frozen until %s", *a.FrozenUntil)
		}
		b.WriteByte('\n')
	}
	g := grid{{"dimension", "in force", "suggested", "SE", "drift", "bounded"}}
	for _, d := range r.Dimensions {
		g = append(g, []string{clip(d.Label), fixed(d.WeightInForce, 4), fixed(d.Suggested, 4), fixed(d.BoundedSE, 4), signed(d.Drift, 4), d.Bound})
	}
	g.write(&b)
	if x := r.Index; x != nil {
		fmt.Fprintf(&b, "index by these %s, SE %s with the weights fixed, %s with weights suggested anew (n %d)\n", fixed(x.Estimate, 2), fixed(x.SE, 3), fixed(x.SENew, 3), x.N)
	}
	writeMethods(&b, r)
	if j := r.Judgements; j != nil && len(j.Experts) > 0 {
		g = grid{{"judgements", "voice", "CI", "CR", ""}}
		for _, e := range j.Experts {
			verdict := "consistent"
			if !e.Consistent {
				verdict = "rejected"
			}
			g = append(g, []string{clip(e.Name), fixed(reports.Number(e.Voice), 2), fixed(e.ConsistencyIndex, 4), fixed(e.ConsistencyRatio, 4), verdict})
		}
		if x := j.Group; x != nil {
			g = append(g, []string{"group", "", fixed(x.ConsistencyIndex, 4), fixed(x.ConsistencyRatio, 4), "consistent"})
		}
		g.write(&b)
	}
	writePaths(&b, r.PathModel)
	if len(r.Dimensions) > 0 && r.Dimensions[0].Suggested.Valid() {
		b.WriteString("\nMethods marked * say how much scores vary, not what they matter. Suggested weights are not in force before they are published.\n")
	}
	return writeNotes(w, &b, r.Warnings)
}

// writeMethods writes a row for each method, a column for each dimension.
func writeMethods(b *strings.Builder, r *reports.ImportanceReport) {
	head := []string{"by"}
	for _, d := range r.Dimensions {
		head = append(head, clip(d.Label))
	}
	g := grid{append(head, "")}
	for _, m := range r.Methods {
		label, se, errors := m.Label, []string{"  SE"}, false
		if m.SpreadOnly {
			label += " *"
		}
		row := []string{label}
		for _, w := range m.Weights {
			row, se = append(row, fixed(w.Weight, 4)), append(se, fixed(w.SE, 4))
			errors = errors || w.SE.Valid()
		}
		words := ""
		if m.Reason == "" && !m.Shares {
			words = "not shares"
		}
		g = append(g, append(row, words))
		if errors {
			g = append(g, append(se, ""))
		}
	}
	g.write(b)
	for _, a := range r.Agreement {
		if a.W.Valid() {
			fmt.Fprintf(b, "Kendall's W of %s: %s\n", strings.Join(a.Methods, ", "), fixed(a.W, 3))
		}
	}
	if o := r.Over; o != nil {
		fmt.Fprintf(b, "%d segments by %s, %d left out\n", o.Segments, strings.Join(o.Attributes, " × "), o.LeftOut)
	}
}

// writePaths writes a path model.
func writePaths(b *strings.Builder, p *reports.PathModel) {
	if p.Reason != "" {
		fmt.Fprintf(b, "\nno path model: %s\n", p.Reason)
		return
	}
	g := grid{{"path model", "index", "communality", "R²", "total effect", "items by share"}}
	for _, x := range append(p.Dimensions[:len(p.Dimensions):len(p.Dimensions)], p.Satisfaction) {
		var items []string
		for _, i := range x.Items {
			items = append(items, fmt.Sprintf("%s %s", i.Key, fixed(i.Share, 3)))
		}
		g = append(g, []string{clip(x.Label), fixed(x.Index, 2), fixed(x.Communality, 3), fixed(x.R2, 3), fixed(x.TotalEffect, 3), strings.Join(items, ", ")})
	}
	g.write(b)
	fmt.Fprintf(b, "partial least squares, mode A, %s responses with every item\n", base(p.N))
}
