package reports_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

func explain(t *testing.T, d *reports.Dataset, q reports.ExplanationQuery) *reports.Explanation {
	t.Helper()
	r, err := d.Explain(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(month, day int) time.Time {
	return time.Date(2025, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// addsUp checks a sum to the last digits.
func addsUp(t *testing.T, what string, want reports.Number, parts ...reports.Number) {
	t.Helper()
	sum := 0.0
	for _, p := range parts {
		sum += float64(p)
	}
	if !(math.Abs(sum-float64(want)) <= 1e-12*math.Max(1, math.Abs(float64(want)))) {
		t.Errorf("%s: parts add up to %.15g, not %.15g", what, sum, float64(want))
	}
}

// The study's index of dimension means, as R has it, taken apart by dimensions and items.
func TestExplanationAddsUp(t *testing.T) {
	var ref struct {
		Index float64 `json:"index_of_dimension_means"`
	}
	readReference(t, "ref_study.json", &ref)
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	for _, q := range []reports.Query{{}, {Where: []reports.Where{{Attribute: "cabin", Values: []string{"business"}}}}} {
		r := explain(t, data, reports.ExplanationQuery{Query: q})
		if q.Where == nil {
			compareWith(t, "ref_study.json").near("index of dimension means", r.IndexOfMeans.Estimate, ref.Index)
		}
		var dims []reports.Number
		for _, d := range r.Dimensions {
			dims = append(dims, d.Contribution)
			var parts, shares []reports.Number
			for _, i := range d.Items {
				parts, shares = append(parts, i.Contribution), append(shares, i.RealisedShare)
				addsUp(t, i.Key, i.Contribution, reports.Number(d.DimensionWeight)*i.RealisedShare*i.Mean)
			}
			addsUp(t, d.Key, d.Contribution, parts...)
			addsUp(t, d.Key+" shares", 1, shares...)
		}
		addsUp(t, "index", r.IndexOfMeans.Estimate, dims...)
		if r.Change != nil {
			t.Error("a change without an earlier period")
		}
	}
}

// Where nothing is missing the realised shares are the item weights and the means those of the score.
func TestExplanationOfCompleteResponses(t *testing.T) {
	var rows []*surveys.Response
	for _, r := range studyRows(t, 2000) {
		if !slices.ContainsFunc(r.Ratings, func(c byte) bool { return c > 10 && c != surveys.NotRouted }) {
			rows = append(rows, r)
		}
	}
	data := dataset(t, studySurvey(), rows)
	r, score := explain(t, data, reports.ExplanationQuery{}), report(t, data, reports.Query{})
	at := 0
	for _, d := range r.Dimensions {
		for _, i := range d.Items {
			addsUp(t, i.Key+" share", i.ItemWeight, i.RealisedShare)
			addsUp(t, i.Key+" mean", score.Items[at].Estimate.Estimate, i.Mean)
			at++
		}
	}
	if at != 16 || len(rows) < 100 {
		t.Errorf("%d items, %d rows", at, len(rows))
	}
}

// A change of months, weights and mix of groups, with exact sums all the way down.
func TestExplanationOfAChange(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	q := reports.ExplanationQuery{Query: reports.Query{Model: "study", From: day(7, 1), By: by("route")}, Versus: &reports.Versus{Model: "equal", To: day(7, 1)}}
	r := explain(t, data, q)
	c := r.Change
	if c == nil || c.Groups == nil || c.ModelVersion != "equal@1" || r.ModelVersion != "study@1" || c.Responses.Valid+r.Responses.Valid != 10000 {
		t.Fatalf("%+v", c)
	}
	after := report(t, data, reports.Query{Model: "study", From: day(7, 1), By: by("route")})
	earlier := report(t, data, reports.Query{Model: "equal", To: day(7, 1), By: by("route")})
	addsUp(t, "difference", c.Difference, after.IndexOfMeans.Estimate, -earlier.IndexOfMeans.Estimate)
	addsUp(t, "scores and weights", c.Difference, c.FromScores, c.FromWeights)
	var scores, weights []reports.Number
	for _, d := range c.Dimensions {
		scores, weights = append(scores, d.FromScores), append(weights, d.FromWeights)
		addsUp(t, d.Key+" scores", d.FromScores, (d.WeightAfter+d.WeightBefore)/2*(d.MeanAfter-d.MeanBefore))
		addsUp(t, d.Key+" weights", d.FromWeights, (d.MeanAfter+d.MeanBefore)/2*(d.WeightAfter-d.WeightBefore))
		var items []reports.Number
		for _, i := range d.Items {
			items = append(items, i.FromScores, i.FromShares)
		}
		addsUp(t, d.Key+" items", d.FromScores, items...)
	}
	addsUp(t, "scores", c.FromScores, scores...)
	addsUp(t, "weights", c.FromWeights, weights...)

	g := c.Groups
	addsUp(t, "groups", g.Difference, g.Within, g.Mix)
	addsUp(t, "mean index", g.Difference, after.Overall.Estimate, -earlier.Overall.Estimate)
	var within, mix []reports.Number
	for i, x := range g.Groups {
		within, mix = append(within, x.Within), append(mix, x.Mix)
		addsUp(t, x.Level, x.MeanAfter, after.Segments[i].Overall.Estimate)
		addsUp(t, x.Level, x.MeanBefore, earlier.Segments[i].Overall.Estimate)
	}
	addsUp(t, "within", g.Within, within...)
	addsUp(t, "mix", g.Mix, mix...)

	// The same weights in both periods change nothing; a change between flights that are apart has the variance of two samples.
	q.Versus.Model, q.By = "", nil
	same := explain(t, data, q).Change
	if same.FromWeights != 0 || same.Groups != nil {
		t.Errorf("weights that stay: %+v", same)
	}
	e := report(t, data, reports.Query{Model: "study", To: day(7, 1)})
	want := math.Sqrt(math.Pow(float64(after.IndexOfMeans.SE), 2) + math.Pow(float64(e.IndexOfMeans.SE), 2))
	if math.Abs(float64(same.SE)-want) > 1e-3*want || !(same.Low < same.Difference && same.Difference < same.High) {
		t.Errorf("standard error %v, apart %v; %v to %v", same.SE, want, same.Low, same.High)
	}
}

// Nothing that a score hides can be read off an explanation.
func TestExplanationHidesSmallBases(t *testing.T) {
	rows := studyRows(t, 400)
	data := dataset(t, studySurvey(), rows[:8])
	r := explain(t, data, reports.ExplanationQuery{})
	if r.IndexOfMeans.Status != reports.StatusSuppressed || r.Dimensions[0].Contribution.Valid() || r.Dimensions[0].Items[0].Contribution.Valid() || r.Dimensions[0].Items[0].N != nil {
		t.Errorf("%+v", r.Dimensions[0])
	}
	// Baggage answered by eight: all of its dimension's items are hidden, since the fourth follows from three.
	d := reports.NewDataset(studySurvey())
	answered := 0
	for _, r := range rows {
		x := *r
		x.Ratings = slices.Clone(r.Ratings)
		if x.Ratings[5] <= 10 {
			if answered++; answered > 8 {
				x.Ratings[5] = surveys.NotApplicable
			}
		}
		if err := d.Append(&x); err != nil {
			t.Fatal(err)
		}
	}
	r = explain(t, d, reports.ExplanationQuery{})
	for _, i := range r.Dimensions[1].Items {
		if i.Status != reports.StatusSuppressed || i.Contribution.Valid() || i.Mean.Valid() || i.RealisedShare.Valid() || i.N != nil {
			t.Errorf("%+v", i)
		}
	}
	if !r.Dimensions[1].Contribution.Valid() || !r.Dimensions[0].Items[0].Contribution.Valid() {
		t.Error("more is hidden than must be")
	}
	// An earlier period of a few responses, and groups of a few.
	full := dataset(t, studySurvey(), studyRows(t, 1000))
	c := explain(t, full, reports.ExplanationQuery{Query: reports.Query{From: day(1, 3), By: by("cabin")}, Versus: &reports.Versus{To: day(1, 2)}}).Change
	if c.Difference.Valid() || c.Dimensions[0].MeanBefore.Valid() || c.FromScores.Valid() || len(c.Dimensions[0].Items) > 0 || c.Groups.Difference.Valid() {
		t.Errorf("%d responses before: %+v", c.Responses.Valid, c)
	}
	c = explain(t, full, reports.ExplanationQuery{Query: reports.Query{From: day(7, 1), By: by("cabin")}, Versus: &reports.Versus{To: day(7, 1)}}).Change
	hidden := 0
	for _, g := range c.Groups.Groups {
		if g.Status == reports.StatusSuppressed {
			hidden++
			if g.NAfter != nil || g.NBefore != nil || g.Mix.Valid() || g.Within.Valid() || g.ShareAfter.Valid() {
				t.Errorf("%+v", g)
			}
		}
	}
	if hidden < 2 || !c.Groups.Within.Valid() {
		t.Errorf("%d groups hidden, one alone follows from the others: %+v", hidden, c.Groups)
	}
}

func TestExplanationQueriesAreChecked(t *testing.T) {
	s := studySurvey()
	s.Models[1].Dimensions = s.Models[1].Dimensions[:4]
	d := reports.NewDataset(s)
	versus := func(v reports.Versus) *reports.Versus { return &v }
	for name, tt := range map[string]struct {
		q    reports.ExplanationQuery
		want string
	}{
		"by without an earlier period": {reports.ExplanationQuery{Query: reports.Query{By: by("cabin")}}, "by required"},
		"crossed":                      {reports.ExplanationQuery{Query: reports.Query{From: day(7, 1), By: [][]string{{"cabin", "age"}}}, Versus: versus(reports.Versus{To: day(7, 1)})}, "by length"},
		"no earlier period":            {reports.ExplanationQuery{Versus: versus(reports.Versus{})}, "versus_from required"},
		"overlap":                      {reports.ExplanationQuery{Query: reports.Query{From: day(7, 1)}, Versus: versus(reports.Versus{To: day(7, 2)})}, "versus_to range"},
		"overlap, open":                {reports.ExplanationQuery{Versus: versus(reports.Versus{To: day(7, 2)})}, "versus_to range"},
		"backwards":                    {reports.ExplanationQuery{Query: reports.Query{From: day(7, 1)}, Versus: versus(reports.Versus{From: day(6, 1), To: day(5, 1)})}, "versus_to range"},
		"unknown model":                {reports.ExplanationQuery{Query: reports.Query{From: day(7, 1)}, Versus: versus(reports.Versus{Model: "x", To: day(7, 1)})}, "versus_model unknown"},
		"other dimensions":             {reports.ExplanationQuery{Query: reports.Query{From: day(7, 1)}, Versus: versus(reports.Versus{Model: "equal", To: day(7, 1)})}, "versus_model mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Explain(tt.q)
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field+" "+invalid.Fields[0].Rule != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "models have") {
				t.Error(err)
			}
		})
	}
}
