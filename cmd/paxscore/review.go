package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"paxscore/reports"
)

type reviewCommand struct {
	input
	appraisal
	Worse      []string `sep:"none" placeholder:"A=V[,V]" help:"A group that is known to be less satisfied; may be repeated, all must hold."`
	Against    []string `sep:"none" placeholder:"A=V[,V]" help:"Responses to compare the mix of passengers with; may be repeated, all must hold."`
	VersusFrom string   `placeholder:"DATE" help:"The period to compare the mix of passengers with, as --from."`
	VersusTo   string   `placeholder:"DATE" help:"As --to."`
}

func (c reviewCommand) Help() string {
	return `The review that is due every year and with every change of a survey: reliability, validity, known groups, items, quality of
responses, gaps to the population, importance weights, mix of passengers, versions and response rate. Every check says its value, its
limit, and why it passes, warns or fails; what cannot be checked is listed with the reason.

  paxscore review study.csv --model study --worse delayed=yes
  paxscore review --db postgres://… --from 2025-01-01 --to 2025-12-31 --versus-from 2024-01-01 --versus-to 2024-12-31`
}

func (c reviewCommand) Run(ctx context.Context, s streams) error {
	var q reports.ReviewQuery
	var err error
	if q.Worse, err = conditions("--worse", c.Worse); err != nil {
		return err
	}
	if q.Against, err = conditions("--against", c.Against); err != nil {
		return err
	}
	if q.VersusFrom, q.VersusTo, err = reports.ParsePeriod(c.VersusFrom, c.VersusTo); err != nil {
		return usage("--versus-%v", err)
	}
	return answerFrom(ctx, c.input, s, func(from *source, data *reports.Dataset) (*reports.Review, error) {
		if q.QualityQuery, err = c.appraisal.query(from); err != nil {
			return nil, err
		}
		return data.Review(q)
	}, writeReview)
}

func writeReview(w io.Writer, r *reports.Review) error {
	var b strings.Builder
	writeHead(&b, r.Head)
	fmt.Fprintf(&b, "\nresult: %s; %d passed, %d warned, %d failed, %d not made\n", strings.ReplaceAll(r.Result, "_", " "), r.Passed, r.Warned, r.Failed, r.NotMade)
	var topics []string
	for _, c := range r.Checks {
		if !slices.Contains(topics, c.Topic) {
			topics = append(topics, c.Topic)
		}
	}
	for _, topic := range topics {
		fmt.Fprintf(&b, "\n%s\n", topic)
		for _, c := range r.Checks {
			if c.Topic == topic {
				fmt.Fprintf(&b, "  %-8s  %s\n", strings.ReplaceAll(c.Result, "_", " "), c.Reason)
			}
		}
	}
	return writeNotes(w, &b, r.Warnings)
}
