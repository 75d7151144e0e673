package reports_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

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
