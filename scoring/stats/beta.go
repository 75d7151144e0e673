package stats

import "math"

// incompleteBeta gives I_x(a,b) and its complement for x + y = 1, both in (0,1) or rounded to its ends, with each of x and y known to
// all digits. a and b are positive and finite.
func incompleteBeta(x, y, a, b float64) (lower, upper float64) {
	switch {
	case x <= 0:
		return 0, 1
	case y <= 0:
		return 1, 0
	case b*x > a*y:
		upper, lower = betaBelow(y, x, b, a)
		return lower, upper
	}
	return betaBelow(x, y, a, b)
}

// betaBelow is incompleteBeta for x at or below the mean a/(a+b).
func betaBelow(x, y, a, b float64) (lower, upper float64) {
	if math.Min(a, b) >= largeShape {
		lower = math.Min(1, betaTail(x, y, a, b))
		return lower, 1 - lower
	}
	lower = math.Min(1, betaPrefix(x, y, a, b, b*x-a*y)*betaFraction(x, y, a, b))
	return lower, 1 - lower
}

// betaPrefix is x^a·y^b/B(a,b), the density of the log odds, from d = bx − ay. With n = a+b it is √(ab/2πn)·exp(−D(a,nx) − D(b,ny)) times
// Stirling errors, D as in Loader (2000): no large numbers are subtracted.
func betaPrefix(x, y, a, b, d float64) float64 {
	n := a + b
	return math.Sqrt(math.Max(a, b)/n*math.Min(a, b)/(2*math.Pi)) *
		math.Exp(-deviance(a, n*x, d)-deviance(b, n*y, -d)+stirlingError(n)-stirlingError(a)-stirlingError(b))
}

// betaFraction is I_x(a,b)/prefix by the continued fraction of DiDonato & Morris (1992, "Algorithm 708", equation 9), best at or below
// the mean, evaluated by Lentz's method.
func betaFraction(x, y, a, b float64) float64 {
	const tiny = 1e-300
	lambda := a*y - b*x
	f := a / (a + 1) * (lambda + 1)
	if f == 0 {
		f = tiny
	}
	c, d := f, 0.0
	for k := 1; k < maxTerms; k++ {
		n := float64(k)
		m := a + 2*n - 1
		alpha := (a + n - 1) / m * ((a + b + n - 1) * x / m) * n * ((b - n) * x)
		beta := n + n*(b-n)*x/m + (a+n)/(a+2*n+1)*(lambda+1+n*(1+y))
		d = beta + alpha*d
		if d == 0 {
			d = tiny
		}
		c = beta + alpha/c
		if c == 0 {
			c = tiny
		}
		d = 1 / d
		step := c * d
		f *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return 1 / f
}

// betaTail integrates the density from x at or below the mean downwards, for large a and b.
func betaTail(x, y, a, b float64) float64 {
	n := a + b
	d := b*x - a*y
	slope := math.Abs(a/x - b/y)
	width := 1 / (slope/2 + math.Sqrt(a/x/x+b/y/y))
	return integrateTail(width, func(t float64) float64 {
		at := x - t
		if at <= 0 {
			return 0
		}
		return betaPrefix(at, y+t, a, b, d-n*t) / at / (y + t)
	})
}

// betaLogOdds is ln(x/(1−x)) for the x where the tails of I_x(a,b) are lower and upper, both above 0.
func betaLogOdds(lower, upper, a, b float64) float64 {
	logB := logBeta(a, b)
	// Where x·max(1,b) is below 1e-100, I_x(a,b) = x^a/(a·B(a,b)) to all digits; so for 1−x.
	if u := (math.Log(lower) + math.Log(a) + logB) / a; u+math.Log(math.Max(1, b)) < -230 {
		return u
	}
	if u := (math.Log(upper) + math.Log(b) + logB) / b; u+math.Log(math.Max(1, a)) < -230 {
		return -u
	}
	tails := func(u float64) (float64, float64, float64) {
		x, y := logistic(u), logistic(-u)
		p, q := incompleteBeta(x, y, a, b)
		return p, q, betaPrefix(x, y, a, b, b*x-a*y)
	}
	return invertTails(lower, upper, math.Log(a)-math.Log(b), -700, 700, tails)
}
