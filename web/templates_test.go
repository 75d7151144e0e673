package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/web"
)

// TestEveryTemplateIsExecuted goes through the pages once; a template that none of them uses, or that cannot be executed,
// is an error.
func TestEveryTemplateIsExecuted(t *testing.T) {
	marked, names, err := web.Marked()
	if err != nil || len(names) == 0 {
		t.Fatalf("%d templates: %v", len(names), err)
	}
	proxy := testdb.Proxy(t, testdb.Postgres(t))
	p := openOn(t, proxy.URL(), reporter{report: sample()}, marked)
	p.publishFile(t, routed)
	v := p.visitor(t)
	seen := map[string]bool{}
	see := func(a answer, status int) answer {
		t.Helper()
		if a.Status != status {
			t.Errorf("status %d, want %d", a.Status, status)
		}
		for _, part := range strings.Split(a.Body, "⟦")[1:] {
			name, _, _ := strings.Cut(part, "⟧")
			seen[name] = true
		}
		return a
	}
	see(v.get("/"), http.StatusOK)
	see(v.get("/docs"), http.StatusOK)
	see(v.get("/sign-in"), http.StatusOK)
	see(v.get("/nothing"), http.StatusNotFound)
	see(v.get("/s/nothing"), http.StatusNotFound)
	see(v.get("/s/default"), http.StatusOK)
	form := see(v.get("/s/routed"), http.StatusOK).hidden()
	see(v.post("/s/routed", with(form, "a.wait", "x")), http.StatusUnprocessableEntity)
	sent := see(v.post("/s/routed", with(form, "a.overall", "5")), http.StatusSeeOther)
	see(v.get(sent.Header.Get("Location")), http.StatusOK)
	v.signIn()
	see(v.get("/dashboard/default"), http.StatusOK)
	proxy.Refuse()
	see(v.post("/s/routed", url.Values{"a.overall": {"5"}}), http.StatusServiceUnavailable)

	for _, name := range names {
		if !seen[name] {
			t.Errorf("template %q was not executed", name)
		}
	}
	for name := range seen {
		if !slices.Contains(names, name) {
			t.Errorf("mark %q of no template", name)
		}
	}
}
