package study

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// firstRecord is one entry of first_records in testdata/ref_synthetic.json.
type firstRecord struct {
	ID, Age, Occupation, Spend, Business, Cabin, Tier, Male, Channel, Flight, Month, Delayed, Route, Q0, NPS int
	Ratings                                                                                                  []any
	Seconds                                                                                                  float64
}

// The expected values are those of the program that drew the reference (numpy and scipy), tolerance 1e-12.
func TestGoldenDraws(t *testing.T) {
	src, err := os.ReadFile("testdata/ref_synthetic.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Expected struct {
			Hash   string             `json:"first_hash_stream1_id1"`
			U      float64            `json:"first_u_stream1_id1"`
			Golden map[string]float64 `json:"golden"`
			First  []firstRecord      `json:"first_records"`
		}
	}
	if err := json.Unmarshal(src, &ref); err != nil {
		t.Fatal(err)
	}
	e := ref.Expected
	s, err := newStudy(10000, 42)
	if err != nil {
		t.Fatal(err)
	}
	if got := strconv.FormatUint(s.d.h(1, 1, 0), 10); got != e.Hash {
		t.Errorf("h(1,1) = %s, want %s", got, e.Hash)
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"u(1,1)":    {s.d.u(1, 1, 0), e.U},
		"u(9,1)":    {s.d.u(9, 1, 0), e.Golden["u(9,1)"]},
		"z(30,1)":   {s.d.z(30, 1, 0), e.Golden["z(30,1)"]},
		"z(32,1,5)": {s.d.z(32, 1, 5), e.Golden["z(32,1,5)"]},
		"z(21,500)": {s.d.z(21, 500, 0), e.Golden["z(21,500)"]},
	} {
		if c.want == 0 || math.Abs(c.got-c.want) > 1e-12*math.Abs(c.want) {
			t.Errorf("%s = %.17g, want %.17g", name, c.got, c.want)
		}
	}
	straight := 0
	for i := range 10_000 {
		if s.d.u(streamStraight, i+1, 0) < .02 {
			straight++
		}
	}
	if straight != 198 { // mild_straight_liners of ref_synthetic.json and ref_study.json
		t.Errorf("%d mild straight-liners", straight)
	}
	if len(e.First) == 0 {
		t.Fatal("no first records in the reference")
	}
	for _, want := range e.First {
		var r record
		s.record(want.ID, &r)
		fl := s.flights[r.flight]
		got := firstRecord{ID: r.id, Age: r.age, Occupation: r.occupation, Spend: r.spend, Business: r.purpose, Cabin: r.cabin, Tier: r.tier,
			Male: r.gender, Channel: r.channel, Flight: r.flight, Month: fl.month, Delayed: fl.delayed, Route: fl.route,
			Q0: int(r.answers[overallAt]), NPS: int(r.answers[recommendAt]), Seconds: r.seconds}
		for _, a := range r.answers[:itemCount] {
			switch a {
			case notApplicableAnswer:
				got.Ratings = append(got.Ratings, "NA")
			case skippedAnswer:
				got.Ratings = append(got.Ratings, "SK")
			default:
				got.Ratings = append(got.Ratings, float64(a))
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("record %d (-want +got):\n%s", want.ID, d)
		}
	}
}

func TestPlanKeepsProportions(t *testing.T) {
	for _, c := range []struct{ n, duplicates, careless, breakOffs int }{
		{1, 0, 0, 0}, {41, 0, 0, 0}, {42, 1, 1, 0}, {100, 1, 1, 1}, {1000, 12, 12, 6}, {10000, 120, 120, 60}, {1000000, 12000, 12000, 6000},
	} {
		p, err := newPlan(c.n)
		if err != nil {
			t.Fatal(err)
		}
		if want := (plan{c.n, c.duplicates, c.careless, c.breakOffs}); p != want {
			t.Errorf("plan of %d is %+v, want %+v", c.n, p, want)
		}
		if p.duplicates > 0 && p.duplicates*(p.n/p.duplicates) > p.n {
			t.Errorf("plan of %d: last duplicate copies a row beyond n", c.n)
		}
	}
	for _, n := range []int{-1, 0, MaxSize + 1} {
		if _, err := newPlan(n); err == nil {
			t.Errorf("size %d is taken", n)
		}
	}
}
