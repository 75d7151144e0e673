package surveys

import (
	"maps"
	"slices"
)

// Limits of a weighting.
const (
	maxMargins = 20
	maxLimit   = 1e6
)

// Validate checks the weighting against the questionnaire. Errors: *InvalidError with every rule that is broken, by path:
// "weighting.margins[0].shares.first".
func (w *Weighting) Validate(q *Questionnaire) error {
	r := &rules{InvalidError: InvalidError{Input: "weighting"}}
	w.check(r, "weighting", q)
	return r.OrNil()
}

func (w *Weighting) check(r *rules, path string, q *Questionnaire) {
	switch {
	case !slices.Contains([]WeightingMethod{PostStratify, Rake, Calibrate}, w.Method):
		r.Add(path+".method", "unknown", "%s is none of post_stratify, rake and calibrate", quoted(string(w.Method)))
	case len(w.Margins) == 0:
		r.Add(path+".margins", "required", "a weighting needs a margin")
	case w.Method == PostStratify && len(w.Margins) > 1:
		r.Add(path+".margins", "length", "post_stratify takes one margin; several are met by rake or calibrate")
	case len(w.Margins) > maxMargins:
		r.Add(path+".margins", "length", "there are %d margins, at most %d can be met", len(w.Margins), maxMargins)
	}
	if !w.Errors.known() {
		r.Add(path+".errors", "unknown", "%s is none of fixed and residuals", quoted(string(w.Errors)))
	}
	switch w.Method {
	case Rake:
		if !within(w.Cap, 1, maxLimit) {
			r.Add(path+".cap", "range", "the cap is a multiple of the mean weight from 1 to %g, not %v", maxLimit, w.Cap)
		}
		if !within(w.Floor, 0, 1) {
			r.Add(path+".floor", "range", "the floor is a multiple of the mean weight from 0 to 1, not %v", w.Floor)
		}
	case Calibrate:
		if !(w.Low >= 0 && w.Low < 1 && w.High > 1 && w.High <= maxLimit) {
			r.Add(path+".bounds", "range", "bounds on the weight over the base weight lie on either side of 1, the lower from 0, not [%v, %v]", w.Low, w.High)
		}
	}
	seen := map[AttributeKey]bool{}
	for i := range w.Margins {
		m, place := &w.Margins[i], at(path+".margins", i)
		if seen[m.Attribute] {
			r.Add(place+".attribute", "duplicate", "%s has a margin already", quoted(string(m.Attribute)))
		}
		seen[m.Attribute] = true
		m.check(r, place, q)
	}
}

func (e WeightingErrors) known() bool {
	return slices.Contains([]WeightingErrors{"", FixedErrors, ResidualErrors}, e)
}

func (m *Margin) check(r *rules, path string, q *Questionnaire) {
	i := q.AttributeAt(m.Attribute)
	if i < 0 {
		r.Add(path+".attribute", "unknown", "there is no attribute %s", quoted(string(m.Attribute)))
		return
	}
	a := q.Attributes[i]
	if len(a.Values) == 0 {
		r.Add(path+".attribute", "kind", "%s has no list of values", a.Key)
		return
	}
	m.checkMerge(r, path, a)
	for _, v := range a.Values {
		l := m.Level(v.Key)
		if _, ok := m.Size(l); !ok {
			r.Add(path+".shares", "required", "there is no share for %s", quoted(l))
		} else if _, ok := m.Shares[l]; !ok {
			if _, ok := m.Shares[v.Key]; !ok {
				r.Add(path+".shares", "required", "there is no share for %s, nor one for %s in which it is merged", quoted(v.Key), quoted(l))
			}
		}
	}
	for _, v := range slices.Sorted(maps.Keys(m.Shares)) {
		place := under(path+".shares", v)
		_, merged := m.Merge[v]
		switch l := m.Level(v); {
		case merged:
		case !a.listed(v):
			r.Add(place, "unknown", "%s is not a value of %s", quoted(v), a.Key)
		case l != v:
			if _, ok := m.Shares[l]; ok {
				r.Add(place, "duplicate", "%s is merged in %s, which has a share of its own", quoted(v), quoted(l))
			}
		}
		if s := m.Shares[v]; !finite(s) || s <= 0 {
			r.Add(place, "range", "a share is above 0, not %v", s)
		}
	}
}

func (m *Margin) checkMerge(r *rules, path string, a Attribute) {
	in := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(m.Merge)) {
		place := under(path+".merge", name)
		if name == "" || a.listed(name) {
			r.Add(place, "duplicate", "merged levels need a name that is not a value of %s", a.Key)
		}
		if len(m.Merge[name]) < 2 {
			r.Add(place, "length", "two levels or more are merged")
		}
		for _, v := range m.Merge[name] {
			switch other, ok := in[v]; {
			case !a.listed(v):
				r.Add(place, "unknown", "%s is not a value of %s", quoted(v), a.Key)
			case ok:
				r.Add(place, "duplicate", "%s is merged in %s already", quoted(v), quoted(other))
			}
			in[v] = name
		}
	}
}

// listed reports whether the attribute lists the value.
func (a Attribute) listed(value string) bool {
	return slices.ContainsFunc(a.Values, func(v AttributeValue) bool { return v.Key == value })
}

// under is the path of a key in a map, the map's where the key would not read as one.
func under(path, key string) string {
	if validKey("k" + key) {
		return path + "." + key
	}
	return path
}
