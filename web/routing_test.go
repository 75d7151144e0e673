package web_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

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
