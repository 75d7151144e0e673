package reports_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"paxscore/reports"
	"paxscore/surveys"
)

// answered are n responses to a version of the questionnaire in a month of 2025, on the third, rated about level.
func answered(n, version int, month time.Month, level byte) (out []*surveys.Response) {
	for i := range n {
		out = append(out, response(level+byte(i*5%3), func(r *surveys.Response) {
			r.Version, r.SubmittedAt = version, time.Date(2025, month, 3, 12, 0, 0, 0, time.UTC)
		}))
	}
	return out
}

// moments are mean and variance of the mean of overall scores, as of independent responses.
func moments(rows []*surveys.Response) (mean, variance float64) {
	n := float64(len(rows))
	for _, r := range rows {
		mean += 10 * float64(r.Ratings[16]) / n
	}
	for _, r := range rows {
		d := 10*float64(r.Ratings[16]) - mean
		variance += d * d / (n * (n - 1))
	}
	return mean, variance
}

func dayOf(month time.Month, d int) time.Time { return time.Date(2025, month, d, 0, 0, 0, 0, time.UTC) }

// Two versions that overlap in June: the older is moved by the difference of June, whose error counts.
func TestTrendSpliced(t *testing.T) {
	old, renewed := map[time.Month][]*surveys.Response{}, map[time.Month][]*surveys.Response{}
	var rows []*surveys.Response
	for m := time.January; m <= time.June; m++ {
		old[m] = answered(100+int(m), 1, m, 4)
		rows = append(rows, old[m]...)
	}
	for m := time.June; m <= time.December; m++ {
		renewed[m] = answered(120+int(m), 2+int(m)/10, m, 7) // version 3 from October on asks the same
		rows = append(rows, renewed[m]...)
	}
	s := respondents()
	s.Screening = surveys.Screening{}
	s.Splices = []surveys.Splice{{Version: 2, From: dayOf(6, 1), To: dayOf(7, 1), Note: surveys.Text{"en": "A new scale."}}}
	data := dataset(t, s, rows)
	r := trend(t, data, reports.TrendQuery{Measures: []string{"overall", "top_box"}})
	if len(r.Splices) != 1 || r.Splices[0].Version != 2 || r.Splices[0].Note != "A new scale." || !r.Splices[0].From.Equal(dayOf(6, 1)) {
		t.Fatalf("%+v", r.Splices)
	}
	x := r.Series[0]
	if !x.Spliced || len(x.Versions) != 2 || x.Versions[1].From != 2 || len(x.Splices) != 1 || !slices.Equal(x.Splices[0].Periods, []string{"2025-06"}) {
		t.Fatalf("%+v", x)
	}
	a, va := moments(old[time.June])
	b, vb := moments(renewed[time.June])
	joint := x.Splices[0]
	near := func(what string, got reports.Number, want float64) {
		t.Helper()
		if !nearly(float64(got), want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	near("old", joint.Old.Estimate, a)
	near("new", joint.New.Estimate, b)
	near("offset", joint.Offset, b-a)
	if se := math.Sqrt(va + vb); math.Abs(float64(joint.SE)/se-1) > 1e-2 || n(joint.Old.N) != "106" || n(joint.New.N) != "126" { // its own n−1 here, that of all there
		t.Errorf("SE %v, want about %v; bases %s and %s", joint.SE, se, n(joint.Old.N), n(joint.New.N))
	}
	near("its square", joint.SE*joint.SE, float64(joint.Old.SE*joint.Old.SE+joint.New.SE*joint.New.SE))
	for k, p := range x.Points {
		m := time.Month(k + 1)
		if m >= time.June {
			mean, _ := moments(renewed[m])
			near(p.Period, p.Estimate.Estimate, mean)
			near(p.Period+" offset", p.Offset, 0)
			continue
		}
		mean, _ := moments(old[m])
		near(p.Period, p.Estimate.Estimate, mean+b-a)
		near(p.Period+" offset", p.Offset, b-a)
		measured := x.Versions[0].Figures[k]
		near(p.Period+" as measured", measured.Estimate, mean)
		near(p.Period+" variance", p.SE*p.SE, float64(measured.SE*measured.SE+joint.SE*joint.SE))
	}
	// May to June within the old version, which both months have; June to July within the new one.
	may, _ := moments(old[time.May])
	near("change to June", x.Points[5].Change.Difference, a-may)
	july, _ := moments(renewed[time.July])
	near("change to July", x.Points[6].Change.Difference, july-b)
	if x.Limits == nil || float64(x.Limits.Sigma) > 2 {
		t.Errorf("limits of the spliced series: %+v", x.Limits)
	}
	if top := r.Series[1]; !top.Spliced || top.ShareLimits != nil || !strings.Contains(strings.Join(top.Warnings, " "), "no longer counts") {
		t.Errorf("%+v", top)
	}
	// The break in June is joined; that in October is declared nowhere.
	joined := map[string]bool{}
	for _, x := range r.Breaks {
		joined[x.Period] = x.Spliced
	}
	if !joined["2025-06"] || !joined["2025-07"] || joined["2025-10"] || len(r.Breaks) != 3 {
		t.Errorf("%+v", r.Breaks)
	}
	if w := strings.Join(r.Warnings, " "); strings.Contains(w, "2025-06") || !strings.Contains(w, "2025-10") {
		t.Errorf("%v", r.Warnings)
	}
	// Quarters are moved by the same offset: it is that of June, not of the quarter.
	quarters := trend(t, data, reports.TrendQuery{Measures: []string{"overall"}, Period: "quarter"}).Series[0]
	near("offset of quarters", quarters.Splices[0].Offset, b-a)
	near("first quarter", quarters.Points[0].Offset, b-a)

	// Given in the question, and without days: all periods that have both.
	s.Splices = nil
	data = dataset(t, s, rows)
	given, err := reports.ParseSplice("2")
	if err != nil {
		t.Fatal(err)
	}
	asked := trend(t, data, reports.TrendQuery{Measures: []string{"overall"}, Splices: []surveys.Splice{given}}).Series[0]
	near("offset as given", asked.Splices[0].Offset, b-a)
	// Where no time has both, nothing is moved, and that is said.
	given.From, given.To = dayOf(3, 1), dayOf(4, 1)
	asked = trend(t, data, reports.TrendQuery{Measures: []string{"overall"}, Splices: []surveys.Splice{given}}).Series[0]
	if asked.Spliced || asked.Splices[0].Offset.Valid() || asked.Points[0].Offset != 0 || !strings.Contains(strings.Join(asked.Warnings, " "), "no time in which both") {
		t.Errorf("%+v", asked)
	}
	// A splice at a version without responses on both sides is none.
	if r := trend(t, data, reports.TrendQuery{Splices: []surveys.Splice{{Version: 9}}}); len(r.Splices) != 0 || len(r.Series[0].Versions) != 0 {
		t.Errorf("%+v", r.Splices)
	}
}

// Three versions, two splices: what is oldest is moved by both offsets, and its error has both.
func TestTrendSplicedTwice(t *testing.T) {
	var rows []*surveys.Response
	for i, version := range []int{1, 2, 3} {
		for m := 1 + 3*i; m <= 4+3*i; m++ {
			rows = append(rows, answered(100, version, time.Month(m), byte(2+2*i))...)
		}
	}
	s := respondents()
	s.Screening = surveys.Screening{}
	s.Splices = []surveys.Splice{{Version: 3}, {Version: 2}}
	x := trend(t, dataset(t, s, rows), reports.TrendQuery{Measures: []string{"overall"}}).Series[0]
	if !x.Spliced || len(x.Splices) != 2 || x.Splices[0].Version != 2 {
		t.Fatalf("%+v", x)
	}
	first, second := x.Splices[0], x.Splices[1]
	for k, want := range []reports.Number{40, 40, 40, 20, 20, 20, 0, 0, 0, 0} {
		if math.Abs(float64(x.Points[k].Offset-want)) > 1e-9 {
			t.Errorf("%s is moved by %v, want %v", x.Points[k].Period, x.Points[k].Offset, want)
		}
	}
	want := float64(x.Versions[0].Figures[0].SE*x.Versions[0].Figures[0].SE + first.SE*first.SE + second.SE*second.SE)
	if got := float64(x.Points[0].SE * x.Points[0].SE); !nearly(got, want) {
		t.Errorf("variance %v, want %v", got, want)
	}
}

// Few responses to a version are neither shown nor found by subtraction.
func TestTrendSpliceOfFew(t *testing.T) {
	rows := slices.Concat(answered(100, 1, 4, 4), answered(100, 1, 5, 4), answered(4, 1, 6, 4), answered(100, 2, 6, 7), answered(100, 2, 7, 7))
	s := respondents()
	s.Screening = surveys.Screening{}
	r := trend(t, dataset(t, s, rows), reports.TrendQuery{Measures: []string{"overall"}, Splices: []surveys.Splice{{Version: 2}}})
	x := r.Series[0]
	if x.Spliced || len(x.Warnings) == 0 || x.Versions[0].Figures[2].N != nil || x.Versions[1].Figures[2].N != nil {
		t.Errorf("four are told of: %+v", x.Versions)
	}
	b, err := json.Marshal(x.Splices)
	if err != nil || x.Splices[0].Offset.Valid() {
		t.Errorf("%s, %v", b, err)
	}
	// Nor where the days leave out all but four.
	rows = slices.Concat(answered(100, 1, 5, 4), answered(100, 1, 6, 4), answered(100, 2, 6, 7), answered(100, 2, 7, 7))
	late := answered(4, 1, 6, 4)
	for _, r := range late {
		r.SubmittedAt = dayOf(6, 20)
	}
	r = trend(t, dataset(t, s, append(rows, late...)), reports.TrendQuery{Measures: []string{"overall"}, Splices: []surveys.Splice{{Version: 2, From: dayOf(6, 1), To: dayOf(6, 10)}}})
	if x := r.Series[0]; x.Spliced || x.Splices[0].Old.N != nil || len(x.Splices[0].Periods) != 0 {
		t.Errorf("four left out are told of: %+v", x.Splices)
	}
}

// Chosen rules mark the points that complete their patterns; the others do not.
func TestTrendRules(t *testing.T) {
	var rows []*surveys.Response
	for m := range 12 {
		rows = append(rows, mixed(100-3*m, func(r *surveys.Response) { r.SubmittedAt = dayOf(time.Month(m+1), 3) })...)
		for range 3 * m {
			rows = append(rows, response(10, func(r *surveys.Response) { r.SubmittedAt = dayOf(time.Month(m+1), 3) }))
		}
	}
	s := respondents()
	s.Screening = surveys.Screening{}
	d := dataset(t, s, rows)
	signals := func(rules ...int) (out []string) {
		r := trend(t, d, reports.TrendQuery{Measures: []string{"overall"}, Rules: rules})
		for _, p := range r.Series[0].Points {
			for _, x := range p.Signals {
				if strings.HasPrefix(x, "rule_") {
					out = append(out, p.Period+" "+x)
				}
			}
		}
		return out
	}
	if got := signals(3); !slices.Equal(got, []string{"2025-06 rule_3", "2025-07 rule_3", "2025-08 rule_3", "2025-09 rule_3", "2025-10 rule_3", "2025-11 rule_3", "2025-12 rule_3"}) {
		t.Errorf("rising from January on: %v", got)
	}
	usual := signals()
	if !slices.Equal(usual, signals(6, 5, 2, 1)) || slices.ContainsFunc(usual, func(x string) bool { return strings.Contains(x, "rule_3") }) || len(usual) == 0 {
		t.Errorf("%v", usual)
	}
	for _, rules := range [][]int{{0}, {9}, {1, 1}, {-1}} {
		_, err := d.Trend(reports.TrendQuery{Rules: rules})
		wantsField(t, "rules", err, "rules", map[bool]string{true: "duplicate", false: "range"}[len(rules) == 2])
	}
	_, err := d.Trend(reports.TrendQuery{Splices: []surveys.Splice{{Version: 2}, {Version: 2}}})
	wantsField(t, "splices", err, "splice[1]", "duplicate")
	for _, text := range []string{"", "x", "1", "2=", "2=2025-06-01", "2=2025-06-30..2025-06-01", "2=2025-13-01..2025-06-01", "-2"} {
		if x, err := reports.ParseSplice(text); err == nil {
			t.Errorf("%q is %+v", text, x)
		}
	}
	if x, err := reports.ParseSplice(" 3 = 2025-06-01 .. 2025-06-30"); err != nil || x.Version != 3 || !x.To.Equal(dayOf(7, 1)) {
		t.Errorf("%+v, %v", x, err)
	}
}

func FuzzParseSplice(f *testing.F) {
	for _, seed := range []string{"2", "2=2025-06-01..2025-06-30", "=..", "2=..", "9999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if x, err := reports.ParseSplice(text); err == nil && (x.Version < 2 || x.From.IsZero() != x.To.IsZero() || !x.From.IsZero() && !x.From.Before(x.To)) {
			t.Errorf("%q is %+v", text, x)
		}
		if rules, err := reports.ParseRules(text); (err == nil) != (len(rules) > 0) {
			t.Errorf("%q is %v, %v", text, rules, err)
		}
	})
}
