package stats

import "math"

// LogGamma is ln Γ(x) for x > 0; NaN elsewhere.
func LogGamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	v, _ := math.Lgamma(x)
	return v
}

// stirlingError is ln Γ(x) − [(x−½)ln x − x + ½ln 2π], by Stirling's series from x = 12 on, where eight terms leave less than 1e-18.
func stirlingError(x float64) float64 {
	if x < 12 {
		return LogGamma(x) - ((x-0.5)*math.Log(x) - x + 0.5*math.Log(2*math.Pi))
	}
	r := 1 / (x * x)
	s := 1.0 / 12
	s += r * (-1.0/360 + r*(1.0/1260+r*(-1.0/1680+r*(1.0/1188+r*(-691.0/360360+r*(1.0/156-r*3617.0/122400))))))
	return s / x
}

// logBeta is ln B(a,b).
func logBeta(a, b float64) float64 {
	n := a + b
	return stirlingError(a) + stirlingError(b) - stirlingError(n) + 0.5*(math.Log(2*math.Pi)+math.Log(n)-math.Log(a)-math.Log(b)) -
		a*math.Log1p(b/a) - b*math.Log1p(a/b)
}

// deviance is s·ln(s/m) + m − s for s, m > 0 with d = m − s, which the caller knows to more digits than the difference has (the
// deviance term of Loader 2000, "Fast and accurate computation of binomial probabilities").
func deviance(s, m, d float64) float64 {
	r := d / s
	if math.Abs(r) > 0.6 {
		if m <= 0 {
			return math.Inf(1)
		}
		return s*(math.Log(s)-math.Log(m)) + d
	}
	// r − ln(1+r) = v·r − 2·(v³/3 + v⁵/5 + …) with v = r/(2+r).
	v := r / (2 + r)
	v2 := v * v
	sum, power := 0.0, v*v2
	for k := 3.0; ; k += 2 {
		term := power / k
		if sum+term == sum {
			break
		}
		sum += term
		power *= v2
	}
	return s * (v*r - 2*sum)
}

// largeShape is the shape parameter from which tails near the centre are integrated numerically: series and continued fractions need
// some √a terms there.
const largeShape = 1e5

// GammaCDF gives the regularised incomplete gamma functions P(a,x) and Q(a,x) = 1 − P, the two tails of a gamma variable of shape a and
// scale 1. NaN unless a is positive and finite; x below 0 gives 0 and 1.
func GammaCDF(x, a float64) (lower, upper float64) {
	switch {
	case math.IsNaN(x) || !shape(a):
		return math.NaN(), math.NaN()
	case x <= 0:
		return 0, 1
	case math.IsInf(x, 1):
		return 1, 0
	}
	switch {
	case a >= largeShape && x < a:
		lower = math.Min(1, gammaTail(x, a, -1))
	case a >= largeShape:
		upper = math.Min(1, gammaTail(x, a, 1))
		return 1 - upper, upper
	case x < a+1:
		lower = math.Min(1, gammaPrefix(x, a)*gammaSeries(x, a))
	default:
		upper = math.Min(1, gammaPrefix(x, a)*gammaFraction(x, a))
		return 1 - upper, upper
	}
	return lower, 1 - lower
}

// gammaPrefix is x^a·e^−x/Γ(a), the density of the logarithm.
func gammaPrefix(x, a float64) float64 {
	return math.Sqrt(a/(2*math.Pi)) * math.Exp(-deviance(a, x, x-a)-stirlingError(a))
}

// gammaSeries is Σ_k x^k/(a(a+1)…(a+k)), so that P(a,x) is prefix times it (Abramowitz & Stegun 6.5.29).
func gammaSeries(x, a float64) float64 {
	term := 1 / a
	sum := term
	for k := 1; k < maxTerms; k++ {
		term *= x / (a + float64(k))
		sum += term
		if term < sum*1e-17 {
			break
		}
	}
	return sum
}

// maxTerms bounds every series and continued fraction; below largeShape none comes near it.
const maxTerms = 20000

// gammaFraction is Q(a,x)/prefix by Legendre's continued fraction, 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …))) (Abramowitz &
// Stegun 6.5.31), evaluated by Lentz's method.
func gammaFraction(x, a float64) float64 {
	const tiny = 1e-300
	b := x + 1 - a
	c := 1 / tiny
	d := 1 / b
	h := d
	for k := 1; k < maxTerms; k++ {
		n := float64(k)
		an := -n * (n - a)
		b += 2
		d = an*d + b
		if d == 0 {
			d = tiny
		}
		c = b + an/c
		if c == 0 {
			c = tiny
		}
		d = 1 / d
		step := d * c
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return h
}

// gammaTail integrates the density of shape a from x away from the centre, upwards (side 1) or downwards (−1).
func gammaTail(x, a, side float64) float64 {
	slope := math.Abs(a/x - 1)
	width := 1 / (slope/2 + math.Sqrt(a)/x)
	return integrateTail(width, func(t float64) float64 {
		at := x + side*t
		if at <= 0 {
			return 0
		}
		return gammaPrefix(at, a) / at
	})
}

// integrateTail integrates a falling density from 0 on, in panels of one width with the Gauss–Legendre rule of 16 points, until a panel
// adds nothing.
func integrateTail(width float64, density func(t float64) float64) float64 {
	nodes := [8][2]float64{
		{0.09501250983763745, 0.1894506104550685}, {0.2816035507792589, 0.1826034150449236},
		{0.45801677765722737, 0.16915651939500254}, {0.6178762444026438, 0.14959598881657674},
		{0.755404408355003, 0.12462897125553388}, {0.8656312023878318, 0.09515851168249279},
		{0.9445750230732326, 0.062253523938647894}, {0.9894009349916499, 0.027152459411754096},
	}
	var s Sum
	for panel := range 400 {
		from := (float64(panel) + 0.5) * width
		part := 0.0
		for _, n := range nodes {
			part += n[1] * (density(from-n[0]*width/2) + density(from+n[0]*width/2))
		}
		part *= width / 2
		s.Add(part)
		if part <= s.Value()*1e-18 {
			break
		}
	}
	return s.Value()
}

// GammaQuantile is the x with P(a,x) = p; 0 and +Inf at 0 and 1, NaN outside [0,1] or unless a is positive and finite.
func GammaQuantile(p, a float64) float64 {
	switch {
	case !(p >= 0 && p <= 1) || !shape(a):
		return math.NaN()
	case p == 0:
		return 0
	case p == 1:
		return math.Inf(1)
	}
	if first := (math.Log(p) + LogGamma(a+1)) / a; first < -230 {
		// P(a,x) = x^a/Γ(a+1) to all digits.
		return math.Exp(first)
	}
	tails := func(u float64) (lower, upper, slope float64) {
		x := math.Exp(u)
		lower, upper = GammaCDF(x, a)
		return lower, upper, gammaPrefix(x, a)
	}
	return math.Exp(invertTails(p, 1-p, math.Log(a), -650, math.Log(2*a+1500), tails))
}

// invertTails finds u in [low, high] where the tails of an increasing distribution are lower and upper, by Newton's method on the
// logarithm of the smaller tail within a shrinking bracket. tails gives both tails and the derivative of the lower one at u.
func invertTails(lower, upper, u, low, high float64, tails func(u float64) (lower, upper, slope float64)) float64 {
	target := math.Log(math.Min(lower, upper))
	u = math.Min(math.Max(u, low), high)
	for range 400 {
		p, q, slope := tails(u)
		tail := p
		if upper < lower {
			tail, slope = q, -slope
		}
		miss := math.Log(tail) - target
		switch {
		case miss == 0:
			return u
		case (miss > 0) == (upper < lower):
			low = u
		default:
			high = u
		}
		next := u - miss*tail/slope
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-u) <= 2e-16*math.Max(0.1, math.Abs(u)) || next == low || next == high {
			return next
		}
		u = next
	}
	return u
}
