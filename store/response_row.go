package store

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"paxscore/surveys"
)

// objects returns the attributes and comments of a response as JSON; comments are empty if there are none. Errors:
// *surveys.InvalidError for what the version or the databases cannot hold.
func (p *published) objects(r *surveys.Response) (attributes, comments []byte, err error) {
	if err := p.check(r); err != nil {
		return nil, nil, err
	}
	if len(r.Comments) > 0 {
		if comments, err = json.Marshal(r.Comments); err != nil {
			return nil, nil, fmt.Errorf("write comments: %w", err)
		}
	}
	attributes = append(make([]byte, 0, 256), '{')
	for i, v := range r.Attributes {
		if v == "" {
			continue
		}
		if len(attributes) > 1 {
			attributes = append(attributes, ',')
		}
		attributes = appendString(attributes, string(p.survey.Questionnaire.Attributes[i].Key))
		attributes = append(attributes, ':')
		attributes = appendString(attributes, v)
	}
	return append(attributes, '}'), comments, nil
}

// check finds what would be stored differently by the two databases, or could not be read again.
func (p *published) check(r *surveys.Response) error {
	e := &surveys.InvalidError{}
	if r.ID.IsZero() {
		e.Add("id", "required", "is missing")
	}
	if r.ReceivedAt.IsZero() {
		e.Add("received_at", "required", "is missing")
	}
	if len(r.Ratings) != p.rated {
		e.Add("ratings", "length", "has %d codes, the questionnaire has %d rated items", len(r.Ratings), p.rated)
	}
	if len(r.Attributes) != len(p.attribute) {
		e.Add("attributes", "length", "has %d values, the questionnaire has %d attributes", len(r.Attributes), len(p.attribute))
	}
	if !(r.ResponseWeight >= 0) || math.IsInf(r.ResponseWeight, 0) {
		e.Add("response_weight", "range", "must be a finite number of at least 0")
	}
	if math.IsNaN(r.Seconds) || math.IsInf(r.Seconds, 0) {
		e.Add("seconds", "range", "must be a finite number")
	}
	storable(e, "", "wave", string(r.Wave))
	storable(e, "", "mode", string(r.Mode))
	storable(e, "", "language", r.Language)
	storable(e, "", "respondent", r.Respondent)
	for i, v := range r.Attributes {
		if i < len(p.survey.Questionnaire.Attributes) {
			storable(e, "attributes.", string(p.survey.Questionnaire.Attributes[i].Key), v)
		}
	}
	for k, v := range r.Comments {
		storable(e, "", "comments", string(k))
		storable(e, "comments.", string(k), v)
	}
	if len(e.Fields) == 0 {
		return nil
	}
	e.Input = "response " + r.ID.String()
	return e
}

// idCell reads a response id from either database.
type idCell surveys.ResponseID

func (c *idCell) Scan(src any) error {
	switch v := src.(type) {
	case []byte:
		if len(v) == len(c) {
			copy(c[:], v)
			return nil
		}
	case string:
		if len(v) == 36 {
			var digits [32]byte
			n := 0
			for i := range len(v) {
				if v[i] != '-' && n < len(digits) {
					digits[n] = v[i]
					n++
				}
			}
			_, err := hex.Decode(c[:], digits[:])
			return err
		}
	}
	return fmt.Errorf("a response id cannot be read from %T", src)
}

// cell takes a value as the driver gives it; bytes are valid until the next row.
type cell struct{ v any }

func (c *cell) Scan(src any) error {
	c.v = src
	return nil
}

func (c *cell) text() string {
	switch v := c.v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

func (c *cell) bytes() []byte {
	switch v := c.v.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

func (c *cell) integer() int64 {
	v, _ := c.v.(int64)
	return v
}

func (c *cell) float() float64 {
	switch v := c.v.(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	}
	return 0
}
