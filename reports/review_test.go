package reports_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

func review(tb testing.TB, d *reports.Dataset, q reports.ReviewQuery) *reports.Review {
	tb.Helper()
	r, err := d.Review(q)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// checksOf finds the checks of a key.
func checksOf(r *reports.Review, key string) (out []reports.Check) {
	for _, c := range r.Checks {
		if c.Key == key {
			out = append(out, c)
		}
	}
	return out
}

func where(attribute string, values ...string) []reports.Where {
	return []reports.Where{{Attribute: attribute, Values: values}}
}

// The review of the reference study: its figures are R's (ref_study.json).
func TestReviewOfTheStudy(t *testing.T) {
	var study struct {
		R      float64                            `json:"index_vs_overall_r"`
		Alpha  map[string]struct{ Alpha float64 } `json:"alpha"`
		Golden struct {
			R2 float64 `json:"r2"`
		}
	}
	readReference(t, "ref_study.json", &study)
	d := dataset(t, studySurvey(), studyRows(t, 10_000))
	r := review(t, d, reports.ReviewQuery{QualityQuery: reports.QualityQuery{Query: reports.Query{Model: "study"}},
		Worse: where("delayed", "yes"), Against: where("month", "7", "8", "9", "10", "11", "12")})
	figures := compareWith(t, "ref_study.json: review")
	for _, c := range checksOf(r, "alpha") {
		figures.near("alpha of "+c.About, c.Value, study.Alpha[c.About].Alpha)
	}
	figures.near("r", checksOf(r, "index_overall_r")[0].Value, study.R)
	figures.near("R²", checksOf(r, "index_overall_r2")[0].Value, study.Golden.R2)

	want := map[string]string{
		"alpha": reports.CheckPass, "omega": reports.CheckPass, "kmo": reports.CheckPass, "htmt": reports.CheckPass, "item_correlation": reports.CheckPass,
		"index_overall_r": reports.CheckPass, "index_overall_r2": reports.CheckPass, "known_groups": reports.CheckPass, "ceiling": reports.CheckWarn,
		"item_missing": reports.CheckPass, "screened_share": reports.CheckPass, "flagged_share": reports.CheckPass, "index_without_flagged": reports.CheckPass,
		"weight_se": reports.CheckPass, "weight_drift": reports.CheckPass, "version_breaks": reports.CheckPass,
		"response_rate": reports.CheckNotMade, "margin_gap": reports.CheckNotMade, "acted_on_drivers": reports.CheckNotMade,
	}
	for key, result := range want {
		found := checksOf(r, key)
		if len(found) == 0 {
			t.Errorf("there is no check %s", key)
		}
		for _, c := range found {
			if c.Result != result {
				t.Errorf("%s %s: %s, want %s: %s", c.Key, c.About, c.Result, result, c.Reason)
			}
		}
	}
	passed := map[string]int{}
	for _, c := range r.Checks {
		passed[c.Result]++
		if !strings.HasSuffix(c.Reason, ".") || c.Topic == "" {
			t.Errorf("%s: reason %q, topic %q", c.Key, c.Reason, c.Topic)
		}
	}
	if passed[reports.CheckPass] != r.Passed || passed[reports.CheckWarn] != r.Warned || passed[reports.CheckFail] != r.Failed || passed[reports.CheckNotMade] != r.NotMade || r.Result != reports.CheckFail {
		t.Errorf("%+v, summary %s %d %d %d %d", passed, r.Result, r.Passed, r.Warned, r.Failed, r.NotMade)
	}
	// In the second half of the year every other flight has a trained crew, before none.
	if c := checksOf(r, "mix")[0]; r.Failed != 1 || c.About != "trained" || c.Result != reports.CheckFail {
		t.Errorf("%d checks failed; the mix: %+v", r.Failed, c)
	}
	if c := checksOf(r, "known_groups")[0]; !(c.Value < 0) {
		t.Errorf("delayed passengers: %+v", c)
	}
	if c := checksOf(review(t, d, reports.ReviewQuery{Worse: where("delayed", "no")}), "known_groups")[0]; c.Result != reports.CheckFail {
		t.Errorf("the wrong group: %+v", c)
	}
}

// A survey that asks for what it cannot measure does not pass.
func TestReviewFails(t *testing.T) {
	rows := studyRows(t, 2_000)
	s := studySurvey()
	// A population that is not that of the responses, and answers at random.
	for i := range s.Models {
		m := &s.Models[i]
		m.Weighting = &surveys.Weighting{Method: surveys.PostStratify, Margins: []surveys.Margin{{Attribute: "gender", Shares: map[string]float64{"female": .8, "male": .2}}}}
	}
	var changed []*surveys.Response
	for i, r := range rows {
		x := *r
		x.Ratings = append([]byte(nil), r.Ratings...)
		x.Ratings[0], x.Ratings[1] = byte(i*7%11), byte(i*i%11)
		if i%4 == 0 {
			x.Ratings[3] = 255 // skipped
		}
		changed = append(changed, &x)
	}
	r := review(t, dataset(t, s, changed), reports.ReviewQuery{Against: where("month", "1", "2", "3")})
	for key, want := range map[string]string{"margin_gap": reports.CheckFail, "item_missing": reports.CheckFail, "mix": reports.CheckFail} {
		worst := ""
		for _, c := range checksOf(r, key) {
			if worst != reports.CheckFail {
				worst = c.Result
			}
		}
		if worst != want {
			t.Errorf("%s: %s, want %s: %+v", key, worst, want, checksOf(r, key))
		}
	}
	low := 0
	for _, c := range checksOf(r, "alpha") {
		if c.Result != reports.CheckPass {
			low++
		}
	}
	if low == 0 || r.Result != reports.CheckFail {
		t.Errorf("%d dimensions are unreliable, result %s", low, r.Result)
	}
}

func TestReviewOfLittle(t *testing.T) {
	for _, n := range []int{0, 8, 40} {
		d := reports.NewDataset(studySurvey())
		if n > 0 {
			d = dataset(t, studySurvey(), studyRows(t, n))
		}
		r := review(t, d, reports.ReviewQuery{Worse: where("delayed", "yes"), VersusTo: time.Unix(1e9, 0)})
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if n < 10 && (r.Passed+r.Warned+r.Failed > 0 || r.Result != reports.CheckNotMade) {
			t.Errorf("of %d: %s", n, b)
		}
	}
}

func TestBadReviewQueries(t *testing.T) {
	d := dataset(t, studySurvey(), studyRows(t, 100))
	for name, tt := range map[string]struct {
		field, rule string
		q           reports.ReviewQuery
	}{
		"group":   {"worse[0].attribute", "unknown", reports.ReviewQuery{Worse: where("none", "yes")}},
		"value":   {"worse[0].values[0]", "unknown", reports.ReviewQuery{Worse: where("delayed", "perhaps")}},
		"against": {"against[0].attribute", "unknown", reports.ReviewQuery{Against: where("none", "yes")}},
		"period":  {"versus_to", "range", reports.ReviewQuery{VersusFrom: time.Unix(2e9, 0), VersusTo: time.Unix(1e9, 0)}},
		"by":      {"by", "unknown", reports.ReviewQuery{QualityQuery: reports.QualityQuery{Query: reports.Query{By: by("age")}}}},
	} {
		_, err := d.Review(tt.q)
		var invalid *surveys.InvalidError
		if !errors.As(err, &invalid) || invalid.Fields[0].Field != tt.field || invalid.Fields[0].Rule != tt.rule {
			t.Errorf("%s: %v", name, err)
		}
	}
}
