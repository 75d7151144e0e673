package surveys

import (
	"fmt"
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
	Source        []byte // the survey file as published
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
