package stats_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"paxscore/internal/reference"
	"paxscore/scoring/stats"
)

const (
	weightTolerance   = 1e-9
	estimateTolerance = 1e-9
	// postTolerance is what ref_weighting allows closed forms.
	postTolerance = 1e-11
)

// populationMargin is a margin of population_margins.csv: levels and their sizes.
func populationMargin(t *testing.T, variable string) (levels []string, sizes []float64) {
	t.Helper()
	f, err := os.Open(filepath.Join(referenceFolder, "population_margins.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if row[0] == variable {
			size, err := strconv.ParseFloat(row[3], 64)
			if err != nil {
				t.Fatal(err)
			}
			levels, sizes = append(levels, row[1]), append(sizes, size)
		}
	}
	if len(levels) == 0 {
		t.Fatalf("no margin %s", variable)
	}
	return levels, sizes
}

// weighted is the sample as cells: those of raking variables and base weight, and where each row is.
type weighted struct {
	sample
	base    []float64
	cells   []stats.CaseCell
	cell    []int
	margins [][]float64
}

func weighSample(t *testing.T, base []float64, variables ...string) weighted {
	t.Helper()
	s := openSample(t)
	w := weighted{sample: s, base: base}
	levels := make([][]int, s.n)
	for _, v := range variables {
		names, sizes := populationMargin(t, v)
		at := map[string]int{}
		for l, name := range names {
			at[name] = l
		}
		for i, name := range s.text(v) {
			l, ok := at[name]
			if !ok {
				t.Fatalf("level %q of %s", name, v)
			}
			levels[i] = append(levels[i], l)
		}
		w.margins = append(w.margins, sizes)
	}
	var c stats.CaseCells
	for i := range s.n {
		if !c.Add(levels[i], base[i]) {
			t.Fatal("row not taken")
		}
	}
	w.cells = c.Cells()
	w.cell = make([]int, s.n)
	for i := range s.n {
		var ok bool
		if w.cell[i], ok = stats.FindCell(w.cells, levels[i], base[i]); !ok {
			t.Fatal("cell not found")
		}
	}
	return w
}

// rows spreads values of cells over their rows.
func (w weighted) rows(caseWeights []float64) []float64 {
	out := make([]float64, w.n)
	for i, c := range w.cell {
		out[i] = caseWeights[c]
	}
	return out
}

// cellSums are the values of each cell, added with their base weights.
func (w weighted) cellSums(y []float64) []stats.MeanSums {
	out := make([]stats.MeanSums, len(w.cells))
	for i, c := range w.cell {
		if !math.IsNaN(y[i]) {
			out[c].Add(y[i], w.base[i])
		}
	}
	return out
}

func (r expected) equalWeights(path string, got []float64, tolerance float64) {
	r.T.Helper()
	if n := r.Length(path); n != len(got) {
		r.T.Fatalf("%s has %d weights, want %d", path, len(got), n)
	}
	for i, w := range got {
		r.Equal(path+"."+strconv.Itoa(i), w, tolerance)
	}
}

func (r expected) equalKish(path string, k stats.KishSums, tolerance float64) {
	r.T.Helper()
	r.Equal(path+".n", float64(k.N), 0)
	r.Equal(path+".sum_w", k.W.Value(), tolerance)
	r.Equal(path+".sum_w2", k.W2.Value(), tolerance)
	r.Equal(path+".n_eff", k.NEffective(), tolerance)
	r.Equal(path+".deff_w", k.Deff(), tolerance)
}

// estimates checks means and errors three ways: fixed and residual errors from rows, and both from sums by cell.
func (w weighted) estimates(r expected, fixedPath, residualPath string, caseWeights []float64) {
	r.T.Helper()
	u := drawn(w.sample, "", "", "")
	for _, v := range []string{"index", "efficiency"} {
		y := w.numbers(v)
		mean, influence := u.mean(y, w.rows(caseWeights), everyRow)
		residuals, err := stats.CalibrationResiduals(influence, w.cell, w.cells, caseWeights, w.margins)
		if err != nil {
			r.T.Fatal(err)
		}
		fixed, residual := u.design.Variance(influence), u.design.Variance(residuals)
		fromCells, fixedFromCells, residualFromCells, err := stats.CalibratedMean(w.cellSums(y), w.cells, caseWeights, w.margins)
		if err != nil {
			r.T.Fatal(err)
		}
		for what, pair := range map[string][2]float64{"mean": {fromCells, mean}, "fixed variance": {fixedFromCells, fixed}, "residual variance": {residualFromCells, residual}} {
			if relative(pair[0], pair[1]) > 1e-11 {
				r.T.Errorf("%s of %s from cells is %.17g, from rows %.17g", what, v, pair[0], pair[1])
			}
		}
		if fixedPath != "" {
			r.Equal(fixedPath+"."+v, mean, estimateTolerance)
			r.Equal(fixedPath+"."+v+"_se", math.Sqrt(fixed), estimateTolerance)
		}
		r.Equal(residualPath+"."+v, fromCells, estimateTolerance)
		r.Equal(residualPath+"."+v+"_se", math.Sqrt(residual), estimateTolerance)
	}
}

// TestCaseWeightsAgainstR checks every value of ref_weighting: R's survey on the sample of 600, with equal base weights and with those
// of its design, and the cap rule.
func TestCaseWeightsAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_weighting.json")}
	s := openSample(t)
	even := make([]float64, s.n)
	for i := range even {
		even[i] = 10000.0 / float64(s.n)
	}
	for block, base := range map[string][]float64{"srs": even, "strat": s.numbers("pw")} {
		byAge := weighSample(t, base, "age")
		age := make([]int, s.n)
		for i, c := range byAge.cell {
			age[i] = byAge.cells[c].Levels[0]
		}
		post, err := stats.PostStratify(base, age, byAge.margins[0])
		if err != nil {
			t.Fatal(err)
		}
		at := block + ".post_stratified."
		r.equalWeights(at+"weights", post, postTolerance)
		one, err := stats.Rake(byAge.cells, byAge.margins)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range byAge.rows(one.CaseWeights) {
			if relative(w, post[i]) > 1e-12 {
				t.Errorf("row %d: raked to one margin %v, post-stratified %v", i, w, post[i])
			}
		}
		r.equalKish(at+"kish", one.Kish, postTolerance)
		byAge.estimates(r, at+"estimates_weights_fixed", at+"estimates", one.CaseWeights)
		u := drawn(s, "", "", "")
		for _, v := range []string{"index", "efficiency"} {
			_, influence := u.mean(s.numbers(v), post, everyRow)
			residuals := stats.CellResiduals(influence, post, base, age, len(byAge.margins[0]))
			r.Equal(at+"estimates."+v+"_se", math.Sqrt(u.design.Variance(residuals)), estimateTolerance)
		}

		w := weighSample(t, base, "age", "cabin_group", "route")
		raked, err := stats.Rake(w.cells, w.margins)
		if err != nil {
			t.Fatal(err)
		}
		if !raked.Converged || !raked.WithinLimits || !(raked.MarginError < 1e-13) || raked.Negative != 0 || raked.Scaled != nil {
			t.Errorf("%s: %+v", block, raked)
		}
		at = block + ".raked."
		r.equalWeights(at+"weights", w.rows(raked.CaseWeights), weightTolerance)
		r.equalKish(at+"kish", raked.Kish, weightTolerance)
		w.estimates(r, at+"estimates_weights_fixed", at+"estimates_greg_residuals", raked.CaseWeights)
		for _, v := range []string{"index", "efficiency"} {
			mean, influence := u.mean(s.numbers(v), w.rows(raked.CaseWeights), everyRow)
			swept, err := stats.SweptResiduals(influence, w.cell, w.cells, raked.CaseWeights)
			if err != nil {
				t.Fatal(err)
			}
			r.Equal(at+"estimates_survey_10_residual_passes."+v, mean, estimateTolerance)
			r.Equal(at+"estimates_survey_10_residual_passes."+v+"_se", math.Sqrt(u.design.Variance(swept)), estimateTolerance)
		}
		// Raking stops where weights move by less than 1e-13, R's loop at 1e-14, one cycle later at most.
		r.Within(at+"iterations_plain_loop", float64(raked.Cycles), 1)

		at = block + ".trimmed."
		mean := raked.Kish.W.Value() / float64(raked.Kish.N)
		limits := map[string][2]float64{"srs": {.5, 1.6}, "strat": {.25, 2.2}}[block] // LIM_S, LIM_T of 02_weighting.R
		low, high := limits[0]*mean, limits[1]*mean
		r.Equal(at+"lower", low, weightTolerance)
		r.Equal(at+"upper", high, weightTolerance)
		pass, err := stats.TrimPass(w.cells, raked.CaseWeights, low, high)
		if err != nil {
			t.Fatal(err)
		}
		r.equalWeights(at+"weights_one_pass", w.rows(pass), weightTolerance)
		trimmed, err := stats.TrimWeights(w.cells, raked.CaseWeights, low, high)
		if err != nil {
			t.Fatal(err)
		}
		r.equalWeights(at+"weights_strict", w.rows(trimmed), weightTolerance)
		r.equalKish(at+"kish_strict", stats.SpreadOf(w.cells, trimmed).Kish, weightTolerance)

		at = block + ".linear_calibration."
		linear, err := stats.CalibrateLinear(w.cells, w.margins)
		if err != nil {
			t.Fatal(err)
		}
		r.equalWeights(at+"weights", w.rows(linear.CaseWeights), weightTolerance)
		w.estimates(r, "", at+"estimates", linear.CaseWeights)

		at = block + ".bounded_logit_calibration."
		bounds := [2]float64{r.Number(at + "bounds.0"), r.Number(at + "bounds.1")}
		logit, err := stats.CalibrateLogit(w.cells, w.margins, bounds[0], bounds[1])
		if err != nil {
			t.Fatal(err)
		}
		r.equalWeights(at+"weights", w.rows(logit.CaseWeights), weightTolerance)
		least, most := math.Inf(1), math.Inf(-1)
		for i, x := range w.rows(logit.CaseWeights) {
			least, most = min(least, x/base[i]), max(most, x/base[i])
		}
		r.Pair(at+"ratio_range", least, most, weightTolerance)
		r.equalKish(at+"kish", logit.Kish, weightTolerance)
		w.estimates(r, "", at+"estimates", logit.CaseWeights)
		t.Logf("%s: raked in %d cycles, logit in %d steps, margin errors %.1e %.1e %.1e", block, raked.Cycles, logit.Steps, raked.MarginError, linear.MarginError, logit.MarginError)
	}
	w := weighSample(t, s.numbers("pw"), "age", "cabin_group", "route")
	for block, within := range map[string]bool{"rake_cap_strat": true, "rake_cap_infeasible_strat": false} {
		capped, err := stats.RakeLimited(w.cells, w.margins, r.Number(block+".floor"), r.Number(block+".cap"))
		if err != nil {
			t.Fatal(err)
		}
		if capped.WithinLimits != within {
			t.Errorf("%s: within limits %t", block, capped.WithinLimits)
		}
		r.equalWeights(block+".weights", w.rows(capped.CaseWeights), weightTolerance)
		r.Equal(block+".rounds", float64(capped.Rounds), 0)
		r.Equal(block+".max_over_mean", capped.MaxOverMean, weightTolerance)
		r.Equal(block+".min_over_mean", capped.MinOverMean, weightTolerance)
		r.equalKish(block+".kish", capped.Kish, weightTolerance)
		// Both ended on a rake that met the margins to rounding.
		r.Within(block+".max_relative_margin_error", capped.MarginError, 1e-13)
	}
}

// Business and first, merged as declared, weigh as cabin_group does.
func TestMergedLevelsOfTheSample(t *testing.T) {
	base := openSample(t).numbers("pw")
	apart, grouped := weighSample(t, base, "age", "cabin", "route"), weighSample(t, base, "age", "cabin_group", "route")
	names, _ := populationMargin(t, "cabin")
	at := map[string]int{}
	for l, name := range names {
		at[name] = l
	}
	cells, margins, err := stats.MergeLevels(apart.cells, apart.margins, 1, at["first"], at["business"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := stats.Rake(cells, margins)
	if err != nil {
		t.Fatal(err)
	}
	want, err := stats.Rake(grouped.cells, grouped.margins)
	if err != nil {
		t.Fatal(err)
	}
	wants := grouped.rows(want.CaseWeights)
	for i, w := range apart.rows(got.CaseWeights) {
		if relative(w, wants[i]) > 1e-12 {
			t.Fatalf("row %d: %v, want %v", i, w, wants[i])
		}
	}
	first, err := stats.Rake(apart.cells, apart.margins)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprint([]stats.SmallLevel{{Margin: 1, Level: at["first"], N: 2}}); fmt.Sprint(first.Small) != want {
		t.Errorf("small levels %v, want %s", first.Small, want)
	}
}
