package reports_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"paxscore/internal/reference"
	"paxscore/reports"
	"paxscore/surveys"
)

func compare(t *testing.T, d *reports.Dataset, q reports.CompareQuery) *reports.Comparisons {
	t.Helper()
	q.Model = "study"
	r, err := d.Compare(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Segments of the study: figures against R, differences and their errors from R's figures where flights make them, verdicts.
func TestComparisonsOfTheStudy(t *testing.T) {
	ref := studyFigures{reference.Read(t, "ref_study.json")}
	data := dataset(t, studySurvey(), studyRows(t, 10_000))
	for _, attribute := range []string{"age", "occupation", "spend"} {
		at := "segments_flights." + attribute
		r := compare(t, data, reports.CompareQuery{Query: reports.Query{By: by(attribute)}})
		k := ref.Length(at + ".level")
		if r.Compared != reports.CompareSegments || len(r.Groups) != k || len(r.Measures) != 8 || r.Responses.Valid != 10_000 {
			t.Fatalf("%s: %+v", attribute, r)
		}
		index, overall := r.Measures[0], r.Measures[6]
		var indices, errors []float64
		for g := range k {
			place := "." + strconv.Itoa(g)
			ref.EqualText(at+".level"+place, r.Groups[g].By[attribute])
			ref.Count(at+".n"+place, *r.Groups[g].N)
			ref.near(at+".index"+place, index.Figures[g].Estimate)
			ref.near(at+".index_se"+place, index.Figures[g].SE)
			ref.near(at+".overall"+place, overall.Figures[g].Native)
			ref.near(at+".overall_se"+place, overall.Figures[g].SE/10)
			indices, errors = append(indices, ref.Number(at+".index"+place)), append(errors, ref.Number(at+".index_se"+place))
		}
		if len(index.Pairs) != k*(k-1)/2 || index.Equal.Groups != k || float64(index.Equal.DF2) != float64(499-k+1) {
			t.Errorf("%s: %d pairs, %+v", attribute, len(index.Pairs), index.Equal)
		}
		for _, p := range index.Pairs {
			if want := indices[p.Group] - indices[p.Against]; !nearly(float64(p.Difference), want) {
				t.Errorf("%s: %v, want %v", p.Label, p.Difference, want)
			}
			// Flights have passengers of both groups, so the error is not that of independent ones, but near it.
			alone := math.Hypot(errors[p.Group], errors[p.Against])
			if se := float64(p.SE); se == alone || math.Abs(se/alone-1) > .2 || float64(p.DF) > 498 || float64(p.DF) < 480 {
				t.Errorf("%s: SE %v, of independent groups %v; df %v", p.Label, se, alone, p.DF)
			}
			if p.PAdjusted < p.P || p.Verdict == "not_tested" || p.Reason != "" || math.Abs(float64(p.MinDetect/p.SE)-2.8016) > 1e-3 {
				t.Errorf("%+v", p)
			}
		}
	}
}

// A segment against all others is what a report says of it.
func TestPairIsVersusRest(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 2_000))
	want := report(t, data, reports.Query{Model: "study", By: by("purpose")}).Segments[1].VersusRest
	where := func(v string) []reports.Where { return []reports.Where{{Attribute: "purpose", Values: []string{v}}} }
	r := compare(t, data, reports.CompareQuery{Segment: where("business"), Against: where("leisure"), Measures: []string{"index"}})
	p := r.Measures[0].Pairs[0]
	for what, x := range map[string][2]reports.Number{"difference": {p.Difference, want.Difference}, "SE": {p.SE, want.SE}, "low": {p.Low, want.Low}, "p": {p.P, want.P}} {
		if !nearly(float64(x[0]), float64(x[1])) {
			t.Errorf("%s: %v, the report has %v", what, x[0], x[1])
		}
	}
	segments := compare(t, data, reports.CompareQuery{Query: reports.Query{By: by("purpose")}, Measures: []string{"index"}}).Measures[0].Pairs[0]
	if segments.Difference != -p.Difference || segments.Verdict != p.Verdict {
		t.Errorf("as segments %+v, as a pair %+v", segments, p)
	}
}

func TestPeriodsAreCompared(t *testing.T) {
	data := dataset(t, studySurvey(), studyRows(t, 4_000))
	day := func(m time.Month) time.Time { return time.Date(2025, m, 1, 0, 0, 0, 0, time.UTC) }
	r := compare(t, data, reports.CompareQuery{Query: reports.Query{From: day(7)}, VersusFrom: day(1), VersusTo: day(7), Measures: []string{"attitude", "top_box"}})
	after, before := report(t, data, reports.Query{Model: "study", From: day(7)}), report(t, data, reports.Query{Model: "study", To: day(7)})
	p := r.Measures[0].Pairs[0]
	if want := after.Dimensions[0].Estimate.Estimate - before.Dimensions[0].Estimate.Estimate; !nearly(float64(p.Difference), float64(want)) {
		t.Errorf("%v, the reports differ by %v", p.Difference, want)
	}
	// A flight is in one month: periods have none in common.
	if want := math.Hypot(float64(after.Dimensions[0].SE), float64(before.Dimensions[0].SE)); !nearly(float64(p.SE), want) {
		t.Errorf("SE %v, of independent periods %v", p.SE, want)
	}
	top := r.Measures[1]
	if *r.Groups[0].N != after.Responses.Valid || top.Key != "top_box" || top.Margin != .02 || top.Figures[0].Low != after.OverallItem.TopBox.Low {
		t.Errorf("%+v %+v", r.Groups, top)
	}
}

// Small groups are shown as reports show them and not tested.
func TestComparisonsOfFew(t *testing.T) {
	rows := slices.Concat(mixed(200, set("cabin", "economy")), mixed(49, set("cabin", "premium_economy")), mixed(20, set("cabin", "business")), mixed(4, set("cabin", "first")))
	d := dataset(t, respondents(), rows)
	segments := report(t, d, reports.Query{Model: "study", By: by("cabin")}).Segments
	r := compare(t, d, reports.CompareQuery{Query: reports.Query{By: by("cabin")}})
	if r.Measures[0].Method != "welch" {
		t.Errorf("method %s", r.Measures[0].Method)
	}
	for g, s := range segments {
		if r.Groups[g].Status != s.Status || n(r.Groups[g].N) != n(s.N) {
			t.Errorf("%s: %+v, the report has %s %s", s.Label, r.Groups[g], s.Status, n(s.N))
		}
		if f := r.Measures[0].Figures[g]; f.Status != s.Overall.Status || f.Estimate.Valid() != s.Overall.Estimate.Valid() {
			t.Errorf("%s: %+v", s.Label, f)
		}
	}
	for _, m := range r.Measures {
		for _, p := range m.Pairs {
			if p.Verdict != "not_tested" || p.P.Valid() || p.Reason == "" {
				t.Errorf("%s %s: %+v", m.Key, p.Label, p)
			}
			if both := m.Figures[p.Group].Estimate.Valid() && m.Figures[p.Against].Estimate.Valid(); p.Difference.Valid() != both {
				t.Errorf("%s %s: %v of figures %v", m.Key, p.Label, p.Difference, both)
			}
		}
	}
	// Sixty that would tell of four by subtraction are not shown either.
	r = compare(t, dataset(t, respondents(), slices.Concat(mixed(200, set("cabin", "economy")), mixed(60, set("cabin", "business")), mixed(4, set("cabin", "first")))),
		reports.CompareQuery{Query: reports.Query{By: by("cabin")}})
	for g, want := range []reports.Status{reports.StatusOK, reports.StatusSuppressed, reports.StatusSuppressed} {
		for _, m := range r.Measures {
			if f := m.Figures[g]; f.Status != want || r.Groups[g].Status != want || f.Estimate.Valid() != (want == reports.StatusOK) {
				t.Errorf("%s %s: %+v", r.Groups[g].Label, m.Key, f)
			}
		}
	}
	// Nor sixty beside sixty of whom four answered.
	silent := mixed(60, set("cabin", "first"))
	for _, x := range silent[4:] {
		x.Ratings[17] = surveys.Skipped
	}
	r = compare(t, dataset(t, respondents(), slices.Concat(mixed(200, set("cabin", "economy")), mixed(60, set("cabin", "business")), silent)),
		reports.CompareQuery{Query: reports.Query{By: by("cabin")}, Measures: []string{"nps"}})
	for g, want := range []reports.Status{reports.StatusOK, reports.StatusSuppressed, reports.StatusSuppressed} {
		if f := r.Measures[0].Figures[g]; f.Status != want || r.Groups[g].Status != reports.StatusOK && r.Groups[g].Status != reports.StatusFlagged {
			t.Errorf("%+v: %+v", r.Groups[g], f)
		}
	}
	few := []reports.Where{{Attribute: "cabin", Values: []string{"first"}}}
	r = compare(t, d, reports.CompareQuery{Segment: few, Against: []reports.Where{{Attribute: "cabin", Values: []string{"economy"}}}})
	if r.Groups[0].N != nil || r.Measures[0].Figures[0].Status != reports.StatusSuppressed || r.Measures[0].Pairs[0].Difference.Valid() {
		t.Errorf("four are told of: %+v", r)
	}
}

// Scanning adjusts over every test of the answer.
func TestScan(t *testing.T) {
	d := dataset(t, studySurvey(), studyRows(t, 3_000))
	q := reports.CompareQuery{Query: reports.Query{By: by("spend")}, Scan: true}
	r := compare(t, d, q)
	var p []float64
	for _, m := range r.Measures {
		for _, x := range m.Pairs {
			if x.P.Valid() {
				p = append(p, float64(x.P))
			}
		}
	}
	slices.Sort(p)
	for _, m := range r.Measures {
		for _, x := range m.Pairs {
			if !x.P.Valid() {
				continue
			}
			want := 1.0
			for i := len(p) - 1; i >= 0 && p[i] >= float64(x.P); i-- {
				want = math.Min(want, p[i]*float64(len(p))/float64(i+1))
			}
			if !nearly(float64(x.PAdjusted), want) {
				t.Errorf("%s %s: adjusted %v, want %v", m.Key, x.Label, x.PAdjusted, want)
			}
		}
	}
	if r.Adjustment != reports.AdjustBenjaminiHochberg || len(p) < 30 {
		t.Errorf("%s over %d tests", r.Adjustment, len(p))
	}
}

func TestBadCompareQueries(t *testing.T) {
	rows := mixed(60)
	for i, r := range rows {
		set("flight", fmt.Sprint(i))(r)
	}
	d := dataset(t, respondents(), rows)
	where := func(v string) []reports.Where { return []reports.Where{{Attribute: "cabin", Values: []string{v}}} }
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		q           reports.CompareQuery
		field, rule string
	}{
		"nothing":       {reports.CompareQuery{}, "by", "required"},
		"two ways":      {reports.CompareQuery{Query: reports.Query{By: by("age")}, Segment: where("first"), Against: where("economy")}, "by", "required"},
		"two by":        {reports.CompareQuery{Query: reports.Query{By: by("age", "cabin")}}, "by", "length"},
		"no such by":    {reports.CompareQuery{Query: reports.Query{By: by("shoe")}}, "by[0]", "unknown"},
		"too many":      {reports.CompareQuery{Query: reports.Query{By: by("flight")}}, "by[0]", "range"},
		"one side":      {reports.CompareQuery{Segment: where("first")}, "against", "required"},
		"other side":    {reports.CompareQuery{Against: where("first")}, "segment", "required"},
		"no such cabin": {reports.CompareQuery{Segment: where("roof"), Against: where("first")}, "segment[0].values[0]", "unknown"},
		"in common":     {reports.CompareQuery{Segment: where("unknown"), Against: where("unknown")}, "against", "overlap"},
		"no period":     {reports.CompareQuery{VersusFrom: day}, "from", "required"},
		"overlap":       {reports.CompareQuery{Query: reports.Query{From: day}, VersusFrom: day.AddDate(0, 1, 0)}, "versus_from", "range"},
		"backwards":     {reports.CompareQuery{Query: reports.Query{From: day}, VersusFrom: day, VersusTo: day.AddDate(0, -1, 0)}, "versus_to", "range"},
		"measure":       {reports.CompareQuery{Query: reports.Query{By: by("age")}, Measures: []string{"index", "joy"}}, "measure[1]", "unknown"},
	} {
		_, err := d.Compare(tt.q)
		wantsField(t, name, err, tt.field, tt.rule)
	}
}
