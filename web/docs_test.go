package web_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"paxscore/api"
	"paxscore/web"
)

func TestDocs(t *testing.T) {
	p := open(t, nil, nil)
	a := p.visitor(t).get("/docs")
	if a.Status != http.StatusOK {
		t.Fatalf("status %d", a.Status)
	}
	description, err := api.Description()
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(description, &described); err != nil {
		t.Fatal(err)
	}
	documented, err := web.Documented(description)
	if err != nil {
		t.Fatal(err)
	}
	operations := 0
	for path, item := range described.Paths {
		for method := range item {
			if method == "parameters" {
				continue
			}
			operations++
			if name := strings.ToUpper(method) + " " + path; !slices.Contains(documented, name) {
				t.Errorf("%s is not documented", name)
			}
			a.mustHave(t, "<code>"+path+"</code>")
		}
	}
	if operations == 0 || operations != len(documented) {
		t.Errorf("%d operations, %d documented", operations, len(documented))
	}
	for name := range described.Components.Schemas {
		a.mustHave(t, `id="schema-`+name+`"`)
	}
	a.mustHave(t, "curl -OJ -H &#34;Authorization: Bearer $KEY&#34;", "application/problem&#43;json")
	a.mustLack(t, "<script", "`", "**")
}

func TestDocsOfOtherDocuments(t *testing.T) {
	tests := []struct{ name, document, wrong string }{
		{"empty", `{"openapi":"3.1.0"}`, ""},
		{"not JSON", `openapi: 3.1.0`, "invalid character"},
		{"another version", `{"openapi":"2.0"}`, "not an OpenAPI 3 document"},
		{"no such parameter", `{"openapi":"3.0.0","paths":{"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/x"}]}}}}`, "no parameter"},
		{"no such response", `{"openapi":"3.0.0","paths":{"/a":{"get":{"responses":{"200":{"$ref":"#/components/responses/x"}}}}}}`, "no response"},
		{"a schema within itself", `{"openapi":"3.0.0","components":{"schemas":{"a":{"allOf":[{"$ref":"#/components/schemas/a"}]}}}}`, ""},
		{"no such schema", `{"openapi":"3.0.0","components":{"schemas":{"a":{"allOf":[{"$ref":"#/components/schemas/b"}]}}}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := web.Documented([]byte(tt.document))
			if tt.wrong == "" && err != nil || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestInlineMarks(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "a `b` c": "a <b> c", "**Keys.** `x`": "*Keys.* <x>", "a ` b": "a ` b", "`a` ` b": "<a> ` b", "**a": "**a", "`**`": "<**>", "": "",
	} {
		if got := web.Runs(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzDocs(f *testing.F) {
	f.Add([]byte(`{"openapi":"3.0.0","paths":{"/a":{"parameters":[],"get":{"tags":["x"],"responses":{"200":{"content":{"a/b":{"schema":{"type":["a","b"],"items":{}}}}}}}}}}`))
	f.Add([]byte(`{"openapi":"3.0.0","components":{"schemas":{"a":null,"b":{"properties":{"c":null}}}}}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		_, _ = web.Documented(document) // no panic
	})
}

func FuzzInlineMarks(f *testing.F) {
	f.Add("a `b` **c**")
	f.Fuzz(func(t *testing.T, text string) {
		bare := strings.NewReplacer("`", "", "*", "", "<", "", ">", "")
		if got := web.Runs(text); bare.Replace(got) != bare.Replace(text) {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}
