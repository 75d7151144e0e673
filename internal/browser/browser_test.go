package browser_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"paxscore/internal/browser"
)

const good = `<!doctype html><html lang="en" dir="ltr"><meta name="viewport" content="width=device-width"><title>Good</title><main><h1>One</h1><h2>Two</h2>
<form method="post"><label>Name <input name="name" style="height:30px"></label>
<fieldset><legend>Colour</legend><label style="display:inline-block;min-height:30px;min-width:30px"><input type="radio" name="c" value="red">Red</label></fieldset>
<button style="min-height:30px">Send</button></form></main>
<script>document.title='scripted'</script>`

func serve(t *testing.T, html string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusAccepted)
			html := `<!doctype html><title>Sent</title><p id="sent">` + r.FormValue("name") + ` ` + r.FormValue("c") + `</p>`
			_, _ = w.Write([]byte(html))
			return
		}
		_, _ = w.Write([]byte(html))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestBrowser(t *testing.T) {
	b := browser.Start(t)

	t.Run("a form is filled and sent without scripts", func(t *testing.T) {
		url := serve(t, good)
		p := b.Page(t, browser.Options{Size: browser.Phone(), NoScript: true})
		if got := p.Open(url); got != http.StatusOK {
			t.Fatalf("status %d", got)
		}
		if got := browser.Eval[string](p, "document.title"); got != "Good" {
			t.Fatalf("title %q: scripts ran", got)
		}
		p.Type("input[name=name]", "Anahit")
		p.Click("input[value=red]")
		if !p.Checked("input[value=red]") {
			t.Error("the radio button was not chosen by the click")
		}
		if got := p.Follow("button"); got != http.StatusAccepted {
			t.Errorf("status %d", got)
		}
		if got := p.Text("#sent"); got != "Anahit red" {
			t.Errorf("sent %q", got)
		}
		info, err := os.Stat(p.Screenshot("sent"))
		if err != nil || info.Size() == 0 {
			t.Errorf("screenshot: %v", err)
		}
	})

	t.Run("scripts run unless switched off", func(t *testing.T) {
		p := b.Page(t, browser.Options{})
		p.Open(serve(t, good))
		if got := browser.Eval[string](p, "document.title"); got != "scripted" {
			t.Errorf("title %q", got)
		}
	})

	t.Run("a good page has no problems", func(t *testing.T) {
		p := b.Page(t, browser.Options{Size: browser.Phone(), NoScript: true})
		p.Open(serve(t, good))
		p.MustBeReadable("good page")
	})

	// each mistake is found by the words of its rule
	mistakes := map[string]struct{ old, new string }{
		"no language":                    {`lang="en"`, ``},
		"no direction":                   {`dir="ltr"`, ``},
		"heading level 3 follows 1":      {`<h2>Two</h2>`, `<h3>Two</h3>`},
		"id used twice":                  {`<h2>Two</h2>`, `<h2 id="a">Two</h2><p id="a">x</p>`},
		"field without a label":          {`<label>Name <input name="name" style="height:30px"></label>`, `<input name="name" style="height:30px">`},
		"group without a legend":         {`<legend>Colour</legend>`, ``},
		"names no element":               {`<h2>Two</h2>`, `<h2 aria-describedby="nothing">Two</h2>`},
		"nothing to read out":            {`>Send<`, `><`},
		"contrast 2.85":                  {`<h2>Two</h2>`, `<h2>Two</h2><p style="color:#999">pale</p>`},
		"contrast 1.00":                  {`<h2>Two</h2>`, `<div style="background:#333"><p style="background:rgba(0,0,0,.0);color:#333">hidden</p></div>`},
		"only 30 by 10 pixels":           {`style="min-height:30px"`, `style="height:10px;width:30px;padding:0"`},
		"pixels wide on a screen of 375": {`<h2>Two</h2>`, `<h2 style="width:900px">Two</h2>`},
		"picture without words":          {`<h2>Two</h2>`, `<h2>Two</h2><img src="data:,">`},
		"table without headed columns":   {`<h2>Two</h2>`, `<h2>Two</h2><table><caption>t</caption><tr><td>1</td></tr></table>`},
		"link to no part of the page":    {`<h2>Two</h2>`, `<h2><a href="#none">Two</a></h2>`},
	}
	for rule, m := range mistakes {
		t.Run("finds: "+rule, func(t *testing.T) {
			html := strings.Replace(good, m.old, m.new, 1)
			if html == good {
				t.Fatal("the mistake was not made")
			}
			p := b.Page(t, browser.Options{Size: browser.Phone(), NoScript: true})
			p.Open(serve(t, html))
			found := p.Problems()
			for _, f := range found {
				if strings.Contains(f, rule) {
					return
				}
			}
			t.Errorf("found only %q", found)
		})
	}
}
