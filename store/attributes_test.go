package store

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys"
)

func read(object string) (map[string]string, error) {
	m := map[string]string{}
	err := eachString(object, func(k, v string) { m[k] = v })
	return m, err
}

// FuzzEachString: what appendString writes is read again, in the spelling of either database, and whatever is read is what
// encoding/json reads.
func FuzzEachString(f *testing.F) {
	for _, seed := range [][3]string{
		{"flight", "LX 318", `{}`},
		{"a", "\"quoted\" \\ \n\t\u2028", `{"a": "b", "c": "d"}`},
		{"ключ", "東京", `{"a":"b",}`},
		{"", "", `{"a":null}`},
		{"a", "b", `{"a":"\u00e9\\","a":"c"}`},
		{"a", "b", `{ "a" : "b" }`},
		{"a", "b", `{"a":"b"}{`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, key, value, object string) {
		if utf8.ValidString(key) && utf8.ValidString(value) {
			k, v := string(appendString(nil, key)), string(appendString(nil, value))
			for _, written := range []string{"{" + k + ":" + v + "}", "{" + k + ": " + v + ", " + k + ": " + v + "}"} {
				got, err := read(written)
				if err != nil || cmp.Diff(map[string]string{key: value}, got) != "" {
					t.Errorf("%s: read %q, %v", written, got, err)
				}
			}
		}
		var wanted map[string]string
		if got, err := read(object); err == nil && json.Unmarshal([]byte(object), &wanted) == nil && utf8.ValidString(object) {
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("%s:\n%s", object, diff)
			}
		}
	})
}

// FuzzParseURL: no error repeats what stands in the URL.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{"", "sqlite:a.db", "sqlite://x", "postgres://u:p@h:1/d", "postgres://u:%zz@h", "postgresql://[", "a:b"} {
		f.Add(seed)
	}
	known := map[string]bool{}
	for _, url := range []string{"", "sqlite:", "sqlite://x", "postgres://u:%zz@h"} {
		_, err := parseURL(url)
		known[err.Error()] = true
	}
	f.Fuzz(func(t *testing.T, url string) {
		d, err := parseURL(url)
		if (d == nil) == (err == nil) || err != nil && !known[err.Error()] {
			t.Errorf("%v, %v", d, err)
		}
	})
}

func FuzzID(f *testing.F) {
	f.Add("019abcde-f012-7345-8678-9abcdef01234")
	f.Add("019abcde-f012-7345-8678-9abcdef0123g")
	f.Add("------------------------------------")
	f.Fuzz(func(t *testing.T, text string) {
		var id idCell
		if id.Scan(text) == nil && surveys.ResponseID(id).String() != strings.ToLower(text) && strings.Count(text, "-") == 4 {
			// PostgreSQL writes the dashes where they belong; elsewhere they are ignored.
			if strings.ReplaceAll(surveys.ResponseID(id).String(), "-", "") != strings.ToLower(strings.ReplaceAll(text, "-", "")) {
				t.Errorf("%q was read as %s", text, surveys.ResponseID(id))
			}
		}
		if err := id.Scan(1); err == nil || errors.Is(err, surveys.ErrUnavailable) {
			t.Error(err)
		}
	})
}
