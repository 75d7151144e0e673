package study

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"paxscore/internal/reference"
)

// The expected values are those of the program that drew the reference (numpy and scipy), tolerance 1e-12.
func TestGoldenDraws(t *testing.T) {
	const tolerance = 1e-12
	ref := reference.Open(t, "ref_synthetic.json", "seed", "first_hash_stream1_id1", "first_u_stream1_id1", "golden", "first_records",
		"mild_straight_liners", "closest_distance_to_a_rounding_boundary")
	again := reference.Open(t, "ref_study.json", "golden.mild_straight_liners")
	const n, seed = 10_000, 42
	ref.Count("seed", seed)
	s, err := newStudy(n, seed)
	if err != nil {
		t.Fatal(err)
	}
	ref.EqualText("first_hash_stream1_id1", strconv.FormatUint(s.d.h(1, 1, 0), 10))
	ref.Equal("first_u_stream1_id1", s.d.u(1, 1, 0), tolerance)
	ref.Equal("golden.u(9,1)", s.d.u(9, 1, 0), tolerance)
	ref.Equal("golden.z(30,1)", s.d.z(30, 1, 0), tolerance)
	ref.Equal("golden.z(32,1,5)", s.d.z(32, 1, 5), tolerance)
	ref.Equal("golden.z(21,500)", s.d.z(21, 500, 0), tolerance)

	straight, closest := 0, 1.0
	var r record
	for i := 1; i <= n; i++ {
		if s.d.u(streamStraight, i, 0) < .02 {
			straight++
		}
		// Every value that is rounded to a rating, straight-liners' own opinions included.
		s.record(i, &r)
		general := s.d.z(streamGeneral, i, 0)
		incident := float64(bit(s.d.u(streamIncident, i, 0) < .035))
		effect := effectOfAge[r.age] + effectOfOccupation[r.occupation] + effectOfSpend[r.spend]
		opinions := s.opinions(i, &s.flights[r.flight], general, effect, incident)
		for _, x := range append(opinions[:], 7.5+1.2*general) {
			closest = math.Min(closest, math.Abs(x+.5-math.Round(x+.5)))
		}
	}
	ref.Count("mild_straight_liners", straight)
	again.Count("golden.mild_straight_liners", straight)
	ref.Equal("closest_distance_to_a_rounding_boundary", closest, 1e-9)

	for k := range ref.Length("first_records") {
		at := fmt.Sprintf("first_records.%d.", k)
		s.record(k+1, &r)
		fl := s.flights[r.flight]
		for name, got := range map[string]int{
			"id": r.id, "age": r.age, "occupation": r.occupation, "spend": r.spend, "business": r.purpose, "cabin": r.cabin, "tier": r.tier,
			"male": r.gender, "channel": r.channel, "flight": r.flight, "month": fl.month, "delayed": fl.delayed, "route": fl.route,
			"incident": bit(s.d.u(streamIncident, r.id, 0) < .035), "q0": int(r.answers[overallAt]), "nps": int(r.answers[recommendAt]),
		} {
			ref.Count(at+name, got)
		}
		ref.Bool(at+"mild_straight", s.d.u(streamStraight, r.id, 0) < .02)
		ref.Equal(at+"seconds", r.seconds, 0)
		for j, a := range r.answers[:itemCount] {
			switch item := fmt.Sprintf("%sratings.%d", at, j); a {
			case notApplicableAnswer:
				ref.EqualText(item, "NA")
			case skippedAnswer:
				ref.EqualText(item, "SK")
			default:
				ref.Count(item, int(a))
			}
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
