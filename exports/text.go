package exports

import (
	"strings"
	"unicode/utf8"
)

// cutNote ends a text that was too long for a cell.
const cutNote = " … [cut]"

// clean returns s without what has no place in a text file or in XML: control characters other than tab and line feed
// and the non-characters U+FFFE and U+FFFF are removed, broken UTF-8 becomes U+FFFD, CR LF and CR become LF.
func clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		switch {
		case r == '\r':
			if i+1 >= len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == '\t' || r == '\n':
			b.WriteRune(r)
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff:
		default:
			b.WriteRune(r) // broken UTF-8 ranges as U+FFFD
		}
	}
	return b.String()
}

// guarded is a text as it stands in CSV.
func guarded(s string) string { return Guard(clean(s)) }

// plain reports whether s is printable ASCII, for which nothing need be done.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// cut shortens s to what a cell holds, in UTF-16 code units, and says so at its end.
func cut(s string) (out string, wasCut bool) {
	if len(s) <= maxCellUnits || units(s) <= maxCellUnits {
		return s, false
	}
	room := maxCellUnits - units(cutNote)
	for i, r := range s {
		room -= unitsOf(r)
		if room < 0 {
			return s[:i] + cutNote, true
		}
	}
	return s, false
}

func units(s string) (n int) {
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// high is the height of a row whose text or warnings are wrapped in columns of those widths.
func high(text string, width float64, warnings []string, warningsWidth float64) float64 {
	return lineHeight * float64(max(lines(text, width), lines(strings.Join(warnings, "; "), warningsWidth)))
}

// lines estimates how many lines a text takes in a column that is width characters wide, for rows whose height a
// spreadsheet does not find itself.
func lines(s string, width float64) int {
	n := 0
	for line := range strings.SplitSeq(s, "\n") {
		n += max(1, int(float64(utf8.RuneCountInString(line))/width+0.999))
	}
	return n
}
