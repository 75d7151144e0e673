package api

import (
	"github.com/gin-gonic/gin"

	"paxscore/reports"
)

// comparisons answers with the JSON of the compare command.
func (s *server) comparisons(c *gin.Context) error {
	p, err := s.parameters(c, "model", "by", "segment", "against", "where", "from", "to", "versus_from", "versus_to", "measure", "scan", "unweighted", "all_rows", "margins", "errors")
	if err != nil {
		return err
	}
	q := reports.CompareQuery{Query: p.query(), Segment: p.conditions("segment"), Against: p.conditions("against"), Measures: p.values["measure"], Scan: p.flag("scan")}
	q.VersusFrom, q.VersusTo = p.period("versus_from", "versus_to")
	if err := p.err(); err != nil {
		return err
	}
	return answerTo(s, c, q, (*reports.Dataset).Compare)
}
