package scoring

import "math"

// Dispositions counts a sample by what became of each case, in the terms of the AAPOR's Standard Definitions.
type Dispositions struct {
	Complete   int // I
	Partial    int // P
	Refused    int // R, with the break-offs
	NonContact int // NC
	Other      int // O, eligible and not interviewed for another reason
	Unknown    int // UH + UO: not known to be eligible
	Ineligible int
}

// eligible is I + P + R + NC + O.
func (d Dispositions) eligible() float64 {
	return float64(d.Complete) + float64(d.Partial) + float64(d.Refused) + float64(d.NonContact) + float64(d.Other)
}

// Eligibility is e, the share of the cases of unknown eligibility taken to be eligible: that of the cases where it is known
// (proportional allocation, AAPOR 2016). 1 where no case is known to be ineligible, NaN where of no case it is known.
func (d Dispositions) Eligibility() float64 {
	return d.eligible() / (d.eligible() + float64(d.Ineligible))
}

// ResponseRates are RR1 to RR6 of the AAPOR's Standard Definitions (9th edition, 2016), 0..1; NaN where there is nobody to count.
type ResponseRates struct {
	RR1 float64 // I / (I+P + R+NC+O + U)
	RR2 float64 // (I+P) over the same
	RR3 float64 // I / (I+P + R+NC+O + e·U)
	RR4 float64 // (I+P) over the same
	RR5 float64 // I / (I+P + R+NC+O)
	RR6 float64 // (I+P) over the same
}

// Rates are the response rates of a sample. Where eligibility is known of no case, RR3 to RR6 are NaN.
func (d Dispositions) Rates() ResponseRates {
	complete := float64(d.Complete)
	answered := complete + float64(d.Partial)
	known, unknown, e := d.eligible(), float64(d.Unknown), d.Eligibility()
	rate := func(of, among float64) float64 {
		if !(among > 0) {
			return math.NaN()
		}
		return of / among
	}
	return ResponseRates{
		RR1: rate(complete, known+unknown), RR2: rate(answered, known+unknown),
		RR3: rate(complete, known+e*unknown), RR4: rate(answered, known+e*unknown),
		RR5: rate(complete, known), RR6: rate(answered, known),
	}
}
