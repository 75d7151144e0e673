package strictyaml_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/surveys/strictyaml"
)

type part struct {
	Name  string   `yaml:"name,required"`
	Share float64  `yaml:"share"`
	Limit *int     `yaml:"limit"`
	Words []string `yaml:"words"`
	Plan  *part    `yaml:"plan"`
}

type key string

type file struct {
	Title  string             `yaml:"title,required"`
	On     bool               `yaml:"on"`
	Count  int                `yaml:"count"`
	Small  int8               `yaml:"small"`
	Parts  []part             `yaml:"parts"`
	Labels map[key]string     `yaml:"labels"`
	Shares map[string]float64 `yaml:"shares"`
	Either either             `yaml:"either"`
	Hidden string
}

// either is one word, or a list of words.
type either []string

func (e *either) ReadYAML(v strictyaml.Value) {
	switch {
	case v.IsWord():
		*e = either{v.Text()}
	case v.IsList():
		v.Decode((*[]string)(e))
	default:
		v.Refuse("type", "must be a word or a list of words")
	}
}

func TestDecode(t *testing.T) {
	src := `
title: "Flight: survey"
on: true
count: -3
either: one
parts:
  - {name: a, share: 0.25, limit: 4, words: [x, 01, yes, 1.50, 2017-05-01]}
  - name: b
    share: 1
    plan: {name: c}
labels: {1: low, zh-Hans: 经济舱, "Q7.1": x}
shares: {a: 1e-3}
`
	four := 4
	want := file{Title: "Flight: survey", On: true, Count: -3, Hidden: "kept", Small: 7, Either: either{"one"},
		Parts: []part{{Name: "a", Share: .25, Limit: &four, Words: []string{"x", "01", "yes", "1.50", "2017-05-01"}},
			{Name: "b", Share: 1, Plan: &part{Name: "c"}}},
		Labels: map[key]string{"1": "low", "zh-Hans": "经济舱", "Q7.1": "x"}, Shares: map[string]float64{"a": .001}}
	for name, s := range map[string]string{"plain": src, "byte order mark": "\ufeff" + src, "CRLF": strings.ReplaceAll(src, "\n", "\r\n")} {
		got := file{Hidden: "kept", Small: 7}
		if problems := strictyaml.Decode([]byte(s), &got); len(problems) > 0 {
			t.Fatalf("%s: %v", name, problems)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecodeProblems(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string // line:column path rule
	}{
		{"empty", "", []string{"1:1  empty"}},
		{"only a comment", "# nothing\n", []string{"1:1  empty"}},
		{"a word", "hello", []string{"1:1  type"}},
		{"missing", "on: true\nparts: [{share: 1}]", []string{"1:1 title required", "2:9 parts[0].name required"}},
		{"unknown", "title: t\ntitel: u\nxyz: 1", []string{"2:1 titel unknown", "3:1 xyz unknown"}},
		{"duplicate", "title: t\non: true\non: false\nlabels: {a: 1, a: 2}", []string{"3:1 on duplicate", "4:16 labels.a duplicate"}},
		{"types", "title: [a]\non: yes\ncount: 1.5\nparts: x\nlabels: [a]\nshares: {a: b, c: \"1\", d: 0x10, e: 1_000}\neither: {a: b}",
			[]string{"1:8 title type", "2:5 on type", "3:8 count type", "4:8 parts type", "5:9 labels type",
				"6:13 shares.a type", "6:19 shares.c type", "6:27 shares.d type", "6:36 shares.e type", "7:9 either type"}},
		{"whole numbers", "title: t\ncount: 010\nsmall: 300", []string{"2:8 count type", "3:8 small range"}},
		{"number too long", "title: t\ncount: 99999999999999999999", []string{"2:8 count type"}},
		{"not finite", "title: t\nshares: {a: .nan, b: -.inf, c: 1e999, d: nan}",
			[]string{"2:13 shares.a finite", "2:22 shares.b finite", "2:32 shares.c finite", "2:42 shares.d type"}},
		{"no value", "title:\ncount: ~\nparts:\n  -\nlabels: {a: }",
			[]string{"1:7 title empty", "2:8 count empty", "4:4 parts[0] empty", "5:13 labels.a empty"}},
		{"alias and anchor", "title: &a t\neither: *a", []string{"1:8 title alias", "2:9 either alias"}},
		{"alias to nothing", "title: t\neither: *nothing", []string{"2:9  alias"}},
		{"merge", "title: t\n<<: {on: true}", []string{"2:1 [\"<<\"] unknown"}},
		{"tag", "title: !!binary aGk=\ncount: !x 3", []string{"1:8 title tag", "2:8 count tag"}},
		{"key that is a list", "title: t\n? [a]\n: b", []string{"2:3  key"}},
		{"two documents", "title: t\n---\ntitle: u", []string{"2:1  documents"}},
		{"broken second document", "title: t\n---\n\"", []string{"3:1  syntax"}},
		{"tab", "title: t\nparts:\n\t- name: a", []string{"3:1  tab"}},
		{"open bracket", "title: t\nparts: [a, b", []string{"2:1  syntax"}},
		{"bad indent in a list", "title: t\nparts:\n  - name: a\n    words: [x]\n  - name: b\n   words: [y]\n  - name: c\n", []string{"6:1  syntax"}},
		{"bad indent in a map", "title: t\nlabels:\n    a: 1\n    b: 2\n   c: 3\n    d: 4\n", []string{"5:1  syntax"}},
		{"colon in a text", "title: t\nlabels:\n  a: b: c\n", []string{"3:1  syntax"}},
		{"bad indent", "title: t\n  on: true", []string{"2:1  syntax"}},
		{"open quote", "title: \"t\non: true\n", []string{"3:1  syntax"}},
		{"not UTF-8", "title: caf\xe9", []string{"1:11  encoding"}},
		{"UTF-16", "\xff\xfet\x00", []string{"1:1  encoding"}},
		{"control character", "title: t\non: \x00", []string{"2:5  control"}},
		{"too large", "title: " + strings.Repeat("x", strictyaml.MaxSize), []string{"1:1  size"}},
		{"too deep", "title: t\nparts: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), []string{"2:39 " + "parts" + strings.Repeat("[0]", 31) + " depth"}},
		{"too deep for the parser", strings.Repeat("[", 20000), []string{"1:1  syntax"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f file
			var got []string
			for _, p := range strictyaml.Decode([]byte(tt.src), &f) {
				got = append(got, fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Field, p.Rule))
				if p.Message == "" {
					t.Errorf("no message: %v", p)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
				t.Log(strictyaml.Decode([]byte(tt.src), &f))
			}
		})
	}
}

func TestManyProblems(t *testing.T) {
	var f file
	problems := strictyaml.Decode([]byte("title: t\nparts:\n"+strings.Repeat("  - {}\n", 1000)), &f)
	if len(problems) != strictyaml.MaxProblems {
		t.Fatalf("%d problems reported, want %d", len(problems), strictyaml.MaxProblems)
	}
	if last := problems[len(problems)-1]; !strings.Contains(last.Message, "801 more") {
		t.Errorf("the last problem is %v", last)
	}
}

// A few bytes of aliases must not become gigabytes.
func TestAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("a: &a [x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c <= 'i'; c++ {
		fmt.Fprintf(&b, "%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 9), ","))
	}
	var f file
	for _, p := range strictyaml.Decode([]byte(b.String()), &f) {
		if p.Rule == "alias" {
			return
		}
	}
	t.Error("aliases were not refused")
}

func TestPlace(t *testing.T) {
	doc, problems := strictyaml.Parse([]byte("title: t\nparts:\n  - name: a\n    words: [x, y]\nlabels:\n  \"Q7.1\": x\n  b: y\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for path, want := range map[string]string{
		"": "1:1", "title": "1:1", "parts": "2:1", "parts[0]": "3:5", "parts[0].words[1]": "4:16", "parts[0].words[7]": "4:5",
		"parts[0].share": "3:5", "parts[9]": "2:1", `labels["Q7.1"]`: "6:3", "labels[1]": "7:3", "labels.c": "5:1", "nothing.x": "1:1",
		"labels[": "5:1", "..": "1:1", "labels[-1]": "5:1",
	} {
		if line, column := doc.Place(path); fmt.Sprintf("%d:%d", line, column) != want {
			t.Errorf("%q stands at %d:%d, want %s", path, line, column, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	keys := []string{"not_applicable", "text", "show_if", "scale", "min", "max"}
	for given, want := range map[string]string{
		"not_aplicable": "not_applicable", "Text": "text", "show-if": "show_if", "sacle": "scale", "zzz": "", "m": "", "mni": "min",
	} {
		if got := strictyaml.Suggest(given, keys); got != want {
			t.Errorf("%q: suggested %q, want %q", given, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("title: t\nparts: [{name: a, share: .5}]\nlabels: {a: b}"))
	f.Add([]byte("title: &a t\neither: *a\n<<: *a"))
	f.Add([]byte("? [a]\n: b\n---\n\t- x"))
	f.Add([]byte("title: |\n  x\non: 'true'\nsmall: 1e3\nshares: {a: .nan}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var v file
		problems := strictyaml.Decode(src, &v)
		for i, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Rule == "" || p.Message == "" {
				t.Errorf("problem without place or rule: %+v", p)
			}
			if i > 0 && p.Line < problems[i-1].Line {
				t.Errorf("not by place: %v after %v", p, problems[i-1])
			}
		}
		for _, s := range v.Shares {
			if math.IsNaN(s) || math.IsInf(s, 0) {
				t.Errorf("share %v", s)
			}
		}
		doc, _ := strictyaml.Parse(src)
		if doc == nil {
			return
		}
		for _, p := range problems {
			if line, column := doc.Place(p.Field); line < 1 || column < 1 {
				t.Errorf("%q stands at %d:%d", p.Field, line, column)
			}
		}
	})
}

func FuzzPath(f *testing.F) {
	f.Add("a", "b.c", 3)
	f.Fuzz(func(t *testing.T, a, b string, n int) {
		if strings.ContainsRune(a+b, '\r') {
			return
		}
		doc, _ := strictyaml.Parse(fmt.Appendf(nil, "%q: {%q: [x]}", a, b))
		if doc == nil {
			return
		}
		line, column := doc.Place(strictyaml.At(strictyaml.Join(strictyaml.Join("", a), b), n))
		if line < 1 || column < 1 {
			t.Errorf("%d:%d", line, column)
		}
	})
}

func ExampleDecode() {
	var mapping struct {
		Survey string `yaml:"survey,required"`
	}
	for _, p := range strictyaml.Decode([]byte("surwey: default\n"), &mapping) {
		fmt.Println(p)
	}
	// Output:
	// 1:1: surwey: there is no such key; did you mean "survey"?
	// 1:1: survey: is missing
}
