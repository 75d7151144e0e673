package exports_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"paxscore/exports"
)

func TestGuard(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"text":                   {"very good", "very good"},
		"empty":                  {"", ""},
		"formula":                {"=1+1", "'=1+1"},
		"command":                {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
		"plus":                   {"+1+cmd", "'+1+cmd"},
		"minus":                  {"-2+3", "'-2+3"},
		"at":                     {"@SUM(A1)", "'@SUM(A1)"},
		"tab":                    {"\t=1", "'\t=1"},
		"carriage return":        {"\r=1", "'\r=1"},
		"full-width equals":      {"＝1+1", "'＝1+1"},
		"full-width minus":       {"－1", "'－1"},
		"negative number":        {"-1", "-1"},
		"negative decimal":       {"-12.50", "-12.50"},
		"telephone":              {"+41443334455", "+41443334455"},
		"two points":             {"-1.2.3", "'-1.2.3"},
		"sign alone":             {"-", "'-"},
		"exponent":               {"-1e5", "'-1e5"},
		"apostrophe":             {"'tis", "''tis"},
		"apostrophe and formula": {"'=1", "''=1"},
		"sign inside":            {"a=b", "a=b"},
	} {
		t.Run(name, func(t *testing.T) {
			got := exports.Guard(c.in)
			if got != c.want {
				t.Errorf("Guard(%q) = %q, want %q", c.in, got, c.want)
			}
			if back := exports.Unguard(got); back != c.in {
				t.Errorf("Unguard(%q) = %q, want %q", got, back, c.in)
			}
		})
	}
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"", "=1", "-1", "-1.", "'", "''=", "+", "\t", "＠x", "\xff=", "-.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := exports.Guard(s)
		if exports.Unguard(g) != s {
			t.Fatalf("Unguard(Guard(%q)) = %q", s, exports.Unguard(g))
		}
		if g == "" || !strings.ContainsRune("=@\t\r＝＋－＠+-", firstRune(g)) {
			return
		}
		if rest := g[1:]; (g[0] != '+' && g[0] != '-') || rest == "" || strings.Trim(rest, "0123456789.") != "" {
			t.Fatalf("Guard(%q) = %q is open", s, g)
		}
	})
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":           {"Good flight!", "Good flight!"},
		"emoji":           {"👨‍👩‍👧 ✈️", "👨‍👩‍👧 ✈️"},
		"right to left":   {"שלום \u200fعليكم", "שלום \u200fعليكم"},
		"control":         {"a\x00b\x07c\x1bd\x7fe\u0085f", "abcdef"},
		"tab, line feed":  {"a\tb\nc", "a\tb\nc"},
		"CR LF":           {"a\r\nb", "a\nb"},
		"CR":              {"a\rb\r", "a\nb\n"},
		"broken UTF-8":    {"a\xffb\xc3", "a�b�"},
		"half surrogate":  {"a\xed\xa0\x80b", "a���b"},
		"non-characters":  {"a\ufffe\uffffb", "ab"},
		"separator kept":  {"a\u2028b", "a\u2028b"},
		"byte order mark": {"\ufeffa", "\ufeffa"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := exports.Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	const limit = 32767 // of an Excel cell, in UTF-16 units
	for name, c := range map[string]struct {
		in  string
		cut bool
	}{
		"at the limit":        {strings.Repeat("a", limit), false},
		"over it":             {strings.Repeat("a", limit+1), true},
		"wide characters":     {strings.Repeat("漢", limit), false},
		"emoji, two units":    {strings.Repeat("🛫", limit/2), false},
		"emoji over it":       {strings.Repeat("🛫", limit/2+1), true},
		"very long, no break": {strings.Repeat("é", 1_000_000), true},
	} {
		t.Run(name, func(t *testing.T) {
			got, wasCut := exports.Cut(c.in)
			if wasCut != c.cut {
				t.Errorf("cut is %v, want %v", wasCut, c.cut)
			}
			if n := len(utf16.Encode([]rune(got))); n > limit {
				t.Errorf("%d units", n)
			}
			if !utf8.ValidString(got) || wasCut && !strings.HasSuffix(got, "[cut]") {
				t.Errorf("ends in %q", got[len(got)-20:])
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\x00", "\r\n\r", "\xff", "🛫", "\ufffe", "]]>", "<a>&amp;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := exports.Clean(s)
		if !utf8.ValidString(c) || exports.Clean(c) != c {
			t.Fatalf("Clean(%q) = %q is not clean", s, c)
		}
		var b strings.Builder
		b.WriteString("<a>")
		if err := xml.EscapeText(&b, []byte(c)); err != nil {
			t.Fatal(err)
		}
		b.WriteString("</a>")
		var back string
		if err := xml.Unmarshal([]byte(b.String()), &back); err != nil && err != io.EOF || back != c {
			t.Fatalf("%q comes back from XML as %q (%v)", c, back, err)
		}
	})
}
