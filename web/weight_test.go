package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestFormIsSmall(t *testing.T) {
	p := open(t, nil, nil)
	v := p.visitor(t)
	v.client.Transport = &http.Transport{DisableCompression: true}
	v.Header.Set("Accept-Encoding", "gzip")
	page := v.get("/s/default?lang=hy")
	if page.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	sheet := p.visitor(t).get("/s/default").stylesheet(t)
	css := v.get(sheet)
	if got := css.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("stylesheet: Cache-Control %q", got)
	}
	total := len(page.Body) + len(css.Body)
	t.Logf("form %d bytes, stylesheet %d, together %d", len(page.Body), len(css.Body), total)
	if total > 14<<10 {
		t.Errorf("form and stylesheet take %d bytes, more than 14 kB", total)
	}
}

func (a answer) stylesheet(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(a.Body, `<link rel="stylesheet" href="`)
	sheet, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("the page has no stylesheet")
	}
	return sheet
}

func TestHeaders(t *testing.T) {
	p := open(t, nil, nil)
	v := p.visitor(t)
	for _, path := range []string{"/", "/s/default", "/docs", "/sign-in", "/s/nothing", "/nothing"} {
		a := v.get(path)
		csp := a.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "style-src 'self'") || strings.Contains(csp, "script-src") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", path, csp)
		}
		a.mustLack(t, "<script", " style=", "onclick", "javascript:")
	}
	if got := v.get("/s/default").Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("form: Cache-Control %q", got)
	}
	if got := v.get("/static/nothing.css").Status; got != http.StatusNotFound {
		t.Errorf("status %d", got)
	}
}
