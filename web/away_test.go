package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
)

func TestDatabaseAway(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	p := openOn(t, proxy.URL(), nil, nil)
	v, form := p.form(t, "/s/default?lang=pt")
	form = with(form, "a.overall", "6", "a.comment", "<b>\"x\"</b>", "s.age", "25_34", "evil", "1")
	kept := with(form)
	kept.Del("evil")

	proxy.Refuse()
	a := v.post("/s/default", form)
	if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Fatalf("status %d", a.Status)
	}
	a.mustHave(t, "Ainda não foi possível guardar as suas respostas")
	if d := cmp.Diff(kept, a.hidden()); d != "" {
		t.Error(d)
	}
	v.Header.Set("Accept-Language", "pt")
	away := v.get("/s/default")
	if away.Status != http.StatusServiceUnavailable {
		t.Errorf("status %d", away.Status)
	}
	away.mustHave(t, "A pesquisa não está acessível", `href="/s/default"`)

	proxy.Resume()
	if sent := v.post("/s/default", a.hidden()); sent.Status != http.StatusSeeOther {
		t.Fatalf("sent again: status %d", sent.Status)
	}
	if got := p.responses(t, "default"); len(got) != 1 || got[0].Comments["comment"] != "<b>\"x\"</b>" {
		t.Errorf("stored %+v", got)
	}
}

func TestAnswerOfTheDatabaseLost(t *testing.T) {
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	p := openOn(t, proxy.URL(), nil, nil)
	v, form := p.form(t, "/s/default?lang=en")
	form = with(form, "a.overall", "6")
	proxy.CutAnswer("COMMIT")
	a := v.post("/s/default", form)
	proxy.Resume()
	if a.Status != http.StatusServiceUnavailable {
		t.Fatalf("the answer to the commit was lost: status %d", a.Status)
	}
	p.Clock.Pass(10 * time.Second)
	again := v.post("/s/default", a.hidden())
	if again.Status != http.StatusSeeOther || !strings.Contains(again.Header.Get("Location"), "again=1") {
		t.Fatalf("sent again: status %d to %s", again.Status, again.Header.Get("Location"))
	}
	if got := p.responses(t, "default"); len(got) != 1 {
		t.Errorf("%d responses stored", len(got))
	}
}
