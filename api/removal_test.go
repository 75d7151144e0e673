package api_test

import (
	"strings"
	"testing"

	"paxscore/internal/testdb"
)

func TestRemove(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		subs := []object{submission(), submission(), submission()}
		for _, sub := range subs {
			s.submit(t, sub).wants(t, 201, "")
		}
		read := func() int {
			var report struct{ Responses struct{ Read int } }
			s.get(t, "/api/v1/surveys/default/scores").into(t, &report)
			return report.Responses.Read
		}
		if n := read(); n != 3 {
			t.Fatalf("%d", n)
		}
		at := "/api/v1/surveys/default/responses/" + subs[0]["id"].(string)
		s.do(t, request{method: "DELETE", path: at + "?reason=x"}).wants(t, 401, "no-key")
		remove := func(path string) answer { return s.do(t, request{method: "DELETE", path: path, key: environmentKey}) }
		var done struct{ ID, Survey, Reason string }
		remove(at+"?reason=asked+for+it").into(t, &done)
		if done.ID != subs[0]["id"] || done.Survey != "default" || done.Reason != "asked for it" {
			t.Errorf("%+v", done)
		}
		if n := read(); n != 2 {
			t.Errorf("after the removal: %d", n)
		}
		remove(at+"?reason=again").wants(t, 410, "removed")
		s.submit(t, subs[0]).wants(t, 410, "removed")
		if a := s.bulk(t, text(t, subs[0]), text(t, subs[1])); a[0].Status != "refused" || !strings.HasSuffix(a[0].Type, ":removed") || a[1].Status != "repeat" {
			t.Errorf("%+v", a)
		}
		other := "/api/v1/surveys/default/responses/"
		remove(other+"01932d5e-7a51-7cc2-9b1f-0d6a4be5a001?reason=x").wants(t, 404, "not-found")
		remove(other+"nonsense?reason=x").wants(t, 404, "not-found")
		remove("/api/v1/surveys/nothing/responses/"+subs[1]["id"].(string)+"?reason=x").wants(t, 404, "not-found")
		for _, reason := range []string{"", "?reason=", "?reason=+", "?reason=" + strings.Repeat("x", 201), "?reason=%00", "?reason=%ff"} {
			if a := remove(other + subs[1]["id"].(string) + reason); a.StatusCode != 422 {
				t.Errorf("reason %q is answered %d", reason, a.StatusCode)
			}
		}
		s.submit(t, submission()).wants(t, 201, "")
		if n := read(); n != 3 {
			t.Errorf("at the end: %d", n)
		}
	})
}
