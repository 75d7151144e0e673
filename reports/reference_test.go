package reports_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"paxscore/internal/reference"
	"paxscore/reports"
	"paxscore/scoring/stats"
	"paxscore/surveys"
)

// The files in referenceFolder hold values computed by R (package survey) on study.csv, which internal/study draws; each names its
// script, packages and tolerance.
const referenceFolder = "../scoring/testdata/reference/"

func readReference(t *testing.T, name string, expected any) {
	t.Helper()
	raw, err := os.ReadFile(referenceFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	file := struct {
		Expected any `json:"expected"`
	}{expected}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
}

// differences collects how far figures are from their reference.
type differences struct {
	t       *testing.T
	name    string
	checked int
	worst   float64
	at      string
}

func compareWith(t *testing.T, name string) *differences {
	d := &differences{t: t, name: name}
	t.Cleanup(func() {
		t.Logf("%s: %d values, worst relative difference %.2g (%s)", d.name, d.checked, d.worst, d.at)
	})
	return d
}

// near checks a figure to 1e-9 relative, the tolerance of ref_study.json.
func (d *differences) near(what string, got reports.Number, want float64) {
	d.t.Helper()
	d.checked++
	rel := math.Abs(float64(got)-want) / math.Max(math.Abs(want), 1e-300)
	if rel > d.worst {
		d.worst, d.at = rel, what
	}
	if !(rel <= 1e-9) {
		d.t.Errorf("%s: %s = %.16g, want %.16g (relative difference %.2g)", d.name, what, float64(got), want, rel)
	}
}

func (d *differences) equal(what string, got, want int) {
	d.t.Helper()
	d.checked++
	if got != want {
		d.t.Errorf("%s: %s = %d, want %d", d.name, what, got, want)
	}
}

func (d *differences) rounded(what string, got reports.Number, places int, want float64) {
	d.t.Helper()
	d.checked++
	if g := reports.Round(float64(got), places); math.Abs(g-want) > 1e-12 {
		d.t.Errorf("%s: %s = %v, want %v", d.name, what, g, want)
	}
}

// studyFigures is ref_study.json: what R finds in the study, and numpy before it. Its methods assert parts to 1e-9, the tolerance of the file.
type studyFigures struct{ *reference.File }

func (f studyFigures) near(path string, got reports.Number) {
	f.T.Helper()
	f.Equal(path, float64(got), 1e-9)
}

func (f studyFigures) estimate(path string, got reports.Estimate) {
	f.T.Helper()
	f.near(path+".estimate", got.Estimate)
	f.near(path+".se", got.SE)
	f.near(path+".df", got.DF)
	f.near(path+".ci_l", got.Low)
	f.near(path+".ci_u", got.High)
}

// TestStudyAgainstR holds a report of the study against the figures of R. Reliability and drivers are the kernel's to answer for, and what
// was drawn the study's.
func TestStudyAgainstR(t *testing.T) {
	ref := studyFigures{reference.Open(t, "ref_study.json", "-alpha", "-golden.alpha", "-golden.mild_straight_liners", "-golden.dimension_correlation",
		"-golden.r_with_q0", "-golden.beta_std", "-golden.r2", "-golden.lmg_share", "-golden.lmg_share_jackknife_se", "-golden.composite_weights",
		"-golden.complete_rows_for_drivers", "-index_unrounded_weights_jackknife50", "-lmg_share_jackknife_se_centred_at_mean")}
	rows := studyRows(t, 10_000)
	whole := dataset(t, studySurvey(), rows)
	r := report(t, whole, reports.Query{By: by("age", "occupation", "spend", "route", "cabin", "gender", "purpose", "delayed")})

	ref.Count("screening.rows", r.Responses.Read)
	ref.near("screening.median_seconds", r.Responses.MedianSeconds)
	ref.Count("screening.duplicate", r.Responses.Duplicates)
	ref.Count("screening.straight_and_fast", r.Responses.Careless)
	ref.Count("screening.incomplete", r.Responses.BreakOffs)
	ref.Count("screening.kept", r.Responses.Valid)
	ref.Count("screening.straight_liners_kept", r.Responses.FlaggedKept)
	var removed []int
	for i, v := range r.Verdicts {
		if v != reports.Valid {
			removed = append(removed, i+1)
		}
	}
	ref.Counts("screening.lines_removed", removed)
	q := quality(t, whole, reports.QualityQuery{Query: reports.Query{Model: "study"}})
	for i, rule := range []string{"duplicate", "straight_and_fast", "under_2s_per_item", "incomplete"} {
		ref.Count("screening."+rule, counted(q.Screening[i].Breaking))
	}
	ref.near("golden.duration_median", q.Speed.MedianSeconds)
	ref.near("index_vs_overall_r", q.Validity.R)

	ref.golden(r)
	ref.estimate("index.flights", r.Overall)
	for _, x := range r.Dimensions {
		ref.estimate("dimensions_flights."+x.Key, x.Estimate)
	}
	ref.near("index_of_dimension_means", r.IndexOfMeans.Estimate)
	for _, key := range []string{"age", "occupation", "spend", "route", "cabin", "gender", "purpose", "delayed"} {
		ref.segments(key, r)
	}
	for name, design := range map[string]surveys.Design{
		"respondents": {}, "flights": {Cluster: "flight"}, "flights_within_routes": {Cluster: "flight", Stratum: "route"},
	} {
		// The rows of the study are told apart by respondent and flight whatever the design; without a flight in it, a respondent
		// answers once, and the study has one row per respondent.
		sv := studySurvey()
		sv.Design = design
		ref.designs(name, report(t, dataset(t, sv, rows), reports.Query{}))
	}

	// Without straight lines the index is a mean over fewer rows.
	kept := dataset(t, studySurvey(), withoutStraightLines(rows, r))
	ref.near("index_without_straight_liners", report(t, kept, reports.Query{AllRows: true}).Overall.Estimate)

	// The composite as it was drawn has weights that are not rounded.
	sv := studySurvey()
	for i, x := range sv.Models[0].Dimensions {
		sv.Models[0].Dimensions[i].DimensionWeight = ref.Number("golden.composite_weights." + string(x.Key))
	}
	unrounded := report(t, dataset(t, sv, rows), reports.Query{Model: "study"})
	ref.near("golden.composite_mean_of_10", unrounded.Overall.Estimate/10)
	ref.Count("golden.composite_valid", *unrounded.Overall.N)
	effect := impact(t, whole, reports.ImpactQuery{Treated: oddFlights(), After: "2025-07-01", Measures: []string{"attitude"}}).Measures[0].Effect
	ref.near("golden.did_attitude", effect.Difference/10)
}

func (f studyFigures) golden(r *reports.Report) {
	f.T.Helper()
	o := r.OverallItem
	f.Count("golden.n_valid", r.Responses.Valid)
	f.near("golden.q0_mean", o.Mean)
	f.near("golden.q0_mean", o.Native)
	// deff 1.22 on flights: V = deff * sd^2/n, so that the standard deviation is found from the report.
	f.near("golden.q0_sd", reports.Number(math.Sqrt(float64(o.SE*o.SE/o.Deff)*float64(*o.N))/10))
	var histogram []int
	for _, bar := range o.Histogram {
		histogram = append(histogram, bar.N)
	}
	f.Counts("golden.q0_histogram_0_10", histogram)
	f.Count("golden.nps_counts.detractors", *r.Recommend.Detractors)
	f.Count("golden.nps_counts.passives", *r.Recommend.Passives)
	f.Count("golden.nps_counts.promoters", *r.Recommend.Promoters)
	for _, x := range []struct{ key, counts, means string }{
		{"age", "age_counts", "q0_by_age"}, {"occupation", "occupation_counts", "q0_by_occupation"}, {"spend", "spend_counts", "q0_by_spend"},
		{"cabin", "cabin_counts", ""}, {"gender", "", "q0_by_sex"}, {"purpose", "", "q0_by_purpose"},
	} {
		var counts []int
		var means []float64
		for _, s := range segmentsBy(r, x.key) {
			counts, means = append(counts, *s.N), append(means, reports.Round(float64(s.OverallItem.Mean), 4)) // four digits are given
		}
		if x.counts != "" {
			f.Counts("golden."+x.counts, counts)
		}
		if x.means != "" {
			f.Slice("golden."+x.means, means, 1e-12)
		}
	}
	for _, x := range r.Dimensions {
		f.near("golden.dimension_means."+x.Key, x.Native)
		f.Count("golden.dimension_valid."+x.Key, *x.N)
	}
	na, skipped := 0, 0
	var sums []int
	for _, item := range r.Items[:f.Length("golden.item_sum_checks")] {
		sum := 0
		for _, bar := range item.Histogram {
			sum += bar.Value * bar.N
		}
		sums = append(sums, sum)
		na += *item.NotApplicable
		skipped += *item.Skipped
	}
	f.Counts("golden.item_sum_checks", sums)
	f.Count("golden.missing_cells.not_applicable", na)
	f.Count("golden.missing_cells.skipped", skipped)
}

func (f studyFigures) segments(key string, r *reports.Report) {
	f.T.Helper()
	byLevel := map[string]reports.Segment{}
	for _, s := range segmentsBy(r, key) {
		byLevel[s.By[key]] = s
	}
	at := "segments_flights." + key
	if len(byLevel) != f.Length(at+".level") {
		f.T.Errorf("%d segments by %s, want %d", len(byLevel), key, f.Length(at+".level"))
	}
	for i := range f.Length(at + ".level") {
		place := "." + strconv.Itoa(i)
		level := f.Text(at + ".level" + place)
		s, ok := byLevel[level]
		if !ok {
			f.T.Errorf("no segment %s=%s", key, level)
			continue
		}
		f.EqualText(at+".level"+place, s.By[key])
		f.Count(at+".n"+place, *s.N)
		f.near(at+".overall"+place, s.OverallItem.Mean)
		f.near(at+".overall_se"+place, s.OverallItem.MeanSE)
		f.near(at+".overall_se"+place, s.OverallItem.SE/10)
		f.near(at+".index"+place, s.Overall.Estimate)
		f.near(at+".index_se"+place, s.Overall.SE)
	}
}

func segmentsBy(r *reports.Report, key string) (out []reports.Segment) {
	for _, s := range r.Segments {
		if len(s.Attributes) == 1 && s.Attributes[0] == key {
			out = append(out, s)
		}
	}
	return out
}

func (f studyFigures) designs(name string, r *reports.Report) {
	f.T.Helper()
	f.estimate("index."+name, r.Overall)
	o := r.OverallItem
	f.near("overall."+name+".estimate", o.Mean)
	f.near("overall."+name+".se", o.MeanSE)
	f.near("overall."+name+".ci_l", o.Estimate.Low/10)
	f.near("overall."+name+".ci_u", o.Estimate.High/10)
	f.Count("overall."+name+".df", r.Design.DF)
	p := r.Recommend
	f.near("nps."+name+".estimate", p.NPS)
	f.near("nps."+name+".se", p.SE)
	f.near("nps."+name+".ci_l", p.Low)
	f.near("nps."+name+".ci_u", p.High)
	f.near("nps."+name+".df", p.DF)
	top := o.TopBox
	f.near("top2."+name+".estimate", top.Share)
	f.near("top2."+name+".se", top.SE)
	f.Count("top2."+name+".df", r.Design.DF)
	// The interval of a mean; that of the report is the logit, which does not leave 0 … 1.
	half := reports.Number(stats.StudentQuantile(.975, float64(r.Design.DF))) * top.SE
	f.near("top2."+name+".ci_l", top.Share-half)
	f.near("top2."+name+".ci_u", top.Share+half)
	if top.Method != "logit" {
		f.T.Errorf("top-2, %s: method %q, want logit", name, top.Method)
	}
}

func withoutStraightLines(rows []*surveys.Response, r *reports.Report) (out []*surveys.Response) {
	for i, x := range rows {
		if r.Verdicts[i] != reports.Valid {
			continue
		}
		first, alike, answered := byte(0), true, 0
		for _, code := range x.Ratings[:16] {
			if code <= surveys.MaxCode {
				if answered > 0 && code != first {
					alike = false
				}
				first = code
				answered++
			}
		}
		if !alike || answered < 2 {
			out = append(out, x)
		}
	}
	return out
}
