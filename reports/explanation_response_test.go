package reports_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paxscore/reports"
	"paxscore/surveys"
)

func explainResponse(t testing.TB, d *reports.Dataset, q reports.ResponseQuery) *reports.ResponseExplanation {
	t.Helper()
	r, err := d.ExplainResponse(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The mean of the valid responses' indices, each summed from its items, is R's index of the study (ref_study.json), and the verdicts are
// those of METHOD section 10: 10,000 valid, 120 duplicates, 120 careless, 60 break-offs.
func TestResponsesMakeTheIndex(t *testing.T) {
	rows := studyRows(t, 10000)
	data := dataset(t, studySurvey(), rows)
	verdicts := map[string]int{}
	var sum float64
	n := 0
	for i := range rows {
		if i%10 != 0 && i > 2000 { // a part is enough to hold each against the report below
			continue
		}
		r := explainResponse(t, data, reports.ResponseQuery{Row: i, ID: rows[i].ID.String(), Number: i + 1})
		verdicts[r.Response.Verdict]++
		if (r.Response.Verdict == "valid") != (len(r.Response.RulesBroken) == 0) {
			t.Errorf("row %d: %s, breaks %v", i, r.Response.Verdict, r.Response.RulesBroken)
		}
		if r.Response.Verdict != "valid" || !r.Index.Valid() {
			continue
		}
		for _, d := range r.Dimensions {
			for _, item := range d.Items {
				sum += float64(item.Contribution)
			}
		}
		n++
	}
	if verdicts["duplicate"] == 0 || verdicts["careless"] == 0 || verdicts["break_off"] == 0 {
		t.Errorf("verdicts %v", verdicts)
	}
	all := report(t, data, reports.Query{})
	for i, v := range all.Verdicts[:50] {
		if got := explainResponse(t, data, reports.ResponseQuery{Row: i}).Response.Verdict; got != v.String() {
			t.Errorf("row %d is %s, the report says %s", i, got, v)
		}
	}
	// A data set of just those: the group's index is the mean of the responses'.
	var kept []*surveys.Response
	for i, v := range all.Verdicts {
		if v == reports.Valid && (i%10 == 0 || i <= 2000) {
			kept = append(kept, rows[i])
		}
	}
	part := report(t, dataset(t, studySurvey(), kept), reports.Query{AllRows: true})
	if part.Overall.N == nil || *part.Overall.N != n {
		t.Fatalf("%d of %d have an index", n, len(kept))
	}
	addsUp(t, "mean of the indices", part.Overall.Estimate, reports.Number(sum/float64(n)))
}

func TestResponseExplanation(t *testing.T) {
	s := studySurvey()
	r := response(8, set("cabin", "business"), func(r *surveys.Response) {
		r.Ratings[0], r.Ratings[5], r.Seconds = surveys.Skipped, surveys.NotApplicable, 12
	})
	bare := response(surveys.NotRouted, func(r *surveys.Response) { r.Ratings[16], r.Seconds = 7, 0 })
	data := dataset(t, s, []*surveys.Response{r, bare})
	x := explainResponse(t, data, reports.ResponseQuery{Row: 0, ID: "a", Number: 5, Model: "study"})
	if x.Response.ID != "a" || x.Response.Number != 5 || x.Response.Version != 1 || x.Response.Attributes["cabin"] != "business" || x.Response.Verdict != "careless" ||
		!slices.Equal(x.Response.RulesBroken, []string{"straight_and_fast", "under_2s_per_item"}) && !slices.Equal(x.Response.RulesBroken, []string{"under_2s_per_item"}) {
		t.Errorf("%+v", x.Response)
	}
	if x.Status != "ok" || x.Index != 80 || x.Native != 8 || x.Valid != 5 || x.DimensionShare != 1 || x.OverallItem.Rating == nil || *x.OverallItem.Rating != 8 || x.Reason != "" {
		t.Errorf("index %v (%v), %+v", x.Index, x.Native, x.OverallItem)
	}
	skipped, baggage := x.Dimensions[0].Items[0], x.Dimensions[1].Items[2]
	if skipped.Answer != "skipped" || skipped.EffectiveWeight != 0 || skipped.Contribution != 0 || skipped.Rating != nil || skipped.Score.Valid() ||
		baggage.Answer != "not_applicable" || baggage.Share != 0 || baggage.ItemWeight != .25 {
		t.Errorf("%+v, %+v", skipped, baggage)
	}
	addsUp(t, "answered share", x.Dimensions[0].AnsweredShare, 2.0/3)
	addsUp(t, "courtesy, one of two", x.Dimensions[0].Items[1].EffectiveWeight, .2604/2)
	addsUp(t, "check-in, one of three", x.Dimensions[1].Items[0].Contribution, .3011/3*80)

	// Nothing of the five dimensions was asked.
	x = explainResponse(t, data, reports.ResponseQuery{Row: 1})
	if x.Status != "insufficient" || x.Index.Valid() || x.Native.Valid() || x.Dimensions[0].Status != "not_applicable" || x.Dimensions[0].Contribution.Valid() ||
		x.Dimensions[0].Items[0].Answer != "not_routed" || x.Valid != 0 || x.Reason == "" || x.Response.Seconds.Valid() || *x.OverallItem.Rating != 7 {
		t.Errorf("%+v", x)
	}
	for _, tt := range []struct {
		q    reports.ResponseQuery
		want string
	}{{reports.ResponseQuery{Row: 2}, "response range"}, {reports.ResponseQuery{Row: -1}, "response range"}, {reports.ResponseQuery{Model: "x"}, "model unknown"}} {
		_, err := data.ExplainResponse(tt.q)
		var invalid *surveys.InvalidError
		if !errors.As(err, &invalid) || invalid.Fields[0].Field+" "+invalid.Fields[0].Rule != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
}

// The names of broken rules are those that quality counts.
func TestRulesBrokenAreThoseOfQuality(t *testing.T) {
	var keys []string
	q, err := dataset(t, studySurvey(), nil).Quality(reports.QualityQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range q.Screening {
		keys = append(keys, rule.Key)
	}
	rows := studyRows(t, 10000)[:3000]
	data := dataset(t, studySurvey(), rows)
	met := map[string]bool{}
	for i := range rows {
		for _, key := range explainResponse(t, data, reports.ResponseQuery{Row: i}).Response.RulesBroken {
			met[key] = true
			if !slices.Contains(keys, key) {
				t.Fatalf("%q is none of %v", key, keys)
			}
		}
	}
	if len(met) != len(keys) {
		t.Errorf("met %v of %v", met, keys)
	}
}

// Contributions of items add up to their dimension's and these to the index, of one response, of one segment, and of a change, on any
// responses with anything missing.
func TestContributionsAddUpEverywhere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		codes := []byte{surveys.Skipped, surveys.NotApplicable, surveys.NotRouted}
		gaps := rapid.IntRange(0, 8).Draw(rt, "gaps of 20")
		data := reports.NewDataset(studySurvey())
		n := rapid.IntRange(200, 500).Draw(rt, "responses")
		for i := range n {
			x := response(0, set("cabin", []string{"economy", "business"}[i%2]))
			x.ResponseWeight = .5 + r.Float64()
			x.SubmittedAt = day(1+i%12, 1+i%28)
			for j := range x.Ratings {
				if x.Ratings[j] = byte(r.IntN(11)); r.IntN(20) < gaps && j < 16 {
					x.Ratings[j] = codes[r.IntN(3)]
				}
			}
			if err := data.Append(x); err != nil {
				rt.Fatal(err)
			}
		}
		near := func(what string, got, want reports.Number) {
			if d := float64(got - want); !(d <= 1e-9 && d >= -1e-9) {
				rt.Fatalf("%s: parts add up to %v, not %v", what, got, want)
			}
		}
		model := rapid.SampledFrom([]string{"study", "equal"}).Draw(rt, "model")

		one, err := data.ExplainResponse(reports.ResponseQuery{Row: r.IntN(n), Model: model})
		if err != nil {
			rt.Fatal(err)
		}
		if one.Status == "ok" {
			var index reports.Number
			for _, d := range one.Dimensions {
				var items reports.Number
				for _, i := range d.Items {
					items += i.Contribution
				}
				near("response, "+d.Key, items, d.Contribution)
				index += items
			}
			near("response", index, one.Index)
		}

		q := reports.ExplanationQuery{Query: reports.Query{Model: model, From: day(7, 1), AllRows: true, Where: []reports.Where{{Attribute: "cabin", Values: []string{"business"}}}},
			Versus: &reports.Versus{Model: rapid.SampledFrom([]string{"study", "equal"}).Draw(rt, "earlier"), To: day(7, 1)}}
		e, err := data.Explain(q)
		if err != nil {
			rt.Fatal(err)
		}
		var index, change reports.Number
		for k, d := range e.Dimensions {
			var items reports.Number
			for _, i := range d.Items {
				items += i.Contribution
			}
			if e.IndexOfMeans.Status == reports.StatusOK && d.Items[0].Status == reports.StatusOK {
				near("segment, "+d.Key, items, d.Contribution)
			}
			index += d.Contribution
			c := e.Change.Dimensions[k]
			if len(c.Items) == 0 {
				change = reports.None()
			}
			for _, i := range c.Items {
				change += i.FromScores + i.FromShares
			}
			change += c.FromWeights
		}
		if e.IndexOfMeans.Estimate.Valid() {
			near("segment", index, e.IndexOfMeans.Estimate)
		}
		if e.Change.Difference.Valid() && change.Valid() {
			near("change", change, e.Change.Difference)
		}
	})
}

// soundResponse checks the explanation of any response: figures where the status says so, and parts that add up.
func soundResponse(t *testing.T, d *reports.Dataset, q reports.ResponseQuery) {
	t.Helper()
	r, err := d.ExplainResponse(q)
	var unweightable *surveys.InvalidError
	if errors.As(err, &unweightable) && unweightable.Input == "weighting" {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	if r.Index.Valid() != (r.Status == "ok") || (r.Reason == "") != r.Index.Valid() {
		t.Errorf("index %v, status %s, reason %q", r.Index, r.Status, r.Reason)
	}
	sum, weights := 0.0, 0.0
	for _, x := range r.Dimensions {
		if x.Score.Valid() != (x.Status == "ok") || x.Contribution.Valid() != r.Index.Valid() {
			t.Errorf("%+v", x)
		}
		for _, i := range x.Items {
			if i.Score.Valid() != (i.Answer == "rated") || (i.Rating != nil) != i.Score.Valid() || i.Contribution.Valid() != r.Index.Valid() {
				t.Errorf("%+v", i)
			}
			sum, weights = sum+float64(i.Contribution), weights+float64(i.EffectiveWeight)
		}
	}
	if r.Index.Valid() && !(math.Abs(sum-float64(r.Index)) < 1e-9 && math.Abs(weights-1) < 1e-9) {
		t.Errorf("parts %v with weights of %v of %v", sum, weights, r.Index)
	}
}
