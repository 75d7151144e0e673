package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"paxscore/imports"
	"paxscore/store"
	"paxscore/surveys"
)

type importCommand struct {
	Files   []string `arg:"" type:"existingfile" help:"CSV, gzipped CSV or xlsx."`
	Survey  string   `default:"default" placeholder:"KEY|FILE" help:"Key of a published survey, or a survey file (.yaml) to publish first."`
	Mapping string   `placeholder:"FILE" type:"existingfile" help:"Mapping file for data files of another shape."`
	Refused string   `placeholder:"FILE" help:"Write the rows that could not be stored to this file, with the reason."`
	database
}

func (c importCommand) Help() string {
	return `The same rows are never stored twice, also from a renamed or re-sorted file: after an interruption run the same command again.
A cell that cannot be read is left out and reported; a row that cannot be trusted is refused and, with --refused, written aside.

  paxscore import --db postgres://… --survey default responses.csv.gz
  paxscore import --survey examples/sfo2017/survey.yaml --mapping examples/sfo2017/mapping.yaml sfo2017.csv`
}

func (c importCommand) Run(ctx context.Context, s streams) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	survey, err := c.survey(ctx, st)
	if err != nil {
		return err
	}
	mapping, err := readMapping(c.Mapping, survey)
	if err != nil {
		return err
	}
	for _, name := range c.Files {
		if err := c.store(ctx, st, survey, mapping, name, s); err != nil {
			return err
		}
	}
	return nil
}

// survey finds the survey, or publishes the file that is named.
func (c importCommand) survey(ctx context.Context, st *store.Store) (*surveys.Survey, error) {
	service := surveys.NewService(st)
	key := surveys.SurveyKey(c.Survey)
	if isYAML(c.Survey) {
		survey, err := readSurvey(c.Survey)
		if err != nil {
			return nil, err
		}
		if _, err := service.Publish(ctx, survey); err != nil {
			return nil, err
		}
		key = survey.Key
	} else if err := publishDefault(ctx, service); err != nil {
		return nil, err
	}
	return findSurvey(ctx, st, string(key))
}

// store imports one file and reports on it.
func (c importCommand) store(ctx context.Context, st *store.Store, survey *surveys.Survey, m *imports.Mapping, name string, s streams) (err error) {
	result, done, err := newResult(c.Refused)
	if err != nil {
		return err
	}
	defer func() { err = done(err) }()
	bar := newProgress(s.err, size(name), "storing "+name)
	added, err := imports.ImportFile(ctx, st, name, survey, m, result, imports.Options{Progress: func(int, int) { bar.at(result.Bytes) }})
	bar.end()
	writeResult(s.err, name, result)
	if err != nil {
		return fmt.Errorf("import %s: %s stored before: %w", name, count(added), err)
	}
	fmt.Fprintf(s.err, "%s: %s stored, %s stored already\n", name, count(added), count(result.Taken-added))
	return nil
}

// newResult prepares the record of what becomes of the rows of a file; done closes the file of refused rows, and removes
// it if it holds none.
func newResult(refused string) (r *imports.Result, done func(error) error, err error) {
	r = &imports.Result{}
	if refused == "" {
		return r, func(err error) error { return err }, nil
	}
	f, err := os.OpenFile(refused, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the file of refused rows: %w", err)
	}
	r.RefusedTo = f
	return r, func(err error) error {
		if closed := f.Close(); err == nil {
			err = closed
		}
		if r.Refused == 0 {
			os.Remove(refused)
		}
		return err
	}, nil
}

// writeResult tells what became of the rows of a file.
func writeResult(w io.Writer, name string, r *imports.Result) {
	const shown = 5
	fmt.Fprintf(w, "%s: %s rows read, %s taken, %s refused", name, count(r.Rows), count(r.Taken), count(r.Refused))
	if r.Blank > 0 {
		fmt.Fprintf(w, ", %s blank", count(r.Blank))
	}
	fmt.Fprintln(w)
	for _, p := range r.Repairs {
		first := p.Places[0]
		fmt.Fprintf(w, "  repaired %s × column %q: %s (first: line %d, %q)\n", count(p.Count), p.Column, p.Reason, first.Line, first.Value)
	}
	for i, x := range r.Reasons {
		if i == shown {
			fmt.Fprintf(w, "  … and %s more; --refused FILE writes them all\n", count(r.Refused-shown))
			break
		}
		fmt.Fprintf(w, "  refused %s\n", x)
	}
	if len(r.Ignored) > 0 {
		fmt.Fprintf(w, "  not used: column %q", r.Ignored[0])
		if n := len(r.Ignored) - 1; n > 0 {
			fmt.Fprintf(w, " and %s more", count(n))
		}
		fmt.Fprintln(w)
	}
}
