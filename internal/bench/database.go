package bench

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"paxscore/internal/study"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// database is a scratch database with other ways to store rows in it.
type database struct {
	name      string
	version   string
	store     *store.Store
	service   *surveys.Service
	survey    *surveys.Survey
	pool      *pgxpool.Pool       // of PostgreSQL
	responses []*surveys.Response // of the study, stored again and again with new ids
	ids       uint64              // given so far
	held      int                 // responses stored
	baselines []baseline
	open      func(context.Context) (*database, error) // another one
	drop      func() error
}

// baseline is another way to store rows: in a table of the same columns and indexes, the values ready to send, no check of any kind.
type baseline struct {
	what   string
	target string
	rows   int // at most, for it may be slow
	row    func(r *surveys.Response, attributes string, id surveys.ResponseID, seq int64) []any
	store  func(ctx context.Context, rows [][]any) error
}

// databases measures what is stored.
func (b *run) databases(ctx context.Context) error {
	summed := b.URL != "" && b.wants(Histograms)
	if !b.wants(Store, HTTP, Start, Growth) && !summed {
		return nil
	}
	debug.FreeOSMemory() // what the columns left, beside which garbage would hardly be collected
	kinds := []func(context.Context) (*database, error){b.sqlite}
	if b.URL != "" {
		kinds = append(kinds, b.postgres)
	}
	for _, open := range kinds {
		if b.wants(Store, HTTP) {
			if err := b.database(ctx, open, b.store, b.http); err != nil {
				return err
			}
		}
		if b.wants(Growth, Start) || summed { // from an empty database
			if err := b.database(ctx, open, b.stored); err != nil {
				return err
			}
		}
	}
	return nil
}

// database measures parts of a run on a scratch database.
func (b *run) database(ctx context.Context, open func(context.Context) (*database, error), parts ...func(context.Context, *database) error) (err error) {
	d, err := open(ctx)
	if err != nil {
		return err
	}
	d.open = open
	defer func() { err = errors.Join(err, d.drop()) }()
	if m := &b.result.Machine; !slices.Contains(m.Databases, d.version) {
		m.Databases = append(m.Databases, d.version)
	}
	if err := d.prepare(ctx, b.grouped()); err != nil {
		return err
	}
	for _, part := range parts {
		if err := part(ctx, d); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

// grouped is the number of responses stored in one measurement.
func (b *run) grouped() int { return min(100_000, max(1000, b.Responses/10)) }

// prepare publishes the default survey and draws responses to it.
func (d *database) prepare(ctx context.Context, n int) (err error) {
	d.service = surveys.NewService(d.store)
	if _, err := d.service.Publish(ctx, surveyfile.Default()); err != nil {
		return err
	}
	if d.survey, err = d.store.FindSurvey(ctx, surveyfile.Default().Key, 0); err != nil {
		return err
	}
	for r, err := range study.Responses(d.survey, n, seed) {
		if err != nil {
			return err
		}
		r.ReceivedAt = r.SubmittedAt
		if d.responses = append(d.responses, r); len(d.responses) == n {
			break
		}
	}
	return nil
}

// renew gives responses new ids, as clients make them: UUIDs of version 7, which grow with time.
func (d *database) renew(responses []*surveys.Response) {
	for _, r := range responses {
		r.ID = d.next()
	}
}

func (d *database) next() (id surveys.ResponseID) {
	d.ids++
	n := d.ids
	binary.BigEndian.PutUint64(id[:8], 0x0193_2d5e_0000_7000+n/4<<16|n%4)
	x := n * 0x9e3779b97f4a7c15
	binary.BigEndian.PutUint64(id[8:], 0x8000_0000_0000_0000|(x^x>>29)>>2)
	return id
}

// writers is how many submit at the same time.
const writers = 512

// group times group commit: each writer waits for the commit of its response.
func (d *database) group(ctx context.Context, n int) timed {
	return func() (time.Duration, error) {
		responses := d.responses[:n]
		d.renew(responses)
		t, err := clock(func() error {
			return eachOf(ctx, writers, n, func(ctx context.Context, i int) error {
				_, err := d.store.SubmitResponse(ctx, responses[i], nil)
				return err
			})
		})
		d.held += n
		return t, err
	}
}

// other times a baseline.
func (d *database) other(ctx context.Context, base baseline, n int) timed {
	return func() (time.Duration, error) {
		rows := make([][]any, n)
		for i := range rows {
			attributes, err := attributesOf(d.survey, d.responses[i])
			if err != nil {
				return 0, err
			}
			id := d.next()
			rows[i] = base.row(d.responses[i], attributes, id, int64(d.ids))
		}
		return clock(func() error { return base.store(ctx, rows) })
	}
}

// attributesOf are those of a response as they are stored.
func attributesOf(survey *surveys.Survey, r *surveys.Response) (string, error) {
	object := map[surveys.AttributeKey]string{}
	for i, a := range survey.Questionnaire.Attributes {
		if r.Attributes[i] != "" {
			object[a.Key] = r.Attributes[i]
		}
	}
	text, err := json.Marshal(object)
	return string(text), err
}

// store holds group commit against the baselines.
func (b *run) store(ctx context.Context, d *database) error {
	if !b.wants(Store) {
		return nil
	}
	b.Progress("group commit on " + d.name)
	runs, n := b.few(), b.grouped()
	parts := []timed{d.group(ctx, n)}
	for _, base := range d.baselines {
		parts = append(parts, d.other(ctx, base, min(n, base.rows)))
	}
	took, err := medians(ctx, runs, parts...)
	if err != nil {
		return err
	}
	for i, base := range d.baselines {
		b.add(Row{Part: Store, What: fmt.Sprintf("store, group commit, %d writers, %s", writers, d.name), Figure: perSecond(n, took[0]), Unit: "responses/s",
			Baseline: base.what, BaselineFigure: perSecond(min(n, base.rows), took[i+1]), Target: base.target, Runs: runs})
	}
	return nil
}

// few is the number of runs of what takes seconds.
func (b *run) few() int { return min(b.Runs, 3) }

// often is the number of runs of what takes little, of which one says the less.
func (b *run) often() int { return 3 * b.Runs }

// eachOf calls f for 0 to n-1 from so many goroutines. The first error ends it.
func eachOf(ctx context.Context, goroutines, n int, f func(ctx context.Context, i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := f(ctx, i); err != nil {
					stop(err)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
