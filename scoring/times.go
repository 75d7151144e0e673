package scoring

import (
	"slices"

	"paxscore/scoring/stats"
)

// Durations are times in seconds, in ascending order.
type Durations []float64

// Quantile is the p-quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); NaN of nothing.
func (d Durations) Quantile(p float64) float64 { return stats.SortedQuantile(d, p) }

// Times are the seconds that responses took, those whose time is known, and per answered rating item.
type Times struct{ Seconds, PerAnswer Durations }

// Times gathers the times of rows.
func (s *Screen) Times(rows []uint32) Times {
	var out Times
	for _, row := range rows {
		ms := s.table.Milliseconds(row)
		if ms == 0 {
			continue
		}
		seconds := float64(ms) / 1000
		out.Seconds = append(out.Seconds, seconds)
		if answered, _ := s.answers(row); answered > 0 {
			out.PerAnswer = append(out.PerAnswer, seconds/float64(answered))
		}
	}
	slices.Sort(out.Seconds)
	slices.Sort(out.PerAnswer)
	return out
}
