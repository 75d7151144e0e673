package surveys

import (
	"slices"
	"time"
)

// Initiative is something that was done so that passengers are more satisfied, declared before its effect is asked for: what is after it
// began, who was treated, and which figures it was to move.
type Initiative struct {
	Key     InitiativeKey
	Label   Text
	Note    Text      // what was done
	Began   time.Time // responses submitted from then on are after; zero where After says it
	After   *Among    // responses that are after, in place of Began
	Treated []Among   // of the treated, all must hold; the others are the control group. None: before is compared with after alone
	// Measures are what it was to move: a dimension, index, overall, nps, top_box, promoters or detractors.
	Measures []string
}

// InitiativeKey names an initiative of a survey.
type InitiativeKey string

// Among are the responses whose attribute has one of the values.
type Among struct {
	Attribute AttributeKey
	In        []string
}

// Limits of what a survey declares beside its questionnaire.
const (
	maxInitiatives = 100
	maxSplices     = 100
	maxConditions  = 20
)

// Initiative returns the initiative with the key.
func (s *Survey) Initiative(key InitiativeKey) (Initiative, bool) {
	for _, x := range s.Initiatives {
		if x.Key == key {
			return x, true
		}
	}
	return Initiative{}, false
}

func (s *Survey) checkInitiatives(r *rules) {
	if n := len(s.Initiatives); n > maxInitiatives {
		r.Add("initiatives", "length", "there are %d initiatives, at most %d can be declared", n, maxInitiatives)
		return
	}
	seen := map[string]bool{}
	for i, x := range s.Initiatives {
		path := at("initiatives", i)
		r.key(path+".key", string(x.Key), seen)
		r.text(path+".label", x.Label, false)
		r.text(path+".note", x.Note, true)
		switch {
		case x.After == nil && x.Began.IsZero():
			r.Add(path+".began", "required", "say when it began, or with after which responses are after it")
		case x.After != nil && !x.Began.IsZero():
			r.Add(path+".after", "conflict", "give began or after, not both")
		case x.After != nil:
			x.After.check(r, path+".after", &s.Questionnaire)
		}
		if n := len(x.Treated); n > maxConditions {
			r.Add(path+".treated", "length", "there are %d conditions, at most %d can be declared", n, maxConditions)
		} else {
			for j := range x.Treated {
				x.Treated[j].check(r, at(path+".treated", j), &s.Questionnaire)
			}
		}
		if len(x.Measures) == 0 {
			r.Add(path+".measures", "required", "name what it was to move: a dimension, index, overall, nps, top_box, promoters or detractors")
		}
		known := s.measureKeys()
		for j, m := range x.Measures {
			switch place := at(path+".measures", j); {
			case !slices.Contains(known, m):
				r.Add(place, "unknown", "%s is no dimension, nor one of index, overall, nps, top_box, promoters and detractors", quoted(m))
			case slices.Contains(x.Measures[:j], m):
				r.Add(place, "duplicate", "%s stands here already", quoted(m))
			}
		}
	}
}

// measureKeys are the figures of the survey's models and questionnaire that can be followed.
func (s *Survey) measureKeys() []string {
	out := []string{"index"}
	for i := range s.Models {
		for _, d := range s.Models[i].Dimensions {
			out = append(out, string(d.Key))
		}
	}
	for _, it := range s.Questionnaire.Items() {
		switch it.Kind {
		case KindOverall:
			out = append(out, "overall", "top_box")
		case KindRecommend:
			out = append(out, "nps", "promoters", "detractors")
		}
	}
	return out
}

// check wants an attribute of the questionnaire, or one that every response has, and values that it can have.
func (a *Among) check(r *rules, path string, q *Questionnaire) {
	var known Attribute
	switch i := q.AttributeAt(a.Attribute); {
	case i >= 0:
		known = q.Attributes[i]
	case !slices.Contains([]AttributeKey{"mode", "language", "wave", "version"}, a.Attribute):
		r.Add(path+".attribute", "unknown", "there is no attribute %s", quoted(string(a.Attribute)))
		return
	}
	if len(a.In) == 0 {
		r.Add(path+".in", "required", "at least one value is needed")
	}
	for i, v := range a.In {
		switch place := at(path+".in", i); {
		case v == "" || !line(v, MaxAttribute):
			r.Add(place, "length", "a value has 1 to %d characters on one line", MaxAttribute)
		case len(known.Values) > 0 && !known.listed(v):
			r.Add(place, "unknown", "%s is not a value of %s", quoted(v), known.Key)
		case slices.Contains(a.In[:i], v):
			r.Add(place, "duplicate", "%s stands here already", quoted(v))
		}
	}
}
