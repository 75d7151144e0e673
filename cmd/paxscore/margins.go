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

// readWeighting reads a file of population margins, to weight responses to instead of the model's: by the model's method where that is raking
// or calibration, else by raking with the usual limits. nil for no file.
func readWeighting(name, model string, s *surveys.Survey) (*surveys.Weighting, error) {
	if name == "" {
		return nil, nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read margins file: %w", err)
	}
	margins, err := imports.ReadMargins(filepath.Base(name), src, s)
	if err != nil {
		return nil, err
	}
	w := &surveys.Weighting{Method: surveys.Rake, Cap: surveys.DefaultCap, Floor: surveys.DefaultFloor}
	m, err := s.Model(surveys.ModelKey(model))
	if err == nil && m.Weighting != nil && m.Weighting.Method != surveys.PostStratify {
		*w = *m.Weighting
	}
	w.Margins = margins
	return w, nil
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
