package reports

import (
	"fmt"
	"time"
)

// ParsePeriod reads the ends of a period as every surface takes them: a date (2025-03-01, whole days in UTC, the last
// included) or a time (RFC 3339, the last excluded); "" leaves an end open.
func ParsePeriod(from, to string) (start, end time.Time, err error) {
	if start, _, err = parseMoment(from); err != nil {
		return start, end, fmt.Errorf("from: %w", err)
	}
	end, day, err := parseMoment(to)
	if err != nil {
		return start, end, fmt.Errorf("to: %w", err)
	}
	if day {
		end = end.AddDate(0, 0, 1)
	}
	if !start.IsZero() && !end.IsZero() && !start.Before(end) {
		return start, end, fmt.Errorf("to: %q is before from %q", to, from)
	}
	return start, end, nil
}

// parseMoment reads a date or a time; day tells which.
func parseMoment(s string) (t time.Time, day bool, err error) {
	if s == "" {
		return t, false, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, true, nil
	}
	if t, err = time.Parse(time.RFC3339, s); err != nil {
		return t, false, fmt.Errorf("%q is neither a date like 2025-03-01 nor a time like 2025-03-01T08:00:00Z", s)
	}
	return t.UTC(), false, nil
}
