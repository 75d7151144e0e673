package exports

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// Codes of an unanswered closed item; a skipped one is empty.
const (
	codeNotApplicable = "NA"
	codeNotRouted     = "NR"
)

// table says which columns the listing of a survey's responses has and what stands in them.
type table struct {
	s           *surveys.Survey
	respondents bool
	attributes  []surveys.Attribute
	rated       []surveys.Item
	low, span   []int // of each rated item: the low end of its scale, and the high end above it
	comments    []surveys.Item
	head        []string
	// columns, from 1
	submittedAt, receivedAt, weightAt, caseWeightAt, verdictAt, attributesAt, ratingsAt, commentsAt int
}

func newTable(s *surveys.Survey, respondents bool) *table {
	q := &s.Questionnaire
	t := &table{s: s, respondents: respondents, attributes: q.Attributes, rated: q.Rated()}
	add := func(key string) int {
		t.head = append(t.head, key)
		return len(t.head)
	}
	add("response_id")
	if respondents {
		add("id")
	}
	add("survey_version")
	add("wave")
	t.submittedAt = add("submitted_at")
	t.receivedAt = add("received_at")
	add("mode")
	add("language")
	add("seconds")
	t.weightAt = add("response_weight")
	t.caseWeightAt = add("case_weight")
	t.verdictAt = add("verdict")
	t.attributesAt = len(t.head) + 1
	for _, a := range t.attributes {
		add(string(a.Key))
	}
	t.ratingsAt = len(t.head) + 1
	for _, i := range t.rated {
		sc, _ := q.Scale(i.Scale)
		t.low, t.span = append(t.low, sc.Low), append(t.span, sc.High-sc.Low)
		add(string(i.Key))
	}
	t.commentsAt = len(t.head) + 1
	for _, i := range q.Items() {
		if !i.Closed() {
			t.comments = append(t.comments, i)
			add(string(i.Key))
		}
	}
	return t
}

// widths are those of the columns of a sheet, in characters.
func (t *table) widths() []float64 {
	out := make([]float64, len(t.head))
	for i, k := range t.head {
		longest := len(k) + 3 // and the filter button
		if a := i + 1 - t.attributesAt; a >= 0 && a < len(t.attributes) {
			for _, v := range t.attributes[a].Values {
				longest = max(longest, len(v.Key))
			}
		}
		out[i] = max(8, min(26, 1.1*float64(longest)))
	}
	out[0], out[t.submittedAt-1], out[t.receivedAt-1] = 38, 20, 20
	for i := t.commentsAt - 1; i < len(out); i++ {
		out[i] = 60
	}
	return out
}

// check refuses a response that does not have the shape of the questionnaire.
func (t *table) check(r *surveys.Response) error {
	if len(r.Ratings) != len(t.rated) || len(r.Attributes) != len(t.attributes) {
		return fmt.Errorf("response %s of questionnaire version %d has %d ratings and %d attributes, version %d has %d and %d",
			r.ID, r.Version, len(r.Ratings), len(r.Attributes), t.s.Version, len(t.rated), len(t.attributes))
	}
	return nil
}

// code is what counts of an answer: a rating outside its scale counts as skipped, as in the report.
func (t *table) code(item int, code byte) byte {
	if code < surveys.NotRouted && int(code) > t.span[item] {
		return surveys.Skipped
	}
	return code
}

// responseWeight is 1 where none was given.
func responseWeight(r *surveys.Response) float64 {
	if r.ResponseWeight == 0 {
		return 1
	}
	return r.ResponseWeight
}

// caseWeight is the weight with which a report counts the response of a place in its data set; NaN where it does not.
func caseWeight(r *reports.Report, at int, row *surveys.Response) float64 {
	switch {
	case at < len(r.CaseWeights):
		return r.CaseWeights[at]
	case at >= len(r.Verdicts) || r.Verdicts[at] != reports.Valid || r.Population != nil:
		return math.NaN()
	case r.Weighting.Method == weightingNone:
		return 1
	}
	return responseWeight(row)
}

// record appends the CSV fields of a response to dst.
func (t *table) record(dst []string, r *surveys.Response, v reports.Verdict, caseWeight float64) []string {
	dst = append(dst, r.ID.String())
	if t.respondents {
		dst = append(dst, guarded(r.Respondent))
	}
	dst = append(dst, strconv.Itoa(r.Version), guarded(string(r.Wave)), stamp(r.SubmittedAt), stamp(r.ReceivedAt), guarded(string(r.Mode)), guarded(r.Language))
	seconds := ""
	if r.Seconds > 0 {
		seconds = strconv.FormatFloat(r.Seconds, 'f', -1, 64)
	}
	counted := ""
	if !math.IsNaN(caseWeight) {
		counted = strconv.FormatFloat(caseWeight, 'f', -1, 64)
	}
	dst = append(dst, seconds, strconv.FormatFloat(responseWeight(r), 'f', -1, 64), counted, v.String())
	for _, a := range r.Attributes {
		dst = append(dst, guarded(a))
	}
	for i, code := range r.Ratings {
		switch code = t.code(i, code); code {
		case surveys.NotApplicable:
			dst = append(dst, codeNotApplicable)
		case surveys.NotRouted:
			dst = append(dst, codeNotRouted)
		case surveys.Skipped:
			dst = append(dst, "")
		default:
			dst = append(dst, strconv.Itoa(t.low[i]+int(code)))
		}
	}
	for _, c := range t.comments {
		dst = append(dst, guarded(r.Comments[c.Key]))
	}
	return dst
}

// cells appends the cells of a response to dst and returns about how many bytes they take and how many texts were cut.
func (t *table) cells(dst []any, r *surveys.Response, v reports.Verdict, caseWeight float64) (out []any, size, cuts int) {
	text := func(s string) any {
		if s == "" {
			return nil
		}
		s, wasCut := cut(clean(s))
		if wasCut {
			cuts++
		}
		size += 6 * len(s) // as much as an escaped character takes
		return s
	}
	dst = append(dst, r.ID.String())
	if t.respondents {
		dst = append(dst, text(r.Respondent))
	}
	dst = append(dst, r.Version, text(string(r.Wave)), moment(r.SubmittedAt), moment(r.ReceivedAt), text(string(r.Mode)), text(r.Language))
	var seconds any
	if r.Seconds > 0 {
		seconds = finite(r.Seconds)
	}
	dst = append(dst, seconds, finite(responseWeight(r)), finite(caseWeight), v.String())
	for _, a := range r.Attributes {
		dst = append(dst, text(a))
	}
	for i, code := range r.Ratings {
		switch code = t.code(i, code); code {
		case surveys.NotApplicable:
			dst = append(dst, codeNotApplicable)
		case surveys.NotRouted:
			dst = append(dst, codeNotRouted)
		case surveys.Skipped:
			dst = append(dst, nil)
		default:
			dst = append(dst, t.low[i]+int(code))
		}
	}
	for _, c := range t.comments {
		dst = append(dst, text(r.Comments[c.Key]))
	}
	return dst, size + 64*len(dst), cuts
}

// stamp is a time in CSV.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// moment is a time in Excel: days since 30 December 1899, in UTC. Excel knows no time before March 1900 for sure, so such a
// one is text.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	if t.Year() < 1901 || t.Year() > 9999 {
		return t.Format(time.RFC3339)
	}
	return float64(t.UnixMilli())/86_400_000 + 25_569
}

// finite is a number in Excel, which has no infinities.
func finite(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}

// walk calls visit for every response of the report's filter, in order, with its case weight, and returns how many there were. It fails if
// ctx ends, the stream fails or a response has another shape, and with ErrChecksFailed, after the last row, if the
// stream does not have as many responses as the report has seen.
func walk(ctx context.Context, t *table, r *reports.Report, rows Rows, visit func(*surveys.Response, reports.Verdict, float64) error) (n int, err error) {
	read := 0
	for row, err := range rows {
		if err != nil {
			return n, fmt.Errorf("read response %d: %w", read+1, err)
		}
		if read%256 == 0 {
			if err := ctx.Err(); err != nil {
				return n, fmt.Errorf("read response %d: %w", read+1, err)
			}
		}
		read++
		if read > len(r.Verdicts) {
			continue // counted only: the report does not know it
		}
		v := r.Verdicts[read-1]
		if v >= reports.Outside {
			continue
		}
		if err := t.check(row); err != nil {
			return n, fmt.Errorf("read response %d: %w", read, err)
		}
		if err := visit(row, v, caseWeight(r, read-1, row)); err != nil {
			return n, err
		}
		n++
	}
	if err := ctx.Err(); err != nil {
		return n, fmt.Errorf("read response %d: %w", read+1, err)
	}
	if read != len(r.Verdicts) {
		return n, fmt.Errorf("%w: %d responses were read, the report has seen %d", ErrChecksFailed, read, len(r.Verdicts))
	}
	if n != r.Responses.Read {
		return n, fmt.Errorf("%w: %d responses were selected, the report counts %d", ErrChecksFailed, n, r.Responses.Read)
	}
	return n, nil
}

// ResponsesCSV writes the responses of a report's filter in our own CSV (see the package comment) and returns how many.
// Of a selection that the report hides none is listed; a whole survey of few responses is, so the list is for those who
// may see single responses. Errors: those of rows, w and
// ctx; ErrChecksFailed if the rows are not those of the report.
func ResponsesCSV(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows, o ...Options) (n int, err error) {
	t := newTable(s, options(o).Respondents)
	out := &sink{w: w, ctx: ctx}
	buffer := bufio.NewWriterSize(out, 1<<16)
	c := csv.NewWriter(buffer)
	c.UseCRLF = true
	if err := c.Write(t.head); err != nil {
		return 0, fmt.Errorf("write responses: header: %w", err)
	}
	var fields []string
	n, err = walk(ctx, t, r, rows, func(row *surveys.Response, v reports.Verdict, caseWeight float64) error {
		fields = t.record(fields[:0], row, v, caseWeight)
		return c.Write(fields)
	})
	c.Flush()
	if err == nil {
		err = c.Error()
	}
	if err == nil {
		err = buffer.Flush()
	}
	if err != nil {
		return n, fmt.Errorf("write responses: %w", err)
	}
	return n, nil
}
