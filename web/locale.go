package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// words are the form's own texts in one language; the questionnaire brings its own. Places in braces are filled in.
type words struct {
	Name     string `json:"name"` // of the language, in the language
	Skip     string `json:"skip"`
	Language string `json:"language"`
	Send     string `json:"send"`

	NotApplicable string `json:"not_applicable"`
	Required      string `json:"required"`
	NoAnswer      string `json:"no_answer"`
	CommentHint   string `json:"comment_hint"`
	NumberHint    string `json:"number_hint"`
	AboutYou      string `json:"about_you"`
	AboutNote     string `json:"about_note"`
	Privacy       string `json:"privacy"`

	ConditionFrom      string `json:"condition_from"`
	ConditionTo        string `json:"condition_to"`
	ConditionBetween   string `json:"condition_between"`
	ConditionAny       string `json:"condition_any"`
	ConditionAttribute string `json:"condition_attribute"`

	ErrorsTitle   string `json:"errors_title"`
	ErrorPrefix   string `json:"error_prefix"`
	ErrorRequired string `json:"error_required"`
	ErrorValue    string `json:"error_value"`
	ErrorLong     string `json:"error_long"`
	ErrorOther    string `json:"error_other"`
	ErrorEmpty    string `json:"error_empty"`
	ErrorForm     string `json:"error_form"`

	Thanks      string `json:"thanks"`
	Received    string `json:"received"`
	Repeat      string `json:"repeat"`
	Receipt     string `json:"receipt"`
	ReceiptNote string `json:"receipt_note"`
	Close       string `json:"close"`

	UsedTitle        string `json:"used_title"`
	UsedText         string `json:"used_text"`
	ExpiredTitle     string `json:"expired_title"`
	ExpiredText      string `json:"expired_text"`
	ClosedTitle      string `json:"closed_title"`
	ClosedText       string `json:"closed_text"`
	UnknownTitle     string `json:"unknown_title"`
	UnknownText      string `json:"unknown_text"`
	ConflictTitle    string `json:"conflict_title"`
	ConflictText     string `json:"conflict_text"`
	AwayTitle        string `json:"away_title"`
	AwayText         string `json:"away_text"`
	SendAgain        string `json:"send_again"`
	UnavailableTitle string `json:"unavailable_title"`
	UnavailableText  string `json:"unavailable_text"`
	TooLargeTitle    string `json:"too_large_title"`
	TooLargeText     string `json:"too_large_text"`
	BrokenTitle      string `json:"broken_title"`
	BrokenText       string `json:"broken_text"`
	Reference        string `json:"reference"`
	TryAgain         string `json:"try_again"`
}

// locales holds the words of every language that we have.
type locales struct {
	tags    []string // English first, then by tag
	words   map[string]*words
	matcher language.Matcher
}

var errNoWord = errors.New("a word is missing")

// newLocales reads locales/*.json. Errors: an unknown word, a missing word.
func newLocales(fsys fs.FS) (*locales, error) {
	names, err := fs.Glob(fsys, "locales/*.json")
	if err != nil {
		return nil, err
	}
	l := &locales{words: map[string]*words{}}
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		w := new(words)
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(w); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		v := reflect.ValueOf(w).Elem()
		for i := range v.NumField() {
			if v.Field(i).String() == "" {
				return nil, fmt.Errorf("%s: %s: %w", name, v.Type().Field(i).Tag.Get("json"), errNoWord)
			}
		}
		tag := strings.TrimSuffix(path.Base(name), ".json")
		l.words[tag] = w
		l.tags = append(l.tags, tag)
	}
	slices.SortFunc(l.tags, func(a, b string) int {
		if (a == "en") != (b == "en") {
			if a == "en" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	l.matcher = matcherOf(l.tags)
	return l, nil
}

func matcherOf(tags []string) language.Matcher {
	parsed := make([]language.Tag, len(tags))
	for i, t := range tags {
		parsed[i] = language.Make(t)
	}
	return language.NewMatcher(parsed)
}

// nearest returns the words in a language, or in the nearest one that we have, or in English.
func (l *locales) nearest(lang string) *words {
	if w, ok := l.words[lang]; ok {
		return w
	}
	_, i, _ := l.matcher.Match(language.Make(lang))
	return l.words[l.tags[i]]
}

// choose returns one of the tags offered: the one asked for, else the nearest to what the browser accepts, else the
// first. No tags offered means every language that we have.
func (l *locales) choose(offered []string, asked, accepted string) string {
	matcher := l.matcher
	if len(offered) == 0 {
		offered = l.tags
	} else {
		matcher = matcherOf(offered)
	}
	if slices.Contains(offered, asked) {
		return asked
	}
	// Both come from outside: what cannot be parsed is no wish.
	for _, header := range []string{asked, accepted} {
		wished, _, err := language.ParseAcceptLanguage(header)
		if err != nil || len(wished) == 0 {
			continue
		}
		if _, i, confidence := matcher.Match(wished...); confidence > language.No {
			return offered[i]
		}
	}
	return offered[0]
}

// name returns what speakers call a language.
func (l *locales) name(tag string) string {
	if w, ok := l.words[tag]; ok {
		return w.Name
	}
	return tag
}

// direction returns "rtl" for a language written from right to left, else "ltr".
func direction(lang string) string {
	script, _ := language.Make(lang).Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}

// fill puts values in the places of a text: fill("at most {n}", "n", "5"). Values are not looked into again.
func fill(text string, places ...string) string {
	pairs := make([]string, 0, len(places))
	for i := 0; i+1 < len(places); i += 2 {
		pairs = append(pairs, "{"+places[i]+"}", places[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
