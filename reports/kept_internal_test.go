package reports

import (
	"encoding/json"
	"slices"
	"testing"

	"paxscore/internal/study"
	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

func TestRecent(t *testing.T) {
	var r recent[string, int]
	add := func(key string, value int) int { return r.find(key, 3, func() int { return value }) }
	for i, key := range []string{"a", "b", "c", "a", "d"} { // b is the one not used for longest
		add(key, i)
	}
	if !slices.Equal(r.keys, []string{"c", "a", "d"}) || add("a", 9) != 0 {
		t.Errorf("kept are %v: %v", r.keys, r.values)
	}
	if _, ok := r.get("b"); ok {
		t.Error("b is still there")
	}
	r.get("c")
	size := func(int) int { return 10 }
	if r.bound(0, 3, size); len(r.keys) != 3 {
		t.Errorf("the latest three are not kept: %v", r.keys)
	}
	if r.bound(30, 1, size); !slices.Equal(r.keys, []string{"d", "a", "c"}) {
		t.Errorf("of 30 bytes %v are kept", r.keys)
	}
	if r.bound(25, 1, size); !slices.Equal(r.keys, []string{"a", "c"}) || len(r.values) != 2 {
		t.Errorf("of 25 bytes %v are kept", r.keys)
	}
	if r.bound(0, 1, size); !slices.Equal(r.keys, []string{"c"}) {
		t.Errorf("the latest is not kept: %v", r.keys)
	}
}

// Sums that are kept are brought up to date even where the selection that they are of is not kept any more.
func TestSumsOutliveSelections(t *testing.T) {
	survey := surveyfile.Default()
	var all []*surveys.Response
	for r, err := range study.Responses(survey, 4000, 5) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	fill := func(d *Dataset, responses []*surveys.Response) {
		for _, r := range responses {
			if err := d.Append(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask := func(d *Dataset) string {
		r, err := d.Report(Query{By: [][]string{{"cabin"}}, Where: domestic})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	d, fresh := NewDataset(survey), NewDataset(survey)
	fill(d, all[:2000])
	ask(d)
	for i := range keptSelections {
		d.selection(scoring.Filter{Where: []columns.Condition{{Attribute: i % 3, Values: []string{string(rune('a' + i))}}}})
	}
	fill(d, all[2000:])
	fill(fresh, all)
	if got, want := ask(d), ask(fresh); got != want {
		t.Errorf("after other questions and more responses:\n%s\nafresh:\n%s", got, want)
	}
}

var domestic = []Where{{Attribute: "route", Values: []string{"domestic"}}}

// A question without a filter takes no other sums than its own, and what it has counted serves later ones.
func TestUnfilteredSumsTellTheDesign(t *testing.T) {
	survey := surveyfile.Default()
	d := NewDataset(survey)
	for r, err := range study.Responses(survey, 2000, 5) {
		if err == nil {
			err = d.Append(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var designs []Design
	for _, where := range [][]Where{nil, domestic} {
		r, err := d.Report(Query{By: [][]string{{"cabin"}}, Where: where})
		if err != nil {
			t.Fatal(err)
		}
		designs = append(designs, r.Design)
		if n := len(d.kept.tabulations.keys); n != len(designs) {
			t.Errorf("after question %d: %d sums are kept", len(designs), n)
		}
	}
	if designs[0] != designs[1] {
		t.Errorf("%+v of all, %+v of a part: not one design", designs[0], designs[1])
	}
}

// The sums of a large question do not drive out those of the design, nor these the large ones: a new response would else cost as much as all.
func TestLargeSumsAreKept(t *testing.T) {
	survey := surveyfile.Default()
	d := NewDataset(survey)
	fill := func(from, to int) {
		n := 0
		for r, err := range study.Responses(survey, to, 5) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > from && n <= to {
				if err := d.Append(r); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	ask := func() {
		if _, err := d.Report(Query{By: [][]string{{"age", "occupation", "spend"}, {"age", "month", "spend"}}, Where: domestic}); err != nil {
			t.Fatal(err)
		}
	}
	fill(0, 2000)
	ask()
	all := 0
	first := map[string]*scoring.Tabulation{}
	for key, sums := range d.kept.tabulations.values {
		all += sums.Bytes()
		first[key] = sums
	}
	if all <= keptSumBytes || len(first) != 2 {
		t.Fatalf("%d sums of %d bytes: not what is to be tested", len(first), all)
	}
	fill(2000, 2100)
	ask()
	for key, sums := range d.kept.tabulations.values {
		if first[key] != sums {
			t.Errorf("%s is taken anew", key)
		}
	}
}

// Sums by another model, whose scores are behind, may tell the design as well as any.
func TestSumsOfAnotherModelTellTheDesign(t *testing.T) {
	survey := surveyfile.Default()
	var all []*surveys.Response
	for r, err := range study.Responses(survey, 4000, 5) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	d, fresh := NewDataset(survey), NewDataset(survey)
	for _, r := range all[:2000] {
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(d *Dataset, model string, where []Where) string {
		r, err := d.Report(Query{Model: model, By: [][]string{{"cabin"}}, Where: where})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	other := string(survey.Models[1].Key)
	ask(d, other, nil)
	for _, r := range all[2000:] {
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range all {
		if err := fresh.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []struct {
		model string
		where []Where
	}{{"", domestic}, {other, nil}} {
		if got, want := ask(d, q.model, q.where), ask(fresh, q.model, q.where); got != want {
			t.Errorf("model %q:\n%s\nafresh:\n%s", q.model, got, want)
		}
	}
}
