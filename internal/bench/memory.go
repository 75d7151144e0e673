package bench

import (
	"context"
	"fmt"
	"time"

	"paxscore/internal/heap"
	"paxscore/reports"
)

// memory holds the memory of the process against the columns in it, and after many questions against before. Questions are those of people who look
// around: twenty that come back, and every so often one that nobody has asked.
func (b *run) memory(ctx context.Context, d *reports.Dataset) error {
	attributes := []string{"age", "occupation", "spend", "purpose", "cabin", "tier", "gender", "channel", "route", "delayed", "trained", "month"}
	var usual, rare []reports.Query
	for i, a := range attributes {
		usual = append(usual, reports.Query{By: [][]string{{a}}})
		for _, other := range attributes[:i] {
			rare = append(rare, reports.Query{By: [][]string{{a, other}}})
		}
	}
	for _, cabin := range []string{"economy", "premium_economy", "business", "first"} {
		for _, route := range []string{"domestic", "international"} {
			usual = append(usual, reports.Query{By: overview().By, Where: []reports.Where{{Attribute: "cabin", Values: []string{cabin}}, {Attribute: "route", Values: []string{route}}}})
		}
	}
	ask := func(q reports.Query) error { _, err := d.Report(q); return err }
	bounded, stop := context.WithCancel(ctx)
	defer stop()
	go heap.Bound(bounded, d.Bytes) // as the server does
	b.Progress("memory")
	if err := ask(overview()); err != nil {
		return err
	}
	atRest()
	before := resident()
	b.add(Row{Part: Memory, What: "memory of the process, " + count(d.Len()) + " responses, at rest after the overview", Figure: before, Unit: "MB",
		Baseline: "the columns", BaselineFigure: float64(d.Bytes()) / 1e6, Target: "below 700 MB at 10,000,000", Runs: 1})
	questions, most := min(1_000_000, b.Responses), 0.0
	for i := range questions {
		q := usual[i%len(usual)]
		if step := questions / 50; i%step == step-1 {
			q = rare[i/step%len(rare)]
			b.Progress(fmt.Sprintf("memory, question %s of %s", count(i+1), count(questions)))
		}
		if err := ask(q); err != nil {
			return err
		}
		if i%1000 == 0 {
			most = max(most, resident())
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	atRest()
	b.add(Row{Part: Memory, What: "the same after " + count(questions) + " further questions", Figure: resident(), Unit: "MB",
		Baseline: "before them", BaselineFigure: before, Target: "flat", Runs: 1})
	b.add(Row{Part: Memory, What: "the same at most, while they are asked", Figure: most, Unit: "MB",
		Baseline: "before them", BaselineFigure: before, Target: "flat", Runs: 1})
	return nil
}

// atRest waits until what was garbage has gone back to the system.
func atRest() { time.Sleep(2 * heap.Every) }
