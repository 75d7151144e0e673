package api

import (
	"github.com/gin-gonic/gin"

	"paxscore/reports"
)

// drivers answers what drives overall satisfaction: the JSON of the drivers command.
func (s *server) drivers(c *gin.Context) error {
	p, err := s.parameters(c, "model", "where", "from", "to", "unweighted", "all_rows", "margins", "errors", "items", "what_if")
	if err != nil {
		return err
	}
	q := reports.DriverQuery{Query: p.query(), Items: p.flag("items")}
	for _, text := range p.values["what_if"] {
		shift, err := reports.ParseShift(text)
		p.bad("what_if", err)
		q.WhatIf = append(q.WhatIf, shift)
	}
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Drivers)
}
