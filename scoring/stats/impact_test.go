package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// trial draws rows of an experiment with clusters, at least two rows in each of the four cells.
type trial struct {
	y, w           []float64
	treated, after []bool
	cluster        []int
	clusters       int
}

func drawTrial(t *rapid.T) trial {
	d := trial{clusters: rapid.IntRange(3, 12).Draw(t, "clusters")}
	for i := range rapid.IntRange(8, 60).Draw(t, "rows") {
		d.y = append(d.y, rapid.Float64Range(0, 100).Draw(t, "y"))
		d.w = append(d.w, rapid.Float64Range(0.2, 5).Draw(t, "w"))
		a, b := rapid.Bool().Draw(t, "treated"), rapid.Bool().Draw(t, "after")
		if i < 8 {
			a, b = i%2 == 0, i%4 < 2
		}
		d.treated, d.after = append(d.treated, a), append(d.after, b)
		d.cluster = append(d.cluster, rapid.IntRange(0, d.clusters-1).Draw(t, "cluster"))
	}
	return d
}

func (d trial) cell(treated, after bool) func(i int) bool {
	return func(i int) bool { return d.treated[i] == treated && d.after[i] == after }
}

func (d trial) groups() stats.Cells[stats.Group] {
	of := func(treated, after bool) stats.Group {
		return meanSums(d.y, unit(len(d.y)), d.cell(treated, after)).Group()
	}
	return stats.Cells[stats.Group]{TreatedBefore: of(true, false), TreatedAfter: of(true, true), ControlBefore: of(false, false), ControlAfter: of(false, true)}
}

func (d trial) units(w []float64) stats.Cells[stats.UnitSums] {
	of := func(treated, after bool) stats.UnitSums {
		u := stats.UnitSums{W: make([]float64, d.clusters), WX: make([]float64, d.clusters)}
		for i, in := range d.y {
			if d.cell(treated, after)(i) {
				u.W[d.cluster[i]] += w[i]
				u.WX[d.cluster[i]] += w[i] * in
			}
		}
		return u
	}
	return stats.Cells[stats.UnitSums]{TreatedBefore: of(true, false), TreatedAfter: of(true, true), ControlBefore: of(false, false), ControlAfter: of(false, true)}
}

func (d trial) data(w []float64) effectData {
	e := effectData{w: w, cluster: d.cluster, n: d.clusters}
	for i := range d.y {
		e.z = append(e.z, stats.EffectRow(nil, d.y[i], d.treated[i], d.after[i]))
	}
	return e
}

// The same effect three ways: four cells, sums by sampling unit, regression; with their errors where they should agree.
func TestImpactProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawTrial(t)
		four := stats.DifferenceInDifferences(d.groups())
		e := d.data(unit(len(d.y)))
		all := stats.CrossSums{Shift: e.z[0]}
		for i, z := range e.z {
			all.Add(z, e.w[i])
		}
		g, err := all.Regress()
		if err != nil {
			t.Skip()
		}
		same(t, "regression", g.Coefficients[stats.EffectCoefficient], four.Estimate, 100)
		hc2 := g.Residuals(1)
		for i, z := range e.z {
			hc2.Add(z, e.w[i])
		}
		same(t, "HC2", hc2.Covariance()[stats.EffectCoefficient][stats.EffectCoefficient], four.SE*four.SE, 1)

		// CR1 of a saturated regression is the error of the contrast of means, by clusters and with weights.
		filled := map[int]bool{}
		for _, c := range d.cluster {
			filled[c] = true
		}
		weighted := d.data(d.w)
		all = stats.CrossSums{Shift: e.z[0]}
		for i, z := range weighted.z {
			all.Add(z, d.w[i])
		}
		if g, err = all.Regress(); err != nil || len(filled) < d.clusters {
			t.Skip()
		}
		cluster := g.ClusterEffect(stats.EffectCoefficient, weighted.clusters())
		design, means, v := stats.DesignDifferenceInDifferences(stats.Design{}, d.units(d.w))
		same(t, "by units", design.Estimate, cluster.Estimate, 100)
		same(t, "CR1", design.SE*design.SE, cluster.SE*cluster.SE, 1)
		same(t, "from the covariance", stats.QuadraticForm([]float64{-1, 1, 1, -1}, v), design.SE*design.SE, 1)
		if design.DF != float64(d.clusters-4) || cluster.DF != float64(d.clusters-1) || len(means) != 4 {
			t.Errorf("df %v, %v, means %v", design.DF, cluster.DF, means)
		}
		// Empty clusters are none.
		padded := append(weighted.clusters(), stats.CrossSums{}, stats.CrossSums{})
		if diff := cmp.Diff(cluster, g.ClusterEffect(stats.EffectCoefficient, padded)); diff != "" {
			t.Errorf("empty clusters (-want +got):\n%s", diff)
		}

		// Swapping groups, or before and after, changes the sign; a lift of everyone after changes nothing.
		c := d.groups()
		swapped := stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: c.ControlBefore, TreatedAfter: c.ControlAfter, ControlBefore: c.TreatedBefore, ControlAfter: c.TreatedAfter})
		same(t, "swapped", swapped.Estimate, -four.Estimate, 100)
		same(t, "swapped error", swapped.SE, four.SE, 1e-3)
		same(t, "swapped df", swapped.DF, four.DF, 1)
		c.TreatedAfter.Mean += 7
		c.ControlAfter.Mean += 7
		same(t, "lifted", stats.DifferenceInDifferences(c).Estimate, four.Estimate, 100)
		if low, high := four.Interval(0.95); four.SE > 0 && (low > four.Estimate || high < four.Estimate || (four.P() < 0.05) != (low > 0 || high < 0)) {
			t.Errorf("%v … %v, p %v", low, high, four.P())
		}
	})
}

// Welch–Satterthwaite degrees of freedom lie between the least n−1 and their sum, and are the sum for cells alike.
func TestImpactDegreesOfFreedom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g [4]stats.Group
		least, sum := math.Inf(1), 0.0
		for i := range g {
			g[i] = stats.Group{N: rapid.IntRange(2, 500).Draw(t, "n"), Mean: 70, Variance: rapid.Float64Range(0.1, 400).Draw(t, "variance")}
			least, sum = min(least, float64(g[i].N-1)), sum+float64(g[i].N-1)
		}
		e := stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: g[0], TreatedAfter: g[1], ControlBefore: g[2], ControlAfter: g[3]})
		if e.DF < least*(1-1e-12) || e.DF > sum*(1+1e-12) {
			t.Errorf("df %v of %v … %v", e.DF, least, sum)
		}
		alike := stats.DifferenceInDifferences(stats.Cells[stats.Group]{TreatedBefore: g[0], TreatedAfter: g[0], ControlBefore: g[0], ControlAfter: g[0]})
		same(t, "cells alike", alike.DF, 4*float64(g[0].N-1), 1)
	})
}

// A test at 0.05 with the minimum detectable effect for truth finds it in 80 of 100 samples.
func TestImpactMinimumDetectable(t *testing.T) {
	e := stats.Effect{Estimate: 1, SE: 0.7, DF: math.Inf(1)}
	truth := e.MinimumDetectable()
	_, found := stats.NormalCDF((stats.NormalCritical(0.95)*e.SE - truth) / e.SE)
	if relative(found, 0.8) > 1e-12 {
		t.Errorf("power %v at %v", found, truth)
	}
}

func TestImpactPreTrend(t *testing.T) {
	point := func(y, v float64) stats.Point { return stats.Point{Estimate: y, Variance: v, N: 50} }
	control := []stats.Point{point(70, 1), point(72, 2), point(71, 1), point(75, 4)}
	var alike, drifting []stats.Point
	for i, p := range control {
		alike = append(alike, point(p.Estimate+3, 1))
		drifting = append(drifting, point(p.Estimate+3*float64(i+1), 1))
	}
	p, err := stats.PreTrendOf(alike, control)
	if err != nil {
		t.Fatal(err)
	}
	if p.Trend.Slope != 0 || p.Trend.P != 1 || p.ChiSquare != 0 || p.P != 1 || p.DF != 3 || p.Gaps[1] != (stats.Point{Estimate: 3, Variance: 3, N: 100}) {
		t.Errorf("groups that move alike: %+v", p)
	}
	p, err = stats.PreTrendOf(drifting, control)
	if err != nil {
		t.Fatal(err)
	}
	// Gaps 3, 6, 9, 12 with variances 2, 3, 2, 5: a line of slope 3 whose error is 1/√Σ(t−t̄)²/v, t̄ = (1/2+2/3+3/2+4/5)/(1/2+1/3+1/2+1/5).
	mean := (1.0/2 + 2.0/3 + 3.0/2 + 4.0/5) / (1.0/2 + 1.0/3 + 1.0/2 + 1.0/5)
	var tt float64
	for i, v := range []float64{2, 3, 2, 5} {
		tt += (float64(i+1) - mean) * (float64(i+1) - mean) / v
	}
	if relative(p.Trend.Slope, 3) > 1e-12 || relative(p.Trend.Z, 3*math.Sqrt(tt)) > 1e-12 || relative(p.ChiSquare, 9*tt) > 1e-12 || p.Trend.P > 0.002 {
		t.Errorf("groups that drift apart: %+v, want z %v", p, 3*math.Sqrt(tt))
	}
	gap := slices.Clone(control)
	gap[1].Estimate = math.NaN()
	if p, err := stats.PreTrendOf(alike, gap); err != nil || p.Trend.N != 3 || p.DF != 2 {
		t.Errorf("with a gap: %+v, %v", p, err)
	}
	gap[0].Variance = math.NaN()
	if _, err := stats.PreTrendOf(alike, gap); err == nil {
		t.Error("two periods are judged")
	}
	if _, err := stats.PreTrendOf(alike[:3], control); err == nil {
		t.Error("numbers of periods that differ are judged")
	}
}

func TestImpactOutsideItsDomain(t *testing.T) {
	some, none := stats.UnitSums{W: []float64{1, 2}, WX: []float64{3, 5}}, stats.UnitSums{W: []float64{0, 0}, WX: []float64{0, 0}}
	for name, c := range map[string]struct {
		d       stats.Design
		factors []float64
		domains []stats.UnitSums
	}{
		"nothing":             {},
		"factors":             {factors: []float64{1}, domains: []stats.UnitSums{some, some}},
		"a domain of nothing": {factors: []float64{1, -1}, domains: []stats.UnitSums{some, none}},
		"lengths":             {factors: []float64{1, -1}, domains: []stats.UnitSums{some, {W: []float64{1}, WX: []float64{1}}}},
		"sums":                {factors: []float64{1, -1}, domains: []stats.UnitSums{some, {W: []float64{1, 2}, WX: []float64{1}}}},
		"design":              {d: stats.Design{Stratum: []int{0}, Strata: 1}, factors: []float64{1, -1}, domains: []stats.UnitSums{some, some}},
	} {
		if e, _, _ := stats.DesignDifference(c.d, c.factors, c.domains); !math.IsNaN(e.Estimate) || !math.IsNaN(e.SE) || !math.IsNaN(e.DF) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	var all stats.CrossSums
	parts := make([]stats.CrossSums, 3)
	for i := range 12 {
		z := stats.EffectRow(nil, float64(i*i%7), i%2 == 0, i%4 < 2)
		all.Add(z, 1)
		parts[i%3].Add(z, 1)
	}
	g := regress(t, all)
	for name, e := range map[string]stats.Effect{
		"no such coefficient": g.ClusterEffect(4, parts), "negative coefficient": g.ClusterEffect(-1, parts),
		"one cluster": g.ClusterEffect(3, parts[:1]), "no clusters": g.ClusterEffect(3, nil),
	} {
		if !math.IsNaN(e.SE) || !math.IsNaN(e.Estimate) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got := stats.EffectRow(nil, 5, true, false); !slices.Equal(got, []float64{5, 1, 0, 0}) {
		t.Errorf("row %v", got)
	}
	if got := stats.EffectRow([]float64{9}, 5, true, true, 0.5); !slices.Equal(got, []float64{9, 5, 1, 1, 1, 0.5}) {
		t.Errorf("row %v", got)
	}
}

func BenchmarkImpactClusters(b *testing.B) {
	for _, flights := range []int{500, 50_000} {
		d := stats.Cells[stats.UnitSums]{}
		for i, u := range []*stats.UnitSums{&d.TreatedBefore, &d.TreatedAfter, &d.ControlBefore, &d.ControlAfter} {
			u.W, u.WX = make([]float64, flights), make([]float64, flights)
			for c := i; c < flights; c += 4 {
				u.W[c], u.WX[c] = 20, 20*float64(70+c%11)
			}
		}
		b.Run(map[int]string{500: "500", 50_000: "50000"}[flights], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats.DesignDifferenceInDifferences(stats.Design{}, d)
			}
		})
	}
}

// CR2 as its definition has it, row by row: residuals of a cluster times (I−H_gg)^−½, and the degrees of freedom from the matrix of
// a_g′(I−H)_{gh}a_h.
func TestClusterEffectCR2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawTrial(t)
		n := len(d.y)
		data := effectData{w: d.w, cluster: d.cluster, n: d.clusters}
		for i := range d.y {
			data.z = append(data.z, stats.EffectRow(nil, d.y[i], d.treated[i], d.after[i]))
		}
		all := stats.CrossSums{Shift: data.z[0]}
		for i, z := range data.z {
			all.Add(z, d.w[i])
		}
		g, err := all.Regress()
		if err != nil {
			return // collinear
		}
		// Rows of √w·(1, x), so that working errors are alike.
		rows := make([][]float64, n)
		moment := emptySquare(4)
		for i, z := range data.z {
			rows[i] = []float64{1, z[1], z[2], z[3]}
			for j := range rows[i] {
				rows[i][j] *= math.Sqrt(d.w[i])
			}
			for j := range rows[i] {
				for l := range rows[i] {
					moment[j][l] += rows[i][j] * rows[i][l]
				}
			}
		}
		inverse, ok := stats.Inverse(moment)
		if !ok {
			return // collinear
		}
		hat := func(i, j int) float64 {
			v := 0.0
			for a := range 4 {
				for b := range 4 {
					v += rows[i][a] * inverse[a][b] * rows[j][b]
				}
			}
			return v
		}
		variance := 0.0
		a := make([][]float64, d.clusters)
		near := false
		for c := range d.clusters {
			var members []int
			for i, own := range d.cluster {
				if own == c {
					members = append(members, i)
				}
			}
			a[c] = make([]float64, n)
			if len(members) == 0 {
				continue
			}
			left := emptySquare(len(members))
			for i, p := range members {
				for j, q := range members {
					left[i][j] = -hat(p, q)
				}
				left[i][i]++
			}
			values, vectors := stats.SymmetricEigen(left)
			total := 0.0
			for k, v := range values {
				near = near || v < 1e-3 && v > 1e-14
				if v < 1e-3 {
					continue
				}
				for i, p := range members {
					for j, q := range members {
						effect := 0.0
						for l := range 4 {
							effect += inverse[stats.EffectCoefficient][l] * rows[q][l]
						}
						a[c][p] += vectors[i][k] * vectors[j][k] / math.Sqrt(v) * effect
					}
				}
			}
			for _, p := range members {
				e := data.z[p][0] - g.Coefficients[0]
				for l := 1; l < 4; l++ {
					e -= g.Coefficients[l] * data.z[p][l]
				}
				total += a[c][p] * math.Sqrt(d.w[p]) * e
			}
			variance += total * total
		}
		if near {
			return // a cluster decides a direction nearly by itself
		}
		trace, squares := 0.0, 0.0
		for c := range a {
			for o := range a {
				v := 0.0
				for i := range n {
					for j := range n {
						if a[c][i] != 0 && a[o][j] != 0 {
							own := -hat(i, j)
							if i == j {
								own++
							}
							v += a[c][i] * own * a[o][j]
						}
					}
				}
				squares += v * v
				if c == o {
					trace += v
				}
			}
		}
		filled := map[int]bool{}
		for _, c := range d.cluster {
			filled[c] = true
		}
		if len(filled) < 2 {
			return // one cluster
		}
		e := g.ClusterEffectCR2(stats.EffectCoefficient, data.clusters())
		if trace < 1e-9*inverse[stats.EffectCoefficient][stats.EffectCoefficient] {
			if !math.IsNaN(e.SE) {
				t.Errorf("every cluster decides what it tells: %+v", e)
			}
			return
		}
		same(t, "estimate", e.Estimate, g.Coefficients[stats.EffectCoefficient], 1)
		if math.Abs(e.SE-math.Sqrt(variance)) > 1e-7*math.Max(math.Sqrt(variance), 1e-3) {
			t.Errorf("error %v, want %v", e.SE, math.Sqrt(variance))
		}
		if math.Abs(e.DF-trace*trace/squares) > 1e-6*e.DF {
			t.Errorf("df %v, want %v", e.DF, trace*trace/squares)
		}

		// Every row its own cluster: HC2.
		single := data
		single.cluster, single.n = nil, n
		for i := range n {
			single.cluster = append(single.cluster, i)
		}
		s := g.Residuals(1)
		for i, z := range data.z {
			s.Add(z, d.w[i])
		}
		for k := range 4 {
			hc2 := math.Sqrt(s.Covariance()[k][k])
			if got := g.ClusterEffectCR2(k, single.clusters()); math.Abs(got.SE-hc2) > 1e-7*math.Max(hc2, 1e-3) {
				t.Errorf("coefficient %d: error %v, want HC2 %v", k, got.SE, hc2)
			}
		}
	})
	var none stats.Regression
	if e := none.ClusterEffectCR2(0, nil); !math.IsNaN(e.SE) {
		t.Errorf("no regression: %+v", e)
	}
}
