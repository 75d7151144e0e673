package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"paxscore/api"
	"paxscore/internal/testdb"
	"paxscore/surveys/surveyfile"
)

func TestPublish(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		source := surveyfile.Default().Source
		publish := func(body []byte) answer {
			return s.do(t, request{method: "POST", path: "/api/v1/surveys", body: body, contentType: "application/yaml", key: environmentKey})
		}
		publish(source).wants(t, http.StatusOK, "")
		changed := append(bytes.Clone(source), "# a second version\n"...)
		a := publish(changed)
		a.wants(t, http.StatusCreated, "")
		var sum api.SurveySummary
		a.into(t, &sum)
		if sum.Key != "default" || sum.Version != 2 || a.Header.Get("Location") != "/api/v1/surveys/default?version=2" || !sum.PublishedAt.Equal(s.clock.Now().Truncate(1000)) {
			t.Errorf("%+v, %v", sum, a.Header)
		}
		publish(changed).wants(t, http.StatusOK, "")

		for version, want := range map[string][]byte{"?version=1": source, "?version=2": changed, "": changed} {
			if got := s.get(t, "/api/v1/surveys/default/source"+version); got.StatusCode != 200 || !bytes.Equal(got.body, want) {
				t.Errorf("source%s: %d, %d bytes, want %d", version, got.StatusCode, len(got.body), len(want))
			}
		}
	})
}

func TestPublishReportsEveryMistakeWithItsPlace(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	source := string(surveyfile.Default().Source)
	source = strings.Replace(source, "weight: 0.2604", "weight: 0.9", 1)
	source = strings.Replace(source, "key: overall\n", "key: overall\n    colour: red\n", 1)
	p := s.do(t, request{method: "POST", path: "/api/v1/surveys", body: source, contentType: "text/yaml; charset=utf-8", key: environmentKey}).wants(t, 422, "not-valid")
	if len(p.Errors) < 2 {
		t.Fatalf("%+v", p.Errors)
	}
	for _, e := range p.Errors {
		if e.Line < 2 || e.Column < 1 || e.Field == "" || e.Message == "" {
			t.Errorf("%+v", e)
		}
	}
	for _, body := range []string{"", "\t- :", "a: [1,", "\xff\xfe", "&a [*a]", "7"} {
		a := s.do(t, request{method: "POST", path: "/api/v1/surveys", body: body, contentType: "application/yaml", key: environmentKey})
		a.wants(t, 422, "not-valid")
	}
	s.do(t, request{method: "POST", path: "/api/v1/surveys", body: source, contentType: "application/json", key: environmentKey}).wants(t, 415, "unsupported-media-type")
	s.do(t, request{method: "POST", path: "/api/v1/surveys", body: strings.Repeat("#", 1<<20+1), contentType: "application/yaml", key: environmentKey}).wants(t, 413, "body-too-large")
}

func TestSurveys(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	var list struct{ Surveys []api.SurveySummary }
	s.get(t, "/api/v1/surveys").into(t, &list)
	if len(list.Surveys) != 1 || list.Surveys[0].Key != "default" || strings.Join(list.Surveys[0].Models, " ") != "equal study" {
		t.Errorf("%+v", list)
	}
	var v api.Survey
	s.get(t, "/api/v1/surveys/default").into(t, &v)
	rated := 0
	for _, section := range v.Sections {
		for _, item := range section.Items {
			if item.Kind == "rating" {
				rated++
			}
			if item.Touchpoint == "" || item.Text["en"] == "" {
				t.Errorf("%+v", item)
			}
		}
	}
	if rated != 16 || len(v.Scoring) != 2 || v.Scoring[1].Dimensions[0].DimensionWeight != 0.2604 || v.Design.Cluster != "flight" {
		t.Errorf("%d rated items, models %+v, design %+v", rated, v.Scoring, v.Design)
	}
	s.get(t, "/api/v1/surveys/nothing").wants(t, 404, "not-found")
	s.get(t, "/api/v1/surveys/default?version=7").wants(t, 404, "not-found")
	for _, q := range []string{"version=0", "version=x", "version=-1", "version=99999999999", "colour=red", "a;b", "%zz"} {
		s.get(t, "/api/v1/surveys/default?"+q).wants(t, 400, "malformed-query")
	}
	s.get(t, "/api/v1/surveys?x=1").wants(t, 400, "malformed-query")
}
