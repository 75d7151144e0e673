package reports_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

// Six versions, a month each: only where an item of the model is asked on another scale, with its levels in another order, or by one
// version alone, do figures break.
func TestBreaksAreWhereWhatIsScoredDiffers(t *testing.T) {
	const graded = "scales: [{key: ten, low: 0, high: 10}, {key: five, low: 0, high: 2, points: [{value: 0, label: bad}, {value: 1, label: fair}, {value: 2, label: good}]}]"
	one := strings.NewReplacer("scales: [{key: ten, low: 0, high: 10}, {key: five, low: 0, high: 4}]", graded).Replace(versionOne)
	change := func(from string, pairs ...string) string {
		t.Helper()
		to := strings.NewReplacer(pairs...).Replace(from)
		if to == from {
			t.Fatalf("%q changes nothing", pairs)
		}
		return to
	}
	versions := []string{one}
	for _, pairs := range [][]string{
		{"text: Crew,", "text: The crew,"}, // 2: wording
		{"[economy, business, first]}", "[economy, business]}\n  - {key: route, label: Route}", "      - {key: overall", "      - {key: seat, text: Seat, scale: ten}\n      - {key: overall"}, // 3: what is not scored
		{"{value: 0, label: bad}, {value: 1, label: fair}, {value: 2, label: good}", "{value: 2, label: good}, {value: 1, label: fair}, {value: 0, label: bad}"},                               // 4: order
		{"text: Meal, scale: five", "text: Meal, scale: ten"}, // 5: another scale
		{"[crew, meal]", "[crew, meal, seat]"},                // 6: an item more, which versions 3 to 5 asked as well
	} {
		versions = append(versions, change(versions[len(versions)-1], pairs...))
	}
	s, ctx := openStore(t), context.Background()
	month := func(v int) time.Time { return time.Date(2025, time.Month(v), 10, 0, 0, 0, 0, time.UTC) }
	for v, source := range versions {
		sv := published(t, s, source)
		var rows []*surveys.Response
		for range 40 {
			rows = append(rows, &surveys.Response{Version: v + 1, SubmittedAt: month(v + 1), Seconds: 60, Ratings: slices.Repeat([]byte{1}, len(sv.Questionnaire.Rated())),
				Attributes: make([]string, len(sv.Questionnaire.Attributes))})
		}
		for _, r := range rows {
			r.Attributes[0] = "economy"
		}
		storedFrom(t, s, 1_000_000*v, rows...)
	}
	d, err := reports.NewLive(s).Dataset(ctx, "short")
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Trend(reports.TrendQuery{Measures: []string{"index"}, Query: reports.Query{AllRows: true}})
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for _, b := range r.Breaks {
		at = append(at, b.Period)
	}
	// From 2 to 3 the model's seat is new to version 6's model, which is the one that scores.
	if d := cmp.Diff([]string{"2025-03", "2025-04", "2025-05"}, at); d != "" {
		t.Errorf("breaks (-want +got):\n%s\n%v", d, r.Warnings)
	}
	all := strings.Join(r.Warnings, "\n")
	for _, want := range []string{"Versions 1, 2, 5 and 6 of the questionnaire ask what is scored on the same scales", "changes in 2025-03 (seat):", "changes in 2025-04 (meal):", "changes in 2025-05 (meal):"} {
		if !strings.Contains(all, want) {
			t.Errorf("warnings do not say %q:\n%s", want, all)
		}
	}
	// A splice between versions that ask the same is not needed, one between those that do not is.
	r, err = d.Trend(reports.TrendQuery{Measures: []string{"index"}, Query: reports.Query{AllRows: true}, Splices: []surveys.Splice{{Version: 3}, {Version: 5}}})
	if err != nil {
		t.Fatal(err)
	}
	var spliced []bool
	for _, b := range r.Breaks {
		spliced = append(spliced, b.Spliced)
	}
	if d := cmp.Diff([]bool{true, false, true}, spliced); d != "" {
		t.Errorf("spliced (-want +got):\n%s", d)
	}
	review, err := d.Review(reports.ReviewQuery{QualityQuery: reports.QualityQuery{Query: reports.Query{AllRows: true}}})
	if err != nil {
		t.Fatal(err)
	}
	c := checksOf(review, "version_breaks")[0]
	if c.Result != reports.CheckWarn || c.Value != 4 || !strings.Contains(c.Reason, "version 4 asked meal on another scale") || !strings.Contains(c.Reason, "version 1 did not ask seat") ||
		strings.Contains(c.Reason, "version 5") {
		t.Errorf("%+v", c)
	}
}

// Versions that change nothing that is scored are no break, on any surface, and pass the review.
func TestVersionsThatAskTheSame(t *testing.T) {
	s := openStore(t)
	published(t, s, versionOne)
	published(t, s, strings.ReplaceAll(versionOne, "text: Crew", "text: The crew"))
	for v := range 2 {
		var rows []*surveys.Response
		for range 40 {
			rows = append(rows, &surveys.Response{Version: v + 1, SubmittedAt: time.Date(2025, time.Month(v+1), 10, 0, 0, 0, 0, time.UTC), Ratings: []byte{8, 4, 7}, Attributes: []string{"economy"}})
		}
		storedFrom(t, s, 1_000_000*v, rows...)
	}
	d, err := reports.NewLive(s).Dataset(context.Background(), "short")
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Trend(reports.TrendQuery{Query: reports.Query{AllRows: true}})
	if err != nil || len(r.Breaks) > 0 || !strings.Contains(strings.Join(r.Warnings, " "), "wording is not compared") {
		t.Errorf("%v: breaks %+v, warnings %q", err, r.Breaks, r.Warnings)
	}
	review, err := d.Review(reports.ReviewQuery{QualityQuery: reports.QualityQuery{Query: reports.Query{AllRows: true}}})
	if err != nil {
		t.Fatal(err)
	}
	if c := checksOf(review, "version_breaks")[0]; c.Result != reports.CheckPass || c.Value != 0 || !strings.Contains(c.Reason, "2 versions") {
		t.Errorf("%+v", c)
	}
}
