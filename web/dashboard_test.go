package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
	"paxscore/web"
)

// reporter gives one report to every question, or an error, and remembers the question.
type reporter struct {
	report *reports.Report
	err    error
	asked  *reports.Query
}

func (r reporter) Report(_ context.Context, _ surveys.SurveyKey, q reports.Query) (*reports.Report, error) {
	if r.asked != nil {
		*r.asked = q
	}
	return r.report, r.err
}

func n(i int) *int { return &i }

func estimate(value, low, high float64, count int, status reports.Status) reports.Estimate {
	return reports.Estimate{Estimate: reports.Number(value), Low: reports.Number(low), High: reports.Number(high), N: n(count),
		Native: reports.Number(value / 10), Status: status}
}

func held(status reports.Status, count *int) reports.Estimate {
	return reports.Estimate{Estimate: reports.None(), Low: reports.None(), High: reports.None(), N: count, Native: reports.None(), Status: status}
}

// sample is a report with every status, and with labels that want to be more than text.
func sample() *reports.Report {
	const hostile = `<script>alert("x")</script>`
	r := &reports.Report{
		Head: reports.Head{Survey: "default", Title: hostile, Versions: []int{1, 2}, Model: "equal", ModelLabel: hostile, ModelNote: hostile, ModelVersion: "equal@2",
			Weighting: reports.Weighting{Method: "post_stratified", Attribute: "cabin", Deff: 1.25, NEffective: 8000.4, Max: 3.1},
			Design:    reports.Design{Cluster: "flight", Clusters: 1, Strata: 1, DF: 499, Confidence: 0.95},
			Policy:    reports.Policy{MinItemShare: .5, MinDimensions: 3, MinDimensionShare: .6, SuppressBelow: 10, ShowFrom: 30, TestFrom: 50, FlagBelow: 100, Margin: 2},
			Responses: reports.Responses{Read: 10300, Valid: 10000, Duplicates: 120, Careless: 120, BreakOffs: 60, FlaggedKept: 7, Outside: 1234567, MedianSeconds: 257.5},
			Warnings:  []string{hostile}},
		Overall:   estimate(75.054, 74.8, 75.305, 10000, reports.StatusOK),
		Recommend: &reports.Recommend{NPS: -21.77, Low: -23.345, High: -20.1949, N: n(10000), Promoters: n(2004), Detractors: n(4181), Status: reports.StatusOK},
		Dimensions: []reports.DimensionEstimate{
			{Key: "attitude", Label: hostile, DimensionWeight: .2604, Contribution: 20.61, Estimate: estimate(79.145, 78.77, 79.51, 9996, reports.StatusFlagged)},
			{Key: "safety", Label: "Safety", DimensionWeight: .7396, Contribution: reports.None(), Estimate: held(reports.StatusNotComputable, n(0))},
		},
		IndexOfMeans: estimate(75.06, 74.8, 75.3, 10000, reports.StatusOK), MissingDataGap: -0.006, CompleteCaseMean: reports.None(),
	}
	r.OverallItem = &reports.ItemEstimate{Key: "overall", Label: "Overall", Mean: 7.5013, Low: 0, High: 10, Estimate: estimate(75.013, 74.715, 75.311, 10000, reports.StatusOK),
		TopBox: &reports.Proportion{Share: .2645}}
	r.Items = []reports.ItemEstimate{
		{Key: "crew_attitude", Label: hostile, Dimension: "attitude", Mean: 7.91, Low: 0, High: 10, Estimate: estimate(79.1, 78, 80, 9893, reports.StatusOK),
			TopBox: &reports.Proportion{Share: .383}, NotApplicable: n(0), Skipped: n(107)},
		{Key: "flight_safety", Label: "Safety", Dimension: "safety", Mean: reports.None(), High: 10, Estimate: held(reports.StatusBaseTooSmall, n(29))},
	}
	segment := func(label string, e reports.Estimate, verdict *reports.Comparison) reports.Segment {
		return reports.Segment{By: map[string]string{"age": label}, Attributes: []string{"age"}, Label: label, N: e.N, Status: e.Status, Overall: e,
			Dimensions: []reports.DimensionEstimate{{Key: "attitude", Estimate: e}, {Key: "safety", Estimate: held(reports.StatusSuppressed, nil)}}, VersusRest: verdict}
	}
	against := func(d reports.Number, verdict string) *reports.Comparison {
		return &reports.Comparison{Difference: d, Verdict: verdict}
	}
	r.Segments = []reports.Segment{
		segment(hostile, estimate(80, 78, 82, 400, reports.StatusOK), against(4.945, "different")),
		segment("worse", estimate(70, 68, 72, 400, reports.StatusOK), against(-4.945, "different")),
		segment("equal", estimate(75, 74, 76, 9000, reports.StatusOK), against(-0.004, "same")),
		segment("who knows", estimate(74, 60, 88, 60, reports.StatusFlagged), against(reports.None(), "unclear")),
		segment("few", held(reports.StatusBaseTooSmall, n(23)), nil),
		segment("fewest", held(reports.StatusSuppressed, nil), nil),
	}
	return r
}

func TestScoresPage(t *testing.T) {
	p := open(t, reporter{report: sample()}, nil)
	v := p.visitor(t)
	v.signIn()
	a := v.get("/dashboard/default")
	if a.Status != http.StatusOK {
		t.Fatalf("status %d", a.Status)
	}
	a.mustLack(t, "<script", "NaN", "ZgotmplZ", "%!")
	a.mustHave(t, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;",
		"75.05 <span>of 100</span>", "95% interval 74.80 to 75.31", // 75.305 is rounded away from zero
		"7.50 <span>0 to 10</span>", "95% interval 7.47 to 7.53", "top two answers 26.5%",
		"−21.77 <span>−100 to 100</span>", "95% interval −23.35 to −20.19", "2,004 promoters, 4,181 detractors of 10,000",
		`79.15 <abbr title="small base">†</abbr>`, "no valid answers", "n under 30", "held back", "† a figure of a small base",
		`<td class="n">&#43;4.95</td><td class="higher">higher</td>`, `<td class="n">−4.95</td><td class="lower">lower</td>`,
		`<td class="n">0.00</td><td class="same">the same</td>`, `<td class="n">–</td><td class="same">unclear</td>`, "not tested",
		"1,234,567", "258 s", "Version 1, 2", "Post-stratified to the population by cabin. Design effect 1.25, effective n 8,000, largest weight 3.10 times the mean.",
		"1 cluster in 1 stratum", "499 degrees of freedom", "from 50% of its applicable item weight",
		"contributions add up to 75.06; the gap of −0.01 comes")
}

func TestVersionsOnTheScoresPage(t *testing.T) {
	for want, versions := range map[string][]int{"No version has been answered": {}, "Version draft": {0}, "Version 1, 2": {1, 2}} {
		r := sample()
		r.Versions = versions
		v := open(t, reporter{report: r}, nil).visitor(t)
		v.signIn()
		a := v.get("/dashboard/default")
		a.mustHave(t, want)
		a.mustLack(t, "Version 0", "Version <")
	}
}

func TestQuestionOfTheScoresPage(t *testing.T) {
	var asked reports.Query
	p := open(t, reporter{report: sample(), asked: &asked}, nil)
	v := p.visitor(t)
	v.signIn()
	a := v.get("/dashboard/default?model=study&by=&by=age&by=cabin,route&where=&where=tier%3Dgold,silver&where.flight=393&from=2025-03-01&to=2025-03-31&unweighted=true&all_rows=true")
	if d := cmp.Diff([][]string{{"age"}, {"cabin", "route"}}, asked.By); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]reports.Where{{Attribute: "tier", Values: []string{"gold", "silver"}}, {Attribute: "flight", Values: []string{"393"}}}, asked.Where); d != "" {
		t.Error(d)
	}
	a.mustHave(t, `<option value="study" selected>`, `name="by" value="age" checked`, `name="by" value="cabin,route" checked> Cabin × Route`,
		`<option value="tier=gold,silver" selected>Gold or Silver</option>`, `name="where.flight" value="393"`, `type="date" name="from" value="2025-03-01"`,
		`name="unweighted" value="true" checked`, "<li>Loyalty tier: Gold or Silver</li>", "<li>without screening</li>",
		`href="/api/v1/surveys/default/report.xlsx?all_rows=true&amp;by=age&amp;by=cabin%2Croute&amp;from=2025-03-01T00%3A00%3A00Z&amp;model=study&amp;to=2025-04-01T00%3A00%3A00Z&amp;unweighted=true&amp;where=tier%3Dgold%2Csilver&amp;where=flight%3D393"`)

	v.get("/dashboard/default")
	if d := cmp.Diff([][]string{{"age"}, {"occupation"}, {"spend"}, {"cabin"}, {"route"}}, asked.By); d != "" {
		t.Errorf("shown unasked (-want +got):\n%s", d)
	}
	v.get("/dashboard/default?by=")
	if len(asked.By) != 0 {
		t.Errorf("no groups chosen, asked for %v", asked.By)
	}
	v.get("/dashboard/default?by=&by=age&by=tier&cross=1")
	if d := cmp.Diff([][]string{{"age", "tier"}}, asked.By); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"where=x", "from=yesterday", "from=2025-03-02&to=2025-03-01"} {
		if a := v.get("/dashboard/default?" + bad); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", bad, a.Status)
		}
	}
	if a := v.get("/dashboard/nothing"); a.Status != http.StatusNotFound {
		t.Errorf("unknown survey: status %d", a.Status)
	}
	if a := v.get("/dashboard"); a.Header.Get("Location") != "/dashboard/default" {
		t.Errorf("led to %s", a.Header.Get("Location"))
	}
}

func TestScoresPageFails(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		words  string
	}{
		{"database away", surveys.ErrUnavailable, http.StatusServiceUnavailable, "Try again"},
		{"unknown", errors.New("dial tcp 10.0.0.1: secret"), http.StatusInternalServerError, "Reference"},
		{"bad question", &surveys.InvalidError{Input: "question", Fields: []surveys.FieldError{{Field: "by", Rule: "unknown", Message: "there is no attribute <x>"}}}, http.StatusUnprocessableEntity, "by: there is no attribute &lt;x&gt;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := open(t, reporter{err: tt.err}, nil)
			v := p.visitor(t)
			v.signIn()
			a := v.get("/dashboard/default")
			if a.Status != tt.status {
				t.Errorf("status %d", a.Status)
			}
			a.mustHave(t, tt.words)
			a.mustLack(t, "secret")
		})
	}
}

// The figures are those of the reference study as R computes them (reference/ref_study.json): index 75.054 with model
// study, dimensions 79.14 71.67 68.56 78.14 73.41, overall question 7.5013, NPS 21.77, overall by age 7.462 7.510 7.483
// 7.503 7.582; 10,300 rows of which 120 duplicates, 120 careless and 60 break-offs.
func TestScoresOfTheStudy(t *testing.T) {
	p := open(t, nil, nil)
	p.loadStudy(t)
	v := p.visitor(t)
	v.signIn()
	a := v.get("/dashboard/default?model=study&by=age")
	a.mustHave(t, "75.05 <span>", "7.50 <span>", "21.77 <span>", "10,000 <span></span>", "of 10,300 received",
		">79.14<", ">71.67<", ">68.56<", ">78.14<", ">73.41<", `<th scope="row">Under 25</th>`,
		`<td class="n">7.46</td>`, `<td class="n">7.51</td>`, `<td class="n">7.48</td>`, `<td class="n">7.50</td>`, `<td class="n">7.58</td>`,
		`<th scope="row">Duplicates</th><td class="n">120</td>`, `<th scope="row">Careless</th><td class="n">120</td>`, `<th scope="row">Break-offs</th><td class="n">60</td>`)
}

func FuzzQuery(f *testing.F) {
	s := surveyfile.Default()
	f.Add("by=age&where=cabin%3Deconomy&from=2025-01-01")
	f.Add("by=&by=,&cross=1&by=age,cabin&where=%3D&where.flight=,")
	f.Add("to=2025-13-01&model=%00")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, asked, err := web.Query(v, s)
		if err != nil {
			var invalid *surveys.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("error %T", err)
			}
			return
		}
		again, err := url.ParseQuery(asked)
		if err != nil {
			t.Fatal(err)
		}
		if !again.Has("by") {
			again.Set("by", "") // the address of the page without groups
		}
		second, _, err := web.Query(again, s)
		if err != nil || strings.Join(flat(q), "|") != strings.Join(flat(second), "|") {
			t.Fatalf("%q asks %v, its address %q asks %v: %v", raw, q, asked, second, err)
		}
	})
}

// flat is a question as comparable text.
func flat(q reports.Query) (out []string) {
	out = append(out, q.Model, q.From.String(), q.To.String())
	for _, by := range q.By {
		out = append(out, strings.Join(by, ","))
	}
	for _, w := range q.Where {
		out = append(out, w.Attribute+"="+strings.Join(w.Values, ","))
	}
	return out
}
