package reports_test

import (
	"testing"

	"paxscore/internal/study"
	"paxscore/reports"
	"paxscore/surveys"
)

// studySurvey is the questionnaire that the reference study answers, with the weights of its index
// (ref_study.json, input.index_weights) and, as second model, equal weights.
func studySurvey() *surveys.Survey {
	en := func(s string) surveys.Text { return surveys.Text{"en": s} }
	dims := []struct {
		key   string
		share float64
		items []string
	}{
		{"attitude", .2604, []string{"crew_attitude", "courtesy", "patience"}},
		{"efficiency", .3011, []string{"checkin", "boarding", "baggage", "inflight_speed"}},
		{"content", .05, []string{"catering", "entertainment", "seat_comfort"}},
		{"safety", .1945, []string{"flight_safety", "safety_equipment", "emergency_handling"}},
		{"brand", .194, []string{"awareness", "corporate_image", "social_responsibility"}},
	}
	values := func(keys ...string) (out []surveys.AttributeValue) {
		for _, k := range keys {
			out = append(out, surveys.AttributeValue{Key: k, Label: en(k)})
		}
		return out
	}
	s := &surveys.Survey{Key: "study", Version: 1, Design: surveys.Design{Cluster: "flight"},
		Screening: surveys.Screening{Duplicates: true, Careless: true, BreakOffs: true}}
	q := &s.Questionnaire
	q.Title, q.Languages = en("Study"), []string{"en"}
	q.Scales = []surveys.Scale{{Key: "ten", Low: 0, High: 10}}
	weighted, equal := surveys.Model{Key: "study", Label: en("By influence")}, surveys.Model{Key: "equal", Label: en("Equal")}
	section := surveys.Section{Key: "all", Title: en("All")}
	for _, d := range dims {
		dim := surveys.Dimension{Key: surveys.DimensionKey(d.key), Label: en(d.key), DimensionWeight: d.share}
		for _, i := range d.items {
			section.Items = append(section.Items, surveys.Item{Key: surveys.ItemKey(i), Kind: surveys.KindRating, Text: en(i), Scale: "ten", NotApplicable: true})
			dim.Items = append(dim.Items, surveys.ItemWeight{Item: surveys.ItemKey(i), ItemWeight: 1 / float64(len(d.items))})
		}
		weighted.Dimensions = append(weighted.Dimensions, dim)
		dim.DimensionWeight = .2
		equal.Dimensions = append(equal.Dimensions, dim)
	}
	section.Items = append(section.Items,
		surveys.Item{Key: "overall", Kind: surveys.KindOverall, Text: en("Overall"), Scale: "ten"},
		surveys.Item{Key: "recommend", Kind: surveys.KindRecommend, Text: en("Recommend"), Scale: "ten"},
		surveys.Item{Key: "again", Kind: surveys.KindAgain, Text: en("Again"), Scale: "ten"},
		surveys.Item{Key: "comment", Kind: surveys.KindComment, Text: en("Comment")})
	q.Sections = []surveys.Section{section}
	for _, a := range []struct {
		key    string
		values []surveys.AttributeValue
	}{
		{"flight", nil}, {"month", nil}, {"route", values("domestic", "regional", "international")}, {"delayed", values("no", "yes")}, {"trained", values("no", "yes")},
		{"age", values("under_25", "25_34", "35_44", "45_59", "60_plus")},
		{"occupation", values("enterprise", "public_sector", "self_employed", "professional", "student", "retired_other")},
		{"spend", values("low", "middle", "high", "very_high")}, {"purpose", values("leisure", "business")},
		{"cabin", values("economy", "premium_economy", "business", "first")}, {"tier", values("none", "silver", "gold", "platinum")},
		{"gender", values("female", "male")}, {"channel", values("web", "app", "onboard")},
	} {
		q.Attributes = append(q.Attributes, surveys.Attribute{Key: surveys.AttributeKey(a.key), Label: en(a.key), Values: a.values})
	}
	for _, m := range []*surveys.Model{&weighted, &equal} {
		m.Missing, m.Base, m.Confidence, m.Margin = surveys.DefaultMissingPolicy(), surveys.DefaultBasePolicy(), .95, 2
		s.Models = append(s.Models, *m)
	}
	return s
}

// studyRows are the 10,300 responses of the reference study, drawn once.
func studyRows(tb testing.TB, n int) []*surveys.Response {
	tb.Helper()
	var out []*surveys.Response
	for r, err := range study.Responses(studySurvey(), n, 42) {
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func dataset(tb testing.TB, s *surveys.Survey, rows []*surveys.Response) *reports.Dataset {
	tb.Helper()
	d := reports.NewDataset(s)
	for _, r := range rows {
		if err := d.Append(r); err != nil {
			tb.Fatal(err)
		}
	}
	return d
}

func report(tb testing.TB, d *reports.Dataset, q reports.Query) *reports.Report {
	tb.Helper()
	q.Listed = true
	r, err := d.Report(q)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func by(attributes ...string) (out [][]string) {
	for _, a := range attributes {
		out = append(out, []string{a})
	}
	return out
}
