package imports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// layoutWords are the words of a layout and what package time calls them; longer words first.
var layoutWords = []struct{ word, layout string }{
	{"YYYY", "2006"}, {"MMM", "Jan"}, {"YY", "06"}, {"MM", "01"}, {"DD", "02"}, {"HH", "15"}, {"hh", "03"}, {"mm", "04"}, {"ss", "05"}, {"AM", "PM"},
	{"M", "1"}, {"D", "2"}, {"H", "15"}, {"h", "3"}, {"Z", "Z07:00"}, {"T", "T"},
}

// parseLayout turns a layout such as "DD.MM.YYYY HH:mm" into that of package time. Words: YYYY YY year, MM M MMM month
// (number, number without zero, English short name), DD D day, HH H hour 0–23, hh h hour 1–12, mm minute, ss second (a
// fraction may follow), AM half of the day, Z offset from UTC, T itself. Other letters and digits are mistakes.
func parseLayout(s string) (string, error) {
	var out strings.Builder
	for rest := s; rest != ""; {
		word := ""
		for _, w := range layoutWords {
			if strings.HasPrefix(rest, w.word) {
				word = w.word
				out.WriteString(w.layout)
				break
			}
		}
		if word == "" {
			c := rest[0]
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' {
				return "", fmt.Errorf("%q is no word of a layout; they are YYYY YY MM M MMM DD D HH H hh h mm ss AM Z T", rest[:1])
			}
			word = rest[:1]
			out.WriteByte(c)
		}
		rest = rest[len(word):]
	}
	return out.String(), nil
}

// usualLayouts are tried where none is stated.
var usualLayouts = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"}

// timeReader reads times of submission.
type timeReader struct {
	layouts []string
	zone    *time.Location
	dates   *dateSystem // of a workbook, whose cells may hold day numbers
}

// Years of submission that are believed.
const firstYear, lastYear = 2000, 2199

func (t *timeReader) read(s string) (time.Time, bool) {
	for _, l := range t.layouts {
		if at, err := time.ParseInLocation(l, s, t.zone); err == nil {
			at = at.UTC()
			return at, at.Year() >= firstYear && at.Year() <= lastYear
		}
	}
	if t.dates == nil {
		return time.Time{}, false
	}
	days, err := strconv.ParseFloat(s, 64)
	if err != nil || !(days > 0 && days < 200000) {
		return time.Time{}, false
	}
	at, err := excelize.ExcelDateToTime(days, t.dates.from1904)
	if err != nil {
		return time.Time{}, false
	}
	// A day number is a time on the clock, to the second.
	at = at.Add(time.Second / 2).Truncate(time.Second)
	at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, t.zone).UTC()
	return at, at.Year() >= firstYear && at.Year() <= lastYear
}

// wholeNumber returns the whole number that a cell spells, such as 6, +6, 06, 6.0 or 6e0, in its shortest form.
func wholeNumber(cell string) (string, bool) {
	f, err := parseDecimal(cell)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return "", false
	}
	return strconv.FormatInt(int64(f), 10), true
}

// parseDecimal reads a finite number in plain decimal or scientific notation.
func parseDecimal(cell string) (float64, error) {
	for _, c := range []byte(cell) {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, strconv.ErrSyntax
		}
	}
	return strconv.ParseFloat(cell, 64)
}
