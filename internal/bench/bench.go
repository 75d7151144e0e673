// Package bench measures the program on the machine it runs on. Every figure stands against a baseline that is measured in the same run and in
// turns with it, so that what else the machine does slows both.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Parts of a run.
const (
	Store      = "store"      // group commit against one transaction per response and COPY
	HTTP       = "http"       // single and bulk submissions
	Histograms = "histograms" // of every item, filtered and grouped
	Report     = "report"     // the overview, first, again, and after further responses
	Drivers    = "drivers"
	Start      = "start" // of a server, from a snapshot
	Memory     = "memory"
	Growth     = "growth" // cost of a response taken in, and of one in a report, against the number of responses
)

// Parts are all of them, in the order of the table.
func Parts() []string {
	return []string{Store, HTTP, Histograms, Report, Drivers, Start, Memory, Growth}
}

// Config says what to measure.
type Config struct {
	Responses int      // in the columns; MinResponses or more
	Runs      int      // of each figure, after one that does not count; the median stands
	URL       string   // of a PostgreSQL database to measure beside SQLite; "" for none. What it holds stays as it is
	Folder    string   // in which the SQLite file is written
	Only      []string // parts; none for all
	Progress  func(doing string)
}

// MinResponses and MaxResponses bound Config.Responses.
const (
	MinResponses = 5_000
	MaxResponses = 100_000_000
)

// Row is one line of the table.
type Row struct {
	Part           string  `json:"part"`
	What           string  `json:"what"`
	Figure         float64 `json:"figure"`
	Unit           string  `json:"unit"` // of both figures
	Baseline       string  `json:"baseline"`
	BaselineFigure float64 `json:"baseline_figure"`
	Ratio          float64 `json:"ratio"` // figure over baseline
	Target         string  `json:"target"`
	Runs           int     `json:"runs"` // that the figures are the medians of
}

// Result is what a run found.
type Result struct {
	Machine   Machine `json:"machine"`
	Responses int     `json:"responses"`
	Rows      []Row   `json:"rows"`
}

// Run measures. Errors: ErrOccupied, what the databases, the file system and the network say, that of ctx.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	b := &run{Config: cfg, result: &Result{Machine: newMachine(), Responses: cfg.Responses, Rows: []Row{}}}
	if b.Progress == nil {
		b.Progress = func(string) {}
	}
	// The columns come first, while the process holds nothing else.
	for _, part := range []func(context.Context) error{b.columns, b.databases} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(b.result.Rows, func(x, y Row) int { return cmp.Compare(slices.Index(Parts(), x.Part), slices.Index(Parts(), y.Part)) })
	return b.result, nil
}

// run is a run under way.
type run struct {
	Config
	result *Result
	sum    uint64 // of the columns, so that it is computed
}

// wants reports whether any of the parts is asked for.
func (b *run) wants(parts ...string) bool {
	return len(b.Only) == 0 || slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(b.Only, p) })
}

// add adds a row if its part is asked for.
func (b *run) add(r Row) {
	if b.wants(r.Part) {
		r.Ratio = r.Figure / r.BaselineFigure
		b.result.Rows = append(b.result.Rows, r)
	}
}

// timed is something to measure; it returns how long what counts took.
type timed func() (time.Duration, error)

// medians measures several things in turns, and returns the median time of each. The first turn warms up and does not count.
func medians(ctx context.Context, runs int, parts ...timed) ([]time.Duration, error) {
	took := make([][]time.Duration, len(parts))
	for turn := range runs + 1 {
		for i, part := range parts {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			t, err := part()
			if err != nil {
				return nil, err
			}
			if turn > 0 {
				took[i] = append(took[i], t)
			}
		}
	}
	out := make([]time.Duration, len(parts))
	for i := range took {
		out[i] = median(took[i])
	}
	return out, nil
}

// clock times one call.
func clock(f func() error) (time.Duration, error) {
	start := time.Now()
	err := f()
	return time.Since(start), err
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	n := len(took)
	return (took[(n-1)/2] + took[n/2]) / 2
}

func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

func perSecond(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }

// sizes are the numbers of responses at which cost is held against size: powers of ten below the last, from 100,000 where that is less.
func sizes(n int) []int {
	out := []int{n}
	for s := n / 10; s >= 100_000 && len(out) < 3; s /= 10 {
		out = append([]int{s}, out...)
	}
	if len(out) == 1 {
		out = []int{n / 10, n}
	}
	return out
}

// count writes a number of responses.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
