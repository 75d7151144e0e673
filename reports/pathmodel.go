package reports

import (
	"fmt"
	"slices"
	"strings"

	"paxscore/scoring"
	"paxscore/surveys"
)

// PathModel is the ACSI's kind of model: dimensions measured by their items, satisfaction by the overall question and the recommendation, and
// satisfaction dependent on every dimension; by partial least squares, mode A, path scheme.
type PathModel struct {
	Status       Status      `json:"status"`
	Reason       string      `json:"reason"`  // why there are no figures; "" where there are
	LeastN       int         `json:"least_n"` // responses with every item that are needed
	N            *int        `json:"n"`       // responses with every item; null where suppressed
	Iterations   int         `json:"iterations"`
	Dimensions   []PathBlock `json:"dimensions"`
	Satisfaction PathBlock   `json:"satisfaction"`
}

// PathBlock is a latent variable. Coefficients and loadings are of standardised variables.
type PathBlock struct {
	Key         string           `json:"key"`
	Label       string           `json:"label"`
	DependsOn   []PathDependence `json:"depends_on"`
	R2          Number           `json:"r2"`           // null where it depends on none
	TotalEffect Number           `json:"total_effect"` // on satisfaction, along every path; null for satisfaction
	Communality Number           `json:"communality"`  // mean squared loading
	Index       Number           `json:"index"`        // Σu·mean/Σu of its items' scores, 0..100
	Items       []PathItem       `json:"items"`
}

// PathDependence is the coefficient of one block on another.
type PathDependence struct {
	Key         string `json:"key"`
	Coefficient Number `json:"coefficient"`
}

// PathItem measures a block.
type PathItem struct {
	Key         string `json:"key"`
	OuterWeight Number `json:"outer_weight"` // of the standardised item
	Loading     Number `json:"loading"`
	Share       Number `json:"share"` // of the block: outer weight over standard deviation, adding up to 1
}

// Dependence says that a dimension depends on others.
type Dependence struct {
	Dimension string
	On        []string
}

// ParseDependence reads a dependence as every surface takes it: brand=attitude,efficiency.
func ParseDependence(text string) (Dependence, error) {
	w, err := ParseWhere(text)
	if err != nil {
		return Dependence{}, fmt.Errorf("%q is not of the form dimension=dimension,dimension", clip(text))
	}
	return Dependence{Dimension: w.Attribute, On: w.Values}, nil
}

// sources are the positions of the dimensions that each dimension depends on.
func (b *builder) sources(depends []Dependence, bad *surveys.InvalidError) [][]int {
	keys := b.dimensionKeys()
	out := make([][]int, len(keys))
	for i, d := range depends {
		place := fmt.Sprintf("depends[%d]", i)
		at := slices.Index(keys, d.Dimension)
		if at < 0 {
			bad.Add(place, "unknown", "model %s has no dimension %q; it has %s", b.q.model.Key, clip(d.Dimension), list(keys))
			continue
		}
		for _, on := range d.On {
			source := slices.Index(keys, on)
			switch {
			case source < 0:
				bad.Add(place, "unknown", "model %s has no dimension %q; it has %s", b.q.model.Key, clip(on), list(keys))
			case slices.Contains(out[at], source):
				bad.Add(place, "duplicate", "%s depends on %s already", d.Dimension, on)
			default:
				out[at] = append(out[at], source)
			}
		}
	}
	if !scoring.Ordered(out) {
		bad.Add("depends", "circle", "dimensions depend on one another in a circle")
		return make([][]int, len(keys))
	}
	return out
}

// satisfaction are the items that measure it.
func (b *builder) satisfaction() (items []int) {
	for _, i := range []int{b.overall, b.recommend} {
		if i != scoring.None {
			items = append(items, i)
		}
	}
	return items
}

// paths adds the weights by a path model: each dimension's total effect on satisfaction over the sum of all.
func (m *methods) paths(sources [][]int) *PathModel {
	satisfaction := m.satisfaction()
	r := m.pathModel(satisfaction, sources)
	var effects []float64
	if r.Status.shown() {
		negative := false
		for _, d := range r.Dimensions {
			effects = append(effects, float64(d.TotalEffect))
			negative = negative || !(d.TotalEffect >= 0)
		}
		if !negative {
			effects = scoring.ProportionsOf(effects)
		}
	}
	m.add("pls", "PLS total effects", kindInfluence, effects, nil, r.Reason)
	return r
}

func (m *methods) pathModel(satisfaction []int, sources [][]int) *PathModel {
	r := &PathModel{Status: StatusNotComputable, Dimensions: []PathBlock{}}
	block := func(key, label string, items []int) PathBlock {
		out := PathBlock{Key: key, Label: label, DependsOn: []PathDependence{}, R2: None(), TotalEffect: None(), Communality: None(), Index: None()}
		for _, i := range items {
			out.Items = append(out.Items, PathItem{Key: string(m.rated[i].Key), OuterWeight: None(), Loading: None(), Share: None()})
		}
		return out
	}
	items := len(satisfaction)
	for d, p := range m.predictors {
		var of []int
		for _, u := range m.model.Dimensions[d].Items {
			of = append(of, u.Item)
		}
		items += len(of)
		x := block(p.key, p.label, of)
		for _, s := range sources[d] {
			x.DependsOn = append(x.DependsOn, PathDependence{Key: m.predictors[s].key, Coefficient: None()})
		}
		r.Dimensions = append(r.Dimensions, x)
	}
	r.Satisfaction = block("satisfaction", "Satisfaction", satisfaction)
	for _, p := range m.predictors {
		r.Satisfaction.DependsOn = append(r.Satisfaction.DependsOn, PathDependence{Key: p.key, Coefficient: None()})
	}
	r.LeastN = driverBaseOf(items)
	if m.overall == scoring.None {
		r.Satisfaction.Items = []PathItem{}
		r.Reason = "The survey asks no overall question."
		return r
	}
	crossed := m.crossedPath(satisfaction)
	base := crossed.Base
	if r.Status = m.statusOf(base, false); r.Status != StatusSuppressed {
		n := base.N
		r.N = &n
	}
	switch {
	case !r.Status.shown():
		r.Reason = strings.Join(m.reason(r.Status, base), " ")
		if r.Reason == "" {
			r.Reason = "No response has every item."
		}
		return r
	case least(base) < float64(r.LeastN):
		r.Status = StatusBaseTooSmall
		r.Reason = fmt.Sprintf("%d responses%s have every item; %d are needed, 100 and 10 for each of %d items.", base.N, m.effective(base), r.LeastN, items)
		return r
	}
	e, err := m.model.PathModel(crossed, satisfaction, sources)
	if err != nil {
		r.Status, r.Reason = StatusNotComputable, "An item does not vary, dimensions determine one another, or the estimates do not settle."
		return r
	}
	r.Iterations = e.Iterations
	for k := range r.Dimensions {
		fillBlock(&r.Dimensions[k], e, k, sources[k])
		r.Dimensions[k].TotalEffect = number(e.TotalEffects[k])
	}
	last := len(r.Dimensions)
	all := make([]int, last)
	for i := range all {
		all[i] = i
	}
	fillBlock(&r.Satisfaction, e, last, all)
	return r
}

// crossedPath are the cross sums of the items of a path model.
func (b *builder) crossedPath(satisfaction []int) scoring.Crossed {
	if b.sample.Tabulated() && b.sample.Even() {
		items, _ := b.model.PathItems(satisfaction)
		if all, _, ok := b.model.CrossedItems(b.table, b.sel.Set(), [][]int{items}, scoring.None); ok {
			return all[0]
		}
	}
	b.position()
	return b.sample.CrossedPath(satisfaction, b.domain)
}

// fillBlock fills the figures of one block.
func fillBlock(x *PathBlock, e *scoring.PathModel, k int, sources []int) {
	for i, s := range sources {
		x.DependsOn[i].Coefficient = number(e.Paths[k][s])
	}
	if len(sources) > 0 {
		x.R2 = number(e.R2[k])
	}
	x.Communality, x.Index = number(e.Communality[k]), number(e.Index[k])
	for i := range x.Items {
		x.Items[i].OuterWeight, x.Items[i].Loading, x.Items[i].Share = number(e.OuterWeights[k][i]), number(e.Loadings[k][i]), number(e.ItemShares[k][i])
	}
}
