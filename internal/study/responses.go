package study

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"paxscore/surveys"
)

// Responses draws the study of n valid questionnaires as responses to s, planted ones included, in the order of
// WriteCSV and with its values. The survey must ask the 16 items, overall and recommend, each on a scale of 0 to 10; an
// item of the survey that the study lacks counts as not asked, an attribute it lacks as unknown. Each response is a new
// value that the caller may keep.
//
// What the recipe leaves open: a response is submitted in 2025, in the month of its flight, on day 1+(flight mod 28), at
// a drawn time of day (UTC); its id has the form of UUID version 7 of that time, its other bits drawn from seed, n and
// row number. The respondent is the id of the CSV.
func Responses(s *surveys.Survey, n int, seed uint64) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		st, err := newStudy(n, seed)
		if err != nil {
			yield(nil, err)
			return
		}
		f, err := newFitting(s)
		if err != nil {
			yield(nil, err)
			return
		}
		order, err := st.order(context.Background())
		if err != nil {
			yield(nil, err)
			return
		}
		var r record
		var line []byte
		for _, row := range order {
			st.record(int(row), &r)
			line = st.appendLine(line[:0], &r)
			if !yield(st.response(s, f, int(row), &r, line), nil) {
				return
			}
		}
	}
}

// fitting says where the values of the study stand in responses to a survey; -1 is nowhere.
type fitting struct {
	rated      []int // per closed item of the survey, the position in record.answers
	attributes []int // per attribute of the survey, the position in attributeKeys
}

func newFitting(s *surveys.Survey) (fitting, error) {
	var f fitting
	bad := &surveys.InvalidError{Input: fmt.Sprintf("survey %q for the simulated study", s.Key)}
	found := 0
	for _, it := range s.Questionnaire.Rated() {
		at := slices.Index(answerKeys[:], string(it.Key))
		f.rated = append(f.rated, at)
		if at < 0 {
			continue
		}
		found++
		if sc, _ := s.Questionnaire.Scale(it.Scale); sc.Low != 0 || sc.High != 10 {
			bad.Add("items."+string(it.Key)+".scale", "range", "the study rates from 0 to 10, the survey from %d to %d", sc.Low, sc.High)
		}
	}
	if found < answerCount {
		bad.Add("items", "missing", "the survey asks %d of the study's %d questions", found, answerCount)
	}
	for _, a := range s.Questionnaire.Attributes {
		f.attributes = append(f.attributes, slices.Index(attributeKeys[:], string(a.Key)))
	}
	return f, bad.OrNil()
}

func (s *study) response(sv *surveys.Survey, f fitting, row int, r *record, line []byte) *surveys.Response {
	out := &surveys.Response{
		Survey: sv.Key, Version: sv.Version,
		SubmittedAt:    s.submittedAt(row, r),
		Mode:           surveys.ModeImport,
		Seconds:        r.seconds,
		Respondent:     strconv.Itoa(r.id),
		ResponseWeight: 1,
		Ratings:        make([]byte, len(f.rated)),
		Attributes:     make([]string, len(f.attributes)),
	}
	for i, at := range f.rated {
		code := surveys.NotRouted
		if at >= 0 {
			switch a := r.answers[at]; a {
			case skippedAnswer:
				code = surveys.Skipped
			case notApplicableAnswer:
				code = surveys.NotApplicable
			default:
				code = byte(a)
			}
		}
		out.Ratings[i] = code
	}
	values := s.attributes(r)
	for i, at := range f.attributes {
		if at >= 0 {
			out.Attributes[i] = values[at]
		}
	}
	out.ID = s.id(row, out.SubmittedAt)
	h := sha256.New()
	h.Write(line)
	h.Write([]byte(out.SubmittedAt.Format(time.RFC3339)))
	h.Sum(out.Digest[:0])
	return out
}

func (s *study) submittedAt(row int, r *record) time.Time {
	day := time.Date(2025, time.Month(s.flights[r.flight].month), 1+r.flight%28, 0, 0, 0, 0, time.UTC)
	return day.Add(time.Duration(86400*s.d.u(streamTimeOfDay, row, 0)) * time.Second)
}

// id returns 48 bits of milliseconds, version 7, and 74 drawn bits.
func (s *study) id(row int, at time.Time) (id surveys.ResponseID) {
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|s.d.h(streamIDHigh, row, s.n)&0xffff)
	binary.BigEndian.PutUint64(id[8:], s.d.h(streamIDLow, row, s.n))
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}
