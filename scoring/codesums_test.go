package scoring_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/scoring"
	"paxscore/scoring/columns"
)

func sameNumber(rt *rapid.T, what string, got, want, tolerance float64) {
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > tolerance*max(1, math.Abs(want)) {
		rt.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// Cross sums of codes are those of scores, on scales of any width and direction, of all rows and by level.
func TestCodesCrossAsScores(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const items = 7
		m := &scoring.Model{Overall: scoring.None, Recommend: scoring.None}
		for range items {
			low := rapid.IntRange(-3, 1).Draw(rt, "low")
			high := low + rapid.SampledFrom([]int{1, 4, 10, 11, 12, 100, 249}).Draw(rt, "span")
			m.Items = append(m.Items, scoring.Item{Low: low, High: high, Scores: scoring.LinearScores(low, high, rapid.Bool().Draw(rt, "reverse"))})
		}
		n := rapid.IntRange(1, 3000).Draw(rt, "rows")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		table := columns.New(items, 1)
		row := columns.Row{ResponseWeight: 1, Ratings: make([]byte, items), Attributes: make([]string, 1)}
		var rows []uint32
		for i := range n {
			row.Attributes[0] = []string{"x", "y", "z"}[r.IntN(3)]
			for k := range row.Ratings {
				row.Ratings[k] = byte(r.IntN(len(m.Items[k].Scores)))
				if r.IntN(30) == 0 {
					row.Ratings[k] = []byte{na, sk, nr}[r.IntN(3)]
				}
			}
			if err := table.Append(&row); err != nil {
				rt.Fatal(err)
			}
			if r.IntN(20) > 0 {
				rows = append(rows, uint32(i))
			}
		}
		sets := [][]int{{0, 1, 2, 3, 4, 5, 6}, {4, 2}, {3}, {}}
		all, levels, ok := m.CrossedItems(table, scoring.NewRowSet(n, rows...), sets, 0)
		if !ok {
			rt.Fatal("scores are not on a line")
		}
		s, err := scoring.NewSample(table, m, rows, scoring.Plan{Cluster: scoring.None, Stratum: scoring.None})
		if err != nil {
			rt.Fatal(err)
		}
		check := func(got scoring.Crossed, domain []uint32, set []int) {
			var values []scoring.Values
			for _, item := range set {
				values = append(values, s.ItemScores(item))
			}
			if want := s.Crossed(domain, values...); want.Base != got.Base && len(set) > 0 {
				rt.Fatalf("base %v, want %v", got.Base, want.Base)
			} else {
				c := got.Correlations()
				for i, row := range want.Correlations() {
					for j, x := range row {
						sameNumber(rt, "correlation", c[i][j], x, 1e-11)
					}
				}
				if len(set) == 2 { // it rests on variances too
					sameNumber(rt, "Rulon's coefficient", got.Consistency(.95).Rulon, want.Consistency(.95).Rulon, 1e-9)
				}
			}
		}
		for k, set := range sets {
			check(all[k], s.All(), set)
			for level := range table.Attribute(0).Levels() {
				domain := slices.DeleteFunc(s.All(), func(i uint32) bool { return table.Attribute(0).At(s.Row(i)) != uint32(level) })
				check(levels[k][level], domain, set)
			}
		}
		m.Items[2].Scores = append([]float64{}, m.Items[2].Scores...)
		if len(m.Items[2].Scores) > 2 {
			m.Items[2].Scores[1] += .5
			if _, _, ok := m.CrossedItems(table, scoring.NewRowSet(n, rows...), sets, 0); ok {
				rt.Fatal("uneven scores are taken by codes")
			}
		}
	})
}

// few is the number of different responses below which 1 − r may be what rounding leaves.
const few = 20

// Sums without some rows are those of the others; the index crossed with an item, and dispersion, are those found response by response.
func TestTabulationWithoutRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := drawn(rt)
		many := rapid.IntRange(0, 3).Draw(rt, "many") == 0
		if many {
			rows = slices.Repeat(rows, 600/len(rows)+1) // so that they are taken out in several turns
		}
		for i := range rows {
			rows[i].ResponseWeight = 1
		}
		p := drawnPlan(rt)
		p.Population = nil
		s := sampleOf(rt, rows, p)
		table, _ := tableOf(rt, rows)
		m := studyModel()
		screen := scoring.NewScreen(table, m, scoring.None, scoring.Rules{})
		screen.Update()
		screen.Settle()
		all := scoring.NewSelection(table, screen, scoring.Filter{})
		all.Update()
		scores, err := scoring.NewScores(table, m)
		if err != nil {
			rt.Fatal(err)
		}
		scores.Update()
		tab := scoring.NewTabulation(all, scores, p, [][]int{nil, {2}}, []int{16}, []int{0, 16, 17})
		if !tab.Update() {
			rt.Fatal("too many cells")
		}
		near := func(what string, got, want scoring.Mean) {
			if got.N != want.N {
				rt.Fatalf("%s of %d, want %d", what, got.N, want.N)
			}
			sameNumber(rt, what, got.Estimate, want.Estimate, 1e-11)
			sameNumber(rt, what+" variance", got.Variance, want.Variance, 1e-6) // squares are summed in units of 2^-22
		}
		out := rapid.SliceOfDistinct(rapid.Uint32Range(0, uint32(len(rows)-1)), rapid.ID).Draw(rt, "out")
		if many {
			out = out[:0]
			for i := range len(rows) / 2 {
				out = append(out, uint32(2*i))
			}
		}
		kept := slices.DeleteFunc(s.All(), func(i uint32) bool { return slices.Contains(out, i) })
		whole := tab.Division(0, sampled(rt, tab, m, p))
		before := whole.Mean(scoring.IndexFigure, scoring.Whole)
		d := tab.Without(scoring.NewRowSet(len(rows), out...), 16).Division(0, sampled(rt, tab, m, p))
		near("index", d.Mean(scoring.IndexFigure, scoring.Whole), s.Mean(s.Index(), kept))
		for k := range m.Dimensions {
			near("dimension", d.Mean(scoring.Figure(k), scoring.Whole), s.Mean(s.Dimension(k), kept))
		}
		near("overall item", d.Tally(16, scoring.Whole).Ratings(), s.Tally(16, kept).Ratings())
		near("index of all", tab.Division(0, sampled(rt, tab, m, p)).Mean(scoring.IndexFigure, scoring.Whole), before)
		part := tab.Without(scoring.NewRowSet(len(rows), kept...), 16).Division(0, sampled(rt, tab, m, p))
		versus := whole.Against(scoring.IndexFigure, part)
		if want := s.VersusRest(s.Index(), [][]uint32{out, kept}, []bool{true, false})[0]; len(out) > 0 && len(kept) > 0 {
			sameNumber(rt, "difference", versus.Estimate, want.Estimate, 1e-10)
			sameNumber(rt, "its variance", versus.Variance, want.Variance, 1e-6) // squares are summed in units of 2^-22
		}
		got, want := tab.CrossedIndex(16), s.Crossed(s.All(), s.ItemScores(16), s.Index())
		if got.Base != want.Base {
			rt.Fatalf("crossed %v, want %v", got.Base, want.Base)
		}
		if got.Base.N >= few && !many {
			sameNumber(rt, "r", got.Correlation(0, 1), want.Correlation(0, 1), 1e-7)
		}
		predictors := scoring.NewPredictorSums(all, scores, p, 16, nil)
		if !predictors.Update() {
			rt.Fatal("too many sums")
		}
		sums := predictors.Of(sampled(rt, tab, m, p))
		var values []scoring.Values
		for k := range m.Dimensions {
			values = append(values, s.Dimension(k))
		}
		if sums.Base().N < few || many {
			return
		}
		entropy, critic := sums.Dispersion()
		wantEntropy, wantCritic := s.Dispersion(s.Item(16), values, s.All())
		for i, x := range [][2][]float64{{entropy, wantEntropy}, {critic, wantCritic}} {
			if len(x[0]) != len(x[1]) {
				rt.Fatalf("dispersion %d: %v, want %v", i, x[0], x[1])
			}
			for j := range x[0] {
				sameNumber(rt, "weight by dispersion", x[0][j], x[1][j], 1e-8)
			}
		}
		if b := sums.Crossed(); b.Base != sums.Base() {
			rt.Fatalf("crossed %v, base %v", b.Base, sums.Base())
		}
	})
}
