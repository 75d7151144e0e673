package surveyfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// Dimensions that are written read back the same.
func TestWriteDimensions(t *testing.T) {
	target := 82.5
	want := []surveys.Dimension{
		{Key: "room", Label: surveys.Text{"en": `Room: "quiet", #1`}, DimensionWeight: .7, Measure: surveys.MeasureContent, Target: &target,
			Items: []surveys.ItemWeight{{Item: "space", ItemWeight: .25}, {Item: "noise", ItemWeight: .75}}},
		{Key: "fare", Label: surveys.Text{"en": "yes"}, DimensionWeight: .3, Items: []surveys.ItemWeight{{Item: "price", ItemWeight: 1}}},
	}
	approval := &surveys.Approval{By: `Board: "quality" #2`, On: "2026-01-31", Method: surveys.ApprovedCombined, FrozenUntil: "2027-01-31"}
	var b strings.Builder
	if err := surveyfile.WriteDimensions(&b, want, approval); err != nil {
		t.Fatal(err)
	}
	s, err := surveyfile.Read("test.yaml", []byte(`key: test
languages: [en]
title: Test
scales: [{key: ten, low: 0, high: 10}]
sections:
  - key: all
    items: [{key: space, text: Space}, {key: noise, text: Noise}, {key: price, text: Price}]
models:
  - key: plain
    label: Plain
    missing: {min_dimensions: 1}
`+b.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if diff := cmp.Diff(approval, s.Models[0].Approval); diff != "" {
		t.Errorf("approval (-written +read):\n%s%s", diff, b.String())
	}
	if diff := cmp.Diff(want, s.Models[0].Dimensions); diff != "" {
		t.Errorf("written and read (-written +read):\n%s%s", diff, b.String())
	}
}
