package web

import (
	"strconv"

	"paxscore/reports"
)

// figure is an estimate as shown: a number with its interval, or the reason why there is none.
type figure struct {
	Value    string // "75.05", or "" if not shown
	Interval string // "74.80 to 75.30"
	N        string // "10,000"; "–" where held back
	Reason   string // instead of the value
	Flagged  bool   // of a small base
	Notes    []string
}

// places is the number of decimals of an index and of a mean rating.
const places = 2

func newFigure(e reports.Estimate, p reports.Policy) figure {
	f := figure{N: optional(e.N), Flagged: e.Status == reports.StatusFlagged, Notes: e.Warnings}
	if f.Reason = reason(e.Status, p); f.Reason != "" {
		return f
	}
	f.Value = number(e.Estimate, places)
	f.Interval = interval(e.Low, e.High, places)
	return f
}

// reason says why a figure is not shown; "" if it is. A figure that is held back may have a small base or be derivable
// from others, and which of the two is not told.
func reason(s reports.Status, p reports.Policy) string {
	switch s {
	case reports.StatusSuppressed:
		return "held back"
	case reports.StatusBaseTooSmall:
		return "n under " + count(p.ShowFrom)
	case reports.StatusNotComputable:
		return "no valid answers"
	}
	return ""
}

func number(n reports.Number, places int) string {
	if !n.Valid() {
		return "–"
	}
	return minus(reports.Format(float64(n), places))
}

// signed writes a difference with its sign.
func signed(n reports.Number, places int) string {
	s := number(n, places)
	if n.Valid() && reports.Round(float64(n), places) > 0 {
		return "+" + s
	}
	return s
}

// minus sets a proper minus sign, as wide as the plus.
func minus(s string) string {
	if len(s) > 0 && s[0] == '-' {
		return "−" + s[1:]
	}
	return s
}

func interval(low, high reports.Number, places int) string {
	if !low.Valid() || !high.Valid() {
		return ""
	}
	return number(low, places) + " to " + number(high, places)
}

// percent writes a share of 0 to 1.
func percent(share reports.Number, places int) string {
	if !share.Valid() {
		return "–"
	}
	return number(100*share, places) + "%"
}

// count writes a whole number with thousands set apart.
func count(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return minus(s)
}

// whole writes a number without decimals, with thousands set apart.
func whole(n reports.Number) string {
	if !n.Valid() {
		return "–"
	}
	return count(int(reports.Round(float64(n), 0)))
}

// optional writes a count that may be held back.
func optional(n *int) string {
	if n == nil {
		return "–"
	}
	return count(*n)
}
