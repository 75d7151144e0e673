package reports

import (
	"slices"
	"testing"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys/surveyfile"
)

// reportText is the report on a question as text.
func reportText(t *testing.T, d *Dataset, q Query) string {
	t.Helper()
	r, err := d.Report(q)
	return textOf(t, r, err)
}

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
	all, q := studyResponses(t, 4000), Query{By: [][]string{{"cabin"}}, Where: domestic}
	d, fresh := NewDataset(surveyfile.Default()), NewDataset(surveyfile.Default())
	appendAll(t, d, all[:2000]...)
	reportText(t, d, q)
	for i := range keptSelections {
		d.selection(scoring.Filter{Where: []columns.Condition{{Attribute: i % 3, Values: []string{string(rune('a' + i))}}}})
	}
	appendAll(t, d, all[2000:]...)
	appendAll(t, fresh, all...)
	if got, want := reportText(t, d, q), reportText(t, fresh, q); got != want {
		t.Errorf("after other questions and more responses:\n%s\nafresh:\n%s", got, want)
	}
}

var domestic = []Where{{Attribute: "route", Values: []string{"domestic"}}}

// A question without a filter takes no other sums than its own, and what it has counted serves later ones.
func TestUnfilteredSumsTellTheDesign(t *testing.T) {
	d := NewDataset(surveyfile.Default())
	appendAll(t, d, studyResponses(t, 2000)...)
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
	all, d := studyResponses(t, 2100), NewDataset(surveyfile.Default())
	ask := func() {
		if _, err := d.Report(Query{By: [][]string{{"age", "occupation", "spend"}, {"age", "month", "spend"}}, Where: domestic}); err != nil {
			t.Fatal(err)
		}
	}
	appendAll(t, d, all[:2000]...)
	ask()
	bytes, first := 0, map[string]*scoring.Tabulation{}
	for key, sums := range d.kept.tabulations.values {
		bytes += sums.Bytes()
		first[key] = sums
	}
	if bytes <= keptSumBytes || len(first) != 2 {
		t.Fatalf("%d sums of %d bytes: not what is to be tested", len(first), bytes)
	}
	appendAll(t, d, all[2000:]...)
	ask()
	for key, sums := range d.kept.tabulations.values {
		if first[key] != sums {
			t.Errorf("%s is taken anew", key)
		}
	}
}

// Sums by another model, whose scores are behind, may tell the design as well as any.
func TestSumsOfAnotherModelTellTheDesign(t *testing.T) {
	survey, all := surveyfile.Default(), studyResponses(t, 4000)
	d, fresh := NewDataset(survey), NewDataset(survey)
	ask := func(d *Dataset, model string, where []Where) string {
		return reportText(t, d, Query{Model: model, By: [][]string{{"cabin"}}, Where: where})
	}
	appendAll(t, d, all[:2000]...)
	other := string(survey.Models[1].Key)
	ask(d, other, nil)
	appendAll(t, d, all[2000:]...)
	appendAll(t, fresh, all...)
	for _, q := range []struct {
		model string
		where []Where
	}{{"", domestic}, {other, nil}} {
		if got, want := ask(d, q.model, q.where), ask(fresh, q.model, q.where); got != want {
			t.Errorf("model %q:\n%s\nafresh:\n%s", q.model, got, want)
		}
	}
}
