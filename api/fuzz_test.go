package api

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// FuzzDecodeSubmission: what is accepted is JSON that the standard library reads to the same answers; what is refused is
// refused with status 400 and at least one field that says why.
func FuzzDecodeSubmission(f *testing.F) {
	for _, seed := range []string{
		`{"id":"01932d5e-7a51-7cc2-9b1f-0d6a4be5a001","answers":{"overall":8,"catering":"NA","entertainment":null,"comment":"fine \ud83d\ude00"}}`,
		`{"id":"01932d5e-7a51-7cc2-9b1f-0d6a4be5a001","version":1,"token":"T","wave":"w","mode":"web","language":"en","seconds":7.5e1,` +
			`"submitted_at":"2026-03-04T05:06:07Z","respondent":"r","answers":{},"attributes":{"cabin":"first"}}`,
		`{"id":1,"answers":[{}],"x":{"y":[1,2,{"z":null}]}}`,
		`{"id":"a","id":"b"}`, `[[[[[[[[[[`, `{"a":1}{}`, "{\"\xff\":1}", `{"answers":{"overall":1e400}}`, `{"answers":{"":-0}}`, `nul`, ``, `{,}`, `{"a":01}`, `{"a":1,}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		sub, err := decodeSubmission(body)
		if err != nil {
			var p *middleware.Problem
			if !errors.As(err, &p) || p.Status != 400 || len(p.Errors) == 0 || len(p.Errors) > maxErrors {
				t.Fatalf("refused with %v", err)
			}
			for _, e := range p.Errors {
				if e.Rule == "" || e.Message == "" || e.Line < 1 || e.Column < 1 || !utf8.ValidString(e.Field+e.Message) {
					t.Fatalf("%+v", e)
				}
			}
			return
		}
		if !json.Valid(body) || !utf8.Valid(body) {
			t.Fatal("accepted what is not JSON")
		}
		var want struct {
			ID      string
			Answers map[string]any
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if len(sub.Answers) != len(want.Answers) {
			t.Fatalf("%d answers, %d in the body", len(sub.Answers), len(want.Answers))
		}
		for key, v := range want.Answers {
			a := sub.Answers[surveys.ItemKey(key)]
			ok := false
			switch v := v.(type) {
			case nil:
				ok = a == surveys.Answer{}
			case float64:
				ok = a.Rating != nil && float64(*a.Rating) == v && a.Comment == "" && !a.NotApplicable
			case string:
				ok = a.Rating == nil && (v == "NA" && a.NotApplicable && a.Comment == "" || v != "NA" && a.Comment == v && !a.NotApplicable)
			}
			if !ok {
				t.Fatalf("answer %q: %v became %+v", key, v, a)
			}
		}
	})
}

// FuzzParse: the parser takes exactly what the standard library takes, less what it refuses by rules of its own.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,true,null,"x",{"b":-1.5e3}]}`, `[1 2]`, `{"a" 1}`, `{"a":1 "b":2}`, `"\u12"`, `[1,,2]`, `{1:2}`, `-`, `1.`, "\"\n\"", `tru`, ` 7 `, `[}`, `{]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d := &document{body: body}
		v := d.parse()
		own := false // refused by a rule beyond the grammar
		for _, e := range d.errors {
			own = own || e.Rule == "depth" || e.Rule == "duplicate" || e.Rule == "encoding"
		}
		if valid := json.Valid(body); (v != nil && !valid) || (valid && v == nil && !own) {
			t.Fatalf("valid %t, parsed %t, errors %+v", valid, v != nil, d.errors)
		}
	})
}
