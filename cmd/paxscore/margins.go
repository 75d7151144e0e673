package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"paxscore/imports"
	"paxscore/reports"
	"paxscore/surveys"
)

// population is the part of a command line that says what responses are weighted to, and how errors know of it.
type population struct {
	Margins string `placeholder:"FILE" type:"existingfile" help:"Weight responses to the population margins in this CSV (variable,level,share or count) instead of the model's."`
	Errors  string `enum:",fixed,residuals" default:"" placeholder:"RULE" help:"Standard errors with weights that meet a population: fixed takes the weights as fixed, residuals knows the margins. The model's unless given, else fixed."`
}

// weigh puts the population into a question of the survey. The model decides by which method margins are met.
func (p population) weigh(s *surveys.Survey, q *reports.Query) error {
	q.Errors = surveys.WeightingErrors(p.Errors)
	if p.Margins == "" {
		return nil
	}
	src, err := os.ReadFile(p.Margins)
	if err != nil {
		return fmt.Errorf("read margins file: %w", err)
	}
	margins, err := imports.ReadMargins(filepath.Base(p.Margins), src, s)
	if err != nil {
		return err
	}
	q.Weighting = s.WeightingTo(surveys.ModelKey(q.Model), margins)
	return nil
}

// marginNames names what responses are weighted by.
func marginNames(margins []reports.MarginFit) string {
	labels := make([]string, len(margins))
	for i, m := range margins {
		labels[i] = m.Attribute
	}
	return strings.Join(labels, ", ")
}

// writeMargins sets the population beside the responses.
func writeMargins(b *strings.Builder, w reports.Weighting) {
	if len(w.Margins) == 0 {
		return
	}
	for _, m := range w.Margins {
		g := grid{{"weights by " + m.Attribute, "population", "weighted", "unweighted", ""}}
		for _, l := range m.Levels {
			label := clip(l.Label)
			if len(l.Merged) > 0 {
				label += " (" + strings.Join(l.Merged, ", ") + ")"
			}
			g = append(g, []string{label, percent(l.Target), percent(l.Achieved), percent(l.Unweighted), ""})
		}
		g.write(b)
	}
	fmt.Fprintf(b, "\nweights from %s to %s times their mean; margins met to %.1g", fixed(w.Min, 3), fixed(w.Max, 3), float64(w.MarginError))
	switch {
	case w.Limits == nil:
	case w.Limits.Of == "mean":
		fmt.Fprintf(b, "; limits %g to %g times the mean, %s after %s", w.Limits.Low, w.Limits.High, map[bool]string{true: "kept", false: "not kept"}[w.Limits.Met], rounds(w.Rounds))
	default:
		fmt.Fprintf(b, "; within %g to %g times the base weight", w.Limits.Low, w.Limits.High)
	}
	b.WriteByte('\n')
}

func rounds(n int) string {
	if n == 1 {
		return "1 round"
	}
	return fmt.Sprintf("%d rounds", n)
}
