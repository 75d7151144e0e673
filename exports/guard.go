package exports

import (
	"strings"
	"unicode/utf8"
)

// Guard returns s so that a spreadsheet opening the CSV does not run it as a formula; Unguard is its inverse.
func Guard(s string) string {
	if s == "" {
		return s
	}
	switch c, _ := utf8.DecodeRuneInString(s); c {
	case '+', '-':
		if plainNumber(s[1:]) {
			return s
		}
		return "'" + s
	case '\'', '=', '@', '\t', '\r', '＝', '＋', '－', '＠':
		return "'" + s
	}
	return s
}

// Unguard takes off what Guard put in front.
func Unguard(s string) string { return strings.TrimPrefix(s, "'") }

// plainNumber reports whether s is digits with at most one decimal point between them.
func plainNumber(s string) bool {
	whole, part, point := strings.Cut(s, ".")
	return digits(whole) && (!point || digits(part))
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
