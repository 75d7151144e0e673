package stats_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

// TestComparisonsAgainstR checks the parts of ref_tests that the kernel computes.
func TestComparisonsAgainstR(t *testing.T) {
	const tolerance = 1e-10
	r := expected{reference.Open(t, "ref_tests.json")}
	s := openSample(t)
	w, index, purpose := s.numbers("pw"), s.numbers("index"), s.text("purpose")

	group := func(y []float64, in func(i int) bool) stats.MeanSums { return meanSums(y, unit(s.n), in) }
	business := group(index, func(i int) bool { return purpose[i] == "business" })
	leisure := group(index, func(i int) bool { return purpose[i] == "leisure" })
	diff, se, df := stats.Welch(business.N, business.Mean(), business.SimpleVariance(), leisure.N, leisure.Mean(), leisure.SimpleVariance())
	r.Equal("welch.t", diff/se, tolerance)
	r.Equal("welch.df", df, tolerance)
	r.Equal("welch.stderr", se, tolerance)
	r.Equal("welch.p", stats.DifferenceP(diff, se, df), tolerance)
	low, high := stats.Interval(diff, se*se, df, 0.95)
	r.Pair("welch.ci95", low, high, tolerance)
	r.Pair("welch.estimate", business.Mean(), leisure.Mean(), tolerance)
	r.Equal("tost_welch.p", stats.EquivalenceP(diff, se, df, 2), tolerance)
	r.Equal("tost_welch.t_lower", (diff+2)/se, tolerance)
	r.Equal("tost_welch.t_upper", (diff-2)/se, tolerance)
	_, p := stats.StudentCDF((diff+2)/se, df)
	r.Equal("tost_welch.p_lower", p, tolerance)
	p, _ = stats.StudentCDF((diff-2)/se, df)
	r.Equal("tost_welch.p_upper", p, tolerance)
	low, high = stats.Interval(diff, se*se, df, 0.90)
	r.Pair("tost_welch.ci90", low, high, tolerance)
	g := stats.HedgesG(business.N, business.Mean(), business.SimpleVariance(), leisure.N, leisure.Mean(), leisure.SimpleVariance())
	r.Equal("effect.hedges_g", g, tolerance)
	r.Equal("effect.cohen_d", stats.CohensD(business.N, business.Mean(), business.SimpleVariance(), leisure.N, leisure.Mean(), leisure.SimpleVariance()), tolerance)
	r.Equal("effect.J", stats.HedgesCorrection(float64(business.N+leisure.N-2)), tolerance)
	r.equalEffect("pooled", stats.PooledDifference(business.Group(), leisure.Group()), tolerance)
	r.Pair("pooled.estimate", business.Mean(), leisure.Mean(), tolerance)

	// Each segment against the rest, and the adjustments for many tests.
	overall, occupation := s.numbers("overall"), s.text("occupation")
	var segmentP []float64
	for k := range r.Length("segment_vs_rest.segment") {
		segment := r.Text(fmt.Sprintf("segment_vs_rest.segment.%d", k))
		one := group(overall, func(i int) bool { return occupation[i] == segment })
		rest := group(overall, func(i int) bool { return occupation[i] != segment })
		diff, se, df := stats.Welch(one.N, one.Mean(), one.SimpleVariance(), rest.N, rest.Mean(), rest.SimpleVariance())
		segmentP = append(segmentP, stats.DifferenceP(diff, se, df))
		r.Equal(fmt.Sprintf("segment_vs_rest.t.%d", k), diff/se, tolerance)
		r.Equal(fmt.Sprintf("segment_vs_rest.df.%d", k), df, tolerance)
		r.Equal(fmt.Sprintf("segment_vs_rest.p.%d", k), segmentP[k], tolerance)
	}
	var pairP []float64
	for k := range r.Length("pairwise_welch.pair") {
		a, b, _ := strings.Cut(r.Text(fmt.Sprintf("pairwise_welch.pair.%d", k)), "-")
		one := group(overall, func(i int) bool { return occupation[i] == a })
		two := group(overall, func(i int) bool { return occupation[i] == b })
		diff, se, df := stats.Welch(one.N, one.Mean(), one.SimpleVariance(), two.N, two.Mean(), two.SimpleVariance())
		pairP = append(pairP, stats.DifferenceP(diff, se, df))
		r.Equal(fmt.Sprintf("pairwise_welch.p.%d", k), pairP[k], tolerance)
	}
	var scanP []float64
	delayed := s.text("delayed")
	for k := range r.Length("item_scan_delayed_vs_on_time.item") {
		y := s.numbers(r.Text(fmt.Sprintf("item_scan_delayed_vs_on_time.item.%d", k)))
		yes := group(y, func(i int) bool { return delayed[i] == "yes" })
		no := group(y, func(i int) bool { return delayed[i] == "no" })
		diff, se, df := stats.Welch(yes.N, yes.Mean(), yes.SimpleVariance(), no.N, no.Mean(), no.SimpleVariance())
		scanP = append(scanP, stats.DifferenceP(diff, se, df))
		r.Equal(fmt.Sprintf("item_scan_delayed_vs_on_time.p.%d", k), scanP[k], tolerance)
	}
	ties := []float64{0.01, 0.02, 0.02, 0.04, math.NaN(), 0.5, 0.0004, 1, 0.03}
	for k := range ties {
		r.Equal(fmt.Sprintf("adjust_with_ties_and_na.p.%d", k), ties[k], 0)
	}
	for block, p := range map[string][]float64{
		"segment_vs_rest": segmentP, "pairwise_welch": pairP, "item_scan_delayed_vs_on_time": scanP, "adjust_with_ties_and_na": ties,
	} {
		for name, adjusted := range map[string][]float64{
			"holm": stats.Holm(p), "BH": stats.BenjaminiHochberg(p), "BY": stats.BenjaminiYekutieli(p), "hochberg": stats.Hochberg(p),
			"bonferroni": stats.Bonferroni(p),
		} {
			for k := range p {
				r.Equal(fmt.Sprintf("%s.%s.%d", block, name, k), adjusted[k], tolerance)
			}
		}
	}

	// Two weighted groups that may share PSUs.
	for block, u := range map[string]units{
		"weighted_two_groups":                drawn(s, "", "", ""),
		"weighted_two_groups_cluster":        drawn(s, "flight", "", ""),
		"weighted_two_groups_strata_cluster": drawn(s, "flight", "route", ""),
	} {
		m0, t0 := u.mean(index, w, func(i int) bool { return purpose[i] == "business" })
		m1, t1 := u.mean(index, w, func(i int) bool { return purpose[i] == "leisure" })
		v := u.design.CovarianceMatrix([][]float64{t0, t1})
		r.Equal(block+".mean_business", m0, tolerance)
		r.Equal(block+".mean_leisure", m1, tolerance)
		r.Equal(block+".se_business", math.Sqrt(v[0][0]), tolerance)
		r.Equal(block+".se_leisure", math.Sqrt(v[1][1]), tolerance)
		r.Near(block+".cov_between_groups", v[0][1], tolerance, 1e-6)
		se := math.Sqrt(stats.QuadraticForm([]float64{-1, 1}, v))
		r.Equal(block+".difference", m1-m0, tolerance)
		r.Equal(block+".se", se, tolerance)
		r.Equal(block+".z", (m1-m0)/se, tolerance)
		r.Equal(block+".p_normal", stats.DifferenceP(m1-m0, se, math.Inf(1)), tolerance)
		r.Equal(block+".svyttest.t", (m1-m0)/se, tolerance)
		r.Equal(block+".svyttest.df", u.df()-1, 0)
		r.Equal(block+".svyttest.p", stats.DifferenceP(m1-m0, se, u.df()-1), tolerance)
	}
	checkPaired(r, s)
	checkManyGroups(r, s)
	checkWald(r, s)
	checkAgainstTotal(r, s)
	checkTwoProportions(r, s)
}

func unit(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

func TestVerdict(t *testing.T) {
	nan := math.NaN()
	tests := []struct {
		name                  string
		diff, se, df, p, want float64
		verdict               string
	}{
		{"large and sure", 5, 1, 100, 0.001, 2, stats.Different},
		{"large downwards", -5, 1, 100, 0.001, 2, stats.Different},
		{"at the margin", 2, 0.1, 100, 0.001, 2, stats.Different},
		{"sure but small, within the margin", 0.5, 0.1, 100, 0.001, 2, stats.Same},
		{"sure but small, near the margin", 1.9, 0.5, 100, 0.001, 2, stats.Unclear},
		{"large but not after adjustment", 5, 3, 100, 0.09, 2, stats.Unclear},
		{"p at the level", 5, 2, 100, 0.05, 2, stats.Unclear},
		{"nothing, sharply", 0, 0.2, 100, 1, 2, stats.Same},
		{"nothing, loosely", 0, 2, 100, 1, 2, stats.Unclear},
		{"few degrees of freedom", 0, 1, 1, 1, 2, stats.Unclear},
		{"no variation, no difference", 0, 0, 100, 1, 2, stats.Same},
		{"no variation, at the margin, p missing", 2, 0, 100, nan, 2, stats.Unclear},
		{"difference missing", nan, 1, 100, 0.001, 2, stats.Unclear},
		{"error missing", 5, nan, 100, nan, 2, stats.Unclear},
		{"no degrees of freedom", 0, 0.1, 0, nan, 2, stats.Unclear},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if got := stats.Verdict(c.diff, c.se, c.df, c.p, c.want); got != c.verdict {
				t.Errorf("got %s, want %s", got, c.verdict)
			}
		})
	}
}

func TestAdjustmentsOfNothing(t *testing.T) {
	nan := math.NaN()
	for _, p := range [][]float64{nil, {nan}, {nan, nan}} {
		if diff := cmp.Diff(p, stats.Holm(p), cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
		for name, adjust := range map[string]func([]float64) []float64{
			"Benjamini–Hochberg": stats.BenjaminiHochberg, "Benjamini–Yekutieli": stats.BenjaminiYekutieli, "Hochberg": stats.Hochberg, "Bonferroni": stats.Bonferroni,
		} {
			if diff := cmp.Diff(p, adjust(p), cmpopts.EquateNaNs()); diff != "" {
				t.Error(name, diff)
			}
		}
	}
}

func TestComparisonsOutsideTheirDomain(t *testing.T) {
	nan := math.NaN()
	for name, got := range map[string]float64{
		"difference, negative error":  stats.DifferenceP(1, -1, 10),
		"difference, df 0":            stats.DifferenceP(1, 1, 0),
		"difference, NaN":             stats.DifferenceP(nan, 1, 10),
		"equivalence, margin 0":       stats.EquivalenceP(1, 1, 10, 0),
		"equivalence, df 0":           stats.EquivalenceP(1, 1, 0, 2),
		"Cohen's d, nothing varies":   stats.CohensD(5, 1, 0, 5, 2, 0),
		"Hedges correction, df 1":     stats.HedgesCorrection(1),
		"Hedges g, one row":           stats.HedgesG(1, 1, 1, 5, 1, 1),
		"Hedges g, nothing varies":    stats.HedgesG(5, 1, 0, 5, 2, 0),
		"jackknife, one replicate":    stats.Jackknife(1, []float64{1}),
		"jackknife about mean, empty": stats.JackknifeAboutMean(nil),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
	if got := stats.DifferenceP(0, 0, 10); got != 1 {
		t.Errorf("no difference without error: p = %v, want 1", got)
	}
	if got := stats.DifferenceP(3, 0, 10); got != 0 {
		t.Errorf("difference without error: p = %v, want 0", got)
	}
}

// Of the adjustments Bonferroni is the largest, Holm lies below it, Hochberg below Holm and Benjamini–Hochberg below that; none is
// smaller than p, and Benjamini–Yekutieli is Benjamini–Hochberg times Σ1/j as far as 1.
func TestAdjustmentsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 12).Draw(t, "p")
		bonferroni, holm, hochberg := stats.Bonferroni(p), stats.Holm(p), stats.Hochberg(p)
		bh, by := stats.BenjaminiHochberg(p), stats.BenjaminiYekutieli(p)
		harmonic := 0.0
		for j := range p {
			harmonic += 1 / float64(j+1)
		}
		for i := range p {
			const slack = 1 + 1e-12
			if !(p[i] <= bh[i]*slack && bh[i] <= hochberg[i]*slack && hochberg[i] <= holm[i]*slack && holm[i] <= bonferroni[i]*slack && bonferroni[i] <= 1) {
				t.Errorf("p %v: %v, %v, %v, %v", p[i], bh[i], hochberg[i], holm[i], bonferroni[i])
			}
			same(t, "Benjamini–Yekutieli", by[i], math.Min(1, harmonic*bh[i]), 1e-12)
		}
	})
}

// The n that is found has the power asked for, and lies little above that of the normal approximation.
func TestSampleSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sd := rapid.Float64Range(1, 30).Draw(t, "sd")
		difference := sd * rapid.Float64Range(0.02, 20).Draw(t, "difference in deviations")
		alpha, power := rapid.Float64Range(0.01, 0.2).Draw(t, "alpha"), rapid.Float64Range(0.3, 0.99).Draw(t, "power")
		n := stats.SampleSizeStudent(sd, difference, alpha, power)
		df, delta := 2*(n-1), math.Sqrt(n/2)*difference/sd
		_, got := stats.NoncentralStudentCDF(stats.StudentCritical(1-alpha, df), df, delta)
		if n > 2 {
			same(t, "power", got, power, 1e-3)
		} else if n != 2 || !(got >= power) {
			t.Errorf("n %v with power %v, want at least %v", n, got, power)
		}
		if low := stats.SampleSize(sd, difference, alpha, power); n < low || n > low+6 {
			t.Errorf("n %v, normal approximation %v", n, low)
		}
	})
	// Means 60 deviations apart are found with the least number.
	if got := stats.SampleSizeStudent(1, 60, 0.2, 0.99); got != 2 {
		t.Errorf("far apart: %v rows", got)
	}
	for name, got := range map[string]float64{
		"no deviation": stats.SampleSize(0, 2, 0.05, 0.8), "no difference": stats.SampleSizeStudent(18, 0, 0.05, 0.8),
		"power below half alpha": stats.SampleSize(18, 2, 0.05, 0.01), "power 1": stats.SampleSizeStudent(18, 2, 0.05, 1),
		"never found": stats.SampleSizeStudent(18, 2, 1e-300, 0.8),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
}
