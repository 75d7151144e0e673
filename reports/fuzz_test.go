package reports_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// stream reads values from fuzzed bytes, zeros when they are used up.
type stream struct{ b []byte }

func (s *stream) byte() byte {
	if len(s.b) == 0 {
		return 0
	}
	x := s.b[0]
	s.b = s.b[1:]
	return x
}

func (s *stream) bit() bool { return s.byte()&1 == 1 }

func (s *stream) number() float64 {
	var bits uint64
	for range 8 {
		bits = bits<<8 | uint64(s.byte())
	}
	return math.Float64frombits(bits)
}

func (s *stream) word() string {
	const n = 6
	return []string{"", "economy", "first", "\xff", "7", "domestic"}[s.byte()%n]
}

// FuzzReport appends any responses and asks anything of them. Nothing panics; every figure that is called shown is a number, every
// other is none; n, the bounds and the counts agree; the JSON is valid.
func FuzzReport(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
	many := make([]byte, 4000)
	for i := range many {
		many[i] = byte(i * 7 % 13)
	}
	f.Add(many)
	huge := make([]byte, 3000)
	for i := range huge {
		huge[i] = byte(i*i>>3) | 0x80
	}
	f.Add(huge)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &stream{b}
		sv := studySurvey()
		if s.bit() {
			sv.Design = surveys.Design{}
		}
		if s.bit() {
			sv.Design.Stratum = "route"
		}
		if s.bit() {
			sv.Models[0].Base = surveys.BasePolicy{Suppress: int(s.byte() % 12), Show: int(s.byte() % 12), Test: 12, Flag: 20}
		}
		if s.bit() {
			sv.Models[0].Weighting = surveys.PostStratification("cabin", map[string]float64{"economy": .9, "first": s.number()})
		}
		if s.bit() {
			sv.Models[0].Weighting = &surveys.Weighting{Method: []surveys.WeightingMethod{surveys.Rake, surveys.Calibrate}[s.byte()&1], Cap: 1 + float64(s.byte()), Floor: .2, Low: .1, High: 1.5 + float64(s.byte()),
				Margins: []surveys.Margin{{Attribute: "cabin", Shares: map[string]float64{"economy": .9, "upper": float64(s.byte()) + .5}, Merge: map[string][]string{"upper": {"first", "business"}}},
					{Attribute: "route", Shares: map[string]float64{"domestic": math.Abs(s.number()), "7": 3}}}}
		}
		d := reports.NewDataset(sv)
		copies := 1 + int(s.byte()%40)
		for len(s.b) > 0 && d.Len() < 600 {
			r := response(s.byte()%12, func(r *surveys.Response) {
				for range s.byte() % 6 {
					r.Ratings[int(s.byte())%len(r.Ratings)] = s.byte()
				}
				set("cabin", s.word(), "flight", s.word(), "route", s.word())(r)
				if s.bit() {
					r.ResponseWeight = s.number()
				}
				r.Seconds = []float64{0, 200, 20, s.number()}[s.byte()%4]
				if s.bit() {
					r.SubmittedAt = time.Unix(int64(s.number()), 0)
				}
				r.Respondent, r.Version, r.Mode = s.word(), int(int8(s.byte())), surveys.Mode(s.word())
			})
			for range copies {
				if err := d.Append(r); err != nil {
					break
				}
			}
		}
		q := reports.Query{By: [][]string{{"cabin"}, {"flight", "route"}}, Unweighted: s.bit(), AllRows: s.bit()}
		if s.bit() {
			q.Where = []reports.Where{{Attribute: "flight", Values: []string{s.word(), s.word()}}}
		}
		q.Listed = true
		r, err := d.Report(q)
		var unweightable *surveys.InvalidError
		if errors.As(err, &unweightable) && unweightable.Input == "weighting" && !q.Unweighted {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sound(t, r)
		if d.Len() > 0 {
			soundResponse(t, d, reports.ResponseQuery{Row: int(s.byte()) % d.Len(), Model: q.Model, Unweighted: q.Unweighted})
		}
		soundOperations(t, d, q, s.number())
		for _, m := range r.Weighting.Margins {
			for _, l := range m.Levels {
				if !l.Target.Valid() || !l.Achieved.Valid() || r.Weighting.MarginError > 1e-6 || !r.Weighting.MarginError.Valid() {
					t.Errorf("%s %s: target %v, achieved %v, margin error %v", m.Attribute, l.Level, l.Target, l.Achieved, r.Weighting.MarginError)
				}
			}
		}
	})
}

func sound(t *testing.T, r *reports.Report) {
	t.Helper()
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	c := r.Responses
	if c.Read != c.Valid+c.Duplicates+c.Careless+c.BreakOffs || c.Read+c.Outside != len(r.Verdicts) {
		t.Errorf("responses %+v of %d", c, len(r.Verdicts))
	}
	check := func(what string, e reports.Estimate) {
		t.Helper()
		shown := e.Status == reports.StatusOK || e.Status == reports.StatusFlagged
		if e.Estimate.Valid() != shown {
			t.Errorf("%s: %v with status %s", what, e.Estimate, e.Status)
		}
		if (e.N == nil) != (e.Status == reports.StatusSuppressed) || e.Warnings == nil {
			t.Errorf("%s: n %v with status %s, warnings %v", what, e.N, e.Status, e.Warnings)
		}
		if shown && (e.Estimate < -1e-9 || e.Estimate > 100+1e-9 || e.SE.Valid() && (e.SE < 0 || e.Low > e.Estimate || e.High < e.Estimate)) {
			t.Errorf("%s: %+v", what, e)
		}
		if !shown && (e.SE.Valid() || e.Low.Valid() || e.High.Valid() || e.Native.Valid() || e.DF.Valid() || e.NEffective.Valid() || e.Deff.Valid()) {
			t.Errorf("%s: %+v", what, e)
		}
	}
	check("index", r.Overall)
	check("index of means", r.IndexOfMeans)
	items := append([]reports.ItemEstimate{}, r.Items...)
	dimensions := append([]reports.DimensionEstimate{}, r.Dimensions...)
	recommend := []*reports.Recommend{r.Recommend}
	if r.OverallItem != nil {
		items = append(items, *r.OverallItem)
	}
	for _, s := range r.Segments {
		what := fmt.Sprintf("segment %q", s.Label)
		check(what, s.Overall)
		items, dimensions, recommend = append(items, *s.OverallItem), append(dimensions, s.Dimensions...), append(recommend, s.Recommend)
		if (s.N == nil) != (s.Status == reports.StatusSuppressed) {
			t.Errorf("%s: n %v with status %s", what, s.N, s.Status)
		}
		if v := s.VersusRest; v != nil && (v.Verdict == "") || v != nil && v.P.Valid() != (v.Verdict != "not_tested") {
			t.Errorf("%s: %+v", what, v)
		}
	}
	for _, x := range dimensions {
		check(x.Key, x.Estimate)
		if x.Contribution.Valid() != x.Estimate.Estimate.Valid() {
			t.Errorf("%s: contribution %v of %v", x.Key, x.Contribution, x.Estimate.Estimate)
		}
	}
	for _, x := range items {
		check(x.Key, x.Estimate)
		total := 0
		for _, bar := range x.Histogram {
			total += bar.N
		}
		if len(x.Histogram) > 0 && total != *x.N || x.Mean.Valid() != x.Estimate.Estimate.Valid() || (x.TopBox != nil) != x.Mean.Valid() {
			t.Errorf("%s: %+v", x.Key, x)
		}
		if p := x.TopBox; p != nil && (!p.Share.Valid() || p.Share < 0 || p.Share > 1 || p.Low.Valid() && (float64(p.Low) > float64(p.Share)+1e-9 || float64(p.High) < float64(p.Share)-1e-9)) {
			t.Errorf("%s: top box %+v", x.Key, p)
		}
	}
	for _, p := range recommend {
		if p.NPS.Valid() != (p.Promoters != nil) || p.NPS.Valid() && (p.NPS < -100-1e-9 || p.NPS > 100+1e-9 || *p.Promoters+*p.Passives+*p.Detractors != *p.N) {
			t.Errorf("NPS %+v", p)
		}
	}
}
