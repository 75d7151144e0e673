package surveyfile_test

import (
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMistakes(t *testing.T) {
	src, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := surveyfile.Read("mistakes.yaml", src)
	var invalid *surveys.InvalidError
	if s != nil || !errors.As(err, &invalid) {
		t.Fatalf("survey %v, error %v", s, err)
	}
	golden := filepath.Join("testdata", "mistakes.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), invalid.Error()+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i, f := range invalid.Fields {
		if f.Line < 1 || f.Column < 1 || f.Rule == "" {
			t.Errorf("no place or rule: %+v", f)
		}
		if i > 0 && f.Line < invalid.Fields[i-1].Line {
			t.Errorf("not by place: %v", f)
		}
	}
}

func read(t *testing.T, src string) *surveys.Survey {
	t.Helper()
	s, err := surveyfile.Read("test.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const small = `
key: lounge-2026
languages: [en]
title: Lounge
scales:
  - {key: stars, low: 1, high: 5}
attributes:
  - {key: lounge, label: Lounge, values: [ZRH, EVN]}
  - {key: status, label: Status, ask: true, values: {yes: Member, no: Guest, 01: Other}}
  - {key: month, label: Month}
sections:
  - key: all
    touchpoint: board
    items:
      - {key: space, text: Space}
      - {key: noise, text: Noise, reverse: true, required: true}
      - {key: food, text: Food, touchpoint: fly, show_if: {item: space, min: 2}}
      - {key: remark, text: "Anything else?", kind: comment}
models:
  - key: own
    label: Own
    note: from the workshop
    dimensions:
      - {key: room, label: Room, weight: 0.7, items: {noise: 0.25, space: 0.75}, target: 80}
      - {key: fare, label: Fare, weight: 0.3, items: [food]}
    weighting: {attribute: lounge, shares: {ZRH: 3, EVN: 1}}
  - key: even
    label: Even
    dimensions: [{key: fare}, {key: room, label: Rooms}]
    missing: {min_dimensions: 1}
    base: {suppress: 5}
    confidence: 0.9
    margin: 0
    target: 75
screening: {duplicates: false}
`

func TestRead(t *testing.T) {
	en := func(s string) surveys.Text { return surveys.Text{"en": s} }
	target, target2, two := 80.0, 75.0, 2
	room := []surveys.ItemWeight{{Item: "noise", ItemWeight: .25}, {Item: "space", ItemWeight: .75}}
	fare := []surveys.ItemWeight{{Item: "food", ItemWeight: 1}}
	want := &surveys.Survey{
		Key: "lounge-2026",
		Questionnaire: surveys.Questionnaire{
			Title: en("Lounge"), Languages: []string{"en"}, Scales: []surveys.Scale{{Key: "stars", Low: 1, High: 5}},
			Attributes: []surveys.Attribute{
				{Key: "lounge", Label: en("Lounge"), Values: []surveys.AttributeValue{{Key: "ZRH", Label: en("ZRH")}, {Key: "EVN", Label: en("EVN")}}},
				{Key: "status", Label: en("Status"), Ask: true, Values: []surveys.AttributeValue{{Key: "yes", Label: en("Member")}, {Key: "no", Label: en("Guest")}, {Key: "01", Label: en("Other")}}},
				{Key: "month", Label: en("Month")},
			},
			Sections: []surveys.Section{{Key: "all", Touchpoint: "board", Items: []surveys.Item{
				{Key: "space", Kind: "rating", Text: en("Space"), Scale: "stars", Touchpoint: "board"},
				{Key: "noise", Kind: "rating", Text: en("Noise"), Scale: "stars", Touchpoint: "board", Reverse: true, Required: true},
				{Key: "food", Kind: "rating", Text: en("Food"), Scale: "stars", Touchpoint: "fly", ShowIf: &surveys.Condition{Item: "space", Min: &two}},
				{Key: "remark", Kind: "comment", Text: en("Anything else?"), Touchpoint: "board", MaxLength: 2000},
			}}},
		},
		Models: []surveys.Model{
			{Key: "own", Label: en("Own"), Note: en("from the workshop"), Confidence: .95, Margin: 2,
				Missing: surveys.MissingPolicy{MinItemShare: .5, MinDimensions: 2, MinDimensionShare: .6}, Base: surveys.DefaultBasePolicy(),
				Dimensions: []surveys.Dimension{{Key: "room", Label: en("Room"), DimensionWeight: .7, Items: room, Target: &target}, {Key: "fare", Label: en("Fare"), DimensionWeight: .3, Items: fare}},
				Weighting:  surveys.PostStratification("lounge", map[string]float64{"ZRH": 3, "EVN": 1})},
			{Key: "even", Label: en("Even"), Confidence: .9, Target: &target2,
				Missing: surveys.MissingPolicy{MinItemShare: .5, MinDimensions: 1, MinDimensionShare: .6}, Base: surveys.BasePolicy{Suppress: 5, Show: 30, Test: 50, Flag: 100},
				Dimensions: []surveys.Dimension{{Key: "fare", Label: en("Fare"), DimensionWeight: .5, Items: fare}, {Key: "room", Label: en("Rooms"), DimensionWeight: .5, Items: room}}},
		},
		Screening: surveys.Screening{Careless: true, BreakOffs: true},
		Source:    []byte(small),
	}
	if diff := cmp.Diff(want, read(t, small)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSourceIsACopy(t *testing.T) {
	src := []byte(small)
	s, err := surveyfile.Read("test.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	clear(src)
	if string(s.Source) != small {
		t.Error("the source changes with the bytes it was read from")
	}
}

// One mistake in a sound file gives one problem, at its place.
func TestOneMistake(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"weights", "weight: 0.7", "weight: 0.8", "23:5: models[0].dimensions: the weights of the dimensions add up to 1.1, not to 1"},
		{"item weights", "noise: 0.25", "noise: 0.2", "24:47: models[0].dimensions[0].items: the weights of the items add up to 0.95, not to 1"},
		{"unknown item", "noise: 0.25", "voice: 0.25", `24:55: models[0].dimensions[0].items[0]: there is no item "voice"`},
		{"wrong type of a weight", "weight: 0.7", "weight: much", `24:42: models[0].dimensions[0].weight: must be a number, not "much"`},
		{"wrong type of a scale", "low: 1,", "low: one,", `6:23: scales[0].low: must be a whole number, not "one"`},
		{"a word for a section", "space, text: Space}", "space}", "15:9: sections[0].items[0].text: is missing"},
		{"routing", "{item: space, min", "{item: remark, min", "17:60: sections[0].items[2].show_if.item: remark is not asked before this"},
		{"second language", "[en]", "[en, hy]", "4:1: title: there is one text for 2 languages; give one for each of en, hy"},
		{"no models", "models:", "modells:", `19:1: modells: there is no such key; did you mean "models"?`},
		{"item in two dimensions, one inherited", "{key: room, label: Rooms}]", "{key: x, label: X, items: [noise]}, {key: room}]", "29:67: models[1].dimensions[2].items[0]: noise is in dimension x already"},
		{"indentation", "  - key: even", "   - key: even", "27:1: this is not YAML: the line does not fit the ones above it; is it indented as they are?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := strings.Replace(small, tt.old, tt.new, 1)
			if src == small {
				t.Fatal("the change does not apply")
			}
			_, err := surveyfile.Read("test.yaml", []byte(src))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v\nwant %s", err, tt.want)
			}
			var invalid *surveys.InvalidError
			if errors.As(err, &invalid) && len(invalid.Fields) > 1 && tt.name != "second language" && tt.name != "no models" {
				t.Error(err)
			}
		})
	}
}

// The keys and levels are those of the reference study, in its order.
// Translations are in the script of their language, and none is a copy of the English text where that would be a slip.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add(surveyfile.Default().Source)
	mistakes, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(mistakes)
	f.Add([]byte("key: a\nlanguages: [en]\ntitle: t\nsections: [{key: s, items: [{key: i, text: t, scale: x}]}]\nscales: [{key: x, low: -9223372036854775808, high: 9223372036854775807, points: [{value: 1, label: x}]}]\nmodels: []\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := surveyfile.Read("fuzz.yaml", src)
		if err != nil {
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) == 0 || len(invalid.Fields) > 200 {
				t.Fatal(err)
			}
			for _, p := range invalid.Fields {
				if p.Line < 1 || p.Column < 1 || p.Rule == "" || p.Message == "" {
					t.Errorf("problem without place, rule or message: %+v", p)
				}
			}
			return
		}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, m := range s.Models {
			sum := 0.0
			for _, d := range m.Dimensions {
				sum += d.DimensionWeight
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Errorf("weights add up to %v", sum)
			}
		}
	})
}
