package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paxscore/web"
)

func TestSignIn(t *testing.T) {
	p := open(t, nil, nil)
	bearer, err := p.Service.CreateKey(t.Context(), "quality team")
	if err != nil {
		t.Fatal(err)
	}
	v := p.visitor(t)
	led := v.get("/dashboard/default?model=study&by=age")
	if led.Status != http.StatusSeeOther || led.Header.Get("Location") != "/sign-in?next=%2Fdashboard%2Fdefault%3Fmodel%3Dstudy%26by%3Dage" {
		t.Fatalf("status %d to %s", led.Status, led.Header.Get("Location"))
	}
	form := v.get(led.Header.Get("Location")).hidden()
	wrong := v.post("/sign-in", with(form, "key", "pxs_no"))
	if wrong.Status != http.StatusUnauthorized || len(wrong.Header["Set-Cookie"]) > 0 {
		t.Errorf("wrong key: status %d, cookies %q", wrong.Status, wrong.Header["Set-Cookie"])
	}
	wrong.mustHave(t, "This key is not valid")
	wrong.mustLack(t, "pxs_no")

	right := v.post("/sign-in", with(form, "key", "  "+bearer+"\n"))
	if right.Status != http.StatusSeeOther || right.Header.Get("Location") != "/dashboard/default?model=study&by=age" {
		t.Fatalf("status %d to %s", right.Status, right.Header.Get("Location"))
	}
	cookie := right.Header.Get("Set-Cookie")
	for _, part := range []string{"paxscore_key=" + bearer, "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie lacks %s", part)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Error("the cookie is Secure over plain HTTP: browsers would not send it")
	}
	if a := v.get("/dashboard/default"); a.Status != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("scores: status %d, Cache-Control %q", a.Status, a.Header.Get("Cache-Control"))
	}
	if a := v.get("/sign-in?next=/docs"); a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/docs" {
		t.Errorf("signed in already: status %d to %s", a.Status, a.Header.Get("Location"))
	}
	v.post("/sign-out", url.Values{})
	if a := v.get("/dashboard/default"); a.Status != http.StatusSeeOther {
		t.Errorf("signed out: status %d", a.Status)
	}

	secure := p.visitor(t)
	secure.Header.Set("X-Forwarded-Proto", "https")
	if a := secure.post("/sign-in", url.Values{"key": {staffKey}}); !strings.Contains(a.Header.Get("Set-Cookie"), "Secure") {
		t.Error("the cookie is not Secure behind TLS")
	}
	foreign := p.visitor(t)
	foreign.Header.Set("Origin", "https://evil.example")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	for _, path := range []string{"/sign-in", "/sign-out"} {
		if a := foreign.post(path, url.Values{"key": {staffKey}}); a.Status != http.StatusForbidden || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s from another site: status %d", path, a.Status)
		}
	}
}

func TestRevokedKeyIsSignedOut(t *testing.T) {
	p := open(t, nil, nil)
	bearer, err := p.Service.CreateKey(t.Context(), "left")
	if err != nil {
		t.Fatal(err)
	}
	v := p.visitor(t)
	v.post("/sign-in", url.Values{"key": {bearer}})
	if err := p.Store.RevokeKey(t.Context(), "left", p.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if a := v.get("/dashboard/default"); a.Status != http.StatusSeeOther {
		t.Errorf("status %d", a.Status)
	}
}

func TestSafeNext(t *testing.T) {
	tests := map[string]string{
		"/dashboard/default?by=age&by=cabin,route":    "/dashboard/default?by=age&by=cabin,route",
		"/api/v1/surveys/default/report.xlsx?model=s": "/api/v1/surveys/default/report.xlsx?model=s",
		"/docs#scores":           "/docs",
		"":                       "/dashboard",
		"dashboard":              "/dashboard",
		"//evil.example":         "/dashboard",
		"///evil.example":        "/dashboard",
		"/\\evil.example":        "/dashboard",
		"\\\\evil.example":       "/dashboard",
		"/%5cevil.example":       "/dashboard",
		"/%2fevil.example":       "/dashboard",
		"/\t/evil.example":       "/dashboard",
		"\t//evil.example":       "/dashboard",
		"https://evil.example":   "/dashboard",
		"HTTPS:evil.example":     "/dashboard",
		"https:/evil.example":    "/dashboard",
		"javascript:alert(1)":    "/dashboard",
		"/x\r\nSet-Cookie: a=b":  "/dashboard",
		"/sign-in?next=/sign-in": "/dashboard",
		"/sign-out":              "/dashboard",
	}
	for next, want := range tests {
		if got := web.SafeNext(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func FuzzSafeNext(f *testing.F) {
	for _, s := range []string{"/a", "//a", "/\\a", "http://a", "/a?b=//c", "/..//a", "/%2f/a", "/a/../..//b", " /a", "/@a"} {
		f.Add(s)
	}
	base, _ := url.Parse("http://paxscore.example/sign-in")
	f.Fuzz(func(t *testing.T, next string) {
		got := web.SafeNext(next)
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
			t.Fatalf("%q leads to %q", next, got)
		}
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t\x00") {
			t.Fatalf("%q leads to %q", next, got)
		}
	})
}
