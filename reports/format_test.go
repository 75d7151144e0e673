package reports_test

import (
	"testing"

	"paxscore/reports"
)

func TestFormat(t *testing.T) {
	tests := []struct {
		x      float64
		places int
		want   string
	}{
		{75.0541758660034, 3, "75.054"},
		{0.5, 0, "1"},
		{-0.5, 0, "-1"},
		{2.5, 0, "3"},
		{1.005, 2, "1.01"}, // below 1.005 in binary
		{-1.005, 2, "-1.01"},
		{0.285, 2, "0.29"},
		{99.995, 2, "100.00"},
		{-0.001, 2, "0.00"},
		{1e21, 2, "1000000000000000000000.00"},
		{1e-9, 3, "0.000"},
		{7, 4, "7.0000"},
	}
	for _, tt := range tests {
		if got := reports.Format(tt.x, tt.places); got != tt.want {
			t.Errorf("Format(%v, %d) = %q, want %q", tt.x, tt.places, got, tt.want)
		}
	}
}
