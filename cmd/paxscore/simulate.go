package main

import (
	"bufio"
	"context"
	"io"
	"os"

	"paxscore/internal/study"
)

type simulateCommand struct {
	N    int    `short:"n" default:"10000" help:"Valid questionnaires; 3 % more rows are drawn that screening must refuse."`
	Seed uint64 `default:"42" help:"Seed of the draws; 10000 and 42 give the reference study."`
	Out  string `short:"o" placeholder:"FILE" help:"File to write; standard output unless given."`
}

func (c simulateCommand) Help() string {
	return "The same size and seed give the same file, byte for byte, on every machine. The study is simulated: nothing in it is about any airline."
}

func (c simulateCommand) Run(ctx context.Context, s streams) error {
	if c.N < 1 || c.N > 100_000_000 {
		return usage("-n must lie between 1 and 100,000,000")
	}
	return writeFile(c.Out, s.out, func(w io.Writer) error { return study.WriteCSV(ctx, w, c.N, c.Seed) })
}

// writeFile gives a buffered writer on the named file, or on standard output if there is no name. A file appears under
// its name only when it is whole: it is written beside it and renamed.
func writeFile(name string, stdout io.Writer, write func(io.Writer) error) (err error) {
	if name == "" || name == "-" {
		w := bufio.NewWriterSize(stdout, 1<<16)
		if err := write(w); err != nil {
			return err
		}
		return w.Flush()
	}
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(part)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(part, name)
}
