package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// Each rule marks the point that completes its pattern and no earlier one; values are distances from the centre.
func TestTrendRules(t *testing.T) {
	nan := math.NaN()
	repeat := func(n int, of ...float64) []float64 {
		var out []float64
		for i := range n {
			out = append(out, of[i%len(of)])
		}
		return out
	}
	then := func(parts ...[]float64) []float64 { return slices.Concat(parts...) }
	for _, c := range []struct {
		name string
		rule stats.Rule
		z    []float64
		want []int
	}{
		{"beyond, either side, not at the limit", stats.BeyondLimits, []float64{3, 3.01, -3, -3.01, 0}, []int{1, 3}},
		{"nine above", stats.NineOneSide, repeat(10, 0.1), []int{8, 9}},
		{"nine below", stats.NineOneSide, repeat(9, -2), []int{8}},
		{"eight are no run", stats.NineOneSide, then(repeat(8, 0.1), []float64{-0.1}, repeat(8, 0.1)), nil},
		{"the centre ends a run", stats.NineOneSide, then(repeat(5, 0.1), []float64{0}, repeat(5, 0.1)), nil},
		{"a gap ends a run", stats.NineOneSide, then(repeat(5, 0.1), []float64{nan}, repeat(5, 0.1)), nil},
		{"six rising", stats.SixTrending, []float64{0, 1, 2, 3, 4, 5, 6, 6}, []int{5, 6}},
		{"six falling", stats.SixTrending, []float64{9, 5, 4, 3, 2, 1, 0}, []int{5, 6}},
		{"a pause is no trend", stats.SixTrending, []float64{0, 1, 2, 2, 3, 4, 5}, nil},
		{"a gap is no trend", stats.SixTrending, []float64{0, 1, nan, 3, 4, 5, 6}, nil},
		{"fourteen in turn", stats.FourteenAlternating, repeat(15, 0.1, -0.1), []int{13, 14}},
		{"fourteen in turn, downwards first", stats.FourteenAlternating, repeat(14, 2, 0.5), []int{13}},
		{"thirteen in turn", stats.FourteenAlternating, then(repeat(13, 0.1, -0.1), []float64{0.2}), nil},
		{"two of three, neighbours", stats.TwoOfThreeFar, []float64{0, 2.1, 2.2, 0}, []int{2}},
		{"two of three, around one", stats.TwoOfThreeFar, []float64{-2.1, 0, -2.1}, []int{2}},
		{"two of three on both sides", stats.TwoOfThreeFar, []float64{2.1, 0, -2.1}, nil},
		{"three points are needed", stats.TwoOfThreeFar, []float64{2.1, 2.1}, nil},
		{"at 2σ", stats.TwoOfThreeFar, []float64{0, 2, 2}, nil},
		{"one at 2σ, one beyond", stats.TwoOfThreeFar, []float64{2, 0, 2.1}, nil},
		{"four of five", stats.FourOfFiveOff, []float64{1.1, 1.1, 0, 1.1, 1.1}, []int{4}},
		{"four of five, the last is not off", stats.FourOfFiveOff, []float64{1.1, 1.1, 1.1, 1.1, 0}, nil},
		{"four of five below", stats.FourOfFiveOff, []float64{0, -1.1, -1.1, -1.1, -1.1, -5}, []int{4, 5}},
		{"fifteen near", stats.FifteenNear, repeat(16, 0.9, -0.9, 0), []int{14, 15}},
		{"fifteen, one at 1σ", stats.FifteenNear, then([]float64{1}, repeat(14, 0.5)), nil},
		{"eight off", stats.EightOff, repeat(8, 1.1, -1.1), []int{7}},
		{"eight, one near", stats.EightOff, then(repeat(7, 1.1, -1.1), []float64{1}), nil},
		{"no such rule", 9, repeat(30, 5), nil},
		{"rule of zero", 0, repeat(30, 5), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.rule.Points(c.z, c.z)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := stats.BeyondLimits.Points([]float64{5, 5}, []float64{5}); got != nil {
		t.Errorf("lengths that differ: %v", got)
	}
	got := stats.Signals([]float64{0, 2.5, 3.5}, []float64{0, 2.5, 3.5}, stats.DefaultRules())
	want := []stats.Signal{{At: 2, Rule: stats.BeyondLimits}, {At: 2, Rule: stats.TwoOfThreeFar}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]stats.Rule{1, 2, 5, 6}, stats.DefaultRules()); diff != "" {
		t.Error(diff)
	}
}

// Limits stay where the baseline put them whatever comes after, and move with the units of the values.
func TestTrendXmRProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 100), 14, 40).Draw(t, "x")
		c, err := stats.XmRLimits(x[:12])
		if err != nil {
			t.Skip()
		}
		a, b := rapid.Float64Range(-50, 50).Draw(t, "a"), rapid.Float64Range(-3, -0.1).Draw(t, "b")
		y := mapped(x, a, b)
		d, err := stats.XmRLimits(y[:12])
		if err != nil {
			t.Fatal(err)
		}
		same(t, "upper", d.Upper, a+b*c.Lower, 100)
		same(t, "sigma", d.Sigma, -b*c.Sigma, 1)
		for i, z := range c.Z(x) {
			same(t, "z", d.Z(y)[i], -z, 1+100/c.Sigma)
		}
		for i := range 12 {
			if beyond := x[i] < c.Lower || x[i] > c.Upper; beyond != slices.Contains(stats.BeyondLimits.Points(x, c.Z(x)), i) && math.Abs(math.Abs(c.Z(x)[i])-3) > 1e-9 {
				t.Errorf("point %d at %v, limits %v … %v", i, x[i], c.Lower, c.Upper)
			}
		}
	})
}

func TestTrendXmRGapsAndErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	c, err := stats.XmRLimits([]float64{10, 12, nan, 20, 17, nan, 90})
	if err != nil {
		t.Fatal(err)
	}
	// Ranges 2 and 3; none crosses a gap.
	if c.Periods != 5 || c.MovingRange != 2.5 || relative(c.Centre, 149.0/5) > 1e-15 || !c.Provisional() {
		t.Errorf("with gaps: %+v", c)
	}
	if got := c.RangesBeyond([]float64{0, 8, nan, 100, 8, 16.5}); !slices.Equal(got, []int{4, 5}) {
		t.Errorf("ranges beyond %v: %v", c.RangeUpper, got)
	}
	for name, x := range map[string][]float64{
		"nothing": nil, "one value": {3}, "no neighbours": {3, nan, 4}, "alike": {3, 3, 3}, "alike but for rounding": {0.3, math.Nextafter(0.3, 1), 0.3}, "infinite": {3, inf, 4}, "overflow": {math.MaxFloat64, -math.MaxFloat64, 0},
	} {
		if c, err := stats.XmRLimits(x); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestTrendShares(t *testing.T) {
	nan := math.NaN()
	// Shares that vary no more than counting makes them keep the plain limits.
	c, err := stats.PChartLimits([]float64{48, 52, 47, 0, 53, nan, 50}, []float64{100, 100, 100, 0, 100, 100, 100})
	if err != nil {
		t.Fatal(err)
	}
	if c.Laney || c.Periods != 5 || c.P != 0.5 || c.DF != 4 {
		t.Errorf("%+v", c)
	}
	// z: −.4 .4 −.6 | .6 | 0: ranges .8 1 within the first stretch only.
	if relative(c.SigmaZ, 0.9/1.128) > 1e-12 {
		t.Errorf("σz = %v", c.SigmaZ)
	}
	p := c.Point(0, 4)
	if p.Lower != 0 || p.Upper != 1 || p.Sigma != 0.25 || p.Z != -2 {
		t.Errorf("four answers: %+v", p)
	}
	if p := c.Point(0, 0); !math.IsNaN(p.P) || !math.IsNaN(p.Z) || !math.IsNaN(p.Upper) {
		t.Errorf("a gap: %+v", p)
	}
	// Overdispersed over all, yet smooth from period to period: p′ limits would be narrower, so the plain ones stay.
	smooth, err := stats.PChartLimits([]float64{450, 460, 470, 480, 490, 500, 510, 520, 530, 540, 550}, slices.Repeat([]float64{1000}, 11))
	if err != nil {
		t.Fatal(err)
	}
	if smooth.Laney || !(smooth.SigmaZ < 0.6) || smooth.OverdispersionP > 1e-5 {
		t.Errorf("%+v", smooth)
	}
	// Up and down by a little more than chance, over too few periods to be sure: plain limits.
	unsure, err := stats.PChartLimits([]float64{481, 519, 481, 519}, slices.Repeat([]float64{1000}, 4))
	if err != nil {
		t.Fatal(err)
	}
	if unsure.Laney || !(unsure.SigmaZ > 2) || !(unsure.OverdispersionP > 0.05) {
		t.Errorf("%+v", unsure)
	}
	for name, in := range map[string][2][]float64{
		"lengths": {{1}, {2, 3}}, "one period": {{1}, {2}}, "all zero": {{0, 0}, {5, 5}}, "all one": {{5, 5}, {5, 5}},
		"more than all": {{6, 1}, {5, 5}}, "negative": {{-1, 1}, {5, 5}}, "infinite base": {{1, 1}, {math.Inf(1), 5}}, "nothing": {},
	} {
		if c, err := stats.PChartLimits(in[0], in[1]); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// The variance of an average by its recursion is the closed form of METHOD section 8, and equal own variances are one sigma.
func TestTrendAveragesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := stats.EWMA{Lambda: rapid.Float64Range(0.01, 1).Draw(t, "λ"), Width: rapid.Float64Range(0.5, 4).Draw(t, "L")}
		sigma, centre := rapid.Float64Range(0.1, 20).Draw(t, "σ"), rapid.Float64Range(0, 100).Draw(t, "centre")
		x := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 30).Draw(t, "x")
		chart := e.Chart(centre, sigma, x)
		for i, p := range chart {
			closed := sigma * sigma * e.Lambda / (2 - e.Lambda) * (1 - math.Pow(1-e.Lambda, 2*float64(i+1)))
			same(t, "variance", p.Variance, closed, 0)
			same(t, "width", p.Upper-p.Lower, 2*e.Width*math.Sqrt(closed), 1e-3)
			average := centre * math.Pow(1-e.Lambda, float64(i+1))
			for j := range i + 1 {
				average += e.Lambda * math.Pow(1-e.Lambda, float64(i-j)) * x[j]
			}
			same(t, "average", p.Value, average, 1)
			if p.Signal != (p.Value > p.Upper || p.Value < p.Lower) && math.Abs(math.Abs(p.Value-centre)-(p.Upper-centre)) > 1e-9 {
				t.Errorf("signal %v at %v of %v … %v", p.Signal, p.Value, p.Lower, p.Upper)
			}
		}
		// A missing period leaves everything as it was.
		at := rapid.IntRange(0, len(x)).Draw(t, "gap")
		gapped := e.Chart(centre, sigma, slices.Insert(slices.Clone(x), at, math.NaN()))
		if diff := cmp.Diff(chart, slices.Delete(gapped, at, at+1)); diff != "" {
			t.Errorf("after a gap (-want +got):\n%s", diff)
		}
	})
	nan := math.NaN()
	nothing := []stats.EWMAPoint{{Value: nan, Variance: nan, Lower: nan, Upper: nan}}
	for name, got := range map[string][]stats.EWMAPoint{
		"λ of 0":        stats.EWMA{Width: 3}.Chart(1, 1, []float64{1}),
		"λ above 1":     stats.EWMA{Lambda: 1.1, Width: 3}.Chart(1, 1, []float64{1}),
		"L of 0":        stats.EWMA{Lambda: 0.2}.Chart(1, 1, []float64{1}),
		"no centre":     stats.DefaultEWMA().Chart(nan, 1, []float64{1}),
		"σ of 0":        stats.DefaultEWMA().Chart(1, 0, []float64{1}),
		"σ infinite":    stats.DefaultEWMA().Chart(1, math.Inf(1), []float64{1}),
		"points, no μ":  stats.DefaultEWMA().ChartPoints(math.Inf(1), []stats.Point{{Estimate: 1, Variance: 1}}),
		"L not a limit": stats.EWMA{Lambda: 0.2, Width: math.Inf(1)}.Chart(1, 1, []float64{1}),
	} {
		if diff := cmp.Diff(nothing, got, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// series draws points, some without an estimate or a variance.
func series(t *rapid.T, label string, n int) []stats.Point {
	out := make([]stats.Point, n)
	for i := range out {
		out[i] = stats.Point{Estimate: rapid.Float64Range(50, 90).Draw(t, label), Variance: rapid.Float64Range(0.01, 4).Draw(t, label+" variance"), N: 100}
		switch rapid.IntRange(0, 9).Draw(t, "known") {
		case 0:
			out[i].Estimate = math.NaN()
		case 1:
			out[i].Variance = math.NaN()
		}
	}
	return out
}

func estimable(points []stats.Point) (n int) {
	for _, p := range points {
		if p.Estimate == p.Estimate && p.Variance > 0 {
			n++
		}
	}
	return n
}

func TestTrendSlopeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := series(t, "y", rapid.IntRange(2, 30).Draw(t, "n"))
		if estimable(points) < 3 {
			t.Skip()
		}
		trend := stats.LinearTrend(points)

		// The normal equations of the weighted regression: the kernel's own, with weights 1/v.
		var sums stats.CrossSums
		line, up := slices.Clone(points), slices.Clone(points)
		b := rapid.Float64Range(-5, 5).Draw(t, "b")
		for i, p := range points {
			if p.Estimate == p.Estimate && p.Variance > 0 {
				sums.Add([]float64{p.Estimate, float64(i + 1)}, 1/p.Variance)
			}
			line[i].Estimate = 3 + b*float64(i+1) + 0*p.Estimate
			up[i].Estimate += b * float64(i+1)
		}
		if g, err := sums.Regress(); err == nil {
			same(t, "slope", trend.Slope, g.Coefficients[1], 1)
			same(t, "intercept", trend.Intercept, g.Coefficients[0], 100)
			same(t, "scaled variance", trend.SlopeSE*trend.SlopeSE*trend.ChiSquare/float64(trend.DF), g.Covariance[1][1], 1)
		}

		// A line is found exactly; adding one to a series adds its slope and leaves the misfit.
		exact := stats.LinearTrend(line)
		same(t, "slope of a line", exact.Slope, b, 1)
		same(t, "intercept of a line", exact.Intercept, 3, 100)
		raised := stats.LinearTrend(up)
		same(t, "slope raised", raised.Slope, trend.Slope+b, 1)
		same(t, "misfit", raised.ChiSquare, trend.ChiSquare, 100)
		if trend.SlopeSE != raised.SlopeSE || trend.SlopeSE != exact.SlopeSE {
			t.Errorf("errors %v, %v, %v", trend.SlopeSE, raised.SlopeSE, exact.SlopeSE)
		}
		// What a level does not fit is what a slope explains and what a line does not.
		q, df, p := stats.Homogeneity(points)
		if _, want := stats.ChiSquareCDF(q, float64(trend.N-1)); df != trend.N-1 || p != want {
			t.Errorf("level: df %d, p %v, want %v", df, p, want)
		}
		same(t, "misfit of a level", q, trend.Z*trend.Z+trend.ChiSquare, 1)
	})
}

func TestTrendRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 25).Draw(t, "n")
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(rapid.IntRange(0, 8).Draw(t, "x"))
		}
		mk := stats.MannKendallTrend(x)
		back := slices.Clone(x)
		slices.Reverse(back)
		mirrored := stats.MannKendallTrend(back)
		if mirrored.S != -mk.S || mirrored.Variance != mk.Variance || (mk.P == mk.P && mirrored.P != mk.P) {
			t.Errorf("reversed: %+v, want the mirror of %+v", mirrored, mk)
		}
		// Ranks: any rising map leaves everything; gaps are left out.
		risen := make([]float64, 0, n+1)
		for _, v := range x {
			risen = append(risen, math.Exp(v))
		}
		risen = slices.Insert(risen, n/2, math.NaN())
		if diff := cmp.Diff(mk, stats.MannKendallTrend(risen), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("ranks (-want +got):\n%s", diff)
		}
		if mk.P == mk.P && (mk.TauB < -1-1e-12 || mk.TauB > 1+1e-12 || mk.P < 0 || mk.P > 1) {
			t.Errorf("%+v", mk)
		}
		same(t, "slope", stats.TheilSen(mapped(x, 4, -2)), -2*stats.TheilSen(x), 1)
	})
}

// The variance of S under every order of a series with ties is the one the formula gives.
func TestTrendRankVariance(t *testing.T) {
	x := []float64{1, 1, 2, 3, 3, 3}
	var sum, squares, n float64
	var permute func(k int)
	permute = func(k int) {
		if k == len(x) {
			s := float64(stats.MannKendallTrend(x).S)
			sum, squares, n = sum+s, squares+s*s, n+1
			return
		}
		for i := k; i < len(x); i++ {
			x[k], x[i] = x[i], x[k]
			permute(k + 1)
			x[k], x[i] = x[i], x[k]
		}
	}
	permute(0)
	if got := stats.MannKendallTrend(x).Variance; sum != 0 || relative(got, squares/n) > 1e-14 {
		t.Errorf("variance %v, over all orders %v with mean %v", got, squares/n, sum/n)
	}
}

func TestTrendOfLittle(t *testing.T) {
	nan := math.NaN()
	for name, got := range map[string]float64{
		"slope of one":            stats.LinearTrend([]stats.Point{{Estimate: 3, Variance: 1}}).Slope,
		"slope without variances": stats.LinearTrend([]stats.Point{{Estimate: 3}, {Estimate: 4, Variance: nan}}).P,
		"lack of fit of two":      stats.LinearTrend([]stats.Point{{Estimate: 3, Variance: 1}, {Estimate: 4, Variance: 1}}).LackOfFitP,
		"ranks of one":            stats.MannKendallTrend([]float64{3, nan}).P,
		"ranks of equals":         stats.MannKendallTrend([]float64{3, 3, 3}).TauB,
		"median slope of one":     stats.TheilSen([]float64{nan, 3}),
		"median slope of nothing": stats.TheilSen(nil),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
	if _, _, p := stats.Homogeneity([]stats.Point{{Estimate: 3, Variance: 1}}); !math.IsNaN(p) {
		t.Errorf("homogeneity of one: %v", p)
	}
	if got := stats.TheilSen([]float64{1, nan, 5}); got != 2 {
		t.Errorf("median slope over a gap: %v", got)
	}
	if got := stats.PeriodChanges([]stats.Point{{Estimate: 1}}); got != nil {
		t.Errorf("changes of one period: %v", got)
	}
	// The two changes beside a gap do not count for Holm: the remaining two do.
	changes := stats.PeriodChanges([]stats.Point{{Estimate: 1, Variance: 1}, {Estimate: 3, Variance: 1}, {Estimate: nan, Variance: 1}, {Estimate: 1, Variance: 1}, {Estimate: 6, Variance: 1}})
	if !math.IsNaN(changes[1].P) || !math.IsNaN(changes[2].PHolm) || relative(changes[3].PHolm, 2*changes[3].P) > 1e-15 {
		t.Errorf("changes beside a gap: %+v", changes)
	}
}

func TestTrendSplice(t *testing.T) {
	nan := math.NaN()
	none := stats.Point{Estimate: nan, Variance: nan}
	old := []stats.Point{{Estimate: 70, Variance: 1, N: 100}, {Estimate: 72, Variance: 2, N: 200}, {Estimate: 74, Variance: 3, N: 300}, none, none}
	renewed := []stats.Point{none, none, {Estimate: 78, Variance: 5, N: 400}, {Estimate: 79, Variance: 4, N: 500}, none}
	s, err := stats.SpliceVersions(old, renewed)
	if err != nil {
		t.Fatal(err)
	}
	if s.Shift != 4 || s.ShiftVariance != 8 || !slices.Equal(s.Overlap, []int{2}) || !slices.Equal(s.FromOld, []bool{true, true, false, false, false}) {
		t.Errorf("%+v", s)
	}
	want := []stats.Point{{Estimate: 74, Variance: 9, N: 100}, {Estimate: 76, Variance: 10, N: 200}, renewed[2], renewed[3], none}
	if diff := cmp.Diff(want, s.Points, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		name           string
		from, to       int
		diff, variance float64
	}{
		{"before the break: as the old version has it", 0, 1, 2, 1 + 2},
		{"to the overlap: as the old version has it", 0, 2, 4, 1 + 3},
		{"back from the overlap", 2, 0, -4, 1 + 3},
		{"across: with the shift", 1, 3, 3, 2 + 4 + 8},
		{"after: as the new version has it", 2, 3, 1, 5 + 4},
		{"nowhere", 1, 1, 0, 0},
	} {
		e := s.Change(c.from, c.to)
		if e.Estimate != c.diff || math.Abs(e.SE*e.SE-c.variance) > 1e-12 {
			t.Errorf("%s: %v ± %v, want %v, variance %v", c.name, e.Estimate, e.SE, c.diff, c.variance)
		}
	}
	if e := s.Change(0, 5); !math.IsNaN(e.Estimate) || !math.IsNaN(e.SE) {
		t.Errorf("no such period: %+v", e)
	}
	if e := s.Change(0, 4); !math.IsNaN(e.Estimate) {
		t.Errorf("to a gap: %+v", e)
	}
	if _, err := stats.SpliceVersions(old, renewed[1:]); err == nil {
		t.Error("lengths that differ are spliced")
	}
	if _, err := stats.SpliceVersions(old[:2], renewed[:2]); err == nil {
		t.Error("versions without overlap are spliced")
	}
}

// A change across the break is a linear combination of independent estimates; its variance follows from its factors.
func TestTrendSpliceVariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 10).Draw(t, "n")
		old, renewed := series(t, "old", n), series(t, "new", n)
		for i := range n {
			old[i].Variance, renewed[i].Variance = 1+float64(i), 2+float64(i)/3
		}
		s, err := stats.SpliceVersions(old, renewed)
		if err != nil {
			t.Skip()
		}
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		e := s.Change(from, to)
		if math.IsNaN(s.Points[from].Estimate) || math.IsNaN(s.Points[to].Estimate) {
			return
		}
		// Factors of the old and the new estimates, by moving each by one.
		moved := func(in []stats.Point, i int) float64 {
			keep := in[i].Estimate
			in[i].Estimate++
			m, err := stats.SpliceVersions(old, renewed)
			in[i].Estimate = keep
			if err != nil {
				t.Fatal(err)
			}
			return m.Change(from, to).Estimate - e.Estimate
		}
		variance := 0.0
		for i := range n {
			if f := moved(old, i); f == f {
				variance += f * f * old[i].Variance
			}
			if f := moved(renewed, i); f == f {
				variance += f * f * renewed[i].Variance
			}
		}
		same(t, "variance", e.SE*e.SE, variance, 1)
	})
}

// FuzzCharts puts any series on every chart: no panic, no point outside the series, limits in order.
func FuzzCharts(f *testing.F) {
	f.Add([]byte{1, 2, 3, 200, 5, 5, 5, 5, 5, 9, 9, 9, 0, 255, 12, 40}, 0.2, 2.7, 75.0)
	f.Add([]byte{255, 254, 253, 0, 1, 2}, 1.0, 3.0, math.Inf(1))
	f.Add([]byte{}, math.NaN(), 0.0, 0.0)
	f.Add([]byte{7, 7, 7, 8, 253, 8, 252, 8}, 0.5, 1e308, -1e308)
	f.Add([]byte("01\xff\xfc"), 62.5, 1e308, -1e308)
	f.Fuzz(func(t *testing.T, raw []byte, lambda, width, centre float64) {
		raw = raw[:min(len(raw), 200)]
		x := make([]float64, len(raw))
		base, points := make([]float64, len(raw)), make([]stats.Point, len(raw))
		for i, b := range raw {
			switch b {
			case 255:
				x[i] = math.NaN()
			case 254:
				x[i] = math.Inf(1)
			case 253:
				x[i] = -math.MaxFloat64
			case 252:
				x[i] = centre
			case 251:
				x[i] = 5e-324
			default:
				x[i] = float64(b)
			}
			base[i] = x[len(x)-1-i] + 100
			points[i] = stats.Point{Estimate: x[i], Variance: x[len(x)-1-i] * lambda}
		}
		z := x
		if c, err := stats.XmRLimits(x); err == nil {
			if !(c.Lower < c.Upper) || !(c.Lower <= c.Centre && c.Centre <= c.Upper) || !(c.RangeUpper > c.MovingRange) {
				t.Errorf("limits %+v", c)
			}
			z = c.Z(x)
			c.RangesBeyond(x)
		}
		for rule := stats.Rule(-1); rule <= 10; rule++ {
			last := -1
			for _, i := range rule.Points(x, z) {
				if i <= last || i >= len(x) || math.IsNaN(z[i]) {
					t.Errorf("rule %d marks %d of %v", rule, i, z)
				}
				last = i
			}
		}
		if c, err := stats.PChartLimits(x, base); err == nil {
			for i := range x {
				if p := c.Point(x[i], base[i]); p.Lower > p.Upper || p.Lower < 0 || p.Upper > 1 {
					t.Errorf("share %v of %v: %+v", x[i], base[i], p)
				}
			}
		}
		for _, p := range slices.Concat(stats.EWMA{Lambda: lambda, Width: width}.Chart(centre, width, x), stats.DefaultEWMA().ChartPoints(centre, points)) {
			if p.Lower > p.Upper || p.Variance < 0 || (p.Signal && math.IsNaN(p.Value)) {
				t.Errorf("average %+v", p)
			}
		}
		if trend := stats.LinearTrend(points); trend.SlopeSE < 0 || trend.ChiSquare < 0 || trend.P < 0 || trend.P > 1 {
			t.Errorf("trend %+v", trend)
		}
		if q, _, p := stats.Homogeneity(points); q < 0 || p < 0 || p > 1 {
			t.Errorf("homogeneity %v, p %v", q, p)
		}
		if mk := stats.MannKendallTrend(x); mk.Variance < 0 || mk.P < 0 || mk.P > 1 {
			t.Errorf("ranks %+v", mk)
		}
		stats.TheilSen(x)
		for _, c := range stats.PeriodChanges(points) {
			if c.PHolm < c.P {
				t.Errorf("change %+v", c)
			}
		}
		reversed := slices.Clone(points)
		slices.Reverse(reversed)
		if s, err := stats.SpliceVersions(points, reversed); err == nil && s.Change(0, len(points)-1).SE < 0 {
			t.Errorf("splice %+v", s)
		}
		if pre, err := stats.PreTrendOf(points, reversed); err == nil && (pre.P < 0 || pre.P > 1) {
			t.Errorf("trend before treatment %+v", pre)
		}
	})
}
