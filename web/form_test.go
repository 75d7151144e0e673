package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// routed is a survey with every kind of question: strip, list and long scale, required and not, routed by items and
// attributes, free and closed attributes.
const routed = `
key: routed
languages: [en]
title: A <b>short</b> survey
scales:
  - {key: ten, low: 0, high: 10, low_label: worst, high_label: best}
  - {key: hundred, low: 0, high: 100, low_label: none, high_label: all}
  - key: words
    low: 1
    high: 3
    low_label: bad
    high_label: good
    points: [{value: 1, label: Poor}, {value: 2, label: Fair}, {value: 3, label: "Good & true"}]
attributes:
  - {key: gate, label: Gate, ask: true}
  - {key: cabin, label: Cabin, ask: true, values: {economy: Economy, business: Business}}
  - {key: aircraft, label: Aircraft, values: [A320, B737]}
sections:
  - key: first
    title: First
    touchpoint: fly
    items:
      - {key: overall, kind: overall, text: All in all, scale: ten, required: true}
      - {key: seat, text: Seat, scale: words, not_applicable: true}
      - {key: wait, text: Minutes waited, scale: hundred, not_applicable: true, show_if: {item: overall, max: 6}}
      - {key: praise, text: Praise, scale: ten, show_if: {item: overall, min: 9}}
      - {key: middle, text: Middle, scale: ten, show_if: {item: overall, min: 4, max: 6}}
  - key: second
    title: Second
    touchpoint: fly
    show_if: {attribute: cabin, in: [business]}
    items:
      - {key: lounge, text: Lounge, scale: ten, required: true}
  - key: third
    title: Third
    touchpoint: fly
    show_if: {attribute: aircraft, in: [B737]}
    items:
      - {key: noise, text: Noise, scale: ten, reverse: true}
  - key: fourth
    title: Fourth
    touchpoint: after
    items:
      - {key: comment, kind: comment, text: Anything else, max_length: 40}
models:
  - key: equal
    label: Equal
    note: None
    dimensions:
      - {key: a, label: A, items: [seat]}
      - {key: b, label: B, items: [wait, middle]}
      - {key: c, label: C, items: [praise, lounge, noise]}
`

func (p *place) form(t *testing.T, path string) (*visitor, url.Values) {
	t.Helper()
	v := p.visitor(t)
	a := v.get(path)
	if a.Status != http.StatusOK {
		t.Fatalf("GET %s: status %d", path, a.Status)
	}
	return v, a.hidden()
}

func with(form url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

func TestFormIsStoredAnswerByAnswer(t *testing.T) {
	p := open(t, nil, nil)
	v, form := p.form(t, "/s/default?lang=es&m=qr")
	p.Clock.Pass(75 * time.Second)
	form = with(form, "a.crew_attitude", "0", "a.courtesy", "10", "a.patience", "na", "a.overall", "7", "a.comment", "Todo bien,\r\n<script>alert(1)</script>",
		"s.age", "25_34", "s.flight", "ZX 393", "s.cabin", "", "unknown", "x")
	a := v.post("/s/default", form)
	if a.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.Status, a.Body)
	}
	got := p.responses(t, "default")
	if len(got) != 1 {
		t.Fatalf("%d responses stored", len(got))
	}
	survey, err := p.Store.FindSurvey(t.Context(), "default", 0)
	if err != nil {
		t.Fatal(err)
	}
	q := &survey.Questionnaire
	want := map[surveys.ItemKey]byte{"crew_attitude": 0, "courtesy": 10, "patience": surveys.NotApplicable, "overall": 7}
	for i, item := range q.Rated() {
		code, answered := want[item.Key]
		if !answered {
			code = surveys.Skipped
		}
		if got[0].Ratings[i] != code {
			t.Errorf("%s is stored as %d, want %d", item.Key, got[0].Ratings[i], code)
		}
	}
	attributes := map[surveys.AttributeKey]string{"age": "25_34", "flight": "ZX 393"}
	for i, attribute := range q.Attributes {
		if got[0].Attributes[i] != attributes[attribute.Key] {
			t.Errorf("%s is stored as %q", attribute.Key, got[0].Attributes[i])
		}
	}
	if d := cmp.Diff(map[surveys.ItemKey]string{"comment": "Todo bien,\n<script>alert(1)</script>"}, got[0].Comments); d != "" {
		t.Error(d)
	}
	if r := got[0]; r.Language != "es" || r.Mode != surveys.ModeQR || r.Seconds != 75 || r.ID.String() != form.Get("id") {
		t.Errorf("stored as %s, %s, %v s, %s", r.Language, r.Mode, r.Seconds, r.ID)
	}
	thanks := v.get(a.Header.Get("Location"))
	thanks.mustHave(t, `lang="es"`, form.Get("id"), "2026-03-14 09:28 UTC", "Muchas gracias")
	thanks.mustLack(t, "Ya habíamos recibido")
}

func TestSendingTwiceIsOneResponse(t *testing.T) {
	p := open(t, nil, nil)
	v, form := p.form(t, "/s/default?lang=en")
	form = with(form, "a.overall", "8")
	p.Clock.Pass(30 * time.Second)
	first := v.post("/s/default", form)
	p.Clock.Pass(time.Minute)
	second := v.post("/s/default", form)
	if first.Status != http.StatusSeeOther || second.Status != http.StatusSeeOther {
		t.Fatalf("status %d, then %d: %s", first.Status, second.Status, second.Body)
	}
	if n := len(p.responses(t, "default")); n != 1 {
		t.Fatalf("%d responses stored", n)
	}
	a, b := v.get(first.Header.Get("Location")), v.get(second.Header.Get("Location"))
	a.mustHave(t, form.Get("id"), "2026-03-14 09:27 UTC")
	b.mustHave(t, form.Get("id"), "2026-03-14 09:27 UTC", "Nothing was stored twice")

	changed := v.post("/s/default", with(form, "a.overall", "9"))
	if changed.Status != http.StatusConflict {
		t.Errorf("another answer under the same id: status %d", changed.Status)
	}
	changed.mustHave(t, "Your first answers count")
}

func TestInvitation(t *testing.T) {
	p := open(t, nil, nil)
	tokens, err := p.Service.Invite(t.Context(), []surveys.Invitation{
		{Survey: "default", Attributes: map[surveys.AttributeKey]string{"flight": "393", "cabin": "business"}},
		{Survey: "default", ExpiresAt: p.Clock.Now().Add(time.Hour)},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/s/" + string(tokens[0])
	v := p.visitor(t)
	page := v.get(path)
	page.mustHave(t, `name="s.age"`)
	page.mustLack(t, `name="s.flight"`, `name="s.cabin"`)
	if got := page.Header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy %q", got)
	}
	form := with(page.hidden(), "a.overall", "9", "s.cabin", "economy")
	sent := v.post(path, form)
	if sent.Status != http.StatusSeeOther || strings.Contains(sent.Header.Get("Location"), string(tokens[0])) {
		t.Fatalf("status %d, to %s", sent.Status, sent.Header.Get("Location"))
	}
	stored := p.responses(t, "default")
	if len(stored) != 1 || stored[0].Attributes[0] != "393" {
		t.Fatalf("stored %+v", stored)
	}
	survey, _ := p.Store.FindSurvey(t.Context(), "default", 0)
	if got := stored[0].Attributes[survey.Questionnaire.AttributeAt("cabin")]; got != "business" {
		t.Errorf("cabin is stored as %q: the invitation says business", got)
	}

	p.Clock.Pass(2 * time.Hour)
	again := v.post(path, form)
	if again.Status != http.StatusSeeOther || len(p.responses(t, "default")) != 1 {
		t.Errorf("the same form again: status %d: %s", again.Status, again.Body)
	}
	used := v.get(path)
	if used.Status != http.StatusConflict {
		t.Errorf("used: status %d", used.Status)
	}
	used.mustHave(t, "This invitation has been used")
	other := v.post(path, with(form, "id", surveys.NewResponseID(p.Clock.Now()).String()))
	if other.Status != http.StatusConflict || len(p.responses(t, "default")) != 1 {
		t.Errorf("another response by the same invitation: status %d", other.Status)
	}
	expired := v.get("/s/" + string(tokens[1]))
	if expired.Status != http.StatusGone {
		t.Errorf("expired: status %d", expired.Status)
	}
	expired.mustHave(t, "This invitation has expired")
}

func TestClosedAndUnknown(t *testing.T) {
	p := open(t, nil, nil)
	if err := p.Service.OpenWave(t.Context(), surveys.Wave{Survey: "default", Key: "spring"}); err != nil {
		t.Fatal(err)
	}
	v, form := p.form(t, "/s/default")
	if err := p.Service.CloseWave(t.Context(), "default", "spring"); err != nil {
		t.Fatal(err)
	}
	p.Clock.Pass(time.Second)
	v.Header.Set("Accept-Language", "zh-TW,zh;q=0.9")
	for name, a := range map[string]answer{"get": v.get("/s/default"), "post": v.post("/s/default", with(form, "a.overall", "1"))} {
		if a.Status != http.StatusGone {
			t.Errorf("%s: status %d", name, a.Status)
		}
		a.mustHave(t, "本調查已結束", `lang="zh-Hant"`)
	}
	for _, path := range []string{"/s/nothing", "/s/..%2fx", "/s/%00", "/s/ABCDEFGHJKMNPQRSTVWXYZ0123", "/s/default/thanks", "/s/default/thanks?id=1&at=2&v=1", "/s/default/thanks?id=01932d5e-7a51-7cc2-9b1f-0d6a4be5a001&at=99999999999&v=1"} {
		if a := v.get(path); a.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.Status)
		} else {
			a.mustHave(t, "找不到這項調查")
		}
	}
}

func TestRefusedFormKeepsAnswers(t *testing.T) {
	p := open(t, nil, nil)
	p.publishFile(t, routed)
	v, form := p.form(t, "/s/routed")
	long := strings.Repeat("ü", 41)
	a := v.post("/s/routed", with(form, "a.seat", "3", "a.wait", "250", "a.comment", long, "s.gate", "B<12>", "s.cabin", "business", "a.lounge", "x", "a.praise", "na"))
	if a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", a.Status)
	}
	a.mustHave(t, "Please check these answers", `<a href="#q-lounge">Lounge</a> Please choose one of the values offered.`,
		`name="a.seat" value="3" checked`, `value="250"`, long, `value="B&lt;12&gt;"`, `<option value="business" selected>`,
		`<title>Please check: A &lt;b&gt;short&lt;/b&gt; survey</title>`, `role="alert" tabindex="-1" autofocus`)
	if got := a.hidden(); got.Get("id") != form.Get("id") || got.Get("t") != form.Get("t") {
		t.Error("the form shown again has another id or time")
	}
	// now only what the service refuses
	a = v.post("/s/routed", with(form, "a.comment", long, "s.cabin", "first", "a.lounge", "4"))
	a.mustHave(t, `<a href="#q-overall">All in all</a> Please answer this question.`,
		`<a href="#q-comment">Anything else</a> Please shorten this text to at most 40 characters.`, `<a href="#s-cabin">Cabin</a> Please choose`)
	nothing := v.post("/s/default", with(p.hiddenOf(t, "/s/default?lang=en")))
	if nothing.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing answered: status %d", nothing.Status)
	}
	nothing.mustHave(t, "Please answer at least one question.")
	broken := v.post("/s/default", with(p.hiddenOf(t, "/s/default?lang=en"), "id", "not an id", "a.overall", "5"))
	broken.mustHave(t, "This form could not be read completely", `name="a.overall" value="5" checked`)
	if id, err := surveys.ParseResponseID(broken.hidden().Get("id")); err != nil || id.IsZero() {
		t.Errorf("no new id: %v", err)
	}
	if n := len(p.responses(t, "routed")) + len(p.responses(t, "default")); n != 0 {
		t.Errorf("%d responses stored", n)
	}
}

func (p *place) hiddenOf(t *testing.T, path string) url.Values {
	t.Helper()
	_, form := p.form(t, path)
	return form
}

func TestRouting(t *testing.T) {
	p := open(t, nil, nil)
	p.publishFile(t, routed)
	page := p.visitor(t).get("/s/routed")
	page.mustHave(t, "Only if you rated “All in all” 6 or lower.", "Only if you rated “All in all” 9 or higher.", "Only if you rated “All in all” from 4 to 6.",
		"Only if “Cabin” is: Business.", "Good &amp; true", `inputmode="numeric"`)
	page.mustLack(t, "Noise", "<b>short</b>") // nobody tells the aircraft here

	tokens, err := p.Service.Invite(t.Context(), []surveys.Invitation{
		{Survey: "routed", Attributes: map[surveys.AttributeKey]string{"cabin": "economy", "aircraft": "B737"}},
		{Survey: "routed", Attributes: map[surveys.AttributeKey]string{"cabin": "business", "aircraft": "A320"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	economy, business := p.visitor(t).get("/s/"+string(tokens[0])), p.visitor(t).get("/s/"+string(tokens[1]))
	economy.mustHave(t, "Noise")
	economy.mustLack(t, "Lounge", "Only if “Cabin”")
	business.mustHave(t, "Lounge")
	business.mustLack(t, "Noise", "Only if “Cabin”")

	// answers to questions that are not asked are left out, not held against the passenger
	v, form := p.form(t, "/s/routed")
	sent := v.post("/s/routed", with(form, "a.overall", "8", "a.wait", "20", "a.praise", "9", "a.middle", "1", "a.lounge", "3", "s.cabin", "economy"))
	if sent.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", sent.Status, sent.Body)
	}
	got := p.responses(t, "routed")[0]
	const no, skipped = surveys.NotRouted, surveys.Skipped
	want := []byte{8, skipped, no, no, no, no, no} // overall, seat, wait, praise, middle, lounge, noise
	if d := cmp.Diff(want, got.Ratings); d != "" {
		t.Error(d)
	}
}

func TestLanguageOfTheForm(t *testing.T) {
	p := open(t, nil, nil)
	tests := []struct{ name, path, accept, lang, words string }{
		{"the survey's first", "/s/default", "", "en", "Send my answers"},
		{"of the browser", "/s/default", "hy-AM,hy;q=0.9,en;q=0.5", "hy", "Ուղարկել"},
		{"of the browser, in Taiwan", "/s/default", "zh-TW", "zh-Hant", "送出問卷"},
		{"of the browser, in China", "/s/default", "zh", "zh-Hans", "提交答卷"},
		{"of the browser, in Brazil", "/s/default", "pt-BR", "pt", "Enviar as minhas respostas"},
		{"asked for", "/s/default?lang=es", "hy", "es", "Enviar mis respuestas"},
		{"asked for, nearly", "/s/default?lang=es-MX", "hy", "es", "Enviar mis respuestas"},
		{"unknown", "/s/default?lang=xx", "", "en", "Send my answers"},
		{"nonsense", "/s/default?lang=%22%3E", "%$;q=,,", "en", "Send my answers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := p.visitor(t)
			v.Header.Set("Accept-Language", tt.accept)
			v.get(tt.path).mustHave(t, fmt.Sprintf(`<html lang="%s" dir="ltr">`, tt.lang), tt.words)
		})
	}
	v, form := p.form(t, "/s/default?lang=en")
	kept := v.post("/s/default", with(form, "a.overall", "7", "switch", "zh-Hans"))
	if kept.Status != http.StatusOK {
		t.Errorf("status %d", kept.Status)
	}
	kept.mustHave(t, `lang="zh-Hans"`, `name="a.overall" value="7" checked`, form.Get("id"))
	empty := v.post("/s/default", with(form, "switch", "hy"))
	if empty.Status != http.StatusSeeOther || empty.Header.Get("Location") != "/s/default?lang=hy&m=web" {
		t.Errorf("status %d to %s", empty.Status, empty.Header.Get("Location"))
	}
	if n := len(p.responses(t, "default")); n != 0 {
		t.Errorf("%d responses stored by changing the language", n)
	}
}

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
	proxy.CutAfter("commit")
	a := v.post("/s/default", form)
	proxy.Resume()
	if a.Status == http.StatusServiceUnavailable { // the store may have looked again by itself
		p.Clock.Pass(10 * time.Second)
		a = v.post("/s/default", a.hidden())
	}
	if a.Status != http.StatusSeeOther {
		t.Fatalf("status %d", a.Status)
	}
	if got := p.responses(t, "default"); len(got) != 1 {
		t.Errorf("%d responses stored", len(got))
	}
}

func TestTooLargeForm(t *testing.T) {
	p := open(t, nil, nil)
	v, form := p.form(t, "/s/default")
	a := v.post("/s/default", with(form, "a.comment", strings.Repeat("x", 300<<10)))
	if a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", a.Status)
	}
	a.mustHave(t, "That was too much text")
}

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
