package scoring

import "paxscore/scoring/stats"

// Splice is a series made of two versions; see stats.Splice.
type Splice = stats.Splice

// SpliceOver joins two versions of a series over the same periods by the difference of their means over a time in which both ran: renewed
// where it has a figure, else old plus newMean − oldMean, with the variance of that shift (stats.SpliceVersions, the time of
// both being the one period that has both). The last point of the splice is that time.
func SpliceOver(old, renewed []SeriesPoint, oldMean, newMean SeriesPoint) (Splice, error) {
	before, after := make([]SeriesPoint, 0, len(old)+1), make([]SeriesPoint, 0, len(old)+1)
	for i := range old {
		p := old[i]
		if r := renewed[i].Estimate; r == r { // not NaN: the shift rests on the time of both alone
			p = NoPoint()
		}
		before, after = append(before, p), append(after, renewed[i])
	}
	return stats.SpliceVersions(append(before, oldMean), append(after, newMean))
}
