package surveys_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// approved is the default survey with an approval of model study, and what replaces lines of it.
func approved(t *testing.T, approval string, change ...string) *surveys.Survey {
	t.Helper()
	text := strings.Replace(string(surveyfile.Default().Source), "  - key: study\n", "  - key: study\n"+approval, 1)
	s, err := surveyfile.Read("approved.yaml", []byte(strings.NewReplacer(change...).Replace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Frozen weights stay until their day, whatever is published; a model of another key stands beside them.
func TestFrozenWeightsStay(t *testing.T) {
	each(t, func(t *testing.T, s *surveys.Service, c *clock) {
		day := func(days int) surveys.Date { return surveys.DateOf(now.AddDate(0, 0, days)) }
		approval := func(until surveys.Date) string {
			return fmt.Sprintf("    approval: {by: Quality board, on: %s, method: derived, frozen_until: %s}\n", day(0), until)
		}
		version, err := s.Publish(t.Context(), approved(t, approval(day(365))))
		if err != nil || version != 2 {
			t.Fatalf("version %d: %v", version, err)
		}
		stored, err := s.Store.FindSurvey(t.Context(), "default", 0)
		if err != nil {
			t.Fatal(err)
		}
		want := &surveys.Approval{By: "Quality board", On: day(0), Method: surveys.ApprovedDerived, FrozenUntil: day(365)}
		if diff := cmp.Diff(want, stored.Models[1].Approval); diff != "" || stored.Models[0].Approval != nil {
			t.Errorf("stored: %s", diff)
		}
		other := []string{"weight: 0.2604", "weight: 0.2504", "weight: 0.3011", "weight: 0.3111"}
		again := func(survey *surveys.Survey) (fields []string) {
			_, err := s.Publish(t.Context(), survey)
			var invalid *surveys.InvalidError
			if errors.As(err, &invalid) {
				for _, f := range invalid.Fields {
					fields = append(fields, f.Field+" "+f.Rule)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			return fields
		}
		if got := again(approved(t, approval(day(365)), other...)); !cmp.Equal(got, []string{"models[1].dimensions frozen"}) {
			t.Errorf("other weights: %v", got)
		}
		if got := again(approved(t, "")); !cmp.Equal(got, []string{"models[1].approval.frozen_until frozen"}) {
			t.Errorf("no approval: %v", got)
		}
		if got := again(approved(t, approval(day(364)), other...)); len(got) != 2 {
			t.Errorf("a shorter freeze and other weights: %v", got)
		}
		if got := again(approved(t, approval(day(400)), "margin: 2", "margin: 3", "How was your flight?", "How was it?")); got != nil {
			t.Errorf("a longer freeze, another title: %v", got)
		}
		renamed := strings.Replace(strings.Replace(approval(day(900)), "    ", "", 1), "approval", "    approval", 1)
		if got := again(approved(t, renamed, append(other, "  - key: study\n", "  - key: study_2027\n")...)); got != nil {
			t.Errorf("another key: %v", got)
		}
		// That took model study away. With it again, and its freeze over, the weights may change.
		if got := again(approved(t, approval(day(400)))); got != nil {
			t.Errorf("back again: %v", got)
		}
		c.pass(400 * 24 * time.Hour)
		if got := again(approved(t, approval(day(800)), other...)); got != nil {
			t.Errorf("after the freeze: %v", got)
		}
	})
}

func TestApprovalMistakes(t *testing.T) {
	text := strings.Replace(string(surveyfile.Default().Source), "  - key: study\n",
		"  - key: study\n    approval:\n      by: ''\n      on: 2026-02-30\n      method: gut feeling\n      frozen_until: soon\n", 1)
	_, err := surveyfile.Read("x.yaml", []byte(text))
	var invalid *surveys.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	first := strings.Count(text[:strings.Index(text, "    approval:\n      by")], "\n") + 2
	for i, rule := range []string{"length", "date", "unknown", "date"} {
		if len(invalid.Fields) != 4 || invalid.Fields[i].Rule != rule || invalid.Fields[i].Line != first+i || invalid.Fields[i].Column != 7 {
			t.Fatalf("%v", err)
		}
	}
	s := approved(t, "    approval: {by: A, on: 2026-01-31, method: other}\n")
	if s.Models[1].Frozen("2026-02-01") {
		t.Error("frozen without a day")
	}
	s.Models[1].Approval.FrozenUntil = "2026-01-30"
	if err := s.Validate(); !errors.As(err, &invalid) || invalid.Fields[0].Rule != "range" {
		t.Errorf("frozen until before it was approved: %v", err)
	}
}
