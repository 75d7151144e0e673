package columns_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"paxscore/scoring/columns"
)

// Every row is coded by the first day of its period, from whenever that was first asked for, and whatever is removed.
func TestPeriods(t *testing.T) {
	lengths := map[columns.Period]func(time.Time) time.Duration{ // how far a time lies behind the start of its period, in days
		columns.Day:   func(time.Time) time.Duration { return 0 },
		columns.Week:  func(at time.Time) time.Duration { return time.Duration(at.Weekday()+6) % 7 },
		columns.Month: func(at time.Time) time.Duration { return time.Duration(at.Day() - 1) },
		columns.Quarter: func(at time.Time) (days time.Duration) {
			for first := at; ; first = first.AddDate(0, 0, -1) {
				if m := first.Month(); first.Day() == 1 && (m == time.January || m == time.April || m == time.July || m == time.October) {
					return days
				}
				days++
			}
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		table := columns.New(0, 1)
		var all []uint32
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				times := rapid.SliceOfN(rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32(), rapid.Uint32Range(1_700_000_000, 1_800_000_000)), 1, 100).Draw(t, "submitted")
				for _, at := range times {
					if err := table.Append(&columns.Row{Attributes: []string{""}, ResponseWeight: 1, Submitted: at}); err != nil {
						t.Fatal(err)
					}
				}
				all = append(all, times...)
			},
			"remove": func(t *rapid.T) {
				if len(all) > 0 {
					at := rapid.IntRange(0, len(all)-1).Draw(t, "row")
					table.Remove([]uint32{uint32(at)})
					all = append(all[:at], all[at+1:]...)
				}
			},
			"ask": func(t *rapid.T) {
				p := columns.Period(rapid.IntRange(int(columns.Day), int(columns.Quarter)).Draw(t, "period"))
				a := table.Attribute(table.PeriodAttribute(p))
				for row, submitted := range all {
					want := ""
					if at := time.Unix(int64(submitted), 0).UTC(); submitted > 0 {
						want = at.Add(-24 * time.Hour * lengths[p](at)).Format(time.DateOnly)
					}
					if got := a.Levels()[a.At(uint32(row))]; got != want {
						t.Fatalf("submitted %d: in the period from %q, want %q", submitted, got, want)
					}
				}
			},
		})
	})
}
