package reports_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// Attempts to learn about few by filters: the few, all but the few, and all but the few within another filter.
func TestFilterHidesFew(t *testing.T) {
	rows := append(mixed(200, set("cabin", "economy", "route", "domestic")), mixed(4, set("cabin", "first", "route", "domestic"))...)
	rows = append(rows, mixed(60, set("cabin", "business", "route", "regional"))...)
	rows = append(rows, mixed(7, set("cabin", "premium_economy", "route", "regional"), func(r *surveys.Response) { r.Ratings[16] = surveys.Skipped })...) // break-offs
	d := dataset(t, respondents(), rows)
	where := func(pairs ...string) (out []reports.Where) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, reports.Where{Attribute: pairs[i], Values: strings.Split(pairs[i+1], ",")})
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		where  []reports.Where
		hidden bool
	}{
		{"four", where("cabin", "first"), true},
		{"all but four", where("cabin", "economy,business"), true},
		{"all but four of a route", where("route", "domestic", "cabin", "economy"), true},
		{"seven, of which none is valid", where("cabin", "premium_economy"), true},
		{"many", where("route", "domestic"), false},
		{"many, many left out", where("cabin", "business"), false},
		{"nobody", where("flight", "none such"), false},
	} {
		r := report(t, d, reports.Query{Where: tt.where, By: by("cabin", "age")})
		got := r.Overall.Status == reports.StatusSuppressed
		if got != tt.hidden || r.Responses.Suppressed != tt.hidden {
			t.Errorf("%s: hidden %v, want %v: %+v", tt.name, got, tt.hidden, r.Responses)
		}
		if !tt.hidden {
			continue
		}
		if want := (reports.Responses{Suppressed: true, Outside: 271, MedianSeconds: 200}); r.Responses != want {
			t.Errorf("%s: responses %+v", tt.name, r.Responses)
		}
		for i, v := range r.Verdicts {
			if v != reports.Outside {
				t.Fatalf("%s: verdict of response %d is %v", tt.name, i, v)
			}
		}
		if len(r.Segments) != 0 || len(r.OverallItem.Histogram) != 0 || r.OverallItem.Skipped != nil || r.Recommend.N != nil || r.Weighting.Sum.Valid() || r.IndexOfMeans.N != nil || r.CompleteCaseMean.Valid() {
			t.Errorf("%s: something is shown: %+v", tt.name, r)
		}
		if len(r.Warnings) == 0 || !strings.Contains(r.Warnings[0], "Nothing is shown") {
			t.Errorf("%s: warnings %q", tt.name, r.Warnings)
		}
	}
}

// A small segment cannot be found as the total less the others: the next smallest goes with it, in every figure.
func TestSegmentsHideFew(t *testing.T) {
	rows := append(mixed(200, set("cabin", "economy")), mixed(4, set("cabin", "first"))...)
	rows = append(append(rows, mixed(60, set("cabin", "business"))...), mixed(35)...)
	r := report(t, dataset(t, respondents(), rows), reports.Query{By: by("cabin")})
	want := []string{"economy ok 200", "business flagged 60", "first suppressed null", "unknown suppressed null"}
	var got []string
	for _, s := range r.Segments {
		got = append(got, fmt.Sprintf("%s %s %s", s.Label, s.Status, n(s.N)))
		hidden := s.Status == reports.StatusSuppressed
		for name, valid := range map[string]bool{"index": s.Overall.Estimate.Valid(), "index n": s.Overall.N != nil, "item": s.OverallItem.Mean.Valid(), "item n": s.OverallItem.N != nil, "histogram": len(s.OverallItem.Histogram) > 0,
			"NPS": s.Recommend.NPS.Valid(), "promoters": s.Recommend.Promoters != nil, "dimension": s.Dimensions[2].Estimate.Estimate.Valid(), "contribution": s.Dimensions[2].Contribution.Valid(), "comparison": s.VersusRest != nil} {
			if valid == hidden {
				t.Errorf("%s: %s shown: %v", s.Label, name, valid)
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("segments (-want +got):\n%s", d)
	}
	if r.Segments[3].By["cabin"] != "" {
		t.Errorf("unknown level is %q", r.Segments[3].By["cabin"])
	}

	// Few valid figures in a large segment are hidden as well, and covered.
	for i, row := range rows {
		if row.Attributes[9] == "business" && i%10 != 0 {
			for k := 7; k < 10; k++ {
				row.Ratings[k] = surveys.NotApplicable // service content
			}
		}
	}
	r = report(t, dataset(t, respondents(), rows), reports.Query{By: by("cabin")})
	if s := r.Segments[1]; s.Dimensions[2].Status != reports.StatusSuppressed || s.Dimensions[2].N != nil || s.Dimensions[1].Status != reports.StatusFlagged || s.Overall.Status != reports.StatusFlagged {
		t.Errorf("business: %+v", s.Dimensions[2])
	}
}

// A figure that few of a large segment have is covered like a small segment, by that figure of the next smallest.
func TestFiguresHideFew(t *testing.T) {
	rows := append(mixed(200, set("cabin", "economy")), mixed(60, set("cabin", "business"))...)
	for i, row := range rows[200:] {
		if i >= 6 {
			for k := 7; k < 10; k++ {
				row.Ratings[k] = surveys.NotApplicable // service content
			}
			row.Ratings[17] = surveys.Skipped
		}
	}
	for _, s := range report(t, dataset(t, respondents(), rows), reports.Query{By: by("cabin")}).Segments {
		if s.Dimensions[2].Status != reports.StatusSuppressed || s.Recommend.Status != reports.StatusSuppressed || s.Recommend.N != nil {
			t.Errorf("%s: content %+v, NPS %+v", s.Label, s.Dimensions[2], s.Recommend)
		}
		if s.Status == reports.StatusSuppressed || !s.Dimensions[1].Estimate.Estimate.Valid() || !s.OverallItem.Mean.Valid() {
			t.Errorf("%s: more than content and NPS is hidden: %+v", s.Label, s)
		}
	}
}

// Levels stand in the order declared, those of an open list by number or name, unknown last.
func TestOrderOfSegments(t *testing.T) {
	var rows []*surveys.Response
	for _, age := range []string{"60_plus", "", "25_34", "under_25"} {
		for _, flight := range []string{"10", "9", "", "100"} {
			rows = append(rows, mixed(20, set("age", age, "flight", flight, "month", "m"+flight))...)
		}
	}
	r := report(t, dataset(t, respondents(), rows), reports.Query{By: [][]string{{"age"}, {"flight"}, {"month"}, {"age", "flight"}}})
	var got []string
	for _, s := range r.Segments[:len(r.Segments)-12] {
		got = append(got, s.Label)
	}
	want := []string{"under_25", "25_34", "60_plus", "unknown", "9", "10", "100", "unknown", "m", "m10", "m100", "m9", "under_25 × 9", "under_25 × 10", "under_25 × 100", "under_25 × unknown"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("segments (-want +got):\n%s", d)
	}
	last := r.Segments[len(r.Segments)-1]
	if d := cmp.Diff([]string{"age", "flight"}, last.Attributes); d != "" || last.By["flight"] != "" || len(last.By) != 2 {
		t.Errorf("last segment %+v", last)
	}
}

// Only segments and rests of 50 are tested, and only they count in Holm's correction.
func TestComparisons(t *testing.T) {
	var rows []*surveys.Response
	for cabin, size := range map[string]int{"economy": 300, "premium_economy": 49, "business": 60, "first": 20} {
		for i := range size {
			rating := byte(i % 11)
			if cabin == "business" {
				rating = byte(8 + i%3)
			}
			rows = append(rows, response(rating, set("cabin", cabin)))
		}
	}
	r := report(t, dataset(t, respondents(), rows), reports.Query{By: by("cabin")})
	verdicts := map[string]string{}
	var tested []reports.Comparison
	for _, s := range r.Segments {
		c := s.VersusRest
		verdicts[s.Label] = c.Verdict
		if c.P.Valid() != (c.Verdict != "not_tested") || c.Difference.Valid() != s.Overall.Estimate.Valid() {
			t.Errorf("%s: %+v", s.Label, c)
		}
		if c.P.Valid() {
			tested = append(tested, *c)
		}
	}
	if d := cmp.Diff(map[string]string{"economy": "different", "premium_economy": "not_tested", "business": "different", "first": "not_tested"}, verdicts); d != "" {
		t.Errorf("verdicts (-want +got):\n%s", d)
	}
	low, high := math.Min(float64(tested[0].P), float64(tested[1].P)), math.Max(float64(tested[0].P), float64(tested[1].P))
	for _, c := range tested {
		want := math.Max(2*low, high) // Holm with two tests
		if float64(c.P) == low {
			want = 2 * low
		}
		if math.Abs(float64(c.PAdjusted)-want) > 1e-15 {
			t.Errorf("p %v adjusted to %v, want %v", c.P, c.PAdjusted, want)
		}
	}
}

// A segment on few flights has an error that is itself uncertain; on one flight it has none. Neither is tested.
func TestFewSamplingUnits(t *testing.T) {
	var rows []*surveys.Response
	for flight := range 40 {
		rows = append(rows, mixed(20, set("flight", fmt.Sprint(flight), "route", []string{"domestic", "regional", "international"}[min(flight/5, 2)]))...)
	}
	rows = append(rows, mixed(120, set("flight", "x", "route", ""))...)
	d := dataset(t, studySurvey(), rows)
	r := report(t, d, reports.Query{By: by("route")})
	for i, want := range []struct {
		df      float64
		verdict string
		words   string
	}{{4, "not_tested", "4 degrees of freedom"}, {4, "not_tested", "4 degrees of freedom"}, {29, "", ""}, {0, "not_tested", "No standard error"}} {
		s := r.Segments[i]
		if want.words != "" && (len(s.Overall.Warnings) == 0 || !strings.Contains(s.Overall.Warnings[len(s.Overall.Warnings)-1], want.words)) || want.words == "" && len(s.Overall.Warnings) > 0 {
			t.Errorf("%s: warnings %q", s.Label, s.Overall.Warnings)
		}
		if !s.Overall.Estimate.Valid() || s.Overall.SE.Valid() != (want.df > 0) || want.df > 0 && float64(s.Overall.DF) != want.df {
			t.Errorf("%s: %+v", s.Label, s.Overall)
		}
		if want.verdict != "" && s.VersusRest.Verdict != want.verdict || want.verdict == "" && s.VersusRest.Verdict == "not_tested" {
			t.Errorf("%s: %+v", s.Label, s.VersusRest)
		}
	}
	if r.Design != (reports.Design{Cluster: "flight", Clusters: 41, Strata: 1, DF: 40, Confidence: .95}) {
		t.Errorf("design %+v", r.Design)
	}

	// An unknown flight is a unit of its own.
	rows = append(rows, mixed(7)...)
	if r = report(t, dataset(t, studySurvey(), rows), reports.Query{}); r.Design.Clusters != 48 || !strings.Contains(strings.Join(r.Warnings, " "), "flight of 7 responses is unknown") {
		t.Errorf("design %+v, warnings %q", r.Design, r.Warnings)
	}
	if r = report(t, dataset(t, studySurvey(), mixed(100)), reports.Query{}); r.Design.Cluster != "" || r.Design.DF != 99 || !strings.Contains(strings.Join(r.Warnings, " "), "flight of no response is known") {
		t.Errorf("design %+v, warnings %q", r.Design, r.Warnings)
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
	s.Models[0].Weighting = &surveys.PostStratification{Attribute: "age", Shares: map[string]float64{"under_25": 2, "60_plus": 1}}
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
	s.Models[0].Weighting.Shares["35_44"] = 3
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
	// ref_quality.json, study.index_all_rows: 10,300 rows of which 60 have no overall rating.
	var ref struct {
		Study struct {
			All struct {
				N       int     `json:"n"`
				Index   float64 `json:"index"`
				NIndex  int     `json:"n_index"`
				Overall float64 `json:"overall"`
			} `json:"index_all_rows"`
			Valid struct {
				N       int     `json:"n"`
				Index   float64 `json:"index"`
				NIndex  int     `json:"n_index"`
				Overall float64 `json:"overall"`
			} `json:"index_valid"`
			Lines map[string][]int `json:"lines_excluded"`
		} `json:"study"`
	}
	readReference(t, "ref_quality.json", &ref)
	d := compareWith(t, "ref_quality.json, study")
	d.equal("all rows", *r.OverallItem.N+60, ref.Study.All.N)
	d.equal("with an index", *r.Overall.N, ref.Study.All.NIndex)
	d.near("index of all rows", r.Overall.Estimate, ref.Study.All.Index)
	d.near("overall item of all rows", r.OverallItem.Mean, ref.Study.All.Overall)
	v := report(t, dataset(t, studySurvey(), rows), reports.Query{})
	d.equal("valid", v.Responses.Valid, ref.Study.Valid.N)
	d.near("index", v.Overall.Estimate, ref.Study.Valid.Index)
	d.near("overall item", v.OverallItem.Mean, ref.Study.Valid.Overall)
	lines := map[reports.Verdict][]int{}
	for i, verdict := range v.Verdicts {
		lines[verdict] = append(lines[verdict], i+1)
	}
	for name, verdict := range map[string]reports.Verdict{"duplicate": reports.Duplicate, "straight_and_fast": reports.Careless, "incomplete": reports.BreakOff} {
		if diff := cmp.Diff(ref.Study.Lines[name], lines[verdict]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		d.checked += len(lines[verdict])
	}
}
