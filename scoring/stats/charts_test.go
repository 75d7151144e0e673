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
