package study_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"paxscore/internal/study"
	"paxscore/surveys"
)

// survey asks what the study answers, in another order, and fly_again, which it does not answer.
func survey() *surveys.Survey {
	s := &surveys.Survey{Key: "default", Version: 3}
	q := &s.Questionnaire
	q.Scales = []surveys.Scale{{Key: "ten", Low: 0, High: 10}}
	sec := surveys.Section{Key: "all"}
	for _, k := range []surveys.ItemKey{"overall", "fly_again", "recommend", "social_responsibility", "crew_attitude", "courtesy", "patience", "checkin",
		"boarding", "baggage", "inflight_speed", "catering", "entertainment", "seat_comfort", "flight_safety", "safety_equipment",
		"emergency_handling", "awareness", "corporate_image"} {
		sec.Items = append(sec.Items, surveys.Item{Key: k, Kind: surveys.KindRating, Scale: "ten"})
	}
	sec.Items = append(sec.Items, surveys.Item{Key: "comment", Kind: surveys.KindComment})
	q.Sections = []surveys.Section{sec}
	for _, k := range []surveys.AttributeKey{"cabin", "aircraft", "flight", "month"} {
		q.Attributes = append(q.Attributes, surveys.Attribute{Key: k})
	}
	return s
}

func TestResponsesHoldTheCSV(t *testing.T) {
	s := survey()
	want := rows(t, 1000, 42)
	rated := s.Questionnaire.Rated()
	ids := map[surveys.ResponseID]bool{}
	i := 0
	for r, err := range study.Responses(s, 1000, 42) {
		if err != nil {
			t.Fatal(err)
		}
		w := want[i]
		i++
		if r.Survey != "default" || r.Version != 3 || r.ResponseWeight != 1 || r.Mode != surveys.ModeImport || r.Respondent != w["id"] {
			t.Fatalf("row %d: %+v", i, r)
		}
		if v, _ := strconv.ParseFloat(w["seconds"], 64); v != r.Seconds {
			t.Errorf("row %d: %g seconds, want %g", i, r.Seconds, v)
		}
		for j, it := range rated {
			text, known := w[string(it.Key)]
			wantCode := surveys.NotRouted
			switch {
			case !known:
			case text == "":
				wantCode = surveys.Skipped
			case text == "NA":
				wantCode = surveys.NotApplicable
			default:
				v, _ := strconv.Atoi(text)
				wantCode = byte(v)
			}
			if r.Ratings[j] != wantCode {
				t.Errorf("row %d: %s is code %d, want %d", i, it.Key, r.Ratings[j], wantCode)
			}
		}
		for j, a := range s.Questionnaire.Attributes {
			if r.Attributes[j] != w[string(a.Key)] {
				t.Errorf("row %d: %s is %q, want %q", i, a.Key, r.Attributes[j], w[string(a.Key)])
			}
		}
		flight, _ := strconv.Atoi(w["flight"])
		month, _ := strconv.Atoi(w["month"])
		if at := r.SubmittedAt; at.Year() != 2025 || int(at.Month()) != month || at.Day() != 1+flight%28 || at.Location() != time.UTC {
			t.Errorf("row %d: submitted at %v, want month %d day %d", i, at, month, 1+flight%28)
		}
		if ids[r.ID] || r.ID[6]>>4 != 7 || r.ID[8]>>6 != 2 || r.Digest == [32]byte{} {
			t.Errorf("row %d: id %s, digest %x", i, r.ID, r.Digest)
		}
		ids[r.ID] = true
	}
	if i != len(want) {
		t.Errorf("%d responses, want %d", i, len(want))
	}
}

func TestResponsesRefuseAnotherSurvey(t *testing.T) {
	for name, change := range map[string]func(*surveys.Questionnaire){
		"question missing": func(q *surveys.Questionnaire) { q.Sections[0].Items = q.Sections[0].Items[1:] },
		"another scale":    func(q *surveys.Questionnaire) { q.Scales[0].Low = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			s := survey()
			change(&s.Questionnaire)
			n := 0
			for r, err := range study.Responses(s, 10, 42) {
				n++
				var bad *surveys.InvalidError
				if !errors.As(err, &bad) || r != nil {
					t.Errorf("response %v, error %v", r, err)
				}
			}
			if n != 1 {
				t.Errorf("%d iterations, want 1", n)
			}
		})
	}
}
