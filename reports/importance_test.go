package reports_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"paxscore/reports"
	"paxscore/surveys"
)

func importance(t *testing.T, d *reports.Dataset, q reports.ImportanceQuery) *reports.ImportanceReport {
	t.Helper()
	r, err := d.Importance(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The weights that the study suggests are those of its model "study", whichever model asks.
func TestImportanceOfTheStudy(t *testing.T) {
	var ref refDrivers
	readReference(t, "ref_drivers_study.json", &ref)
	want := ref.Study
	data := dataset(t, studySurvey(), studyRows(t, 10000))
	c := compareWith(t, "ref_drivers_study.json")
	r := importance(t, data, reports.ImportanceQuery{Query: reports.Query{Model: "equal"}})
	if r.Status != reports.StatusOK || r.Method != "lmg" || r.Floor != .05 || r.Ceiling != .4 || r.Decimals != 4 || r.LeastN != 100 {
		t.Fatalf("%+v", r)
	}
	c.equal("n", *r.N, want.N)
	c.near("condition", r.Condition, want.Unweighted.Condition)
	var sum float64
	for j, d := range r.Dimensions {
		c.near(d.Key+" share", d.Share, want.Unweighted.LMG[j])
		c.near(d.Key+" share se", d.ShareSE, want.Jackknife.LMG[j])
		c.near(d.Key+" bounded", d.Bounded, want.Bounded[j])
		c.near(d.Key+" suggested", d.Suggested, want.Rounded[j])
		c.near(d.Key+" in force", d.WeightInForce, .2)
		sum += float64(d.Suggested)
	}
	c.near("sum", reports.Number(sum), 1)
	// METHOD section 1: at the level of respondents content, which matters least, varies most.
	c.rounded("entropy of content", r.Dimensions[2].Entropy, 3, .277)
	c.rounded("CRITIC of content", r.Dimensions[2].Critic, 3, .242)
	// Content is held at the floor in every replicate, so its weight has no error.
	if r.Dimensions[2].BoundedSE != 0 || !(r.Dimensions[0].BoundedSE > 0) {
		t.Errorf("errors of weights: %v, %v", r.Dimensions[2].BoundedSE, r.Dimensions[0].BoundedSE)
	}
	if n := len(slices.DeleteFunc(slices.Clone(r.Warnings), func(w string) bool { return !strings.Contains(w, "differs from that in force") })); n != 3 {
		t.Errorf("three weights move by more than .05: %q", r.Warnings)
	}
	if r := importance(t, data, reports.ImportanceQuery{}); len(r.Warnings) != 0 {
		t.Errorf("the weights in force are those suggested: %q", r.Warnings)
	}

	none, one := 0., 1.
	free := importance(t, data, reports.ImportanceQuery{Floor: &none, Ceiling: &one})
	for j, d := range free.Dimensions {
		c.near(d.Key+" without limits", d.Bounded, want.Unweighted.LMG[j])
		c.near(d.Key+" without limits, se", d.BoundedSE, want.Jackknife.LMG[j])
	}
}

func TestImportanceIsRefused(t *testing.T) {
	rows := studyRows(t, 200)
	for n, status := range map[int]reports.Status{8: reports.StatusSuppressed, 99: reports.StatusBaseTooSmall} {
		r := importance(t, dataset(t, studySurvey(), rows[:n]), reports.ImportanceQuery{})
		if r.Status != status || (r.N == nil) != (status == reports.StatusSuppressed) || r.R2.Valid() || r.Dimensions[0].Share.Valid() || r.Dimensions[0].Suggested.Valid() ||
			r.Dimensions[0].Entropy.Valid() || len(r.Warnings) == 0 {
			t.Errorf("%d responses: %+v", n, r)
		}
	}
	// Two dimensions that differ in a few answers only: shares could be computed, but are not fit to be published.
	d := reports.NewDataset(studySurvey())
	for k, r := range studyRows(t, 1000) {
		x := *r
		x.Ratings = slices.Clone(r.Ratings)
		copy(x.Ratings[10:13], r.Ratings[13:16])
		if k%97 == 0 && x.Ratings[10] < 10 && x.Ratings[10] > 0 {
			x.Ratings[10]--
		}
		if err := d.Append(&x); err != nil {
			t.Fatal(err)
		}
	}
	r := importance(t, d, reports.ImportanceQuery{Query: reports.Query{AllRows: true}})
	if r.Status != reports.StatusNotComputable || r.Dimensions[0].Suggested.Valid() || !(r.Condition > 30) || !strings.Contains(strings.Join(r.Warnings, "\n"), "condition") {
		t.Errorf("condition %v, %s: %q", r.Condition, r.Status, r.Warnings)
	}
}

func TestImportanceQueriesAreChecked(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	p := func(x float64) *float64 { return &x }
	for name, tt := range map[string]struct {
		q    reports.ImportanceQuery
		want string
	}{
		"by":             {reports.ImportanceQuery{Query: reports.Query{By: by("cabin")}}, "by unknown"},
		"floor":          {reports.ImportanceQuery{Floor: p(-.1)}, "floor range"},
		"floor too high": {reports.ImportanceQuery{Floor: p(.3)}, "cap range"},
		"cap":            {reports.ImportanceQuery{Ceiling: p(.1)}, "cap range"},
		"not a number":   {reports.ImportanceQuery{Ceiling: p(math.NaN())}, "cap range"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Importance(tt.q)
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field+" "+invalid.Fields[0].Rule != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}
