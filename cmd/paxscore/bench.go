package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"paxscore/internal/bench"
	"paxscore/reports"
)

type benchCommand struct {
	Responses int      `default:"1000000" placeholder:"N" help:"Responses to be held in memory and stored, of the simulated study."`
	Runs      int      `default:"5" placeholder:"N" help:"Runs of each measurement, after one to warm up; what takes seconds is run 3 times at most, what takes little 3 times as often."`
	DB        string   `placeholder:"URL" help:"postgres://USER:PASSWORD@HOST/NAME: measure this PostgreSQL, too, in a schema that is dropped afterwards."`
	Folder    string   `type:"existingdir" default:"." help:"Folder for the SQLite database to be measured; it is removed afterwards."`
	Only      []string `enum:"store,http,histograms,report,drivers,start,memory,growth" placeholder:"NAME" help:"Measure one part only: ${enum}. May be repeated."`
	Format    string   `enum:"table,json" default:"table" help:"table or json."`
	Out       string   `short:"o" placeholder:"FILE" help:"File to write; standard output unless given."`
}

func (c benchCommand) Help() string {
	return `One table: each figure with a baseline measured in the same run, in turns with it, and the ratio of both. Figures are medians. The plain
sum is two goroutines adding up the memory of columns as words of 64 bits, once. Nothing but this should run on the machine meanwhile.

  paxscore bench
  paxscore bench --db postgres://bench@localhost/bench --responses 10000000
  paxscore bench --only histograms --only drivers --format json

A million responses take 50 MB of memory, 300 MB of disk for each database, and a few minutes; ten million ten times that. A database that holds responses
is refused.`
}

func (c benchCommand) Run(ctx context.Context, s streams) error {
	switch {
	case c.Responses < bench.MinResponses || c.Responses > bench.MaxResponses:
		return usage("--responses must lie between %s and %s", count(bench.MinResponses), count(bench.MaxResponses))
	case c.Runs < 1 || c.Runs > 100:
		return usage("--runs must lie between 1 and 100")
	case c.DB != "" && !strings.HasPrefix(c.DB, "postgres://") && !strings.HasPrefix(c.DB, "postgresql://"):
		return usage("--db must be a postgres:// URL; SQLite is always measured, in a file of its own")
	}
	watched := terminal(s.err)
	result, err := bench.Run(ctx, bench.Config{Responses: c.Responses, Runs: c.Runs, URL: c.DB, Folder: c.Folder, Only: c.Only, Progress: func(doing string) {
		if watched {
			fmt.Fprintf(s.err, "\r\033[K%s", doing)
		}
	}})
	if watched {
		fmt.Fprint(s.err, "\r\033[K")
	}
	if errors.Is(err, bench.ErrOccupied) {
		return usage("--db: %v", bench.ErrOccupied)
	}
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return writeFile(c.Out, s.out, func(w io.Writer) error {
		if c.Format == "json" {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(result)
		}
		return writeBench(w, result)
	})
}

// writeBench writes measurements for a terminal.
func writeBench(w io.Writer, r *bench.Result) error {
	var b strings.Builder
	m := r.Machine
	for _, part := range []string{m.CPU, fmt.Sprintf("%d cores", m.Cores), memoryText(m.MemoryMB), m.System, m.Go, strings.Join(m.Databases, "; "), loadText(m.Load)} {
		if part != "" {
			fmt.Fprintf(&b, "%s\n", part)
		}
	}
	g := grid{{"what", "figure", "against", "its figure", "ratio", "runs", "wanted"}}
	for _, x := range r.Rows {
		g = append(g, []string{x.What, significant(x.Figure) + " " + x.Unit, x.Baseline, significant(x.BaselineFigure), significant(x.Ratio), fmt.Sprint(x.Runs), x.Target})
	}
	g.write(&b)
	b.WriteString("\nEach figure is the median of so many runs, after one that does not count. Wanted is the ratio, or where a unit stands the figure,\nof a quiet machine of 2 cores; of what is answered from memory, at 10,000,000 responses.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func memoryText(mb int) string {
	if mb == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f GB", float64(mb)/1024)
}

func loadText(load string) string {
	if load == "" {
		return ""
	}
	return "load of the last minute " + load
}

// significant writes a figure with three digits or more.
func significant(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return missing
	}
	places := max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	if places == 0 {
		return count(int(math.Round(x)))
	}
	return reports.Format(x, places)
}
