package surveyfile_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

func TestDefault(t *testing.T) {
	s := surveyfile.Default()
	q := &s.Questionnaire
	if s.Key != "default" || s.Design != (surveys.Design{Cluster: "flight"}) || s.Screening != (surveys.Screening{Duplicates: true, Careless: true, BreakOffs: true}) {
		t.Errorf("key %q, design %+v, screening %+v", s.Key, s.Design, s.Screening)
	}
	if diff := cmp.Diff([]string{"en", "zh-Hans", "zh-Hant", "hy", "es", "pt"}, q.Languages); diff != "" {
		t.Error(diff)
	}
	touchpoints := []string{"reserve", "buy", "check_in", "board", "fly", "arrive", "baggage", "after"}
	departments := []string{"flight", "ground", "cabin", "sales", "marketing", "customer_service"}
	used := map[string]bool{}
	var rated []string
	for _, i := range q.Items() {
		if i.Closed() {
			rated = append(rated, string(i.Key))
			if scale, ok := q.Scale(i.Scale); !ok || scale.Low != 0 || scale.High != 10 || len(scale.LowLabel) != 6 || len(scale.HighLabel) != 6 || len(scale.Points) != 0 {
				t.Errorf("%s: scale %+v", i.Key, scale)
			}
			if !i.NotApplicable || i.Required {
				t.Errorf("%s: not applicable %v, required %v", i.Key, i.NotApplicable, i.Required)
			}
		}
		if !slices.Contains(touchpoints, i.Touchpoint) || !slices.Contains(departments, i.Owner) {
			t.Errorf("%s: touchpoint %q, owner %q", i.Key, i.Touchpoint, i.Owner)
		}
		used[i.Owner] = true
	}
	if len(used) != len(departments) {
		t.Errorf("departments %v", used)
	}
	want := strings.Fields(`crew_attitude courtesy patience checkin boarding baggage inflight_speed catering entertainment seat_comfort
		flight_safety safety_equipment emergency_handling awareness corporate_image social_responsibility overall recommend fly_again`)
	if diff := cmp.Diff(want, rated); diff != "" {
		t.Error(diff)
	}
	items := q.Items()
	for i, kind := range []surveys.Kind{surveys.KindOverall, surveys.KindRecommend, surveys.KindAgain, surveys.KindComment} {
		if items[16+i].Kind != kind {
			t.Errorf("%s is of kind %s", items[16+i].Key, items[16+i].Kind)
		}
	}
	var attributes []string
	for _, a := range q.Attributes {
		line := string(a.Key)
		if a.Ask {
			line += " asked"
		}
		for _, v := range a.Values {
			line += " " + v.Key
		}
		attributes = append(attributes, line)
	}
	if diff := cmp.Diff([]string{
		"flight asked", "month", "route domestic regional international", "delayed no yes", "trained no yes",
		"age asked under_25 25_34 35_44 45_59 60_plus",
		"occupation asked enterprise public_sector self_employed professional student retired_other",
		"spend asked low middle high very_high", "purpose asked business leisure",
		"cabin asked economy premium_economy business first", "tier none silver gold platinum", "gender asked female male", "channel web app onboard",
	}, attributes); diff != "" {
		t.Error(diff)
	}

	equal, study := s.Models[0], s.Models[1]
	if equal.Key != "equal" || study.Key != "study" || len(s.Models) != 2 {
		t.Fatalf("models %v", s.Models)
	}
	// Shares of influence of the reference study, METHOD section 9: LMG on dimensions, floor 0.05, 4 decimals.
	weights := map[surveys.DimensionKey]float64{"attitude": .2604, "efficiency": .3011, "content": .0500, "safety": .1945, "brand": .1940}
	sizes := map[surveys.DimensionKey]int{"attitude": 3, "efficiency": 4, "content": 3, "safety": 3, "brand": 3}
	next := 0
	for i, d := range equal.Dimensions {
		if d.DimensionWeight != .2 || study.Dimensions[i].Key != d.Key || study.Dimensions[i].DimensionWeight != weights[d.Key] || len(d.Items) != sizes[d.Key] {
			t.Errorf("dimensions %+v and %+v", d, study.Dimensions[i])
		}
		if diff := cmp.Diff(d.Items, study.Dimensions[i].Items) + cmp.Diff(d.Label, study.Dimensions[i].Label); diff != "" {
			t.Errorf("%s: %s", d.Key, diff)
		}
		for _, w := range d.Items {
			if string(w.Item) != want[next] || w.ItemWeight != 1/float64(len(d.Items)) {
				t.Errorf("%s: %+v", d.Key, w)
			}
			next++
		}
	}
	if next != 16 || len(equal.Dimensions) != 5 || len(study.Dimensions) != 5 {
		t.Errorf("%d items in %d and %d dimensions", next, len(equal.Dimensions), len(study.Dimensions))
	}
	for _, m := range s.Models {
		if m.Missing != surveys.DefaultMissingPolicy() || m.Base != surveys.DefaultBasePolicy() || m.Confidence != .95 || m.Margin != 2 || m.Weighting != nil {
			t.Errorf("policies of %s: %+v", m.Key, m)
		}
	}
}

func TestDefaultTranslations(t *testing.T) {
	s := surveyfile.Default()
	var texts []surveys.Text
	for _, section := range s.Questionnaire.Sections {
		texts = append(texts, section.Title)
		for _, i := range section.Items {
			texts = append(texts, i.Text)
		}
	}
	for _, d := range s.Models[0].Dimensions {
		texts = append(texts, d.Label)
	}
	texts = append(texts, s.Questionnaire.Title, s.Questionnaire.Intro, s.Questionnaire.Thanks, s.Models[0].Label, s.Models[0].Note, s.Models[1].Note)
	for _, x := range texts {
		for language, script := range map[string]*unicode.RangeTable{"zh-Hans": unicode.Han, "zh-Hant": unicode.Han, "hy": unicode.Armenian, "es": unicode.Latin, "pt": unicode.Latin} {
			letters, in := 0, 0
			for _, r := range x[language] {
				if unicode.IsLetter(r) {
					letters++
					if unicode.Is(script, r) {
						in++
					}
				}
			}
			if in*2 <= letters || x[language] == x["en"] && x["en"] != "Check-in" {
				t.Errorf("%s: %q", language, x[language])
			}
		}
	}
	// Characters that exist in one of the two Chinese scripts only.
	for _, x := range texts {
		if strings.ContainsAny(x["zh-Hans"], "們個價總體與應務態機員樂娛艙歲") || strings.ContainsAny(x["zh-Hant"], "们个价总与应务态机员乐娱舱岁") {
			t.Errorf("mixed scripts: %q, %q", x["zh-Hans"], x["zh-Hant"])
		}
	}
}
