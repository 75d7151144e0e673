package api

import (
	"github.com/gin-gonic/gin"

	"paxscore/reports"
)

// review answers with the JSON of the review command.
func (s *server) review(c *gin.Context) error {
	p, err := s.parameters(c, append(appraisalParameters(), "worse", "against", "versus_from", "versus_to")...)
	if err != nil {
		return err
	}
	q := reports.ReviewQuery{QualityQuery: p.appraisal(), Worse: p.conditions("worse"), Against: p.conditions("against")}
	q.VersusFrom, q.VersusTo = p.period("versus_from", "versus_to")
	if err := p.err(); err != nil {
		return err
	}
	if q.Fieldwork, err = s.fieldwork(c, q.Fieldwork); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Review)
}
