package surveys_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// problems lists "path rule" of an *InvalidError.
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var invalid *surveys.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("error is %T: %v", err, err)
	}
	var out []string
	for _, f := range invalid.Fields {
		if f.Message == "" {
			t.Errorf("no message: %+v", f)
		}
		out = append(out, f.Field+" "+f.Rule)
	}
	return out
}

func p[T any](x T) *T { return &x }

func TestValidate(t *testing.T) {
	if err := surveyfile.Default().Validate(); err != nil {
		t.Fatal(err)
	}
	type survey = surveys.Survey
	item := func(s *survey, i, j int) *surveys.Item { return &s.Questionnaire.Sections[i].Items[j] }
	tests := []struct {
		name   string
		change func(s *survey)
		want   []string // among the problems
	}{
		{"no key", func(s *survey) { s.Key = "" }, []string{"key required"}},
		{"key", func(s *survey) { s.Key = "-a" }, []string{"key key"}},
		{"key too long", func(s *survey) { s.Key = surveys.SurveyKey(strings.Repeat("a", 41)) }, []string{"key key"}},
		{"no language", func(s *survey) { s.Questionnaire.Languages = nil }, []string{"languages required"}},
		{"languages", func(s *survey) { s.Questionnaire.Languages[1], s.Questionnaire.Languages[3] = "zh_Hans", "en" },
			[]string{"languages[1] language", "languages[3] duplicate", "title.zh-Hans language", "title.zh_Hans translation", "title.hy language"}},
		{"missing title", func(s *survey) { s.Questionnaire.Title = nil }, []string{"title required"}},
		{"missing translation", func(s *survey) { delete(item(s, 2, 1).Text, "hy"); item(s, 2, 1).Text["es"] = " " },
			[]string{"sections[2].items[1].text.hy translation", "sections[2].items[1].text.es translation"}},
		{"undeclared language", func(s *survey) { s.Questionnaire.Thanks["de"] = "Danke" }, []string{"thanks.de language"}},
		{"long text", func(s *survey) { s.Questionnaire.Intro["en"] = strings.Repeat("x", 2001) }, []string{"intro.en length"}},
		{"control character", func(s *survey) { s.Questionnaire.Intro["en"] = "a\x00" }, []string{"intro.en control"}},
		{"scale upside down", func(s *survey) { s.Questionnaire.Scales[0].Low = 10 }, []string{"scales[0].high range"}},
		{"scale too wide", func(s *survey) { s.Questionnaire.Scales[0].High = 250 }, []string{"scales[0].high range"}},
		{"scale beyond all bounds", func(s *survey) {
			s.Questionnaire.Scales[0].Low, s.Questionnaire.Scales[0].High = math.MinInt, math.MaxInt
		}, []string{"scales[0].high range"}},
		{"scale key", func(s *survey) { s.Questionnaire.Scales[1].Key = "quality" }, []string{"scales[1].key duplicate"}},
		{"points", func(s *survey) {
			s.Questionnaire.Scales[1].High = 3
			for _, v := range []int{0, 1, 1, 4} {
				s.Questionnaire.Scales[1].Points = append(s.Questionnaire.Scales[1].Points, surveys.Point{Value: v, Label: s.Questionnaire.Title, Score: p(float64(v) * 50)})
			}
		}, []string{"scales[1].points[2].value duplicate", "scales[1].points[3].value range", "scales[1].points[3].score range", "scales[1].points required"}},
		{"score not a number", func(s *survey) {
			s.Questionnaire.Scales[1].Points = []surveys.Point{{Label: s.Questionnaire.Title, Score: p(math.NaN())}}
		}, []string{"scales[1].points[0].score range"}},
		{"attribute keys", func(s *survey) {
			s.Questionnaire.Attributes[0].Key, s.Questionnaire.Attributes[1].Key, s.Questionnaire.Attributes[2].Key = "weight", "Month", "age"
		}, []string{"attributes[0].key reserved", "attributes[1].key key", "attributes[5].key duplicate"}},
		{"attribute and item", func(s *survey) { item(s, 0, 0).Key = "cabin" }, []string{"sections[0].items[0].key duplicate"}},
		{"values", func(s *survey) {
			v := s.Questionnaire.Attributes[2].Values
			v[0].Key, v[1].Key, v[2].Key = "a\x00", "b", "b"
		}, []string{"attributes[2].values[0] key", "attributes[2].values[2] duplicate"}},
		{"no sections", func(s *survey) { s.Questionnaire.Sections = nil }, []string{"sections required"}},
		{"empty section", func(s *survey) { s.Questionnaire.Sections[1].Items = nil }, []string{"sections[1].items required"}},
		{"only a comment", func(s *survey) {
			s.Questionnaire.Sections = s.Questionnaire.Sections[5:]
			s.Questionnaire.Sections[0].Items = s.Questionnaire.Sections[0].Items[3:]
		}, []string{"sections required"}},
		{"section keys", func(s *survey) { s.Questionnaire.Sections[1].Key = "crew" }, []string{"sections[1].key duplicate"}},
		{"item reserved", func(s *survey) { item(s, 0, 0).Key = "id" }, []string{"sections[0].items[0].key reserved"}},
		{"item twice", func(s *survey) { item(s, 1, 0).Key = "courtesy" }, []string{"sections[1].items[0].key duplicate"}},
		{"item kind", func(s *survey) { item(s, 1, 0).Kind = "stars" }, []string{"sections[1].items[0].kind unknown"}},
		{"item scale", func(s *survey) { item(s, 1, 0).Scale = "stars"; item(s, 1, 1).Scale = "" },
			[]string{"sections[1].items[0].scale unknown", "sections[1].items[1].scale required"}},
		{"length of a rating", func(s *survey) { item(s, 1, 0).MaxLength = 3 }, []string{"sections[1].items[0].max_length kind"}},
		{"department", func(s *survey) { item(s, 1, 0).Owner, item(s, 1, 0).Touchpoint = "Ground Staff", "x y" },
			[]string{"sections[1].items[0].owner key", "sections[1].items[0].touchpoint key"}},
		{"second overall", func(s *survey) { item(s, 0, 0).Kind = surveys.KindOverall }, []string{"sections[5].items[0].kind duplicate"}},
		{"second recommend", func(s *survey) { item(s, 0, 0).Kind = surveys.KindRecommend }, []string{"sections[5].items[1].kind duplicate"}},
		{"second again", func(s *survey) { item(s, 0, 0).Kind = surveys.KindAgain }, []string{"sections[5].items[2].kind duplicate"}},
		{"recommend scale", func(s *survey) { s.Questionnaire.Scales[2].Low = 1 }, []string{"sections[5].items[1].scale range"}},
		{"recommend reversed", func(s *survey) { item(s, 5, 1).Reverse = true }, []string{"sections[5].items[1].reverse kind"}},
		{"comment", func(s *survey) {
			c := item(s, 5, 3)
			c.Scale, c.Reverse, c.NotApplicable, c.MaxLength = "quality", true, true, 10_001
		}, []string{"sections[5].items[3].scale kind", "sections[5].items[3].reverse kind", "sections[5].items[3].not_applicable kind", "sections[5].items[3].max_length range"}},
		{"route to nothing", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Item: "nothing", Min: p(1)} },
			[]string{"sections[1].items[0].show_if.item unknown"}},
		{"route to later", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Item: "boarding", Min: p(1)} },
			[]string{"sections[1].items[0].show_if.item order"}},
		{"route to itself", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Item: "checkin", Min: p(1)} },
			[]string{"sections[1].items[0].show_if.item order"}},
		{"section routes to its own item", func(s *survey) {
			s.Questionnaire.Sections[1].ShowIf = &surveys.Condition{Item: "checkin", Min: p(1)}
		}, []string{"sections[1].show_if.item order"}},
		{"route to comment", func(s *survey) {
			item(s, 0, 0).Kind, item(s, 0, 0).Scale = surveys.KindComment, ""
			item(s, 1, 0).ShowIf = &surveys.Condition{Item: "crew_attitude", Min: p(1)}
		}, []string{"sections[1].items[0].show_if.item kind"}},
		{"route to both", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Item: "courtesy", Attribute: "cabin"} },
			[]string{"sections[1].items[0].show_if condition"}},
		{"route without bounds", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Item: "courtesy"} },
			[]string{"sections[1].items[0].show_if required"}},
		{"route bounds", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Item: "courtesy", Min: p(8), Max: p(11)} },
			[]string{"sections[1].items[0].show_if.max range"}},
		{"route bounds crossed", func(s *survey) {
			item(s, 1, 0).ShowIf = &surveys.Condition{Item: "courtesy", Min: p(8), Max: p(3), In: []string{"a"}}
		}, []string{"sections[1].items[0].show_if.max range", "sections[1].items[0].show_if.in condition"}},
		{"route attribute", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Attribute: "seat", In: []string{"a"}} },
			[]string{"sections[1].items[0].show_if.attribute unknown"}},
		{"route value", func(s *survey) {
			item(s, 1, 0).ShowIf = &surveys.Condition{Attribute: "cabin", In: []string{"first", "third", "first"}, Min: p(1)}
		}, []string{"sections[1].items[0].show_if.in[1] unknown", "sections[1].items[0].show_if.in[2] duplicate", "sections[1].items[0].show_if condition"}},
		{"route no value", func(s *survey) { item(s, 1, 0).ShowIf = &surveys.Condition{Attribute: "cabin"} },
			[]string{"sections[1].items[0].show_if.in required"}},
		{"no model", func(s *survey) { s.Models = nil }, []string{"models required"}},
		{"model keys", func(s *survey) { s.Models[1].Key = "equal" }, []string{"models[1].key duplicate"}},
		{"no dimension", func(s *survey) { s.Models[1].Dimensions = nil }, []string{"models[1].dimensions required"}},
		{"dimension keys", func(s *survey) { s.Models[1].Dimensions[1].Key = "attitude" }, []string{"models[1].dimensions[1].key duplicate"}},
		{"dimension weights", func(s *survey) { s.Models[1].Dimensions[1].DimensionWeight += 1e-8 }, []string{"models[1].dimensions sum"}},
		{"dimension weight below zero", func(s *survey) {
			s.Models[1].Dimensions[1].DimensionWeight -= 1
			s.Models[1].Dimensions[2].DimensionWeight += 1
		}, []string{"models[1].dimensions[1].weight range"}},
		{"dimension weight not a number", func(s *survey) { s.Models[1].Dimensions[1].DimensionWeight = math.NaN() },
			[]string{"models[1].dimensions[1].weight range"}},
		{"dimension measure", func(s *survey) { s.Models[1].Dimensions[1].Measure = "magic" }, []string{"models[1].dimensions[1].measure unknown"}},
		{"item weights", func(s *survey) { s.Models[1].Dimensions[1].Items[0].ItemWeight = .3 }, []string{"models[1].dimensions[1].items sum"}},
		{"item weight infinite", func(s *survey) { s.Models[1].Dimensions[1].Items[0].ItemWeight = math.Inf(1) },
			[]string{"models[1].dimensions[1].items[0] range"}},
		{"dimension without items", func(s *survey) { s.Models[1].Dimensions[1].Items = nil }, []string{"models[1].dimensions[1].items required"}},
		{"dimension items", func(s *survey) {
			i := s.Models[1].Dimensions[1].Items
			i[0].Item, i[1].Item, i[2].Item, i[3].Item = "nothing", "overall", "courtesy", "comment"
		}, []string{"models[1].dimensions[1].items[0] unknown", "models[1].dimensions[1].items[1] kind",
			"models[1].dimensions[1].items[2] duplicate", "models[1].dimensions[1].items[3] kind"}},
		{"targets", func(s *survey) { s.Models[0].Target, s.Models[0].Dimensions[1].Target = p(101.), p(math.NaN()) },
			[]string{"models[0].target range", "models[0].dimensions[1].target range"}},
		{"missing policy", func(s *survey) {
			s.Models[0].Missing = surveys.MissingPolicy{MinItemShare: 1.1, MinDimensions: 6, MinDimensionShare: -.1}
		}, []string{"models[0].missing.min_item_share range", "models[0].missing.min_dimensions range", "models[0].missing.min_dimension_share range"}},
		{"base policy", func(s *survey) { s.Models[0].Base = surveys.BasePolicy{Suppress: -1, Show: -2, Test: 5, Flag: 4} },
			[]string{"models[0].base.suppress range", "models[0].base.show range", "models[0].base.flag range"}},
		{"confidence", func(s *survey) { s.Models[0].Confidence = 95; s.Models[1].Confidence = .5 },
			[]string{"models[0].confidence range", "models[1].confidence range"}},
		{"margin", func(s *survey) { s.Models[0].Margin = -1 }, []string{"models[0].margin range"}},
		{"weighting", func(s *survey) {
			s.Models[0].Weighting = surveys.PostStratification("cabin", map[string]float64{"economy": 0, "business": .2, "first": math.Inf(1), "Upper deck": 1})
			s.Models[1].Weighting = surveys.PostStratification("flight", nil)
		}, []string{"models[0].weighting.margins[0].shares required", "models[0].weighting.margins[0].shares.economy range", "models[0].weighting.margins[0].shares.first range",
			"models[0].weighting.margins[0].shares unknown", "models[1].weighting.margins[0].attribute kind"}},
		{"weighting attribute", func(s *survey) { s.Models[0].Weighting = surveys.PostStratification("seat", nil) },
			[]string{"models[0].weighting.margins[0].attribute unknown"}},
		{"segments", func(s *survey) { s.Segments = []surveys.AttributeKey{"cabin", "plane", "cabin"} },
			[]string{"segments[1] unknown", "segments[2] duplicate"}},
		{"design", func(s *survey) { s.Design = surveys.Design{Cluster: "plane", Stratum: "plane"} },
			[]string{"design.cluster unknown", "design.stratum unknown", "design.stratum duplicate"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := surveyfile.Default()
			tt.change(s)
			got := problems(t, s.Validate())
			for _, w := range tt.want {
				if !slices.Contains(got, w) {
					t.Errorf("%q is not reported; got %q", w, got)
				}
			}
		})
	}
}

// A change that breaks one rule is reported once.
func TestValidateOnce(t *testing.T) {
	for name, change := range map[string]func(s *surveys.Survey){
		"scale":       func(s *surveys.Survey) { s.Questionnaire.Scales[0].Low = 10 },
		"translation": func(s *surveys.Survey) { delete(s.Questionnaire.Title, "hy") },
		"weights":     func(s *surveys.Survey) { s.Models[1].Dimensions[1].DimensionWeight = .4 },
		"weight":      func(s *surveys.Survey) { s.Models[1].Dimensions[1].DimensionWeight = -1 },
		"design":      func(s *surveys.Survey) { s.Design.Cluster = "plane" },
	} {
		s := surveyfile.Default()
		change(s)
		if got := problems(t, s.Validate()); len(got) != 1 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestLanguageTags(t *testing.T) {
	for tag, want := range map[string]bool{
		"en": true, "zh-Hans": true, "zh-Hant-TW": true, "pt-BR": true, "es-419": true, "hy": true, "fil": true,
		"": false, "e": false, "EN": false, "en_US": false, "zh-hans": false, "en-": false, "english": false, "en-US-x": false,
	} {
		s := surveyfile.Default()
		s.Questionnaire.Languages = append(s.Questionnaire.Languages, tag)
		if got := !slices.Contains(problems(t, s.Validate()), "languages[6] language"); got != want {
			t.Errorf("%q: accepted %v, want %v", tag, got, want)
		}
	}
}
