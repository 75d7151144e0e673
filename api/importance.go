package api

import (
	"math"
	"strconv"

	"github.com/gin-gonic/gin"

	"paxscore/reports"
	"paxscore/surveys"
)

// importance answers which importance weights the responses suggest: the JSON of the weights command.
func (s *server) importance(c *gin.Context) error {
	p, err := s.parameters(c, "model", "where", "from", "to", "unweighted", "all_rows", "floor", "cap")
	if err != nil {
		return err
	}
	q := reports.ImportanceQuery{Query: p.query(), Floor: p.decimal("floor"), Ceiling: p.decimal("cap")}
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Importance)
}

// decimal reads a parameter as a finite number; nil if it is not given.
func (p *parameters) decimal(name string) *float64 {
	text := p.single(name)
	if text == "" {
		return nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		p.fields = append(p.fields, surveys.FieldError{Field: name, Rule: "type", Message: "must be a number"})
		return nil
	}
	return &x
}
