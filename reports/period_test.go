package reports_test

import (
	"testing"
	"time"

	"paxscore/reports"
)

func TestParsePeriod(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2025, m, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name, from, to string
		start, end     time.Time
		wrong          bool
	}{
		{name: "open"},
		{name: "whole days, the last included", from: "2025-03-01", to: "2025-03-31", start: day(3, 1), end: day(4, 1)},
		{name: "one day", from: "2025-03-01", to: "2025-03-01", start: day(3, 1), end: day(3, 2)},
		{name: "times, the last excluded", from: "2025-03-01T01:00:00+01:00", to: "2025-03-02T00:00:00Z", start: day(3, 1), end: day(3, 2)},
		{name: "backwards", from: "2025-03-02", to: "2025-03-01", wrong: true},
		{name: "not a date", from: "1.3.2025", wrong: true},
		{name: "no such day", to: "2025-02-30", wrong: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start, end, err := reports.ParsePeriod(tt.from, tt.to)
			if (err != nil) != tt.wrong {
				t.Fatalf("error %v, want one: %v", err, tt.wrong)
			}
			if err == nil && (!start.Equal(tt.start) || !end.Equal(tt.end)) {
				t.Errorf("got %v to %v, want %v to %v", start, end, tt.start, tt.end)
			}
		})
	}
}
