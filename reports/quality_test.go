package reports_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

func quality(tb testing.TB, d *reports.Dataset, q reports.QualityQuery) *reports.Quality {
	tb.Helper()
	r, err := d.Quality(q)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func counted(c reports.Count) int {
	if c.N == nil {
		return -1
	}
	return *c.N
}

// setOf finds the figures of one set of responses.
func setOf(tb testing.TB, q *reports.Quality, key string) reports.Sensitivity {
	tb.Helper()
	for _, s := range q.Sensitivity {
		if s.Set == key {
			return s
		}
	}
	tb.Fatalf("there is no set %q", key)
	return reports.Sensitivity{}
}

// The quality of the reference study is that which R finds (ref_study.json, ref_quality.json).
func TestQualityOfTheStudy(t *testing.T) {
	var study struct {
		Screening struct {
			Rows, Duplicate, Incomplete, Kept int
			StraightAndFast                   int     `json:"straight_and_fast"`
			Under2s                           int     `json:"under_2s_per_item"`
			StraightLinersKept                int     `json:"straight_liners_kept"`
			MedianSeconds                     float64 `json:"median_seconds"`
		}
		WithoutStraightLiners float64 `json:"index_without_straight_liners"`
		R                     float64 `json:"index_vs_overall_r"`
		Alpha                 map[string]struct {
			Alpha float64
			N     int
		}
		Golden struct {
			R2             float64 `json:"r2"`
			CompleteRows   int     `json:"complete_rows_for_drivers"`
			DurationMedian float64 `json:"duration_median"`
			MissingCells   struct {
				NotApplicable int `json:"not_applicable"`
				Skipped       int
			} `json:"missing_cells"`
		}
	}
	readReference(t, "ref_study.json", &study)
	type figures struct {
		N, Index, Overall float64
		NIndex            float64 `json:"n_index"`
	}
	var whole struct {
		Study struct {
			All                   figures `json:"index_all_rows"`
			Valid                 figures `json:"index_valid"`
			WithoutStraightLiners figures `json:"index_valid_without_straight_liners"`
		}
	}
	readReference(t, "ref_quality.json", &whole)

	d := compareWith(t, "ref_study.json, ref_quality.json: quality")
	data := dataset(t, studySurvey(), studyRows(t, 10_000))
	q := quality(t, data, reports.QualityQuery{Query: reports.Query{Model: "study"}})
	exact := func(what string, got, want int) {
		t.Helper()
		d.near(what, reports.Number(got), float64(want))
	}
	for i, want := range []int{study.Screening.Duplicate, study.Screening.StraightAndFast, study.Screening.Under2s, study.Screening.Incomplete} {
		exact(q.Screening[i].Key, counted(q.Screening[i].Breaking), want)
	}
	if got := []int{*q.Screening[0].Excluded, *q.Screening[1].Excluded, *q.Screening[2].Excluded, *q.Screening[3].Excluded}; cmp.Diff([]int{120, 120, 0, 60}, got) != "" {
		t.Errorf("left out at the first rule broken: %v", got)
	}
	exact("straight lines kept", counted(q.Flags[0].Valid), study.Screening.StraightLinersKept)
	d.near("median of all", q.Responses.MedianSeconds, study.Screening.MedianSeconds)
	d.near("median of the valid", q.Speed.MedianSeconds, study.Golden.DurationMedian)
	for key, want := range map[string]figures{"all_rows": whole.Study.All, "valid": whole.Study.Valid, "without_straight_line": whole.Study.WithoutStraightLiners} {
		s := setOf(t, q, key)
		exact(key+" n of the index", *s.Index.N, int(want.NIndex))
		d.near(key+" index", s.Index.Estimate, want.Index)
		d.near(key+" overall item", s.OverallItem.Mean, want.Overall)
	}
	d.near("index without straight lines", setOf(t, q, "without_straight_line").Index.Estimate, study.WithoutStraightLiners)
	for _, r := range q.Reliability {
		d.near("alpha of "+r.Key, r.Alpha, study.Alpha[r.Key].Alpha)
		exact("complete rows of "+r.Key, *r.N, study.Alpha[r.Key].N)
	}
	d.near("r of index and overall item", q.Validity.R, study.R)
	d.near("R²", q.Validity.R2, study.Golden.R2)
	exact("rows of R²", *q.Validity.NFit, study.Golden.CompleteRows)
	var skipped, notApplicable int
	for _, it := range q.Items {
		skipped += counted(it.Skipped)
		notApplicable += counted(it.NotApplicable)
		if of := *it.Answered.Of; counted(it.Answered)+counted(it.Skipped) != of || of+counted(it.NotApplicable) != *it.NotApplicable.Of || *it.NotRouted.Of != 10_000 {
			t.Errorf("%s: counts do not add up", it.Key)
		}
	}
	counts, err := data.Histograms(reports.Query{By: by("route")})
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range q.Items {
		var answers []int // of the valid responses, ascending; the scales begin at 0
		for rating := range counts[0][i] {
			n := 0
			for g := range counts {
				n += counts[g][i][rating]
			}
			answers = append(answers, slices.Repeat([]int{rating}, n)...)
		}
		for _, x := range it.Distribution.Quantiles {
			exact(it.Key+" quantile", int(x.Value), answers[int(math.Ceil(x.P*float64(len(answers))))-1])
		}
	}
	exact("skipped cells", skipped, study.Golden.MissingCells.Skipped)
	exact("not applicable cells", notApplicable, study.Golden.MissingCells.NotApplicable)
	if len(q.Structure.HTMT) != 10 || !q.Structure.KMO.Valid() || len(q.Structure.MSA) != 16 {
		t.Errorf("structure %+v", q.Structure)
	}
}

// The flags of 370 responses of the study are those that R raises (ref_quality.json, data/quality_rows.csv).
func TestFlagsOfAPartOfTheStudy(t *testing.T) {
	var want struct {
		Flags   map[string][]int
		EvenOdd []*float64 `json:"even_odd"`
		Same    []*int     `json:"same_vector_and_channel_as_row"`
	}
	readReference(t, "ref_quality.json", &want)
	f, err := os.Open(referenceFolder + "data/quality_rows.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := studyRows(t, 10_000)
	var rows []*surveys.Response
	for _, line := range lines[1:] {
		at, err := strconv.Atoi(line[0])
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, all[at-1])
	}
	q := quality(t, dataset(t, studySurvey(), rows), reports.QualityQuery{Query: reports.Query{Model: "study"}})
	consistent, same := 0, 0
	for _, r := range want.EvenOdd {
		if r != nil && *r < .3 {
			consistent++
		}
	}
	for _, r := range want.Same {
		if r != nil {
			same++
		}
	}
	expected := map[string]int{
		"straight_line": len(want.Flags["straight_line_all_equal"]), "long_run": len(want.Flags["longstring_ge_10"]),
		"speeding": len(want.Flags["speeding_third_of_median"]), "under_2s_per_item": len(want.Flags["under_2s_per_item"]),
		"outlying": len(want.Flags["mahalanobis_p_lt_0.001"]), "inconsistent": consistent, "repeated": same,
	}
	got := map[string]int{}
	for _, flag := range q.Flags {
		got[flag.Key] = counted(flag.Read)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("flags (-R +got):\n%s", diff)
	}
	screening := map[string]int{}
	for _, r := range q.Screening {
		screening[r.Key] = counted(r.Breaking)
	}
	if diff := cmp.Diff(map[string]int{"duplicate": len(want.Flags["duplicate"]), "straight_and_fast": len(want.Flags["straight_and_fast"]),
		"under_2s_per_item": len(want.Flags["under_2s_per_item"]), "break_off": len(want.Flags["answered_share_below_half_or_no_overall"])}, screening); diff != "" {
		t.Errorf("screening (-R +got):\n%s", diff)
	}
}

func TestBadQualityQueries(t *testing.T) {
	d := dataset(t, studySurvey(), studyRows(t, 200))
	tests := []struct {
		name, field, rule string
		q                 reports.QualityQuery
	}{
		{"segments", "by", "unknown", reports.QualityQuery{Query: reports.Query{By: by("age")}}},
		{"model", "model", "unknown", reports.QualityQuery{Query: reports.Query{Model: "none"}}},
		{"channel", "channel", "unknown", reports.QualityQuery{Channel: "none"}},
		{"groups", "groups", "unknown", reports.QualityQuery{Groups: "none"}},
		{"negative", "declined", "range", reports.QualityQuery{Fieldwork: reports.Fieldwork{Declined: -1}}},
		{"more than unused", "undelivered", "range", reports.QualityQuery{Fieldwork: reports.Fieldwork{Known: true, Declined: 3, Undelivered: 3,
			Invitations: []surveys.InvitationCount{{Used: 100, Open: 5}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := d.Quality(tt.q)
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) || invalid.Fields[0].Field != tt.field || invalid.Fields[0].Rule != tt.rule {
				t.Errorf("%v", err)
			}
		})
	}
}

// Response rates from known counts, worked by hand: 250 invitations, 200 used as the study's 210 responses come in 200 kinds.
func TestResponseRatesOfInvitations(t *testing.T) {
	rows := studyRows(t, 200)
	d := dataset(t, studySurvey(), rows)
	f := reports.Fieldwork{Known: true, Declined: 10, Ineligible: 20, Undelivered: 5,
		Invitations: []surveys.InvitationCount{{Used: 60, Open: 10}, {Wave: "spring", Used: len(rows) - 60, Expired: 190}}}
	q := quality(t, d, reports.QualityQuery{Fieldwork: f})
	r := q.ResponseRates
	if r == nil {
		t.Fatalf("no rates: %q", q.Warnings)
	}
	if r.Invited != len(rows)+200 || r.Used != len(rows) || r.Complete+r.Partial+r.BreakOffs != r.Used || r.Unknown != 170 {
		t.Errorf("%+v", r)
	}
	known := float64(r.Used + 10)
	e := known / (known + 20)
	near := func(what string, got reports.Number, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	near("e", r.Eligibility, e)
	near("RR1", r.RR1, float64(r.Complete)/(known+170))
	near("RR2", r.RR2, float64(r.Complete+r.Partial)/(known+170))
	near("RR3", r.RR3, float64(r.Complete)/(known+170*e))
	near("RR4", r.RR4, float64(r.Complete+r.Partial)/(known+170*e))
	near("RR5", r.RR5, float64(r.Complete)/known)
	near("RR6", r.RR6, float64(r.Complete+r.Partial)/known)
	if !strings.Contains(strings.Join(r.Warnings, "\n"), "10 invitations can still be used") {
		t.Errorf("warnings %q", r.Warnings)
	}
	for name, q := range map[string]reports.QualityQuery{
		"file":              {},
		"nobody invited":    {Fieldwork: reports.Fieldwork{Known: true}},
		"another condition": {Fieldwork: f, Query: reports.Query{Where: []reports.Where{{Attribute: "channel", Values: []string{"web"}}}}},
	} {
		got := quality(t, d, q)
		if got.ResponseRates != nil || len(got.Warnings) == 0 {
			t.Errorf("%s: %+v, warnings %q", name, got.ResponseRates, got.Warnings)
		}
	}
}

// Nothing is told of few responses: not their own figures, nor those of a few that are left out.
func TestQualityHidesFew(t *testing.T) {
	few := quality(t, dataset(t, studySurvey(), studyRows(t, 8)), reports.QualityQuery{})
	b, err := json.Marshal(few)
	if err != nil {
		t.Fatal(err)
	}
	if few.Flagged.N != nil || few.Screening[0].Excluded != nil || few.Speed.N != nil || few.Validity.R.Valid() || few.Reliability[0].N != nil {
		t.Errorf("%s", b)
	}
	for _, s := range few.Sensitivity {
		if s.N != nil || s.Index.N != nil || s.OverallItem.N != nil {
			t.Errorf("the set %s is shown", s.Set)
		}
	}
	// A few straight lines among many: the index without them would give theirs away.
	rows := studyRows(t, 10_000)
	var kept []*surveys.Response
	lines := 0
	for _, r := range rows {
		straight, first := true, byte(255)
		for _, x := range r.Ratings[:16] {
			if x > 10 { // no answer
				continue
			}
			straight = straight && (first == 255 || x == first)
			first = x
		}
		if straight && r.Seconds >= 87 {
			if lines++; lines > 5 {
				continue
			}
		}
		if kept = append(kept, r); len(kept) == 2000 {
			break
		}
	}
	q := quality(t, dataset(t, studySurvey(), kept), reports.QualityQuery{})
	if f := counted(q.Flags[0].Valid); f == 0 || f >= 10 {
		t.Fatalf("%d straight lines are valid; the test needs a few", f)
	}
	if s := setOf(t, q, "without_straight_line"); s.Index.Status != reports.StatusSuppressed || s.N != nil || s.Difference.Valid() || s.OverallItem.Mean.Valid() {
		t.Errorf("shown although %d make the difference: %+v", counted(q.Flags[0].Valid), s)
	}
	if s := setOf(t, q, "valid"); !s.Index.Estimate.Valid() {
		t.Errorf("the valid responses are hidden: %+v", s.Index)
	}
}
