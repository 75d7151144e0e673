package store

import (
	"fmt"
	"strings"

	"paxscore/surveys"
)

// Units of the whole numbers that scores and their squares are summed in.
const (
	scoreUnit  = 1 << 36
	squareUnit = 1 << 22
)

// medianSQL finds the one or two middle times: times are counted first, which every machine does for its own.
func medianSQL(q *surveys.SumQuery) (string, []any) {
	s := newSumSQL(q)
	return "SELECT ms FROM (SELECT ms, n, sum(n) OVER (ORDER BY ms) AS upto, sum(n) OVER () AS total FROM (SELECT ms, count(*) AS n FROM (SELECT " +
		milliseconds + " AS ms" + theResponses + ") AS t WHERE ms > 0 GROUP BY ms) AS t) AS t" +
		" WHERE upto > div(total - 1, 2) AND upto - n <= div(total - 1, 2) OR upto > div(total, 2) AND upto - n <= div(total, 2) ORDER BY ms", s.args
}

// repeatedSQL finds the duplicates: of each respondent and cluster all but the first complete response, or else the first.
func repeatedSQL(q *surveys.SumQuery) (string, []any) {
	only := *q
	only.Where, only.Dimensions, only.Stratum, only.Period, only.Nothing = nil, nil, -1, false, false
	s := newSumSQL(&only)
	cluster := attributeColumn(q.Cluster)
	return "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY respondent, cluster ORDER BY incomplete, seq) AS place" +
		" FROM (SELECT id, seq, respondent, " + cluster + " AS cluster, incomplete FROM (" + s.scored() + ") AS t WHERE respondent <> '') AS t) AS t WHERE place > 1", s.args
}

// unitsSQL sums up by stratum, cluster, fate, condition missed and the levels of attributes. Its columns are in the order that SumUnits reads.
func unitsSQL(q *surveys.SumQuery, screened surveys.Screened, by surveys.SumBy) (string, []any) {
	s := newSumSQL(q)
	s.use(by.Attributes...)
	groups := []string{attributeColumn(q.Stratum), attributeColumn(q.Cluster), "fate", "missed"}
	columns := append([]string(nil), groups...)
	add := func(format string, args ...any) { columns = append(columns, fmt.Sprintf(format, args...)) }
	add("count(*), count(*) FILTER (WHERE straight), count(*) FILTER (WHERE untimed), sum(over)")
	for _, at := range by.Attributes {
		groups = append(groups, attributeColumn(at))
		add("%s", attributeColumn(at))
	}
	figure := func(score, filter string) {
		add("count(%s)%s, coalesce(sum(((%s - 50) * %s)::bigint)%s, 0)::text, coalesce(sum(((%s - 50) * (%s - 50) * %s)::bigint)%s, 0)::bigint",
			score, filter, score, double(scoreUnit), filter, score, score, double(squareUnit), filter)
	}
	if by.Scores {
		figure("d", "")
		for d := range q.Dimensions {
			figure(fmt.Sprintf("d%d", d), "")
		}
		figure("d", " FILTER (WHERE lacking)")
	}
	for _, item := range by.Tallied {
		n := len(q.Items[item].Scores)
		for slot := range n {
			add("count(*) FILTER (WHERE s%d = %d)", item, slot)
		}
		add("count(*) FILTER (WHERE s%d IN (%d, %d))", item, n+skipped, n+offScale)
		add("count(*) FILTER (WHERE s%d = %d), count(*) FILTER (WHERE s%d = %d)", item, n+notApplicable, item, n+notRouted)
	}
	grouped := groups[:0:0]
	for _, g := range groups {
		if g != "''" {
			grouped = append(grouped, g)
		}
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM (" + s.judged(screened) + ") AS t GROUP BY " + strings.Join(grouped, ", "), s.args
}

// influenceSQL sums up, by stratum, the influence of the selected valid responses of no known cluster.
func influenceSQL(q *surveys.SumQuery, screened surveys.Screened, c, m []float64) (string, []any) {
	s := newSumSQL(q)
	terms := make([]string, len(c))
	for d := range c {
		terms[d] = fmt.Sprintf("coalesce(%s * (d%d - %s), 0)", double(c[d]), d, double(m[d]))
	}
	where := fmt.Sprintf("missed = 0 AND fate = %d", surveys.FateKept)
	if q.Cluster >= 0 {
		where += " AND " + attributeColumn(q.Cluster) + " = ''"
	}
	stratum := attributeColumn(q.Stratum)
	unit := double(squareUnit)
	return "SELECT stratum, coalesce(sum((u * " + unit + ")::bigint), 0)::bigint, coalesce(sum((u * u * " + unit + ")::bigint), 0)::bigint" +
		" FROM (SELECT " + stratum + " AS stratum, " + sum(terms, zero) + " AS u" + step + " FROM (" + s.judged(screened) + ") AS t WHERE " + where + ") AS t GROUP BY stratum", s.args
}
