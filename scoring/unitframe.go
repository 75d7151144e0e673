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
	var clusters, rank []int // by name
	if t.plan.Cluster != None {
		clusters = byName(table.Attribute(t.plan.Cluster))
		rank = make([]int, len(clusters))
		for r, c := range clusters {
			rank[c] = r
		}
	}
	of := make([][]int, p.strata) // ranks of the clusters of each stratum's units
	for place, n := range n[:p.units()] {
		if u, ok := p.at(place); ok && n > 0 {
			of[u.stratum] = append(of[u.stratum], rank[u.cluster])
		}
	}
	f := &unitFrame{frame: frame{strata: 1}, strata: []int{0}}
	if t.plan.Stratum != None {
		f.strata = nil
		for _, h := range byName(table.Attribute(t.plan.Stratum)) {
			if len(of[h]) > 0 || n[p.units()+h] > 0 {
				f.strata = append(f.strata, h)
			}
		}
		f.frame.strata = max(1, len(f.strata))
	}
	f.sizes = make([]int, f.frame.strata)
	for at, h := range f.strata {
		slices.Sort(of[h])
		before := f.responses
		for _, rank := range of[h] {
			u := unit{h, clusters[rank]}
			f.units = append(f.units, u)
			f.design.Stratum = append(f.design.Stratum, at)
			f.responses += n[p.of(u)]
		}
		singles := n[p.units()+h]
		f.responses += singles
		f.sizes[at] = len(of[h]) + singles
		if t.plan.Cluster != None {
			f.unclustered += singles
		}
		if t.plan.Stratum != None && table.Attribute(t.plan.Stratum).Levels()[h] == "" {
			f.unstratified = f.responses - before
		}
		f.n += f.sizes[at]
	}
	f.design.Strata = f.frame.strata
	return f
}

// placed is a unit by its number and its place.
type placed struct{ unit, at int }

// placed are the units of a design, which may be another tabulation's, in the order in which their sums lie in memory.
func (p *places) placed(units []unit) []placed {
	number := make([]int, p.units()) // of the unit at a place, + 1
	for u := range units {
		number[p.of(units[u])] = u + 1
	}
	out := make([]placed, 0, len(units))
	for at, u := range number {
		if u > 0 {
			out = append(out, placed{unit: u - 1, at: at})
		}
	}
	return out
}

// byName are the numbers of an attribute's levels in the order of their names.
func byName(a *columns.Attribute) []int {
	out := make([]int, len(a.Levels()))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(x, y int) int { return cmp.Compare(a.Levels()[x], a.Levels()[y]) })
	return out
}
