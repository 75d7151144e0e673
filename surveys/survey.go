package surveys

import (
	"fmt"
	"slices"
	"time"
)

// Survey is a questionnaire with the models that score it and the design it is answered under. Once published, a
// version never changes; a change is the next version.
type Survey struct {
	Key           SurveyKey
	Version       int // from 1 in the order of publication; 0 before
	PublishedAt   time.Time
	Questionnaire Questionnaire
	Models        []Model // the first is the default
	Design        Design
	Screening     Screening
	Segments      []AttributeKey // attributes by which figures are shown where nothing else is asked
	Initiatives   []Initiative   // what was done, for the review and the impact
	Splices       []Splice       // at which versions the level of figures may differ, and how trends are joined there
	Source        []byte         // the survey file as published
}

// Design names the attributes that say how respondents were reached (METHOD section 6).
type Design struct {
	Cluster AttributeKey // primary sampling unit, e.g. the flight; "" for the respondent
	Stratum AttributeKey // "" for none
}

// Screening says which responses are left out of the scores, and why (METHOD section 8, response quality).
type Screening struct {
	Duplicates bool // same respondent and cluster: the first complete one is kept
	Careless   bool // straight line in under a third of the median time, or under 2 s per answered item
	BreakOffs  bool // overall item missing, or under half of the applicable items answered
}

// Model returns the model with the key; "" gives the default. Errors: ErrNotFound.
func (s *Survey) Model(key ModelKey) (*Model, error) {
	for i := range s.Models {
		if key == "" || s.Models[i].Key == key {
			return &s.Models[i], nil
		}
	}
	return nil, fmt.Errorf("find model %q of survey %q: %w", key, s.Key, ErrNotFound)
}

// Validate reports every rule that the survey breaks, as one *InvalidError whose fields are paths of the survey file, or
// nil.
func (s *Survey) Validate() error {
	r := &rules{InvalidError: InvalidError{Input: "survey"}}
	switch {
	case s.Key == "":
		r.Add("key", "required", "a key is needed")
	case !s.Key.Valid():
		r.Add("key", "key", "%s cannot be a survey key: %s; hyphens are allowed, too", quoted(string(s.Key)), keyForm)
	}
	s.Questionnaire.check(r)
	if len(s.Models) == 0 {
		r.Add("models", "required", "at least one model is needed")
	}
	seen := map[string]bool{}
	for i := range s.Models {
		r.key(at("models", i)+".key", string(s.Models[i].Key), seen)
		s.Models[i].check(r, at("models", i), &s.Questionnaire)
	}
	s.Design.check(r, &s.Questionnaire)
	for i, a := range s.Segments {
		switch path := at("segments", i); {
		case s.Questionnaire.AttributeAt(a) < 0:
			r.Add(path, "unknown", "there is no attribute %s", quoted(string(a)))
		case slices.Contains(s.Segments[:i], a):
			r.Add(path, "duplicate", "%s stands here already", quoted(string(a)))
		}
	}
	s.checkInitiatives(r)
	s.checkSplices(r)
	return r.OrNil()
}

func (d Design) check(r *rules, q *Questionnaire) {
	for _, a := range []struct {
		path string
		key  AttributeKey
	}{{"design.cluster", d.Cluster}, {"design.stratum", d.Stratum}} {
		if a.key != "" && q.AttributeAt(a.key) < 0 {
			r.Add(a.path, "unknown", "there is no attribute %s", quoted(string(a.key)))
		}
	}
	if d.Cluster != "" && d.Cluster == d.Stratum {
		r.Add("design.stratum", "duplicate", "%s is the cluster already", quoted(string(d.Stratum)))
	}
}
