package api_test

import (
	"math"
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/surveys"
)

// Every part of stored responses' indices, each answer held against the description; without a key there is none.
func TestResponseExplanation(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		loadStudy(t, s, 500)
		var all []surveys.ResponseID
		for r, err := range s.service.Store.ListResponses(t.Context(), surveys.ResponseFilter{Survey: "default"}) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r.ID)
		}
		for _, at := range []int{0, 17, len(all) - 1} {
			path := "/api/v1/surveys/default/responses/" + all[at].String() + "/explanation"
			var r reports.ResponseExplanation
			s.get(t, path+"?model=study").into(t, &r)
			if r.Response.ID != all[at].String() || r.Response.Number != at+1 || r.ModelVersion != "study@1" {
				t.Errorf("%+v", r.Response)
			}
			sum := 0.0
			for _, d := range r.Dimensions {
				for _, i := range d.Items {
					sum += float64(i.Contribution)
				}
			}
			if r.Status == "ok" && !(math.Abs(sum-float64(r.Index)) <= 1e-9) {
				t.Errorf("%s: items add up to %v, not %v", path, sum, r.Index)
			}
			s.do(t, request{method: "GET", path: path}).wants(t, 401, "no-key")
		}
		s.get(t, "/api/v1/surveys/default/responses/"+strings.Repeat("0", 8)+"-0000-7000-8000-000000000000/explanation").wants(t, 404, "not-found")
		s.get(t, "/api/v1/surveys/none/responses/"+all[0].String()+"/explanation").wants(t, 404, "not-found")
		for path, field := range map[string]string{"17/explanation": "response", all[0].String() + "/explanation?model=x": "model", all[0].String() + "/explanation?where=a=b": "where"} {
			var problem struct {
				Errors []struct{ Field, Rule string }
			}
			a := s.get(t, "/api/v1/surveys/default/responses/"+path)
			a.wants(t, 400, "malformed-query")
			if a.into(t, &problem); len(problem.Errors) != 1 || problem.Errors[0].Field != field {
				t.Errorf("%s: %+v", path, problem.Errors)
			}
		}
	})
}
