package scoring_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// parts deals rows out to a few samples, in any order.
func parts(rt *rapid.T, rows []columns.Row, p scoring.Plan) []*scoring.Sample {
	k := rapid.IntRange(1, 5).Draw(rt, "parts")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "deal"), 2))
	dealt := make([][]columns.Row, k)
	for _, i := range r.Perm(len(rows)) {
		to := r.IntN(k)
		dealt[to] = append(dealt[to], rows[i])
	}
	out := make([]*scoring.Sample, k)
	for i, part := range dealt {
		out[i] = sampleOf(rt, part, p)
	}
	return out
}

func agree(t interface {
	Helper()
	Fatalf(string, ...any)
}, what string, got, want, by float64) {
	t.Helper()
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if !(math.Abs(got-want) <= by*math.Max(1e-6, math.Max(math.Abs(got), math.Abs(want)))) {
		t.Fatalf("%s: %.17g from parts, %.17g whole", what, got, want)
	}
}

// A mean with its error and a histogram from the sums of parts are those of the whole, whatever went into which part: histograms to the bit.
func TestPartsMakeTheWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, plan := drawn(rt), drawnPlan(rt)
		plan.Population = nil // weights to a population rest on the whole: see TestCellsMakeTheWhole
		whole := sampleOf(rt, rows, plan)
		var mean scoring.DesignSums
		var histogram scoring.S1
		var cells, allCells scoring.S5
		var series scoring.S6
		merged := parts(rt, rows, plan)
		for _, part := range merged {
			d := part.DesignSums(part.Index(), part.All())
			if !mean.Merge(d) || !histogram.Merge(part.HistogramSums(0, part.All())) || !series.Merge(scoring.NewSeriesSums(map[string]scoring.DesignSums{"2026-01": d})) {
				rt.Fatal("a part is left out")
			}
		}
		add := func(c *scoring.S5, rows []columns.Row) {
			for _, r := range rows {
				c.Add([]int{len(r.Attributes[1]), len(r.Attributes[2])}, r.ResponseWeight)
			}
		}
		half := len(rows) / 2
		var first scoring.S5
		add(&allCells, rows)
		add(&first, rows[:half])
		add(&cells, rows[half:])
		cells.Merge(&first)
		if diff := cmp.Diff(allCells.Cells(), cells.Cells()); diff != "" {
			rt.Fatalf("cells (-whole +parts):\n%s", diff)
		}
		if want := whole.HistogramSums(0, whole.All()); !histogram.Equal(want) {
			rt.Fatalf("histogram %+v, whole %+v", histogram, want)
		}
		want, got := whole.Mean(whole.Index(), whole.All()), mean.Mean()
		if got.N != want.N || got.DF != want.DF {
			rt.Fatalf("n %d, df %v; whole %d, %v", got.N, got.DF, want.N, want.DF)
		}
		agree(rt, "estimate", got.Estimate, want.Estimate, 1e-12)
		agree(rt, "variance", got.Variance, want.Variance, 1e-9)
		agree(rt, "effective n", got.NEffective, want.NEffective, 1e-12)
		agree(rt, "design effect", got.Deff, want.Deff, 1e-8)
		if _, points := series.Points(); len(points) != 1 || points[0].N != want.N {
			rt.Fatalf("series %+v", points)
		}
	})
}

// Sums of real numbers add up over parts in any grouping; those of complete rows and of pairs too.
func TestRealSumsMerge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		n := rapid.IntRange(2, 200).Draw(rt, "rows")
		k := rapid.IntRange(1, 6).Draw(rt, "parts")
		shift := []float64{50, 40}
		whole2, whole3, wholeP := scoring.S2{Shift: 50}, scoring.S3{Shift: shift}, scoring.S2p{ShiftX: 50, ShiftY: 40}
		var whole stats.KishSums
		part2, part3, partP, kish := make([]scoring.S2, k), make([]scoring.S3, k), make([]scoring.S2p, k), make([]stats.KishSums, k)
		for i := range k {
			part2[i].Shift, part3[i].Shift, partP[i] = 50, shift, scoring.S2p{ShiftX: 50, ShiftY: 40}
		}
		for range n {
			x, y, w, to := 100*r.Float64(), 100*r.Float64(), math.Exp(r.NormFloat64()), r.IntN(k)
			whole2.Add(x, w)
			whole3.Add([]float64{x, y}, w)
			wholeP.Add(x, y, w)
			whole.Add(w)
			part2[to].Add(x, w)
			part3[to].Add([]float64{x, y}, w)
			partP[to].Add(x, y, w)
			kish[to].Add(w)
		}
		got2, got3, gotP := scoring.S2{Shift: 50}, scoring.S3{Shift: shift}, scoring.S2p{ShiftX: 50, ShiftY: 40}
		var got stats.KishSums
		for _, i := range r.Perm(k) {
			got2.Merge(part2[i])
			got3.Merge(part3[i])
			gotP.Merge(partP[i])
			got.Merge(kish[i])
		}
		agree(rt, "mean", got2.Mean(), whole2.Mean(), 1e-14)
		agree(rt, "variance", got2.VarianceWeightsOnly(n), whole2.VarianceWeightsOnly(n), 1e-12)
		agree(rt, "simple variance", got2.SimpleVariance(), whole2.SimpleVariance(), 1e-12)
		agree(rt, "covariance of means", gotP.W2XY.Value(), wholeP.W2XY.Value(), 1e-12)
		agree(rt, "effective n", got.NEffective(), whole.NEffective(), 1e-14)
		if got3.N != whole3.N {
			rt.Fatalf("%d rows, whole %d", got3.N, whole3.N)
		}
		for i := range whole3.WZZ {
			agree(rt, "cross product", got3.WZZ[i].Value(), whole3.WZZ[i].Value(), 1e-12)
		}
	})
}

// The integer sums are those of the weights but for rounding to 1e-6, and refuse what does not fit.
func TestHistogramSums(t *testing.T) {
	var h scoring.HistogramSums
	for range 3 {
		h.Add(2, 1.5)
	}
	h.Add(0, 1e-7) // rounds to nothing, and is an answer all the same
	h.Add(4, 123456789.000001)
	values := []float64{0, 1, 2, 3, 4}
	got := h.Of(values)
	if diff := cmp.Diff([]int{1, 0, 3, 0, 1}, got.N); diff != "" {
		t.Error(diff)
	}
	for at, want := range map[int][2]float64{2: {4.5, 6.75}, 0: {0, 0}, 4: {123456789.000001, 123456789.000001 * 123456789.000001}} {
		agree(t, "sum of weights", got.W[at].Value(), want[0], 1e-15)
		agree(t, "sum of squares", got.W2[at].Value(), want[1], 1e-15)
	}
	for _, w := range []float64{-1, math.NaN(), math.Inf(1), 1e12} {
		if h.Add(1, w) {
			t.Errorf("weight %v is taken", w)
		}
	}
	if h.Add(columns.Skipped, 1) {
		t.Error("no answer is taken for one")
	}
	// Squares end at 128 bits: 340 answers of the largest weight.
	var full scoring.HistogramSums
	taken := 0
	for full.Add(0, 9e11) {
		if taken++; taken > 1000 {
			t.Fatal("128 bits hold more than they can")
		}
	}
	before := full
	if full.Merge(full) || !full.Equal(before) {
		t.Error("a sum beyond 128 bits is taken")
	}
}

// Weights raked from the cells of two parts, applied to their sums by cell, make the figures of the whole: no respondent is read
// again (METHOD section 3).
func TestCellsMakeTheWhole(t *testing.T) {
	age, route := attributeAt("age"), attributeAt("route")
	ages, routes := []string{"under_25", "25_34", "35_44", "45_59", "60_plus"}, []string{"domestic", "regional", "international"}
	margins := [][]float64{{1600, 3100, 2500, 1900, 900}, {8000, 700, 1300}}
	sizes := func(names []string, of []float64) map[string]float64 {
		out := map[string]float64{}
		for i, n := range names {
			out[n] = of[i]
		}
		return out
	}
	table := readSample(t, true, nil)
	plan := designs()["weights_only"]
	plan.Population = &scoring.Population{Method: scoring.WeightingRaked, Cap: 1000, Margins: []scoring.Margin{
		{Attribute: age, Sizes: sizes(ages, margins[0])}, {Attribute: route, Sizes: sizes(routes, margins[1])}}}
	whole := newSample(t, table, studyModel(), plan)
	want := whole.Mean(whole.Index(), whole.All())

	place := func(s *scoring.Sample, names []string, attribute int, row uint32) int {
		a := table.Attribute(attribute)
		for i, n := range names {
			if n == a.Levels()[a.At(row)] {
				return i
			}
		}
		t.Fatal("unknown level")
		return 0
	}
	var cells scoring.S5
	bySum := map[[2]int]map[float64]scoring.S2{} // by cell, then base weight
	for part := range uint32(2) {
		var rows []uint32
		for row := part; int(row) < table.Len(); row += 2 {
			rows = append(rows, row)
		}
		s, err := scoring.NewSample(table, studyModel(), rows, designs()["weights_only"])
		if err != nil {
			t.Fatal(err)
		}
		var own scoring.S5
		for i := range s.All() {
			row, x := s.Row(uint32(i)), s.Index().At(uint32(i))
			key := [2]int{place(s, ages, age, row), place(s, routes, route, row)}
			b := table.ResponseWeight(row)
			own.Add(key[:], b)
			if bySum[key] == nil {
				bySum[key] = map[float64]scoring.S2{}
			}
			one := scoring.S2{Shift: 50}
			if !math.IsNaN(x) {
				one.Add(x, b)
			}
			sum := bySum[key][b]
			sum.Merge(one)
			bySum[key][b] = sum
		}
		cells.Merge(&own)
	}
	list := cells.Cells()
	raked, err := stats.Rake(list, margins)
	if err != nil {
		t.Fatal(err)
	}
	var all scoring.S2
	for i, c := range list {
		sum := bySum[[2]int{c.Levels[0], c.Levels[1]}][c.Base]
		all.Merge(sum.Scaled(raked.CaseWeights[i] / c.Base))
	}
	agree(t, "mean", all.Mean(), want.Estimate, 1e-13)
	agree(t, "variance", all.VarianceWeightsOnly(table.Len()), want.Variance, 1e-12)
}

// Periods share the sampling units of the whole design.
func TestSeriesSums(t *testing.T) {
	table := readSample(t, true, nil)
	for name, plan := range designs() {
		s := newSample(t, table, studyModel(), plan)
		sums := map[string]scoring.DesignSums{}
		for _, route := range []string{"domestic", "regional", "international"} {
			domain := at(s, table, "route", route)
			sums[route] = s.DesignSums(s.Index(), domain)
		}
		series := scoring.NewSeriesSums(sums)
		periods, points := series.Points()
		for i, p := range periods {
			want := s.Mean(s.Index(), at(s, table, "route", p))
			agree(t, name+" "+p+" estimate", points[i].Estimate, want.Estimate, 1e-13)
			agree(t, name+" "+p+" variance", points[i].Variance, want.Variance, 1e-10)
		}
	}
}

// A period that one part lacks still rests on that part's sampling units.
func TestSeriesOfUnlikeParts(t *testing.T) {
	table := readSample(t, true, nil)
	routes := []string{"domestic", "regional", "international"}
	for name, plan := range designs() {
		whole := newSample(t, table, studyModel(), plan)
		part := func(names ...string) scoring.S6 {
			var rows []uint32
			for _, n := range names {
				for _, i := range at(whole, table, "route", n) {
					rows = append(rows, whole.Row(i))
				}
			}
			s, err := scoring.NewSample(table, studyModel(), rows, plan)
			if err != nil {
				t.Fatal(err)
			}
			sums := map[string]scoring.DesignSums{}
			for _, n := range names {
				sums[n] = s.DesignSums(s.Index(), at(s, table, "route", n))
			}
			return scoring.NewSeriesSums(sums)
		}
		for _, first := range []bool{true, false} {
			a, b := part(routes[0]), part(routes[1:]...)
			if !first {
				a, b = b, a
			}
			var series scoring.S6
			if !series.Merge(a) || !series.Merge(b) {
				t.Fatal("a part is left out")
			}
			periods, points := series.Points()
			if len(periods) != len(routes) {
				t.Fatalf("periods %q", periods)
			}
			for i, p := range periods {
				want := whole.Mean(whole.Index(), at(whole, table, "route", p))
				agree(t, name+" "+p+" estimate", points[i].Estimate, want.Estimate, 1e-13)
				agree(t, name+" "+p+" variance", points[i].Variance, want.Variance, 1e-10)
			}
		}
	}
}
