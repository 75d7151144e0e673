package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

func drawShares(t *rapid.T, name string, n int) []float64 {
	return stats.Shares(rapid.SliceOfN(rapid.Float64Range(0.05, 1), n, n).Draw(t, name))
}

// relabelled is a matrix with rows and columns in another order.
func relabelled(a [][]float64, order []int) [][]float64 {
	out := make([][]float64, len(order))
	for i, k := range order {
		out[i] = pick(a[k], order)
	}
	return out
}

// Judgements that follow from shares give the shares back; relabelling moves priorities along; turning every judgement round turns
// geometric means round; experts who agree are one expert.
func TestHierarchyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 15).Draw(t, "n")
		want := drawShares(t, "shares", n)
		var upper []float64
		for i := range n {
			for j := i + 1; j < n; j++ {
				upper = append(upper, want[i]/want[j])
			}
		}
		a, err := stats.Judgements(n, upper)
		if err != nil {
			t.Fatal(err)
		}
		h, err := stats.AnalyzeHierarchy(a, stats.RandomIndices2005())
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			same(t, "share", h.Priorities[i], want[i], 0)
		}
		if !h.Consistent || h.Ratio > 1e-12 || relative(h.Lambda, float64(n)) > 1e-12 || h.GeometricIndex > 1e-20 {
			t.Errorf("shares are not consistent: %+v", h)
		}

		saaty := []float64{1. / 9, 1. / 7, 1. / 5, 1. / 3, 1. / 2, 1, 2, 3, 5, 7, 9}
		for k := range upper {
			upper[k] = rapid.SampledFrom(saaty).Draw(t, "judgement")
		}
		if a, err = stats.Judgements(n, upper); err != nil {
			t.Fatal(err)
		}
		if h, err = stats.AnalyzeHierarchy(a, stats.RandomIndices2005()); err != nil {
			t.Fatal(err)
		}
		same(t, "sum", total(h.Priorities), 1, 1)
		if h.Lambda < float64(n) || (n > 2 && h.Consistent != (h.Ratio < stats.MaxInconsistency)) {
			t.Errorf("%+v", h)
		}
		for i, row := range a {
			along := 0.0
			for j, v := range row {
				along += v * h.Priorities[j]
			}
			same(t, "eigenvector", along, h.Lambda*h.Priorities[i], 0)
		}
		order := shuffled(t, n)
		moved, err := stats.AnalyzeHierarchy(relabelled(a, order), stats.RandomIndices2005())
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range order {
			same(t, "relabelled", moved.Priorities[i], h.Priorities[k], 0)
		}
		same(t, "relabelled ratio", moved.Ratio, h.Ratio, 1e-3)
		turned, err := stats.AnalyzeHierarchy(emptyTransposed(a), stats.RandomIndices2005())
		if err != nil {
			t.Fatal(err)
		}
		inverse := make([]float64, n)
		for i, v := range h.GeometricMeans {
			inverse[i] = 1 / v
		}
		for i, v := range stats.Shares(inverse) {
			same(t, "turned round", turned.GeometricMeans[i], v, 0)
		}
		joined, err := stats.JoinJudgements([][][]float64{a, a, a}, rapid.SliceOfN(rapid.Float64Range(0.1, 5), 3, 3).Draw(t, "voices"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			for j := range a {
				same(t, "joined", joined[i][j], a[i][j], 0)
			}
		}
	})
}

func emptyTransposed(a [][]float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		for j := range a {
			out[i] = append(out[i], a[j][i])
		}
	}
	return out
}

func TestHierarchyCases(t *testing.T) {
	a, err := stats.Judgements(3, []float64{9, 1. / 9, 9})
	if err != nil {
		t.Fatal(err)
	}
	h, err := stats.AnalyzeHierarchy(a, stats.RandomIndices2005())
	if err != nil {
		t.Fatal(err)
	}
	// 1 over 2, 2 over 3, 3 over 1, each 9 times: λ = 1 + 9 + 1/9.
	if relative(h.Lambda, 1+9+1./9) > 1e-12 || h.Consistent || relative(h.Ratio, (h.Lambda-3)/2/.52) > 1e-12 {
		t.Errorf("going round in a circle: %+v", h)
	}
	a, err = stats.Judgements(4, []float64{2, 4, 8, 2, 9, 2})
	if err != nil {
		t.Fatal(err)
	}
	if h, err = stats.AnalyzeHierarchy(a, stats.RandomIndices2005()); err != nil || h.Worst != [2]int{1, 3} || !(h.WorstFit > 4 && h.WorstFit < 9) {
		t.Errorf("the worst judgement is that of 1 over 3: %+v %v", h, err)
	}
	eleven, err := stats.Judgements(11, slices.Repeat([]float64{1}, 55))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := stats.GeometricCombination([][]float64{{0, 1}, {.25, .75}}, []float64{0, 1}); err != nil || relative(s[0], .25) > 1e-15 {
		t.Errorf("a power of 0: %v %v", s, err)
	}
	if s, err := stats.GeometricCombination([][]float64{{1e-200, 1e-200}, {3e-200, 1e-200}}, []float64{1, 1}); err != nil || relative(s[0], .75) > 1e-12 {
		t.Errorf("products below all numbers: %v %v", s, err)
	}
	for name, f := range map[string]func() error{
		"no index": func() error { _, err := stats.AnalyzeHierarchy(eleven, stats.RandomIndices1980()); return err },
		"empty":    func() error { _, err := stats.AnalyzeHierarchy(nil, stats.RandomIndices2005()); return err },
		"not square": func() error {
			_, err := stats.AnalyzeHierarchy([][]float64{{1, 2}}, stats.RandomIndices2005())
			return err
		},
		"not reciprocal": func() error { _, err := stats.AnalyzeHierarchy([][]float64{{1, 3}, {.33, 1}}, nil); return err },
		"negative":       func() error { _, err := stats.AnalyzeHierarchy([][]float64{{1, -2}, {-.5, 1}}, nil); return err },
		"missing": func() error {
			_, err := stats.AnalyzeHierarchy([][]float64{{1, math.NaN()}, {math.NaN(), 1}}, nil)
			return err
		},
		"diagonal":      func() error { _, err := stats.AnalyzeHierarchy([][]float64{{2, 1}, {1, 2}}, nil); return err },
		"too few":       func() error { _, err := stats.Judgements(3, []float64{1, 2}); return err },
		"zero":          func() error { _, err := stats.Judgements(2, []float64{0}); return err },
		"none":          func() error { _, err := stats.Judgements(0, nil); return err },
		"no experts":    func() error { _, err := stats.JoinJudgements(nil, nil); return err },
		"voices":        func() error { _, err := stats.JoinJudgements([][][]float64{a}, []float64{1, 2}); return err },
		"no voice":      func() error { _, err := stats.JoinJudgements([][][]float64{a, a}, []float64{0, 0}); return err },
		"sizes":         func() error { _, err := stats.JoinJudgements([][][]float64{a, eleven}, nil); return err },
		"combine":       func() error { _, err := stats.LinearCombination([][]float64{{1}, {1, 2}}, []float64{1, 1}); return err },
		"combine none":  func() error { _, err := stats.LinearCombination(nil, nil); return err },
		"combine parts": func() error { _, err := stats.LinearCombination([][]float64{{1}}, []float64{0}); return err },
		"combine minus": func() error { _, err := stats.GeometricCombination([][]float64{{-1}}, []float64{1}); return err },
		"nothing left": func() error {
			_, err := stats.GeometricCombination([][]float64{{1, 0}, {0, 1}}, []float64{1, 1})
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Combinations of equal sets are the set, the linear one lies between its sets, and either end of θ is one of them.
func TestCombinationProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		a, b := drawShares(t, "a", n), drawShares(t, "b", n)
		theta := rapid.Float64Range(0, 1).Draw(t, "theta")
		for name, f := range map[string]func([][]float64, []float64) ([]float64, error){"linear": stats.LinearCombination, "geometric": stats.GeometricCombination} {
			mixed, err := f([][]float64{a, b}, []float64{theta, 1 - theta})
			if err != nil {
				t.Fatal(err)
			}
			same(t, name+" sum", total(mixed), 1, 1)
			equal, err := f([][]float64{a, a}, []float64{theta, 1 - theta})
			if err != nil {
				t.Fatal(err)
			}
			end, err := f([][]float64{a, b}, []float64{1, 0})
			if err != nil {
				t.Fatal(err)
			}
			for i := range a {
				same(t, name+" of equals", equal[i], a[i], 0)
				same(t, name+" at the end", end[i], a[i], 0)
				if name == "linear" && (mixed[i] < min(a[i], b[i])-1e-12 || mixed[i] > max(a[i], b[i])+1e-12) {
					t.Errorf("%g is not between %g and %g", mixed[i], a[i], b[i])
				}
			}
		}
	})
}

// Entropies of merged parts are those of the whole and of the definition, whatever the unit and the order.
func TestEntropyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 100), 2, 40).Draw(t, "x")
		x[0] += 1
		direct := 0.0
		for _, v := range x {
			if p := v / total(x); p > 0 {
				direct -= p * math.Log(p)
			}
		}
		direct = 1 - direct/math.Log(float64(len(x)))
		unit := logUniform(t, "unit", 1e-6, 1e6)
		var parts [3]stats.EntropySums
		for i := range parts {
			parts[i].Scale = rapid.SampledFrom([]float64{0, 1, 50, 3e-4}).Draw(t, "scale")
		}
		for _, i := range shuffled(t, len(x)) {
			parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(x[i] * unit)
		}
		var all stats.EntropySums
		for _, p := range parts {
			all.Merge(p)
		}
		if got := all.Divergence(); math.Abs(got-direct) > 1e-10 || got < 0 || got > 1 {
			t.Errorf("divergence %g, want %g", got, direct)
		}
		constant := stats.EntropySums{Scale: rapid.Float64Range(1, 10).Draw(t, "scale")}
		constant.AddGroup(x[0], len(x))
		if d := constant.Divergence(); d > 1e-14 {
			t.Errorf("divergence %g of equal values", d)
		}
	})
}

func TestDispersionCases(t *testing.T) {
	column := func(values ...float64) (s stats.EntropySums) {
		for _, v := range values {
			s.Add(v)
		}
		return s
	}
	if d := column(7, 0, 0).Divergence(); relative(d, 1) > 1e-15 {
		t.Errorf("one has everything: %v", d)
	}
	// Parts (1±u)/2 diverge by [(1+u)ln(1+u) + (1−u)ln(1−u)]/(2·ln 2) = (u² + u⁴/6 + …)/(2·ln 2).
	const u = 0x1p-20
	fine := stats.EntropySums{Scale: 3}
	fine.Add(3 * (1 + u))
	fine.Add(3 * (1 - u))
	if d := fine.Divergence(); relative(d, u*u*(1+u*u/6)/(2*math.Ln2)) > 1e-9 {
		t.Errorf("divergence of nearly equal values %v", d)
	}
	if s, err := stats.EntropyWeights([]stats.EntropySums{column(2, 2), column(5, 5)}); err != nil || !slices.Equal(s, []float64{.5, .5}) {
		t.Errorf("nothing varies: %v %v", s, err)
	}
	for name, columns := range map[string][]stats.EntropySums{"none": nil, "one value": {column(1)}, "zeros": {column(1, 2), column(0, 0)}} {
		if _, err := stats.EntropyWeights(columns); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var s stats.EntropySums
	if s.Add(-1) || s.Add(math.NaN()) || s.Add(math.Inf(1)) || s.AddGroup(1, -1) || s.N != 0 {
		t.Error("wrong values taken")
	}
	table := [][]float64{{1, 5, 3}, {2, 5, 1}, {4, 5, 2}}
	c, err := stats.CriticWeights(sumsOf(table), rangesOf(table), nil)
	if err != nil || c.Shares[1] != 0 || relative(c.Conflict[0], c.Conflict[2]) > 1e-12 {
		t.Errorf("a column that does not vary: %+v %v", c, err)
	}
	if c, err = stats.CriticWeights(sumsOf([][]float64{{1, 2}, {1, 2}}), nil, nil); err != nil || !slices.Equal(c.Shares, []float64{.5, .5}) {
		t.Errorf("nothing varies: %+v %v", c, err)
	}
	for name, f := range map[string]func() error{
		"empty":     func() error { _, err := stats.CriticWeights(stats.CrossSums{}, nil, nil); return err },
		"one row":   func() error { _, err := stats.CriticWeights(sumsOf(table[:1]), nil, nil); return err },
		"scales":    func() error { _, err := stats.CriticWeights(sumsOf(table), []float64{1}, nil); return err },
		"negative":  func() error { _, err := stats.CriticWeights(sumsOf(table), []float64{1, -1, 1}, nil); return err },
		"direction": func() error { _, err := stats.CriticWeights(sumsOf(table), nil, []bool{true}); return err },
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// CRITIC over ranges does not depend on units, and a column where lower is better counts as its negative.
func TestCriticProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 5).Draw(t, "k")
		var table, moved [][]float64
		lower := make([]bool, k)
		for j := range lower {
			lower[j] = rapid.Bool().Draw(t, "lower")
		}
		a, b := rapid.Float64Range(-50, 50).Draw(t, "a"), rapid.Float64Range(0.5, 20).Draw(t, "b")
		for range rapid.IntRange(4, 20).Draw(t, "n") {
			row := rapid.SliceOfN(rapid.Float64Range(0, 100), k, k).Draw(t, "row")
			table = append(table, row)
			turned := mapped(row, a, b)
			for j := range turned {
				if lower[j] {
					turned[j] = -turned[j]
				}
			}
			moved = append(moved, turned)
		}
		for _, r := range rangesOf(table) {
			if r < 1 {
				t.Skip("a column hardly varies")
			}
		}
		want, err := stats.CriticWeights(sumsOf(table), rangesOf(table), lower)
		if err != nil {
			t.Fatal(err)
		}
		got, err := stats.CriticWeights(sumsOf(moved), rangesOf(moved), nil)
		if err != nil {
			t.Fatal(err)
		}
		for j := range want.Shares {
			same(t, "share", got.Shares[j], want.Shares[j], 1)
		}
	})
}

// Parts of a change add to it, and turn round when the periods do.
func TestAttributionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		draw := func(name string) (shares, values []float64) {
			shares = drawShares(t, name, n)
			for i := range shares {
				values = append(values, rapid.Float64Range(0, 100).Draw(t, name))
				if n > 1 && i > 0 && rapid.IntRange(0, 5).Draw(t, "gone") == 0 {
					shares[i], values[i] = 0, math.NaN()
				}
			}
			return stats.Shares(shares), values
		}
		s0, v0 := draw("before")
		s1, v1 := draw("after")
		_, before := stats.Contributions(s0, v0)
		parts, after := stats.Contributions(s1, v1)
		same(t, "contributions", total(parts), after, 1)
		for name, f := range map[string]func(s0, v0, s1, v1 []float64) ([]float64, []float64){"index": stats.IndexChange, "groups": stats.GroupChange} {
			a, b := f(s0, v0, s1, v1)
			same(t, name, total(a)+total(b), after-before, 100)
			c, d := f(s1, v1, s0, v0)
			for i := range a {
				same(t, name+" turned round", -c[i], a[i], 100)
				same(t, name+" turned round", -d[i], b[i], 100)
			}
		}
	})
}

func TestAttributionCases(t *testing.T) {
	parts, mean := stats.Contributions([]float64{.5, .3, .2, 0}, []float64{80, 60, math.NaN(), math.NaN()})
	if diff := cmp.Diff([]float64{50, 22.5, 0, 0}, parts); diff != "" || mean != 72.5 {
		t.Errorf("%v %s", mean, diff)
	}
	for name, c := range map[string]struct{ shares, values []float64 }{
		"lengths": {[]float64{1}, nil}, "none": {nil, nil}, "negative": {[]float64{2, -1}, []float64{1, 1}}, "nothing known": {[]float64{1}, []float64{math.NaN()}}, "no shares": {[]float64{0}, []float64{4}},
	} {
		if _, mean := stats.Contributions(c.shares, c.values); !math.IsNaN(mean) {
			t.Errorf("%s: %v", name, mean)
		}
	}
	if a, b := stats.IndexChange([]float64{1}, []float64{1}, []float64{1}, nil); a != nil || b != nil {
		t.Error("lengths differ")
	}
	// A group that grows and is better than the whole adds to the mix; one that is new has no change within.
	within, mix := stats.GroupChange([]float64{1, 0}, []float64{70, math.NaN()}, []float64{.5, .5}, []float64{70, 90})
	if diff := cmp.Diff([][]float64{{0, 0}, {2.5, 7.5}}, [][]float64{within, mix}); diff != "" {
		t.Error(diff)
	}
	if a, _ := stats.IndexChange([]float64{1}, []float64{math.NaN()}, []float64{1}, []float64{3}); !math.IsNaN(a[0]) {
		t.Errorf("a score with a share is missing: %v", a)
	}
}

// A curve passes its anchors, stays between neighbours and is held at its ends.
func TestCurveProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var anchors []stats.Anchor
		x := rapid.Float64Range(-100, 100).Draw(t, "x")
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			anchors = append(anchors, stats.Anchor{Value: x, Score: rapid.Float64Range(0, 100).Draw(t, "score")})
			x += rapid.Float64Range(0.001, 50).Draw(t, "step")
		}
		c, err := stats.NewCurve(anchors)
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.Float64Range(-200, 500).Draw(t, "at")
		got := c.Score(at)
		first, last := anchors[0], anchors[len(anchors)-1]
		for i, a := range anchors {
			if c.Score(a.Value) != a.Score {
				t.Errorf("score %v at anchor %+v", c.Score(a.Value), a)
			}
			if i > 0 && at > anchors[i-1].Value && at < a.Value {
				b := anchors[i-1]
				same(t, "between", got, b.Score+(a.Score-b.Score)*(at-b.Value)/(a.Value-b.Value), 1)
			}
		}
		if at <= first.Value && got != first.Score || at >= last.Value && got != last.Score {
			t.Errorf("%v at %v is not held", got, at)
		}
	})
}

func TestCurveCases(t *testing.T) {
	for name, anchors := range map[string][]stats.Anchor{
		"none": nil, "falling": {{2, 0}, {1, 1}}, "twice": {{1, 0}, {1, 1}}, "missing": {{math.NaN(), 1}}, "infinite": {{1, math.Inf(1)}},
	} {
		if _, err := stats.NewCurve(anchors); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if !math.IsNaN(stats.Curve{}.Score(1)) {
		t.Error("score of no curve")
	}
	c, err := stats.NewCurve([]stats.Anchor{{-math.MaxFloat64, 0}, {math.MaxFloat64, 100}})
	if err != nil || c.Score(0) != 50 || !math.IsNaN(c.Score(math.NaN())) || c.Score(math.Inf(1)) != 100 {
		t.Errorf("the widest curve: %v %v", c.Score(0), err)
	}
	nan := math.NaN()
	for name, got := range map[string][]float64{
		"equal": stats.MinMaxScores([]float64{4, 4}), "z of equal": stats.ZScores([]float64{4, 4}), "z of one": stats.ZScores([]float64{4}), "infinite": stats.MinMaxScores([]float64{4, math.Inf(1)}),
		"z infinite": stats.ZScores([]float64{4, math.Inf(1)}), "missing": stats.MinMaxScores([]float64{nan}), "blend": {stats.Blend(1, 2, .31), stats.Blend(1, 2, -.1), stats.GeometricBlend(-1, 2, .1), stats.GeometricBlend(1, 2, 1)},
	} {
		for _, v := range got {
			if !math.IsNaN(v) {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
	if got := stats.MinMaxScores([]float64{1, nan, 3, 2}); got[0] != 0 || !math.IsNaN(got[1]) || got[2] != 100 || got[3] != 50 {
		t.Errorf("min–max around a missing value: %v", got)
	}
	if got := stats.ZScores([]float64{1, nan, 3}); relative(got[0], -math.Sqrt(.5)) > 1e-15 || !math.IsNaN(got[1]) {
		t.Errorf("z around a missing value: %v", got)
	}
	if stats.KanoCategory(0, 1) != "" || stats.KanoCategory(1, 6) != "" {
		t.Error("category of other answers")
	}
	var k stats.KanoCounts
	if k.Add("", 1) || !math.IsNaN(k.Better()) || !math.IsNaN(k.Worse()) {
		t.Error("counts of nothing")
	}
	k.Add(stats.KanoMustBe, 3)
	var other stats.KanoCounts
	for i, c := range []string{stats.KanoAttractive, stats.KanoOneDim, stats.KanoIndifferent, stats.KanoReverse, stats.KanoQuestionable} {
		other.Add(c, float64(i+1))
	}
	k.Merge(other)
	if relative(k.Better(), 3./9) > 1e-15 || relative(k.Worse(), -5./9) > 1e-15 {
		t.Errorf("better %v, worse %v", k.Better(), k.Worse())
	}
	k.Merge(other)
	for what, got := range map[float64]stats.Sum{2: k.Attractive, 4: k.OneDim, 3: k.MustBe, 6: k.Indifferent, 8: k.Reverse, 10: k.Questionable} {
		if got.Value() != what {
			t.Errorf("merged count %v, want %v", got.Value(), what)
		}
	}
	if tau := stats.KendallTau([]float64{1, 2, 2, 3}, []float64{1, 2, 3, 4}); relative(tau, 5/math.Sqrt(30)) > 1e-15 {
		t.Errorf("τ with ties %v", tau)
	}
	// Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5/√(4.5·5).
	if rho := stats.SpearmanRho([]float64{1, 2, 2, 3}, []float64{1, 2, 3, 4}); relative(rho, math.Sqrt(.9)) > 1e-15 {
		t.Errorf("ρ with ties %v", rho)
	}
	if !math.IsNaN(stats.KendallTau([]float64{1}, []float64{1})) || !math.IsNaN(stats.SpearmanRho([]float64{1, 2}, []float64{1})) || !math.IsNaN(stats.SpearmanRho([]float64{1, nan}, []float64{1, 2})) || !math.IsNaN(stats.SpearmanRho(nil, nil)) {
		t.Error("rank correlation of nothing")
	}
}

// A path model of blocks with factors of their own does not depend on the units of its variables or the order of the blocks.
func TestPathModelProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := rapid.IntRange(2, 4).Draw(t, "blocks")
		var model stats.PathModel
		at := 0
		for j := range blocks {
			var block, sources []int
			for range rapid.IntRange(1, 3).Draw(t, "size") {
				block = append(block, at)
				at++
			}
			for i := range j {
				sources = append(sources, i)
			}
			model.Blocks, model.Sources = append(model.Blocks, block), append(model.Sources, sources)
		}
		noise := rapid.Float64Range(0.2, 1)
		unit := rapid.SliceOfN(rapid.Float64Range(0.5, 10), at, at).Draw(t, "unit")
		var sums, moved stats.CrossSums
		for i := range 40 {
			common := math.Sin(float64(i)) + noise.Draw(t, "common")
			z := make([]float64, at)
			for j := range blocks {
				factor := common + 0.7*noise.Draw(t, "factor")
				for _, v := range model.Blocks[j] {
					z[v] = 5 + factor + 0.5*noise.Draw(t, "own")
				}
			}
			sums.Add(z, 1)
			other := make([]float64, at)
			for v := range z {
				other[v] = 3 + unit[v]*z[v]
			}
			moved.Add(other, 2.5)
		}
		low, high := slices.Repeat([]float64{0}, at), slices.Repeat([]float64{10}, at)
		scheme := rapid.SampledFrom([]string{stats.PathScheme, stats.CentroidScheme, stats.FactorialScheme}).Draw(t, "scheme")
		e, err := stats.EstimatePaths(sums, model, scheme)
		if err != nil {
			t.Fatal(err)
		}
		other, err := stats.EstimatePaths(moved, model, scheme)
		if err != nil {
			t.Fatal(err)
		}
		movedLow, movedHigh := slices.Repeat([]float64{3}, at), slices.Repeat([]float64{3}, at)
		for v := range movedHigh {
			movedHigh[v] += 10 * unit[v]
		}
		index, movedIndex := e.Index(sums.Means(), low, high), other.Index(moved.Means(), movedLow, movedHigh)
		for j := range model.Blocks {
			same(t, "index", movedIndex[j], index[j], 1)
			same(t, "item shares", total(e.ItemShares[j]), 1, 1)
			same(t, "score's variance", e.Correlation[j][j], 1, 1)
			if e.R2[j] < 0 || e.R2[j] > 1+1e-12 || e.Communality[j] < 0 || e.Communality[j] > 1+1e-12 {
				t.Errorf("R² %v, communality %v", e.R2[j], e.Communality[j])
			}
			for a := range model.Blocks[j] {
				same(t, "outer weight", other.OuterWeights[j][a], e.OuterWeights[j][a], 1)
				same(t, "loading", other.Loadings[j][a], e.Loadings[j][a], 1)
			}
		}
	})
}

func TestPathModelCases(t *testing.T) {
	var sums stats.CrossSums
	for i := range 20 {
		x := float64(i)
		sums.Add([]float64{x, x + math.Sin(3*x), math.Cos(x), 4, x}, 1)
	}
	two := func(a, b []int) stats.PathModel {
		return stats.PathModel{Blocks: [][]int{a, b}, Sources: [][]int{nil, {0}}}
	}
	for name, c := range map[string]struct {
		model  stats.PathModel
		scheme string
	}{
		"scheme":                  {two([]int{0}, []int{1}), "reflective"},
		"one block":               {stats.PathModel{Blocks: [][]int{{0}}, Sources: [][]int{nil}}, stats.PathScheme},
		"sources":                 {stats.PathModel{Blocks: [][]int{{0}, {1}}, Sources: [][]int{nil}}, stats.PathScheme},
		"empty block":             {two(nil, []int{1}), stats.PathScheme},
		"variable beyond":         {two([]int{0}, []int{5}), stats.PathScheme},
		"variable twice":          {two([]int{0, 0}, []int{1}), stats.PathScheme},
		"does not vary":           {two([]int{0}, []int{3}), stats.PathScheme},
		"itself":                  {stats.PathModel{Blocks: [][]int{{0}, {1}}, Sources: [][]int{nil, {1}}}, stats.PathScheme},
		"each other":              {stats.PathModel{Blocks: [][]int{{0}, {1}}, Sources: [][]int{{1}, {0}}}, stats.PathScheme},
		"block beyond":            {stats.PathModel{Blocks: [][]int{{0}, {1}}, Sources: [][]int{nil, {2}}}, stats.PathScheme},
		"alone":                   {stats.PathModel{Blocks: [][]int{{0}, {1}, {2}}, Sources: [][]int{nil, {0}, nil}}, stats.PathScheme},
		"determine each other":    {stats.PathModel{Blocks: [][]int{{0}, {4}, {2}}, Sources: [][]int{nil, nil, {0, 1}}}, stats.PathScheme},
		"nothing to do with them": {two([]int{0}, nil), stats.CentroidScheme},
	} {
		if _, err := stats.EstimatePaths(sums, c.model, c.scheme); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := stats.EstimatePaths(stats.CrossSums{}, two([]int{0}, []int{1}), stats.PathScheme); err == nil {
		t.Error("no rows: no error")
	}
	e, err := stats.EstimatePaths(sums, two([]int{0}, []int{1, 2}), stats.PathScheme)
	if err != nil {
		t.Fatal(err)
	}
	// x₂ and x₃ go a little against x₁, and only x₁ goes with the other block: loadings would add to 1.18 − 2·0.627 = −0.074 of the
	// score's deviation, so the block is turned.
	var against stats.CrossSums
	for i := range 16 {
		sign := func(bit int) float64 { return float64(1 - 2*(i>>bit&1)) }
		x1, rest := sign(0), math.Sqrt(1-.3*.3)
		against.Add([]float64{x1, -.3*x1 + rest*sign(1), -.3*x1 + rest*sign(2), x1 + .5*sign(3)}, 1)
	}
	turned, err := stats.EstimatePaths(against, two([]int{0, 1, 2}, []int{3}), stats.CentroidScheme)
	if err != nil || !(turned.Loadings[0][0] < 0) || relative(total(turned.Loadings[0]), .074/math.Sqrt(1.18+.6*.627)) > 1e-9 || turned.Correlation[0][1] > 0 {
		t.Errorf("%+v %v", turned, err)
	}
	if e.Index([]float64{1}, nil, nil) != nil || e.Index([]float64{1}, []float64{0}, []float64{2}) != nil {
		t.Error("index of other variables")
	}
}

// The study's dispersion, METHOD section 1: on 10,000 respondents content has most of it, though little influence.
func TestDispersionOfTheStudy(t *testing.T) {
	d := studyDriverRows(t)
	columns := make([]stats.EntropySums, 5)
	for _, z := range d.z {
		for j := range columns {
			columns[j].Scale = 75
			columns[j].Add(z[j+1])
		}
	}
	entropy, err := stats.EntropyWeights(columns)
	if err != nil {
		t.Fatal(err)
	}
	dimensions, ok := d.sums(nil, nil).Select(1, 2, 3, 4, 5)
	if !ok {
		t.Fatal("no dimensions")
	}
	var rows [][]float64
	for _, z := range d.z {
		rows = append(rows, z[1:])
	}
	critic, err := stats.CriticWeights(dimensions, rangesOf(rows), nil)
	if err != nil {
		t.Fatal(err)
	}
	const content = 2
	if math.Abs(entropy[content]-.277) > .0005 || math.Abs(critic.Shares[content]-.242) > .0005 || slices.Max(entropy) != entropy[content] || slices.Max(critic.Shares) != critic.Shares[content] {
		t.Errorf("entropy %.4f, CRITIC %.4f, want .277 and .242 for content", entropy, critic.Shares)
	}
}
