package reports

import (
	"fmt"

	"paxscore/scoring"
)

// Congruence tells whether the items of a dimension hang on its factor alike in the groups of an attribute: the loadings of one
// factor in each, and Tucker's φ of every two (METHOD section 8).
type Congruence struct {
	Attribute  string                `json:"attribute"`
	Dimensions []DimensionCongruence `json:"dimensions"` // those of three items or more
	Method     string                `json:"method"`
}

// DimensionCongruence is that of one dimension.
type DimensionCongruence struct {
	Key    string          `json:"key"`
	Label  string          `json:"label"`
	Items  []string        `json:"items"`
	Groups []GroupLoadings `json:"groups"`
	Pairs  []PairPhi       `json:"pairs"` // of groups that have loadings
}

// GroupLoadings are the loadings in one group, over its responses that answer every item of the dimension.
type GroupLoadings struct {
	Level    string   `json:"level"`
	Label    string   `json:"label"`
	N        *int     `json:"n"`
	Loadings []Number `json:"loadings"` // in the order of the items; empty where not shown
	Status   Status   `json:"status"`
	Warnings []string `json:"warnings"`
}

// PairPhi is Tucker's φ of two groups.
type PairPhi struct {
	A     string `json:"a"`
	B     string `json:"b"`
	Phi   Number `json:"phi"`
	Alike bool   `json:"alike"` // above .95
}

const congruenceMethod = "loadings of one factor by maximum likelihood in each group, responses that answer every item of the dimension; Tucker's phi of every two groups, alike above .95 (Lorenzo-Seva and ten Berge 2006)"

// alikePhi is Tucker's φ above which two factors count as equal.
const alikePhi = .95

// congruence compares the loadings of each dimension's items between the groups of an attribute.
func (a *appraiser) congruence() Congruence {
	out := Congruence{Attribute: a.attributes[a.groups].key, Dimensions: []DimensionCongruence{}, Method: congruenceMethod}
	if a.hidden {
		return out
	}
	by := []int{a.groups}
	x := a.crossItems()
	if !x.compared() {
		return out
	}
	levels := x.levels
	c := cells{levels: levels, minimum: a.q.model.Base.Suppress}
	for d, of := range a.model.Dimensions {
		if len(of.Items) < 3 {
			continue
		}
		dimension := a.q.model.Dimensions[d]
		shown := DimensionCongruence{Key: string(dimension.Key), Label: a.words(dimension.Label, string(dimension.Key)), Groups: []GroupLoadings{}, Pairs: []PairPhi{}}
		for _, u := range of.Items {
			shown.Items = append(shown.Items, string(a.rated[u.Item].Key))
		}
		crossed, bases := x.groups[d], make([]scoring.Base, len(levels))
		for g := range crossed {
			bases[g] = crossed[g].Base
		}
		hidden := c.hide(x.sizes, bases)
		loadings := make([][]float64, len(levels))
		for g := range levels {
			s := a.statusOf(bases[g], hidden[g])
			group := GroupLoadings{Level: a.table.Attribute(a.groups).Levels()[levels[g][0]], Label: a.label(by, levels[g]), Loadings: []Number{}, Status: s, Warnings: a.reason(s, bases[g])}
			if s != StatusSuppressed {
				group.N = &bases[g].N
			}
			if s.shown() {
				if loadings[g] = crossed[g].Loadings(); loadings[g] == nil {
					group.Warnings = append(group.Warnings, "Loadings are left out: there is no proper solution of one factor.")
				}
				for _, l := range loadings[g] {
					group.Loadings = append(group.Loadings, number(l))
				}
			}
			shown.Groups = append(shown.Groups, group)
			for h := range g {
				if loadings[g] != nil && loadings[h] != nil {
					phi := scoring.Congruence(loadings[h], loadings[g])
					shown.Pairs = append(shown.Pairs, PairPhi{A: shown.Groups[h].Level, B: group.Level, Phi: number(phi), Alike: phi > alikePhi})
				}
			}
		}
		out.Dimensions = append(out.Dimensions, shown)
	}
	return out
}

// congruences checks that dimensions mean the same in every group.
func (r *reviewer) congruences(q *Quality) {
	var figures []figure
	for _, d := range q.Congruence.Dimensions {
		for _, p := range d.Pairs {
			figures = append(figures, figure{about: d.Key + "," + p.A + "," + p.B, value: p.Phi,
				what: fmt.Sprintf("Tucker's phi of the loadings of %s between %s and %s", d.Label, p.A, p.B)})
		}
	}
	r.worst("validity", "congruence", figures, 3, limits{limit: alikePhi, fail: .85, atLeast: true},
		fmt.Sprintf("It needs two groups of %s with responses enough and a dimension of three items.", q.Congruence.Attribute),
		"The dimension does not mean the same in both groups: look at its items and their translation.")
}
