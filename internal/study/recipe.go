package study

import "math"

// The tables of METHOD section 10.

var (
	ageShares = []float64{.14, .30, .26, .21, .09}

	occupationByAge = [][]float64{
		{.22, .06, .06, .06, .55, .05},
		{.44, .17, .14, .17, .05, .03},
		{.42, .20, .18, .16, 0, .04},
		{.36, .22, .20, .13, 0, .09},
		{.08, .06, .10, .06, 0, .70},
	}
	spendByOccupation = [][]float64{
		{.22, .45, .24, .09},
		{.28, .47, .20, .05},
		{.15, .38, .30, .17},
		{.16, .42, .30, .12},
		{.68, .27, .04, .01},
		{.50, .38, .10, .02},
	}
	businessByOccupation = []float64{.55, .50, .60, .55, .08, .06}

	cabinBySpend = [][]float64{
		{.985, .010, .005, 0},
		{.92, .05, .03, 0},
		{.74, .12, .13, .01},
		{.48, .14, .33, .05},
	}
	tierBySpend = [][]float64{
		{.75, .22, .03, 0},
		{.42, .38, .16, .04},
		{.15, .35, .35, .15},
		{.05, .20, .40, .35},
	}
	maleShare     = .47
	channelShares = []float64{.55, .25, .20}

	effectOfAge        = []float64{-.07, -.02, .01, .04, .06}
	effectOfOccupation = []float64{0, .03, -.04, -.02, 0, .03}
	effectOfSpend      = []float64{-.04, 0, .03, .06}
)

// Dimensions in the order of the recipe, and how many passengers' traits they share with the general factor.
const (
	attitude = iota
	efficiency
	content
	safety
	brand
	dimensions
)

var (
	generalLoading    = [dimensions]float64{.72, .68, .42, .66, .72}
	effectOfDimension = [dimensions]float64{.270, .305, 0, .270, .245}
)

// item is one rated question: its place, mean, spread and loading on its dimension.
type item struct {
	key                   string
	dimension             int
	mean, spread, loading float64
}

const itemCount = 16

var items = [itemCount]item{
	{"crew_attitude", attitude, 7.97, 1.65, .85},
	{"courtesy", attitude, 8.12, 1.60, .84},
	{"patience", attitude, 7.87, 1.75, .82},
	{"checkin", efficiency, 7.45, 1.80, .80},
	{"boarding", efficiency, 7.50, 1.75, .82},
	{"baggage", efficiency, 7.20, 1.95, .72},
	{"inflight_speed", efficiency, 7.55, 1.70, .80},
	{"catering", content, 6.85, 1.95, .80},
	{"entertainment", content, 6.75, 2.00, .74},
	{"seat_comfort", content, 7.00, 1.90, .78},
	{"flight_safety", safety, 8.05, 1.50, .84},
	{"safety_equipment", safety, 7.85, 1.60, .83},
	{"emergency_handling", safety, 7.65, 1.75, .76},
	{"awareness", brand, 7.50, 1.70, .82},
	{"corporate_image", brand, 7.45, 1.70, .86},
	{"social_responsibility", brand, 7.20, 1.80, .76},
}

// notApplicable holds by route the probability that an item does not apply: baggage, catering, entertainment and
// emergency handling.
var notApplicable = [3][itemCount]float64{
	{5: .38, 7: .12, 8: .30, 12: .45},
	{5: .30, 7: .08, 8: .20, 12: .45},
	{5: .15, 7: .01, 8: .05, 12: .45},
}

var (
	ageLevels        = []string{"under_25", "25_34", "35_44", "45_59", "60_plus"}
	occupationLevels = []string{"enterprise", "public_sector", "self_employed", "professional", "student", "retired_other"}
	spendLevels      = []string{"low", "middle", "high", "very_high"}
	purposeLevels    = []string{"leisure", "business"}
	cabinLevels      = []string{"economy", "premium_economy", "business", "first"}
	tierLevels       = []string{"none", "silver", "gold", "platinum"}
	genderLevels     = []string{"female", "male"}
	channelLevels    = []string{"web", "app", "onboard"}
	routeLevels      = []string{"domestic", "regional", "international"}
	yesNo            = []string{"no", "yes"}
)

// flight is what the passengers of one flight share.
type flight struct {
	month, route     int // month 1..12
	delayed, trained int // 0 or 1
	effect           float64
}

const flights = 500

// drawFlights draws flights 1..500; position 0 is unused.
func drawFlights(d *draws) []flight {
	out := make([]flight, flights+1)
	for f := range out {
		fl := flight{month: 1 + (7*f)%12, effect: .30 * d.z(streamFlightEffect, f, 0)}
		fl.delayed = bit(d.u(streamDelay, f, 0) < .18)
		switch {
		case f <= 390:
		case f <= 430:
			fl.route = 1
		default:
			fl.route = 2
		}
		fl.trained = bit(f%2 == 1 && fl.month >= 7)
		out[f] = fl
	}
	return out
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rating rounds half up and clamps to 0..10.
func rating(x float64) int8 { return int8(min(10, max(0, math.Floor(x+.5)))) }
