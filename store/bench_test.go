package store_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// BenchmarkImport stores 100 batches of 1000 responses, and as the baseline inserts the same columns with the best plain
// multi-row statements of database/sql: one prepared statement of 250 rows, 1000 rows to a transaction, values ready to send,
// no check for ids stored already. The ratio is that of the rows per second.
func BenchmarkImport(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkImport(b, testdb.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { benchmarkImport(b, testdb.Postgres(b)) })
}

func benchmarkImport(b *testing.B, url string) {
	const size, batches = 1000, 100
	s := open(b, url)
	publish(b, s)
	ctx := context.Background()
	insert, err := s.DB().PrepareContext(ctx, rawStatement(url))
	must(b, err)
	defer insert.Close()
	var imported, raw time.Duration
	group := 0
	for b.Loop() {
		batch := make([]*surveys.Response, size)
		// In turns, so that both meet the same growing table.
		for range batches {
			group++
			for i := range batch {
				batch[i] = everything(0)
				batch[i].ID = spread(group, i)
			}
			start := time.Now()
			if n, err := s.ImportResponses(ctx, batch); err != nil || n != size {
				b.Fatal(n, err)
			}
			imported += time.Since(start)

			group++
			rows := make([][]any, size)
			for i := range rows {
				rows[i] = rawRow(url, everything(0), spread(group, i), int64((group-1)*size+i+1))
			}
			start = time.Now()
			if err := insertRaw(ctx, s.DB(), insert, rows); err != nil {
				b.Fatal(err)
			}
			raw += time.Since(start)
		}
	}
	n := float64(b.N * batches * size)
	b.ReportMetric(n/imported.Seconds(), "rows/s")
	b.ReportMetric(n/raw.Seconds(), "raw_rows/s")
	b.ReportMetric(raw.Seconds()/imported.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// spread makes ids in no order, as an importer derives them.
func spread(group, i int) (id surveys.ResponseID) {
	x := uint64(group)<<32 | uint64(i)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	binary.BigEndian.PutUint64(id[:8], x)
	binary.BigEndian.PutUint64(id[8:], uint64(group)<<32|uint64(i))
	return id
}

func rawRow(url string, r *surveys.Response, id surveys.ResponseID, seq int64) []any {
	row := []any{
		id[:], r.ReceivedAt.UnixMicro(), r.SubmittedAt.UnixMicro(), r.ResponseWeight, r.Seconds, r.Version, string(r.Survey), string(r.Wave),
		string(r.Mode), r.Language, r.Respondent, r.Ratings, `{"flight":"LX 318","cabin":"business","note":"Tokyo"}`,
		`{"remark":"line"}`, r.Digest[:], seq,
	}
	if !strings.HasPrefix(url, "sqlite:") {
		row[0], row[1], row[2] = [16]byte(id), r.ReceivedAt, r.SubmittedAt
	}
	return row
}

// rawStatement inserts 250 rows.
func rawStatement(url string) string {
	const columns = 16
	var b strings.Builder
	b.WriteString("INSERT INTO responses (id, received_at, submitted_at, response_weight, seconds, version, survey, wave, mode, " +
		"language, respondent, ratings, attributes, comments, digest, seq) VALUES ")
	for i := range 250 * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteByte(',')
		}
		if strings.HasPrefix(url, "sqlite:") {
			b.WriteByte('?')
		} else {
			fmt.Fprintf(&b, "$%d", i+1)
		}
	}
	return b.String() + ")"
}

func insertRaw(ctx context.Context, db *sql.DB, insert *sql.Stmt, rows [][]any) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	stmt := tx.StmtContext(ctx, insert)
	for part := range slices.Chunk(rows, 250) {
		if _, err := stmt.ExecContext(ctx, slices.Concat(part...)...); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE response_seq SET last = last + 1000"); err != nil {
		return err
	}
	return tx.Commit()
}

// BenchmarkSubmit stores responses one by one, each in a transaction of its own.
func BenchmarkSubmit(b *testing.B) {
	each := func(name string, database func(testing.TB) string) {
		b.Run(name, func(b *testing.B) {
			s := open(b, database(b))
			publish(b, s)
			submitMany(b, s)
		})
	}
	each("sqlite", testdb.SQLite)
	each("postgres", testdb.Postgres)
}

func submitMany(b *testing.B, s *store.Store) {
	ctx := context.Background()
	n := 0
	for b.Loop() {
		n++
		r := everything(0)
		r.ID = spread(1, n)
		if _, err := s.SubmitResponse(ctx, r, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
