package stats_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

const (
	hierarchyTolerance  = 1e-10
	dispersionTolerance = 1e-12
)

// referenceInput reads the input part of a reference file.
func referenceInput(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(referenceFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &struct{ Input any }{into}); err != nil {
		t.Fatal(err)
	}
}

// hierarchy checks one block of priorities, under both tables of random indices.
func (r expected) hierarchy(path string, judgements [][]float64) stats.Hierarchy {
	r.T.Helper()
	h, err := stats.AnalyzeHierarchy(judgements, stats.RandomIndices2005())
	if err != nil {
		r.T.Fatal(err)
	}
	old, err := stats.AnalyzeHierarchy(judgements, stats.RandomIndices1980())
	if err != nil {
		r.T.Fatal(err)
	}
	r.Equal(path+".n", float64(len(judgements)), 0)
	r.Equal(path+".lambda_max", h.Lambda, hierarchyTolerance)
	r.Slice(path+".weights", h.Priorities, hierarchyTolerance)
	r.Equal(path+".ci", h.Index, hierarchyTolerance)
	r.Equal(path+".cr", h.Ratio, hierarchyTolerance)
	r.Equal(path+".cr_1980_table", old.Ratio, hierarchyTolerance)
	r.Slice(path+".weights_geometric_mean", h.GeometricMeans, dispersionTolerance)
	r.Slice(path+".weights_column_normalised_mean", h.ColumnMeans, dispersionTolerance)
	r.Equal(path+".geometric_consistency_index", h.GeometricIndex, dispersionTolerance)
	if h.Consistent != (h.Ratio < 0.1) {
		r.T.Errorf("%s: consistent %t at ratio %v", path, h.Consistent, h.Ratio)
	}
	return h
}

// entropy checks one block from values and again from parts of them merged. e and d are near 1 and 0: R takes d = 1 − e, with the
// rounding of e in it, some 2⁻⁵² each, which a d of 1e-6 shows in its tenth digit. Values beyond the tolerance must be within that.
func (r expected) entropy(path string, table [][]float64) []float64 {
	r.T.Helper()
	const rounding = 5e-16
	rounded := 0
	near := func(at string, got, slack float64) {
		r.T.Helper()
		if want := r.Number(at); relative(got, want) > dispersionTolerance && math.Abs(got-want) <= slack {
			r.Asserted(at, slack, relative(got, want))
			rounded++
			return
		}
		r.Equal(at, got, dispersionTolerance)
	}
	columns := make([]stats.EntropySums, len(table[0]))
	total := 0.0
	var d []float64
	for j := range columns {
		mean := 0.0
		for _, row := range table {
			mean += row[j] / float64(len(table))
		}
		columns[j].Scale = mean
		for i, row := range table {
			part := stats.EntropySums{Scale: []float64{0, 2, mean}[i%3]}
			if i%2 == 0 {
				part = stats.EntropySums{Scale: mean}
			}
			part.Add(row[j])
			columns[j].Merge(part)
		}
		d = append(d, columns[j].Divergence())
		total += d[j]
	}
	shares, err := stats.EntropyWeights(columns)
	if err != nil {
		r.T.Fatal(err)
	}
	for j := range columns {
		at := fmt.Sprintf(".%d", j)
		near(path+".entropy"+at, 1-d[j], rounding)
		near(path+".divergence"+at, d[j], rounding)
		near(path+".weights"+at, shares[j], rounding/total)
	}
	if rounded > 0 {
		r.T.Logf("%s: %d values within the rounding of 1 − e, divergences add to %.2g", path, rounded, total)
	}
	return shares
}

// rangesOf are highest less lowest value of each column.
func rangesOf(table [][]float64) []float64 {
	out := make([]float64, len(table[0]))
	for j := range out {
		low, high := math.Inf(1), math.Inf(-1)
		for _, row := range table {
			low, high = min(low, row[j]), max(high, row[j])
		}
		out[j] = high - low
	}
	return out
}

func sumsOf(table [][]float64) stats.CrossSums {
	c := stats.CrossSums{Shift: table[0]}
	for _, row := range table {
		c.Add(row, 1)
	}
	return c
}

func (r expected) critic(path string, table [][]float64, scale []float64) []float64 {
	r.T.Helper()
	c, err := stats.CriticWeights(sumsOf(table), scale, nil)
	if err != nil {
		r.T.Fatal(err)
	}
	r.Slice(path+".sd", c.Spread, dispersionTolerance)
	r.Slice(path+".conflict", c.Conflict, dispersionTolerance)
	r.Slice(path+".information", c.Information, dispersionTolerance)
	r.Slice(path+".weights", c.Shares, dispersionTolerance)
	return c.Shares
}

// TestImportanceAgainstR checks every value of ref_weights_mcda: published examples of AHP, entropy and CRITIC, and combinations.
func TestImportanceAgainstR(t *testing.T) {
	const file = "ref_weights_mcda.json"
	var in struct {
		RandomIndex2005  []float64 `json:"random_index_saaty2005"`
		RandomIndex1980  []float64 `json:"random_index_saaty1980"`
		Drinks, House    [][]float64
		CityCriteria     [][]float64 `json:"city_criteria"`
		Cities           map[string][][]float64
		Experts          [][][]float64
		ExpertWeights    []float64   `json:"expert_weights"`
		EntropyXu        [][]float64 `json:"entropy_xu"`
		EntropyZP        [][]float64 `json:"entropy_zavadskas_podvezko"`
		EntropyElsayed   [][]float64 `json:"entropy_elsayed"`
		EntropySK        [][]float64 `json:"entropy_skcriteria"`
		CriticDiakoulaki [][]float64 `json:"critic_diakoulaki"`
		CriticTus        [][]float64 `json:"critic_tus"`
		EntropyEdge      [][]float64 `json:"entropy_edge"`
		SegmentScores    [][]float64 `json:"segment_scores"`
		BoundExample     struct {
			Weights    []float64
			Floor, Cap float64
		} `json:"bound_example"`
	}
	referenceInput(t, file, &in)
	r := expected{reference.Open(t, "ref_weights_mcda.json")}
	for n, want := range in.RandomIndex2005 {
		if got := stats.RandomIndices2005()[n+1]; got != want {
			t.Errorf("random index of %d is %v, want %v", n+1, got, want)
		}
	}
	for n, want := range in.RandomIndex1980 {
		if got := stats.RandomIndices1980()[n+1]; got != want {
			t.Errorf("random index of %d in 1980 is %v, want %v", n+1, got, want)
		}
	}

	drinks := r.hierarchy("ahp.drinks", in.Drinks)
	house := r.hierarchy("ahp.house", in.House)
	for i := range drinks.Priorities {
		r.Printed(fmt.Sprintf("ahp.drinks.published_weights.%d", i), drinks.Priorities[i], 3)
	}
	for i := range house.Priorities {
		r.Printed(fmt.Sprintf("ahp.house.published_weights.%d", i), house.Priorities[i], 3)
	}
	r.Printed("ahp.drinks.published_cr", drinks.Ratio, 3)
	r.Printed("ahp.house.published_lambda_max", house.Lambda, 3)
	old, err := stats.AnalyzeHierarchy(in.House, stats.RandomIndices1980())
	if err != nil {
		t.Fatal(err)
	}
	r.Printed("ahp.house.published_cr", old.Ratio, 3)
	if !drinks.Consistent || house.Consistent || old.Consistent {
		t.Error("drinks are consistent and the house is not")
	}
	criteria := r.hierarchy("ahp.city_criteria", in.CityCriteria)
	var local [][]float64
	for _, name := range []string{"culture", "family", "housing", "jobs", "transportation"} {
		local = append(local, r.hierarchy("ahp.cities_local."+name, in.Cities[name]).Priorities)
	}
	global, err := stats.LinearCombination(local, criteria.Priorities)
	if err != nil {
		t.Fatal(err)
	}
	r.Slice("ahp.cities_global", global, hierarchyTolerance)
	for i, v := range global {
		r.Printed(fmt.Sprintf("ahp.cities_published.%d", i), v, 3)
	}
	var priorities [][]float64
	for e, judgements := range in.Experts {
		priorities = append(priorities, r.hierarchy(fmt.Sprintf("ahp.experts.%d", e), judgements).Priorities)
	}
	joined, err := stats.JoinJudgements(in.Experts, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Matrix("ahp.aggregated_judgements_matrix", joined, dispersionTolerance)
	subjective := r.hierarchy("ahp.aggregated_judgements", joined).Priorities
	if joined, err = stats.JoinJudgements(in.Experts, in.ExpertWeights); err != nil {
		t.Fatal(err)
	}
	r.hierarchy("ahp.aggregated_judgements_weighted", joined)
	even := []float64{1. / 3, 1. / 3, 1. / 3}
	geometric, err := stats.GeometricCombination(priorities, even)
	if err != nil {
		t.Fatal(err)
	}
	r.Slice("ahp.aggregated_priorities_geometric", geometric, hierarchyTolerance)
	linear, err := stats.LinearCombination(priorities, even)
	if err != nil {
		t.Fatal(err)
	}
	r.Slice("ahp.aggregated_priorities_arithmetic", linear, hierarchyTolerance)

	for i, v := range r.entropy("entropy.xu", in.EntropyXu) {
		r.Printed(fmt.Sprintf("entropy.xu.published_weights.%d", i), v, 4)
	}
	for i, v := range r.entropy("entropy.zavadskas_podvezko", in.EntropyZP) {
		r.Printed(fmt.Sprintf("entropy.zavadskas_podvezko.published_weights.%d", i), v, 4)
	}
	for i, v := range r.entropy("entropy.elsayed", in.EntropyElsayed) {
		r.Printed(fmt.Sprintf("entropy.elsayed.published_weights.%d", i), v, 6)
	}
	r.entropy("entropy.skcriteria_2x2", in.EntropySK)
	objective := r.entropy("entropy.segments", in.SegmentScores)
	scaled := make([][]float64, len(in.SegmentScores))
	for j := range in.SegmentScores[0] {
		var column []float64
		for _, row := range in.SegmentScores {
			column = append(column, row[j])
		}
		for i, v := range stats.MinMaxScores(column) {
			scaled[i] = append(scaled[i], v/100)
		}
	}
	r.entropy("entropy.segments_after_minmax", scaled)
	r.entropy("entropy.edge_with_constant_column", in.EntropyEdge)
	var without [][]float64
	for _, row := range in.EntropyEdge {
		without = append(without, []float64{row[0], row[2]})
	}
	r.entropy("entropy.edge_sum", without)

	for i, v := range r.critic("critic.diakoulaki", in.CriticDiakoulaki, rangesOf(in.CriticDiakoulaki)) {
		r.Printed(fmt.Sprintf("critic.diakoulaki.published_weights.%d", i), v, 8)
	}
	for i, v := range r.critic("critic.tus_aytac", in.CriticTus, rangesOf(in.CriticTus)) {
		r.Printed(fmt.Sprintf("critic.tus_aytac.published_weights.%d", i), v, 3)
	}
	r.critic("critic.diakoulaki_unscaled", in.CriticDiakoulaki, nil)
	contrast := r.critic("critic.segments", in.SegmentScores, rangesOf(in.SegmentScores))
	r.critic("critic.segments_raw", in.SegmentScores, nil)
	sums := sumsOf(in.SegmentScores)
	deviations, means := stats.StandardErrors(sums.Covariance()), sums.Means()
	r.Slice("sd_weights_segments", stats.Shares(deviations), dispersionTolerance)
	variation := make([]float64, len(means))
	for j := range means {
		variation[j] = deviations[j] / means[j]
	}
	r.Slice("cv_weights_segments", stats.Shares(variation), dispersionTolerance)

	for block, c := range map[string]struct {
		other []float64
		theta float64
	}{"combination_ahp_entropy": {objective, .5}, "combination_ahp_critic_0.7": {contrast, .7}} {
		sets, parts := [][]float64{subjective, c.other}, []float64{c.theta, 1 - c.theta}
		product, err := stats.GeometricCombination(sets, []float64{1, 1})
		if err != nil {
			t.Fatal(err)
		}
		r.Slice(block+".multiplicative", product, dispersionTolerance)
		if linear, err = stats.LinearCombination(sets, parts); err != nil {
			t.Fatal(err)
		}
		r.Slice(block+".linear", linear, dispersionTolerance)
		if geometric, err = stats.GeometricCombination(sets, parts); err != nil {
			t.Fatal(err)
		}
		r.Slice(block+".geometric", geometric, dispersionTolerance)
	}
	bounded, err := stats.BoundShares(in.BoundExample.Weights, in.BoundExample.Floor, in.BoundExample.Cap)
	if err != nil {
		t.Fatal(err)
	}
	r.Slice("bounded", bounded, dispersionTolerance)
	r.Equal("kendall_between_methods.ahp_entropy", stats.KendallTau(subjective, objective), dispersionTolerance)
	r.Equal("kendall_between_methods.spearman_ahp_entropy", stats.SpearmanRho(subjective, objective), dispersionTolerance)
}

// TestPathModelAgainstR checks every value of ref_pls_index: five blocks of the sample under three schemes.
func TestPathModelAgainstR(t *testing.T) {
	const file, tolerance = "ref_pls_index.json", 1e-9
	var in struct {
		N      int
		Blocks map[string][]string
		Path   [][]float64 `json:"path_rows_depend_on_columns"`
		Scale  struct{ Lo, Hi float64 }
	}
	referenceInput(t, file, &in)
	r := expected{reference.Open(t, "ref_pls_index.json")}
	s := openSample(t)
	names := strings.Fields("ATT EFF SAF BRA SAT")
	var model stats.PathModel
	var columns [][]float64
	for j, name := range names {
		var block, sources []int
		for _, item := range in.Blocks[name] {
			block = append(block, len(columns))
			columns = append(columns, s.numbers(item))
		}
		for i, depends := range in.Path[j] {
			if depends == 1 {
				sources = append(sources, i)
			}
		}
		model.Blocks, model.Sources = append(model.Blocks, block), append(model.Sources, sources)
	}
	var sums stats.CrossSums
	low, high := make([]float64, len(columns)), make([]float64, len(columns))
	for i := range s.n {
		var z []float64
		for v, c := range columns {
			z = append(z, c[i])
			low[v], high[v] = in.Scale.Lo, in.Scale.Hi
		}
		sums.Add(z, 1) // rows that miss an item are not taken
	}
	if sums.N != in.N {
		t.Fatalf("%d complete rows, want %d", sums.N, in.N)
	}
	for _, scheme := range []string{stats.PathScheme, stats.CentroidScheme, stats.FactorialScheme} {
		e, err := stats.EstimatePaths(sums, model, scheme)
		if err != nil {
			t.Fatal(err)
		}
		at := scheme + "_scheme."
		index := e.Index(sums.Means(), low, high)
		for j, name := range names {
			r.Slice(at+"outer_weights."+name, e.OuterWeights[j], tolerance)
			r.Slice(at+"loadings."+name, e.Loadings[j], tolerance)
			r.Equal(at+"communality."+name, e.Communality[j], tolerance)
			r.Slice(at+"normalised_raw_weights."+name, e.ItemShares[j], tolerance)
			r.Equal(at+"index_0_100."+name, index[j], tolerance)
		}
		r.Matrix(at+"path_coefficients", e.Paths, tolerance)
		r.Slice(at+"r2", e.R2, tolerance)
		r.Matrix(at+"lv_correlation", e.Correlation, tolerance)
		t.Logf("%s: %d iterations", scheme, e.Iterations)
	}
}

// TestScoringRulesAgainstR checks the curves, Kano and attribution blocks of ref_scoring.
func TestScoringRulesAgainstR(t *testing.T) {
	const file, tolerance = "ref_scoring.json", 1e-12
	var in struct {
		Operational struct {
			Values  map[string]float64
			Weights []float64
			Curves  map[string]struct{ X, S []float64 }
		}
		Lambda float64   `json:"blend_lambda"`
		MinMax []float64 `json:"minmax_input"`
		Kano   struct {
			Table                     [][]string `json:"table_rows_functional_columns_dysfunctional"`
			Functional, Dysfunctional []int
		}
		Attribution struct {
			Weights0, Weights1, Scores0, Scores1, Shares0, Shares1 []float64
			GroupScores0                                           []float64 `json:"group_scores0"`
			GroupScores1                                           []float64 `json:"group_scores1"`
		}
	}
	referenceInput(t, file, &in)
	r := expected{reference.Open(t, "ref_scoring.json", "operational", "kano", "attribution")}

	curve := func(x, s []float64) stats.Curve {
		var anchors []stats.Anchor
		for i := range x {
			anchors = append(anchors, stats.Anchor{Value: x[i], Score: s[i]})
		}
		c, err := stats.NewCurve(anchors)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var scores []float64
	for _, name := range strings.Fields("on_time_rate call_answer_seconds abandonment_pct baggage_minutes") {
		c := in.Operational.Curves[name]
		scores = append(scores, curve(c.X, c.S).Score(in.Operational.Values[name]))
		r.Equal("operational.scores."+name, scores[len(scores)-1], tolerance)
	}
	_, composite := stats.Contributions(in.Operational.Weights, scores)
	r.Equal("operational.composite", composite, tolerance)
	r.Equal("operational.edge.below", curve([]float64{60, 70}, []float64{0, 30}).Score(50), tolerance)
	r.Equal("operational.edge.above", curve([]float64{60, 70}, []float64{0, 30}).Score(99), tolerance)
	r.Equal("operational.edge.at", curve([]float64{60, 70, 80}, []float64{0, 30, 60}).Score(70), tolerance)
	overall := r.Number("aggregate.overall_mean")
	r.Equal("operational.blended_arithmetic", stats.Blend(overall, composite, in.Lambda), tolerance)
	r.Equal("operational.blended_geometric", stats.GeometricBlend(overall, composite, in.Lambda), tolerance)
	r.Slice("operational.minmax", stats.MinMaxScores(in.MinMax), tolerance)
	r.Slice("operational.minmax_lower_better", stats.MinMaxScores(mapped(in.MinMax, 0, -1)), tolerance)
	r.Slice("operational.z", stats.ZScores(in.MinMax), tolerance)
	r.Slice("operational.t_score", stats.TScores(in.MinMax), tolerance)

	var counts stats.KanoCounts
	for i := range in.Kano.Functional {
		c := stats.KanoCategory(in.Kano.Functional[i], in.Kano.Dysfunctional[i])
		r.EqualText(fmt.Sprintf("kano.category.%d", i), c)
		counts.Add(c, 1)
	}
	for f, row := range in.Kano.Table {
		for d, want := range row {
			if got := stats.KanoCategory(f+1, d+1); got != want {
				t.Errorf("category of %d, %d is %s, want %s", f+1, d+1, got, want)
			}
		}
	}
	for category, n := range map[string]stats.Sum{"A": counts.Attractive, "O": counts.OneDim, "M": counts.MustBe, "I": counts.Indifferent, "R": counts.Reverse, "Q": counts.Questionable} {
		r.Equal("kano.counts."+category, n.Value(), 0)
	}
	r.Equal("kano.better", counts.Better(), tolerance)
	r.Equal("kano.worse", counts.Worse(), tolerance)

	a := in.Attribution
	parts0, index0 := stats.Contributions(a.Weights0, a.Scores0)
	parts1, index1 := stats.Contributions(a.Weights1, a.Scores1)
	if n := len(parts0) + len(parts1); n != 10 {
		t.Errorf("%d contributions", n)
	}
	r.Equal("attribution.index0", index0, tolerance)
	r.Equal("attribution.index1", index1, tolerance)
	total := func(lists ...[]float64) float64 {
		var s stats.Sum
		for _, x := range lists {
			for _, v := range x {
				s.Add(v)
			}
		}
		return s.Value()
	}
	// The differences below are taken of numbers near 75, so their own rounding is up to 1e-14.
	const differences = 1e-13
	r.Equal("attribution.change", index1-index0, differences)
	fromScores, fromShares := stats.IndexChange(a.Weights0, a.Scores0, a.Weights1, a.Scores1)
	r.Slice("attribution.from_scores", fromScores, tolerance)
	r.Slice("attribution.from_weights", fromShares, tolerance)
	r.Equal("attribution.sum", total(fromScores, fromShares), tolerance)
	_, overall0 := stats.Contributions(a.Shares0, a.GroupScores0)
	_, overall1 := stats.Contributions(a.Shares1, a.GroupScores1)
	r.Equal("attribution.group_change", overall1-overall0, differences)
	within, mix := stats.GroupChange(a.Shares0, a.GroupScores0, a.Shares1, a.GroupScores1)
	r.Equal("attribution.within", total(within), tolerance)
	r.Equal("attribution.mix", total(mix), tolerance)
	r.Slice("attribution.mix_centred_by_group", mix, tolerance)
}
