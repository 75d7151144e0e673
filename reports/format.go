package reports

import (
	"math"
	"strconv"
)

// Format writes a figure with a fixed number of decimals, rounded half away from zero (METHOD section 3). It is the one
// rounding of the program; figures are rounded nowhere else.
func Format(x float64, places int) string {
	s := strconv.FormatFloat(Round(x, places), 'f', places, 64)
	if negativeZero(s) {
		return s[1:]
	}
	return s
}

// Round rounds half away from zero on the shortest decimal that reads back to x, so that 1.005 becomes 1.01 although its
// binary value lies below.
func Round(x float64, places int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || places < 0 {
		return x
	}
	text := []byte(strconv.FormatFloat(math.Abs(x), 'f', -1, 64))
	point := len(text)
	for i, c := range text {
		if c == '.' {
			point = i
		}
	}
	keep := point + 1 + places
	if point == len(text) || keep >= len(text) {
		return x
	}
	up := text[keep] >= '5'
	r, err := strconv.ParseFloat(string(text[:keep]), 64)
	if err != nil {
		return x
	}
	if up {
		r, _ = strconv.ParseFloat(strconv.FormatFloat(r+math.Pow10(-places), 'f', places, 64), 64)
	}
	return math.Copysign(r, x)
}

func negativeZero(s string) bool {
	if s == "" || s[0] != '-' {
		return false
	}
	for _, c := range s[1:] {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}
