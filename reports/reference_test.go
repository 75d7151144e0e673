package reports_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"paxscore/reports"
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

// refEstimate is an estimate as R gives it.
type refEstimate struct {
	Estimate float64 `json:"estimate"`
	SE       float64 `json:"se"`
	DF       float64 `json:"df"`
	Low      float64 `json:"ci_l"`
	High     float64 `json:"ci_u"`
}

type refDesigns struct {
	Respondents   refEstimate `json:"respondents"`
	Flights       refEstimate `json:"flights"`
	FlightsRoutes refEstimate `json:"flights_within_routes"`
}

type refSegments struct {
	Level     []string  `json:"level"`
	N         []int     `json:"n"`
	Overall   []float64 `json:"overall"`
	OverallSE []float64 `json:"overall_se"`
	Index     []float64 `json:"index"`
	IndexSE   []float64 `json:"index_se"`
}

type refStudy struct {
	Screening struct {
		Rows              int     `json:"rows"`
		MedianSeconds     float64 `json:"median_seconds"`
		Duplicate         int     `json:"duplicate"`
		StraightAndFast   int     `json:"straight_and_fast"`
		Incomplete        int     `json:"incomplete"`
		Kept              int     `json:"kept"`
		StraightLinesKept int     `json:"straight_liners_kept"`
		LinesRemoved      []int   `json:"lines_removed"`
	} `json:"screening"`
	Golden struct {
		Valid           int                `json:"n_valid"`
		OverallMean     float64            `json:"q0_mean"`
		OverallSD       float64            `json:"q0_sd"`
		Histogram       []int              `json:"q0_histogram_0_10"`
		NPS             map[string]int     `json:"nps_counts"`
		CompositeValid  int                `json:"composite_valid"`
		AgeCounts       []int              `json:"age_counts"`
		Occupation      []int              `json:"occupation_counts"`
		Spend           []int              `json:"spend_counts"`
		Cabin           []int              `json:"cabin_counts"`
		ByAge           []float64          `json:"q0_by_age"`
		ByOccupation    []float64          `json:"q0_by_occupation"`
		BySpend         []float64          `json:"q0_by_spend"`
		BySex           []float64          `json:"q0_by_sex"`
		ByPurpose       []float64          `json:"q0_by_purpose"`
		Dimensions      map[string]float64 `json:"dimension_means"`
		DimensionsValid map[string]int     `json:"dimension_valid"`
		MissingCells    struct {
			NotApplicable int `json:"not_applicable"`
			Skipped       int `json:"skipped"`
		} `json:"missing_cells"`
		ItemSums []int `json:"item_sum_checks"`
	} `json:"golden"`
	Overall              refDesigns             `json:"overall"`
	Index                refDesigns             `json:"index"`
	NPS                  refDesigns             `json:"nps"`
	Top2                 refDesigns             `json:"top2"`
	Dimensions           map[string]refEstimate `json:"dimensions_flights"`
	IndexOfMeans         float64                `json:"index_of_dimension_means"`
	WithoutStraightLines float64                `json:"index_without_straight_liners"`
	Segments             map[string]refSegments `json:"segments_flights"`
}

func (d *differences) estimate(what string, got reports.Estimate, want refEstimate) {
	d.t.Helper()
	d.near(what, got.Estimate, want.Estimate)
	d.near(what+" SE", got.SE, want.SE)
	d.near(what+" df", got.DF, want.DF)
	d.near(what+" low", got.Low, want.Low)
	d.near(what+" high", got.High, want.High)
}

func TestStudyAgainstR(t *testing.T) {
	var ref refStudy
	readReference(t, "ref_study.json", &ref)
	rows := studyRows(t, 10_000)
	d := compareWith(t, "ref_study.json")
	whole := dataset(t, studySurvey(), rows)
	r := report(t, whole, reports.Query{By: by("age", "occupation", "spend", "route", "cabin", "gender", "purpose", "delayed")})

	s := ref.Screening
	d.equal("rows", r.Responses.Read, s.Rows)
	d.near("median seconds", r.Responses.MedianSeconds, s.MedianSeconds)
	d.equal("duplicates", r.Responses.Duplicates, s.Duplicate)
	d.equal("careless", r.Responses.Careless, s.StraightAndFast)
	d.equal("break-offs", r.Responses.BreakOffs, s.Incomplete)
	d.equal("valid", r.Responses.Valid, s.Kept)
	d.equal("straight lines kept", r.Responses.FlaggedKept, s.StraightLinesKept)
	var removed []int
	for i, v := range r.Verdicts {
		if v != reports.Valid {
			removed = append(removed, i+1)
		}
	}
	d.equal("number of lines removed", len(removed), len(s.LinesRemoved))
	for i, line := range s.LinesRemoved {
		d.equal("line removed", removed[i], line)
	}

	d.golden(r, ref)
	d.estimate("index by flight", r.Overall, ref.Index.Flights)
	for _, x := range r.Dimensions {
		d.estimate(x.Key, x.Estimate, ref.Dimensions[x.Key])
	}
	d.near("index of means", r.IndexOfMeans.Estimate, ref.IndexOfMeans)
	for key, want := range ref.Segments {
		d.segments(key, r, want)
	}
	for _, x := range []struct {
		name string
		of   surveys.Design
		pick func(refDesigns) refEstimate
	}{
		{"respondents", surveys.Design{}, func(r refDesigns) refEstimate { return r.Respondents }},
		{"flights", surveys.Design{Cluster: "flight"}, func(r refDesigns) refEstimate { return r.Flights }},
		{"flights within routes", surveys.Design{Cluster: "flight", Stratum: "route"}, func(r refDesigns) refEstimate { return r.FlightsRoutes }},
	} {
		// The rows of the study are told apart by respondent and flight whatever the design; without a flight in it, a respondent
		// answers once, and the study has one row per respondent.
		sv := studySurvey()
		sv.Design = x.of
		d.designs(x.name, report(t, dataset(t, sv, rows), reports.Query{}), x.pick, ref)
	}

	// Without straight lines the index is a mean over fewer rows.
	kept := dataset(t, studySurvey(), withoutStraightLines(rows, r))
	d.near("index without straight lines", report(t, kept, reports.Query{AllRows: true}).Overall.Estimate, ref.WithoutStraightLines)
}

func (d *differences) golden(r *reports.Report, ref refStudy) {
	g, o := ref.Golden, r.OverallItem
	d.equal("valid", r.Responses.Valid, g.Valid)
	d.near("overall item", o.Mean, g.OverallMean)
	d.near("overall item, native", o.Native, g.OverallMean)
	// deff 1.22 on flights: V = deff * sd^2/n, so that the standard deviation is found from the report.
	d.near("sd of the overall item", reports.Number(math.Sqrt(float64(o.SE*o.SE/o.Deff)*float64(*o.N))/10), g.OverallSD)
	for v, n := range g.Histogram {
		d.equal("overall item histogram", o.Histogram[v].N, n)
	}
	d.equal("detractors", *r.Recommend.Detractors, g.NPS["detractors"])
	d.equal("passives", *r.Recommend.Passives, g.NPS["passives"])
	d.equal("promoters", *r.Recommend.Promoters, g.NPS["promoters"])
	d.equal("composite valid", *r.Overall.N, g.CompositeValid)
	for _, x := range []struct {
		key    string
		counts []int
		means  []float64
	}{{"age", g.AgeCounts, g.ByAge}, {"occupation", g.Occupation, g.ByOccupation}, {"spend", g.Spend, g.BySpend}, {"cabin", g.Cabin, nil}, {"gender", nil, g.BySex}, {"purpose", nil, g.ByPurpose}} {
		segments := segmentsBy(r, x.key)
		for i, n := range x.counts {
			d.equal(x.key, *segments[i].N, n)
		}
		for i, mean := range x.means {
			d.rounded(x.key, segments[i].OverallItem.Mean, 4, mean)
		}
	}
	for _, x := range r.Dimensions {
		d.near("mean of "+x.Key, x.Native, g.Dimensions[x.Key])
		d.equal("valid of "+x.Key, *x.N, g.DimensionsValid[x.Key])
	}
	na, skipped := 0, 0
	for i, want := range g.ItemSums {
		sum := 0
		for _, bar := range r.Items[i].Histogram {
			sum += bar.Value * bar.N
		}
		d.equal("sum of "+r.Items[i].Key, sum, want)
		na += *r.Items[i].NotApplicable
		skipped += *r.Items[i].Skipped
	}
	d.equal("not applicable", na, g.MissingCells.NotApplicable)
	d.equal("skipped", skipped, g.MissingCells.Skipped)
}

func (d *differences) segments(key string, r *reports.Report, want refSegments) {
	d.t.Helper()
	byLevel := map[string]reports.Segment{}
	for _, s := range segmentsBy(r, key) {
		byLevel[s.By[key]] = s
	}
	d.equal(key+" levels", len(byLevel), len(want.Level))
	for i, level := range want.Level {
		s, ok := byLevel[level]
		if !ok {
			d.t.Errorf("no segment %s=%s", key, level)
			continue
		}
		what := key + "=" + level
		d.equal(what+" n", *s.N, want.N[i])
		d.near(what+" overall", s.OverallItem.Mean, want.Overall[i])
		d.near(what+" overall SE", s.OverallItem.MeanSE, want.OverallSE[i])
		d.near(what+" overall SE of the score", s.OverallItem.SE/10, want.OverallSE[i])
		d.near(what+" index", s.Overall.Estimate, want.Index[i])
		d.near(what+" index SE", s.Overall.SE, want.IndexSE[i])
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

func (d *differences) designs(name string, r *reports.Report, pick func(refDesigns) refEstimate, ref refStudy) {
	d.t.Helper()
	d.estimate("index, "+name, r.Overall, pick(ref.Index))
	o, want := r.OverallItem, pick(ref.Overall)
	d.near("overall item, "+name, o.Mean, want.Estimate)
	d.near("overall item SE, "+name, o.MeanSE, want.SE)
	d.near("overall item low, "+name, o.Estimate.Low/10, want.Low)
	d.near("overall item high, "+name, o.Estimate.High/10, want.High)
	want = pick(ref.NPS)
	p := r.Recommend
	d.near("NPS, "+name, p.NPS, want.Estimate)
	d.near("NPS SE, "+name, p.SE, want.SE)
	d.near("NPS low, "+name, p.Low, want.Low)
	d.near("NPS high, "+name, p.High, want.High)
	d.near("NPS df, "+name, p.DF, want.DF)
	want = pick(ref.Top2)
	top := o.TopBox
	d.near("top-2, "+name, top.Share, want.Estimate)
	d.near("top-2 SE, "+name, top.SE, want.SE)
	if top.Method != "logit" {
		d.t.Errorf("top-2, %s: method %q, want logit", name, top.Method)
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
