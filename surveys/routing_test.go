package surveys_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

func routed() *surveys.Survey {
	s := surveyfile.Default()
	q := &s.Questionnaire
	title := q.Title
	q.Scales = append(q.Scales, surveys.Scale{Key: "stars", Low: -1, High: 5})
	q.Sections[1].Items = append(q.Sections[1].Items,
		surveys.Item{Key: "baggage_wait", Kind: surveys.KindRating, Text: title, Scale: "quality", Required: true, ShowIf: &surveys.Condition{Item: "baggage", Max: p(5)}},
		surveys.Item{Key: "baggage_staff", Kind: surveys.KindRating, Text: title, Scale: "quality", ShowIf: &surveys.Condition{Item: "baggage_wait", Min: p(0)}})
	q.Sections = append(q.Sections, surveys.Section{Key: "front", Title: title, ShowIf: &surveys.Condition{Attribute: "cabin", In: []string{"business", "first"}},
		Items: []surveys.Item{{Key: "lounge", Kind: surveys.KindRating, Text: title, Scale: "stars"}, {Key: "lounge_comment", Kind: surveys.KindComment, Text: title, MaxLength: 5}}})
	return s
}

func TestRouting(t *testing.T) {
	s := routed()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	at := map[surveys.ItemKey]int{}
	for i, item := range s.Questionnaire.Rated() {
		at[item.Key] = i
	}
	type answers = map[surveys.ItemKey]surveys.Answer
	type attributes = map[surveys.AttributeKey]string
	tests := []struct {
		name       string
		answers    answers
		attributes attributes
		codes      []byte // of baggage_wait, baggage_staff, lounge
		problems   []string
	}{
		{"none asked", answers{"baggage": rating(6)}, nil, []byte{253, 253, 253}, nil},
		{"not answered, not asked further", answers{"overall": rating(6)}, nil, []byte{253, 253, 253}, nil},
		{"not applicable, not asked further", answers{"baggage": {NotApplicable: true}}, nil, []byte{253, 253, 253}, nil},
		{"asked and answered", answers{"baggage": rating(5), "baggage_wait": rating(1)}, attributes{"cabin": "first"}, []byte{1, 255, 255}, nil},
		{"chain", answers{"baggage": rating(0), "baggage_wait": rating(0), "baggage_staff": rating(9)}, attributes{"cabin": "economy"}, []byte{0, 9, 253}, nil},
		{"required", answers{"baggage": rating(0)}, nil, nil, []string{"answers.baggage_wait required"}},
		{"answered though not asked", answers{"baggage": rating(9), "baggage_wait": rating(1), "baggage_staff": rating(1), "lounge": rating(1), "lounge_comment": {Comment: "x"}}, nil, nil,
			[]string{"answers.baggage_wait not_routed", "answers.baggage_staff not_routed", "answers.lounge not_routed", "answers.lounge_comment not_routed"}},
		{"comment too long", answers{"lounge_comment": {Comment: "123456"}}, attributes{"cabin": "first"}, nil, []string{"answers.lounge_comment length"}},
		{"scale from below zero", answers{"lounge": rating(-1)}, attributes{"cabin": "first"}, []byte{253, 253, 0}, nil},
		{"skipped though not asked", answers{"baggage": rating(9), "baggage_wait": {}}, nil, []byte{253, 253, 253}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sub := surveys.Submission{ID: surveys.NewResponseID(now), Answers: tt.answers, Attributes: tt.attributes}
			r, err := surveys.Check(s, sub, now)
			got := problems(t, err)
			for _, w := range tt.problems {
				if !slices.Contains(got, w) {
					t.Errorf("%q is not reported; got %q", w, got)
				}
			}
			if len(tt.problems) == 0 && err != nil {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			if codes := []byte{r.Ratings[at["baggage_wait"]], r.Ratings[at["baggage_staff"]], r.Ratings[at["lounge"]]}; !slices.Equal(codes, tt.codes) {
				t.Errorf("codes %v, want %v", codes, tt.codes)
			}
			asked := surveys.Routed(&s.Questionnaire, tt.answers, tt.attributes)
			for k, i := range at {
				if asked[k] == (r.Ratings[i] == surveys.NotRouted) {
					t.Errorf("%s: Routed says %v, the response %d", k, asked[k], r.Ratings[i])
				}
			}
		})
	}
}

func TestCheckProperty(t *testing.T) {
	s := routed()
	rapid.Check(t, func(t *rapid.T) {
		sub := surveys.Submission{ID: surveys.NewResponseID(now), Attributes: map[surveys.AttributeKey]string{}, Answers: map[surveys.ItemKey]surveys.Answer{"overall": rating(5)}}
		if c := rapid.SampledFrom([]string{"", "economy", "first"}).Draw(t, "cabin"); c != "" {
			sub.Attributes["cabin"] = c
		}
		for _, item := range s.Questionnaire.Rated() {
			scale, _ := s.Questionnaire.Scale(item.Scale)
			switch n := rapid.IntRange(-2, scale.High-scale.Low).Draw(t, string(item.Key)); {
			case !surveys.Routed(&s.Questionnaire, sub.Answers, sub.Attributes)[item.Key]:
			case n >= 0:
				sub.Answers[item.Key] = rating(scale.Low + n)
			case n == -1 && item.NotApplicable:
				sub.Answers[item.Key] = surveys.Answer{NotApplicable: true}
			case item.Required:
				sub.Answers[item.Key] = rating(0)
			}
		}
		answers, attributes := maps.Clone(sub.Answers), maps.Clone(sub.Attributes)
		r, err := surveys.Check(s, sub, now)
		if err != nil {
			t.Fatal(err)
		}
		asked := surveys.Routed(&s.Questionnaire, sub.Answers, sub.Attributes)
		for i, item := range s.Questionnaire.Rated() {
			a := sub.Answers[item.Key]
			var want byte
			switch {
			case !asked[item.Key]:
				want = surveys.NotRouted
			case a.NotApplicable:
				want = surveys.NotApplicable
			case a.Rating == nil:
				want = surveys.Skipped
			default:
				scale, _ := s.Questionnaire.Scale(item.Scale)
				want = byte(*a.Rating - scale.Low)
			}
			if r.Ratings[i] != want {
				t.Fatalf("%s: code %d, want %d", item.Key, r.Ratings[i], want)
			}
		}
		if diff := cmp.Diff(answers, sub.Answers) + cmp.Diff(attributes, sub.Attributes); diff != "" {
			t.Fatal(diff)
		}
	})
}
