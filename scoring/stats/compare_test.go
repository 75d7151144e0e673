package stats_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"paxscore/scoring/stats"
)

// TestComparisonsAgainstR checks the parts of ref_tests that the kernel computes.
func TestComparisonsAgainstR(t *testing.T) {
	const tolerance = 1e-10
	r := openReference(t, "ref_tests.json")
	s := openSample(t)
	w, index, purpose := s.numbers("pw"), s.numbers("index"), s.text("purpose")

	group := func(y []float64, in func(i int) bool) stats.MeanSums { return meanSums(y, unit(s.n), in) }
	business := group(index, func(i int) bool { return purpose[i] == "business" })
	leisure := group(index, func(i int) bool { return purpose[i] == "leisure" })
	diff, se, df := stats.Welch(business.N, business.Mean(), business.SimpleVariance(), leisure.N, leisure.Mean(), leisure.SimpleVariance())
	r.equal("welch.t", diff/se, tolerance)
	r.equal("welch.df", df, tolerance)
	r.equal("welch.stderr", se, tolerance)
	r.equal("welch.p", stats.DifferenceP(diff, se, df), tolerance)
	low, high := stats.Interval(diff, se*se, df, 0.95)
	r.equalPair("welch.ci95", low, high, tolerance)
	r.equalPair("welch.estimate", business.Mean(), leisure.Mean(), tolerance)
	r.equal("tost_welch.p", stats.EquivalenceP(diff, se, df, 2), tolerance)
	r.equal("tost_welch.t_lower", (diff+2)/se, tolerance)
	r.equal("tost_welch.t_upper", (diff-2)/se, tolerance)
	_, p := stats.StudentCDF((diff+2)/se, df)
	r.equal("tost_welch.p_lower", p, tolerance)
	p, _ = stats.StudentCDF((diff-2)/se, df)
	r.equal("tost_welch.p_upper", p, tolerance)
	low, high = stats.Interval(diff, se*se, df, 0.90)
	r.equalPair("tost_welch.ci90", low, high, tolerance)
	g := stats.HedgesG(business.N, business.Mean(), business.SimpleVariance(), leisure.N, leisure.Mean(), leisure.SimpleVariance())
	r.equal("effect.hedges_g", g, tolerance)
	r.equal("effect.J", g/r.number("effect.cohen_d"), tolerance)

	// Tails at R's statistics, of tests that METHOD does not name.
	r.equal("pooled.p", stats.DifferenceP(r.number("pooled.t"), 1, r.number("pooled.df")), tolerance)
	_, p = stats.ChiSquareCDF(r.number("oneway.kruskal.chisq"), r.number("oneway.kruskal.df"))
	r.equal("oneway.kruskal.p", p, tolerance)

	// Each segment against the rest, and the adjustments for many tests.
	overall, occupation := s.numbers("overall"), s.text("occupation")
	var segmentP []float64
	for k := range r.length("segment_vs_rest.segment") {
		segment := r.text(fmt.Sprintf("segment_vs_rest.segment.%d", k))
		one := group(overall, func(i int) bool { return occupation[i] == segment })
		rest := group(overall, func(i int) bool { return occupation[i] != segment })
		diff, se, df := stats.Welch(one.N, one.Mean(), one.SimpleVariance(), rest.N, rest.Mean(), rest.SimpleVariance())
		segmentP = append(segmentP, stats.DifferenceP(diff, se, df))
		r.equal(fmt.Sprintf("segment_vs_rest.t.%d", k), diff/se, tolerance)
		r.equal(fmt.Sprintf("segment_vs_rest.df.%d", k), df, tolerance)
		r.equal(fmt.Sprintf("segment_vs_rest.p.%d", k), segmentP[k], tolerance)
	}
	var pairP []float64
	for k := range r.length("pairwise_welch.pair") {
		a, b, _ := strings.Cut(r.text(fmt.Sprintf("pairwise_welch.pair.%d", k)), "-")
		one := group(overall, func(i int) bool { return occupation[i] == a })
		two := group(overall, func(i int) bool { return occupation[i] == b })
		diff, se, df := stats.Welch(one.N, one.Mean(), one.SimpleVariance(), two.N, two.Mean(), two.SimpleVariance())
		pairP = append(pairP, stats.DifferenceP(diff, se, df))
		r.equal(fmt.Sprintf("pairwise_welch.p.%d", k), pairP[k], tolerance)
	}
	var scanP []float64
	delayed := s.text("delayed")
	for k := range r.length("item_scan_delayed_vs_on_time.item") {
		y := s.numbers(r.text(fmt.Sprintf("item_scan_delayed_vs_on_time.item.%d", k)))
		yes := group(y, func(i int) bool { return delayed[i] == "yes" })
		no := group(y, func(i int) bool { return delayed[i] == "no" })
		diff, se, df := stats.Welch(yes.N, yes.Mean(), yes.SimpleVariance(), no.N, no.Mean(), no.SimpleVariance())
		scanP = append(scanP, stats.DifferenceP(diff, se, df))
		r.equal(fmt.Sprintf("item_scan_delayed_vs_on_time.p.%d", k), scanP[k], tolerance)
	}
	ties := []float64{0.01, 0.02, 0.02, 0.04, math.NaN(), 0.5, 0.0004, 1, 0.03}
	for k := range ties {
		r.equal(fmt.Sprintf("adjust_with_ties_and_na.p.%d", k), ties[k], 0)
	}
	for block, p := range map[string][]float64{
		"segment_vs_rest": segmentP, "pairwise_welch": pairP, "item_scan_delayed_vs_on_time": scanP, "adjust_with_ties_and_na": ties,
	} {
		holm, bh := stats.Holm(p), stats.BenjaminiHochberg(p)
		for k := range p {
			r.equal(fmt.Sprintf("%s.holm.%d", block, k), holm[k], tolerance)
			r.equal(fmt.Sprintf("%s.BH.%d", block, k), bh[k], tolerance)
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
		r.equal(block+".mean_business", m0, tolerance)
		r.equal(block+".mean_leisure", m1, tolerance)
		r.equal(block+".se_business", math.Sqrt(v[0][0]), tolerance)
		r.equal(block+".se_leisure", math.Sqrt(v[1][1]), tolerance)
		if want := r.number(block + ".cov_between_groups"); math.Abs(v[0][1]-want) > tolerance*math.Max(math.Abs(want), 1e-6) {
			t.Errorf("%s: covariance %v, want %v", block, v[0][1], want)
		}
		se := math.Sqrt(stats.QuadraticForm([]float64{-1, 1}, v))
		r.equal(block+".difference", m1-m0, tolerance)
		r.equal(block+".se", se, tolerance)
		r.equal(block+".z", (m1-m0)/se, tolerance)
		r.equal(block+".p_normal", stats.DifferenceP(m1-m0, se, math.Inf(1)), tolerance)
		r.equal(block+".svyttest.t", (m1-m0)/se, tolerance)
		r.equal(block+".svyttest.df", u.df()-1, 0)
		r.equal(block+".svyttest.p", stats.DifferenceP(m1-m0, se, u.df()-1), tolerance)
	}
	checkPaired(r, s)
	checkManyGroups(r, s)
	checkWald(r, s)
	checkAgainstTotal(r, s)
	checkTwoProportions(r, s)
	for _, c := range []struct{ part, reason string }{
		{"BY", "METHOD names Holm and Benjamini–Hochberg"}, {"bonferroni", "METHOD names Holm and Benjamini–Hochberg"},
		{"hochberg", "METHOD names Holm and Benjamini–Hochberg"}, {"pooled", "METHOD names Welch's t-test"},
		{"z_pooled", "METHOD names the unpooled z"}, {"p_pooled", "METHOD names the unpooled z"},
		{"chisq", "the square of the pooled z"}, {"p_value", "that of the pooled z"}, {"pearson", "the square of the pooled z"},
	} {
		r.pass(c.part, c.reason)
	}
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
		if diff := cmp.Diff(p, stats.BenjaminiHochberg(p), cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
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
