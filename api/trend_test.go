package api_test

import (
	"bytes"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paxscore/internal/study"
	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// secondVersion is the built-in survey with one more question, an initiative and the splice that the question makes necessary.
func secondVersion() []byte {
	text := func(words string) string {
		out := "{"
		for _, l := range []string{"en", "zh-Hans", "zh-Hant", "hy", "es", "pt"} {
			out += l + ": " + words + ", "
		}
		return strings.TrimSuffix(out, ", ") + "}"
	}
	source := strings.Replace(string(surveyfile.Default().Source), "\nmodels:\n", "      - key: seat_width\n        text: "+text("Seat width")+"\n        scale: quality\n\nmodels:\n", 1)
	source = strings.Replace(source, "items: [catering, entertainment, seat_comfort]", "items: [catering, entertainment, seat_comfort, seat_width]", 1)
	return []byte(source + `
initiatives:
  - key: new_seats
    label: ` + text("New seats") + `
    began: 2025-07-01
    treated: [{attribute: purpose, in: [business]}]
    measures: [content, index]
splices:
  - {version: 2, from: 2025-06-01, to: 2025-06-30, note: ` + text("A further question") + `}
`)
}

// Two published versions that ran together in June: the trend is joined as the survey declares, the review finds the break resolved and
// asks for the initiative, which impact takes by its key. All of it in the described shape.
func TestDeclaredSplicesAndInitiatives(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		s := newSite(t, db)
		first, err := s.service.Store.FindSurvey(t.Context(), "default", 0)
		if err != nil {
			t.Fatal(err)
		}
		s.do(t, request{method: "POST", path: "/api/v1/surveys", body: bytes.Clone(secondVersion()), contentType: "application/yaml", key: environmentKey}).wants(t, http.StatusCreated, "")
		var batch []*surveys.Response
		i := 0
		for r, err := range study.Responses(first, 3_000, 42) {
			if err != nil {
				t.Fatal(err)
			}
			r.ReceivedAt = s.clock.Now()
			if m := r.SubmittedAt.Month(); m > time.June || m == time.June && i%2 == 0 {
				r.Version, r.Ratings = 2, append(r.Ratings, byte(i%11))
			}
			i++
			batch = append(batch, r)
		}
		if _, err := s.service.Store.ImportResponses(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		var trends reports.Trends
		s.get(t, "/api/v1/surveys/default/trend?measure=index&rules=1,2,3,4,5,6,7,8").into(t, &trends)
		if len(trends.Splices) != 1 || trends.Splices[0].Note != "A further question" || len(trends.Rules) != 8 || len(trends.Breaks) != 2 || !trends.Breaks[0].Spliced || !trends.Breaks[1].Spliced {
			t.Fatalf("%+v %+v %v", trends.Splices, trends.Breaks, trends.Rules)
		}
		x := trends.Series[0]
		if joint := x.Splices[0]; !x.Spliced || !joint.Offset.Valid() || !joint.SE.Valid() || *joint.Old.N == 0 || *joint.New.N == 0 ||
			math.Abs(float64(x.Points[0].Estimate.Estimate-x.Versions[0].Figures[0].Estimate-joint.Offset)) > 1e-9 {
			t.Errorf("%+v", x)
		}
		for _, w := range trends.Warnings {
			if strings.Contains(w, "may differ for that alone") {
				t.Errorf("%s", w)
			}
		}
		var review reports.Review
		s.get(t, "/api/v1/surveys/default/review?model=study").into(t, &review)
		acted := 0
		for _, c := range review.Checks {
			switch c.Key {
			case "version_breaks":
				if c.Result != reports.CheckPass || c.Value != 0 || !strings.Contains(c.Reason, "is moved by") {
					t.Errorf("%+v", c)
				}
			case "acted_on_drivers":
				if acted++; c.Result == reports.CheckNotMade || c.Result == reports.CheckPass || !c.Value.Valid() {
					t.Errorf("nothing happened to business passengers: %+v", c)
				}
			}
		}
		if acted != 2 {
			t.Errorf("%d checks of the initiative", acted)
		}
		var impact reports.Impact
		s.get(t, "/api/v1/surveys/default/impact?initiative=new_seats&covariate=delayed&covariate=cabin&panel=flight").into(t, &impact)
		if impact.Initiative != "new_seats" || impact.After != "2025-07-01" || len(impact.Measures) != 2 || impact.Measures[0].Regression == nil || impact.Panel != "flight" {
			t.Errorf("%+v", impact)
		}
		for _, tt := range []struct{ path, field, rule string }{
			{"trend?rules=x", "rules", "syntax"},
			{"trend?rules=9", "rules", "range"},
			{"trend?splice=x", "splice", "syntax"},
			{"trend?splice=2&splice=2", "splice", "duplicate"},
			{"impact?initiative=none", "initiative", "unknown"},
			{"impact?initiative=new_seats&after=2025-01-01", "initiative", "conflict"},
			{"impact?after=2025-07-01&covariate=shoe", "covariate", "unknown"},
			{"impact?after=2025-07-01&panel=shoe", "panel", "unknown"},
		} {
			p := s.get(t, "/api/v1/surveys/default/"+tt.path).wants(t, 400, "malformed-query")
			if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, tt.field) || p.Errors[0].Rule != tt.rule {
				t.Errorf("%s: %+v", tt.path, p.Errors)
			}
		}
		// A splice in the question takes the place of the declared one.
		s.get(t, "/api/v1/surveys/default/trend?"+url.Values{"measure": {"index"}, "splice": {"2=2025-09-01..2025-09-30"}}.Encode()).into(t, &trends)
		if x := trends.Series[0]; x.Spliced || len(x.Warnings) == 0 {
			t.Errorf("%+v", x)
		}
	})
}
