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
