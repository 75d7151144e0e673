package reports

import (
	"slices"

	"paxscore/scoring"
)

// set is responses that the index is worked out on.
type set struct {
	key, label string
	b          *builder
	rows       scoring.RowSet
	figures    *scoring.Division // whose whole it is
}

// sensitivity sets the index of the valid responses beside that of all, and of those without flags.
func (a *appraiser) sensitivity() []Sensitivity {
	sets := []set{{key: "valid", label: "Valid responses", b: a.builder, rows: a.valid, figures: a.whole}}
	if all := a.unscreened(); all != nil {
		all.tabulate()
		sets = append(sets, set{key: "all_rows", label: "All responses read, without screening", b: all, rows: all.sel.Set(), figures: all.division(nil)})
	}
	for _, k := range scoring.FlagKinds() {
		key, _ := flagWords(k)
		sets = append(sets, a.without("without_"+key, "Valid, without the flag "+key, 1<<k))
	}
	sets = append(sets, a.without("without_flagged", "Valid, without any flag but inconsistent", ^inconsistent))
	out := make([]Sensitivity, 0, len(sets))
	var shown []set
	base := None()
	for _, s := range sets {
		hidden := slices.ContainsFunc(shown, func(o set) bool { return a.tells(s, o) })
		x := s.sensitivity(hidden)
		if !hidden {
			shown = append(shown, s)
		}
		if s.key == "valid" {
			base = x.Index.Estimate
		}
		x.Difference = x.Index.Estimate - base
		out = append(out, x)
	}
	return out
}

// without is the valid responses that have none of some flags.
func (a *appraiser) without(key, label string, flags uint8) set {
	flagged := a.flags.With(a.valid, flags)
	return a.less(set{key: key, label: label, b: a.builder}, flagged)
}

// less fills in a set of the valid responses but for some.
func (a *appraiser) less(s set, left scoring.RowSet) set {
	s.rows = a.valid.Less(left)
	if a.tab != nil {
		var items []int
		if a.overall != scoring.None {
			items = append(items, a.overall)
		}
		s.figures = a.tab.Without(left, items...).Division(0, a.sample)
		return s
	}
	a.position()
	var domain []uint32
	for _, position := range a.domain {
		if s.rows.Has(a.sample.Row(position)) {
			domain = append(domain, position)
		}
	}
	s.figures = a.sample.Divide(domain, nil, nil)
	return s
}

// unscreened is a builder on the same responses without screening; nil where they are not screened anyway.
func (a *appraiser) unscreened() *builder {
	if a.q.AllRows {
		return nil
	}
	asked := *a.q
	asked.AllRows = true
	b, err := a.d.newBuilder(&asked)
	if err != nil {
		return nil
	}
	b.begin()
	return b
}

// tells reports whether the figures of two sets, one within the other, give away those of too few responses between them.
func (a *appraiser) tells(x, y set) bool {
	if x.rows.Len() > y.rows.Len() {
		x, y = y, x
	}
	between := y.rows.Len() - x.rows.Len()
	return between > 0 && between < a.q.model.Base.Suppress && x.rows.Within(y.rows)
}

func (s set) sensitivity(hidden bool) Sensitivity {
	b := s.b
	out := Sensitivity{Set: s.key, Label: s.label, Index: b.overallOf(s.figures, scoring.Whole, s.figures.Base(scoring.IndexFigure, scoring.Whole), hidden)}
	if !hidden && !b.hidden {
		n := s.rows.Len()
		out.N = &n
	}
	if b.overall != scoring.None {
		x := b.item(b.overall, s.figures.Tally(b.overall, scoring.Whole), hidden)
		out.OverallItem = &x
	}
	return out
}
