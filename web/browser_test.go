package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/browser"
	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// TestInChromium looks at every page with scripts switched off, in a real browser, and fills in forms there.
func TestInChromium(t *testing.T) {
	b := browser.Start(t)
	phone := browser.Options{Size: browser.Phone(), NoScript: true}

	t.Run("filled in and stored answer by answer", func(t *testing.T) { fillDefault(t, b, open(t, nil, nil)) })
	t.Run("sent by a double click", func(t *testing.T) {
		p := open(t, nil, nil)
		tab := b.Page(t, phone)
		tab.Open(p.URL + "/s/default?lang=en")
		tab.Click(`input[name="a.overall"][value="8"]`)
		if status := tab.DoubleFollow("button.primary"); status != http.StatusOK {
			t.Errorf("status %d", status)
		}
		id := tab.Text(".receipt code")
		tab.Back()
		if got := tab.Value(`input[name="id"]`); got != id {
			t.Errorf("gone back, the form has id %s, the receipt %s", got, id)
		}
		p.Clock.Pass(time.Minute)
		tab.Follow("button.primary")
		if got := tab.Text(".receipt code"); got != id {
			t.Errorf("sent again, the receipt is %s, was %s", got, id)
		}
		if n := len(p.responses(t, "default")); n != 1 {
			t.Errorf("%d responses stored", n)
		}
	})
	t.Run("the enter key sends", func(t *testing.T) {
		p := open(t, nil, nil)
		tab := b.Page(t, phone)
		tab.Open(p.URL + "/s/default?lang=en")
		tab.Click(`input[name="a.overall"][value="3"]`)
		tab.Type("#s-flight", "393\r")
		tab.Wait(".receipt code")
		if n := len(p.responses(t, "default")); n != 1 {
			t.Errorf("%d responses stored", n)
		}
	})
	t.Run("language changed half way", func(t *testing.T) {
		p := open(t, nil, nil)
		tab := b.Page(t, phone)
		tab.Open(p.URL + "/s/default?lang=en")
		tab.Click(`input[name="a.overall"][value="4"]`)
		tab.Type(`textarea`, "Gut <b>&")
		tab.Click("summary")
		tab.ScreenshotTop("languages")
		tab.MustBeReadable("languages open")
		tab.Follow(`button[lang="zh-Hant"]`)
		if got := tab.Text("h1"); got != "您的搭機體驗如何？" {
			t.Errorf("heading %q", got)
		}
		if !tab.Checked(`input[name="a.overall"][value="4"]`) || tab.Value("textarea") != "Gut <b>&" {
			t.Error("answers were lost")
		}
		tab.MustBeReadable("form zh-Hant")
		tab.Follow("button.primary")
		if got := tab.Text("h1"); got != "謝謝您！您的回答將協助我們改善服務。" {
			t.Errorf("thanked with %q", got)
		}
		tab.Screenshot("thanks-zh")
		if got := p.responses(t, "default"); len(got) != 1 || got[0].Language != "zh-Hant" || got[0].Comments["comment"] != "Gut <b>&" {
			t.Errorf("stored %+v", got)
		}
	})
	t.Run("refused with all that was written", func(t *testing.T) { fillRouted(t, b, open(t, nil, nil)) })
	t.Run("database away and back", func(t *testing.T) {
		proxy := testdb.Proxy(t, testdb.Postgres(t))
		p := openOn(t, proxy.URL(), nil, nil)
		tab := b.Page(t, phone)
		tab.Open(p.URL + "/s/default?lang=en")
		tab.Click(`input[name="a.overall"][value="2"]`)
		proxy.Refuse()
		if status := tab.Follow("button.primary"); status != http.StatusServiceUnavailable {
			t.Errorf("status %d", status)
		}
		tab.MustBeReadable("away")
		tab.Screenshot("away")
		proxy.Resume()
		tab.Follow("button.primary")
		if got := p.responses(t, "default"); len(got) != 1 {
			t.Errorf("%d responses stored", len(got))
		}
	})
	t.Run("from sign-in to the scores and out", func(t *testing.T) {
		p := open(t, nil, nil)
		tab := b.Page(t, phone)
		tab.Open(p.URL + "/dashboard/default?model=study")
		tab.Type("#key", "wrong")
		if status := tab.Follow("button.primary"); status != http.StatusUnauthorized {
			t.Errorf("status %d", status)
		}
		tab.MustBeReadable("sign-in refused")
		tab.Type("#key", staffKey)
		tab.Follow("button.primary")
		if got := tab.Location(); got != p.URL+"/dashboard/default?model=study" {
			t.Errorf("led to %s", got)
		}
		tab.Click(".filter summary")
		tab.MustBeReadable("scores without responses, filter open")
		tab.Screenshot("dashboard-empty")
		tab.Set("#model", "equal")
		tab.Click(`.boxes input[value="tier"]`)
		tab.Follow(".filter button.primary")
		if got := tab.Location(); !strings.Contains(got, "model=equal") || !strings.Contains(got, "by=tier") {
			t.Errorf("led to %s", got)
		}
		tab.Follow(".bar form button")
		tab.Open(p.URL + "/dashboard")
		if got := tab.Text("h1"); got != "Sign in" {
			t.Errorf("signed out, the page is %q", got)
		}
	})
	t.Run("looks", func(t *testing.T) { look(t, b, open(t, nil, nil)) })
}

// fillDefault answers every question of the default survey, each by its own rule, and compares what is stored.
func fillDefault(t *testing.T, b *browser.Browser, p *place) {
	survey, err := p.Store.FindSurvey(t.Context(), "default", 0)
	if err != nil {
		t.Fatal(err)
	}
	q := &survey.Questionnaire
	tab := b.Page(t, browser.Options{Size: browser.Phone(), NoScript: true})
	tab.Open(p.URL + "/s/default?lang=en")
	p.Clock.Pass(88 * time.Second)
	var want []byte
	for i, item := range q.Rated() {
		name := `input[name="a.` + string(item.Key) + `"]`
		switch {
		case i%7 == 3:
			want = append(want, surveys.Skipped)
		case i%7 == 5 && item.NotApplicable:
			tab.Click(name + `[value="na"]`)
			want = append(want, surveys.NotApplicable)
		default:
			rating := []string{"0", "10", "7", "1", "9", "5", "4", "2", "8", "3", "6"}[i%11]
			tab.Click(name + `[value="` + rating + `"]`)
			want = append(want, map[string]byte{"0": 0, "10": 10, "7": 7, "1": 1, "9": 9, "5": 5, "4": 4, "2": 2, "8": 8, "3": 3, "6": 6}[rating])
		}
	}
	const comment = "Շնորհակալություն! 很好 <script>alert('x')</script> \"quoted\" & done"
	tab.Type("textarea", comment)
	var attributes []string
	for _, a := range q.Attributes {
		value := ""
		if a.Ask && len(a.Values) > 0 {
			value = a.Values[len(a.Values)-1].Key
			tab.Set("#s-"+string(a.Key), value)
		} else if a.Ask {
			value = "ZX <393>"
			tab.Type("#s-"+string(a.Key), value)
		}
		attributes = append(attributes, value)
	}
	tab.Screenshot("form-filled")
	tab.MustBeReadable("form filled in")
	if status := tab.Follow("button.primary"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	tab.Screenshot("thanks")
	tab.MustBeReadable("thanks")
	got := p.responses(t, "default")
	if len(got) != 1 {
		t.Fatalf("%d responses stored", len(got))
	}
	r := got[0]
	for i, item := range q.Rated() {
		if r.Ratings[i] != want[i] {
			t.Errorf("%s is stored as %d, clicked %d", item.Key, r.Ratings[i], want[i])
		}
	}
	if d := cmp.Diff(attributes, r.Attributes); d != "" {
		t.Errorf("attributes (-chosen +stored):\n%s", d)
	}
	if d := cmp.Diff(map[surveys.ItemKey]string{"comment": comment}, r.Comments); d != "" {
		t.Errorf("comment (-written +stored):\n%s", d)
	}
	if r.ID.String() != tab.Text(".receipt code") || r.Language != "en" || r.Mode != surveys.ModeWeb || r.Seconds != 88 {
		t.Errorf("stored %s in %s by %s in %v s", r.ID, r.Language, r.Mode, r.Seconds)
	}
}

// fillRouted sends a form with mistakes, follows the summary to the first and mends it.
func fillRouted(t *testing.T, b *browser.Browser, p *place) {
	p.publishFile(t, routed)
	tab := b.Page(t, browser.Options{Size: browser.Phone(), NoScript: true})
	tab.Open(p.URL + "/s/routed")
	tab.MustBeReadable("routed form")
	tab.Screenshot("routed")
	tab.Click(`input[name="a.seat"][value="2"]`)
	tab.Type("#q-wait", "500")
	tab.Type("textarea", "kept & safe")
	tab.Set("#s-cabin", "business")
	tab.Type("#s-gate", "A1")
	if status := tab.Follow("button.primary"); status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", status)
	}
	tab.MustBeReadable("refused form")
	tab.Screenshot("refused")
	if !browser.Eval[bool](tab, `document.activeElement.classList.contains("errors")`) {
		t.Error("the summary of the problems does not have the focus")
	}
	if !tab.Checked(`input[name="a.seat"][value="2"]`) || tab.Value("#q-wait") != "500" || tab.Value("textarea") != "kept & safe" ||
		tab.Value("#s-cabin") != "business" || tab.Value("#s-gate") != "A1" {
		t.Error("answers were lost")
	}
	tab.Click(`.errors a[href="#q-overall"]`)
	if got := browser.Eval[string](tab, `document.activeElement.name`); got != "a.overall" {
		t.Errorf("the summary leads to %q", got)
	}
	tab.Click(`input[name="a.overall"][value="9"]`) // above 6: the wrong minutes are not asked for any more
	tab.Click(`input[name="a.lounge"][value="0"]`)
	if status := tab.Follow("button.primary"); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, tab.Text("body"))
	}
	const no, skipped = surveys.NotRouted, surveys.Skipped
	if d := cmp.Diff([]byte{9, 1, no, skipped, no, 0, no}, p.responses(t, "routed")[0].Ratings); d != "" {
		t.Error(d)
	}
}

// printed looks at the scores as they come out on paper, A4 across.
func printed(t *testing.T, b *browser.Browser, p *place) {
	tab := b.Page(t, browser.Options{Size: browser.Size{Width: 1017, Height: 687}, NoScript: true, Print: true, Dark: true})
	tab.SetCookie(p.URL, "paxscore_key", staffKey)
	tab.Open(p.URL + "/dashboard/default?model=study")
	tab.MustBeReadable("scores on paper")
	if got := browser.Eval[string](tab, `getComputedStyle(document.body).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("the paper is %s", got)
	}
	if browser.Eval[bool](tab, `document.querySelector(".filter").checkVisibility()`) {
		t.Error("the filter form is printed")
	}
	tab.Screenshot("dashboard-print")
}

// look opens every page at both sizes and in dark colours.
func look(t *testing.T, b *browser.Browser, p *place) {
	p.loadStudy(t)
	p.publishFile(t, strings.NewReplacer("key: routed", "key: arabic", "languages: [en]", "languages: [ar]", "A <b>short</b> survey", "كيف كانت رحلتك؟").Replace(routed))
	pages := map[string]string{
		"form-ar": "/s/arabic", "form": "/s/default?lang=en", "form-zh": "/s/default?lang=zh-Hans", "form-hy": "/s/default?lang=hy", "front": "/", "sign-in": "/sign-in",
		"docs": "/docs", "unknown": "/s/nothing", "nothing": "/nothing", "dashboard": "/dashboard/default?model=study",
		"dashboard-small": "/dashboard/default?model=study&where=cabin%3Dfirst&by=age&by=tier,purpose",
	}
	t.Run("print", func(t *testing.T) { printed(t, b, p) })
	status := map[string]int{"unknown": http.StatusNotFound, "nothing": http.StatusNotFound}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		t.Run(name, func(t *testing.T) {
			for _, options := range []browser.Options{{Size: browser.Phone()}, {Size: browser.Desktop()}, {Size: browser.Phone(), Dark: true}} {
				options.NoScript = true
				tab := b.Page(t, options)
				if strings.HasPrefix(name, "dashboard") {
					tab.SetCookie(p.URL, "paxscore_key", staffKey)
				}
				want := http.StatusOK
				if s, ok := status[name]; ok {
					want = s
				}
				if got := tab.Open(p.URL + pages[name]); got != want {
					t.Fatalf("status %d", got)
				}
				if options.Dark {
					tab.MustBeReadable(name + " in dark colours")
					tab.ScreenshotTop(name + "-dark")
					continue
				}
				tab.MustBeReadable(name)
				tab.ScreenshotTop(name + "-top")
				if name != "docs" { // longer than Chromium takes pictures
					tab.Screenshot(name)
				}
			}
		})
	}
}
