package surveys

import (
	"maps"
	"slices"
	"strings"
)

// Limits of a file of operational indicators.
const (
	maxIndicators = 50
	maxAnchors    = 100
	maxMeasured   = 100 // groups
	maxPeers      = 50
)

// Validate checks the indicators against the questionnaire by whose attributes groups are named. Errors: *InvalidError with every rule that
// is broken, by path: "indicators[0].curve[2].score".
func (o *Operations) Validate(q *Questionnaire) error {
	r := &rules{InvalidError: InvalidError{Input: "operations"}}
	if !line(o.Title, MaxText) {
		r.Add("title", "text", "a title is one line of at most %d characters", MaxText)
	}
	if !within(o.Share, 0, MaxOperationalShare) {
		r.Add("operational_share", "range", "operational indicators are from 0 to %g of a blend, not %v", MaxOperationalShare, o.Share)
	}
	o.checkIndicators(r)
	o.checkGroups(r, q)
	o.checkPeers(r)
	return r.OrNil()
}

func (o *Operations) checkIndicators(r *rules) {
	switch n := len(o.Indicators); {
	case n == 0:
		r.Add("indicators", "required", "at least one indicator is needed")
	case n > maxIndicators:
		r.Add("indicators", "length", "there are %d indicators, at most %d can be read", n, maxIndicators)
	}
	seen := map[string]bool{}
	for i := range o.Indicators {
		x, path := &o.Indicators[i], at("indicators", i)
		r.key(path+".key", x.Key, seen)
		if !line(x.Label, MaxAttribute) {
			r.Add(path+".label", "text", "a label is one line of at most %d characters", MaxAttribute)
		}
		if !line(x.Unit, MaxAttribute) {
			r.Add(path+".unit", "text", "a unit is one line of at most %d characters", MaxAttribute)
		}
		if !finite(x.IndicatorWeight) || !within(x.IndicatorWeight, 1e-6, 1e6) {
			r.Add(path+".weight", "range", "a weight is a number from 0.000001 to 1000000, not %v", x.IndicatorWeight)
		}
		x.checkCurve(r, path+".curve")
		if x.Value != nil && !finite(*x.Value) {
			r.Add(path+".value", "range", "a value is a finite number")
		}
	}
}

func (i *OperationalIndicator) checkCurve(r *rules, path string) {
	switch n := len(i.Curve); {
	case n < 2:
		r.Add(path, "length", "a curve needs two anchors or more, each with value and score")
	case n > maxAnchors:
		r.Add(path, "length", "there are %d anchors, at most %d can be read", n, maxAnchors)
	}
	for k, a := range i.Curve {
		switch {
		case !finite(a.Value):
			r.Add(at(path, k)+".value", "range", "a value is a finite number")
		case k > 0 && !(a.Value > i.Curve[k-1].Value):
			r.Add(at(path, k)+".value", "order", "values rise from anchor to anchor, and %v comes after %v", a.Value, i.Curve[k-1].Value)
		}
		if !within(a.Score, 0, 100) {
			r.Add(at(path, k)+".score", "range", "a score lies from 0 to 100, not at %v", a.Score)
		}
	}
}

func (o *Operations) checkGroups(r *rules, q *Questionnaire) {
	if len(o.Groups) > maxMeasured {
		r.Add("groups", "length", "there are %d groups, at most %d can be read", len(o.Groups), maxMeasured)
	}
	labels := map[string]bool{}
	for i := range o.Groups {
		g, path := &o.Groups[i], at("groups", i)
		if g.Label == "" || !line(g.Label, MaxAttribute) {
			r.Add(path+".label", "text", "a group has a label, one line of at most %d characters", MaxAttribute)
		} else if labels[g.Label] {
			r.Add(path+".label", "duplicate", "%s is used already", quoted(g.Label))
		}
		labels[g.Label] = true
		if len(g.Where) == 0 && g.From.IsZero() && g.To.IsZero() {
			r.Add(path, "required", "a group is a period (from, to), a segment (where), or both; of all responses the value stands with the indicator")
		}
		if !g.From.IsZero() && !g.To.IsZero() && !g.From.Before(g.To) {
			r.Add(path+".to", "range", "the period ends before it begins")
		}
		for _, w := range g.Where {
			w.check(r, path+".where", q)
		}
		o.checkValues(r, path+".values", g.Values)
	}
}

func (w MeasuredWhere) check(r *rules, path string, q *Questionnaire) {
	place := under(path, w.Attribute)
	if len(w.Values) == 0 {
		r.Add(place, "required", "name at least one value of %s", quoted(w.Attribute))
	}
	i := q.AttributeAt(AttributeKey(w.Attribute))
	if i < 0 {
		r.Add(place, "unknown", "there is no attribute %s", quoted(w.Attribute))
		return
	}
	a := q.Attributes[i]
	for _, v := range w.Values {
		if len(a.Values) > 0 && !a.listed(v) {
			r.Add(place, "unknown", "%s is not a value of %s", quoted(v), a.Key)
		}
	}
}

func (o *Operations) checkValues(r *rules, path string, values map[string]float64) {
	if len(values) == 0 {
		r.Add(path, "required", "give the value of at least one indicator, by key")
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if o.indicator(key) == nil {
			keys := make([]string, len(o.Indicators))
			for i := range o.Indicators {
				keys[i] = o.Indicators[i].Key
			}
			r.Add(under(path, key), "unknown", "there is no indicator %s; there is %s", quoted(key), strings.Join(keys, ", "))
		}
		if !finite(values[key]) {
			r.Add(under(path, key), "range", "a value is a finite number")
		}
	}
}

func (o *Operations) indicator(key string) *OperationalIndicator {
	for i := range o.Indicators {
		if o.Indicators[i].Key == key {
			return &o.Indicators[i]
		}
	}
	return nil
}

// checkPeers requires what a ranking needs: several peers, and of each indicator a value of our own and a direction.
func (o *Operations) checkPeers(r *rules) {
	switch n := len(o.Peers); {
	case n == 1:
		r.Add("peers", "length", "a ranking needs several peers; one alone is compared by its scores")
	case n > maxPeers:
		r.Add("peers", "length", "there are %d peers, at most %d can be read", n, maxPeers)
	}
	labels := map[string]bool{}
	for i, p := range o.Peers {
		path := at("peers", i)
		if p.Label == "" || !line(p.Label, MaxAttribute) {
			r.Add(path+".label", "text", "a peer has a label, one line of at most %d characters", MaxAttribute)
		} else if labels[p.Label] {
			r.Add(path+".label", "duplicate", "%s is used already", quoted(p.Label))
		}
		labels[p.Label] = true
		o.checkValues(r, path+".values", p.Values)
		for _, key := range slices.Sorted(maps.Keys(p.Values)) {
			switch x := o.indicator(key); {
			case x == nil:
			case x.Value == nil:
				r.Add(under(path+".values", key), "own_value", "to be ranked, %s needs a value of our own, beside its curve", key)
			case x.Direction() == 0:
				r.Add(under(path+".values", key), "direction", "%s cannot be ranked: by its curve neither more nor less is better", key)
			}
		}
	}
}
