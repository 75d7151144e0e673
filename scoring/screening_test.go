package scoring_test

import (
	"math"
	"slices"
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

func newScreened(overall bool, r scoring.Rules) *screened {
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
	return &screened{table, scoring.NewScreen(table, m, 0, r)}
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

func (s *screened) fates() []scoring.Fate {
	s.screen.Settle()
	return s.screen.Fates()
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
			s := newScreened(true, tt.rules)
			s.add(t, slow, slow, slow)
			s.add(t, tt.rows...)
			s.add(t, slow, slow, slow)
			want := append([]scoring.Fate{0, 0, 0}, append(tt.want, 0, 0, 0)...)
			if d := cmp.Diff(want, s.fates()); d != "" {
				t.Errorf("fates (-want +got):\n%s", d)
			}
		})
	}
}

func TestScreeningWithoutOverallItem(t *testing.T) {
	s := newScreened(false, allRules)
	s.add(t, answered{ratings: []byte{1, 2, sk, sk, sk}}, answered{ratings: []byte{1, sk, sk, sk, 3}},
		answered{ratings: []byte{na, na, na, nr, 3}}, answered{ratings: []byte{na, na, na, nr, sk}})
	if d := cmp.Diff([]scoring.Fate{scoring.Kept, scoring.BreakOff, scoring.Kept, scoring.BreakOff}, s.fates()); d != "" {
		t.Errorf("fates (-want +got):\n%s", d)
	}
	if !math.IsNaN(s.screen.MedianMilliseconds()) {
		t.Errorf("median %v of no known time", s.screen.MedianMilliseconds())
	}
}

func TestMedian(t *testing.T) {
	s := newScreened(true, allRules)
	for _, ms := range []uint32{0, 30, 10, 0, 20} {
		s.add(t, answered{ratings: []byte{1, 2, 3, 4, 5}, ms: ms})
	}
	s.screen.Settle()
	if got := s.screen.MedianMilliseconds(); got != 20 {
		t.Errorf("median %v, want 20", got)
	}
	s.add(t, answered{ratings: []byte{1, 2, 3, 4, 5}, ms: 25})
	s.screen.Settle()
	if got := s.screen.MedianMilliseconds(); got != 22.5 {
		t.Errorf("median %v, want 22.5", got)
	}
}

// Duplicates found while rows come in are those of a plain search.
func TestDuplicatesAsBySearch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 500).Draw(rt, "rows")
		s := newScreened(true, scoring.Rules{Duplicates: true})
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
			if rapid.Bool().Draw(rt, "ask") {
				s.screen.Settle()
			}
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
		if d := cmp.Diff(want, s.fates()); d != "" {
			rt.Fatalf("fates (-want +got):\n%s", d)
		}
	})
}

// Rows judged as they come are judged like all at once, the changes tell of every one that was judged anew, and the median is that of the sorted times.
func TestSettlingAsRowsCome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, once := newScreened(true, allRules), newScreened(true, allRules)
		kept := newKeptRows(rt, s)
		var told []scoring.Fate // by following the changes
		seen := 0
		var times []float64
		for range rapid.IntRange(1, 120).Draw(rt, "rows") {
			r := answered{ratings: []byte{1, 2, 3, 4, 5}, respondent: rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(rt, "who"),
				cluster: rapid.SampledFrom([]string{"x", "x", "x", "y"}).Draw(rt, "cluster"), ms: rapid.Uint32Range(0, 40_000).Draw(rt, "ms")}
			if rapid.IntRange(0, 9).Draw(rt, "long") == 0 {
				r.ms += 1 << 24
			}
			if rapid.Bool().Draw(rt, "line") {
				copy(r.ratings, []byte{5, 5, 4, 5})
			}
			if rapid.Bool().Draw(rt, "incomplete") {
				r.ratings[4] = sk
			}
			if r.ms > 0 {
				times = append(times, float64(r.ms))
			}
			s.add(t, r)
			once.add(t, r)
			if rapid.Bool().Draw(rt, "ask") {
				s.screen.Settle()
				for _, c := range s.screen.Changes()[seen:] {
					if told[c.Row] != c.Before {
						rt.Fatalf("row %d was %v before, is told to have been %v", c.Row, told[c.Row], c.Before)
					}
					told[c.Row] = c.After
				}
				seen = len(s.screen.Changes())
				told = append(told, s.screen.Fates()[len(told):]...)
				if d := cmp.Diff(told, s.screen.Fates()); d != "" {
					rt.Fatalf("fates by their changes (-told +fates):\n%s", d)
				}
				kept.check(rt)
				newKeptRows(rt, s).check(rt)
			}
		}
		if d := cmp.Diff(once.fates(), s.fates()); d != "" {
			rt.Fatalf("fates (-at once +as rows come):\n%s", d)
		}
		slices.Sort(times)
		if n := len(times); n > 0 && s.screen.MedianMilliseconds() != (times[(n-1)/2]+times[n/2])/2 {
			rt.Fatalf("median %v of %v", s.screen.MedianMilliseconds(), times)
		}
	})
}

// keptRows are selections of screened rows, and counts of their answers by cluster.
type keptRows struct {
	*screened
	selections [2]*scoring.Selection // of those that are kept, and of all
	model      *scoring.Model
	counts     *scoring.Tabulation
}

func newKeptRows(rt *rapid.T, s *screened) *keptRows {
	k := &keptRows{screened: s, model: &scoring.Model{Overall: scoring.None, Recommend: scoring.None}}
	for range 5 {
		k.model.Items = append(k.model.Items, scoring.Item{High: 10, Scores: scoring.LinearScores(0, 10, false)})
	}
	scores, err := scoring.NewScores(s.table, k.model)
	if err != nil {
		rt.Fatal(err)
	}
	for i := range k.selections {
		k.selections[i] = scoring.NewSelection(s.table, s.screen, scoring.Filter{AllRows: i > 0})
	}
	k.counts = scoring.NewTabulation(k.selections[0], scores, scoring.Plan{Cluster: scoring.None, Stratum: scoring.None}, [][]int{{0}}, []int{0, 4}, nil)
	return k
}

// check brings all up to date and holds them to the fates.
func (k *keptRows) check(rt *rapid.T) {
	if k.selections[1].Update(); !k.counts.Update() {
		rt.Fatal("too many cells")
	}
	fates := k.screen.Fates()
	var read [scoring.BreakOff + 1]int
	straight, want := 0, map[string]int{}
	cluster := func(row uint32) string { return k.table.Attribute(0).Levels()[k.table.Attribute(0).At(row)] }
	for row, f := range fates {
		read[f]++
		if k.selections[0].Has(uint32(row)) != (f == scoring.Kept) || !k.selections[1].Has(uint32(row)) {
			rt.Fatalf("row %d, %v, is selected: %t", row, f, k.selections[0].Has(uint32(row)))
		}
		if f != scoring.Kept {
			continue
		}
		if want[cluster(uint32(row))]++; k.screen.Straight(uint32(row)) {
			straight++
		}
	}
	for i, selection := range k.selections {
		if selection.Read != read || i == 0 && selection.Straight != straight {
			rt.Fatalf("selection %d: read %v, want %v; %d straight lines, want %d", i, selection.Read, read, selection.Straight, straight)
		}
	}
	count := func(tab *scoring.Tabulation) map[string]int {
		from, got := sampled(rt, tab, k.model, scoring.Plan{Cluster: scoring.None, Stratum: scoring.None}), map[string]int{}
		division := tab.Division(0, from)
		for group, levels := range division.Levels {
			got[k.table.Attribute(0).Levels()[levels[0]]] = division.Kish(group).N
		}
		return got
	}
	if d := cmp.Diff(want, count(k.counts)); d != "" {
		rt.Fatalf("rows by cluster (-want +got):\n%s", d)
	}
	out := scoring.NewRowSet(len(fates))
	if rows := k.selections[0].Rows(); len(rows) > 0 {
		out = scoring.NewRowSet(len(fates), rows[0])
		if level := cluster(rows[0]); want[level] == 1 {
			delete(want, level)
		} else {
			want[level]--
		}
	}
	if d := cmp.Diff(want, count(k.counts.Without(out))); d != "" {
		rt.Fatalf("rows by cluster without one (-want +got):\n%s", d)
	}
}
