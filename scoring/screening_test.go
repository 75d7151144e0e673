package scoring_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

const (
	na = columns.NotApplicable
	sk = columns.Skipped
	nr = columns.NotRouted
)

// screened is a table of four rating items, the third on a scale from 1, and an overall item.
type screened struct {
	table  *columns.Table
	screen *scoring.Screen
}

func newScreened(overall bool) *screened {
	m := &scoring.Model{Overall: scoring.None, Recommend: scoring.None}
	for i := range 5 {
		low := 0
		if i == 2 {
			low = 1
		}
		m.Items = append(m.Items, scoring.Item{Low: low, High: 10, Scores: scoring.LinearScores(low, 10, false), Rating: i < 4})
	}
	if overall {
		m.Overall = 4
	}
	table := columns.New(5, 1)
	return &screened{table, scoring.NewScreen(table, m, 0)}
}

type answered struct {
	ratings    []byte
	ms         uint32
	respondent string
	cluster    string
}

func (s *screened) add(t *testing.T, rows ...answered) {
	t.Helper()
	for _, r := range rows {
		if err := s.table.Append(&columns.Row{Ratings: r.ratings, Attributes: []string{r.cluster}, ResponseWeight: 1, Milliseconds: r.ms, Respondent: r.respondent}); err != nil {
			t.Fatal(err)
		}
		s.screen.Update()
	}
}

func (s *screened) fates(r scoring.Rules) []scoring.Fate {
	return s.screen.Fates(r, s.screen.MedianMilliseconds())
}

var allRules = scoring.Rules{Duplicates: true, Careless: true, BreakOffs: true}

func TestScreening(t *testing.T) {
	full := []byte{1, 2, 3, 4, 5}
	line := []byte{5, 5, 4, 5, 1} // the third item's code 4 is a rating of 5
	slow := answered{ratings: full, ms: 100_000}
	tests := []struct {
		name  string
		rules scoring.Rules
		rows  []answered // after three of 100 s
		want  []scoring.Fate
	}{
		{"an ordinary one", allRules, []answered{slow}, []scoring.Fate{scoring.Kept}},
		{"straight and fast", allRules, []answered{{ratings: line, ms: 33_000}}, []scoring.Fate{scoring.Careless}},
		{"straight, at a third of the median", allRules, []answered{{ratings: line, ms: 33_334}}, []scoring.Fate{scoring.Kept}},
		{"straight, time unknown", allRules, []answered{{ratings: line}}, []scoring.Fate{scoring.Kept}},
		{"equal codes are not equal ratings", allRules, []answered{{ratings: []byte{5, 5, 5, 5, 1}, ms: 20_000}}, []scoring.Fate{scoring.Kept}},
		{"fast, not straight", allRules, []answered{{ratings: full, ms: 20_000}}, []scoring.Fate{scoring.Kept}},
		{"one answer is no line", allRules, []answered{{ratings: []byte{5, na, na, na, 5}, ms: 20_000}}, []scoring.Fate{scoring.Kept}},
		{"two answers are", allRules, []answered{{ratings: []byte{5, 5, na, na, 5}, ms: 20_000}}, []scoring.Fate{scoring.Careless}},
		{"under 2 s per answer", allRules, []answered{{ratings: full, ms: 7_999}}, []scoring.Fate{scoring.Careless}},
		{"2 s per answer", allRules, []answered{{ratings: full, ms: 8_000}}, []scoring.Fate{scoring.Kept}},
		{"overall missing", allRules, []answered{{ratings: []byte{1, 2, 3, 4, sk}, ms: 90_000}}, []scoring.Fate{scoring.BreakOff}},
		{"overall not asked", allRules, []answered{{ratings: []byte{1, 2, 3, 4, nr}, ms: 90_000}}, []scoring.Fate{scoring.Kept}},
		{"half answered", allRules, []answered{{ratings: []byte{1, 2, sk, sk, 5}, ms: 90_000}}, []scoring.Fate{scoring.Kept}},
		{"under half answered", allRules, []answered{{ratings: []byte{1, sk, sk, sk, 5}, ms: 90_000}}, []scoring.Fate{scoring.BreakOff}},
		{"half of the applicable ones", allRules, []answered{{ratings: []byte{1, sk, na, nr, 5}, ms: 90_000}}, []scoring.Fate{scoring.Kept}},
		{"nothing applicable", allRules, []answered{{ratings: []byte{na, na, nr, nr, 5}, ms: 90_000}}, []scoring.Fate{scoring.Kept}},
		{"careless before break-off", allRules, []answered{{ratings: []byte{1, 2, sk, sk, sk}, ms: 3_000}}, []scoring.Fate{scoring.Careless}},
		{"same respondent, same cluster", allRules, []answered{
			{ratings: full, respondent: "p", cluster: "1"}, {ratings: line, ms: 20_000, respondent: "p", cluster: "1"}},
			[]scoring.Fate{scoring.Kept, scoring.Duplicate}},
		{"same respondent, other cluster", allRules, []answered{{ratings: full, respondent: "p", cluster: "1"}, {ratings: full, respondent: "p", cluster: "2"}},
			[]scoring.Fate{scoring.Kept, scoring.Kept}},
		{"no respondent", allRules, []answered{{ratings: full, cluster: "1"}, {ratings: full, cluster: "1"}}, []scoring.Fate{scoring.Kept, scoring.Kept}},
		{"the first complete one is kept", allRules, []answered{
			{ratings: []byte{1, 2, 3, 4, sk}, respondent: "p"}, {ratings: full, respondent: "p"}, {ratings: full, respondent: "p"}, {ratings: []byte{sk, sk, sk, sk, 1}, respondent: "p"}},
			[]scoring.Fate{scoring.Duplicate, scoring.Kept, scoring.Duplicate, scoring.Duplicate}},
		{"none complete: the first, as a break-off", allRules, []answered{{ratings: []byte{1, 2, 3, 4, sk}, respondent: "p"}, {ratings: []byte{1, 2, 3, 4, sk}, respondent: "p"}},
			[]scoring.Fate{scoring.BreakOff, scoring.Duplicate}},
		{"rules left out", scoring.Rules{}, []answered{{ratings: line, ms: 20_000, respondent: "p"}, {ratings: line, ms: 1, respondent: "p"}, {ratings: []byte{sk, sk, sk, sk, sk}}},
			[]scoring.Fate{scoring.Kept, scoring.Kept, scoring.Kept}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreened(true)
			s.add(t, slow, slow, slow)
			s.add(t, tt.rows...)
			s.add(t, slow, slow, slow)
			want := append([]scoring.Fate{0, 0, 0}, append(tt.want, 0, 0, 0)...)
			if d := cmp.Diff(want, s.fates(tt.rules)); d != "" {
				t.Errorf("fates (-want +got):\n%s", d)
			}
		})
	}
}

func TestScreeningWithoutOverallItem(t *testing.T) {
	s := newScreened(false)
	s.add(t, answered{ratings: []byte{1, 2, sk, sk, sk}}, answered{ratings: []byte{1, sk, sk, sk, 3}},
		answered{ratings: []byte{na, na, na, nr, 3}}, answered{ratings: []byte{na, na, na, nr, sk}})
	if d := cmp.Diff([]scoring.Fate{scoring.Kept, scoring.BreakOff, scoring.Kept, scoring.BreakOff}, s.fates(allRules)); d != "" {
		t.Errorf("fates (-want +got):\n%s", d)
	}
	if !math.IsNaN(s.screen.MedianMilliseconds()) {
		t.Errorf("median %v of no known time", s.screen.MedianMilliseconds())
	}
}

func TestMedian(t *testing.T) {
	s := newScreened(true)
	for _, ms := range []uint32{0, 30, 10, 0, 20} {
		s.add(t, answered{ratings: []byte{1, 2, 3, 4, 5}, ms: ms})
	}
	if got := s.screen.MedianMilliseconds(); got != 20 {
		t.Errorf("median %v, want 20", got)
	}
	s.add(t, answered{ratings: []byte{1, 2, 3, 4, 5}, ms: 25})
	if got := s.screen.MedianMilliseconds(); got != 22.5 {
		t.Errorf("median %v, want 22.5", got)
	}
}

// Duplicates found while rows come in are those of a plain search.
func TestDuplicatesAsBySearch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 500).Draw(rt, "rows")
		s := newScreened(true)
		type key struct{ who, where string }
		kept := map[key]int{}
		complete := make([]bool, n)
		want := make([]scoring.Fate, n)
		for i := range n {
			k := key{rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "who"), strconv.Itoa(rapid.IntRange(0, 60).Draw(rt, "where"))}
			r := answered{ratings: []byte{1, 2, 3, 4, 5}, respondent: k.who, cluster: k.where}
			if complete[i] = rapid.Bool().Draw(rt, "complete"); !complete[i] {
				r.ratings[4] = sk
			}
			s.add(t, r)
			if k.who == "" {
				continue
			}
			first, seen := kept[k]
			switch {
			case !seen:
				kept[k] = i
			case !complete[first] && complete[i]:
				want[first], kept[k] = scoring.Duplicate, i
			default:
				want[i] = scoring.Duplicate
			}
		}
		if d := cmp.Diff(want, s.fates(scoring.Rules{Duplicates: true})); d != "" {
			rt.Fatalf("fates (-want +got):\n%s", d)
		}
	})
}
