package reports_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/reference"
	"paxscore/reports"
	"paxscore/surveys"
)

// response answers every question of the study's survey with the rating.
func response(rating byte, change ...func(*surveys.Response)) *surveys.Response {
	r := &surveys.Response{Version: 1, Mode: surveys.ModeWeb, Language: "en", ResponseWeight: 1, Seconds: 200, Attributes: make([]string, 13), Ratings: make([]byte, 19)}
	for i := range r.Ratings {
		r.Ratings[i] = rating
	}
	for _, c := range change {
		c(r)
	}
	return r
}

// attributePositions are those of the study's survey.
var attributePositions = func() map[string]int {
	out := map[string]int{}
	for i, a := range studySurvey().Questionnaire.Attributes {
		out[string(a.Key)] = i
	}
	return out
}()

// set changes attributes by key and value.
func set(pairs ...string) func(*surveys.Response) {
	return func(r *surveys.Response) {
		for i := 0; i < len(pairs); i += 2 {
			r.Attributes[attributePositions[pairs[i]]] = pairs[i+1]
		}
	}
}

// mixed are n responses with ratings from 0 to 10 in turn.
func mixed(n int, change ...func(*surveys.Response)) (out []*surveys.Response) {
	for i := range n {
		out = append(out, response(byte((i*7)%11), change...))
	}
	return out
}

func respondents() *surveys.Survey {
	s := studySurvey()
	s.Design = surveys.Design{}
	return s
}

func n(x *int) string {
	if x == nil {
		return "null"
	}
	return fmt.Sprint(*x)
}

// The statuses of a base, at every edge.
func TestSmallBases(t *testing.T) {
	for _, tt := range []struct {
		n      int
		status reports.Status
		shownN string
		figure bool
		words  string
	}{
		{0, reports.StatusNotComputable, "0", false, "No response"},
		{1, reports.StatusSuppressed, "null", false, "fewer than 10"},
		{9, reports.StatusSuppressed, "null", false, "fewer than 10"},
		{10, reports.StatusBaseTooSmall, "10", false, "fewer than 30"},
		{29, reports.StatusBaseTooSmall, "29", false, "fewer than 30"},
		{30, reports.StatusFlagged, "30", true, "not tested"},
		{49, reports.StatusFlagged, "49", true, "not tested"},
		{50, reports.StatusFlagged, "50", true, "Small base: 50"},
		{99, reports.StatusFlagged, "99", true, "Small base: 99"},
		{100, reports.StatusOK, "100", true, ""},
	} {
		r := report(t, dataset(t, respondents(), mixed(tt.n)), reports.Query{})
		figures := map[string]reports.Estimate{"index": r.Overall, "dimension": r.Dimensions[0].Estimate, "item": r.Items[0].Estimate, "overall item": r.OverallItem.Estimate, "index of means": r.IndexOfMeans}
		for name, e := range figures {
			if e.Status != tt.status || n(e.N) != tt.shownN || e.Estimate.Valid() != tt.figure || e.SE.Valid() != tt.figure || e.NEffective.Valid() != tt.figure {
				t.Errorf("n=%d, %s: %+v", tt.n, name, e)
			}
			if tt.words != "" && (len(e.Warnings) == 0 || !strings.Contains(e.Warnings[0], tt.words)) || tt.words == "" && len(e.Warnings) > 0 {
				t.Errorf("n=%d, %s: warnings %q, want %q", tt.n, name, e.Warnings, tt.words)
			}
		}
		p := r.Recommend
		if p.Status != tt.status || p.NPS.Valid() != tt.figure || (p.Promoters != nil) != tt.figure || n(p.N) != tt.shownN {
			t.Errorf("n=%d, NPS: %+v", tt.n, p)
		}
		if (len(r.OverallItem.Histogram) > 0) != tt.figure || (r.OverallItem.TopBox != nil) != tt.figure {
			t.Errorf("n=%d: histogram %v", tt.n, r.OverallItem.Histogram)
		}
		if r.Responses.Read != tt.n || r.Responses.Suppressed {
			t.Errorf("n=%d: responses of the whole data set %+v", tt.n, r.Responses)
		}
	}
}

// Weights that make 120 responses worth 40 are judged as 40.
func TestEffectiveBase(t *testing.T) {
	rows := mixed(120)
	for i, r := range rows {
		if i < 12 {
			r.ResponseWeight = 30
		}
	}
	// (Σw)²/Σw² = (12·30+108)²/(12·900+108) = 20.08
	r := report(t, dataset(t, respondents(), rows), reports.Query{})
	if r.Overall.Status != reports.StatusBaseTooSmall || !strings.Contains(r.Overall.Warnings[0], "worth 20") {
		t.Errorf("index %+v", r.Overall)
	}
	if r.Weighting.Method != "base" || math.Abs(float64(r.Weighting.NEffective)-20.0792079207920) > 1e-9 {
		t.Errorf("weighting %+v", r.Weighting)
	}
	if r = report(t, dataset(t, respondents(), rows), reports.Query{Unweighted: true}); r.Overall.Status != reports.StatusOK || r.Weighting.Method != "none" {
		t.Errorf("unweighted: %+v %+v", r.Overall, r.Weighting)
	}
}

func TestPeriods(t *testing.T) {
	at := func(day int) func(*surveys.Response) {
		return func(r *surveys.Response) { r.SubmittedAt = time.Date(2025, 3, day, 12, 0, 0, 0, time.UTC) }
	}
	rows := append(append(mixed(40, at(1)), mixed(50, at(2))...), mixed(60)...)
	d := dataset(t, respondents(), rows)
	day := func(n int) time.Time { return time.Date(2025, 3, n, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		from, to time.Time
		read     int
	}{
		{time.Time{}, time.Time{}, 150}, {day(1), time.Time{}, 90}, {day(2), time.Time{}, 50}, {time.Time{}, day(2), 40}, {day(1), day(2), 40}, {day(2), day(3), 50}, {day(3), time.Time{}, 0},
		{time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, 90}, {time.Time{}, time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), 0}, {time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, 0},
		{day(1).Add(12 * time.Hour), day(2).Add(12 * time.Hour), 40},
	} {
		r := report(t, d, reports.Query{From: tt.from, To: tt.to})
		if r.Responses.Read != tt.read || r.Responses.Outside != 150-tt.read {
			t.Errorf("%v to %v: %+v, want %d", tt.from, tt.to, r.Responses, tt.read)
		}
		open := tt.from.IsZero() && tt.to.IsZero()
		if warned := strings.Contains(strings.Join(r.Warnings, " "), "60 responses of unknown time"); warned == open {
			t.Errorf("%v to %v: warnings %q", tt.from, tt.to, r.Warnings)
		}
	}
}

// Post-stratification: with twice as many young in the population as old, whatever the sample.
func TestPostStratifiedReport(t *testing.T) {
	s := respondents()
	s.Models[0].Weighting = surveys.PostStratification("age", map[string]float64{"under_25": 2, "60_plus": 1})
	var rows []*surveys.Response
	for range 100 {
		rows = append(rows, response(6, set("age", "under_25")), response(9, set("age", "60_plus")), response(9, set("age", "60_plus")))
	}
	r := report(t, dataset(t, s, rows), reports.Query{})
	if r.Weighting.Method != "post_stratified" || r.Weighting.Attribute != "age" || math.Abs(float64(r.Overall.Estimate)-70) > 1e-9 || math.Abs(float64(r.Weighting.Sum)-300) > 1e-9 {
		t.Errorf("weighting %+v, index %v, want (2·60+90)/3", r.Weighting, r.Overall.Estimate)
	}
	if got := report(t, dataset(t, s, rows), reports.Query{Unweighted: true}); math.Abs(float64(got.Overall.Estimate)-80) > 1e-9 || got.Weighting.Method != "none" {
		t.Errorf("unweighted: %+v %v", got.Weighting, got.Overall.Estimate)
	}
	s.Models[0].Weighting.Margins[0].Shares["35_44"] = 3
	r = report(t, dataset(t, s, rows), reports.Query{})
	if r.Weighting.Method != "none" || !strings.Contains(strings.Join(r.Warnings, " "), "no response for 35_44") {
		t.Errorf("a level without responses: %+v, warnings %q", r.Weighting, r.Warnings)
	}
}

// Labelled, reversed and two-point scales.
func TestScales(t *testing.T) {
	s := respondents()
	fifty := 60.0
	q := &s.Questionnaire
	q.Scales = append(q.Scales, surveys.Scale{Key: "labels", Low: 1, High: 3, Points: []surveys.Point{{Value: 2, Score: &fifty}}}, surveys.Scale{Key: "yes_no", Low: 0, High: 1})
	items := q.Sections[0].Items
	items[0].Scale, items[1].Reverse, items[18].Scale = "labels", true, "yes_no"
	var rows []*surveys.Response
	for i := range 300 {
		r := response(9)
		r.Ratings[0], r.Ratings[18] = byte(i%3), byte(i%2)
		r.Ratings[1] = byte(i % 2)
		rows = append(rows, r)
	}
	r := report(t, dataset(t, s, rows), reports.Query{})
	near := func(what string, got reports.Number, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 1e-9 {
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
	labels, reversed, again := r.Items[0], r.Items[1], r.Items[16]
	near("labelled score", labels.Estimate.Estimate, (0+60+100)/3.)
	near("labelled mean", labels.Mean, 2)
	near("labelled top two", labels.TopBox.Share, 2/3.)
	near("reversed score", reversed.Estimate.Estimate, 95)
	near("reversed mean", reversed.Mean, .5)
	near("reversed best two", reversed.TopBox.Share, 1)
	near("yes", again.Estimate.Estimate, 50)
	near("yes, the best of two", again.TopBox.Share, .5)
	near("native of a shared scale", r.Dimensions[1].Native, 9)
	if r.Dimensions[0].Native.Valid() || r.Overall.Native.Valid() {
		t.Errorf("natives of mixed scales: %v, %v", r.Dimensions[0].Native, r.Overall.Native)
	}
	if d := cmp.Diff([]reports.Bar{{Value: 1, N: 100, Share: reports.Number(1 / 3.)}, {Value: 2, N: 100, Share: reports.Number(1 / 3.)}, {Value: 3, N: 100, Share: reports.Number(1 / 3.)}}, labels.Histogram); d != "" {
		t.Errorf("histogram (-want +got):\n%s", d)
	}
}

// A rating outside its scale counts as skipped, and the report says so.
func TestRatingsOutsideTheScale(t *testing.T) {
	rows := mixed(120)
	rows[3].Ratings[0], rows[5].Ratings[18] = 11, 200
	r := report(t, dataset(t, respondents(), rows), reports.Query{})
	if *r.Items[0].Skipped != 1 || *r.Items[0].N != 119 || !strings.Contains(strings.Join(r.Warnings, " "), "2 ratings outside the scale") {
		t.Errorf("item %+v, warnings %q", r.Items[0], r.Warnings)
	}
}

func TestAppendErrors(t *testing.T) {
	d := reports.NewDataset(studySurvey())
	for name, change := range map[string]func(*surveys.Response){
		"ratings":    func(r *surveys.Response) { r.Ratings = r.Ratings[:18] },
		"attributes": func(r *surveys.Response) { r.Attributes = append(r.Attributes, "") },
		"negative":   func(r *surveys.Response) { r.ResponseWeight = -1 },
		"NaN":        func(r *surveys.Response) { r.ResponseWeight = math.NaN() },
		"infinite":   func(r *surveys.Response) { r.ResponseWeight = math.Inf(1) },
		"huge":       func(r *surveys.Response) { r.ResponseWeight = 1e300 },
	} {
		if err := d.Append(response(5, change)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if d.Len() != 0 {
		t.Errorf("%d responses were taken all the same", d.Len())
	}
	if err := d.Append(response(5, func(r *surveys.Response) { r.ResponseWeight = 0 })); err != nil {
		t.Errorf("a response weight that was not given: %v", err)
	}
}

// A report does not depend on whether others were made before, nor on how responses came in.
func TestReportsBetweenAppends(t *testing.T) {
	rows := studyRows(t, 1000)
	q := reports.Query{By: by("age", "route")}
	want := report(t, dataset(t, studySurvey(), rows), q)
	d := reports.NewDataset(studySurvey())
	for i, r := range rows {
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
		if i%300 == 7 {
			report(t, d, q)
			report(t, d, reports.Query{AllRows: true, Model: "equal"})
		}
	}
	if diff := cmp.Diff(marshal(t, want), marshal(t, report(t, d, q))); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func marshal(t testing.TB, r *reports.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// AllRows leaves out the screening: the rows of the study that are not refused are the valid ones.
func TestAllRows(t *testing.T) {
	rows := studyRows(t, 10_000)
	r := report(t, dataset(t, studySurvey(), rows), reports.Query{AllRows: true})
	if r.Responses.Valid != 10_300 || r.Responses.Duplicates+r.Responses.Careless+r.Responses.BreakOffs != 0 || !r.Filter.AllRows {
		t.Errorf("responses %+v", r.Responses)
	}
	ref := reference.Open(t, "ref_quality.json", "study.lines_excluded", "study.index_all_rows", "study.index_valid", "study.index_valid_without_straight_liners")
	const tolerance = 1e-10
	figures := func(part string, r *reports.Report) {
		t.Helper()
		ref.Count("study."+part+".n_index", *r.Overall.N)
		ref.Equal("study."+part+".index", float64(r.Overall.Estimate), tolerance)
		ref.Equal("study."+part+".overall", float64(r.OverallItem.Mean), tolerance)
	}
	figures("index_all_rows", r)
	ref.Count("study.index_all_rows.n", r.Responses.Valid) // of which 60 have no overall rating
	v := report(t, dataset(t, studySurvey(), rows), reports.Query{})
	figures("index_valid", v)
	ref.Count("study.index_valid.n", v.Responses.Valid)
	varied := report(t, dataset(t, studySurvey(), withoutStraightLines(rows, v)), reports.Query{AllRows: true})
	figures("index_valid_without_straight_liners", varied)
	ref.Count("study.index_valid_without_straight_liners.n", varied.Responses.Valid)
	lines := map[reports.Verdict][]int{}
	for i, verdict := range v.Verdicts {
		lines[verdict] = append(lines[verdict], i+1)
	}
	ref.Counts("study.lines_excluded.duplicate", lines[reports.Duplicate])
	ref.Counts("study.lines_excluded.straight_and_fast", lines[reports.Careless])
	ref.Counts("study.lines_excluded.incomplete", lines[reports.BreakOff])
}
