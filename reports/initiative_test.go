package reports_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

// declaring is the study's survey with the training of crews on odd flights.
func declaring(change ...func(*surveys.Initiative)) *surveys.Survey {
	s := studySurvey()
	x := surveys.Initiative{Key: "training", Label: surveys.Text{"en": "Crew training"}, Began: dayOf(7, 1),
		Treated: []surveys.Among{{Attribute: "flight", In: oddFlights()[0].Values}}, Measures: []string{"attitude", "content"}}
	for _, c := range change {
		c(&x)
	}
	s.Initiatives = []surveys.Initiative{x}
	return s
}

// An initiative that is asked for by its key is that asked for in full.
func TestImpactOfAnInitiative(t *testing.T) {
	rows := studyRows(t, 10_000)
	data := dataset(t, declaring(), rows)
	got := impact(t, data, reports.ImpactQuery{Initiative: "training"})
	if got.Initiative != "training" || got.After != "2025-07-01" {
		t.Errorf("%s after %s", got.Initiative, got.After)
	}
	got.Initiative = ""
	want := impact(t, data, reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01", Measures: []string{"attitude", "content"}})
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Errorf("in full (-) and by key (+):\n%s", diff)
	}
	by := impact(t, dataset(t, declaring(func(x *surveys.Initiative) {
		x.Began, x.After = time.Time{}, &surveys.Among{Attribute: "month", In: []string{"7", "8", "9", "10", "11", "12"}}
	}), rows), reports.ImpactQuery{Initiative: "training", Measures: []string{"attitude"}})
	if len(by.Measures) != 1 || by.Measures[0].Effect.Difference != want.Measures[0].Effect.Difference {
		t.Errorf("%+v", by.Measures)
	}
}

// The review asks whether what was acted on moved.
func TestReviewOfInitiatives(t *testing.T) {
	rows := studyRows(t, 10_000)
	ask := func(s *surveys.Survey, model string) []reports.Check {
		return checksOf(review(t, dataset(t, s, rows), reports.ReviewQuery{QualityQuery: reports.QualityQuery{Query: reports.Query{Model: model}}}), "acted_on_drivers")
	}
	found := ask(declaring(), "study")
	if len(found) != 2 || found[0].About != "training: attitude" || found[0].Result != reports.CheckPass || !strings.Contains(found[0].Reason, "Crew training moved attitude by 2.") ||
		found[0].Topic != "impact" || !(found[0].Value > 2) {
		t.Errorf("%+v", found)
	}
	if c := found[1]; c.Result != reports.CheckFail && c.Result != reports.CheckWarn { // content did not move: surely or not
		t.Errorf("%+v", c)
	}
	for name, tt := range map[string]struct {
		change func(*surveys.Initiative)
		result string
		reason string
	}{
		"no control":     {func(x *surveys.Initiative) { x.Treated = nil }, reports.CheckWarn, "no control group"},
		"nobody treated": {func(x *surveys.Initiative) { x.Treated[0].In = []string{"9999"} }, reports.CheckNotMade, "cannot be tested"},
		"nothing before": {func(x *surveys.Initiative) { x.Began = dayOf(1, 1) }, reports.CheckNotMade, "cannot be tested"},
		"a short before": {func(x *surveys.Initiative) { x.Began = dayOf(3, 1) }, "", "too short"},
		"the wrong flights": {func(x *surveys.Initiative) {
			x.Treated = []surveys.Among{{Attribute: "delayed", In: []string{"yes"}}}
		}, "", "attitude"},
	} {
		c := ask(declaring(tt.change), "study")[0]
		if tt.result != "" && c.Result != tt.result || !strings.Contains(c.Reason, tt.reason) || c.Result == reports.CheckPass {
			t.Errorf("%s: %+v", name, c)
		}
	}
	// Even flights as the treated: what the others gained, they lost.
	even := ask(declaring(func(x *surveys.Initiative) {
		in := map[string]bool{}
		for _, f := range x.Treated[0].In {
			in[f] = true
		}
		x.Treated[0].In = nil
		for _, r := range rows {
			if f := r.Attributes[0]; !in[f] {
				in[f] = true
				x.Treated[0].In = append(x.Treated[0].In, f)
			}
		}
	}), "study")[0]
	if even.Result != reports.CheckFail || !strings.Contains(even.Reason, "wrong way") {
		t.Errorf("%+v", even)
	}
	// A model without the dimension.
	s := declaring()
	s.Models[1].Dimensions = s.Models[1].Dimensions[1:]
	if c := ask(s, "equal")[0]; c.Result != reports.CheckNotMade || !strings.Contains(c.Reason, "does not have") {
		t.Errorf("%+v", c)
	}
}
