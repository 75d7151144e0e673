package stats_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"paxscore/internal/reference"
	"paxscore/internal/study"
	"paxscore/scoring/stats"
)

// impactTolerance is that of ref_impact, relative.
const impactTolerance = 1e-9

// impactRow is a valid row of the simulated study, where odd flights were trained from month 7.
type impactRow struct {
	flight, month, age string
	delayed            bool
	scores             [5]float64
	// weight is the post-stratification to the age margin among rows with an attitude score.
	weight float64
}

func (w impactRow) treated() bool { return strings.Contains("13579", w.flight[len(w.flight)-1:]) }
func (w impactRow) after() bool   { return number(w.month) >= 7 }

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return x
}

// impactRows are the valid rows with an attitude score, scored by METHOD section 4 with equal item weights: an id up to 10,000, and
// of a duplicate only the first.
func impactRows(t *testing.T) []impactRow {
	t.Helper()
	var file bytes.Buffer
	if err := study.WriteCSV(t.Context(), &file, 10_000, 42); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for j, name := range records[0] {
		at[name] = j
	}
	items := [5][]string{
		{"crew_attitude", "courtesy", "patience"}, {"checkin", "boarding", "baggage", "inflight_speed"}, {"catering", "entertainment", "seat_comfort"},
		{"flight_safety", "safety_equipment", "emergency_handling"}, {"awareness", "corporate_image", "social_responsibility"},
	}
	var rows []impactRow
	seen, ages := map[string]bool{}, map[string]int{}
	for _, rec := range records[1:] {
		id := rec[at["id"]]
		if number(id) > 10_000 || seen[id] {
			continue
		}
		seen[id] = true
		row := impactRow{flight: rec[at["flight"]], month: rec[at["month"]], age: rec[at["age"]], delayed: rec[at["delayed"]] == "yes"}
		for d, names := range items {
			var total, answered, applicable float64
			for _, name := range names {
				v := rec[at[name]]
				if v != "NA" {
					applicable++
				}
				if x := number(v); !math.IsNaN(x) {
					total, answered = total+x, answered+1
				}
			}
			row.scores[d] = math.NaN()
			if answered > 0 && 2*answered >= applicable {
				row.scores[d] = 10 * total / answered
			}
		}
		if !math.IsNaN(row.scores[0]) {
			ages[row.age]++
			rows = append(rows, row)
		}
	}
	margin := impactMargin(t, "age")
	for i, row := range rows {
		rows[i].weight = margin[row.age] / float64(ages[row.age])
	}
	return rows
}

func impactMargin(t *testing.T, variable string) map[string]float64 {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(referenceFolder, "population_margins.csv"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, rec := range records[1:] {
		if rec[slices.Index(records[0], "variable")] == variable {
			out[rec[slices.Index(records[0], "level")]] = number(rec[slices.Index(records[0], "count")])
		}
	}
	return out
}

// fourCells are the cells of one dimension over rows where keep holds.
func fourCells(rows []impactRow, dimension int, after func(impactRow) bool, keep func(impactRow) bool) stats.Cells[stats.Group] {
	var m [2][2]stats.MeanSums
	for i := range m {
		m[i] = [2]stats.MeanSums{{Shift: 75}, {Shift: 75}}
	}
	place := map[bool]int{true: 1}
	for _, row := range rows {
		if y := row.scores[dimension]; !math.IsNaN(y) && (keep == nil || keep(row)) {
			m[place[row.treated()]][place[after(row)]].Add(y, 1)
		}
	}
	return stats.Cells[stats.Group]{
		ControlBefore: m[0][0].Group(), ControlAfter: m[0][1].Group(), TreatedBefore: m[1][0].Group(), TreatedAfter: m[1][1].Group(),
	}
}

// unitCells are the cells of attitude by sampling unit.
func unitCells(rows []impactRow, unit func(i int) int, units int) stats.Cells[stats.UnitSums] {
	var w, wx [2][2][]stats.Sum
	for a := range 2 {
		for b := range 2 {
			w[a][b], wx[a][b] = make([]stats.Sum, units), make([]stats.Sum, units)
		}
	}
	place := map[bool]int{true: 1}
	for i, row := range rows {
		a, b, u := place[row.treated()], place[row.after()], unit(i)
		w[a][b][u].Add(row.weight)
		wx[a][b][u].Add(row.weight * row.scores[0])
	}
	sums := func(a, b int) stats.UnitSums {
		var out stats.UnitSums
		for u := range units {
			out.W, out.WX = append(out.W, w[a][b][u].Value()), append(out.WX, wx[a][b][u].Value())
		}
		return out
	}
	return stats.Cells[stats.UnitSums]{ControlBefore: sums(0, 0), ControlAfter: sums(0, 1), TreatedBefore: sums(1, 0), TreatedAfter: sums(1, 1)}
}

// effectData are rows for a regression with their clusters.
type effectData struct {
	z       [][]float64
	w       []float64
	cluster []int
	n       int
}

func (d effectData) clusters() []stats.CrossSums {
	out := make([]stats.CrossSums, d.n)
	for i, z := range d.z {
		if out[d.cluster[i]].Shift == nil {
			out[d.cluster[i]].Shift = d.z[0]
		}
		out[d.cluster[i]].Add(z, d.w[i])
	}
	return out
}

func (d effectData) fit(t *testing.T) (stats.Regression, stats.Effect) {
	t.Helper()
	all := stats.CrossSums{Shift: d.z[0]}
	for i, z := range d.z {
		all.Add(z, d.w[i])
	}
	g := regress(t, all)
	return g, g.ClusterEffect(stats.EffectCoefficient, d.clusters())
}

func (r expected) equalEffectRegression(path string, d effectData) {
	r.T.Helper()
	const k = stats.EffectCoefficient
	g, e := d.fit(r.T)
	n, p, clusters := float64(g.N), float64(len(g.Coefficients)), e.DF+1
	tt, pp := g.T(k, g.Covariance, float64(g.DF))
	se := func(leverage float64) float64 {
		s := g.Residuals(leverage)
		for i, z := range d.z {
			s.Add(z, d.w[i])
		}
		return math.Sqrt(s.Covariance()[k][k])
	}
	for name, got := range map[string]float64{
		"coefficient": e.Estimate, "se_ols": math.Sqrt(g.Covariance[k][k]), "t_ols": tt, "p_ols": pp, "df": float64(g.DF),
		"se_HC0": se(0), "se_HC1": se(0) * math.Sqrt(n/(n-p)), "se_HC2": se(1), "se_HC3": se(2),
		"se_cluster_CR0": e.SE * math.Sqrt((clusters-1)/clusters), "se_cluster_CR1": e.SE,
		"se_cluster_stata": e.SE * math.Sqrt((n-1)/(n-p)), "n_clusters": clusters,
	} {
		r.Equal(path+"."+name, got, impactTolerance)
	}
	r.Text(path + ".formula")
}

// TestImpactAgainstR checks ref_impact: the training of crews on odd flights from month 7 in the simulated study, by R survey,
// sandwich and base.
func TestImpactAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_impact.json")}
	rows := impactRows(t)

	cells := fourCells(rows, 0, impactRow.after, nil)
	did := stats.DifferenceInDifferences(cells)
	r.Equal("cross_section_four_cells.estimate", did.Estimate, impactTolerance)
	r.equalEffect("cross_section_four_cells", did, impactTolerance)
	for name, g := range map[string]stats.Group{"t0": cells.TreatedBefore, "t1": cells.TreatedAfter, "c0": cells.ControlBefore, "c1": cells.ControlAfter} {
		at := "cross_section_four_cells.cells." + name
		r.Equal(at+".n", float64(g.N), 0)
		r.Equal(at+".mean", g.Mean, impactTolerance)
		r.Equal(at+".var", g.Variance, impactTolerance)
	}
	r.Equal("minimum_detectable_effect_80", did.MinimumDetectable(), impactTolerance)
	if got := did.MinimumDetectable() / did.SE; math.Abs(got-2.8) > 0.002 {
		t.Errorf("minimum detectable effect is %v standard errors", got)
	}
	sd, difference, alpha, power := r.Number("sample_size.sd"), r.Number("sample_size.delta"), r.Number("sample_size.alpha"), r.Number("sample_size.power")
	r.Equal("sample_size.n_per_group_normal", stats.SampleSize(sd, difference, alpha, power), impactTolerance)
	// R's power.t.test searches its root to 1.2e-4 of a row.
	r.Equal("sample_size.n_per_group_t", stats.SampleSizeStudent(sd, difference, alpha, power), 1e-7)
	// As many in each of two groups leave an error that finds the difference.
	if got := stats.MinimumDetectable(sd*math.Sqrt(2/stats.SampleSize(sd, difference, alpha, power)), alpha, power); relative(got, difference) > 1e-12 {
		t.Errorf("minimum detectable with that many rows: %v, want %v", got, difference)
	}

	placebo := stats.DifferenceInDifferences(fourCells(rows, 0, func(w impactRow) bool { return number(w.month) >= 4 }, func(w impactRow) bool { return !w.after() }))
	r.Equal("placebo_first_half.estimate", placebo.Estimate, impactTolerance)
	r.equalEffect("placebo_first_half", placebo, impactTolerance)
	for d, name := range studyDimensions[1:] {
		e := stats.DifferenceInDifferences(fourCells(rows, d+1, impactRow.after, nil))
		r.Equal("other_dimensions_four_cells."+name+".estimate", e.Estimate, impactTolerance)
		r.equalEffect("other_dimensions_four_cells."+name, e, impactTolerance)
	}
	beforeAfter := stats.Difference(cells.TreatedAfter, cells.TreatedBefore)
	r.Equal("before_after_treated_welch.estimate", beforeAfter.Estimate, impactTolerance)
	r.equalEffect("before_after_treated_welch", beforeAfter, impactTolerance)

	checkImpactRegressions(r, rows)
	checkImpactPanel(r)
	checkImpactDesign(r, rows)

}

func checkImpactRegressions(r expected, rows []impactRow) {
	var plain, adjusted effectData
	code := map[string]int{}
	for _, row := range rows {
		c, ok := code[row.flight]
		if !ok {
			c = len(code)
			code[row.flight] = c
		}
		delayed := 0.0
		if row.delayed {
			delayed = 1
		}
		plain.z = append(plain.z, stats.EffectRow(nil, row.scores[0], row.treated(), row.after()))
		adjusted.z = append(adjusted.z, stats.EffectRow(nil, row.scores[0], row.treated(), row.after(), delayed))
		plain.cluster = append(plain.cluster, c)
	}
	plain.w, plain.n = unit(len(rows)), len(code)
	adjusted.w, adjusted.cluster, adjusted.n = plain.w, plain.cluster, plain.n
	r.equalEffectRegression("cross_section_regression", plain)
	r.equalEffectRegression("cross_section_regression_with_covariate", adjusted)

	// With sampling weights it is the contrast of four weighted means.
	weighted := plain
	weighted.w = nil
	for _, row := range rows {
		weighted.w = append(weighted.w, row.weight)
	}
	_, e := weighted.fit(r.T)
	r.Equal("weighted.svyglm_cluster.estimate", e.Estimate, impactTolerance)
	r.Equal("weighted.svyglm_cluster.se", e.SE, impactTolerance)
}

func checkImpactPanel(r expected) {
	header, rows := driverTable(r.T, "data/did_panel.csv")
	if strings.Join(header, ",") != "id,period,treat,y,x,n" {
		r.T.Fatalf("panel has columns %v", header)
	}
	plain := effectData{w: unit(len(rows)), n: 40}
	adjusted := plain
	var pairs stats.CrossSums
	before, after := make([]float64, 40), make([]float64, 40)
	for _, row := range rows {
		id := int(row[0])
		plain.z = append(plain.z, stats.EffectRow(nil, row[3], row[2] == 1, row[1] == 1))
		adjusted.z = append(adjusted.z, stats.EffectRow(nil, row[3], row[2] == 1, row[1] == 1, row[4]))
		plain.cluster = append(plain.cluster, id)
		if row[1] == 1 {
			after[id] = row[3]
		} else {
			before[id] = row[3]
		}
	}
	adjusted.cluster = plain.cluster
	r.equalEffectRegression("panel_regression", plain)
	r.equalEffectRegression("panel_regression_with_covariate", adjusted)
	g, _ := plain.fit(r.T)
	cr2 := g.ClusterEffectCR2(stats.EffectCoefficient, plain.clusters())
	r.Equal("panel_CR2_estimatr.coefficient", cr2.Estimate, impactTolerance)
	r.equalEffect("panel_CR2_estimatr", cr2, impactTolerance)

	var change [2]stats.MeanSums
	for id := range before {
		pairs.Add([]float64{before[id], after[id]}, 1)
		change[id%2].Add(after[id]-before[id], 1)
	}
	e := stats.Difference(change[1].Group(), change[0].Group())
	r.Equal("panel_first_differences_welch.estimate", e.Estimate, impactTolerance)
	r.equalEffect("panel_first_differences_welch", e, impactTolerance)
	e = stats.Paired(pairs, 1, 0)
	r.Equal("panel_before_after_paired.estimate", e.Estimate, impactTolerance)
	r.equalEffect("panel_before_after_paired", e, impactTolerance)
}

func checkImpactDesign(r expected, rows []impactRow) {
	row := func(i int) int { return i }
	flight := func(i int) int { return int(number(rows[i].flight)) }
	// The number of units is that of the flights asked, not of the numbers they bear.
	code := map[int]int{}
	for i := range rows {
		if _, ok := code[flight(i)]; !ok {
			code[flight(i)] = len(code)
		}
	}
	for name, c := range map[string]struct {
		unit  func(i int) int
		units int
		vcov  string
	}{
		"did_no_cluster": {row, len(rows), "vcov_no_cluster"},
		"did_cluster":    {func(i int) int { return code[flight(i)] }, len(code), "vcov_cluster"},
		"did_pool":       {func(i int) int { return flight(i) % 40 }, 40, "vcov_pool"},
	} {
		cells := unitCells(rows, c.unit, c.units)
		e, means, v := stats.DesignDifferenceInDifferences(stats.Design{}, cells)
		r.Equal("weighted."+name+".estimate", e.Estimate, impactTolerance)
		r.Equal("weighted."+name+".se", e.SE, impactTolerance)
		// The file has control before, treated before, control after, treated after.
		order := []int{2, 0, 3, 1}
		for i, a := range order {
			r.Equal("weighted.means.mean."+strconv.Itoa(i), means[a], impactTolerance)
			for j, b := range order {
				r.Near("weighted.means."+c.vcov+"."+strconv.Itoa(i)+"."+strconv.Itoa(j), v[a][b], impactTolerance, 1e-6)
			}
		}
		if name == "did_cluster" {
			r.Equal("weighted.svyglm_cluster.df", e.DF, 0)
			// Flights are either trained or not and every one is in one month, so the regression's error is the contrast's.
			r.Equal("weighted.svyglm_cluster.se", e.SE, impactTolerance)
		}
	}
	for i, want := range []string{"0.0", "1.0", "0.1", "1.1"} {
		r.EqualText("weighted.means.cell_treat_period."+strconv.Itoa(i), want)
	}
}
