package stats_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

const (
	// reliabilityTolerance is ten times tighter than the file asks.
	reliabilityTolerance = 1e-12
	// factorTolerance is for loadings: R stops where steps of 1e-16 no longer move them.
	factorTolerance = 1e-11
)

// reliabilityInput is the input part of ref_reliability.json.
type reliabilityInput struct {
	Scales         map[string][]string `json:"scales"`
	WithoutBaggage []string            `json:"efficiency_without_baggage"`
	Core           []string            `json:"core_items"`
	CoreScales     map[string][]string `json:"htmt_scales_core"`
	Kappa          [][]float64         `json:"kappa_table"`
	Ranks          [][]float64         `json:"kendall_ranks"`
	TiedRanks      [][]float64         `json:"kendall_ranks_ties"`
}

// readInput reads the input part of a reference file.
func readInput(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(referenceFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	file := struct {
		Input any `json:"input"`
	}{into}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
}

// complete are the rows of the sample that have all of the variables, and their sampling weights.
func complete(s sample, names []string) (z [][]float64, w []float64) {
	var columns [][]float64
	for _, name := range names {
		columns = append(columns, s.numbers(name))
	}
	all := s.numbers("pw")
	for i := range s.n {
		row := make([]float64, len(columns))
		whole := true
		for j, c := range columns {
			row[j] = c[i]
			whole = whole && !math.IsNaN(c[i])
		}
		if whole {
			z, w = append(z, row), append(w, all[i])
		}
	}
	return z, w
}

func itemSums(z [][]float64, w []float64) stats.CrossSums {
	var c stats.CrossSums
	for i, row := range z {
		x := 1.0
		if w != nil {
			x = w[i]
		}
		c.Add(row, x)
	}
	return c
}

func reliability(t *testing.T, c stats.CrossSums) stats.Reliability {
	t.Helper()
	r, err := c.Reliability()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func oneFactor(t *testing.T, correlation [][]float64) stats.OneFactor {
	t.Helper()
	f, err := stats.FitOneFactor(correlation)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Converged || f.Heywood() {
		t.Errorf("one factor: converged %v after %d steps, %v", f.Converged, f.Iterations, f.Uniquenesses)
	}
	return f
}

func TestReliabilityAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_reliability.json")}
	var in reliabilityInput
	readInput(t, "ref_reliability.json", &in)
	s := openSample(t)
	for name, items := range in.Scales {
		checkScale(r, "scales."+name, s, items)
	}
	checkScale(r, "efficiency_without_baggage", s, in.WithoutBaggage)
	checkScale(r, "dimensions_as_items", s, studyDimensions)

	var all []string
	var scales [][]int
	for _, name := range studyDimensions {
		var at []int
		for _, item := range in.Scales[name] {
			at = append(at, len(all))
			all = append(all, item)
		}
		scales = append(scales, at)
	}
	var coreScales [][]int
	for _, name := range studyDimensions {
		var at []int
		for _, item := range in.CoreScales[name] {
			at = append(at, slices.Index(in.Core, item))
		}
		if at != nil {
			coreScales = append(coreScales, at)
		}
	}
	checkValidity(r, s, "core", in.Core, "htmt_core", coreScales)
	checkValidity(r, s, "16", all, "htmt", scales)
	checkValidity(r, s, "dimensions", studyDimensions, "", nil)

	z, w := complete(s, in.Scales["attitude"])
	c := itemSums(z, w)
	r.Equal("weighted_alpha_attitude.alpha", reliability(t, c).Alpha, reliabilityTolerance)
	n := float64(c.N)
	r.Matrix("weighted_alpha_attitude.cov_ml", scaledMatrix(c.Covariance(), (n-1)/n), reliabilityTolerance)

	z, _ = complete(s, in.Scales["efficiency"])
	var odd, even stats.CrossSums
	for i, row := range z {
		if i%2 == 0 {
			odd.Add(row, 1)
		} else {
			even.Add(row, 1)
		}
	}
	r.Equal("tucker_phi_efficiency_oddrows_evenrows", stats.TuckerPhi(oneFactor(t, odd.Correlation()).Loadings, oneFactor(t, even.Correlation()).Loadings), factorTolerance)
	c = itemSums(z, nil)
	// lavaan's optimiser stops at 1e-8 or so.
	r.Equal("omega_efficiency_lavaan", oneFactor(t, c.Correlation()).Omega(stats.StandardErrors(c.Covariance())), 1e-7)

	plain := stats.Agree(in.Kappa, nil)
	r.Equal("kappa.po", plain.Observed, reliabilityTolerance)
	r.Equal("kappa.pe", plain.Expected, reliabilityTolerance)
	r.Equal("kappa.cohen", plain.Kappa, reliabilityTolerance)
	r.Equal("kappa.cohen_se", plain.KappaSE, reliabilityTolerance)
	r.Equal("kappa.gwet_ac1", plain.AC1, reliabilityTolerance)
	r.Equal("kappa.weighted_linear", stats.Agree(in.Kappa, stats.LinearAgreement(3)).Kappa, reliabilityTolerance)
	r.Equal("kappa.weighted_quadratic", stats.Agree(in.Kappa, stats.QuadraticAgreement(3)).Kappa, reliabilityTolerance)

	k := stats.Concord(in.Ranks)
	r.Equal("kendall_W.W", k.W, reliabilityTolerance)
	r.Equal("kendall_W.chisq", k.ChiSquare, reliabilityTolerance)
	r.Equal("kendall_W.df", k.DF, 0)
	r.Equal("kendall_W.p", k.P, reliabilityTolerance)
	r.Equal("kendall_W.W_ties", stats.Concord(in.TiedRanks).W, reliabilityTolerance)
}

// checkScale checks everything about the complete rows of one scale.
func checkScale(r expected, path string, s sample, items []string) {
	r.T.Helper()
	z, _ := complete(s, items)
	c := itemSums(z, nil)
	v, correlation := c.Covariance(), c.Correlation()
	got := reliability(r.T, c)
	at := func(name string) string { return path + "." + name }
	r.Equal(at("n"), float64(got.N), 0)
	r.Equal(at("k"), float64(got.Items), 0)
	r.Matrix(at("cov"), v, reliabilityTolerance)
	r.Matrix(at("cor"), correlation, reliabilityTolerance)
	r.Equal(at("alpha_raw"), got.Alpha, reliabilityTolerance)
	r.Equal(at("alpha_std"), got.AlphaStandardized, reliabilityTolerance)
	r.Equal(at("guttman_lambda6"), got.Lambda6, reliabilityTolerance)
	r.Equal(at("average_r"), got.AverageR, reliabilityTolerance)
	r.Equal(at("signal_noise"), got.SignalNoise, reliabilityTolerance)
	r.Equal(at("alpha_ase"), got.AlphaSE, reliabilityTolerance)
	low, high := stats.AlphaInterval(got.Alpha, got.Items, float64(got.N), 0.95)
	r.Pair(at("alpha_ci95_feldt"), low, high, reliabilityTolerance)
	r.Slice(at("item_rest_r"), got.ItemRest, reliabilityTolerance)
	r.Slice(at("item_total_r_raw"), got.ItemTotal, reliabilityTolerance)
	r.Slice(at("alpha_if_dropped"), got.AlphaIfDropped, reliabilityTolerance)
	r.Slice(at("item_mean"), got.Means, reliabilityTolerance)
	r.Slice(at("item_sd"), got.SDs, reliabilityTolerance)
	r.Equal(at("split_half_odd_even.r"), got.OddEven.R, reliabilityTolerance)
	r.Equal(at("split_half_odd_even.spearman_brown"), got.OddEven.SpearmanBrown, reliabilityTolerance)
	r.Equal(at("split_half_odd_even.guttman_rulon"), got.OddEven.Rulon, reliabilityTolerance)
	r.Equal(at("split_half_odd_even.horst_unequal"), got.OddEven.Horst, reliabilityTolerance)
	least, greatest, mean := psychSplits(correlation)
	r.Equal(at("split_half_all.min_beta"), least, reliabilityTolerance)
	r.Equal(at("split_half_all.max_lambda4"), greatest, reliabilityTolerance)
	r.Equal(at("split_half_all.mean"), mean, reliabilityTolerance)

	f := oneFactor(r.T, correlation)
	r.Slice(at("omega.loadings_std"), f.Loadings, factorTolerance)
	r.Slice(at("omega.uniquenesses_std"), f.Uniquenesses, factorTolerance)
	r.Equal(at("omega.omega_raw"), f.Omega(got.SDs), factorTolerance)
	r.Equal(at("omega.omega_std"), f.Omega(nil), factorTolerance)
	r.Equal(at("omega.omega_model_over_observed_variance"), f.OmegaObserved(v), factorTolerance)
	r.Equal(at("omega.ave"), f.AVE(), factorTolerance)
	// factanal stops at 1e-8 or so.
	r.Slice(at("omega.factanal_loadings"), f.Loadings, 1e-7)
}

// psychSplits are Rulon's coefficients as psych::splitHalf 2.2.9 takes them: of k items, the first half of all choices of k/2,
// rounded up where their number is odd, and for the mean their sum by half the number. Where k is odd that is not every split.
func psychSplits(correlation [][]float64) (least, greatest, mean float64) {
	k := len(correlation)
	var choices [][]bool
	var choose func(from, left int, first []bool)
	choose = func(from, left int, first []bool) {
		if left == 0 {
			choices = append(choices, slices.Clone(first))
			return
		}
		for i := from; i <= k-left; i++ {
			first[i] = true
			choose(i+1, left-1, first)
			first[i] = false
		}
	}
	choose(0, k/2, make([]bool, k))
	least, greatest = math.Inf(1), math.Inf(-1)
	half := float64(len(choices)) / 2
	for _, first := range choices[:(len(choices)+1)/2] {
		rulon := stats.SplitHalves(correlation, first).Rulon
		least, greatest = min(least, rulon), max(greatest, rulon)
		mean += rulon / half
	}
	return least, greatest, mean
}

// checkValidity checks sampling adequacy, the test of correlations, eigenvalues and ratios of a set of items.
func checkValidity(r expected, s sample, set string, items []string, htmt string, scales [][]int) {
	r.T.Helper()
	z, _ := complete(s, items)
	correlation := itemSums(z, nil).Correlation()
	overall, each, err := stats.KMO(correlation)
	if err != nil {
		r.T.Fatal(err)
	}
	r.Equal("kmo_"+set+".overall", overall, reliabilityTolerance)
	r.Slice("kmo_"+set+".item", each, reliabilityTolerance)
	chi2, df, p, err := stats.Bartlett(correlation, float64(len(z)))
	if err != nil {
		r.T.Fatal(err)
	}
	r.Equal("bartlett_"+set+".n", float64(len(z)), 0)
	r.Equal("bartlett_"+set+".chisq", chi2, reliabilityTolerance)
	r.Equal("bartlett_"+set+".df", df, 0)
	// ln p is about −χ²/2, so that p takes the error of χ² several hundredfold.
	r.Equal("bartlett_"+set+".p", p, 1e-10)
	if r.Has("eigenvalues_" + set) {
		values, _ := stats.SymmetricEigen(correlation)
		r.Slice("eigenvalues_"+set, values, reliabilityTolerance)
	}
	if scales != nil {
		ratios, err := stats.HTMT(correlation, scales)
		if err != nil {
			r.T.Fatal(err)
		}
		r.Matrix(htmt, ratios, reliabilityTolerance)
	}
}
