package reports_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/reports"
	"paxscore/surveys"
)

func trend(t *testing.T, d *reports.Dataset, q reports.TrendQuery) *reports.Trends {
	t.Helper()
	q.Model = "study"
	r, err := d.Trend(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The study by month, against figures computed here from its rows: mean, error by flights, share, control limits, moving averages.
func TestTrendOfTheStudy(t *testing.T) {
	d := compareWith(t, "the study by month, recomputed")
	rows := studyRows(t, 10_000)
	data := dataset(t, studySurvey(), rows)
	valid := report(t, data, reports.Query{Model: "study"}).Verdicts
	training := reports.Event{Date: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), Label: "crew training"}
	r := trend(t, data, reports.TrendQuery{Events: []reports.Event{training}, Measures: []string{"overall", "top_box", "nps"}})
	if r.Period != "month" || len(r.Periods) != 12 || *r.Undated != 0 || len(r.Breaks) != 0 || len(r.Series) != 3 || r.Events[0].Period != "2025-07" {
		t.Fatalf("%+v", r)
	}
	overall, top, nps := r.Series[0], r.Series[1], r.Series[2]
	// Months as an attribute, as a file without times has them, are the same series.
	along := trend(t, data, reports.TrendQuery{Along: "month", Measures: []string{"overall", "top_box", "nps"}})
	if along.Along != "month" || along.Period != "" || along.Periods[9].Key != "10" || along.Periods[0].From != nil {
		t.Errorf("%+v", along.Periods)
	}
	for i := range along.Series {
		for k := range along.Series[i].Points {
			along.Series[i].Points[k].Period = r.Series[i].Points[k].Period
		}
	}
	byTime, _ := json.Marshal(r.Series)
	byMonth, _ := json.Marshal(along.Series)
	if diff := cmp.Diff(string(byTime), string(byMonth)); diff != "" {
		t.Errorf("by time (-) and along the months (+):\n%s", diff)
	}
	var means, shares, bases []float64
	for month := range 12 {
		var n, sum, best, promoted float64
		flights := map[string][2]float64{}
		for i, x := range rows {
			if valid[i] != reports.Valid || int(x.SubmittedAt.Month()) != month+1 {
				continue
			}
			q := float64(x.Ratings[16])
			n++
			sum += q
			if q >= 9 {
				best++
			}
			switch l := x.Ratings[17]; {
			case l >= 9:
				promoted += 100
			case l <= 6:
				promoted -= 100
			}
			f := flights[x.Attributes[0]]
			flights[x.Attributes[0]] = [2]float64{f[0] + 1, f[1] + q}
		}
		mean, variance := sum/n, 0.0
		for _, f := range flights {
			total := (f[1] - mean*f[0]) / n
			variance += total * total
		}
		key := fmt.Sprintf("2025-%02d", month+1)
		p := overall.Points[month]
		if r.Periods[month].Key != key || p.Period != key || p.Status != reports.StatusOK {
			t.Errorf("%s: %+v", key, p)
		}
		d.equal(key+" n", *r.Periods[month].N, int(n))
		d.near(key+" overall", p.Native, mean)
		d.near(key+" SE", p.SE, 10*math.Sqrt(variance*500/499)) // totals of a month add to 0 over its flights; 500 flights in all
		d.near(key+" top box", top.Points[month].Estimate.Estimate, best/n)
		d.near(key+" NPS", nps.Points[month].Estimate.Estimate, promoted/n)
		if month > 0 {
			d.near(key+" change", p.Change.Difference, 10*mean-means[month-1])
			d.near(key+" SE of the change", p.Change.SE, math.Hypot(float64(p.SE), float64(overall.Points[month-1].SE)))
			d.near(key+" moving range", p.MovingRange, math.Abs(10*mean-means[month-1]))
		}
		means, shares, bases = append(means, 10*mean), append(shares, best/n), append(bases, n)
	}
	centre, ranges := 0.0, 0.0
	for i, x := range means {
		centre += x / 12
		if i > 0 {
			ranges += math.Abs(x-means[i-1]) / 11
		}
	}
	sigma, z := ranges/1.128, centre
	d.near("centre", overall.Limits.Centre, centre)
	d.near("lower limit", overall.Limits.Low, centre-3*sigma)
	d.near("upper limit", overall.Limits.High, centre+3*sigma)
	d.near("limit of moving ranges", overall.Limits.RangeHigh, 3.267*ranges)
	for i, x := range means {
		z = .2*x + .8*z
		d.near("moving average", overall.Points[i].EWMA, z)
		d.near("its limit", overall.Points[i].EWMAHigh, centre+2.7*sigma*math.Sqrt(.2/1.8*(1-math.Pow(.8, float64(2*i+2)))))
		beyond := x > centre+3*sigma || x < centre-3*sigma
		if slices.Contains(overall.Points[i].Signals, "rule_1") != beyond {
			t.Errorf("month %d: %v", i+1, overall.Points[i].Signals)
		}
	}
	if overall.Limits.Provisional || overall.Limits.Periods != 12 || len(overall.Warnings) != 0 || overall.ShareLimits != nil || top.Limits != nil {
		t.Errorf("%+v", overall.Limits)
	}
	var x, n, w, wt, wy float64
	for i := range shares {
		x, n = x+shares[i]*bases[i], n+bases[i]
		v := float64(overall.Points[i].SE * overall.Points[i].SE)
		w, wt, wy = w+1/v, wt+float64(i)/v, wy+means[i]/v
	}
	d.near("centre of shares", top.ShareLimits.Centre, x/n)
	var up, across float64
	s := 0
	for i := range means {
		v, time := float64(overall.Points[i].SE*overall.Points[i].SE), float64(i)-wt/w
		up, across = up+time*(means[i]-wy/w)/v, across+time*time/v
		for j := range i {
			s += map[bool]int{true: 1, false: -1}[means[i] > means[j]]
		}
	}
	d.near("slope", overall.Line.Slope, up/across)
	d.near("SE of the slope", overall.Line.SE, 1/math.Sqrt(across))
	d.equal("S of Mann and Kendall", overall.Ranks.S, s)
}

func submitted(times ...string) (out []*surveys.Response) {
	for _, text := range times {
		when, err := time.Parse(time.DateOnly, text)
		if err != nil {
			panic(err)
		}
		out = append(out, mixed(40, func(r *surveys.Response) { r.SubmittedAt = when })...)
	}
	return out
}

// Periods begin and end where the calendar has them, and those between are gaps.
func TestTrendPeriods(t *testing.T) {
	d := dataset(t, respondents(), submitted("2024-12-29", "2024-12-30", "2025-01-01", "2025-04-30"))
	for period, want := range map[string][]string{
		"quarter": {"2024-Q4 80", "2025-Q1 40", "2025-Q2 40"},
		"month":   {"2024-12 80", "2025-01 40", "2025-02 0", "2025-03 0", "2025-04 40"},
		"week":    {"2024-W52 40", "2025-W01 80"}, // and more
		"day":     {"2024-12-29 40", "2024-12-30 40", "2024-12-31 0", "2025-01-01 40"},
	} {
		r := trend(t, d, reports.TrendQuery{Period: period})
		var got []string
		for _, p := range r.Periods {
			got = append(got, p.Key+" "+n(p.N))
			if !p.From.Before(*p.To) {
				t.Errorf("%+v", p)
			}
		}
		if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", period, diff)
		}
		if last := map[string]string{"week": "2025-W18 40", "day": "2025-04-30 40"}[period]; last != "" && got[len(got)-1] != last {
			t.Errorf("%s ends with %s, want %s", period, got[len(got)-1], last)
		}
		for _, s := range r.Series {
			if s.Limits != nil && (!s.Limits.Provisional || !strings.Contains(strings.Join(s.Warnings, " "), "Too few periods")) {
				t.Errorf("%s %s: %+v %v", period, s.Key, s.Limits, s.Warnings)
			}
		}
	}
}

// A period of few is not shown, nor found by subtraction, and neither are few of unknown time; versions are marked.
func TestTrendOfFew(t *testing.T) {
	rows := submitted("2025-01-01", "2025-02-01", "2025-03-01")
	few := submitted("2025-04-01")[:4]
	later := submitted("2025-05-01", "2025-06-01")
	for _, r := range later {
		r.Version = 2
	}
	r := trend(t, dataset(t, respondents(), slices.Concat(rows, few, later)), reports.TrendQuery{})
	hidden := 0
	for k, p := range r.Periods {
		if p.Status != reports.StatusSuppressed {
			continue
		}
		hidden++
		if p.N != nil || len(p.Versions) > 0 {
			t.Errorf("%+v", p)
		}
		for _, s := range r.Series {
			if x := s.Points[k]; x.Estimate.Estimate.Valid() || x.N != nil || x.Change != nil || x.MovingRange.Valid() {
				t.Errorf("%s %s: %+v", s.Key, p.Key, x)
			}
		}
	}
	if hidden < 2 || r.Periods[3].Status != reports.StatusSuppressed {
		t.Errorf("the four follow from the others: %+v", r.Periods)
	}
	if len(r.Breaks) != 1 || r.Breaks[0].Overlap || !slices.Equal(r.Breaks[0].After, []int{2}) || !strings.Contains(strings.Join(r.Warnings, " "), "questionnaire changes") {
		t.Errorf("breaks %+v, warnings %v", r.Breaks, r.Warnings)
	}
	r = trend(t, dataset(t, respondents(), slices.Concat(rows, mixed(4))), reports.TrendQuery{})
	if r.Undated != nil || !strings.Contains(strings.Join(r.Warnings, " "), "unknown time") || strings.Contains(strings.Join(r.Warnings, " "), "4 valid") {
		t.Errorf("four of unknown time are told of: %v %v", r.Undated, r.Warnings)
	}
	r = trend(t, dataset(t, respondents(), slices.Concat(rows, mixed(40))), reports.TrendQuery{})
	if r.Undated == nil || *r.Undated != 40 {
		t.Errorf("forty of unknown time: %v %v", r.Undated, r.Warnings)
	}
}

func TestBadTrendQueries(t *testing.T) {
	d := dataset(t, respondents(), submitted("1990-01-01", "2025-01-01"))
	for name, tt := range map[string]struct {
		q           reports.TrendQuery
		field, rule string
	}{
		"period":   {reports.TrendQuery{Period: "year"}, "period", "unknown"},
		"baseline": {reports.TrendQuery{Baseline: -1}, "baseline", "range"},
		"along":    {reports.TrendQuery{Along: "shoe"}, "along", "unknown"},
		"both":     {reports.TrendQuery{Along: "cabin", Period: "day"}, "along", "range"},
		"measure":  {reports.TrendQuery{Measures: []string{"joy"}}, "measure[0]", "unknown"},
		"by":       {reports.TrendQuery{Query: reports.Query{By: by("cabin")}}, "by", "unknown"},
		"events":   {reports.TrendQuery{Events: make([]reports.Event, 101)}, "event", "length"},
		"too many": {reports.TrendQuery{Period: "day"}, "period", "range"},
		"model":    {reports.TrendQuery{Query: reports.Query{Model: "gut"}}, "model", "unknown"},
	} {
		_, err := d.Trend(tt.q)
		wantsField(t, name, err, tt.field, tt.rule)
	}
	for _, text := range []string{"", "crew training", "2025-07-01", "2025-07-01=", "2025-13-01=x", "July=x"} {
		if e, err := reports.ParseEvent(text); err == nil {
			t.Errorf("%q is %+v", text, e)
		}
	}
	if e, err := reports.ParseEvent("2025-07-01 = crew = training"); err != nil || e.Label != "crew = training" || e.Date.Month() != 7 {
		t.Errorf("%+v, %v", e, err)
	}
}
