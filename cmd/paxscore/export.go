package main

import (
	"context"
	"fmt"
	"io"

	"paxscore/exports"
	"paxscore/reports"
)

type exportCommand struct {
	database
	Survey string `default:"default" placeholder:"KEY" help:"Key of the survey."`
	question
	What   string `enum:"responses,scores" default:"responses" help:"What a CSV file holds: responses or scores. A workbook has both."`
	Format string `enum:",csv,xlsx" default:"" placeholder:"FORMAT" help:"csv or xlsx; by the name of -o unless given."`
	Out    string `short:"o" required:"" placeholder:"FILE" help:"File to write; - is standard output."`
}

func (c exportCommand) Help() string {
	return `  paxscore export --survey default --by age --by cabin -o report.xlsx
  paxscore export --survey default --where route=domestic -o responses.csv

The file appears under its name only when it is whole.`
}

func (c exportCommand) Run(ctx context.Context, s streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	format, err := formatOf(c.Format, c.Out, "csv", "csv", "xlsx")
	if err != nil {
		return err
	}
	data, err := storedSource(ctx, c.database, c.Survey)
	if err != nil {
		return err
	}
	defer data.close()
	if err := c.weigh(data.survey, &query); err != nil {
		return err
	}
	if format == "xlsx" && query.By == nil {
		query.By = reports.DefaultBy(data.survey)
	}
	query.Listed = true
	report, err := data.report(query)
	if err != nil {
		return err
	}
	rows := 0
	err = writeFile(c.Out, s.out, func(w io.Writer) error {
		switch {
		case format == "xlsx":
			return exports.Workbook(ctx, w, data.survey, report, data.rows(report), fileOptions())
		case c.What == "scores":
			return exports.ScoresCSV(w, report)
		}
		rows, err = exports.ResponsesCSV(ctx, w, data.survey, report, data.rows(report), fileOptions())
		return err
	})
	if err == nil && rows > 0 {
		fmt.Fprintf(s.err, "wrote %s responses\n", count(rows))
	}
	return err
}
