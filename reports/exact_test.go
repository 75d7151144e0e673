package reports_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/reports"
	"paxscore/scoring"
	"paxscore/surveys"
)

// designs are ways in which the study's flights may have been reached.
func designs() map[string]surveys.Design {
	return map[string]surveys.Design{
		"flights":                  {Cluster: "flight"},
		"flights within routes":    {Cluster: "flight", Stratum: "route"},
		"respondents":              {},
		"respondents within cabin": {Stratum: "cabin"},
	}
}

// shuffled are responses of the study whose order and whose known flights and routes are drawn.
func shuffled(t *rapid.T, all []*surveys.Response) (design string, rows []*surveys.Response) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	unknown := rapid.SampledFrom([]float64{0, 0, .1, 1}).Draw(t, "unknown flights")
	weights := rapid.SampledFrom([][]float64{{1}, {1}, {1, 2.5, .4}}).Draw(t, "response weights")
	for _, i := range r.Perm(len(all))[:rapid.IntRange(1, len(all)).Draw(t, "responses")] {
		x := *all[i]
		x.Respondent = "" // of two responses of one person the first is kept, so there the order matters
		x.Attributes = append([]string(nil), x.Attributes...)
		for k := range 3 {
			if r.Float64() < unknown {
				x.Attributes[k] = ""
			}
		}
		x.ResponseWeight = weights[r.IntN(len(weights))]
		rows = append(rows, &x)
	}
	return rapid.SampledFrom([]string{"flights", "flights within routes", "respondents", "respondents within cabin"}).Draw(t, "design"), rows
}

func drawnQuery(t *rapid.T) reports.Query {
	q := reports.Query{AllRows: rapid.Bool().Draw(t, "all rows"), Weighting: drawnWeighting(t)}
	for _, a := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"age", "occupation", "spend", "cabin", "route", "tier", "flight"}), 0, 4, rapid.ID).Draw(t, "by") {
		q.By = append(q.By, []string{a})
	}
	if rapid.Bool().Draw(t, "crossed") {
		q.By = append(q.By, []string{"age", "cabin", "gender"})
	}
	if rapid.Bool().Draw(t, "where") {
		q.Where = []reports.Where{{Attribute: "spend", Values: []string{"low", "middle"}}, {Attribute: "route", Values: []string{"domestic", ""}}}
	}
	if rapid.Bool().Draw(t, "period") {
		q.From, q.To = day(3, 1), day(9, 1)
	}
	return q
}

// drawnWeighting is none in half of all cases.
func drawnWeighting(t *rapid.T) *surveys.Weighting {
	age := surveys.Margin{Attribute: "age", Shares: map[string]float64{"under_25": .16, "25_34": .31, "35_44": .25, "45_59": .19, "60_plus": .09}}
	cabin := surveys.Margin{Attribute: "cabin", Shares: map[string]float64{"economy": .7, "premium": .3}, Merge: map[string][]string{"premium": {"premium_economy", "business", "first"}}}
	w := &surveys.Weighting{Errors: rapid.SampledFrom([]surveys.WeightingErrors{surveys.FixedErrors, surveys.ResidualErrors}).Draw(t, "errors")}
	switch rapid.IntRange(0, 5).Draw(t, "weighting") {
	case 0:
		w.Method, w.Margins = surveys.PostStratify, []surveys.Margin{cabin}
	case 1:
		w.Method, w.Margins, w.Cap, w.Floor = surveys.Rake, []surveys.Margin{age, cabin}, surveys.DefaultCap, surveys.DefaultFloor
	case 2:
		w.Method, w.Margins, w.Low, w.High = surveys.Calibrate, []surveys.Margin{age, cabin}, .1, 9
	default:
		return nil
	}
	return w
}

// The answer is the same, to the last digit, in whatever order responses come, whatever was asked between, and however many at a time.
func TestReportsDoNotDependOnTheOrderOfArrival(t *testing.T) {
	all := studyRows(t, 600)
	rapid.Check(t, func(t *rapid.T) {
		design, rows := shuffled(t, all)
		s := studySurvey()
		s.Design = designs()[design]
		q := drawnQuery(t)
		const flight = 0
		single := func(r *surveys.Response) bool { return s.Design.Cluster == "" || r.Attributes[flight] == "" }
		if q.Weighting != nil { // what is taken response by response differs in the last digits
			if slices.ContainsFunc(rows, single) {
				q.Weighting.Errors = surveys.FixedErrors // residuals of units of their own
			}
			q.By = slices.DeleteFunc(q.By, func(by []string) bool { return by[0] == "flight" }) // too many cells
		}
		ask := func(d *reports.Dataset) string {
			r, err := d.Report(q)
			return answerOf(t, r, err)
		}
		add := func(d *reports.Dataset, rows []*surveys.Response) {
			for _, r := range rows {
				if err := d.Append(r); err != nil {
					t.Fatal(err)
				}
			}
		}
		once, grown := reports.NewDataset(s), reports.NewDataset(s)
		add(once, rows)
		want := ask(once)
		other := rand.New(rand.NewPCG(1, 2)).Perm(len(rows))
		for from := 0; from < len(rows); {
			to := min(len(rows), from+rapid.IntRange(50, 500).Draw(t, "come"))
			for _, i := range other[from:to] {
				add(grown, rows[i:i+1])
			}
			from = to
			if rapid.Bool().Draw(t, "ask") {
				ask(grown)
			} else if _, err := grown.Report(reports.Query{}); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(want, ask(grown)); d != "" {
			t.Fatalf("%s: report (-at once +as they come):\n%s", design, d)
		}
	})
}

// answerOf is an answer as text, or why few responses cannot be weighted.
func answerOf(t *rapid.T, answer any, err error) string {
	t.Helper()
	var unweightable *surveys.InvalidError
	if errors.As(err, &unweightable) && unweightable.Input == "weighting" {
		return err.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// bothWays are the responses in two data sets, of which the second has every response weight twice, and so many different ones that it finds figures response
// by response. The first is asked once before all of its responses have come.
func bothWays(t *rapid.T, s *surveys.Survey, rows []*surveys.Response, ask func(d *reports.Dataset) string) (sums, responses *reports.Dataset) {
	t.Helper()
	sums, responses = reports.NewDataset(s), reports.NewDataset(s)
	early := rapid.IntRange(0, len(rows)).Draw(t, "early")
	for i, r := range rows {
		twice := *r
		twice.ResponseWeight *= 2 * (1 + float64(i)*1e-14)
		if err := sums.Append(r); err != nil {
			t.Fatal(err)
		}
		if err := responses.Append(&twice); err != nil {
			t.Fatal(err)
		}
		if i == early {
			ask(sums)
		}
	}
	return sums, responses
}

// near compares two answers: their words to the letter, their figures but for the last digits. Squares are whole numbers of 2⁻²²,
// which a variance of a few responses within strata shows in the ninth.
func near(t *rapid.T, design, want, got string) {
	t.Helper()
	if d := cmp.Diff(number.ReplaceAllString(want, "#"), number.ReplaceAllString(got, "#")); d != "" {
		t.Fatalf("%s: answer but for its figures (-by responses +by sums):\n%s", design, d)
	}
	if want[0] != '{' {
		return // why responses cannot be weighted: its figures are where the search for weights ended
	}
	figures := number.FindAllString(got, -1)
	for i, w := range number.FindAllString(want, -1) {
		x, _ := strconv.ParseFloat(w, 64)
		y, _ := strconv.ParseFloat(figures[i], 64)
		if math.Abs(x-y) > 5e-9*max(1, math.Abs(x)) {
			t.Fatalf("%s: figure %d is %v by responses, %v by sums", design, i, x, y)
		}
	}
}

var number = regexp.MustCompile(`-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?`)

// Sums in whole numbers are those of the responses one by one: with every response weight 2 an unweighted report is the same.
func TestReportsByTheSumsAndByTheResponses(t *testing.T) {
	all := studyRows(t, 600)
	rapid.Check(t, func(t *rapid.T) {
		design, rows := shuffled(t, all)
		s := studySurvey()
		s.Design = designs()[design]
		q := drawnQuery(t)
		text := func(d *reports.Dataset) string {
			r, err := d.Report(q)
			if err == nil {
				r.Weighting = reports.Weighting{}
			}
			return answerOf(t, r, err)
		}
		sums, responses := bothWays(t, s, rows, text)
		near(t, design, text(responses), text(sums))
	})
}

// Driver analyses by sums are those of the responses one by one, whatever was asked before the last came, but for the last digits.
func TestDriversByTheSumsAndByTheResponses(t *testing.T) {
	all := studyRows(t, 900)
	rapid.Check(t, func(t *rapid.T) {
		design, rows := shuffled(t, all)
		s := studySurvey()
		s.Design = designs()[design]
		drawn := drawnQuery(t)
		drawn.By = nil
		q := reports.DriverQuery{Query: drawn, Items: rapid.Bool().Draw(t, "items")}
		if !q.Items {
			q.WhatIf = []reports.Shift{{Dimension: "efficiency", Points: 5}}
		}
		text := func(d *reports.Dataset) string {
			r, err := d.Drivers(q)
			if err != nil {
				return answerOf(t, nil, err)
			}
			r.Weighting = reports.Weighting{}
			for i := range r.Drivers {
				r.Drivers[i].Asymmetry = nil // quartiles of weighted responses are not interpolated
			}
			return answerOf(t, r, nil)
		}
		sums, responses := bothWays(t, s, rows, text)
		near(t, design, text(responses), text(sums))
	})
}

// What a question with more segmentations, weighted to another population by the same margins, summed up answers one with fewer, to the last digit.
func TestSumsOfAnotherQuestion(t *testing.T) {
	all := studyRows(t, 600)
	rapid.Check(t, func(t *rapid.T) {
		design, rows := shuffled(t, all)
		s := studySurvey()
		s.Design = designs()[design]
		q := drawnQuery(t)
		fresh, asked := reports.NewDataset(s), reports.NewDataset(s)
		for _, r := range rows {
			for _, d := range []*reports.Dataset{fresh, asked} {
				if err := d.Append(r); err != nil {
					t.Fatal(err)
				}
			}
		}
		ask := func(d *reports.Dataset, q reports.Query) string {
			r, err := d.Report(q)
			return answerOf(t, r, err)
		}
		other := q
		if q.Weighting != nil {
			w := *q.Weighting
			w.Errors = surveys.FixedErrors
			w.Margins = slices.Clone(w.Margins)
			for i := range w.Margins {
				shares := map[string]float64{}
				for level := range w.Margins[i].Shares {
					shares[level] = 1 // each as many
				}
				w.Margins[i].Shares = shares
			}
			other.Weighting = &w
		}
		ask(asked, other)
		slices.Reverse(q.By)
		q.By = q.By[:len(q.By)/2]
		if d := cmp.Diff(ask(fresh, q), ask(asked, q)); d != "" {
			t.Fatalf("%s: report (-asked first +asked after the other):\n%s", design, d)
		}
	})
}

// Comparisons by sums are those of the responses one by one, whatever was asked before the last came, but for the last digits.
func TestComparisonsByTheSumsAndByTheResponses(t *testing.T) {
	all := studyRows(t, 900)
	rapid.Check(t, func(t *rapid.T) {
		design, rows := shuffled(t, all)
		s := studySurvey()
		s.Design = designs()[design]
		q := reports.CompareQuery{Query: drawnQuery(t), Measures: rapid.SampledFrom([][]string{nil, {"top_box", "promoters", "efficiency"}}).Draw(t, "measures")}
		q.By = nil
		if q.Weighting == nil { // of responses that count once effects are told that are not of weighted ones
			q.Weighting = surveys.PostStratification("spend", map[string]float64{"low": .4, "middle": .4, "high": .1, "very_high": .1})
		}
		switch rapid.IntRange(0, 2).Draw(t, "way") {
		case 0:
			q.By = [][]string{rapid.SampledFrom([][]string{{"cabin"}, {"age", "gender"}, {"spend"}}).Draw(t, "compared")}
		case 1:
			q.Segment, q.Against = []reports.Where{{Attribute: "cabin", Values: []string{"business", "first"}}}, []reports.Where{{Attribute: "cabin", Values: []string{"economy"}}}
		default:
			q.From, q.To, q.VersusFrom, q.VersusTo = day(7, 1), time.Time{}, time.Time{}, day(6, 1)
		}
		text := func(d *reports.Dataset) string {
			r, err := d.Compare(q)
			if err == nil {
				if r.Weighting.Method == scoring.WeightingNone || r.Weighting.Method == scoring.WeightingBase {
					return "a level has no response"
				}
				r.Weighting = reports.Weighting{}
			}
			return answerOf(t, r, err)
		}
		sums, responses := bothWays(t, s, rows, text)
		near(t, design, text(responses), text(sums))
	})
}

// A question that is first asked when there are more flights than at the last finds them in their strata.
func TestALaterQuestionFindsTheUnits(t *testing.T) {
	s, rows := studySurvey(), studyRows(t, 600)
	s.Design = designs()["flights within routes"]
	grown := dataset(t, s, rows[:580])
	report(t, grown, reports.Query{})
	for _, r := range rows[580:] {
		if err := grown.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	q := reports.Query{By: by("age")}
	want, err := json.Marshal(report(t, dataset(t, s, rows), q))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(report(t, grown, q))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("report (-at once +as they come):\n%s", d)
	}
}

// A trend by sums is that of the responses one by one, which a splice asks for though there is nothing to splice: whatever was asked before the last
// came, with months without a response and responses of unknown time, but for the last digits.
func TestTrendsByTheSumsAndByTheResponses(t *testing.T) {
	all := studyRows(t, 900)
	rapid.Check(t, func(t *rapid.T) {
		design, rows := shuffled(t, all)
		s := studySurvey()
		s.Design = designs()[design]
		q := reports.TrendQuery{Query: drawnQuery(t), Measures: rapid.SampledFrom([][]string{nil, {"top_box", "promoters", "efficiency"}}).Draw(t, "measures")}
		q.By = nil
		if q.Period = rapid.SampledFrom([]string{"", reports.Daily, reports.Weekly, reports.Monthly, reports.Quarterly}).Draw(t, "period"); q.Period == "" {
			q.Along = rapid.SampledFrom([]string{"cabin", "spend", "version", "language"}).Draw(t, "along")
		}
		unknown := rapid.SampledFrom([]int{1, 2, 1000}).Draw(t, "one in so many of known time") // all unknown, half, or none
		gap := rapid.IntRange(0, 6).Draw(t, "months without")
		versions := rapid.IntRange(1, 3).Draw(t, "versions")
		early := rapid.IntRange(0, len(rows)).Draw(t, "early")
		d := reports.NewDataset(s)
		ask := func(q reports.TrendQuery) string {
			r, err := d.Trend(q)
			return answerOf(t, r, err)
		}
		for i, r := range rows {
			x := *r
			if x.Version = 1 + i%versions; x.SubmittedAt.Month() > 6 {
				x.SubmittedAt = x.SubmittedAt.AddDate(0, gap, 0)
			}
			if i%unknown == 0 && unknown < 1000 {
				x.SubmittedAt = time.Time{}
			}
			if err := d.Append(&x); err != nil {
				t.Fatal(err)
			}
			if i == early {
				ask(q)
			}
		}
		sums := ask(q)
		q.Splices = []surveys.Splice{{Version: 99}}
		near(t, design, ask(q), sums)
	})
}
