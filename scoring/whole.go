package scoring

import "math/bits"

// whole is a whole number of 128 bits, not negative.
type whole struct{ high, low uint64 }

// plus adds; ok is false where the sum has more than 128 bits.
func (a whole) plus(b whole) (sum whole, ok bool) {
	low, carry := bits.Add64(a.low, b.low, 0)
	high, over := bits.Add64(a.high, b.high, carry)
	return whole{high: high, low: low}, over == 0
}

func square(x uint64) whole {
	high, low := bits.Mul64(x, x)
	return whole{high: high, low: low}
}

// float is the nearest float64 but for a last bit, the same for the same number.
func (a whole) float() float64 { return float64(a.high)*(1<<64) + float64(a.low) }
