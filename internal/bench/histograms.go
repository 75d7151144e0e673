package bench

import (
	"context"
	"fmt"
	"time"

	"paxscore/reports"
)

// histogramQuery selects 6 % of the responses, in 40 groups.
func histogramQuery() reports.Query {
	return reports.Query{By: [][]string{{"age", "cabin", "gender"}},
		Where: []reports.Where{{Attribute: "route", Values: []string{"international"}}, {Attribute: "purpose", Values: []string{"business"}}}}
}

// histograms counts the answers to every item.
func (b *run) histograms(ctx context.Context, d *reports.Dataset) error {
	if !b.wants(Histograms) {
		return nil
	}
	b.Progress("histograms of all items")
	q := histogramQuery()
	if _, err := d.Histograms(q); err != nil { // responses are screened when they come, not now
		return err
	}
	touched := d.Memory("route", "purpose", "age", "cabin", "gender")
	took, err := medians(ctx, b.often(),
		func() (time.Duration, error) {
			return clock(func() error { _, err := d.Histograms(q); return err })
		},
		b.plain(touched))
	if err != nil {
		return err
	}
	b.add(Row{Part: Histograms, What: fmt.Sprintf("histograms of all items, %s responses, 6 %% filter, 40 groups", count(d.Len())), Figure: milliseconds(took[0]), Unit: "ms",
		Baseline: sumOver(touched, "columns touched"), BaselineFigure: milliseconds(took[1]), Target: "at most 2", Runs: b.often()})
	return nil
}

// histogramSQL counts the same answers, without screening, by the statement that took PostgreSQL 15 least of several.
const histogramSQL = `SELECT attributes->>'age', attributes->>'cabin', attributes->>'gender', i, get_byte(ratings, i), count(*)
	FROM responses, generate_series(0, length(ratings) - 1) i
	WHERE survey = $1 AND attributes->>'route' = 'international' AND attributes->>'purpose' = 'business' GROUP BY 1, 2, 3, 4, 5`

// histogramsBySQL holds the sums that PostgreSQL takes of its rows against those of the columns.
func (b *run) histogramsBySQL(ctx context.Context, d *database) error {
	if d.pool == nil || !b.wants(Histograms) {
		return nil
	}
	b.Progress("histograms of all items by SQL")
	set, err := reports.NewLive(d.store).Dataset(ctx, d.survey.Key)
	if err != nil {
		return err
	}
	if err := d.settle(ctx); err != nil {
		return err
	}
	q := histogramQuery()
	took, err := medians(ctx, b.few(),
		func() (time.Duration, error) {
			return clock(func() error { _, err := set.Histograms(q); return err })
		},
		func() (time.Duration, error) {
			return clock(func() error {
				rows, err := d.pool.Query(ctx, histogramSQL, d.survey.Key)
				if err != nil {
					return err
				}
				for rows.Next() {
				}
				return rows.Err()
			})
		})
	if err != nil {
		return err
	}
	b.add(Row{Part: Histograms, What: fmt.Sprintf("the same of %s responses stored on PostgreSQL", count(set.Len())), Figure: milliseconds(took[0]), Unit: "ms",
		Baseline: "SQL", BaselineFigure: milliseconds(took[1]), Target: "at most 1/15", Runs: b.few()})
	return nil
}
