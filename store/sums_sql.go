package store

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"paxscore/surveys"
)

// The statements that sum responses up are made of steps, each a subquery of the one before:
//
//	coded    a row for each response: slots of the answers, levels, time taken
//	counted  what is answered, and of each dimension Σu of applicable items, Σu and Σu·s of answered ones
//	scored   the dimensions, and what screening sees
//	judged   the index, the fate, the condition missed
//
// Every step computes what the next uses several times. Nothing in them joins or sorts, so that where responses are spread over machines by
// id, each machine does all of this for its own and hands on only sums.
//
// Scores are found in double precision by the operations of the scoring in memory, in its order, and rounded likewise (a cast to bigint rounds
// half to even), so that the sums are equal to the last bit.

// step keeps the planner from merging a subquery into the next, which would find everything again wherever it is used: one with a
// volatile column stays whole, yet is shared among parallel workers.
const step = ", clock_timestamp() AS step"

// sumSQL writes a statement and its parameters: $1 the survey, $2 the last seq.
type sumSQL struct {
	q    *surveys.SumQuery
	args []any
	used []bool // attributes
}

func newSumSQL(q *surveys.SumQuery) *sumSQL {
	s := &sumSQL{q: q, args: []any{string(q.Survey), q.UpToSeq}, used: make([]bool, len(q.Attributes))}
	s.use(q.Cluster, q.Stratum)
	for _, c := range q.Where {
		s.use(c.Attribute)
	}
	return s
}

func (s *sumSQL) use(attributes ...int) {
	for _, at := range attributes {
		if at >= 0 {
			s.used[at] = true
		}
	}
}

const theResponses = " FROM responses r WHERE r.survey = $1 AND r.seq <= $2"

// arg adds a parameter.
func (s *sumSQL) arg(value any, kind string) string {
	s.args = append(s.args, value)
	return fmt.Sprintf("$%d::%s", len(s.args), kind)
}

// double is a number as SQL, exact.
func double(x float64) string { return "'" + strconv.FormatFloat(x, 'g', -1, 64) + "'::float8" }

// list is an array as SQL.
func list[T any](kind string, of []T, word func(T) string) string {
	words := make([]string, len(of))
	for i, x := range of {
		words[i] = word(x)
	}
	return "'{" + strings.Join(words, ",") + "}'::" + kind + "[]"
}

func doubles(of []float64) string {
	return list("float8", of, func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) })
}

// kept are the columns that every step hands on.
func (s *sumSQL) kept() []string {
	out := []string{"id", "seq", "respondent", "ms", "outside", "untimed"}
	for i, used := range s.used {
		if used {
			out = append(out, fmt.Sprintf("a%d", i))
		}
	}
	for i := range s.q.Items {
		out = append(out, fmt.Sprintf("s%d", i))
	}
	return out
}

// sum joins terms; without any it is 0.
func sum(terms []string, zero string) string {
	if len(terms) == 0 {
		return zero
	}
	return strings.Join(terms, " + ")
}

const zero = "'0'::float8"

// counted is the second step.
func (s *sumSQL) counted() string {
	var answered, applicable, ratings, any, over []string
	for i := range s.q.Items {
		it, n := &s.q.Items[i], len(s.q.Items[i].Scores)
		any = append(any, fmt.Sprintf("s%d < %d", i, n))
		over = append(over, fmt.Sprintf("CASE s%d WHEN %d THEN 1 ELSE 0 END", i, n+offScale))
		if it.Rating {
			answered = append(answered, fmt.Sprintf("CASE WHEN s%d < %d THEN 1 ELSE 0 END", i, n))
			applicable = append(applicable, fmt.Sprintf("CASE WHEN s%d < %d THEN 1 ELSE 0 END", i, n+notApplicable))
			ratings = append(ratings, fmt.Sprintf("CASE WHEN s%d < %d THEN s%d + %d END", i, n, i, it.Low))
		}
	}
	alike, something := "false", "false"
	if len(ratings) > 0 {
		all := strings.Join(ratings, ", ")
		alike = fmt.Sprintf("coalesce(least(%s) = greatest(%s), false)", all, all)
	}
	if len(any) > 0 {
		something = strings.Join(any, " OR ")
	}
	columns := append(s.kept(), sum(answered, "0")+" AS answered", sum(applicable, "0")+" AS applicable", alike+" AS alike",
		"("+something+") AS something", sum(over, "0")+" AS over")
	for d := range s.q.Dimensions {
		var routed, asked, given, scored []string
		for k, item := range s.q.Dimensions[d].Items {
			u, scores := s.q.Dimensions[d].ItemWeights[k], s.q.Items[item].Scores
			n := len(scores)
			score := make([]float64, n+otherSlots)
			for slot := range n {
				score[slot] = u * scores[slot]
			}
			routed = append(routed, fmt.Sprintf("s%d < %d", item, n+notApplicable))
			asked = append(asked, fmt.Sprintf("CASE WHEN s%d < %d THEN %s ELSE 0 END", item, n+notApplicable, double(u)))
			given = append(given, fmt.Sprintf("CASE WHEN s%d < %d THEN %s ELSE 0 END", item, n, double(u)))
			scored = append(scored, fmt.Sprintf("(%s)[s%d + 1]", doubles(score), item))
		}
		if len(routed) == 0 {
			routed = []string{"false"}
		}
		columns = append(columns, fmt.Sprintf("(%s) AS r%d, %s AS p%d, %s AS g%d, %s AS t%d", strings.Join(routed, " OR "), d,
			sum(asked, zero), d, sum(given, zero), d, sum(scored, zero), d))
	}
	return s.after(columns, s.coded())
}

func (s *sumSQL) after(columns []string, from string) string {
	return "SELECT " + strings.Join(columns, ", ") + step + " FROM (" + from + ") AS t"
}

// thresholdSlack is that of the scoring in memory (METHOD section 4).
const thresholdSlack = 1e-12

// scored is the third step.
func (s *sumSQL) scored() string {
	columns := append(s.kept(), "over", "alike AND answered >= 2 AS straight",
		"ms > 0 AND ms < 2000 * greatest(answered, 1) AS hasty", s.incomplete()+" AS incomplete", s.missed()+" AS missed")
	share := double(s.q.Missing.MinItemShare - thresholdSlack)
	for d := range s.q.Dimensions {
		columns = append(columns, fmt.Sprintf("r%d", d),
			fmt.Sprintf("CASE WHEN r%d AND g%d > 0 AND g%d / nullif(p%d, 0) >= %s THEN t%d / nullif(g%d, 0) END AS d%d", d, d, d, d, share, d, d, d))
	}
	return s.after(columns, s.counted())
}

// incomplete tells break-offs.
func (s *sumSQL) incomplete() string {
	out := "CASE WHEN applicable > 0 THEN 2 * answered < applicable ELSE NOT something END"
	if o := s.q.Overall; o >= 0 {
		n := len(s.q.Items[o].Scores)
		out = fmt.Sprintf("(s%d BETWEEN %d AND %d OR %s)", o, n+skipped, n+notApplicable, out)
	}
	return out
}

// missed is UnitSums.Missed.
func (s *sumSQL) missed() string {
	var n, which []string
	for i, c := range s.q.Where {
		holds := fmt.Sprintf("a%d = ANY(%s)", c.Attribute, s.arg(c.Levels, "text[]"))
		n = append(n, "CASE WHEN "+holds+" THEN 0 ELSE 1 END")
		which = append(which, fmt.Sprintf("CASE WHEN %s THEN 0 ELSE %d END", holds, i+1))
	}
	if len(n) == 0 {
		return "CASE WHEN outside THEN -1 ELSE 0 END"
	}
	return fmt.Sprintf("CASE WHEN outside OR %s > 1 THEN -1 ELSE %s END", sum(n, ""), sum(which, ""))
}

// judged is the last step.
func (s *sumSQL) judged(screened surveys.Screened) string {
	columns := append(s.kept(), "over", "straight", "missed", s.fate(screened)+" AS fate")
	var valid, weights, applicable, sums, lacking []string
	for d := range s.q.Dimensions {
		omega := double(s.q.Dimensions[d].DimensionWeight)
		columns = append(columns, fmt.Sprintf("d%d", d))
		valid = append(valid, fmt.Sprintf("CASE WHEN d%d IS NULL THEN 0 ELSE 1 END", d))
		weights = append(weights, fmt.Sprintf("CASE WHEN d%d IS NULL THEN 0 ELSE %s END", d, omega))
		applicable = append(applicable, fmt.Sprintf("CASE WHEN r%d THEN %s ELSE 0 END", d, omega))
		sums = append(sums, fmt.Sprintf("coalesce(%s * d%d, 0)", omega, d))
		lacking = append(lacking, fmt.Sprintf("d%d IS NULL", d))
	}
	index, lacks := "NULL::float8", "false"
	if len(valid) > 0 {
		of := "(" + sum(weights, zero) + ")"
		index = fmt.Sprintf("CASE WHEN %s >= %d AND %s > 0 AND %s / nullif(%s, 0) >= %s THEN (%s) / nullif(%s, 0) END",
			sum(valid, "0"), max(1, min(s.q.Missing.MinDimensions, len(s.q.Dimensions))), of, of, sum(applicable, zero),
			double(s.q.Missing.MinDimensionShare-thresholdSlack), sum(sums, zero), of)
		lacks = "(" + strings.Join(lacking, " OR ") + ")"
	}
	return s.after(append(columns, index+" AS d", lacks+" AS lacking"), s.scored())
}

// fate is UnitSums.Fate.
func (s *sumSQL) fate(screened surveys.Screened) string {
	if s.q.AllRows {
		return "0"
	}
	rules := s.q.Screening
	var out strings.Builder
	if rules.Duplicates && len(screened.Repeated) > 0 {
		ids := make([][16]byte, len(screened.Repeated))
		for i, id := range screened.Repeated {
			ids[i] = id
		}
		fmt.Fprintf(&out, " WHEN id = ANY(%s) THEN %d", s.arg(ids, "uuid[]"), surveys.FateDuplicate)
	}
	if rules.Careless {
		fast := "false"
		if m := screened.Milliseconds; !math.IsNaN(m) {
			fast = "ms > 0 AND 3 * ms::float8 < " + double(m)
		}
		fmt.Fprintf(&out, " WHEN hasty OR straight AND %s THEN %d", fast, surveys.FateCareless)
	}
	if rules.BreakOffs {
		fmt.Fprintf(&out, " WHEN incomplete THEN %d", surveys.FateBreakOff)
	}
	if out.Len() == 0 {
		return "0"
	}
	return "CASE" + out.String() + " ELSE 0 END"
}

// attributeColumn names the level of an attribute, ” for none.
func attributeColumn(at int) string {
	if at < 0 {
		return "''"
	}
	return fmt.Sprintf("a%d", at)
}
