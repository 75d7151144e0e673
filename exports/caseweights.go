package exports

import (
	"math"

	"paxscore/surveys"
)

const (
	// changeless is the relative change of a weight in one cycle below which weights have settled (METHOD section 5).
	changeless = 1e-13
	mostCycles = 5000
	mostRounds = 50
)

// unit are responses with one factor on their base weights: a cell, or a group of one.
type unit struct {
	levels []int
	n      float64
	base   float64 // of one response
	w      float64 // case weight of one response
}

// caseWeights returns the case weight of a response of each group, found anew.
func (p *population) caseWeights() []float64 {
	out := make([]float64, len(p.groups))
	var factor []float64 // of each cell
	switch p.declared.Method {
	case surveys.PostStratify:
		factor = p.postStratified()
	case surveys.Calibrate:
		factor = p.calibrated()
	case surveys.Rake:
		total, _ := p.base()
		cells := p.units()
		p.rake(cells, total)
		factor = factors(cells)
	}
	for i, g := range p.groups {
		out[i] = g.base * factor[g.cell]
	}
	if p.declared.Method == surveys.Rake {
		p.limit(out)
	}
	return out
}

func factors(cells []unit) []float64 {
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = c.w / c.base
	}
	return out
}

// units are the cells at their mean base weights.
func (p *population) units() []unit {
	out := make([]unit, len(p.cells))
	for i := range p.cells {
		c := &p.cells[i]
		mean := c.base.value() / float64(c.n)
		out[i] = unit{levels: c.levels, n: float64(c.n), base: mean, w: mean}
	}
	return out
}

// share is the part of each level in the population of a margin.
func (m *margin) share() []float64 {
	var all sum
	for _, s := range m.sizes {
		all.add(s)
	}
	out := make([]float64, len(m.sizes))
	for l, s := range m.sizes {
		out[l] = s / all.value()
	}
	return out
}

// postStratified are N_c/Σ_c b, the sizes N_c scaled so that all responses of a known level keep their base weight together.
func (p *population) postStratified() []float64 {
	m := &p.margins[0]
	of, known := make([]sum, len(m.levels)), sum{}
	for i := range p.cells {
		if l := p.cells[i].levels[0]; l >= 0 {
			of[l].add(p.cells[i].base.value())
			known.add(p.cells[i].base.value())
		}
	}
	share := m.share()
	out := make([]float64, len(p.cells))
	for i := range p.cells {
		out[i] = 1
		if l := p.cells[i].levels[0]; l >= 0 {
			out[i] = share[l] * known.value() / of[l].value()
		}
	}
	return out
}

// totals adds the weights of the units by level of a margin; known is their sum, and all says that no level is unknown.
func totals(units []unit, v, levels int) (of []sum, known float64, all bool) {
	of, all = make([]sum, levels), true
	for i := range units {
		u := &units[i]
		if l := u.levels[v]; l >= 0 {
			of[l].add(u.n * u.w)
		} else {
			all = false
		}
	}
	var k sum
	for _, t := range of {
		k.add(t.value())
	}
	return of, k.value(), all
}

// rake multiplies the weights by N_l/Σ_l w margin after margin, in the order declared, until they settle. Where a level is unknown
// the margin only sets the proportions among those that are known.
func (p *population) rake(units []unit, total float64) {
	shares := make([][]float64, len(p.margins))
	for v := range p.margins {
		shares[v] = p.margins[v].share()
	}
	before := make([]float64, len(units))
	for range mostCycles {
		for i := range units {
			before[i] = units[i].w
		}
		for v, share := range shares {
			of, known, all := totals(units, v, len(share))
			if all {
				known = total
			}
			for i := range units {
				if l := units[i].levels[v]; l >= 0 {
					units[i].w *= share[l] * known / of[l].value()
				}
			}
		}
		change := 0.0
		for i := range units {
			change = max(change, math.Abs(units[i].w/before[i]-1))
		}
		if !(change >= changeless) { // or no number
			return
		}
	}
}

// limit cuts raked weights of groups to floor and cap times their mean and rakes again, until none is beyond or 50 rounds are done:
// it ends on a rake.
func (p *population) limit(weights []float64) {
	const slack = 1e-9
	total, _ := p.base()
	units := make([]unit, len(p.groups))
	for i, g := range p.groups {
		units[i] = unit{levels: p.cells[g.cell].levels, n: float64(g.n), base: g.base, w: weights[i]}
	}
	for range mostRounds {
		var all sum
		for i := range units {
			all.add(units[i].n * units[i].w)
		}
		mean := all.value() / float64(len(p.of))
		low, high, beyond := p.declared.Floor*mean, p.declared.Cap*mean, false
		for i := range units {
			w := &units[i].w
			beyond = beyond || *w > high*(1+slack) || *w < low*(1-slack)
			*w = min(max(*w, low), high)
		}
		if !beyond {
			return
		}
		p.rake(units, total)
		for i := range units {
			weights[i] = units[i].w
		}
	}
}

// calibrated are the factors F(Σλ) within the bounds that meet all margins, F the logit of METHOD section 5 and a λ for each level.
// The engine solves for all λ at once by Newton's method; here each level in turn is given what meets its size while the others
// keep theirs, as raking does, until nothing changes.
func (p *population) calibrated() []float64 {
	base, ones := p.base()
	total := base
	var declared sum
	for _, s := range p.margins[0].sizes {
		declared.add(s)
	}
	if !ones && declared.value() > 1+1e-6 { // people, as the base weights are
		total = declared.value()
	}
	units := p.units()
	sizes := p.completed(units, total)
	u := make([]float64, len(units))
	for range mostCycles {
		change := 0.0
		for v := range sizes {
			for l, size := range sizes[v] {
				var of []int
				for i := range units {
					if units[i].levels[v] == l {
						of = append(of, i)
					}
				}
				d := p.step(units, of, u, size)
				for _, i := range of {
					f := p.logit(u[i])
					u[i] += d
					change = max(change, math.Abs(p.logit(u[i])/f-1))
				}
			}
		}
		if !(change >= changeless) {
			break
		}
	}
	out := make([]float64, len(units))
	for i := range out {
		out[i] = p.logit(u[i])
	}
	return out
}

// completed makes unknown levels a level of their own, of the size that raking gives them, and returns the sizes of all levels, which
// add to the total.
func (p *population) completed(units []unit, total float64) [][]float64 {
	raked := make([]unit, len(units))
	base, _ := p.base()
	for i, x := range units {
		raked[i] = x
		raked[i].w = x.w / base * total
	}
	for v := range p.margins {
		if _, _, all := totals(raked, v, len(p.margins[v].levels)); !all {
			p.rake(raked, total)
			break
		}
	}
	out := make([][]float64, len(p.margins))
	own := make([][]int, len(units))
	for i := range units {
		own[i] = append(own[i], units[i].levels...)
	}
	for v := range p.margins {
		share := p.margins[v].share()
		_, known, all := totals(raked, v, len(share))
		if all {
			known = total
		}
		for _, s := range share {
			out[v] = append(out[v], s*known)
		}
		if all {
			continue
		}
		var unknown sum
		for i := range units {
			if own[i][v] < 0 {
				own[i][v] = len(share)
				unknown.add(raked[i].n * raked[i].w)
			}
		}
		out[v] = append(out[v], unknown.value())
	}
	for i := range units {
		units[i].levels = own[i]
	}
	return out
}

// logit is F(u): 1 at 0, towards the bounds at the ends.
func (p *population) logit(u float64) float64 {
	low, high := p.declared.Low, p.declared.High
	a := (high - low) / ((1 - low) * (high - 1))
	if a*u > 0 { // divided by e^{Au}, which may be beyond all numbers
		e := math.Exp(-a * u)
		return (low*(high-1)*e + high*(1-low)) / ((high-1)*e + (1 - low))
	}
	e := math.Exp(a * u)
	return (low*(high-1) + high*(1-low)*e) / ((high - 1) + (1-low)*e)
}

// step is what added to u of the given units makes their total the size: by halving, with the secant where that is nearer.
func (p *population) step(units []unit, of []int, u []float64, size float64) float64 {
	missing := func(d float64) float64 {
		var t sum
		for _, i := range of {
			t.add(units[i].n * units[i].base * p.logit(u[i]+d))
		}
		t.add(-size)
		return t.value() / size
	}
	low, high := -1.0, 1.0
	atLow, atHigh := missing(low), missing(high)
	for k := 0; atLow > 0 && k < 60; k++ {
		low *= 2
		atLow = missing(low)
	}
	for k := 0; atHigh < 0 && k < 60; k++ {
		high *= 2
		atHigh = missing(high)
	}
	for k := 0; k < 200 && high-low > 1e-16*max(math.Abs(low), math.Abs(high)); k++ {
		mid := low + (high-low)/2
		if k%2 == 0 && atHigh > atLow {
			mid = low - atLow*(high-low)/(atHigh-atLow)
		}
		if mid <= low || mid >= high {
			mid = low + (high-low)/2
		}
		if mid <= low || mid >= high {
			break
		}
		switch m := missing(mid); {
		case m == 0:
			return mid
		case m < 0:
			low, atLow = mid, m
		default:
			high, atHigh = mid, m
		}
	}
	if -atLow < atHigh {
		return low
	}
	return high
}
