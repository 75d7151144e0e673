package stats

import "math"

// EWMA are the settings of a chart of exponentially weighted moving averages, which finds small lasting shifts that an XmR chart
// does not (Roberts 1959).
type EWMA struct {
	// Lambda is the weight of the newest value, above 0 and at most 1; Width is L, the distance of the limits in standard deviations.
	Lambda, Width float64
}

// DefaultEWMA has λ = 0.2 and L = 2.7.
func DefaultEWMA() EWMA { return EWMA{Lambda: 0.2, Width: 2.7} }

// EWMAPoint is one period of the chart.
type EWMAPoint struct {
	// Value is z_t = λx_t + (1−λ)z_{t−1}, from z₀ = the centre; Variance is v_t = λ²s²_t + (1−λ)²v_{t−1}, from 0.
	Value, Variance float64
	// Lower and Upper are the centre ∓ L√v_t. Signal tells whether Value is beyond them.
	Lower, Upper float64
	Signal       bool
}

// Chart places a series about a centre when every value has standard deviation sigma; v_t is then σ²λ/(2−λ)·(1−(1−λ)^{2t}). A
// missing value (NaN) or an infinite one leaves the average and its limits as they were. All is NaN, without signals, for settings
// outside their range, a centre that is not finite or a sigma that is not positive or not finite.
func (e EWMA) Chart(centre, sigma float64, x []float64) []EWMAPoint {
	points := make([]Point, len(x))
	for i, v := range x {
		points[i] = Point{Estimate: v, Variance: sigma * sigma}
	}
	if !(sigma > 0) || !finite(sigma) {
		centre = math.NaN()
	}
	return e.ChartPoints(centre, points)
}

// ChartPoints places a series about a centre when every estimate has its own variance; see Chart. An estimate without a positive,
// finite variance counts as missing.
func (e EWMA) ChartPoints(centre float64, points []Point) []EWMAPoint {
	out := make([]EWMAPoint, len(points))
	valid := e.Lambda > 0 && e.Lambda <= 1 && e.Width > 0 && finite(e.Width) && finite(centre)
	z, v := centre, 0.0
	for i, p := range points {
		if !valid {
			nan := math.NaN()
			out[i] = EWMAPoint{Value: nan, Variance: nan, Lower: nan, Upper: nan}
			continue
		}
		if p.known() && p.Variance > 0 && finite(p.Variance) {
			z = e.Lambda*p.Estimate + (1-e.Lambda)*z
			v = e.Lambda*e.Lambda*p.Variance + (1-e.Lambda)*(1-e.Lambda)*v
		}
		half := e.Width * math.Sqrt(v)
		out[i] = EWMAPoint{Value: z, Variance: v, Lower: centre - half, Upper: centre + half, Signal: math.Abs(z-centre) > half}
	}
	return out
}
