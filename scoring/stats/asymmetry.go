package stats

import "math"

// Classes of an effect by its impact asymmetry.
const (
	// Basic: low values cost more than high values bring.
	Basic = "basic"
	// Linear: low and high values matter alike.
	Linear = "linear"
	// Delighter: high values bring more than low values cost.
	Delighter = "delighter"
)

// Asymmetry compares what low and high values of one predictor do to the response, against values between (Brandt 1987,
// penalty-reward contrast analysis; impact asymmetry of Mikulić & Prebežac 2008).
type Asymmetry struct {
	// Low and High are the coefficients of the two dummies, in units of the response.
	Low, High float64
	// Penalty is max(0, −Low), Reward is max(0, High), Range their sum.
	Penalty, Reward, Range float64
	// Index is (Reward−Penalty)/Range, −1 … 1; NaN when Range is 0.
	Index float64
	// Class is Linear when |Index| ≤ 0.2, Basic below, Delighter above; empty when Index is NaN.
	Class string
}

// LowHigh appends to z, for each predictor, a dummy for a value at or below its low cut point and one for a value at or above its
// high cut point; a missing value has missing dummies. Cut points are usually the quartiles. With the response before them they
// are a row for CrossSums. Nothing is appended when lengths differ.
func LowHigh(z, x, low, high []float64) []float64 {
	if len(x) != len(low) || len(x) != len(high) {
		return z
	}
	for j, v := range x {
		if math.IsNaN(v) || math.IsNaN(low[j]) || math.IsNaN(high[j]) {
			z = append(z, math.NaN(), math.NaN())
			continue
		}
		z = append(z, indicator(v <= low[j]), indicator(v >= high[j]))
	}
	return z
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Asymmetries reads the regression of a response on the dummies of LowHigh, one result for each predictor.
func Asymmetries(g Regression) []Asymmetry {
	var out []Asymmetry
	for j := 1; j+1 < len(g.Coefficients); j += 2 {
		out = append(out, AsymmetryOf(g.Coefficients[j], g.Coefficients[j+1]))
	}
	return out
}

// AsymmetryOf compares the coefficients of one predictor's low and high dummies.
func AsymmetryOf(low, high float64) Asymmetry {
	a := Asymmetry{Low: low, High: high, Penalty: max(0, -low), Reward: max(0, high)}
	a.Range = a.Penalty + a.Reward
	a.Index = (a.Reward - a.Penalty) / a.Range
	switch {
	case math.IsNaN(a.Index):
	case math.Abs(a.Index) <= 0.2:
		a.Class = Linear
	case a.Index < 0:
		a.Class = Basic
	default:
		a.Class = Delighter
	}
	return a
}

// Quadrants of the priority matrix.
const (
	// ConcentrateHere: important, performs below the line.
	ConcentrateHere = "concentrate_here"
	// KeepUp: important, performs well.
	KeepUp = "keep_up"
	// LowPriority: less important, performs below the line.
	LowPriority = "low_priority"
	// PossibleOverkill: less important, performs well.
	PossibleOverkill = "possible_overkill"
)

// Quadrant places a predictor in the importance-performance matrix (Martilla & James 1977) against lines that are usually the
// means, or a declared target. On the line, within 1e-12 of its size, counts as above. Empty when a number is missing.
func Quadrant(importance, performance, importanceLine, performanceLine float64) string {
	if math.IsNaN(importance + performance + importanceLine + performanceLine) {
		return ""
	}
	above := func(v, line float64) bool { return v >= line-1e-12*math.Abs(line) }
	important, well := above(importance, importanceLine), above(performance, performanceLine)
	switch {
	case important && well:
		return KeepUp
	case important:
		return ConcentrateHere
	case well:
		return PossibleOverkill
	}
	return LowPriority
}
