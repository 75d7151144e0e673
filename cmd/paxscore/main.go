// Command paxscore serves a passenger survey, scores responses with their uncertainty and writes Excel reports. This
// package is the only place that reads the command line and the environment; it wires the rooms together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // mapping files name time zones; not every system knows them

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "development"

// Exit statuses.
const (
	statusDone   = 0
	statusFailed = 1
	statusUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr}))
}

// streams is where a command writes: results to out, everything else to err.
type streams struct {
	out io.Writer
	err io.Writer
}

type commands struct {
	Serve      serveCommand      `cmd:"" help:"Serve the passenger form, the scores page, the API and its documentation."`
	Score      scoreCommand      `cmd:"" help:"Score a file, or what is stored."`
	Quality    qualityCommand    `cmd:"" help:"How far responses can be trusted: screening, flags, reliability, response rates."`
	Review     reviewCommand     `cmd:"" help:"The yearly review of a survey: every check with pass, warn or fail, and the reason."`
	Compare    compareCommand    `cmd:"" help:"Which groups, or periods, differ, and by enough to matter?"`
	Trend      trendCommand      `cmd:"" help:"Measures by day, week, month or quarter on control charts."`
	Impact     impactCommand     `cmd:"" help:"What did an initiative change?"`
	Drivers    driversCommand    `cmd:"" help:"What drives overall satisfaction, what to improve first, and what if."`
	Weights    importanceCommand `cmd:"" help:"Importance weights that the responses suggest, for a person to approve."`
	Operations operationsCommand `cmd:"" help:"Operational indicators beside the index, and blended."`
	Explain    explainCommand    `cmd:"" help:"What the index is made of, and why it changed."`
	Import     importCommand     `cmd:"" help:"Store the responses of files; nothing is stored twice."`
	Remove     removeCommand     `cmd:"" help:"Erase a stored response; its id is not taken again."`
	Export     exportCommand     `cmd:"" help:"Write stored responses and their scores as a workbook or CSV."`
	Simulate   simulateCommand   `cmd:"" help:"Draw the reference study, or one like it, as CSV."`
	Bench      benchCommand      `cmd:"" help:"Measure this machine: speed and memory against named baselines."`
	Migrate    migrateCommand    `cmd:"" help:"Bring a database to this program's version."`
	User       userCommand       `cmd:"" help:"Bearer keys for staff and programs."`
	Version    versionCommand    `cmd:"" help:"Print the program's version."`
}

const description = `Passenger satisfaction survey and scoring engine.

Start with:
  paxscore serve --demo                        a server with the demonstration study, on SQLite
  paxscore score FILE                          score a file without any database
  paxscore import --db URL FILE                store a file
  paxscore score --db URL --by cabin           score what is stored

A database is named by sqlite:PATH or a postgres:// URL, in --db or PAXSCORE_DB.
Exit status: 0 done, 1 failed, 2 wrong usage.`

// usageError is a command line that parses but does not make sense.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usage(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, s streams) (status int) {
	type exit int // thrown by kong after it has printed help
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			status = int(r)
		default:
			panic(r)
		}
	}()
	var c commands
	parser, err := kong.New(&c,
		kong.Name("paxscore"),
		kong.Description(description),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		fmt.Fprintln(s.err, "paxscore:", err)
		return statusFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "paxscore: %v\nRun paxscore --help, or paxscore COMMAND --help.\n", err)
		return statusUsage
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(s.err, "paxscore:", explain(err))
		var wrong usageError
		if errors.As(err, &wrong) {
			return statusUsage
		}
		return statusFailed
	}
	return statusDone
}
