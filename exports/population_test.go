package exports_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

// ages, cabins and routes are the margins of the reference study (METHOD section 10).
func ages() surveys.Margin {
	return surveys.Margin{Attribute: "age", Shares: map[string]float64{"under_25": .16, "25_34": .31, "35_44": .25, "45_59": .19, "60_plus": .09}}
}

func mergedCabins() surveys.Margin {
	return surveys.Margin{Attribute: "cabin", Shares: map[string]float64{"economy": .85, "better": .15}, Merge: map[string][]string{"better": {"premium_economy", "business", "first"}}}
}

func routes() surveys.Margin {
	return surveys.Margin{Attribute: "route", Shares: map[string]float64{"domestic": .80, "regional": .07, "international": .13}}
}

// weightings are every method with every thing that changes what it does.
func weightings() map[string]*surveys.Weighting {
	of := func(m surveys.WeightingMethod, margins ...surveys.Margin) *surveys.Weighting {
		return &surveys.Weighting{Method: m, Margins: margins, Cap: surveys.DefaultCap, Floor: surveys.DefaultFloor, Low: 0.2, High: 5}
	}
	with := func(w *surveys.Weighting, change func(w *surveys.Weighting)) *surveys.Weighting {
		change(w)
		return w
	}
	people := routes()
	for level := range people.Shares {
		people.Shares[level] *= 1040 // what the base weights of the test add up to, about
	}
	return map[string]*surveys.Weighting{
		"post-stratified":       of(surveys.PostStratify, ages()),
		"post-stratified, two":  of(surveys.PostStratify, mergedCabins()),
		"raked":                 of(surveys.Rake, ages(), mergedCabins(), routes()),
		"raked and cut":         with(of(surveys.Rake, ages(), mergedCabins(), routes()), func(w *surveys.Weighting) { w.Cap, w.Floor = 1.3, 0.7 }),
		"raked, limits not met": with(of(surveys.Rake, ages(), mergedCabins(), routes()), func(w *surveys.Weighting) { w.Cap, w.Floor = 1.05, 0.95 }),
		"raked, residuals":      with(of(surveys.Rake, routes(), ages()), func(w *surveys.Weighting) { w.Errors = surveys.ResidualErrors }),
		"calibrated":            of(surveys.Calibrate, ages(), routes()),
		"calibrated, people":    of(surveys.Calibrate, people, ages()),
		"calibrated, narrow":    with(of(surveys.Calibrate, ages(), routes()), func(w *surveys.Weighting) { w.Low, w.High = 0.5, 1.8 }),
	}
}

// TestCaseWeights makes workbooks of weighted reports, whole, filtered and with unknown levels: every check passes, the
// weights on the sheet meet the margins, and its sums give the report's figures.
func TestCaseWeights(t *testing.T) {
	s, list := drawn(t, 400)
	based, unknown := clone(list), clone(list)
	for i, r := range based {
		r.ResponseWeight = 0.5 + float64(i%7)*0.7
	}
	for i, r := range unknown {
		if i%9 == 0 {
			r.Attributes[ageAt(s)] = ""
		}
		if i%13 == 0 {
			r.Attributes[s.Questionnaire.AttributeAt("route")] = ""
		}
		r.ResponseWeight = 0.5 + float64(i%5)/4
	}
	for name, w := range weightings() {
		for rows, list := range map[string][]*surveys.Response{"as they are": list, "base weights": based, "unknown levels": unknown} {
			if name == "calibrated, people" && rows == "as they are" {
				rows, list = "base weights", based
			}
			for of, q := range map[string]reports.Query{"all": {By: [][]string{{"age"}}}, "filtered": {By: [][]string{{"cabin"}}, Where: []reports.Where{{Attribute: "route", Values: []string{"domestic"}}}},
				"without screening": {AllRows: true}} {
				if of == "without screening" && rows != "as they are" {
					continue
				}
				t.Run(name+"/"+rows+"/"+of, func(t *testing.T) {
					q.Weighting = w
					r := asked(t, s, list, q)
					if r.Population == nil || r.Weighting.Deff == 1 {
						t.Fatalf("the report is not weighted: %+v", r.Weighting)
					}
					f := workbook(t, s, r, list, exports.Options{})
					checksPass(t, f)
					sumsOf(t, grid(t, f, "Responses"), s, r, w)
				})
			}
		}
	}
}

// sumsOf adds up the rows of the sheet as a reader of it would.
func sumsOf(t *testing.T, g [][]string, s *surveys.Survey, r *reports.Report, w *surveys.Weighting) {
	t.Helper()
	at := map[string]int{}
	for i, h := range g[0] {
		at[h] = i
	}
	var total, above, below float64
	by := map[string]float64{}
	first := w.Margins[0]
	for i := 1; i < len(g); i++ {
		weight := cell(g, i, at["case_weight"])
		if (cell(g, i, at["verdict"]) == "valid") != (weight != "") {
			t.Fatalf("row %d is %s with the weight %q", i+1, cell(g, i, at["verdict"]), weight)
		}
		x, _ := strconv.ParseFloat(weight, 64)
		total += x
		if v := cell(g, i, at[string(first.Attribute)]); v != "" {
			by[first.Level(v)] += x
			by["known"] += x
		}
		if y, err := strconv.ParseFloat(cell(g, i, at["overall"]), 64); err == nil && weight != "" {
			above, below = above+x*y, below+x
		}
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got/want-1) > 1e-9 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	near("sum of the weights", total, float64(r.Weighting.Sum))
	near("overall", above/below, float64(r.OverallItem.Mean))
	if r.Responses.Outside > 0 {
		return
	}
	var people float64
	for level := range by {
		if size, ok := first.Size(level); ok {
			people += size
		}
	}
	for level, x := range by {
		if size, ok := first.Size(level); ok {
			near("share of "+level, x/by["known"], size/people)
		}
	}
}

// TestCaseWeightsLaws: weights that meet any margins, within any limits, of any base weights are found again.
func TestCaseWeightsLaws(t *testing.T) {
	s, list := drawn(t, 150)
	rapid.Check(t, func(rt *rapid.T) {
		share := func(of surveys.Margin) surveys.Margin {
			m := surveys.Margin{Attribute: of.Attribute, Merge: of.Merge, Shares: map[string]float64{}}
			for _, a := range s.Questionnaire.Attributes {
				if a.Key == of.Attribute {
					for _, v := range a.Values {
						l := of.Level(v.Key)
						if _, ok := m.Shares[l]; !ok {
							m.Shares[l] = of.Shares[l] * rapid.Float64Range(0.6, 1.6).Draw(rt, l)
						}
					}
				}
			}
			return m
		}
		w := &surveys.Weighting{Method: rapid.SampledFrom([]surveys.WeightingMethod{surveys.Rake, surveys.Calibrate}).Draw(rt, "method"),
			Margins: []surveys.Margin{share(ages()), share(mergedCabins()), share(routes())},
			Cap:     rapid.Float64Range(1.2, 5).Draw(rt, "cap"), Floor: rapid.Float64Range(0, 0.8).Draw(rt, "floor"), Low: 0.05, High: 9}
		rows := clone(list)
		kinds := rapid.IntRange(1, 5).Draw(rt, "base weights")
		for i, r := range rows {
			r.ResponseWeight = 1 + 0.3*float64(i%kinds)
		}
		d := reports.NewDataset(s)
		for _, r := range rows {
			if err := d.Append(r); err != nil {
				rt.Fatal(err)
			}
		}
		r, err := d.Report(reports.Query{Listed: true, Weighting: w})
		var invalid *surveys.InvalidError
		if errors.As(err, &invalid) { // no weights within the bounds
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		var b bytes.Buffer
		if err := exports.Workbook(context.Background(), &b, s, r, stream(rows)); err != nil {
			rt.Error(err)
		}
	})
}

// TestWeightChecksFail tampers with one thing about weights at a time.
func TestWeightChecksFail(t *testing.T) {
	s, list := drawn(t, 600)
	for i, r := range list {
		r.ResponseWeight = 1 + 0.5*float64(i%3)
	}
	all := weightings()
	valid := func(r *reports.Report) int {
		for i, v := range r.Verdicts {
			if v == reports.Valid {
				return i
			}
		}
		return 0
	}
	every := func(r *reports.Report, f func(i int, w float64) float64) {
		for i, w := range r.CaseWeights {
			r.CaseWeights[i] = f(i, w)
		}
	}
	other := func(margins ...surveys.Margin) func(*reports.Report) {
		return func(r *reports.Report) {
			w := *r.Population
			w.Margins = margins
			r.Population = &w
		}
	}
	changed := func(m surveys.Margin, level string, by float64) surveys.Margin {
		m.Shares[level] *= by
		return m
	}
	for name, c := range map[string]struct {
		weighting string
		rows      func(r *reports.Report, list []*surveys.Response)
		report    func(r *reports.Report)
		query     reports.Query
		want      string
	}{
		"a weight by a millionth":           {weighting: "raked", report: func(r *reports.Report) { r.CaseWeights[valid(r)] *= 1 + 1e-6 }, want: "furthest from its recount"},
		"a weight of a calibrated report":   {weighting: "calibrated", report: func(r *reports.Report) { r.CaseWeights[valid(r)] *= 1 + 1e-6 }, want: "furthest from its recount"},
		"a weight of a stratified report":   {weighting: "post-stratified", report: func(r *reports.Report) { r.CaseWeights[valid(r)] *= 1 + 1e-6 }, want: "furthest from its recount"},
		"a weight that is cut":              {weighting: "raked and cut", report: func(r *reports.Report) { r.CaseWeights[valid(r)] *= 1 + 1e-6 }, want: "furthest from its recount"},
		"no weight":                         {weighting: "raked", report: func(r *reports.Report) { r.CaseWeights[valid(r)] = math.NaN() }, want: "sum of the case weights"},
		"weights twice as large":            {weighting: "raked", report: func(r *reports.Report) { every(r, func(_ int, w float64) float64 { return 2 * w }) }, want: "sum of the case weights"},
		"weights left out":                  {weighting: "raked", report: func(r *reports.Report) { every(r, func(_ int, w float64) float64 { return w / w }) }, want: "furthest from its recount"},
		"two weights exchanged":             {weighting: "calibrated", report: exchange, want: "furthest from its recount"},
		"a base weight":                     {weighting: "raked", rows: func(r *reports.Report, l []*surveys.Response) { l[valid(r)].ResponseWeight *= 1.01 }, want: "furthest from its recount"},
		"a level":                           {weighting: "raked", rows: func(r *reports.Report, l []*surveys.Response) { regroup(s, l[valid(r)]) }, want: "furthest from its recount"},
		"a level outside the filter":        {weighting: "raked", query: domestic(), rows: func(r *reports.Report, l []*surveys.Response) { regroup(s, l[outside(r)]) }, want: "furthest from its recount"},
		"a weight outside the filter":       {weighting: "raked", query: domestic(), report: func(r *reports.Report) { r.CaseWeights[outside(r)] *= 1.001 }, want: "furthest from its recount"},
		"another population":                {weighting: "raked", report: other(changed(ages(), "60_plus", 1.01), mergedCabins(), routes()), want: "share of the population"},
		"another population, calibrated":    {weighting: "calibrated", report: other(ages(), changed(routes(), "domestic", 1.01)), want: "largest relative error of a margin"},
		"a margin left out":                 {weighting: "raked", report: other(ages(), mergedCabins()), want: "margins"},
		"another cap":                       {weighting: "raked and cut", report: func(r *reports.Report) { w := *r.Population; w.Cap = 1.25; r.Population = &w }, want: "furthest from its recount"},
		"other bounds":                      {weighting: "calibrated", report: func(r *reports.Report) { w := *r.Population; w.High = 4; r.Population = &w }, want: "furthest from its recount"},
		"limits said to be met":             {weighting: "raked, limits not met", report: func(r *reports.Report) { r.Weighting.Limits.Met = true }, want: "within their limits"},
		"margin error":                      {weighting: "raked", report: func(r *reports.Report) { r.Weighting.MarginError += 1e-6 }, want: "largest relative error of a margin"},
		"achieved share":                    {weighting: "raked", report: func(r *reports.Report) { r.Weighting.Margins[1].Levels[0].Achieved += 1e-6 }, want: "share of the weights"},
		"target":                            {weighting: "raked", report: func(r *reports.Report) { r.Weighting.Margins[1].Levels[0].Target += 1e-6 }, want: "share of the population"},
		"design effect":                     {weighting: "raked", report: func(r *reports.Report) { r.Weighting.Deff += 1e-6 }, want: "design effect"},
		"largest weight":                    {weighting: "raked", report: func(r *reports.Report) { r.Weighting.Max += 1e-6 }, want: "largest weight"},
		"smallest weight":                   {weighting: "raked", report: func(r *reports.Report) { r.Weighting.Min += 1e-6 }, want: "smallest weight"},
		"index":                             {weighting: "raked", report: func(r *reports.Report) { r.Overall.Estimate += 1e-6 }, want: "Overall index"},
		"index of a calibrated report":      {weighting: "calibrated", report: func(r *reports.Report) { r.Overall.Estimate += 1e-6 }, want: "Overall index"},
		"dimension":                         {weighting: "raked", report: func(r *reports.Report) { r.Dimensions[2].Estimate.Estimate -= 1e-6 }, want: "Dimension content"},
		"mean of an item":                   {weighting: "raked", report: func(r *reports.Report) { r.Items[3].Mean += 1e-6 }, want: "Item checkin"},
		"NPS":                               {weighting: "calibrated", report: func(r *reports.Report) { r.Recommend.NPS += 1e-3 }, want: "NPS"},
		"segment":                           {weighting: "raked", report: func(r *reports.Report) { r.Segments[1].Overall.Estimate += 1e-6 }, want: "Segment"},
		"overall satisfaction of a segment": {weighting: "calibrated", report: func(r *reports.Report) { r.Segments[1].OverallItem.Mean += 1e-6 }, want: "Segment"},
	} {
		t.Run(name, func(t *testing.T) {
			q := c.query
			q.By, q.Weighting = [][]string{{"age"}}, all[c.weighting]
			r := asked(t, s, list, q)
			rows := clone(list)
			if c.rows != nil {
				c.rows(r, rows)
			}
			if c.report != nil {
				c.report(r)
			}
			var b bytes.Buffer
			if err := exports.Workbook(context.Background(), &b, s, r, stream(rows)); !errors.Is(err, exports.ErrChecksFailed) {
				t.Fatalf("error %v", err)
			}
			for _, line := range strings.Split(everyText(t, opened(t, b.Bytes()), "Checks"), "\n") {
				if strings.Contains(line, c.want) && strings.Contains(line, "FAIL") {
					return
				}
			}
			t.Errorf("no failed check names %q", c.want)
		})
	}
}

func domestic() reports.Query {
	return reports.Query{Where: []reports.Where{{Attribute: "route", Values: []string{"domestic"}}}}
}

// outside is a valid response that the filter leaves out.
func outside(r *reports.Report) int {
	for i, v := range r.Verdicts {
		if v == reports.Outside && r.CaseWeights[i] > 0 {
			return i
		}
	}
	return -1
}

// regroup makes a respondent one of another age.
func regroup(s *surveys.Survey, r *surveys.Response) {
	age := &r.Attributes[ageAt(s)]
	*age = map[bool]string{true: "60_plus", false: "25_34"}[*age == "25_34"]
}

// exchange gives two responses of different weight each other's.
func exchange(r *reports.Report) {
	w := r.CaseWeights
	for i := range w {
		for k := range w {
			if w[i] > 0 && w[k] > 0 && math.Abs(w[i]-w[k]) > 0.01 {
				w[i], w[k] = w[k], w[i]
				return
			}
		}
	}
}

// TestLiveWeights computes the shares of the weights by the sheet's own formulas, but not of ages: excelize takes 25_34 for a number, which
// Excel and LibreOffice do not.
func TestLiveWeights(t *testing.T) {
	s, list := drawn(t, 60)
	w := *weightings()["raked"]
	w.Margins = []surveys.Margin{mergedCabins(), routes()}
	f := workbook(t, s, asked(t, s, list, reports.Query{Weighting: &w}), list, exports.Options{}.WithSheetRows(40))
	g := grid(t, f, "Checks")
	formulas := 0
	for i := 5; i < len(g); i++ {
		at := "G" + strconv.Itoa(i+1)
		formula, err := f.GetCellFormula("Checks", at)
		if err != nil || !strings.Contains(formula, "SUMIFS") || !strings.HasPrefix(cell(g, i, 0), "Weighting") {
			continue
		}
		formulas++
		got, err := f.CalcCellValue("Checks", at, excelize.Options{RawCellValue: true})
		x, bad := strconv.ParseFloat(got, 64)
		if err != nil || bad != nil {
			t.Fatalf("%s %s gives %q: %v", at, formula, got, err)
		}
		same(t, at+" "+formula, cell(g, i, 6), reports.Number(x), reports.StatusOK)
	}
	if formulas != 6 { // the sum, two cabins, three routes
		t.Errorf("%d formulas", formulas)
	}
}
