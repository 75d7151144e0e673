package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
)

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

func TestTooLargeForm(t *testing.T) {
	p := open(t, nil, nil)
	v, form := p.form(t, "/s/default")
	a := v.post("/s/default", with(form, "a.comment", strings.Repeat("x", 300<<10)))
	if a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", a.Status)
	}
	a.mustHave(t, "That was too much text")
}
