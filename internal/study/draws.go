package study

import "math"

// golden is 2^64 divided by the golden ratio, the step of SplitMix64.
const golden = 0x9E3779B97F4A7C15

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// Streams of draws. Those up to 70 are the recipe's (METHOD section 10); the recipe says nothing of times and ids, which
// have the streams from 90.
const (
	streamAge, streamOccupation, streamSpend, streamPurpose = 1, 2, 3, 4
	streamCabin, streamTier, streamGender, streamChannel    = 5, 6, 7, 8
	streamFlight, streamDelay, streamFlightEffect           = 9, 20, 21
	streamGeneral, streamDimension, streamItem              = 30, 31, 32
	streamOverall, streamRecommend, streamStraight          = 33, 34, 35
	streamIncident, streamNotApplicable, streamSkipped      = 36, 40, 41
	streamSeconds, streamCarelessValue, streamCarelessTime  = 42, 50, 51
	streamOrder, streamTimeOfDay, streamIDHigh, streamIDLow = 70, 90, 91, 92
	streams                                                 = 93
)

// draws is a random function: the same arguments always give the same value, so any record can be drawn by itself.
type draws [streams]uint64

func newDraws(seed uint64) *draws {
	var d draws
	a := mix(seed + golden)
	for s := range d {
		d[s] = mix(a + uint64(s)*golden)
	}
	return &d
}

// h returns 64 random bits.
func (d *draws) h(stream, i, k int) uint64 {
	return mix(mix(d[stream]+uint64(i)*golden) + uint64(k)*golden)
}

// u returns a uniform draw, strictly between 0 and 1.
func (d *draws) u(stream, i, k int) float64 {
	return (float64(d.h(stream, i, k)>>11) + 0.5) / (1 << 53)
}

// z returns a standard normal draw by inversion.
func (d *draws) z(stream, i, k int) float64 {
	return math.Sqrt2 * math.Erfinv(2*d.u(stream, i, k)-1)
}

// category returns the first position whose cumulative probability exceeds u, or the last.
func category(p []float64, u float64) int {
	sum := 0.0
	for i := range p[:len(p)-1] {
		sum += p[i]
		if u < sum {
			return i
		}
	}
	return len(p) - 1
}
