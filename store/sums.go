package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"paxscore/surveys"
)

// sums lets PostgreSQL sum responses up.
type sums struct{ *Store }

// Sums returns the database as one that sums responses up itself. Errors: SQLite does not.
func (s *Store) Sums() (surveys.SumStore, error) {
	if _, ok := s.dialect.(postgresDialect); !ok {
		return nil, errors.New("SQLite does not sum responses up itself: take sums in memory, or use PostgreSQL")
	}
	return sums{s}, nil
}

// read runs a query in a transaction that changes nothing and calls each for every row.
func (s sums) read(ctx context.Context, operation, query string, args []any, each func(pgx.Rows) error) error {
	conn, err := s.pools[0].Conn(ctx)
	if err != nil {
		return s.wrap(operation, err)
	}
	defer conn.Close()
	return s.wrap(operation, conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the pool holds a %T", driverConn)
		}
		return pgx.BeginTxFunc(ctx, c.Conn(), pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			// To compile so many expressions takes longer than to interpret them.
			if _, err := tx.Exec(ctx, "SET LOCAL jit = off"); err != nil {
				return err
			}
			// Statements differ from question to question, so none is kept; and a list of ids is hashed only where the planner sees it.
			rows, err := tx.Query(ctx, query, append([]any{pgx.QueryExecModeDescribeExec}, args...)...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				if err := each(rows); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	}))
}

func (s sums) SumState(ctx context.Context, survey surveys.SurveyKey) (out surveys.SumState, err error) {
	err = s.read(ctx, "find the last response", "SELECT coalesce((SELECT max(seq) FROM responses WHERE survey = $1), 0), "+
		"coalesce((SELECT max(removal_seq) FROM removals WHERE survey = $1), 0)", []any{string(survey)},
		func(rows pgx.Rows) error { return rows.Scan(&out.Responses, &out.Removals) })
	return out, err
}

func (s sums) CountVersions(ctx context.Context, survey surveys.SurveyKey) (out []surveys.VersionCount, err error) {
	last, bounded, err := s.settled(ctx)
	if err != nil {
		return nil, s.wrap("count versions", err)
	}
	if !bounded {
		last = math.MaxInt64
	}
	const query = "SELECT version, count(*), max(seq), bool_or(response_weight NOT IN (0, 1)) FROM responses" +
		" WHERE survey = $1 AND seq <= $2 GROUP BY version ORDER BY min(seq)"
	err = s.read(ctx, "count versions", query, []any{string(survey), last}, func(rows pgx.Rows) error {
		var v surveys.VersionCount
		if err := rows.Scan(&v.Version, &v.N, &v.LastSeq, &v.Weighted); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	})
	return out, err
}

func (s sums) ScreenResponses(ctx context.Context, q *surveys.SumQuery) (out surveys.Screened, err error) {
	out.Milliseconds = math.NaN()
	query, args := medianSQL(q)
	times := 0
	low := 0.0
	err = s.read(ctx, "find the median time", query, args, func(rows pgx.Rows) error {
		var ms int64
		if err := rows.Scan(&ms); err != nil {
			return err
		}
		if times++; times == 1 {
			low = float64(ms)
		}
		out.Milliseconds = (low + float64(ms)) / 2
		return nil
	})
	if err != nil || !q.Screening.Duplicates || q.AllRows {
		return out, err
	}
	query, args = repeatedSQL(q)
	err = s.read(ctx, "find duplicates", query, args, func(rows pgx.Rows) error {
		var id [16]byte
		if err := rows.Scan(&id); err != nil {
			return err
		}
		out.Repeated = append(out.Repeated, id)
		return nil
	})
	return out, err
}

func (s sums) SumUnits(ctx context.Context, q *surveys.SumQuery, screened surveys.Screened, by surveys.SumBy) (out []surveys.UnitSums, err error) {
	query, args := unitsSQL(q, screened, by)
	figures := 0
	if by.Scores {
		figures = 2 + len(q.Dimensions) // the last is Incomplete
	}
	err = s.read(ctx, "sum up responses", query, args, func(rows pgx.Rows) error {
		u := surveys.UnitSums{Levels: make([]string, len(by.Attributes)), Figures: make([]surveys.FigureSums, figures)}
		into := []any{&u.Stratum, &u.Cluster, &u.Fate, &u.Missed, &u.N, &u.Straight, &u.Untimed, &u.Outside}
		for i := range u.Levels {
			into = append(into, &u.Levels[i])
		}
		x := make([]string, figures)
		for f := range u.Figures {
			into = append(into, &u.Figures[f].N, &x[f], &u.Figures[f].Squares)
		}
		for _, item := range by.Tallied {
			n := make([]int64, len(q.Items[item].Scores)+3)
			for slot := range n {
				into = append(into, &n[slot])
			}
			u.Tallies = append(u.Tallies, n)
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for f := range x {
			var ok bool
			if u.Figures[f].X, ok = new(big.Int).SetString(x[f], 10); !ok {
				return fmt.Errorf("sum %q is no whole number", x[f])
			}
		}
		if figures > 0 {
			u.Figures, u.Incomplete = u.Figures[:figures-1], u.Figures[figures-1]
		}
		out = append(out, u)
		return nil
	})
	return out, err
}

func (s sums) SumInfluence(ctx context.Context, q *surveys.SumQuery, screened surveys.Screened, c, m []float64) (out []surveys.InfluenceSums, err error) {
	query, args := influenceSQL(q, screened, c, m)
	err = s.read(ctx, "sum up influence", query, args, func(rows pgx.Rows) error {
		var i surveys.InfluenceSums
		if err := rows.Scan(&i.Stratum, &i.Sum, &i.Squares); err != nil {
			return err
		}
		out = append(out, i)
		return nil
	})
	return out, err
}
