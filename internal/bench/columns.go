package bench

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// further is the number of responses that come between two reports.
const further = 1000

// seed of the study that responses are drawn from.
const seed = 42

// filled is a data set with what taking it in has cost.
type filled struct {
	*reports.Dataset
	size      int
	appending time.Duration
}

// columns measures what is answered from memory.
func (b *run) columns(ctx context.Context) error {
	if !b.wants(Histograms, Report, Drivers, Memory, Growth) {
		return nil
	}
	at := []int{b.Responses}
	if b.wants(Growth) {
		at = sizes(b.Responses)
	}
	sets, rest, err := b.fill(ctx, at)
	if err != nil {
		return err
	}
	if b.wants(Growth) {
		if err := b.columnGrowth(ctx, sets); err != nil {
			return err
		}
	}
	d := sets[len(sets)-1].Dataset
	sets = nil
	debug.FreeOSMemory() // what drawing and the smaller sets took
	if b.wants(Memory) {
		if err := b.memory(ctx, d); err != nil {
			return err
		}
	}
	for _, part := range []func(context.Context, *reports.Dataset) error{b.histograms, b.drivers} {
		if err := part(ctx, d); err != nil {
			return err
		}
	}
	return b.report(ctx, d, rest) // last, for it adds responses
}

// fill draws responses into data sets of ascending sizes, and returns those that follow in the study.
func (b *run) fill(ctx context.Context, at []int) (sets []*filled, rest []*surveys.Response, err error) {
	const block = 1000
	survey := surveyfile.Default()
	survey.Version = 1
	for _, size := range at {
		sets = append(sets, &filled{Dataset: reports.NewDataset(survey), size: size})
	}
	all, after := b.Responses, 3*further*(b.Runs+1) // for three questions
	drawn := 0
	var waiting []*surveys.Response
	flush := func() error {
		b.Progress(fmt.Sprintf("taking in responses, %s of %s", count(min(drawn, all)), count(all)))
		for _, s := range sets {
			start := time.Now()
			for _, r := range waiting[:max(0, min(len(waiting), s.size-s.Len()))] {
				if err := s.Append(r); err != nil {
					return err
				}
			}
			s.appending += time.Since(start)
		}
		waiting = waiting[:0]
		return ctx.Err()
	}
	for r, err := range study.Responses(survey, all+after, seed) {
		if err != nil {
			return nil, nil, err
		}
		drawn++
		r.Seq = int64(drawn)
		if drawn > all {
			rest = append(rest, r)
			if len(rest) == after {
				break
			}
			continue
		}
		waiting = append(waiting, r)
		if len(waiting) == block || drawn == all {
			if err := flush(); err != nil {
				return nil, nil, err
			}
		}
	}
	return sets, rest, nil
}

// overview is the question of the scores page: index with errors by flight, dimensions, items, five segmentations.
func overview() reports.Query {
	return reports.Query{By: [][]string{{"age"}, {"occupation"}, {"spend"}, {"cabin"}, {"route"}}}
}

// raked is the overview weighted to the recipe of the study.
func raked() reports.Query {
	q := overview()
	q.Weighting = &surveys.Weighting{Method: surveys.Rake, Cap: surveys.DefaultCap, Floor: surveys.DefaultFloor, Margins: []surveys.Margin{
		{Attribute: "age", Shares: map[string]float64{"under_25": .16, "25_34": .31, "35_44": .25, "45_59": .19, "60_plus": .09}},
		{Attribute: "route", Shares: map[string]float64{"domestic": .80, "regional": .07, "international": .13}},
	}}
	return q
}

// cold times a question to a data set that has nothing but its responses, in a process without garbage, as benchmarks of Go's testing begin.
func cold(d *reports.Dataset, ask func() error) timed {
	return func() (time.Duration, error) {
		d.Forget()
		runtime.GC()
		return clock(ask)
	}
}

// plain times the plain sum over columns.
func (b *run) plain(columns [][]byte) timed {
	return func() (time.Duration, error) {
		return clock(func() error { b.sum += plainSum(columns); return nil })
	}
}

func sumOver(columns [][]byte, of string) string {
	return fmt.Sprintf("plain sum over the %.3g MB of %s", float64(bytesOf(columns))/1e6, of)
}

// drivers asks what drives satisfaction.
func (b *run) drivers(ctx context.Context, d *reports.Dataset) error {
	if !b.wants(Drivers) {
		return nil
	}
	for _, of := range []struct {
		what string
		q    reports.DriverQuery
	}{{"drivers of 5 dimensions (LMG)", reports.DriverQuery{}}, {"drivers of 16 items (LMG and Johnson)", reports.DriverQuery{Items: true}}} {
		b.Progress(of.what)
		all := d.Memory()
		took, err := medians(ctx, b.Runs, cold(d, func() error { _, err := d.Drivers(of.q); return err }), b.plain(all))
		if err != nil {
			return err
		}
		b.add(Row{Part: Drivers, What: fmt.Sprintf("%s, %s responses", of.what, count(d.Len())), Figure: milliseconds(took[0]), Unit: "ms",
			Baseline: sumOver(all, "all columns"), BaselineFigure: milliseconds(took[1]), Target: "at most 20", Runs: b.Runs})
	}
	return nil
}

// report asks for the overview: the first time, again, and after some of the rest have come.
func (b *run) report(ctx context.Context, d *reports.Dataset, rest []*surveys.Response) error {
	if !b.wants(Report) {
		return nil
	}
	b.Progress("overview report")
	const times = 100
	held, all := count(d.Len()), sumOver(d.Memory(), "all columns")
	ask := func() error { _, err := d.Report(overview()); return err }
	took, err := medians(ctx, b.Runs,
		cold(d, ask),
		func() (time.Duration, error) {
			t, err := clock(func() error {
				for range times {
					if err := ask(); err != nil {
						return err
					}
				}
				return nil
			})
			return t / times, err
		},
		followed(d, &rest, ask),
		func() (time.Duration, error) { return b.plain(d.Memory())() }) // appending may have moved columns
	if err != nil {
		return err
	}
	first := milliseconds(took[0])
	b.add(Row{Part: Report, What: "overview report, " + held + " responses", Figure: first, Unit: "ms",
		Baseline: all, BaselineFigure: milliseconds(took[3]), Target: "at most 12", Runs: b.Runs})
	b.add(Row{Part: Report, What: "the same again", Figure: milliseconds(took[1]), Unit: "ms",
		Baseline: "the first time", BaselineFigure: first, Target: "below 1 ms", Runs: b.Runs})
	b.add(Row{Part: Report, What: "the same after " + count(further) + " further responses", Figure: milliseconds(took[2]), Unit: "ms",
		Baseline: "the first time", BaselineFigure: first, Target: "at most 0.03", Runs: b.Runs})
	return b.others(ctx, d, rest, first)
}

// others asks for the overview raked to two margins, and for a trend by month.
func (b *run) others(ctx context.Context, d *reports.Dataset, rest []*surveys.Response, overview float64) error {
	for _, of := range []struct {
		what, against string
		most          int // of the overview's time
		ask           func() error
	}{
		{"overview raked to two margins", "unweighted", 4, func() error { _, err := d.Report(raked()); return err }},
		{"trend by month of every measure", "the overview", 2, func() error { _, err := d.Trend(reports.TrendQuery{}); return err }},
	} {
		b.Progress(of.what)
		held := count(d.Len())
		took, err := medians(ctx, b.Runs, cold(d, of.ask), followed(d, &rest, of.ask))
		if err != nil {
			return err
		}
		first := milliseconds(took[0])
		b.add(Row{Part: Report, What: of.what + ", " + held + " responses", Figure: first, Unit: "ms",
			Baseline: of.against, BaselineFigure: overview, Target: fmt.Sprintf("at most %d", of.most), Runs: b.Runs})
		b.add(Row{Part: Report, What: "the same after " + count(further) + " further responses", Figure: milliseconds(took[1]), Unit: "ms",
			Baseline: "the first time", BaselineFigure: first, Target: "at most 0.15", Runs: b.Runs})
	}
	return nil
}

// followed times a question after some of the rest have come.
func followed(d *reports.Dataset, rest *[]*surveys.Response, ask func() error) timed {
	return func() (time.Duration, error) {
		for _, r := range (*rest)[:further] {
			if err := d.Append(r); err != nil {
				return 0, err
			}
		}
		*rest = (*rest)[further:]
		return clock(ask)
	}
}
