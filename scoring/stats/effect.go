package stats

import "math"

// Effect is an estimated difference with its standard error and degrees of freedom, +Inf for the normal distribution. Numbers
// that cannot be had are NaN.
type Effect struct {
	Estimate, SE, DF float64
}

// missingEffect has no number.
func missingEffect() Effect {
	return Effect{Estimate: math.NaN(), SE: math.NaN(), DF: math.NaN()}
}

// T is Estimate/SE.
func (e Effect) T() float64 { return e.Estimate / e.SE }

// P is the two-sided p-value of no effect, Student t on DF; see DifferenceP.
func (e Effect) P() float64 { return DifferenceP(e.Estimate, e.SE, e.DF) }

// Interval is Estimate ± t_DF·SE; see Interval.
func (e Effect) Interval(confidence float64) (low, high float64) {
	return Interval(e.Estimate, e.SE*e.SE, e.DF, confidence)
}

// MinimumDetectable is the effect that would have been found with probability 0.8 by a two-sided test at 0.05: 2.8·SE.
func (e Effect) MinimumDetectable() float64 { return MinimumDetectable(e.SE, 0.05, 0.8) }

// MinimumDetectable is the smallest true difference that a two-sided test at level alpha finds with probability power, when
// the difference has standard error se: (z_{1−α/2} + z_power)·se, normal approximation (Bloom 1995, "Minimum detectable effects").
// With α = 0.05 and power 0.8 that is 2.8·se. NaN unless se ≥ 0 and alpha and power lie between 0 and 1.
func MinimumDetectable(se, alpha, power float64) float64 {
	if !(se >= 0) || !(power > 0 && power < 1) {
		return math.NaN()
	}
	return (NormalCritical(1-alpha) + NormalQuantile(power)) * se
}

// SampleSize is the number of rows in each of two groups with which a two-sided test at level alpha finds a true difference of their means
// with probability power, rows having standard deviation sd: 2(z_{1−α/2}+z_power)²sd²/difference², normal approximation (Cohen 1988). NaN
// unless sd and difference are positive, alpha and power lie between 0 and 1 and power is above alpha/2.
func SampleSize(sd, difference, alpha, power float64) float64 {
	if !(sd > 0) || !(difference > 0) || math.IsInf(sd, 0) || math.IsInf(difference, 0) {
		return math.NaN()
	}
	d := MinimumDetectable(sd, alpha, power) / difference
	if !(d > 0) {
		return math.NaN()
	}
	return 2 * d * d
}

// SampleSizeStudent is SampleSize for Student's t-test on 2(n−1) degrees of freedom: the n, at least 2 and not whole, at which
// P(T > t_{1−α/2}) = power for T with noncentrality √(n/2)·difference/sd. The other tail is not counted, and noncentralities above 37 count
// as 37. NaN as for SampleSize and where no n has the power.
func SampleSizeStudent(sd, difference, alpha, power float64) float64 {
	n := SampleSize(sd, difference, alpha, power)
	if math.IsNaN(n) {
		return n
	}
	found := func(n float64) float64 {
		df := 2 * (n - 1)
		_, upper := NoncentralStudentCDF(StudentCritical(1-alpha, df), df, math.Min(math.Sqrt(n/2)*difference/sd, noncentralLimit))
		return upper
	}
	low := 2.0
	high := math.Max(n, low)
	for !(found(high) >= power) {
		if high > normalDF {
			return math.NaN()
		}
		low, high = high, 2*high
	}
	for high-low > 1e-12*high {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			break
		}
		if found(middle) >= power {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// Group describes the unweighted rows of one group: their number, mean and variance with n−1 in the denominator.
type Group struct {
	N              int
	Mean, Variance float64
}

// Group are the number, mean and variance of the rows summed, which should have sampling weight 1.
func (m MeanSums) Group() Group {
	return Group{N: m.N, Mean: m.Mean(), Variance: m.SimpleVariance()}
}

// Difference is the mean of one group less that of another, as Welch has it: after less before, or the changes of treated
// units less those of the others.
func Difference(of, against Group) Effect {
	diff, se, df := Welch(of.N, of.Mean, of.Variance, against.N, against.Mean, against.Variance)
	return Effect{Estimate: diff, SE: se, DF: df}
}

// PooledDifference is Difference for groups that vary alike: standard error √(s²(1/n₁+1/n₂)) with the pooled variance s² on n₁+n₂−2
// degrees of freedom (Student 1908, Fisher 1925). NaN when a group has fewer than two rows or a variance is missing.
func PooledDifference(of, against Group) Effect {
	if of.N < 2 || against.N < 2 || !(of.Variance >= 0) || !(against.Variance >= 0) {
		return missingEffect()
	}
	v := pooledVariance(of.N, of.Variance, against.N, against.Variance)
	return Effect{
		Estimate: of.Mean - against.Mean, SE: math.Sqrt(v * (1/float64(of.N) + 1/float64(against.N))), DF: float64(of.N + against.N - 2),
	}
}

// Paired is the mean of x_i − x_j over rows that hold both, variables i and j of sums with sampling weights 1, with its standard error
// √((s_ii+s_jj−2s_ij)/n) on n−1 degrees of freedom (Student 1908). With sampling weights or clusters take the two MeanTotals, their
// Design.CovarianceMatrix and QuadraticForm. NaN below two rows or for a variable that is not there.
func Paired(c CrossSums, i, j int) Effect {
	if k := c.Variables(); i < 0 || j < 0 || i >= k || j >= k || c.N < 2 {
		return missingEffect()
	}
	s, m := c.Covariance(), c.Means()
	v := spread(s[i][i]+s[j][j]-2*s[max(i, j)][min(i, j)], s[i][i]+s[j][j])
	return Effect{Estimate: m[i] - m[j], SE: math.Sqrt(v / float64(c.N)), DF: float64(c.N - 1)}
}

// DifferenceToTotal turns the difference of a segment to the rest into its difference to the total, of which the segment holds
// share = W_s/W of the weight: (1−W_s/W)·difference. The standard error takes the same factor.
func DifferenceToTotal(toRest Effect, share float64) Effect {
	if !(share >= 0 && share <= 1) {
		return missingEffect()
	}
	return Effect{Estimate: (1 - share) * toRest.Estimate, SE: (1 - share) * toRest.SE, DF: toRest.DF}
}

// ProportionDifference is p₁ − p₂ of two independent proportions on n₁ and n₂ rows with its unpooled standard error
// √(p₁(1−p₁)/n₁ + p₂(1−p₂)/n₂), normal. n may be an effective number. NaN unless 0 ≤ p ≤ 1 and n > 0.
func ProportionDifference(p1, n1, p2, n2 float64) Effect {
	if !(p1 >= 0 && p1 <= 1 && p2 >= 0 && p2 <= 1 && n1 > 0 && n2 > 0) {
		return missingEffect()
	}
	return Effect{Estimate: p1 - p2, SE: math.Sqrt(p1*(1-p1)/n1 + p2*(1-p2)/n2), DF: math.Inf(1)}
}

// PooledProportionDifference is ProportionDifference with the standard error that holds when both proportions are one,
// √(p̄(1−p̄)(1/n₁+1/n₂)) with p̄ = (n₁p₁+n₂p₂)/(n₁+n₂) (Fleiss 1981, section 2.3); the square of its T is Pearson's χ².
func PooledProportionDifference(p1, n1, p2, n2 float64) Effect {
	e := ProportionDifference(p1, n1, p2, n2)
	p := (n1*p1 + n2*p2) / (n1 + n2)
	if e.SE = math.Sqrt(p * (1 - p) * (1/n1 + 1/n2)); math.IsNaN(e.Estimate) {
		e.SE = math.NaN()
	}
	return e
}

// NewcombeInterval is the interval of p₁ − p₂ from the Wilson intervals l, u of both (Newcombe 1998, "Interval estimation for the
// difference between independent proportions", method 10):
//
//	p₁−p₂ − √((p₁−l₁)²+(u₂−p₂)²) … p₁−p₂ + √((u₁−p₁)²+(p₂−l₂)²)
//
// n may be an effective number. NaN where WilsonInterval is.
func NewcombeInterval(p1, n1, p2, n2, confidence float64) (low, high float64) {
	l1, u1 := WilsonInterval(p1, n1, confidence)
	l2, u2 := WilsonInterval(p2, n2, confidence)
	d := p1 - p2
	return d - math.Hypot(p1-l1, u2-p2), d + math.Hypot(u1-p1, p2-l2)
}
