package bench

import (
	"context"
	"fmt"
	"iter"
	"time"

	"paxscore/internal/study"
	"paxscore/surveys"
)

// columnGrowth holds the cost of a response in memory against the number of responses.
func (b *run) columnGrowth(ctx context.Context, sets []*filled) error {
	each := func(d time.Duration, s *filled) float64 { return float64(d) / float64(s.size) }
	report := make([]float64, len(sets))
	for i, s := range sets {
		b.Progress(fmt.Sprintf("overview report, %s responses", count(s.size)))
		took, err := medians(ctx, b.Runs, cold(s.Dataset, func() error { _, err := s.Report(overview()); return err }))
		if err != nil {
			return err
		}
		report[i] = each(took[0], s)
		s.Forget()
	}
	for i, s := range sets[1:] {
		before := sets[i]
		b.add(Row{Part: Growth, What: fmt.Sprintf("taking %s responses into the columns, each", count(s.size)), Figure: each(s.appending, s), Unit: "ns",
			Baseline: "of " + count(before.size), BaselineFigure: each(before.appending, before), Target: "at most 1.1", Runs: 1})
	}
	for i, s := range sets[1:] {
		b.add(Row{Part: Growth, What: fmt.Sprintf("overview report of %s responses, each", count(s.size)), Figure: report[i+1], Unit: "ns",
			Baseline: "of " + count(sets[i].size), BaselineFigure: report[i], Target: "at most 1", Runs: b.Runs})
	}
	return nil
}

// stored fills a database with the study, and holds the cost of storing a response against that in a database of fewer, sums by SQL against those of
// columns, and a start from a snapshot against reading its file.
func (b *run) stored(ctx context.Context, d *database) error {
	if d.pool == nil && !b.wants(Growth, Start) {
		return nil
	}
	responses, stop := iter.Pull2(study.Responses(d.survey, b.Responses, seed))
	defer stop()
	if b.wants(Growth) {
		if err := b.storeGrowth(ctx, d, responses); err != nil {
			return err
		}
	}
	if err := b.fillStore(ctx, d, b.Responses, responses); err != nil {
		return err
	}
	if err := b.histogramsBySQL(ctx, d); err != nil {
		return err
	}
	return b.start(ctx, d)
}

// storeGrowth stores responses in turns in a database that grows and in a new one that holds few; so few at a time that it still does at the end.
func (b *run) storeGrowth(ctx context.Context, d *database, responses drawn) error {
	at := sizes(b.Responses)
	n := max(500, b.grouped()/20)
	for _, size := range at[1:] {
		if err := b.fillStore(ctx, d, size, responses); err != nil {
			return err
		}
		held := d.held
		err := b.database(ctx, d.open, func(ctx context.Context, small *database) error {
			first, stop := iter.Pull2(study.Responses(small.survey, at[0], seed))
			defer stop()
			if err := b.fillStore(ctx, small, at[0], first); err != nil {
				return err
			}
			took, err := medians(ctx, b.often(), d.group(ctx, n), small.group(ctx, n))
			if err != nil {
				return err
			}
			each := func(t time.Duration) float64 { return float64(t.Microseconds()) / float64(n) }
			b.add(Row{Part: Growth, What: fmt.Sprintf("storing a response, %s, %s stored", d.name, count(held)), Figure: each(took[0]), Unit: "µs",
				Baseline: count(at[0]) + " stored", BaselineFigure: each(took[1]), Target: "at most 1.1", Runs: b.often()})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drawn are responses one by one.
type drawn func() (*surveys.Response, error, bool)

// fillStore imports responses until so many are stored. Their ids grow, as those of responses that come one after the other.
func (b *run) fillStore(ctx context.Context, d *database, size int, next drawn) error {
	const batch = 1000
	for d.held < size {
		b.Progress(fmt.Sprintf("storing responses on %s, %s of %s", d.name, count(d.held), count(size)))
		var some []*surveys.Response
		for len(some) < min(batch, size-d.held) {
			r, err, more := next()
			if err != nil {
				return err
			}
			if !more {
				return fmt.Errorf("the study ends after %s responses", count(d.held))
			}
			r.ReceivedAt = r.SubmittedAt
			some = append(some, r)
		}
		d.renew(some)
		stored, err := d.store.ImportResponses(ctx, some)
		if err != nil {
			return err
		}
		d.held += stored
	}
	return nil
}
