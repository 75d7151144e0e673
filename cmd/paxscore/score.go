package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

type scoreCommand struct {
	File string `arg:"" optional:"" type:"existingfile" help:"CSV, gzipped CSV or xlsx; what is stored unless given."`
	database
	Survey  string `default:"default" placeholder:"KEY|FILE" help:"Survey file (.yaml), or the key of a published survey; \"default\" is built in."`
	Mapping string `placeholder:"FILE" type:"existingfile" help:"Mapping file for a data file of another shape."`
	question
	Format  string `enum:",table,json,csv,xlsx" default:"" placeholder:"FORMAT" help:"table, json, csv or xlsx; by the name of -o, else table."`
	Out     string `short:"o" placeholder:"FILE" help:"File to write; standard output unless given."`
	Sums    string `enum:"memory,database" default:"memory" placeholder:"PLACE" help:"Where the sums over what is stored are taken: memory, or database (PostgreSQL only; weighted answers come from memory all the same)."`
	Refused string `placeholder:"FILE" help:"Write the rows that could not be read to this file, with the reason."`
}

func (c scoreCommand) Help() string {
	return `Every figure comes with its standard error, interval, base and warnings.

  paxscore score study.csv --model study --by age --by cabin,route
  paxscore score --survey examples/sfo2017/survey.yaml --mapping examples/sfo2017/mapping.yaml sfo2017.csv
  paxscore score study.csv --margins population.csv
  paxscore score --db postgres://… --survey default --where cabin=business,first --from 2025-01-01 -o business.xlsx

A margins file has a line for each level of each attribute that passengers are to be weighted by, with its share of the population or the
number of people: variable,level,share. Levels joined by + (business+first) count as one. Margins are raked in the order of the
file; raked weights stay between 0.2 and 5 times their mean unless the model's weighting says otherwise.`
}

func (c scoreCommand) Run(ctx context.Context, s streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	format, err := formatOf(c.Format, c.Out, "table", "table", "json", "csv", "xlsx")
	if err != nil {
		return err
	}
	var data *source
	switch {
	case c.File != "" && c.Sums == sumsInDatabase:
		return usage("--sums database: the responses of %s are in no database", c.File)
	case c.File != "":
		data, err = fileSource(ctx, c.Survey, c.Mapping, c.File, c.Refused, s)
	default:
		data, err = summedSource(ctx, c.database, c.Survey, c.Sums, func(_ surveys.SurveyKey, reason string) {
			fmt.Fprintf(s.err, "sums taken in memory: %s\n", reason)
		})
	}
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
	query.Listed = format == "xlsx"
	report, err := data.report(query)
	if err != nil {
		return err
	}
	return writeFile(c.Out, s.out, func(w io.Writer) error {
		switch format {
		case "json":
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(report)
		case "csv":
			return exports.ScoresCSV(w, report)
		case "xlsx":
			return exports.Workbook(ctx, w, data.survey, report, data.rows(report), fileOptions())
		}
		return writeTable(w, report)
	})
}

// formatOf settles an output format from the flag, the name of the file, or the default.
func formatOf(flag, out, otherwise string, known ...string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), "."); ext != "" {
		for _, k := range known {
			if ext == k {
				return k, nil
			}
		}
		if ext != "txt" {
			return "", usage("-o %s: the ending is none of %s; name one with --format", out, strings.Join(known, ", "))
		}
	}
	return otherwise, nil
}
