package stats

import (
	"errors"
	"math"
)

// Point is one period of a series: an estimate with its variance, and the rows it rests on. A period without an estimate has
// Estimate NaN and keeps its place; one whose variance is not known has Variance NaN.
type Point struct {
	Estimate, Variance float64
	N                  int
}

// known tells whether the point has an estimate.
func (p Point) known() bool { return finite(p.Estimate) }

// weighable tells whether the point has an estimate and a variance to weigh it by.
func (p Point) weighable() bool { return p.known() && p.Variance > 0 && finite(1/p.Variance) }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Estimates are the estimates of a series.
func Estimates(points []Point) []float64 {
	out := make([]float64, len(points))
	for i, p := range points {
		out[i] = p.Estimate
	}
	return out
}

// PeriodChange is the change from one period to the next.
type PeriodChange struct {
	// Diff is later less earlier, SE = √(v₁+v₂), Z = Diff/SE, P its two-sided normal p-value, PHolm that after Holm's
	// adjustment for all changes of the series.
	Diff, SE, Z, P, PHolm float64
}

// PeriodChanges are the changes between neighbouring periods of a series whose periods were sampled independently; there is one
// less than there are periods. A change that lacks one of its estimates is NaN and does not count for Holm.
func PeriodChanges(points []Point) []PeriodChange {
	if len(points) < 2 {
		return nil
	}
	out := make([]PeriodChange, len(points)-1)
	p := make([]float64, len(out))
	for i := range out {
		a, b := points[i], points[i+1]
		diff, se := b.Estimate-a.Estimate, math.Sqrt(a.Variance+b.Variance)
		p[i] = DifferenceP(diff, se, math.Inf(1))
		out[i] = PeriodChange{Diff: diff, SE: se, Z: diff / se, P: p[i]}
	}
	for i, v := range Holm(p) {
		out[i].PHolm = v
	}
	return out
}

// Splice is one series made of two versions of a measure that overlap, on the level of the new version.
type Splice struct {
	// Points hold the new version where it was run and before it the old one plus Shift, whose variance they include.
	Points []Point
	// FromOld tells which points come from the old version.
	FromOld []bool
	// Shift is the mean difference new − old over the overlap, ShiftVariance its variance.
	Shift, ShiftVariance float64
	// Overlap are the periods with both versions.
	Overlap []int

	own []float64
}

// SpliceVersions joins two versions of a series over the same periods additively: the old one is moved by the mean of new − old
// over the periods that have both, at least one. Periods a version was not run in have Estimate NaN. Both versions' answers in an
// overlap period are taken as independent samples, so that the variance of the shift is Σ(v_new+v_old)/m². It is an error when the
// numbers of periods differ or no period has both.
func SpliceVersions(old, renewed []Point) (Splice, error) {
	if len(old) != len(renewed) {
		return Splice{}, errors.New("splice: the versions have different numbers of periods")
	}
	var out Splice
	var shift, variance Sum
	for i := range old {
		if old[i].known() && renewed[i].known() {
			out.Overlap = append(out.Overlap, i)
			shift.Add(renewed[i].Estimate - old[i].Estimate)
			variance.Add(renewed[i].Variance + old[i].Variance)
		}
	}
	m := float64(len(out.Overlap))
	if m == 0 {
		return Splice{}, errors.New("splice: no period has both versions")
	}
	out.Shift, out.ShiftVariance = shift.Value()/m, variance.Value()/(m*m)
	for i, p := range renewed {
		fromOld := !p.known() && old[i].known()
		own := p.Variance
		if fromOld {
			own = old[i].Variance
			p = Point{Estimate: old[i].Estimate + out.Shift, Variance: own + out.ShiftVariance, N: old[i].N}
		}
		out.Points = append(out.Points, p)
		out.FromOld = append(out.FromOld, fromOld)
		out.own = append(out.own, own)
	}
	return out, nil
}

// Change is the change from one period of the spliced series to another with its standard error, which counts the shift once
// where the change crosses the break and not at all on either side of it. NaN for a period that is not there.
func (s Splice) Change(from, to int) Effect {
	n := len(s.Points)
	if from < 0 || to < 0 || from >= n || to >= n {
		return missingEffect()
	}
	v := s.own[from] + s.own[to]
	if from == to {
		v = 0 * v
	}
	if s.FromOld[from] != s.FromOld[to] {
		renewed := to
		if s.FromOld[to] {
			renewed = from
		}
		v += s.ShiftVariance
		for _, i := range s.Overlap {
			if i == renewed {
				// The shift holds this point's estimate with factor 1/m.
				v -= 2 * s.own[renewed] / float64(len(s.Overlap))
			}
		}
	}
	return Effect{Estimate: s.Points[to].Estimate - s.Points[from].Estimate, SE: math.Sqrt(math.Max(v, 0)), DF: math.Inf(1)}
}
