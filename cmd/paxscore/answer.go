package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

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

// answer asks the responses of a command line and writes what they say: JSON is that of the API. q is the part of the question that takes
// the population.
func answer[A any](ctx context.Context, in input, p population, q *reports.Query, s streams, ask func(*reports.Dataset) (A, error), table func(io.Writer, A) error) error {
	return answerFrom(ctx, in, s, func(from *source, data *reports.Dataset) (A, error) {
		if err := p.weigh(from.survey, q); err != nil {
			var none A
			return none, err
		}
		return ask(data)
	}, table)
}

// answerFrom is answer for what needs more of a source than its responses.
func answerFrom[A any](ctx context.Context, in input, s streams, ask func(*source, *reports.Dataset) (A, error), table func(io.Writer, A) error) error {
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
	a, err := ask(from, data)
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

// conditions reads conditions from a flag that may be repeated.
func conditions(flag string, texts []string) (out []reports.Where, err error) {
	for _, text := range texts {
		w, err := reports.ParseWhere(text)
		if err != nil {
			return nil, usage("%s: %v", flag, err)
		}
		out = append(out, w)
	}
	return out, nil
}

// writeHead writes what an answer is about.
func writeHead(b *strings.Builder, h reports.Head) {
	fmt.Fprintf(b, "%s\nmodel %s (%s)%s\n", h.Title, h.ModelVersion, h.ModelLabel, filterText(h))
	fmt.Fprintf(b, "%s responses read, %s valid\n%s; %s\n", count(h.Responses.Read), count(h.Responses.Valid), weightingText(h), designText(h))
}

// writeNotes ends an answer with its warnings and writes it.
func writeNotes(w io.Writer, b *strings.Builder, warnings []string) error {
	for _, warning := range warnings {
		fmt.Fprintf(b, "\nnote: %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
