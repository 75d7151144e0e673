package scoring

import (
	"cmp"
	"slices"

	"paxscore/scoring/columns"
)

// unitFrame is the design of a tabulation's responses: its units in the order of the names of stratum and cluster.
type unitFrame struct {
	frame
	units        []unit // that have sums of their own
	byPlace      []int  // their numbers in the order in which their sums lie in memory
	strata       []int  // level of each stratum
	responses    int
	unclustered  int // of unknown cluster
	unstratified int
}

// unitFrame finds the design that the tabulated responses make.
func (t *Tabulation) unitFrame() *unitFrame {
	table, p, j := t.selection.table, &t.places, 0 // any segmentation has all responses
	n := make([]int, p.len())
	for place := range n {
		for k := range t.crossings[j].cells {
			n[place] += int(t.tables.groups[j].count((place*t.crossings[j].cells + k) * t.width()))
		}
	}
	f := &unitFrame{frame: frame{strata: 1}, strata: []int{0}}
	if t.plan.Stratum != None {
		a := table.Attribute(t.plan.Stratum)
		f.strata = nil
		for h := range a.Levels() {
			reached := n[p.units()+h] > 0
			for c := range p.clusters {
				reached = reached || n[h*p.clusters+c] > 0
			}
			if reached {
				f.strata = append(f.strata, h)
			}
		}
		slices.SortFunc(f.strata, func(x, y int) int { return cmp.Compare(a.Levels()[x], a.Levels()[y]) })
		f.frame.strata = max(1, len(f.strata))
		if unknown, ok := a.Level(""); ok {
			h := int(unknown)
			f.unstratified = n[p.units()+h]
			for c := range p.clusters {
				f.unstratified += n[h*p.clusters+c]
			}
		}
	}
	var clusters []int
	if t.plan.Cluster != None {
		clusters = byName(table.Attribute(t.plan.Cluster))
	}
	f.sizes = make([]int, f.frame.strata)
	for at, h := range f.strata {
		for _, c := range clusters {
			if place := h*p.clusters + c; n[place] > 0 {
				f.units = append(f.units, unit{h, c})
				f.design.Stratum = append(f.design.Stratum, at)
				f.sizes[at]++
				f.responses += n[place]
			}
		}
		singles := n[p.units()+h]
		f.sizes[at] += singles
		f.responses += singles
		if t.plan.Cluster != None {
			f.unclustered += singles
		}
		f.n += f.sizes[at]
	}
	f.design.Strata = f.frame.strata
	f.byPlace = make([]int, len(f.units))
	for u := range f.byPlace {
		f.byPlace[u] = u
	}
	slices.SortFunc(f.byPlace, func(x, y int) int { return cmp.Compare(p.of(f.units[x]), p.of(f.units[y])) })
	return f
}

// unit is a sampling unit by the levels of its stratum and its cluster.
type unit struct{ stratum, cluster int }

// of is the place of a unit.
func (p *places) of(u unit) int { return u.stratum*p.clusters + u.cluster }

// byName are the numbers of an attribute's levels in the order of their names.
func byName(a *columns.Attribute) []int {
	out := make([]int, len(a.Levels()))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(x, y int) int { return cmp.Compare(a.Levels()[x], a.Levels()[y]) })
	return out
}
