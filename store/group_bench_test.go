package store_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"paxscore/internal/study"
	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// BenchmarkGroup lets 512 writers submit responses of the default survey, each waiting for the commit of its own, and in
// turns measures what to hold that against: one transaction per response (64 connections straight through pgx in PostgreSQL,
// a prepared statement on the one connection in SQLite), and in PostgreSQL one COPY of all rows through pgx, into a table
// with the same columns and indexes, the values ready to send and no check of any kind. Every commit is on the disk. The
// ratios cpu_x are of processor time, which other work on the machine disturbs less: how many times as much the other way
// takes.
func BenchmarkGroup(b *testing.B) {
	b.Run("postgres", func(b *testing.B) {
		url := testdb.DurablePostgres(b)
		ctx := context.Background()
		config, err := pgxpool.ParseConfig(url)
		must(b, err)
		config.MaxConns = 64
		pool, err := pgxpool.NewWithConfig(ctx, config)
		must(b, err)
		defer pool.Close()
		_, err = pool.Exec(ctx, "CREATE TABLE plain (LIKE responses INCLUDING ALL)")
		must(b, err)
		benchmarkGroup(b, url, []baseline{
			{"single", 20_000, func(rows [][]any) {
				eachOf(64, len(rows), func(i int) {
					_, err := pool.Exec(ctx, "INSERT INTO plain VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)", rows[i]...)
					must(b, err)
				})
			}},
			{"copy", 100_000, func(rows [][]any) {
				_, err := pool.CopyFrom(ctx, pgx.Identifier{"plain"}, copied, pgx.CopyFromRows(rows))
				must(b, err)
			}},
		})
	})
	b.Run("sqlite", func(b *testing.B) {
		url := testdb.SQLite(b)
		ctx := context.Background()
		db, err := sql.Open("sqlite", "file:"+url[len("sqlite:"):]+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
		must(b, err)
		defer db.Close()
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(ctx, `CREATE TABLE plain (id BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL PRIMARY KEY, received_at INTEGER NOT NULL,
			submitted_at INTEGER, response_weight REAL NOT NULL, seconds REAL, version INTEGER NOT NULL, survey TEXT NOT NULL, wave TEXT,
			mode TEXT NOT NULL, language TEXT NOT NULL, respondent TEXT, ratings BLOB NOT NULL, attributes TEXT NOT NULL, comments TEXT,
			digest BLOB NOT NULL) STRICT`)
		must(b, err)
		_, err = db.ExecContext(ctx, "CREATE INDEX plain_survey_seq ON plain (survey, seq)")
		must(b, err)
		insert, err := db.PrepareContext(ctx, "INSERT INTO plain VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
		must(b, err)
		benchmarkGroup(b, url, []baseline{{"single", 5_000, func(rows [][]any) {
			for _, row := range rows {
				_, err := insert.ExecContext(ctx, row...)
				must(b, err)
			}
		}}})
	})
}

// copied are the columns of plain.
var copied = []string{"id", "seq", "received_at", "submitted_at", "response_weight", "seconds", "version", "survey", "wave", "mode",
	"language", "respondent", "ratings", "attributes", "comments", "digest"}

// baseline stores n rows of plain in some other way.
type baseline struct {
	name  string
	n     int
	store func(rows [][]any)
}

func benchmarkGroup(b *testing.B, url string, baselines []baseline) {
	const writers, size = 512, 100_000
	s := open(b, url)
	responses := studied(b, s, size)
	survey, err := s.FindSurvey(b.Context(), "default", 0)
	must(b, err)
	var seq int64
	number := uint64(0)
	var ours time.Duration
	spent := make([]time.Duration, len(baselines))
	var busy time.Duration
	busyWith := make([]time.Duration, len(baselines))
	var server *sql.DB
	if !s.IsSQLite() {
		server = s.DB()
	}
	for b.Loop() {
		for _, r := range responses {
			number++
			r.ID = ordered(number)
		}
		before, start := processorTime(b, server), time.Now()
		eachOf(writers, size, func(i int) {
			_, err := s.SubmitResponse(context.Background(), responses[i], nil)
			must(b, err)
		})
		ours += time.Since(start)
		busy += processorTime(b, server) - before
		for i, base := range baselines {
			rows := make([][]any, base.n)
			for j := range rows {
				number++
				seq++
				rows[j] = plainRow(b, survey, url, responses[j], ordered(number), seq)
			}
			before, start := processorTime(b, server), time.Now()
			base.store(rows)
			spent[i] += time.Since(start)
			busyWith[i] += processorTime(b, server) - before
		}
	}
	rate := float64(size*b.N) / ours.Seconds()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate, "rows/s")
	each := func(busy time.Duration, n int) float64 { return float64(busy.Nanoseconds()) / 1000 / float64(n*b.N) }
	b.ReportMetric(each(busy, size), "cpu_µs/row")
	for i, base := range baselines {
		b.ReportMetric(each(busyWith[i], base.n)/each(busy, size), "cpu_x_"+base.name)
		other := float64(base.n*b.N) / spent[i].Seconds()
		b.ReportMetric(other, base.name+"_rows/s")
		b.ReportMetric(rate/other, "x_"+base.name)
	}
}

// studied publishes the default survey and returns n responses of the reference study to it.
func studied(b testing.TB, s *store.Store, n int) []*surveys.Response {
	survey := surveyfile.Default()
	survey.PublishedAt = day
	version, err := s.PublishSurvey(b.Context(), survey)
	must(b, err)
	survey.Version = version
	out := make([]*surveys.Response, 0, n)
	for len(out) < n {
		for r, err := range study.Responses(survey, 10_000, 42) {
			must(b, err)
			if len(out) < n {
				c := *r
				c.ReceivedAt = day
				out = append(out, &c)
			}
		}
	}
	return out
}

// ordered is the n-th id as clients make them: a UUID of version 7, whose first part is the time.
func ordered(n uint64) (id surveys.ResponseID) {
	binary.BigEndian.PutUint64(id[:8], 0x0193_2d5e_0000_7000+n/4<<16|n%4)
	x := n * 0x9e3779b97f4a7c15
	binary.BigEndian.PutUint64(id[8:], 0x8000_0000_0000_0000|(x^x>>29)>>2)
	return id
}

// eachOf calls f for 0 to n-1 from so many goroutines.
func eachOf(goroutines, n int, f func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}

// plainRow is a response as values ready to send.
func plainRow(b *testing.B, survey *surveys.Survey, url string, r *surveys.Response, id surveys.ResponseID, seq int64) []any {
	object := map[surveys.AttributeKey]string{}
	for i, a := range survey.Questionnaire.Attributes {
		if r.Attributes[i] != "" {
			object[a.Key] = r.Attributes[i]
		}
	}
	attributes, err := json.Marshal(object)
	must(b, err)
	var id_, received, submitted any = [16]byte(id), r.ReceivedAt, r.SubmittedAt
	if url[:7] == "sqlite:" {
		id_, received, submitted = id[:], r.ReceivedAt.UnixMicro(), r.SubmittedAt.UnixMicro()
	}
	return []any{
		id_, seq, received, submitted, r.ResponseWeight, r.Seconds, r.Version, string(r.Survey), nil, string(r.Mode), r.Language,
		r.Respondent, r.Ratings, string(attributes), nil, r.Digest[:],
	}
}
