package surveyfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// weighted is the small survey with another weighting.
func weighted(t *testing.T, weighting string) string {
	t.Helper()
	at := strings.Index(small, "    weighting:")
	if at < 0 {
		t.Fatal("the small survey has no weighting")
	}
	end := at + strings.Index(small[at:], "\n") + 1
	return small[:at] + "    weighting:" + weighting + "\n" + small[end:]
}

func TestWeightingForms(t *testing.T) {
	lounge := surveys.Margin{Attribute: "lounge", Shares: map[string]float64{"ZRH": 3, "EVN": 1}}
	status := surveys.Margin{Attribute: "status", Shares: map[string]float64{"yes": .4, "rest": .6}, Merge: map[string][]string{"rest": {"no", "01"}}}
	const both = `margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}}, {attribute: status, shares: {"yes": .4, rest: .6}, merge: {rest: ["no", "01"]}}]`
	for text, want := range map[string]*surveys.Weighting{
		` {attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                     surveys.PostStratification("lounge", lounge.Shares),
		` {method: post_stratify, margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}}]}`: surveys.PostStratification("lounge", lounge.Shares),
		` {method: rake, ` + both + `}`:                                                      {Method: surveys.Rake, Margins: []surveys.Margin{lounge, status}, Cap: 5, Floor: .2},
		` {method: rake, cap: 3, floor: 0, ` + both + `}`:                                    {Method: surveys.Rake, Margins: []surveys.Margin{lounge, status}, Cap: 3},
		` {method: calibrate, bounds: [0.3, 3], ` + both + `}`:                               {Method: surveys.Calibrate, Margins: []surveys.Margin{lounge, status}, Low: .3, High: 3},
		` {method: rake, attribute: lounge, shares: {ZRH: 3, EVN: 1}, cap: 4}`:               {Method: surveys.Rake, Margins: []surveys.Margin{lounge}, Cap: 4, Floor: .2},
		` {method: rake, margins: [{attribute: status, shares: {"yes": 4, "no": 5, "01": 1}, merge: {rest: ["no", "01"]}}]}`: {Method: surveys.Rake, Cap: 5, Floor: .2,
			Margins: []surveys.Margin{{Attribute: "status", Shares: map[string]float64{"yes": 4, "no": 5, "01": 1}, Merge: status.Merge}}},
	} {
		if diff := cmp.Diff(want, read(t, weighted(t, text)).Models[0].Weighting); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	if size, ok := (&surveys.Margin{Shares: map[string]float64{"no": 5, "01": 1}, Merge: status.Merge}).Size("rest"); size != 6 || !ok {
		t.Errorf("the size of merged levels is %v, want 6", size)
	}
}

func TestWeightingMistakes(t *testing.T) {
	for text, want := range map[string]string{
		` {}`: "weighting.margins: is missing",
		` {attribute: lounge, shares: {ZRH: 3, EVN: 1}, margins: []}`:                                                                                   "give attribute and shares, or margins",
		` {margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}}]}`:                                                                                   "weighting.method: is missing",
		` {method: rim, margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}}]}`:                                                                      `weighting.method: "rim" is none of`,
		` {attribute: lounge, shares: {ZRH: 3, LHR: 1}}`:                                                                                                `weighting.shares: "LHR" is not a value of lounge`,
		` {attribute: lounge, shares: {ZRH: 3, EVN: 0}}`:                                                                                                "weighting.shares: a share is above 0",
		` {method: rake, margins: [{attribute: lounge, shares: {ZRH: 3}}]}`:                                                                             `weighting.margins[0].shares: there is no share for "EVN"`,
		` {method: rake, margins: [{attribute: seat, shares: {a: 1}}]}`:                                                                                 `weighting.margins[0].attribute: there is no attribute "seat"`,
		` {method: rake, margins: [{attribute: month, shares: {a: 1}}]}`:                                                                                "weighting.margins[0].attribute: month has no list of values",
		` {method: rake, margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}}, {attribute: lounge, shares: {ZRH: 3, EVN: 1}}]}`:                      "weighting.margins[1].attribute: \"lounge\" has a margin already",
		` {method: post_stratify, margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}}, {attribute: status, shares: {"yes": 1, "no": 1, "01": 1}}]}`: "post_stratify takes one margin",
		` {method: rake, cap: 0.5, attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                                        "weighting.cap: the cap is a multiple of the mean weight from 1",
		` {method: rake, floor: 2, attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                                        "weighting.floor: the floor is a multiple",
		` {method: rake, bounds: [0.5, 2], attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                                "weighting.bounds: limits weights of method calibrate, not of rake",
		` {errors: swept, attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                                                 "weighting.errors: \"swept\" is none of fixed and residuals",
		` {cap: 3, attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                                                        "weighting.cap: limits weights of method rake, not of post_stratify",
		` {method: calibrate, attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                                             "weighting.bounds: is missing",
		` {method: calibrate, bounds: [1.5, 2], attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                           "weighting.bounds: bounds on the weight over the base weight lie on either side of 1",
		` {method: calibrate, bounds: [0.5], attribute: lounge, shares: {ZRH: 3, EVN: 1}}`:                                                              "weighting.bounds: two numbers are needed",
		` {method: rake, margins: [{attribute: lounge, shares: {all: 3}, merge: {all: [ZRH, LHR]}}]}`:                                                   `weighting.margins[0].merge.all: "LHR" is not a value of lounge`,
		` {method: rake, margins: [{attribute: lounge, shares: {ZRH: 3, EVN: 1}, merge: {ZRH: [ZRH, EVN]}}]}`:                                           "merged levels need a name that is not a value of lounge",
		` {method: rake, margins: [{attribute: lounge, shares: {all: 3, EVN: 1}, merge: {all: [ZRH, EVN]}}]}`:                                           `"EVN" is merged in "all", which has a share of its own`,
		` {method: rake, margins: [{attribute: status, shares: {a: 3, b: 1}, merge: {a: ["yes", "no"], b: ["no", "01"]}}]}`:                             `"no" is merged in "a" already`,
	} {
		_, err := surveyfile.Read("small.yaml", []byte(weighted(t, text)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n is %v\n want %s", text, err, want)
		}
	}
}
