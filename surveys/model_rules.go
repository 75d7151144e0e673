package surveys

import "slices"

// check reports every rule that the model breaks. path is its place in the survey file.
func (m *Model) check(r *rules, path string, q *Questionnaire) {
	r.text(path+".label", m.Label, false)
	r.text(path+".note", m.Note, true)
	r.target(path+".target", m.Target)
	m.checkDimensions(r, path, q)
	m.checkPolicies(r, path)
	if m.Weighting != nil {
		m.Weighting.check(r, path+".weighting", q)
	}
	if m.Approval != nil {
		m.Approval.check(r, path+".approval")
	}
}

func (m *Model) checkDimensions(r *rules, path string, q *Questionnaire) {
	if len(m.Dimensions) == 0 {
		r.Add(path+".dimensions", "required", "a model needs a dimension")
	}
	kinds := map[ItemKey]Kind{}
	for _, i := range q.Items() {
		if _, ok := kinds[i.Key]; !ok {
			kinds[i.Key] = i.Kind
		}
	}
	seen, used := map[string]bool{}, map[ItemKey]DimensionKey{}
	var weights []float64
	var places []string
	for i, d := range m.Dimensions {
		place := at(path+".dimensions", i)
		r.key(place+".key", string(d.Key), seen)
		r.text(place+".label", d.Label, false)
		r.target(place+".target", d.Target)
		if d.Measure != "" && !slices.Contains(Measures(), d.Measure) {
			r.Add(place+".measure", "unknown", "%s is none of process, quality_and_training, content and brand", quoted(string(d.Measure)))
		}
		weights, places = append(weights, d.DimensionWeight), append(places, place+".weight")
		if len(d.Items) == 0 {
			r.Add(place+".items", "required", "a dimension needs an item")
		}
		var itemWeights []float64
		var itemPlaces []string
		for j, w := range d.Items {
			p := at(place+".items", j)
			itemWeights, itemPlaces = append(itemWeights, w.ItemWeight), append(itemPlaces, p)
			kind, ok := kinds[w.Item]
			switch {
			case !ok:
				r.Add(p, "unknown", "there is no item %s", quoted(string(w.Item)))
			case kind != KindRating:
				r.Add(p, "kind", "%s is of kind %s; a dimension is made of items of kind rating", w.Item, kind)
			case used[w.Item] != "":
				r.Add(p, "duplicate", "%s is in dimension %s already", w.Item, used[w.Item])
			}
			used[w.Item] = d.Key
		}
		r.shares(place+".items", itemWeights, itemPlaces, "items")
	}
	r.shares(path+".dimensions", weights, places, "dimensions")
}

func (m *Model) checkPolicies(r *rules, path string) {
	p := m.Missing
	if !within(p.MinItemShare, 0, 1) {
		r.Add(path+".missing.min_item_share", "range", "a share lies from 0 to 1, not at %v", p.MinItemShare)
	}
	if !within(p.MinDimensionShare, 0, 1) {
		r.Add(path+".missing.min_dimension_share", "range", "a share lies from 0 to 1, not at %v", p.MinDimensionShare)
	}
	if n := len(m.Dimensions); n > 0 && (p.MinDimensions < 1 || p.MinDimensions > n) {
		r.Add(path+".missing.min_dimensions", "range", "from 1 to all %d dimensions can be asked for, not %d", n, p.MinDimensions)
	}
	b := m.Base
	if b.Suppress < 0 {
		r.Add(path+".base.suppress", "range", "a base cannot be negative")
	}
	for _, s := range []struct {
		name          string
		low, high     int
		below, beyond string
	}{{"show", b.Suppress, b.Show, "show", "suppress"}, {"test", b.Show, b.Test, "test", "show"}, {"flag", b.Test, b.Flag, "flag", "test"}} {
		if s.high < s.low {
			r.Add(path+".base."+s.name, "range", "%s, %d, must not be below %s, %d", s.below, s.high, s.beyond, s.low)
		}
	}
	if !(m.Confidence > 0.5 && m.Confidence < 1) {
		r.Add(path+".confidence", "range", "confidence lies between 0.5 and 1, not at %v", m.Confidence)
	}
	if !within(m.Margin, 0, 100) {
		r.Add(path+".margin", "range", "a margin lies from 0 to 100, not at %v", m.Margin)
	}
}
