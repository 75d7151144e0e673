package web_test

import (
	"net/url"
	"testing"
	"time"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
	"paxscore/web"
)

// FuzzSubmission reads any body of a form: no panic, and what comes out names only what the questionnaire has.
func FuzzSubmission(f *testing.F) {
	s, err := surveyfile.Read("routed.yaml", []byte(routed))
	if err != nil {
		f.Fatal(err)
	}
	s.Version = 1
	now := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	f.Add("id=01932d5e-7a51-7cc2-9b1f-0d6a4be5a001&a.overall=5&a.comment=x&s.cabin=business&t=1&m=qr")
	f.Add("id=&a.overall=999999999999999999999&a.wait=na&a.wait=5&s.gate=%ff&t=-1&m=import")
	f.Add("a.overall=+5&a.nothing=1&s.aircraft=A320&t=99999999999999999999")
	f.Fuzz(func(t *testing.T, body string) {
		v, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		form := &surveys.Form{Survey: s, Attributes: map[surveys.AttributeKey]string{"aircraft": "B737"}}
		sub, problems := web.Submission(v, form, now)
		for k := range sub.Answers {
			if !has(s, k) {
				t.Errorf("answer to %q", k)
			}
		}
		for k := range sub.Attributes {
			if i := s.Questionnaire.AttributeAt(k); i < 0 || !s.Questionnaire.Attributes[i].Ask {
				t.Errorf("attribute %q", k)
			}
		}
		if sub.Mode != surveys.ModeWeb && sub.Mode != surveys.ModeQR && sub.Mode != surveys.ModeKiosk {
			t.Errorf("mode %q", sub.Mode)
		}
		if len(problems) == 0 && !sub.ID.Valid() {
			t.Errorf("id %s", sub.ID)
		}
	})
}

func has(s *surveys.Survey, key surveys.ItemKey) bool {
	for _, i := range s.Questionnaire.Items() {
		if i.Key == key {
			return true
		}
	}
	return false
}

func TestStartOf(t *testing.T) {
	for text, zero := range map[string]bool{"1770000000": false, "": true, "-1": true, "0": true, "x": true, "1e9": true, "99999999999999999": true, "99999999999999999999": true} {
		if got := web.StartOf(text); got.IsZero() != zero {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "*": true, "identity": false, "x-gzip": false, "GZIP": true, "gzip;q=x": false} {
		if got := web.AcceptsGzip(header); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
