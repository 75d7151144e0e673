package scoring

import (
	"maps"
	"math"
	"slices"

	"paxscore/scoring/stats"
)

// DesignSums (S4) holds what the mean of a score over a domain and its error under the design need: Σw and Σw(x−Shift) of each sampling
// unit, by stratum, and S2 of the responses that are sampling units of their own. Strata and units go by name, so that parts
// merge whatever they hold of them. The zero value is empty, with Shift 0.
type DesignSums struct {
	// Shift is the constant taken from every x; set it before the first Add. Parts have the same.
	Shift  float64
	all    stats.MeanSums
	strata map[string]*stratumSums
}

// stratumSums are those of one stratum. Singles counts the responses of the whole design that are units of their own.
type stratumSums struct {
	units   map[string]*unitSums
	singles int
	single  stats.MeanSums
}

type unitSums struct {
	n     int
	w, wx stats.Sum
}

// Add takes a response of the domain. unit names its sampling unit within the stratum, "" is one of its own.
func (d *DesignSums) Add(stratum, unit string, x, w float64) {
	if d.all.N == 0 {
		d.all.Shift = d.Shift
	}
	d.all.Add(x, w)
	h := d.reach(stratum, unit)
	if unit == "" {
		if h.single.N == 0 {
			h.single.Shift = d.Shift
		}
		h.single.Add(x, w)
		return
	}
	u := h.units[unit]
	u.n++
	u.w.Add(w)
	u.wx.Add(w * (x - d.Shift))
}

// Reach takes a response outside the domain: its sampling unit counts in the design.
func (d *DesignSums) Reach(stratum, unit string) { d.reach(stratum, unit) }

func (d *DesignSums) reach(stratum, unit string) *stratumSums {
	if d.strata == nil {
		d.strata = map[string]*stratumSums{}
	}
	h := d.strata[stratum]
	if h == nil {
		h = &stratumSums{units: map[string]*unitSums{}}
		d.strata[stratum] = h
	}
	switch {
	case unit == "":
		h.singles++
	case h.units[unit] == nil:
		h.units[unit] = &unitSums{}
	}
	return h
}

// Merge takes the responses of another part of the design. It says whether it did: parts of another Shift are left out.
func (d *DesignSums) Merge(o DesignSums) bool {
	if len(o.strata) == 0 {
		return true
	}
	if len(d.strata) == 0 {
		d.Shift = o.Shift
	}
	if d.Shift != o.Shift {
		return false
	}
	d.all.Merge(o.all)
	for _, name := range slices.Sorted(maps.Keys(o.strata)) {
		from := o.strata[name]
		if d.strata == nil {
			d.strata = map[string]*stratumSums{}
		}
		h := d.strata[name]
		if h == nil {
			h = &stratumSums{units: map[string]*unitSums{}}
			d.strata[name] = h
		}
		h.singles += from.singles
		h.single.Merge(from.single)
		for unit, u := range from.units { // each unit by itself: the order does not matter
			into := h.units[unit]
			if into == nil {
				into = &unitSums{}
				h.units[unit] = into
			}
			into.n += u.n
			into.w.Merge(u.w)
			into.wx.Merge(u.wx)
		}
	}
	return true
}

func (d DesignSums) clone() DesignSums {
	out := DesignSums{Shift: d.Shift}
	out.Merge(d)
	return out
}

// frame is the design without a value.
func (d DesignSums) frame() DesignSums {
	out := DesignSums{Shift: d.Shift, strata: map[string]*stratumSums{}}
	for name, h := range d.strata {
		f := &stratumSums{units: map[string]*unitSums{}, singles: h.singles}
		for unit := range h.units {
			f.units[unit] = &unitSums{}
		}
		out.strata[name] = f
	}
	return out
}

// Mean estimates the mean over the domain; see Sample.Mean, which it equals.
func (d DesignSums) Mean() Mean {
	m := Mean{N: d.all.N, Estimate: d.all.Mean(), Variance: math.NaN(), Deff: math.NaN()}
	w := d.all.W.Value()
	m.NEffective = w * w / d.all.W2.Value()
	centre := d.all.WX.Value() / w
	var variance stats.Sum
	for _, name := range slices.Sorted(maps.Keys(d.strata)) {
		v, reached := d.strata[name].variance(centre, w)
		variance.Add(v)
		if reached > 0 {
			m.DF += float64(reached - 1)
		}
	}
	if m.DF > 0 {
		m.Variance = variance.Value()
		if !negligible(d.all.SimpleVariance(), d.all.WXX.Value()/w) {
			m.Deff = d.all.Deff(m.Variance)
		}
	}
	return m
}

// variance is n_h/(n_h−1)·Σ_c (T_hc−T̄_h)², of one unit T², with T = (Σ_c wx − centre·Σ_c w)/W; reached counts the units with a value.
func (h *stratumSums) variance(centre, w float64) (v float64, reached int) {
	n := len(h.units) + h.singles
	reached = h.single.N
	totals := make([]float64, 0, len(h.units))
	var sum stats.Sum
	for _, unit := range slices.Sorted(maps.Keys(h.units)) {
		u := h.units[unit]
		if u.n > 0 {
			reached++
		}
		t := (u.wx.Value() - centre*u.w.Value()) / w
		totals = append(totals, t)
		sum.Add(t)
	}
	// Of the responses that are units of their own, ΣU and ΣU².
	one := h.single.WX
	one.Merge(h.single.W.Scaled(-centre))
	two := h.single.W2XX
	two.Merge(h.single.W2X.Scaled(-2 * centre))
	two.Merge(h.single.W2.Scaled(centre * centre))
	squares := two.Value() / (w * w)
	if negligible(two.Value(), h.single.W2XX.Value()+centre*centre*h.single.W2.Value()) {
		squares = 0
	}
	sum.Add(one.Value() / w)
	middle := 0.0
	if n > 1 {
		middle = sum.Value() / float64(n)
	}
	var about stats.Sum
	for _, t := range totals {
		about.Add((t - middle) * (t - middle))
	}
	if h.singles > 0 {
		rest := squares - 2*middle*one.Value()/w + float64(h.singles)*middle*middle
		if !negligible(rest, squares) {
			about.Add(rest)
		}
	}
	if n > 1 {
		return about.Value() * float64(n) / float64(n-1), reached
	}
	return about.Value(), reached
}

// DesignSums are those of values over a domain, with the whole design.
func (s *Sample) DesignSums(v Values, domain []uint32) DesignSums {
	s.fill()
	d := DesignSums{Shift: v.shift}
	name := func(attribute int, row uint32) string {
		if attribute == None {
			return ""
		}
		a := s.table.Attribute(attribute)
		return a.Levels()[a.At(row)]
	}
	inside := make([]bool, s.Room())
	for _, i := range domain {
		x := v.At(i)
		inside[i] = x == x
	}
	for _, i := range s.All() {
		h, c := name(s.plan.Stratum, s.Row(i)), name(s.plan.Cluster, s.Row(i))
		if inside[i] {
			d.Add(h, c, v.At(i), s.weightOf(int(i)))
		} else {
			d.Reach(h, c)
		}
	}
	return d
}
