package stats_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/scoring/stats"
)

// surveyed is a drawn sample with margins that some positive case weights meet.
type surveyed struct {
	levels  [][]int
	base    []float64
	margins [][]float64
	cells   []stats.CaseCell
	cell    []int
}

func drawSurveyed(t *rapid.T, unknown bool) surveyed {
	var s surveyed
	k := rapid.IntRange(1, 3).Draw(t, "margins")
	counts := rapid.SliceOfN(rapid.IntRange(1, 4), k, k).Draw(t, "levels")
	n := rapid.IntRange(6, 60).Draw(t, "n")
	for v := range k {
		s.margins = append(s.margins, make([]float64, counts[v]))
	}
	for range n {
		levels := make([]int, k)
		w := rapid.Float64Range(0.3, 3).Draw(t, "w")
		for v := range levels {
			levels[v] = rapid.IntRange(0, counts[v]-1).Draw(t, "level")
			if unknown && rapid.IntRange(0, 9).Draw(t, "known") == 0 {
				levels[v] = -1
			} else {
				s.margins[v][levels[v]] += 100 * w
			}
		}
		s.levels = append(s.levels, levels)
		s.base = append(s.base, rapid.SampledFrom([]float64{0.5, 1, 2}).Draw(t, "base"))
	}
	for v := range s.margins {
		if total(s.margins[v]) == 0 {
			t.Skip("nobody's level is known")
		}
	}
	s.group(t, nil)
	return s
}

// group makes cells of the rows taken in some order.
func (s *surveyed) group(t *rapid.T, order []int) {
	var c stats.CaseCells
	for i := range s.base {
		if order != nil {
			i = order[i]
		}
		if !c.Add(s.levels[i], s.base[i]) {
			t.Fatal("row not taken")
		}
	}
	s.cells = c.Cells()
	s.cell = nil
	for i := range s.base {
		at, ok := stats.FindCell(s.cells, s.levels[i], s.base[i])
		if !ok {
			t.Fatal("cell not found")
		}
		s.cell = append(s.cell, at)
	}
}

// single are cells of one row each, in the order of the rows.
func (s surveyed) single(factor float64) []stats.CaseCell {
	var out []stats.CaseCell
	for i := range s.base {
		out = append(out, stats.CaseCell{Levels: s.levels[i], Base: s.base[i] * factor, N: 1})
	}
	return out
}

func (s surveyed) rows(caseWeights []float64) []float64 {
	return pick(caseWeights, s.cell)
}

func total(x []float64) float64 {
	var s stats.Sum
	for _, v := range x {
		s.Add(v)
	}
	return s.Value()
}

func sameRows(t *rapid.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if relative(got[i], want[i]) > tolerance {
			t.Fatalf("%s: row %d is %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

// Raked weights meet the margins, do not depend on the scale of base weights or the grouping of rows, scale with the population,
// and stay when raked again.
func TestRakeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unknown := rapid.Bool().Draw(t, "unknown")
		s := drawSurveyed(t, unknown)
		got, err := stats.Rake(s.cells, s.margins)
		// Rows that miss a margin leave the totals apart; scaled to one they may contradict one another.
		var contradictory stats.ContradictoryMarginsError
		if unknown && errors.As(err, &contradictory) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got.MarginError > 1e-6 || (got.Converged && got.MarginError > 1e-10) || got.Negative != 0 {
			t.Fatalf("margin error %g, converged %t after %d cycles", got.MarginError, got.Converged, got.Cycles)
		}
		w := s.rows(got.CaseWeights)
		if sum := got.Kish.W.Value(); relative(sum, total(s.margins[0])) > 1e-6 {
			t.Fatalf("weights add to %v, the population is %v", sum, total(s.margins[0]))
		}
		if got.Kish.N != len(w) || relative(total(w), got.Kish.W.Value()) > 1e-12 {
			t.Fatalf("%d rows of %v, want %d of %v", got.Kish.N, got.Kish.W.Value(), len(w), total(w))
		}
		if !got.Converged {
			return
		}
		apart, err := stats.Rake(s.single(7), s.margins)
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, "single rows, base weights times 7", apart.CaseWeights, w, 1e-9)
		var larger [][]float64
		for _, m := range s.margins {
			larger = append(larger, mapped(m, 0, 3))
		}
		scaled, err := stats.Rake(s.cells, larger)
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, "three times the population", s.rows(scaled.CaseWeights), mapped(w, 0, 3), 1e-9)
		again := s.single(1)
		for i := range again {
			again[i].Base = w[i]
		}
		second, err := stats.Rake(again, s.margins)
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, "raked again", second.CaseWeights, w, 1e-9)
	})
}

// Limited raking meets the margins whatever the limits, says truly whether it kept them, and keeps those that plain raking keeps.
func TestRakeLimitedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(t, false)
		plain, err := stats.Rake(s.cells, s.margins)
		if err != nil {
			t.Fatal(err)
		}
		floor, ceiling := rapid.Float64Range(0, 1).Draw(t, "floor"), rapid.Float64Range(1, 4).Draw(t, "ceiling")
		got, err := stats.RakeLimited(s.cells, s.margins, floor, ceiling)
		if err != nil {
			t.Fatal(err)
		}
		kept := got.MaxOverMean <= ceiling*(1+1e-9) && got.MinOverMean >= floor*(1-1e-9)
		if got.MarginError > 1e-6 || got.WithinLimits != kept || (!kept && got.Rounds != 50) {
			t.Fatalf("%+v", got)
		}
		loose, err := stats.RakeLimited(s.cells, s.margins, plain.MinOverMean*0.999, plain.MaxOverMean*1.001)
		if err != nil || loose.Rounds != 0 || !loose.WithinLimits {
			t.Fatalf("%+v %v", loose, err)
		}
		sameRows(t, "loose limits", loose.CaseWeights, plain.CaseWeights, 0)
	})
}

// Linear and logit calibration meet the margins too, and logit keeps its limits wherever weights within them exist.
func TestCalibrationProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(t, rapid.Bool().Draw(t, "unknown"))
		raked, err := stats.Rake(s.cells, s.margins)
		if err != nil || !raked.Converged {
			t.Skip("not raked")
		}
		linear, err := stats.CalibrateLinear(s.cells, s.margins)
		if err != nil {
			t.Fatal(err)
		}
		if linear.MarginError > 1e-9 {
			t.Fatalf("linear: margin error %g", linear.MarginError)
		}
		// Raked weights lie within these limits.
		cells := s.single(total(s.margins[0]) / total(s.base))
		low, high := 1.0, 1.0
		for i, w := range s.rows(raked.CaseWeights) {
			low, high = min(low, w/cells[i].Base), max(high, w/cells[i].Base)
		}
		low, high = low*rapid.Float64Range(0, 0.99).Draw(t, "low"), high*rapid.Float64Range(1.01, 3).Draw(t, "high")
		logit, err := stats.CalibrateLogit(cells, s.margins, low, high)
		if err != nil {
			t.Fatalf("limits %g, %g: %v", low, high, err)
		}
		for i, w := range logit.CaseWeights {
			if r := w / cells[i].Base; r < low*(1-1e-12) || r > high*(1+1e-12) {
				t.Fatalf("ratio %g outside %g … %g", r, low, high)
			}
		}
		if logit.MarginError > 1e-9 {
			t.Fatalf("logit: margin error %g", logit.MarginError)
		}
		if sum := logit.Kish.W.Value(); relative(sum, total(s.margins[0])) > 1e-9 {
			t.Fatalf("weights add to %v, the population is %v", sum, total(s.margins[0]))
		}
	})
}

// Cells of parts merge to the cells of the whole, bit for bit in any order.
func TestCaseCellsMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(t, true)
		want := s.cells
		s.group(t, shuffled(t, len(s.base)))
		if diff := cmp.Diff(want, s.cells); diff != "" {
			t.Fatalf("in another order: %s", diff)
		}
		parts := make([]stats.CaseCells, rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range s.base {
			parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(s.levels[i], s.base[i])
		}
		var all stats.CaseCells
		for _, p := range shuffled(t, len(parts)) {
			if !all.Merge(&parts[p]) {
				t.Fatal("not merged")
			}
		}
		if diff := cmp.Diff(want, all.Cells()); diff != "" {
			t.Fatalf("from parts: %s", diff)
		}
	})
}

// Errors from sums by cell are those from rows, in any domain; what the margins explain fully has no error and is its population mean.
func TestCalibrationErrorProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSurveyed(t, rapid.Bool().Draw(t, "unknown"))
		raked, err := stats.Rake(s.cells, s.margins)
		if err != nil || !raked.Converged {
			t.Skip("not raked")
		}
		w := s.rows(raked.CaseWeights)
		y, in := make([]float64, len(w)), make([]bool, len(w))
		ws, wy := make([]float64, len(w)), make([]float64, len(w))
		sums := make([]stats.MeanSums, len(s.cells))
		for i := range w {
			y[i] = rapid.Float64Range(0, 100).Draw(t, "y")
			in[i] = i == 0 || rapid.IntRange(0, 4).Draw(t, "in") > 0
			if in[i] {
				ws[i], wy[i] = w[i], w[i]*y[i]
				sums[s.cell[i]].Add(y[i], s.base[i])
			}
		}
		mean, influence := stats.MeanTotals(ws, wy)
		residuals, err := stats.CalibrationResiduals(influence, s.cell, s.cells, raked.CaseWeights, s.margins)
		if err != nil {
			t.Fatal(err)
		}
		gotMean, gotFixed, gotResidual, err := stats.CalibratedMean(sums, s.cells, raked.CaseWeights, s.margins)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "mean", gotMean, mean, 1)
		same(t, "fixed", gotFixed, stats.Design{}.Variance(influence), 1)
		same(t, "residual", gotResidual, stats.Design{}.Variance(residuals), 1)

		effect := make([][]float64, len(s.margins))
		want := 0.0
		for v, sizes := range s.margins {
			for _, size := range sizes {
				effect[v] = append(effect[v], rapid.Float64Range(-20, 20).Draw(t, "effect"))
				want += effect[v][len(effect[v])-1] * size / total(sizes)
			}
		}
		explained := make([]stats.MeanSums, len(s.cells))
		complete := true
		for i := range w {
			v := 0.0
			for m, l := range s.levels[i] {
				complete = complete && l >= 0
				if l >= 0 {
					v += effect[m][l]
				}
			}
			explained[s.cell[i]].Add(v, s.base[i])
		}
		if complete {
			mean, _, residual, err := stats.CalibratedMean(explained, s.cells, raked.CaseWeights, s.margins)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "mean of what margins explain", mean, want, 1)
			if residual > 1e-16 {
				t.Errorf("variance %g of what the margins explain", residual)
			}
		}
	})
}

// Trimmed weights keep their sum and their order within the limits, and stay when trimmed again; without such weights trimming fails.
func TestTrimProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		var cells []stats.CaseCell
		var w []float64
		sum, rows := 0.0, 0.0
		for range n {
			cells = append(cells, stats.CaseCell{N: rapid.IntRange(1, 5).Draw(t, "rows")})
			w = append(w, logUniform(t, "w", 0.01, 100))
			sum += float64(cells[len(cells)-1].N) * w[len(w)-1]
			rows += float64(cells[len(cells)-1].N)
		}
		low := rapid.Float64Range(0, 1.1).Draw(t, "low") * sum / rows
		high := rapid.Float64Range(0.9, 3).Draw(t, "high") * sum / rows
		got, err := stats.TrimWeights(cells, w, low, high)
		possible := low*rows <= sum && high*rows >= sum
		within := low*rows <= sum*(1+1e-11) && high*rows >= sum*(1-1e-11) // but for rounding, where both answers will do
		if !possible && !(within && err == nil) {
			var infeasible stats.InfeasibleLimitsError
			if !errors.As(err, &infeasible) {
				t.Fatalf("limits %g … %g of mean %g: %v", low, high, sum/rows, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		after := 0.0
		for i, v := range got {
			after += float64(cells[i].N) * v
			if v < low || v > high {
				t.Fatalf("%g outside %g … %g", v, low, high)
			}
		}
		same(t, "sum", after, sum, 1)
		again, err := stats.TrimWeights(cells, got, low, high)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			same(t, "again", again[i], got[i], 1)
		}
	})
}

func TestCaseWeightCases(t *testing.T) {
	cell := func(n int, base float64, levels ...int) stats.CaseCell {
		return stats.CaseCell{Levels: levels, Base: base, N: n}
	}
	square := []stats.CaseCell{cell(10, 1, 0, 0), cell(10, 1, 0, 1), cell(10, 1, 1, 0), cell(10, 1, 1, 1)}

	t.Run("two by two", func(t *testing.T) {
		// Equal odds stay equal: w_ij = r_i·c_j/(100·10).
		got, err := stats.Rake(square, [][]float64{{60, 40}, {30, 70}})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{1.8, 4.2, 1.2, 2.8} {
			if relative(got.CaseWeights[i], want) > 1e-13 {
				t.Errorf("weight %d is %v, want %v", i, got.CaseWeights[i], want)
			}
		}
		if relative(got.MaxOverMean, 4.2/2.5) > 1e-13 || relative(got.MinOverMean, 1.2/2.5) > 1e-13 || got.Scaled != nil || got.Small != nil {
			t.Errorf("%+v", got)
		}
	})
	t.Run("other totals are scaled to the first", func(t *testing.T) {
		got, err := stats.Rake(square, [][]float64{{60, 40}, {.3, .7}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]stats.ScaledMargin{{Margin: 1, Total: 1, To: 100}}, got.Scaled); diff != "" || relative(got.CaseWeights[1], 4.2) > 1e-13 {
			t.Errorf("%v %s", got.CaseWeights, diff)
		}
	})
	t.Run("unknown levels", func(t *testing.T) {
		got, err := stats.Rake([]stats.CaseCell{cell(4, 1, -1, 0), cell(8, 1, 0, 0), cell(8, 1, 1, 1), cell(20, 1, 0, 1)}, [][]float64{{40, 60}, {50, 50}})
		if err != nil {
			t.Fatal(err)
		}
		w := got.CaseWeights
		if relative(4*w[0]+8*w[1], 50) > 1e-9 || relative(8*w[2]*40, (8*w[1]+20*w[3])*60) > 1e-9 || relative(got.Kish.W.Value(), 100) > 1e-12 {
			t.Errorf("weights %v", w)
		}
		if diff := cmp.Diff([]int{4, 0}, got.Outside); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("calibration keeps the part of unknown level", func(t *testing.T) {
		cells, margins := []stats.CaseCell{cell(5, 4, 0), cell(5, 4, 1), cell(10, 4, -1)}, [][]float64{{60, 20}}
		for name, f := range map[string]func() (stats.CaseWeighting, error){
			"rake":   func() (stats.CaseWeighting, error) { return stats.Rake(cells, margins) },
			"linear": func() (stats.CaseWeighting, error) { return stats.CalibrateLinear(cells, margins) },
			"logit":  func() (stats.CaseWeighting, error) { return stats.CalibrateLogit(cells, margins, .4, 2) },
		} {
			got, err := f()
			if err != nil || relative(got.CaseWeights[0], 6) > 1e-9 || relative(got.CaseWeights[1], 2) > 1e-9 || relative(got.CaseWeights[2], 4) > 1e-9 {
				t.Errorf("%s: %v %v", name, got.CaseWeights, err)
			}
		}
	})
	t.Run("a floor that cannot be met", func(t *testing.T) {
		got, err := stats.RakeLimited([]stats.CaseCell{cell(50, 1, 0), cell(50, 1, 1)}, [][]float64{{10, 90}}, .5, 5)
		if err != nil || got.WithinLimits || got.Rounds != 50 || relative(got.MinOverMean, .2) > 1e-12 || got.MarginError > 1e-12 {
			t.Errorf("%+v %v", got, err)
		}
	})
	t.Run("levels without rows are all named", func(t *testing.T) {
		_, err := stats.Rake([]stats.CaseCell{cell(3, 1, 0, 0), cell(3, 0, 1, 0)}, [][]float64{{5, 5}, {4, 6}})
		var empty stats.EmptyLevelError
		if !errors.As(err, &empty) || empty != (stats.EmptyLevelError{Margin: 0, Level: 1, Size: 5}) || !strings.Contains(err.Error(), "level 1 of margin 1 has population 6 and no rows") {
			t.Errorf("%v", err)
		}
	})
	t.Run("merged", func(t *testing.T) {
		before, sizes := []stats.CaseCell{cell(2, 1, 0), cell(3, 1, 1), cell(1, 1, 2)}, [][]float64{{5, 5, 2}}
		cells, margins, err := stats.MergeLevels(before, sizes, 0, 2, 0)
		if err != nil || before[2].Levels[0] != 2 || sizes[0][2] != 2 || cells[2].Levels[0] != 0 || margins[0][0] != 7 || margins[0][2] != 0 {
			t.Fatalf("%v %v from %v %v: %v", cells, margins, before, sizes, err)
		}
		cells, margins, err = stats.MergeLevels([]stats.CaseCell{cell(3, 1, 0), cell(3, 1, 1)}, sizes, 0, 2, 1)
		if err != nil {
			t.Fatal(err)
		}
		got, err := stats.Rake(cells, margins)
		if err != nil {
			t.Fatal(err)
		}
		if relative(got.CaseWeights[1], 7./3) > 1e-14 {
			t.Errorf("%v", got.CaseWeights)
		}
	})
	t.Run("contradictory", func(t *testing.T) {
		// Nobody of level 1 of the first margin is outside level 1 of the second.
		_, err := stats.Rake([]stats.CaseCell{cell(9, 1, 0, 0), cell(9, 1, 1, 1)}, [][]float64{{60, 40}, {30, 70}})
		var contradiction stats.ContradictoryMarginsError
		if !errors.As(err, &contradiction) || !(contradiction.MarginError > 0.1) {
			t.Errorf("%v", err)
		}
		_, err = stats.CalibrateLinear([]stats.CaseCell{cell(9, 1, 0, 0), cell(9, 1, 1, 1)}, [][]float64{{60, 40}, {30, 70}})
		if !errors.As(err, &contradiction) {
			t.Errorf("linear: %v", err)
		}
	})
	t.Run("only weights of 0 would do", func(t *testing.T) {
		_, err := stats.Rake([]stats.CaseCell{cell(9, 1, 0, 0), cell(9, 1, 0, 1), cell(9, 1, 1, 0)}, [][]float64{{50, 50}, {50, 50}})
		var contradiction stats.ContradictoryMarginsError
		if !errors.As(err, &contradiction) {
			t.Errorf("%v", err)
		}
	})
	t.Run("one margin twice", func(t *testing.T) {
		twice := []stats.CaseCell{cell(9, 1, 0, 0), cell(9, 1, 1, 1)}
		margins := [][]float64{{6, 12}, {6, 12}}
		for name, f := range map[string]func() (stats.CaseWeighting, error){
			"rake":   func() (stats.CaseWeighting, error) { return stats.Rake(twice, margins) },
			"linear": func() (stats.CaseWeighting, error) { return stats.CalibrateLinear(twice, margins) },
			"logit":  func() (stats.CaseWeighting, error) { return stats.CalibrateLogit(twice, margins, .5, 2) },
		} {
			got, err := f()
			if err != nil || relative(got.CaseWeights[0], 2./3) > 1e-12 || relative(got.CaseWeights[1], 4./3) > 1e-12 {
				t.Errorf("%s: %v %v", name, got.CaseWeights, err)
			}
		}
	})
	t.Run("linear weights may be negative", func(t *testing.T) {
		got, err := stats.CalibrateLinear([]stats.CaseCell{cell(1, 1, 0, 0), cell(9, 1, 1, 1), cell(9, 1, 1, 0)}, [][]float64{{1, 99}, {95, 5}})
		if err != nil || got.Negative != 0 {
			t.Errorf("%+v %v", got, err)
		}
		got, err = stats.CalibrateLinear([]stats.CaseCell{cell(5, 1, 0, 0), cell(9, 1, 1, 1), cell(5, 1, 1, 0), cell(5, 1, 0, 1)}, [][]float64{{2, 98}, {2, 98}})
		if err != nil || got.Negative != 5 || !(got.CaseWeights[0] < 0) {
			t.Errorf("%+v %v", got, err)
		}
	})
	for name, limits := range map[string][2]float64{"too tight": {.95, 1.05}, "population out of reach": {.3, 1.1}, "turned": {.3, .9}, "not about 1": {1.1, 2}, "below 0": {-1, 2}, "missing": {math.NaN(), 2}, "endless": {.5, math.Inf(1)}} {
		t.Run("logit limits "+name, func(t *testing.T) {
			margins := [][]float64{{24, 16}, {12, 28}}
			if name == "population out of reach" {
				margins[0] = []float64{60, 40}
			}
			_, err := stats.CalibrateLogit(square, margins, limits[0], limits[1])
			var infeasible stats.InfeasibleLimitsError
			if !errors.As(err, &infeasible) {
				t.Errorf("%v", err)
			}
			if name == "population out of reach" != strings.Contains(err.Error(), "base weights add to 40 for a population of 100") {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("trimming everything", func(t *testing.T) {
		// Both are beyond a limit, so nothing is left to take the loss of -0.9 but themselves.
		got, err := stats.TrimWeights([]stats.CaseCell{cell(1, 1), cell(1, 1)}, []float64{.1, 10}, 2, 9)
		if err != nil || relative(got[0], 2) > 1e-12 || relative(got[1], 8.1) > 1e-12 {
			t.Errorf("%v %v", got, err)
		}
	})
	t.Run("rows of weight 0 stay out of limits", func(t *testing.T) {
		got, err := stats.RakeLimited([]stats.CaseCell{cell(9, 1, 0), cell(9, 0, 0), cell(9, 1, 1)}, [][]float64{{9, 27}}, .2, 5)
		if err != nil || !got.WithinLimits || got.CaseWeights[1] != 0 || relative(got.CaseWeights[2], 3) > 1e-13 {
			t.Errorf("%+v %v", got, err)
		}
	})
	for name, f := range map[string]func() error{
		"no margins": func() error { _, err := stats.Rake(square, nil); return err },
		"far apart": func() error {
			_, err := stats.CalibrateLinear([]stats.CaseCell{cell(0, math.MaxFloat64, 0), cell(1, 1, 0)}, [][]float64{{9}})
			return err
		},
		"no cells":         func() error { _, err := stats.Rake(nil, [][]float64{{1}}); return err },
		"levels differ":    func() error { _, err := stats.Rake(square, [][]float64{{1, 1}}); return err },
		"level beyond":     func() error { _, err := stats.Rake(square, [][]float64{{1}, {1, 1}}); return err },
		"negative size":    func() error { _, err := stats.Rake(square, [][]float64{{1, -1}, {1, 1}}); return err },
		"missing size":     func() error { _, err := stats.Rake(square, [][]float64{{1, math.NaN()}, {1, 1}}); return err },
		"no population":    func() error { _, err := stats.Rake(square, [][]float64{{0, 0}, {1, 1}}); return err },
		"negative base":    func() error { _, err := stats.Rake([]stats.CaseCell{cell(1, -1, 0)}, [][]float64{{1}}); return err },
		"negative rows":    func() error { _, err := stats.Rake([]stats.CaseCell{cell(-1, 1, 0)}, [][]float64{{1}}); return err },
		"floor above 1":    func() error { _, err := stats.RakeLimited(square, [][]float64{{1, 1}, {1, 1}}, 1.1, 2); return err },
		"cap below 1":      func() error { _, err := stats.RakeLimited(square, [][]float64{{1, 1}, {1, 1}}, .1, .9); return err },
		"margin error":     func() error { _, err := stats.MarginError(square, [][]float64{{1, 1}, {1, 1}}, nil); return err },
		"trim lengths":     func() error { _, err := stats.TrimWeights(square, nil, 0, 1); return err },
		"trim turned":      func() error { _, err := stats.TrimWeights(square, []float64{1, 1, 1, 1}, 2, 1); return err },
		"trim missing":     func() error { _, err := stats.TrimPass(square, []float64{1, 1, 1, math.NaN()}, 0, 2); return err },
		"merge margin":     func() error { _, _, err := stats.MergeLevels(square, [][]float64{{1, 1}}, 1, 0, 1); return err },
		"merge with self":  func() error { _, _, err := stats.MergeLevels(square, [][]float64{{1, 1}}, 0, 1, 1); return err },
		"merge beyond":     func() error { _, _, err := stats.MergeLevels(square, [][]float64{{1, 1}}, 0, 2, 1); return err },
		"residual lengths": func() error { _, err := stats.CalibrationResiduals([]float64{1}, nil, square, nil, nil); return err },
		"residual cells": func() error {
			_, err := stats.CalibrationResiduals([]float64{1}, []int{0}, square, []float64{1, 1, 1, 1}, [][]float64{{1, 1}, {1, 1}})
			return err
		},
		"residual cell beyond": func() error {
			_, err := stats.CalibrationResiduals([]float64{1}, []int{4}, square, []float64{1, 1, 1, 1}, [][]float64{{1, 1}, {1, 1}})
			return err
		},
		"swept lengths": func() error { _, err := stats.SweptResiduals([]float64{1}, nil, square, nil); return err },
		"swept beyond": func() error {
			_, err := stats.SweptResiduals([]float64{1}, []int{9}, square, []float64{1, 1, 1, 1})
			return err
		},
		"mean lengths": func() error { _, _, _, err := stats.CalibratedMean(nil, square, nil, nil); return err },
	} {
		if err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var c stats.CaseCells
	if !c.Add([]int{1, -5}, 2) || !c.Add([]int{1, -1}, 2) || c.Add([]int{1}, 2) || c.Add([]int{1, 1}, -1) || c.Add([]int{1, 1}, math.Inf(1)) || c.Add([]int{1, 1}, math.NaN()) || c.AddGroup([]int{1, 1}, 1, -1) {
		t.Error("wrong rows taken")
	}
	if diff := cmp.Diff([]stats.CaseCell{{Levels: []int{1, -1}, Base: 2, N: 2}}, c.Cells()); diff != "" {
		t.Error(diff)
	}
	var other stats.CaseCells
	other.Add([]int{1}, 1)
	if c.Merge(&other) {
		t.Error("merged cells of another number of margins")
	}
	mean, fixed, residual, err := stats.CalibratedMean(make([]stats.MeanSums, 4), square, []float64{1, 1, 1, 1}, [][]float64{{1, 1}, {1, 1}})
	if err != nil || !math.IsNaN(mean) || !math.IsNaN(fixed) || !math.IsNaN(residual) {
		t.Errorf("mean of nothing: %v %v %v %v", mean, fixed, residual, err)
	}
}
