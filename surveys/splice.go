package surveys

import "time"

// Splice declares that figures from a questionnaire version on are on another level than those before it, and how the two are brought
// together: both versions ran for some time, and the difference over that time is added to what is older (METHOD section 8).
type Splice struct {
	Version  int       // the first version on the new level; all before it are on the old one
	From, To time.Time // responses to both versions submitted from From on and before To make the difference; both zero: all periods that have both
	Note     Text      // why the level may differ
}

func (s *Survey) checkSplices(r *rules) {
	if n := len(s.Splices); n > maxSplices {
		r.Add("splices", "length", "there are %d splices, at most %d can be declared", n, maxSplices)
		return
	}
	seen := map[int]bool{}
	for i, x := range s.Splices {
		path := at("splices", i)
		switch {
		case x.Version < 2:
			r.Add(path+".version", "range", "a splice is at a version from 2 on, not %d", x.Version)
		case seen[x.Version]:
			r.Add(path+".version", "duplicate", "there is a splice at version %d already", x.Version)
		}
		seen[x.Version] = true
		switch {
		case x.From.IsZero() != x.To.IsZero():
			r.Add(path, "required", "give from and to, or neither")
		case !x.From.IsZero() && !x.From.Before(x.To):
			r.Add(path+".to", "range", "the time in which both versions ran ends before it begins")
		}
		r.text(path+".note", x.Note, true)
	}
}
