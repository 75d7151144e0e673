package web_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"paxscore/web"
)

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

func TestLocales(t *testing.T) {
	tags, err := web.Locales(web.Files())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"en", "es", "hy", "pt", "zh-Hans", "zh-Hant"}, tags); d != "" {
		t.Error(d)
	}
	english := read(t, "en")
	for _, tag := range tags {
		for key, text := range read(t, tag) {
			if d := cmp.Diff(places(english[key]), places(text)); d != "" {
				t.Errorf("%s: %s has other places than in English:\n%s", tag, key, d)
			}
			if tag != "en" && text == english[key] {
				t.Errorf("%s: %s is not translated: %q", tag, key, text)
			}
		}
	}
}

func read(t *testing.T, tag string) (out map[string]string) {
	t.Helper()
	b, err := fs.ReadFile(web.Files(), "locales/"+tag+".json")
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// places returns what a text leaves to be filled in, as a set.
func places(text string) map[string]bool {
	out := map[string]bool{}
	for _, part := range strings.Split(text, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		out[name] = true
	}
	return out
}

func TestMissingAndUnknownWordsAreErrors(t *testing.T) {
	for name, change := range map[string]func(map[string]string){
		"missing": func(w map[string]string) { delete(w, "send") },
		"empty":   func(w map[string]string) { w["send"] = "" },
		"unknown": func(w map[string]string) { w["sent"] = "x" },
	} {
		words := read(t, "es")
		change(words)
		b, err := json.Marshal(words)
		if err != nil {
			t.Fatal(err)
		}
		_, err = web.Locales(fstest.MapFS{"locales/es.json": {Data: b}})
		if err == nil || !strings.Contains(err.Error(), "es.json") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestDirection(t *testing.T) {
	for tag, want := range map[string]string{"en": "ltr", "ar": "rtl", "he": "rtl", "fa-IR": "rtl", "ur": "rtl", "zh-Hant": "ltr", "az-Arab": "rtl", "hy": "ltr", "": "ltr", "%%": "ltr"} {
		if got := web.Direction(tag); got != want {
			t.Errorf("%q is written %s, want %s", tag, got, want)
		}
	}
}

func TestFillDoesNotLookIntoValues(t *testing.T) {
	if got := web.Fill("Only if “{question}” is {low}.", "question", "{low} {question}", "low", "3"); got != "Only if “{low} {question}” is 3." {
		t.Error(got)
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("en", "de;q=0.5,*;q=0.1")
	f.Add("zh_TW", "zh-TW")
	f.Add("x-\xff", ",,;q=")
	f.Fuzz(func(t *testing.T, asked, accepted string) {
		offered := []string{"en", "zh-Hans", "zh-Hant", "hy"}
		got, err := web.Choose(offered, asked, accepted)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range offered {
			if got == o {
				return
			}
		}
		t.Errorf("chose %q", got)
	})
}
