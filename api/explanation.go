package api

import (
	"github.com/gin-gonic/gin"

	"paxscore/reports"
)

// explanation answers what the index is made of and why it changed: the JSON of the explain command.
func (s *server) explanation(c *gin.Context) error {
	p, err := s.parameters(c, "model", "by", "where", "from", "to", "unweighted", "all_rows", "versus_model", "versus_from", "versus_to")
	if err != nil {
		return err
	}
	q := reports.ExplanationQuery{Query: p.query()}
	if p.values.Has("versus_model") || p.values.Has("versus_from") || p.values.Has("versus_to") {
		q.Versus = &reports.Versus{Model: p.single("versus_model")}
		q.Versus.From, q.Versus.To = p.period("versus_from", "versus_to")
	}
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Explain)
}
