package main

import (
	"context"
	"encoding/json"
	"io"

	"paxscore/reports"
)

// input is the part of a command line that says which responses a command is about, and how its answer is written.
type input struct {
	File string `arg:"" optional:"" type:"existingfile" help:"CSV, gzipped CSV or xlsx; what is stored unless given."`
	database
	Survey  string `default:"default" placeholder:"KEY|FILE" help:"Survey file (.yaml), or the key of a published survey; \"default\" is built in."`
	Mapping string `placeholder:"FILE" type:"existingfile" help:"Mapping file for a data file of another shape."`
	Format  string `enum:"table,json" default:"table" placeholder:"FORMAT" help:"table or json."`
	Out     string `short:"o" placeholder:"FILE" help:"File to write; standard output unless given."`
	Refused string `placeholder:"FILE" help:"Write the rows that could not be read to this file, with the reason."`
}

// answer asks the responses of a command line and writes what they say: JSON is that of the API.
func answer[A any](ctx context.Context, in input, s streams, ask func(*reports.Dataset) (A, error), table func(io.Writer, A) error) error {
	var from *source
	var err error
	if in.File != "" {
		from, err = fileSource(ctx, in.Survey, in.Mapping, in.File, in.Refused, s)
	} else {
		from, err = storedSource(ctx, in.database, in.Survey)
	}
	if err != nil {
		return err
	}
	defer from.close()
	data, err := from.data()
	if err != nil {
		return err
	}
	a, err := ask(data)
	if err != nil {
		return err
	}
	return writeFile(in.Out, s.out, func(w io.Writer) error {
		if in.Format == "json" {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(a)
		}
		return table(w, a)
	})
}
