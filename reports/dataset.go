package reports

import (
	"errors"

	"paxscore/surveys"
)

// Dataset is a survey's responses held in memory by column, ready for questions.
type Dataset struct {
	survey *surveys.Survey
}

// NewDataset returns an empty data set for responses to the survey.
func NewDataset(s *surveys.Survey) *Dataset { return &Dataset{survey: s} }

// Append adds one response; r is not kept.
func (d *Dataset) Append(r *surveys.Response) error { return errors.New("not written yet") }

// Report answers a question. Errors: *surveys.InvalidError for a query that names an unknown attribute, value or model.
func (d *Dataset) Report(q Query) (*Report, error) { return nil, errors.New("not written yet") }
